//! Onsets in the codas of others: both are found, at the times that their sigmas say, and noise is not taken for more of them.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod dsp_common;

use dsp_common::{Noise, burst, run, segment};
use truceline_model::time::NS_PER_S;
use truceline_model::waveform::Samples;
use truceline_science::dsp::chain::{Arrival, Settings};
use truceline_science::dsp::variance_ratio::{REACH_SHORTS, Rise, VarianceRatio};

const RATE_HZ: f64 = 100.0;

fn settings() -> Settings {
    Settings { rise_p_false: Some(1e-6), ..Settings::local_seismic() }
}

/// Adds scattered waves that die away: noise of a band under a falling envelope.
fn coda(samples: &mut [f64], at: usize, decay_s: f64, amplitude: f64, noise: &mut Noise) {
    let mut before = (0.0, 0.0);
    for (after, sample) in samples.iter_mut().skip(at).take((8.0 * decay_s * RATE_HZ) as usize).enumerate() {
        let swing = 1.5 * before.0 - 0.8 * before.1 + 0.3 * noise.normal();
        before = (swing, before.0);
        *sample += amplitude * libm::exp(-(after as f64) / RATE_HZ / decay_s) * swing;
    }
}

/// Noise with pairs of waves every 40 s: one of 50 times the noise with its coda, and `later_s` after it one of a share of it.
fn pairs(count: usize, later_s: f64, share: f64, seed: u64) -> (Vec<f64>, Vec<(f64, f64)>) {
    let mut noise = Noise(seed);
    let spacing = (40.0 * RATE_HZ) as usize;
    let mut samples: Vec<f64> = (0..(count + 2) * spacing).map(|_| noise.normal()).collect();
    let mut truths = Vec::new();
    for pair in 1..=count {
        let at = (pair * spacing) as f64 + 300.0 * noise.uniform();
        let later = at + later_s * RATE_HZ;
        for (at, amplitude) in [(at, 50.0), (later, 50.0 * share)] {
            burst(&mut samples, at, RATE_HZ, 9.0, amplitude);
            coda(&mut samples, at.ceil() as usize, 1.0, 0.4 * amplitude, &mut noise);
        }
        truths.push((at / RATE_HZ, later / RATE_HZ));
    }
    (samples, truths)
}

/// How far the nearest arrival lies from a time, s, and in its sigmas.
fn off(arrivals: &[Arrival], truth_s: f64) -> (f64, f64) {
    let off_s = |arrival: &Arrival| arrival.time.0 as f64 / NS_PER_S as f64 - truth_s;
    let nearest = arrivals.iter().min_by(|a, b| off_s(a).abs().total_cmp(&off_s(b).abs())).unwrap();
    (off_s(nearest), off_s(nearest) / nearest.sigma_s)
}

#[test]
fn of_two_overlapping_onsets_both_are_found_when_their_sigmas_say() {
    const PAIRS: usize = 200;
    let mut report = String::new();
    for (later_s, share, least) in [(1.5, 1.0, 0.75), (2.0, 1.0, 0.9), (3.0, 0.5, 0.9), (6.0, 0.2, 0.9)] {
        let (samples, truths) = pairs(PAIRS, later_s, share, 17);
        let samples = segment(0, RATE_HZ, Samples::F64(samples));
        let arrivals = run(&settings(), std::slice::from_ref(&samples)).arrivals;
        let alone = run(&Settings { rise_p_false: None, ..settings() }, &[samples]).arrivals;
        let near = |arrivals: &[Arrival], truth_s: f64| off(arrivals, truth_s).0.abs() < 0.3;
        let count = |arrivals: &[Arrival]| truths.iter().filter(|(_, later)| near(arrivals, *later)).count();
        let first = truths.iter().filter(|(first, _)| near(&arrivals, *first)).count();
        let normal: Vec<f64> = truths
            .iter()
            .flat_map(|(first, later)| [*first, *later])
            .filter(|truth| near(&arrivals, *truth))
            .map(|truth| off(&arrivals, truth).1)
            .collect();
        let within = |k: f64| normal.iter().filter(|off| off.abs() <= k).count() as f64 / normal.len() as f64;
        let (found, by_trigger) = (count(&arrivals), count(&alone));
        report += &format!(
            "{share} of it {later_s} s later: first {first}, later {found} (by the trigger alone {by_trigger}), {} arrivals of \
             {}, within 1 sigma {:.2}, 2 sigma {:.2}\n",
            arrivals.len(),
            2 * PAIRS,
            within(1.0),
            within(2.0)
        );
        assert!(first >= PAIRS * 99 / 100, "{report}");
        assert!(found as f64 >= least * PAIRS as f64 && found >= by_trigger, "{report}");
        assert!(arrivals.len() <= 2 * PAIRS + PAIRS / 10, "{report}");
        assert!(within(1.0) >= 0.6 && within(2.0) >= 0.9, "{report}");
    }
    // Its figures are read by `--nocapture`.
    print!("{report}");
}

