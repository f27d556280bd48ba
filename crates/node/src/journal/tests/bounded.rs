//! What a journal keeps in memory has a bound, and what it reads from index and tiles instead is what it kept before.
use super::*;
use crate::disk::simulated::{Call, Fault, Simulated};
use crate::store::{INDEX_FILE, TILES_FOLDER};
use std::sync::Arc;
use truceline_evidence::merkle::verify_consistency;
use truceline_evidence::tiles::{Kind, TILE_WIDTH, Tile};

/// More than a tile of the second level and a page more.
const ENTRIES: u64 = (TILE_WIDTH + 2) * TILE_WIDTH + 77;
const BATCH: u64 = 6_000;

fn entry(index: u64) -> Vec<u8> {
    format!("entry {index} {}", "x".repeat((index % 7) as usize)).into_bytes()
}

/// A store with a journal of [`ENTRIES`], and the same journal in memory.
fn made() -> (TempDir, Store, MemoryJournal) {
    let (folder, store) = new_store();
    let (journal, expected) = (open(&store), reference());
    for first in (0..ENTRIES).step_by(BATCH as usize) {
        let batch: Vec<Vec<u8>> = (first..ENTRIES.min(first + BATCH)).map(entry).collect();
        assert_eq!(journal.append(batch.clone()).unwrap(), expected.append(batch).unwrap());
    }
    journal.wait_until_signed(ENTRIES);
    assert_bounded(&journal);
    assert_alike(&journal, &expected);
    (folder, store, expected)
}

/// Entries from all its parts and with all kinds of neighbours.
fn some() -> impl Iterator<Item = u64> {
    let edges = [0, 255, 256, 65_535, 65_536, 65_791, 65_792, ENTRIES - 78, ENTRIES - 77, ENTRIES - 1];
    edges.into_iter().chain((1..400).map(|n| n * 0x9e37_79b9 % ENTRIES))
}

fn assert_alike(journal: &Journal, expected: &MemoryJournal) {
    assert_eq!((journal.size(), journal.checkpoint()), (ENTRIES, expected.checkpoint()));
    let sizes = some().skip(1).chain(some().take(1)).map(|last| last + 1);
    for (index, size) in some().zip(sizes) {
        assert_eq!(journal.entry(index), Ok(entry(index)));
        assert_eq!(journal.inclusion_proof(index, size), expected.inclusion_proof(index, size), "{index} of {size}");
        let (old, new) = (size.min(index + 1), size.max(index + 1));
        let proof = journal.consistency_proof(old, new).unwrap();
        let root = |size| journal.shared.root_at(size).unwrap();
        verify_consistency(old, new, &proof, root(old), root(new)).unwrap();
    }
    for (level, number, width) in
        [(0, 0, 256), (0, 3, 200), (0, 257, 256), (0, 258, 77), (1, 0, 256), (1, 1, 2), (2, 0, 1)]
    {
        let tile = Tile::new(Kind::Hashes(level), number, width).unwrap();
        assert_eq!(journal.tile(&tile), expected.tile(&tile), "{tile}");
    }
    for tile in
        [Tile::new(Kind::Hashes(0), 258, 78), Tile::new(Kind::Hashes(1), 1, 3), Tile::new(Kind::Hashes(3), 0, 1)]
    {
        assert!(journal.tile(&tile.unwrap()).unwrap_err().is_out_of_range());
    }
    for (old, new) in [(0, 5), (5, 4), (5, ENTRIES + 1)] {
        assert!(journal.consistency_proof(old, new).unwrap_err().is_out_of_range());
    }
}

/// Hashes and places in memory.
fn held(journal: &Journal) -> (usize, usize) {
    journal.shared.read(|durable| {
        let first = (0..ENTRIES).find(|index| durable.places.get(*index).is_some()).unwrap_or(ENTRIES);
        (durable.tree.held(), (durable.places.end() - first) as usize)
    })
}

/// Three levels of tiles, each with its partial one and the hashes between; of places a page and the last commit.
fn assert_bounded(journal: &Journal) {
    let (hashes, places) = held(journal);
    assert!(hashes < 3 * 2 * TILE_WIDTH as usize, "{hashes} hashes");
    assert!(places < (TILE_WIDTH + BATCH) as usize, "{places} places");
}

#[test]
fn what_is_kept_in_memory_has_a_bound_and_nothing_reads_otherwise() {
    let (_folder, store, expected) = made();
    for mode in [Mode::Write, Mode::Read] {
        let journal = Journal::open(&store, mode).unwrap();
        assert_eq!(journal.problem(), None);
        assert_bounded(&journal);
        assert_alike(&journal, &expected);
    }
}

/// A reader keeps in memory what it does not find beside the journal; a writer puts it there.
#[test]
fn what_is_not_beside_the_journal_is_kept_in_memory() {
    let (_folder, store, expected) = made();
    let level = |level: u32| store.file(TILES_FOLDER).join(level.to_string());
    let cut = |path: PathBuf, bytes: u64| {
        std::fs::OpenOptions::new().write(true).open(path).unwrap().set_len(bytes).unwrap();
    };
    let flip = |path: PathBuf, at: usize| {
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[at] ^= 1;
        std::fs::write(path, bytes).unwrap();
    };
    let without: [&dyn Fn(); 6] = [
        &|| std::fs::remove_file(store.file(INDEX_FILE)).unwrap(),
        &|| std::fs::remove_dir_all(store.file(TILES_FOLDER)).unwrap(),
        &|| cut(level(0), 1_000),
        &|| cut(store.file(INDEX_FILE), 40_000),
        &|| flip(level(1), 32 * 100),
        &|| flip(store.file(INDEX_FILE), 16 + 20 * 5_000),
    ];
    for take in without {
        take();
        let read = Journal::open(&store, Mode::Read).unwrap();
        assert_eq!(read.problem(), None);
        assert_alike(&read, &expected);
        let (hashes, places) = held(&read);
        assert!(hashes > 10_000 || places > 10_000, "{hashes} hashes, {places} places");
        let journal = open(&store);
        assert_bounded(&journal);
        assert_alike(&journal, &expected);
        // Who began before still reads.
        assert_alike(&read, &expected);
    }
}

