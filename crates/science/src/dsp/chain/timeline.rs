//! Which time a sample has, and what of a segment is new.
use super::Impediment;
use crate::dsp::state::array_of;
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder, Float};
use truceline_model::time::Time;
use truceline_model::waveform::Segment;

/// A segment that departs from the count of samples by more than this begins a new stretch, in samples.
pub const GAP_SAMPLES: f64 = 0.5;

/// Below this departure stamps are taken for rounded, and the count of samples keeps the time; above, the stamps do.
/// In samples. An arrival's sigma holds more than twice as much from the sampling alone.
pub const RETIME_SAMPLES: f64 = 0.1;

/// Sample rates closer than this are one rate, relative; as in libmseed. What a clock drifts within it is retimed.
pub const RATE_TOLERANCE: f64 = 1e-4;

/// Segments that lie before what was already taken are dropped, as resent, until they make up this much time; then
/// the clock is taken to have been set back, and the stretch begins anew. Seconds.
pub const SET_BACK_S: f64 = 60.0;

/// The time of the samples of a stretch.
#[derive(Debug, Clone)]
pub(crate) struct Timeline {
    pub rate_hz: f64,
    anchor: Time,
    /// The sample of the stretch whose time the anchor is; below zero where that sample lies before the stretch.
    anchor_index: i64,
    /// Samples of the stretch so far.
    pub next_index: u64,
    /// Samples dropped as resent since the last one that was taken.
    dropped: u64,
}

impl Canonical for Timeline {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(2);
        (Float(self.rate_hz), self.anchor, self.anchor_index).encode(encoder);
        (self.next_index, self.dropped).encode(encoder);
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        array_of(decoder, 2)?;
        let (Float(rate_hz), anchor, anchor_index) = Canonical::decode(decoder)?;
        let (next_index, dropped) = Canonical::decode(decoder)?;
        Ok(Self { rate_hz, anchor, anchor_index, next_index, dropped })
    }
}

/// What is to be done with a segment.
pub(crate) enum Fit {
    /// Its samples go on.
    GoesOn,
    /// All of it was seen before.
    Seen,
    /// A new stretch begins at this sample of the segment.
    Anew(usize),
}

impl Timeline {
    /// For a stretch that begins some samples after an instant.
    pub(crate) fn new(anchor: Time, samples_after: usize, rate_hz: f64) -> Self {
        Self { rate_hz, anchor, anchor_index: -(samples_after as i64), next_index: 0, dropped: 0 }
    }

    /// For a stretch that begins some samples after the last one taken, on the same line of time.
    pub(crate) fn after(&self, samples: usize) -> Self {
        let anchor_index = self.anchor_index - self.next_index as i64 - samples as i64;
        Self { anchor_index, next_index: 0, dropped: 0, ..self.clone() }
    }

    /// Time of a sample of the stretch, which may lie between two.
    pub(crate) fn time_of(&self, index: f64) -> Time {
        self.anchor.plus_s((index - self.anchor_index as f64) / self.rate_hz)
    }

    /// Where an instant lies among the samples of the stretch; below zero before it.
    pub(crate) fn index_of(&self, time: Time) -> f64 {
        time.seconds_since(self.anchor) * self.rate_hz + self.anchor_index as f64
    }

    /// Whether samples have the same times by either.
    pub(crate) fn is_line_of(&self, other: &Self) -> bool {
        (self.anchor, self.anchor_index) == (other.anchor, other.anchor_index)
    }

    /// The same line of time, without what was seen of segments.
    pub(crate) fn without_dropped(&self) -> Self {
        Self { next_index: 0, dropped: 0, ..self.clone() }
    }

    pub(crate) fn end(&self) -> Time {
        self.time_of(self.next_index as f64)
    }

    /// Fits a segment of the same rate to the samples so far.
    pub(crate) fn fit(&mut self, segment: &Segment, impediments: &mut Vec<Impediment>) -> Fit {
        let expected = self.end();
        let away_s = segment.start.seconds_since(expected);
        let away = away_s * self.rate_hz;
        let length = segment.samples.len();
        if away > GAP_SAMPLES {
            impediments.push(Impediment::Gap { from: expected, to: segment.start });
            return Fit::Anew(0);
        }
        if away >= -GAP_SAMPLES {
            self.dropped = 0;
            if away.abs() > RETIME_SAMPLES {
                impediments.push(Impediment::Retimed { at: segment.start, by_s: away_s });
                (self.anchor, self.anchor_index) = (segment.start, self.next_index as i64);
            }
            return Fit::GoesOn;
        }
        let seen = ((-away).round().min(length as f64) as usize).max(1).min(length);
        let bound = (SET_BACK_S * self.rate_hz).ceil() as u64;
        let room = usize::try_from(bound.saturating_sub(self.dropped)).unwrap_or(usize::MAX);
        let set_back = seen > room;
        let dropped = seen.min(room);
        self.dropped += dropped as u64;
        impediments.push(Impediment::Overlap { from: segment.start, to: segment.time_of(dropped), set_back });
        if dropped == length { Fit::Seen } else { Fit::Anew(dropped) }
    }
}
