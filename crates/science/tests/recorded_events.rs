//! Recorded events whose place is known: surveyed gunshots, and earthquakes beside NonLinLoc.
#![allow(clippy::print_stdout)]
mod alaska_common;
mod gunshot_common;
use std::path::PathBuf;
use truceline_model::geodesic::inverse;
use truceline_model::measurement::{Phase, Site};
use truceline_science::locate::{Resolution, evidence, fit};

/// The folder of recordings, if there is one.
fn recordings() -> Option<PathBuf> {
    std::env::var_os("TRUCELINE_DATA").map(PathBuf::from)
}

#[test]
fn surveyed_gunshots() {
    let Some(data) = recordings() else { return };
    let shots = gunshot_common::shots(&data);
    assert_eq!(shots.len(), 108);
    let mut errors = Vec::new();
    for (i, shot) in shots.iter().enumerate() {
        let members: Vec<usize> = (0..shot.measurements.len()).collect();
        let found = fit(&shot.sensors, &shot.measurements, &members, &shot.priors).expect("a fit");
        errors.push(libm::hypot(found.place.x - shot.truth.0, found.place.y - shot.truth.1));
        if i % 9 == 0 {
            let solution = evidence(&shot.sensors, &shot.measurements, &members, &shot.priors, 1).expect("a solution");
            let Site::Local { x_m, y_m, .. } = solution.most_probable else { panic!("a local frame") };
            let off_m = libm::hypot(found.place.x - x_m, found.place.y - y_m);
            assert!(off_m < 0.6 && solution.resolution == Resolution::Point, "{off_m} m {:?}", solution.resolution);
            assert!((0.9..1.2).contains(&solution.bound_ratio.expect("a bound")), "{:?}", solution.bound_ratio);
        }
    }
    errors.sort_by(f64::total_cmp);
    let (median_m, p96_m) = (errors[54], errors[103]);
    println!("median {median_m:.2} m, p96 {p96_m:.2} m");
    // Plain least squares on the same pulses: 3.19 and 5.11 m.
    assert!(median_m <= 3.0 && p96_m <= 5.0, "{median_m} {p96_m}");
}

#[test]
fn earthquakes_beside_nonlinloc() {
    let Some(data) = recordings() else { return };
    let medium = alaska_common::medium();
    // The two whose picks are of good quality; of the other two NonLinLoc itself says residuals of a second and
    // depths at the top of its model.
    for name in [alaska_common::EVENTS[0], alaska_common::EVENTS[3]] {
        let quake = alaska_common::quake(&data, name);
        let (lon, lat, depth_km) = quake.hypocentre;
        for (measurement, predicted_s) in quake.measurements.iter().zip(&quake.predicted_s) {
            let Site::Geographic { lon_deg, lat_deg, elevation_m } = quake.sensors[measurement.sensor].site else {
                panic!("degrees")
            };
            if measurement.phase == Some(Phase::P) {
                let distance_m = inverse((lat, lon), (lat_deg, lon_deg)).distance_m;
                let leg = medium.leg(Phase::P, distance_m, 1e3 * depth_km, -elevation_m).expect("within reach");
                assert!((leg.time_s / predicted_s - 1.0).abs() < 0.012, "{distance_m}: {leg:?} {predicted_s}");
            }
        }
        let solution = alaska_common::solve(&quake);
        let Site::Geographic { lon_deg, lat_deg, .. } = solution.most_probable else { panic!("degrees") };
        let (x, y) = alaska_common::project(lon_deg, lat_deg);
        let level = alaska_common::level_in_cloud(&quake.cloud, x, y);
        assert!(level < 0.5, "{name}: {level}");
        let (xx, yy, xy, _) = alaska_common::spread(&quake.cloud);
        let c = solution.covariance;
        let area = |xx: f64, yy: f64, xy: f64| f64::sqrt(xx * yy - xy * xy);
        let ratio = area(c.east_m2, c.north_m2, c.east_north_m2) / 1e6 / area(xx, yy, xy);
        println!("{name}: level {level:.2}, covariance {ratio:.3} of NonLinLoc's");
        assert!((0.45..2.0).contains(&ratio), "{name}: {ratio}");
    }
}
