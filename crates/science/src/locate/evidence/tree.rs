//! Where the probability lies: a quadtree over the plane, an octree where heights are to be resolved.
//!
//! # Algorithm
//! Importance sampling by cell splitting (A. Lomax and A. Curtis, *Fast, probabilistic earthquake location in 3D models
//! using oct-tree importance sampling*, Geophysical Research Abstracts 3, 2001): the leaf that holds the most
//! probability is split, until none holds more than a set share. A leaf's evidence is an average over it
//! (`likelihood.rs`), so a peak shows in leaves that are much larger than itself. A fixed number of leaves is split
//! at a time, so threads cannot show.
use super::detail::Detail;
use super::frame::{metres_per_unit, spot};
use super::likelihood::{Look, Scratch};
use super::problem::Problem;
use std::collections::BinaryHeap;

/// Leaves at the start along the depth where nothing was registered in the ground; else there is one, which is split when leaves
/// are no wider.
const LAYERS_IN_AIR: usize = 6;

/// The most leaves along the shorter side at the start is that of the longer; the least is this.
const FIRST_MIN: f64 = 4.0;

/// Leaves that are computed at most: in the plane, in space. A wide posterior ends here with larger leaves.
const COMPUTED_MAX: (usize, usize) = (12_000, 30_000);

/// Leaves that are split between two looks at the sum.
const BATCH: usize = 16;

/// Sides no shorter than this share of the longest are halved.
const EVEN: f64 = 0.7;

/// Where sources lie in or on the ground, leaves whose half side is more than this of their distance to the nearest sensor are split in any case:
/// their evidence can be tens of nats too low, and they would never be looked into. (As J. Barnes and P. Hut open cells,
/// *A hierarchical O(N log N) force-calculation algorithm*, Nature 324, 446-449, 1986.)
const COARSE: f64 = 0.5;

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
    /// Log of its mass over the share at which splitting ends.
    rank: f64,
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
        self.rank.total_cmp(&other.rank).then(other.id.cmp(&self.id))
    }
}

/// The leaves, in the order in which they were made.
pub(super) fn leaves(problem: &Problem, detail: &Detail) -> Vec<Leaf> {
    let bounds = problem.bounds;
    let (top_m, bottom_m) = problem.depths_m;
    let deep = bottom_m > top_m;
    let computed_max = if deep { COMPUTED_MAX.1 } else { COMPUTED_MAX.0 };
    let mut scratch = problem.scratch();
    let mut heap: BinaryHeap<Leaf> = BinaryHeap::new();
    let mut next_id = 0_u32;
    let mut add = |heap: &mut BinaryHeap<Leaf>, leaf: Leaf| {
        let log_mass = log_mass(problem, &leaf, &mut scratch);
        let share_max = if leaf.half_depth_m > 0.0 { detail.share_max.1 } else { detail.share_max.0 };
        heap.push(Leaf { log_mass, rank: log_mass - libm::log(share_max), id: next_id, ..leaf });
        next_id += 1;
        next_id as usize
    };

    let (east_m, north_m) = metres_per_unit(0.5 * (bounds.south + bounds.north), problem.geographic);
    let (width, height) = (bounds.east - bounds.west, bounds.north - bounds.south);
    let ratio = width * east_m / (height * north_m);
    let columns = (detail.first * ratio.min(1.0)).ceil().max(FIRST_MIN);
    let rows = (detail.first * (1.0 / ratio).min(1.0)).ceil().max(FIRST_MIN);
    let mut computed = 0;
    let least_m = least_coarse_m(problem);
    // In space, and where the source can lie on the ground also there.
    let layers = if deep && !problem.in_ground { LAYERS_IN_AIR } else { 1 };
    let half_m = 0.5 * (bottom_m - top_m) / layers as f64;
    let mut levels: Vec<(f64, f64)> =
        (0..layers).map(|layer| (top_m + half_m * (2 * layer + 1) as f64, half_m)).collect();
    levels.extend(problem.ground.map(|ground| (ground.depth_m, 0.0)));
    for (depth_m, half_depth_m) in levels {
        for row in 0..rows as usize {
            for column in 0..columns as usize {
                let (half_x, half_y) = (0.5 * width / columns, 0.5 * height / rows);
                let (x, y) = (half_x * (2 * column + 1) as f64, half_y * (2 * row + 1) as f64);
                let (x, y) = (bounds.west + x, bounds.south + y);
                let leaf = Leaf { x, y, depth_m, half_x, half_y, half_depth_m, log_mass: 0.0, rank: 0.0, id: 0 };
                let mut open = vec![leaf];
                while let Some(leaf) = open.pop() {
                    if (!deep || problem.in_ground) && leaf.is_coarse(problem, least_m) {
                        open.extend(leaf.parts(problem));
                    } else {
                        computed = add(&mut heap, leaf);
                    }
                }
            }
        }
    }
    loop {
        let best = heap.peek().map_or(f64::NEG_INFINITY, |leaf| leaf.rank);
        // Summed in an order of its own: a heap's depends on what was pushed when, which is fixed.
        let total: f64 = heap.iter().map(|leaf| libm::exp(leaf.log_mass - best)).sum();
        let enough = total.is_nan() || 1.0 <= total;
        if enough || computed >= computed_max {
            break;
        }
        for _ in 0..BATCH {
            let Some(leaf) = heap.pop() else { break };
            if libm::exp(leaf.rank - best) <= total {
                heap.push(leaf);
                break;
            }
            for part in leaf.parts(problem) {
                computed = add(&mut heap, part);
            }
        }
    }
    let mut leaves = heap.into_vec();
    leaves.sort_unstable_by_key(|leaf| leaf.id);
    thin(problem, leaves, &mut scratch)
}

