//! The associator on small worlds of our own making: what it finds, and what must not matter to it.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod associate_support;

use associate_support::{World, score};
use std::collections::BTreeMap;
use truceline_model::measurement::{Fix, Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::time::{Interval, Time};
use truceline_science::associate::{
    Associated, Association, Associator, Contradiction, Settings, Unused, associate, explain,
};

fn found(world: &World, settings: &Settings) -> Association {
    associate(&world.sensors, &world.measurements, settings, 1).unwrap()
}

/// Events as what is independent of the measurements' numbers: time, place and how many members.
fn essence(events: &[Associated]) -> Vec<(i64, [u64; 3], usize)> {
    events.iter().map(|e| (e.time.0, e.place_m.map(f64::to_bits), e.members.len())).collect()
}

#[test]
fn events_are_found_among_clutter_and_the_model_is_learnt() {
    for seed in [1, 2] {
        let world = World::seismic(seed, 25, 240.0, 1_800.0, 0.3);
        let found = found(&world, &Settings::default());
        let score = score(&world, &found.events);
        assert!(score.recall >= 0.98 && score.precision >= 0.97, "seed {seed}: {score:?}");
        for (phase, speed) in [(Phase::P, 6_100.0), (Phase::S, 6_100.0 / 1.75)] {
            let class = found.learnt.classes.iter().find(|class| class.phase == phase && class.in_use).unwrap();
            assert!((class.speed_m_s / speed - 1.0).abs() < 0.01, "{phase:?}: {} m/s", class.speed_m_s);
            assert!((0.7..1.4).contains(&(class.detection.range_m / 40_000.0)), "{:?}", class.detection);
        }
        // The probabilities hold: as many events are real as are said to be.
        let said: f64 = found.events.iter().map(|e| e.p_real).sum();
        assert!((said / found.events.len() as f64 - score.precision).abs() < 0.05);
    }
}

/// Where no measurement says which wave it is, the events that explain them do: nearly all are found, nine in ten of their waves
/// read right.
#[test]
fn events_say_which_wave_a_measurement_is() {
    for seed in [1, 2] {
        let mut world = World::seismic(seed, 25, 120.0, 1_800.0, 0.3);
        let truth: Vec<Option<Phase>> = world.measurements.iter().map(|m| m.phase).collect();
        world.measurements.iter_mut().for_each(|m| m.phase = None);
        let found = found(&world, &Settings::default());
        let score = score(&world, &found.events);
        assert!(score.recall >= 0.95 && score.precision >= 0.95, "seed {seed}: {score:?}");
        let read = || found.events.iter().flat_map(|event| event.members.iter().zip(&event.phases));
        let right = read().filter(|(member, phase)| truth[**member] == Some(**phase)).count();
        assert!(right as f64 >= 0.9 * read().count() as f64, "seed {seed}: {right} of {}", read().count());
        // Each measurement is of one event at most, as one wave.
        let mut members: Vec<usize> = read().map(|(member, _)| *member).collect();
        members.sort_unstable();
        assert!(members.windows(2).all(|pair| pair[0] != pair[1]));
        let mut labelled = world.measurements.clone();
        found.read(&mut labelled);
        assert!(read().all(|(member, phase)| labelled[*member].phase == Some(*phase)));
    }
}

/// What is improbable is no event, and its measurements are left over.
#[test]
fn no_event_is_less_probable_than_asked_for() {
    let world = World::seismic(3, 25, 240.0, 900.0, 0.5);
    let usual = found(&world, &Settings::default());
    let mut probabilities: Vec<f64> = usual.events.iter().map(|event| event.p_real).collect();
    probabilities.sort_by(f64::total_cmp);
    let p_real_min = probabilities[probabilities.len() / 4];
    let strict = found(&world, &Settings { p_real_min, ..Settings::default() });
    assert!(strict.events.iter().all(|event| event.p_real >= p_real_min));
    assert!(!strict.events.is_empty() && strict.events.len() < usual.events.len(), "{p_real_min}");
    let used: usize = strict.events.iter().map(|event| event.members.len()).sum();
    assert_eq!(used + strict.left.len() + strict.unused.len(), world.measurements.len());
}

/// Starting speeds that are 2 % wrong, both the same way and apart, cost nothing.
#[test]
fn a_wrong_starting_velocity_is_learnt_away() {
    let world = World::seismic(3, 25, 240.0, 1_800.0, 0.3);
    for (p, s) in [(0.98, 0.98), (1.02, 0.98)] {
        let mut settings = Settings::default();
        for wave in &mut settings.waves {
            match wave.phase {
                Phase::P => wave.speed_m_s = 6_100.0 * p,
                Phase::S => wave.speed_m_s = 6_100.0 / 1.75 * s,
                _ => {}
            }
        }
        let found = found(&world, &settings);
        let score = score(&world, &found.events);
        assert!(score.recall >= 0.97 && score.precision >= 0.97, "{p} {s}: {score:?}");
        assert!(score.error_km < 0.6, "{score:?}");
    }
}

#[test]
fn the_order_of_arrival_the_names_and_the_threads_do_not_matter() {
    let world = World::seismic(4, 16, 200.0, 900.0, 0.3);
    let settings = Settings::default();
    let first = found(&world, &settings);
    assert!(first.events.len() > 20);
    for threads in [2, 5] {
        let other = associate(&world.sensors, &world.measurements, &settings, threads).unwrap();
        assert_eq!(first, other);
    }
    let mut renamed = world.clone();
    for sensor in &mut renamed.sensors {
        sensor.id = format!("z{}", sensor.id);
        sensor.owner = "the other party".into();
    }
    assert_eq!(first, found(&renamed, &settings));
    let mut shuffled = world.clone();
    let order = world.shuffled(9);
    shuffled.measurements = order.iter().map(|i| world.measurements[*i]).collect();
    let other = found(&shuffled, &settings);
    assert_eq!(essence(&first.events), essence(&other.events));
    for (a, b) in first.events.iter().zip(&other.events) {
        let mut rows: Vec<usize> = b.members.iter().map(|m| order[*m]).collect();
        rows.sort_unstable();
        assert_eq!(a.members, rows);
    }
}

#[test]
fn a_shift_in_time_shifts_the_events() {
    let world = World::seismic(5, 16, 200.0, 900.0, 0.3);
    let first = found(&world, &Settings::default());
    let mut later = world.clone();
    let shift_ns = 1_234_567_890_123_456_789;
    for m in &mut later.measurements {
        m.time = Time(m.time.0 + shift_ns);
    }
    let other = found(&later, &Settings::default());
    let back: Vec<_> = essence(&other.events).into_iter().map(|(t, place, n)| (t - shift_ns, place, n)).collect();
    assert_eq!(essence(&first.events), back);
}

/// A stream that is out of order within its window ends with the same events, and does not grow.
#[test]
fn a_stream_ends_with_what_a_closed_set_gives() {
    // Long enough for several blocks.
    let world = World::seismic(6, 9, 60.0, 16_000.0, 0.3);
    let settings = Settings::default();
    let whole = found(&world, &settings);
    let mut stream = Associator::new(&world.sensors, &settings, 1).unwrap();
    let mut events = Vec::new();
    let mut waiting_max = 0;
    let window_s = 60.0;
    let order = world.within(11, window_s);
    for (n, i) in order.iter().enumerate() {
        stream.push(&world.measurements[*i]).unwrap();
        if n % 97 == 0 {
            let complete = world.measurements[*i].time.plus_s(-window_s);
            let closed = stream.advance(complete);
            assert!(closed.unused.is_empty());
            events.extend(closed.events);
            waiting_max = waiting_max.max(stream.waiting());
        }
    }
    let before_end = events.len();
    events.extend(stream.finish().events);
    assert!(before_end > 0 && before_end < events.len(), "{before_end} of {}", events.len());
    assert!(waiting_max < world.measurements.len(), "{waiting_max}");
    assert_eq!(essence(&whole.events), essence(&events));
    assert_eq!(&whole.learnt, stream.learnt());
}

/// An event that eight sensors heard is less probable when eight healthy ones among them were silent, unless these were recorded
/// only before anything of it can have come.
#[test]
fn silence_of_healthy_sensors_counts_against_an_event() {
    let world = World::seismic(7, 36, 300.0, 1_800.0, 0.3);
    let learnt = found(&world, &Settings::default()).learnt;
    let settings = Settings { learn: false, start: Some(learnt), ..Settings::default() };
    let site = |i: usize| match world.sensors[i].site {
        Site::Local { x_m, y_m, .. } => (x_m, y_m),
        Site::Geographic { .. } => (0.0, 0.0),
    };
    let odds = |silent: bool, recorded: bool| {
        let mut near: Vec<usize> = (0..world.sensors.len()).collect();
        near.sort_by(|a, b| {
            let r = |i: usize| site(i).0.abs() + site(i).1.abs();
            r(*a).total_cmp(&r(*b))
        });
        let heard: Vec<usize> =
            near.iter().copied().skip(usize::from(silent)).step_by(1 + usize::from(silent)).take(6).collect();
        let until = |i: usize| if recorded || heard.contains(&i) { 1_000.0 } else { 100.0 };
        let spans = (0..world.sensors.len()).map(|i| vec![Interval { from: Time(0), to: Time(0).plus_s(until(i)) }]);
        let settings = Settings { recorded: spans.collect(), ..settings.clone() };
        let mut ms = Vec::new();
        for i in heard.iter().copied() {
            let (x, y) = site(i);
            let r = (x * x + y * y + 8_000.0_f64 * 8_000.0).sqrt();
            for (phase, speed) in [(Phase::P, 6_100.0), (Phase::S, 6_100.0 / 1.75)] {
                let mut m = Measurement::arrival(i, Time(0).plus_s(100.0 + r / speed));
                m.phase = Some(phase);
                ms.push(m);
            }
        }
        let origin = (Site::Local { x_m: 0.0, y_m: 0.0, z_m: -8_000.0 }, Time(0).plus_s(100.0));
        explain(&world.sensors, &ms, &[origin], &settings).unwrap().events[0].log_odds
    };
    let (loud, silent, gone) = (odds(false, true), odds(true, true), odds(true, false));
    assert!(loud > silent + 5.0 && gone > silent + 5.0, "{loud} {silent} {gone}");
}

#[test]
fn what_cannot_be_used_is_named_and_the_rest_goes_on() {
    let world = World::seismic(8, 16, 200.0, 900.0, 0.3);
    let clean = found(&world, &Settings::default());
    let mut spoilt = world.clone();
    let n = world.measurements.len();
    let mut add = |change: &dyn Fn(&mut Measurement)| {
        let mut m = world.measurements[n / 2];
        change(&mut m);
        spoilt.measurements.push(m);
    };
    add(&|m| m.phase = Some(Phase::Muzzle));
    add(&|m| m.time_sigma_s = Some(f64::NAN));
    add(&|m| m.azimuth_deg = Some(f64::INFINITY));
    add(&|m| m.range_m = Some((5.0, 1.0)));
    add(&|m| m.sensor = 10_000);
    add(&|_| {});
    let dirty = found(&spoilt, &Settings::default());
    assert_eq!(essence(&clean.events), essence(&dirty.events));
    use Unused::{Duplicate, NotANumber, UnknownSensor, WrongPhase};
    let expected = [WrongPhase, NotANumber, NotANumber, NotANumber, UnknownSensor, Duplicate];
    let expected: Vec<_> = expected.into_iter().enumerate().map(|(i, why)| (n + i, why)).collect();
    assert_eq!(dirty.unused, expected);
    assert!(associate(&[], &[], &Settings::default(), 1).unwrap().events.is_empty());
}

/// A sensor whose clock is three seconds off is named, and spoils nothing.
#[test]
fn a_clock_that_is_off_is_named() {
    let mut world = World::seismic(10, 16, 300.0, 1_800.0, 0.2);
    for m in world.measurements.iter_mut().filter(|m| m.sensor == 5) {
        m.time = m.time.plus_s(3.03);
    }
    let found = found(&world, &Settings::default());
    assert_eq!(found.inconsistent.len(), 1, "{:?}", found.inconsistent);
    let one = &found.inconsistent[0];
    let Contradiction::Clock { offset_s } = one.how else { panic!("{one:?}") };
    assert!(one.sensor == 5 && (offset_s - 3.03).abs() < 0.3 && one.events > 20 && one.log_ratio > 20.0, "{one:?}");
    let isolated = |row: &usize, why: Unused| why == Unused::Inconsistent && world.measurements[*row].sensor == 5;
    let named = found.unused.iter().filter(|(row, why)| isolated(row, *why));
    assert_eq!(named.count(), world.measurements.iter().filter(|m| m.sensor == 5).count());
    let score = score(&world, &found.events);
    assert!(score.recall > 0.95 && score.precision > 0.95, "{score:?}");
}

fn at(x_m: f64, y_m: f64) -> Site {
    Site::Local { x_m, y_m, z_m: 0.0 }
}

fn sensor(kind: SensorKind, x_m: f64, y_m: f64) -> Sensor {
    Sensor { id: format!("{kind:?} {x_m} {y_m}"), owner: "one".into(), kind, site: at(x_m, y_m) }
}

/// A person who saw and heard, a satellite's fix and two microphone arrays agree on one event.
#[test]
fn kinds_of_evidence_are_used_together() {
    let sensors = [
        sensor(SensorKind::MicrophoneArray, -3_000.0, 0.0),
        sensor(SensorKind::MicrophoneArray, 3_000.0, -1_000.0),
        sensor(SensorKind::Observer, 0.0, -2_000.0),
        sensor(SensorKind::Satellite, 0.0, 0.0),
    ];
    let (x, y, t) = (500.0, 2_500.0, 1_000.0);
    let sound = truceline_science::associate::sound_speed_m_s(10.0);
    let heard = |i: usize, x0: f64, y0: f64, off_deg: f64, sigma_deg: f64| {
        let (dx, dy) = (x - x0, y - y0);
        let mut m = Measurement::arrival(i, Time(0).plus_s(t + libm::hypot(dx, dy) / sound));
        m.azimuth_deg = Some(libm::atan2(dx, dy).to_degrees() + off_deg);
        m.azimuth_sigma_deg = Some(sigma_deg);
        m
    };
    let mut seen = heard(2, 0.0, -2_000.0, 10.0, 15.0);
    seen.time_sigma_s = Some(5.0);
    seen.range_m = Some((3_000.0, 6_000.0));
    let mut fix = Measurement::arrival(3, Time(0).plus_s(t + 40.0));
    fix.time_sigma_s = Some(60.0);
    fix.fix = Some(Fix { site: at(400.0, 2_700.0), sigma_m: 375.0 });
    let ms = [heard(0, -3_000.0, 0.0, 0.5, 2.0), heard(1, 3_000.0, -1_000.0, -0.5, 2.0), seen, fix];
    let found = associate(&sensors, &ms, &Settings::default(), 1).unwrap();
    assert_eq!(found.events.len(), 1, "{found:?}");
    let event = &found.events[0];
    assert_eq!(event.members, [0, 1, 2, 3]);
    assert!(libm::hypot(event.place_m[0] - x, event.place_m[1] - y) < 300.0, "{:?}", event.place_m);
    assert!((event.time.seconds_since(Time(0)) - t).abs() < 1.0);
    // Two bearings alone cross wherever they like: no event of its own.
    assert!(associate(&sensors, &ms[..2], &Settings::default(), 1).unwrap().events.is_empty());
}

/// The ten detections of four infrasound arrays with which infrapy shows its association, in its groups of 4, 3 and 3.
/// The last three point away from each other: no place explains two of them, so they are left over together.
#[test]
fn utah_s_ten_detections() {
    let arrays = [(42.7668, -109.5939), (38.4296, -118.3036), (48.2641, -117.1257), (33.6064, -116.455)];
    let rows = [
        (0, "17:42:14", -125.6, 43.0, 'a'),
        (1, "17:50:38", 56.6, 80.6, 'a'),
        (2, "18:09:14", 157.5, 21.8, 'a'),
        (3, "18:18:17", 17.6, 65.8, 'a'),
        (1, "18:09:51", -52.3, 20.6, 'b'),
        (2, "18:07:14", -136.1, 41.8, 'b'),
        (0, "18:34:09", -88.6, 23.0, 'b'),
        (3, "18:55:54", 142.6, 65.8, 'c'),
        (0, "17:24:32", -71.2, 22.1, 'c'),
        (1, "18:13:11", -116.6, 34.2, 'c'),
    ];
    let sensors: Vec<Sensor> = arrays
        .iter()
        .map(|(lat_deg, lon_deg)| Sensor {
            id: format!("{lat_deg}"),
            owner: "one".into(),
            kind: SensorKind::InfrasoundArray,
            site: Site::Geographic { lon_deg: *lon_deg, lat_deg: *lat_deg, elevation_m: 0.0 },
        })
        .collect();
    let ms: Vec<Measurement> = rows
        .iter()
        .map(|(array, time, azimuth, f, _)| {
            let mut m = Measurement::arrival(*array, Time::parse(&format!("2004-06-02T{time}Z")).unwrap());
            m.azimuth_deg = Some(*azimuth);
            m.azimuth_sigma_deg = Some((2.5_f64 * 2.5 + 6.2 * 6.2 / (f - 1.0)).sqrt());
            m
        })
        .collect();
    let found = associate(&sensors, &ms, &Settings::default(), 1).unwrap();
    let mut groups: BTreeMap<String, usize> = BTreeMap::new();
    for event in &found.events {
        *groups.entry(event.members.iter().map(|m| rows[*m].4).collect()).or_default() += 1;
    }
    assert_eq!(groups.keys().collect::<Vec<_>>(), ["aaaa", "bbb"], "{found:?}");
    assert_eq!(found.left.iter().map(|row| rows[*row].4).collect::<String>(), "ccc");
    // The first is the explosion of the example's second file: 41.131 N, 112.896 W, 17:23:04.
    let Site::Geographic { lon_deg, lat_deg, .. } = found.events[0].site else { panic!("{found:?}") };
    let truth = truceline_model::geodesic::inverse((41.131, -112.896), (lat_deg, lon_deg));
    assert!(truth.distance_m < 50_000.0, "{} m off", truth.distance_m);
}
