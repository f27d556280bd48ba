//! Where the probability lies: a quadtree over the plane, an octree where heights are to be resolved.
//!
//! # Algorithm
//! Importance sampling by cell splitting (A. Lomax and A. Curtis, *Fast, probabilistic earthquake location in 3D models
//! using oct-tree importance sampling*, Geophysical Research Abstracts 3, 2001): the leaf that holds the most
//! probability is split, until none holds more than a set share. A leaf's evidence is an average over it
//! (`likelihood.rs`), so a peak shows in leaves that are much larger than itself. A fixed number of leaves is split
//! at a time, so threads cannot show.
use super::frame::{metres_per_unit, spot};
use super::likelihood::{Look, Scratch};
use super::problem::Problem;
use std::collections::BinaryHeap;

/// Leaves at the start along the longer side, and along the depth.
const FIRST: (f64, usize) = (16.0, 6);

/// The most leaves along the shorter side at the start is that of the longer; the least is this.
const FIRST_MIN: f64 = 4.0;

/// Splitting ends when no leaf holds more than this share: in the plane, in space.
const SHARE_MAX: (f64, f64) = (1.0 / 140.0, 1.0 / 640.0);

/// Leaves that are computed at most: in the plane, in space. A wide posterior ends here with larger leaves.
const COMPUTED_MAX: (usize, usize) = (12_000, 30_000);

/// Leaves that are split between two looks at the sum.
const BATCH: usize = 16;

/// Leaves larger than this many sides of the smallest are split in the end, this often, as long as they hold this
/// share and so many are not exceeded.
const THIN_SIDE: f64 = 3.0;
const THIN_ROUNDS: usize = 4;
const THIN_SHARE: f64 = 5e-6;
const THIN_COMPUTED_MAX: usize = 4_000;

/// A leaf.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Leaf {
    /// Middle, degrees or metres.
    pub x: f64,
    pub y: f64,
    pub depth_m: f64,
    /// Half sides.
    pub half_x: f64,
    pub half_y: f64,
    pub half_depth_m: f64,
    /// Log of its mass, up to the constant that all share.
    pub log_mass: f64,
    id: u32,
}

impl Eq for Leaf {}

impl PartialOrd for Leaf {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Leaf {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.log_mass.total_cmp(&other.log_mass).then(other.id.cmp(&self.id))
    }
}

/// The leaves, in the order in which they were made.
pub(super) fn leaves(problem: &Problem) -> Vec<Leaf> {
    let bounds = problem.bounds;
    let (top_m, bottom_m) = problem.depths_m;
    let deep = bottom_m > top_m;
    let (share_max, computed_max) = if deep { (SHARE_MAX.1, COMPUTED_MAX.1) } else { (SHARE_MAX.0, COMPUTED_MAX.0) };
    let mut scratch = problem.scratch();
    let mut heap: BinaryHeap<Leaf> = BinaryHeap::new();
    let mut next_id = 0_u32;
    let mut add = |heap: &mut BinaryHeap<Leaf>, leaf: Leaf| {
        let log_mass = log_mass(problem, &leaf, &mut scratch);
        heap.push(Leaf { log_mass, id: next_id, ..leaf });
        next_id += 1;
        next_id as usize
    };

    let (east_m, north_m) = metres_per_unit(0.5 * (bounds.south + bounds.north), problem.geographic);
    let (width, height) = (bounds.east - bounds.west, bounds.north - bounds.south);
    let ratio = width * east_m / (height * north_m);
    let columns = (FIRST.0 * ratio.min(1.0)).ceil().max(FIRST_MIN);
    let rows = (FIRST.0 * (1.0 / ratio).min(1.0)).ceil().max(FIRST_MIN);
    let layers = if deep { FIRST.1 } else { 1 };
    let mut computed = 0;
    for layer in 0..layers {
        for row in 0..rows as usize {
            for column in 0..columns as usize {
                let (half_x, half_y) = (0.5 * width / columns, 0.5 * height / rows);
                let half_depth_m = 0.5 * (bottom_m - top_m) / layers as f64;
                computed = add(
                    &mut heap,
                    Leaf {
                        x: bounds.west + half_x * (2 * column + 1) as f64,
                        y: bounds.south + half_y * (2 * row + 1) as f64,
                        depth_m: top_m + half_depth_m * (2 * layer + 1) as f64,
                        half_x,
                        half_y,
                        half_depth_m,
                        log_mass: 0.0,
                        id: 0,
                    },
                );
            }
        }
    }
    loop {
        let best = heap.peek().map_or(f64::NEG_INFINITY, |leaf| leaf.log_mass);
        // Summed in an order of its own: a heap's depends on what was pushed when, which is fixed.
        let total: f64 = heap.iter().map(|leaf| libm::exp(leaf.log_mass - best)).sum();
        let enough = total.is_nan() || 1.0 <= share_max * total;
        if enough || computed >= computed_max {
            break;
        }
        for _ in 0..BATCH {
            let Some(leaf) = heap.pop() else { break };
            if libm::exp(leaf.log_mass - best) <= share_max * total {
                heap.push(leaf);
                break;
            }
            for part in 0..if deep { 8 } else { 4 } {
                computed = add(&mut heap, leaf.part(part, deep));
            }
        }
    }
    let mut leaves = heap.into_vec();
    leaves.sort_unstable_by_key(|leaf| leaf.id);
    thin(problem, leaves, deep, &mut scratch)
}

