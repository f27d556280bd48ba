//! Which measurements belong together where no source says so: reports without a label, and detections of our own.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use proptest::prelude::*;
use std::collections::BTreeSet;
use support::held::Held;
use support::network::*;
use support::*;
use truceline_engine::replay::{Memory, Replay};
use truceline_engine::state::Window;
use truceline_formats::Delivery;
use truceline_model::canonical;
use truceline_model::configuration::Configuration;
use truceline_model::derived::Derived;
use truceline_model::detection::Detection;
use truceline_model::entry;
use truceline_model::epoch::Epoch;
use truceline_model::event::{ArrivalUse, Cited, Event, Product};
use truceline_model::finding::{Finding, VerdictState};
use truceline_model::geodesic;
use truceline_model::hash::Hash;
use truceline_model::measurement::Phase;
use truceline_model::place::Place;
use truceline_model::reassessment::{Reassessed, Reassessment, Scope};
use truceline_model::record::Record;
use truceline_model::remark::{CaseClosed, Excluded, LateInput};
use truceline_model::report::Report;
use truceline_model::time::{Interval, Time};

/// Where the explosion of 2 June 2004 was.
fn utah_place() -> Place {
    Place::from_degrees(41.131, -112.896).unwrap()
}

/// Reports as inputs, with a tick at each arrival and the one that closes all windows.
fn played(reports: &[Report]) -> Vec<Vec<u8>> {
    let mut sorted = reports.to_vec();
    sorted.sort_by_key(|report| report.arrival);
    let mut inputs = vec![epoch(), agreement()];
    for report in &sorted {
        inputs.push(tick(report.arrival));
        inputs.push(entry::to_bytes(report));
    }
    inputs.push(tick(after(sorted.last().unwrap().arrival, 3_600)));
    inputs
}

#[test]
fn reports_without_labels_make_the_event_that_labels_make() {
    let (labelled, _) = run(&played(&utah("a")), 1);
    let (associated, _) = run(&played(&utah("")), 1);
    let (labelled, events): (Vec<Event>, Vec<Event>) = (contents(&labelled), contents(&associated));
    let products: Vec<_> = events.iter().map(|e| (e.case, e.revision, e.product, e.solution.arrivals.len())).collect();
    let case = events[0].case;
    assert_eq!(products, [(case, 1, Product::E1, 3), (case, 2, Product::E3, 3)]);
    // The same place from the same three reports, and on top how probable it is that they belong together.
    assert_eq!(events[1].solution.posterior, labelled.last().unwrap().solution.posterior);
    assert!(events[1].solution.association.unwrap().p_real_ppb > 500_000_000);
    assert!(events[1].solution.posterior.region_contains(90, utah_place()));
    let findings: Vec<Finding> = contents(&associated);
    assert_eq!(findings[0].verdict.state(), VerdictState::PossibleBreach);
}

#[test]
fn two_reports_alone_make_no_event_and_say_so() {
    let (journal, _) = run(&played(&utah("")[..2]), 1);
    assert!(contents::<Event>(&journal).is_empty());
    let excluded: Vec<Excluded> = contents(&journal);
    assert_eq!(excluded.len(), 2);
    assert!(excluded.iter().all(|one| one.reason.contains("at least three arrivals")), "{excluded:?}");
}

#[test]
fn a_report_for_a_closed_time_is_late() {
    let reports = utah("");
    let mut inputs = played(&reports);
    let late = Report { azimuth_mdeg: 234_500, ..reports[0].clone() };
    inputs.push(entry::to_bytes(&late));
    let (journal, _) = run(&inputs, 1);
    let remarks: Vec<LateInput> = contents(&journal);
    assert_eq!(remarks, [LateInput { input: Hash::of(&entry::to_bytes(&late)), case: None }]);
}

fn hashes(reports: &[Report]) -> BTreeSet<Hash> {
    reports.iter().map(|report| Hash::of(&entry::to_bytes(report))).collect()
}

/// The ten detections of infrapy's first example, as they stand: no label.
#[test]
fn infrapys_ten_detections_are_told_apart() {
    let Ok(folder) = std::env::var("TRUCELINE_DATA") else { return };
    let path = format!("{folder}/infrasound/uttr/example1.dets.json");
    let Ok(bytes) = std::fs::read(&path) else { return };
    let Ok(Delivery::Detections(read)) = Delivery::read("example1.dets.json", &bytes) else { panic!("{path}") };
    assert_eq!(read.reports.len(), 10);
    let (journal, _) = run(&played(&read.reports), 1);
    let finals = contents::<Event>(&journal).into_iter().filter(|event| event.product == Product::E3);
    let finals: Vec<Event> = finals.collect();
    // The first four rows are of one event, the explosion, and the next three of another. The last three lie farther apart
    // than half a window.
    let expected: Vec<BTreeSet<Hash>> = [0..4, 4..7].map(|rows| hashes(&read.reports[rows])).to_vec();
    let cited = |event: &Event| event.solution.arrivals.iter().map(ArrivalUse::hash).collect();
    assert_eq!(finals.iter().map(cited).collect::<Vec<BTreeSet<Hash>>>(), expected);
    assert_eq!(contents::<Excluded>(&journal).len(), 3);
}

