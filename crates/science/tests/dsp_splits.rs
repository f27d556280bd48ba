//! The same samples in records of any size give the same bits; what interrupts is said and begins anew.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod dsp_common;

use dsp_common::{Noise, bits, burst, run, segment};
use truceline_model::time::Time;
use truceline_model::waveform::{ClockFlags, Samples, Segment};
use truceline_science::dsp::baer::BaerSettings;
use truceline_science::dsp::butterworth::Band;
use truceline_science::dsp::chain::{ChannelDetector, Characteristic, Impediment, Outcome, Refinement, Settings};
use truceline_science::dsp::onset_kind::OnsetKind;

/// Cuts each segment at random places: single samples, odd records, whole stretches.
fn cut(segments: &[Segment], noise: &mut Noise) -> Vec<Segment> {
    let longest = [1, 3, 50, 413, 1_000, 100_000][noise.below(6)];
    let mut pieces = Vec::new();
    for whole in segments {
        let mut from = 0;
        while from < whole.samples.len() {
            let to = (from + 1 + noise.below(longest)).min(whole.samples.len());
            let samples = match &whole.samples {
                Samples::I32(samples) => Samples::I32(samples[from..to].to_vec()),
                Samples::F32(samples) => Samples::F32(samples[from..to].to_vec()),
                Samples::F64(samples) => Samples::F64(samples[from..to].to_vec()),
            };
            pieces.push(Segment { start: whole.time_of(from), samples, ..whole.clone() });
            from = to;
        }
    }
    pieces
}

/// Noise with bursts, as counts.
fn counts(n: usize, seed: u64) -> Vec<i32> {
    let mut noise = Noise(seed);
    let mut samples: Vec<f64> = (0..n).map(|_| 100.0 * noise.normal() + 2_000.0).collect();
    for at in (1_500..n).step_by(1_370) {
        burst(&mut samples, at as f64 + 0.4, 100.0, 5.0, 300.0 * (1.0 + noise.below(20) as f64));
    }
    samples.iter().map(|sample| *sample as i32).collect()
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
    let band = Band::BandPass { low_hz: 1.0, high_hz: 40.0 };
    vec![
        base.clone(),
        Settings { rise_p_false: Some(1e-4), ..base.clone() },
        Settings { rise_p_false: Some(1e-3), corners: 2, on: 2.0, trigger_s_max: 0.7, ..base.clone() },
        Settings { corners: 3, refinement: Refinement::Baer(baer), tell_kind: true, ..base.clone() },
        Settings { corners: 1, band, on: 2.0, trigger_s_max: 0.7, ..base.clone() },
        Settings { corners: 8, band: Band::HighPass { corner_hz: 3.0 }, ..base.clone() },
        Settings { characteristic: Characteristic::ClassicStaLta { sta_s: 0.3, lta_s: 6.0 }, ..base.clone() },
        Settings { characteristic: Characteristic::ZDetector { sta_s: 0.3, lta_s: 6.0 }, on: 5.0, ..base.clone() },
        Settings { characteristic: Characteristic::Kurtosis { window_s: 1.0 }, on: 8.0, off: 3.0, ..base },
    ]
}

