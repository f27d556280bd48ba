//! A whole store is re-hashed, and every damaged byte is named with its entry.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
#[path = "support/flips.rs"]
mod flips;

use flips::{Small, numbers};
use truceline_evidence::journal::{Appender, JournalReader};
use truceline_node::fsck::fsck;
use truceline_node::journal::{Journal, Mode};

/// Flips of the test; `cargo xtask bench flips` makes 100,000.
const FLIPS: usize = 3_000;

#[test]
fn a_sound_store_is_sound() {
    let small = Small::new();
    let report = small.check();
    assert!(report.is_sound(), "{:#?}", report.faults);
    assert_eq!((report.payloads, report.erased, report.unacknowledged_bytes), (40, 1, 0));
    assert_eq!(report.signed, Some(report.entries));
    assert!(report.entries > 256, "{}", report.entries);
}

#[test]
fn every_flipped_byte_is_found_with_its_entry() {
    let small = Small::new();
    let mut number = numbers(7);
    for _ in 0..FLIPS {
        let byte = number() as usize % small.bytes();
        let flip = 1 + (number() % 255) as u8;
        assert_eq!(small.flip(byte, flip), None);
    }
    // Each file's first bytes too: magic lines, heads, names.
    let mut begin = 0;
    for file in &small.files {
        for at in 0..120 {
            assert_eq!(small.flip((begin + at).min(small.bytes() - 1), 0x10), None, "{}", file.name);
        }
        begin += file_bytes(&small, &file.name);
    }
    assert!(small.check().is_sound(), "each flip was taken back");
}

fn file_bytes(small: &Small, name: &str) -> usize {
    std::fs::metadata(small.store.file(name)).unwrap().len() as usize
}

/// Without the index the tiles say how to go on behind a damaged frame.
#[test]
fn without_the_index_a_damaged_frame_hides_nothing_behind_it() {
    let small = Small::new();
    std::fs::remove_file(small.store.file("journal.index")).unwrap();
    assert!(small.check().is_sound());
    let path = small.store.file("journal.log");
    let log = std::fs::read(&path).unwrap();
    let mut number = numbers(3);
    // One byte, and one in each half.
    for n in 0..1_500 {
        let first = number() as usize % log.len();
        let mut at = vec![first];
        if n % 3 == 0 {
            at.push((first + log.len() / 2) % log.len());
        }
        let mut damaged = log.clone();
        at.iter().for_each(|at| damaged[*at] ^= 1 + (number() % 255) as u8);
        std::fs::write(&path, &damaged).unwrap();
        let report = small.check();
        assert_eq!(report.faults.len(), at.len(), "bytes {at:?}: {:#?}", report.faults);
        for at in at {
            let (part, index) = small.part("journal.log", at);
            let is_said = |fault: &truceline_node::fsck::Fault| {
                fault.index == index
                    && fault.bytes.contains(&(at as u64))
                    && fault.bytes.start >= part.start
                    && fault.bytes.end <= part.end
            };
            assert!(
                report.faults.iter().any(is_said),
                "byte {at} in {part:?} of entry {index:?}: {:#?}",
                report.faults
            );
        }
    }
    // Eight bytes over the end of an entry and the length of the next, in a frame of nine: neither can be told apart.
    let at = log.windows(12).position(|bytes| bytes == b"entry 1 of 8").unwrap() - 6;
    let mut damaged = log.clone();
    damaged[at..at + 8].fill(0xff);
    std::fs::write(&path, &damaged).unwrap();
    let report = small.check();
    let [fault] = &report.faults[..] else { panic!("{:#?}", report.faults) };
    assert!(fault.bytes.contains(&(at as u64)) && fault.bytes.end - fault.bytes.start < 300, "{fault}");
}

