//! Where and when events may have been: a stack of all measurements, moved back by their travel times.
//!
//! # Algorithm
//! Time is cut into bins. For each cell of a grid and each bin a channel counts with the weight
//! `w = ln(1 + p / ((1 - p) lambda W))` where a measurement that no event holds lies within W around the time that the
//! bin and the travel time from the cell predict: p is the probability of detection at that distance, lambda the
//! channel's rate and W = [`WINDOW`] bins. The sum, less what clutter alone would give, is the cell's score; tiles of
//! 4 x 4 cells and all layers keep their best cell for each bin. A tile's local maxima in time above a threshold are
//! candidates. This is source scanning (H. Kao and S.-J. Shan, *Geophysical Journal International* 157, 589-594, 2004)
//! with log-likelihood weights.
//!
//! Windows are laid out as masks of whole bins once, so a channel adds to sixteen bins of a cell by one "and" and one
//! addition of bytes, which run in vectors.
use super::fit::Scene;
use super::network::NONE;
use super::region::distance;
use crate::chunks;

/// Cells of a tile's side.
const TILE: usize = 4;

/// Bins of a block at most: what a cell hears is computed once for each.
const BINS_MAX: usize = 8_192;

/// Bins that are summed together: four registers of sixteen. The windows of all channels over a piece fit a processor's
/// first cache.
const PIECE: usize = 64;

/// Bins of a window.
pub(super) const WINDOW: usize = 4;

/// The greatest sum, as a share of what all channels in reach weigh together: of many, no event is registered by all.
const SHARE_MAX: f32 = 0.6;

/// Up to so many channels may all register one event, and a byte has five steps for each of them still.
const ALL_MAX: usize = 48;

/// Bins of all masks together at one time, 32 MB.
const MASKS_MAX: usize = 1 << 25;

/// The grid.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    pub side_m: f64,
    pub columns: usize,
    pub rows: usize,
    /// Heights of the layers, m.
    pub heights: Vec<f64>,
    pub bin_s: f64,
}

/// A first guess.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub score: f32,
    /// Which cell of the grid.
    pub cell: u32,
    pub spot: [f64; 4],
    /// What the second look last said, and said when a fit was last refused, and the log odds of that fit, nats.
    pub promise: f64,
    pub tried: f64,
    pub reached: f64,
}

impl Candidate {
    fn new(score: f32, cell: u32, spot: [f64; 4]) -> Self {
        Self { score, cell, spot, promise: f64::INFINITY, tried: f64::NEG_INFINITY, reached: f64::NEG_INFINITY }
    }
}

/// The most cells: 10^6 cells and a mean of 10^3 measurements each are some seconds.
const CELLS_MAX: usize = 1 << 20;

/// The most layers, for the time they take: with more, and narrower cells, more is found where events are very dense.
/// The cells of a tile must be numbered by a byte.
const LAYERS_MAX: usize = 5;
const _: () = assert!(TILE * TILE * LAYERS_MAX <= 256);

impl Grid {
    /// A grid of about this side and layers of about this thickness; coarser if it would have too many cells.
    pub(super) fn new(scene: &Scene<'_>, side_m: f64, thickness_m: f64, bin_s: f64) -> Self {
        let region = scene.region;
        let (wide, high) = (region.high[0] - region.low[0], region.high[1] - region.low[1]);
        let depth = region.high[2] - region.low[2];
        let layers = if region.rows == 4 { ((depth / thickness_m).ceil() as usize).clamp(2, LAYERS_MAX) } else { 1 };
        let most = (wide * high * layers as f64 / CELLS_MAX as f64).sqrt();
        let side_m = side_m.max(most).max(wide.max(high) / 1_024.0);
        Self {
            side_m,
            columns: (wide / side_m).ceil().max(1.0) as usize,
            rows: (high / side_m).ceil().max(1.0) as usize,
            heights: (0..layers).map(|i| region.high[2] - depth * (i as f64 + 0.5) / layers as f64).collect(),
            bin_s,
        }
    }

    /// Half of a window, s.
    pub(super) fn half_s(&self) -> f64 {
        self.bin_s * WINDOW as f64 / 2.0
    }
}

/// Steps of the distance for weights.
const STEPS: usize = 64;

