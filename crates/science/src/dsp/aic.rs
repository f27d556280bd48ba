//! Onset by Akaike's information criterion: where two stationary stretches meet best.
use super::onset::{Onset, sigma_of};

/// Fewer samples hold no two stretches.
pub const AIC_SAMPLES_MIN: usize = 8;

/// Samples at either end that cannot be the onset: the variance of fewer than this is no estimate.
const MARGIN: usize = 3;

/// Maeda's criterion, sample by sample; a window of two samples or fewer gives zeros.
///
/// # Algorithm
/// `AIC(k) = (k+1) ln Var(x_0..x_k) + (n-k-2) ln Var(x_(k+1)..x_(n-1))` with population variances, computed by
/// Welford's recursion from either end; the last value repeats the one before, so lengths are the same. A variance of
/// zero counts as 1e-300. The first value, whose left side is a single sample, repeats the second.
///
/// Source: N. Maeda, *A method for reading and checking phase times in auto-processing system of seismic wave data*,
/// Zisin 38, 365-379, 1985.
///
/// # Checked against
/// `obspy.signal.trigger.aic_simple` of ObsPy 1.5.1: equal to 1e-11 relative from the second value on
/// (`tests/dsp_peers.rs`); its first value rests on an unset number.
#[must_use]
pub fn aic(samples: &[f64]) -> Vec<f64> {
    /// Stands for the variance of a constant stretch.
    const VARIANCE_MIN: f64 = 1e-300;
    let n = samples.len();
    let mut criterion = vec![0.0; n];
    if n <= 2 {
        return criterion;
    }
    let mut left = Welford::new(samples[0]);
    for i in 1..n - 1 {
        left.push(samples[i]);
        criterion[i] = left.count * libm::log(left.variance().max(VARIANCE_MIN));
    }
    let mut right = Welford::new(samples[n - 1]);
    for i in (1..n - 1).rev() {
        right.push(samples[i]);
        criterion[i - 1] += (right.count - 1.0) * libm::log(right.variance().max(VARIANCE_MIN));
    }
    criterion[0] = criterion[1];
    criterion[n - 1] = criterion[n - 2];
    criterion
}

struct Welford {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Welford {
    fn new(first: f64) -> Self {
        Self { count: 1.0, mean: first, squares: 0.0 }
    }
    fn push(&mut self, value: f64) {
        self.count += 1.0;
        let difference = value - self.mean;
        self.mean += difference / self.count;
        self.squares += difference * (value - self.mean);
    }
    fn variance(&self) -> f64 {
        self.squares / self.count
    }
}

/// The onset in a window that begins with noise and ends in the signal; `None` if the window is too short.
///
/// `latest` is the last sample that may be the onset, such as the one at which a trigger switched on; `independent` is the share of samples that carry independent noise: `2 B / rate` for a pass band of width `B`, at
/// most 1. Units: samples.
///
/// # Algorithm
/// The onset is the sample after the least AIC. As `AIC(k)` is `-2 ln` of the likelihood of a change after sample `k`
/// if samples were independent, `w(k) = exp(-independent (AIC(k) - min) / 2)` is the posterior under a flat prior, and
/// sigma is the root of its second moment about the onset, joined with the uniform error of one sample. It is wide
/// where the minimum is flat, that is, where the signal hardly rises above the noise.
#[must_use]
pub fn aic_onset(samples: &[f64], latest: usize, independent: f64) -> Option<Onset> {
    aic_onset_from(samples, 0, latest, independent)
}

/// As [`aic_onset`], of an onset that is none of the samples before `earliest`: where a coda dies away before it, the criterion
/// would find that change, too.
#[must_use]
pub fn aic_onset_from(samples: &[f64], earliest: usize, latest: usize, independent: f64) -> Option<Onset> {
    let n = samples.len();
    // The criterion after sample k stands for an onset at k + 1.
    let end = (n.max(MARGIN) - MARGIN).min(latest);
    let begin = earliest.max(MARGIN);
    if n < AIC_SAMPLES_MIN || end < begin {
        return None;
    }
    let criterion = aic(samples);
    let inside = begin - 1..end;
    let least = inside.clone().min_by(|a, b| criterion[*a].total_cmp(&criterion[*b]))?;
    let scale = independent.clamp(0.0, 1.0) / 2.0;
    let (mut weights, mut moment) = (0.0, 0.0);
    for k in inside {
        let weight = libm::exp(-scale * (criterion[k] - criterion[least]));
        let away = k.abs_diff(least) as f64;
        weights += weight;
        moment += weight * away * away;
    }
    // The least itself weighs 1, so the sum is not zero.
    Some(Onset { index: least + 1, sigma_samples: sigma_of(&[(moment / weights).sqrt()]) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(n: usize, mut state: u64) -> Vec<f64> {
        (0..n)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) as f64 / f64::from(1_u32 << 30) - 1.0
            })
            .collect()
    }

    #[test]
    fn a_strong_step_is_found_to_the_sample_and_a_weak_one_is_less_sure() {
        let mut strong = noise(300, 5);
        let mut weak = strong.clone();
        strong[200..].iter_mut().for_each(|x| *x *= 30.0);
        weak[200..].iter_mut().for_each(|x| *x *= 2.0);
        let (strong, weak) = (aic_onset(&strong, 299, 1.0).unwrap(), aic_onset(&weak, 299, 1.0).unwrap());
        assert!(strong.index.abs_diff(200) <= 1, "{strong:?}");
        assert!(strong.sigma_samples >= 0.288 && strong.sigma_samples < 1.5, "{strong:?}");
        assert!(weak.sigma_samples > 1.5 * strong.sigma_samples, "{weak:?}");
        assert!((weak.index as f64 - 200.0).abs() < 4.0 * weak.sigma_samples, "{weak:?}");
    }

    #[test]
    fn constants_and_short_windows_do_no_harm() {
        assert!(aic_onset(&[1.0; 7], 6, 1.0).is_none());
        assert!(aic_onset(&[1.0; 50], 2, 1.0).is_none());
        let flat = aic_onset(&[1.0; 50], 49, 1.0).unwrap();
        assert!(flat.sigma_samples.is_finite() && flat.sigma_samples > 0.0);
        assert_eq!(aic(&[1.0, 2.0]), [0.0, 0.0]);
    }
}
