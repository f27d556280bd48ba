//! Over which depths each cell is a sum, and what is known of the depth then.
use super::super::solution::DepthEstimate;
use super::likelihood::Local;
use super::tree::Leaf;
use std::ops::Range;

/// Depths at which a cell is computed where heights are to be resolved, beside the ground's.
const DEPTHS: usize = 24;

/// The share that the depth's interval holds.
const INTERVAL_SHARE: f64 = 0.9;

/// A depth at which cells are computed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Depth {
    pub depth_m: f64,
    /// What it stands for: a step of depth; nothing for a plane.
    pub step_m: f64,
    /// Its prior weight, as a length of even depth.
    pub weight_m: f64,
}

/// Depths at which cells are computed: even ones over the leaves, each with its step, and the ground where some leaf
/// lies on it.
pub(super) fn depths(leaves: &[&Leaf], ground_weight_m: f64) -> Vec<Depth> {
    let deep = || leaves.iter().filter(|leaf| leaf.half_depth_m > 0.0);
    let top_m = deep().map(|leaf| leaf.depth_m - leaf.half_depth_m).fold(f64::INFINITY, f64::min);
    let bottom_m = deep().map(|leaf| leaf.depth_m + leaf.half_depth_m).fold(f64::NEG_INFINITY, f64::max);
    let mut depths = Vec::with_capacity(DEPTHS + 1);
    if let Some(plane) = leaves.iter().find(|leaf| leaf.half_depth_m <= 0.0) {
        depths.push(Depth { depth_m: plane.depth_m, step_m: 0.0, weight_m: ground_weight_m });
    }
    if bottom_m > top_m {
        let step_m = (bottom_m - top_m) / DEPTHS as f64;
        depths.extend((0..DEPTHS).map(|i| Depth {
            depth_m: top_m + step_m * (i as f64 + 0.5),
            step_m,
            weight_m: step_m,
        }));
    }
    depths
}

/// Which of the depths lie in an interval, with a part of their step at least: one after the other. All of them if none
/// does.
pub(super) fn among(depths: &[Depth], (top_m, bottom_m): (f64, f64)) -> Range<usize> {
    let lies_in = |depth: &Depth| {
        let (above_m, below_m) = (depth.depth_m - 0.5 * depth.step_m, depth.depth_m + 0.5 * depth.step_m);
        if depth.step_m > 0.0 { above_m < bottom_m && below_m > top_m } else { top_m <= above_m && below_m <= bottom_m }
    };
    let first = depths.iter().position(lies_in).unwrap_or(0);
    let last = depths.iter().rposition(lies_in).unwrap_or(depths.len() - 1);
    first..last + 1
}

/// What a cell says over its depths.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub local: Local,
    /// Mean and mode of the depth.
    pub mean_m: f64,
    pub best_m: f64,
    /// The first of all depths that is its own.
    pub first: usize,
    /// The share of each of its depths.
    pub shares: Vec<f64>,
}

impl Column {
    /// Of one depth alone.
    pub(super) fn plane(local: Local, depth_m: f64) -> Self {
        Self { local, mean_m: depth_m, best_m: depth_m, first: 0, shares: Vec::new() }
    }

    /// Of depths one after the other from the `first` of all on: evidence summed, times joined.
    pub(super) fn over(column: &[Local], depths: &[Depth], first: usize) -> Self {
        let depths = &depths[first..];
        // The mode is that of the greatest share: a plane holds more than a step beside it.
        let log_mass = |(local, depth): (&Local, &Depth)| local.log + libm::log(depth.weight_m);
        let mut best = (f64::NEG_INFINITY, depths[0].depth_m);
        for pair in column.iter().zip(depths) {
            let log = log_mass(pair);
            if log > best.0 {
                best = (log, pair.1.depth_m);
            }
        }
        let mut shares: Vec<f64> = column.iter().zip(depths).map(|pair| libm::exp(log_mass(pair) - best.0)).collect();
        let sum: f64 = shares.iter().sum();
        let (mut time, mut time2, mut depth) = (0.0, 0.0, 0.0);
        let origin = column[0].time_s;
        for ((share, local), at) in shares.iter_mut().zip(column).zip(depths) {
            *share /= sum;
            let off_s = local.time_s - origin;
            time += *share * off_s;
            time2 += *share * (local.time_variance_s2 + off_s * off_s);
            depth += *share * at.depth_m;
        }
        let local =
            Local { log: best.0 + libm::log(sum), time_s: origin + time, time_variance_s2: time2 - time * time };
        Self { local, mean_m: depth, best_m: best.1, first, shares }
    }
}

