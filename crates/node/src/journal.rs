//! The journal: one sequential write-ahead file, group commit, acknowledged after `fdatasync`.
//!
//! A batch is a frame: a batch stands whole or not at all. One thread writes; it takes all batches that wait
//! together, writes them with one call and synchronises once. What is not whole at the end of the file when it is
//! opened was never acknowledged and is cut off. If the signed checkpoint is gone, or speaks of more entries than
//! the file holds, or of others, the journal opens for reading only and says so: nothing is ever signed over a gap.
mod checkpoint_file;
mod commit;
mod frame;
mod index;

use crate::disk::Disk;
use crate::error::NodeError;
use crate::store::{self, CHECKPOINT_FILE, INDEX_FILE, JOURNAL_FILE, Store};
use checkpoint_file::CheckpointFile;
use commit::Committer;
use frame::Scan;
use index::{IndexFile, Indexed};
use std::fs::{File, OpenOptions};
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock};
use std::time::Duration;
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::journal::{Appender, JournalError, JournalReader};
use truceline_evidence::leaf;
use truceline_evidence::merkle::{Tree, empty_root};
use truceline_evidence::note::{SigningKey, VerifierKey};
use truceline_model::entry::MAX_ENTRY_BYTES;
use truceline_model::hash::Hash;

/// How a journal is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// By the one writer.
    Write,
    /// By a reader of a closed or a running journal: sees what is acknowledged at this moment. Where no process writes, it
    /// sees all that is whole, further than the stored checkpoint after a crash, and signs nothing of it.
    Read,
}

/// An open journal.
#[derive(Debug)]
pub struct Journal {
    shared: Arc<Shared>,
    // Before the file of the checkpoint: what it commits last is signed there.
    committer: Option<Committer>,
    checkpoint_file: Option<Arc<CheckpointFile>>,
    problem: Option<String>,
}

/// What the writing thread changes and readers see.
#[derive(Debug)]
struct Shared {
    disk: Box<dyn Disk>,
    /// Ed25519's, and ML-DSA-44's where the store has it.
    signing: Vec<SigningKey>,
    salts: [u8; 32],
    /// Written by the committing thread alone, after `fdatasync`.
    durable: RwLock<Durable>,
    /// The size, again, for those who wait for it to grow.
    grown: (Mutex<u64>, Condvar),
}

/// What is on stable storage.
#[derive(Debug)]
struct Durable {
    /// Where each entry's bytes stand in the file.
    places: Vec<(u64, u32)>,
    tree: Tree,
    checkpoint: Option<String>,
}

impl Journal {
    /// Opens the journal of a store; makes it if it does not exist and `mode` is [`Mode::Write`].
    ///
    /// # Errors
    /// If storage fails or the keys do not fit. A damaged journal is no error: see [`Journal::problem`].
    pub fn open(store: &Store, mode: Mode) -> Result<Self, NodeError> {
        Self::open_on(store, mode, |file| Box::new(file))
    }

