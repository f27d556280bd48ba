//! The engine contract: order, windows, lateness, revisions, cases.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use proptest::prelude::*;
use support::*;
use truceline_engine::replay::{Memory, Replay};
use truceline_engine::state::MAX_SITES;
use truceline_model::canonical::{self, Bytes};
use truceline_model::configuration::Configuration;
use truceline_model::cosigned::{SignedAct, SignedEdition};
use truceline_model::entry;
use truceline_model::epoch::Epoch;
use truceline_model::event::{Event, Product};
use truceline_model::finding::{Finding, VerdictState};
use truceline_model::hash::Hash;
use truceline_model::inventory::{Inventory, SensorSite};
use truceline_model::measurement::SensorKind;
use truceline_model::place::Place;
use truceline_model::remark::{CaseClosed, Excluded, LateInput};

#[test]
fn a_recording_gives_revisions_and_a_final_event() {
    let (journal, replay) = run(&recording(), 1);
    let events: Vec<Event> = contents(&journal);
    let products: Vec<_> = events.iter().map(|e| (e.revision, e.product, e.solution.arrivals.len())).collect();
    assert_eq!(products, [(1, Product::E1, 2), (2, Product::E2, 3), (3, Product::E3, 3)]);
    assert_eq!(events[1].solution, events[2].solution);
    let findings: Vec<Finding> = contents(&journal);
    let states: Vec<_> = findings.iter().map(|f| (f.revision, f.verdict.state())).collect();
    let (breach, notified) = (VerdictState::PossibleBreach, VerdictState::PermittedAndNotified);
    assert_eq!(states, [(1, breach), (2, breach), (3, breach), (4, notified)]);
    assert_eq!(replay.report().same as usize, journal.len() - recording().len());
    assert!(replay.report().divergence.is_none());
}

#[test]
fn the_final_tick_closes_the_window_and_what_follows_is_late() {
    let reports = utah("a");
    let mut inputs = vec![epoch()];
    inputs.extend(reports[..2].iter().map(entry::to_bytes));
    // One second before an hour after the first arrival, then the hour.
    inputs.push(tick(after(reports[0].arrival, 3_599)));
    let (journal, _) = run(&inputs, 1);
    assert_eq!(contents::<Event>(&journal).len(), 1);
    inputs.push(tick(after(reports[0].arrival, 3_600)));
    inputs.push(entry::to_bytes(&reports[2]));
    let (journal, _) = run(&inputs, 1);
    let events: Vec<Event> = contents(&journal);
    assert_eq!(events.last().unwrap().product, Product::E3);
    let late: Vec<LateInput> = contents(&journal);
    assert_eq!(late, [LateInput { input: Hash::of(&entry::to_bytes(&reports[2])), case: Some(events[0].case) }]);
}

#[test]
fn one_array_alone_makes_no_event_and_says_so() {
    let report = &utah("a")[0];
    let (journal, _) = run(&[epoch(), entry::to_bytes(report), tick(after(report.arrival, 3_600))], 1);
    assert!(contents::<Event>(&journal).is_empty());
    assert_eq!(contents::<Excluded>(&journal)[0].input, Hash::of(&entry::to_bytes(report)));
}

#[test]
fn the_clock_never_goes_back() {
    let base = time("2004-06-02T18:00:00Z");
    let (journal, replay) = run(&[epoch(), tick(base), tick(after(base, -1))], 1);
    assert_eq!(contents::<Excluded>(&journal).len(), 1);
    assert_eq!(replay.state().unwrap().now, Some(base));
}

#[test]
fn an_agreement_that_comes_later_is_used_and_an_unreadable_one_is_named() {
    let mut inputs = vec![epoch()];
    inputs.extend(utah("a").iter().map(entry::to_bytes));
    inputs.push(agreement());
    let unreadable = truceline_model::agreement::AgreementText { text: "no agreement".into() };
    inputs.push(entry::to_bytes(&unreadable));
    let (journal, _) = run(&inputs, 1);
    let states: Vec<_> = contents::<Finding>(&journal).iter().map(|f| f.verdict.state()).collect();
    let recorded = VerdictState::RecordedOnly;
    assert_eq!(states, [recorded, recorded, VerdictState::PossibleBreach]);
    assert!(contents::<Excluded>(&journal)[0].reason.starts_with("the agreement cannot be read: line 1"));
}

fn sites(names: impl IntoIterator<Item = String>, lat: f64) -> Vec<u8> {
    let site = |id| SensorSite {
        id,
        owner: "Alpha".into(),
        kind: SensorKind::Observer,
        place: Place::from_degrees(lat, 30.0).unwrap(),
        elevation_cm: 0,
        array: None,
    };
    entry::to_bytes(&Inventory::new(names.into_iter().map(site).collect()).unwrap())
}

