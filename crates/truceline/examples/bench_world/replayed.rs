//! The same store derived again, as `truceline replay` does, by a process of its own: how fast, how long the inputs took that
//! brought a finding, and how much memory it needed.
use crate::{THREADS, memory};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;
use truceline_engine::identity::engine_id;
use truceline_engine::replay::Replay;
use truceline_evidence::journal::JournalReader;
use truceline_model::derived::Derived;
use truceline_model::entry;
use truceline_model::finding::Finding;
use truceline_node::Held;
use truceline_node::store::Store;

/// The word before a store's folder for which this example does nothing but replay it.
pub(crate) const WORD: &str = "replay";

/// Has a process of its own replay a store.
pub(crate) fn by_itself(store: &Path) -> Result<Value> {
    let program = std::env::current_exe().context("cannot find this program")?;
    let output = Command::new(program).arg(WORD).arg(store).stdin(Stdio::null()).output();
    let output = output.context("cannot start this program again")?;
    if !output.status.success() {
        bail!("replay: {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    serde_json::from_slice(&output.stdout).context("the replay printed no JSON")
}

/// Replays a store.
pub(crate) fn here(folder: &Path) -> Result<Value> {
    let begun = Instant::now();
    let store = Store::open(folder, false)?;
    let held = Held::read(&store)?;
    let journal = held.journal();
    let mut replay = Replay::new(engine_id(), &journal.origin(), THREADS);
    let mut took_s: BTreeMap<u64, f64> = BTreeMap::new();
    let mut cases = BTreeSet::new();
    let mut finding_s: Vec<f64> = Vec::new();
    for index in 0..journal.size() {
        let bytes = journal.entry(index)?;
        let before = Instant::now();
        replay.take(&bytes, &held).with_context(|| format!("entry {index}"))?;
        took_s.insert(index, before.elapsed().as_secs_f64());
        if let Ok(found) = entry::from_bytes::<Derived<Finding>>(&bytes)
            && cases.insert(found.content.case)
        {
            finding_s.extend(took_s.get(&found.input));
        }
    }
    let replay_s = begun.elapsed().as_secs_f64();
    let report = replay.report();
    if report.divergence.is_some() || report.missing > 0 {
        bail!("the replay is not what stands: {report:?}");
    }
    Ok(json!({
        "replay_s": replay_s, "finding_s": finding_s, "inputs": report.inputs, "outputs": report.outputs,
        "peak_mb": memory::of("VmHWM:")? / 1_024.0,
    }))
}