#[test]
fn any_cut_gives_the_same_bits() {
    let whole = segment(0, 100.0, Samples::I32(counts(20_000, 7)));
    let after_gap = segment(201_234_567_891, 100.0, Samples::I32(counts(9_000, 8)));
    // An open trigger at the end of the first stretch, and a dead stretch in the second.
    let mut floats: Vec<f32> = counts(9_000, 9).iter().map(|c| *c as f32).collect();
    floats[3_000..5_000].fill(17.0);
    floats[7_000] = f32::NAN;
    floats[7_100..7_140].fill(f32::INFINITY);
    // A rate whose samples do not fall on whole nanoseconds.
    let odd = segment(400_000_000_001, 97.3, Samples::F32(floats));
    let mut noise = Noise(99);
    for settings in variants() {
        let segments = [whole.clone(), after_gap.clone(), odd.clone()];
        let reference = run(&settings, &segments);
        assert!(reference.arrivals.len() >= 8, "{settings:?}: {}", reference.arrivals.len());
        for _ in 0..30 {
            let pieces = cut(&segments, &mut noise);
            let outcome = run(&settings, &pieces);
            assert_eq!(bits(&outcome.arrivals), bits(&reference.arrivals), "{settings:?}");
            let said = |outcome: &Outcome| {
                // A run of broken samples is said per segment.
                let whole = |i: &&Impediment| !matches!(i, Impediment::NotFinite { .. });
                outcome.impediments.iter().filter(whole).cloned().collect::<Vec<_>>()
            };
            assert_eq!(said(&outcome), said(&reference));
        }
    }
}

#[test]
fn the_loop_that_is_fast_and_the_parts_one_by_one_agree() {
    // A record of one sample never takes the fast loop, a whole stretch does: covered by bits in the test above. Here:
    // the parts that are checked against the peers give the same trigger times as the chain.
    use truceline_science::dsp::biquad::Cascade;
    use truceline_science::dsp::butterworth::butterworth;
    use truceline_science::dsp::highpass::RunningMeanHighPass;
    use truceline_science::dsp::stalta::RecursiveStaLta;
    use truceline_science::dsp::trigger::{Thresholds, Trigger};
    let samples = counts(60_000, 21);
    let settings = Settings { mean_window_s: 5.0, ..Settings::local_seismic() };
    let chain = run(&settings, &[segment(0, 100.0, Samples::I32(samples.clone()))]);
    let mut mean = RunningMeanHighPass::new(500);
    let mut band = Cascade::new(butterworth(settings.band, settings.corners, 100.0).unwrap());
    let mut ratio = RecursiveStaLta::new(50, 1_000);
    let mut trigger = Trigger::new(Thresholds { on: 3.5, off: 1.0, max_samples: 6_000 }).unwrap();
    let mut parts: Vec<_> = samples
        .iter()
        .filter_map(|c| trigger.push(ratio.push(band.push(mean.push(f64::from(*c))))))
        .map(|stretch| (stretch.on as i64 * 10_000_000, stretch.off as i64 * 10_000_000))
        .collect();
    parts.extend(trigger.finish().map(|s| (s.on as i64 * 10_000_000, s.off as i64 * 10_000_000)));
    let ours: Vec<_> = chain.arrivals.iter().map(|a| (a.triggered.0, a.released.0)).collect();
    assert!(ours.len() > 20);
    assert_eq!(ours, parts);
}

#[test]
fn gaps_overlaps_and_rates_are_said_and_begin_anew() {
    let settings = Settings { mean_window_s: 5.0, ..Settings::local_seismic() };
    let quiet = |start_ns: i64, n: usize, rate_hz: f64| {
        segment(start_ns, rate_hz, Samples::I32(counts(1_400, 3)[..n].to_vec()))
    };
    let s = 1_000_000_000;
    let outcome = run(
        &settings,
        &[
            quiet(0, 1_000, 100.0),
            // 4 ms late: within half a sample, but more than a tenth.
            quiet(10 * s + 4_000_000, 1_000, 100.0),
            // 6 ms late: a gap.
            quiet(20 * s + 10_000_000, 500, 100.0),
            // Sent again, wholly and in part.
            quiet(20 * s + 10_000_000, 500, 100.0),
            quiet(23 * s + 10_000_000, 1_000, 100.0),
            quiet(33 * s + 10_000_000, 1_000, 200.0),
            quiet(38 * s + 10_000_000, 100, 30.0),
            quiet(60 * s, 100, f64::NAN),
            quiet(70 * s, 100, 100.0),
        ],
    );
    let kinds: Vec<String> = outcome.impediments.iter().map(|i| format!("{i:?}")).collect();
    let expected = [
        "Retimed { at: 1970-01-01T00:00:10.004Z, by_s: 0.004 }",
        "Gap { from: 1970-01-01T00:00:20.004Z, to: 1970-01-01T00:00:20.01Z }",
        "Overlap { from: 1970-01-01T00:00:20.01Z, to: 1970-01-01T00:00:25.01Z, set_back: false }",
        "Overlap { from: 1970-01-01T00:00:23.01Z, to: 1970-01-01T00:00:25.01Z, set_back: false }",
        "RateChange { at: 1970-01-01T00:00:33.01Z, from_hz: 100.0, to_hz: 200.0 }",
        "RateChange { at: 1970-01-01T00:00:38.01Z, from_hz: 200.0, to_hz: 30.0 }",
        "RateUnusable { at: 1970-01-01T00:00:38.01Z, rate_hz: 30.0, reason: ",
        "RateUnusable { at: 1970-01-01T00:01:00Z, rate_hz: NaN, reason: ",
    ];
    assert_eq!(kinds.len(), expected.len(), "{kinds:#?}");
    for (kind, expected) in kinds.iter().zip(expected) {
        assert!(kind.starts_with(expected), "{kind} against {expected}");
    }
}

