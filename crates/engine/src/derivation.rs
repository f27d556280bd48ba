//! An epoch's run over a journal: entry bytes of inputs in, entry bytes of outputs out.
use crate::input::Input;
use crate::output::{Output, to_entry};
use crate::recalled::{Recalled, StandingCase};
use crate::stage::{align, erase};
use crate::state::State;
use crate::step::Engine;
use std::collections::BTreeMap;
use truceline_evidence::frame::Delivered;
use truceline_model::entry;
use truceline_model::epoch::Epoch;
use truceline_model::erasure::Erasure;
use truceline_model::hash::Hash;
use truceline_model::remark::OutputsEnd;
use truceline_model::report::Report;

/// An engine with its state.
#[derive(Debug, Clone)]
pub struct Derivation {
    engine: Engine,
    state: State,
}

/// The outputs of one input, as they stand or shall stand in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outputs {
    /// The derived entries, in order.
    pub entries: Vec<Vec<u8>>,
    /// The marker that follows them.
    pub end: Vec<u8>,
}

impl Derivation {
    /// Begins an epoch on a journal. `entry` is the epoch's entry in its bytes, `epoch` what it says.
    #[must_use]
    pub fn begin(entry: &[u8], epoch: &Epoch, origin: &str, threads: usize) -> Self {
        let engine = Engine::new(epoch.configuration.clone(), Hash::of(entry), origin, threads);
        Self { engine, state: State::default() }
    }

    /// Goes on from a state.
    #[must_use]
    pub fn resume(entry: &[u8], epoch: &Epoch, origin: &str, threads: usize, state: State) -> Self {
        Self { state, ..Self::begin(entry, epoch, origin, threads) }
    }

    /// Case names up to this number were given already, by an engine whose state is not known.
    pub fn skip_cases(&mut self, last_case: u32) {
        self.state.last_case = self.state.last_case.max(last_case);
    }

    /// These payloads were erased already, in this order.
    pub fn know_erased(&mut self, erasures: &[Erasure]) {
        erasures.iter().for_each(|erasure| erase::take(&mut self.state, erasure));
    }

    /// Takes one of the newest frames of a station before those that are read again.
    pub fn resume_station(&mut self, index: u64, frame: &Delivered) {
        self.state.admission.resume(index, frame);
    }

    /// Whether a payload is known to have been erased.
    #[must_use]
    pub fn is_erased(&self, payload: Hash) -> bool {
        erase::is_erased(&self.state, payload)
    }

    /// Gives the state the cases that stand, under their own names, with the reports that they rest on.
    pub fn align(&mut self, standing: &[StandingCase], reports: &BTreeMap<Hash, Report>) {
        align::align(&self.engine, &mut self.state, standing, reports);
    }

    /// Takes the next input.
    pub fn take(&mut self, index: u64, hash: Hash, input: &Input, payload: &[u8]) -> Outputs {
        let (state, outputs) = self.engine.step(std::mem::take(&mut self.state), index, hash, input, payload);
        self.state = state;
        self.wrap(index, outputs)
    }

    /// Takes a reassessment, with what was recalled for it or the reason why nothing was.
    pub fn reassess(&mut self, index: u64, hash: Hash, recalled: Result<Recalled, String>) -> Outputs {
        let (state, outputs) = self.engine.reassess(std::mem::take(&mut self.state), index, hash, recalled);
        self.state = state;
        self.wrap(index, outputs)
    }

    fn wrap(&self, index: u64, outputs: Vec<Output>) -> Outputs {
        let entries: Vec<Vec<u8>> = outputs
            .into_iter()
            .enumerate()
            .map(|(ordinal, output)| to_entry(self.engine.epoch, &self.engine.origin, index, ordinal as u32, output))
            .collect();
        let hashes: Vec<u8> = entries.iter().flat_map(|bytes| Hash::of(bytes).0).collect();
        let end = OutputsEnd { input: index, count: entries.len() as u32, hash: Hash::of(&hashes) };
        Outputs { entries, end: entry::to_bytes(&end) }
    }

    /// Takes an input that an earlier epoch served: for the state alone, its outputs stand already. Their ids are
    /// those of the epoch that served it.
    pub fn take_served(&mut self, epoch: Hash, index: u64, hash: Hash, input: &Input, payload: &[u8]) {
        let engine = Engine { epoch, ..self.engine.clone() };
        let (state, _) = engine.step(std::mem::take(&mut self.state), index, hash, input, payload);
        self.state = state;
    }

    /// Lends the state; until it is [given back](Self::give_back) this derives nothing.
    pub(crate) fn lend(&mut self) -> State {
        std::mem::take(&mut self.state)
    }

    /// Takes back the state that was lent.
    pub(crate) fn give_back(&mut self, state: State) {
        self.state = state;
    }

    /// The state after the last input.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }
}
