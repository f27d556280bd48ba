//! A bearing or the reason why there is none, from samples on.
mod array_support;
use array_support::{Draws, Sound, channels, plane_delays, ring, source_delays, traces, turn_deg, views};
use std::collections::BTreeMap;
use truceline_model::bearing::Unresolved;
use truceline_science::array::gcc_phat::pair_delays;
use truceline_science::array::resolve::{Medium, Resolution, resolve};
use truceline_science::array::{Geometry, Offset, Settings, Spectra, Taper, Weighting};

/// Air near the ground; clocks and responses good for 1 ms.
const AIR: Medium = Medium { speed_m_s_min: 310.0, speed_m_s_max: 365.0, timing_sigma_s: 0.001 };

/// What is said of samples of 20 s at 50 Hz between 1 and 8 Hz.
fn answer(array: &Geometry, samples: &[Vec<f64>]) -> Resolution {
    let settings = Settings { low_hz: 1.0, high_hz: 8.0, taper: Taper::Flat, whiten: false, padded: true };
    let all = views(samples);
    let spectra = Spectra::of(&traces(&all, 50.0), array.elements(), &settings).expect("valid input");
    let delays = pair_delays(array, &spectra, Weighting::Power, 300.0).expect("valid input");
    resolve(array, &spectra, &delays, &AIR).expect("valid input")
}

fn sound(draws: &mut Draws, delays: &[f64], noise: f64) -> Vec<Vec<f64>> {
    let sound = Sound::new(draws, 1.0, 8.0);
    channels(draws, |t| sound.at(t), delays, 50.0, 1_000, noise)
}

#[test]
fn plane_waves_have_bearings() {
    for elements in [4, 6, 9] {
        let array = ring(elements - 1, 120.0);
        let (mut within, mut resolved) = (0, 0);
        for seed in 0..60 {
            let mut draws = Draws::new(seed);
            let azimuth = draws.between(0.0, 360.0);
            let delays = plane_delays(&array, azimuth, draws.between(330.0, 400.0));
            match answer(&array, &sound(&mut draws, &delays, 1.0)) {
                Resolution::Bearing { bearing, near, wrong_element } => {
                    resolved += 1;
                    let turn = turn_deg(azimuth, bearing.azimuth_deg).abs();
                    within += u32::from(turn < 1.96 * bearing.azimuth_sigma_deg);
                    assert!(turn < 5.0 * bearing.azimuth_sigma_deg && bearing.azimuth_sigma_deg < 3.0, "{bearing:?}");
                    assert!(!near && wrong_element.is_none() && bearing.f_statistic > 2.0);
                }
                Resolution::NotResolvable(_) => {}
            }
        }
        println!("{elements} elements: {resolved} of 60 resolved, {within} within 1.96 sigma");
        assert!(resolved >= 57 && within * 100 >= resolved * 88, "{resolved} resolved, {within} within");
    }
}

#[test]
fn a_source_overhead_is_overhead() {
    for seed in 0..30 {
        let array = ring(5, 40.0);
        let mut draws = Draws::new(seed);
        // 3 km up, up to 15 m aside: within half a degree of the zenith.
        let source = [draws.between(-15.0, 15.0), draws.between(-15.0, 15.0), 3_000.0];
        let delays = source_delays(&array, source, 340.0);
        let middle = delays[0];
        let delays: Vec<f64> = delays.iter().map(|delay| delay - middle).collect();
        let found = answer(&array, &sound(&mut draws, &delays, 0.3));
        assert_eq!(found, Resolution::NotResolvable(Unresolved::Overhead), "{seed}");
    }
}

/// Six microphones on three masts, one above the other.
fn masts() -> Geometry {
    let at = |east_m, north_m, up_m| Offset { east_m, north_m, up_m };
    let masts = [(17.0, 9.0), (0.0, 0.0), (1.0, 19.0)];
    let offsets: Vec<Offset> = masts.iter().flat_map(|m| [at(m.0, m.1, 14.5), at(m.0, m.1, 3.2)]).collect();
    Geometry::new(&offsets).expect("valid input")
}

#[test]
fn masts_tell_how_steep_a_wave_comes() {
    let array = masts().with_survey_sigma_m(0.05).unwrap();
    let settings = Settings { low_hz: 500.0, high_hz: 3_000.0, taper: Taper::Flat, whiten: false, padded: true };
    let medium = Medium { timing_sigma_s: 1e-4, ..AIR };
    for (azimuth, angle) in [(20.0_f64, 5.0_f64), (140.0, 40.0), (260.0, 75.0), (300.0, 90.0)] {
        let mut draws = Draws::new(azimuth as u64);
        let (sin, cos) = libm::sincos(azimuth.to_radians());
        let (up, level) = libm::sincos(angle.to_radians());
        let source = [4_000.0 * level * sin, 4_000.0 * level * cos, 4_000.0 * up];
        let mut delays = source_delays(&array, source, 340.0);
        let first = delays.iter().copied().fold(f64::INFINITY, f64::min);
        delays.iter_mut().for_each(|delay| *delay -= first);
        let burst = Sound::new(&mut draws, 600.0, 2_800.0);
        let heard = |t: f64| libm::exp(-((t - 0.15) / 0.03) * ((t - 0.15) / 0.03)) * burst.at(t);
        let samples = channels(&mut draws, heard, &delays, 12_000.0, 4_000, 0.03);
        let all = views(&samples);
        let spectra = Spectra::of(&traces(&all, 12_000.0), 6, &settings).unwrap();
        let delays = pair_delays(&array, &spectra, Weighting::Phase, 310.0).unwrap();
        match resolve(&array, &spectra, &delays, &medium).unwrap() {
            Resolution::Bearing { bearing, .. } => {
                let elevation = bearing.elevation.unwrap();
                assert!(angle < 89.0, "the zenith has no azimuth");
                assert!(turn_deg(azimuth, bearing.azimuth_deg).abs() < 3.0 * bearing.azimuth_sigma_deg, "{bearing:?}");
                assert!((elevation.angle_deg - angle).abs() < 3.0 * elevation.sigma_deg, "{bearing:?}");
                assert!(elevation.sigma_deg < 5.0);
            }
            Resolution::NotResolvable(reason) => assert_eq!((reason, angle), (Unresolved::Overhead, 90.0)),
        }
    }
}

