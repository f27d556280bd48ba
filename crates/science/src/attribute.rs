//! From which side of a line something came: what the data say for each side, how far that holds if owners of sensors say
//! what is not so, and when to say nothing.
//!
//! - [`event`]: the side of an event, over its owners and over the stated assumptions.
//! - [`crossing`]: the side of a place that is known as a mixture of normals.
//! - [`order`]: which of two events came first.
//! - [`owners`]: each owner's own estimate across the line, taken together.
//! - [`statement`]: which side is stated, with its certificate and its collusion number.
//!
//! Whether left is one party or the other is of no matter here: with both exchanged, everything is mirrored, bit for bit.
pub mod crossing;
pub mod event;
pub mod order;
pub mod owners;
pub mod statement;
