//! The journal against its contract, with real files.
mod bounded;
mod contract;
mod crash;
mod damage;
mod faults;
mod guarded;
mod indexed;
mod keys;
mod threads;

use super::{Journal, Mode};
use crate::store::{CHECKPOINT_FILE, JOURNAL_FILE, Store, VERIFIER_KEY_FILE};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::journal::{Appender, JournalReader};
use truceline_evidence::memory::MemoryJournal;
use truceline_evidence::note::{Algorithm, SigningKey};
use truceline_model::hash::Hash;

const ORIGIN: &str = "truceline.local/journal-tests";
const SEED: [u8; 32] = [1; 32];
const SECRET: [u8; 32] = [2; 32];
const ML_DSA_SEED: [u8; 32] = [3; 32];

fn key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, SEED).unwrap()
}

fn ml_dsa_key() -> SigningKey {
    SigningKey::of(ORIGIN, Algorithm::MlDsa44, ML_DSA_SEED).unwrap()
}

/// A store with the fixed keys and without a journal.
fn new_store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = new_store_in(folder.path());
    (folder, store)
}

fn new_store_in(folder: &Path) -> Store {
    std::fs::create_dir_all(folder.join("keys")).unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.join(name), text).unwrap();
    write("keys/journal.seed", format!("{}\n", Hash(SEED)));
    write("keys/salts.secret", format!("{}\n", Hash(SECRET)));
    write("keys/journal.ml-dsa.seed", format!("{}\n", Hash(ML_DSA_SEED)));
    write(VERIFIER_KEY_FILE, format!("{}\n{}\n", key().verifier_key(), ml_dsa_key().verifier_key()));
    Store::open(folder, false).unwrap()
}

/// A journal in memory with the same keys.
fn reference() -> MemoryJournal {
    MemoryJournal::new(key(), SECRET).and_signed_by(ml_dsa_key())
}

fn open(store: &Store) -> Journal {
    let journal = Journal::open(store, Mode::Write).unwrap();
    assert_eq!(journal.problem(), None);
    journal
}

fn open_damaged(store: &Store) -> (Journal, String) {
    let journal = Journal::open(store, Mode::Write).unwrap();
    let problem = journal.problem().expect("a damaged journal says so").to_owned();
    (journal, problem)
}

fn entries_of(journal: &dyn JournalReader) -> Vec<Vec<u8>> {
    (0..journal.size()).map(|index| journal.entry(index).unwrap()).collect()
}

/// The size that the stored checkpoint states, signed by the journal's key.
fn signed_size(store: &Store) -> u64 {
    let note = std::fs::read_to_string(store.file(CHECKPOINT_FILE)).unwrap();
    Checkpoint::open(&note, key().verifier_key()).unwrap().size
}

/// Entries that differ in length and content.
fn batch(name: &str, count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|n| format!("{name}-{n} {}", "x".repeat(n)).into_bytes()).collect()
}

/// A closed journal as files: three batches, with the checkpoint before and after the last one.
struct Closed {
    /// Holds the folder until the end of the test.
    _folder: TempDir,
    store: Store,
    log: Vec<u8>,
    /// The end of each frame in the file, beginning with the magic line's.
    ends: Vec<usize>,
    /// How many entries stand before each of `ends`.
    sizes: Vec<u64>,
    checkpoint_before_last: Vec<u8>,
    checkpoint: Vec<u8>,
    entries: Vec<Vec<u8>>,
}

impl Closed {
    fn new() -> Self {
        let (folder, store) = new_store();
        let (log_path, checkpoint_path) = (store.file(JOURNAL_FILE), store.file(CHECKPOINT_FILE));
        let journal = open(&store);
        let length = |path: &Path| usize::try_from(std::fs::metadata(path).unwrap().len()).unwrap();
        let (mut ends, mut sizes, mut checkpoint_before_last) = (vec![length(&log_path)], vec![0], Vec::new());
        for (name, count) in [("a", 3), ("b", 2), ("c", 3)] {
            journal.wait_until_signed(journal.size());
            checkpoint_before_last = std::fs::read(&checkpoint_path).unwrap_or_default();
            journal.append(batch(name, count)).unwrap();
            ends.push(length(&log_path));
            sizes.push(journal.size());
        }
        let entries = entries_of(&journal);
        drop(journal);
        let log = std::fs::read(&log_path).unwrap();
        let checkpoint = std::fs::read(&checkpoint_path).unwrap();
        Self { _folder: folder, store, log, ends, sizes, checkpoint_before_last, checkpoint, entries }
    }

    fn log_path(&self) -> PathBuf {
        self.store.file(JOURNAL_FILE)
    }

    /// Puts these bytes in the place of the journal's file and of its checkpoint.
    fn put(&self, log: &[u8], checkpoint: &[u8]) {
        std::fs::write(self.log_path(), log).unwrap();
        std::fs::write(self.store.file(CHECKPOINT_FILE), checkpoint).unwrap();
    }

    /// How many entries are whole in the first bytes of the file.
    fn whole_before(&self, cut: usize) -> u64 {
        let frames = self.ends.iter().take_while(|end| **end <= cut).count();
        frames.checked_sub(1).map_or(0, |last| self.sizes[last])
    }
}
