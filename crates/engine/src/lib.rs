//! The engine: a pure function from the journal's inputs, in their order, to derived entries.
//!
//! `step(state, index, input, payload) -> (state, outputs)`. It reads no file, no clock and no output of its own; the only
//! time it knows is a [`Tick`](truceline_model::tick::Tick). The same inputs give the same bytes on every machine
//! and with any number of threads, so whoever holds the inputs can check every finding.
//!
//! - [`input`], [`output`]: what goes in and what comes out; nothing else can.
//! - [`recalled`]: what a reassessment is given of the journal's past.
//! - [`state`]: all that is remembered, bounded, with exact canonical bytes.
//! - [`step`]: one input after the other, through the stages.
//! - [`derivation`]: an epoch's run over a journal: entry bytes in, entry bytes out.
//! - [`replay`]: derives again what stands in a journal and compares.
//! - [`identity`]: which engine this is.

pub mod derivation;
pub mod identity;
pub mod input;
pub mod output;
pub mod recalled;
pub mod replay;
mod stage;
pub mod state;
pub mod step;

pub use step::Engine;
