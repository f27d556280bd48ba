//! `bench fuzz`: good files, damaged by seeds, given to every decoder: no panic, no hang, no memory over its bound.
//!
//! A seed names an input, so a run goes on with `--from` where another one ended, and a seed that is found can be tried
//! again alone. What is asserted stands in `fuzz/decoders`, one file for each decoder; the targets of `cargo fuzz` run
//! the same.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::verdict;
use crate::arguments::Arguments;
use crate::project::{Project, output_of};
use crate::step;

/// Damaged inputs for each decoder.
const COUNT_GOAL: u64 = 100_000_000;

/// `bench fuzz [--decoder NAME] [--from SEED] [--count N] [--json]`.
pub(super) fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let as_json = arguments.flag("--json");
    let only = arguments.option("--decoder")?;
    let from = number(arguments.option("--from")?, 0, "--from")?;
    let count = number(arguments.option("--count")?, COUNT_GOAL, "--count")?;
    arguments.end("fuzz [--decoder NAME] [--from SEED] [--count N] [--json]")?;
    let target = project.root.join("target/decoders");
    let mut build = project.cargo(&["build", "--quiet", "--release", "--package", "truceline-decoders"]);
    build.arg("--manifest-path").arg(project.root.join("fuzz/Cargo.toml")).arg("--target-dir").arg(&target);
    step::step("decoders", || step::run(&mut build))?;
    let mutate = target.join("release/mutate");
    let names: Vec<String> = output_of(&mut Command::new(&mutate))?.lines().map(str::to_owned).collect();
    let targets = targets(&project.root.join("fuzz/targets"))?;
    if targets != names.iter().cloned().collect() {
        bail!("fuzz/targets has {targets:?}, expected one target for each decoder: {names:?}");
    }
    let chosen: Vec<&String> = names.iter().filter(|name| only.as_ref().is_none_or(|only| only == *name)).collect();
    if chosen.is_empty() {
        bail!("there is no decoder {:?}; expected one of {}", only.unwrap_or_default(), names.join(", "));
    }
    let mut answers = Vec::new();
    if !as_json {
        println!(
            "{:<14} {:>12} {:>8} {:>10} {:>11} {:>13}",
            "decoder", "inputs", "read", "per CPU s", "peak bytes", "goal"
        );
    }
    for name in chosen {
        let answer = step::step(name, || one(&mutate, name, from, count))?;
        if !as_json {
            println!("{}", row(&answer)?);
        }
        answers.push(answer);
    }
    if as_json {
        println!("{}", json!({ "goal": COUNT_GOAL, "decoders": answers }));
    }
    Ok(())
}

fn one(mutate: &Path, name: &str, from: u64, count: u64) -> Result<Value> {
    let mut command = Command::new(mutate);
    command.args([name, &from.to_string(), &count.to_string()]).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().with_context(|| format!("{}: cannot be started", mutate.display()))?;
    if !output.status.success() {
        bail!("{}: the line above names the seed", output.status);
    }
    serde_json::from_slice(&output.stdout).context("expected one line of JSON")
}

fn row(answer: &Value) -> Result<String> {
    let number = |name: &str| answer[name].as_f64().with_context(|| format!("no number in {name:?}"));
    let (count, read) = (number("count")?, number("read")?);
    // Where the system does not say how long the processor worked, the clock must do.
    let seconds = number("cpu_seconds").or_else(|_| number("seconds"))?;
    Ok(format!(
        "{:<14} {count:>12.0} {:>6.1} % {:>10.0} {:>11.0} {COUNT_GOAL:>13} {}",
        answer["decoder"].as_str().unwrap_or_default(),
        100.0 * read / count.max(1.0),
        count / seconds.max(1e-9),
        number("peak_bytes")?,
        verdict(count >= COUNT_GOAL as f64)
    ))
}

/// The names of libFuzzer's targets.
fn targets(folder: &Path) -> Result<BTreeSet<String>> {
    let read = std::fs::read_dir(folder).with_context(|| format!("{}: cannot be read", folder.display()))?;
    let stem = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    Ok(read.filter_map(|entry| stem(&entry.ok()?.path())).collect())
}

fn number(text: Option<String>, default: u64, option: &str) -> Result<u64> {
    match text {
        None => Ok(default),
        Some(text) => text.parse().with_context(|| format!("{option} {text}: expected a whole number")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_say_whether_the_goal_is_met() {
        let answer = |count: u64| json!({ "decoder": "sac", "count": count, "read": count / 4, "seconds": 2.0, "cpu_seconds": 1.0, "peak_bytes": 436 });
        let met = row(&answer(COUNT_GOAL)).unwrap();
        assert!(met.starts_with("sac ") && met.contains("25.0 %") && met.ends_with(" met"), "{met}");
        assert!(row(&answer(1000)).unwrap().ends_with(" missed"));
        assert!(row(&json!({ "decoder": "sac" })).is_err());
    }

    #[test]
    fn seeds_and_counts_are_numbers() {
        assert_eq!(number(None, 7, "--from").unwrap(), 7);
        assert_eq!(number(Some("12".to_owned()), 7, "--from").unwrap(), 12);
        assert!(number(Some("1e8".to_owned()), 7, "--count").unwrap_err().to_string().contains("--count 1e8"));
    }
}