/// Splits the leaves that are much larger than those in the core though they hold little: most of their parts hold
/// nothing, and need no cells.
fn thin(problem: &Problem, mut leaves: Vec<Leaf>, deep: bool, scratch: &mut Scratch) -> Vec<Leaf> {
    let best = leaves.iter().map(|leaf| leaf.log_mass).fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = leaves.iter().map(|leaf| libm::exp(leaf.log_mass - best)).sum();
    let least = best + libm::log(total * THIN_SHARE);
    let dense = leaves.iter().filter(|leaf| leaf.log_mass > best + libm::log(0.1));
    let core = dense.map(|leaf| leaf.half_x).fold(f64::INFINITY, f64::min);
    let mut computed = 0;
    for _ in 0..THIN_ROUNDS {
        let mut next = Vec::with_capacity(leaves.len());
        for leaf in leaves {
            if leaf.log_mass <= least {
                continue;
            }
            if leaf.half_x <= THIN_SIDE * core || computed > THIN_COMPUTED_MAX {
                next.push(leaf);
                continue;
            }
            for part in 0..if deep { 8 } else { 4 } {
                let mut part = leaf.part(part, deep);
                part.log_mass = log_mass(problem, &part, scratch);
                computed += 1;
                next.push(part);
            }
        }
        leaves = next;
    }
    leaves
}

impl Leaf {
    /// One of its four or eight parts.
    fn part(&self, part: usize, deep: bool) -> Self {
        let side = |bit: usize, half: f64| if part & bit == 0 { -0.5 * half } else { 0.5 * half };
        Self {
            x: self.x + side(1, self.half_x),
            y: self.y + side(2, self.half_y),
            depth_m: self.depth_m + if deep { side(4, self.half_depth_m) } else { 0.0 },
            half_x: 0.5 * self.half_x,
            half_y: 0.5 * self.half_y,
            half_depth_m: 0.5 * self.half_depth_m,
            ..*self
        }
    }
}

/// Log of a leaf's mass: its evidence times its area, and its height where heights are to be resolved.
fn log_mass(problem: &Problem, leaf: &Leaf, scratch: &mut Scratch) -> f64 {
    let (east_m, north_m) = metres_per_unit(leaf.y, problem.geographic);
    let (wide_m, high_m) = (2.0 * leaf.half_x * east_m, 2.0 * leaf.half_y * north_m);
    let deep_m = 2.0 * leaf.half_depth_m;
    let look = Look {
        spot: spot(leaf.x, leaf.y, problem.geographic),
        depth_m: leaf.depth_m,
        spread_m2: [wide_m * wide_m / 12.0, high_m * high_m / 12.0, deep_m * deep_m / 12.0],
        averaged: true,
    };
    let volume = wide_m * high_m * if deep_m > 0.0 { deep_m } else { 1.0 };
    problem.at(&look, scratch).log + libm::log(volume)
}