/// What is known of the depth, from the mass of each of the depths.
pub(super) fn estimate(depths: &[Depth], masses: &[f64]) -> DepthEstimate {
    let total: f64 = masses.iter().sum();
    let mean_of = |of: &dyn Fn(&Depth) -> f64| {
        depths.iter().zip(masses).map(|(depth, mass)| mass * of(depth)).sum::<f64>() / total
    };
    let mean_m = mean_of(&|depth| depth.depth_m);
    let variance_m2 = mean_of(&|depth| {
        let off_m = depth.depth_m - mean_m;
        off_m * off_m + depth.step_m * depth.step_m / 12.0
    });
    let on_ground = depths.iter().zip(masses).find(|(depth, _)| depth.step_m <= 0.0);
    DepthEstimate {
        mean_m,
        sigma_m: variance_m2.sqrt(),
        p90_m: shortest(depths, masses, INTERVAL_SHARE * total),
        p_ground: on_ground.map(|(_, mass)| mass / total),
    }
}

/// The shortest interval that holds so much, even within each step.
fn shortest(depths: &[Depth], masses: &[f64], held: f64) -> (f64, f64) {
    // Parts from the top down; a plane is one of no height.
    let mut parts: Vec<(f64, f64, f64)> = depths
        .iter()
        .zip(masses)
        .map(|(depth, mass)| (depth.depth_m - 0.5 * depth.step_m, depth.depth_m + 0.5 * depth.step_m, *mass))
        .collect();
    parts.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    // One end of the shortest lies on a part's edge.
    let reach = |parts: &mut dyn Iterator<Item = (f64, f64, f64)>| {
        let mut left = held;
        for (near_m, far_m, mass) in parts {
            if mass >= left {
                return Some(near_m + (far_m - near_m) * (left / mass.max(f64::MIN_POSITIVE)));
            }
            left -= mass;
        }
        None
    };
    let down = (0..parts.len()).filter_map(|i| Some((parts[i].0, reach(&mut parts[i..].iter().copied())?)));
    let up = (0..parts.len())
        .filter_map(|i| Some((reach(&mut parts[..=i].iter().rev().map(|(a, b, mass)| (*b, *a, *mass)))?, parts[i].1)));
    let whole = parts.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), part| (a.min(part.0), b.max(part.1)));
    down.chain(up).min_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0))).unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps() -> Vec<Depth> {
        let step = |depth_m| Depth { depth_m, step_m: 1.0, weight_m: 1.0 };
        vec![Depth { depth_m: 0.0, step_m: 0.0, weight_m: 9.0 }, step(0.5), step(1.5), step(2.5), step(3.5)]
    }

    #[test]
    fn a_ground_that_holds_enough_is_the_whole_interval() {
        let found = estimate(&steps(), &[0.95, 0.05, 0.0, 0.0, 0.0]);
        assert_eq!((found.p90_m, found.p_ground), ((0.0, 0.0), Some(0.95)));
    }

    #[test]
    fn the_depths_of_an_interval() {
        let of = |interval| among(&steps(), interval);
        assert_eq!(of((-1.0, 9.0)), 0..5);
        assert_eq!(of((0.0, 0.0)), 0..1, "the ground alone");
        assert_eq!(of((0.5, 2.0)), 1..3, "a step that is only touched is not in");
        assert_eq!(of((3.2, 3.3)), 4..5);
        assert_eq!(of((7.0, 8.0)), 0..5, "none: all");
    }

    #[test]
    fn the_shortest_interval_begins_where_it_is_densest() {
        let found = estimate(&steps(), &[0.0, 0.1, 0.5, 0.3, 0.1]);
        assert!((found.p90_m.1 - found.p90_m.0 - 3.0).abs() < 1e-12, "{found:?}");
        let found = estimate(&steps()[1..], &[0.0, 0.2, 0.4, 0.4]);
        assert!((found.p90_m.0 - 1.5).abs() < 1e-12 && (found.p90_m.1 - 4.0).abs() < 1e-12, "{found:?}");
        assert_eq!(found.p_ground, None);
        assert!((found.mean_m - 2.7).abs() < 1e-12);
    }
}
