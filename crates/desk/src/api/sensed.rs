//! What was found in sensors' records, and what kept them from being seen: lists, the newest first, in pages.
use serde::Serialize;
use truceline_accord::release::{Releasable, Tier};
use truceline_model::derived::Derived;
use truceline_model::{detection, impediment};
use utoipa::ToSchema;

/// Detections, the newest in the journal first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Detections {
    /// At most as many as were asked for.
    pub detections: Vec<Detection>,
    /// Ask with `before` set to this for the next page; null if this is the last.
    pub next: Option<u64>,
}

/// An arrival in a channel's records.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Detection {
    /// The journal's entry.
    pub entry: u64,
    /// The channel, an FDSN source identifier where it has one.
    pub channel: String,
    /// `seismic`, `infrasound` or `acoustic`.
    pub class: String,
    /// Who could make the source lie.
    pub owner: String,
    /// RFC 3339 in UTC.
    pub onset: String,
    /// Standard deviation of the onset, s.
    pub onset_sigma_s: f64,
    /// How long the detector was on, s.
    pub duration_s: f64,
    /// The largest value in the band, in the samples' unit.
    pub amplitude: f64,
    /// Signal to noise.
    pub snr: f64,
    /// `shock`, `blast` or `unknown`.
    pub kind: String,
    /// By what the onset was found: `aic`, `baer` or `trigger`.
    pub onset_by: String,
    /// The record called its clock questionable.
    pub clock_questionable: bool,
    /// The samples ended before the arrival was whole.
    pub cut_short: bool,
    /// The payloads of its waveform, SHA-256 in hexadecimal.
    pub waveform: Vec<String>,
}

/// Impediments, the newest in the journal first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Impediments {
    /// At most as many as were asked for.
    pub impediments: Vec<Impediment>,
    /// Ask with `before` set to this for the next page; null if this is the last.
    pub next: Option<u64>,
}

/// What kept a channel from being seen, or spoils what was seen. Fields that its kind does not name are null.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Impediment {
    /// The journal's entry.
    pub entry: u64,
    /// The channel.
    pub channel: String,
    /// `gap`, `overlap`, `set-back`, `rate-change`, `rate-unusable`, `retimed`, `clock-questionable`, `clock-trusted`,
    /// `not-finite`, `flat`, `silent` or `more`.
    pub kind: String,
    /// RFC 3339 in UTC.
    pub from: String,
    /// RFC 3339 in UTC.
    pub to: Option<String>,
    /// The sample rate before, Hz.
    pub before_hz: Option<f64>,
    /// The sample rate after, Hz.
    pub after_hz: Option<f64>,
    /// By how much stamps are later than counted, s.
    pub by_s: Option<f64>,
    /// How many samples, or how many more impediments.
    pub samples: Option<u64>,
    /// Why, in words.
    pub reason: Option<String>,
}

impl Detection {
    pub(crate) fn new(entry: u64, derived: Derived<detection::Detection>) -> Self {
        let found = derived.content;
        Self {
            entry,
            channel: found.channel,
            class: found.class.name().to_owned(),
            owner: found.owner,
            onset: found.onset.to_string(),
            onset_sigma_s: found.onset_sigma_us as f64 / 1e6,
            duration_s: found.duration_us as f64 / 1e6,
            amplitude: found.amplitude_nano as f64 / 1e9,
            snr: found.snr_milli as f64 / 1e3,
            kind: found.kind.name().to_owned(),
            onset_by: found.onset_by.name().to_owned(),
            clock_questionable: found.clock_questionable,
            cut_short: found.cut_short,
            waveform: found.waveform.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Impediment {
    pub(crate) fn new(entry: u64, derived: Derived<impediment::Impediment>) -> Self {
        let said = derived.content;
        let hz = |uhz: u64| uhz as f64 / 1e6;
        Self {
            entry,
            channel: said.channel,
            kind: said.kind.name().to_owned(),
            from: said.from.to_string(),
            to: said.to.map(|to| to.to_string()),
            before_hz: said.before_uhz.map(hz),
            after_hz: said.after_uhz.map(hz),
            by_s: said.by_ns.map(|ns| ns as f64 / 1e9),
            samples: said.samples,
            reason: said.reason,
        }
    }
}

impl Releasable for Detections {
    fn for_tier(self, tier: Tier) -> Self {
        match tier {
            Tier::Enclave => self,
        }
    }
}

impl Releasable for Impediments {
    fn for_tier(self, tier: Tier) -> Self {
        match tier {
            Tier::Enclave => self,
        }
    }
}
