//! The grid that is kept: one refinement of the search's cells that hold nearly all of the probability.
use super::error::{Kind, LocateError};
use super::likelihood::{Evidence, Likelihood};
use super::region::Region;
use super::search::{Search, Tables};
use crate::chunks;
use truceline_model::geodesic::area;
use truceline_model::place::E7;
use truceline_model::posterior::{Grid, MAX_CELLS};

/// What may be left out at the search, and again at the kept grid.
const TAIL: f64 = 1e-4;

/// Cells that the 90 % region should have: its area is then known to about half a percent, and a posterior takes
/// some 4,000 cells in all.
const CORE_CELLS: f64 = 1_000.0;

/// Cells that are computed at most; what the refinement's factor is bounded by.
const COMPUTED_CELLS_MAX: f64 = 7_000.0;

/// The most cells of the window around them, kept or not: 4 Mi cells of 8 bytes are drawn for the contours.
const WINDOW_CELLS_MAX: f64 = 4_194_304.0;

/// Misfit beyond which no place explains the arrivals, nats per arrival: each being ten deviations off.
const MISFIT_NATS_PER_ARRIVAL_MAX: f64 = 50.0;

/// A cell that is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Kept {
    /// `row * columns + column`.
    pub index: u32,
    /// Its share of the probability, 0 to 1.
    pub mass: f64,
    /// Share per m2.
    pub density: f64,
    /// Mean of the origin time given the cell, s from the reference.
    pub time_mean_s: f64,
    /// Standard deviation of it, s.
    pub time_sigma_s: f64,
}

/// The kept cells with their grid.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refined {
    pub grid: Grid,
    /// By ascending index.
    pub cells: Vec<Kept>,
    /// Mass and density of the cells, the densest first.
    pub by_density: Vec<(f64, f64)>,
    /// Cells that were computed.
    pub computed: usize,
    /// Natural logarithm of the likelihood summed over the plane, m2, as [`Evidence::log`] counts it.
    pub log_volume: f64,
}

/// Refines the search's cells and keeps what matters.
pub(super) fn refine(
    likelihood: &Likelihood,
    region: &Region,
    search: &Search,
    threads: usize,
) -> Result<Refined, LocateError> {
    let nats_max = misfit_nats_max(likelihood.len());
    if search.found.is_empty() {
        // No cell came near the best of the blocks, whichever way they were tried.
        return Err(LocateError(Kind::Contradiction { nats: f64::INFINITY, nats_max }));
    }
    let shares = search.shares(region);
    let (chosen, core, tail) = choose(&shares);
    let window = Window::around(search, &chosen);
    let grid = window.grid(region, search, core, chosen.len());
    let cells = middles_within(&grid, region, search, &chosen);

    let lat = |row: u32| (f64::from(grid.south_e7) + (f64::from(row) + 0.5) * f64::from(grid.d_lat_e7)) / E7;
    let lon = |column: u32| (f64::from(grid.west_e7) + (f64::from(column) + 0.5) * f64::from(grid.d_lon_e7)) / E7;
    let sides = (f64::from(grid.d_lat_e7) / E7, f64::from(grid.d_lon_e7) / E7);
    let tables = Tables::new(likelihood, (0..grid.rows, 0..grid.columns), sides, lat, lon);
    let evidence: Vec<Evidence> = chunks::map(
        &cells,
        threads,
        || likelihood.scratch(),
        |scratch, index| likelihood.at(tables.spot(index / grid.columns, index % grid.columns), scratch),
    );
    let best = evidence.iter().fold(None, |best: Option<&Evidence>, one| match best {
        Some(best) if best.log >= one.log => Some(best),
        _ => Some(one),
    });
    let best =
        best.copied().unwrap_or(Evidence { log: 0.0, misfit: f64::INFINITY, time_mean_s: 0.0, time_sigma_s: 0.0 });
    if best.misfit.is_nan() || best.misfit > nats_max {
        return Err(LocateError(Kind::Contradiction { nats: best.misfit, nats_max }));
    }

    let areas: Vec<f64> = (0..grid.rows).map(|row| row_cell_m2(&grid, row)).collect();
    let mut kept: Vec<Kept> = cells
        .iter()
        .zip(&evidence)
        .map(|(index, evidence)| {
            let density = libm::exp(evidence.log - best.log);
            Kept {
                index: *index,
                mass: density * areas[(index / grid.columns) as usize],
                density,
                time_mean_s: evidence.time_mean_s,
                time_sigma_s: evidence.time_sigma_s,
            }
        })
        .collect();
    let computed = kept.len();
    // What the search left out is a part of the whole.
    let sum = kept.iter().map(|cell| cell.mass).sum::<f64>();
    let log_volume = best.log + libm::log(sum / (1.0 - tail));
    let scale = (1.0 - tail) / sum;
    for cell in &mut kept {
        cell.mass *= scale;
        cell.density *= scale;
    }
    // The densest first. Densities are not negative, so their bits order as they do.
    let mut order: Vec<(u64, u32)> = (0u32..).zip(&kept).map(|(i, cell)| (!cell.density.to_bits(), i)).collect();
    order.sort_unstable();
    let mut sum = 0.0;
    let enough = order.iter().position(|(_, i)| {
        sum += kept[*i as usize].mass;
        sum >= (1.0 - tail) * (1.0 - TAIL)
    });
    order.truncate(enough.map_or(order.len(), |last| last + 1).min(MAX_CELLS));
    let by_density: Vec<(f64, f64)> =
        order.iter().map(|(_, i)| kept[*i as usize]).map(|cell| (cell.mass, cell.density)).collect();
    let mut within = vec![false; kept.len()];
    for (_, i) in &order {
        within[*i as usize] = true;
    }
    let mut within = within.iter();
    kept.retain(|_| within.next().is_some_and(|within| *within));
    Ok(Refined { grid, cells: kept, by_density, computed, log_volume })
}

