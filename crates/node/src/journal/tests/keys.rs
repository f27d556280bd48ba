//! A store of the first form, with one key, and of the second, with two.
use super::*;
use truceline_evidence::note::VerifierKey;

const ML_DSA_SEED_FILE: &str = "keys/journal.ml-dsa.seed";

/// A store as it was made before there were two keys.
fn first_form() -> (TempDir, Store) {
    let (folder, store) = new_store();
    std::fs::write(store.file(VERIFIER_KEY_FILE), format!("{}\n", key().verifier_key())).unwrap();
    std::fs::remove_file(store.file(ML_DSA_SEED_FILE)).unwrap();
    (folder, store)
}

fn keys_of(store: &Store) -> Vec<VerifierKey> {
    store.verifier_keys().unwrap().iter().map(|key| VerifierKey::parse(key).unwrap()).collect()
}

/// Which of the store's keys signed its stored checkpoint.
fn signers(store: &Store) -> Vec<usize> {
    let note = std::fs::read_to_string(store.file(CHECKPOINT_FILE)).unwrap();
    truceline_evidence::note::open(&note, &keys_of(store)).unwrap().keys
}

#[test]
fn a_store_of_the_first_form_gets_its_second_key_when_it_is_opened_for_writing() {
    let (_folder, store) = first_form();
    // What an earlier version left: a journal under a checkpoint that one key signed.
    let entries = batch("a", 3);
    drop({
        let journal = open(&store);
        journal.append(entries.clone()).unwrap();
        journal
    });
    let old = MemoryJournal::new(key(), SECRET);
    old.append(entries.clone()).unwrap();
    std::fs::write(store.file(CHECKPOINT_FILE), old.checkpoint().unwrap()).unwrap();
    std::fs::write(store.file(VERIFIER_KEY_FILE), format!("{}\n", key().verifier_key())).unwrap();
    std::fs::remove_file(store.file(ML_DSA_SEED_FILE)).unwrap();

    let read = Journal::open(&store, Mode::Read).unwrap();
    assert_eq!((read.problem(), entries_of(&read)), (None, entries.clone()));
    assert_eq!(read.verifier_keys(), [key().verifier_key().to_string()], "a reader makes no key");
    assert!(!store.file(ML_DSA_SEED_FILE).exists());

    // A crash after the seed and before the keys' file: nothing was signed with it.
    std::fs::write(store.file(ML_DSA_SEED_FILE), "half a").unwrap();
    let journal = open(&store);
    assert_eq!(entries_of(&journal), entries);
    assert_eq!(journal.verifier_key(), key().verifier_key().to_string(), "what people pinned stays");
    let keys = keys_of(&store);
    assert_eq!(keys.iter().map(VerifierKey::algorithm).collect::<Vec<_>>(), [Algorithm::Ed25519, Algorithm::MlDsa44]);
    assert_eq!(keys[1].name(), ORIGIN);
    drop(journal);
    assert_eq!(signers(&store), [0, 1]);
    drop(open(&store));
    assert_eq!(keys_of(&store), keys, "the key is made once");
}

#[test]
fn a_new_store_has_both_keys_and_signs_its_first_checkpoint_with_both() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store"), true).unwrap();
    drop(open(&store));
    assert_eq!(signers(&store), [0, 1]);
}

#[test]
fn a_second_key_that_is_not_the_store_s_is_refused() {
    let (_folder, store) = new_store();
    drop(open(&store));
    let refused = || Journal::open(&store, Mode::Write).unwrap_err().to_string();
    std::fs::write(store.file(ML_DSA_SEED_FILE), format!("{}\n", Hash([9; 32]))).unwrap();
    assert!(refused().ends_with("the signing key in keys does not belong to journal.vkey"));
    std::fs::remove_file(store.file(ML_DSA_SEED_FILE)).unwrap();
    assert!(refused().contains("journal.ml-dsa.seed: cannot read the key"));
}

/// The stored checkpoint is refused where the second signature does not hold, though the first one does.
#[test]
fn a_false_second_signature_is_said() {
    let closed = Closed::new();
    let note = String::from_utf8(closed.checkpoint.clone()).unwrap();
    let before = String::from_utf8(closed.checkpoint_before_last.clone()).unwrap();
    let lines: Vec<&str> = note.split_inclusive('\n').collect();
    let foreign = before.split_inclusive('\n').next_back().unwrap();
    let mixed = [&lines[..lines.len() - 1], &[foreign]].concat().concat();
    closed.put(&closed.log, mixed.as_bytes());
    let (_, problem) = open_damaged(&closed.store);
    assert!(problem.starts_with("the stored checkpoint is not this journal's: "), "{problem}");
}
