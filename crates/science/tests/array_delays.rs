//! Delays, the slowness that fits them, and a wrong element among them.
mod array_support;
use array_support::{Draws, Sound, channels, geometry, plane_delays, ring, traces, turn_deg, views};
use truceline_model::time::Time;
use truceline_science::array::gcc_phat::pair_delays;
use truceline_science::array::slowness::plane_wave;
use truceline_science::array::trimmed::trimmed;
use truceline_science::array::{
    Geometry, Offset, Pair, PairDelay, Settings, Spectra, Taper, Weighting, consistency_s, element_times_s,
};

fn spectra_of(samples: &[Vec<f64>], rate_hz: f64, low_hz: f64, high_hz: f64) -> Spectra {
    let settings = Settings { low_hz, high_hz, taper: Taper::Flat, whiten: false, padded: true };
    Spectra::of(&traces(&views(samples), rate_hz), samples.len(), &settings).expect("spectra")
}

/// The delays of all pairs of arrival times.
fn of_times(times_s: &[f64], sigma_s: f64) -> Vec<PairDelay> {
    let n = times_s.len();
    let pairs = (0..n).flat_map(|first| (first + 1..n).map(move |second| Pair { first, second }));
    pairs
        .map(|pair| PairDelay {
            pair,
            delay_s: times_s[pair.second] - times_s[pair.first],
            sigma_s,
            height: 1.0,
            rival: 0.0,
        })
        .collect()
}

/// A shot: 3 ms at some 500 Hz.
fn shot(t: f64) -> f64 {
    let x = (t - 0.12) / 0.0015;
    libm::exp(-x * x) * libm::sin(std::f64::consts::TAU * 500.0 * (t - 0.12))
}

#[test]
fn delays_of_impulses_are_between_samples_and_sigmas_are_the_scatter() {
    let microphones = geometry(&[(0.0, 0.0), (1.7, 0.2), (0.3, 1.9), (-1.4, 0.8)]);
    for (weighting, name) in [(Weighting::Phase, "phase"), (Weighting::Power, "power")] {
        for (noise, tolerance_s) in [(0.0, 2e-7), (0.02, 2e-4)] {
            let (runs, mut sum, mut count, mut bias) = (60, 0.0, 0.0, 0.0);
            for seed in 0..runs {
                let mut draws = Draws::new(seed);
                let delays = plane_delays(&microphones, draws.between(0.0, 360.0), 340.0);
                let samples = channels(&mut draws, shot, &delays, 8_000.0, 2_000, noise);
                let spectra = spectra_of(&samples, 8_000.0, 200.0, 900.0);
                let found = pair_delays(&microphones, &spectra, weighting, 300.0).unwrap();
                for delay in found {
                    let error = delay.delay_s - (delays[delay.pair.second] - delays[delay.pair.first]);
                    assert!(error.abs() < tolerance_s, "{name} {noise} {error}");
                    if noise > 0.0 {
                        sum += (error / delay.sigma_s) * (error / delay.sigma_s);
                        bias += error;
                        count += 1.0;
                        assert!(delay.height > 0.3 && delay.height <= 1.0);
                    } else {
                        assert!(delay.height > 0.999_9, "{name} {}", delay.height);
                    }
                }
            }
            if noise > 0.0 {
                let ratio = (sum / count).sqrt();
                println!("{name}: scatter over sigma {ratio:.3}, bias {:.2e} s", bias / count);
                assert!((0.75..1.3).contains(&ratio), "{name}: scatter over sigma {ratio}");
            }
        }
    }
}

#[test]
fn a_dead_channel_says_nothing() {
    let array = ring(3, 100.0);
    let mut draws = Draws::new(4);
    let sound = Sound::new(&mut draws, 1.0, 6.0);
    let mut samples = channels(&mut draws, |t| sound.at(t), &plane_delays(&array, 40.0, 340.0), 50.0, 500, 0.1);
    samples[2].iter_mut().for_each(|x| *x = 7.0);
    let delays = pair_delays(&array, &spectra_of(&samples, 50.0, 1.0, 6.0), Weighting::Phase, 300.0).unwrap();
    for delay in delays {
        let dead = delay.pair.first == 2 || delay.pair.second == 2;
        assert_eq!(delay.height == 0.0, dead, "{delay:?}");
        assert_eq!(delay.sigma_s > 0.1, dead, "{delay:?}");
    }
}

#[test]
fn delays_need_padded_windows_and_a_speed() {
    let array = ring(3, 100.0);
    let samples = vec![vec![0.0; 100]; 4];
    let settings = Settings { low_hz: 1.0, high_hz: 6.0, taper: Taper::Flat, whiten: false, padded: false };
    let bare = Spectra::of(&traces(&views(&samples), 50.0), 4, &settings).unwrap();
    assert!(pair_delays(&array, &bare, Weighting::Phase, 300.0).unwrap_err().to_string().contains("not padded"));
    let padded = spectra_of(&samples, 50.0, 1.0, 6.0);
    assert!(pair_delays(&array, &padded, Weighting::Phase, 0.0).unwrap_err().to_string().contains("m/s above 0"));
}

