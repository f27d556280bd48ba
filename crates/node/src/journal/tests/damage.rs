//! A journal that is not what was signed: everything that is left reads, and nothing is signed over the gap.
use super::*;

/// Asserts that the journal is open for reading only, and that its files were left as they are.
fn assert_read_only(closed: &Closed, journal: &Journal) {
    let files = || (std::fs::read(closed.log_path()).unwrap(), std::fs::read(closed.store.file(CHECKPOINT_FILE)).ok());
    let before = files();
    let error = journal.append(batch("d", 1)).unwrap_err();
    assert!(error.is_read_only(), "{error}");
    assert_eq!(Some(error.to_string().as_str()), journal.problem());
    assert!(files() == before, "a refused append changes nothing");
}

#[test]
fn a_cut_anywhere_in_what_was_acknowledged_is_said_and_the_rest_reads() {
    let closed = Closed::new();
    for cut in 0..closed.log.len() {
        closed.put(&closed.log[..cut], &closed.checkpoint);
        let (journal, problem) = open_damaged(&closed.store);
        let left = closed.whole_before(cut);
        if cut < closed.ends[0] {
            assert_eq!(problem, "the journal's file is damaged: it does not begin with its magic line");
        } else {
            let missing = 8 - left;
            let expected =
                format!("{missing} acknowledged entries are missing: 8 were signed, the file holds {left}. ");
            assert!(problem.starts_with(&expected), "cut at byte {cut}: {problem}");
        }
        assert_eq!(entries_of(&journal), closed.entries[..left as usize], "cut at byte {cut}");
        assert_read_only(&closed, &journal);
        drop(journal);
        assert_eq!(std::fs::read(closed.log_path()).unwrap(), closed.log[..cut], "nothing was cut off");
        assert_eq!(std::fs::read(closed.store.file(CHECKPOINT_FILE)).unwrap(), closed.checkpoint);
    }
}

#[test]
fn a_flip_of_any_byte_is_noticed() {
    let closed = Closed::new();
    let mut log = closed.log.clone();
    for at in 0..log.len() {
        for flip in [0x01, 0x80] {
            log[at] ^= flip;
            closed.put(&log, &closed.checkpoint);
            for mode in [Mode::Write, Mode::Read] {
                let journal = Journal::open(&closed.store, mode).unwrap();
                assert!(journal.problem().is_some(), "byte {at} ^ {flip:#04x}");
                let left = closed.whole_before(at);
                assert_eq!(entries_of(&journal), closed.entries[..left as usize], "byte {at} ^ {flip:#04x}");
                assert!(journal.append(batch("d", 1)).unwrap_err().is_read_only());
            }
            assert!(std::fs::read(closed.log_path()).unwrap() == log, "nothing was cut off");
            log[at] ^= flip;
        }
    }
    closed.put(&closed.log, &closed.checkpoint);
    assert_eq!(entries_of(&open(&closed.store)), closed.entries);
}

#[test]
fn a_change_under_a_right_check_sum_is_noticed() {
    let closed = Closed::new();
    for frame in 0..3 {
        let (begin, end) = (closed.ends[frame], closed.ends[frame + 1]);
        let mut log = closed.log.clone();
        log[end - 1] ^= 0x01;
        let sum = crc32c::crc32c(&log[begin + 8..end]);
        log[begin + 4..begin + 8].copy_from_slice(&sum.to_le_bytes());
        closed.put(&log, &closed.checkpoint);
        let (journal, problem) = open_damaged(&closed.store);
        assert!(problem.starts_with("the first 8 entries are not those that were signed"), "{problem}");
        assert_eq!(journal.size(), 8);
        assert_read_only(&closed, &journal);
    }
}

#[test]
fn a_change_under_an_open_journal_names_its_entry() {
    let closed = Closed::new();
    closed.put(&closed.log, &closed.checkpoint);
    let journal = open(&closed.store);
    for (index, entry) in closed.entries.iter().enumerate() {
        let at = closed.log.windows(entry.len()).position(|bytes| bytes == entry).unwrap();
        for byte in at..at + entry.len() {
            let mut log = closed.log.clone();
            log[byte] ^= 0x20;
            std::fs::write(closed.log_path(), &log).unwrap();
            let error = journal.entry(index as u64).unwrap_err();
            assert_eq!(error.damaged_index(), Some(index as u64), "{error}");
            for other in (0..closed.entries.len()).filter(|other| *other != index) {
                assert_eq!(journal.entry(other as u64).as_ref(), Ok(&closed.entries[other]));
            }
        }
    }
}

#[test]
fn a_checkpoint_that_is_not_this_journal_s_is_said() {
    let closed = Closed::new();
    let root = Hash([3; 32]);
    let note = |key: &SigningKey, size| {
        let origin = key.verifier_key().name().to_owned();
        Checkpoint { origin, size, root }.sign(key).unwrap().into_bytes()
    };
    let of_another_key = note(&SigningKey::from_seed(ORIGIN, [9; 32]).unwrap(), 8);
    let of_another_journal = note(&SigningKey::from_seed("truceline.local/other", SEED).unwrap(), 8);
    let mut broken = closed.checkpoint.clone();
    broken[0] ^= 0x01;
    let not_text = [&closed.checkpoint[..10], &[0xff, 0xfe]].concat();
    for (checkpoint, expected) in [
        (of_another_key, "the stored checkpoint is not this journal's: "),
        (of_another_journal, "the stored checkpoint is not this journal's: "),
        (broken, "the stored checkpoint is not this journal's: "),
        (Vec::new(), "the stored checkpoint is not this journal's: "),
        (not_text, "the stored checkpoint cannot be read: "),
        (note(&key(), 8), "the first 8 entries are not those that were signed"),
        (note(&key(), 5), "the first 5 entries are not those that were signed"),
        (note(&key(), 9), "1 acknowledged entries are missing: 9 were signed, the file holds 8"),
        (note(&key(), u64::MAX), "18446744073709551607 acknowledged entries are missing"),
    ] {
        closed.put(&closed.log, &checkpoint);
        let (journal, problem) = open_damaged(&closed.store);
        assert!(problem.starts_with(expected), "{problem}");
        assert_eq!(entries_of(&journal), closed.entries);
        assert_read_only(&closed, &journal);
        assert_eq!(std::fs::read(closed.store.file(CHECKPOINT_FILE)).unwrap(), checkpoint);
    }
}

/// Who takes the checkpoint away could cut the file too, and a new signature would cover the gap.
#[test]
fn a_checkpoint_that_is_gone_is_said() {
    let closed = Closed::new();
    for log in [&closed.log[..], &closed.log[..closed.ends[1]], &closed.log[..closed.ends[1] + 3]] {
        closed.put(log, &[]);
        std::fs::remove_file(closed.store.file(CHECKPOINT_FILE)).unwrap();
        let (journal, problem) = open_damaged(&closed.store);
        assert!(problem.starts_with("the stored checkpoint is missing"), "{problem}");
        assert_read_only(&closed, &journal);
        assert_eq!(std::fs::read(closed.log_path()).unwrap(), log);
    }
}

#[test]
fn a_journal_that_is_gone_is_not_begun_anew() {
    let closed = Closed::new();
    std::fs::remove_file(closed.log_path()).unwrap();
    let (_, problem) = open_damaged(&closed.store);
    assert!(problem.starts_with("8 acknowledged entries are missing: 8 were signed, the file holds 0"), "{problem}");
    assert_eq!(std::fs::read(closed.store.file(CHECKPOINT_FILE)).unwrap(), closed.checkpoint);
}
