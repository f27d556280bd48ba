//! Reassessment: what stands is derived again, nothing is rewritten.
#![allow(clippy::unwrap_used)] // helpers of tests, outside of any test function
mod support;

use proptest::prelude::*;
use support::*;
use truceline_engine::replay::Replay;
use truceline_model::canonical;
use truceline_model::case::CaseId;
use truceline_model::configuration::Configuration;
use truceline_model::derived::Derived;
use truceline_model::entry;
use truceline_model::epoch::{Epoch, EpochEnd};
use truceline_model::event::{Event, Product, Solution};
use truceline_model::finding::{Finding, VerdictState};
use truceline_model::hash::Hash;
use truceline_model::reassessment::{Earlier, Reassessed, Reassessment, Scope};
use truceline_model::remark::{CaseClosed, Excluded, LateInput};
use truceline_model::report::Report;
use truceline_model::time::Interval;

fn asked(scope: Scope) -> Vec<u8> {
    let (asked_by, reason) = ("a test".to_owned(), "to see what comes out".to_owned());
    entry::to_bytes(&Reassessment { scope, asked_by, reason })
}

fn end_of_recording() -> Vec<u8> {
    tick(time("2004-06-02T19:09:14Z"))
}

/// Two groups of three arrays within one window.
fn two_groups() -> Vec<Report> {
    let mut reports = utah("a");
    reports.extend(utah("b").into_iter().map(|mut report| {
        report.azimuth_mdeg += 700;
        report.arrival = after(report.arrival, 60);
        report
    }));
    reports
}

/// The journal goes on with these inputs, by this engine.
fn go_on(mut journal: Vec<Vec<u8>>, engine: Hash, inputs: &[Vec<u8>]) -> (Vec<Vec<u8>>, Replay) {
    let mut replay = Replay::new(engine, ORIGIN, 1);
    for bytes in &journal {
        replay.take(bytes, journal.as_slice()).unwrap();
    }
    for input in inputs {
        replay.take(input, journal.as_slice()).unwrap();
        journal.push(input.clone());
        for bytes in replay.expected().map(<[u8]>::to_vec).collect::<Vec<_>>() {
            replay.take(&bytes, journal.as_slice()).unwrap();
            journal.push(bytes);
        }
    }
    assert_eq!(replay.report().divergence, None);
    (journal, replay)
}

/// What the newest revision of each case says, without ids, revisions and indices, by its label.
fn said(journal: &[Vec<u8>]) -> Vec<(String, Vec<Hash>, Hash, Hash)> {
    let events: Vec<Event> = contents(journal);
    let findings: Vec<Finding> = contents(journal);
    let mut newest: Vec<&Event> = Vec::new();
    for event in &events {
        newest.retain(|held| held.case != event.case);
        newest.push(event);
    }
    let mut said: Vec<_> = newest
        .into_iter()
        .map(|event| {
            assert_eq!(event.product, Product::E3);
            let finding = findings.iter().rfind(|finding| finding.case == event.case).unwrap();
            let judged = (finding.agreement, finding.clause.clone(), finding.p_ppb, finding.verdict.clone());
            let solution = Hash::of(&canonical::to_bytes(&event.solution));
            let reports = event.solution.arrivals.iter().map(|used| used.hash()).collect();
            (event.solution.event_label.clone(), reports, solution, Hash::of(&canonical::to_bytes(&judged)))
        })
        .collect();
    said.sort();
    said
}

fn ids<T: canonical::Canonical>(journal: &[Vec<u8>]) -> Vec<Hash>
where
    Derived<T>: entry::Entry,
{
    journal.iter().filter_map(|bytes| entry::from_bytes::<Derived<T>>(bytes).ok()).map(|d| d.id).collect()
}

fn note(journal: &[Vec<u8>]) -> Reassessed {
    contents::<Reassessed>(journal).pop().unwrap()
}

