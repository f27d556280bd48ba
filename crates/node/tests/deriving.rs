//! What is missing is derived once; what stands otherwise than derived stops deriving.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use support::*;
use truceline_evidence::journal::{Appender, JournalReader};
use truceline_model::derived::Derived;
use truceline_model::entry;
use truceline_model::finding::Finding;
use truceline_model::hash::Hash;
use truceline_model::remark::Divergence;
use truceline_node::journal::{Journal, Mode};

const FILES: [&str; 3] = ["agreement.toml", "detections.json", "notice.toml"];

/// A store in which the example was loaded without interruption, and its entries.
fn whole() -> (TestStore, Vec<Vec<u8>>) {
    let store = TestStore::new();
    load(&store.node(), &FILES);
    let entries = store.entries();
    (store, entries)
}

/// A store with the same keys whose journal holds these.
fn holding(original: &TestStore, entries: &[Vec<u8>]) -> TestStore {
    let store = TestStore::with_keys_of(original);
    Journal::open(&store.store, Mode::Write).unwrap().append(entries.to_vec()).unwrap();
    store
}

#[test]
fn from_any_beginning_the_same_journal_follows() {
    let (original, entries) = whole();
    let hash = assert_whole(&original);
    let kinds = kinds(&entries);
    // A batch of inputs stands whole or not at all: only there can a journal not end.
    let inside = |size: usize| matches!(kinds[size - 1], "tick" | "report") && matches!(kinds[size], "tick" | "report");
    let mut begun = 0;
    for size in (1..entries.len()).filter(|size| !inside(*size)) {
        let store = holding(&original, &entries[..size]);
        load(&store.node(), &FILES);
        assert_same(&store.entries(), &entries, &format!("from the first {size} entries"));
        assert_eq!(assert_whole(&store), hash);
        begun += 1;
    }
    assert_eq!(begun, entries.len() - 1 - 6);
}

#[test]
fn a_part_of_a_recording_is_completed_to_the_same_events() {
    let (original, entries) = whole();
    let first = kinds(&entries).iter().position(|kind| *kind == "tick").unwrap();
    for size in first + 1..first + 7 {
        let store = holding(&original, &entries[..size]);
        load(&store.node(), &FILES);
        let completed = store.entries();
        assert_eq!(events(&completed), events(&entries), "from the first {size} entries");
        let verdicts = |entries: &[Vec<u8>]| -> Vec<_> {
            findings(entries).into_iter().map(|finding| (finding.revision, finding.p_ppb, finding.verdict)).collect()
        };
        assert_eq!(verdicts(&completed), verdicts(&entries));
        let inputs = |entries: &[Vec<u8>]| -> Vec<Vec<u8>> {
            let held = entries.iter().zip(support::kinds(entries));
            held.filter(|(_, kind)| matches!(*kind, "tick" | "report")).map(|(bytes, _)| bytes.clone()).collect()
        };
        assert_same(&inputs(&completed), &inputs(&entries), "the clock ticks as if nothing had happened");
        assert_whole(&store);
    }
}

#[test]
fn opening_alone_appends_what_is_missing() {
    let (original, entries) = whole();
    let end = entries.len() - 2;
    let store = holding(&original, &entries[..end]);
    let node = store.node();
    assert!(node.settle(end as u64).unwrap() >= end as u64);
    drop(node);
    assert_same(&store.entries(), &entries, "what stood before");
}

#[test]
fn what_is_missing_stands_before_anything_new() {
    let (original, entries) = whole();
    let notice = kinds(&entries).iter().position(|kind| *kind == "notice").unwrap();
    let inputs = kinds(&entries).iter().rposition(|kind| *kind == "tick").unwrap() + 1;
    for size in [inputs, inputs + 4, notice - 1] {
        let store = holding(&original, &entries[..size]);
        // Not the file that the crash interrupted, but the one after it.
        load(&store.node(), &["notice.toml"]);
        assert_same(&store.entries(), &entries, &format!("from the first {size} entries"));
    }
}

#[test]
fn an_epoch_gets_what_it_is_owed_before_the_next_begins() {
    let (original, entries) = whole();
    let mut wanted = shipped();
    wanted.infrasound.wind_sigma_mm_s.value += 1_000;
    let inputs = kinds(&entries).iter().rposition(|kind| *kind == "tick").unwrap() + 1;
    for size in [2, inputs, inputs + 4, entries.len() - 2] {
        let store = holding(&original, &entries[..size]);
        let node = store.node_with(Some(&wanted));
        node.settle(size as u64 + 1).unwrap();
        drop(node);
        let after = store.entries();
        let owed = after.len() - 2;
        assert_eq!(kinds(&after)[owed..], ["epoch_end", "epoch"], "from the first {size} entries");
        assert_same(&after[..owed], &entries[..owed], "what it was owed");
        assert_whole(&store);
    }
}

