//! Where and when events may have been: a stack of all measurements, moved back by their travel times.
//!
//! # Algorithm
//! Time is cut into bins. For each cell of a grid and each bin a channel counts with the weight
//! `w = ln(1 + p / ((1 - p) lambda W))` where a measurement that no event holds lies within W around the time that the
//! bin and the travel time from the cell predict: p is the probability of detection at that distance, lambda the
//! channel's rate and W = [`WINDOW`] bins. By how much the sum is above what clutter alone would give and some deviations of that is the cell's score; tiles of
//! 4 x 4 cells and all layers keep their best cell for each bin. A tile's local maxima in time are candidates. This is source scanning (H. Kao and S.-J. Shan, *Geophysical Journal International* 157, 589-594, 2004)
//! with log-likelihood weights.
//!
//! Where measurements are few beside bins, each adds its weight to its own window (`windows.rs`). Where windows fill much
//! of the time, `planes.rs` adds whole bins, digit by digit.
mod planes;
mod windows;

use super::fit::{Fitted, Scene};
use super::network::{Carrier, NONE};
use super::region::distance;
use crate::chunks;
use planes::{Planes, WEIGHT_MAX};
use windows::Windows;

/// Candidates stand out of clutter by so many deviations of its sum. With 6.5 a dense hour takes two thirds of the time, and
/// loses a thousandth of its events, and of shots that few sensors heard one in fifty.
const DEVIATIONS: f64 = 5.0;

/// Rounds of a salvo follow each other more evenly than by chance, so fewer windows need hold two for cells to be too wide. Chosen on
/// four invented worlds among 0.1, 0.25, 0.5 and 1.
const SALVO_CHANCE: f64 = 0.5;

/// Cells of a tile's side.
const TILE: usize = 4;

/// Bins that a window spans.
pub(super) const WINDOW: usize = 4;

/// Cells of a tile that an integer tells apart.
const CELLS: u16 = 128;

/// Steps of a sum: what is left of an integer beside the number of the cell.
const SUM_MAX: u16 = u16::MAX / CELLS;

/// The grid.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    pub side_m: f64,
    pub columns: usize,
    pub rows: usize,
    /// Heights of the layers, m.
    pub heights: Vec<f64>,
    pub bin_s: f64,
    /// Whose waves are stacked.
    pub carrier: Carrier,
    /// Whether cells are narrower than they need to be where measurements are few.
    pub narrow: bool,
}

/// A first guess.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    /// Which cell of the grid.
    pub cell: u32,
    pub spot: [f64; 4],
    /// What the second look last said, and said when a fit was last refused, and the log odds of that fit, nats.
    pub promise: f64,
    pub tried: f64,
    pub reached: f64,
}

impl Candidate {
    fn new(cell: u32, spot: [f64; 4]) -> Self {
        Self { cell, spot, promise: f64::INFINITY, tried: f64::NEG_INFINITY, reached: f64::NEG_INFINITY }
    }
}

/// A peak of a tile in time: what becomes a candidate, while there are many.
#[derive(Debug, Clone, Copy)]
struct Peak {
    score: f32,
    cell: u32,
    bin: u32,
}

/// The most peaks, the highest: a crowded half hour of an invented world had 3.2 million, and as many events were found in that world with
/// this bound as without.
const PEAKS_MAX: usize = 1 << 19;

/// The most cells: 10^6 cells and a mean of 10^3 measurements each are some seconds.
const CELLS_MAX: usize = 1 << 20;

/// The most layers, for the time they take: with more, and narrower cells, more is found where events are very dense.
const LAYERS_MAX: usize = 5;
const _: () = assert!(TILE * TILE * LAYERS_MAX <= CELLS as usize);

