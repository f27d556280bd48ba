//! `bench restart`: how long a store of ten million entries takes to open.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use super::verdict;
use crate::arguments::Arguments;
use crate::project::{Project, output_of};
use crate::step;

/// Seconds until a store of [`ENTRIES`] entries is open and served.
const READY_S_GOAL: f64 = 5.0;
const ENTRIES: u64 = 10_000_000;

/// `bench restart [--folder DIR] [--json]`.
pub(super) fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let as_json = arguments.flag("--json");
    let folder = arguments.option("--folder")?.unwrap_or_else(|| project.root.join("target").display().to_string());
    arguments.end("restart [--folder DIR] [--json]")?;
    let entries = ENTRIES.to_string();
    let mut command = project.cargo(&["run", "--quiet", "--release", "--package", "truceline-node"]);
    command.args(["--example", "bench_restart", "--", &entries, &folder]);
    let line = step::step("making and opening a store", || output_of(&mut command))?;
    let found: Value = serde_json::from_str(line.trim()).context("the example printed no JSON line")?;
    if as_json {
        println!("{found}");
        return Ok(());
    }
    let number = |name: &str| found[name].as_f64().with_context(|| format!("the example's line has no {name:?}"));
    let ready_s = number("ready_s")?;
    let made = Duration::from_secs_f64(number("make_s")?);
    println!("{:.0} entries, {:.0} bytes, made in {} s", number("entries")?, number("log_bytes")?, made.as_secs());
    println!(
        "open and served (s)             {ready_s:>10.2}  <= {READY_S_GOAL}  {}",
        verdict(ready_s <= READY_S_GOAL)
    );
    println!("memory of the whole node (MB)   {:>10.0}", number("held_bytes")? / 1e6);
    match found["cold_s"].as_f64() {
        Some(cold_s) => println!("with nothing of it in memory (s) {cold_s:>9.2}  the disk's reading is in it"),
        None => println!("with nothing of it in memory: only an administrator can measure it"),
    }
    Ok(())
}
