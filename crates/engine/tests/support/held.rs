//! What a store holds: entries, payloads of records, and memories.
use super::{ORIGIN, configuration, engine};
use std::collections::BTreeMap;
use truceline_engine::replay::{Past, Replay};
use truceline_formats::recording;
use truceline_model::entry;
use truceline_model::epoch::Epoch;
use truceline_model::hash::Hash;
use truceline_model::record::{Form, Payload, Record};
use truceline_model::report::SourceRef;

/// Entries and payloads, as a store holds them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Held {
    pub(crate) entries: Vec<Vec<u8>>,
    pub(crate) payloads: BTreeMap<Hash, Vec<u8>>,
    pub(crate) memories: BTreeMap<Hash, Vec<u8>>,
}

impl Past for Held {
    fn entry(&self, index: u64) -> Option<Vec<u8>> {
        self.entries.get(index as usize).cloned()
    }
    fn payload(&self, sha256: Hash) -> Option<Vec<u8>> {
        self.payloads.get(&sha256).cloned()
    }
    fn memory(&self, sha256: Hash) -> Option<Vec<u8>> {
        self.memories.get(&sha256).cloned()
    }
}

pub(crate) fn record(bytes: &[u8], sequence: u64, owner: &str) -> Record {
    let piece = recording::piece(bytes).unwrap();
    Record {
        source: SourceRef { source: piece.channel.clone(), boot: 7, sequence },
        records: 1,
        owner: owner.into(),
        form: Form::MiniSeed,
        pieces: vec![piece],
        payload: Payload { sha256: Hash::of(bytes), bytes: bytes.len() as u64 },
        frame: None,
        received: None,
    }
}

pub(crate) fn epoch_with_snapshots(every: u32) -> Vec<u8> {
    let mut configuration = configuration();
    configuration.snapshot_every_inputs = every;
    entry::to_bytes(&Epoch { engine: engine(), configuration })
}

/// Runs inputs as a node does, and keeps every memory.
pub(crate) fn run(inputs: &[Vec<u8>], payloads: &BTreeMap<Hash, Vec<u8>>) -> (Held, Replay) {
    let mut replay = Replay::new(engine(), ORIGIN, 1);
    let mut held = Held { payloads: payloads.clone(), ..Held::default() };
    for input in inputs {
        replay.take(input, &held).unwrap();
        held.entries.push(input.clone());
        if let Some((_, memory)) = replay.take_memory() {
            held.memories.insert(Hash::of(&memory), memory);
        }
        let derived: Vec<Vec<u8>> = replay.expected().map(<[u8]>::to_vec).collect();
        for bytes in derived {
            replay.take(&bytes, &held).unwrap();
            held.entries.push(bytes);
        }
    }
    (held, replay)
}