/// What the channels with free measurements weigh, by distance.
struct Weights {
    /// The row of each channel; [`NONE`] where nothing is free.
    row: Vec<u32>,
    rows: usize,
    /// Of each row at each step of the distance: weight, and what it adds to mean and variance of the sum.
    of: Vec<[f32; 3]>,
    /// Steps of the distance per metre, of each class.
    per_m: Vec<f64>,
    /// Steps of the sums per nat: a byte holds [`SHARE_MAX`] of all weights.
    per_nat: f32,
}

/// Which bins have a free measurement in their window, over a stretch of time: all ones where one lies, else zero.
struct Masks {
    /// By rows.
    bins: Vec<u8>,
    /// Bins of a row, a multiple of [`PIECE`].
    wide: usize,
}

impl Masks {
    /// The stretch's first bin and how many bins.
    fn new(scene: &Scene<'_>, grid: &Grid, weights: &Weights, from: i64, wide: usize) -> Self {
        let wide = wide.next_multiple_of(PIECE) + PIECE;
        let length = weights.rows * wide;
        let mut new = Self { bins: vec![0; length + PIECE], wide };
        let picks = scene.picks;
        for (channel, row) in weights.row.iter().enumerate().filter(|(_, row)| **row != NONE) {
            let begin = *row as usize * wide;
            for i in picks.of(channel).filter(|i| picks.owner[*i] == NONE) {
                let at = ((picks.times[i] - picks.from_s) / grid.bin_s + 0.5).floor() as i64 - from;
                let half = WINDOW as i64 / 2;
                for bin in (at - half).max(0)..(at + half).min(wide as i64) {
                    new.bins[begin + bin as usize] = u8::MAX;
                }
            }
        }
        new
    }

    /// A piece from a place on.
    #[inline]
    fn piece(&self, at: usize) -> &[u8; PIECE] {
        self.bins[at..].first_chunk().unwrap_or(&[0; PIECE])
    }
}

/// A channel in reach of a cell: where its row begins, moved by the travel time, and its weight in steps.
struct Reached {
    at: u32,
    weight: u8,
}

/// What one tile needs.
#[derive(Default)]
struct Scratch {
    best: Vec<u8>,
    cell: Vec<u8>,
    reach: Vec<Reached>,
    /// Of each cell inside the grid: its number, where its channels end, and what clutter alone gives, in steps.
    cells: Vec<(u8, usize, u8)>,
}

/// Adds the channels of a cell from a bin on, four at a time. Fixed lengths: the loops run in vectors.
#[inline]
fn add(sum: &mut [u8; PIECE], masks: &Masks, reach: &[Reached], from: usize) {
    let (fours, rest) = reach.as_chunks::<4>();
    for of in fours {
        let (a, b) = (masks.piece(of[0].at as usize + from), masks.piece(of[1].at as usize + from));
        let (c, d) = (masks.piece(of[2].at as usize + from), masks.piece(of[3].at as usize + from));
        for i in 0..PIECE {
            let two = (a[i] & of[0].weight).saturating_add(b[i] & of[1].weight);
            let four = two.saturating_add((c[i] & of[2].weight).saturating_add(d[i] & of[3].weight));
            sum[i] = sum[i].saturating_add(four);
        }
    }
    for one in rest {
        let mask = masks.piece(one.at as usize + from);
        for i in 0..PIECE {
            sum[i] = sum[i].saturating_add(mask[i] & one.weight);
        }
    }
}

/// Keeps a cell's sums, less the clutter's, where they are better than those before.
#[inline]
fn better(sum: &[u8; PIECE], (cell, mean): (u8, u8), best: &mut [u8; PIECE], which: &mut [u8; PIECE]) {
    for i in 0..PIECE {
        let sum = sum[i].saturating_sub(mean);
        let higher = 0_u8.wrapping_sub(u8::from(sum > best[i]));
        best[i] = best[i].max(sum);
        which[i] = (cell & higher) | (which[i] & !higher);
    }
}

