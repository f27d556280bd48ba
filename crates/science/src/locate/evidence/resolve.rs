//! Whether measurements hold a point, or a direction only.
use super::super::solution::{Bearing, Resolution, Solution, Unresolved};
use super::frame::{Stand, spot};
use super::problem::Problem;

/// Next to the edge of the box is what lies within this share of its half sides.
const RIM: f64 = 0.05;

/// More than this share of the probability next to the edge: the box bounds the posterior, not the data. A wedge
/// that a bearing cuts out of the box has a tenth there, outliers of a well located source a thousandth.
const EDGE_SHARE_MAX: f64 = 0.01;

/// Seen steeper than this from the middle of the sensors, degrees, a source is overhead.
const ELEVATION_DEG_MAX: f64 = 45.0;

/// Whether there is a point.
pub(super) fn resolution(problem: &Problem, solution: &Solution) -> Resolution {
    let bounds = problem.bounds;
    let (half_x, half_y) = (0.5 * (bounds.east - bounds.west), 0.5 * (bounds.north - bounds.south));
    let (top_m, bottom_m) = problem.depths_m;
    let deep = bottom_m > top_m;
    let stand = Stand::new(&problem.middle);
    let (mut edge, mut east, mut north, mut up, mut total) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for cell in &solution.cells {
        let (x, y) = solution.grid.middle(cell.index);
        let off = |value: f64, from: f64, to: f64, half: f64| (value - from).min(to - value) < RIM * half;
        if off(x, bounds.west, bounds.east, half_x) || off(y, bounds.south, bounds.north, half_y) {
            edge += cell.mass;
        }
        let sight = stand.sight(&spot(x, y, problem.geographic));
        let rise_m = stand.depth_m - cell.depth_mean_m;
        up += cell.mass * libm::atan2(rise_m, sight.distance_m.max(1e-9));
        east += cell.mass * sight.east;
        north += cell.mass * sight.north;
        total += cell.mass;
    }
    let elevation_deg = (up / total).to_degrees();
    let unresolved = if deep && elevation_deg > ELEVATION_DEG_MAX {
        Unresolved::Overhead { elevation_deg }
    } else if edge > EDGE_SHARE_MAX * total {
        Unresolved::Range { edge_percent: 100.0 * edge / total }
    } else {
        return Resolution::Point;
    };
    let length = (east * east + north * north).sqrt() / total;
    let sigma_rad = (-2.0 * libm::log(length.clamp(1e-300, 1.0))).sqrt();
    let azimuth_deg = libm::atan2(east, north).to_degrees();
    let bearing = Bearing {
        from: problem.middle,
        azimuth_deg: if azimuth_deg < 0.0 { azimuth_deg + 360.0 } else { azimuth_deg },
        azimuth_sigma_deg: sigma_rad.to_degrees().min(180.0),
        elevation_deg: deep.then_some(elevation_deg),
    };
    Resolution::Bearing(bearing, unresolved)
}