#[test]
fn exact_delays_give_the_wave_in_two_and_in_three_dimensions() {
    let flat = ring(4, 300.0);
    let delays = of_times(&plane_delays(&flat, 213.0, 352.0), 1e-3);
    let wave = plane_wave(&flat, &delays).unwrap();
    let bearing = wave.bearing(Time(0), Time(1), 10.0);
    assert!((bearing.azimuth_deg - 213.0).abs() < 1e-9 && (bearing.trace_velocity_m_s() - 352.0).abs() < 1e-8);
    assert!(bearing.elevation.is_none() && wave.dimensions == 2 && wave.degrees_of_freedom == 2);
    let at = |east_m, north_m, up_m| Offset { east_m, north_m, up_m };
    let tower = Geometry::new(&[
        at(0.0, 0.0, 0.0),
        at(0.0, 0.0, 12.0),
        at(15.0, 0.0, 0.0),
        at(15.0, 0.0, 12.0),
        at(7.0, 13.0, 0.0),
    ])
    .unwrap();
    // From 40 degrees above the horizon in the east.
    let (sin, cos) = libm::sincos(40.0_f64.to_radians());
    let times: Vec<f64> = tower.offsets_m().iter().map(|r| (-cos * r[0] - sin * r[2]) / 343.0).collect();
    let wave = plane_wave(&tower, &of_times(&times, 1e-4)).unwrap();
    let bearing = wave.bearing(Time(0), Time(1), 10.0);
    assert!((bearing.azimuth_deg - 90.0).abs() < 1e-9);
    assert!((bearing.elevation.unwrap().angle_deg - 40.0).abs() < 1e-9);
    assert!((bearing.trace_velocity_m_s() - 343.0 / cos).abs() < 1e-8);
    assert_eq!((wave.dimensions, wave.degrees_of_freedom), (3, 1));
}

/// Slowness of delays that do not fit exactly. Peer: numpy 2.4.6, `numpy.linalg.lstsq(X, tau)` with X the co-array
/// matrix, which is the least squares of uafgeotools' lts_array without its scaling.
#[test]
fn least_squares_are_those_of_the_peer() {
    let array = geometry(&[(0.0, 0.0), (812.0, 104.0), (-230.0, 655.0), (-410.0, -530.0), (120.0, 310.0)]);
    let tau = [-1.93, 0.41, 1.62, -0.37, 2.33, 3.55, 1.57, 1.20, -0.75, -1.99];
    let mut delays = of_times(&[0.0; 5], 0.01);
    delays.iter_mut().zip(tau).for_each(|(delay, tau)| delay.delay_s = tau);
    let wave = plane_wave(&array, &delays).unwrap();
    for (found, peer) in wave.slowness_s_m.iter().zip(PEER_SLOWNESS_S_M) {
        assert!((found - peer).abs() < 1e-15, "{found:e} {peer:e}");
    }
}

/// What numpy gave, s/m.
const PEER_SLOWNESS_S_M: [f64; 2] = [-0.002_567_105_207_547_166_6, -0.000_624_959_188_101_025_3];

/// Errors of the elements' own (clocks, noise): the sigma is the scatter, which the pairwise formula is not.
#[test]
fn sigmas_are_the_scatter_of_elements_errors() {
    let array = ring(5, 400.0);
    let (runs, mut azimuths, mut slownesses, mut chi2) = (2_000, 0.0, 0.0, 0.0);
    let timing_s = 0.004;
    let mut draws = Draws::new(17);
    for _ in 0..runs {
        let (azimuth, velocity) = (draws.between(0.0, 360.0), draws.between(320.0, 400.0));
        let times: Vec<f64> =
            plane_delays(&array, azimuth, velocity).iter().map(|t| t + timing_s * draws.normal()).collect();
        let wave = plane_wave(&array, &of_times(&times, timing_s * std::f64::consts::SQRT_2)).unwrap();
        chi2 += wave.chi2 / f64::from(runs);
        // Without the raise by the misfit of this one draw.
        let raise = (wave.chi2 / wave.degrees_of_freedom as f64).max(1.0).sqrt();
        let bearing = wave.bearing(Time(0), Time(1), 10.0);
        let turn = turn_deg(azimuth, bearing.azimuth_deg) / bearing.azimuth_sigma_deg * raise;
        let slower = (bearing.slowness_s_km - 1_000.0 / velocity) / bearing.slowness_sigma_s_km * raise;
        azimuths += turn * turn / f64::from(runs);
        slownesses += slower * slower / f64::from(runs);
    }
    println!("scatter over sigma: {:.3}, {:.3}; chi2 {chi2:.3}", azimuths.sqrt(), slownesses.sqrt());
    assert!((0.95..1.05).contains(&azimuths.sqrt()), "{}", azimuths.sqrt());
    assert!((0.95..1.05).contains(&slownesses.sqrt()), "{}", slownesses.sqrt());
    assert!((2.85..3.15).contains(&chi2), "chi2 with 3 degrees of freedom: {chi2}");
}