impl Grid {
    /// A grid of about this side and layers of about this thickness; coarser if it would have too many cells.
    pub(super) fn new(scene: &Scene<'_>, carrier: Carrier, side_m: f64, thickness_m: f64, bin_s: f64) -> Self {
        let region = scene.region;
        let (wide, high) = (region.high[0] - region.low[0], region.high[1] - region.low[1]);
        let depth = region.high[2] - region.low[2];
        // What is heard comes from the ground: sound from below has no path of its own.
        let heard = matches!(carrier, Carrier::Sound | Carrier::Infrasound);
        let layers = match region.rows {
            4 if !heard => ((depth / thickness_m).ceil() as usize).clamp(2, LAYERS_MAX),
            _ => 1,
        };
        let most = (wide * high * layers as f64 / CELLS_MAX as f64).sqrt();
        let side_m = side_m.max(most).max(wide.max(high) / 1_024.0);
        Self {
            side_m,
            columns: (wide / side_m).ceil().max(1.0) as usize,
            rows: (high / side_m).ceil().max(1.0) as usize,
            heights: match heard {
                true => vec![region.high[2]],
                false => (0..layers).map(|i| region.high[2] - depth * (i as f64 + 0.5) / layers as f64).collect(),
            },
            bin_s,
            carrier,
            narrow: false,
        }
    }

    /// Half of a window, s.
    pub(super) fn half_s(&self) -> f64 {
        self.bin_s * WINDOW as f64 / 2.0
    }
}

impl Scene<'_> {
    /// Whether measurements of a class are there and go into a carrier's stack.
    pub(super) fn is_of(&self, class: usize, carrier: Carrier) -> bool {
        let of = || Carrier::of(self.network.classes[class]).is_none_or(|of| of == carrier);
        self.model.classes[class].in_use && of()
    }

    /// The carriers of the measurements that are there.
    pub(super) fn carriers(&self) -> Vec<Carrier> {
        let classes = || self.network.classes.iter().zip(&self.model.classes).filter(|(_, fast)| fast.in_use);
        let is_there = |carrier: &Carrier| classes().any(|(class, _)| Carrier::of(*class) == Some(*carrier));
        let there: Vec<Carrier> = Carrier::ALL.into_iter().filter(is_there).collect();
        if there.is_empty() { vec![Carrier::Sound] } else { there }
    }

    /// The carrier of most measurements of some events.
    pub(super) fn carrier(&self, events: &[&Fitted]) -> Carrier {
        let of = |(pick, _): &(u32, f64)| {
            let class = self.network.channels[self.picks.all[*pick as usize].channel as usize].class;
            Carrier::of(self.network.classes[class as usize])
        };
        let count = |carrier: Carrier| {
            events.iter().flat_map(|event| &event.members).filter(|member| of(member) == Some(carrier)).count()
        };
        // Of equals the first: its waves are the sharpest.
        Carrier::ALL.into_iter().rev().max_by_key(|carrier| count(*carrier)).unwrap_or(Carrier::Ground)
    }

    /// The slowness, s/m, and the deviation of a time, s, that are the greatest of a carrier's waves.
    pub(super) fn slowest(&self, carrier: Carrier) -> (f64, f64) {
        let of = self.model.classes.iter().enumerate().filter(|(class, _)| self.is_of(*class, carrier));
        of.fold((0.0, 0.0), |(slow, sigma): (f64, f64), (_, fast)| {
            (slow.max(fast.slowness_s_m), sigma.max(fast.variance_s2.sqrt()))
        })
    }

    /// The widest useful cell: a fifth of the shortest range. Wider ones mix events that different sensors register.
    pub(super) fn coarse_m(&self, carrier: Carrier) -> f64 {
        let of = (0..self.model.classes.len()).filter(|class| self.is_of(*class, carrier));
        of.map(|class| self.model.learnt.classes[class].detection.range_m).fold(1e9, f64::min) / 5.0
    }

    /// The deviation of a carrier's times at its range, s.
    fn spread_s(&self, carrier: Carrier) -> f64 {
        let of = self.model.classes.iter().enumerate().filter(|(class, _)| self.is_of(*class, carrier));
        of.fold(0.0, |most: f64, (class, fast)| {
            let travel_s = self.model.learnt.classes[class].detection.range_m * fast.slowness_s_m;
            most.max((fast.variance_s2 + fast.relative2 * travel_s * travel_s).sqrt())
        })
    }

    /// What share of the free measurements of these channels follows the one before within this time, s. Of measurements that come at
    /// random it is that share over their rate.
    fn apart_s(&self, of: impl Fn(usize) -> bool, share: f64) -> f64 {
        let mut gaps: Vec<f64> = Vec::new();
        for channel in (0..self.network.channels.len()).filter(|channel| of(*channel)) {
            let free: Vec<f64> =
                self.picks.of(channel).filter(|i| self.picks.free(*i)).map(|i| self.picks.times[i]).collect();
            gaps.extend(free.windows(2).map(|two| two[1] - two[0]));
        }
        gaps.sort_unstable_by(f64::total_cmp);
        gaps.get((gaps.len() as f64 * share) as usize).copied().unwrap_or(f64::INFINITY)
    }

    /// The grid: fine enough that clutter alone seldom fills a window, no finer than times tell, no coarser than
    /// [`Self::coarse_m`]. Layers may be thicker than cells are wide: most paths are nearer to level than to upright.
    pub(super) fn grid(&self, carrier: Carrier, chance: f64) -> Grid {
        let (slow, sigma) = self.slowest(carrier);
        let crowds = self.picks.is_open() && carrier == Carrier::Sound;
        let sigma = if crowds { self.spread_s(carrier) } else { sigma };
        let of = |channel: usize| self.is_of(self.network.channels[channel].class as usize, carrier);
        let channels = (0..self.network.channels.len()).filter(|c| of(*c) && !self.picks.of(*c).is_empty()).count();
        let free = |i: &usize| self.picks.free(*i) && of(self.picks.all[*i].channel as usize);
        let free = (0..self.picks.all.len()).filter(free).count();
        let rate = free as f64 / (channels.max(1) as f64 * self.picks.span_s());
        let window = chance / rate.max(1e-12);
        // Rounds of a salvo come closer than the mean rate says.
        let window = if crowds { window.min(self.apart_s(of, chance * SALVO_CHANCE)) } else { window };
        let coarse = self.coarse_m(carrier);
        let fine = (3.5 * sigma / slow.max(1e-12)).max(coarse / 8.0);
        let side = (window / slow.max(1e-12)).clamp(fine.min(coarse), coarse);
        let bin_s = (side * slow / WINDOW as f64).max(sigma * 0.75);
        // Where cells may be as wide as they like, few measurements compete and a fit finds the depth by itself.
        let thickness = if side < coarse { 3.0 * side } else { f64::INFINITY };
        Grid { narrow: side < 0.99 * coarse, ..Grid::new(self, carrier, side, thickness, bin_s) }
    }
}

