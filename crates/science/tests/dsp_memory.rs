//! A detector that goes on from its canonical bytes is the detector that never stopped, to the bit.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod dsp_common;

use dsp_common::{Noise, bits, burst, segment};
use truceline_model::canonical;
use truceline_model::time::Time;
use truceline_model::waveform::{Samples, Segment};
use truceline_science::dsp::baer::BaerSettings;
use truceline_science::dsp::butterworth::Band;
use truceline_science::dsp::chain::{ChannelDetector, Characteristic, Outcome, Refinement, Settings};

/// Records of 37 samples: noise with bursts, a gap, a dead stretch, broken floats, a change of rate.
fn records() -> Vec<Segment> {
    let mut noise = Noise(5);
    let mut samples: Vec<f64> = (0..12_000).map(|_| 100.0 * noise.normal() + 2_000.0).collect();
    for at in (1_500..12_000).step_by(1_370) {
        burst(&mut samples, at as f64 + 0.4, 100.0, 5.0, 300.0 * (1.0 + noise.below(20) as f64));
    }
    samples[6_000..7_800].fill(17.0);
    samples[9_000] = f64::NAN;
    let mut records = Vec::new();
    for (n, piece) in samples.chunks(37).enumerate() {
        let gap_ns = if n > 120 { 33_000_000_000 } else { 0 };
        let rate_hz = if n > 290 { 80.0 } else { 100.0 };
        let mut record = segment(n as i64 * 370_000_000 + gap_ns, rate_hz, Samples::F64(piece.to_vec()));
        record.clock.questionable = Some(n % 50 == 3);
        records.push(record);
    }
    records
}

fn variants() -> Vec<Settings> {
    let base = Settings {
        mean_window_s: 5.0,
        characteristic: Characteristic::RecursiveStaLta { sta_s: 0.3, lta_s: 6.0 },
        ..Settings::local_seismic()
    };
    let baer = BaerSettings {
        pick_threshold: 10.0,
        update_threshold: 20.0,
        down_samples_max: 10,
        up_samples_min: 10,
        preset_samples: 50,
    };
    vec![
        base.clone(),
        Settings { rise_p_false: Some(1e-4), ..base.clone() },
        Settings { rise_p_false: Some(1e-3), corners: 2, on: 2.0, trigger_s_max: 0.7, ..base.clone() },
        Settings { corners: 3, refinement: Refinement::Baer(baer), tell_kind: true, ..base.clone() },
        Settings { corners: 8, band: Band::HighPass { corner_hz: 3.0 }, ..base.clone() },
        Settings { band: Band::LowPass { corner_hz: 9.0 }, ..base.clone() },
        Settings { characteristic: Characteristic::ClassicStaLta { sta_s: 0.3, lta_s: 6.0 }, ..base.clone() },
        Settings { characteristic: Characteristic::ZDetector { sta_s: 0.3, lta_s: 6.0 }, on: 5.0, ..base.clone() },
        Settings { characteristic: Characteristic::Kurtosis { window_s: 1.0 }, on: 8.0, off: 3.0, ..base },
    ]
}

/// What came out, and the memory after each record; the detector is made anew from its bytes after the records `stops`.
fn run(settings: &Settings, records: &[Segment], stops: impl Fn(usize) -> bool) -> (Outcome, Vec<Vec<u8>>) {
    let mut detector = ChannelDetector::new(&records[0].channel, settings.clone()).unwrap();
    let (mut outcome, mut memories) = (Outcome::default(), Vec::new());
    for (n, record) in records.iter().enumerate() {
        detector.push(record, &mut outcome).unwrap();
        let bytes = canonical::to_bytes(&detector);
        if stops(n) {
            detector = canonical::from_bytes(&bytes).unwrap();
            assert_eq!(canonical::to_bytes(&detector), bytes, "record {n}");
        }
        memories.push(bytes);
    }
    detector.finish(&mut outcome);
    (outcome, memories)
}

#[test]
fn a_run_from_any_memory_is_the_uninterrupted_run() {
    let records = records();
    let mut noise = Noise(77);
    for settings in variants() {
        let (unbroken, memories) = run(&settings, &records, |_| false);
        assert!(unbroken.arrivals.len() >= 3 && unbroken.impediments.len() >= 6, "{settings:?}: {unbroken:?}");
        let some: Vec<bool> = records.iter().map(|_| noise.below(5) == 0).collect();
        for stops in [&|_| true, &|n: usize| some[n]] as [&dyn Fn(usize) -> bool; 2] {
            let (outcome, again) = run(&settings, &records, stops);
            assert_eq!(bits(&outcome.arrivals), bits(&unbroken.arrivals), "{settings:?}");
            assert_eq!(format!("{:?}", outcome.impediments), format!("{:?}", unbroken.impediments), "{settings:?}");
            assert!(again == memories, "{settings:?}: the memories differ");
        }
    }
}

/// No band here delays by more, s.
const DELAY_S: f64 = 0.1;

/// Whoever counts silence needs to know up to when nothing more can come.
#[test]
fn nothing_comes_from_before_what_was_said_to_be_given() {
    let records = records();
    for settings in variants() {
        let mut detector = ChannelDetector::new(&records[0].channel, settings.clone()).unwrap();
        assert!(detector.given_until().is_none());
        let (mut outcome, mut given_until) = (Outcome::default(), None::<Time>);
        let mut waited_s: f64 = 0.0;
        for record in &records {
            let before = outcome.arrivals.len();
            detector.push(record, &mut outcome).unwrap();
            for arrival in &outcome.arrivals[before..] {
                assert!(
                    given_until.is_none_or(|until| arrival.time.seconds_since(until) >= -DELAY_S),
                    "{settings:?}: {arrival:?} {given_until:?}"
                );
            }
            given_until = detector.given_until().max(given_until);
            let end = record.start.plus_s(37.0 / record.rate_hz);
            waited_s = waited_s.max(given_until.map_or(0.0, |until| end.seconds_since(until)));
        }
        assert!(waited_s > 0.5 && waited_s < 60.0, "{settings:?}: {waited_s}");
    }
}

#[test]
fn the_memory_of_one_seismic_channel_is_small() {
    let (_, memories) = run(&Settings::local_seismic(), &records(), |_| false);
    let largest = memories.iter().map(Vec::len).max().unwrap();
    assert!(largest < 5_000, "{largest} bytes");
}

#[test]
fn damaged_memories_are_refused_or_run_without_a_panic() {
    let records = records();
    let mut noise = Noise(3);
    for settings in variants() {
        let (_, memories) = run(&settings, &records[..200], |_| false);
        for _ in 0..2_000 {
            let mut bytes = memories[noise.below(memories.len())].clone();
            for _ in 0..1 + noise.below(3) {
                let at = noise.below(bytes.len());
                bytes[at] = noise.below(256) as u8;
            }
            let Ok(mut detector) = canonical::from_bytes::<ChannelDetector>(&bytes) else { continue };
            let mut outcome = Outcome::default();
            for record in &records[200..203] {
                // Of another channel, if its name was hit.
                let _ = detector.push(record, &mut outcome);
            }
            detector.finish(&mut outcome);
        }
    }
}