/// Down to which half side leaves are split for being coarse, m: a sixteenth of the network, or where all sensors stand
/// together a part of the depths, and of the whole box in any case.
fn least_coarse_m(problem: &Problem) -> f64 {
    let (west, south, east, north) = problem.extent;
    let (east_m, north_m) = metres_per_unit(0.5 * (south + north), problem.geographic);
    let (wide_m, high_m) = ((east - west) * east_m, (north - south) * north_m);
    let (top_m, bottom_m) = problem.depths_m;
    let bounds = problem.bounds;
    let longest_m = ((bounds.east - bounds.west) * east_m).max((bounds.north - bounds.south) * north_m);
    ((wide_m * wide_m + high_m * high_m).sqrt() / 16.0).max((bottom_m - top_m) / 256.0).max(longest_m / 4_096.0)
}

/// Splits the leaves that are much larger than those in the core though they hold little: most of their parts hold
/// nothing, and need no cells.
fn thin(problem: &Problem, mut leaves: Vec<Leaf>, scratch: &mut Scratch) -> Vec<Leaf> {
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
            for mut part in leaf.parts(problem) {
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
    /// A leaf by itself: its middle (place and depth, m) and its half sides.
    pub(super) fn around((x, y, depth_m): (f64, f64, f64), (half_x, half_y, half_depth_m): (f64, f64, f64)) -> Self {
        Self { x, y, depth_m, half_x, half_y, half_depth_m, log_mass: 0.0, rank: 0.0, id: 0 }
    }

    /// From which depth to which it reaches, m.
    pub(super) fn depths_m(&self) -> (f64, f64) {
        (self.depth_m - self.half_depth_m, self.depth_m + self.half_depth_m)
    }

    /// Whether travel times within it are far from linear: it is wide beside its distance to the nearest sensor.
    fn is_coarse(&self, problem: &Problem, least_m: f64) -> bool {
        let (_, north_m) = metres_per_unit(self.y, problem.geographic);
        let half_m = (self.half_y * north_m).max(self.half_depth_m);
        let spot = spot(self.x, self.y, problem.geographic);
        let near_m2 = problem.stands.iter().map(|stand| {
            let (flat_m, down_m) = (stand.sight(&spot).distance_m, self.depth_m - stand.depth_m);
            flat_m * flat_m + down_m * down_m
        });
        half_m > least_m && half_m > COARSE * near_m2.fold(f64::INFINITY, f64::min).sqrt()
    }

    /// Its parts. It is halved along its sides that are no shorter than [`EVEN`] of its longest: a box of 2,000 km by
    /// 30 km of depth becomes cubes first. In flat leaves the mode over the place lies far outside, and they look empty.
    fn parts(self, problem: &Problem) -> impl Iterator<Item = Self> {
        let (_, north_m) = metres_per_unit(self.y, problem.geographic);
        let (wide_m, deep_m) = (self.half_y * north_m, self.half_depth_m);
        // A small array that looks up at a wide box sees thin cones: there leaves keep the box's shape.
        let even = problem.in_ground;
        let across = !even || wide_m >= EVEN * deep_m;
        let down = deep_m > 0.0 && (!even || deep_m >= EVEN * wide_m);
        let mask = if across { 3 } else { 0 } + if down { 4 } else { 0 };
        let side = move |part: usize, bit: usize, half: f64| match (mask & bit, part & bit) {
            (0, _) => (0.0, half),
            (_, 0) => (-0.5 * half, 0.5 * half),
            _ => (0.5 * half, 0.5 * half),
        };
        (0..8).filter(move |part| part & !mask == 0).map(move |part| {
            let (x, half_x) = side(part, 1, self.half_x);
            let (y, half_y) = side(part, 2, self.half_y);
            let (z, half_depth_m) = side(part, 4, self.half_depth_m);
            Self { x: self.x + x, y: self.y + y, depth_m: self.depth_m + z, half_x, half_y, half_depth_m, ..self }
        })
    }
}

/// Log of a leaf's mass: its evidence times its area, and its height where heights are to be resolved.
pub(super) fn log_mass(problem: &Problem, leaf: &Leaf, scratch: &mut Scratch) -> f64 {
    let (east_m, north_m) = metres_per_unit(leaf.y, problem.geographic);
    let (wide_m, high_m) = (2.0 * leaf.half_x * east_m, 2.0 * leaf.half_y * north_m);
    let deep_m = 2.0 * leaf.half_depth_m;
    let look = Look {
        spot: spot(leaf.x, leaf.y, problem.geographic),
        depth_m: leaf.depth_m,
        spread_m2: [wide_m * wide_m / 12.0, high_m * high_m / 12.0, deep_m * deep_m / 12.0],
        averaged: true,
    };
    let deep_m = if deep_m > 0.0 { deep_m } else { problem.ground.map_or(1.0, |ground| ground.weight_m) };
    let volume = wide_m * high_m * deep_m;
    problem.at(&look, scratch).log + libm::log(volume)
}
