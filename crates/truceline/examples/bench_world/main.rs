//! The whole product against invented worlds of which everything is known: prints what was counted in each as one line of JSON.
//! `cargo xtask bench world` runs it world by world and makes figures of the lines.
//!
//! `bench_world CONDITION shipped|ground HOURS SEED...`, CONDITION being `honest`, `one-false`, `two-false` or the name of a
//! behaviour ([`Condition`]). With `ground` the product is told the layers of each world's ground, as a survey would have
//! found them.
//!
//! `bench_world days SEED DAYS` runs one world's day so often and prints how much memory the node has at the end of each.
//!
//! `bench_world rate SEED MINUTES CLUTTER` gives the engine a world with so many waves of no event an hour, as they would come live.
//!
//! What the product does with its delivered bytes is the node's own way: sensors, agreement and notices, then all waveforms
//! together, then what people and satellites observed, then what came late. Of `stolen-key` the one station's sealed row is delivered
//! alone ([`theft`]): what is asked there is which frames count.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example speaks to whoever runs it")]

/// As the command `coverage` has them.
#[path = "../../src/physics.rs"]
#[allow(dead_code, reason = "commands need more of it")]
mod physics;

mod bound;
mod days;
mod derived;
mod label;
mod memory;
mod places;
mod rate;
mod replayed;
mod score;
mod sides;
mod sight;
mod tally;
mod theft;

use anyhow::{Context, Result, bail};
use derived::Journalled;
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use truceline_formats::configuration;
use truceline_node::recordings::RecordingFile;
use truceline_node::store::Store;
use truceline_node::{Node, OWNER_NOT_STATED};
use truceline_sim::adversary::{Behaviour, Condition};
use truceline_sim::agreement::OWNERS;
use truceline_sim::attack::Attack;
use truceline_sim::source::Rates;
use truceline_sim::{File, World};

/// Threads that compute: the goals are stated for two cores.
const THREADS: usize = 2;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.as_slice() {
        [word, store] if word == replayed::WORD => replayed::here(Path::new(store)).map(|found| println!("{found}")),
        [word, seed, days] if word == "days" => of_days(seed, days),
        [word, seed, minutes, per_hour] if word == "rate" => of_rate(seed, minutes, per_hour),
        _ => measured(&words),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench_world: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn of_days(seed: &str, days: &str) -> Result<()> {
    let seed = seed.parse().with_context(|| format!("seed {seed:?}, expected a whole number"))?;
    let days = days.parse().with_context(|| format!("days {days:?}, expected a whole number"))?;
    println!("{}", days::run(seed, days)?);
    Ok(())
}

fn of_rate(seed: &str, minutes: &str, per_hour: &str) -> Result<()> {
    let seed = seed.parse().with_context(|| format!("seed {seed:?}, expected a whole number"))?;
    let minutes = minutes.parse().with_context(|| format!("minutes {minutes:?}, expected a whole number"))?;
    let clutter = per_hour.parse().with_context(|| format!("clutter {per_hour:?} an hour, expected a number"))?;
    println!("{}", rate::run(seed, minutes, clutter)?);
    Ok(())
}

fn measured(words: &[String]) -> Result<()> {
    let [condition, numbers, hours, seeds @ ..] = words else {
        bail!("expected a condition, shipped or ground, HOURS and SEED...")
    };
    let told = match numbers.as_str() {
        "shipped" => false,
        "ground" => true,
        other => bail!("numbers {other:?}, expected shipped or ground"),
    };
    let Some(of) = Condition::named(condition) else {
        let behaviours = Behaviour::ALL.map(Behaviour::name).join(", ");
        bail!("condition {condition:?}, expected honest, one-false, two-false or one of {behaviours}")
    };
    let hours: u32 = hours.parse().with_context(|| format!("hours {hours:?}, expected a whole number"))?;
    for seed in seeds {
        let seed: u64 = seed.parse().with_context(|| format!("seed {seed:?}, expected a whole number"))?;
        let world = World::drawn(seed, hours, &Rates::default())?.under(of);
        if let Some(Attack::StolenKey(theft)) = &world.attack {
            let (shares, samples) = theft::score(&world, theft)?.json();
            let line = json!({
                "seed": seed, "hours": hours, "condition": condition, "numbers": numbers, "false": [],
                "attack": world.attack, "shares": shares, "samples": samples,
            });
            println!("{line}");
            continue;
        }
        let folder = tempfile::tempdir().context("cannot make a folder for the store")?;
        let (store, guard) = (folder.path().join("store"), folder.path().join("guard"));
        let begun = Instant::now();
        let found = derived_from(&world, told, &store, &guard)?;
        let took_s = begun.elapsed().as_secs_f64();
        let replay = replayed::by_itself(&store)?;
        let mut tally = score::of(&world, &found)?;
        let of_replay = |name: &str| replay[name].as_f64().with_context(|| format!("the replay says no {name}"));
        let length_s = f64::from(hours) * 3_600.0;
        tally.sample("replay, times faster than real time", length_s / of_replay("replay_s")?);
        tally.sample("loading and deriving, times faster than real time", length_s / took_s);
        tally.sample("most memory of the replay, MB", of_replay("peak_mb")?);
        tally.sample("inputs an hour", of_replay("inputs")? / f64::from(hours));
        for took_s in replay["finding_s"].as_array().into_iter().flatten().filter_map(Value::as_f64) {
            tally.sample("computing of an input that brought a finding, s", took_s);
        }
        tally.sample("detections and bearings an hour", found.heard.len() as f64 / f64::from(hours));
        let (shares, samples) = tally.json();
        let lies: Vec<Value> = world
            .lies
            .iter()
            .map(|lie| json!({ "owner": OWNERS[lie.owner], "behaviour": lie.behaviour.name() }))
            .collect();
        let line = json!({
            "seed": seed, "hours": hours, "condition": condition, "numbers": numbers, "false": lies,
            "attack": world.attack, "took_s": took_s, "shares": shares, "samples": samples,
        });
        println!("{line}");
    }
    Ok(())
}

/// What the product derives from what the world delivers, in a store of its own; whether it is told the ground.
fn derived_from(world: &World, told: bool, store: &Path, guard: &Path) -> Result<Journalled> {
    let store = Store::open(store, true)?.guarded_in(guard);
    let ground = if told { world.earth.numbers() } else { String::new() };
    let numbers = configuration::read("the numbers", &format!("{}{ground}", configuration::DEFAULT))?;
    let node = Node::open(&store, None, &numbers, THREADS)?;
    for file in world.known() {
        node.load(&file.name, &file.bytes)?;
    }
    let waveforms = world.waveforms()?;
    let (late, timely): (Vec<&File>, Vec<&File>) = waveforms.iter().partition(|file| file.name.starts_with('4'));
    play(&node, &timely)?;
    for file in world.observations() {
        node.load(&file.name, &file.bytes)?;
    }
    play(&node, &late)?;
    Journalled::read(&*node.journal())
}

fn play(node: &Node, files: &[&File]) -> Result<()> {
    let files: Vec<RecordingFile<'_>> = files
        .iter()
        .map(|file| RecordingFile { name: &file.name, bytes: &file.bytes, start: None, owner: OWNER_NOT_STATED })
        .collect();
    for loaded in node.load_recordings(&files, &mut |_| {})? {
        loaded?;
    }
    Ok(())
}