#[test]
fn the_newest_site_of_a_sensor_holds_and_more_than_are_held_are_named() {
    let block = |n: usize| (n * 2_000..(n + 1) * 2_000).map(|n| format!("s{n:05}"));
    let mut inputs = vec![epoch()];
    inputs.extend((0..MAX_SITES / 2_000).map(|n| sites(block(n), 50.0)));
    // One that is known, and two for which there is no room.
    inputs.push(sites(["s00007", "t1", "t2"].map(str::to_owned), 51.0));
    let (journal, replay) = run(&inputs, 1);
    let held = &replay.state().unwrap().sites.0;
    assert_eq!(held.len(), MAX_SITES);
    assert_eq!((held["s00006"].place.lat_e7, held["s00007"].place.lat_e7), (500_000_000, 510_000_000));
    let excluded: Vec<Excluded> = contents(&journal);
    assert_eq!(excluded.len(), 1);
    assert_eq!(excluded[0].input, Hash::of(inputs.last().unwrap()));
    assert_eq!(excluded[0].reason, "2 of its sensors: 8000 are held already");
}

#[test]
fn an_old_case_is_closed_and_notices_no_longer_revise_it() {
    let mut inputs = recording();
    let notice = inputs.pop().unwrap();
    inputs.push(tick(time("2004-07-05T00:00:00Z")));
    inputs.push(notice);
    let (journal, replay) = run(&inputs, 1);
    assert_eq!(contents::<CaseClosed>(&journal).len(), 1);
    let last = contents::<Finding>(&journal).pop().unwrap();
    assert_eq!(last.verdict.state(), VerdictState::PossibleBreach);
    assert!(replay.state().unwrap().cases.0.is_empty());
}

#[test]
fn the_state_has_exact_bytes() {
    let (_, replay) = run(&recording(), 1);
    let state = replay.state().unwrap();
    let bytes = canonical::to_bytes(state);
    let back: truceline_engine::state::State = canonical::from_bytes(&bytes).unwrap();
    assert_eq!(&back, state);
    assert_eq!(back.hash(), state.hash());
}

/// Swapping the parties' names changes the names and nothing else.
#[test]
fn label_swap() {
    let swap = |bytes: &[u8]| {
        // "Alpha" and "Bravo" have five letters each, so the swap keeps every length.
        let mut swapped = bytes.to_vec();
        for at in 0..swapped.len().saturating_sub(4) {
            match &swapped[at..at + 5] {
                b"Alpha" => swapped[at..at + 5].copy_from_slice(b"Bravo"),
                b"Bravo" => swapped[at..at + 5].copy_from_slice(b"Alpha"),
                _ => {}
            }
        }
        swapped
    };
    let straight = run(&recording(), 1).0;
    let swapped = run(&recording().iter().map(|bytes| swap(bytes)).collect::<Vec<_>>(), 1).0;
    assert_eq!(contents::<Event>(&straight), contents::<Event>(&swapped));
    let said = |journal: &[Vec<u8>]| -> Vec<_> {
        let findings = contents::<Finding>(journal).into_iter();
        findings.map(|f| (f.revision, f.clause, f.p_ppb, f.verdict.state())).collect()
    };
    assert_eq!(said(&straight), said(&swapped));
}

#[test]
fn a_changed_output_is_found_where_it_stands() {
    let (mut journal, _) = run(&recording(), 1);
    let at = journal.iter().position(|bytes| entry::open(bytes).unwrap().0 == "event").unwrap();
    let last = journal[at].len() - 1;
    journal[at][last] ^= 1;
    let mut replay = Replay::new(engine(), ORIGIN, 1);
    for bytes in &journal {
        replay.take(bytes, journal.as_slice()).unwrap();
    }
    assert_eq!(replay.report().divergence.unwrap().entry, at as u64);
    assert!(!replay.is_deriving());
}

/// An epoch of another engine begins on a journal.
fn with_other_epoch(journal: &[Vec<u8>], other: Hash) -> Vec<Vec<u8>> {
    let mut journal = journal.to_vec();
    journal.push(entry::to_bytes(&Epoch { engine: other, configuration: configuration() }));
    journal
}

