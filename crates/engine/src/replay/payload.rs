//! Payloads: without its bytes nothing can be derived from a record, nor from what follows, until the next memory.
use super::{Memory, Past, Replay};
use crate::derivation::Derivation;
use crate::input::{Input, Standing, standing};
use truceline_model::canonical::{self, DecodeError};
use truceline_model::erasure::Erasure;
use truceline_model::hash::Hash;
use truceline_model::snapshot::Snapshot;

/// A stretch of inputs that cannot be derived again, because a payload is not to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotRederivable {
    /// The input whose payload is missing.
    pub from: u64,
    /// The first input after it that was derived again, from a memory; none if there was none.
    pub to: Option<u64>,
    /// The payload, by SHA-256.
    pub payload: Hash,
    /// There are bytes under that name, and they are others.
    pub damaged: bool,
    /// The entry that says that it was erased, with its index.
    pub erasure: Option<(u64, Erasure)>,
}

impl Replay {
    /// The bytes of an input's payload, checked against its commitment; none where it has none, or where it had been
    /// erased before: then the journal says so and it does not matter whether they are there.
    pub(super) fn payload_of<P: Past + ?Sized>(
        derivation: &Derivation,
        index: u64,
        input: &Input,
        past: &P,
    ) -> Result<Vec<u8>, Box<NotRederivable>> {
        let Some(payload) = input.payload().filter(|payload| !derivation.is_erased(payload.sha256)) else {
            return Ok(Vec::new());
        };
        let found = past.payload(payload.sha256);
        let damaged = found.is_some();
        found.filter(|bytes| bytes.len() as u64 == payload.bytes && Hash::of(bytes) == payload.sha256).ok_or_else(
            || Box::new(NotRederivable { from: index, to: None, payload: payload.sha256, damaged, erasure: None }),
        )
    }

    /// Stops deriving where a payload is missing. What was derived before it is still compared.
    pub(super) fn lose(&mut self, why: NotRederivable) {
        self.derivation = None;
        self.report.not_rederivable.push(why);
    }

    /// An erasure explains what could not be derived for want of its payload.
    pub(super) fn explain(&mut self, index: u64, erasure: &Erasure) {
        for stretch in self.report.not_rederivable.iter_mut().filter(|stretch| stretch.payload == erasure.payload) {
            stretch.erasure.get_or_insert_with(|| (index, erasure.clone()));
        }
    }

    /// Whether deriving stopped for want of a payload and did not go on.
    pub(super) fn is_lost(&self) -> bool {
        self.report.not_rederivable.last().is_some_and(|stretch| stretch.to.is_none())
    }

    /// From this input on everything is derived again.
    pub(super) fn regain(&mut self, input: u64) {
        if let Some(stretch) = self.report.not_rederivable.last_mut() {
            stretch.to.get_or_insert(input);
        }
    }

    /// Goes on from the memory of a snapshot that stands, if its bytes are to be had; the inputs between it and here
    /// are derived.
    pub(super) fn go_on_from<P: Past + ?Sized>(&mut self, snapshot: &Snapshot, past: &P) -> Result<(), DecodeError> {
        let found = past.memory(snapshot.state).filter(|bytes| Hash::of(bytes) == snapshot.state);
        let Some(memory) = found.and_then(|bytes| canonical::from_bytes::<Memory>(&bytes).ok()) else { return Ok(()) };
        if memory.input != snapshot.input {
            return Ok(());
        }
        let here = self.next;
        self.regain(snapshot.input + 1);
        let resumed = Self::resume(self.engine, &self.origin, self.threads, snapshot.state, memory)?;
        self.derivation = resumed.derivation;
        (self.epoch, self.epochs) = (resumed.epoch, resumed.epochs);
        (self.epoch_inputs, self.hash) = (resumed.epoch_inputs, resumed.hash);
        for index in snapshot.input + 1..here {
            let entry = super::epoch::entry_of(past, index)?;
            if let Standing::Input(hash, input) = standing(&entry)? {
                self.derive(index, hash, &input, past)?;
            }
        }
        Ok(())
    }
}
