//! Samples that wait, taken away from their front in pieces.
use crate::state::Waiting;
use truceline_model::array_detectors::ArraySettings;
use truceline_model::time::{NS_PER_S, Time};
use truceline_model::waveform::{Samples, Segment};

impl Waiting {
    /// Whether it has waited as long as it may, by the clock; nothing has before the first tick.
    pub(super) fn has_waited(&self, now: Option<Time>, numbers: &ArraySettings) -> bool {
        let (Some(now), Some(came)) = (now, self.came) else { return false };
        now.0.saturating_sub(came.0) >= numbers.wait_ms.value.saturating_mul(NS_PER_S / 1_000)
    }

    /// The times of the first and the last sample of its front piece.
    pub(super) fn piece(&self, piece_s: f64) -> (Time, Time) {
        let last = self.first + self.piece_samples(piece_s).saturating_sub(1) as u64;
        (self.time_of(self.first), self.time_of(last))
    }

    /// Takes its front piece away.
    pub(super) fn take(&mut self, channel: &str, piece_s: f64) -> Segment {
        let count = self.piece_samples(piece_s);
        let start = self.time_of(self.first);
        self.first += count as u64;
        let samples = Samples::F64(self.samples.drain(..count).collect());
        Segment { channel: channel.to_owned(), start, rate_hz: self.rate_hz, samples, clock: self.clock }
    }

    fn piece_samples(&self, piece_s: f64) -> usize {
        ((piece_s * self.rate_hz) as usize).max(1).min(self.samples.len())
    }

    /// As of a segment that is not cut.
    fn time_of(&self, index: u64) -> Time {
        let offset_ns = (index as f64 / self.rate_hz * NS_PER_S as f64).round();
        Time(self.start.0.saturating_add(offset_ns as i64))
    }
}
