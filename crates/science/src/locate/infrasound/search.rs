//! Where in the region the probability lies: halving blocks under a bound, down to the base grid and, where the
//! posterior is smaller than that, below it.
use super::likelihood::{Likelihood, Scratch, Spot};
use super::region::{DEGREE_M, EQUATOR_DEGREE_M, Region};
use crate::chunks;
use std::ops::Range;
use truceline_model::geodesic::area;
use truceline_model::geodesic::near::{Meridian, Parallel};

/// Blocks are 2^4 base cells wide at first: 80 km.
const TOP_LEVEL: i32 = 4;

/// Cells are 2^-10 base cells wide at last: 5 m. No array's place is known better.
const LAST_LEVEL: i32 = -10;

/// A block is dropped if nothing in it can come within this of the best found, nats. A hundred times the best's
/// area at this depth holds 1e-5 of the probability.
const DEPTH_NATS: f64 = 16.0;

/// Cells within [`CORE_NATS`] of the best at which a posterior counts as resolved: sums over such cells are within
/// a few percent of the integral, enough to choose the grid that is kept.
const CORE_CELLS: usize = 24;

/// Depth of the 90 % region of a normal distribution in the plane, nats.
const CORE_NATS: f64 = 2.3;

/// The most cells that are searched at once, a bound on memory and time: 30,000 cells resolve any posterior.
const SEARCH_CELLS_MAX: usize = 120_000;

/// How many of the most promising blocks of a level are tried to find a good "best" early.
const TRIALS: usize = 24;

/// How far the best cell may stay below the best trial, nats: blocks were then dropped within 14 nats of the best cell,
/// where a hundred times its area holds 1e-4 of the probability, which is what may be left out.
const SHORTFALL_NATS_MAX: f64 = 2.0;

/// Half diagonals are taken larger by this, for the ellipsoid's and the approximations' sake.
const RADIUS_SLACK: f64 = 1.01;

/// A cell of a level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    pub row: u32,
    pub column: u32,
    /// Log of the evidence at its middle.
    pub log: f64,
}

/// The cells of the last level searched.
#[derive(Debug, Clone)]
pub(super) struct Search {
    /// Height of a cell, degrees.
    pub d_lat: f64,
    /// Width of a cell, degrees.
    pub d_lon: f64,
    /// Cells that may matter, by row and column.
    pub found: Vec<Found>,
    /// The best of them.
    pub best_log: f64,
    /// Cells of the base grid that were looked at.
    pub base_cells: usize,
}

/// What rows and columns fix, for a window of a grid.
pub(super) struct Tables {
    arrivals: usize,
    row0: u32,
    column0: u32,
    parallels: Vec<Parallel>,
    meridians: Vec<Meridian>,
    variances_m2: Vec<f64>,
}

impl Tables {
    /// For these rows and columns of cells of these sides in degrees; `lat` and `lon` give the middles in degrees.
    pub(super) fn new(
        likelihood: &Likelihood,
        (rows, columns): (Range<u32>, Range<u32>),
        (d_lat, d_lon): (f64, f64),
        lat: impl Fn(u32) -> f64,
        lon: impl Fn(u32) -> f64,
    ) -> Self {
        let variance_m2 = |row: u32| {
            let height_m = d_lat * DEGREE_M;
            let width_m = d_lon * EQUATOR_DEGREE_M * libm::cos(lat(row).to_radians());
            (height_m * height_m + width_m * width_m) / 24.0
        };
        Self {
            arrivals: likelihood.len(),
            row0: rows.start,
            column0: columns.start,
            variances_m2: rows.clone().map(variance_m2).collect(),
            parallels: rows.flat_map(|row| likelihood.parallels(lat(row))).collect(),
            meridians: columns.flat_map(|column| likelihood.meridians(lon(column))).collect(),
        }
    }

    /// One cell.
    #[inline]
    pub(super) fn spot(&self, row: u32, column: u32) -> Spot<'_> {
        let (row, column, n) = ((row - self.row0) as usize, (column - self.column0) as usize, self.arrivals);
        Spot {
            parallels: &self.parallels[row * n..row * n + n],
            meridians: &self.meridians[column * n..column * n + n],
            variance_m2: self.variances_m2[row],
        }
    }
}

