//! `truceline replay`: derives again what a journal or a dossier holds, and compares.
use crate::output;
use crate::threads::Threads;
use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_engine::identity::engine_id;
use truceline_engine::replay::{self, Ending, ReplayReport};
use truceline_evidence::dossier::Dossier;
use truceline_evidence::journal::JournalReader;
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::snapshot::Snapshot;
use truceline_node::Held;
use truceline_node::store::Store;

/// Everything stands as this engine derives it.
const SAME: u8 = 0;
/// Nothing differs, but not everything could be compared.
const INCOMPLETE: u8 = 1;
/// Something stands otherwise than derived.
const DIFFERENT: u8 = 2;

/// Derive again what a journal or a dossier holds, and compare bit for bit.
///
/// Reads only; a running server is not disturbed. Exit 0: all derived entries are the same. Exit 1: nothing
/// differs, but outputs are missing, an epoch needs another engine, or the journal is damaged. Exit 2: an entry
/// differs.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  truceline replay my-store\n  truceline replay 04-0001-P.tldoss --threads 2")]
pub(crate) struct Replay {
    /// A store's folder, or a dossier's file
    what: PathBuf,
    #[command(flatten)]
    threads: Threads,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Replay {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let threads = self.threads.count();
        let (replay, problem) =
            if self.what.is_dir() { of_store(&self.what, threads)? } else { (of_dossier(&self.what, threads)?, None) };
        let mut report = replay.report();
        // A dossier ends with the outputs of its finding's input; a snapshot after them is none of it.
        if self.what.is_file() && replay.expected().all(|bytes| entry::from_bytes::<Snapshot>(bytes).is_ok()) {
            report.missing = 0;
        }
        let code = exit_code(&report, problem.is_some());
        if let Some(problem) = &problem {
            eprintln!("truceline: {problem}");
        }
        if self.json {
            output::print(&format!("{}\n", to_json(&report, replay.hash(), problem.as_deref(), code)))?;
        } else {
            output::print(&words(&report, replay.hash(), problem.is_some(), code))?;
        }
        Ok(ExitCode::from(code))
    }
}

/// The replay, and what is wrong with the journal itself.
fn of_store(folder: &Path, threads: usize) -> Result<(replay::Replay, Option<String>)> {
    let store = Store::open(folder, false)?;
    let held = Held::read(&store)?;
    let journal = held.journal();
    let mut replay = replay::Replay::new(engine_id(), &journal.origin(), threads);
    for index in 0..journal.size() {
        let bytes = journal.entry(index)?;
        replay.take(&bytes, &held).with_context(|| format!("entry {index}"))?;
    }
    Ok((replay, journal.problem().map(str::to_owned)))
}

fn of_dossier(path: &Path, threads: usize) -> Result<replay::Replay> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let dossier = Dossier::parse(&bytes).with_context(|| format!("{} is no dossier", path.display()))?;
    let mut replay = replay::Replay::new(engine_id(), &dossier.manifest().origin, threads);
    let mut past = OfDossier { entries: Vec::new(), payloads: dossier.payloads(&bytes).collect() };
    for (expected, held) in dossier.entries().enumerate() {
        if held.index != expected as u64 {
            bail!(
                "entry {expected} is not in {}: deriving again needs every entry from the first one on",
                path.display()
            );
        }
        replay.take(&held.entry.0, &past).with_context(|| format!("entry {expected}"))?;
        past.entries.push(&held.entry.0);
    }
    Ok(replay)
}

/// What a dossier holds, for a replay.
struct OfDossier<'a> {
    entries: Vec<&'a [u8]>,
    payloads: BTreeMap<Hash, &'a [u8]>,
}

impl replay::Past for OfDossier<'_> {
    fn entry(&self, index: u64) -> Option<Vec<u8>> {
        self.entries.get(usize::try_from(index).ok()?).map(|entry| entry.to_vec())
    }

    fn payload(&self, sha256: Hash) -> Option<Vec<u8>> {
        self.payloads.get(&sha256).map(|bytes| bytes.to_vec())
    }
}

fn exit_code(report: &ReplayReport, damaged: bool) -> u8 {
    if report.divergence.is_some() || report.stopped.is_some() {
        DIFFERENT
    } else if damaged
        || report.missing > 0
        || !report.needs.is_empty()
        || !report.not_rederivable.is_empty()
        || report.inputs == 0
    {
        INCOMPLETE
    } else {
        SAME
    }
}