#[test]
fn a_late_detection_is_used_and_the_revision_cites_what_it_revises() {
    let reports = utah("a");
    let mut inputs = vec![epoch(), agreement()];
    inputs.extend(reports[..2].iter().map(entry::to_bytes));
    inputs.push(end_of_recording());
    inputs.push(entry::to_bytes(&reports[2]));
    let (before, _) = run(&inputs, 1);
    assert_eq!(contents::<LateInput>(&before).len(), 1);
    let case = contents::<Event>(&before)[0].case;
    let (journal, _) = go_on(before.clone(), engine(), &[asked(Scope::Case(case))]);
    let event = contents::<Event>(&journal).pop().unwrap();
    assert_eq!((event.case, event.revision, event.product, event.solution.arrivals.len()), (case, 3, Product::E3, 3));
    let epoch = Hash::of(&epoch());
    let revises = event.revises.unwrap();
    assert_eq!(revises.reassessment, Hash::of(&asked(Scope::Case(case))));
    assert_eq!(revises.epoch, epoch);
    assert_eq!(revises.earlier, Some(Earlier { id: *ids::<Event>(&before).last().unwrap(), epoch }));
    let finding = contents::<Finding>(&journal).pop().unwrap();
    assert_eq!((finding.event, finding.revision), (*ids::<Event>(&journal).last().unwrap(), 3));
    let earlier = finding.revises.unwrap().earlier.unwrap();
    assert_eq!(earlier, Earlier { id: *ids::<Finding>(&before).last().unwrap(), epoch });
    assert_eq!((note(&journal).revised, note(&journal).unchanged), (vec![case], vec![]));
    assert_eq!(&journal[..before.len()], &before, "nothing is rewritten");

    // Asked again, nothing has changed.
    let (again, _) = go_on(journal.clone(), engine(), &[asked(Scope::All)]);
    assert_eq!(derived(&again).len(), derived(&journal).len() + 1);
    assert_eq!((note(&again).revised, note(&again).unchanged), (vec![], vec![case]));

    // A notice goes on from there.
    let notice = truceline_model::notice::Notice { radius_m: 60_000, ..notice("Alpha") };
    let (noticed, _) = go_on(again, engine(), &[entry::to_bytes(&notice)]);
    let last = contents::<Finding>(&noticed).pop().unwrap();
    assert_eq!((last.revision, last.event, last.revises), (4, finding.event, None));
}

#[test]
fn a_closed_case_is_reassessed_and_stays_closed() {
    let reports = utah("a");
    let mut inputs = vec![epoch(), agreement()];
    inputs.extend(reports[..2].iter().map(entry::to_bytes));
    inputs.push(end_of_recording());
    inputs.push(tick(time("2004-08-05T00:00:00Z")));
    inputs.push(entry::to_bytes(&reports[2]));
    inputs.push(entry::to_bytes(&notice("Alpha")));
    let (closed, replay) = run(&inputs, 1);
    assert_eq!(contents::<CaseClosed>(&closed).len(), 1);
    assert!(replay.state().unwrap().cases.0.is_empty());
    let case = contents::<Event>(&closed)[0].case;
    let (journal, replay) = go_on(closed, engine(), &[asked(Scope::Case(case))]);
    let event = contents::<Event>(&journal).pop().unwrap();
    assert_eq!((event.revision, event.solution.arrivals.len()), (3, 3));
    // The notice came after the case was closed; it is weighed now.
    let finding = contents::<Finding>(&journal).pop().unwrap();
    assert_eq!(finding.verdict.state(), VerdictState::PermittedAndNotified);
    assert!(replay.state().unwrap().cases.0.is_empty());
    // It is what it had been, had all come in time.
    let mut in_time = vec![epoch(), agreement(), entry::to_bytes(&notice("Alpha"))];
    in_time.extend(reports.iter().map(entry::to_bytes));
    in_time.push(end_of_recording());
    assert_eq!(said(&journal), said(&run(&in_time, 1).0));
}

