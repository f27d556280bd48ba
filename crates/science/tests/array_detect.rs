//! The F distribution, the adaptive F-detector, PMCC and its families.
mod array_support;
use array_support::{Draws, Sound, channels, plane_delays, ring, traces, turn_deg, views};
use statrs::distribution::{ContinuousCDF, FisherSnedecor};
use truceline_model::time::Time;
use truceline_science::array::families::{FamilySettings, families};
use truceline_science::array::fdetector::{FDetection, FDetector, FDetectorSettings, PAST_MIN};
use truceline_science::array::fk::{Grid, Plan, bearing};
use truceline_science::array::pmcc::{Pixel, PmccSettings, pixel};
use truceline_science::array::{Bearing, Geometry, Settings, Spectra, Taper, fdistribution};

#[test]
fn the_distribution_is_the_peers() {
    let (mut worst, mut worst_quantile) = (0.0_f64, 0.0_f64);
    for d1 in [1.0, 2.0, 5.0, 19.0, 70.0, 400.0, 4_000.0] {
        for d2 in [1.0, 3.0, 14.0, 60.0, 210.0, 1_200.0, 4_000.0] {
            let peer = FisherSnedecor::new(d1, d2).unwrap();
            for f in [0.01, 0.2, 0.7, 0.95, 1.0, 1.05, 1.4, 2.0, 5.0, 40.0] {
                worst = worst.max((fdistribution::cdf(f, d1, d2) - peer.cdf(f)).abs());
                worst = worst.max((fdistribution::survival(f, d1, d2) - peer.sf(f)).abs());
            }
            for p in [0.5, 0.05, 0.001] {
                let f = fdistribution::threshold(p, d1, d2);
                // The peer's distribution function at our quantile: its own inverse is less exact.
                worst_quantile = worst_quantile.max((peer.sf(f) / p - 1.0).abs());
            }
        }
    }
    println!("largest difference {worst:.1e}; of quantiles' probabilities {worst_quantile:.1e} of themselves");
    assert!(worst < 1e-10, "{worst}");
    assert!(worst_quantile < 1e-7, "{worst_quantile}");
}

/// A window with an F value.
fn window(number: i64, azimuth_deg: f64, f_statistic: f64) -> Bearing {
    Bearing {
        start: Time(number * 1_000_000_000),
        end: Time((number + 10) * 1_000_000_000),
        azimuth_deg,
        azimuth_sigma_deg: 2.0,
        slowness_s_km: 3.0,
        slowness_sigma_s_km: 0.1,
        covariance_s2_km2: [0.01, 0.0, 0.01],
        elevation: None,
        f_statistic,
        elements: 4,
        family: None,
    }
}

fn detector(past: usize, run_min: usize) -> FDetector {
    let settings = FDetectorSettings { p: 0.01, past, time_bandwidth: 20.0, elements: 4, run_min, turn_deg_max: 15.0 };
    FDetector::new(settings).expect("valid input")
}

/// A central F value with 40 and 120 degrees of freedom.
fn noise_f(draws: &mut Draws) -> f64 {
    let mut chi2 = |freedom: u32| -> f64 { (0..freedom).map(|_| draws.normal()).map(|x| x * x).sum() };
    (chi2(40) / 40.0) / (chi2(120) / 120.0)
}

#[test]
fn stretched_noise_exceeds_the_threshold_as_often_as_asked() {
    for (stretch, waves) in [(1.0, 0.0), (3.0, 0.0), (3.0, 0.1)] {
        let mut draws = Draws::new(31);
        let mut detector = detector(720, 3);
        let (mut above, mut windows, mut stretches, mut found, mut wave_windows) = (0, 0, 0.0, 0, 0);
        for number in 0..20_000 {
            let wave = draws.uniform() < waves;
            let f = stretch * noise_f(&mut draws) * if wave { 8.0 } else { 1.0 };
            let decision = detector.push(&window(number, draws.between(0.0, 360.0), f));
            if let Some(c) = decision.stretch.filter(|_| number > 1_000) {
                stretches += c;
                if wave {
                    (found, wave_windows) = (found + u32::from(decision.above), wave_windows + 1);
                } else {
                    (above, windows) = (above + u32::from(decision.above), windows + 1);
                }
            }
        }
        let rate = f64::from(above) / f64::from(windows);
        let mean = stretches / f64::from(windows + wave_windows) / stretch;
        println!("stretch {stretch}, waves {waves}: false alarms {rate:.4} at p 0.01, C over truth {mean:.3}");
        assert!((0.003..0.03).contains(&rate), "rate of false alarms {rate}");
        assert!((0.9..1.1).contains(&mean), "C over truth {mean}");
        assert_eq!(found, wave_windows, "waves of eight times the noise");
    }
}

