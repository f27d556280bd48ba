//! How often the streaming detector of an array is wrong in noise, how often it sees a wave, and whether its sigmas hold.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod array_support;

use array_support::{Draws, Sound, four, plane_delays, ring, turn_deg};
use truceline_model::time::Time;
use truceline_model::waveform::{ClockFlags, Samples, Segment};
use truceline_science::array::chain::{ArrayDetector, Direction, Element, Outcome, Settings};
use truceline_science::array::{Geometry, Offset};

/// Above twice the band: what is done is the same at 100 Hz, and takes ten times as long.
const RATE_HZ: f64 = 10.0;

fn elements_of(geometry: &Geometry) -> Vec<Element> {
    let offset = |r: &[f64; 3]| Offset { east_m: r[0], north_m: r[1], up_m: r[2] };
    let offsets = geometry.offsets_m().iter().enumerate();
    offsets.map(|(i, r)| Element { channel: format!("E{i}"), offset: offset(r) }).collect()
}

/// A minute of all elements at a time; `value` gives the wave at an element and a time since the start.
fn stream(
    geometry: &Geometry,
    settings: &Settings,
    minutes: usize,
    draws: &mut Draws,
    noise: impl Fn(&mut Draws, usize) -> Vec<Vec<f64>>,
    value: impl Fn(usize, f64) -> f64,
) -> Outcome {
    let mut detector = ArrayDetector::new(&elements_of(geometry), 0.0, settings.clone()).unwrap();
    let mut outcome = Outcome::default();
    let count = (60.0 * RATE_HZ) as usize;
    for minute in 0..minutes {
        let start_s = 60.0 * minute as f64;
        for (element, noise) in noise(draws, count).into_iter().enumerate() {
            let at = |(i, noise): (usize, f64)| noise + value(element, start_s + i as f64 / RATE_HZ);
            let samples = Samples::F64(noise.into_iter().enumerate().map(at).collect());
            let (channel, clock) = (format!("E{element}"), ClockFlags::default());
            let segment = Segment { channel, start: Time(0).plus_s(start_s), rate_hz: RATE_HZ, samples, clock };
            detector.push(&segment, &mut outcome).unwrap();
        }
    }
    detector.finish(&mut outcome).unwrap();
    outcome
}

fn white(elements: usize) -> impl Fn(&mut Draws, usize) -> Vec<Vec<f64>> {
    move |draws, count| (0..elements).map(|_| (0..count).map(|_| draws.normal()).collect()).collect()
}

/// Windows that do not overlap, so that each stands for itself, and each above the threshold is an arrival.
fn alone(p_false: f64) -> Settings {
    Settings { step_s: 10.0, run_min: 1, p_false, past: 360, ..Settings::infrasound() }
}

/// Of windows of independent noise as many are taken for waves as was asked for.
///
/// Measured once with 20,000 windows each, at p of 0.03, 0.01 and 0.003 (due 600, 200, 60): four elements 642, 215, 66;
/// seven elements 670, 250, 71. The surplus is the scatter of the stretch C, and for seven elements 3 to 20 % of the
/// approximation ([`scan`](truceline_science::array::scan)). Kept: 6,000 windows, within four binomial sigmas of the
/// due number raised by a quarter, and not below a half.
#[test]
fn noise_is_taken_for_a_wave_as_often_as_asked_for() {
    for (geometry, probabilities) in [(four(100.0), &[0.03, 0.01][..]), (ring(6, 100.0), &[0.01][..])] {
        for p in probabilities.iter().copied() {
            let windows = 6_000;
            let mut draws = Draws::new(23);
            let quiet = |_: usize, _: f64| 0.0;
            let noise = white(geometry.elements());
            let found = stream(&geometry, &alone(p), windows / 6, &mut draws, noise, quiet);
            let due = p * windows as f64;
            let alarms: usize = found.arrivals.iter().map(|arrival| arrival.windows).sum();
            let sigma = (due * (1.0 - p)).sqrt();
            let most = due * 1.25 + 4.0 * sigma;
            let least = due * 0.5 - 4.0 * sigma;
            assert!(
                (least..=most).contains(&(alarms as f64)),
                "{alarms} of {windows} at p {p}, {} elements",
                geometry.elements()
            );
        }
    }
}

/// Noise that is partly coherent, a third of its power as waves from 24 directions at once, raises F: the past takes in
/// most of it. Measured at p = 0.01: 105 of 6,000 windows, due 60.
#[test]
fn coherent_noise_is_taken_in_by_the_past() {
    let geometry = four(100.0);
    let mut draws = Draws::new(29);
    let delays: Vec<Vec<f64>> = (0..24).map(|i| plane_delays(&geometry, 15.0 * f64::from(i), 345.0)).collect();
    let noise = |draws: &mut Draws, count: usize| {
        let mut channels = white(4)(draws, count);
        let size = (0.5_f64 / delays.len() as f64).sqrt();
        for delays in &delays {
            let wave: Vec<f64> = (0..count + 12).map(|_| size * draws.normal()).collect();
            for (channel, delay) in channels.iter_mut().zip(delays) {
                for (i, sample) in channel.iter_mut().enumerate() {
                    let at = i as f64 + 5.0 - delay * RATE_HZ;
                    let (whole, part) = (at as usize, at - at.floor());
                    *sample += wave[whole] * (1.0 - part) + wave[whole + 1] * part;
                }
            }
        }
        channels
    };
    let windows = 6_000;
    let found = stream(&geometry, &alone(0.01), windows / 6, &mut draws, noise, |_, _| 0.0);
    let alarms: usize = found.arrivals.iter().map(|arrival| arrival.windows).sum();
    assert!(alarms <= 120, "{alarms} of {windows}");
}

