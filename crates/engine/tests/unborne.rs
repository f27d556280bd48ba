//! An owner whose reports no instrument bears out is named, whether they come in time or late; who reports what was is not.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use support::held::{record, run};
use support::network::{Payloads, inventory, stations, truth};
use support::*;
use truceline_model::entry;
use truceline_model::event::Event;
use truceline_model::geodesic;
use truceline_model::hash::Hash;
use truceline_model::inconsistency::{Fits, Inconsistency};
use truceline_model::observation::{
    Claim, ClockKind, Count, CountQuality, ExplosionKind, Means, Observation, ObservedAt, ObservedKind, Scope, TimeSpan,
};
use truceline_model::place::Place;
use truceline_model::report::SourceRef;
use truceline_model::time::{Interval, Time};

const RATE_HZ: usize = 50;
const LENGTH_S: usize = 2 * 3_600;
const RECORD_S: usize = 60;
/// An explosion each ten minutes.
const EACH_S: usize = 600;

fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1_u64 << 53) as f64
}

fn begin() -> Time {
    support::network::start()
}

/// Explosions at the network's middle, as all of its stations register them.
fn recorded() -> (Vec<(Time, Vec<u8>)>, Payloads) {
    let (mut timed, mut payloads, mut seed) = (Vec::new(), Payloads::new(), 3_u64);
    for station in stations(false) {
        let travel_s = geodesic::between(truth().0, station.place).distance_m / 6_000.0;
        let writer = support::network::writer(&station.channel, RATE_HZ as f64);
        for n in 0..LENGTH_S / RECORD_S {
            let sample = |i: usize| {
                let t = (n * RECORD_S) as f64 + i as f64 / RATE_HZ as f64 - travel_s;
                let since = (t - 100.0).rem_euclid(EACH_S as f64);
                let burst = if since > 60.0 || t < 0.0 { 0.0 } else { libm::exp(-since) * libm::sin(since * 40.0) };
                (100.0 * (uniform(&mut seed) - 0.5) + 2_000.0 * burst) as i32
            };
            let samples: Vec<i32> = (0..RECORD_S * RATE_HZ).map(sample).collect();
            let (at, mut bytes) = (after(begin(), (n * RECORD_S) as i64), Vec::new());
            writer.write(at, &samples, &mut bytes).unwrap();
            let end = after(at, RECORD_S as i64);
            timed.push((end, entry::to_bytes(&record(&bytes, n as u64, "not stated"))));
            payloads.insert(Hash::of(&bytes), bytes);
        }
    }
    timed.sort_by_key(|(end, _)| *end);
    (timed, payloads)
}

fn report(owner: &str, sequence: u64, at: Time, place: Place) -> (Time, Vec<u8>) {
    let one = Observation {
        source: SourceRef { source: format!("liaison {owner}"), boot: 1, sequence },
        owner: owner.into(),
        observer_place: None,
        means: Means::PartyReport,
        kind: ObservedKind::Explosion,
        explosion: Some(ExplosionKind::Undetermined),
        count: Count { number: Some(1), quality: CountQuality::Exact },
        time: TimeSpan { span: Interval { from: at, to: at }, sigma_ms: 30_000, clock: ClockKind::Manual },
        at: ObservedAt::Point { place, sigma_m: 1_000 },
        weapon: String::new(),
        direction: String::new(),
        thermal: None,
        harm: None,
        grade: None,
        claim: Claim::default(),
        scope: Scope::Incident,
        evidence: Vec::new(),
        text: String::new(),
    };
    (after(at, 120), entry::to_bytes(&one))
}

/// Bravo reports each explosion; Alpha many that never were, and Charlie some.
fn reports() -> Vec<(Time, Vec<u8>)> {
    let (mut all, mut seed) = (Vec::new(), 17_u64);
    for n in 0..LENGTH_S / EACH_S {
        all.push(report("Bravo", n as u64, after(begin(), (100 + n * EACH_S + n) as i64), truth().0));
    }
    for n in 0..240 {
        let at = after(begin(), (uniform(&mut seed) * (LENGTH_S as f64 - 600.0)) as i64);
        let away_m = 20_000.0 * uniform(&mut seed).sqrt();
        let place = geodesic::destination(truth().0, 360.0 * uniform(&mut seed), away_m).unwrap();
        all.push(report(if n < 20 { "Charlie" } else { "Alpha" }, 1_000 + n, at, place));
    }
    all
}

fn named(late: bool) -> Vec<Inconsistency> {
    let (mut timed, payloads) = recorded();
    let end = after(begin(), LENGTH_S as i64);
    let mut reports = reports();
    reports.sort_by_key(|(at, _)| *at);
    if late {
        reports.iter_mut().for_each(|(at, _)| *at = after(end, 3_700));
    }
    timed.extend(reports);
    timed.sort_by_key(|(at, _)| *at);
    let (mut entries, mut ticked) = (vec![epoch(), inventory(&stations(false))], begin());
    for (at, bytes) in timed {
        while after(ticked, 60) <= at {
            ticked = after(ticked, 60);
            entries.push(tick(ticked));
        }
        entries.push(bytes);
    }
    entries.push(tick(after(end, 2 * 3_600)));
    let held = run(&entries, &payloads).0;
    let events: Vec<Event> = contents(&held.entries);
    assert!(events.iter().any(|event| event.solution.arrivals.len() >= 6), "nothing was located");
    contents(&held.entries)
}

#[test]
fn who_reports_what_never_was_is_named_and_who_reports_what_was_is_not() {
    for late in [false, true] {
        let found = named(late);
        assert!(!found.is_empty(), "late: {late}");
        for one in &found {
            let Fits::Unborne { reports, expected_milli } = one.fits else { panic!("{one:?}") };
            assert_eq!((one.owner.as_str(), one.sensor.as_str()), ("Alpha", ""));
            assert!(one.agreeing * 1_000 < expected_milli && one.events + one.agreeing == reports, "{one:?}");
        }
    }
}