#[test]
fn runs_with_one_azimuth_become_detections() {
    let mut draws = Draws::new(77);
    let mut detector = detector(200, 4);
    let mut found: Vec<FDetection> = Vec::new();
    for number in 0..600_i64 {
        let (azimuth, f) = match number {
            // Six windows from one side, the strongest among them; then at once five from another.
            300..306 => (355.0 + 2.0 * (number - 300) as f64, if number == 303 { 30.0 } else { 9.0 }),
            306..311 => (120.0, 12.0),
            // Strong, but from everywhere; and from one side, but too short.
            400..410 => (37.0 * number as f64 % 360.0, 20.0),
            450..453 => (200.0, 20.0),
            _ => (draws.between(0.0, 360.0), noise_f(&mut draws)),
        };
        found.extend(detector.push(&window(number, azimuth % 360.0, f)).ended);
    }
    found.extend(detector.end());
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!((found[0].windows, found[0].bearing.azimuth_deg, found[0].bearing.f_statistic), (6, 1.0, 30.0));
    assert_eq!((found[0].bearing.start.0, found[0].bearing.end.0), (300_000_000_000, 315_000_000_000));
    assert_eq!(found[0].strongest.0.0, 303_000_000_000);
    assert_eq!((found[1].windows, found[1].bearing.azimuth_deg), (5, 120.0));
}

#[test]
fn a_detector_with_its_memory_given_back_goes_on_the_same() {
    let mut draws = Draws::new(12);
    let windows: Vec<Bearing> =
        (0..300).map(|number| window(number, 50.0, if number % 50 > 43 { 6.0 } else { noise_f(&mut draws) })).collect();
    let mut whole = detector(100, 3);
    let expected: Vec<_> = windows.iter().map(|window| whole.push(window)).collect();
    let mut parted = detector(100, 3);
    for (window, expected) in windows.iter().zip(expected) {
        let (past, run) = parted.memory();
        let past: Vec<f64> = past.iter().copied().collect();
        parted = FDetector::with_memory(*parted.settings(), &past, run).unwrap();
        assert_eq!(parted.push(window), expected);
    }
    assert!(FDetector::with_memory(*whole.settings(), &[f64::NAN], &[]).is_err());
    assert!(FDetector::with_memory(*whole.settings(), &[0.0; 101], &[]).is_err());
}

#[test]
fn without_a_past_nothing_is_decided_and_bad_values_are_not_remembered() {
    let mut detector = detector(50, 1);
    for number in 0..PAST_MIN as i64 {
        assert!(detector.push(&window(number, 0.0, f64::NAN)).threshold.is_none());
        assert!(!detector.push(&window(number, 0.0, 1.0 + 0.01 * (number % 5) as f64)).above);
    }
    let infinite = detector.push(&window(90, 0.0, f64::INFINITY));
    assert!(infinite.above && infinite.stretch.unwrap().is_finite());
    for wrong in [
        FDetectorSettings { p: 0.0, ..*detector.settings() },
        FDetectorSettings { past: 3, ..*detector.settings() },
        FDetectorSettings { time_bandwidth: f64::NAN, ..*detector.settings() },
        FDetectorSettings { elements: 1, ..*detector.settings() },
        FDetectorSettings { run_min: 0, ..*detector.settings() },
        FDetectorSettings { turn_deg_max: f64::NAN, ..*detector.settings() },
    ] {
        assert!(FDetector::new(wrong).is_err(), "{wrong:?}");
    }
}

