//! Derives again what stands in a journal, and compares.
//!
//! The replay hash is a chain over the derived entries in their order, without salts, positions and markers:
//! `h = SHA-256(h || SHA-256(entry))`, from 32 zero bytes. Two journals of the same origin, epochs and inputs have
//! the same.
//!
//! The same code runs in three places: the node feeds it the journal as it grows and appends what is
//! [`expected`](Replay::expected); after a crash the node feeds it what stands, and what is expected then is
//! exactly what is missing; `truceline replay` feeds it a closed journal or a dossier.
//!
//! A run goes on from a [`Memory`] as if it had never stopped: after every so many inputs its hash is among the
//! derived entries, so that every replay checks it.
mod epoch;
mod memory;
mod payload;
mod recall;
mod standing;

pub use epoch::{Ending, EpochSpan};
pub use memory::Memory;
pub use payload::NotRederivable;

use crate::derivation::Derivation;
use crate::input::{Input, Standing, standing};
use crate::state::State;
use std::collections::VecDeque;
use truceline_model::canonical::DecodeError;
use truceline_model::configuration::Configuration;
use truceline_model::entry;
use truceline_model::epoch::Epoch;
use truceline_model::hash::Hash;
use truceline_model::remark::Divergence;
use truceline_model::snapshot::Snapshot;
use truceline_model::time::Time;

/// What was registered before: entries, of which an epoch reads some once more, and payloads.
pub trait Past {
    /// The bytes of an entry before the one that is being taken; none if they cannot be had.
    fn entry(&self, index: u64) -> Option<Vec<u8>>;

    /// The bytes stored under a payload's SHA-256, checked or not; none if there are none.
    fn payload(&self, _sha256: Hash) -> Option<Vec<u8>> {
        None
    }

    /// The bytes of a memory by their SHA-256, checked or not; none if there are none. Needed where a payload is
    /// missing.
    fn memory(&self, _sha256: Hash) -> Option<Vec<u8>> {
        None
    }
}

impl Past for [Vec<u8>] {
    fn entry(&self, index: u64) -> Option<Vec<u8>> {
        self.get(usize::try_from(index).ok()?).cloned()
    }
}

/// A replay in progress. Feed it the journal's entries in order.
#[derive(Debug)]
pub struct Replay {
    engine: Hash,
    origin: String,
    threads: usize,
    derivation: Option<Derivation>,
    /// The epoch in force: its entry and what it says.
    epoch: Option<(Vec<u8>, Epoch)>,
    /// From which input on each epoch serves, by its entry's SHA-256.
    epochs: Vec<(u64, Hash)>,
    /// Inputs of the epoch in force.
    epoch_inputs: u64,
    /// The epoch in force was ended by an entry; the next one has not begun.
    ended: bool,
    /// The newest input, whichever epoch serves it.
    last_input: Option<u64>,
    /// The newest tick, of whichever engine.
    now: Option<Time>,
    /// Inputs whose marker does not stand yet.
    unserved: VecDeque<u64>,
    /// Derived and not yet met in the journal, with the input they came from.
    expected: VecDeque<(u64, Vec<u8>)>,
    /// After a resumption: the snapshot up to which what stands was compared before.
    compared_up_to: Option<Hash>,
    /// The newest memory with its input, until somebody takes it.
    memory: Option<(u64, Vec<u8>)>,
    /// How many bytes it had.
    memory_bytes: usize,
    hash: Hash,
    report: ReplayReport,
    next: u64,
}

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReplayReport {
    /// Inputs that were taken.
    pub inputs: u64,
    /// Derived entries that were derived again, markers and snapshots not counted.
    pub outputs: u64,
    /// Entries that stand and were derived alike.
    pub same: u64,
    /// The first entry that stands otherwise than derived.
    pub divergence: Option<Divergence>,
    /// The journal ends before the outputs of its last inputs stand; they are derived on the next start.
    pub missing: u64,
    /// Epochs of other engines: the index of their entry and the engine they need.
    pub needs: Vec<(u64, Hash)>,
    /// Stretches that cannot be derived again, because payloads are missing.
    pub not_rederivable: Vec<NotRederivable>,
    /// The epochs in order, and how each ended.
    pub epochs: Vec<EpochSpan>,
    /// The journal itself states a divergence: deriving was stopped there.
    pub stopped: Option<Divergence>,
}

impl Replay {
    /// A replay by the engine of this id, over a journal of this origin, from its first entry.
    #[must_use]
    pub fn new(engine: Hash, origin: &str, threads: usize) -> Self {
        Self {
            engine,
            origin: origin.to_owned(),
            threads,
            derivation: None,
            epoch: None,
            epochs: Vec::new(),
            epoch_inputs: 0,
            ended: false,
            last_input: None,
            now: None,
            unserved: VecDeque::new(),
            expected: VecDeque::new(),
            compared_up_to: None,
            memory: None,
            memory_bytes: 0,
            hash: Hash([0; 32]),
            report: ReplayReport::default(),
            next: 0,
        }
    }

