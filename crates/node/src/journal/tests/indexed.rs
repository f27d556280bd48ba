//! A long journal begins from its index, and never from a wrong one.
use super::{entries_of, new_store, open};
use crate::journal::index::USED_FROM_ENTRIES;
use crate::journal::{Journal, Mode};
use crate::store::{INDEX_FILE, Store};
use truceline_evidence::journal::{Appender, JournalReader};

const BATCH: usize = 5_000;

/// A store with a journal just long enough for its index, and its entries' root by the checkpoint.
fn long_store() -> (tempfile::TempDir, Store) {
    let (folder, store) = new_store();
    let journal = open(&store);
    for first in (0..USED_FROM_ENTRIES + BATCH).step_by(BATCH) {
        let batch = (first..first + BATCH).map(|n| format!("entry {n}").into_bytes()).collect();
        journal.append(batch).unwrap();
    }
    (folder, store)
}

fn assert_same(store: &Store, last: &str) {
    let journal = open(store);
    let size = journal.size();
    assert_eq!(journal.entry(0).unwrap(), b"entry 0");
    assert_eq!(journal.entry(size - 1).unwrap(), last.as_bytes());
    let read = Journal::open(store, Mode::Read).unwrap();
    assert_eq!((read.size(), read.checkpoint()), (size, journal.checkpoint()));
    assert_eq!(read.inclusion_proof(7, size).unwrap(), journal.inclusion_proof(7, size).unwrap());
}

#[test]
fn an_index_gives_what_the_journal_holds_and_a_wrong_one_is_made_anew() {
    let (_folder, store) = long_store();
    let last = format!("entry {}", USED_FROM_ENTRIES + BATCH - 1);
    assert_same(&store, &last);
    let path = store.file(INDEX_FILE);
    let good = std::fs::read(&path).unwrap();
    let damages: [fn(&mut Vec<u8>); 5] = [
        |index| index.truncate(index.len() / 2 + 1),
        |index| index[40] ^= 1,
        |index| {
            let middle = index.len() / 2;
            index[middle] ^= 0x10;
        },
        |index| index.extend_from_slice(&[7; 20 * 3]),
        Vec::clear,
    ];
    for damage in damages {
        let mut index = good.clone();
        damage(&mut index);
        std::fs::write(&path, &index).unwrap();
        assert_same(&store, &last);
        assert!(std::fs::read(&path).unwrap() == good);
    }
    std::fs::remove_file(&path).unwrap();
    assert_same(&store, &last);
    assert!(std::fs::read(&path).unwrap() == good);
}

#[test]
fn tiles_that_are_gone_or_wrong_are_made_anew() {
    let (_folder, store) = long_store();
    let last = format!("entry {}", USED_FROM_ENTRIES + BATCH - 1);
    assert_same(&store, &last);
    let level = |level: u32| store.file(crate::store::TILES_FOLDER).join(level.to_string());
    let good: Vec<Vec<u8>> = (0..8).map(|n| std::fs::read(level(n)).unwrap()).collect();
    assert_eq!(good.iter().map(Vec::len).take(4).collect::<Vec<_>>(), [105_000 * 32, 410 * 32, 32, 0]);
    for n in [0, 1, 2] {
        let damages: [fn(&mut Vec<u8>); 4] = [
            |tiles| tiles.truncate(tiles.len() - 1),
            |tiles| tiles[17] ^= 1,
            |tiles| tiles.extend_from_slice(&[7; 100]),
            Vec::clear,
        ];
        for damage in damages {
            let mut tiles = good[n as usize].clone();
            damage(&mut tiles);
            std::fs::write(level(n), &tiles).unwrap();
            assert_same(&store, &last);
            assert!(std::fs::read(level(n)).unwrap() == good[n as usize], "level {n}");
        }
    }
    std::fs::remove_dir_all(store.file(crate::store::TILES_FOLDER)).unwrap();
    assert_same(&store, &last);
    assert!((0..8).all(|n| std::fs::read(level(n)).unwrap() == good[n as usize]));
}

#[test]
fn an_indexed_journal_goes_on_and_a_changed_entry_is_named_when_it_is_read() {
    let (_folder, store) = long_store();
    {
        let journal = open(&store);
        journal.append(vec![b"one more".to_vec()]).unwrap();
    }
    assert_same(&store, "one more");
    let path = store.file(crate::store::JOURNAL_FILE);
    let mut log = std::fs::read(&path).unwrap();
    let at = log.windows(9).position(|bytes| bytes == b"entry 123").unwrap();
    log[at] ^= 1;
    std::fs::write(&path, &log).unwrap();
    let journal = Journal::open(&store, Mode::Write).unwrap();
    assert_eq!(journal.entry(123).unwrap_err().damaged_index(), Some(123));
    assert_eq!(journal.entry(124).unwrap(), b"entry 124");
    // Whoever looks at every byte finds it at once.
    assert!(Journal::open(&store, Mode::Read).unwrap().problem().is_some());
    assert!(entries_of(&open_short(&store)).is_empty());
}

/// A journal without entries beside it: the index of one store says nothing of another.
fn open_short(store: &Store) -> Journal {
    let (folder, other) = new_store();
    std::fs::copy(store.file(INDEX_FILE), other.file(INDEX_FILE)).unwrap();
    let journal = open(&other);
    drop(folder);
    journal
}
