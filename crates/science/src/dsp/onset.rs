//! An arrival's onset, to the sample, with its sigma.

/// What the sampling itself leaves open: a uniform error of one sample, in samples.
pub(super) const SAMPLING_SIGMA_SAMPLES: f64 = 0.288_675_134_594_812_9;

/// An onset within a window of samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Onset {
    /// The sample in the window at which the signal begins.
    pub index: usize,
    /// Its standard deviation in **samples**; never below that of a uniform error of one sample.
    pub sigma_samples: f64,
}

/// Root of the sum of squares of parts and of the sampling.
pub(super) fn sigma_of(parts: &[f64]) -> f64 {
    parts.iter().fold(SAMPLING_SIGMA_SAMPLES * SAMPLING_SIGMA_SAMPLES, |sum, part| sum + part * part).sqrt()
}