/// One level of the halving.
struct Level<'a> {
    likelihood: &'a Likelihood,
    region: &'a Region,
    d_lat: f64,
    d_lon: f64,
    threads: usize,
}

impl Level<'_> {
    fn lat(&self, row: u32) -> f64 {
        self.region.south + (f64::from(row) + 0.5) * self.d_lat
    }

    fn lon(&self, column: u32) -> f64 {
        self.region.west + (f64::from(column) + 0.5) * self.d_lon
    }

    /// Half the diagonal of a row's cells, m.
    fn radius_m(&self, row: u32) -> f64 {
        let lat = self.lat(row).abs() - self.d_lat / 2.0;
        let width_m = self.d_lon * EQUATOR_DEGREE_M * libm::cos(lat.max(0.0).to_radians());
        RADIUS_SLACK * 0.5 * libm::hypot(self.d_lat * DEGREE_M, width_m)
    }

    /// Whether any of the cell lies inside the region.
    fn meets_region(&self, (row, column): (u32, u32)) -> bool {
        self.lat(row) - self.d_lat / 2.0 < self.region.north && self.lon(column) - self.d_lon / 2.0 < self.region.east
    }

    /// The cells of this level that lie in cells of the one above, by row and column.
    fn quarters(&self, above: &[(u32, u32)]) -> Vec<(u32, u32)> {
        let mut cells = Vec::with_capacity(4 * above.len());
        for row_cells in above.chunk_by(|a, b| a.0 == b.0) {
            for row in [2 * row_cells[0].0, 2 * row_cells[0].0 + 1] {
                for (_, column) in row_cells {
                    cells.push((row, 2 * column));
                    cells.push((row, 2 * column + 1));
                }
            }
        }
        cells.retain(|cell| self.meets_region(*cell));
        cells
    }

    fn tables(&self, cells: &[(u32, u32)]) -> Tables {
        self.tables_of(cells, (self.d_lat, self.d_lon))
    }

    /// For the middles of cells, each a place without extent.
    fn middles(&self, cells: &[(u32, u32)]) -> Tables {
        self.tables_of(cells, (0.0, 0.0))
    }

    fn tables_of(&self, cells: &[(u32, u32)], sides_deg: (f64, f64)) -> Tables {
        let window = |of: fn(&(u32, u32)) -> u32| {
            let least = cells.iter().map(of).min().unwrap_or(0);
            least..cells.iter().map(of).max().unwrap_or(0) + 1
        };
        let window = (window(|cell| cell.0), window(|cell| cell.1));
        Tables::new(self.likelihood, window, sides_deg, |row| self.lat(row), |column| self.lon(column))
    }

    fn bounds(&self, cells: &[(u32, u32)], tables: &Tables) -> Vec<f64> {
        let first = cells.iter().map(|cell| cell.0).min().unwrap_or(0);
        let last = cells.iter().map(|cell| cell.0).max().unwrap_or(0);
        let radii: Vec<f64> = (first..=last).map(|row| self.radius_m(row)).collect();
        chunks::map(
            cells,
            self.threads,
            || (),
            |(), &(row, column)| self.likelihood.bound(tables.spot(row, column), radii[(row - first) as usize]),
        )
    }

    fn evaluate(&self, cells: &[(u32, u32)], tables: &Tables) -> Vec<Found> {
        let inside = |row, column| self.lat(row) <= self.region.north && self.lon(column) <= self.region.east;
        let at = |scratch: &mut Scratch, &(row, column): &(u32, u32)| {
            let log = if inside(row, column) {
                self.likelihood.log_at(tables.spot(row, column), scratch)
            } else {
                f64::NEG_INFINITY
            };
            Found { row, column, log }
        };
        chunks::map(cells, self.threads, || self.likelihood.scratch(), at)
    }
}

/// At what a block is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trial {
    /// Its average: the sooner near the best.
    Average,
    /// Its middle alone: never better than what cells reach.
    Middle,
}