    /// Opens it on what `disk` makes of its file.
    fn open_on(store: &Store, mode: Mode, disk: impl FnOnce(File) -> Box<dyn Disk>) -> Result<Self, NodeError> {
        let (path, checkpoint_path) = (store.file(JOURNAL_FILE), store.file(CHECKPOINT_FILE));
        let keys = if mode == Mode::Write { store.keys_for_writing() } else { store.keys() }?;
        let signing: Vec<SigningKey> = [Some(keys.signing), keys.ml_dsa].into_iter().flatten().collect();
        if mode == Mode::Write && !path.exists() {
            // The checkpoint of nothing first: a journal without a checkpoint then always lost it.
            if !checkpoint_path.exists() {
                store::replace(&checkpoint_path, signed(&signing, 0, empty_root())?.as_bytes())?;
            }
            store::replace(&path, frame::MAGIC)?;
        }
        // Where nobody writes, all that is whole is durable once this reader has synchronised it, signed or not.
        let nobody_writes = mode == Mode::Read && store.is_unlocked();
        // Before the file: a writer may go on meanwhile, and what a checkpoint covers is in the file already.
        let note = read_checkpoint(&checkpoint_path);
        let file = OpenOptions::new()
            .read(true)
            .append(mode == Mode::Write)
            .open(&path)
            .map_err(|error| NodeError::io(&path, "open the journal", &error))?;
        let signed = note.as_ref().map_err(Clone::clone).and_then(|note| {
            let mut keys = signing.iter().map(|key| key.verifier_key().clone());
            let own = keys.next().ok_or("the store has no key")?;
            let further: Vec<VerifierKey> = keys.collect();
            Checkpoint::open_by(note, &own, &further)
                .map_err(|error| format!("the stored checkpoint is not this journal's: {error}"))
        });
        let index_path = store.file(INDEX_FILE);
        let scan = |known| {
            let mut scan = frame::scan(&file, &keys.salts, known)
                .map_err(|error| NodeError::io(&path, "read the journal", &error))?;
            let is_durable = nobody_writes && file.sync_data().is_ok() && store.is_unlocked();
            if mode == Mode::Read
                && !is_durable
                && let Ok(signed) = &signed
            {
                // What stands after it may not be acknowledged yet.
                scan.entries.truncate(usize::try_from(signed.size).unwrap_or(usize::MAX));
            }
            let tree = tree_of(&scan.entries);
            let problem = problem(&scan, &tree, &signed);
            Ok::<_, NodeError>((scan, tree, problem))
        };
        // The writer begins from the index; a reader looks at every byte.
        let log_bytes = file.metadata().map_err(|error| NodeError::io(&path, "read the journal", &error))?.len();
        let known = if mode == Mode::Write { index::read(&index_path, log_bytes) } else { Vec::new() };
        let mut indexed = known.len();
        let (mut scan_done, mut tree, mut problem) = scan(known)?;
        if problem.is_some() && indexed > 0 {
            // It may be the index that is wrong.
            indexed = 0;
            (scan_done, tree, problem) = scan(Vec::new())?;
        }
        let scan = scan_done;
        if mode == Mode::Write && problem.is_none() && log_bytes > scan.end {
            file.set_len(scan.end)
                .and_then(|()| file.sync_all())
                .map_err(|error| NodeError::io(&path, "cut off what was never acknowledged", &error))?;
        }
        let size = tree.size();
        let shared = Arc::new(Shared {
            disk: disk(file),
            signing,
            salts: keys.salts,
            durable: RwLock::new(Durable { places: places_of(&scan.entries), tree, checkpoint: note.ok() }),
            grown: (Mutex::new(size), Condvar::new()),
        });
        let writable = mode == Mode::Write && problem.is_none();
        if writable && size > 0 {
            // What was written just before a crash may not be under a checkpoint yet, nor be durable: a killed process
            // leaves it to the system. Nothing is signed that a power cut could still take away.
            shared.disk.sync_data().map_err(|error| NodeError::io(&path, "synchronise the journal", &error))?;
            let (_, note) = shared.sign()?;
            store::replace(&checkpoint_path, note.as_bytes())?;
        }
        let start = || {
            let index = match IndexFile::resume(&index_path, indexed).filter(|_| indexed > 0) {
                Some(mut index) => {
                    index.append(&scan.entries[indexed..]);
                    index
                }
                None => IndexFile::create(&index_path, &scan),
            };
            let checkpoint_file = Arc::new(CheckpointFile::start(Arc::clone(&shared), checkpoint_path, size)?);
            let committer = Committer::start(Arc::clone(&shared), Arc::clone(&checkpoint_file), scan.end, index)?;
            Ok::<_, NodeError>((committer, checkpoint_file))
        };
        let (committer, checkpoint_file) = writable.then(start).transpose()?.unzip();
        Ok(Self { shared, committer, checkpoint_file, problem })
    }

    /// Why the journal is open for reading only, if it is damaged.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// Waits until the journal holds more than `size` entries, the time is up, or `end` is set and the journal was
    /// told ([`Journal::wake`]). Says the size.
    #[must_use]
    pub fn wait_beyond(&self, size: u64, at_most: Duration, end: &AtomicBool) -> u64 {
        let (lock, condition) = &self.shared.grown;
        let grown = lock.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = |now: &mut u64| *now <= size && !end.load(Ordering::SeqCst);
        let (grown, _) = condition.wait_timeout_while(grown, at_most, waits).unwrap_or_else(PoisonError::into_inner);
        *grown
    }

    /// Waits until the stored checkpoint covers so many entries, and so the one that [`JournalReader::checkpoint`] gives: then another process that opens the journal sees them.
    pub fn wait_until_signed(&self, size: u64) {
        if let Some(file) = &self.checkpoint_file {
            file.wait_until_covers(size);
        }
    }

    /// Lets whoever waits for the journal to grow look whether it shall end.
    pub fn wake(&self) {
        let (lock, condition) = &self.shared.grown;
        // Under the lock: who has just looked is then waiting already.
        let _looked = lock.lock().unwrap_or_else(PoisonError::into_inner);
        condition.notify_all();
    }
}

/// The stored note, or why there is none.
fn read_checkpoint(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!(
            "the stored checkpoint is missing, so nothing shows whether entries are; nothing more is registered \
             here. Restore the file {CHECKPOINT_FILE}"
        ),
        _ => format!("the stored checkpoint cannot be read: {error}"),
    })
}

/// The signed note over a tree of this size and root.
fn signed(keys: &[SigningKey], size: u64, root: Hash) -> Result<String, NodeError> {
    let origin = keys[0].verifier_key().name().to_owned();
    let checkpoint = Checkpoint { origin, size, root };
    checkpoint.sign_all(keys).map_err(|error| NodeError::other(error.to_string()))
}

fn tree_of(entries: &[Indexed]) -> Tree {
    let mut tree = Tree::new();
    for entry in entries {
        tree.append(entry.leaf);
    }
    tree
}

fn places_of(entries: &[Indexed]) -> Vec<(u64, u32)> {
    entries.iter().map(|entry| (entry.offset, entry.length)).collect()
}

