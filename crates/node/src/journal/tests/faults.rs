//! The fault table: every call that the journal, its index, tiles, checkpoint and sign guard make of the file system, with
//! every fault. No acknowledged entry is lost, and no two checkpoints are signed that are not of one history.
use super::*;
use crate::disk::simulated::{Call, Fault, Place, Simulated};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A store on a simulated disk with its sign guard, on which the tables below count.
struct Table {
    _folder: TempDir,
    store: Store,
    disk: Simulated,
    guards: PathBuf,
}

impl Table {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // A name of its own: places are told by names.
        let store = new_store_in(&folder.path().join("store"));
        let guards = folder.path().join("guards");
        Self { store, guards, disk: Simulated::default(), _folder: folder }
    }

    fn store_on(&self, disk: &Simulated) -> Store {
        self.store.clone().on(Arc::new(disk.clone())).guarded_in(&self.guards)
    }

    fn guard_path(&self) -> PathBuf {
        self.store.guard_path(&self.guards, ORIGIN)
    }
}

/// What was seen by whoever appended and by whoever reads checkpoints.
#[derive(Debug, Clone, Default)]
struct Seen {
    acknowledged: Vec<Vec<u8>>,
    notes: BTreeSet<String>,
}

/// Opens a journal, appends two batches, waits for each checkpoint, and closes it.
fn play(table: &Table, disk: &Simulated, seen: &mut Seen) {
    let store = table.store_on(disk);
    let Ok(journal) = Journal::open(&store, Mode::Write) else { return look(table, disk, seen) };
    for n in 0..2 {
        let batch = batch(&n.to_string(), n + 1);
        if journal.append(batch.clone()).is_ok() {
            seen.acknowledged.extend(batch);
            journal.wait_until_signed(journal.size());
        }
        seen.notes.extend(journal.checkpoint());
        look(table, disk, seen);
    }
    drop(journal);
    look(table, disk, seen);
}

/// What others can see at this moment: the checkpoint's file and the guard.
fn look(table: &Table, disk: &Simulated, seen: &mut Seen) {
    for path in [table.store.file(CHECKPOINT_FILE), table.guard_path()] {
        let text = disk.bytes(&path).and_then(|bytes| String::from_utf8(bytes).ok());
        seen.notes.extend(text.filter(|text| !text.is_empty()));
    }
}

/// After the fault: everything acknowledged stands, the journal goes on, and all that was ever signed is of one history.
fn assert_sound(table: &Table, disk: &Simulated, seen: &mut Seen, row: &str) {
    let store = table.store_on(disk);
    let journal = Journal::open(&store, Mode::Write).unwrap_or_else(|error| panic!("{row}: {error}"));
    assert_eq!(journal.problem(), None, "{row}");
    let entries = entries_of(&journal);
    assert!(entries.starts_with(&seen.acknowledged), "{row}: {} of {}", entries.len(), seen.acknowledged.len());
    let range = journal.append(batch("after", 5)).unwrap();
    assert_eq!(range.start, entries.len() as u64, "{row}");
    journal.wait_until_signed(range.end);
    seen.notes.extend(journal.checkpoint());
    look(table, disk, seen);
    for note in &seen.notes {
        let signed = Checkpoint::open(note, key().verifier_key()).unwrap_or_else(|error| panic!("{row}: {error}"));
        assert!(signed.size <= range.end, "{row}: {} were signed", signed.size);
        let root = journal.shared.read(|durable| durable.tree.root_at(signed.size).unwrap());
        assert_eq!(root, signed.root, "{row}: a fork at size {}", signed.size);
    }
    drop(journal);
    // The tiles are whole again.
    let leaves = disk.bytes(&table.store.file("tiles/0")).unwrap();
    assert_eq!(leaves.len() as u64, 32 * range.end, "{row}");
}

fn run_table(used: bool) -> BTreeMap<Call, usize> {
    let table = Table::new();
    let mut before = Seen::default();
    if used {
        play(&table, &table.disk, &mut before);
        assert_eq!(before.acknowledged.len(), 3);
    }
    // The calls of a play in which nothing goes wrong.
    let sound = table.disk.after(false);
    play(&table, &sound, &mut Seen::default());
    let places: BTreeSet<Place> = sound.calls().into_iter().collect();
    let mut rows = BTreeMap::new();
    for place in &places {
        for fault in Fault::ALL {
            for power in [false, true] {
                // Where the process ends, the fault says what becomes of the page cache.
                if fault.ends() && power {
                    continue;
                }
                let mut seen = before.clone();
                let disk = table.disk.after(false);
                disk.fail(place.clone(), fault);
                play(&table, &disk, &mut seen);
                let row = format!("{fault:?} at {place:?}, used: {used}, power: {power}");
                assert!(disk.met(), "{row}: the call was not made");
                assert_sound(&table, &disk.after(power), &mut seen, &row);
                *rows.entry(place.call).or_default() += 1;
            }
        }
    }
    rows
}

#[test]
fn no_fault_of_a_new_journal_loses_what_was_acknowledged_or_signs_a_fork() {
    let rows = run_table(false);
    for call in
        [Call::Create, Call::Append, Call::Sync, Call::Close, Call::Rename, Call::CreateFolder, Call::SyncFolder]
    {
        assert!(rows.get(&call).is_some_and(|rows| *rows >= 10), "{call:?}: {rows:?}");
    }
}

#[test]
fn no_fault_of_a_used_journal_loses_what_was_acknowledged_or_signs_a_fork() {
    let rows = run_table(true);
    assert!(rows.values().sum::<usize>() > 300, "{rows:?}");
}

/// Without synchronisation everything would be lost: the table can fail.
#[test]
fn the_simulated_disk_forgets() {
    let disk = Simulated::default();
    let path = Path::new("/a/b");
    let file = crate::disk::Storage::create(&disk, path).unwrap();
    file.append(b"1234").unwrap();
    assert_eq!(disk.after(true).bytes(path), None, "the name was not synchronised");
    crate::disk::Storage::sync_folder(&disk, Path::new("/a")).unwrap();
    assert_eq!(disk.after(true).bytes(path), Some(Vec::new()));
    file.sync_data().unwrap();
    assert_eq!(disk.after(true).bytes(path), Some(b"1234".to_vec()));
    file.append(b"5678").unwrap();
    assert_eq!(disk.after(true).bytes(path), Some(b"1234".to_vec()));
    assert_eq!(disk.after(false).bytes(path), Some(b"12345678".to_vec()));
}