/// The stack of one carrier's waves, and what it gave.
pub(super) struct Stack {
    carrier: Carrier,
    pub grid: Option<Grid>,
    /// How many events there were when it was made.
    stacked: usize,
    pub candidates: Vec<Candidate>,
}

impl Stack {
    pub(super) fn new(carrier: Carrier) -> Self {
        Self { carrier, grid: None, stacked: 0, candidates: Vec::new() }
    }

    /// Makes it anew, unless it would be nearly as it was.
    pub(super) fn make(&mut self, scene: &Scene<'_>, chance: f64, live: usize, threads: usize) -> Option<()> {
        let new = scene.grid(self.carrier, chance);
        let same = self.grid.as_ref().is_some_and(|old| new.side_m > 0.9 * old.side_m);
        if same && (live as f64) < 1.03 * self.stacked as f64 {
            return None;
        }
        self.stacked = live;
        self.candidates = candidates(scene, &new, DEVIATIONS, threads);
        self.grid = Some(new);
        Some(())
    }
}

/// Steps of the distance for weights.
const STEPS: usize = 64;

/// What rounding may make of a distance.
const SLACK: f64 = 1.0 + 1e-9;

/// What the channels with free measurements weigh, by distance.
struct Weights {
    /// The row of each channel; [`NONE`] where nothing is free.
    row: Vec<u32>,
    /// Of each row the sensor and the class.
    of_row: Vec<(u32, u32)>,
    /// Of each row at each step of the distance the weight, nats.
    of: Vec<f32>,
    /// Of each row how often a window holds a measurement by chance.
    share: Vec<f32>,
    /// Of each row how far it weighs anything, m.
    within_m: Vec<f64>,
    /// Steps of the distance per metre, of each class.
    per_m: Vec<f64>,
    /// Steps of the sums per nat, and the most that a channel may weigh, in steps.
    per_nat: f32,
    most: u16,
}

/// A sum above its cell's limit.
struct Above {
    bin: usize,
    cell: u8,
    /// By how much, steps.
    sum: u32,
}

/// A channel in reach of a cell: its row, the travel time in bins, and its weight in steps.
#[derive(Clone, Copy)]
struct Reached {
    row: u32,
    shift: u32,
    weight: u16,
}

