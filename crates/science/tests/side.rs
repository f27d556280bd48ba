//! On which side of a line: the closed form, mirrors, labels, corners, ends, far events.
#![allow(clippy::expect_used, clippy::unwrap_used)] // helpers of tests, outside of any test function

mod regions_common;

use proptest::prelude::*;
use regions_common::{Evidence, event, solve};
use truceline_model::measurement::Site;
use truceline_science::locate::{Line, NoLine, Point, Sides, Solution, Vertex, normal_sides, posterior_sides};

fn line(points: &[(f64, f64)], sigma_m: f64) -> Line {
    Line::new(vec![points.iter().map(|(x, y)| Vertex { at: Point { x: *x, y: *y }, sigma_m }).collect()]).unwrap()
}

fn phi(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

fn sum(sides: &Sides) -> f64 {
    sides.left + sides.right + sides.beyond + sides.elsewhere
}

fn mean(solution: &Solution) -> (f64, f64) {
    let Site::Local { x_m, y_m, .. } = solution.mean else { panic!("metres") };
    (x_m, y_m)
}

#[test]
fn a_straight_line_and_a_normal_posterior_have_a_closed_form() {
    for (east_m2, east_north_m2, north_m2, off_m, sigma_m) in [
        (1e6, 0.0, 1e6, 500.0, 0.0),
        (1e6, 0.0, 1e6, -700.0, 800.0),
        (4e6, 1.5e6, 1e6, 1_500.0, 300.0),
        (1e4, -5e3, 9e4, 30.0, 1_000.0),
    ] {
        // Northwards at x = off: left is west of it.
        let line = line(&[(off_m, -1e6), (off_m, 1e6)], sigma_m);
        let sides =
            normal_sides(Point { x: 0.0, y: 0.0 }, [[east_m2, east_north_m2], [east_north_m2, north_m2]], &line, false);
        let exact = phi(off_m / f64::sqrt(east_m2 + sigma_m * sigma_m));
        assert!((sides.left - exact).abs() < 3e-3, "{sides:?} {exact}");
        assert!((sum(&sides) - 1.0).abs() < 1e-12 && sides.beyond == 0.0 && !sides.cut_off, "{sides:?}");
    }
}

/// The cells of a solution, against a sum over their own middles with the band's error function.
#[test]
fn cells_and_a_band_are_what_a_fine_sum_says() {
    let solution = solve(&event(Evidence::Few, 31), 1);
    let (x, y) = mean(&solution);
    let half_m = f64::sqrt(solution.covariance.east_m2);
    for (off_m, sigma_m) in [(0.3 * half_m, 0.0), (-0.5 * half_m, 0.4 * half_m), (0.0, 3.0 * half_m)] {
        let sides = solution.sides(&line(&[(x + off_m, y - 1e6), (x + off_m, y + 1e6)], sigma_m));
        let (wide_m, _) = solution.grid.sides_m(0, false);
        let mut exact = 0.0;
        for cell in &solution.cells {
            let (middle, _) = solution.grid.middle(cell.index);
            // The mean over the cell's width of Phi, by 200 strips.
            let strip = |i: i32| x + off_m - middle - wide_m * ((f64::from(i) + 0.5) / 200.0 - 0.5);
            let left = |d: f64| if sigma_m > 0.0 { phi(d / sigma_m) } else { f64::from(u8::from(d > 0.0)) };
            exact += cell.mass * (0..200).map(|i| left(strip(i))).sum::<f64>() / 200.0;
        }
        assert!((sides.left - exact).abs() < 3e-3, "{off_m} {sigma_m}: {sides:?} {exact}");
    }
}

#[test]
fn a_far_event_is_on_one_side_and_beyond_the_end_on_none() {
    let solution = solve(&event(Evidence::Times, 8), 1);
    let (x, y) = mean(&solution);
    let kept: f64 = solution.cells.iter().map(|cell| cell.mass).sum();
    let far = solution.sides(&line(&[(x - 4e4, y - 1e5), (x - 4e4, y + 1e5)], 2_000.0));
    assert!((far.right - kept).abs() < 1e-9 && far.left < 1e-9 && far.beyond == 0.0 && !far.cut_off, "{far:?}");
    // The line ends 40 km south of it.
    let short = solution.sides(&line(&[(x, y - 9e4), (x, y - 4e4)], 100.0));
    assert!((short.beyond - kept).abs() < 1e-9 && short.cut_off && short.left + short.right < 1e-9, "{short:?}");
    // It ends in the middle of the region.
    let half = solution.sides(&line(&[(x, y - 9e4), (x, y)], 0.0));
    assert!(half.cut_off && (half.beyond - 0.5).abs() < 0.1 && (sum(&half) - 1.0).abs() < 1e-9, "{half:?}");
    // Parts that meet are one line: nothing lies beyond where they do.
    let vertex = |dy: f64| Vertex { at: Point { x, y: y + dy }, sigma_m: 0.0 };
    let whole = Line::new(vec![vec![vertex(-9e4), vertex(9e4)]]).unwrap();
    let parts = Line::new(vec![vec![vertex(0.0), vertex(9e4)], vec![vertex(-9e4), vertex(0.0)]]).unwrap();
    let (whole, parts) = (solution.sides(&whole), solution.sides(&parts));
    assert!((whole.left - parts.left).abs() < 1e-12 && parts.beyond == 0.0, "{whole:?} {parts:?}");
}

#[test]
fn a_ring_has_an_inside_and_no_end() {
    // Counter-clockwise: left is within.
    let ring = line(&[(-1e4, -1e4), (1e4, -1e4), (1e4, 1e4), (-1e4, 1e4), (-1e4, -1e4)], 0.0);
    let at = |x: f64, y: f64| normal_sides(Point { x, y }, [[1e4, 0.0], [0.0, 1e4]], &ring, false);
    for (x, y) in [(0.0, 0.0), (9_000.0, 9_000.0), (-9_000.0, -9_000.0)] {
        assert!((at(x, y).left - 1.0).abs() < 1e-12, "{:?}", at(x, y));
    }
    for (x, y) in [(2e4, 2e4), (-2e4, -2e4), (0.0, -2e4), (2e4, 0.0)] {
        assert!((at(x, y).right - 1.0).abs() < 1e-12, "{:?}", at(x, y));
    }
}

#[test]
fn what_is_no_line_is_told() {
    let vertex = |x: f64, sigma_m: f64| Vertex { at: Point { x, y: 0.0 }, sigma_m };
    assert_eq!(Line::new(vec![]), Err(NoLine::Short));
    assert_eq!(Line::new(vec![vec![vertex(1.0, 0.0), vertex(1.0, 0.0)]]), Err(NoLine::Short));
    assert_eq!(Line::new(vec![vec![vertex(1.0, 0.0), vertex(f64::NAN, 0.0)]]), Err(NoLine::Number));
    assert_eq!(Line::new(vec![vec![vertex(1.0, 0.0), vertex(2.0, -1.0)]]), Err(NoLine::Number));
    assert_eq!(Line::new(vec![vec![vertex(1.0, 0.0); 100_001]]), Err(NoLine::Long));
}

#[test]
fn the_kept_posterior_says_the_same() {
    use truceline_model::configuration::{InfrasoundPriors, Stated};
    use truceline_model::geodesic;
    use truceline_model::place::Place;
    use truceline_model::time::Time;
    use truceline_science::locate::{Arrival, infrasound};
    let stated = |value| Stated { value, source: "a test".into() };
    let priors = InfrasoundPriors {
        celerity_mean_mm_s: stated(300_000),
        celerity_sigma_mm_s: stated(20_000),
        wind_sigma_mm_s: stated(20_000),
        azimuth_sigma_mdeg: stated(2_500),
        beam_azimuth_sigma_mdeg: stated(6_200),
        travel_time_relative_ppm: stated(20_000),
        travel_time_fixed_ms: stated(10_000),
        region_margin_m: stated(300_000),
        phases: None,
    };
    let truth = Place::from_degrees(47.0, 31.0).unwrap();
    let arrivals: Vec<Arrival> = [(20.0, 120e3), (150.0, 90e3), (260.0, 140e3)]
        .into_iter()
        .map(|(azimuth_deg, r_m)| {
            let place = geodesic::destination(truth, azimuth_deg, r_m).unwrap();
            let azimuth_deg = geodesic::between(place, truth).azimuth_deg;
            Arrival { place, arrival: Time(0).plus_s(r_m / 300.0), azimuth_deg, f_statistic: 30.0 }
        })
        .collect();
    let posterior = infrasound::locate(&arrivals, &priors, 1).unwrap();
    // A meridian east of the truth, northwards: left is west.
    for lon_deg in [30.9, 31.1, 31.3] {
        let sides = posterior_sides(&posterior, &line(&[(lon_deg, 40.0), (lon_deg, 54.0)], 0.0));
        let west = posterior.mass(|place| place.lon_deg() < lon_deg, None);
        assert!((sides.left - west).abs() < 0.02 && sides.beyond == 0.0, "{lon_deg}: {sides:?} {west}");
        assert!((sum(&sides) - 1.0).abs() < 1e-9);
    }
}

fn vertices() -> impl Strategy<Value = Vec<(f64, f64)>> {
    proptest::collection::vec((-8e3..8e3, -8e3..8e3), 2..9)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Seen in a mirror left is right.
    #[test]
    fn mirrors(points in vertices(), sigma_m in 0.0..3e3, (x, y) in (-6e3..6e3, -6e3..6e3), a in 1e5..4e6, b in -0.9..0.9, c in 1e5..4e6) {
        let covariance = f64::sqrt(a * c) * b;
        let seen = normal_sides(Point { x, y }, [[a, covariance], [covariance, c]], &line(&points, sigma_m), false);
        let mirrored: Vec<(f64, f64)> = points.iter().map(|(x, y)| (-x, *y)).collect();
        let other = normal_sides(Point { x: -x, y }, [[a, -covariance], [-covariance, c]], &line(&mirrored, sigma_m), false);
        prop_assert!((seen.left - other.right).abs() < 1e-9 && (seen.beyond - other.beyond).abs() < 1e-9, "{seen:?} {other:?}");
        prop_assert_eq!(seen.cut_off, other.cut_off);
    }

    /// Walked the other way, that is with the parties' names swapped, left is right and nothing else changes.
    #[test]
    fn labels(points in vertices(), sigma_m in 0.0..3e3, (x, y) in (-6e3..6e3, -6e3..6e3), a in 1e5..4e6) {
        let back: Vec<(f64, f64)> = points.iter().rev().copied().collect();
        let [there, again] = [&points, &back]
            .map(|points| normal_sides(Point { x, y }, [[a, 0.0], [0.0, a]], &line(points, sigma_m), false));
        prop_assert!((there.left - again.right).abs() < 1e-9 && (there.right - again.left).abs() < 1e-9, "{there:?} {again:?}");
        prop_assert!((there.beyond - again.beyond).abs() < 1e-9 && there.cut_off == again.cut_off);
        prop_assert!((sum(&there) - 1.0).abs() < 1e-9);
    }
}
