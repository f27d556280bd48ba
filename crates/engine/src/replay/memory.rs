//! All that a run needs to go on after an input.
use super::Replay;
use crate::derivation::Derivation;
use crate::state::State;
use truceline_model::canonical::{Bytes, Canonical as _, DecodeError, Encoder};
use truceline_model::canonical_map;
use truceline_model::epoch::Epoch;
use truceline_model::hash::Hash;
use truceline_model::time::Time;

/// The memory of a run after an input. Its canonical bytes are what a snapshot's entry hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    /// The input after which it was taken.
    pub input: u64,
    /// The epoch's entry.
    epoch: Bytes,
    /// From which input on each epoch serves.
    epochs: Vec<(u64, Hash)>,
    /// Inputs of the epoch so far.
    epoch_inputs: u64,
    /// The newest tick.
    now: Option<Time>,
    /// The replay hash so far.
    hash: Hash,
    /// The engine's state.
    state: State,
}

canonical_map!(Memory {
    "now" => now,
    "hash" => hash,
    "epoch" => epoch,
    "input" => input,
    "state" => state,
    "epochs" => epochs,
    "epoch_inputs" => epoch_inputs,
});

impl Replay {
    /// The canonical bytes of the memory after an input that was just derived from. The state is lent for it: a thousand open
    /// cases would be as much again in a copy.
    pub(super) fn remember(&mut self, input: u64) -> Option<Vec<u8>> {
        let (epoch, _) = self.epoch.as_ref()?;
        let derivation = self.derivation.as_mut()?;
        let memory = Memory {
            input,
            epoch: Bytes(epoch.clone()),
            epochs: self.epochs.clone(),
            epoch_inputs: self.epoch_inputs,
            now: self.now,
            hash: self.hash,
            state: derivation.lend(),
        };
        // An eighth more than the one before: it grows with every case, and a buffer that doubles leaves twice its size behind.
        let mut encoder = Encoder::with_room(self.memory_bytes + self.memory_bytes / 8);
        memory.encode(&mut encoder);
        let bytes = encoder.into_bytes();
        self.memory_bytes = bytes.len();
        derivation.give_back(memory.state);
        Some(bytes)
    }

    /// Goes on from a memory: the next entry to take is the one after its input. What stands from there up to the
    /// memory's snapshot was compared before and is passed over.
    ///
    /// # Errors
    /// If the memory's epoch is no entry.
    pub fn resume(engine: Hash, origin: &str, threads: usize, hash: Hash, memory: Memory) -> Result<Self, DecodeError> {
        let epoch = Epoch::read(&memory.epoch.0)?;
        let derives = epoch.engine == engine;
        let derivation = derives.then(|| Derivation::resume(&memory.epoch.0, &epoch, origin, threads, memory.state));
        Ok(Self {
            derivation,
            epoch: Some((memory.epoch.0, epoch)),
            epochs: memory.epochs,
            epoch_inputs: memory.epoch_inputs,
            last_input: Some(memory.input),
            now: memory.now,
            compared_up_to: Some(hash),
            hash: memory.hash,
            next: memory.input + 1,
            ..Self::new(engine, origin, threads)
        })
    }
}