/// What is said of the events of a journal: final ones without ids, revisions and cases, by their contents.
fn finals(journal: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let events: Vec<Event> = contents(journal);
    let finals = events.into_iter().filter(|event| event.product == Product::E3);
    let mut solutions: Vec<Vec<u8>> = finals.map(|event| canonical::to_bytes(&event.solution)).collect();
    solutions.sort();
    solutions
}

#[test]
fn seismometers_locate_an_explosion_among_other_arrivals() {
    let stations = stations(true);
    let (mut inputs, payloads) = recorded(&stations);
    inputs.insert(1, agreement());
    inputs.push(closing_tick());
    let (held, replay) = run_network(&inputs, &payloads, 1);
    let events: Vec<Event> = contents(&held.entries);
    let finals: Vec<&Event> = events.iter().filter(|event| event.product == Product::E3).collect();
    assert_eq!(finals.len(), 1);
    let solution = &finals[0].solution;
    let (place, origin) = truth();
    assert!(solution.posterior.region_contains(90, place));
    assert!(solution.posterior.interval(95).unwrap().contains(origin));
    assert!(solution.association.unwrap().p_real_ppb > 900_000_000);
    // All eight stations, by the detections that stand in the journal.
    assert_eq!(solution.arrivals.len(), 8);
    let standing: Vec<Derived<Detection>> =
        held.entries.iter().filter_map(|bytes| entry::from_bytes(bytes).ok()).collect();
    for used in &solution.arrivals {
        let Cited::Detection { hash, phase } = used.cited else { panic!("{used:?}") };
        assert_eq!(phase, Phase::P);
        assert_eq!(standing.iter().filter(|detection| detection.content_hash() == hash).count(), 1);
    }
    // It was there long before it was final.
    assert_eq!((events[0].product, events[0].case), (Product::E1, finals[0].case));
    assert!(contents::<Finding>(&held.entries).iter().all(|finding| finding.case == finals[0].case));
    assert!(replay.state().unwrap().pool.waiting.is_empty());
}

/// Both kinds: three arrays far off heard what eight seismometers felt.
#[test]
fn arrays_and_seismometers_make_one_event() {
    let stations = stations(false);
    let (mut inputs, payloads) = recorded(&stations);
    let (place, origin) = truth();
    for (n, (name, azimuth_deg, distance_m)) in
        [("A1", 20.0, 90_000.0), ("A2", 140.0, 120_000.0), ("A3", 260.0, 100_000.0)].into_iter().enumerate()
    {
        let stands = geodesic::destination(place, azimuth_deg, distance_m).unwrap();
        let back_mdeg = (geodesic::between(stands, place).azimuth_deg.rem_euclid(360.0) * 1e3).round() as u32;
        let arrival = origin.plus_s(distance_m / 300.0);
        let heard = report(name, "", stands.lat_deg(), stands.lon_deg(), arrival, back_mdeg + 300 * n as u32);
        inputs.push(tick(arrival));
        inputs.push(entry::to_bytes(&heard));
    }
    inputs.push(tick(after(start(), 4_600)));
    let (held, _) = run_network(&inputs, &payloads, 1);
    let finals: Vec<Event> =
        contents::<Event>(&held.entries).into_iter().filter(|event| event.product == Product::E3).collect();
    assert_eq!(finals.len(), 1, "{finals:?}");
    let solution = &finals[0].solution;
    let reports = solution.arrivals.iter().filter(|used| used.report().is_some()).count();
    assert_eq!((reports, solution.arrivals.len()), (3, 11));
    assert!(solution.posterior.region_contains(90, place));
    assert!(solution.posterior.interval(95).unwrap().contains(origin));
    // How well each set of owners agrees is known, and all of them agree best: nobody contradicts.
    let supports: Vec<i32> = solution.parts.iter().map(|part| part.support_milli.expect("a support")).collect();
    assert!(supports.len() > 2 && supports[1..].iter().all(|support| *support < supports[0]), "{supports:?}");
    // The arrays' later arrivals revise the case that the seismometers made.
    let cases: Vec<_> = contents::<Event>(&held.entries).iter().map(|event| event.case).collect();
    assert!(cases.iter().all(|case| *case == cases[0]), "{cases:?}");
}

