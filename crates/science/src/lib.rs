//! Computing on measurements. Everything here is a pure function: no clock, no file, no global state, and the same
//! bits on every machine and with any number of threads.
//!
//! - [`mod@array`]: from an array's samples to bearings.
//! - [`mod@associate`]: from measurements of any kind to events.
//! - [`attribute`]: from which side of a line something came, and when to say nothing.
//! - [`bounds`]: how well a place could be known at best.
//! - [`calibrate`]: whether regions hold the truth as often as they say.
//! - [`mod@classify`]: from what was measured of an event to what kind it was.
//! - [`mod@coverage`]: what could have been seen.
//! - [`dsp`]: from samples to arrivals, as they stream.
//! - [`fn@each`]: one function over many items, on several threads.
//! - [`locate`]: from arrival times and back-azimuths to a probability over place and origin time.
//! - [`testimony`]: what an owner tells of many events against what the others tell.
//! - [`thermal`]: from satellites' detections of heat to fires, and which of them burn in years without fighting too.
//! - [`track`]: from plots of something that moves to where it came from.
//! - [`travel`]: travel times through homogeneous and layered media.

pub mod array;
pub mod associate;
pub mod attribute;
pub mod borne;
pub mod bounds;
pub mod calibrate;
mod choices;
mod chunks;
pub mod classify;
pub mod coverage;
pub mod dsp;
pub mod locate;
mod matrix;
mod pile;
pub mod testimony;
pub mod thermal;
pub mod track;
pub mod travel;

pub use chunks::each;