/// An index that cannot be written is no fault of the journal: the places stay in memory.
#[test]
fn an_index_that_cannot_be_written_leaves_the_places_in_memory() {
    let (_folder, store) = new_store();
    let expected = reference();
    std::fs::create_dir_all(store.file(INDEX_FILE)).unwrap();
    let journal = open(&store);
    for first in (0..ENTRIES).step_by(BATCH as usize) {
        let batch: Vec<Vec<u8>> = (first..ENTRIES.min(first + BATCH)).map(entry).collect();
        assert_eq!(journal.append(batch.clone()).unwrap(), expected.append(batch).unwrap());
    }
    journal.wait_until_signed(ENTRIES);
    assert_eq!(held(&journal).1 as u64, ENTRIES);
    assert_alike(&journal, &expected);
    drop(journal);
    assert_alike(&open(&store), &expected);
    std::fs::remove_dir(store.file(INDEX_FILE)).unwrap();
    let journal = open(&store);
    assert_bounded(&journal);
    assert_alike(&journal, &expected);
}

/// Whatever write of index or tiles fails while entries come: those that stand are read, from there or from memory.
#[test]
fn a_failed_write_of_index_or_tiles_takes_no_entry_from_its_readers() {
    const BATCH: u64 = 2 * TILE_WIDTH + 100;
    const BATCHES: u64 = 3;
    let (_folder, store) = new_store();
    let play = |disk: &Simulated| {
        let store = store.clone().on(Arc::new(disk.clone()));
        let Ok(journal) = Journal::open(&store, Mode::Write) else { return 0 };
        let mut acknowledged = 0;
        for first in (0..BATCHES * BATCH).step_by(BATCH as usize) {
            if let Ok(range) = journal.append((first..first + BATCH).map(entry).collect()) {
                acknowledged = range.end;
            }
            journal.wait_until_signed(acknowledged);
            for index in 0..acknowledged {
                assert_eq!(journal.entry(index), Ok(entry(index)));
                assert!(journal.inclusion_proof(index, acknowledged).is_ok());
            }
        }
        acknowledged
    };
    let sound = Simulated::default();
    assert_eq!(play(&sound), BATCHES * BATCH);
    let beside = |name: &str| name == INDEX_FILE || name.parse::<u8>().is_ok();
    let writes = |call| matches!(call, Call::Append | Call::Sync | Call::Truncate);
    let places = sound.calls().into_iter().filter(|place| writes(place.call) && beside(&place.name));
    let mut rows = 0;
    for place in places {
        for fault in Fault::ALL.into_iter().filter(|fault| !fault.ends()) {
            let disk = Simulated::default();
            disk.fail(place.clone(), fault);
            let acknowledged = play(&disk);
            assert!(disk.met(), "{fault:?} at {place:?}");
            let store = store.clone().on(Arc::new(disk.after(false)));
            let journal = open(&store);
            assert!(journal.size() >= acknowledged, "{fault:?} at {place:?}");
            (0..journal.size()).for_each(|index| assert_eq!(journal.entry(index), Ok(entry(index))));
            rows += 1;
        }
    }
    assert!(rows > 15, "{rows} rows");
}

/// Changed while the journal is open: an error that says so, and never another entry or a proof of another tree.
#[test]
fn what_is_changed_beside_an_open_journal_misleads_nobody() {
    let (_folder, store, expected) = made();
    let journal = open(&store);
    let (leaves, index) = (store.file(TILES_FOLDER).join("0"), store.file(INDEX_FILE));
    let swap = |path: &Path, record: usize, begin: usize, a: usize, b: usize| {
        let mut bytes = std::fs::read(path).unwrap();
        let at = |n: usize| begin + n * record..begin + (n + 1) * record;
        let first = bytes[at(a)].to_vec();
        bytes.copy_within(at(b), at(a).start);
        bytes[at(b)].copy_from_slice(&first);
        // In place: the journal has the file open.
        std::io::Write::write_all(&mut std::fs::OpenOptions::new().write(true).open(path).unwrap(), &bytes).unwrap();
    };
    // Leaves of one tile, and places of another page.
    swap(&leaves, 32, 0, 300, 301);
    swap(&index, 20, 16, 600, 601);
    for changed in [300, 301] {
        let error = journal.entry(changed).unwrap_err();
        assert!(error.is_io() && error.to_string().contains("tile 1 of tiles/0 does not lead to"), "{error}");
    }
    // Its neighbours are read, and proven by nothing that is wrong.
    assert_eq!(journal.entry(302), Ok(entry(302)));
    assert!(journal.inclusion_proof(302, ENTRIES).unwrap_err().is_io());
    assert_eq!(journal.inclusion_proof(5, ENTRIES), expected.inclusion_proof(5, ENTRIES));
    for changed in [600, 601] {
        assert_eq!(journal.entry(changed).unwrap_err().damaged_index(), Some(changed));
    }
    assert_eq!(journal.entry(602), Ok(entry(602)));
    drop(journal);
    let journal = open(&store);
    assert_alike(&journal, &expected);
    assert!((295..305).chain(595..605).all(|index| journal.entry(index) == Ok(entry(index))));
}
