//! What became of a reassessment, and what would become of one.
use crate::error::NodeError;
use crate::node::Held;
use crate::pipeline;
use crate::store::Store;
use truceline_engine::identity::engine_id;
use truceline_engine::replay::{Past, Replay};
use truceline_evidence::journal::JournalReader;
use truceline_model::case::CaseId;
use truceline_model::configuration::Configuration;
use truceline_model::derived::Derived;
use truceline_model::entry;
use truceline_model::epoch::Epoch;
use truceline_model::event::Event;
use truceline_model::finding::Finding;
use truceline_model::hash::Hash;
use truceline_model::reassessment::{Reassessed, Reassessment};
use truceline_model::remark::Excluded;

/// What became of a reassessment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Where its entry stands; none if it was rehearsed.
    pub entry: Option<u64>,
    /// Revisions of events.
    pub events: Vec<Event>,
    /// Revisions of findings.
    pub findings: Vec<Finding>,
    /// Cases that late inputs alone made.
    pub made: Vec<CaseId>,
    /// Cases that came out as they stand.
    pub unchanged: Vec<CaseId>,
    /// What could not be derived again, in words.
    pub excluded: Vec<String>,
}

impl Outcome {
    /// Reads what the outputs of a reassessment say.
    pub(crate) fn read(entry: Option<u64>, outputs: &[Vec<u8>]) -> Self {
        let mut outcome = Self { entry, ..Self::default() };
        for bytes in outputs {
            if let Ok(event) = entry::from_bytes::<Derived<Event>>(bytes) {
                outcome.events.push(event.content);
            } else if let Ok(finding) = entry::from_bytes::<Derived<Finding>>(bytes) {
                outcome.findings.push(finding.content);
            } else if let Ok(excluded) = entry::from_bytes::<Derived<Excluded>>(bytes) {
                outcome.excluded.push(excluded.content.reason);
            } else if let Ok(note) = entry::from_bytes::<Derived<Reassessed>>(bytes) {
                (outcome.made, outcome.unchanged) = (note.content.made, note.content.unchanged);
            }
        }
        outcome
    }
}

/// Says what a reassessment would append. Nothing is written: a running server is not disturbed. If an epoch of this
/// engine is not in force, one is rehearsed too, with `wanted` or else the configuration that is.
///
/// # Errors
/// If the store cannot be read, or what stands is not what this engine derives.
pub fn rehearse(
    store: &Store,
    wanted: Option<&Configuration>,
    default: &Configuration,
    threads: usize,
    asked: &Reassessment,
) -> Result<Outcome, NodeError> {
    let held = Held::read(store)?;
    let journal = held.journal();
    if let Some(problem) = journal.problem() {
        return Err(NodeError::other(problem.to_owned()));
    }
    let replay = pipeline::newest_replay(&journal, held.memories(), engine_id(), threads)?;
    let mut rehearsal = Rehearsal { size: journal.size(), held, replay, more: Vec::new() };
    while rehearsal.replay.next_index() < rehearsal.size {
        let bytes = JournalReader::entry(&*journal, rehearsal.replay.next_index())?;
        rehearsal.take(&bytes)?;
    }
    rehearsal.append_expected()?;
    let configuration = wanted.or(rehearsal.replay.configuration()).unwrap_or(default).clone();
    if !rehearsal.replay.is_deriving() || rehearsal.replay.configuration() != Some(&configuration) {
        let end = rehearsal.replay.epoch_end().map(|end| entry::to_bytes(&end));
        let epoch = entry::to_bytes(&Epoch { engine: engine_id(), configuration });
        for bytes in end.into_iter().chain([epoch]) {
            rehearsal.append(bytes)?;
        }
        rehearsal.append_expected()?;
    }
    rehearsal.append(entry::to_bytes(asked))?;
    Ok(Outcome::read(None, &rehearsal.append_expected()?))
}

/// A journal that goes on in memory alone.
struct Rehearsal {
    held: Held,
    size: u64,
    replay: Replay,
    more: Vec<Vec<u8>>,
}

/// The journal and what was added to it.
struct Whole<'a>(&'a Held, u64, &'a [Vec<u8>]);

impl Past for Whole<'_> {
    fn entry(&self, index: u64) -> Option<Vec<u8>> {
        match index.checked_sub(self.1) {
            None => Past::entry(self.0, index),
            Some(at) => self.2.get(usize::try_from(at).ok()?).cloned(),
        }
    }

    fn payload(&self, sha256: Hash) -> Option<Vec<u8>> {
        self.0.payload(sha256)
    }

    fn memory(&self, sha256: Hash) -> Option<Vec<u8>> {
        self.0.memory(sha256)
    }
}

impl Rehearsal {
    fn take(&mut self, bytes: &[u8]) -> Result<(), NodeError> {
        let index = self.replay.next_index();
        let past = Whole(&self.held, self.size, &self.more);
        self.replay.take(bytes, &past).map_err(|error| NodeError::other(format!("entry {index}: {error}")))?;
        let report = self.replay.report();
        match report.divergence.or(report.stopped) {
            None => Ok(()),
            Some(divergence) => Err(NodeError::other(format!(
                "entry {} is not what this engine derives from input {}: nothing can be reassessed",
                divergence.entry, divergence.input
            ))),
        }
    }

    fn append(&mut self, bytes: Vec<u8>) -> Result<(), NodeError> {
        self.take(&bytes)?;
        self.more.push(bytes);
        Ok(())
    }

    fn append_expected(&mut self) -> Result<Vec<Vec<u8>>, NodeError> {
        let expected: Vec<Vec<u8>> = self.replay.expected().map(<[u8]>::to_vec).collect();
        for bytes in &expected {
            self.append(bytes.clone())?;
        }
        Ok(expected)
    }
}
