//! A start from memory gives what a start from the first entry gives; a memory that does not fit is not used.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use std::fs;
use std::path::PathBuf;
use support::*;
use truceline_model::configuration::Configuration;
use truceline_model::entry;
use truceline_model::snapshot::Snapshot;

/// A snapshot after every second input, so that the example has several.
fn often() -> Configuration {
    Configuration { snapshot_every_inputs: 2, ..shipped() }
}

fn memories(store: &TestStore) -> Vec<PathBuf> {
    let items = fs::read_dir(store.folder().join("memory")).unwrap();
    let mut files: Vec<PathBuf> = items.map(|item| item.unwrap().path()).collect();
    files.sort();
    files
}

/// The example in two starts; `between` happens to the closed store before the second.
fn in_two_starts(original: &TestStore, between: impl FnOnce(&TestStore)) -> Vec<Vec<u8>> {
    let store = TestStore::with_keys_of(original);
    load(&store.node_with(Some(&often())), &["agreement.toml", "detections.json"]);
    between(&store);
    load(&store.node(), &["notice.toml"]);
    assert_whole(&store);
    store.entries()
}

#[test]
fn any_memory_or_none_leads_to_the_same_journal() {
    let original = TestStore::new();
    load(&original.node_with(Some(&often())), &["agreement.toml", "detections.json", "notice.toml"]);
    let whole = original.entries();
    let snapshots: Vec<Snapshot> = of_kind(&whole);
    assert_eq!(snapshots.len(), 4);
    assert_same(&in_two_starts(&original, |_| {}), &whole, "from memory");
    let gone = |store: &TestStore| fs::remove_dir_all(store.folder().join("memory")).unwrap();
    assert_same(&in_two_starts(&original, gone), &whole, "without memory");
    let broken = |store: &TestStore| {
        for path in memories(store) {
            let mut bytes = fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(&path, bytes).unwrap();
        }
    };
    assert_same(&in_two_starts(&original, broken), &whole, "with broken memories");
    let of_another = |store: &TestStore| {
        for path in memories(store) {
            fs::write(&path, b"something else").unwrap();
        }
    };
    assert_same(&in_two_starts(&original, of_another), &whole, "with other files");
}

#[test]
fn a_memory_is_used_only_where_its_snapshot_stands() {
    let original = TestStore::new();
    load(&original.node_with(Some(&often())), &["agreement.toml", "detections.json"]);
    let whole = original.entries();
    assert!((1..=2).contains(&memories(&original).len()), "at most the newest two are kept");
    // A journal that ends before any snapshot stands, beside memories of later inputs.
    let first = whole.iter().position(|bytes| entry::open(bytes).unwrap().0 == "snapshot").unwrap();
    let store = TestStore::with_keys_of(&original);
    {
        use truceline_evidence::journal::Appender;
        use truceline_node::journal::{Journal, Mode};
        Journal::open(&store.store, Mode::Write).unwrap().append(whole[..first].to_vec()).unwrap();
    }
    fs::create_dir(store.folder().join("memory")).unwrap();
    for path in memories(&original) {
        fs::copy(&path, store.folder().join("memory").join(path.file_name().unwrap())).unwrap();
    }
    load(&store.node(), &["agreement.toml", "detections.json"]);
    assert_whole(&store);
    assert_same(&store.entries(), &whole, "completed");
}
