//! Curves of the middle one of the events that were found.
//!
//! The associator's curves are those of a latent middle event: where arrivals leave its strength open, as where one array of eight
//! hears what is found by other waves, all events that were found may lie far on one side of it, and the curve says that a middle
//! one is heard everywhere. What is told of coverage is told of events like those that were found, so curves are moved to them.
//!
//! # Algorithm
//! Of each event that was registered in a medium at all, every sensor registered it or did not. With p the curve's probability for
//! a reach r times as large and a strength u, and q = c p, the likelihood of an event is
//! `sum over u of w prod q^y (1 - q)^(1 - y)` over that of being registered by any, `sum over u of w (1 - prod (1 - q))`, since what
//! nobody registered is not among them. r and c are the best of a grid; beforehand the logarithm of r is normal with the
//! deviation [`RATIO_SIGMA`], and c even.
//!
//! # Checked against
//! Events that were drawn with a known reach (below).
use super::{NODES, Watcher, strengths};

/// How far off the associator's middle is beforehand, as a logarithm: adopted, so that a few events move it.
const RATIO_SIGMA: f64 = 1.0;

/// The grid: reaches from a thirtieth to three times, and shares of the ceiling.
const RATIO: (f64, f64) = (1.0 / 30.0, 3.0);
const RATIO_STEPS: usize = 40;
const SHARE_STEPS: usize = 10;

/// Events that are looked at, evenly among all: more tell no more. Of fewer than the least nothing is moved: the middle one of n events
/// is known to their spread over the root of n, and with the spread of sound's strengths, 0.6 as a logarithm, that of eight to a fifth:
/// less than what is called reduced sight.
const EVENTS_MAX: usize = 150;
const EVENTS_MIN: usize = 8;

/// A sensor that registers without fail, or never, is not known.
const P_MIN: f64 = 1e-4;

/// An event that was registered in a medium: where it was, and by which of the watchers.
#[derive(Debug, Clone, PartialEq)]
pub struct Registered {
    /// Where, m east and north.
    pub place_m: [f64; 2],
    /// By which of the watchers, by number.
    pub by: Vec<usize>,
}

/// How curves are to be moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Middle {
    /// How many times as far the middle one of these events is registered.
    pub reach_ratio: f64,
    /// How many times as probably, near.
    pub ceiling_ratio: f64,
}

/// How the curves of one medium are to be moved so that they are of the middle one of these events. The watchers have the senses
/// of that medium alone; nothing is moved by fewer than [`EVENTS_MIN`] events that were registered in it.
#[must_use]
pub fn middle(watchers: &[Watcher], events: &[Registered], strength_sigma: f64) -> Middle {
    let events: Vec<&Registered> = events.iter().filter(|event| !event.by.is_empty()).collect();
    let events: Vec<&Registered> = events.iter().copied().step_by(events.len().div_ceil(EVENTS_MAX).max(1)).collect();
    let mut best = (f64::NEG_INFINITY, Middle { reach_ratio: 1.0, ceiling_ratio: 1.0 });
    if events.len() < EVENTS_MIN {
        return best.1;
    }
    let nodes = strengths(strength_sigma);
    let (low, high) = (libm::log(RATIO.0), libm::log(RATIO.1));
    for at in 0..=RATIO_STEPS {
        let ln_ratio = low + (high - low) * at as f64 / RATIO_STEPS as f64;
        let ratio = libm::exp(ln_ratio);
        // Of each event and strength what each watcher says.
        let says = |event: &&Registered| -> [Vec<f64>; NODES] {
            nodes.map(|(strength, _)| {
                watchers.iter().map(|one| one.registers_any(event.place_m, ratio * strength)).collect()
            })
        };
        let said: Vec<[Vec<f64>; NODES]> = events.iter().map(says).collect();
        for share in 1..=SHARE_STEPS {
            let ceiling = share as f64 / SHARE_STEPS as f64;
            let ln: f64 =
                events.iter().zip(&said).map(|(event, said)| ln_likelihood(event, said, &nodes, ceiling)).sum();
            let z = ln_ratio / RATIO_SIGMA;
            let ln = ln - 0.5 * z * z;
            if ln > best.0 {
                best = (ln, Middle { reach_ratio: ratio, ceiling_ratio: ceiling });
            }
        }
    }
    best.1
}

/// ln of how probably just these watchers register an event that any registers.
fn ln_likelihood(event: &Registered, said: &[Vec<f64>; NODES], nodes: &[(f64, f64); NODES], ceiling: f64) -> f64 {
    let (mut these, mut any) = (0.0, 0.0);
    for (said, (_, weight)) in said.iter().zip(nodes) {
        let (mut all, mut none) = (0.0, 0.0);
        for (watcher, p) in said.iter().enumerate() {
            let q = (ceiling * p).clamp(P_MIN, 1.0 - P_MIN);
            let miss = libm::log(1.0 - q);
            none += miss;
            all += if event.by.contains(&watcher) { libm::log(q) } else { miss };
        }
        these += weight * libm::exp(all);
        any += weight * (1.0 - libm::exp(none));
    }
    libm::log(these.max(f64::MIN_POSITIVE)) - libm::log(any.max(f64::MIN_POSITIVE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::associate::Curve;
    use crate::coverage::Sense;

    /// Eight sensors along a line, which hear a tenth as far as their curves say: of each drawn event those that register it.
    #[test]
    fn curves_move_to_what_was_registered() {
        let curve = Curve { ceiling: 0.9, range_m: 100e3, width_m: 20e3 };
        let sense = Sense {
            curve,
            speed_m_s: 340.0,
            time_sigma_s: 1.0,
            travel_relative: 0.01,
            azimuth_sigma_deg: None,
            heard_ratio: 1.0,
        };
        let watchers: Vec<Watcher> = (0..8)
            .map(|k| Watcher { at_m: [20e3 * f64::from(k), 0.0], owner: 0, up: 1.0, senses: vec![sense] })
            .collect();
        let mut state = 7_u64;
        let mut unit = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        for truly in [0.1, 0.3, 1.0] {
            let draw = |_: usize| {
                let place_m = [140e3 * unit(), 10e3 * unit()];
                let by = (0..8).filter(|k| unit() < watchers[*k].registers_any(place_m, truly)).collect();
                Registered { place_m, by }
            };
            let events: Vec<Registered> = (0..400).map(draw).collect();
            let found = middle(&watchers, &events, 0.05);
            assert!((found.reach_ratio / truly - 1.0).abs() < 0.25, "{truly}: {found:?}");
            assert!(found.ceiling_ratio >= 0.7, "{truly}: {found:?}");
        }
        let nothing = Middle { reach_ratio: 1.0, ceiling_ratio: 1.0 };
        let few = vec![Registered { place_m: [70e3, 0.0], by: vec![3] }; EVENTS_MIN - 1];
        assert_eq!(middle(&watchers, &few, 0.3), nothing);
        assert_eq!(middle(&watchers, &[], 0.3), nothing);
        assert_eq!(middle(&watchers, &[Registered { place_m: [0.0; 2], by: Vec::new() }], 0.3), nothing);
    }
}
