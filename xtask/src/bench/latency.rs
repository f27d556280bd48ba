//! `bench latency`: from a record's arrival to its detection in the journal, live; and how fast files are loaded.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::verdict;
use crate::arguments::Arguments;
use crate::project::{PROFILE, Project, output_of};
use crate::step;

/// From a record's arrival to its detection in the journal, 99 of 100, ms.
const DETECTED_P99_MS_GOAL: f64 = 50.0;
/// Channels of 100 Hz.
const CHANNELS: u32 = 500;
/// Connections that hand records in.
const SOURCES: u32 = 10;
/// The second run associates, at 10,000 arrivals an hour: for so long, s, and in such windows, s, so that some close in it. A
/// half of one holds 170 arrivals.
const ASSOCIATED_S: u32 = 240;
const WINDOW_S: u32 = 120;
/// How much is loaded from a file, s of all channels.
const LOADED_S: u32 = 1_200;

/// `bench latency [--seconds N] [--json]`.
pub(super) fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let as_json = arguments.flag("--json");
    let seconds = arguments.option("--seconds")?.unwrap_or_else(|| "60".to_owned());
    arguments.end("latency [--seconds N] [--json]")?;
    let (channels, sources) = (CHANNELS.to_string(), SOURCES.to_string());
    let live =
        example(project, "bench_latency", &[&seconds, &channels, &sources], "handing records in as they are due")?;
    let (associated_s, window_s) = (ASSOCIATED_S.to_string(), WINDOW_S.to_string());
    let words = [associated_s.as_str(), &channels, &sources, &window_s];
    let associated = example(project, "bench_latency", &words, "the same with an inventory, associating")?;
    let load = example(project, "bench_load", &[&LOADED_S.to_string(), &channels], "loading a file")?;
    if as_json {
        println!("{}", json!({ "live": live, "associated": associated, "load": load }));
        return Ok(());
    }
    let of = |found: &Value, name: &str| found[name].as_f64().with_context(|| format!("a line has no {name:?}"));
    for (found, what) in [(&live, "without an inventory"), (&associated, "with an inventory, associating")] {
        println!(
            "{CHANNELS} channels of 100 Hz over {SOURCES} connections for {:.0} s, {what}: {:.0} records/s, {:.0} detections, \
             {:.0} revisions of events, {:.2} processors",
            of(found, "seconds")?,
            of(found, "records_s")?,
            of(found, "detections")?,
            of(found, "events")?,
            of(found, "cpu_share")?
        );
        println!("ms                                          p50       p99       max");
        for (name, words) in [
            ("fdatasync_ms", "one synchronisation of this disk"),
            ("acknowledged_ms", "record to acknowledgement"),
            ("served_ms", "record to all that follows"),
            ("detected_ms", "record to its detection"),
        ] {
            let at = |level: &str| of(&found[name], level);
            println!("{words:<38}{:>9.2} {:>9.2} {:>9.2}", at("p50")?, at("p99")?, at("max")?);
        }
        let p99 = of(&found["detected_ms"], "p99")?;
        println!("detected, p99 (ms) {p99:>10.2}  <= {DETECTED_P99_MS_GOAL}  {}", verdict(p99 <= DETECTED_P99_MS_GOAL));
    }
    println!(
        "a file of {:.0} records: loaded, detected in and durable at {:.0} records/s = {:.1} Msamples/s ({:.2} s, of processors \
         {:.2} s); replayed at {:.0} records/s",
        of(&load, "records")?,
        of(&load, "load_records_s")?,
        of(&load, "load_samples_s")? / 1e6,
        of(&load, "load_s")?,
        of(&load, "load_cpu_s")?,
        of(&load, "replay_records_s")?
    );
    Ok(())
}

fn example(project: &Project, name: &str, words: &[&str], what: &str) -> Result<Value> {
    let mut command = project.cargo(&["run", "--quiet", "--profile", PROFILE, "--package", "truceline-node"]);
    command.args(["--example", name, "--"]).args(words);
    let line = step::step(what, || output_of(&mut command))?;
    serde_json::from_str(line.trim()).context("the example printed no JSON line")
}
