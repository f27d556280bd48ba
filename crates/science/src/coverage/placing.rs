//! Where further sensors help most.
//!
//! # Algorithm
//! The gain of a set of new sensors is the mean over the targets of how much more probably an event there is seen. Greedy:
//! one sensor after the other goes where the gain grows most, from the candidates; then swaps: each is taken away and set
//! where the gain is largest without it, until no swap gains or [`SWAPS_MAX`] were made (the interchange heuristic of
//! M. B. Teitz and P. Bart, *Heuristic methods for estimating the generalized vertex median of a weighted graph*,
//! Operations Research 16, 955-961, 1968). Candidates in their order break ties, so the answer is one and the same.
use super::joint::Joint;
use super::{Hour, NODES, Watcher};
use crate::chunks;

/// Swaps that are tried at most; greedy placings need a few.
const SWAPS_MAX: usize = 32;

/// Gains below this are rounding.
const GAIN_MIN: f64 = 1e-9;

/// Where new sensors should stand, and what each set of them brings.
#[derive(Debug, Clone, PartialEq)]
pub struct Placing {
    /// The candidates that were chosen, by number, in the order in which they help.
    pub chosen: Vec<usize>,
    /// The mean probability over the targets without them.
    pub before: f64,
    /// With the first one, the first two, and so on.
    pub after: Vec<f64>,
}

/// Places so many sensors like `sensor`, all of one owner that has none yet, at some of the candidates.
#[must_use]
pub fn place(
    hour: &Hour,
    sensor: &Watcher,
    candidates_m: &[[f64; 2]],
    targets_m: &[[f64; 2]],
    count: usize,
    threads: usize,
) -> Placing {
    let joints = |target: &[f64; 2]| -> [Joint; NODES] {
        std::array::from_fn(|node| hour.joint(*target, hour.strengths[node].0))
    };
    let joints: Vec<[Joint; NODES]> = chunks::map(targets_m, threads, || (), |(), target| joints(target));
    // What each candidate registers of each target at each strength.
    let registers: Vec<Vec<[f64; NODES]>> = chunks::map(
        candidates_m,
        threads,
        || (),
        |(), candidate| {
            let watcher = Watcher { at_m: *candidate, ..sensor.clone() };
            let of =
                |target: &[f64; 2]| std::array::from_fn(|node| watcher.registers_any(*target, hour.strengths[node].0));
            targets_m.iter().map(of).collect()
        },
    );
    let mean = |chosen: &[usize]| -> f64 {
        let of = |target: usize| -> f64 {
            let at = |node: usize| {
                let mut joint = joints[target][node];
                joint.add(chosen.iter().map(|candidate| registers[*candidate][target][node]));
                hour.strengths[node].1 * joint.at_least(hour.demand)
            };
            (0..NODES).map(at).sum()
        };
        (0..targets_m.len()).map(of).sum::<f64>() / targets_m.len().max(1) as f64
    };
    // The best candidate beside those chosen already.
    let best = |chosen: &[usize]| -> Option<(usize, f64)> {
        let all: Vec<usize> = (0..candidates_m.len()).filter(|candidate| !chosen.contains(candidate)).collect();
        let means = chunks::map(&all, threads, || (), |(), candidate| mean(&[chosen, &[*candidate]].concat()));
        let mut best: Option<(usize, f64)> = None;
        for (candidate, mean) in all.into_iter().zip(means) {
            if best.is_none_or(|(_, most)| mean > most + GAIN_MIN) {
                best = Some((candidate, mean));
            }
        }
        best
    };
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < count {
        let Some((candidate, _)) = best(&chosen) else { break };
        chosen.push(candidate);
    }
    let mut reached = mean(&chosen);
    let mut swaps = 0;
    'again: while swaps < SWAPS_MAX {
        for at in 0..chosen.len() {
            let mut rest = chosen.clone();
            let taken = rest.remove(at);
            let Some((candidate, gained)) = best(&rest).filter(|(_, gained)| *gained > reached + GAIN_MIN) else {
                continue;
            };
            if candidate == taken {
                continue;
            }
            rest.push(candidate);
            (chosen, reached) = (rest, gained);
            swaps += 1;
            continue 'again;
        }
        break;
    }
    let after = (1..=chosen.len()).map(|many| mean(&chosen[..many])).collect();
    Placing { before: mean(&[]), after, chosen }
}
