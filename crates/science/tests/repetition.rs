//! Copies of samples are found however records are cut, and noise, resends and flat lines are none.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod dsp_common;

use dsp_common::{Noise, burst, segment};
use truceline_model::canonical;
use truceline_model::time::{NS_PER_S, Time};
use truceline_model::waveform::{Samples, Segment};
use truceline_science::dsp::repetition::{CHUNK_S, CHUNKS_MAX, Repeated, Repetition, SAID_S};

const S: i64 = NS_PER_S;

/// Noise of so many counts with a burst now and then.
fn counts(n: usize, seed: u64, sigma: f64) -> Vec<i32> {
    let mut noise = Noise(seed);
    let mut samples: Vec<f64> = (0..n).map(|_| sigma * noise.normal()).collect();
    for at in (5_000..n).step_by(13_700) {
        burst(&mut samples, at as f64 + 0.4, 100.0, 5.0, 30.0 * sigma);
    }
    samples.iter().map(|sample| sample.round() as i32).collect()
}

fn of(start_ns: i64, rate_hz: f64, samples: &[i32]) -> Segment {
    segment(start_ns, rate_hz, Samples::I32(samples.to_vec()))
}

fn all(segments: &[Segment]) -> Vec<Repeated> {
    let mut repetition = Repetition::new();
    let mut said: Vec<Repeated> = segments.iter().flat_map(|one| repetition.push(one)).collect();
    said.extend(repetition.finish());
    said
}

fn cut(whole: &Segment, longest: usize, noise: &mut Noise) -> Vec<Segment> {
    let Samples::I32(samples) = &whole.samples else { panic!("counts") };
    let (mut pieces, mut from) = (Vec::new(), 0);
    while from < samples.len() {
        let to = (from + 1 + noise.below(longest)).min(samples.len());
        pieces.push(of(whole.time_of(from).0, whole.rate_hz, &samples[from..to]));
        from = to;
    }
    pieces
}

/// An hour with a copy of ten minutes of it, stated for another time.
fn with_copy(seed: u64, rate_hz: f64, length_s: usize) -> (Vec<Segment>, i64, i64) {
    let mut noise = Noise(seed);
    let of_s = |s: usize| (s as f64 * rate_hz) as usize;
    let samples = counts(of_s(3_600), seed + 1, 12.0);
    let copied = of_s(600) + noise.below(of_s(1_800));
    let at_ns = (copied as f64 / rate_hz * S as f64) as i64;
    // Of an earlier time or a later one.
    let stated_ns = at_ns + [-7_200, 5_400][noise.below(2)] * S + noise.below(1_000) as i64 * 1_000_000;
    let copy = of(stated_ns, rate_hz, &samples[copied..copied + of_s(length_s)]);
    (vec![of(0, rate_hz, &samples), copy], stated_ns, at_ns)
}

#[test]
fn a_copy_of_five_minutes_is_found_and_says_of_what() {
    for seed in 0..40 {
        let rate_hz = [20.0, 40.0, 50.0, 100.0, 250.0][seed as usize % 5];
        let (segments, stated_ns, at_ns) = with_copy(seed, rate_hz, 300);
        let said = all(&segments);
        assert_eq!(said.len(), 1, "{seed}: {said:?}");
        let Repeated { span, of } = said[0];
        let sample_ns = (1e9 / rate_hz) as i64;
        let shift_ns = stated_ns - at_ns;
        assert!(
            (span.from.0 - of.from.0 - shift_ns).abs() <= sample_ns
                && (span.to.0 - of.to.0 - shift_ns).abs() <= sample_ns
        );
        let end_ns = stated_ns + 300 * S;
        assert!(span.from.0 >= stated_ns && span.to.0 <= end_ns, "{seed}: {span:?}");
        // What is not in it is the chunk that was open at either end.
        let beyond_s = (span.from.0 - stated_ns + end_ns - span.to.0) as f64 / 1e9;
        assert!(beyond_s < 12.0 * CHUNK_S as f64, "{seed}: {beyond_s}");
    }
}

#[test]
fn cuts_and_a_memory_that_is_read_back_move_nothing() {
    let mut noise = Noise(5);
    for seed in 100..104 {
        let (segments, ..) = with_copy(seed, 100.0, 900);
        let expected = all(&segments);
        let whole_s: i64 = expected.iter().map(|one| (one.span.to.0 - one.span.from.0) / S).sum();
        assert!(expected.len() == 2 && whole_s > 780, "{expected:?}");
        assert!((expected[0].span.to.0 - expected[0].span.from.0) / S < SAID_S + 120);
        for longest in [7_usize, 413, 30_000] {
            let pieces: Vec<Segment> = segments.iter().flat_map(|whole| cut(whole, longest, &mut noise)).collect();
            assert_eq!(all(&pieces), expected, "{seed}, {longest}");
            let (mut repetition, mut said) = (Repetition::new(), Vec::new());
            for (n, piece) in pieces.iter().enumerate() {
                said.extend(repetition.push(piece));
                if n % (pieces.len() / 7).max(1) == 0 {
                    let bytes = canonical::to_bytes(&repetition);
                    let read: Repetition = canonical::from_bytes(&bytes).unwrap();
                    assert_eq!(read, repetition);
                    repetition = read;
                }
            }
            said.extend(repetition.finish());
            assert_eq!(said, expected, "{seed}, {longest}");
        }
    }
}

/// Of a channel as quiet as converters get, and of a loud one: a day and more of each, past what is held.
#[test]
fn noise_of_many_hours_never_repeats() {
    for (seed, sigma) in [(1, 0.6), (2, 3.0), (3, 1e5)] {
        let mut repetition = Repetition::new();
        for hour in 0..40 {
            let samples = counts(20 * 3_600, 1_000 * seed + hour, sigma);
            assert_eq!(repetition.push(&of(hour as i64 * 3_600 * S, 20.0, &samples)), Vec::new());
        }
        assert_eq!(repetition.finish(), None);
        assert!(canonical::to_bytes(&repetition).len() < 16 * CHUNKS_MAX + 200);
    }
}

#[test]
fn what_is_sent_twice_flat_clipped_or_periodic_is_no_copy() {
    let samples = counts(360_000, 9, 12.0);
    let whole = of(0, 100.0, &samples);
    let again = of(1_000 * S, 100.0, &samples[100_000..200_000]);
    // As it was, a clock that was mended by two seconds, and each again.
    let mended = Segment { start: Time(again.start.0 + 2 * S), ..again.clone() };
    assert_eq!(all(&[whole.clone(), again.clone(), mended.clone(), again, mended, whole]), Vec::new());
    let mut noise = Noise(3);
    let noise: Vec<i32> = (0..360_000).map(|_| (40.0 * noise.normal()) as i32).collect();
    let of_index = |value: fn(usize, i32) -> i32| {
        let samples: Vec<i32> = noise.iter().enumerate().map(|(i, sample)| value(i, *sample)).collect();
        all(&[of(0, 100.0, &samples), of(8_000 * S, 100.0, &samples)])
    };
    assert!(of_index(|_, _| 17).is_empty());
    assert!(of_index(|i, _| (i % 2) as i32).is_empty());
    assert!(of_index(|_, sample| if sample > 0 { 1_000 } else { -1_000 }).is_empty());
    assert!(of_index(|i, _| (1_000.0 * libm::sin(i as f64 * std::f64::consts::PI / 50.0)) as i32).is_empty());
    // And what has all of its values is.
    assert!(!of_index(|_, sample| sample).is_empty());
}
