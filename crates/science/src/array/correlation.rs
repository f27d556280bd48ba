//! The band-limited cross-correlation of two elements.
//!
//! # Algorithm
//! R(t) = sum over the band of w(f) cos(2 pi f t + phase(f)), phase that of X_j X_i*, so that a wave that comes to j
//! later by t has its maximum there. On a grid of at least eight points in a period of the highest frequency by an
//! inverse transform, then between its points exactly: Newton's method on the sum itself, no parabola.
//!
//! The standard deviation of a maximum t is that of an M-estimate (P. J. Huber, 1967):
//! var(t) = sum w2 w_f2 sin2(a) / (sum w w_f2 cos(a))2, w_f = 2 pi f, a the phase that is left at the maximum, times
//! the frequencies over the independent ones. It takes the noise from the phases and assumes no spectrum.
use super::fft::Fft;
use super::geometry::Pair;
use super::spectra::Spectra;
use std::f64::consts::TAU;

/// Points of the grid in a period of the highest frequency: between them a maximum falls by 8 % at most.
const POINTS_PER_PERIOD: usize = 8;

/// Maxima of the grid above this share of the highest are refined: one of them is the highest.
const CANDIDATE_SHARE: f64 = 0.85;

/// Newton steps: within a period's eighth it converges in four.
const STEPS_MAX: usize = 12;

/// How frequencies weigh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weighting {
    /// All the same (phase transform): sharp maxima for short sounds with echoes and strong tones.
    Phase,
    /// By their power: the plain cross-correlation.
    Power,
}

/// The transform for correlations of all pairs of a window.
pub(super) struct Correlator<'a> {
    spectra: &'a Spectra,
    grid: Fft,
    step_s: f64,
    powers: Vec<f64>,
    weighting: Weighting,
}

/// The correlation of one pair.
pub(super) struct Correlation<'a> {
    of: &'a Correlator<'a>,
    /// Weighted cross-spectrum, its length over each entry's weight being one.
    cross: Vec<(f64, f64)>,
    grid: Vec<f64>,
    /// What a correlation of equal waveforms would reach.
    full: f64,
}

/// A maximum of a correlation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Maximum {
    pub(super) delay_s: f64,
    pub(super) sigma_s: f64,
    pub(super) height: f64,
}

impl<'a> Correlator<'a> {
    /// `None` if the transform would be too long.
    pub(super) fn new(spectra: &'a Spectra, weighting: Weighting) -> Option<Self> {
        let last = spectra.first_bin() + spectra.bins() - 1;
        let grid = Fft::holding(POINTS_PER_PERIOD * last)?;
        let step_s = 1.0 / (grid.length() as f64 * spectra.step_hz());
        let mut powers = vec![0.0; spectra.elements()];
        for bin in 0..spectra.bins() {
            for (power, z) in powers.iter_mut().zip(spectra.row(bin)) {
                *power += z.0 * z.0 + z.1 * z.1;
            }
        }
        Some(Self { spectra, grid, step_s, powers, weighting })
    }

    /// The correlation of a pair.
    pub(super) fn of(&'a self, pair: Pair) -> Correlation<'a> {
        let mut full = 0.0;
        let cross: Vec<(f64, f64)> = (0..self.spectra.bins())
            .map(|bin| {
                let (a, b) = (self.spectra.row(bin)[pair.first], self.spectra.row(bin)[pair.second]);
                let (re, im) = (b.0 * a.0 + b.1 * a.1, b.1 * a.0 - b.0 * a.1);
                match self.weighting {
                    Weighting::Power => (re, im),
                    Weighting::Phase => {
                        let magnitude = (re * re + im * im).sqrt();
                        if magnitude > 0.0 {
                            full += 1.0;
                            (re / magnitude, im / magnitude)
                        } else {
                            (0.0, 0.0)
                        }
                    }
                }
            })
            .collect();
        if self.weighting == Weighting::Power {
            full = (self.powers[pair.first] * self.powers[pair.second]).sqrt();
        }
        let mut spectrum = vec![(0.0, 0.0); self.spectra.first_bin() + cross.len()];
        spectrum[self.spectra.first_bin()..].copy_from_slice(&cross);
        // The inverse transform holds half of each entry in either half of the spectrum, over the length.
        let scale = self.grid.length() as f64 / 2.0;
        let mut grid = self.grid.inverse(&spectrum);
        grid.iter_mut().for_each(|value| *value *= scale);
        Correlation { of: self, cross, grid, full }
    }
}

impl Correlation<'_> {
    /// The maxima of the grid within a delay, in order of delay, as (node, value).
    fn nodes(&self, limit_s: f64) -> Vec<(i64, f64)> {
        let length = self.grid.len() as i64;
        let side = ((limit_s / self.of.step_s).ceil() as i64).clamp(1, length / 2 - 1);
        let at = |node: i64| self.grid[node.rem_euclid(length) as usize];
        (-side..=side)
            .map(|node| (node, at(node)))
            .filter(|(node, value)| at(node - 1) < *value && at(node + 1) <= *value)
            .collect()
    }

