//! Clutter that comes in times of its own: traffic by day, a thunderstorm, the many arrivals of a salvo of which not all are
//! explained.
//!
//! # Model
//! What no event holds comes to a channel at a rate that changes slowly. Around a measurement it is the channel's mean rate,
//! worth [`ALIKE`] measurements, and what no event holds within [`NEAR_S`] of it on both sides, itself left out: the mean of a gamma
//! distribution after a Poisson count. In a quiet hour that is the mean; where arrivals crowd, each of them says less.
use super::network::NONE;
use super::picks::Picks;

/// How far around a measurement clutter is alike, s: longer than the waves of one event follow each other, shorter than a
/// salvo or a passing storm.
const NEAR_S: f64 = 120.0;

/// How many measurements the mean rate is worth.
const ALIKE: f64 = 2.0;

impl Picks {
    /// Clutter of one channel by what is free near each measurement; `base` is its mean rate, 1/s.
    pub(super) fn crowded(&mut self, range: std::ops::Range<usize>, base: f64) {
        let (mut first, mut last, mut free) = (range.start, range.start, 0_usize);
        for i in range.clone() {
            let at = self.times[i];
            while last < range.end && self.times[last] <= at + NEAR_S {
                free += usize::from(self.owner[last] == NONE);
                last += 1;
            }
            while self.times[first] < at - NEAR_S {
                free -= usize::from(self.owner[first] == NONE);
                first += 1;
            }
            let others = free - usize::from(self.owner[i] == NONE);
            let rate = (ALIKE + others as f64) / (ALIKE / base + 2.0 * NEAR_S);
            self.log_clutter[i] = libm::log(rate.max(base));
        }
    }
}