#[test]
fn faint_short_pulses_are_found_that_the_trigger_does_not_see() {
    let mut noise = Noise(3);
    let spacing = 2_000;
    let mut samples: Vec<f64> = (0..202 * spacing).map(|_| noise.normal()).collect();
    let truths: Vec<f64> = (1..=200).map(|k| (k * spacing) as f64 + 500.0 * noise.uniform()).collect();
    truths.iter().for_each(|at| burst(&mut samples, *at, RATE_HZ, 9.0, 3.5));
    let samples = segment(0, RATE_HZ, Samples::F64(samples));
    let found = |settings: &Settings| {
        let arrivals = run(settings, std::slice::from_ref(&samples)).arrivals;
        truths.iter().filter(|at| off(&arrivals, *at / RATE_HZ).0.abs() < 0.3).count()
    };
    let (with, without) = (found(&settings()), found(&Settings { rise_p_false: None, ..settings() }));
    assert!(with >= 190 && without < 180, "{with} with rises, {without} without");
}

#[test]
fn steady_noise_is_taken_for_a_rise_as_seldom_as_is_stated() {
    const HOURS: f64 = 20.0;
    let mut noise = Noise(11);
    let samples: Vec<f64> = (0..(HOURS * 3_600.0 * RATE_HZ) as usize).map(|_| noise.normal()).collect();
    let found = run(&settings(), &[segment(0, RATE_HZ, Samples::F64(samples))]).arrivals.len() as f64;
    // Nine pairs of windows, of which one after the other is new each half a second: 65,000 tests an hour at 1e-6.
    assert!(found / HOURS <= 0.15, "{found} in {HOURS} hours");
}

/// The definition, in plain sums over each pair of windows.
#[test]
fn ratios_are_those_of_plain_sums() {
    let mut noise = Noise(23);
    let mut samples: Vec<f64> = (0..40_000).map(|_| noise.normal()).collect();
    for at in (1_000..40_000).step_by(777) {
        burst(&mut samples, at as f64, RATE_HZ, 8.0, 4.0 + noise.below(4_000) as f64);
    }
    let mut rises: Vec<Rise> = Vec::new();
    let mut detector = VarianceRatio::new(50, 0.18, 1e-6);
    assert_eq!(detector.reach_samples(), 50 * u64::from(REACH_SHORTS));
    detector.push(&samples, &mut rises);
    assert!(rises.len() > 50, "{}", rises.len());
    for rise in rises {
        let (at, short, long) = (rise.at as usize, rise.short as usize, rise.long as usize);
        let mean = |part: &[f64]| part.iter().map(|x| x * x).sum::<f64>() / part.len() as f64;
        let expected = mean(&samples[at - short..at]) / mean(&samples[at - short - long..at - short]);
        assert!((rise.ratio / expected - 1.0).abs() < 1e-9, "{rise:?}, expected {expected}");
    }
}
