//! What stands in the journal, with what came of it.
use truceline_model::hash::Hash;
use truceline_register::Register;
use truceline_register::consult::{Act, MAX_ACTS, MAX_ACTS_BYTES, Refused, SignedAct};
use truceline_register::edition::{self, Edition};

/// The most acts that are held, of all bodies together: as many as one may have.
pub const MAX_HELD_ACTS: usize = MAX_ACTS;

/// The most bytes of them: as many as those of one body may have.
pub const MAX_HELD_BYTES: usize = MAX_ACTS_BYTES;

/// The most editions that are held, each of at most 512 KiB: one a week for five years, 128 MB.
pub const MAX_HELD_EDITIONS: usize = 256;

/// An edition that was taken.
#[derive(Debug, Clone)]
pub struct HeldEdition {
    /// Its place in the journal.
    pub index: u64,
    /// Its entry, by SHA-256.
    pub entry: Hash,
    /// What was signed.
    pub edition: Edition,
    /// The register that it is.
    pub register: Register,
}

/// An edition that stands and does not count.
#[derive(Debug, Clone)]
pub struct NotTaken {
    /// Its place in the journal.
    pub index: u64,
    /// Its entry, by SHA-256.
    pub entry: Hash,
    /// Why.
    pub why: edition::Refused,
}

/// An act that stands.
#[derive(Debug, Clone)]
pub struct HeldAct {
    /// Its place in the journal.
    pub index: u64,
    /// Its entry, by SHA-256.
    pub entry: Hash,
    /// What was signed, and by which keys.
    pub signed: SignedAct,
    /// The act; none where it cannot be read.
    pub act: Option<Act>,
    /// The roll of the body to which it was given, if there is one.
    pub roll: Option<Hash>,
    /// Whether it was taken, or the rule that it breaks.
    pub taken: Result<(), Refused>,
}
