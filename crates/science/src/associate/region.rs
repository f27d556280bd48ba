//! Where events are sought.
use super::network::Network;
use super::settings::Settings;
use super::small::N;
use truceline_model::measurement::Phase;

/// A box in metres, and how many coordinates an event has in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Region {
    pub low: [f64; 3],
    pub high: [f64; 3],
    /// 3: time, east, north. 4: with the height too.
    pub rows: usize,
}

impl Region {
    /// The sensors' box with a margin; a depth where seismic waves can be registered.
    pub(super) fn new(network: &Network, settings: &Settings) -> Self {
        let margin = settings.margin_spacings * network.spacing_m;
        let deep = settings.depth_m_max > 0.0
            && network.classes.iter().any(|class| matches!(class.phase, Phase::P | Phase::S));
        let (mut low, mut high) = (network.low, network.high);
        for axis in 0..2 {
            low[axis] -= margin;
            high[axis] += margin;
        }
        // The middle height of the sensors is the ground.
        let mut heights: Vec<f64> = network.places.iter().map(|p| p[2]).collect();
        heights.sort_unstable_by(f64::total_cmp);
        let ground = heights.get(heights.len() / 2).copied().unwrap_or(0.0);
        (low[2], high[2]) = if deep { (ground - settings.depth_m_max, ground) } else { (ground, ground) };
        Self { low, high, rows: if deep { 4 } else { 3 } }
    }

    /// Its volume, or its area where there is no depth.
    pub(super) fn volume(&self) -> f64 {
        let area = (self.high[0] - self.low[0]).max(1.0) * (self.high[1] - self.low[1]).max(1.0);
        if self.rows == N { area * (self.high[2] - self.low[2]) } else { area }
    }

    /// Puts a spot back into the box.
    #[inline]
    pub(super) fn clamp(&self, spot: &mut [f64; N]) {
        for axis in 0..3 {
            spot[axis + 1] = spot[axis + 1].clamp(self.low[axis], self.high[axis]);
        }
    }
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
}

/// Layers of depth.
const LAYERS: usize = 6;

/// The most cells of a side.
const SIDE_MAX: usize = 64;

impl Density {
    /// A density from events: each cell begins with `begin` events, so that nothing is ruled out. Cells are as wide
    /// as the sensors are apart.
    pub(super) fn new(region: &Region, spacing_m: f64, spots: &[[f64; N]], begin: f64) -> Self {
        let count =
            |axis: usize| (((region.high[axis] - region.low[axis]) / spacing_m).round() as usize).clamp(1, SIDE_MAX);
        let mut new = Self { columns: count(0), rows: count(1), cells: Vec::new(), layers: Vec::new() };
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
        new
    }

    /// Of each event one over the number of events in its cell.
    pub(super) fn shares(region: &Region, spacing_m: f64, spots: &[[f64; N]]) -> Vec<f64> {
        let grid = Self::new(region, spacing_m, &[], 1.0);
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

    /// Log of the density at a spot, relative to that of an even one.
    pub(super) fn log(&self, region: &Region, spot: &[f64; N]) -> f64 {
        let deep = if region.rows == N { self.layers[Self::layer(region, spot)] } else { 0.0 };
        self.cells[self.cell(region, spot)] + deep
    }
}

/// A spot as a sensor sees it: distance, and its change with east, north and up.
#[inline]
pub(super) fn sight(place: &[f64; 3], spot: &[f64; N], rows: usize) -> (f64, [f64; 3]) {
    let (dx, dy) = (spot[1] - place[0], spot[2] - place[1]);
    let dz = if rows == N { spot[3] - place[2] } else { 0.0 };
    // A metre at least: at the sensor itself no direction is defined.
    let r = (dx * dx + dy * dy + dz * dz).sqrt().max(1.0);
    (r, [dx / r, dy / r, dz / r])
}

/// The distance of [`sight`] alone.
#[inline]
pub(super) fn distance(place: &[f64; 3], spot: &[f64; N], rows: usize) -> f64 {
    let (dx, dy) = (spot[1] - place[0], spot[2] - place[1]);
    let dz = if rows == N { spot[3] - place[2] } else { 0.0 };
    (dx * dx + dy * dy + dz * dz).sqrt().max(1.0)
}