#[test]
fn what_no_inventory_names_is_not_associated() {
    let stations = stations(false);
    let (mut inputs, payloads) = recorded(&stations);
    inputs.remove(1);
    inputs.push(closing_tick());
    let (held, replay) = run_network(&inputs, &payloads, 1);
    assert_eq!(contents::<Detection>(&held.entries).len(), 8);
    assert!(contents::<Event>(&held.entries).is_empty());
    assert!(replay.state().unwrap().pool.closed_until.is_none());
}

/// Horizontal components feel the same wave, and are no witnesses of their own.
#[test]
fn three_components_count_once() {
    let vertical = stations(false);
    let mut all = vertical.clone();
    for component in ["N", "E"] {
        all.extend(vertical.iter().map(|station| {
            let channel = station.channel.replace("_Z", &format!("_{component}"));
            Station { channel, ..station.clone() }
        }));
    }
    let run = |stations: &[Station]| {
        let (mut inputs, payloads) = recorded(stations);
        inputs.push(closing_tick());
        run_network(&inputs, &payloads, 1).0.entries
    };
    let (one, three) = (run(&vertical), run(&all));
    assert_eq!(contents::<Detection>(&three).len(), 3 * contents::<Detection>(&one).len());
    assert_eq!(finals(&three), finals(&one));
    assert_eq!(finals(&one).len(), 1);
}

/// A new engine reads again what an open case rests on, and goes on in its name.
#[test]
fn a_new_epoch_goes_on_with_a_case_of_detections() {
    let stations = stations(true);
    let (mut inputs, payloads) = recorded(&stations);
    inputs.push(closing_tick());
    let (mut held, _) = run_network(&inputs, &payloads, 1);
    let before: Vec<Event> = contents(&held.entries);
    let other = Hash::of(b"another engine for tests");
    held.entries.push(entry::to_bytes(&Epoch { engine: other, configuration: configuration() }));
    let mut replay = Replay::new(other, ORIGIN, 1);
    for bytes in &held.entries {
        replay.take(bytes, &held).unwrap();
    }
    assert_eq!(replay.expected().count(), 0);
    let case = &replay.state().unwrap().cases.0[&before[0].case];
    assert!(case.as_stands);
    assert_eq!(case.event.solution.posterior, before.last().unwrap().solution.posterior);
    // A notice still revises it, and nothing but its finding.
    let mut told = notice("Alpha");
    let window = Interval { from: start(), to: after(start(), 3_600) };
    (told.place, told.window) = (truth().0, window);
    let mark = held.entries.len();
    go_on(&mut held, &[agreement_of_2024(), entry::to_bytes(&told)], &mut replay);
    assert!(contents::<Event>(&held.entries[mark..]).is_empty());
    assert_eq!(contents::<Finding>(&held.entries[mark..]).last().unwrap().case, before[0].case);
}

/// What came late is used when it is asked for; a case of detections stays, and it is said why.
#[test]
fn reassessing_takes_late_reports_in_and_leaves_detections_alone() {
    let mut reports = utah("");
    let late = report("LATE", "", 45.2, -112.9, time("2004-06-02T17:47:50Z"), 180_200);
    let mut inputs = played(&reports);
    inputs.push(entry::to_bytes(&late));
    let ask = Reassessment { scope: Scope::All, asked_by: "the operator".into(), reason: "late".into() };
    inputs.push(entry::to_bytes(&ask));
    let (journal, _) = run(&inputs, 1);
    let events: Vec<Event> = contents(&journal);
    let last = events.last().unwrap();
    assert_eq!((last.case, last.revision, last.product), (events[0].case, 3, Product::E3));
    assert_eq!(last.solution.arrivals.len(), 4);
    assert_eq!(contents::<Reassessed>(&journal)[0].revised, [last.case]);
    // What it had been in time.
    reports.push(late);
    let in_time: Vec<Event> = contents(&run(&played(&reports), 1).0);
    assert_eq!(in_time.last().unwrap().solution.posterior, last.solution.posterior);
    // Asked once more, nothing comes out otherwise.
    inputs.push(entry::to_bytes(&Reassessment { reason: "again".into(), ..ask.clone() }));
    let (again, _) = run(&inputs, 1);
    assert_eq!(contents::<Reassessed>(&again)[1].unchanged, [last.case]);

    let stations = stations(false);
    let (mut inputs, payloads) = recorded(&stations);
    inputs.push(closing_tick());
    inputs.push(entry::to_bytes(&ask));
    let (held, _) = run_network(&inputs, &payloads, 1);
    let excluded: Vec<Excluded> = contents(&held.entries);
    assert!(
        excluded.last().unwrap().reason.contains("it rests on detections or bearings, 8 of its 8 arrivals"),
        "{excluded:?}"
    );
}