/// Candidates in order of their score.
pub(super) fn candidates(scene: &Scene<'_>, grid: &Grid, deviations: f64, threads: usize) -> Vec<Candidate> {
    let picks = scene.picks;
    let weights = Weights::new(scene, grid);
    if weights.rows == 0 {
        return Vec::new();
    }
    let tiles = grid.columns.div_ceil(TILE) * grid.rows.div_ceil(TILE);
    // Travel times make events older than the first measurement: so much room before it.
    let in_use = scene.model.classes.iter().filter(|fast| fast.in_use);
    let travel_s = in_use.map(|fast| fast.table.r_m_max * fast.slowness_s_m).fold(0.0, f64::max);
    let before = (travel_s / grid.bin_s) as usize + WINDOW;
    let total = (picks.span_s() / grid.bin_s) as usize + before + WINDOW;
    let bins = total.next_multiple_of(PIECE).min(BINS_MAX);
    let blocks = total.div_ceil(bins);
    let together = (MASKS_MAX / weights.rows / bins).clamp(1, blocks);
    let mut all = Vec::new();
    for first in (0..blocks).step_by(together) {
        let blocks = together.min(blocks - first);
        let from = (first * bins) as i64 - before as i64;
        let masks = Masks::new(scene, grid, &weights, from, blocks * bins + before);
        let items: Vec<(usize, usize)> =
            (0..tiles).flat_map(|tile| (0..blocks).map(move |block| (tile, block * bins))).collect();
        let scratch = || Scratch { best: vec![0; bins], cell: vec![0; bins], ..Scratch::default() };
        let found = chunks::map(&items, threads, scratch, |scratch, &(tile, block)| {
            tile_peaks(scene, grid, &weights, &masks, deviations, scratch, tile, (block, from))
        });
        all.extend(found.into_iter().flatten());
    }
    all.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.spot[0].total_cmp(&b.spot[0])).then(a.cell.cmp(&b.cell)));
    all
}

/// A tile's peaks in one block of a stretch: `(first bin of the block in the masks, that bin of all)`.
#[allow(clippy::too_many_arguments, reason = "one tile's work, taken out of its loop")]
fn tile_peaks(
    scene: &Scene<'_>,
    grid: &Grid,
    weights: &Weights,
    masks: &Masks,
    deviations: f64,
    scratch: &mut Scratch,
    tile: usize,
    (block, from): (usize, i64),
) -> Vec<Candidate> {
    let tiles_x = grid.columns.div_ceil(TILE);
    let cells = TILE * TILE * grid.heights.len();
    let spot = |cell: usize| {
        let (layer, inside) = (cell / (TILE * TILE), cell % (TILE * TILE));
        let (x, y) = (tile % tiles_x * TILE + inside % TILE, tile / tiles_x * TILE + inside / TILE);
        (x < grid.columns && y < grid.rows).then(|| place(scene, grid, x, y, layer))
    };
    let Scratch { best, cell: which, reach, cells: inside } = scratch;
    best.fill(0);
    which.fill(0);
    reach.clear();
    inside.clear();
    let mut threshold = f64::INFINITY;
    for cell in 0..cells {
        let Some(at) = spot(cell) else { continue };
        let (mean, deviation) = weights.reach(scene, grid, &at, masks.wide, reach);
        threshold = threshold.min(deviations * deviation);
        inside.push((cell as u8, reach.len(), (mean as f32 * weights.per_nat) as u8));
    }
    // Pieces outside, cells inside: a piece's windows at neighbouring cells are nearly the same memory.
    let (bests, _) = best.as_chunks_mut::<PIECE>();
    let (whiches, _) = which.as_chunks_mut::<PIECE>();
    for (piece, (best, which)) in bests.iter_mut().zip(whiches).enumerate() {
        let from = block + piece * PIECE;
        let mut first = 0;
        for &(cell, end, mean) in inside.iter() {
            let mut sum = [0; PIECE];
            add(&mut sum, masks, &reach[first..end], from);
            first = end;
            better(&sum, (cell, mean), best, which);
        }
    }
    let threshold = (threshold as f32 * weights.per_nat).min(f32::from(u8::MAX - 1)) as u8;
    let mut out = Vec::new();
    for i in 0..best.len() {
        let score = best[i];
        let peak =
            score > threshold && (i == 0 || best[i - 1] < score) && (i + 1 == best.len() || best[i + 1] <= score);
        if let Some(mut spot) = spot(which[i] as usize).filter(|_| peak) {
            spot[0] = scene.picks.from_s + ((from + (block + i) as i64) as f64 + 0.5) * grid.bin_s;
            let cell = (tile * cells) as u32 + which[i] as u32;
            out.push(Candidate::new(f32::from(score) / weights.per_nat, cell, spot));
        }
    }
    out
}

