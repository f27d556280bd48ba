mod faults;
mod power;

use super::*;
use crate::disk::FileSystem;
use std::fs;
use std::sync::Barrier;
use tempfile::TempDir;
use truceline_model::record::MAX_PAYLOAD_BYTES;

fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store"), true).unwrap();
    (folder, store)
}

fn payload(number: u32) -> Vec<u8> {
    number.to_le_bytes().repeat(1 + number as usize % 300)
}

fn put(payloads: &Payloads, numbers: impl IntoIterator<Item = u32>) {
    let bytes: Vec<Vec<u8>> = numbers.into_iter().map(payload).collect();
    let named: Vec<(Hash, &[u8])> = bytes.iter().map(|bytes| (Hash::of(bytes), bytes.as_slice())).collect();
    payloads.put(&named).unwrap();
}

fn assert_held(payloads: &Payloads, numbers: impl IntoIterator<Item = u32>) {
    for number in numbers {
        let bytes = payload(number);
        assert_eq!(payloads.get(Hash::of(&bytes)), Some(bytes), "{number}");
    }
}

#[test]
fn what_was_put_is_found_now_and_after_each_opening() {
    let (_folder, store) = store();
    assert_eq!(Payloads::open(&store, Mode::Read).unwrap().get(Hash::of(b"x")), None);
    for opening in 0..3 {
        let payloads = Payloads::open(&store, Mode::Write).unwrap();
        assert_held(&payloads, 0..opening * 100);
        put(&payloads, opening * 100..opening * 100 + 60);
        // Some of them again.
        put(&payloads, opening * 100 + 50..opening * 100 + 100);
        assert_held(&payloads, (0..opening * 100 + 100).rev());
        assert_eq!(payloads.get(Hash::of(b"x")), None);
        // A reader of a running store sees all that was acknowledged before it opened.
        assert_held(&Payloads::open(&store, Mode::Read).unwrap(), 0..opening * 100 + 100);
    }
    let packs = numbers(&FileSystem, &store.file(PAYLOADS_FOLDER)).unwrap();
    assert_eq!(packs, [1, 2, 3]);
    let refused = Payloads::open(&store, Mode::Read).unwrap().put(&[(Hash::of(b"x"), &b"x"[..])]).unwrap_err();
    assert!(refused.to_string().ends_with("the store was opened for reading"), "{refused}");
}

#[test]
fn a_pack_cut_anywhere_keeps_what_is_whole_and_is_not_written_again() {
    let (_folder, store) = store();
    put(&Payloads::open(&store, Mode::Write).unwrap(), 0..20);
    let folder = store.file(PAYLOADS_FOLDER);
    let (pack, index) = (folder.join("00000001.pack"), folder.join("00000001.index"));
    let bytes = fs::read(&pack).unwrap();
    let ends: Vec<usize> = (0..20)
        .scan(16, |at, number| {
            *at += 36 + payload(number).len();
            Some(*at)
        })
        .collect();
    assert_eq!(ends.last(), Some(&bytes.len()));
    for cut in (0..bytes.len()).step_by(7).chain(ends.iter().copied()) {
        fs::write(&pack, &bytes[..cut]).unwrap();
        let _ = fs::remove_file(&index);
        let whole = ends.iter().filter(|end| **end <= cut).count() as u32;
        for mode in [Mode::Read, Mode::Write] {
            let payloads = Payloads::open(&store, mode).unwrap();
            assert_held(&payloads, 0..whole);
            assert_eq!(payloads.get(Hash::of(&payload(whole))), None, "cut at {cut}");
        }
        let payloads = Payloads::open(&store, Mode::Write).unwrap();
        put(&payloads, whole..20);
        assert_held(&payloads, 0..20);
        drop(payloads);
        assert_eq!(fs::read(&pack).unwrap().len(), cut, "what stands stays as it is");
        for file in fs::read_dir(&folder).unwrap() {
            fs::remove_file(file.unwrap().path()).unwrap();
        }
    }
}

#[test]
fn a_changed_byte_gives_other_bytes_or_none_and_the_others_stand() {
    let (_folder, store) = store();
    put(&Payloads::open(&store, Mode::Write).unwrap(), 0..20);
    let folder = store.file(PAYLOADS_FOLDER);
    let (pack, index) = (folder.join("00000001.pack"), folder.join("00000001.index"));
    let bytes = fs::read(&pack).unwrap();
    let whole_index = fs::read(&index).unwrap();
    for at in (16..bytes.len()).step_by(11) {
        for keep_index in [true, false] {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            fs::write(&pack, &damaged).unwrap();
            if keep_index {
                fs::write(&index, &whole_index).unwrap();
            } else {
                fs::remove_file(&index).unwrap();
            }
            let payloads = Payloads::open(&store, Mode::Write).unwrap();
            let whole = (0..20).filter(|number| {
                let bytes = payload(*number);
                payloads.get(Hash::of(&bytes)).is_some_and(|found| found == bytes)
            });
            // A length that was changed hides what follows when the index is made anew.
            let least = if keep_index { 19 } else { 0 };
            assert!((least..=20).contains(&whole.count()), "byte {at}");
        }
    }
}

/// The files of the folder of payloads hold these bytes.
fn is_on_disk(store: &Store, bytes: &[u8]) -> bool {
    let files = fs::read_dir(store.file(PAYLOADS_FOLDER)).unwrap();
    files.map(|file| fs::read(file.unwrap().path()).unwrap()).any(|file| file.windows(bytes.len()).any(|w| w == bytes))
}

