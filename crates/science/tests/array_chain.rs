//! The streaming detector of an array: cuts, interleaving, order of elements, memory, and what interrupts.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod array_support;

use array_support::{Draws, four, plane_delays, ring, source_delays};
use proptest::prelude::*;
use truceline_model::bearing::Unresolved;
use truceline_model::canonical::{from_bytes, to_bytes};
use truceline_model::time::Time;
use truceline_model::waveform::{ClockFlags, Samples, Segment};
use truceline_science::array::chain::{
    Absence, ArrayDetector, Arrival, Direction, Element, Impediment, Method, Outcome, Settings, Towards, pieces,
};
use truceline_science::array::resolve::Medium;
use truceline_science::array::{Geometry, Offset};
use truceline_science::dsp;

const RATE_HZ: f64 = 20.0;
/// 2026-01-01T00:00:00Z, a multiple of every step used here.
const START: Time = Time(1_767_225_600_000_000_000);

fn settings() -> Settings {
    Settings {
        window_s: 10.0,
        step_s: 5.0,
        past: 60,
        run_min: 1,
        wait_s: 60.0,
        p_false: 1e-3,
        ..Settings::infrasound()
    }
}

fn elements_of(geometry: &Geometry) -> Vec<Element> {
    let offset = |r: &[f64; 3]| Offset { east_m: r[0], north_m: r[1], up_m: r[2] };
    let offsets = geometry.offsets_m().iter().enumerate();
    offsets.map(|(i, r)| Element { channel: format!("E{i}"), offset: offset(r) }).collect()
}

/// A pulse of some seconds at 1.5 Hz that begins at zero.
fn pulse(t: f64) -> f64 {
    if t < 0.0 {
        0.0
    } else {
        libm::sin(std::f64::consts::TAU * 1.5 * t) * libm::exp(-t / 1.5) * (1.0 - libm::exp(-t * 8.0))
    }
}

/// Noise of rms 1 with pulses of an amplitude at times (s), which come to the elements at delays (s).
fn recorded(
    delays_s: &[f64],
    pulses_s: &[f64],
    amplitude: f64,
    length_s: f64,
    seed: u64,
    phases_s: &[f64],
) -> Vec<Segment> {
    let mut draws = Draws::new(seed);
    let samples = (length_s * RATE_HZ) as usize;
    (0..delays_s.len())
        .map(|element| {
            let phase_s = phases_s.get(element).copied().unwrap_or(0.0);
            let value = |i: usize, draws: &mut Draws| {
                let t = i as f64 / RATE_HZ + phase_s - delays_s[element];
                let wave: f64 = pulses_s.iter().map(|at| pulse(t - at)).sum();
                amplitude * wave + draws.normal()
            };
            let samples = (0..samples).map(|i| value(i, &mut draws)).collect();
            Segment {
                channel: format!("E{element}"),
                start: START.plus_s(phase_s),
                rate_hz: RATE_HZ,
                samples: Samples::F64(samples),
                clock: ClockFlags::default(),
            }
        })
        .collect()
}

fn run(elements: &[Element], settings: &Settings, segments: &[Segment]) -> Outcome {
    let mut detector = ArrayDetector::new(elements, 0.0, settings.clone()).unwrap();
    let mut outcome = Outcome::default();
    for segment in segments {
        detector.push(segment, &mut outcome).unwrap();
    }
    detector.finish(&mut outcome).unwrap();
    outcome
}

fn towards(arrival: &Arrival) -> Towards {
    match arrival.direction {
        Direction::Towards(towards) => towards,
        Direction::NotResolvable(reason) => panic!("{reason}: {arrival:?}"),
    }
}

/// All of an outcome, floats by their shortest exact form.
fn bits(outcome: &Outcome) -> String {
    format!("{outcome:?}")
}

fn part(segment: &Segment, from: usize, to: usize) -> Segment {
    let Samples::F64(samples) = &segment.samples else { panic!("floats") };
    Segment { start: segment.time_of(from), samples: Samples::F64(samples[from..to].to_vec()), ..segment.clone() }
}