/// What a cell's channels weigh together, nats, and the mean and deviation that clutter has in a sum of theirs, steps.
struct Heard {
    total: f32,
    mean: f32,
    deviation: f32,
}

/// What one tile needs.
#[derive(Default)]
struct Scratch {
    near: Vec<u32>,
    reach: Vec<Reached>,
    planes: planes::Cells,
    windows: windows::Cells,
    /// Of each bin the best sum and its cell, all 0 between tiles, and which bins have one.
    best: Vec<u32>,
    touched: Vec<usize>,
}

/// Candidates in order of their score.
pub(super) fn candidates(scene: &Scene<'_>, grid: &Grid, deviations: f64, threads: usize) -> Vec<Candidate> {
    let picks = scene.picks;
    let mut weights = Weights::new(scene, grid);
    if weights.of_row.is_empty() {
        return Vec::new();
    }
    let tiles: Vec<usize> = (0..grid.columns.div_ceil(TILE) * grid.rows.div_ceil(TILE)).collect();
    // Travel times make events older than the first measurement: so much room before it.
    let of = scene.model.classes.iter().enumerate().filter(|(class, _)| scene.is_of(*class, grid.carrier));
    let travel_s = of.map(|(_, fast)| fast.table.r_m_max * fast.slowness_s_m).fold(0.0, f64::max);
    let before = (travel_s / grid.bin_s) as usize + WINDOW;
    let total = (picks.span_s() / grid.bin_s) as usize + before + WINDOW;
    let windows = Windows::new(scene, grid, &weights, before);
    let planes = Planes::new(&windows, total);
    weights.scale(scene, grid, planes.is_some());
    let windows = (&windows, planes.as_ref());
    let found = chunks::map(&tiles, threads, Scratch::default, |scratch, &tile| {
        tile_peaks(scene, grid, &weights, windows, deviations, scratch, tile, total)
    });
    let mut all: Vec<Peak> = found.into_iter().flatten().collect();
    all.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.bin.cmp(&b.bin)).then(a.cell.cmp(&b.cell)));
    all.truncate(PEAKS_MAX);
    let all = if grid.narrow { all } else { highest(grid, all) };
    let candidate = |one: Peak| {
        let cells = TILE * TILE * grid.heights.len();
        let mut spot = spot(scene, grid, one.cell as usize / cells, one.cell as usize % cells)?;
        spot[0] = picks.from_s + (f64::from(one.bin) - before as f64 + 0.5) * grid.bin_s;
        Some(Candidate::new(one.cell, spot))
    };
    all.into_iter().filter_map(candidate).collect()
}

/// The middle of a tile's cell; none beyond the grid.
fn spot(scene: &Scene<'_>, grid: &Grid, tile: usize, cell: usize) -> Option<[f64; 4]> {
    let tiles_x = grid.columns.div_ceil(TILE);
    let (layer, inside) = (cell / (TILE * TILE), cell % (TILE * TILE));
    let (x, y) = (tile % tiles_x * TILE + inside % TILE, tile / tiles_x * TILE + inside / TILE);
    (x < grid.columns && y < grid.rows).then(|| place(scene, grid, x, y, layer))
}

/// Leaves out what a higher candidate stands beside, in a tile next to its own and at nearly its time: one event raises
/// sums all around it. What is under such a shoulder comes out when the higher one's measurements are taken. Not among
/// narrow cells, where events are many: on one synthetic hour recall fell by 0.002 with it, no more than chance moves it.
fn highest(grid: &Grid, all: Vec<Peak>) -> Vec<Peak> {
    const BESIDE: u32 = (WINDOW / 2) as u32;
    let (tiles_x, tiles_y) = (grid.columns.div_ceil(TILE), grid.rows.div_ceil(TILE));
    let cells = TILE * TILE * grid.heights.len();
    // The bins that are kept of each tile, in order.
    let mut kept: Vec<Vec<u32>> = vec![Vec::new(); tiles_x * tiles_y];
    let mut out = Vec::new();
    for one in all {
        let (tile, bin) = (one.cell as usize / cells, one.bin);
        let (x, y) = (tile % tiles_x, tile / tiles_x);
        let first = |tile: usize, bin: u32| kept[tile].partition_point(|other| *other < bin);
        let under =
            |tile: usize| kept[tile].get(first(tile, bin.saturating_sub(BESIDE))).is_some_and(|at| *at <= bin + BESIDE);
        let (xs, ys) = (x.saturating_sub(1)..(x + 2).min(tiles_x), y.saturating_sub(1)..(y + 2).min(tiles_y));
        let beside = ys.flat_map(|y| xs.clone().map(move |x| y * tiles_x + x)).filter(|other| *other != tile);
        if !beside.into_iter().any(under) {
            let at = first(tile, bin);
            kept[tile].insert(at, bin);
            out.push(one);
        }
    }
    out
}

