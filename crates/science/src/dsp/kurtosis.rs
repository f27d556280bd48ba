//! Recursive kurtosis: how far the latest sample falls outside what the samples before would allow.
use super::state::State;
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder, Float};

/// Energies in units of the variance are cut here: a first sample after silence would otherwise overflow.
const RATIO_MAX: f64 = 1e12;

/// A variance below this is silence.
const VARIANCE_MIN: f64 = 1e-200;

/// Recursive kurtosis, zero for Gaussian noise.
///
/// # Algorithm
/// With `c = 1 / n`, `a = 1 - c`, `c2 = (1 - a^2) / 2` for a window of `n` samples, from `m = 0`, `v = 1`, `k = 0`:
///
/// ```text
/// d = (x - m)^2;  r = d / v;  k' = (1 + c - 2 c r) k + c r^2;  m' = a m + c x;  v' = a v + c2 d;  out = k' - 3 - 3 c
/// ```
///
/// Source: E. Chassande-Mottin, *Testing the normality of the gravitational wave data with a low cost recursive
/// estimate of the kurtosis*, arXiv gr-qc/0212010, 2002. Used for onsets since N. Langet et al., Bulletin of the
/// Seismological Society of America 104, 694-710, 2014; the windowed, non-recursive form is that of C. Baillard et
/// al. in the same journal and volume, 394-409.
///
/// Units: samples of any unit in; a number without unit out. Starting from `v = 1` it needs some windows to forget
/// its start where samples are large.
///
/// # Checked against
/// `obspy.realtime.signal.kurtosis` of ObsPy 1.5.1: equal to 1e-10 of the maximum (`tests/dsp_peers.rs`). Different
/// on silence: there ObsPy divides 0 by 0; here `r` is zero where `v < 1e-200`, and `r` is at most 1e12.
#[derive(Debug, Clone, PartialEq)]
pub struct Kurtosis {
    c: f64,
    mean: f64,
    variance: f64,
    fourth: f64,
}

impl Kurtosis {
    /// With a window in samples; fewer than two count as two.
    #[must_use]
    pub fn new(window_samples: u32) -> Self {
        Self { c: 1.0 / f64::from(window_samples.max(2)), mean: 0.0, variance: 1.0, fourth: 0.0 }
    }

    /// One sample on; its kurtosis.
    #[inline]
    pub fn push(&mut self, sample: f64) -> f64 {
        let (c, a) = (self.c, 1.0 - self.c);
        let c2 = (1.0 - a * a) / 2.0;
        let square = (sample - self.mean) * (sample - self.mean);
        let ratio = if self.variance < VARIANCE_MIN { 0.0 } else { (square / self.variance).min(RATIO_MAX) };
        self.fourth = (1.0 + c - 2.0 * c * ratio) * self.fourth + c * ratio * ratio;
        self.mean = a * self.mean + c * sample;
        self.variance = a * self.variance + c2 * square;
        self.fourth + (-3.0 * c - 3.0)
    }
}

impl State for Kurtosis {
    fn write_state(&self, encoder: &mut Encoder) {
        (Float(self.mean), Float(self.variance), Float(self.fourth)).encode(encoder);
    }
    fn read_state(&mut self, decoder: &mut Decoder<'_>) -> Result<(), DecodeError> {
        let (Float(mean), Float(variance), Float(fourth)) = Canonical::decode(decoder)?;
        (self.mean, self.variance, self.fourth) = (mean, variance, fourth);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_bangs_and_large_numbers_stay_finite() {
        let mut kurtosis = Kurtosis::new(50);
        for _ in 0..100_000 {
            assert!(kurtosis.push(0.0).is_finite());
        }
        for i in 0..2_000 {
            assert!(kurtosis.push(if i % 7 == 0 { 1e60 } else { -1.0 }).is_finite());
        }
    }
}