/// Compares what stands with what was signed.
fn problem(scan: &Scan, tree: &Tree, signed: &Result<Checkpoint, String>) -> Option<String> {
    let size = tree.size();
    if let Some(damage) = &scan.damage {
        return Some(format!("the journal's file is damaged: {damage}"));
    }
    let signed = match signed {
        Ok(signed) => signed,
        Err(why) => return Some(why.clone()),
    };
    if signed.size > size {
        let missing = signed.size - size;
        return Some(format!(
            "{missing} acknowledged entries are missing: {} were signed, the file holds {size}. \
             Everything that is left can be read; nothing more is registered here. Restore the file {JOURNAL_FILE}",
            signed.size
        ));
    }
    if signed.size > 0 && tree.root_at(signed.size).ok() != Some(signed.root) {
        return Some(format!(
            "the first {} entries are not those that were signed. Everything can be read; nothing more is \
             registered here. Restore the file {JOURNAL_FILE}",
            signed.size
        ));
    }
    None
}

impl Shared {
    fn read<T>(&self, with: impl FnOnce(&Durable) -> T) -> T {
        // A poisoned lock: a thread panicked while it held it. Each change is whole before the lock is let go, so
        // what stands is true.
        with(&self.durable.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Signs the newest size; says it with the note, which is not stored yet.
    fn sign(&self) -> Result<(u64, String), NodeError> {
        // The lock is held for the root alone: a signature of ML-DSA-44 takes half a millisecond.
        let (size, root) = self.read(|durable| (durable.tree.size(), durable.tree.root()));
        let note = signed(&self.signing, size, root)?;
        self.durable.write().unwrap_or_else(PoisonError::into_inner).checkpoint = Some(note.clone());
        Ok((size, note))
    }

    /// Takes over batches that are on stable storage; says the size.
    fn extend(&self, entries: &[Indexed]) -> u64 {
        let size = {
            let mut durable = self.durable.write().unwrap_or_else(PoisonError::into_inner);
            for entry in entries {
                durable.places.push((entry.offset, entry.length));
                durable.tree.append(entry.leaf);
            }
            durable.tree.size()
        };
        let (lock, condition) = &self.grown;
        *lock.lock().unwrap_or_else(PoisonError::into_inner) = size;
        condition.notify_all();
        size
    }
}

impl Appender for Journal {
    fn append(&self, entries: Vec<Vec<u8>>) -> Result<Range<u64>, JournalError> {
        let Some(committer) = &self.committer else {
            let why = self.problem.clone().unwrap_or_else(|| "it was opened for reading".to_owned());
            return Err(JournalError::read_only(why));
        };
        if let Some(entry) = entries.iter().find(|entry| entry.len() > MAX_ENTRY_BYTES) {
            let message = format!("an entry of {} bytes, at most {MAX_ENTRY_BYTES} are registered", entry.len());
            return Err(JournalError::too_large(message));
        }
        if entries.is_empty() {
            let size = self.size();
            return Ok(size..size);
        }
        committer.append(entries)
    }
}

impl JournalReader for Journal {
    fn origin(&self) -> String {
        self.shared.signing[0].verifier_key().name().to_owned()
    }

    fn size(&self) -> u64 {
        self.shared.read(|durable| durable.tree.size())
    }

    fn entry(&self, index: u64) -> Result<Vec<u8>, JournalError> {
        let found = self.shared.read(|durable| {
            let at = usize::try_from(index).ok()?;
            Some((*durable.places.get(at)?, durable.tree.leaf(index)?))
        });
        let Some(((offset, length), leaf)) = found else {
            return Err(JournalError::out_of_range(index, self.size()));
        };
        let mut bytes = vec![0; length as usize];
        self.shared
            .disk
            .read_exact_at(&mut bytes, offset)
            .map_err(|error| JournalError::io(format!("cannot read entry {index}: {error}")))?;
        if leaf::of_entry(&self.salt(index), &bytes) != leaf {
            return Err(JournalError::damaged(index, "its bytes are not those that were registered"));
        }
        Ok(bytes)
    }

    fn salt(&self, index: u64) -> [u8; 32] {
        leaf::salt(&self.shared.salts, index)
    }

    fn checkpoint(&self) -> Option<String> {
        self.shared.read(|durable| durable.checkpoint.clone())
    }

    fn checkpoint_covering(&self, size: u64) -> Option<String> {
        if size <= self.size() {
            self.wait_until_signed(size);
        }
        self.checkpoint()
    }

    fn inclusion_proof(&self, index: u64, size: u64) -> Result<Vec<Hash>, JournalError> {
        self.shared
            .read(|durable| durable.tree.inclusion_proof(index, size))
            .map_err(|_| JournalError::out_of_range(index, size))
    }

    fn verifier_key(&self) -> String {
        self.shared.signing[0].verifier_key().to_string()
    }

    fn verifier_keys(&self) -> Vec<String> {
        self.shared.signing.iter().map(|key| key.verifier_key().to_string()).collect()
    }

    fn sign_manifest(&self, text: &str) -> String {
        // A manifest's text is always a note's text; were it not, an empty note verifies nowhere.
        self.shared.signing[0].sign(text).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