/// A near source has a bearing and is called near, or has none; its plane-wave bearing, wrong by degrees, never comes
/// out as sure.
#[test]
fn near_sources_have_a_bearing_or_none() {
    let array = ring(7, 120.0);
    let mut said: BTreeMap<&str, u32> = BTreeMap::new();
    for seed in 0..150 {
        let mut draws = Draws::new(900 + seed);
        let azimuth = draws.between(0.0, 360.0);
        let away_m = draws.between(0.0, 600.0);
        let (sin, cos) = libm::sincos(azimuth.to_radians());
        let mut delays = source_delays(&array, [away_m * sin, away_m * cos, 0.0], 340.0);
        let first = delays.iter().copied().fold(f64::INFINITY, f64::min);
        delays.iter_mut().for_each(|delay| *delay -= first);
        let word = match answer(&array, &sound(&mut draws, &delays, 0.3)) {
            Resolution::Bearing { bearing, near, .. } => {
                let turn = turn_deg(azimuth, bearing.azimuth_deg).abs();
                assert!(turn < 4.0 * bearing.azimuth_sigma_deg.max(0.3), "{away_m} m: {turn} {bearing:?}");
                assert!(near || away_m > 400.0, "{away_m} m is not far");
                if near { "near" } else { "far" }
            }
            Resolution::NotResolvable(reason) => {
                assert!(away_m < 250.0, "{away_m} m: {reason}");
                "none"
            }
        };
        *said.entry(word).or_default() += 1;
    }
    println!("{said:?}");
    assert!(said["near"] > 50 && said["none"] > 10, "{said:?}");
}

#[test]
fn a_wrong_clock_is_left_out_of_six_and_spoils_four() {
    for (elements, late_s) in [(6, 0.05), (6, -0.2), (4, 0.05), (4, -0.2)] {
        let array = ring(elements - 1, 120.0);
        for wrong in 0..elements {
            let mut draws = Draws::new(wrong as u64 + 40);
            let mut delays = plane_delays(&array, 215.0, 345.0);
            delays[wrong] += late_s;
            match answer(&array, &sound(&mut draws, &delays, 0.2)) {
                Resolution::Bearing { bearing, wrong_element, .. } => {
                    assert_eq!((elements, wrong_element), (6, Some(wrong)), "{bearing:?}");
                    assert!(turn_deg(215.0, bearing.azimuth_deg).abs() < 4.0 * bearing.azimuth_sigma_deg);
                    assert_eq!(bearing.elements, 5);
                }
                Resolution::NotResolvable(reason) => assert_eq!((elements, reason), (4, Unresolved::Inconsistent)),
            }
        }
    }
}

#[test]
fn noise_has_no_bearing() {
    let mut bearings = 0;
    for seed in 0..100 {
        let array = ring(if seed % 2 == 0 { 3 } else { 6 }, 120.0);
        let mut draws = Draws::new(seed);
        let samples: Vec<Vec<f64>> =
            (0..array.elements()).map(|_| (0..1_000).map(|_| draws.normal()).collect()).collect();
        bearings += u32::from(matches!(answer(&array, &samples), Resolution::Bearing { .. }));
    }
    println!("bearings of noise: {bearings} of 100");
    assert!(bearings <= 2, "{bearings} of 100");
    let silence = vec![vec![0.0; 1_000]; 5];
    assert_eq!(answer(&ring(4, 120.0), &silence), Resolution::NotResolvable(Unresolved::Incoherent));
}

#[test]
fn what_is_slower_than_sound_is_no_sound() {
    let array = ring(5, 120.0);
    let mut draws = Draws::new(1);
    let delays = plane_delays(&array, 10.0, 301.0);
    let samples = sound(&mut draws, &delays, 0.2);
    let settings = Settings { low_hz: 1.0, high_hz: 8.0, taper: Taper::Flat, whiten: false, padded: true };
    let all = views(&samples);
    let spectra = Spectra::of(&traces(&all, 50.0), 6, &settings).unwrap();
    let delays = pair_delays(&array, &spectra, Weighting::Power, 200.0).unwrap();
    let slow = Medium { speed_m_s_min: 330.0, ..AIR };
    assert_eq!(resolve(&array, &spectra, &delays, &slow).unwrap(), Resolution::NotResolvable(Unresolved::TooSlow));
    assert!(matches!(
        resolve(&array, &spectra, &delays, &Medium { speed_m_s_min: 295.0, ..AIR }).unwrap(),
        Resolution::Bearing { .. }
    ));
    for wrong in [
        Medium { speed_m_s_min: 0.0, ..AIR },
        Medium { speed_m_s_max: 100.0, ..AIR },
        Medium { timing_sigma_s: f64::NAN, ..AIR },
    ] {
        assert!(resolve(&array, &spectra, &delays, &wrong).is_err());
    }
    assert!(resolve(&array, &spectra, &delays[1..], &AIR).is_err());
}