#[test]
fn what_a_crashed_engine_owed_the_next_one_derives() {
    let (whole, _) = run(&recording(), 1);
    // Cut after the last report and two of its outputs' entries, before their marker.
    let last_report = whole.iter().rposition(|bytes| entry::open(bytes).unwrap().0 == "report").unwrap();
    let crashed = &whole[..=last_report + 1];
    assert_eq!(entry::open(crashed.last().unwrap()).unwrap().0, "event");
    let other = Hash::of(b"another engine for tests");
    let mut journal = with_other_epoch(crashed, other);
    let mut replay = Replay::new(other, ORIGIN, 1);
    for bytes in &journal {
        replay.take(bytes, journal.as_slice()).unwrap();
    }
    let owed: Vec<Vec<u8>> = replay.expected().map(<[u8]>::to_vec).collect();
    // The event and finding of the last report under the new epoch's ids; nothing of what was served.
    let events: Vec<Event> = contents(&owed);
    assert_eq!(events.iter().map(|event| event.revision).collect::<Vec<_>>(), [2]);
    assert_eq!(contents::<Finding>(&owed).len(), 1);
    journal.extend(owed.iter().cloned());
    for bytes in &owed {
        replay.take(bytes, journal.as_slice()).unwrap();
    }
    assert_eq!((replay.report().missing, replay.report().divergence), (0, None));
    // An auditor with the new engine finds the same; one with the old engine knows that he needs the new one.
    for (engine, needs) in [(other, engine()), (engine(), other)] {
        let mut audit = Replay::new(engine, ORIGIN, 1);
        for bytes in &journal {
            audit.take(bytes, journal.as_slice()).unwrap();
        }
        assert_eq!(audit.report().needs.len(), 1);
        assert_eq!(audit.report().needs[0].1, needs);
        assert_eq!((audit.report().missing, audit.report().divergence), (0, None));
    }
}

#[test]
fn case_names_go_on_across_engines() {
    let mut inputs = recording();
    // All cases are old and closed, so that the next engine reads none of them again.
    inputs.push(tick(time("2004-08-01T00:00:00Z")));
    let (journal, _) = run(&inputs, 1);
    let other = Hash::of(b"another engine for tests");
    let mut journal = with_other_epoch(&journal, other);
    journal.extend(utah("b").into_iter().map(|mut report| {
        report.arrival = after(report.arrival, 90 * 86_400);
        entry::to_bytes(&report)
    }));
    let mut replay = Replay::new(other, ORIGIN, 1);
    for bytes in &journal {
        replay.take(bytes, journal.as_slice()).unwrap();
    }
    let derived: Vec<Vec<u8>> = replay.expected().map(<[u8]>::to_vec).collect();
    assert_eq!(contents::<Event>(&derived)[0].case.number, 2);
}

#[test]
fn another_engine_goes_on_in_an_epoch_of_its_own() {
    let (mut journal, _) = run(&recording(), 1);
    let served = journal.len();
    let other = Hash::of(b"another engine for tests");
    journal.push(entry::to_bytes(&Epoch { engine: other, configuration: configuration() }));
    let mut replay = Replay::new(other, ORIGIN, 1);
    for bytes in &journal {
        replay.take(bytes, journal.as_slice()).unwrap();
    }
    // Nothing is derived anew for what is served; the first epoch is left to its own engine.
    assert_eq!(replay.expected().count(), 0);
    assert_eq!(replay.report().needs, [(0, engine())]);
    // The case goes on, and cites the event as the first engine named it.
    let mut second = truceline_model::notice::Notice { radius_m: 60_000, ..notice("Bravo") };
    second.source.boot = 2;
    replay.take(&entry::to_bytes(&second), journal.as_slice()).unwrap();
    let derived: Vec<Vec<u8>> = replay.expected().map(<[u8]>::to_vec).collect();
    let finding: Finding = contents(&derived).pop().unwrap();
    assert_eq!(finding.revision, 5);
    assert_eq!(finding.event, contents::<Finding>(&journal[..served]).pop().unwrap().event);
}