#[test]
fn another_configuration_revises_and_cites_both_epochs() {
    let mut inputs = recording();
    inputs.push(tick(time("2004-08-05T00:00:00Z")));
    let (first, replay) = run(&inputs, 1);
    let case = contents::<Event>(&first)[0].case;
    let mut wanted = configuration();
    wanted.infrasound.azimuth_sigma_mdeg.value += 500;
    let other = Hash::of(b"another engine for tests");
    let end = entry::to_bytes(&replay.epoch_end().unwrap());
    let second = entry::to_bytes(&Epoch { engine: other, configuration: wanted });
    let (journal, _) = go_on(first.clone(), other, &[end, second.clone(), asked(Scope::All)]);
    let event = contents::<Event>(&journal).pop().unwrap();
    let revises = event.revises.unwrap();
    assert_eq!((event.case, event.revision), (case, 4));
    assert_eq!((revises.epoch, revises.earlier.unwrap().epoch), (Hash::of(&second), Hash::of(&epoch())));
    assert_eq!(revises.earlier.unwrap().id, *ids::<Event>(&first).last().unwrap());
    // The old engine's auditor judges its own epoch and names what the rest needs.
    let (_, old) = go_on(journal.clone(), engine(), &[]);
    assert_eq!(old.report().needs.iter().map(|needs| needs.1).collect::<Vec<_>>(), [other]);
    // The same numbers under another engine's name change nothing.
    let third = Hash::of(b"a third engine for tests");
    let same = entry::to_bytes(&Epoch { engine: third, configuration: configuration() });
    let (journal, _) = go_on(first, third, &[same, asked(Scope::All)]);
    assert_eq!((note(&journal).revised, note(&journal).unchanged), (vec![], vec![case]));
}

#[test]
fn a_range_of_times_chooses_and_an_unknown_case_is_said() {
    let mut inputs = recording();
    inputs.extend(utah("b").into_iter().map(|mut report| {
        report.arrival = after(report.arrival, 86_400);
        entry::to_bytes(&report)
    }));
    let (journal, _) = run(&inputs, 1);
    let cases: Vec<CaseId> = contents::<Event>(&journal).iter().map(|event| event.case).collect();
    let day = Interval { from: time("2004-06-03T00:00:00Z"), to: time("2004-06-04T00:00:00Z") };
    let (chosen, _) = go_on(journal.clone(), engine(), &[asked(Scope::Times(day))]);
    assert_eq!(note(&chosen).unchanged, [*cases.last().unwrap()]);
    let (unknown, _) = go_on(journal, engine(), &[asked(Scope::Case(CaseId { year: 4, number: 99 }))]);
    assert!(contents::<Excluded>(&unknown).pop().unwrap().reason.starts_with("there is no case 04-0099-"));
    assert!(contents::<Reassessed>(&unknown).is_empty());
}

#[test]
fn an_open_window_goes_on_from_a_reassessment() {
    let reports = utah("a");
    let mut inputs = vec![epoch(), agreement()];
    inputs.extend(reports[..2].iter().map(entry::to_bytes));
    let (journal, _) = run(&inputs, 1);
    let rest = [asked(Scope::All), entry::to_bytes(&reports[2]), end_of_recording()];
    let (journal, _) = go_on(journal, engine(), &rest);
    inputs.extend([entry::to_bytes(&reports[2]), end_of_recording()]);
    assert_eq!(said(&journal), said(&run(&inputs, 1).0));
    assert_eq!(contents::<Event>(&journal).pop().unwrap().revision, 3);
}

#[test]
fn one_that_came_before_all_was_served_is_said() {
    let mut replay = Replay::new(engine(), ORIGIN, 1);
    let mut journal: Vec<Vec<u8>> = Vec::new();
    for input in [epoch(), agreement(), asked(Scope::All)] {
        replay.take(&input, journal.as_slice()).unwrap();
        journal.push(input);
    }
    let derived: Vec<Vec<u8>> = replay.expected().map(<[u8]>::to_vec).collect();
    assert!(contents::<Excluded>(&derived)[0].reason.ends_with("did not stand yet; ask again"));
}

