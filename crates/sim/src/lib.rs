//! An invented world: a region, its weather, what happens in it, and the bytes that its sensors and people deliver.
//!
//! No recorded ceasefire comes with its truth. This one does: everything is drawn from a seed, the same on every machine, and
//! what was true is written aside. It shares no code with `science`, so that science is not judged by its own formulas; those
//! here stand with their sources in [`earth`], [`air`] and [`weather`].
//!
//! Nothing in it is a model of any place, force or person. Alpha and Bravo are treated alike.

pub mod adversary;
pub mod agreement;
pub mod air;
pub mod arrival;
pub mod attack;
pub mod day;
pub mod earth;
pub mod label;
pub mod network;
pub mod oracle;
pub mod plane;
pub mod random;
pub mod records;
pub mod region;
pub mod reports;
pub mod scatter;
pub mod source;
pub mod waveform;
pub mod weather;
pub mod witness;
pub mod world;

pub use day::Day;
pub use world::{File, World, WorldError};
