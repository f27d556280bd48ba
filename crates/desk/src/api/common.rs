//! Shapes that several answers share. Times are RFC 3339 in UTC, places `[longitude, latitude]` in degrees,
//! probabilities 0 to 1.
use serde::Serialize;
use truceline_accord::enclave_only;
use utoipa::ToSchema;

/// `[longitude, latitude]` in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Vec<f64>)]
pub struct LonLat(pub [f64; 2]);

/// From one instant to another.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Interval {
    /// RFC 3339 in UTC.
    pub from: String,
    /// RFC 3339 in UTC.
    pub to: String,
}

/// What was wrong, where, and what was expected.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Error {
    /// In words.
    pub error: String,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Loaded {
    /// `detections`, `notice`, `agreement`, `inventory`, or the form of waveforms: `miniSEED`, `SAC`, `WAV`, `SLIST`.
    pub kind: String,
    /// Inputs registered now; of waveforms their records.
    pub registered: u64,
    /// Inputs registered before.
    pub already: u64,
    /// Inputs that came after their window.
    pub late: u64,
    /// Inputs that are registered and not used, with the reason.
    pub excluded: Vec<String>,
    /// How many were refused.
    pub refused_count: u64,
    /// The first that were refused; all of them are in the journal.
    pub refused: Vec<Refused>,
    /// Arrivals that were found in its waveforms.
    pub detections: u64,
    /// Waves that were found to pass arrays of which it holds the first element used.
    pub bearings: u64,
    /// What kept its channels from being seen, or spoils what was seen.
    pub impediments: u64,
    /// What broke the rows of sealed frames of its stations, or what is said of their clocks and state.
    pub continuity: Vec<String>,
}

/// Something that was refused.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Refused {
    /// Where in the file.
    pub offset: String,
    /// Which rule.
    pub rule: String,
    /// What was found and expected.
    pub expected: String,
}

/// The journal grew by derived entries: a live update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Changed {
    /// The journal's size.
    pub(crate) size: u64,
}

enclave_only!(Loaded, Changed);
