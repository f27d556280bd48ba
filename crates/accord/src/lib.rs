//! The agreement as data: its parties, zones and clauses; what it says of an event; who may see what.
//!
//! - [`agreement`]: reads the agreement's file into typed clauses.
//! - [`check`]: what is contradictory, unreachable, missing or not verifiable in an agreement.
//! - [`judge`]: what the agreement in force at an event's time says of it.
//! - [`promptness`]: how soon each product of an event is to stand.
//! - [`severity`]: how serious it would be, which orders the queue and nothing else.
//! - [`template`]: the file of a short truce from a dozen answers.
//! - [`trial`]: what a draft would say of an event, and what could not be verified.
//! - [`words`]: the finding as sentences, with what speaks against it.
//! - [`release`]: everything that leaves a running mechanism is a [`release::Released`].

pub mod agreement;
pub mod check;
pub mod judge;
pub mod promptness;
pub mod release;
pub mod severity;
pub mod template;
pub mod trial;
pub mod words;

pub use agreement::Agreement;
pub use release::Released;
