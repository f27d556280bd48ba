//! Where events are, learnt from where they were.
//!
//! # Model
//! A share c of the events comes from places where others came from: shots of one burst, earthquakes of one fault. The
//! rest comes from a smooth density on a coarse grid, and over layers of depth:
//! `f(x) = (1 - c) g(x) + c / n sum_j N(x - x_j; h)`. The share is learnt by expectation-maximisation, each event judged
//! by the others.
//!
//! Where waves are not stated a third share s is of rounds of salvos, which come near others and soon before or after them, as in
//! self-exciting processes (A. G. Hawkes, *Biometrika* 58, 83-90, 1971; Y. Ogata, *JASA* 83, 9-27, 1988), but to both sides in time:
//! `s T / (2 tau n) sum_j N(x - x_j; h^2 + C + C_j) e^(-|t - t_j| / tau)`, T the span, C what the place of each is in doubt by.
use super::network::Network;
use super::region::Region;
use super::small::{N, Symmetric, exp};

/// Where and when an event was, and how surely.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    /// Time, east, north, up.
    at: [f64; N],
    /// Variances and covariance of east and north, m2: east, both, north.
    doubt_m2: [f64; 3],
    /// Whether the time is known; else it was as near as rounds follow each other.
    is_timed: bool,
}

impl Origin {
    /// An event's.
    pub(super) fn new(region: &Region, at: [f64; N], information: &Symmetric) -> Self {
        Self { at, doubt_m2: doubt_m2(region, information), is_timed: true }
    }

    /// That of another round from a place, whenever that was.
    pub(super) fn place(at: [f64; N]) -> Self {
        Self { at, doubt_m2: [0.0; 3], is_timed: false }
    }
}

/// Variances and covariance of east and north that information leaves, m2: no more than the region is wide.
fn doubt_m2(region: &Region, information: &Symmetric) -> [f64; 3] {
    let mut h = *information;
    let side_m2 =
        |axis: usize| (region.high[axis] - region.low[axis]).max(1.0) * (region.high[axis] - region.low[axis]).max(1.0);
    for axis in 0..region.rows - 1 {
        h.add_diagonal(axis + 1, 1.0 / side_m2(axis));
    }
    let Some(root) = h.root(region.rows) else { return [side_m2(0), 0.0, side_m2(1)] };
    let (east, north) = (root.solve(&[0.0, 1.0, 0.0, 0.0]), root.solve(&[0.0, 0.0, 1.0, 0.0]));
    [east[1], east[2], north[2]]
}

/// Where events are: a density over place, learnt as counts on a coarse grid and, apart from it, over layers of depth.
#[derive(Debug, Clone)]
pub(super) struct Density {
    columns: usize,
    rows: usize,
    /// Log of the density of each cell times the region's area.
    cells: Vec<f64>,
    /// Log of the density of each layer times the region's depth.
    layers: Vec<f64>,
    /// Places of the events, sorted by the first coordinate.
    spots: Vec<[f64; 2]>,
    /// Share of the events that come from where others came from.
    share: f64,
    /// Share of the rounds of salvos.
    rounds: f64,
    /// The events, and the region's area times the span over their number, m2 s.
    origins: Vec<Origin>,
    per_origin: f64,
    /// Radius of such a place, m, and the density of a place's middle times the region's area.
    radius_m: f64,
    peak: f64,
}

/// Radius of a common place as a share of the network's reach: what one street corner is to microphones, one fault to
/// seismometers.
const RADIUS: f64 = 0.03;

/// Share of the events from common places, to begin with; where rounds of salvos are told apart, half of them are.
const SHARE: f64 = 0.5;

/// How far rounds of a salvo scatter, m: a battery is as wide, and so is what it hits.
const ROUNDS_M: f64 = 300.0;

/// The mean time by which they follow each other, s, and at most so many of it and so many deviations are looked at.
const ROUNDS_S: f64 = 60.0;
const ROUNDS_WIDE: f64 = 6.0;

