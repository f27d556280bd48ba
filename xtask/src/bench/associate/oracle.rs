//! What an oracle reaches that is told where and when every event was: its curve over the bar of the log odds, with ours
//! beside it; and whether memory stays flat while a million arrivals stream through.
//!
//! Both are examples of the science crate: the command has neither an oracle nor a stream.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Bench;
use crate::bench::figure::{Figure, Goal};
use crate::project::output_of;
use crate::step;

/// Even odds: the bar at which both are compared, because an event is stated from there on.
const EVEN: f64 = 0.0;

/// The stream's set in the table.
pub(super) const STREAM: &str = "stream";

/// An example beside the binary that is measured; built where there is none.
fn example(bench: &Bench<'_>, name: &str) -> Result<PathBuf> {
    let folder = bench.binary.parent().map(|folder| folder.join("examples")).unwrap_or_default();
    let file = folder.join(name);
    if !file.is_file() {
        let build = ["build", "--release", "-p", "truceline-science", "--example", name];
        step::step(&format!("cargo {}", build.join(" ")), || step::run(&mut bench.project.cargo(&build)))?;
        return Ok(bench.project.target()?.join("release/examples").join(name));
    }
    Ok(file)
}

/// The oracle's curve on a set, printed with ours; figures of the F1 of both.
pub(super) fn run(bench: &Bench<'_>, name: &str, folder: &Path, figures: &mut Vec<Figure>) -> Result<()> {
    let mut command = Command::new(example(bench, "bench_associate")?);
    command.arg("--curve").arg(folder);
    let text = step::step(&format!("{name}, oracle"), || output_of(&mut command))?;
    let answer: Value = serde_json::from_str(text.trim()).context("bench_associate: not JSON")?;
    let points = |of: &str| answer[of].as_array().cloned().unwrap_or_default();
    let number = |point: &Value, of: &str| point[of].as_f64().unwrap_or(f64::NAN);
    eprintln!("    {name}, over the bar of the log odds: recall, precision, F1");
    eprintln!("    {:>5}  {:<24} ours", "bar", "oracle");
    let (mut best, mut even) = (f64::NEG_INFINITY, [f64::NAN; 2]);
    for (oracle, ours) in points("oracle").iter().zip(&points("curve")) {
        let row = |point| ["recall", "precision", "f1"].map(|of| format!("{:.4}", number(point, of))).join(" ");
        eprintln!("    {:>5}  {:<24} {}", number(oracle, "bar"), row(oracle), row(ours));
        best = best.max(number(oracle, "f1"));
        if number(oracle, "bar") == EVEN {
            even = [oracle, ours].map(|point| number(point, "f1"));
        }
    }
    figures.push(Figure::new(name, "oracle's F1, best bar", Some(best), None));
    figures.push(Figure::new(name, "oracle's F1, even odds", Some(even[0]), None));
    let goal = Some(Goal::AtLeast(even[0] - 0.02));
    figures.push(Figure::new(name, "F1, even odds", Some(even[1]), goal));
    Ok(())
}

/// A million arrivals through the streaming form.
pub(super) fn stream(bench: &Bench<'_>, figures: &mut Vec<Figure>) -> Result<()> {
    /// What the peak may grow by from the first count to the last: blocks differ in size.
    const GROWTH_MAX: f64 = 1.1;
    let mut command = Command::new(example(bench, "bench_associate_stream")?);
    let text = step::step("10^6 arrivals, streaming", || output_of(&mut command))?;
    let mut first_mb = None;
    let names = ["peak MB at 10^5 arrivals", "peak MB at 3 x 10^5", "peak MB at 10^6"];
    for (line, name) in text.lines().zip(names) {
        let answer: Value = serde_json::from_str(line).context("bench_associate_stream: not JSON")?;
        let peak_mb = answer["peak_mb"].as_f64().context("bench_associate_stream: no peak_mb")?;
        let goal = first_mb.map(|first_mb: f64| Goal::AtMost(GROWTH_MAX * first_mb));
        first_mb = first_mb.or(Some(peak_mb));
        figures.push(Figure::new(STREAM, name, Some(peak_mb), goal));
        if name == names[2] {
            figures.push(Figure::new(STREAM, "CPU s", answer["cpu_s"].as_f64(), None));
        }
    }
    Ok(())
}