#[test]
fn what_is_erased_is_gone_wherever_it_stood_and_the_rest_stands() {
    let (_folder, store) = store();
    for _ in 0..2 {
        put(&Payloads::open(&store, Mode::Write).unwrap(), 0..40);
    }
    let payloads = Payloads::open(&store, Mode::Write).unwrap();
    put(&payloads, 20..60);
    let (gone, bytes) = (Hash::of(&payload(33)), payload(33));
    assert!(payloads.holds(gone) && is_on_disk(&store, &bytes));
    assert_eq!(payloads.erase(gone).unwrap(), 3, "in two sealed packs and in the one that was written");
    let others = |payloads: &Payloads| assert_held(payloads, (0..60).filter(|number| *number != 33));
    let is_gone = |payloads: &Payloads| payloads.get(gone).is_none() && !payloads.holds(gone);
    assert!(is_gone(&payloads) && !is_on_disk(&store, &bytes) && !is_on_disk(&store, &gone.0));
    others(&payloads);
    assert_eq!(payloads.erase(gone).unwrap(), 0);
    // It goes on being written to.
    put(&payloads, 60..70);
    drop(payloads);
    for with_index in [true, false] {
        if !with_index {
            for number in 1..=4 {
                fs::remove_file(store.file(PAYLOADS_FOLDER).join(format!("{number:08}.index"))).unwrap();
            }
        }
        for mode in [Mode::Read, Mode::Write] {
            let payloads = Payloads::open(&store, mode).unwrap();
            assert!(is_gone(&payloads), "{mode:?}, index: {with_index}");
            others(&payloads);
        }
    }
    let refused = Payloads::open(&store, Mode::Read).unwrap().erase(Hash::of(&payload(1))).unwrap_err();
    assert!(refused.to_string().ends_with("the store was opened for reading"), "{refused}");
}

/// Whatever a crash left of an erasure, or of a payload before it was acknowledged, the next erasure takes.
#[test]
fn an_erasure_that_a_crash_cut_short_can_be_done_again() {
    let (_folder, store) = store();
    put(&Payloads::open(&store, Mode::Write).unwrap(), 0..20);
    let folder = store.file(PAYLOADS_FOLDER);
    let pack = folder.join("00000001.pack");
    let whole = fs::read(&pack).unwrap();
    let (gone, bytes) = (Hash::of(&payload(11)), payload(11));
    let at = whole.windows(bytes.len()).position(|window| window == bytes).unwrap();
    // Zeros up to here, and the index still names it.
    for zeros in 0..=32 + bytes.len() {
        let mut cut = whole.clone();
        cut[at - 32..at - 32 + zeros].fill(0);
        fs::write(&pack, &cut).unwrap();
        let payloads = Payloads::open(&store, Mode::Write).unwrap();
        if payloads.holds(gone) {
            assert_eq!(payloads.erase(gone).unwrap(), 1);
            assert!(!is_on_disk(&store, &bytes[..8.min(bytes.len())]) || bytes.len() < 8);
            put(&payloads, 11..12);
            drop(payloads);
            for file in fs::read_dir(&folder).unwrap() {
                fs::remove_file(file.unwrap().path()).unwrap();
            }
            put(&Payloads::open(&store, Mode::Write).unwrap(), 0..20);
            assert_eq!(fs::read(&pack).unwrap(), whole);
        }
    }
    // Half written at the end of a pack, never acknowledged, and whole in another one.
    let half = [&whole[..], &(bytes.len() as u32).to_le_bytes()[..], &gone.0[..], &bytes[..bytes.len() / 2]].concat();
    fs::write(&pack, half).unwrap();
    fs::remove_file(folder.join("00000001.index")).unwrap();
    let payloads = Payloads::open(&store, Mode::Write).unwrap();
    assert_eq!(payloads.erase(gone).unwrap(), 1);
    assert!(!is_on_disk(&store, &bytes[..bytes.len() / 2]));
}

#[test]
fn threads_share_a_synchronisation_and_lose_nothing() {
    let (_folder, store) = store();
    let payloads = Payloads::open(&store, Mode::Write).unwrap();
    let start = Barrier::new(8);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (payloads, start) = (&payloads, &start);
            scope.spawn(move || {
                start.wait();
                for round in 0..10 {
                    let first = thread * 1_000 + round * 10;
                    put(payloads, first..first + 10);
                    assert_held(payloads, first..first + 10);
                }
            });
        }
    });
    drop(payloads);
    let payloads = Payloads::open(&store, Mode::Read).unwrap();
    (0..8).for_each(|thread| assert_held(&payloads, thread * 1_000..thread * 1_000 + 100));
}

#[test]
fn a_full_pack_is_followed_by_another() {
    let (_folder, store) = store();
    let payloads = Payloads::open(&store, Mode::Write).unwrap();
    let large: Vec<Vec<u8>> = (0..5).map(|n| vec![n; 40 << 20]).collect();
    for bytes in &large {
        payloads.put(&[(Hash::of(bytes), bytes.as_slice())]).unwrap();
    }
    for bytes in &large {
        assert_eq!(payloads.get(Hash::of(bytes)).map(|found| found.len()), Some(bytes.len()));
    }
    assert_eq!(numbers(&FileSystem, &store.file(PAYLOADS_FOLDER)).unwrap(), [1, 2]);
    let too_large = vec![0; MAX_PAYLOAD_BYTES as usize + 1];
    let error = payloads.put(&[(Hash::of(&too_large), too_large.as_slice())]).unwrap_err().to_string();
    assert!(error.starts_with("a payload of "), "{error}");
    put(&payloads, 0..3);
}
