//! The Merkle tree of RFC 6962, section 2.1, over leaf hashes.
//!
//! Nodes are SHA-256(0x01 || left || right); the tree of no leaves has the root SHA-256 of nothing. Proofs are
//! those of RFC 6962, sections 2.1.1 and 2.1.2; they are verified as RFC 9162, sections 2.1.3.2 and 2.1.4.2,
//! say, which refuses a proof with one hash too many or too few. Checked against the inclusion and consistency
//! vectors of the transparency-dev Merkle tests, and against a tree computed by the definition.
mod consistency;
mod inclusion;
pub mod parts;
mod paths;
mod tree;

pub use consistency::{roots_of_path, verify_consistency};
pub use inclusion::verify_inclusion;
pub use paths::Paths;
pub use tree::{Run, Tree};

use crate::sha256;
use truceline_model::hash::Hash;

/// The longest path in a tree whose size fits 64 bits: one hash per level.
pub const MAX_INCLUSION_HASHES: usize = 64;

/// The longest consistency proof: a path and the hash it begins at.
pub const MAX_CONSISTENCY_HASHES: usize = MAX_INCLUSION_HASHES + 1;

/// The first byte of what is hashed for a node (RFC 6962, section 2.1).
const NODE_PREFIX: u8 = 0x01;

/// The hash of a node over its two children: SHA-256(0x01 || left || right).
#[must_use]
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    let mut head = [NODE_PREFIX; 33];
    head[1..].copy_from_slice(&left.0);
    sha256::of(&head, &right.0)
}

/// The root of the tree of no leaves: SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Hash {
    Hash::of(&[])
}

#[cfg(test)]
mod tests;