/// Open cases keep their names when another engine takes over after earlier cases were closed.
#[test]
fn names_and_revisions_go_on_across_engines() {
    let later = |label: &str, days: i64| {
        utah(label).into_iter().map(move |mut report| {
            report.arrival = after(report.arrival, days * 86_400);
            entry::to_bytes(&report)
        })
    };
    let mut inputs = recording();
    // The first case is closed long before the second.
    inputs.push(tick(time("2004-09-01T00:00:00Z")));
    inputs.extend(later("b", 93));
    let (first, replay) = run(&inputs, 1);
    let second = contents::<Event>(&first).pop().unwrap();
    assert_eq!((second.case.number, second.revision), (2, 2));
    let other = Hash::of(b"another engine for tests");
    let end = entry::to_bytes(&replay.epoch_end().unwrap());
    let epoch = entry::to_bytes(&Epoch { engine: other, configuration: configuration() });
    let mut fourth = utah("b")[0].clone();
    (fourth.arrival, fourth.place.lat_e7, fourth.source.source) =
        (after(fourth.arrival, 93 * 86_400), 427_800_000, "FOURTH".into());
    let (journal, _) = go_on(first, other, &[end, epoch, entry::to_bytes(&fourth)]);
    let event = contents::<Event>(&journal).pop().unwrap();
    assert_eq!((event.case, event.revision, event.solution.arrivals.len()), (second.case, 3, 4));
}

/// A finding is never about other numbers than the event that it names.
#[test]
fn a_new_epoch_s_finding_names_an_event_of_its_own_numbers() {
    let (first, replay) = run(&recording()[..recording().len() - 1], 1);
    let mut wanted = configuration();
    wanted.infrasound.azimuth_sigma_mdeg.value += 500;
    let end = entry::to_bytes(&replay.epoch_end().unwrap());
    let epoch = entry::to_bytes(&Epoch { engine: engine(), configuration: wanted });
    let inputs = [end, epoch, recording().pop().unwrap()];
    let (journal, _) = go_on(first.clone(), engine(), &inputs);
    let new = &journal[first.len()..];
    let (event, finding) = (contents::<Event>(new).pop().unwrap(), contents::<Finding>(new).pop().unwrap());
    assert_eq!((event.revision, event.product, finding.revision), (4, Product::E3, 4));
    assert_eq!(finding.event, ids::<Event>(new)[0]);
    assert_ne!(event.solution, contents::<Event>(&first).pop().unwrap().solution);
}

#[test]
fn the_end_of_an_epoch_is_compared() {
    let (journal, replay) = run(&recording(), 1);
    let end = replay.epoch_end().unwrap();
    let last = journal.iter().rposition(|bytes| entry::from_bytes::<truceline_model::notice::Notice>(bytes).is_ok());
    assert_eq!(end.last_input, last.map(|at| at as u64));
    let take = |journal: &[Vec<u8>], end: &EpochEnd| {
        let mut replay = Replay::new(engine(), ORIGIN, 1);
        for bytes in journal.iter().chain([&entry::to_bytes(end)]) {
            replay.take(bytes, journal).unwrap();
        }
        replay
    };
    assert_eq!(take(&journal, &end).report().divergence, None);
    assert_eq!(take(&journal, &end).epoch_end(), None, "it ends once");
    let false_ends =
        [EpochEnd { epoch: Hash([1; 32]), ..end.clone() }, EpochEnd { last_input: Some(3), ..end.clone() }];
    for false_end in false_ends {
        let divergence = take(&journal, &false_end).report().divergence.unwrap();
        assert_eq!((divergence.entry, divergence.derived), (journal.len() as u64, Hash::of(&entry::to_bytes(&end))));
    }
    // Nor may it stand where an input's marker does not.
    let cut = &journal[..journal.len() - 1];
    assert_eq!(take(cut, &end).report().divergence.unwrap().derived, Hash([0; 32]));
}

