//! Opening a store: its lock, its keys, its epochs.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use support::*;
use truceline_engine::identity::engine_id;
use truceline_evidence::journal::{Appender, JournalReader};
use truceline_model::agreement::AgreementText;
use truceline_model::entry;
use truceline_model::epoch::{Epoch, EpochEnd};
use truceline_model::hash::Hash;
use truceline_model::remark::OutputsEnd;
use truceline_node::Node;
use truceline_node::journal::{Journal, Mode};
use truceline_node::store::{CHECKPOINT_FILE, JOURNAL_FILE, Store};

#[test]
fn a_second_writer_is_refused_and_a_reader_is_not() {
    let store = TestStore::new();
    let node = store.node();
    load(&node, &["agreement.toml"]);
    let error = Node::open(&store.store, None, &shipped(), 1).unwrap_err();
    assert!(error.is_locked() && !error.is_bad_file(), "{error}");
    assert!(error.to_string().ends_with(": another process writes to this store"), "{error}");
    let reader = Journal::open(&store.store, Mode::Read).unwrap();
    assert_eq!((reader.problem(), reader.size()), (None, node.journal().size()));
    drop(node);
    assert_eq!(load(&store.node(), &["agreement.toml"])[0].already, 1, "the lock ends with its node");
}

#[test]
fn a_folder_with_other_files_is_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let error = Store::open(folder.path(), false).unwrap_err().to_string();
    assert!(error.contains("there is no store here; `truceline serve"), "{error}");
    std::fs::write(folder.path().join("letter.txt"), "dear").unwrap();
    for create in [false, true] {
        assert!(Store::open(folder.path(), create).is_err());
    }
    let error = Store::open(folder.path(), true).unwrap_err().to_string();
    assert!(error.ends_with("the folder holds other files and no store; name an empty one"), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was put there");
    let file = folder.path().join("letter.txt");
    let error = Store::open(&file, true).unwrap_err().to_string();
    assert!(error.ends_with("letter.txt: it is a file, expected a store's folder"), "{error}");
    assert!(Store::open(&folder.path().join("new/deep"), true).is_ok());
}

#[test]
fn no_two_stores_have_a_name_or_a_key_in_common() {
    let (a, b) = (TestStore::new(), TestStore::new());
    let text = |store: &TestStore, name: &str| std::fs::read_to_string(store.store.file(name)).unwrap();
    for name in ["journal.vkey", "keys/journal.seed", "keys/journal.ml-dsa.seed", "keys/salts.secret"] {
        assert_ne!(text(&a, name), text(&b, name));
    }
    drop((a.node(), b.node()));
    let origin = |store: &TestStore| Journal::open(&store.store, Mode::Read).unwrap().origin();
    assert_ne!(origin(&a), origin(&b));
    assert!(origin(&a).starts_with("truceline.local/"));
}

