//! What a durable journal answers is what the journal in memory answers.
use super::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use truceline_evidence::tiles::tiles_of;
use truceline_model::entry::MAX_ENTRY_BYTES;

const MANIFEST: &str = "a manifest\nof two lines\n";

fn assert_alike(found: &dyn JournalReader, expected: &dyn JournalReader) {
    assert_eq!(found.origin(), expected.origin());
    assert_eq!(found.verifier_key(), expected.verifier_key());
    assert_eq!(found.verifier_keys(), expected.verifier_keys());
    assert_eq!(found.sign_manifest(MANIFEST), expected.sign_manifest(MANIFEST));
    let size = expected.size();
    assert_eq!(found.size(), size);
    found.wait_until_signed(size);
    if size > 0 {
        assert_eq!(found.checkpoint(), expected.checkpoint());
    }
    for tile in tiles_of(size) {
        assert_eq!(found.tile(&tile), expected.tile(&tile), "{tile}");
    }
    for index in 0..size + 2 {
        assert_eq!(found.entry(index), expected.entry(index));
        assert_eq!(found.salt(index), expected.salt(index));
        for of in 0..size + 2 {
            assert_eq!(found.inclusion_proof(index, of), expected.inclusion_proof(index, of), "{index} of {of}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, rng_seed: RngSeed::Fixed(2), ..ProptestConfig::default() })]

    #[test]
    fn any_batches_stand_as_in_memory(
        batches in prop::collection::vec(prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..5), 0..8),
        reopened_after in 0..8usize,
    ) {
        let (_folder, store) = new_store();
        let expected = reference();
        let mut journal = open(&store);
        for (n, batch) in batches.into_iter().enumerate() {
            prop_assert_eq!(journal.append(batch.clone()).unwrap(), expected.append(batch).unwrap());
            if n == reopened_after {
                drop(journal);
                journal = open(&store);
            }
        }
        assert_alike(&journal, &expected);
        drop(journal);
        assert_alike(&open(&store), &expected);
        assert_alike(&Journal::open(&store, Mode::Read).unwrap(), &expected);
    }
}

#[test]
fn an_entry_over_its_bound_is_refused_and_the_next_is_taken() {
    let (_folder, store) = new_store();
    let journal = open(&store);
    let error = journal.append(vec![b"small".to_vec(), vec![7; MAX_ENTRY_BYTES + 1]]).unwrap_err();
    assert!(error.is_too_large() && error.to_string().contains(&MAX_ENTRY_BYTES.to_string()), "{error}");
    assert_eq!(journal.size(), 0);
    assert_eq!(journal.append(vec![vec![7; MAX_ENTRY_BYTES]]).unwrap(), 0..1);
    drop(journal);
    assert_eq!(entries_of(&open(&store)), [vec![7; MAX_ENTRY_BYTES]]);
}

#[test]
fn a_batch_over_its_bound_is_refused_and_one_at_it_is_taken() {
    use super::super::frame::MAX_PAYLOAD_BYTES;
    let (_folder, store) = new_store();
    let journal = open(&store);
    // Each entry takes four bytes more than its own.
    let mut entries = vec![vec![7; MAX_ENTRY_BYTES]; 31];
    entries.push(vec![8; MAX_PAYLOAD_BYTES - 31 * (MAX_ENTRY_BYTES + 4) - 4]);
    let mut larger = entries.clone();
    larger[31].push(8);
    let error = journal.append(larger).unwrap_err();
    assert!(error.is_too_large() && error.to_string().contains(&MAX_PAYLOAD_BYTES.to_string()), "{error}");
    assert_eq!(journal.size(), 0);
    assert_eq!(journal.append(entries.clone()).unwrap(), 0..32);
    drop(journal);
    assert!(entries_of(&open(&store)) == entries, "the largest batch reads back whole");
}

#[test]
fn a_reader_appends_nothing() {
    let closed = Closed::new();
    let journal = Journal::open(&closed.store, Mode::Read).unwrap();
    let error = journal.append(batch("d", 1)).unwrap_err();
    assert!(error.is_read_only() && error.to_string() == "it was opened for reading", "{error}");
    assert_eq!(std::fs::read(closed.log_path()).unwrap(), closed.log);
}

#[test]
fn a_reader_makes_no_journal() {
    let (_folder, store) = new_store();
    let error = Journal::open(&store, Mode::Read).unwrap_err().to_string();
    assert!(error.contains("journal.log: cannot open the journal"), "{error}");
    assert!(!store.file(JOURNAL_FILE).exists());
}

#[test]
fn whoever_waits_sees_the_journal_grow() {
    let (_folder, store) = new_store();
    let journal = open(&store);
    let end = AtomicBool::new(false);
    assert_eq!(journal.wait_beyond(0, Duration::ZERO, &end), 0);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| journal.wait_beyond(0, Duration::from_secs(60), &end));
        journal.append(batch("a", 3)).unwrap();
        assert_eq!(waiting.join().unwrap(), 3);
        let waiting = scope.spawn(|| journal.wait_beyond(3, Duration::MAX, &end));
        end.store(true, Ordering::SeqCst);
        journal.wake();
        assert_eq!(waiting.join().unwrap(), 3, "woken, it ends");
    });
}

#[test]
fn keys_that_do_not_belong_together_are_refused() {
    let (folder, store) = new_store();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let refused = || Journal::open(&store, Mode::Write).unwrap_err().to_string();
    let other = SigningKey::from_seed(ORIGIN, [9; 32]).unwrap();
    write(VERIFIER_KEY_FILE, &format!("{}\n", other.verifier_key()));
    assert!(refused().ends_with("the signing key in keys does not belong to journal.vkey"));
    write(VERIFIER_KEY_FILE, "no key\n");
    assert!(!refused().is_empty());
    write(VERIFIER_KEY_FILE, &format!("{}\n", key().verifier_key()));
    write("keys/journal.seed", "ab12\n");
    assert!(refused().ends_with("keys/journal.seed: expected 64 hexadecimal digits"));
    std::fs::remove_file(folder.path().join("keys/journal.seed")).unwrap();
    assert!(refused().contains("keys/journal.seed: cannot read the key"));
    assert!(!store.file(JOURNAL_FILE).exists());
}