fn words(report: &ReplayReport, hash: Hash, damaged: bool, code: u8) -> String {
    let mut text = format!(
        "engine      {}\nreplay hash {hash}\n{} inputs, {} derived entries\n",
        engine_id(),
        report.inputs,
        report.outputs
    );
    // One epoch that goes on is the ordinary case and is not spoken of.
    for span in report.epochs.iter().filter(|span| span.ending != Ending::InForce) {
        let entry = span.entry;
        text += &match span.ending {
            Ending::Stated(end) => format!("the epoch at entry {entry} ends at entry {end}: all that it owed stands\n"),
            Ending::CutShort(0) => format!("the epoch at entry {entry} was followed by another; it owed nothing\n"),
            Ending::CutShort(owed) => {
                format!("the epoch at entry {entry} was cut short; what {owed} inputs were owed the next one derives\n")
            }
            Ending::InForce => String::new(),
        };
    }
    for (index, engine) in &report.needs {
        text += &format!("the epoch at entry {index} needs engine {engine}\n");
    }
    for stretch in &report.not_rederivable {
        let to = stretch.to.map_or_else(|| "the end".to_owned(), |to| to.saturating_sub(1).to_string());
        let why = match &stretch.erasure {
            Some((entry, erasure)) => {
                format!("erased at {} by {}, entry {entry}: {}", erasure.at, erasure.asked_by, erasure.reason)
            }
            None if stretch.damaged => "other bytes are stored under its hash".to_owned(),
            None => "it is not here".to_owned(),
        };
        text += &format!("not re-derivable from {} to {to}: payload {}, {why}\n", stretch.from, stretch.payload);
    }
    if report.missing > 0 {
        let next = if damaged { "" } else { " yet; the next start appends them" };
        text += &format!("{} entries are derived and do not stand{next}\n", report.missing);
    }
    if let Some(divergence) = &report.divergence {
        text += &format!(
            "entry {} differs: from input {} this engine derives {}, what stands is {}\n",
            divergence.entry, divergence.input, divergence.derived, divergence.stands
        );
    }
    if let Some(stopped) = &report.stopped {
        text += &format!("the journal itself states that deriving stopped at entry {}\n", stopped.entry);
    }
    text += match code {
        SAME => "the same: every derived entry is what this engine derives from the inputs\n",
        INCOMPLETE => "nothing differs, but not everything could be compared\n",
        _ => "different\n",
    };
    text
}

fn to_json(report: &ReplayReport, hash: Hash, problem: Option<&str>, code: u8) -> serde_json::Value {
    json!({
        "engine": engine_id().to_string(),
        "replay_hash": hash.to_string(),
        "inputs": report.inputs,
        "outputs": report.outputs,
        "missing": report.missing,
        "needs": report.needs.iter().map(|(index, engine)| {
            json!({ "entry": index, "engine": engine.to_string() })
        }).collect::<Vec<_>>(),
        "not_rederivable": report.not_rederivable.iter().map(|stretch| json!({
            "from": stretch.from,
            "to": stretch.to.map(|to| to.saturating_sub(1)),
            "payload": stretch.payload.to_string(),
            "damaged": stretch.damaged,
            "erasure": stretch.erasure.as_ref().map(|(entry, erasure)| json!({
                "entry": entry,
                "at": erasure.at.to_string(),
                "asked_by": erasure.asked_by,
                "reason": erasure.reason,
            })),
        })).collect::<Vec<_>>(),
        "epochs": report.epochs.iter().map(|span| {
            let (end, owed) = match span.ending {
                Ending::InForce => (None, None),
                Ending::Stated(end) => (Some(end), Some(0)),
                Ending::CutShort(owed) => (None, Some(owed)),
            };
            json!({ "entry": span.entry, "engine": span.engine.to_string(), "end": end, "owed": owed })
        }).collect::<Vec<_>>(),
        "divergence": report.divergence.as_ref().or(report.stopped.as_ref()).map(|divergence| json!({
            "entry": divergence.entry,
            "input": divergence.input,
            "stands": divergence.stands.to_string(),
            "derived": divergence.derived.to_string(),
        })),
        "problem": problem,
        "same": code == SAME,
    })
}
