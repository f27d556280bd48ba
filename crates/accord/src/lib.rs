//! The agreement as data: its parties, zones and clauses; what it says of an event; who may see what.
//!
//! - [`agreement`]: reads the agreement's file into typed clauses.
//! - [`check`]: what is contradictory, unreachable, missing or not verifiable in an agreement.
//! - [`judge`]: what the agreement in force at an event's time says of it.
//! - [`template`]: the file of a short truce from a dozen answers.
//! - [`words`]: the finding as sentences, with what speaks against it.
//! - [`release`]: everything that leaves a running mechanism is a [`release::Released`].

pub mod agreement;
pub mod check;
pub mod judge;
pub mod release;
pub mod template;
pub mod words;

pub use agreement::Agreement;
pub use release::Released;