/// The misfit beyond which arrivals contradict each other, nats.
pub(super) fn misfit_nats_max(arrivals: usize) -> f64 {
    MISFIT_NATS_PER_ARRIVAL_MAX * arrivals as f64
}

/// Area of a cell of this row, m2.
pub(super) fn row_cell_m2(grid: &Grid, row: u32) -> f64 {
    let south = f64::from(grid.south_e7) + f64::from(row) * f64::from(grid.d_lat_e7);
    area::cell_m2(south / E7, (south + f64::from(grid.d_lat_e7)) / E7, f64::from(grid.d_lon_e7) / E7)
}

/// The cells that hold all but [`TAIL`], by index; how many hold 90 %; and what is left out.
fn choose(shares: &[f64]) -> (Vec<usize>, usize, f64) {
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_unstable_by(|a, b| shares[*b].total_cmp(&shares[*a]).then(a.cmp(b)));
    let (mut sum, mut core, mut count) = (0.0, 0, 0);
    for i in &order {
        sum += shares[*i];
        count += 1;
        if sum <= 0.9 {
            core += 1;
        }
        if sum >= 1.0 - TAIL {
            break;
        }
    }
    order.truncate(count);
    order.sort_unstable();
    (order, core + 1, (1.0 - sum).max(0.0))
}

/// Rows and columns of the search that the chosen cells span.
struct Window {
    rows: (u32, u32),
    columns: (u32, u32),
}

impl Window {
    fn around(search: &Search, chosen: &[usize]) -> Self {
        let mut window = Self { rows: (u32::MAX, 0), columns: (u32::MAX, 0) };
        for i in chosen {
            let cell = search.found[*i];
            window.rows = (window.rows.0.min(cell.row), window.rows.1.max(cell.row + 1));
            window.columns = (window.columns.0.min(cell.column), window.columns.1.max(cell.column + 1));
        }
        window
    }

    /// The grid of this window whose cells are finer by a factor chosen for [`CORE_CELLS`] in the 90 % region;
    /// coarser where the posterior is wide.
    fn grid(&self, region: &Region, search: &Search, core: usize, chosen: usize) -> Grid {
        let (rows, columns) = (f64::from(self.rows.1 - self.rows.0), f64::from(self.columns.1 - self.columns.0));
        let factor = (CORE_CELLS / core as f64)
            .min(COMPUTED_CELLS_MAX / chosen as f64)
            .min(WINDOW_CELLS_MAX / (rows * columns))
            .sqrt();
        let step = |length_deg: f64| (length_deg / factor * E7).round().max(1.0);
        let (d_lat, d_lon) = (step(search.d_lat), step(search.d_lon));
        let south = ((region.south + f64::from(self.rows.0) * search.d_lat) * E7).round();
        let west = ((region.west + f64::from(self.columns.0) * search.d_lon) * E7).round();
        // No row or column has its middle beyond the region's edge.
        let count = |cells: f64, length_deg: f64, start: f64, end_deg: f64, step: f64| {
            let end = (start + cells * length_deg * E7).min(end_deg * E7);
            ((end - start) / step + 0.5).floor().max(1.0) as u32
        };
        Grid {
            south_e7: south as i32,
            west_e7: west as i32,
            d_lat_e7: d_lat as u32,
            d_lon_e7: d_lon as u32,
            rows: count(rows, search.d_lat, south, region.north, d_lat),
            columns: count(columns, search.d_lon, west, region.east, d_lon),
        }
    }
}

/// The grid's cells whose middles lie in chosen cells of the search, ascending.
fn middles_within(grid: &Grid, region: &Region, search: &Search, chosen: &[usize]) -> Vec<u32> {
    let first = |edge_deg: f64, start_e7: i32, step_e7: u32, count: u32| {
        let cell = ((edge_deg * E7 - f64::from(start_e7)) / f64::from(step_e7) - 0.5).ceil();
        cell.clamp(0.0, f64::from(count)) as u32
    };
    let mut cells = Vec::new();
    for i in chosen {
        let found = search.found[*i];
        let row =
            |row: u32| first(region.south + f64::from(row) * search.d_lat, grid.south_e7, grid.d_lat_e7, grid.rows);
        let column = |column: u32| {
            first(region.west + f64::from(column) * search.d_lon, grid.west_e7, grid.d_lon_e7, grid.columns)
        };
        let (from, to) = (column(found.column), column(found.column + 1));
        for r in row(found.row)..row(found.row + 1) {
            cells.extend(r * grid.columns + from..r * grid.columns + to);
        }
    }
    cells.sort_unstable();
    if cells.is_empty() {
        // A window narrower than one of its cells: that cell stands for it.
        cells.push(0);
    }
    cells
}
