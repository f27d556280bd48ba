//! Against `geographiclib-rs`, the independent reference.
use super::{direct, inverse};
use geographiclib_rs::{DirectGeodesic, Geodesic, InverseGeodesic};
use proptest::prelude::*;

/// Agreement asked of distances, m: Karney (2013) gives 15 nm for the algorithm, and there are two at work.
const DISTANCE_M_MAX: f64 = 15e-9 * 2.0;

/// Agreement asked of where an azimuth leads, m. Two correct answers may differ by rounding at both ends.
const SHIFT_M_MAX: f64 = 100e-9;

/// Reference distance and azimuths.
fn reference(from: (f64, f64), to: (f64, f64)) -> (f64, f64, f64) {
    let (distance_m, azimuth1, azimuth2, _): (f64, f64, f64, f64) =
        Geodesic::wgs84().inverse(from.0, from.1, to.0, to.1);
    (distance_m, azimuth1, azimuth2)
}

/// Compares with the reference: the distance, and each azimuth by the shift its difference makes at the other end
/// (the reduced length times the difference).
fn check(from: (f64, f64), to: (f64, f64)) -> Result<(), TestCaseError> {
    let ours = inverse(from, to);
    let (distance_m, azimuth1, azimuth2) = reference(from, to);
    prop_assert!((ours.distance_m - distance_m).abs() <= DISTANCE_M_MAX, "{from:?} {to:?} {ours:?} {distance_m}");
    let reduced_length_m: f64 = {
        let (_, _, _, m, _): (f64, f64, f64, f64, f64) = Geodesic::wgs84().inverse(from.0, from.1, to.0, to.1);
        m
    };
    for (mine, theirs) in [(ours.azimuth_deg, azimuth1), (ours.azimuth_at_end_deg, azimuth2)] {
        prop_assert!((-180.0..=180.0).contains(&mine));
        let turn = libm::remainder(mine - theirs, 360.0).to_radians().abs();
        // Next to the antipode the reduced length vanishes and the azimuth is free within rounding.
        let shift_m = turn * reduced_length_m.abs();
        prop_assert!(shift_m <= SHIFT_M_MAX, "{from:?} {to:?} {mine} {theirs} {shift_m}");
    }
    Ok(())
}

fn latitude() -> impl Strategy<Value = f64> {
    prop_oneof![8 => -90.0..=90.0, 1 => Just(0.0), 1 => Just(90.0), 1 => Just(-90.0), 1 => -1e-9..=1e-9]
}

fn longitude() -> impl Strategy<Value = f64> {
    prop_oneof![8 => -180.0..=180.0, 1 => Just(0.0), 1 => Just(180.0), 1 => Just(-180.0)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_pairs((a, b, c, d) in (latitude(), longitude(), latitude(), longitude())) {
        check((a, b), (c, d))?;
    }

    #[test]
    fn close_pairs((a, b, x, y) in (-89.0..89.0, -179.0..179.0, -1.0..1.0, -1.0..1.0), scale in -9..0_i32) {
        let scale = libm::pow(10.0, f64::from(scale));
        check((a, b), (a + x * scale, b + y * scale))?;
    }

    #[test]
    fn nearly_antipodal_pairs((a, b, x, y) in (-89.0..89.0, 0.0..180.0, -1.0..1.0, -1.0..1.0), scale in -9..1_i32) {
        let scale = libm::pow(10.0, f64::from(scale));
        check((a, b), (f64::clamp(x * scale - a, -90.0, 90.0), b - 180.0 + y * scale))?;
    }

    #[test]
    fn there_and_back((a, b, azimuth, s) in (-90.0..=90.0, -180.0..=180.0, -180.0..180.0, 0.0..19_900e3)) {
        let end = direct((a, b), azimuth, s);
        let (lat, lon, azimuth2): (f64, f64, f64) = Geodesic::wgs84().direct(a, b, azimuth, s);
        let (gap_m, _, _) = reference((lat, lon), (end.lat_deg, end.lon_deg));
        prop_assert!(gap_m <= DISTANCE_M_MAX, "{end:?} {lat} {lon}");
        let cos = libm::cos(lat.to_radians());
        let turn = libm::remainder(end.azimuth_at_end_deg - azimuth2, 360.0).abs();
        prop_assert!(turn * cos < 1e-12, "{end:?} {azimuth2}");
        let back = inverse((a, b), (end.lat_deg, end.lon_deg));
        prop_assert!(back.distance_m <= s + 2.0 * DISTANCE_M_MAX);
    }
}

#[test]
fn published_cases() {
    // Karney (2013), tables 2 to 5: the direct example, and the inverse ones.
    let end = direct((40.0, 0.0), 30.0, 10e6);
    assert!((end.lat_deg - 41.793_310_205_06).abs() < 1e-11);
    assert!((end.lon_deg - 137.844_900_043_77).abs() < 1e-11);
    assert!((end.azimuth_at_end_deg - 149.090_169_318_07).abs() < 1e-11);
    let short = inverse((-30.123_45, 0.0), (-30.123_44, 0.000_05));
    assert!((short.azimuth_deg - 77.043_533_542_37).abs() < 1e-8);
    assert!((short.distance_m - 4.944_208).abs() < 1e-6);
    let antipodal = inverse((-30.0, 0.0), (29.9, 179.8));
    assert!((antipodal.azimuth_deg - 161.890_524_736_33).abs() < 1e-9);
    assert!((antipodal.distance_m - 19_989_832.827_610).abs() < 1e-6);
}

#[test]
fn hard_cases() {
    for (from, to) in [
        ((0.0, 0.0), (0.0, 0.0)),
        ((52.0, 13.0), (52.0, 13.0)),
        ((90.0, 0.0), (-90.0, 0.0)),
        ((90.0, 20.0), (90.0, -70.0)),
        ((0.0, 0.0), (0.0, 179.0)),
        ((0.0, 0.0), (0.0, 179.5)),
        ((0.0, 0.0), (0.0, 180.0)),
        ((0.0, 0.0), (0.5, 179.5)),
        ((0.0, 0.0), (0.5, 179.7)),
        ((1.0, 0.0), (-1.0, 180.0)),
        ((36.493_349_428_792, 0.0), (36.493_349_428_792, 0.000_000_8)),
        ((88.202_499_451_857, 0.0), (-88.202_499_451_857, 179.981_022_032_992_86)),
        ((89.333_123_580_033, 0.0), (-89.333_123_580_032_99, 179.992_956_633_712)),
        ((48.522_876_735_459, 0.0), (-48.522_876_735_458_29, 179.599_720_456_223)),
        ((56.320_923_501_171, 0.0), (-56.320_923_501_171, 179.664_747_671_772_9)),
        ((5.0, 1e-14), (0.0, 10.0)),
        ((41.131, -112.896), (42.7668, -109.5939)),
        ((10.0, 179.99), (-10.0, -179.99)),
    ] {
        check(from, to).unwrap();
    }
}

#[test]
fn what_is_no_place_gives_nan() {
    assert!(inverse((91.0, 0.0), (0.0, 0.0)).distance_m.is_nan());
    assert!(inverse((0.0, f64::INFINITY), (0.0, 0.0)).distance_m.is_nan());
    assert!(direct((0.0, 0.0), f64::NAN, 1.0).lat_deg.is_nan());
}
