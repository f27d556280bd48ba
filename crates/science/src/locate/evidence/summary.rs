//! From cells to the solution as given.
use super::super::contour::Field;
use super::super::credible;
use super::super::marginal::Marginal;
use super::super::solution::{Cell, Covariance, Point, Region, Residual, Resolution, Solution, TimeRegion};
use super::cells::Cells;
use super::frame::{metres_per_unit, spot};
use super::likelihood::Look;
use super::problem::{Problem, site};
use super::{bound, resolve};
use truceline_model::geodesic::area;
use truceline_model::place::Place;
use truceline_model::time::Interval;

/// The levels that are given, percent.
const LEVELS_PERCENT: [u8; 3] = [50, 90, 95];

/// The solution of cells.
pub(super) fn solution(problem: &Problem, cells: Cells) -> Solution {
    let Cells { grid, cells, outside, depth, best_depth_m, log_evidence } = cells;
    let geographic = problem.geographic;
    let densest = cells.iter().fold(cells[0], |best, cell| if cell.density > best.density { *cell } else { best });
    let total: f64 = cells.iter().map(|cell| cell.mass).sum();
    let (x, y) = grid.middle(densest.index);
    let most_probable = site(x, y, -best_depth_m, geographic);

    let mean_of = |of: &dyn Fn(&Cell) -> f64| cells.iter().map(|cell| cell.mass * of(cell)).sum::<f64>() / total;
    let mean_x = x + mean_of(&|cell| grid.middle(cell.index).0 - x);
    let mean_y = y + mean_of(&|cell| grid.middle(cell.index).1 - y);
    let mean_depth_m = mean_of(&|cell| cell.depth_mean_m);
    let (_, north_m) = metres_per_unit(mean_y, geographic);
    let widths_m: Vec<f64> = (0..grid.rows)
        .map(|row| if geographic { metres_per_unit(grid.place(f64::from(row) + 0.5, 0.0).1, true).0 } else { 1.0 })
        .collect();
    let off_m = |cell: &Cell| {
        let (x, y) = grid.middle(cell.index);
        ((x - mean_x) * widths_m[(cell.index / grid.columns) as usize], (y - mean_y) * north_m)
    };
    let covariance = Covariance {
        east_m2: mean_of(&|cell| off_m(cell).0 * off_m(cell).0),
        north_m2: mean_of(&|cell| off_m(cell).1 * off_m(cell).1),
        east_north_m2: mean_of(&|cell| off_m(cell).0 * off_m(cell).1),
    };

    let field = Field::new(grid.rows, grid.columns, cells.iter().map(|cell| (cell.index, cell.density)));
    let mut by_density: Vec<(f64, f64)> = cells.iter().map(|cell| (cell.mass, cell.density)).collect();
    by_density.sort_by(|a, b| b.1.total_cmp(&a.1));
    let shares = LEVELS_PERCENT.map(|level| f64::from(level) / 100.0);
    let thresholds = credible::thresholds(&by_density, shares);
    let regions = LEVELS_PERCENT
        .iter()
        .zip(thresholds)
        .map(|(level_percent, threshold)| {
            let place = |north: f64, east: f64| {
                let (x, y) = grid.place(north, east);
                Point { x, y }
            };
            let rings = field.rings(threshold, place).into_iter().map(|ring| (ring_m2(&ring, geographic), ring));
            let mut rings: Vec<(f64, Vec<Point>)> = rings.filter(|(area_m2, _)| *area_m2 != 0.0).collect();
            rings.sort_by(|a, b| b.0.total_cmp(&a.0));
            let area_m2 = rings.iter().map(|(area_m2, _)| area_m2).sum();
            Region { level_percent: *level_percent, area_m2, rings: rings.into_iter().map(|(_, ring)| ring).collect() }
        })
        .collect();

    let timed = !problem.times.is_empty();
    let parts = cells.iter().map(|cell| (cell.mass, cell.time_mean_s, cell.time_sigma_s));
    let marginal = if timed { Marginal::new(parts) } else { None };
    let time_regions = marginal.iter().flat_map(|marginal| {
        LEVELS_PERCENT.map(|level_percent| {
            let (from, to) = marginal.shortest(f64::from(level_percent) / 100.0);
            let interval = Interval { from: problem.reference.plus_s(from), to: problem.reference.plus_s(to) };
            TimeRegion { level_percent, interval }
        })
    });

    let mut scratch = problem.scratch();
    let look = Look { spot: spot(x, y, geographic), depth_m: best_depth_m, spread_m2: [0.0; 3], averaged: false };
    problem.look(&look, &mut scratch);
    let residuals = residuals(problem, &mut scratch);
    let bound_ratio = bound::ratio(problem, &mut scratch, &covariance);
    let mut solution = Solution {
        geographic,
        resolution: Resolution::Point,
        grid,
        outside,
        reference: problem.reference,
        most_probable,
        mean: site(mean_x, mean_y, -mean_depth_m, geographic),
        covariance,
        depth,
        regions,
        time_mean: marginal.as_ref().map(|marginal| problem.reference.plus_s(marginal.mean_s)),
        time_regions: time_regions.collect(),
        residuals,
        widened: problem.widened,
        bound_ratio,
        log_evidence,
        cells,
    };
    solution.resolution = resolve::resolution(problem, &solution);
    solution
}

/// How each measurement fits, in the order of the call.
fn residuals(problem: &Problem, scratch: &mut super::likelihood::Scratch) -> Vec<Residual> {
    let mut residuals: Vec<Residual> = Vec::with_capacity(problem.members);
    if !problem.times.is_empty() {
        let mode = problem.mode(scratch);
        for (i, (term, path)) in problem.times.iter().zip(&scratch.paths).enumerate() {
            let (time_s, sigmas, fits) = problem.residual(i, path, &mode.unknowns);
            residuals.push(Residual { measurement: term.measurement, time_s, sigmas, fits });
        }
    }
    for (measurement, sigmas, fits) in problem.other_fits(scratch) {
        match residuals.iter_mut().find(|residual| residual.measurement == measurement) {
            Some(residual) => residual.fits = residual.fits.min(fits),
            None => residuals.push(Residual { measurement, time_s: 0.0, sigmas, fits }),
        }
    }
    residuals.sort_by_key(|residual| residual.measurement);
    residuals
}

/// Signed area of a ring, m2: positive if it runs counter-clockwise.
pub(super) fn ring_m2(ring: &[Point], geographic: bool) -> f64 {
    if geographic {
        let places: Vec<Place> = ring.iter().filter_map(|point| Place::from_degrees(point.y, point.x)).collect();
        return area::ring_m2(&places);
    }
    let next = ring.iter().cycle().skip(1);
    let origin = ring[0];
    0.5 * ring
        .iter()
        .zip(next)
        .map(|(a, b)| (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y))
        .sum::<f64>()
}
