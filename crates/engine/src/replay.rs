//! Derives again what stands in a journal, and compares.
//!
//! The replay hash is a chain over the derived entries in their order, without salts, positions and markers:
//! `h = SHA-256(h || SHA-256(entry))`, from 32 zero bytes. Two journals of the same origin, epochs and inputs have
//! the same.
//!
//! The same code runs in three places: the node feeds it the journal as it grows and appends what is
//! [`expected`](Replay::expected); after a crash the node feeds it what stands, and what is expected then is
//! exactly what is missing; `truceline replay` feeds it a closed journal or a dossier.
use crate::derivation::Derivation;
use crate::input::{Input, Standing, standing};
use crate::state::State;
use std::collections::VecDeque;
use truceline_model::canonical::DecodeError;
use truceline_model::configuration::Configuration;
use truceline_model::hash::Hash;
use truceline_model::remark::Divergence;

/// A replay in progress. Feed it the journal's entries in order.
#[derive(Debug)]
pub struct Replay {
    engine: Hash,
    origin: String,
    threads: usize,
    derivation: Option<Derivation>,
    /// The epoch in force, by its entry's SHA-256, and its configuration.
    epoch: Hash,
    configuration: Option<Configuration>,
    /// All inputs with the epoch that served them: a later epoch reads them again for their state.
    inputs: Vec<Served>,
    /// Inputs whose marker does not stand yet.
    unserved: VecDeque<u64>,
    /// Derived and not yet met in the journal, with the input they came from.
    expected: VecDeque<(u64, Vec<u8>)>,
    hash: Hash,
    report: ReplayReport,
    next: u64,
}

/// An input and the epoch that served it.
#[derive(Debug, Clone)]
struct Served {
    index: u64,
    hash: Hash,
    input: Box<Input>,
    epoch: Hash,
}

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReplayReport {
    /// Inputs that were taken.
    pub inputs: u64,
    /// Derived entries that were derived again, markers not counted.
    pub outputs: u64,
    /// Entries that stand and were derived alike.
    pub same: u64,
    /// The first entry that stands otherwise than derived.
    pub divergence: Option<Divergence>,
    /// The journal ends before the outputs of its last inputs stand; they are derived on the next start.
    pub missing: u64,
    /// Epochs of other engines: the index of their entry and the engine they need.
    pub needs: Vec<(u64, Hash)>,
    /// Inputs of other engines' epochs whose outputs do not all stand.
    pub unserved_elsewhere: u64,
    /// The journal itself states a divergence: deriving was stopped there.
    pub stopped: Option<Divergence>,
}

impl Replay {
    /// A replay by the engine of this id, over a journal of this origin.
    #[must_use]
    pub fn new(engine: Hash, origin: &str, threads: usize) -> Self {
        Self {
            engine,
            origin: origin.to_owned(),
            threads,
            derivation: None,
            epoch: Hash([0; 32]),
            configuration: None,
            inputs: Vec::new(),
            unserved: VecDeque::new(),
            expected: VecDeque::new(),
            hash: Hash([0; 32]),
            report: ReplayReport::default(),
            next: 0,
        }
    }

    /// Takes the next entry of the journal.
    ///
    /// # Errors
    /// If the bytes are no entry of a known kind.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        let index = self.next;
        self.next += 1;
        match standing(bytes)? {
            Standing::Epoch(epoch) => {
                self.epoch = Hash::of(bytes);
                self.configuration = Some(epoch.configuration.clone());
                if epoch.engine == self.engine {
                    let mut derivation = Derivation::begin(bytes, &epoch, &self.origin, self.threads);
                    for served in &self.inputs {
                        derivation.take_served(served.epoch, served.index, served.hash, &served.input);
                    }
                    self.derivation = Some(derivation);
                } else {
                    self.derivation = None;
                    self.report.needs.push((index, epoch.engine));
                }
            }
            Standing::Input(hash, input) => {
                self.unserved.push_back(index);
                if let Some(derivation) = &mut self.derivation {
                    let outputs = derivation.take(index, hash, &input);
                    self.report.inputs += 1;
                    self.report.outputs += outputs.entries.len() as u64;
                    for entry in &outputs.entries {
                        self.hash = Hash::of_parts(&[&self.hash.0, &Hash::of(entry).0]);
                    }
                    self.expected.extend(outputs.entries.into_iter().map(|entry| (index, entry)));
                    self.expected.push_back((index, outputs.end));
                }
                self.inputs.push(Served { index, hash, input, epoch: self.epoch });
            }
            Standing::Output => self.compare(index, bytes),
            Standing::OutputsEnd(end) => {
                self.compare(index, bytes);
                if self.unserved.front() == Some(&end.input) {
                    self.unserved.pop_front();
                }
            }
            Standing::Divergence(divergence) => self.report.stopped = Some(divergence),
        }
        Ok(())
    }

    fn compare(&mut self, index: u64, bytes: &[u8]) {
        if self.derivation.is_none() || self.report.divergence.is_some() {
            return;
        }
        match self.expected.pop_front() {
            Some((_, derived)) if derived == bytes => self.report.same += 1,
            Some((input, derived)) => {
                let (stands, derived) = (Hash::of(bytes), Hash::of(&derived));
                self.report.divergence = Some(Divergence { input, entry: index, stands, derived });
            }
            None => {
                let stands = Hash::of(bytes);
                self.report.divergence =
                    Some(Divergence { input: index, entry: index, stands, derived: Hash([0; 32]) });
            }
        }
    }

    /// The entries that were derived and do not stand yet, in order.
    pub fn expected(&self) -> impl Iterator<Item = &[u8]> {
        self.expected.iter().map(|(_, bytes)| bytes.as_slice())
    }

    /// The configuration of the epoch in force, whichever engine's it is.
    #[must_use]
    pub fn configuration(&self) -> Option<&Configuration> {
        self.configuration.as_ref()
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
        let unserved_elsewhere = if self.derivation.is_none() { self.unserved.len() as u64 } else { 0 };
        ReplayReport { missing, unserved_elsewhere, ..self.report.clone() }
    }

    /// The replay hash.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.hash
    }
}
