//! The write side: what arrives is registered in the journal, and the engine derives from it.
//!
//! - [`store`]: the folder with the keys, the journal and its lock.
//! - [`journal`]: one sequential write-ahead file; acknowledged after `fdatasync`; a Merkle tree over it.
//! - [`intake`]: a delivered file to inputs: duplicates fall, what is impossible is registered as refused.
//! - [`payloads`]: the bytes of waveforms beside the journal, each under its hash.
//! - [`recordings`]: closed files of waveforms to records, played together.
//! - [`records`]: what a live source's client calls.
//! - [`sources`]: the live sources, each with its thread and connection.
//! - [`player`]: a recording's own clock.
//! - [`refusals`]: the first of a source one by one, a flood of them as one entry.
//! - [`reassessment`]: what stands, derived again; what would come out.
//! - [`pipeline`]: the engine in a thread; what it derives is appended once.
//! - [`fsck`]: re-hashes a whole store and names every bad byte range.
//! - [`feeder`]: the way of a checkpoint to its witnesses.
//! - [`monitor`]: whether a log shows everybody one history; a second one becomes a fork that proves itself.
//! - [`witness`]: a witness's folder: what it cosigned last, durable before it answers.
//! - [`Node`]: all of them together; [`Node::erase`] takes the bytes of a payload away.

mod disk;
mod erasing;
pub mod error;
mod failpoint;
pub mod feeder;
mod frames;
pub mod fsck;
mod guard;
pub mod intake;
pub mod journal;
pub mod key_file;
mod known;
mod memory;
pub mod monitor;
mod node;
pub mod payloads;
pub mod pipeline;
pub mod player;
pub mod reassessment;
pub mod recordings;
pub mod records;
pub mod refusals;
pub mod sources;
pub mod store;
pub mod witness;

pub use erasing::{ERASURES_MAX, Erased};
pub use error::NodeError;
pub use node::{Held, Loaded, Node, OWNER_NOT_STATED};
