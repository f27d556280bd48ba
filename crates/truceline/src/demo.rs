//! The demo: a scripted day of the invented world, played through the real sockets into the real pipeline.
//!
//! ```text
//! sim::Day --records, as they come--> feed (SeedLink) --socket--> node::sources --> the journal --> engine --> page
//!     |  files, when their time comes --> the node's own way of files ------------------^
//!     '- play (the clock, which is what ticks) <-- control <-- people; truth: what was, beside what was found
//! ```
pub(crate) mod control;
pub(crate) mod feed;
pub(crate) mod found;
pub(crate) mod play;
mod session;
pub(crate) mod stage;
