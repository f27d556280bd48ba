//! The adaptive F-detector: which windows hold a wave, against noise that is itself coherent.
//!
//! # Algorithm
//! S. J. Arrowsmith, R. Whitaker, C. Katz and C. Hayward, Bulletin of the Seismological Society of America 99, 449-453,
//! 2009. Noise that is independent between elements gives F values with the central F distribution of 2 B T and
//! 2 B T (n - 1) degrees of freedom; real noise is partly coherent, and a beam chosen as the largest of many is larger
//! than one chosen without looking. Both stretch the distribution by about a constant C, estimated from the values of
//! a window of the past: there the observed distribution peaks at C times the peak of the theoretical one. A value is
//! above the noise where F / C exceeds the threshold of the theoretical distribution at significance p.
//!
//! The peaks are compared in ln F, in which C is a shift and the theoretical peak lies at F = 1 for all degrees of
//! freedom. The observed one is that of a Gaussian kernel density (bandwidth 0.9 min(sigma, quartile range / 1.34)
//! N^-1/5; B. W. Silverman, Density Estimation, 1986, 3.31) on a grid of fixed steps. The past holds every value,
//! those of waves among them: a peak does not move by them as a mean would.
//!
//! A *detection* is a run of at least `run_min` such windows whose azimuths stay within `turn_deg_max` of the strongest
//! one's; its bearing is that of its strongest window.
//!
//! # Units
//! F has none; azimuths in degrees. The state is a value: [`FDetector::push`] depends on nothing else.
//!
//! # Checked against
//! `tests/array_detect.rs`, at p = 0.01: central F values, stretched or not, give 1.3 % false alarms and C 0.99 of the
//! truth; with waves in a tenth of the windows 1.2 %. The strongest of 1,152 beams over independent noise gives 0.04 %:
//! the largest of many values scatters less than one, so that there p is a bound and not a rate.
use super::bearing::{Bearing, turn_deg};
use super::error::ArrayError;
use super::fdistribution;
use std::collections::VecDeque;

/// The most windows of the past: 12 hours of one every 2.5 s is 17,280.
pub const PAST_MAX: usize = 20_000;

/// With fewer windows of the past nothing is decided: a density needs a bulk to have a peak.
pub const PAST_MIN: usize = 30;

/// The longest run in windows: after it a detection is given out and the next one begins.
pub const RUN_MAX: usize = 10_000;

/// Steps of the grid of ln F in a bandwidth of the kernel.
const STEPS_PER_BANDWIDTH: f64 = 8.0;

/// The most steps of the grid.
const STEPS_MAX: usize = 4_096;

/// ln F is kept within these: e^-20 and e^20 are no values of noise.
pub(super) const LN_F_MAX: f64 = 20.0;

/// What does not change from window to window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FDetectorSettings {
    /// Significance of one window: how often noise alone exceeds the threshold.
    pub p: f64,
    /// How many windows of the past are looked at, from [`PAST_MIN`] to [`PAST_MAX`].
    pub past: usize,
    /// The time-bandwidth product of a window.
    pub time_bandwidth: f64,
    /// How many elements the array has.
    pub elements: usize,
    /// The fewest windows of a detection.
    pub run_min: usize,
    /// How far azimuths of a detection lie from the strongest one's, degrees.
    pub turn_deg_max: f64,
}

/// The detector with its memory.
#[derive(Debug, Clone, PartialEq)]
pub struct FDetector {
    settings: FDetectorSettings,
    /// F above which F / C is significant.
    threshold: f64,
    /// ln F of the past, the oldest first.
    past: VecDeque<f64>,
    /// Windows above the threshold, without a break.
    run: Vec<Bearing>,
}

/// A wave that the detector found.
#[derive(Debug, Clone, PartialEq)]
pub struct FDetection {
    /// The bearing of the strongest window, with the time of the whole run.
    pub bearing: Bearing,
    /// Its own window.
    pub strongest: (truceline_model::time::Time, truceline_model::time::Time),
    /// How many windows there are.
    pub windows: usize,
}

