//! Where events are, learnt from where they were.
//!
//! # Model
//! A share c of the events comes from places where others came from: shots of one burst, earthquakes of one fault. The
//! rest comes from a smooth density on a coarse grid, and over layers of depth:
//! `f(x) = (1 - c) g(x) + c / n sum_j N(x - x_j; h)`. The share is learnt by expectation-maximisation, each event judged
//! by the others.
use super::network::Network;
use super::region::Region;
use super::small::{N, exp};

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
    /// Radius of such a place, m, and the density of a place's middle times the region's area.
    radius_m: f64,
    peak: f64,
}

/// Radius of a common place as a share of the network's reach: what one street corner is to microphones, one fault to
/// seismometers.
const RADIUS: f64 = 0.03;

/// Share of the events from common places, to begin with.
const SHARE: f64 = 0.5;

/// Steps of learning that share.
const STEPS: usize = 3;

/// Layers of depth.
const LAYERS: usize = 6;

/// The most cells of a side.
const SIDE_MAX: usize = 64;

impl Density {
    /// A density from events: each cell begins with one event, so that nothing is ruled out. Cells are as wide as the
    /// sensors are apart; a common place is as wide as [`RADIUS`] of the network's reach.
    pub(super) fn new(region: &Region, network: &Network, spots: &[[f64; N]]) -> Self {
        let (spacing_m, begin) = (network.spacing_m, 1.0);
        let count =
            |axis: usize| (((region.high[axis] - region.low[axis]) / spacing_m).round() as usize).clamp(1, SIDE_MAX);
        let radius_m = RADIUS * network.reach_m;
        let area = (region.high[0] - region.low[0]).max(1.0) * (region.high[1] - region.low[1]).max(1.0);
        let mut new = Self {
            columns: count(0),
            rows: count(1),
            cells: Vec::new(),
            layers: Vec::new(),
            spots: spots.iter().map(|spot| [spot[1], spot[2]]).collect(),
            share: SHARE,
            radius_m,
            peak: area / (std::f64::consts::TAU * radius_m * radius_m) / spots.len().max(1) as f64,
        };
        new.spots.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
        let mut cells = vec![begin; new.columns * new.rows];
        let mut layers = vec![begin * 4.0; LAYERS];
        for spot in spots {
            cells[new.cell(region, spot)] += 1.0;
            layers[Self::layer(region, spot)] += 1.0;
        }
        let log = |counts: Vec<f64>| -> Vec<f64> {
            let mean = counts.iter().sum::<f64>() / counts.len() as f64;
            counts.into_iter().map(|c| libm::log(c / mean)).collect()
        };
        new.cells = log(cells);
        new.layers = log(layers);
        // Expectation-maximisation of the share, each event judged by the others; two even ones begin.
        for _ in 0..STEPS {
            let mut sum = 2.0 * SHARE;
            for spot in spots {
                let common = new.share * new.common(spot, 1.0);
                sum += common / (common + (1.0 - new.share) * exp(new.cells[new.cell(region, spot)]));
            }
            new.share = sum / (spots.len() as f64 + 2.0);
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

    /// Of each event one over the number of events in its cell.
    pub(super) fn shares(region: &Region, network: &Network, spots: &[[f64; N]]) -> Vec<f64> {
        let grid = Self::new(region, network, &[]);
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

    /// Log of the density at a spot, relative to that of an even one; `own` of the events are the one itself.
    pub(super) fn log(&self, region: &Region, spot: &[f64; N], own: f64) -> f64 {
        let deep = if region.rows == N { self.layers[Self::layer(region, spot)] } else { 0.0 };
        let spread = (1.0 - self.share) * exp(self.cells[self.cell(region, spot)]);
        libm::log(spread + self.share * self.common(spot, own)) + deep
    }
}
