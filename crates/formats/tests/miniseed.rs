//! miniSEED against the peers' readings, against damage, and against itself.
#![allow(clippy::unwrap_used)] // helpers of tests, outside of any test function

#[path = "miniseed/damage.rs"]
mod damage;
#[path = "miniseed/reference.rs"]
mod reference;
#[path = "miniseed/refusals.rs"]
mod refusals;
#[path = "miniseed/support.rs"]
mod support;
#[path = "miniseed/vectors.rs"]
mod vectors;
#[path = "miniseed/writing.rs"]
mod writing;