/// What the detector says of one window.
#[derive(Debug, Clone, PartialEq)]
pub struct FDecision {
    /// The stretch C of the past; none before there are [`PAST_MIN`] windows.
    pub stretch: Option<f64>,
    /// The F value above which a window counts now.
    pub threshold: Option<f64>,
    /// Whether this window's is above it.
    pub above: bool,
    /// The detection that ended before this window.
    pub ended: Option<FDetection>,
}

impl FDetector {
    /// Without a past.
    ///
    /// # Errors
    /// If a setting has no meaning.
    pub fn new(settings: FDetectorSettings) -> Result<Self, ArrayError> {
        if !(settings.p > 0.0 && settings.p < 1.0) {
            return Err(ArrayError::number("the significance", settings.p, "a probability between 0 and 1"));
        }
        if !(PAST_MIN..=PAST_MAX).contains(&settings.past) {
            return Err(ArrayError::count("the number of past windows", settings.past, "from 30 to 20000"));
        }
        if settings.elements < 2 {
            return Err(ArrayError::count("the number of elements", settings.elements, "at least 2"));
        }
        if !(settings.time_bandwidth >= 0.5 && settings.time_bandwidth <= 1e6) {
            return Err(ArrayError::number("the time-bandwidth product", settings.time_bandwidth, "from 0.5 to 1e6"));
        }
        if settings.run_min == 0 || settings.run_min > RUN_MAX {
            return Err(ArrayError::count("the fewest windows of a detection", settings.run_min, "from 1 to 10000"));
        }
        if settings.turn_deg_max.is_nan() || settings.turn_deg_max < 0.0 {
            return Err(ArrayError::number("the turn within a detection", settings.turn_deg_max, "degrees from 0 on"));
        }
        let d1 = 2.0 * settings.time_bandwidth;
        let threshold = fdistribution::threshold(settings.p, d1, d1 * (settings.elements as f64 - 1.0));
        Ok(Self { settings, threshold, past: VecDeque::new(), run: Vec::new() })
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &FDetectorSettings {
        &self.settings
    }

    /// The memory: ln F of the past, and the windows of the run that goes on. With the settings it is all there is.
    #[must_use]
    pub fn memory(&self) -> (&VecDeque<f64>, &[Bearing]) {
        (&self.past, &self.run)
    }

    /// The detector that had this memory.
    ///
    /// # Errors
    /// If a setting has no meaning, or the memory is longer than the settings allow or holds what is not a number.
    pub fn with_memory(settings: FDetectorSettings, past: &[f64], run: &[Bearing]) -> Result<Self, ArrayError> {
        let mut detector = Self::new(settings)?;
        if past.len() > settings.past || run.len() > RUN_MAX {
            return Err(ArrayError::count("the detector's memory", past.len(), "no longer than the settings say"));
        }
        if let Some(value) = past.iter().find(|value| !(-LN_F_MAX..=LN_F_MAX).contains(*value)) {
            return Err(ArrayError::number("a value of the past", *value, "ln F within -20 and 20"));
        }
        detector.past.extend(past);
        detector.run.extend_from_slice(run);
        Ok(detector)
    }

    /// The next window. A window without a number for F counts as one without a wave, and is not remembered.
    pub fn push(&mut self, window: &Bearing) -> FDecision {
        let stretch = (self.past.len() >= PAST_MIN).then(|| libm::exp(peak(&self.past)));
        let threshold = stretch.map(|stretch| stretch * self.threshold);
        let above = threshold.is_some_and(|threshold| window.f_statistic > threshold);
        let mut ended = None;
        if !above || self.run.len() >= RUN_MAX || !self.goes_on(window) {
            ended = self.end();
        }
        if above {
            self.run.push(*window);
        }
        if window.f_statistic >= 0.0 {
            if self.past.len() >= self.settings.past {
                self.past.pop_front();
            }
            self.past.push_back(libm::log(window.f_statistic).clamp(-LN_F_MAX, LN_F_MAX));
        }
        FDecision { stretch, threshold, above, ended }
    }

    /// Ends the run that goes on: there will be no further window, or there is a gap before it.
    pub fn end(&mut self) -> Option<FDetection> {
        let run = std::mem::take(&mut self.run);
        let strongest = strongest(&run)?;
        if run.len() < self.settings.run_min {
            return None;
        }
        let (start, end) = (run[0].start, run.iter().map(|window| window.end).max()?);
        let bearing = Bearing { start, end, ..*strongest };
        Some(FDetection { bearing, strongest: (strongest.start, strongest.end), windows: run.len() })
    }

    /// Whether a window can belong to the run: with it, all azimuths stay by the strongest one's.
    fn goes_on(&self, window: &Bearing) -> bool {
        let Some(strongest) = strongest(&self.run) else { return true };
        let limit = self.settings.turn_deg_max;
        let near = |a: &Bearing, b: &Bearing| turn_deg(a.azimuth_deg, b.azimuth_deg).abs() <= limit;
        if window.f_statistic > strongest.f_statistic {
            self.run.iter().all(|other| near(other, window))
        } else {
            near(strongest, window)
        }
    }
}

/// The window with the largest F, the first of equal ones.
fn strongest(run: &[Bearing]) -> Option<&Bearing> {
    run.iter().reduce(|a, b| if b.f_statistic > a.f_statistic { b } else { a })
}

/// Where the density of values peaks.
pub(super) fn peak(values: &VecDeque<f64>) -> f64 {
    let mut sorted: Vec<f64> = values.iter().copied().collect();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let mean = sorted.iter().sum::<f64>() / n;
    let sigma = (sorted.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt();
    let quartiles = (sorted[sorted.len() * 3 / 4] - sorted[sorted.len() / 4]) / 1.34;
    let spread = if quartiles > 0.0 { sigma.min(quartiles) } else { sigma };
    let middle = sorted[sorted.len() / 2];
    if spread <= 0.0 {
        return middle;
    }
    let bandwidth = 0.9 * spread * libm::pow(n, -0.2);
    let (low, high) = (sorted[0], sorted[sorted.len() - 1]);
    let step = (bandwidth / STEPS_PER_BANDWIDTH).max((high - low) / (STEPS_MAX as f64 - 2.0));
    // Values are put on the grid's two nearest nodes; the kernel then works on nodes.
    let nodes = ((high - low) / step) as usize + 2;
    let mut weights = vec![0.0; nodes];
    for value in &sorted {
        let at = (value - low) / step;
        let node = (at as usize).min(nodes - 2);
        let part = at - node as f64;
        weights[node] += 1.0 - part;
        weights[node + 1] += part;
    }
    let reach = (4.0 * bandwidth / step).ceil() as usize;
    let kernel: Vec<f64> = (0..=reach).map(|i| i as f64 * step / bandwidth).map(|x| libm::exp(-x * x / 2.0)).collect();
    let density = |node: usize| -> f64 {
        let (from, to) = (node.saturating_sub(reach), (node + reach).min(nodes - 1));
        (from..=to).map(|other| weights[other] * kernel[other.abs_diff(node)]).sum()
    };
    let mut best = (0, f64::NEG_INFINITY);
    for node in 0..nodes {
        let found = density(node);
        if found > best.1 {
            best = (node, found);
        }
    }
    low + best.0 as f64 * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_that_of_the_bulk() {
        let bulk = (0..400).map(|i| f64::from(i % 20) * 0.01 + f64::from(i % 7) * 0.02 + 1.0);
        let waves = (0..100).map(|i| 3.0 + f64::from(i) * 0.01);
        let values: VecDeque<f64> = bulk.chain(waves).collect();
        assert!((peak(&values) - 1.155).abs() < 0.05, "{}", peak(&values));
        let equal: VecDeque<f64> = std::iter::repeat_n(0.7, 40).collect();
        assert_eq!(peak(&equal), 0.7);
        let two: VecDeque<f64> = (0..40).map(|i| if i < 39 { 0.0 } else { 40.0 }).collect();
        assert!(peak(&two).abs() < 0.5);
    }
}