fn solution_of(journal: &[Vec<u8>]) -> Vec<Solution> {
    contents::<Event>(journal).into_iter().map(|event| event.solution).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The same engine and configuration, and nothing late: nothing changes.
    #[test]
    fn without_late_inputs_nothing_changes(
        order in Just((0usize..7).collect::<Vec<_>>()).prop_shuffle(),
        closed in any::<bool>(),
        all in any::<bool>(),
    ) {
        let mut reports = two_groups();
        let mut double = reports[1].clone();
        double.azimuth_mdeg += 100;
        double.source.sequence = 9;
        reports.push(double);
        let mut inputs = vec![epoch(), agreement(), entry::to_bytes(&notice("Alpha"))];
        inputs.extend(order.iter().map(|i| entry::to_bytes(&reports[*i])));
        inputs.push(end_of_recording());
        if closed {
            inputs.push(tick(time("2004-08-05T00:00:00Z")));
        }
        let (before, _) = run(&inputs, 1);
        let day = Interval { from: time("2004-06-02T00:00:00Z"), to: time("2004-06-03T00:00:00Z") };
        let scope = if all { Scope::All } else { Scope::Times(day) };
        let (journal, _) = go_on(before.clone(), engine(), &[asked(scope)]);
        prop_assert_eq!(journal.len(), before.len() + 3, "the wish, the note, the marker");
        let note = note(&journal);
        prop_assert_eq!((note.revised.len(), note.made.len(), note.unchanged.len()), (0, 0, 2));
        prop_assert!(solution_of(&journal) == solution_of(&before));
    }

    /// What came late, reassessed, is what it had been in time.
    #[test]
    fn late_inputs_reassessed_are_what_they_had_been_in_time(
        late in proptest::collection::vec(any::<bool>(), 7),
        order in Just((0usize..7).collect::<Vec<_>>()).prop_shuffle(),
        closed in any::<bool>(),
        late_notice in any::<bool>(),
    ) {
        let mut reports = two_groups();
        let mut double = reports[1].clone();
        double.azimuth_mdeg += 100;
        double.source.sequence = 9;
        reports.push(double);
        let notice = entry::to_bytes(&notice("Alpha"));
        let of = |late_ones: bool| {
            let chosen = order.iter().filter(|i| late[**i] == late_ones);
            let mut inputs: Vec<Vec<u8>> = chosen.map(|i| entry::to_bytes(&reports[*i])).collect();
            if late_notice == late_ones {
                inputs.push(notice.clone());
            }
            inputs
        };
        let mut in_time = vec![epoch(), agreement()];
        in_time.extend(of(false));
        let mut inputs = in_time.clone();
        inputs.push(end_of_recording());
        if closed {
            inputs.push(tick(time("2004-08-05T00:00:00Z")));
        }
        inputs.extend(of(true));
        inputs.push(asked(Scope::All));
        in_time.extend(of(true));
        in_time.push(end_of_recording());
        prop_assert_eq!(said(&run(&inputs, 1).0), said(&run(&in_time, 1).0));
    }

    /// A reassessment anywhere among inputs that come in batches: what is derived hangs on the entries alone, from any
    /// snapshot as from the beginning, and a journal that is cut is completed to the same.
    #[test]
    fn reassessments_are_derived_alike_from_anywhere(
        every in 1u32..4,
        batch in 1usize..4,
        places in proptest::collection::vec(0usize..12, 1..4),
        cut in 1usize..60,
    ) {
        let mut inputs = recording();
        inputs[0] = entry::to_bytes(&Epoch {
            engine: engine(),
            configuration: Configuration { snapshot_every_inputs: every, ..configuration() },
        });
        let late = utah("a").into_iter().map(|mut report| {
            (report.place.lon_e7, report.source.boot) = (report.place.lon_e7 + 20_000_000, 7);
            entry::to_bytes(&report)
        });
        inputs.extend(late);
        for place in places {
            inputs.insert((1 + place).min(inputs.len()), asked(Scope::All));
        }
        let (journal, whole, memories) = in_batches(&inputs, batch);
        for (_, bytes) in memories {
            let memory = canonical::from_bytes(&bytes).unwrap();
            let mut resumed = Replay::resume(engine(), ORIGIN, 1, Hash::of(&bytes), memory).unwrap();
            for bytes in &journal[resumed.next_index() as usize..] {
                resumed.take(bytes, journal.as_slice()).unwrap();
            }
            prop_assert_eq!(resumed.report().divergence, None);
            prop_assert_eq!(resumed.hash(), whole.hash());
        }
        // The audit of a part finds nothing false, and what is missing is what followed.
        let cut = cut.min(journal.len());
        let mut audit = Replay::new(engine(), ORIGIN, 1);
        for bytes in &journal[..cut] {
            audit.take(bytes, &journal[..cut]).unwrap();
        }
        prop_assert_eq!(audit.report().divergence, None);
        let expected: Vec<Vec<u8>> = audit.expected().map(<[u8]>::to_vec).collect();
        let stands: Vec<Vec<u8>> = journal[cut..].iter().filter(|bytes| expected.contains(bytes)).cloned().collect();
        prop_assert_eq!(stands, expected);
    }
}
