//! Kinds of recorded events, with likelihoods that were stated before and fitted to none of them.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::path::{Path, PathBuf};
use truceline_formats::wav;
use truceline_model::kind::Kind;
use truceline_model::time::Time;
use truceline_science::classify::{Classes, Features, Priors, classify};
use truceline_science::dsp::features::{WaveformFeatures, measure};

/// The folder of recordings; none where it is not there and need not be.
fn recordings() -> Option<PathBuf> {
    let folder = std::env::var_os("TRUCELINE_DATA").map(PathBuf::from);
    if folder.is_none() {
        assert!(std::env::var_os("TRUCELINE_REQUIRE_DATA").is_none(), "TRUCELINE_DATA is not set, and required");
    }
    folder
}

/// Samples and rate of a file of sound.
fn sound(path: &Path) -> (Vec<f64>, f64) {
    let segments = wav::read("sound", &std::fs::read(path).unwrap(), Time(0), |_| "sound".into()).unwrap();
    let mut samples = Vec::new();
    segments[0].samples.extend_f64(&mut samples);
    (samples, segments[0].rate_hz)
}

/// Samples and rate of a table of times and one value.
fn table(path: &Path) -> (Vec<f64>, f64) {
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<(f64, f64)> = text
        .lines()
        .skip(1)
        .map(|line| line.split_once(',').unwrap())
        .map(|(time, value)| (time.parse().unwrap(), value.parse().unwrap()))
        .collect();
    let rate_hz = (rows.len() - 1) as f64 / (rows[rows.len() - 1].0 - rows[0].0);
    (rows.into_iter().map(|(_, value)| value).collect(), rate_hz)
}

fn heard(waveform: &WaveformFeatures) -> Classes {
    let features = Features { in_air: Some(true), ..Features::of_waveform(waveform) };
    classify(&features, &Priors::default()).unwrap()
}

/// The ART-1 launch from 24 km, 800 Hz.
#[test]
fn a_rocket_launch_is_no_explosion() {
    let Some(folder) = recordings() else { return };
    let (samples, rate_hz) = sound(&folder.join("acoustic/confusers/astra_ART-1_800Hz.wav"));
    let waveform = measure(&samples, rate_hz).unwrap().unwrap();
    let found = heard(&waveform);
    assert!(found.of(Kind::Explosion) < 0.05 && found.of(Kind::Shot) < 0.05, "{waveform:?} {found:?}");
    assert!(found.of(Kind::Launch) > found.of(Kind::Explosion), "{found:?}");
}

/// A surface shot of 18 kg from 2.03 km, a telephone's microphone at 8 kHz.
#[test]
fn a_shot_of_explosive_is_compatible_with_an_explosion_and_ambient_noise_is_no_event() {
    let Some(folder) = recordings() else { return };
    let folder = folder.join("acoustic/confusers");
    let (samples, rate_hz) = table(&folder.join("shared_INL_20200810_03_mic_8kHz.csv"));
    let waveform = measure(&samples, rate_hz).unwrap().unwrap();
    let found = heard(&waveform);
    assert!(found.of(Kind::Explosion) > 0.1, "{waveform:?} {found:?}");
    let (samples, rate_hz) = table(&folder.join("shared_ambient_mic_8kHz.csv"));
    assert_eq!(measure(&samples, rate_hz).unwrap(), None);
}

/// Gunshots at surveyed places, 12 kHz, some with echoes, traffic or several shots in the window: most are a shot or a
/// burst, none is an explosion.
#[test]
fn gunshots_are_mostly_shots() {
    let Some(folder) = recordings() else { return };
    let mut files = Vec::new();
    for place in ["FP1", "FP3"] {
        for test in std::fs::read_dir(folder.join("acoustic/gunshot").join(place)).unwrap() {
            for file in std::fs::read_dir(test.unwrap().path()).unwrap() {
                files.push(file.unwrap().path());
            }
        }
    }
    files.retain(|path| path.extension().is_some_and(|extension| extension == "wav"));
    files.sort();
    let mut counts = [0_usize; 9];
    let mut none = 0;
    for path in &files {
        let (samples, rate_hz) = sound(path);
        match measure(&samples, rate_hz).unwrap() {
            Some(waveform) => {
                let found = heard(&waveform);
                counts[found.most_probable() as usize] += 1;
            }
            None => none += 1,
        }
    }
    let of = |class: Kind| counts[class as usize];
    assert!(files.len() > 100 && none < files.len() / 20, "{none} of {} without an event", files.len());
    assert!(2 * (of(Kind::Shot) + of(Kind::Burst)) > files.len() - none, "{counts:?}");
    assert_eq!((of(Kind::Explosion), of(Kind::Earthquake)), (0, 0), "{counts:?}");
}