/// Random cuts of each element, interleaved at random, no element further ahead than some seconds.
fn shuffled(segments: &[Segment], draws: &mut Draws, ahead_s: f64) -> Vec<Segment> {
    let mut at = vec![0_usize; segments.len()];
    let mut out = Vec::new();
    loop {
        let open: Vec<usize> = (0..segments.len()).filter(|i| at[*i] < segments[*i].samples.len()).collect();
        if open.is_empty() {
            return out;
        }
        let least = open.iter().map(|i| at[*i]).min().unwrap();
        let near: Vec<usize> = open.into_iter().filter(|i| (at[*i] - least) as f64 <= ahead_s * RATE_HZ).collect();
        let chosen = near[(draws.uniform() * near.len() as f64) as usize];
        let longest = [1.0, 7.0, 120.0, 400.0][(draws.uniform() * 4.0) as usize];
        let to = (at[chosen] + 1 + (draws.uniform() * longest) as usize).min(segments[chosen].samples.len());
        out.push(part(&segments[chosen], at[chosen], to));
        at[chosen] = to;
    }
}

#[test]
fn a_wave_is_one_arrival_with_onset_direction_and_sigmas() {
    let geometry = four(100.0);
    let delays = plane_delays(&geometry, 137.0, 345.0);
    // Elements sample at instants of their own.
    let segments = recorded(&delays, &[300.0, 420.0], 8.0, 500.0, 1, &[0.0, 0.011, 0.024, 0.039]);
    let found = run(&elements_of(&geometry), &settings(), &pieces(&segments, 10.0));
    assert_eq!(found.arrivals.len(), 2, "{found:?}");
    for (arrival, at) in found.arrivals.iter().zip([300.0, 420.0]) {
        let towards = towards(arrival);
        let off_s = arrival.time.seconds_since(START) - at;
        assert!(off_s.abs() <= 3.0 * arrival.sigma_s && arrival.sigma_s < 0.5 && arrival.onset_picked, "{arrival:?}");
        assert!((towards.azimuth_deg - 137.0).abs() <= 3.0 * towards.azimuth_sigma_deg, "{towards:?}");
        assert!(towards.azimuth_sigma_deg < 3.0 && towards.azimuth_propagation_sigma_deg == 3.0);
        assert!((towards.slowness_s_km - 1000.0 / 345.0).abs() <= 3.0 * towards.slowness_sigma_s_km, "{towards:?}");
        assert!(arrival.elements == 4 && arrival.f_statistic > 8.0, "{arrival:?}");
        assert!(arrival.without.is_empty() && !arrival.cut_short && !arrival.continued);
    }
    assert!(found.impediments.is_empty(), "{:?}", found.impediments);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Any cut, any interleaving within the wait, any order of elements; and memories in between.
    #[test]
    fn cuts_interleaving_and_order_change_nothing(seed in any::<u64>()) {
        let geometry = ring(4, 120.0);
        let delays = plane_delays(&geometry, 200.0, 340.0);
        let mut segments = recorded(&delays, &[220.0, 260.0], 4.0, 330.0, 3, &[0.0, 0.01, 0.02, 0.03, 0.04]);
        // One element has a gap, and one is constant for a while.
        let whole = segments.remove(2);
        let halves = [part(&whole, 0, 2_000), part(&whole, 2_300, whole.samples.len())];
        if let Samples::F64(samples) = &mut segments[0].samples {
            samples[3_000..3_500].fill(1.0);
        }
        let elements = elements_of(&geometry);
        let mut all = segments.clone();
        all.extend(halves.clone());
        let expected = run(&elements, &settings(), &pieces(&all, 5.0));
        prop_assert!(expected.arrivals.len() >= 2);

        let mut draws = Draws::new(seed);
        let mut cut = shuffled(&segments, &mut draws, 20.0);
        let mut others = shuffled(&halves[..1], &mut draws, 20.0);
        others.extend(shuffled(&halves[1..], &mut draws, 20.0));
        // The element with the gap goes in between by its times.
        for piece in others {
            let after = cut.iter().rposition(|other| other.channel == piece.channel).map_or(0, |at| at + 1);
            let due = cut.iter().position(|other| other.start >= piece.start).unwrap_or(cut.len());
            cut.insert(due.max(after), piece);
        }
        let mut order = elements.clone();
        for i in (1..order.len()).rev() {
            order.swap(i, (draws.uniform() * (i + 1) as f64) as usize);
        }
        let mut detector = ArrayDetector::new(&order, 0.0, settings()).unwrap();
        let mut outcome = Outcome::default();
        for segment in &cut {
            detector.push(segment, &mut outcome).unwrap();
            if draws.uniform() < 0.02 {
                let bytes = to_bytes(&detector);
                let again: ArrayDetector = from_bytes(&bytes).unwrap();
                prop_assert!(to_bytes(&again) == bytes);
                detector = again;
            }
        }
        detector.finish(&mut outcome).unwrap();
        let arrivals = |outcome: &Outcome| format!("{:?}", outcome.arrivals);
        prop_assert_eq!(arrivals(&outcome), arrivals(&expected));
        // Impediments of different elements may come in another order.
        let sorted = |outcome: &Outcome| {
            let mut texts: Vec<String> = outcome.impediments.iter().map(|found| format!("{found:?}")).collect();
            texts.sort();
            texts
        };
        prop_assert_eq!(sorted(&outcome), sorted(&expected));
    }

    /// Bytes that are no memory are refused, or are one that can go on.
    #[test]
    fn a_memory_that_was_changed_is_refused_or_goes_on(at in any::<prop::sample::Index>(), value in any::<u8>()) {
        let geometry = four(100.0);
        let segments = recorded(&plane_delays(&geometry, 30.0, 345.0), &[190.0], 8.0, 200.0, 5, &[]);
        let mut detector = ArrayDetector::new(&elements_of(&geometry), 0.0, settings()).unwrap();
        let cut = pieces(&segments, 10.0);
        let mut outcome = Outcome::default();
        cut[..70].iter().for_each(|piece| detector.push(piece, &mut outcome).unwrap());
        let mut bytes = to_bytes(&detector);
        let place = at.index(bytes.len());
        bytes[place] = value;
        if let Ok(mut changed) = from_bytes::<ArrayDetector>(&bytes) {
            for piece in &cut[70..] {
                let _ = changed.push(piece, &mut outcome);
            }
            let _ = changed.finish(&mut outcome);
        }
    }
}