/// A case of associated arrivals can change until their window closes.
#[test]
fn a_case_is_open_until_its_window_closes() {
    let mut inputs = vec![epoch()];
    let reports = utah("");
    inputs.extend(reports.iter().map(entry::to_bytes));
    let (journal, replay) = run(&inputs, 1);
    let case = contents::<Event>(&journal)[0].case;
    assert_eq!(replay.state().unwrap().cases.0[&case].window, Window::Pool);
    inputs.push(tick(after(reports[0].arrival, 3_600)));
    let (journal, replay) = run(&inputs, 1);
    assert_eq!(replay.state().unwrap().cases.0[&case].window, Window::Closed);
    assert!(contents::<CaseClosed>(&journal).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    /// For permutations that cross no closing tick the final events are the same.
    #[test]
    fn order_of_arrival_does_not_matter(
        channels in Just((0usize..8).collect::<Vec<_>>()).prop_shuffle(),
        late_ticks in proptest::collection::vec(0usize..24, 0..6),
    ) {
        let stations = stations(true);
        let (straight, payloads) = recorded(&stations);
        let (timed, _) = records(&stations);
        // Channels one after the other, with other ticks between: none closes anything.
        let mut other = vec![epoch(), inventory(&stations)];
        for (n, channel) in channels.iter().enumerate() {
            let of_channel = |(_, bytes): &&(Time, Vec<u8>)| {
                let record: Record = entry::from_bytes(bytes).unwrap();
                record.source.source == stations[*channel].channel
            };
            other.extend(timed.iter().filter(of_channel).map(|(_, bytes)| bytes.clone()));
            if late_ticks.contains(&n) {
                other.push(tick(after(start(), 250 + n as i64)));
            }
        }
        let all = |mut inputs: Vec<Vec<u8>>, threads| {
            inputs.push(closing_tick());
            finals(&run_network(&inputs, &payloads, threads).0.entries)
        };
        let reference = all(straight, 1);
        prop_assert_eq!(reference.len(), 1);
        prop_assert_eq!(&reference, &all(other, 1));
    }

    /// A run from any snapshot equals the uninterrupted run.
    #[test]
    fn a_run_from_any_snapshot_is_the_uninterrupted_one(every in 20u32..90) {
        let stations = stations(true);
        let (mut inputs, payloads) = recorded(&stations);
        let configuration = Configuration { snapshot_every_inputs: every, ..configuration() };
        inputs[0] = entry::to_bytes(&Epoch { engine: engine(), configuration });
        inputs.push(closing_tick());
        let (held, whole) = run_network(&inputs, &payloads, 1);
        prop_assert!(!held.memories.is_empty());
        for bytes in held.memories.values() {
            let memory: Memory = canonical::from_bytes(bytes).unwrap();
            let mut resumed = Replay::resume(engine(), ORIGIN, 1, Hash::of(bytes), memory).unwrap();
            for bytes in &held.entries[resumed.next_index() as usize..] {
                resumed.take(bytes, &held).unwrap();
            }
            prop_assert_eq!(resumed.report().divergence, None);
            prop_assert_eq!(resumed.hash(), whole.hash());
            prop_assert_eq!(resumed.state().unwrap().hash(), whole.state().unwrap().hash());
        }
    }
}

/// Other names of owners and channels, and other threads, move nothing but the names.
#[test]
fn names_and_threads_move_nothing() {
    let stations = stations(true);
    let renamed: Vec<Station> = stations
        .iter()
        .enumerate()
        .map(|(n, station)| Station {
            channel: format!("FDSN:YY_R{:02}__H_H_Z", 7 - n),
            owner: stations[(n + 3) % 8].owner.clone(),
            ..station.clone()
        })
        .collect();
    let run = |stations: &[Station], threads| {
        let (mut inputs, payloads) = recorded(stations);
        inputs.push(closing_tick());
        run_network(&inputs, &payloads, threads)
    };
    let (straight, replay) = run(&stations, 1);
    let (threaded, _) = run(&stations, 3);
    assert_eq!(straight.entries, threaded.entries);
    let (other, _) = run(&renamed, 1);
    let said = |held: &Held| -> Vec<_> {
        let said = |event: Event| {
            let mut distances: Vec<u32> = event.solution.arrivals.iter().map(|used| used.distance_m).collect();
            distances.sort_unstable();
            (event.case, event.revision, event.product, event.solution.posterior, event.solution.association, distances)
        };
        contents::<Event>(&held.entries).into_iter().map(said).collect()
    };
    assert_eq!(said(&straight), said(&other));
    let bytes = canonical::to_bytes(replay.state().unwrap());
    let back: truceline_engine::state::State = canonical::from_bytes(&bytes).unwrap();
    assert_eq!(&back, replay.state().unwrap());
}
