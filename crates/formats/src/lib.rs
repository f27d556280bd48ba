//! Bytes to the model's words, without input or output: everything here takes bytes and gives values.
//!
//! What cannot be decoded or cannot be true is refused with its place and its reason; the rest of a delivery goes
//! on. What decodes but contradicts something else is not judged here: that is the engine's.

pub mod array_places;
pub mod arrivals;
pub mod configuration;
pub mod daily_table;
pub mod delivery;
pub mod detections;
pub mod error;
pub mod event_location;
pub mod firms;
pub mod hindrances;
pub mod inventory;
pub mod line;
pub mod miniseed;
pub mod network;
pub mod news;
pub mod noise;
pub mod notice;
pub mod observations;
pub mod recording;
pub mod sac;
pub mod seedlink;
pub mod sensors;
pub mod slist;
pub mod source_id;
pub mod sources;
pub mod spelling;
pub mod stationxml;
pub mod table;
mod text;
mod told;
pub mod wav;
pub mod waveform;

pub use delivery::{Delivery, MAX_DELIVERY_BYTES};
pub use error::FormatError;