#[test]
fn a_clock_that_is_set_back_is_believed_after_a_minute() {
    let settings = Settings::local_seismic();
    let hour = 3_600_000_000_000;
    let mut segments: Vec<Segment> =
        (0..30).map(|k| segment(hour + k * 4_000_000_000, 100.0, Samples::I32(counts(400, k as u64)))).collect();
    // One hour earlier, for five minutes, with a burst every 13.7 s.
    let late = counts(30_000, 5);
    segments.extend(
        late.chunks(400).zip(0..).map(|(samples, k)| segment(k * 4_000_000_000, 100.0, Samples::I32(samples.to_vec()))),
    );
    let outcome = run(&settings, &segments);
    let set_back: Vec<_> = outcome
        .impediments
        .iter()
        .filter_map(|i| match i {
            Impediment::Overlap { to, set_back: true, .. } => Some(*to),
            _ => None,
        })
        .collect();
    assert_eq!(set_back, [Time(60_000_000_000)]);
    let last = outcome.arrivals.last().unwrap();
    assert!(last.time < Time(hour) && last.time > Time(200_000_000_000), "{last:?}");
}

#[test]
fn a_questionable_clock_marks_arrivals_and_stops_nothing() {
    let settings = Settings { clock_quality_percent_min: 40, mean_window_s: 5.0, ..Settings::local_seismic() };
    let samples = counts(12_000, 31);
    let flags = [
        ClockFlags { locked: Some(true), ..ClockFlags::default() },
        ClockFlags { quality_percent: Some(39), ..ClockFlags::default() },
        ClockFlags { locked: Some(false), ..ClockFlags::default() },
        ClockFlags { locked: Some(true), questionable: Some(false), quality_percent: Some(40) },
    ];
    let segments: Vec<Segment> = samples
        .chunks(3_000)
        .zip(flags)
        .zip(0..)
        .map(|((samples, clock), k)| Segment {
            clock,
            ..segment(k * 30_000_000_000, 100.0, Samples::I32(samples.to_vec()))
        })
        .collect();
    let outcome = run(&settings, &segments);
    let (bad, good) = (Time(30_000_000_000), Time(90_000_000_000));
    assert_eq!(outcome.impediments, [Impediment::ClockQuestionable { at: bad }, Impediment::ClockTrusted { at: good }]);
    let plain = run(&settings, &[segment(0, 100.0, Samples::I32(samples))]);
    assert_eq!(plain.arrivals.len(), outcome.arrivals.len());
    assert!(
        outcome.arrivals.iter().any(|a| a.clock_questionable) && outcome.arrivals.iter().any(|a| !a.clock_questionable)
    );
    for (marked, arrival) in outcome.arrivals.iter().zip(&plain.arrivals) {
        assert_eq!(marked.time, arrival.time);
        assert_eq!(marked.clock_questionable, marked.released >= bad && marked.triggered < good);
    }
}