/// The settings for infrasound as they are: false arrivals an hour. Measured once over 24 hours: none.
#[test]
fn false_arrivals_an_hour_with_the_settings_for_infrasound() {
    let geometry = four(100.0);
    let hours = 6;
    let mut draws = Draws::new(31);
    let found = stream(&geometry, &Settings::infrasound(), hours * 60, &mut draws, white(4), |_, _| 0.0);
    // 1,440 windows an hour at p = 0.001, and three alike in a row: below one in three hours.
    assert!(found.arrivals.len() <= hours / 3, "{:?}", found.arrivals.len());
}

/// 1,000 plane waves of 20 s at five ratios of signal to noise (power in the band, one element), with the settings for
/// infrasound: p = 0.001 and three windows in a row, four elements in 200 m.
///
/// | snr | found of 200 | within 1 sigma | within 1.96 | rms error over Cramer-Rao | mean sigma, degrees | onset within 2 sigma |
/// |---|---|---|---|---|---|---|
/// | 0.25 | 0 | | | | | |
/// | 0.5 | 103 | 65 % | 94 % | 1.32 | 2.42 | 77 % |
/// | 1 | 199 | 77 % | 99 % | 1.13 | 1.78 | 76 % |
/// | 2 | 200 | 74 % | 99 % | 1.13 | 1.26 | 81 % |
/// | 5 | 200 | 73 % | 100 % | 1.14 | 0.83 | 77 % |
///
/// Sigma is that of the array with the spread of its windows: the bound alone is an eighth to a third too small. Onsets
/// of these waves, which do not begin suddenly in the band, lie within two sigma less often than the 95 % of sudden ones.
#[test]
fn waves_are_found_and_their_azimuths_lie_within_their_sigmas() {
    let geometry = four(100.0);
    let settings = Settings::infrasound();
    let mut draws = Draws::new(37);
    for (snr, found_min) in [(0.25, 0.0), (0.5, 0.3), (1.0, 0.9), (2.0, 0.97), (5.0, 0.99)] {
        // Noise of rms 1 up to 5 Hz holds 0.7 of its power within 0.5 to 4 Hz.
        let amplitude = (0.7_f64 * snr).sqrt();
        let waves: Vec<(f64, f64, Sound, Vec<f64>)> = (0..200)
            .map(|i| {
                let azimuth_deg = draws.between(0.0, 360.0);
                let delays = plane_delays(&geometry, azimuth_deg, draws.between(335.0, 400.0));
                (
                    300.0 + 45.0 * f64::from(i) + draws.between(0.0, 10.0),
                    azimuth_deg,
                    Sound::new(&mut draws, 0.6, 3.9),
                    delays,
                )
            })
            .collect();
        let wave = |element: usize, t: f64| -> f64 {
            let number = ((t - 300.0) / 45.0).floor();
            let Some((at, _, sound, delays)) = (number >= 0.0).then(|| waves.get(number as usize)).flatten() else {
                return 0.0;
            };
            let since = t - at - delays[element];
            if (0.0..20.0).contains(&since) { amplitude * sound.at(since) } else { 0.0 }
        };
        let outcome = stream(&geometry, &settings, 5 + 150, &mut draws, white(4), wave);
        let (mut found, mut one, mut two, mut squares, mut sigmas, mut resolved, mut onset_two) =
            (0, 0, 0, 0.0, 0.0, 0, 0);
        for (at, azimuth_deg, _, _) in &waves {
            let near = outcome.arrivals.iter().find(|arrival| {
                let peak_s = arrival.peak.seconds_since(Time(0));
                (*at - 5.0..*at + 25.0).contains(&peak_s)
            });
            let Some(arrival) = near else { continue };
            found += 1;
            onset_two += i32::from((arrival.time.seconds_since(Time(0)) - at).abs() <= 2.0 * arrival.sigma_s);
            let Direction::Towards(towards) = arrival.direction else { continue };
            resolved += 1;
            let own = libm::hypot(towards.azimuth_sigma_deg, towards.azimuth_spread_deg);
            let off = turn_deg(*azimuth_deg, towards.azimuth_deg).abs();
            one += i32::from(off <= own);
            two += i32::from(off <= 1.96 * own);
            squares += (off / towards.azimuth_sigma_deg) * (off / towards.azimuth_sigma_deg);
            sigmas += towards.azimuth_sigma_deg;
        }
        let n = f64::from(resolved);
        assert!(f64::from(found) >= 200.0 * found_min, "{found} at {snr}");
        if snr >= 1.0 {
            let what = format!("snr {snr}: {one} and {two} of {resolved} of {found}, onsets {onset_two}");
            assert!(f64::from(two) >= 0.9 * n && f64::from(one) >= 0.62 * n && resolved * 10 >= found * 9, "{what}");
            let over_bound = (squares / n).sqrt();
            assert!((0.8..=1.4).contains(&over_bound) && sigmas / n <= 2.5, "{what}: {over_bound} {}", sigmas / n);
            assert!(onset_two * 10 >= found * 6, "{what}");
        }
    }
}
