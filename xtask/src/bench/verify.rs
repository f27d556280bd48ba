//! `bench verify`: how long the release program takes over a dossier of a thousand sealed records and seven witnesses, and
//! what of the machine's SHA-256 it reaches on their payloads; how large the program is, and on how many crates it rests.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::child;
use super::figure::{Figure, Goal, print};
use crate::arguments::Arguments;
use crate::project::{Project, output_of};
use crate::step;

/// All but the payloads, ms.
const PLAIN_MS_GOAL: f64 = 100.0;
/// Payloads by the machine's own SHA-256.
const HASHING_GOAL: f64 = 0.7;
/// The static program.
const PROGRAM_BYTES_GOAL: f64 = 3e6;
const CRATES_GOAL: f64 = 45.0;
/// Each process is run so often; the median counts.
const RUNS: usize = 9;
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// `bench verify [--records N] [--witnesses N] [--payload-bytes N] [--json]`.
pub(super) fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let as_json = arguments.flag("--json");
    let records = arguments.option("--records")?.unwrap_or_else(|| "1000".to_owned());
    let witnesses = arguments.option("--witnesses")?.unwrap_or_else(|| "7".to_owned());
    let payload_bytes = arguments.option("--payload-bytes")?.unwrap_or_else(|| "200000".to_owned());
    arguments.end("verify [--records N] [--witnesses N] [--payload-bytes N] [--json]")?;

    let program = program(project)?;
    let folder = project.root.join("target/bench-verify");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let folder_text = folder.display().to_string();
    let mut command = project.cargo(&["run", "--quiet", "--release", "--package", "truceline-verify"]);
    command.args(["--example", "bench_verify", "--", &folder_text, &records, &witnesses, &payload_bytes]);
    let line = step::step("making dossiers and verifying them in process", || output_of(&mut command))?;
    let found: Value = serde_json::from_str(line.trim()).context("the example printed no JSON line")?;
    let number = |name: &str| found[name].as_f64().with_context(|| format!("the example's line has no {name:?}"));

    let plain_s = step::step("running the program", || processor_s(&program, &folder, "plain.tldoss"))?;
    let heavy_s = processor_s(&program, &folder, "heavy.tldoss")?;
    let (payload_mb, limit) = (number("payload_bytes")? / 1e6, number("sha256_mb_s")?);
    let (plain_ms, heavy_ms) = (number("plain_ms")?, number("heavy_ms")?);
    let rate = 1e3 * payload_mb / (heavy_ms - plain_ms);
    let process_rate = payload_mb / (heavy_s - plain_s);
    let signatures_ms = number("signatures_ms")?;

    let set = format!("{records} records");
    let figure = |what, ours, goal| Figure::new(&set, what, Some(ours), goal);
    let mut hashing = figure("payloads in process MB/s", rate, Some(Goal::AtLeast(HASHING_GOAL * limit)));
    hashing.peers.push(("the same crate over one buffer".to_owned(), Some(limit)));
    hashing.peers.push(("openssl".to_owned(), openssl_mb_s()));
    let mut plain = figure("in process CPU ms", plain_ms, Some(Goal::AtMost(PLAIN_MS_GOAL)));
    plain.peers.push(("its frames' signatures alone".to_owned(), Some(signatures_ms)));
    let figures = [
        plain,
        figure("the program CPU ms", 1e3 * plain_s, Some(Goal::AtMost(PLAIN_MS_GOAL))),
        hashing,
        figure("payloads, the program MB/s", process_rate, Some(Goal::AtLeast(HASHING_GOAL * limit))),
        figure("static program bytes", size_of(&program)?, Some(Goal::AtMost(PROGRAM_BYTES_GOAL))),
        figure("crates", crates(project)?, Some(Goal::AtMost(CRATES_GOAL))),
    ];
    if as_json {
        let rows: Vec<Value> = figures.iter().map(Figure::to_json).collect();
        println!("{}", json!({ "example": found, "figures": rows }));
    } else {
        print(&figures);
    }
    Ok(())
}

/// The static release program, without what nobody who runs it needs.
fn program(project: &Project) -> Result<PathBuf> {
    let mut command =
        project.cargo(&["build", "--quiet", "--release", "--package", "truceline-verify", "--target", TARGET]);
    let flags =
        format!("target.{TARGET}.rustflags=[\"-C\", \"target-feature=+crt-static\", \"-C\", \"strip=symbols\"]");
    command.args(["--config", &flags]);
    step::step("building the static program", || output_of(&mut command))?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| project.root.join("target"), PathBuf::from);
    Ok(target.join(TARGET).join("release/truceline-verify"))
}

/// The median of the processor's time that the program takes over a file.
fn processor_s(program: &Path, folder: &Path, file: &str) -> Result<f64> {
    let mut command = Command::new(program);
    command.arg(folder.join(file)).arg("--key").arg(folder.join("journal.vkey"));
    command.arg("--policy").arg(folder.join("parties.policy"));
    let mut sample = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let (text, seconds) = child::timed(&command, &[])?;
        if !text.starts_with("PROVEN.") {
            bail!("{file} is not proven: {text}");
        }
        sample.push(seconds);
    }
    super::quantile(&sample, 0.5).context("the program was not run")
}

fn size_of(program: &Path) -> Result<f64> {
    let held = std::fs::metadata(program).with_context(|| format!("there is no {}", program.display()))?;
    Ok(held.len() as f64)
}

fn crates(project: &Project) -> Result<f64> {
    let tree = output_of(&mut project.cargo(&["tree", "-p", "truceline-verify", "-e", "normal", "--prefix", "none"]))?;
    let crates: std::collections::BTreeSet<&str> =
        tree.lines().map(|line| line.trim_end_matches(" (*)")).filter(|line| !line.is_empty()).collect();
    Ok(crates.len() as f64)
}

/// What OpenSSL reaches on blocks of 1 MB; none where it is not installed.
fn openssl_mb_s() -> Option<f64> {
    let mut command = Command::new("openssl");
    command.args(["speed", "-mr", "-seconds", "1", "-bytes", "1000000", "-evp", "sha256"]);
    let output = command.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // `+F:22:sha256:1416161620.00`: bytes a second.
    let line = text.lines().find(|line| line.starts_with("+F:"))?;
    line.rsplit(':').next()?.parse::<f64>().ok().map(|bytes| bytes / 1e6)
}
