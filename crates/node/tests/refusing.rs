//! Floods of refusals are folded: the journal stays small, and nothing is silence.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use support::*;
use truceline_evidence::journal::JournalReader;
use truceline_formats::Delivery;
use truceline_model::entry::{self, Entry};
use truceline_model::epoch::Epoch;
use truceline_model::refusal::{Refusal, Refusals};
use truceline_node::intake::REFUSALS_SAID_MAX;
use truceline_node::refusals::SINGLE_REFUSALS_MAX;

/// A file of detections that are none; `salt` makes it another file.
fn flood(count: usize, salt: u64) -> Vec<u8> {
    let items: Vec<String> = (0..count).map(|n| format!("[{salt},{n}]")).collect();
    file_of(&items)
}

fn refusals_of(name: &str, bytes: &[u8]) -> Vec<Refusal> {
    let Delivery::Detections(detections) = Delivery::read(name, bytes).unwrap() else { panic!("detections") };
    detections.refusals
}

#[test]
fn the_first_stand_one_by_one_and_the_rest_as_one_entry() {
    let store = TestStore::new();
    let node = store.node();
    let file = flood(1_000, 1);
    let loaded = node.load("flood.json", &file).unwrap();
    assert_eq!((loaded.refused, loaded.refusals.len()), (1_000, REFUSALS_SAID_MAX));
    let entries = entries_of(&*node.journal());
    let (singles, floods): (Vec<Refusal>, Vec<Refusals>) = (of_kind(&entries), of_kind(&entries));
    let all = refusals_of("flood.json", &file);
    let first = SINGLE_REFUSALS_MAX as usize;
    assert_eq!(singles, all[..first]);
    let [flood] = &floods[..] else { panic!("one flood") };
    assert_eq!((flood.count, flood.second, flood.source.as_str()), (1_000 - first as u64, None, "flood.json"));
    assert_eq!((&flood.first, &flood.last), (&all[first], &all[999]));
    let mut again = Refusals::begin(None, all[first].clone());
    all[first + 1..].iter().for_each(|refusal| again.fold(refusal.clone()));
    assert_eq!(flood, &again, "whoever has the delivery computes its chain again");

    // A resend is acknowledged, after a restart and at another time of the clock too.
    node.load("flood.json", &file).unwrap();
    load(&node, &["detections.json"]);
    let size = node.journal().size();
    drop(node);
    let node = store.node();
    assert_eq!(node.load("flood.json", &file).unwrap().refused, 1_000);
    assert_eq!(node.journal().size(), size);
    drop(node);
    assert_whole(&store);
}

#[test]
fn a_second_has_its_single_ones_and_each_source_its_own() {
    let store = TestStore::new();
    let node = store.node();
    let counts = |node: &truceline_node::Node| {
        let entries = entries_of(&*node.journal());
        (of_kind::<Refusal>(&entries).len(), of_kind::<Refusals>(&entries).len())
    };
    let mut expected = Vec::new();
    let mut found = Vec::new();
    for (name, count, singles, floods) in [
        ("a.json", 10, 10, 0),
        ("a.json", 10, 16, 1), // four are over
        ("a.json", 3, 16, 2),  // nothing is left in this second
        ("b.json", 16, 32, 2),
    ] {
        node.load(name, &flood(count, 100 + expected.len() as u64)).unwrap();
        expected.push((singles, floods));
        found.push(counts(&node));
    }
    assert_eq!(found, expected);
    // The clock goes on, and with it the next second.
    load(&node, &["detections.json"]);
    node.load("a.json", &flood(20, 7)).unwrap();
    assert_eq!(counts(&node), (48, 3));
    let entries = entries_of(&*node.journal());
    assert!(of_kind::<Refusals>(&entries)[2].second.is_some());
}

/// The same deliveries give the same entries.
#[test]
fn floods_are_registered_alike_each_time() {
    let run = || {
        let store = TestStore::new();
        let node = store.node();
        for salt in 0..3 {
            node.load("flood.json", &flood(40, salt)).unwrap();
            load(&node, &["detections.json"]);
        }
        entries_of(&*node.journal())
            .into_iter()
            .filter(|bytes| kinds(std::slice::from_ref(bytes))[0] == "refusals")
            .collect::<Vec<_>>()
    };
    assert_eq!(run(), run());
}

/// A million bad detections, in the largest files that are read.
#[test]
fn a_million_bad_detections_leave_a_small_journal() {
    let store = TestStore::new();
    let node = store.node();
    for salt in 0..10 {
        assert_eq!(node.load("flood.json", &flood(100_000, salt)).unwrap().refused, 100_000);
    }
    let entries = entries_of(&*node.journal());
    let folded: u64 = of_kind::<Refusals>(&entries).iter().map(|flood| flood.count).sum();
    let singles = of_kind::<Refusal>(&entries).len() as u64;
    assert_eq!((singles, folded + singles), (u64::from(SINGLE_REFUSALS_MAX), 1_000_000), "none is lost");
    // The epoch stands in every journal.
    let of_refusing = entries.iter().filter(|bytes| entry::open(bytes).is_ok_and(|(kind, ..)| kind != Epoch::KIND));
    let bytes: usize = of_refusing.map(Vec::len).sum();
    assert!(bytes < 10_000, "{bytes} bytes");
    drop(node);
    assert_whole(&store);
}

/// An agreement counts from its registration: after another one the first text may come again.
#[test]
fn an_agreement_s_text_can_come_again_after_another() {
    let store = TestStore::new();
    let node = store.node();
    load(&node, &["detections.json"]);
    let a = example("agreement.toml");
    let b = a.replace("p_min = 0.5", "p_min = 0.99999");
    assert_ne!(a, b);
    let load = |text: &str| {
        let loaded = node.load("agreement.toml", text.as_bytes()).unwrap();
        let newest = findings(&entries_of(&*node.journal())).pop().unwrap();
        ((loaded.registered, loaded.already), newest.verdict.state().name())
    };
    assert_eq!(load(&a), ((1, 0), "possible-breach"));
    assert_eq!(load(&b), ((1, 0), "undetermined"));
    assert_eq!(load(&b), ((0, 1), "undetermined"), "a resend of the newest");
    assert_eq!(load(&a), ((1, 0), "possible-breach"), "the first is in force again");
    assert_eq!(load(&a), ((0, 1), "possible-breach"));
    drop(node);
    assert_whole(&store);
}
