//! `bench world`: the whole product against invented worlds of which everything is known.

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use super::verdict;
use crate::arguments::Arguments;
use crate::project::{PROFILE, Project, output_of};
use crate::step;

/// Worlds and hours of each, if no other numbers are asked for.
const WORLDS: u64 = 20;
const HOURS: u64 = 2;

/// Goals of shares: the name on the card, the least and the most.
const SHARE_GOALS: [(&str, f64, f64); 5] = [
    ("found of those with 4 sensors in range", 0.97, 1.0),
    ("phantoms of events", 0.0, 0.01),
    ("90 % region holds the place", 0.88, 0.92),
    ("side wrong of stated", 0.0, 0.001),
    ("honest owner called inconsistent in an event", 0.0, 0.01),
];

/// Goals of medians: the name on the card and the most.
const MEDIAN_GOALS: [(&str, f64); 1] = [("error of place over the bound", 1.3)];

/// `bench world [--seed N] [--worlds N] [--hours N] [--false BEHAVIOUR] [--ground] [--json]`.
///
/// Seeds come from the hash of the commit that is checked out, so that nobody tunes on them; `--seed` names one instead.
/// With `--false` one owner in each world does what is named: shift, mute, displace or invent. With
/// `--ground` the product is told the layers of each world's ground.
pub(super) fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let as_json = arguments.flag("--json");
    let worlds = number(&mut arguments, "--worlds")?.unwrap_or(WORLDS);
    let hours = number(&mut arguments, "--hours")?.unwrap_or(HOURS);
    let seeds = match number(&mut arguments, "--seed")? {
        Some(seed) => vec![seed],
        None => seeds_of(&commit()?, worlds)?,
    };
    let numbers = if arguments.flag("--ground") { "ground" } else { "shipped" };
    let behaviour = arguments.option("--false")?.unwrap_or_else(|| "honest".to_owned());
    arguments.end("world [--seed N] [--worlds N] [--hours N] [--false BEHAVIOUR] [--ground] [--json]")?;
    let mut command = project.cargo(&["run", "--quiet", "--profile", PROFILE, "--package", "truceline"]);
    command.args(["--example", "bench_world", "--", &behaviour, numbers, &hours.to_string()]);
    command.args(seeds.iter().map(u64::to_string));
    let lines = step::step("deriving what invented worlds deliver", || output_of(&mut command))?;
    if as_json {
        print!("{lines}");
        return Ok(());
    }
    let last = lines.lines().last().context("the example printed nothing")?;
    let card: Value = serde_json::from_str(last).context("the example printed a line that is no JSON")?;
    println!("{} worlds of {hours} h, {} times faster than real time", seeds.len(), card["faster_than_real_time"]);
    let of = |name: &str| card[name].as_object().cloned().unwrap_or_default();
    shares(&of("shares"));
    medians(&of("samples"));
    Ok(())
}

fn shares(shares: &Map<String, Value>) {
    println!("{:<64} {:>7} {:>7} {:>17}", "share", "", "n", "95 % interval");
    for (name, one) in shares {
        let Some(share) = one["share"].as_f64() else { continue };
        let interval = format!("{:.3} to {:.3}", end(one, 0), end(one, 1));
        let goal = SHARE_GOALS.iter().find(|(goal, ..)| goal == name);
        let said = goal.map_or(String::new(), |(_, least, most)| {
            format!("  goal {least} to {most}: {}", verdict((*least..=*most).contains(&share)))
        });
        println!("{name:<64} {share:>7.3} {:>7} {interval:>17}{said}", one["n"]);
    }
}

fn medians(samples: &Map<String, Value>) {
    println!("{:<64} {:>7} {:>7} {:>7}", "sample", "median", "p90", "n");
    for (name, one) in samples {
        let (Some(median), Some(p90)) = (one["median"].as_f64(), one["p90"].as_f64()) else { continue };
        let goal = MEDIAN_GOALS.iter().find(|(goal, _)| goal == name);
        let said = goal.map_or(String::new(), |(_, most)| format!("  goal {most}: {}", verdict(median <= *most)));
        println!("{name:<64} {median:>7.3} {p90:>7.3} {:>7}{said}", one["n"]);
    }
}

fn end(one: &Value, at: usize) -> f64 {
    one["interval_95"][at].as_f64().unwrap_or(f64::NAN)
}

/// The hash of the commit that is checked out.
fn commit() -> Result<String> {
    output_of(std::process::Command::new("git").args(["rev-parse", "HEAD"])).context("expected a clone, or --seed N")
}

/// So many seeds from a commit's hash: its first 48 bits, and on from there.
fn seeds_of(commit: &str, worlds: u64) -> Result<Vec<u64>> {
    let first = commit.get(..12).and_then(|digits| u64::from_str_radix(digits, 16).ok());
    let Some(first) = first else { bail!("commit {commit:?}, expected a hash in hex") };
    Ok((0..worlds).map(|n| first + n).collect())
}

fn number(arguments: &mut Arguments, name: &str) -> Result<Option<u64>> {
    let Some(text) = arguments.option(name)? else { return Ok(None) };
    text.parse().map(Some).with_context(|| format!("{name} {text:?}, expected a whole number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_come_from_the_commit() {
        let seeds = seeds_of("00000000000a99999999", 3).unwrap();
        assert_eq!(seeds, [10, 11, 12]);
        assert!(seeds_of("zz", 3).is_err());
    }
}
