//! The whole product against invented worlds of which everything is known: prints a scorecard as JSON, a line for each world
//! and one over all.
//!
//! `cargo run --profile fast -p truceline --example bench_world -- honest|shift|mute|displace|invent shipped|ground HOURS SEED...`
//!
//! With `ground` the product is told the layers of each world's ground, as a survey would have found them.
//!
//! What the product does with its delivered bytes is the node's own way: sensors, agreement and notices, then all waveforms
//! together, then what people and satellites observed, then what came late.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example speaks to whoever runs it")]

mod bound;
mod derived;
mod label;
mod score;

use anyhow::{Context, Result, bail};
use derived::Journalled;
use score::Scores;
use std::process::ExitCode;
use std::time::Instant;
use truceline_formats::configuration;
use truceline_node::recordings::RecordingFile;
use truceline_node::store::Store;
use truceline_node::{Node, OWNER_NOT_STATED};
use truceline_sim::adversary::{Behaviour, Lie};
use truceline_sim::source::Rates;
use truceline_sim::{File, World};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match measured(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench_world: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn measured(words: &[String]) -> Result<()> {
    let [behaviour, numbers, hours, seeds @ ..] = words else {
        bail!("expected honest or a behaviour, shipped or ground, HOURS and SEED...")
    };
    let told = match numbers.as_str() {
        "shipped" => false,
        "ground" => true,
        other => bail!("numbers {other:?}, expected shipped or ground"),
    };
    let behaviour = match (behaviour.as_str(), Behaviour::named(behaviour)) {
        ("honest", _) => None,
        (_, Some(behaviour)) => Some(behaviour),
        (other, None) => bail!("behaviour {other:?}, expected honest, shift, mute, displace or invent"),
    };
    let hours: u32 = hours.parse().with_context(|| format!("hours {hours:?}, expected a whole number"))?;
    let mut all = Scores::default();
    for seed in seeds {
        let seed: u64 = seed.parse().with_context(|| format!("seed {seed:?}, expected a whole number"))?;
        let mut world = World::drawn(seed, hours, &Rates::default())?;
        world.lie = behaviour.map(|behaviour| Lie::drawn(seed, &world.network, behaviour));
        let begun = Instant::now();
        let found = derived_from(&world, told)?;
        let mut scores = Scores::of(&world, &found);
        scores.ran(f64::from(hours) * 3_600.0, begun.elapsed().as_secs_f64());
        println!("{}", scores.card(&format!("seed {seed}")));
        all.add(scores);
    }
    println!("{}", all.card("all"));
    Ok(())
}

/// What the product derives from what the world delivers; whether it is told the ground.
fn derived_from(world: &World, told: bool) -> Result<Journalled> {
    let folder = tempfile::tempdir().context("cannot make a folder for the store")?;
    let store = Store::open(&folder.path().join("store"), true)?.guarded_in(&folder.path().join("guard"));
    let ground = if told { world.earth.numbers() } else { String::new() };
    let numbers = configuration::read("the numbers", &format!("{}{ground}", configuration::DEFAULT))?;
    let node = Node::open(&store, None, &numbers, 1)?;
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