    /// Takes the next entry of the journal. `past` gives the entries before it.
    ///
    /// # Errors
    /// If the bytes are no entry of a known kind, or an epoch begins or cases are reassessed and the past cannot be
    /// read.
    pub fn take<P: Past + ?Sized>(&mut self, bytes: &[u8], past: &P) -> Result<(), DecodeError> {
        let index = self.next;
        match standing(bytes)? {
            Standing::Epoch(epoch) => self.begin_epoch(index, bytes, *epoch, past)?,
            Standing::Input(hash, input) => {
                match &*input {
                    Input::Tick(tick) => self.now = self.now.max(Some(tick.now)),
                    Input::Erasure(erasure) => self.explain(index, erasure),
                    _ => {}
                }
                self.unserved.push_back(index);
                self.last_input = Some(index);
                self.derive(index, hash, &input, past)?;
            }
            Standing::EpochEnd(end) => self.end_epoch(index, bytes, &end),
            Standing::Output => self.compare(index, bytes),
            Standing::OutputsEnd(end) => {
                self.compare(index, bytes);
                if self.unserved.front() == Some(&end.input) {
                    self.unserved.pop_front();
                }
            }
            Standing::Snapshot(snapshot) => {
                if self.is_lost() && self.expected.is_empty() {
                    self.go_on_from(&snapshot, past)?;
                } else if self.compared_up_to == Some(snapshot.state) {
                    self.compared_up_to = None;
                } else {
                    self.compare(index, bytes);
                }
            }
            Standing::Divergence(divergence) => self.report.stopped = Some(divergence),
            // No input, and no output of anything: it steps nothing and owes nothing.
            Standing::Concluded => {}
        }
        self.next += 1;
        Ok(())
    }

    /// Derives from one input, if an epoch of this engine is in force.
    fn derive<P: Past + ?Sized>(&mut self, index: u64, hash: Hash, input: &Input, past: &P) -> Result<(), DecodeError> {
        let recalled = match input {
            Input::Reassessment(asked) if self.derivation.is_some() => Some(self.recall(index, asked, past)?),
            _ => None,
        };
        let Some(derivation) = &mut self.derivation else { return Ok(()) };
        let payload = match Self::payload_of(derivation, index, input, past) {
            Ok(payload) => payload,
            Err(missing) => {
                self.lose(*missing);
                return Ok(());
            }
        };
        let outputs = match recalled {
            Some(recalled) => derivation.reassess(index, hash, recalled),
            None => derivation.take(index, hash, input, &payload),
        };
        self.report.inputs += 1;
        self.report.outputs += outputs.entries.len() as u64;
        for entry in &outputs.entries {
            self.hash = Hash::of_parts(&[&self.hash.0, &Hash::of(entry).0]);
        }
        self.expected.extend(outputs.entries.into_iter().map(|entry| (index, entry)));
        self.expected.push_back((index, outputs.end));
        self.epoch_inputs += 1;
        let every =
            self.configuration().map_or(1, |configuration| u64::from(configuration.snapshot_every_inputs.max(1)));
        // After an erasure nobody needs the bytes to go on from here.
        let is_due = self.epoch_inputs.is_multiple_of(every) || matches!(input, Input::Erasure(_));
        if is_due && let Some(bytes) = self.remember(index) {
            let state = Hash::of(&bytes);
            self.expected.push_back((index, entry::to_bytes(&Snapshot { input: index, state })));
            self.memory = Some((index, bytes));
        }
        Ok(())
    }

    fn compare(&mut self, index: u64, bytes: &[u8]) {
        let compares = self.derivation.is_some() || !self.expected.is_empty();
        if !compares || self.report.divergence.is_some() || self.compared_up_to.is_some() {
            return;
        }
        let (input, derived) = match self.expected.pop_front() {
            Some((_, derived)) if derived == bytes => {
                self.report.same += 1;
                return;
            }
            Some((input, derived)) => (input, Hash::of(&derived)),
            None => (index, Hash([0; 32])),
        };
        self.report.divergence = Some(Divergence { input, entry: index, stands: Hash::of(bytes), derived });
    }

    /// The entries that were derived and do not stand yet, in order.
    pub fn expected(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.expected.iter().map(|(_, bytes)| bytes.as_slice())
    }

    /// The canonical bytes of the newest [`Memory`] that was hashed, with its input; given once. They must be durable
    /// before the snapshot's entry is appended.
    pub fn take_memory(&mut self) -> Option<(u64, Vec<u8>)> {
        self.memory.take()
    }

    /// The configuration of the epoch in force, whichever engine's it is.
    #[must_use]
    pub fn configuration(&self) -> Option<&Configuration> {
        self.epoch.as_ref().map(|(_, epoch)| &epoch.configuration)
    }

    /// The index of the next entry.
    #[must_use]
    pub fn next_index(&self) -> u64 {
        self.next
    }

    /// Whether an epoch of this replay's engine is in force.
    #[must_use]
    pub fn is_deriving(&self) -> bool {
        self.derivation.is_some() && self.report.divergence.is_none() && self.report.stopped.is_none()
    }

    /// The state after the last input, if an epoch of this engine is in force.
    #[must_use]
    pub fn state(&self) -> Option<&State> {
        self.derivation.as_ref().map(Derivation::state)
    }

    /// What was found so far.
    #[must_use]
    pub fn report(&self) -> ReplayReport {
        let missing = if self.report.divergence.is_none() { self.expected.len() as u64 } else { 0 };
        ReplayReport { missing, ..self.report.clone() }
    }

    /// The replay hash.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.hash
    }
}
