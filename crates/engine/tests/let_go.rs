//! Cases that do not last: a provisional one that is gone once its arrivals are final, and one of detections whose payloads
//! were erased before a new epoch.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use std::collections::BTreeSet;
use support::held::Held;
use support::network::*;
use support::*;
use truceline_engine::derivation::Derivation;
use truceline_engine::input::{Standing, standing};
use truceline_engine::replay::Replay;
use truceline_engine::state::{MAX_OPEN_CASES, State, Window};
use truceline_model::case::CaseId;
use truceline_model::detection::Detection;
use truceline_model::entry;
use truceline_model::epoch::Epoch;
use truceline_model::erasure::Erasure;
use truceline_model::event::{Event, Product};
use truceline_model::finding::Finding;
use truceline_model::hash::Hash;
use truceline_model::record::Record;
use truceline_model::remark::{CaseClosed, Excluded};
use truceline_model::report::Report;
use truceline_model::time::Time;

/// Arrivals of forty minutes at four arrays, none of which has to do with another, as they came.
fn chance(seed: u64, count: usize) -> Vec<Report> {
    let mut state = seed;
    let mut uniform = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let arrays = [("A", 41.0, -114.5), ("B", 42.5, -113.0), ("C", 41.2, -111.4), ("D", 39.8, -112.9)];
    let begin = time("2004-06-02T17:00:00Z");
    let mut reports: Vec<Report> = (0..count)
        .map(|n| {
            let (name, lat, lon) = arrays[n % 4];
            let arrival = begin.plus_s(2_400.0 * uniform());
            let mut one = report(name, "", lat, lon, arrival, (360_000.0 * uniform()) as u32);
            one.source.sequence = n as u64;
            one.owner = name.to_owned();
            one
        })
        .collect();
    reports.sort_by_key(|report| report.arrival);
    reports
}

/// What chance arrivals seem to be at first is let go when they become final, and it is said.
#[test]
fn a_case_that_was_chance_is_let_go() {
    let mut gone = 0;
    // In the first both cases last, in the others none does.
    for (seed, count) in [(6, 48), (7, 54), (12, 36)] {
        let reports = chance(seed, count);
        let mut inputs = vec![epoch(), agreement()];
        for report in &reports {
            inputs.push(tick(report.arrival));
            inputs.push(entry::to_bytes(report));
        }
        let last = reports.last().unwrap().arrival;
        for minutes in [3_600, 7_200, 10_800] {
            inputs.push(tick(after(last, minutes)));
        }
        let (journal, replay) = run(&inputs, 1);
        let events: Vec<Event> = contents(&journal);
        let findings: Vec<Finding> = contents(&journal);
        let closed: Vec<CaseClosed> = contents(&journal);
        let state = replay.state().unwrap();
        assert!(state.pool.waiting.is_empty());
        for one in closed.iter().filter(|one| one.reason.contains("explained without it")) {
            gone += 1;
            let own = || events.iter().filter(|event| event.case == one.case);
            // It was said, as provisional, with a finding, and never as final.
            assert!(own().count() > 0 && own().all(|event| event.product != Product::E3), "{seed} {}", one.case);
            assert!(findings.iter().any(|finding| finding.case == one.case));
            assert!(!state.cases.0.contains_key(&one.case));
        }
        // Every case that was said is final or let go; none is let go twice.
        let said: BTreeSet<_> = events.iter().map(|event| event.case).collect();
        let of_final: BTreeSet<_> = events.iter().filter(|e| e.product == Product::E3).map(|e| e.case).collect();
        let let_go: BTreeSet<_> = closed.iter().map(|one| one.case).collect();
        assert_eq!(let_go.len(), closed.len());
        assert_eq!(said.difference(&of_final).copied().collect::<BTreeSet<_>>(), let_go, "seed {seed}");
        assert!(state.cases.0.values().all(|case| case.window == Window::Closed));
    }
    assert_eq!(gone, 2);
}

fn erasure(record: &[u8]) -> Vec<u8> {
    let record: Record = entry::from_bytes(record).unwrap();
    let (asked_by, reason) = ("the operator".to_owned(), "a test".to_owned());
    entry::to_bytes(&Erasure { payload: record.payload.sha256, asked_by, reason, at: Time(0) })
}