/// A tile's peaks.
#[allow(clippy::too_many_arguments, reason = "one tile's work, taken out of its loop")]
fn tile_peaks(
    scene: &Scene<'_>,
    grid: &Grid,
    weights: &Weights,
    (windows, planes): (&Windows, Option<&Planes>),
    deviations: f64,
    scratch: &mut Scratch,
    tile: usize,
    total: usize,
) -> Vec<Peak> {
    let cells = TILE * TILE * grid.heights.len();
    let spot = |cell: usize| spot(scene, grid, tile, cell);
    let Scratch { near, reach, planes: of_planes, windows: of_windows, best, touched } = scratch;
    near.clear();
    if let Some((low, high)) = spot(0).zip((0..TILE * TILE).rev().find_map(spot)) {
        weights.near(scene, &low, &high, near);
    }
    for cell in 0..cells {
        let Some(at) = spot(cell) else { continue };
        reach.clear();
        let Heard { mean, deviation, .. } = weights.reach(scene, grid, near, &at, reach);
        let limit = (mean + deviations as f32 * deviation) as u32;
        match planes {
            Some(planes) => planes.cell(of_planes, cell as u8, reach, limit),
            None => windows.cell(of_windows, cell as u8, reach, limit),
        }
    }
    best.resize(total, 0);
    touched.clear();
    let keep = |above: Above| {
        // Beyond the last bin there are windows' ends.
        if let Some(best) = best.get_mut(above.bin) {
            if *best == 0 {
                touched.push(above.bin);
            }
            *best = (*best).max(above.sum * u32::from(CELLS) + u32::from(above.cell));
        }
    };
    match planes {
        Some(planes) => planes.above(of_planes, total, keep),
        None => windows.above(of_windows, total, keep),
    }
    touched.sort_unstable();
    let packed = |i: usize| best.get(i).copied().unwrap_or(0);
    let score = |i: usize| packed(i) / u32::from(CELLS);
    let mut out = Vec::new();
    for &i in touched.iter() {
        // The highest of its own window.
        let rises = |k: usize| score(i.wrapping_sub(k)) < score(i);
        let peak = rises(1) && rises(2) && score(i + 1) <= score(i) && score(i + 2) <= score(i);
        let cell = (packed(i) % u32::from(CELLS)) as usize;
        if peak {
            out.push(Peak {
                score: score(i) as f32 / weights.per_nat,
                cell: (tile * cells + cell) as u32,
                bin: i as u32,
            });
        }
    }
    for i in touched.iter() {
        best[*i] = 0;
    }
    out
}