#[test]
fn a_wrong_clock_is_named_and_left_out() {
    for elements in [5, 6, 8, 16] {
        let array = ring(elements - 1, 400.0);
        for wrong in 0..elements {
            let mut draws = Draws::new(wrong as u64);
            let mut times: Vec<f64> =
                plane_delays(&array, 301.0, 340.0).iter().map(|t| t + 0.002 * draws.normal()).collect();
            times[wrong] += if wrong % 2 == 0 { 0.5 } else { -0.2 };
            let delays = of_times(&times, 0.003);
            let found = trimmed(&array, &delays).unwrap();
            assert_eq!(found.wrong_element, Some(wrong), "of {elements}");
            assert!(found.set_aside.len() >= elements - 1);
            assert!(found.set_aside.iter().filter(|p| p.first == wrong || p.second == wrong).count() == elements - 1);
            let bearing = found.wave.bearing(Time(0), Time(1), 10.0);
            assert!(turn_deg(301.0, bearing.azimuth_deg).abs() < 4.0 * bearing.azimuth_sigma_deg);
            assert!(bearing.azimuth_sigma_deg < 0.5 && bearing.elements == elements - 1);
            // All elements together are off by far more than they say without the misfit.
            let all = plane_wave(&array, &delays).unwrap();
            assert!(all.chi2 > 100.0 * all.degrees_of_freedom as f64);
        }
    }
}

#[test]
fn an_element_that_hears_something_else_is_left_out_and_none_is_where_none_is_wrong() {
    let array = ring(5, 400.0);
    let mut named = 0;
    for seed in 0..200 {
        let mut draws = Draws::new(seed);
        let times: Vec<f64> = plane_delays(&array, 77.0, 340.0).iter().map(|t| t + 0.002 * draws.normal()).collect();
        let clean = of_times(&times, 0.003);
        named += u32::from(trimmed(&array, &clean).unwrap().wrong_element.is_some());
        // Its delays close with no others.
        let wrong = (seed % 6) as usize;
        let mut other = clean;
        for delay in other.iter_mut().filter(|delay| delay.pair.first == wrong || delay.pair.second == wrong) {
            delay.delay_s = draws.between(-1.2, 1.2);
        }
        let found = trimmed(&array, &other).unwrap();
        assert_eq!(found.wrong_element, Some(wrong), "{seed}");
        assert!(turn_deg(77.0, found.wave.bearing(Time(0), Time(1), 1.0).azimuth_deg).abs() < 1.5);
    }
    println!("named without a wrong one: {named} of 200");
    assert!(named <= 4, "{named} of 200 clean arrays lost an element");
}

#[test]
fn one_skipped_cycle_costs_one_pair() {
    let array = ring(5, 400.0);
    let mut delays = of_times(&plane_delays(&array, 140.0, 345.0), 0.003);
    delays[4].delay_s += 0.5;
    let found = trimmed(&array, &delays).unwrap();
    assert_eq!((found.wrong_element, found.set_aside.as_slice()), (None, &[delays[4].pair][..]));
    assert!(turn_deg(140.0, found.wave.bearing(Time(0), Time(1), 1.0).azimuth_deg).abs() < 1e-9);
    assert!(consistency_s(6, &delays).unwrap() > 0.1);
}

#[test]
fn four_elements_cannot_tell_and_say_so() {
    let array = ring(3, 400.0);
    let delays = of_times(&plane_delays(&array, 140.0, 345.0), 0.003);
    assert!(trimmed(&array, &delays).unwrap_err().to_string().contains("at least 5"));
    let times = element_times_s(4, &delays).unwrap();
    assert!(times.iter().sum::<f64>().abs() < 1e-12);
}

#[test]
fn turning_the_array_turns_the_bearing() {
    let points = [(0.0, 0.0), (300.0, 20.0), (-80.0, 250.0), (-200.0, -190.0)];
    let (sin, cos) = libm::sincos(50.0_f64.to_radians());
    let turned: Vec<(f64, f64)> = points.iter().map(|p| (p.0 * cos + p.1 * sin, -p.0 * sin + p.1 * cos)).collect();
    let (a, b) = (geometry(&points), geometry(&turned));
    let mut draws = Draws::new(9);
    let times: Vec<f64> = plane_delays(&a, 10.0, 333.0).iter().map(|t| t + 0.01 * draws.normal()).collect();
    let delays = of_times(&times, 0.01);
    let bearing = |array| plane_wave(array, &delays).unwrap().bearing(Time(0), Time(1), 1.0);
    let (first, second) = (bearing(&a), bearing(&b));
    assert!((turn_deg(first.azimuth_deg, second.azimuth_deg) - 50.0).abs() < 1e-9);
    assert!((first.azimuth_sigma_deg - second.azimuth_sigma_deg).abs() < 1e-9);
}
