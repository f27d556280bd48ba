//! `bench tessera`: durable appends beside Tessera's POSIX driver on the same disk in the same minutes, each at its best batch
//! whose 99th percentile is within the bound; and whether each reads the other's log.
//!
//! The peer is built from `xtask/peers/tessera`, whose `go.mod` says how; it is no part of the product.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::{journal, verdict};
use crate::arguments::Arguments;
use crate::project::{PROFILE, Project, output_of};
use crate::server::Server;
use crate::step;

/// Ours over the peer's.
const RATIO_GOAL: f64 = 10.0;
/// From an entry to its acknowledgement, 99 of 100, ms.
const P99_MS_MAX: f64 = 100.0;
/// Workers that each wait for their entry, the most entries of a batch, and how long it waits for more: one entry at a time,
/// batches as of its documentation, and more of each until the bound on the wait is passed.
const PEER_ROWS: [(u32, u32, &str); 4] =
    [(1, 1, "1ms"), (512, 256, "5ms"), (1_024, 512, "10ms"), (4_096, 1_024, "10ms")];
/// Entries of the peer's log that ours reads: more than one full tile of the second level would take minutes.
const LOG_ENTRIES: &str = "2000";

/// `bench tessera --peer DIR [--folder DIR] [--seconds N] [--json]`.
pub(super) fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let as_json = arguments.flag("--json");
    let peer = arguments.option("--peer")?;
    let folder = arguments.option("--folder")?.unwrap_or_else(|| project.root.join("target").display().to_string());
    let seconds = arguments.option("--seconds")?.unwrap_or_else(|| "8".to_owned());
    arguments.end("tessera --peer DIR [--folder DIR] [--seconds N] [--json]")?;
    let peer =
        PathBuf::from(peer.context("--peer DIR names the folder of the built peer; see xtask/peers/tessera/go.mod")?);
    let place = Path::new(&folder).join(format!("tessera-{}", std::process::id()));
    std::fs::create_dir_all(&place).with_context(|| format!("{}: cannot be made", place.display()))?;
    let found = measured(project, &peer, &place, &seconds);
    // What stays takes room and nothing else.
    let _ = std::fs::remove_dir_all(&place);
    let found = found?;
    if as_json {
        println!("{found}");
        return Ok(());
    }
    print(&found)
}

fn measured(project: &Project, peer: &Path, place: &Path, seconds: &str) -> Result<Value> {
    let mut peers = Vec::new();
    let ours = journal::measured(project, place, seconds, || {
        let mut rows = Vec::new();
        for (workers, batch, age) in PEER_ROWS {
            let dir = place.join(format!("log-{workers}-{}", peers.len()));
            let mut command = Command::new(peer.join("throughput"));
            command.arg("--dir").arg(&dir).args(["--batch", &batch.to_string(), "--age", age]);
            command.args(["--workers", &workers.to_string(), "--seconds", seconds]);
            let what = format!("Tessera with {workers} workers");
            rows.push(json_of(&step::step(&what, || output_of(&mut command))?)?);
            std::fs::remove_dir_all(&dir).with_context(|| format!("{}: cannot be removed", dir.display()))?;
        }
        peers.extend(rows);
        Ok(())
    })?;
    let reads = each_other(project, peer, place)?;
    Ok(json!({ "ours": ours, "peer": peers, "reads": reads }))
}