#[test]
fn a_shift_by_steps_shifts_the_results_and_a_later_start_changes_nothing() {
    let geometry = four(100.0);
    let elements = elements_of(&geometry);
    let segments = recorded(&plane_delays(&geometry, 75.0, 350.0), &[500.0, 620.0], 5.0, 700.0, 7, &[0.0, 0.02]);
    let found = run(&elements, &settings(), &pieces(&segments, 10.0));
    assert_eq!(found.arrivals.len(), 2, "{found:?}");
    let shift_s = 35.0;
    let later: Vec<Segment> =
        segments.iter().map(|segment| Segment { start: segment.start.plus_s(shift_s), ..segment.clone() }).collect();
    let shifted = run(&elements, &settings(), &pieces(&later, 10.0));
    let moved: Vec<Arrival> = found
        .arrivals
        .iter()
        .map(|arrival| Arrival {
            time: arrival.time.plus_s(shift_s),
            peak: arrival.peak.plus_s(shift_s),
            from: arrival.from.plus_s(shift_s),
            to: arrival.to.plus_s(shift_s),
            ..arrival.clone()
        })
        .collect();
    assert_eq!(bits(&Outcome { arrivals: moved, impediments: vec![] }), bits(&shifted));
    // 60 windows of 5 s are the past: begun 173.35 s later it is full before the first wave.
    let cut: Vec<Segment> = segments.iter().map(|segment| part(segment, 3_467, segment.samples.len())).collect();
    assert_eq!(bits(&run(&elements, &settings(), &pieces(&cut, 7.0))), bits(&found));
}

