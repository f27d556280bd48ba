//! Reassessment in a store: with a new configuration, with what came late, and rehearsed.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use support::*;
use truceline_model::event::Event;
use truceline_model::reassessment::{Reassessment, Scope};
use truceline_node::reassessment::{Outcome, rehearse};

const FILES: [&str; 3] = ["agreement.toml", "detections.json", "notice.toml"];

fn asked() -> Reassessment {
    Reassessment { scope: Scope::All, asked_by: "a test".into(), reason: "to see".into() }
}

fn straggler() -> Vec<u8> {
    file_of(&[detection("TXIAR", "2004-06-02T18:30:00", 330.0, (33.3, -109.7), "utah-2004-06-02")])
}

fn counts(outcome: &Outcome) -> [usize; 5] {
    let outcome = outcome.clone();
    let lists = [outcome.events.len(), outcome.findings.len()];
    [lists[0], lists[1], outcome.made.len(), outcome.unchanged.len(), outcome.excluded.len()]
}

#[test]
fn nothing_new_changes_nothing_and_is_noted() {
    let store = TestStore::new();
    load(&store.node(), &FILES);
    let before = store.entries();
    assert_eq!(counts(&rehearse(&store.store, None, &shipped(), 1, &asked()).unwrap()), [0, 0, 0, 1, 0]);
    assert_same(&store.entries(), &before, "a rehearsal writes nothing");
    let outcome = store.node().reassess(&asked()).unwrap();
    assert_eq!((outcome.entry, counts(&outcome)), (Some(before.len() as u64), [0, 0, 0, 1, 0]));
    let after = store.entries();
    assert_same(&after[..before.len()], &before, "nothing is rewritten");
    assert_eq!(kinds(&after)[before.len()..], ["reassessment", "reassessed", "outputs_end"]);
    assert_whole(&store);
}

#[test]
fn what_came_late_is_used_and_a_rehearsal_says_the_same_before() {
    let store = TestStore::new();
    load(&store.node(), &FILES);
    assert_eq!(store.node().load("straggler.json", &straggler()).unwrap().late, 1);
    let rehearsed = rehearse(&store.store, None, &shipped(), 1, &asked()).unwrap();
    let node = store.node();
    let outcome = node.reassess(&asked()).unwrap();
    assert_eq!(counts(&outcome), [1, 1, 0, 0, 0]);
    assert_eq!(Outcome { entry: outcome.entry, ..rehearsed }, outcome);
    assert_eq!((outcome.events[0].revision, outcome.events[0].solution.arrivals.len()), (4, 4));
    assert_eq!(counts(&node.reassess(&asked()).unwrap()), [0, 0, 0, 1, 0], "again: nothing");
    drop(node);
    assert_whole(&store);
    let revisions: Vec<u32> = events(&store.entries()).iter().map(|event: &Event| event.revision).collect();
    assert_eq!(revisions, [1, 2, 3, 4]);
}

#[test]
fn another_configuration_is_rehearsed_and_then_revises() {
    let store = TestStore::new();
    load(&store.node(), &FILES);
    let before = store.entries();
    let mut wanted = shipped();
    wanted.infrasound.azimuth_sigma_mdeg.value += 500;
    let rehearsed = rehearse(&store.store, Some(&wanted), &shipped(), 1, &asked()).unwrap();
    assert_eq!(counts(&rehearsed), [1, 1, 0, 0, 0]);
    assert_same(&store.entries(), &before, "a rehearsal writes nothing");
    let outcome = store.node_with(Some(&wanted)).reassess(&asked()).unwrap();
    assert_eq!(Outcome { entry: outcome.entry, ..rehearsed }, outcome);
    let added = store.entries().split_off(before.len());
    let expected = ["epoch_end", "epoch", "reassessment", "event", "finding", "reassessed", "outputs_end"];
    assert_eq!(kinds(&added), expected);
    assert_whole(&store);
    // Back with the first numbers, what stood first comes out again, as one more revision.
    let outcome = store.node_with(Some(&shipped())).reassess(&asked()).unwrap();
    assert_eq!((outcome.events[0].revision, counts(&outcome)), (5, [1, 1, 0, 0, 0]));
    assert!(outcome.events[0].solution == events(&before).pop().unwrap().solution);
    assert_whole(&store);
}