/// Each reads the other's log.
fn each_other(project: &Project, peer: &Path, place: &Path) -> Result<Value> {
    let mut build = project.cargo(&["build", "--quiet", "--profile", PROFILE, "--package", "truceline"]);
    step::step("building truceline", || step::run(&mut build))?;
    let binary = project.binary("truceline")?;
    let store = place.join("store");
    let mut server = Server::start(&binary, &store)?;
    let mut load = Command::new(&binary);
    load.arg("load").arg(&store).env("TRUCELINE_GUARD", "guard");
    load.args(["agreement.toml", "detections.json"].map(|name| project.examples().join("utah-2004").join(name)));
    step::step("loading an example", || output_of(&mut load))?;
    let key = store.join("journal.vkey");
    let theirs = |url: &str| {
        let mut command = Command::new(peer.join("fsck"));
        command.args(["--url", url, "--key"]).arg(&key);
        step::step(&format!("Tessera's fsck of {url}"), || output_of(&mut command)).map(|text| text.trim() == "ok")
    };
    let over_http = theirs(&format!("{}log/", server.address))?;
    server.end()?;
    let export = place.join("export");
    let mut exporting = Command::new(&binary);
    exporting.args(["log", "export"]).arg(&store).arg(&export);
    step::step("log export", || output_of(&mut exporting))?;
    let as_files = theirs(&format!("file://{}", absolute(&export)?.display()))?;
    let log = place.join("log");
    let mut make = Command::new(peer.join("throughput"));
    make.arg("--dir").arg(&log).args(["--count", LOG_ENTRIES, "--workers", "100", "--batch", "64"]);
    step::step("a log of Tessera's", || output_of(&mut make))?;
    let mut check = Command::new(&binary);
    check.args(["log", "check", "--json"]).arg(&log).arg("--key").arg(log.join("log.vkey"));
    let ours = json_of(&step::step("log check", || output_of(&mut check))?)?;
    Ok(
        json!({ "over_http": over_http, "as_files": as_files, "ours_reads": ours["sound"], "ours_read_entries": ours["size"] }),
    )
}

fn absolute(path: &Path) -> Result<PathBuf> {
    path.canonicalize().with_context(|| format!("{}: cannot be found", path.display()))
}

fn json_of(text: &str) -> Result<Value> {
    serde_json::from_str(text.trim()).context("the program printed no JSON line")
}

/// The row with the most entries a second whose 99th percentile is within the bound.
fn best<'a>(rows: &'a [Value], rate: &str) -> Result<&'a Value> {
    let within = rows.iter().filter(|row| row["p99_ms"].as_f64().is_some_and(|ms| ms <= P99_MS_MAX));
    within
        .max_by(|a, b| a[rate].as_f64().unwrap_or(0.0).total_cmp(&b[rate].as_f64().unwrap_or(0.0)))
        .context("no row is within the bound on the wait")
}

fn print(found: &Value) -> Result<()> {
    let rows = |value: &Value| value.as_array().cloned().context("no rows");
    let (ours, peer) = (rows(&found["ours"]["rows"])?, rows(&found["peer"])?);
    println!("{:<22} {:>8} {:>6} {:>11} {:>8} {:>8}", "", "threads", "batch", "entries/s", "p50 ms", "p99 ms");
    for (name, rows, threads, rate) in
        [("truceline", &ours, "appenders", "ours_entries_s"), ("Tessera POSIX", &peer, "workers", "entries_s")]
    {
        for row in rows {
            let number = |name: &str| row[name].as_f64().with_context(|| format!("a row has no {name:?}"));
            println!(
                "{name:<22} {:>8} {:>6} {:>11.0} {:>8.2} {:>8.2}",
                number(threads)?,
                number("batch")?,
                number(rate)?,
                number("p50_ms")?,
                number("p99_ms")?
            );
        }
    }
    let (ours, peer) = (best(&ours, "ours_entries_s")?, best(&peer, "entries_s")?);
    let rate = |row: &Value, name: &str| row[name].as_f64().with_context(|| format!("a row has no {name:?}"));
    let ratio = rate(ours, "ours_entries_s")? / rate(peer, "entries_s")?;
    println!(
        "each at its best with p99 <= {P99_MS_MAX} ms: {ratio:.1} times as many >= {RATIO_GOAL}  {}",
        verdict(ratio >= RATIO_GOAL)
    );
    let reads = &found["reads"];
    for (what, is) in [
        ("Tessera's fsck reads our log over HTTP", &reads["over_http"]),
        ("Tessera's fsck reads our exported files", &reads["as_files"]),
        ("`truceline log check` reads Tessera's log", &reads["ours_reads"]),
    ] {
        let Some(is) = is.as_bool() else { bail!("the report lacks whether {what}") };
        println!("{what}: {}", if is { "yes" } else { "no" });
    }
    Ok(())
}
