//! A journal whose process ended between writing and signing.
use super::*;

#[test]
fn a_cut_anywhere_in_what_was_not_acknowledged_keeps_the_rest() {
    let closed = Closed::new();
    let acknowledged = closed.ends[2];
    for cut in acknowledged..=closed.log.len() {
        closed.put(&closed.log[..cut], &closed.checkpoint_before_last);
        let journal = open(&closed.store);
        // The whole batch or none of it.
        let kept = closed.whole_before(cut);
        assert_eq!(journal.size(), kept, "cut at byte {cut}");
        assert_eq!(entries_of(&journal), closed.entries[..kept as usize]);
        assert_eq!(signed_size(&closed.store), kept, "what stands is signed again before anything is appended");
        assert_eq!(journal.append(batch("d", 2)).unwrap(), kept..kept + 2);
        drop(journal);
        let expected = [&closed.entries[..kept as usize], &batch("d", 2)].concat();
        assert_eq!(entries_of(&open(&closed.store)), expected, "cut at byte {cut}");
    }
}

#[test]
fn whatever_follows_what_was_acknowledged_is_cut_off_unless_it_is_a_batch() {
    let closed = Closed::new();
    for tail in [&[0; 4096][..], &[0xff; 100], b"truceline-log-1\n", &closed.log[closed.ends[2] + 1..]] {
        closed.put(&[&closed.log[..closed.ends[2]], tail].concat(), &closed.checkpoint_before_last);
        let journal = open(&closed.store);
        assert_eq!(entries_of(&journal), closed.entries[..5]);
        assert_eq!(std::fs::read(closed.log_path()).unwrap(), closed.log[..closed.ends[2]]);
    }
}

#[test]
fn a_reader_sees_what_is_whole_where_nobody_writes_and_changes_nothing() {
    let closed = Closed::new();
    for cut in closed.ends[2]..=closed.log.len() {
        closed.put(&closed.log[..cut], &closed.checkpoint_before_last);
        let journal = Journal::open(&closed.store, Mode::Read).unwrap();
        assert_eq!(journal.problem(), None);
        let whole = closed.whole_before(cut);
        assert_eq!(entries_of(&journal), closed.entries[..whole as usize], "cut at byte {cut}");
        // What is not signed is read and not vouched for.
        assert_eq!(journal.checkpoint().map(String::into_bytes), Some(closed.checkpoint_before_last.clone()));
        assert_eq!(std::fs::read(closed.log_path()).unwrap(), closed.log[..cut]);
        assert_eq!(std::fs::read(closed.store.file(CHECKPOINT_FILE)).unwrap(), closed.checkpoint_before_last);
    }
}

#[test]
fn a_reader_beside_a_writer_sees_what_is_signed_and_changes_nothing() {
    let closed = Closed::new();
    let _writes = closed.store.lock().unwrap();
    for cut in closed.ends[2]..=closed.log.len() {
        closed.put(&closed.log[..cut], &closed.checkpoint_before_last);
        let journal = Journal::open(&closed.store, Mode::Read).unwrap();
        assert_eq!(journal.problem(), None);
        // The last batch was written, and nobody was told that it stands.
        assert_eq!(entries_of(&journal), closed.entries[..5], "cut at byte {cut}");
        assert_eq!(journal.inclusion_proof(4, 5).unwrap(), open_reference(&closed.entries[..5]));
        assert!(journal.inclusion_proof(5, 6).unwrap_err().is_out_of_range());
        assert_eq!(std::fs::read(closed.log_path()).unwrap(), closed.log[..cut]);
        assert_eq!(std::fs::read(closed.store.file(CHECKPOINT_FILE)).unwrap(), closed.checkpoint_before_last);
    }
}

/// The proof of the last entry in a journal of these.
fn open_reference(entries: &[Vec<u8>]) -> Vec<Hash> {
    let journal = reference();
    let range = journal.append(entries.to_vec()).unwrap();
    journal.inclusion_proof(range.end - 1, range.end).unwrap()
}

#[test]
fn a_crash_before_the_first_batch_was_signed_keeps_it_or_nothing() {
    let (_folder, store) = new_store();
    drop(open(&store));
    let (log_path, checkpoint_path) = (store.file(JOURNAL_FILE), store.file(CHECKPOINT_FILE));
    let empty = std::fs::read(&log_path).unwrap();
    let checkpoint = std::fs::read(&checkpoint_path).unwrap();
    open(&store).append(batch("a", 2)).unwrap();
    let log = std::fs::read(&log_path).unwrap();
    for cut in empty.len()..=log.len() {
        std::fs::write(&log_path, &log[..cut]).unwrap();
        std::fs::write(&checkpoint_path, &checkpoint).unwrap();
        let expected = if cut == log.len() { batch("a", 2) } else { Vec::new() };
        assert_eq!(entries_of(&open(&store)), expected, "cut at byte {cut}");
    }
}

#[test]
fn a_crash_between_the_two_files_of_a_new_journal_is_none() {
    let (_folder, store) = new_store();
    drop(open(&store));
    std::fs::remove_file(store.file(JOURNAL_FILE)).unwrap();
    assert_eq!(open(&store).append(batch("a", 1)).unwrap(), 0..1);
}

#[test]
fn after_a_failure_nothing_is_taken_until_it_is_opened_anew() {
    let (_folder, store) = new_store();
    let journal = open(&store);
    journal.append(batch("a", 2)).unwrap();
    let checkpoint_path = store.file(CHECKPOINT_FILE);
    journal.wait_until_signed(2);
    let checkpoint = std::fs::read(&checkpoint_path).unwrap();
    // A folder in the checkpoint's place: the batch becomes durable, and the signature over it cannot be stored.
    std::fs::remove_file(&checkpoint_path).unwrap();
    std::fs::create_dir(&checkpoint_path).unwrap();
    assert_eq!(journal.append(batch("b", 2)).unwrap(), 2..4, "the signature is stored behind the journal");
    journal.wait_until_signed(4);
    let error = journal.append(batch("-", 2)).unwrap_err();
    assert!(error.is_io() && error.to_string().contains("checkpoint: cannot write"), "{error}");
    let error = journal.append(batch("c", 2)).unwrap_err();
    assert!(error.is_read_only() && error.to_string().contains("open the store again"), "{error}");
    assert_eq!(journal.entry(0).unwrap(), batch("a", 1)[0], "reading goes on");
    drop(journal);
    std::fs::remove_dir(&checkpoint_path).unwrap();
    std::fs::write(&checkpoint_path, checkpoint).unwrap();
    // What was acknowledged stands, and so does what failed, whole; what came after the failure does not.
    assert_eq!(entries_of(&open(&store)), [batch("a", 2), batch("b", 2), batch("-", 2)].concat());
}
