//! An erasure: the bytes of a payload were taken away, by somebody, for a reason. The entries that name it stay.
use crate::hash::Hash;
use crate::time::Time;
use crate::{canonical_map, journal_entry};

/// The longest reason, in bytes: a sentence or two, printed wherever something cannot be derived again.
pub const MAX_REASON_BYTES: usize = 400;

/// The wish that a payload's bytes be gone. What was derived from them stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// The payload, by SHA-256.
    pub payload: Hash,
    /// Who asks for it.
    pub asked_by: String,
    /// Why, in a sentence or two.
    pub reason: String,
    /// When, by the node's clock.
    pub at: Time,
}

canonical_map!(Erasure { "at" => at, "reason" => reason, "payload" => payload, "asked_by" => asked_by });
journal_entry!(Erasure, "erasure", 1);
