//! A piece of a waveform as it was decoded: samples of one channel from one instant on, without a gap.
//!
//! It is a working form and has no canonical bytes: what is kept of a waveform is the record's own bytes.
use crate::canonical_map;
use crate::time::{NS_PER_S, Time};

/// The samples of a segment, in the form in which they were recorded.
#[derive(Debug, Clone, PartialEq)]
pub enum Samples {
    /// Counts.
    I32(Vec<i32>),
    /// Single precision.
    F32(Vec<f32>),
    /// Double precision.
    F64(Vec<f64>),
}

impl Samples {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::I32(samples) => samples.len(),
            Self::F32(samples) => samples.len(),
            Self::F64(samples) => samples.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends all samples as `f64`; exact for each of the forms.
    pub fn extend_f64(&self, into: &mut Vec<f64>) {
        match self {
            Self::I32(samples) => into.extend(samples.iter().map(|sample| f64::from(*sample))),
            Self::F32(samples) => into.extend(samples.iter().map(|sample| f64::from(*sample))),
            Self::F64(samples) => into.extend_from_slice(samples),
        }
    }
}

/// What a record says about its clock. Nothing is assumed where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClockFlags {
    /// The time is questionable.
    pub questionable: Option<bool>,
    /// The clock was locked to its reference.
    pub locked: Option<bool>,
    /// The vendor's timing quality, percent.
    pub quality_percent: Option<u8>,
}

canonical_map!(ClockFlags { "locked" => locked, "questionable" => questionable, "quality_percent" => quality_percent });

impl ClockFlags {
    /// The worst that either says.
    #[must_use]
    pub fn worst(self, other: Self) -> Self {
        fn either<T: Ord>(a: Option<T>, b: Option<T>, worse: fn(T, T) -> T) -> Option<T> {
            match (a, b) {
                (Some(a), Some(b)) => Some(worse(a, b)),
                (a, b) => a.or(b),
            }
        }
        Self {
            questionable: either(self.questionable, other.questionable, bool::max),
            locked: either(self.locked, other.locked, bool::min),
            quality_percent: either(self.quality_percent, other.quality_percent, u8::min),
        }
    }
}

/// A piece of a waveform of one channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// The channel as FDSN source identifier: `FDSN:NET_STA_LOC_B_S_SS`; other forms where a file has no such name.
    pub channel: String,
    /// Time of the first sample.
    pub start: Time,
    /// Samples per second; above zero.
    pub rate_hz: f64,
    /// The samples.
    pub samples: Samples,
    /// What is said about the clock.
    pub clock: ClockFlags,
}

impl Segment {
    /// Time of the sample of an index; of the sample after the last one for `len()`.
    #[must_use]
    pub fn time_of(&self, index: usize) -> Time {
        let offset_ns = (index as f64 / self.rate_hz * NS_PER_S as f64).round();
        Time(self.start.0.saturating_add(offset_ns as i64))
    }
}