#[cfg(unix)]
#[test]
fn the_secrets_are_their_owner_s_alone() {
    use std::os::unix::fs::PermissionsExt;
    let store = TestStore::new();
    for name in ["keys/journal.seed", "keys/journal.ml-dsa.seed", "keys/salts.secret"] {
        let mode = std::fs::metadata(store.store.file(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

/// Nothing may be registered before the first epoch stands: nothing would be derived from it.
#[test]
fn the_first_file_of_a_new_store_comes_after_the_first_epoch() {
    for _ in 0..12 {
        let store = TestStore::new();
        load(&store.node(), &["agreement.toml"]);
        assert_eq!(kinds(&store.entries()), ["epoch", "agreement", "outputs_end"]);
    }
}

#[test]
fn another_configuration_begins_an_epoch_and_it_stays() {
    let store = TestStore::new();
    load(&store.node(), &["agreement.toml", "detections.json"]);
    let before = store.entries();
    let mut wanted = shipped();
    wanted.infrasound.celerity_sigma_mm_s.value += 1_000;
    drop(store.node_with(Some(&wanted)));
    for _ in 0..2 {
        // Without a wish the journal's own configuration goes on.
        load(&store.node(), &["detections.json"]);
    }
    let entries = store.entries();
    let epochs: Vec<Epoch> = of_kind(&entries);
    let configurations: Vec<_> = epochs.iter().map(|epoch| epoch.configuration.clone()).collect();
    assert_eq!(configurations, [shipped(), wanted.clone()]);
    assert_same(&entries[..before.len()], &before, "what stands is served, and nothing is derived anew");
    assert_eq!(kinds(&entries)[before.len()..], ["epoch_end", "epoch"], "once");
    let ends: Vec<EpochEnd> = of_kind(&entries);
    let last_input = kinds(&before).iter().rposition(|kind| *kind == "tick").map(|at| at as u64);
    assert_eq!(ends, [EpochEnd { epoch: Hash::of(&entries[0]), last_input }]);
    load(&store.node_with(Some(&wanted)), &["notice.toml"]);
    let entries = store.entries();
    assert_eq!(
        kinds(&entries)[before.len() + 2..],
        ["notice", "event", "finding", "outputs_end"],
        "the case goes on, by its own numbers"
    );
    assert_whole(&store);
}

/// A journal that another engine began, with one input.
fn of_another_engine(ended: bool) -> TestStore {
    let store = TestStore::new();
    let journal = Journal::open(&store.store, Mode::Write).unwrap();
    let epoch = Epoch { engine: Hash([7; 32]), configuration: shipped() };
    let agreement = AgreementText { text: example("agreement.toml") };
    journal.append(vec![entry::to_bytes(&epoch), entry::to_bytes(&agreement)]).unwrap();
    if ended {
        journal.append(vec![entry::to_bytes(&OutputsEnd { input: 1, count: 0, hash: Hash::of(&[]) })]).unwrap();
    }
    store
}

#[test]
fn an_epoch_of_another_engine_that_is_served_is_followed_by_one_of_this() {
    let store = of_another_engine(true);
    let loaded = load(&store.node(), &["agreement.toml", "detections.json"]);
    assert_eq!((loaded[0].already, loaded[1].registered), (1, 3));
    let entries = store.entries();
    assert_eq!(kinds(&entries)[..5], ["epoch", "agreement", "outputs_end", "epoch_end", "epoch"]);
    let engines: Vec<Hash> = of_kind::<Epoch>(&entries).iter().map(|epoch| epoch.engine).collect();
    assert_eq!(engines, [Hash([7; 32]), engine_id()]);
    // The agreement of the earlier epoch is in force.
    assert!(findings(&entries).iter().all(|finding| finding.agreement == Some(Hash::of(&entries[1]))));
    assert_eq!(findings(&entries).len(), 3);
}

#[test]
fn what_another_engine_left_unserved_is_the_first_of_this_engine_s_epoch() {
    let store = of_another_engine(false);
    load(&store.node(), &["detections.json"]);
    let entries = store.entries();
    assert_eq!(kinds(&entries)[..4], ["epoch", "agreement", "epoch", "outputs_end"]);
    let ends: Vec<OutputsEnd> = of_kind(&entries);
    assert_eq!((ends[0].input, ends[0].count), (1, 0), "the agreement is served, and was registered once");
    assert_eq!(findings(&entries).len(), 3);
    assert!(findings(&entries).iter().all(|finding| finding.agreement == Some(Hash::of(&entries[1]))));
    load(&store.node(), &["agreement.toml", "detections.json"]);
    assert_same(&store.entries(), &entries, "opened again, nothing is derived anew");
}

#[test]
fn a_damaged_store_opens_for_reading() {
    let store = TestStore::new();
    load(&store.node(), &["agreement.toml", "detections.json"]);
    let entries = store.entries();
    let log = std::fs::read(store.store.file(JOURNAL_FILE)).unwrap();
    let cut = &log[..log.len() - 1];
    std::fs::write(store.store.file(JOURNAL_FILE), cut).unwrap();
    let checkpoint = std::fs::read(store.store.file(CHECKPOINT_FILE)).unwrap();
    let node = store.node();
    let problem = node.problem().unwrap().to_owned();
    assert!(problem.contains(" acknowledged entries are missing: "), "{problem}");
    let left = entries_of(&*node.journal());
    assert!(!left.is_empty() && entries.starts_with(&left));
    for name in ["agreement.toml", "notice.toml"] {
        let error = load_one(&node, name).unwrap_err();
        assert_eq!(error.to_string(), format!("the journal: {problem}"), "registered or not, nothing is taken");
        assert!(!error.is_bad_file() && !error.is_locked());
    }
    assert_eq!(node.settle(0).unwrap_err().to_string(), problem);
    drop(node);
    assert_eq!(std::fs::read(store.store.file(JOURNAL_FILE)).unwrap(), cut);
    assert_eq!(std::fs::read(store.store.file(CHECKPOINT_FILE)).unwrap(), checkpoint);
    std::fs::write(store.store.file(JOURNAL_FILE), &log).unwrap();
    assert_eq!(load(&store.node(), &["notice.toml"])[0].registered, 1, "with the file back it goes on");
    assert_whole(&store);
}
