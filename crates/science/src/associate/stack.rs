//! Where and when events may have been: a stack of all measurements, moved back by their travel times.
//!
//! # Algorithm
//! For each cell of a grid, measurements that no event holds are moved back by the travel time from the cell and
//! counted in bins of time with the weight `w = ln(1 + p / ((1 - p) lambda W))`, p the probability of detection at that
//! distance, lambda the channel's rate and W = three bins. Three neighbouring bins together, less what clutter alone
//! would give, are the cell's score; tiles of 4 x 4 cells keep their best cell for each bin. A tile's local maxima in
//! time above a threshold are candidates. This is source scanning (H. Kao and S.-J. Shan, *Geophysical Journal
//! International* 157, 589-594, 2004) with log-likelihood weights.
use super::fit::Scene;
use super::network::NONE;
use super::region::distance;
use crate::chunks;

/// Cells of a tile's side.
const TILE: usize = 4;

/// Bins of a row: rows of a cell and of its tile together fit a processor's first cache.
const BINS: usize = 2_048;

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
}

/// The most cells: 10^6 cells and a mean of 10^3 measurements each are some seconds.
const CELLS_MAX: usize = 1 << 20;

impl Grid {
    /// A grid of about this side; coarser if it would have too many cells.
    pub(super) fn new(scene: &Scene<'_>, side_m: f64, layers: usize, bin_s: f64) -> Self {
        let region = scene.region;
        let layers = if region.rows == 4 { layers } else { 1 };
        let (wide, high) = (region.high[0] - region.low[0], region.high[1] - region.low[1]);
        let most = (wide * high * layers as f64 / CELLS_MAX as f64).sqrt();
        let side_m = side_m.max(most).max(wide.max(high) / 1_024.0);
        let depth = region.high[2] - region.low[2];
        Self {
            side_m,
            columns: (wide / side_m).ceil().max(1.0) as usize,
            rows: (high / side_m).ceil().max(1.0) as usize,
            heights: (0..layers).map(|i| region.high[2] - depth * (i as f64 + 0.5) / layers as f64).collect(),
            bin_s,
        }
    }
}

/// A channel's free measurements as bins from the start, in sixteenths.
struct Free {
    start: Vec<u32>,
    at: Vec<i32>,
    /// First of each channel at or after each stretch of [`STRETCH`] sixteenths.
    index: Vec<u32>,
    stretches: usize,
    /// Of each channel at each step of the distance: weight, and what it adds to mean and variance of the sum.
    weights: Vec<[f32; 3]>,
    /// Steps of the distance per metre, of each class.
    per_m: Vec<f64>,
}

/// Sixteenths of a stretch: 64 bins.
const STRETCH: i32 = 1_024;

impl Free {
    /// A channel's measurements from a time on.
    #[inline]
    fn from(&self, channel: usize, low: i32) -> &[i32] {
        let end = self.start[channel + 1] as usize;
        let stretch = (low / STRETCH).clamp(0, self.stretches as i32 - 1) as usize;
        let mut first = self.index[channel * self.stretches + stretch] as usize;
        while first < end && self.at[first] < low {
            first += 1;
        }
        &self.at[first..end]
    }
}

/// Steps of the distance for weights.
const STEPS: usize = 64;

/// Sixteenths of a bin.
const FINE: f64 = 16.0;

struct Row {
    bins: Box<[f32; BINS + 2]>,
    best: Box<[f32; BINS]>,
    cell: Box<[u32; BINS]>,
    /// Channels in reach of the cell: which, moved by how many sixteenths, with which weight.
    reach: Vec<(u32, i32, f32)>,
}

/// Keeps a cell's sums of three bins where they are better than those before. Fixed lengths: the loop runs in vectors.
fn better(bins: &[f32; BINS + 2], mean: f32, cell: u32, best: &mut [f32; BINS], which: &mut [u32; BINS]) {
    for i in 0..BINS {
        let sum = bins[i] + bins[i + 1] + bins[i + 2] - mean;
        let higher = sum > best[i];
        best[i] = if higher { sum } else { best[i] };
        which[i] = if higher { cell } else { which[i] };
    }
}