/// An event that was moved since its density was learnt is itself within so many s and ROUNDS_M.
const ITSELF: f64 = 10.0;

/// Steps of learning that share.
const STEPS: usize = 3;

/// Layers of depth.
const LAYERS: usize = 6;

/// The most cells of a side.
const SIDE_MAX: usize = 64;

impl Density {
    /// A density from events: each cell begins with one event, so that nothing is ruled out. Cells are as wide as the
    /// sensors are apart; a common place is as wide as [`RADIUS`] of the network's reach. Rounds of salvos are told apart where a span
    /// is given.
    pub(super) fn new(region: &Region, network: &Network, origins: &[Origin], span_s: Option<f64>) -> Self {
        let (spacing_m, begin) = (network.spacing_m, 1.0);
        let count =
            |axis: usize| (((region.high[axis] - region.low[axis]) / spacing_m).round() as usize).clamp(1, SIDE_MAX);
        let radius_m = RADIUS * network.reach_m;
        let area = (region.high[0] - region.low[0]).max(1.0) * (region.high[1] - region.low[1]).max(1.0);
        let events = origins.len().max(1) as f64;
        let rounds = if span_s.is_some() { 0.5 * SHARE } else { 0.0 };
        let mut new = Self {
            columns: count(0),
            rows: count(1),
            cells: Vec::new(),
            layers: Vec::new(),
            spots: origins.iter().map(|origin| [origin.at[1], origin.at[2]]).collect(),
            share: SHARE - rounds,
            rounds,
            origins: origins.to_vec(),
            per_origin: area * span_s.unwrap_or(0.0) / events,
            radius_m,
            peak: area / (std::f64::consts::TAU * radius_m * radius_m) / events,
        };
        new.spots.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
        let mut cells = vec![begin; new.columns * new.rows];
        let mut layers = vec![begin * 4.0; LAYERS];
        for origin in origins {
            cells[new.cell(region, &origin.at)] += 1.0;
            layers[Self::layer(region, &origin.at)] += 1.0;
        }
        let log = |counts: Vec<f64>| -> Vec<f64> {
            let mean = counts.iter().sum::<f64>() / counts.len() as f64;
            counts.into_iter().map(|c| libm::log(c / mean)).collect()
        };
        new.cells = log(cells);
        new.layers = log(layers);
        // Expectation-maximisation of the shares, each event judged by the others; two even ones begin.
        let begin = [new.share, new.rounds];
        for _ in 0..STEPS {
            let mut sums = begin.map(|share| 2.0 * share);
            for origin in origins {
                let [spread, common, rounds] = new.parts(region, &origin.at, || origin.doubt_m2, 1.0);
                sums[0] += common / (common + spread + rounds);
                sums[1] += rounds / (common + spread + rounds);
            }
            [new.share, new.rounds] = sums.map(|sum| sum / (origins.len() as f64 + 2.0));
        }
        new
    }

    /// Radius of a common place, m.
    pub(super) fn radius_m(&self) -> f64 {
        self.radius_m
    }

    /// Density of the common places at a spot times the region's area, `own` events at that very spot left out.
    fn common(&self, spot: &[f64; N], own: f64) -> f64 {
        let wide = 4.0 * self.radius_m;
        let first = self.spots.partition_point(|at| at[0] < spot[1] - wide);
        let mut sum = 0.0;
        for at in self.spots[first..].iter().take_while(|at| at[0] <= spot[1] + wide) {
            let (dx, dy) = ((at[0] - spot[1]) / self.radius_m, (at[1] - spot[2]) / self.radius_m);
            let square = dx * dx + dy * dy;
            if square < 16.0 {
                sum += exp(-0.5 * square);
            }
        }
        (sum - own).max(0.0) * self.peak
    }

