//! `bench frames`: how many sealed frames a second one core admits.

use anyhow::{Context, Result};
use serde_json::Value;

use super::verdict;
use crate::arguments::Arguments;
use crate::project::{PROFILE, Project, output_of};
use crate::step;

/// Frames a second of processor time.
const FRAMES_PER_S_GOAL: f64 = 15_000.0;
const FRAMES: u64 = 200_000;

/// `bench frames [--json]`.
pub(super) fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let as_json = arguments.flag("--json");
    arguments.end("frames [--json]")?;
    let frames = FRAMES.to_string();
    let mut command = project.cargo(&["run", "--quiet", "--profile", PROFILE, "--package", "truceline-evidence"]);
    command.args(["--example", "bench_frames", "--", &frames]);
    let line = step::step("sealing and admitting frames", || output_of(&mut command))?;
    let found: Value = serde_json::from_str(line.trim()).context("the example printed no JSON line")?;
    if as_json {
        println!("{found}");
        return Ok(());
    }
    let number = |name: &str| found[name].as_f64().with_context(|| format!("the example's line has no {name:?}"));
    let (admitted, limit) = (number("frames_per_s")?, number("signatures_per_s")?);
    let met = verdict(admitted >= FRAMES_PER_S_GOAL);
    println!("frames admitted /s/core   {admitted:>10.0}  >= {FRAMES_PER_S_GOAL}  {met}");
    println!("the signatures alone /s   {limit:>10.0}  the limit; {:.0} % of it", 100.0 * admitted / limit);
    Ok(())
}
