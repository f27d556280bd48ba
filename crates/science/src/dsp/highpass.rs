//! Taking the mean away as it drifts: a running mean, subtracted.
use super::state::State;
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder, Float};

/// Subtracts a running mean: a one-pole high-pass.
///
/// # Algorithm
/// With `N` the window in samples and `k = min(i + 1, N)` at sample `i`:
///
/// ```text
/// m_i = m_(i-1) (k - 1)/k + x_i / k        y_i = x_i - m_i
/// ```
///
/// So the first `N` samples are referred to the plain mean of all samples so far, and a constant offset is gone from
/// the first sample on. From then on it is the one-pole high-pass `H(z) = (1 - 1/N)(1 - z^-1) / (1 - (1 - 1/N) z^-1)`,
/// whose corner (half power) lies near `rate / (2 pi N)`.
///
/// This is the recursion that SeisComP documents as filter `RMHP(window)`; the products are ordered differently, so
/// the last digit may differ.
///
/// Units: those of the samples.
#[derive(Debug, Clone, PartialEq)]
pub struct RunningMeanHighPass {
    window: u32,
    seen: u32,
    mean: f64,
    keep: f64,
    take: f64,
}

impl RunningMeanHighPass {
    /// With a window in samples; zero counts as one, which gives zeros.
    #[must_use]
    pub fn new(window_samples: u32) -> Self {
        let window = window_samples.max(1);
        Self {
            window,
            seen: 0,
            mean: 0.0,
            keep: f64::from(window - 1) / f64::from(window),
            take: 1.0 / f64::from(window),
        }
    }

    /// One sample on.
    #[inline]
    pub fn push(&mut self, sample: f64) -> f64 {
        if self.seen < self.window {
            let (before, now) = (f64::from(self.seen), f64::from(self.seen + 1));
            self.seen += 1;
            self.mean = self.mean * (before / now) + sample * (1.0 / now);
        } else {
            self.mean = self.mean * self.keep + sample * self.take;
        }
        sample - self.mean
    }

    /// Whether the window has been filled once: from then on the recursion is the one of [`Settled`].
    pub(super) fn is_settled(&self) -> bool {
        self.seen == self.window
    }

    /// Mean and weights for a loop that keeps them in registers.
    pub(super) fn settled(&self) -> Settled {
        Settled { mean: self.mean, keep: self.keep, take: self.take }
    }

    /// Puts the mean back after such a loop.
    pub(super) fn set_mean(&mut self, mean: f64) {
        self.mean = mean;
    }
}

/// What the recursion needs once its window has been filled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settled {
    pub mean: f64,
    pub keep: f64,
    pub take: f64,
}

impl Settled {
    #[inline(always)]
    pub(super) fn push(&mut self, sample: f64) -> f64 {
        self.mean = self.mean * self.keep + sample * self.take;
        sample - self.mean
    }
}

impl State for RunningMeanHighPass {
    fn write_state(&self, encoder: &mut Encoder) {
        (self.seen, Float(self.mean)).encode(encoder);
    }
    fn read_state(&mut self, decoder: &mut Decoder<'_>) -> Result<(), DecodeError> {
        let (seen, Float(mean)) = Canonical::decode(decoder)?;
        (self.seen, self.mean) = (self.window.min(seen), mean);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_is_gone_from_the_first_sample_on() {
        let mut filter = RunningMeanHighPass::new(100);
        assert!((0..1_000).all(|_| filter.push(12_345.0).abs() < 1e-8));
    }

    #[test]
    fn a_sine_at_the_corner_loses_half_its_power() {
        let (window, n) = (200_u32, 100_000);
        let mut filter = RunningMeanHighPass::new(window);
        let omega = 1.0 / f64::from(window);
        let out: Vec<f64> = (0..n).map(|i| filter.push(libm::sin(omega * f64::from(i)))).collect();
        let power = out[50_000..].iter().map(|y| y * y).sum::<f64>() / 50_000.0;
        assert!((power / 0.25 - 1.0).abs() < 0.02, "{power}");
    }
}
