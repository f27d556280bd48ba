//! Trigger with hysteresis: on at a high threshold, off below a low one.
use super::error::DspError;
use super::state::State;
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder};

/// A stretch of samples in which the trigger was on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnOff {
    /// The sample at which the value reached the upper threshold.
    pub on: u64,
    /// The last sample at which it had not fallen below the lower one.
    pub off: u64,
}

/// Thresholds and the longest stretch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Switches on when reached.
    pub on: f64,
    /// Switches off when the value falls below; not above `on`.
    pub off: f64,
    /// The longest stretch in samples; then it is switched off.
    pub max_samples: u64,
}

/// A trigger that is fed value by value.
///
/// # Algorithm
/// Off, it switches on at the first value that reaches `on` **after a value below `on`**; on, it switches off at the
/// first value below `off`, and the stretch ends with the sample before. A stretch that lasts `max_samples` ends
/// there, and nothing new begins before the value has been below `on` once.
///
/// # Checked against
/// `obspy.signal.trigger.trigger_onset(..., max_len_delete=False)` of ObsPy 1.5.1: the same samples, also with a
/// longest stretch (`tests/dsp_peers.rs`).
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    thresholds: Thresholds,
    next: u64,
    on: Option<u64>,
    /// Whether the value before was below the upper threshold.
    armed: bool,
    /// Whether nothing may begin before a value has fallen below the lower threshold.
    waiting: bool,
}

impl Trigger {
    /// Off and armed, before the first value.
    ///
    /// # Errors
    /// If `off` is above `on`, or one of them is not finite.
    pub fn new(thresholds: Thresholds) -> Result<Self, DspError> {
        if !thresholds.on.is_finite() {
            return Err(DspError::number("on", thresholds.on, "a finite threshold"));
        }
        if !(thresholds.off.is_finite() && thresholds.off <= thresholds.on) {
            return Err(DspError::number(
                "off",
                thresholds.off,
                "a finite threshold not above the one that switches on",
            ));
        }
        Ok(Self { thresholds, next: 0, on: None, armed: true, waiting: false })
    }

    /// Goes on at a sample with the trigger off; nothing begins before a value has fallen below `off` once.
    pub(super) fn restart_at(&mut self, sample: u64) {
        (self.next, self.on, self.waiting) = (sample, None, true);
    }

    /// Sets the longest stretch.
    pub(super) fn set_max_samples(&mut self, max_samples: u64) {
        self.thresholds.max_samples = max_samples;
    }

    /// The number of the next value.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Since when the trigger is on.
    #[must_use]
    pub fn on_since(&self) -> Option<u64> {
        self.on
    }

    /// Whether values below `on` would leave it as it is.
    pub(super) fn is_idle(&self) -> bool {
        self.on.is_none() && self.armed && !self.waiting
    }

    /// Passes over values that are all below `on`, the trigger being idle.
    pub(super) fn skip(&mut self, samples: u64) {
        self.next += samples;
    }

    /// One value on; the stretch that ended, if one did.
    #[inline]
    pub fn push(&mut self, value: f64) -> Option<OnOff> {
        let here = self.next;
        self.next += 1;
        let reaches = value >= self.thresholds.on;
        let mut ended = None;
        if let Some(on) = self.on {
            if value < self.thresholds.off || value.is_nan() {
                ended = Some(OnOff { on, off: here - 1 });
                self.on = None;
            } else if here - on > self.thresholds.max_samples {
                ended = Some(OnOff { on, off: on + self.thresholds.max_samples });
                self.on = None;
            }
        }
        self.waiting &= value >= self.thresholds.off || value.is_nan();
        if self.on.is_none() && reaches && self.armed && !self.waiting {
            self.on = Some(here);
        }
        self.armed = !reaches;
        ended
    }

    /// The stretch that is still open after the last value.
    pub fn finish(&mut self) -> Option<OnOff> {
        self.on.take().map(|on| OnOff { on, off: self.next - 1 })
    }
}

impl State for Trigger {
    fn write_state(&self, encoder: &mut Encoder) {
        (self.next, self.on, self.armed, self.waiting).encode(encoder);
    }
    fn read_state(&mut self, decoder: &mut Decoder<'_>) -> Result<(), DecodeError> {
        let at = decoder.offset();
        let (next, on, armed, waiting): (u64, Option<u64>, bool, bool) = Canonical::decode(decoder)?;
        if on.is_some_and(|on| on >= next) {
            return Err(DecodeError::new(at, "a trigger that began before the next value"));
        }
        (self.next, self.on, self.armed, self.waiting) = (next, on, armed, waiting);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretches(values: &[f64], max_samples: u64) -> Vec<(u64, u64)> {
        let mut trigger = Trigger::new(Thresholds { on: 3.0, off: 1.0, max_samples }).unwrap();
        let mut found: Vec<_> = values.iter().filter_map(|v| trigger.push(*v)).collect();
        found.extend(trigger.finish());
        found.iter().map(|s| (s.on, s.off)).collect()
    }

    #[test]
    fn hysteresis_ends_and_longest_stretch() {
        let values = [0.0, 3.0, 2.0, 1.0, 0.5, 2.0, 4.0, 4.0, 4.0, 2.0, 3.0, 3.0];
        assert_eq!(stretches(&values, 100), [(1, 3), (6, 11)]);
        assert_eq!(stretches(&values, 2), [(1, 3), (6, 8), (10, 11)]);
        assert_eq!(stretches(&[5.0], 100), [(0, 0)]);
        assert_eq!(stretches(&[0.0, 2.9], 100), []);
    }

    #[test]
    fn thresholds_the_wrong_way_round_are_refused() {
        let refused = Trigger::new(Thresholds { on: 1.0, off: 2.0, max_samples: 5 }).unwrap_err();
        assert_eq!(refused.to_string(), "off is 2, expected a finite threshold not above the one that switches on");
        assert!(Trigger::new(Thresholds { on: f64::NAN, off: 2.0, max_samples: 5 }).is_err());
    }
}
