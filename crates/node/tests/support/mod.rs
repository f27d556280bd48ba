//! Stores in folders of their own, and what stands in their journals.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test is a program of its own and uses a part")]
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use truceline_engine::identity::engine_id;
use truceline_engine::replay::Replay;
use truceline_evidence::journal::JournalReader;
use truceline_formats::configuration;
use truceline_model::canonical::Canonical;
use truceline_model::configuration::Configuration;
use truceline_model::derived::Derived;
use truceline_model::entry::{self, Entry};
use truceline_model::event::Event;
use truceline_model::finding::Finding;
use truceline_model::snapshot::Snapshot;
use truceline_node::journal::{Journal, Mode};
use truceline_node::store::{Store, VERIFIER_KEY_FILE};
use truceline_node::{Loaded, Node, NodeError};

/// The shipped configuration.
pub fn shipped() -> Configuration {
    configuration::read("the shipped configuration", configuration::DEFAULT).unwrap()
}

/// The text of a file of the example.
pub fn example(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/utah-2004").join(name)).unwrap()
}

/// A store in a folder that ends with the test.
pub struct TestStore {
    folder: TempDir,
    pub store: Store,
}

impl TestStore {
    /// A new store with keys of its own.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), true).unwrap();
        Self { folder, store }
    }

    /// A store with the keys of another one and an empty journal.
    pub fn with_keys_of(other: &Self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("keys")).unwrap();
        for name in [VERIFIER_KEY_FILE, "keys/journal.seed", "keys/journal.ml-dsa.seed", "keys/salts.secret"] {
            std::fs::copy(other.store.file(name), folder.path().join(name)).unwrap();
        }
        let store = Store::open(folder.path(), false).unwrap();
        Self { folder, store }
    }

    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub fn node(&self) -> Node {
        self.node_with(None)
    }

    pub fn node_with(&self, wanted: Option<&Configuration>) -> Node {
        Node::open(&self.store, wanted, &shipped(), 1).unwrap()
    }

    /// All entries of the closed journal.
    pub fn entries(&self) -> Vec<Vec<u8>> {
        let journal = Journal::open(&self.store, Mode::Read).unwrap();
        assert_eq!(journal.problem(), None);
        entries_of(&journal)
    }
}

pub fn entries_of(journal: &dyn JournalReader) -> Vec<Vec<u8>> {
    (0..journal.size()).map(|index| journal.entry(index).unwrap()).collect()
}

/// Loads files of the example.
pub fn load(node: &Node, names: &[&str]) -> Vec<Loaded> {
    names.iter().map(|name| load_one(node, name).unwrap()).collect()
}

pub fn load_one(node: &Node, name: &str) -> Result<Loaded, NodeError> {
    node.load(name, example(name).as_bytes())
}

/// The kind of each entry.
pub fn kinds(entries: &[Vec<u8>]) -> Vec<&str> {
    entries.iter().map(|bytes| entry::open(bytes).unwrap().0).collect()
}

/// Asserts that two journals hold the same entries; a failure shows their kinds, not their bytes.
#[track_caller]
pub fn assert_same(found: &[Vec<u8>], expected: &[Vec<u8>], what: &str) {
    assert_eq!(kinds(found), kinds(expected), "{what}");
    let first = found.iter().zip(expected).position(|(found, expected)| found != expected);
    assert_eq!(first, None, "the first entry that differs, {what}");
}

/// The entries of one kind, decoded.
pub fn of_kind<T: Entry>(entries: &[Vec<u8>]) -> Vec<T> {
    entries
        .iter()
        .filter(|bytes| entry::open(bytes).unwrap().0 == T::KIND)
        .map(|b| entry::from_bytes(b).unwrap())
        .collect()
}

/// The contents of the derived entries of one type.
pub fn derived<T: Canonical>(entries: &[Vec<u8>]) -> Vec<T>
where
    Derived<T>: Entry,
{
    of_kind::<Derived<T>>(entries).into_iter().map(|derived| derived.content).collect()
}

pub fn events(entries: &[Vec<u8>]) -> Vec<Event> {
    derived(entries)
}

pub fn findings(entries: &[Vec<u8>]) -> Vec<Finding> {
    derived(entries)
}

/// A replay of these entries, by this engine.
pub fn replay(store: &TestStore, entries: &[Vec<u8>]) -> Replay {
    let origin = Journal::open(&store.store, Mode::Read).unwrap().origin();
    let mut replay = Replay::new(engine_id(), &origin, 1);
    for bytes in entries {
        replay.take(bytes, entries).unwrap();
    }
    replay
}

/// Asserts that every output of every input stands once, as this engine derives it. Says the replay hash.
pub fn assert_whole(store: &TestStore) -> String {
    let entries = store.entries();
    let replay = replay(store, &entries);
    let report = replay.report();
    let derived = report.outputs + report.inputs + of_kind::<Snapshot>(&entries).len() as u64;
    assert_eq!((&report.divergence, &report.stopped, report.missing), (&None, &None, 0));
    assert_eq!(report.same, derived, "each output, marker and snapshot was compared");
    replay.hash().to_string()
}

/// One detection as JSON.
pub fn detection(name: &str, time: &str, azimuth: f64, (lat, lon): (f64, f64), event: &str) -> String {
    format!(
        r#"{{"Name": "{name}", "Peak F-Stat Time (UTC)": "{time}", "F Statistic": 75.0, "Trace Velocity (m/s)": null,
        "Back Azimuth": {azimuth}, "Latitude": {lat}, "Longitude": {lon}, "Array Dimension": 4, "Event": "{event}"}}"#
    )
}

/// A file of detections.
pub fn file_of(detections: &[String]) -> Vec<u8> {
    format!("[{}]", detections.join(",\n")).into_bytes()
}