#[test]
fn a_lock_flag_that_is_never_set_says_nothing() {
    let settings = Settings { mean_window_s: 5.0, ..Settings::local_seismic() };
    let clock = ClockFlags { locked: Some(false), questionable: Some(false), quality_percent: None };
    let outcome = run(&settings, &[Segment { clock, ..segment(0, 100.0, Samples::I32(counts(6_000, 31))) }]);
    assert_eq!(outcome.impediments, []);
}

#[test]
fn nothing_is_given_while_warming_up_nor_an_onset_that_was_not_seen() {
    let settings = Settings { mean_window_s: 5.0, ..Settings::local_seismic() };
    let mut samples = counts(1_400, 3);
    // Loud from 8 s on, before the 10 s of warm-up are over.
    for (i, sample) in samples.iter_mut().enumerate().skip(800) {
        *sample += if i % 8 < 4 { 40_000 } else { -40_000 };
    }
    let outcome = run(&settings, &[segment(0, 100.0, Samples::I32(samples))]);
    assert_eq!(outcome, Outcome::default());
    let mut detector = ChannelDetector::new("FDSN:XX_A__H_H_Z", settings).unwrap();
    assert_eq!(detector.warm_up_s(), None);
    detector.push(&segment(0, 100.0, Samples::I32(vec![1, 2])), &mut Outcome::default()).unwrap();
    assert_eq!(detector.warm_up_s(), Some(10.0));
}

#[test]
fn flat_and_broken_samples_are_said() {
    let settings = Settings { mean_window_s: 5.0, ..Settings::local_seismic() };
    let mut samples: Vec<f64> = counts(9_000, 3).iter().map(|c| f64::from(*c)).collect();
    samples[2_000..4_000].fill(5.0);
    samples[6_000] = f64::NAN;
    samples[6_001] = 1e300;
    let outcome = run(&settings, &[segment(0, 100.0, Samples::F64(samples))]);
    assert_eq!(
        outcome.impediments,
        [
            Impediment::Flat { from: Time(20_000_000_000), to: Time(39_990_000_000) },
            Impediment::NotFinite { at: Time(60_000_000_000), samples: 2 },
        ]
    );
    let seen = outcome.arrivals.iter().all(|a| a.sigma_s > 0.0 && a.snr.is_finite() && a.amplitude.is_finite());
    assert!(seen && outcome.arrivals.iter().all(|a| a.kind == OnsetKind::Unknown));
    // Ten seconds of warm-up after the broken samples.
    assert!(!outcome.arrivals.iter().any(|a| (60_010_000_000..70_020_000_000).contains(&a.triggered.0)));
}

#[test]
fn wrong_settings_and_channels_are_refused() {
    let base = Settings::local_seismic();
    for wrong in [
        Settings { mean_window_s: 0.0, ..base.clone() },
        Settings { before_s: f64::NAN, ..base.clone() },
        Settings { after_s: 1e9, ..base.clone() },
        Settings { off: 9.0, ..base.clone() },
        Settings { characteristic: Characteristic::RecursiveStaLta { sta_s: 5.0, lta_s: 1.0 }, ..base.clone() },
    ] {
        assert!(ChannelDetector::new("A", wrong.clone()).is_err(), "{wrong:?}");
    }
    let mut detector = ChannelDetector::new("A", base).unwrap();
    let refused = detector.push(&segment(0, 100.0, Samples::I32(vec![1])), &mut Outcome::default()).unwrap_err();
    assert!(refused.is_other_channel());
    assert_eq!(
        refused.to_string(),
        "the segment is of channel FDSN:XX_A__H_H_Z, expected A: a detector serves one channel"
    );
}