#[test]
fn elements_that_stop_are_named_and_three_go_on() {
    let geometry = ring(4, 120.0);
    let delays = plane_delays(&geometry, 20.0, 345.0);
    let segments = recorded(&delays, &[304.0], 8.0, 400.0, 9, &[]);
    let elements = elements_of(&geometry);
    // E1 never sends, E0 stops at 200 s.
    let mut left: Vec<Segment> = segments.clone();
    left[0] = part(&left[0], 0, 4_000);
    left.remove(1);
    let found = run(&elements, &settings(), &pieces(&left, 10.0));
    assert_eq!(found.arrivals.len(), 1, "{found:?}");
    let arrival = &found.arrivals[0];
    assert_eq!((arrival.elements, arrival.without.as_slice()), (3, &["E0".to_owned(), "E1".to_owned()][..]));
    let towards = towards(arrival);
    assert!((towards.azimuth_deg - 20.0).abs() <= 3.0 * towards.azimuth_sigma_deg, "{towards:?}");
    let missing: Vec<(&str, f64)> = found
        .impediments
        .iter()
        .map(|found| match found {
            Impediment::Missing { channel, at, why: Absence::NoSamples } => (channel.as_str(), at.seconds_since(START)),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(missing, [("E1", 0.0), ("E0", 195.0)]);
    // With two left it is blind, and says so.
    let two: Vec<Segment> = vec![left[0].clone(), left[1].clone(), part(&segments[4], 0, 2_000)];
    let found = run(&elements, &settings(), &pieces(&two, 10.0));
    assert!(found.arrivals.is_empty());
    assert_eq!(found.impediments.len(), 2, "{:?}", found.impediments);
}

#[test]
fn gaps_rates_clocks_and_flat_channels_are_said() {
    let geometry = ring(4, 120.0);
    let segments = recorded(&plane_delays(&geometry, 20.0, 345.0), &[300.0], 8.0, 400.0, 11, &[]);
    let mut changed = segments.clone();
    changed[1].clock.questionable = Some(true);
    if let Samples::F64(samples) = &mut changed[4].samples {
        samples[1_000..2_000].fill(0.5);
        samples[4_000] = f64::NAN;
    }
    let whole = changed.remove(0);
    changed.push(part(&whole, 0, 4_000));
    // The clock of one channel makes a gap, and another rate.
    let mut other = part(&whole, 4_400, whole.samples.len());
    other.rate_hz = 40.0;
    changed.push(other);
    let found = run(&elements_of(&geometry), &settings(), &pieces(&changed, 10.0));
    assert_eq!(found.arrivals.len(), 1, "{found:?}");
    assert_eq!((found.arrivals[0].elements, &found.arrivals[0].clock_questionable[..]), (4, &["E1".to_owned()][..]));
    let texts: Vec<String> = found.impediments.iter().map(|found| format!("{found:?}")).collect();
    for expected in
        ["ClockQuestionable", "NotFinite", "RateChange", "why: Flat", "why: OtherRate", "Again { channel: \"E4\""]
    {
        assert!(texts.iter().any(|text| text.contains(expected)), "{expected} is not in {texts:?}");
    }
    // A rate in which the band does not fit.
    let mut slow = segments;
    slow[2].rate_hz = 7.0;
    let found = run(&elements_of(&geometry), &settings(), &pieces(&slow, 10.0));
    let unusable = |found: &&Impediment| matches!(found, Impediment::RateUnusable { channel, .. } if channel == "E2");
    assert_eq!(found.impediments.iter().filter(unusable).count(), 1);
    assert_eq!(found.arrivals.len(), 1);
}

#[test]
fn a_wrong_element_is_named_and_left_out() {
    let geometry = ring(6, 120.0);
    let delays = plane_delays(&geometry, 310.0, 345.0);
    let mut wrong = delays.clone();
    // A clock that is wrong by a third of a period.
    wrong[4] += 0.2;
    let segments = recorded(&wrong, &[300.0], 12.0, 400.0, 13, &[]);
    let found = run(&elements_of(&geometry), &settings(), &pieces(&segments, 10.0));
    assert_eq!(found.arrivals.len(), 1, "{found:?}");
    assert_eq!(found.arrivals[0].wrong_element.as_deref(), Some("E4"), "{found:?}");
    let towards = towards(&found.arrivals[0]);
    assert_eq!(found.arrivals[0].elements, 6);
    assert!((towards.azimuth_deg - 310.0).abs() <= 3.0 * towards.azimuth_sigma_deg, "{towards:?}");
    // With four elements nobody can say which one: no bearing.
    let geometry = four(120.0);
    let mut wrong = plane_delays(&geometry, 310.0, 345.0);
    wrong[2] += 0.2;
    let segments = recorded(&wrong, &[300.0], 12.0, 400.0, 13, &[]);
    let found = run(&elements_of(&geometry), &settings(), &pieces(&segments, 10.0));
    for arrival in &found.arrivals {
        assert_eq!(arrival.direction, Direction::NotResolvable(Unresolved::Inconsistent), "{arrival:?}");
    }
}

#[test]
fn overhead_there_is_no_bearing_and_among_the_elements_none_that_is_wrong() {
    let geometry = ring(6, 120.0);
    for (source, reasons) in [
        ([3.0, -2.0, 40_000.0], vec![Unresolved::Overhead]),
        ([30.0, 20.0, 0.0], vec![Unresolved::TooNear, Unresolved::Inconsistent]),
    ] {
        let delays = source_delays(&geometry, source, 340.0);
        let mean = delays.iter().sum::<f64>() / delays.len() as f64;
        let delays: Vec<f64> = delays.iter().map(|delay| delay - mean).collect();
        let segments = recorded(&delays, &[300.0], 100.0, 400.0, 15, &[]);
        let found = run(&elements_of(&geometry), &settings(), &pieces(&segments, 10.0));
        assert!(!found.arrivals.is_empty());
        for arrival in &found.arrivals {
            match arrival.direction {
                Direction::NotResolvable(reason) => assert!(reasons.contains(&reason), "{reason:?}"),
                // From overhead any azimuth is wrong; from among the elements it may be right, though never a point.
                Direction::Towards(towards) => {
                    let truth = libm::atan2(source[0], source[1]).to_degrees();
                    let off = array_support::turn_deg(truth, towards.azimuth_deg).abs();
                    assert!(source[2] == 0.0 && off <= 4.0 * towards.azimuth_sigma_deg, "{source:?} {towards:?}");
                }
            }
        }
    }
}

#[test]
fn a_long_wave_comes_in_parts_and_a_wave_at_the_end_is_cut_short() {
    let geometry = four(100.0);
    let delays = plane_delays(&geometry, 137.0, 345.0);
    let pulses: Vec<f64> = (0..60).map(|i| 200.0 + 2.0 * f64::from(i)).collect();
    let segments = recorded(&delays, &pulses, 8.0, 300.0, 17, &[]);
    let found = run(&elements_of(&geometry), &settings(), &pieces(&segments, 10.0));
    assert!(found.arrivals.len() >= 2, "{found:?}");
    assert!(!found.arrivals[0].continued && found.arrivals[0].onset_picked);
    assert!(found.arrivals[1].continued && !found.arrivals[1].onset_picked);
    assert!(found.arrivals.last().unwrap().cut_short);
    assert!(found.arrivals.iter().all(|arrival| arrival.to.seconds_since(arrival.from) <= 60.0));
}

#[test]
fn short_sounds_among_microphones_are_found_by_their_delays() {
    let geometry = ring(4, 6.0);
    let rate_hz = 8_000.0;
    let delays = plane_delays(&geometry, 250.0, 342.0);
    let mut draws = Draws::new(19);
    let settings = Settings {
        low_hz: 300.0,
        high_hz: 2_000.0,
        medium: Medium { speed_m_s_min: 310.0, speed_m_s_max: 380.0, timing_sigma_s: 1e-4 },
        ..Settings::microphones()
    };
    assert_eq!(settings.method, Method::Delays);
    let segments: Vec<Segment> = delays
        .iter()
        .enumerate()
        .map(|(element, delay)| {
            let value = |i: usize, draws: &mut Draws| {
                let t = i as f64 / rate_hz - delay - 6.0;
                let shot = if t < 0.0 { 0.0 } else { 40.0 * (1.0 - t / 0.002) * libm::exp(-t / 0.002) };
                shot + draws.normal()
            };
            let samples = (0..64_000).map(|i| value(i, &mut draws)).collect();
            let (channel, clock) = (format!("E{element}"), ClockFlags::default());
            Segment { channel, start: START, rate_hz, samples: Samples::F64(samples), clock }
        })
        .collect();
    let found = run(&elements_of(&geometry), &settings, &pieces(&segments, 0.5));
    assert_eq!(found.arrivals.len(), 1, "{found:?}");
    let towards = towards(&found.arrivals[0]);
    assert!((towards.azimuth_deg - 250.0).abs() <= 3.0 * towards.azimuth_sigma_deg, "{towards:?}");
    let off_s = found.arrivals[0].time.seconds_since(START) - 6.0;
    assert!(off_s.abs() <= 3.0 * found.arrivals[0].sigma_s, "{off_s} {:?}", found.arrivals[0]);
}

#[test]
fn what_is_no_array_is_refused_with_the_reason() {
    let elements = elements_of(&four(100.0));
    let refused = |elements: &[Element], settings: Settings| {
        ArrayDetector::new(elements, 0.0, settings).map(|_| ()).unwrap_err().to_string()
    };
    assert!(refused(&elements[..2], settings()).contains("MIN_ELEMENTS"));
    let twice = [elements.clone(), vec![elements[0].clone()]].concat();
    assert!(refused(&twice, settings()).contains("channel E0 stands for two elements"));
    assert!(refused(&elements, Settings { step_s: 11.0, ..settings() }).contains("the step"));
    assert!(refused(&elements, Settings { p_false: 0.0, ..settings() }).contains("false alarm"));
    assert!(refused(&elements, Settings { high_hz: 0.2, ..settings() }).contains("upper end"));
    let mut detector = ArrayDetector::new(&elements, 0.0, settings()).unwrap();
    let mut segment = recorded(&[0.0], &[], 0.0, 1.0, 1, &[]).remove(0);
    segment.channel = "ELSEWHERE".to_owned();
    let error = detector.push(&segment, &mut Outcome::default()).unwrap_err().to_string();
    assert!(error.contains("ELSEWHERE is none of the array's elements"), "{error}");
    let clock = dsp::chain::Impediment::ClockTrusted { at: START };
    assert_ne!(
        Impediment::Channel { channel: "E0".to_owned(), what: clock },
        Impediment::Blind { from: START, to: START }
    );
}