/// Asserts that deriving stops at `at`, that this is registered once, and that it stays so.
fn assert_stops(original: &TestStore, entries: &[Vec<u8>], at: usize) {
    let store = holding(original, entries);
    let node = store.node();
    let size = entries.len() as u64;
    let error = node.settle(size).unwrap_err().to_string();
    let expected = format!("entry {at} is not what this engine derives from input ");
    assert!(error.starts_with(&expected), "{error}");
    assert!(error.ends_with("; the difference is registered and nothing more is derived"), "{error}");
    assert_eq!(node.progress().stopped.as_deref(), Some(error.as_str()));
    drop(node);
    let after = store.entries();
    assert_same(&after[..entries.len()], entries, "what stood before");
    let [divergence] = &of_kind::<Divergence>(&after)[..] else { panic!("expected one Divergence") };
    assert_eq!(after.len(), entries.len() + 1);
    assert_eq!((divergence.entry, divergence.stands), (at as u64, Hash::of(&entries[at])));
    assert_ne!(divergence.derived, divergence.stands);

    // It stays stopped: what is delivered is registered, and nothing is derived from it.
    for opening in 0..2 {
        let node = store.node();
        let error = load_one(&node, "detections.json").unwrap_err().to_string();
        assert!(error.starts_with(&format!("deriving was stopped at entry {at}: ")), "{error}");
        let later = file_of(&[detection("A", "2004-06-05T17:42:14", 1.0, (40.0, -110.0), &format!("e{opening}"))]);
        let size = node.journal().size();
        assert_eq!(node.load("later.json", &later).unwrap_err().to_string(), error);
        let registered = entries_of(&*node.journal()).split_off(size as usize);
        assert!(kinds(&registered).iter().all(|kind| matches!(*kind, "tick" | "report")), "{registered:?}");
        assert!(kinds(&registered).contains(&"report"));
    }
    assert_eq!(of_kind::<Divergence>(&store.entries()).len(), 1, "said once");
}

#[test]
fn a_changed_finding_stops_deriving() {
    let (original, mut entries) = whole();
    let at = kinds(&entries).iter().position(|kind| *kind == "finding").unwrap();
    let mut finding: Derived<Finding> = entry::from_bytes(&entries[at]).unwrap();
    finding.content.p_ppb = finding.content.p_ppb.map(|p| p - 1);
    entries[at] = entry::to_bytes(&finding);
    assert_stops(&original, &entries, at);
    // Though the journal ends there, and more outputs were to follow.
    assert_stops(&original, &entries[..=at], at);
}

#[test]
fn an_output_at_another_place_stops_deriving() {
    let (original, entries) = whole();
    let at = kinds(&entries).iter().position(|kind| *kind == "event").unwrap();
    let mut swapped = entries.clone();
    swapped.swap(at, at + 1);
    assert_stops(&original, &swapped, at);
    let mut missing = entries.clone();
    missing.remove(at);
    assert_stops(&original, &missing, at);
    let mut doubled = entries.clone();
    doubled.insert(at, entries[at].clone());
    assert_stops(&original, &doubled, at + 1);
    let mut at_the_end = entries.clone();
    at_the_end.push(entries[at].clone());
    assert_stops(&original, &at_the_end, entries.len());
}

#[test]
fn a_changed_marker_stops_deriving() {
    let (original, mut entries) = whole();
    let at = kinds(&entries).iter().rposition(|kind| *kind == "outputs_end").unwrap();
    let mut end: truceline_model::remark::OutputsEnd = entry::from_bytes(&entries[at]).unwrap();
    end.count += 1;
    entries[at] = entry::to_bytes(&end);
    assert_stops(&original, &entries, at);
}

#[test]
fn an_entry_that_this_engine_does_not_know_stops_deriving() {
    let (original, mut entries) = whole();
    entries.push(b"\x83\x66edict!\x01\x60".to_vec());
    let store = holding(&original, &entries);
    let node = store.node();
    let error = load_one(&node, "detections.json").unwrap_err().to_string();
    assert!(error.starts_with(&format!("entry {}: ", entries.len() - 1)), "{error}");
    assert!(error.contains("an entry of a kind that this engine knows"), "{error}");
}
