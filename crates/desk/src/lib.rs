//! The read side: views of the journal, and the HTTP interface by which people see them.
//!
//! The journal is the only truth. The views can be deleted at any time and are made anew from it. Everything that
//! leaves goes through the release policy as a [`Released`](truceline_accord::Released).
//!
//! - [`views`]: an index of the journal in SQLite, and the case files read through it.
//! - [`api`]: the types of the HTTP interface, its routes, and its OpenAPI document.
//! - [`bulletins`]: what a bulletin is made of, gathered and released.
//! - [`coverage`]: from where an event would have been registered at a time.
//! - [`dossier`]: the file of a case, for the interface and the command.
//! - [`ledger`]: what people signed of the register, folded from the journal.
//! - [`log`]: checkpoint and tiles, for witnesses and auditors at once, for the public later.
//! - [`placement`]: whether a force keeps its own rule on its distance from the lines.
//! - [`released`]: what a tier below the enclave is shown, made anew at each step of its cadence.
//! - [`server`]: the server on the loopback address.
//! - [`waveforms`]: the waveforms around a case's arrivals, column by column, as a screen draws them.
//! - [`write_side`]: what desk needs of the side that writes.

pub mod api;
mod assets;
pub mod bulletins;
pub mod coverage;
pub mod dossier;
pub mod error;
pub mod ledger;
pub mod log;
pub mod placement;
pub mod released;
pub mod server;
pub mod views;
pub mod waveforms;
pub mod write_side;

pub use error::DeskError;
