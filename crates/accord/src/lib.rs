//! The agreement as data: its parties, zones and clauses; what it says of an event; who may see what.
//!
//! - [`agreement`]: reads the agreement's file into typed clauses.
//! - [`judge`]: what the agreement in force at an event's time says of it.
//! - [`words`]: the finding as sentences, with what speaks against it.
//! - [`release`]: everything that leaves a running mechanism is a [`release::Released`].

pub mod agreement;
pub mod judge;
pub mod release;
pub mod words;

pub use agreement::Agreement;
pub use release::Released;