#[test]
fn an_entry_that_holds_a_frame_is_not_taken_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = truceline_node::store::Store::open(&folder.path().join("store"), true).unwrap();
    let path = store.file("journal.log");
    let journal = Journal::open(&store, Mode::Write).unwrap();
    journal.append(vec![b"first".to_vec(), b"second".to_vec()]).unwrap();
    let frame = std::fs::read(&path).unwrap()[16..].to_vec();
    let begin = 16 + frame.len();
    journal.append(vec![frame.clone(), frame, b"third".to_vec()]).unwrap();
    journal.append(vec![b"fourth".to_vec()]).unwrap();
    drop(journal);
    std::fs::remove_file(store.file("journal.index")).unwrap();
    let mut log = std::fs::read(&path).unwrap();
    log[begin] ^= 1;
    std::fs::write(&path, &log).unwrap();
    let report = fsck(&store, &mut |_| {}).unwrap();
    let [fault] = &report.faults[..] else { panic!("{:#?}", report.faults) };
    assert_eq!((fault.bytes.clone(), fault.index), (begin as u64..begin as u64 + 8, Some(2)), "{fault}");
    assert_eq!(report.entries, 6);
}

#[test]
fn what_is_missing_is_said() {
    let small = Small::new();
    for (name, expected) in [
        ("checkpoint", "it is missing"),
        ("tiles/0", "hashes are missing"),
        ("tiles/1", "hashes are missing"),
        ("payloads/00000001.pack", "stands in no pack"),
    ] {
        let path = small.store.file(name);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let report = small.check();
        assert!(report.faults.iter().any(|fault| fault.what.contains(expected)), "{name}: {:#?}", report.faults);
        std::fs::write(&path, bytes).unwrap();
    }
    // The end of the journal is cut off.
    let path = small.store.file("journal.log");
    let log = std::fs::read(&path).unwrap();
    for cut in [log.len() - 1, log.len() / 2, 20] {
        std::fs::write(&path, &log[..cut]).unwrap();
        let report = small.check();
        assert!(
            report.faults.iter().any(|fault| fault.file == "journal.log" && fault.index.is_some()),
            "{cut}: {:#?}",
            report.faults
        );
    }
    std::fs::write(&path, &log).unwrap();
    // What was never acknowledged is no damage.
    std::fs::write(&path, [&log[..], &[7; 30]].concat()).unwrap();
    let report = small.check();
    assert!(report.is_sound() && report.unacknowledged_bytes == 30, "{:#?}", report.faults);
}

/// Whoever can write a right check sum cannot write a right root.
#[test]
fn an_entry_rewritten_under_a_right_check_sum_is_named() {
    let small = Small::new();
    let path = small.store.file("journal.log");
    let mut log = std::fs::read(&path).unwrap();
    let at = log.windows(12).position(|bytes| bytes == b"entry 2 of 5").unwrap();
    log[at] = b'E';
    let mut begin = 16;
    loop {
        let length = u32::from_le_bytes(log[begin..begin + 4].try_into().unwrap()) as usize;
        let end = begin + 8 + length;
        if end > at {
            let sum = crc32c::crc32c(&log[begin + 8..end]);
            log[begin + 4..begin + 8].copy_from_slice(&sum.to_le_bytes());
            break;
        }
        begin = end;
    }
    std::fs::write(&path, &log).unwrap();
    let report = small.check();
    let [fault] = &report.faults[..] else { panic!("{:#?}", report.faults) };
    assert!(fault.file == "journal.log" && fault.bytes.contains(&(at as u64)), "{fault}");
    assert_eq!(fault.index, Some(40 + 15 + 2), "{fault}");
}

#[test]
fn a_store_that_somebody_writes_to_is_left_alone() {
    let small = Small::new();
    let lock =
        std::fs::OpenOptions::new().write(true).create(true).truncate(false).open(small.store.file("lock")).unwrap();
    lock.lock().unwrap();
    assert!(fsck(&small.store, &mut |_| {}).unwrap_err().is_locked());
    drop(lock);
    // Going on from where it stands changes nothing that was found before.
    Journal::open(&small.store, Mode::Write).unwrap().append(vec![b"more".to_vec()]).unwrap();
    let report = small.check();
    assert!(report.is_sound(), "{:#?}", report.faults);
    assert_eq!(Journal::open(&small.store, Mode::Read).unwrap().size(), report.entries);
}