    /// The highest maximum within a delay, with the next lower one's height over its own.
    pub(super) fn highest(&self, limit_s: f64) -> Option<(Maximum, f64)> {
        let nodes = self.nodes(limit_s);
        let top = nodes.iter().map(|node| node.1).fold(0.0, f64::max);
        let candidates = nodes.iter().filter(|node| node.1 >= CANDIDATE_SHARE * top && node.1 > 0.0);
        let mut refined: Vec<Maximum> = candidates.map(|node| self.refined(node.0)).collect();
        refined.sort_by(|a, b| b.height.total_cmp(&a.height).then(a.delay_s.abs().total_cmp(&b.delay_s.abs())));
        let best = *refined.first()?;
        let others = nodes.iter().filter(|node| (node.0 as f64 * self.of.step_s - best.delay_s).abs() > self.of.step_s);
        let on_grid = others.map(|node| node.1 / self.full).fold(0.0, f64::max);
        let rival = refined.get(1).map_or(on_grid, |second| second.height.max(on_grid));
        Some((best, (rival / best.height).min(1.0)))
    }

    /// The maximum nearest to a delay, not further away than given.
    pub(super) fn nearest(&self, delay_s: f64, away_s: f64) -> Option<Maximum> {
        let nodes = self.nodes(delay_s.abs() + away_s);
        let distance = |node: &(i64, f64)| (node.0 as f64 * self.of.step_s - delay_s).abs();
        let near = nodes.iter().filter(|node| node.1 > 0.0);
        let node = near.min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        let found = self.refined(node.0);
        ((found.delay_s - delay_s).abs() <= away_s).then_some(found)
    }

    /// The maximum beside a node of the grid.
    fn refined(&self, node: i64) -> Maximum {
        let start = node as f64 * self.of.step_s;
        let mut at = start;
        let mut sums = self.sums(at);
        for _ in 0..STEPS_MAX {
            if sums.curvature <= 0.0 {
                break;
            }
            let next = at + sums.slope / sums.curvature;
            if (next - start).abs() > self.of.step_s {
                break;
            }
            let found = self.sums(next);
            let done = (next - at).abs() < 1e-9 * self.of.step_s;
            (at, sums) = (next, found);
            if done {
                break;
            }
        }
        let independent = self.of.spectra.time_bandwidth();
        // One independent value goes into the maximum itself.
        let lost = independent / (independent - 1.0).max(1.0);
        let per_independent = self.of.spectra.bins() as f64 / independent;
        let variance = sums.noise * per_independent.max(1.0) * lost / (sums.curvature * sums.curvature);
        let height = if self.full > 0.0 { (sums.value / self.full).clamp(-1.0, 1.0) } else { 0.0 };
        let sigma_s = if sums.curvature > 0.0 { variance.sqrt() } else { self.of.step_s * POINTS_PER_PERIOD as f64 };
        Maximum { delay_s: at, sigma_s, height }
    }

    /// The correlation's value, slope and curvature (downwards) at a delay, and the sum for its noise.
    fn sums(&self, delay_s: f64) -> Sums {
        let spectra = self.of.spectra;
        let (sin, cos) = libm::sincos(TAU * spectra.frequency_hz(0) * delay_s);
        let (step_sin, step_cos) = libm::sincos(TAU * spectra.step_hz() * delay_s);
        let mut turn = (cos, sin);
        let mut sums = Sums::default();
        for (bin, z) in self.cross.iter().enumerate() {
            let omega = TAU * spectra.frequency_hz(bin);
            let re = z.0 * turn.0 - z.1 * turn.1;
            let im = z.0 * turn.1 + z.1 * turn.0;
            sums.value += re;
            sums.slope -= omega * im;
            sums.curvature += omega * omega * re;
            sums.noise += omega * omega * im * im;
            turn = (turn.0 * step_cos - turn.1 * step_sin, turn.0 * step_sin + turn.1 * step_cos);
        }
        sums
    }
}

#[derive(Default)]
struct Sums {
    value: f64,
    slope: f64,
    curvature: f64,
    noise: f64,
}