/// Candidates in order of their score.
pub(super) fn candidates(scene: &Scene<'_>, grid: &Grid, deviations: f64, threads: usize) -> Vec<Candidate> {
    let picks = scene.picks;
    let free = free(scene, grid);
    if free.at.is_empty() {
        return Vec::new();
    }
    let layers = grid.heights.len();
    let (tiles_x, tiles_y) = (grid.columns.div_ceil(TILE), grid.rows.div_ceil(TILE));
    // Travel times make events older than the first measurement: so much room before it.
    let mut before = 0_i32;
    for fast in scene.model.classes.iter().filter(|fast| fast.in_use) {
        before = before.max((fast.table.r_m_max * fast.slowness_s_m / grid.bin_s * FINE) as i32);
    }
    let total = (picks.span_s() / grid.bin_s) as usize + before as usize / FINE as usize + 8;
    let blocks: Vec<(usize, usize)> =
        (0..tiles_x * tiles_y).flat_map(|tile| (0..total.div_ceil(BINS)).map(move |block| (tile, block))).collect();
    let scratch = || Row {
        bins: Box::new([0.0; BINS + 2]),
        best: Box::new([0.0; BINS]),
        cell: Box::new([0; BINS]),
        reach: Vec::new(),
    };
    let found = chunks::map(&blocks, threads, scratch, |row, &(tile, block)| {
        let (tx, ty) = (tile % tiles_x, tile / tiles_x);
        // Bins before `from` and after are the neighbours' rows: one more at each side for the sum of three.
        let from = (block * BINS) as i32 - before / FINE as i32 - 2;
        row.best.fill(f32::MIN);
        let mut threshold = f64::INFINITY;
        for cell in 0..TILE * TILE * layers {
            let (layer, inside) = (cell / (TILE * TILE), cell % (TILE * TILE));
            let (x, y) = (tx * TILE + inside % TILE, ty * TILE + inside / TILE);
            if x >= grid.columns || y >= grid.rows {
                continue;
            }
            let spot = place(scene, grid, x, y, layer);
            let (mean, deviation) = reach(scene, grid, &free, &spot, &mut row.reach);
            threshold = threshold.min(deviations * deviation);
            *row.bins = [0.0; BINS + 2];
            for &(channel, shift, weight) in &row.reach {
                let low = (from - 1) * FINE as i32 + shift;
                for t in free.from(channel as usize, low) {
                    let bin = (t.wrapping_sub(low) >> 4) as usize;
                    let Some(bin) = row.bins.get_mut(bin) else { break };
                    *bin += weight;
                }
            }
            better(&row.bins, mean as f32, cell as u32, &mut row.best, &mut row.cell);
        }
        let mut out = Vec::new();
        for i in 0..BINS {
            let score = row.best[i];
            let peak = f64::from(score) > threshold
                && (i == 0 || row.best[i - 1] < score)
                && (i + 1 == BINS || row.best[i + 1] <= score);
            if peak {
                let cell = row.cell[i] as usize;
                let (layer, inside) = (cell / (TILE * TILE), cell % (TILE * TILE));
                let mut spot = place(scene, grid, tx * TILE + inside % TILE, ty * TILE + inside / TILE, layer);
                spot[0] = picks.from_s + (f64::from(from + i as i32) + 0.5) * grid.bin_s;
                let number = (tile * layers * TILE * TILE + cell) as u32;
                out.push(Candidate { score, cell: number, spot });
            }
        }
        out
    });
    let mut all: Vec<Candidate> = found.into_iter().flatten().collect();
    all.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.spot[0].total_cmp(&b.spot[0])));
    all
}

fn place(scene: &Scene<'_>, grid: &Grid, x: usize, y: usize, layer: usize) -> [f64; 4] {
    let middle = |axis: usize, n: usize, count: usize| {
        let extent = scene.region.high[axis] - scene.region.low[axis];
        scene.region.low[axis] + (n as f64 + 0.5) * extent / count as f64
    };
    [0.0, middle(0, x, grid.columns), middle(1, y, grid.rows), grid.heights[layer]]
}

/// The measurements that no event holds.
fn free(scene: &Scene<'_>, grid: &Grid) -> Free {
    /// Rarer detections than this add less than they cost.
    const PROBABILITY_MIN: f64 = 0.05;
    let picks = scene.picks;
    let channels = scene.network.channels.len();
    let per_m = scene.model.classes.iter().map(|fast| STEPS as f64 / fast.table.r_m_max).collect();
    let stretches = (picks.span_s() / grid.bin_s * FINE / f64::from(STRETCH)) as usize + 1;
    let mut free =
        Free { start: vec![0; channels + 1], at: Vec::new(), index: Vec::new(), stretches, weights: Vec::new(), per_m };
    for channel in 0..channels {
        for i in picks.of(channel) {
            if picks.owner[i] == NONE {
                free.at.push(((picks.times[i] - picks.from_s) / grid.bin_s * FINE) as i32);
            }
        }
        let mut first = free.start[channel] as usize;
        for stretch in 0..stretches {
            while first < free.at.len() && free.at[first] < stretch as i32 * STRETCH {
                first += 1;
            }
            free.index.push(first as u32);
        }
        free.start[channel + 1] = free.at.len() as u32;
        // One more than there are: a rate of zero would make a single measurement infinitely telling.
        let count = free.start[channel + 1] - free.start[channel];
        let chance = (f64::from(count) + 1.0) / picks.span_s() * 3.0 * grid.bin_s;
        let class = scene.network.channels[channel].class as usize;
        let table = &scene.model.classes[class].table;
        for step in 0..STEPS {
            let mean = table.at((step as f64 + 0.5) / free.per_m[class]).map_or(0.0, |row| row.mean);
            let telling = count > 0 && mean >= PROBABILITY_MIN;
            let weight = if telling { libm::log1p(mean / ((1.0 - mean) * chance)) } else { 0.0 };
            free.weights.push([weight as f32, (chance * weight) as f32, (chance * weight * weight) as f32]);
        }
    }
    free
}

/// What a cell hears: fills the channels, gives the mean and the deviation that clutter has in a sum.
fn reach(scene: &Scene<'_>, grid: &Grid, free: &Free, spot: &[f64; 4], into: &mut Vec<(u32, i32, f32)>) -> (f64, f64) {
    into.clear();
    let (mut mean, mut variance) = (0.0, 0.0);
    for (sensor, at) in scene.network.places.iter().enumerate() {
        let r = distance(at, spot, scene.region.rows);
        for (class, fast) in scene.model.classes.iter().enumerate() {
            if !fast.in_use {
                continue;
            }
            let step = (r * free.per_m[class]) as usize;
            let Some(channel) = scene.network.channel(sensor, class).filter(|_| step < STEPS) else { continue };
            let [weight, m, v] = free.weights[channel * STEPS + step];
            if weight > 0.0 {
                mean += f64::from(m);
                variance += f64::from(v);
                into.push((channel as u32, (r * fast.slowness_s_m / grid.bin_s * FINE) as i32, weight));
            }
        }
    }
    (mean, variance.sqrt())
}
