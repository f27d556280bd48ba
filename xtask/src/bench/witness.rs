//! `bench witness`: how many submissions a second a witness answers, and whether crashes roll it back.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::verdict;
use crate::arguments::Arguments;
use crate::project::{PROFILE, Project, output_of};
use crate::step;

/// Submissions a second of processor time, all threads and the system's part together.
const PER_CPU_S_GOAL: f64 = 5_000.0;
const SUBMISSIONS: &str = "12800";

/// `bench witness [--folder DIR] [--crashes N] [--json]`.
pub(super) fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let as_json = arguments.flag("--json");
    let folder = arguments.option("--folder")?.unwrap_or_else(|| project.root.join("target").display().to_string());
    let crashes = arguments.option("--crashes")?;
    arguments.end("witness [--folder DIR] [--crashes N] [--json]")?;
    if let Some(crashes) = crashes {
        return crash(project, &crashes, as_json);
    }
    let folder = Path::new(&folder).join("bench-witness");
    // What an earlier measurement left would be grown from.
    let _ = std::fs::remove_dir_all(&folder);
    let mut command = project.cargo(&["run", "--quiet", "--profile", PROFILE, "--package", "truceline-node"]);
    command.args(["--example", "bench_witness", "--"]).arg(&folder).arg(SUBMISSIONS);
    let line = step::step("submitting", || output_of(&mut command))?;
    std::fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let found: Value = serde_json::from_str(line.trim()).context("the example printed no JSON line")?;
    if as_json {
        println!("{found}");
        return Ok(());
    }
    println!("cosigning with      decided /CPU s   durable /CPU s               durable /s   one client /s");
    for (name, words) in [("ed25519", "Ed25519"), ("both", "and ML-DSA-44")] {
        let number = |of: &str| found[name][of].as_f64().with_context(|| format!("the example's line has no {of:?}"));
        let durable = number("durable_per_cpu_s")?;
        println!(
            "{words:<19} {:>14.0} {durable:>16.0} >= {PER_CPU_S_GOAL} {:<6} {:>12.0} {:>15.0}",
            number("decided_per_cpu_s")?,
            verdict(durable >= PER_CPU_S_GOAL),
            number("durable_per_s")?,
            number("one_client_per_s")?
        );
    }
    Ok(())
}

/// The test of crashes with more of them than it has by itself.
fn crash(project: &Project, crashes: &str, as_json: bool) -> Result<()> {
    let mut command = project.cargo(&["test", "--quiet", "--profile", PROFILE, "--package", "truceline-node", "--lib"]);
    command.args(["no_crash_and_no_restored_copy", "--", "--nocapture"]).env("TRUCELINE_WITNESS_CRASHES", crashes);
    let output = step::step("crashing", || output_of(&mut command))?;
    let Some(line) = output.lines().find_map(|line| line.find("{\"crashes\"").map(|at| &line[at..])) else {
        bail!("the test printed no JSON line: {output}");
    };
    let found: Value = serde_json::from_str(line.trim()).context("the test's line is no JSON")?;
    if as_json {
        println!("{found}");
        return Ok(());
    }
    // A rollback or a fork fails the test, and so ends this before.
    println!(
        "{} crashes, {} of them at a fault, {} disks put back to a copy, {} checkpoints signed: 0 rollbacks, 0 forks",
        found["crashes"], found["faults_met"], found["restored"], found["signed"]
    );
    Ok(())
}