fn place(scene: &Scene<'_>, grid: &Grid, x: usize, y: usize, layer: usize) -> [f64; 4] {
    let middle = |axis: usize, n: usize, count: usize| {
        let extent = scene.region.high[axis] - scene.region.low[axis];
        scene.region.low[axis] + (n as f64 + 0.5) * extent / count as f64
    };
    [0.0, middle(0, x, grid.columns), middle(1, y, grid.rows), grid.heights[layer]]
}

impl Weights {
    /// The weights of the channels with measurements that no event holds.
    fn new(scene: &Scene<'_>, grid: &Grid) -> Self {
        /// Rarer detections than this add less than they cost.
        const PROBABILITY_MIN: f64 = 0.1;
        /// Places of sensors at which the weights are summed.
        const SAMPLES: usize = 64;
        let picks = scene.picks;
        let per_m = scene.model.classes.iter().map(|fast| STEPS as f64 / fast.table.r_m_max).collect();
        let mut new = Self { row: Vec::new(), rows: 0, of: Vec::new(), per_m, per_nat: 1.0 };
        for (number, channel) in scene.network.channels.iter().enumerate() {
            let count = picks.of(number).filter(|i| picks.owner[*i] == NONE).count();
            if count == 0 {
                new.row.push(NONE);
                continue;
            }
            new.row.push(new.rows as u32);
            new.rows += 1;
            // One more than there are: a rate of zero would make a single measurement infinitely telling.
            let chance = (count as f64 + 1.0) / picks.span_s() * WINDOW as f64 * grid.bin_s;
            let class = channel.class as usize;
            let table = &scene.model.classes[class].table;
            for step in 0..STEPS {
                let mean = table.at((step as f64 + 0.5) / new.per_m[class]).map_or(0.0, |row| row.mean);
                let weight = if mean >= PROBABILITY_MIN { libm::log1p(mean / ((1.0 - mean) * chance)) } else { 0.0 };
                // How often a window holds one by chance: windows that overlap count once.
                let share = 1.0 - super::small::exp(-chance);
                let variance = share * (1.0 - share) * weight * weight;
                new.of.push([weight as f32, (share * weight) as f32, variance as f32]);
            }
        }
        let places = &scene.network.places;
        let (mut most, mut channels, mut reach) = (1, 0, Vec::new());
        for at in places.iter().step_by(places.len().div_ceil(SAMPLES).max(1)) {
            reach.clear();
            new.reach(scene, grid, &[0.0, at[0], at[1], scene.region.high[2]], 0, &mut reach);
            most = most.max(reach.iter().map(|one| u32::from(one.weight)).sum());
            channels = channels.max(reach.len());
        }
        let share = if channels <= ALL_MAX { 1.0 } else { SHARE_MAX };
        new.per_nat = f32::from(u8::MAX) / (share * most as f32);
        new
    }

    /// What a cell hears: adds the channels, gives the mean and the deviation that clutter has in a sum.
    fn reach(
        &self,
        scene: &Scene<'_>,
        grid: &Grid,
        spot: &[f64; 4],
        wide: usize,
        into: &mut Vec<Reached>,
    ) -> (f64, f64) {
        let (mut mean, mut variance) = (0.0, 0.0);
        for (sensor, at) in scene.network.places.iter().enumerate() {
            let r = distance(at, spot, scene.region.rows);
            for (class, fast) in scene.model.classes.iter().enumerate() {
                if !fast.in_use {
                    continue;
                }
                let step = (r * self.per_m[class]) as usize;
                let row = scene.network.channel(sensor, class).map_or(NONE, |channel| self.row[channel]);
                if step >= STEPS || row == NONE {
                    continue;
                }
                let [weight, m, v] = self.of[row as usize * STEPS + step];
                if weight > 0.0 {
                    mean += f64::from(m);
                    variance += f64::from(v);
                    let shift = (r * fast.slowness_s_m / grid.bin_s + 0.5) as u32;
                    into.push(Reached { at: row * wide as u32 + shift, weight: (weight * self.per_nat + 0.5) as u8 });
                }
            }
        }
        (mean, variance.sqrt())
    }
}