    /// Density of the rounds beside others at a spot in doubt times the region's area and the span, `own` events there and then left
    /// out.
    fn beside(&self, spot: &[f64; N], doubt_m2: &[f64; 3], own: usize) -> f64 {
        let apart = |origin: &Origin| {
            let apart_s = if origin.is_timed { (origin.at[0] - spot[0]).abs() } else { ROUNDS_S };
            (apart_s, spot[1] - origin.at[1], spot[2] - origin.at[2])
        };
        let mut itself: Vec<(f64, usize)> = Vec::new();
        if own > 0 {
            for (i, origin) in self.origins.iter().enumerate().filter(|(_, origin)| origin.is_timed) {
                let (apart_s, x, y) = apart(origin);
                let off = apart_s + libm::hypot(x, y) / ROUNDS_M;
                itself.extend((off < ITSELF).then_some((off, i)));
            }
            itself.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            itself.truncate(own);
        }
        let mut sum = 0.0;
        for (i, origin) in self.origins.iter().enumerate() {
            let (apart_s, x, y) = apart(origin);
            if apart_s > ROUNDS_WIDE * ROUNDS_S || itself.iter().any(|(_, own)| *own == i) {
                continue;
            }
            let scatter_m2 = ROUNDS_M * ROUNDS_M;
            let [east, both, north] = std::array::from_fn(|k| doubt_m2[k] + origin.doubt_m2[k]);
            let (east, north) = (east + scatter_m2, north + scatter_m2);
            let determinant = east * north - both * both;
            let square = (north * x * x - 2.0 * both * x * y + east * y * y) / determinant;
            if square < ROUNDS_WIDE * ROUNDS_WIDE {
                sum += exp(-0.5 * square - apart_s / ROUNDS_S) / (std::f64::consts::TAU * determinant.sqrt());
            }
        }
        sum * self.per_origin / (2.0 * ROUNDS_S)
    }

    /// Of each event one over the number of events in its cell.
    pub(super) fn shares(region: &Region, network: &Network, spots: &[[f64; N]]) -> Vec<f64> {
        let grid = Self::new(region, network, &[], None);
        let mut count = vec![0.0; grid.cells.len()];
        for spot in spots {
            count[grid.cell(region, spot)] += 1.0;
        }
        spots.iter().map(|spot| 1.0 / count[grid.cell(region, spot)]).collect()
    }

    fn cell(&self, region: &Region, spot: &[f64; N]) -> usize {
        let at = |axis: usize, n: usize| {
            let share = (spot[axis + 1] - region.low[axis]) / (region.high[axis] - region.low[axis]).max(1.0);
            ((share * n as f64).max(0.0) as usize).min(n - 1)
        };
        at(1, self.rows) * self.columns + at(0, self.columns)
    }

    fn layer(region: &Region, spot: &[f64; N]) -> usize {
        let share = (region.high[2] - spot[3]) / (region.high[2] - region.low[2]).max(1.0);
        ((share * LAYERS as f64).max(0.0) as usize).min(LAYERS - 1)
    }

    /// What is spread, what is common and what is beside others of the density at a spot.
    fn parts(&self, region: &Region, spot: &[f64; N], doubt_m2: impl Fn() -> [f64; 3], own: f64) -> [f64; 3] {
        let spread = (1.0 - self.share - self.rounds) * exp(self.cells[self.cell(region, spot)]);
        let rounds = if self.rounds > 0.0 { self.rounds * self.beside(spot, &doubt_m2(), own as usize) } else { 0.0 };
        [spread, self.share * self.common(spot, own), rounds]
    }

    /// Log of the density at a spot about which so much is known, relative to that of an even one; `own` of the events are the one
    /// itself.
    pub(super) fn log(&self, region: &Region, spot: &[f64; N], information: &Symmetric, own: f64) -> f64 {
        let deep = if region.rows == N { self.layers[Self::layer(region, spot)] } else { 0.0 };
        let [spread, common, rounds] = self.parts(region, spot, || doubt_m2(region, information), own);
        libm::log(spread + common + rounds) + deep
    }
}
