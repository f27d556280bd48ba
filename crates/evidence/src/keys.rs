//! The key register inside the log: whose key is it, and from where to where in the log does it hold.
//!
//! # Rules
//! The register begins with one *founding* act, which names the officers, each of a state, and how many different states must
//! agree; every officer signs it. Further acts are numbered and name their journal, so none can be played again or elsewhere:
//! - *enrol* a key: signed by officers of that many different states, and by the key itself, which proves that it is held;
//! - *rotate* a key: signed by the old key and by the new one;
//! - *revoke* a key: signed by officers of that many states, with the size of the tree since which it is suspect.
//!
//! A key is enrolled once, for one holder and one role: what signed as a machine never signs as a person. Whether a key holds
//! is judged by the place of an entry in the log and never by the signer's clock ([`Register::standing`]): what stood before
//! a theft stays good, what came after is suspect, whatever time it claims.
//!
//! [`Register::take`] is pure; the running node and every replay take the same acts at the same places.
mod act;
mod pair;
mod register;

pub use act::{Act, Body, Holder, KeyAct, MAX_ACT_BYTES, MAX_OFFICERS, MAX_REASON_BYTES, Role};
pub use pair::{KeyPair, PublicKey};
pub use register::{Enrolled, MAX_KEYS, Register, Standing};

#[cfg(test)]
pub(crate) mod tests;