/// Final solutions of a run, by their labels.
fn finals(journal: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let events: Vec<Event> = contents(journal);
    let finals = events.into_iter().filter(|event| event.product == Product::E3);
    let mut solutions: Vec<Vec<u8>> = finals.map(|event| canonical::to_bytes(&event.solution)).collect();
    solutions.sort();
    solutions
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// For permutations that cross no closing tick the final events are the same.
    #[test]
    fn order_of_arrival_does_not_matter(
        order in Just((0usize..7).collect::<Vec<_>>()).prop_shuffle(),
        early in proptest::collection::vec(0usize..7, 0..4),
    ) {
        let mut reports = utah("a");
        reports.extend(utah("b").into_iter().map(|mut report| {
            report.azimuth_mdeg += 700;
            report.arrival = after(report.arrival, 60);
            report
        }));
        // A second detection of one array in one group: which of both counts must not hang on the order.
        let mut double = reports[1].clone();
        double.azimuth_mdeg += 100;
        double.source.sequence = 9;
        reports.push(double);
        let end = tick(time("2004-06-02T19:09:14Z"));
        let all = |order: &[usize], early: &[usize]| {
            let mut inputs = vec![epoch(), agreement()];
            for (n, i) in order.iter().enumerate() {
                if early.contains(&n) {
                    inputs.push(tick(after(time("2004-06-02T17:30:00Z"), n as i64)));
                }
                inputs.push(entry::to_bytes(&reports[*i]));
            }
            inputs.push(end.clone());
            finals(&run(&inputs, 1).0)
        };
        let straight = all(&[0, 1, 2, 3, 4, 5, 6], &[]);
        prop_assert_eq!(straight.len(), 2);
        prop_assert_eq!(straight, all(&order, &early));
    }

    /// A journal that ends anywhere is completed by exactly what is missing.
    #[test]
    fn what_is_missing_is_appended_once(cut in 0usize..40) {
        let (whole, _) = run(&recording(), 1);
        let cut = cut % whole.len() + 1;
        let mut replay = Replay::new(engine(), ORIGIN, 1);
        let mut journal = whole[..cut].to_vec();
        for bytes in &journal {
            replay.take(bytes, journal.as_slice()).unwrap();
        }
        let missing: Vec<Vec<u8>> = replay.expected().map(<[u8]>::to_vec).collect();
        journal.extend(missing.iter().cloned());
        for bytes in &missing {
            replay.take(bytes, journal.as_slice()).unwrap();
        }
        for input in whole[cut..].iter().filter(|bytes| recording().contains(bytes)) {
            replay.take(input, journal.as_slice()).unwrap();
            journal.push(input.clone());
            let derived: Vec<Vec<u8>> = replay.expected().map(<[u8]>::to_vec).collect();
            for bytes in derived {
                replay.take(&bytes, journal.as_slice()).unwrap();
                journal.push(bytes);
            }
        }
        prop_assert_eq!(derived(&journal), derived(&whole));
        prop_assert!(replay.report().divergence.is_none());
    }

    /// A run from any snapshot equals the uninterrupted run, wherever reading stood when it was taken.
    #[test]
    fn a_run_from_any_snapshot_is_the_uninterrupted_one(every in 1u32..5, batch in 1usize..6) {
        let mut inputs = recording();
        inputs[0] = entry::to_bytes(&Epoch {
            engine: engine(),
            configuration: Configuration { snapshot_every_inputs: every, ..configuration() },
        });
        inputs.extend(utah("b").into_iter().map(|mut report| {
            report.arrival = after(report.arrival, 86_400);
            entry::to_bytes(&report)
        }));
        let (journal, whole, memories) = in_batches(&inputs, batch);
        prop_assert!(!memories.is_empty());
        for (input, bytes) in memories {
            let memory: Memory = canonical::from_bytes(&bytes).unwrap();
            prop_assert_eq!(memory.input, input);
            let mut resumed = Replay::resume(engine(), ORIGIN, 1, Hash::of(&bytes), memory).unwrap();
            for bytes in &journal[resumed.next_index() as usize..] {
                resumed.take(bytes, journal.as_slice()).unwrap();
            }
            prop_assert_eq!(resumed.report().divergence, None);
            prop_assert_eq!(resumed.expected().count(), 0);
            prop_assert_eq!(resumed.hash(), whole.hash());
            prop_assert_eq!(resumed.state().unwrap().hash(), whole.state().unwrap().hash());
        }
    }
}

/// Acts and editions stand in the journal and move nothing: neither what is derived nor the hash of a replay.
#[test]
fn what_people_concluded_moves_nothing() {
    let act = SignedAct { body: Bytes(vec![0xa0]), signatures: vec![(Hash([7; 32]), [8; 64])] };
    let edition = SignedEdition { body: Bytes(vec![0xff; 40]), signatures: Vec::new() };
    let concluded = [entry::to_bytes(&act), entry::to_bytes(&edition)];
    let (plain, replay) = run(&recording(), 1);
    let after: Vec<Vec<u8>> = plain.iter().chain(&concluded).cloned().collect();
    let mut again = Replay::new(engine(), ORIGIN, 1);
    after.iter().for_each(|bytes| again.take(bytes, after.as_slice()).unwrap());
    assert_eq!(again.hash(), replay.hash());
    assert_eq!((again.report().divergence.is_none(), again.expected().count()), (true, 0));
    // Between the inputs they move the places of what follows, and nothing else.
    let between: Vec<Vec<u8>> =
        recording().into_iter().flat_map(|input| [vec![input], concluded.to_vec()].concat()).collect();
    let (journal, _) = run(&between, 1);
    let verdicts = |journal: &[Vec<u8>]| -> Vec<_> {
        contents::<Finding>(journal)
            .into_iter()
            .map(|finding| (finding.case, finding.revision, finding.verdict))
            .collect()
    };
    let solutions = |journal: &[Vec<u8>]| -> Vec<_> {
        contents::<Event>(journal).into_iter().map(|event| (event.case, event.revision, event.solution)).collect()
    };
    assert_eq!(verdicts(&journal), verdicts(&plain));
    assert_eq!(solutions(&journal), solutions(&plain));
}
