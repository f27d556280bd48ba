//! `bench signal`: how fast records become arrivals, beside ObsPy on the same records.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::process::Command;

use super::verdict;
use crate::arguments::Arguments;
use crate::project::{PROFILE, Project, output_of};
use crate::step;

/// 512-byte Steim-2 records decoded in a second, on one core.
const DECODE_RECORDS_S_GOAL: f64 = 1e6;
/// Million samples a second from record to trigger, on one core.
const CHAIN_MSPS_GOAL: f64 = 100.0;

/// `bench signal [--json] [--python FILE]`: with a Python that has ObsPy, ObsPy is measured too.
pub(super) fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let as_json = arguments.flag("--json");
    let python = arguments.option("--python")?;
    arguments.end("signal [--json] [--python FILE]")?;
    let records = std::env::temp_dir().join(format!("truceline-signal-{}.mseed", std::process::id()));
    let mut command = project.cargo(&["run", "--quiet", "--profile", PROFILE, "--package", "truceline-engine"]);
    command.args(["--example", "bench_signal", "--"]).arg(&records);
    let ours = step::step("ours", || parse(&output_of(&mut command)?));
    let peer = python.map(|python| {
        let mut command = Command::new(python);
        command.arg(project.root.join("xtask/peers/obspy_signal.py")).arg(&records);
        for threads in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"] {
            command.env(threads, "1");
        }
        step::step("ObsPy", || parse(&output_of(&mut command)?))
    });
    // A file that stays takes room in the temporary folder and nothing else.
    let _ = std::fs::remove_file(&records);
    let (ours, peer) = (ours?, peer.transpose()?);
    if as_json {
        println!("{}", json!({ "ours": ours, "obspy": peer }));
        return Ok(());
    }
    let number = |of: &Value, name: &str| of[name].as_f64().with_context(|| format!("no number in {name:?}"));
    let (decode, chain) = (number(&ours, "decode_records_s")?, number(&ours, "chain_msps")?);
    println!("{:<44} {:>12}  {:>12}", "one core", "measured", "goal");
    println!(
        "{:<44} {decode:>12.0}  {DECODE_RECORDS_S_GOAL:>12.0}  {}",
        "512-byte Steim-2 records decoded a second",
        verdict(decode >= DECODE_RECORDS_S_GOAL)
    );
    println!(
        "{:<44} {chain:>12.1}  {CHAIN_MSPS_GOAL:>12.1}  {}",
        "record to trigger, million samples a second",
        verdict(chain >= CHAIN_MSPS_GOAL)
    );
    if let Some(peer) = peer {
        let singly = number(&peer, "singly_records_s")?;
        let peer_chain = number(&peer, "chain_msps")?;
        println!("ObsPy, record by record: {singly:.0} records a second, ours {:.0} times", decode / singly);
        println!("ObsPy, whole file to trigger: {peer_chain:.1}, ours {:.1} times", chain / peer_chain);
    }
    Ok(())
}

fn parse(line: &str) -> Result<Value> {
    serde_json::from_str(line.trim()).context("expected one line of JSON")
}