/// The largest F of a grid of beams over independent noise: the whole chain, whose C is that of the choice of beams.
#[test]
fn the_strongest_of_many_beams_over_noise_gives_no_more_alarms() {
    let array = ring(3, 100.0);
    let mut draws = Draws::new(64);
    let (mut plan, mut detector): (Option<Plan>, Option<FDetector>) = (None, None);
    let settings = Settings { low_hz: 0.5, high_hz: 4.0, taper: Taper::Hann, whiten: false, padded: false };
    let (mut above, mut decided) = (0, 0);
    for number in 0..3_000 {
        let samples: Vec<Vec<f64>> = (0..4).map(|_| (0..200).map(|_| draws.normal()).collect()).collect();
        let all = views(&samples);
        let spectra = Spectra::of(&traces(&all, 20.0), 4, &settings).unwrap();
        let plan = plan.get_or_insert_with(|| {
            Plan::new(&array, Grid::of_velocities(72, (300.0, 600.0), 16).unwrap(), &spectra).unwrap()
        });
        let detector = detector.get_or_insert_with(|| {
            let time_bandwidth = spectra.time_bandwidth();
            let settings =
                FDetectorSettings { p: 0.01, past: 500, time_bandwidth, elements: 4, run_min: 1, turn_deg_max: 20.0 };
            FDetector::new(settings).unwrap()
        });
        let found = bearing(&array, &spectra, &plan.peak(&spectra).unwrap()).unwrap();
        let decision = detector.push(&found);
        if number > 500 {
            (above, decided) = (above + u32::from(decision.above), decided + 1);
        }
    }
    let rate = f64::from(above) / f64::from(decided);
    println!("false alarms of the strongest beam: {rate:.4} at p 0.01");
    assert!(rate < 0.02, "{rate}");
}

const PMCC: PmccSettings =
    PmccSettings { consistency_s_max: 0.1, elements_min: 4, speed_m_s_min: 280.0, correlation_min: 0.3 };

/// The pixels of windows of 20 s every 5 s in bands.
fn pixels(array: &Geometry, samples: &[Vec<f64>], rate_hz: f64, bands: &[(f64, f64)]) -> Vec<Pixel> {
    let all = views(samples);
    let traces = traces(&all, rate_hz);
    let (len, step) = ((20.0 * rate_hz) as usize, (5.0 * rate_hz) as usize);
    let mut found = Vec::new();
    for first in (0..=samples[0].len() - len).step_by(step) {
        let part = traces.window(first, len).expect("valid input");
        for (low_hz, high_hz) in bands {
            let settings =
                Settings { low_hz: *low_hz, high_hz: *high_hz, taper: Taper::Hann, whiten: false, padded: true };
            let spectra = Spectra::of(&part, array.elements(), &settings).expect("valid input");
            found.extend(pixel(array, &spectra, &PMCC).expect("valid input"));
        }
    }
    found
}

const FAMILY: FamilySettings =
    FamilySettings { time_s: 20.0, ln_frequency: 1.2, azimuth_deg: 10.0, slowness_share: 0.2, pixels_min: 6 };

const BANDS: [(f64, f64); 4] = [(0.2, 0.5), (0.4, 1.0), (0.8, 2.0), (1.6, 4.0)];

