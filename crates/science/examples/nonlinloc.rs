//! Locates NonLinLoc's four sample earthquakes beside its own answers: `nonlinloc DATA`.
#![allow(clippy::print_stdout)]
#[path = "../tests/alaska_common/mod.rs"]
mod alaska_common;
use alaska_common::{EVENTS, level_in_cloud, medium, project, quake, solve, spread};
use truceline_model::geodesic::inverse;
use truceline_model::measurement::{Phase, Site};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let data = std::env::args().nth(1).ok_or("a folder of recordings is expected")?;
    let medium = medium();
    for name in EVENTS {
        let quake = quake(std::path::Path::new(&data), name);
        let (lon, lat, depth_km) = quake.hypocentre;
        // How NonLinLoc's own predicted times compare with this model's: for checking only.
        let (mut sum, mut squares, mut count) = (0.0, 0.0, 0.0);
        for (measurement, predicted_s) in quake.measurements.iter().zip(&quake.predicted_s) {
            let Site::Geographic { lon_deg, lat_deg, elevation_m } = quake.sensors[measurement.sensor].site else {
                continue;
            };
            let distance_m = inverse((lat, lon), (lat_deg, lon_deg)).distance_m;
            let phase = measurement.phase.unwrap_or(Phase::P);
            let Some(leg) = medium.leg(phase, distance_m, 1e3 * depth_km, -elevation_m) else { continue };
            let off = leg.time_s / predicted_s - 1.0;
            (sum, squares, count) = (sum + off, squares + off * off, count + 1.0);
        }
        let solution = solve(&quake);
        let Site::Geographic { lon_deg, lat_deg, .. } = solution.most_probable else { continue };
        let (x, y) = project(lon_deg, lat_deg);
        let Site::Geographic { lon_deg: mean_lon, lat_deg: mean_lat, .. } = solution.mean else { continue };
        let (mx, my) = project(mean_lon, mean_lat);
        let (xx, yy, xy, zz) = spread(&quake.cloud);
        let c = solution.covariance;
        let fitting = solution.residuals.iter().filter(|residual| residual.fits > 0.5).count();
        println!(
            "{name}: {} picks ({fitting} fit); travel times {:+.1} % ({:.1} % rms) of NonLinLoc's",
            quake.measurements.len(),
            100.0 * sum / count,
            100.0 * f64::sqrt(squares / count),
        );
        println!(
            "  most probable x {x:.2} y {y:.2} in the {:.0} % region of its cloud (mean {mx:.2} {my:.2}: {:.0} %), its own x {:.2} y {:.2}",
            100.0 * level_in_cloud(&quake.cloud, x, y),
            100.0 * level_in_cloud(&quake.cloud, mx, my),
            project(lon, lat).0,
            project(lon, lat).1,
        );
        println!(
            "  covariance xx {:.2} yy {:.2} xy {:.2} km2 (its {xx:.2} {yy:.2} {xy:.2}), ratio {:.2} {:.2}; depth {:.1} +- {:.1} km (its {depth_km:.1} +- {:.1}); bound ratio {:.2}",
            c.east_m2 / 1e6,
            c.north_m2 / 1e6,
            c.east_north_m2 / 1e6,
            c.east_m2 / 1e6 / xx,
            c.north_m2 / 1e6 / yy,
            solution.depth.map_or(f64::NAN, |depth| depth.mean_m / 1e3),
            solution.depth.map_or(f64::NAN, |depth| depth.sigma_m / 1e3),
            f64::sqrt(zz),
            solution.bound_ratio.unwrap_or(f64::NAN),
        );
    }
    Ok(())
}