/// A number of steps, at most so many.
fn steps(value: f32, most: u16) -> u16 {
    (value as u16).min(most)
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
        let picks = scene.picks;
        let per_m = scene.model.classes.iter().map(|fast| STEPS as f64 / fast.table.r_m_max).collect();
        let (of, share, within_m) = (Vec::new(), Vec::new(), Vec::new());
        let (row, of_row) = (Vec::new(), Vec::new());
        let mut new = Self { row, of_row, of, share, within_m, per_m, per_nat: 1.0, most: SUM_MAX };
        for (number, channel) in scene.network.channels.iter().enumerate() {
            let count = picks.of(number).filter(|i| picks.free(*i)).count();
            if count == 0 || !scene.is_of(channel.class as usize, grid.carrier) {
                new.row.push(NONE);
                continue;
            }
            new.row.push(new.of_row.len() as u32);
            new.of_row.push((channel.sensor, channel.class));
            // One more than there are: a rate of zero would make a single measurement infinitely telling.
            let chance = (count as f64 + 1.0) / picks.span_s() * WINDOW as f64 * grid.bin_s;
            let class = channel.class as usize;
            let table = &scene.model.classes[class].table;
            let mut far = 0;
            for step in 0..STEPS {
                let mean = table.at((step as f64 + 0.5) / new.per_m[class]).map_or(0.0, |row| row.mean);
                let weight = if mean >= PROBABILITY_MIN { libm::log1p(mean / ((1.0 - mean) * chance)) } else { 0.0 };
                new.of.push(weight as f32);
                far = if weight > 0.0 { step + 1 } else { far };
            }
            new.within_m.push(far as f64 / new.per_m[class] * SLACK);
            // Windows that overlap count once.
            new.share.push((1.0 - super::small::exp(-chance)) as f32);
        }
        new
    }

    /// Sets the steps of the sums: as fine as they hold what all channels in reach weigh; of planes as fine as a weight's
    /// digits are.
    fn scale(&mut self, scene: &Scene<'_>, grid: &Grid, planes: bool) {
        /// Places of sensors at which the weights are summed.
        const SAMPLES: usize = 64;
        /// What of a weight tells true sums from chance ones, nats: a channel that registers nine of ten events and has a
        /// window in five filled by chance weighs 3.8. Finer steps of what most weigh are worth more than the few above.
        const NATS_MAX: f32 = 4.0;
        if planes {
            self.most = WEIGHT_MAX;
            self.per_nat = f32::from(WEIGHT_MAX) / NATS_MAX;
            return;
        }
        let places = &scene.network.places;
        let (mut most, mut reach) = (1.0, Vec::new());
        let rows: Vec<u32> = (0..self.of_row.len() as u32).collect();
        for at in places.iter().step_by(places.len().div_ceil(SAMPLES).max(1)) {
            reach.clear();
            let spot = [0.0, at[0], at[1], scene.region.high[2]];
            most = f32::max(most, self.reach(scene, grid, &rows, &spot, &mut reach).total);
        }
        self.per_nat = f32::from(SUM_MAX) / most;
    }

    /// The rows that weigh anything somewhere in a tile, given two of its corners.
    fn near(&self, scene: &Scene<'_>, low: &[f64; 4], high: &[f64; 4], into: &mut Vec<u32>) {
        let beyond = |at: f64, axis: usize| (low[axis] - at).max(at - high[axis]).max(0.0);
        into.extend((0_u32..).zip(&self.of_row).zip(&self.within_m).filter_map(|((row, (sensor, _)), within_m)| {
            let at = &scene.network.places[*sensor as usize];
            let (x, y) = (beyond(at[0], 1), beyond(at[1], 2));
            (x * x + y * y <= within_m * within_m).then_some(row)
        }));
    }

    /// Adds the channels that a cell hears, of these rows.
    fn reach(&self, scene: &Scene<'_>, grid: &Grid, rows: &[u32], spot: &[f64; 4], into: &mut Vec<Reached>) -> Heard {
        let mut total = 0.0;
        // Channels are in order of their sensors.
        let (mut last, mut r) = (NONE, 0.0);
        for &row in rows {
            let row = row as usize;
            let (sensor, class) = self.of_row[row];
            if sensor != last {
                (last, r) = (sensor, distance(&scene.network.places[sensor as usize], spot, scene.region.rows));
            }
            let step = (r * self.per_m[class as usize]) as usize;
            if step >= STEPS {
                continue;
            }
            let weight = self.of[row * STEPS + step];
            total += weight;
            let weight = steps(weight * self.per_nat + 0.5, self.most);
            if weight > 0 {
                let place = &scene.network.places[sensor as usize];
                let slowness_s_m = scene.model.classes[class as usize].slowness(place, spot, r);
                let shift = (r * slowness_s_m / grid.bin_s + 0.5) as u32;
                into.push(Reached { row: row as u32, shift, weight });
            }
        }
        // A place that hears more than the sensors' places do.
        let all: u32 = into.iter().map(|one| u32::from(one.weight)).sum();
        if self.most == SUM_MAX && all > u32::from(SUM_MAX) {
            into.iter_mut().for_each(|one| one.weight = (u32::from(one.weight) * u32::from(SUM_MAX) / all) as u16);
        }
        let (mut mean, mut variance) = (0.0, 0.0);
        for one in into.iter() {
            let (share, weight) = (self.share[one.row as usize], f32::from(one.weight));
            mean += share * weight;
            variance += share * (1.0 - share) * weight * weight;
        }
        Heard { total, mean, deviation: variance.sqrt() }
    }
}
