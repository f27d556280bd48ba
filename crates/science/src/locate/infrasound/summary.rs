//! From cells to the posterior as kept.
//!
//! Mean, covariance, regions and intervals are computed from the cells before they are rounded; the rounded cells
//! stand beside them. A mass is rounded down, so that the cells and [`Posterior::outside_ppb`] sum to exactly one.
use super::refine::{Kept, Refined};
use crate::locate::contour::Field;
use crate::locate::credible;
use crate::locate::marginal::Marginal;
use truceline_model::geodesic::{self, area};
use truceline_model::place::{E7, Place, Ring};
use truceline_model::posterior::{Cell, Covariance, Grid, PPB, Posterior, Region, TimeRegion};
use truceline_model::time::{Interval, NS_PER_S, Time};

/// The levels that are kept, percent.
const LEVELS_PERCENT: [u8; 3] = [50, 90, 95];

/// The posterior of refined cells whose times count from `reference`; `None` if they hold no mass.
pub(super) fn posterior(refined: &Refined, reference: Time) -> Option<Posterior> {
    let Refined { grid, cells, by_density, .. } = refined;
    let marginal = Marginal::new(cells.iter().map(|cell| (cell.mass, cell.time_mean_s, cell.time_sigma_s)))?;
    let time = |seconds: f64| reference.plus_s(seconds).rounded_ms();

    // Whole seconds read better, and the cells' times stay short.
    let time_reference = Time(time(marginal.mean_s).0.div_euclid(NS_PER_S) * NS_PER_S);
    let offset_s = time_reference.seconds_since(reference);
    let kept: Vec<Cell> = cells
        .iter()
        .map(|cell| Cell {
            index: cell.index,
            mass_ppb: (cell.mass * PPB).floor() as u32,
            time_mean_ms: ((cell.time_mean_s - offset_s) * 1e3).round() as i32,
            time_sigma_ms: (cell.time_sigma_s * 1e3).round().max(1.0) as u32,
        })
        .filter(|cell| cell.mass_ppb > 0)
        .collect();
    let inside_ppb: u64 = kept.iter().map(|cell| u64::from(cell.mass_ppb)).sum();
    let densest = cells.iter().fold(None, |best: Option<&Kept>, cell| match best {
        Some(best) if best.density >= cell.density => Some(best),
        _ => Some(cell),
    })?;
    let (mean, covariance) = moments(refined);

    let field = Field::new(grid.rows, grid.columns, cells.iter().map(|cell| (cell.index, cell.density)));
    let shares = LEVELS_PERCENT.map(|level_percent| f64::from(level_percent) / 100.0);
    let thresholds = credible::thresholds(by_density, shares);
    let regions = LEVELS_PERCENT
        .iter()
        .zip(thresholds)
        .map(|(level_percent, threshold)| {
            let rings = rings(&field, grid, threshold);
            Region { level_percent: *level_percent, area_m2: area::rings_m2(&rings).round() as u64, rings }
        })
        .collect();
    let time_regions = LEVELS_PERCENT
        .iter()
        .map(|level_percent| {
            let (from, to) = marginal.shortest(f64::from(*level_percent) / 100.0);
            TimeRegion { level_percent: *level_percent, interval: Interval { from: time(from), to: time(to) } }
        })
        .collect();
    Some(Posterior {
        grid: *grid,
        outside_ppb: (PPB as u64).saturating_sub(inside_ppb) as u32,
        cells: kept.into(),
        time_reference,
        mean,
        most_probable: grid.middle(densest.index),
        covariance,
        regions,
        time_mean: time(marginal.mean_s),
        time_regions,
    })
}

/// The rings of a region, the widest first.
fn rings(field: &Field, grid: &Grid, threshold: f64) -> Vec<Ring> {
    let degree = |start: i32, step: u32, cells: f64| (f64::from(start) + f64::from(step) * cells).round() as i32;
    let place = |north: f64, east: f64| Place {
        lat_e7: degree(grid.south_e7, grid.d_lat_e7, north),
        lon_e7: degree(grid.west_e7, grid.d_lon_e7, east),
    };
    let rings = field.rings(threshold, place).into_iter().map(|ring| (area::ring_m2(&ring), ring));
    let mut rings: Vec<(f64, Ring)> = rings.filter(|(area_m2, _)| *area_m2 != 0.0).collect();
    rings.sort_by(|a, b| b.0.total_cmp(&a.0));
    rings.into_iter().map(|(_, ring)| ring).collect()
}

/// Mean of latitude and longitude, and the spread around it: north along the meridian, east along the cell's own
/// parallel.
fn moments(refined: &Refined) -> (Place, Covariance) {
    let Refined { grid, cells, .. } = refined;
    let row = |cell: &Kept| f64::from(cell.index / grid.columns) + 0.5;
    let column = |cell: &Kept| f64::from(cell.index % grid.columns) + 0.5;
    let total: f64 = cells.iter().map(|cell| cell.mass).sum();
    let mean_row = cells.iter().map(|cell| cell.mass * row(cell)).sum::<f64>() / total;
    let mean_column = cells.iter().map(|cell| cell.mass * column(cell)).sum::<f64>() / total;
    let lat_deg = (f64::from(grid.south_e7) + mean_row * f64::from(grid.d_lat_e7)) / E7;
    let lon_deg = (f64::from(grid.west_e7) + mean_column * f64::from(grid.d_lon_e7)) / E7;

    let step_north_m = f64::from(grid.d_lat_e7) / E7 * degree_north_m(lat_deg);
    let widths_m: Vec<f64> = (0..grid.rows)
        .map(|row| {
            let lat_deg = (f64::from(grid.south_e7) + (f64::from(row) + 0.5) * f64::from(grid.d_lat_e7)) / E7;
            f64::from(grid.d_lon_e7) / E7 * degree_east_m(lat_deg)
        })
        .collect();
    let (mut east, mut north, mut both) = (0.0, 0.0, 0.0);
    for cell in cells {
        let x = (column(cell) - mean_column) * widths_m[(cell.index / grid.columns) as usize];
        let y = (row(cell) - mean_row) * step_north_m;
        east += cell.mass * x * x;
        north += cell.mass * y * y;
        both += cell.mass * x * y;
    }
    let m2 = |sum: f64| (sum / total).round() as i64;
    let mean = Place { lat_e7: (lat_deg * E7).round() as i32, lon_e7: (lon_deg * E7).round() as i32 };
    (mean, Covariance { east_m2: m2(east), north_m2: m2(north), east_north_m2: m2(both) })
}

/// Length of a degree of latitude, m.
fn degree_north_m(lat_deg: f64) -> f64 {
    let half = 0.005;
    geodesic::inverse((lat_deg - half, 0.0), (lat_deg + half, 0.0)).distance_m / (2.0 * half)
}

/// Length of a degree of longitude along its parallel, m.
fn degree_east_m(lat_deg: f64) -> f64 {
    let (s, c) = libm::sincos(lat_deg.to_radians());
    let e2 = geodesic::FLATTENING * (2.0 - geodesic::FLATTENING);
    (geodesic::SEMI_MAJOR_M * c / (1.0 - e2 * s * s).sqrt()).to_radians()
}
