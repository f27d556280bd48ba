//! A snapshot: the hash of all that the engine remembers after an input. Whoever has the bytes can go on from there.
use crate::hash::Hash;
use crate::{canonical_map, journal_entry};

/// The engine's memory after an input, by its hash. The bytes lie beside the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The input after which it was taken; all its outputs stand before this entry.
    pub input: u64,
    /// SHA-256 of the bytes.
    pub state: Hash,
}

canonical_map!(Snapshot { "input" => input, "state" => state });
journal_entry!(Snapshot, "snapshot", 1);
