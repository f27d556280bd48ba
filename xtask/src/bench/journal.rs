//! `bench journal`: how fast entries become durable with tiles, sign guard and signed checkpoint, beside the raw limit of the
//! same disk, and what a long journal keeps in memory; and `bench flips`: whether each flipped byte of a store is found.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::verdict;
use crate::arguments::Arguments;
use crate::project::{PROFILE, Project, output_of};
use crate::step;

/// Of the raw limit of one file with group commit, at the same size of batch.
const RATIO_GOAL: f64 = 0.6;
/// From a batch to its acknowledgement, 99 of 100, ms.
const P99_MS_GOAL: f64 = 100.0;
/// Frame, check sum, salt, commitment, leaf and tree: entries of 256 bytes per second of one processor.
const CPU_ENTRIES_S_GOAL: f64 = 1e6;
/// Of a journal of a week at 10,000 reports an hour: caches and the newest entries, 10 MB. What grows with each entry, its place
/// and two hashes, would be 80 bytes.
const BYTES_ENTRY_GOAL: f64 = 5.0;
/// Flips, each followed by a check of the whole store.
const FLIPS: u64 = 100_000;

/// `bench journal [--folder DIR] [--seconds N] [--json]`.
pub(super) fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let as_json = arguments.flag("--json");
    let folder = arguments.option("--folder")?.unwrap_or_else(|| project.root.join("target").display().to_string());
    let seconds = arguments.option("--seconds")?.unwrap_or_else(|| "8".to_owned());
    arguments.end("journal [--folder DIR] [--seconds N] [--json]")?;
    let found = measured(project, Path::new(&folder), &seconds, || Ok(()))?;
    if as_json {
        println!("{found}");
        return Ok(());
    }
    println!("threads  batch   entries/s    raw file   ratio            p50 ms  p99 ms");
    for row in found["rows"].as_array().context("the example's line has no rows")? {
        let (ratio, p99) = (number(row, "ratio")?, number(row, "p99_ms")?);
        println!(
            "{:>7} {:>6} {:>11.0} {:>11.0}   {ratio:>5.2} >= {RATIO_GOAL} {:<6} {:>6.2} {p99:>7.2} <= {P99_MS_GOAL} {}",
            number(row, "appenders")?,
            number(row, "batch")?,
            number(row, "ours_entries_s")?,
            number(row, "raw_entries_s")?,
            verdict(ratio >= RATIO_GOAL),
            number(row, "p50_ms")?,
            verdict(p99 <= P99_MS_GOAL)
        );
    }
    let long = &found["long"];
    for (name, when) in [("made_bytes_entry", "as it was made"), ("opened_bytes_entry", "opened again")] {
        let held = number(long, name)?;
        println!(
            "memory of a journal of {:.0} entries, {when}: {held:.1} bytes an entry <= {BYTES_ENTRY_GOAL} {}",
            number(long, "entries")?,
            verdict(held <= BYTES_ENTRY_GOAL)
        );
    }
    println!(
        "it opens in {:.2} s; an entry is read in {:.1} us in order and {:.1} us anywhere, and proven in {:.1} us anywhere",
        number(long, "open_s")?,
        number(long, "in_order_us")?,
        number(long, "anywhere_us")?,
        number(long, "proof_us")?
    );
    let cpu = number(&found, "cpu_entries_s")?;
    println!(
        "frame, salt, commitment, leaf and tree: {cpu:.0} entries/s of one processor >= {CPU_ENTRIES_S_GOAL:.0} {}",
        verdict(cpu >= CPU_ENTRIES_S_GOAL)
    );
    Ok(())
}

/// The rows of the example, as it is shipped: with the release profile. `before` runs when it is built, in the same minutes.
pub(super) fn measured(
    project: &Project,
    folder: &Path,
    seconds: &str,
    before: impl FnOnce() -> Result<()>,
) -> Result<Value> {
    let mut build = project.cargo(&["build", "--quiet", "--release", "--package", "truceline-node"]);
    build.args(["--example", "bench_journal"]);
    step::step("building with the release profile", || step::run(&mut build))?;
    before()?;
    let mut command = Command::new(project.target()?.join("release/examples/bench_journal"));
    command.arg(folder).arg(seconds);
    let line = step::step("appending, and writing to one raw file in turn", || output_of(&mut command))?;
    serde_json::from_str(line.trim()).context("the example printed no JSON line")
}

/// `bench flips [--count N] [--from SEED] [--json]`.
pub(super) fn flips(project: &Project, mut arguments: Arguments) -> Result<()> {
    let as_json = arguments.flag("--json");
    let count = arguments.option("--count")?.unwrap_or_else(|| FLIPS.to_string());
    let seed = arguments.option("--from")?.unwrap_or_else(|| "1".to_owned());
    arguments.end("flips [--count N] [--from SEED] [--json]")?;
    let mut command = project.cargo(&["run", "--quiet", "--profile", PROFILE, "--package", "truceline-node"]);
    command.args(["--example", "bench_flips", "--", &count, &seed]);
    let line = step::step("flipping bytes and checking the store after each", || output_of(&mut command))?;
    let found: Value = serde_json::from_str(line.trim()).context("the example printed no JSON line")?;
    if as_json {
        println!("{found}");
        return Ok(());
    }
    let missed = number(&found, "missed")?;
    println!(
        "{:.0} flips over {:.0} bytes of {}: {:.0} found with file and entry, {missed:.0} not ({:.0} s)  {}",
        number(&found, "flips")?,
        number(&found, "bytes")?,
        found["files"],
        number(&found, "found")?,
        number(&found, "seconds")?,
        verdict(missed == 0.0)
    );
    Ok(())
}

fn number(found: &Value, name: &str) -> Result<f64> {
    found[name].as_f64().with_context(|| format!("the example's line has no {name:?}"))
}