#[test]
fn two_arrivals_are_two_families_and_noise_is_none() {
    let array = ring(5, 600.0);
    let mut draws = Draws::new(5);
    let rate_hz = 20.0;
    let (first, second) = (Sound::new(&mut draws, 0.2, 4.0), Sound::new(&mut draws, 0.2, 4.0));
    let (a, b) = (plane_delays(&array, 358.0, 340.0), plane_delays(&array, 110.0, 420.0));
    let swell = |t: f64, middle: f64| libm::exp(-(t - middle) * (t - middle) / 200.0);
    let mut samples: Vec<Vec<f64>> = (0..6)
        .map(|i| {
            let at = |k: i32| f64::from(k) / rate_hz;
            let heard =
                |t: f64| swell(t - a[i], 80.0) * first.at(t - a[i]) + swell(t - b[i], 220.0) * second.at(t - b[i]);
            (0..6_000).map(|k| heard(at(k)) + 0.2 * draws.normal()).collect()
        })
        .collect();
    for dead in [false, true] {
        if dead {
            samples[3].iter_mut().for_each(|x| *x = draws.normal());
        }
        let found = pixels(&array, &samples, rate_hz, &BANDS);
        let grouped = families(&found, &FAMILY).unwrap();
        assert_eq!(grouped.len(), 2, "dead {dead}: {grouped:#?}");
        for (family, (azimuth, velocity)) in grouped.iter().zip([(358.0, 340.0), (110.0, 420.0)]) {
            let b = &family.bearing;
            println!(
                "dead {dead}: family {:?} of {} pixels at {:.2} +- {:.2} deg, {:.1} m/s",
                b.family,
                family.pixels.len(),
                b.azimuth_deg,
                b.azimuth_sigma_deg,
                b.trace_velocity_m_s()
            );
            assert!(turn_deg(azimuth, b.azimuth_deg).abs() < (2.0 * b.azimuth_sigma_deg).min(1.5), "{b:?}");
            assert!((b.trace_velocity_m_s() / velocity - 1.0).abs() < 0.03, "{b:?}");
            assert_eq!(b.elements, 6);
            assert!(family.low_hz < 0.6 && family.high_hz > 3.5);
        }
        assert_eq!((grouped[0].bearing.family, grouped[1].bearing.family), (Some(0), Some(1)));
        if dead {
            // In the lowest band three independent values are as good as none against chance.
            let with = found.iter().filter(|pixel| pixel.members.contains(&3)).count();
            println!("pixels with the dead element: {with} of {}", found.len());
            assert!(with * 5 < found.len(), "{with} of {}", found.len());
        }
        // The order of pixels does not show.
        let turned: Vec<Pixel> = found.iter().rev().cloned().collect();
        let again = families(&turned, &FAMILY).unwrap();
        assert_eq!(
            again.iter().map(|f| f.bearing).collect::<Vec<_>>(),
            grouped.iter().map(|f| f.bearing).collect::<Vec<_>>()
        );
    }
    let noise: Vec<Vec<f64>> = (0..6).map(|_| (0..12_000).map(|_| draws.normal()).collect()).collect();
    let found = pixels(&array, &noise, rate_hz, &BANDS);
    println!("pixels in noise: {} of {}", found.len(), 4 * 117);
    assert!(found.len() < 4 * 117 / 20, "{} pixels in noise", found.len());
    assert!(families(&found, &FAMILY).unwrap().is_empty());
}

#[test]
fn one_clean_wave_has_all_elements_and_closes() {
    let array = ring(7, 500.0);
    let mut draws = Draws::new(15);
    let sound = Sound::new(&mut draws, 0.5, 2.0);
    let samples = channels(&mut draws, |t| sound.at(t), &plane_delays(&array, 200.0, 335.0), 20.0, 600, 0.02);
    let settings = Settings { low_hz: 0.5, high_hz: 2.0, taper: Taper::Hann, whiten: false, padded: true };
    let all = views(&samples);
    let spectra = Spectra::of(&traces(&all, 20.0), 8, &settings).unwrap();
    let found = pixel(&array, &spectra, &PMCC).unwrap().unwrap();
    assert_eq!(found.members, (0..8).collect::<Vec<_>>());
    assert!(found.consistency_s < 0.02 && found.correlation > 0.9, "{found:?}");
    assert!(turn_deg(200.0, found.bearing.azimuth_deg).abs() < 0.5);
    assert!(pixel(&array, &spectra, &PmccSettings { consistency_s_max: 0.0, ..PMCC }).is_err());
    assert!(pixel(&array, &spectra, &PmccSettings { speed_m_s_min: f64::NAN, ..PMCC }).is_err());
    assert!(families(&[found], &FamilySettings { time_s: 0.0, ..FAMILY }).is_err());
}
