//! The register of guarantees: what states said they would do, what they may do, and what they then decided. Behind the wall:
//! nothing that detects, locates, attributes or judges can reach it, and it reads findings by their hash alone.
//!
//! - [`register`]: all lines, [`read`] from TOML; [`check`] says what contradicts, [`diff`] what changed.
//! - One noun one module: [`actor`] (states, groups, organisations), [`body`], [`pillar`], [`instrument`], [`ratification`],
//!   [`caveat`], [`pledge`] with [`quantity`], [`response`], [`force`], [`programme`], [`reminder`], [`question`].
//! - [`source`]: every line has a layer (*article*, *record*, *deployment*) and says what it rests on.
//! - [`board`]: the arrangement over all pillars, and what one state may do.
//! - [`edition`]: a register's files as people signed them together.
//! - [`consult`]: calls, positions, decisions and determinations as signed acts, in a pure state machine.
//!
//! Nothing is filled in: *unclear* is a value, and it is counted. Nothing is proposed or ranked.

pub mod actor;
pub mod board;
pub mod body;
pub mod caveat;
pub mod check;
pub mod consult;
pub mod diff;
pub mod edition;
pub mod force;
pub mod instrument;
pub mod item;
pub mod pillar;
pub mod pledge;
pub mod programme;
pub mod quantity;
pub mod question;
pub mod ratification;
pub mod read;
mod refused;
pub mod register;
pub mod reminder;
pub mod response;
pub mod source;
pub mod words;

pub use check::{Rule, Violation, check};
pub use read::RegisterError;
pub use register::Register;
