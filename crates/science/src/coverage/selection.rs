//! Curves that are learnt from events that were found are those of the stronger events: the rest was not found.
//!
//! # Algorithm
//! The logarithm x of an event's reach, in terms of the learnt one's, is taken to be normal over all events, and an event to
//! be found where at least so many sensors register it. With s(x) the probability of that over the places of an area, what was
//! learnt are mean and deviation of `N(x; m, sigma) s(x)`; m and sigma are those for which they come out (moments matched by a
//! damped fixed point: the correction for a truncated sample, A. C. Cohen, *Truncated and censored samples*, 1991).
//!
//! # Checked against
//! Normal populations cut by known curves (below), and what a generator drew (`cargo xtask bench coverage`).
use super::{Demand, Hour};
use truceline_model::measurement::Measurement;

/// Nodes of x, and how far they reach to each side: from a thirtieth of the reach to thirty times it.
const NODES: usize = 141;
const REACH: f64 = 3.5;

/// Rounds of the fixed point; ten suffice.
const ROUNDS: usize = 200;

/// What is taken over of each round's correction.
const DAMPING: f64 = 0.5;

/// A population is not taken to scatter more: then found events say nothing of the rest.
const SIGMA_MAX: f64 = 1.0;

/// One in so many found events is among the weakest.
const WEAKEST: usize = 20;

/// How all events compare with those that were found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Population {
    /// The middle reach of all events over the learnt one.
    pub reach_ratio: f64,
    /// Standard deviation of the logarithm of the reach over all events.
    pub strength_sigma: f64,
    /// The share of all events that are found.
    pub found: f64,
}

/// The population behind curves that were learnt from events with at least `sensors_min` sensors, over these places. The
/// hour holds the learnt curves; its demand does not count. The learnt deviation is `strength_sigma`.
#[must_use]
pub fn population(hour: &Hour, sensors_min: usize, strength_sigma: f64, places_m: &[[f64; 2]]) -> Population {
    let demand = Demand { sensors_min: sensors_min.clamp(1, super::SENSORS_MIN_MAX), owners_min: 1 };
    let found_at = |x: f64| {
        let ratio = libm::exp(x);
        let found = places_m.iter().map(|at| hour.joint(*at, ratio).at_least(demand));
        found.sum::<f64>() / places_m.len().max(1) as f64
    };
    matched(found_at, strength_sigma)
}

/// By how many sensors the weakest events were registered that were found: the lower twentieth of them. Events by their
/// members, which index the measurements.
#[must_use]
pub fn sensors_of_weakest(measurements: &[Measurement], events: &[&[usize]]) -> usize {
    let of = |members: &&[usize]| {
        let mut sensors: Vec<usize> = members.iter().filter_map(|at| Some(measurements.get(*at)?.sensor)).collect();
        sensors.sort_unstable();
        sensors.dedup();
        sensors.len()
    };
    let mut counts: Vec<usize> = events.iter().map(of).collect();
    counts.sort_unstable();
    counts.get(counts.len() / WEAKEST).copied().unwrap_or(1).max(1)
}

/// The population of which `found_at(x)` of the events at x are found, with mean 0 and this deviation among the found.
fn matched(found_at: impl Fn(f64) -> f64, found_sigma: f64) -> Population {
    let node = |at: usize| REACH * (2.0 * at as f64 / (NODES - 1) as f64 - 1.0);
    let found: Vec<f64> = (0..NODES).map(|at| found_at(node(at))).collect();
    let (mut middle, mut sigma) = (0.0, found_sigma);
    let mut share = 1.0;
    for _ in 0..ROUNDS {
        let (mut all, mut kept, mut first, mut second) = (0.0, 0.0, 0.0, 0.0);
        for (at, found) in found.iter().enumerate() {
            let x = node(at);
            let z = (x - middle) / sigma;
            let density = libm::exp(-0.5 * z * z);
            all += density;
            kept += density * found;
            first += density * found * x;
            second += density * found * x * x;
        }
        if kept <= 0.0 || sigma <= 0.0 {
            // Nothing would be found: nothing can be said of the rest.
            return Population { reach_ratio: 1.0, strength_sigma: found_sigma, found: 1.0 };
        }
        share = kept / all;
        let mean = first / kept;
        let variance = (second / kept - mean * mean).max(1e-12);
        middle -= DAMPING * mean;
        let corrected = sigma * (found_sigma / variance.sqrt());
        sigma = (sigma + DAMPING * (corrected - sigma)).min(SIGMA_MAX);
    }
    Population { reach_ratio: libm::exp(middle), strength_sigma: sigma, found: share }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_population_is_found_again_behind_a_cut() {
        for (middle, sigma, bar, width) in [(-0.1, 0.3, -0.4, 0.05), (0.0, 0.4, -0.3, 0.1), (-0.05, 0.3, -0.8, 0.2)] {
            let found_at = |x: f64| 1.0 / (1.0 + libm::exp(-(x - bar) / width));
            let (mut kept, mut first, mut second) = (0.0, 0.0, 0.0);
            for at in -4_000..4_000 {
                let x = f64::from(at) * 1e-3;
                let weight = found_at(x) * libm::exp(-0.5 * ((x - middle) / sigma) * ((x - middle) / sigma));
                kept += weight;
                first += weight * x;
                second += weight * x * x;
            }
            let mean = first / kept;
            let deviation = (second / kept - mean * mean).sqrt();
            // What is learnt has its mean at 0.
            let behind = matched(|x| found_at(x + mean), deviation);
            assert!((libm::log(behind.reach_ratio) + mean - middle).abs() < 0.01, "{behind:?}");
            assert!((behind.strength_sigma - sigma).abs() < 0.01, "{behind:?}");
        }
        let all = matched(|_| 1.0, 0.3);
        assert!((all.reach_ratio - 1.0).abs() < 1e-9 && (all.strength_sigma - 0.3).abs() < 1e-3, "{all:?}");
        assert_eq!(matched(|_| 0.0, 0.3).strength_sigma, 0.3);
    }
}
