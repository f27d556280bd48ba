//! Whether the sigma of an onset is honest: synthetic arrivals of known time, faint to loud, in three bands.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod dsp_common;

use dsp_common::{Noise, burst, run, segment};
use truceline_model::time::NS_PER_S;
use truceline_model::waveform::Samples;
use truceline_science::dsp::baer::BaerSettings;
use truceline_science::dsp::butterworth::Band;
use truceline_science::dsp::chain::{Characteristic, Refinement, Settings};

/// How well onsets were timed.
struct Score {
    found: usize,
    within_1: f64,
    within_2: f64,
    bias_s: f64,
    rms_s: f64,
    sigma_s: f64,
}

/// Arrivals of an amplitude in units of the noise's rms, every 20 s of a stretch.
fn score(settings: &Settings, rate_hz: f64, frequency_hz: f64, amplitude: f64, seed: u64) -> Score {
    const ARRIVALS: usize = 300;
    let scale = rate_hz / 100.0;
    let mut noise = Noise(seed);
    let spacing = (2_000.0 * scale) as usize;
    let n = (ARRIVALS + 2) * spacing;
    let mut samples: Vec<f64> = (0..n).map(|_| noise.normal()).collect();
    let mut truths = Vec::new();
    for k in 0..ARRIVALS {
        let at = ((k + 1) * spacing) as f64 + noise.uniform() * 500.0 * scale;
        burst(&mut samples, at, rate_hz, frequency_hz, amplitude);
        truths.push(at / rate_hz);
    }
    let outcome = run(settings, &[segment(0, rate_hz, Samples::F64(samples))]);
    let mut errors = Vec::new();
    for truth in truths {
        let near = outcome
            .arrivals
            .iter()
            .map(|a| (a.time.0 as f64 / NS_PER_S as f64 - truth, a.sigma_s))
            .filter(|(error, _)| error.abs() < 1.0)
            .min_by(|a, b| a.0.abs().total_cmp(&b.0.abs()));
        errors.extend(near);
    }
    let count = errors.len().max(1) as f64;
    let share = |k: f64| errors.iter().filter(|(error, sigma)| error.abs() <= k * sigma).count() as f64 / count;
    Score {
        found: errors.len(),
        within_1: share(1.0),
        within_2: share(2.0),
        bias_s: errors.iter().map(|e| e.0).sum::<f64>() / count,
        rms_s: (errors.iter().map(|e| e.0 * e.0).sum::<f64>() / count).sqrt(),
        sigma_s: (errors.iter().map(|e| e.1 * e.1).sum::<f64>() / count).sqrt(),
    }
}

fn settings(band: Band, corners: u32, refinement: Refinement) -> Settings {
    Settings {
        band,
        corners,
        characteristic: Characteristic::RecursiveStaLta { sta_s: 0.3, lta_s: 6.0 },
        mean_window_s: 5.0,
        refinement,
        ..Settings::local_seismic()
    }
}

/// Scores from faint to loud, in words; every loudness that is found often enough must be honest.
fn check(settings: &Settings, rate_hz: f64, frequency_hz: f64, seed: u64) -> String {
    let mut words = String::new();
    let (mut found, mut within_1, mut within_2) = (0.0, 0.0, 0.0);
    for (amplitude, seed) in [3.0, 6.0, 20.0, 100.0, 1_000.0].into_iter().zip(seed..) {
        let s = score(settings, rate_hz, frequency_hz, amplitude, seed);
        words += &format!(
            "{:?} {} corners, {rate_hz} Hz, burst {frequency_hz} Hz x {amplitude}: found {}, within 1 sigma {:.2}, 2 \
             sigma {:.2}, bias {:+.4} s, rms {:.4} s, sigma {:.4} s\n",
            settings.band, settings.corners, s.found, s.within_1, s.within_2, s.bias_s, s.rms_s, s.sigma_s
        );
        if s.found >= 100 {
            assert!(s.within_1 >= 0.45 && s.within_2 >= 0.85, "{amplitude}: {:.3} {:.3}", s.within_1, s.within_2);
            assert!(s.rms_s <= 1.5 * s.sigma_s && s.rms_s >= 0.2 * s.sigma_s, "{amplitude}: {} {}", s.rms_s, s.sigma_s);
        }
        let n = s.found as f64;
        (found, within_1, within_2) = (found + n, within_1 + n * s.within_1, within_2 + n * s.within_2);
    }
    assert!(found >= 900.0);
    assert!(within_1 / found >= 0.6 && within_2 / found >= 0.93, "{} {}", within_1 / found, within_2 / found);
    words + &format!("  all: {found} found, within 1 sigma {:.3}, 2 sigma {:.3}", within_1 / found, within_2 / found)
}

#[test]
fn sigmas_by_aic_hold_the_truth() {
    let band = |low_hz, high_hz| Band::BandPass { low_hz, high_hz };
    for (band, corners, rate_hz, frequency_hz, seed) in [
        (band(2.0, 20.0), 4, 100.0, 5.0, 1),
        (band(2.0, 20.0), 4, 100.0, 10.0, 11),
        (band(1.0, 40.0), 4, 100.0, 8.0, 21),
        (band(5.0, 15.0), 4, 100.0, 8.0, 31),
        (band(10.0, 20.0), 4, 100.0, 14.0, 41),
        (band(2.0, 20.0), 2, 100.0, 6.0, 51),
        // The shares of delay and period were not chosen on these.
        (band(0.5, 4.0), 3, 40.0, 2.0, 61),
        (band(20.0, 200.0), 4, 1_000.0, 70.0, 71),
        (Band::LowPass { corner_hz: 12.0 }, 4, 100.0, 6.0, 81),
        (Band::HighPass { corner_hz: 3.0 }, 4, 100.0, 10.0, 91),
    ] {
        println!("{}", check(&settings(band, corners, Refinement::Aic), rate_hz, frequency_hz, seed));
    }
}

#[test]
fn sigmas_by_baer_hold_the_truth() {
    let baer = BaerSettings {
        pick_threshold: 10.0,
        update_threshold: 20.0,
        down_samples_max: 15,
        up_samples_min: 15,
        preset_samples: 60,
    };
    let band = Band::BandPass { low_hz: 2.0, high_hz: 20.0 };
    println!("{}", check(&settings(band, 4, Refinement::Baer(baer)), 100.0, 8.0, 101));
}
