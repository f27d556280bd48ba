//! One input after the other, through the stages.
use crate::input::Input;
use crate::output::{Emitter, Output};
use crate::recalled::Recalled;
use crate::stage::lines::Drawn;
use crate::stage::{
    array, assess, associate, close, detect, erase, exclude, group, inventory, links, observe, reassess, record,
    repeat, seal,
};
use crate::state::State;
use truceline_model::configuration::Configuration;
use truceline_model::hash::Hash;

/// An engine with its configuration, in an epoch of a journal.
#[derive(Debug, Clone)]
pub struct Engine {
    /// The numbers it computes with.
    pub configuration: Configuration,
    /// The epoch's entry, by SHA-256.
    pub epoch: Hash,
    /// The journal's origin.
    pub origin: String,
    /// How many threads compute; never moves a result.
    pub threads: usize,
    /// Lines that were read already.
    pub(crate) drawn: Drawn,
}

impl Engine {
    /// An engine in an epoch of a journal.
    #[must_use]
    pub fn new(configuration: Configuration, epoch: Hash, origin: &str, threads: usize) -> Self {
        Self { configuration, epoch, origin: origin.to_owned(), threads, drawn: Drawn::default() }
    }

    /// Takes one input: the next state and the outputs, in order.
    ///
    /// `index` is the input's place in the journal, `hash` the SHA-256 of its entry, and `payload` the bytes of its
    /// [`payload`](Input::payload), none for an input without or where it was erased. The same arguments always give the same result.
    #[must_use]
    pub fn step(
        &self,
        mut state: State,
        index: u64,
        hash: Hash,
        input: &Input,
        payload: &[u8],
    ) -> (State, Vec<Output>) {
        let mut emitter = Emitter::new(self.epoch, &self.origin, index);
        match input {
            Input::Report(report) if self.configuration.association.is_some() && report.event_label.is_empty() => {
                associate::take_report(self, &mut state, index, hash, report, &mut emitter);
            }
            Input::Report(report) => group::admit(self, &mut state, hash, report, &mut emitter),
            Input::Observation(observation) => {
                observe::take(self, &mut state, index, hash, observation, &mut emitter);
            }
            Input::Record(record) => {
                record::take(self, &mut state, hash, record, payload, &mut emitter);
                associate::take_derived(self, &mut state, index, hash, &mut emitter);
                repeat::leave_out(&mut state);
            }
            Input::Frame(frame) => seal::take_frame(&mut state, index, hash, frame, &mut emitter),
            Input::Receipt(receipt) => seal::take_receipt(&mut state, index, hash, receipt, &mut emitter),
            Input::KeyAct(act) => seal::take_act(self, &mut state, index, hash, act, &mut emitter),
            Input::Statement(signed) => seal::take_statement(self, &mut state, index, hash, signed, &mut emitter),
            Input::RunEnd(end) => {
                detect::end_run(self, &mut state, end, &mut emitter);
                array::end_run(self, &mut state, end, &mut emitter);
                associate::take_derived(self, &mut state, index, hash, &mut emitter);
                repeat::leave_out(&mut state);
                repeat::settle(&mut state, &mut emitter);
            }
            Input::SensorState(change) => links::take(&mut state, hash, change, &mut emitter),
            Input::Erasure(erasure) => erase::take(&mut state, erasure),
            Input::Notice(notice) => assess::take_notice(&mut state, hash, notice, &mut emitter),
            Input::Agreement(agreement) => assess::take_agreement(&mut state, hash, agreement, &mut emitter),
            Input::Inventory(inventory) => inventory::take(self, &mut state, hash, inventory, &mut emitter),
            Input::Tick(tick) => {
                seal::take_tick(&mut state, index, tick, &mut emitter);
                close::advance(self, &mut state, index, hash, tick, &mut emitter);
            }
            // It stands in the journal so that it is not silence; nothing is derived from it.
            Input::Refusal(_) | Input::Refusals(_) | Input::WitnessState(_) | Input::Hindrance(_) => {}
            Input::Reassessment(_) => exclude(&mut emitter, hash, "what stands was not recalled for it"),
        }
        (state, emitter.into_outputs())
    }

    /// Takes a reassessment with what was recalled for it, or the reason why nothing was.
    #[must_use]
    pub fn reassess(
        &self,
        mut state: State,
        index: u64,
        hash: Hash,
        recalled: Result<Recalled, String>,
    ) -> (State, Vec<Output>) {
        let mut emitter = Emitter::new(self.epoch, &self.origin, index);
        match recalled {
            Ok(recalled) => reassess::take(self, &mut state, hash, recalled, &mut emitter),
            Err(reason) => exclude(&mut emitter, hash, reason),
        }
        (state, emitter.into_outputs())
    }
}