/// What the new epoch holds of the case of the recorded explosion after payloads were erased, those of the first so many
/// stations.
fn after_erasing(erased: usize) -> (Held, Replay, Vec<Event>) {
    let stations = stations(false);
    let (mut inputs, payloads) = recorded(&stations);
    inputs.push(closing_tick());
    let (mut held, mut replay) = run_network(&inputs, &payloads, 1);
    let events: Vec<Event> = contents(&held.entries);
    let of_station = |bytes: &Vec<u8>| {
        let record: Option<Record> = entry::from_bytes(bytes).ok();
        record.is_some_and(|record| {
            record.pieces.iter().any(|piece| stations[..erased].iter().any(|station| station.channel == piece.channel))
        })
    };
    let erasures: Vec<Vec<u8>> = held.entries.iter().filter(|bytes| of_station(bytes)).map(|b| erasure(b)).collect();
    assert!(!erasures.is_empty());
    go_on(&mut held, &erasures, &mut replay);
    let other = Hash::of(b"another engine for tests");
    held.entries.push(entry::to_bytes(&Epoch { engine: other, configuration: configuration() }));
    let mut replay = Replay::new(other, ORIGIN, 1);
    for bytes in &held.entries {
        replay.take(bytes, &held).unwrap();
    }
    // The new epoch owes nothing for what is served, and says nothing otherwise.
    assert_eq!(replay.expected().count(), 0);
    (held, replay, events)
}

/// Where some of its payloads were erased, a case goes on under its name from what is left, and it is known that it
/// does not stand so.
#[test]
fn a_case_goes_on_from_what_was_not_erased() {
    let (held, replay, events) = after_erasing(2);
    let standing = events.last().unwrap();
    let case = &replay.state().unwrap().cases.0[&standing.case];
    assert!(!case.as_stands);
    assert_eq!((case.event.case, case.event.revision), (standing.case, standing.revision));
    assert_eq!(case.event.solution.arrivals.len() + 2, standing.solution.arrivals.len());
    // The arrivals that are left are among those that it rested on.
    let before: BTreeSet<Hash> = standing.solution.arrivals.iter().map(|used| used.hash()).collect();
    assert!(case.event.solution.arrivals.iter().all(|used| before.contains(&used.hash())));
    assert_eq!(contents::<Detection>(&held.entries).len(), 8);
}

/// Where all of them were erased nothing comes out again: the new epoch holds no such case, and what stands stands.
#[test]
fn a_case_whose_payloads_were_all_erased_is_not_taken_on() {
    let (held, replay, events) = after_erasing(8);
    assert!(replay.state().unwrap().cases.0.is_empty());
    assert!(replay.report().divergence.is_none());
    assert_eq!(contents::<Event>(&held.entries), events);
    assert!(contents::<CaseClosed>(&held.entries).is_empty());
}

/// Where as many cases are open as are held, the one whose event is the oldest makes room for what happens now.
#[test]
fn the_oldest_case_makes_room_for_a_new_one() {
    let first = epoch();
    let begun = Epoch::read(&first).unwrap();
    let derive = |state: State, inputs: &[Vec<u8>]| {
        let mut derivation = Derivation::resume(&first, &begun, ORIGIN, 1, state);
        let mut outputs = Vec::new();
        for (index, bytes) in inputs.iter().enumerate() {
            let Standing::Input(hash, input) = standing(bytes).unwrap() else { panic!("no input") };
            outputs.extend(derivation.take(index as u64 + 1, hash, &input, &[]).entries);
        }
        (derivation.state().clone(), outputs)
    };
    let (mut state, _) = derive(State::default(), &recording()[1..]);
    let (name, case) = state.cases.0.first_key_value().map(|(name, case)| (*name, case.clone())).unwrap();
    assert_eq!(case.window, Window::Closed);
    // The second is the oldest by its event, though not by its name.
    for number in 1..=MAX_OPEN_CASES as u32 {
        let mut case = case.clone();
        let earlier_s = if number == 2 { -7_200.0 } else { -3_600.0 };
        case.event.solution.posterior.time_mean = case.event.solution.posterior.time_mean.plus_s(earlier_s);
        state.cases.0.insert(CaseId { number, ..name }, case);
    }
    state.last_case = MAX_OPEN_CASES as u32;
    let mut later = utah("b");
    for report in &mut later {
        report.arrival = after(report.arrival, 86_400);
    }
    let later: Vec<Vec<u8>> = later.iter().map(entry::to_bytes).collect();
    let (full, outputs) = derive(state.clone(), &later);
    let oldest = CaseId { number: 2, ..name };
    let closed: Vec<CaseId> = contents::<CaseClosed>(&outputs).into_iter().map(|closed| closed.case).collect();
    assert_eq!(closed, [oldest]);
    assert!(contents::<CaseClosed>(&outputs).iter().all(|closed| !closed.is_withdrawn()));
    assert!(contents::<Event>(&outputs).iter().all(|event| event.case.number == MAX_OPEN_CASES as u32 + 1));
    assert!(!contents::<Event>(&outputs).is_empty());
    assert_eq!(full.cases.0.len(), MAX_OPEN_CASES);
    assert!(!full.cases.0.contains_key(&oldest));

    // Where the windows of all of them are open, none makes room.
    state.cases.0.values_mut().for_each(|case| case.window = Window::Group("a".to_owned()));
    let (_, outputs) = derive(state, &later);
    assert!(contents::<Event>(&outputs).is_empty() && contents::<CaseClosed>(&outputs).is_empty());
    assert!(contents::<Excluded>(&outputs).iter().any(|excluded| excluded.reason.contains("are open already")));
}