/// Searches the region.
///
/// The azimuths' likelihood is averaged over a block. Where arrivals contradict each other the average over a large block
/// is better than at any place in it, and a "best" that no cell reaches would drop what matters; then it is searched
/// again with the middles alone.
pub(super) fn search(likelihood: &Likelihood, region: &Region, threads: usize) -> Search {
    let (found, shortfall_nats) = search_with(likelihood, region, threads, Trial::Average);
    if shortfall_nats <= SHORTFALL_NATS_MAX {
        return found;
    }
    search_with(likelihood, region, threads, Trial::Middle).0
}

/// Searches the region; says too how far the best cell stays below the best trial, nats.
fn search_with(likelihood: &Likelihood, region: &Region, threads: usize, trial: Trial) -> (Search, f64) {
    let mut scale = f64::from(1 << TOP_LEVEL);
    let count = |extent: f64, step: f64| (extent / step).ceil().max(1.0) as u32;
    let rows = count(region.north - region.south, region.d_lat * scale);
    let columns = count(region.east - region.west, region.d_lon * scale);
    let mut cells: Vec<(u32, u32)> = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))).collect();
    let mut best_log = f64::NEG_INFINITY;
    let mut base_cells = 0;
    let mut level = TOP_LEVEL;
    loop {
        let grid = Level { likelihood, region, d_lat: region.d_lat * scale, d_lon: region.d_lon * scale, threads };
        let tables = grid.tables(&cells);
        let bounds = grid.bounds(&cells, &tables);
        if level == 0 {
            base_cells = cells.len();
        }
        // The most promising first: a good "best" drops more.
        let mut order: Vec<usize> = (0..cells.len()).collect();
        let by_bound = |a: &usize, b: &usize| bounds[*b].total_cmp(&bounds[*a]).then(a.cmp(b));
        if order.len() > TRIALS {
            order.select_nth_unstable_by(TRIALS - 1, by_bound);
            order.truncate(TRIALS);
            order.sort_unstable();
        }
        let trials: Vec<(u32, u32)> = order.iter().map(|i| cells[*i]).collect();
        let tried = match trial {
            Trial::Average => grid.evaluate(&trials, &tables),
            Trial::Middle => grid.evaluate(&trials, &grid.middles(&trials)),
        };
        best_log = tried.iter().fold(best_log, |best, found| best.max(found.log));
        let mut bound = bounds.iter();
        cells.retain(|_| bound.next().is_some_and(|bound| *bound >= best_log - DEPTH_NATS));

        let crowded = cells.len() * 4 > SEARCH_CELLS_MAX;
        if level <= 0 || crowded {
            let found = grid.evaluate(&cells, &tables);
            let reached = found.iter().fold(f64::NEG_INFINITY, |best, found| best.max(found.log));
            let shortfall_nats = (best_log - reached).max(0.0);
            best_log = best_log.max(reached);
            let core = found.iter().filter(|found| found.log >= best_log - CORE_NATS).count();
            if (best_log.is_finite() && core >= CORE_CELLS) || crowded || level <= LAST_LEVEL {
                let found = found.into_iter().filter(|found| found.log >= best_log - DEPTH_NATS).collect();
                return (Search { d_lat: grid.d_lat, d_lon: grid.d_lon, found, best_log, base_cells }, shortfall_nats);
            }
        }
        scale /= 2.0;
        level -= 1;
        let halved = Level { d_lat: grid.d_lat / 2.0, d_lon: grid.d_lon / 2.0, ..grid };
        cells = halved.quarters(&cells);
    }
}

impl Search {
    /// The cells' shares of the probability of all that was found, summing to one.
    pub(super) fn shares(&self, region: &Region) -> Vec<f64> {
        let mut row_area = (u32::MAX, 0.0);
        let mut masses: Vec<f64> = Vec::with_capacity(self.found.len());
        for found in &self.found {
            if found.row != row_area.0 {
                let south = region.south + f64::from(found.row) * self.d_lat;
                row_area = (found.row, area::cell_m2(south, south + self.d_lat, self.d_lon));
            }
            masses.push(libm::exp(found.log - self.best_log) * row_area.1);
        }
        let total: f64 = masses.iter().sum();
        masses.iter().map(|mass| mass / total).collect()
    }
}
