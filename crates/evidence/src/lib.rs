//! What makes the journal evidence: nobody can rewrite it unseen, and anyone can check that offline.
//!
//! This room knows bytes and hashes. It has no network, file or clock; the journal itself lives in node, behind
//! the two traits of [`journal`].
//!
//! - [`keys`]: whose key is it, and from where to where in the log does it hold.
//! - [`frame`]: what a station delivers, sealed at the station; [`fields`] of it can be withheld without lying.
//! - [`receipt`]: by when it had arrived, signed by the first relay.
//! - [`admit`]: which frames are a station's own, and whether its row of them is unbroken.
//! - [`leaf`]: the salted commitment of one entry.
//! - [`merkle`]: the RFC 6962 tree over the leaves, its proofs and their verification.
//! - [`tiles`]: the tree as C2SP tlog-tiles, so that other tools read the journal.
//! - [`note`]: C2SP signed notes with Ed25519 keys.
//! - [`checkpoint`]: the signed statement of size and root (C2SP tlog-checkpoint).
//! - [`policy`]: whose cosignatures make a checkpoint one to rely on (C2SP tlog-policy).
//! - [`journal`]: the contract of the one writer and of every reader.
//! - [`fork`]: two heads of one log, in a file that proves itself.
//! - [`memory`]: a journal in memory, the contract without the durability, for tests.
//! - [`dossier`]: everything that a finding rests on, in one file.
//! - [`statement`]: what people state about an entry, superseded and never deleted.
//! - [`witness`]: what a witness cosigns and refuses (C2SP tlog-witness).
//! - [`verification`]: what a dossier proves, does not prove, or contradicts.

pub mod admit;
pub mod checkpoint;
pub mod dossier;
mod error;
pub mod fields;
pub mod fork;
pub mod frame;
pub mod journal;
pub mod keys;
pub mod leaf;
pub mod memory;
pub mod merkle;
pub mod note;
pub mod policy;
pub mod receipt;
mod sha256;
pub mod statement;
pub mod tiles;
pub mod verification;
pub mod witness;

pub use error::Error;

#[cfg(test)]
mod test_data;
