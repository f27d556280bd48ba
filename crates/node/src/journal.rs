//! The journal: one sequential write-ahead file, group commit, acknowledged after `fdatasync`.
//!
//! A batch is a frame: a batch stands whole or not at all. One thread writes; it takes all batches that wait
//! together, writes them with one call and synchronises once. What is not whole at the end of the file when it is
//! opened was never acknowledged and is cut off. If the signed checkpoint is gone, or speaks of more entries than
//! the file holds, or of others, the journal opens for reading only and says so: nothing is ever signed over a gap.
mod commit;
pub(crate) mod frame;
pub(crate) mod index;
mod publish;
mod signing;
mod tiles;

use crate::disk::{self, Disk, Storage};
use crate::error::NodeError;
use crate::guard::Guard;
use crate::store::{CHECKPOINT_FILE, COSIGNED_FILE, INDEX_FILE, JOURNAL_FILE, Store, TILES_FOLDER};
use commit::Committer;
use frame::{Indexed, Place, Scan};
use index::IndexFile;
use publish::{Publisher, Shelf};
pub(crate) use signing::Signing;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tiles::Tiles;
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::journal::{Appender, JournalError, JournalReader};
use truceline_evidence::leaf::{self, Salts};
use truceline_evidence::merkle::{Run, Tree};
use truceline_evidence::tiles::Tile;
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
    // Before the publisher: what it commits last is published there.
    committer: Option<Committer>,
    publisher: Option<Arc<Publisher>>,
    problem: Option<String>,
}

/// What the writing thread changes and readers see.
#[derive(Debug)]
struct Shared {
    storage: Arc<dyn Storage>,
    cosigned_path: PathBuf,
    disk: Arc<dyn Disk>,
    signing: Signing,
    salts: Salts,
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
    cosigned: Option<String>,
}

impl Journal {
    /// Opens the journal of a store; makes it if it does not exist and `mode` is [`Mode::Write`].
    ///
    /// # Errors
    /// If storage fails or the keys do not fit. A damaged journal is no error: see [`Journal::problem`].
    pub fn open(store: &Store, mode: Mode) -> Result<Self, NodeError> {
        let storage = store.storage();
        let (path, checkpoint_path) = (store.file(JOURNAL_FILE), store.file(CHECKPOINT_FILE));
        let keys = if mode == Mode::Write { store.keys_for_writing() } else { store.keys() }?;
        let (signing, salts) = (keys.signing, Salts::new(&keys.salts));
        if mode == Mode::Write && !disk::exists(&*storage, &path) {
            begin(&*storage, &signing, &path, &checkpoint_path)?;
        }
        // Where nobody writes, all that is whole is durable once this reader has synchronised it, signed or not.
        let nobody_writes = mode == Mode::Read && store.is_unlocked();
        // Before the file: a writer may go on meanwhile, and what a checkpoint covers is in the file already.
        let note = read_checkpoint(&*storage, &checkpoint_path);
        let file = storage
            .open(&path, mode == Mode::Write)
            .map_err(|error| NodeError::io(&path, "open the journal", &error))?;
        let signed = note.as_ref().map_err(Clone::clone).and_then(|note| {
            signing.open(note).map_err(|error| format!("the stored checkpoint is not this journal's: {error}"))
        });
        let guard = store.guard(signing.verifier_key().name()).filter(|_| mode == Mode::Write);
        let last = guard.as_ref().map(Guard::last).transpose()?.flatten();
        let (index_path, tiles_path) = (store.file(INDEX_FILE), store.file(TILES_FOLDER));
        let scan = |known| {
            let mut scan =
                frame::scan(&*file, &salts, known).map_err(|error| NodeError::io(&path, "read the journal", &error))?;
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
        let log_bytes = file.length().map_err(|error| NodeError::io(&path, "read the journal", &error))?;
        let known = if mode == Mode::Write {
            let leaves = tiles::stored_leaves(&*storage, &tiles_path);
            index::read(&*storage, &index_path, &leaves, log_bytes)
        } else {
            Vec::new()
        };
        let mut indexed = known.len();
        let (mut scan_done, mut tree, mut problem) = scan(known)?;
        if problem.is_some() && indexed > 0 {
            // It may be the index or the tiles that are wrong.
            indexed = 0;
            (scan_done, tree, problem) = scan(Vec::new())?;
        }
        let scan = scan_done;
        if let Some(guard) = guard.as_ref().filter(|_| problem.is_none()) {
            problem = guarded(guard, last.as_deref(), &tree, &signing);
        }
        if mode == Mode::Write && problem.is_none() && log_bytes > scan.end {
            file.truncate(scan.end)
                .and_then(|()| file.sync_data())
                .map_err(|error| NodeError::io(&path, "cut off what was never acknowledged", &error))?;
        }
        let size = tree.size();
        let cosigned_path = store.file(COSIGNED_FILE);
        let cosigned = stored_cosigned(&*storage, &cosigned_path, &signing, &tree);
        let shared = Arc::new(Shared {
            cosigned_path,
            storage: Arc::clone(&storage),
            disk: file,
            signing,
            salts,
            durable: RwLock::new(Durable { places: places_of(&scan.entries), tree, checkpoint: note.ok(), cosigned }),
            grown: (Mutex::new(size), Condvar::new()),
        });
        let writable = mode == Mode::Write && problem.is_none();
        let start = || {
            // What was written just before a crash may not be under a checkpoint yet, nor be durable: a killed process
            // leaves it to the system. Nothing is signed that a power cut could still take away.
            shared.disk.sync_data().map_err(|error| NodeError::io(&path, "synchronise the journal", &error))?;
            let tiles = shared
                .read(|durable| Tiles::open(&*storage, &tiles_path, &durable.tree, indexed as u64))
                .map_err(|error| NodeError::io(&tiles_path, "open the tiles", &error))?;
            let mut shelf = Shelf { tiles, guard, last, checkpoint_path };
            shelf.publish(&shared)?;
            let (mut index, indexed) = IndexFile::open(&*storage, &index_path, indexed);
            let places: Vec<_> = scan.entries[indexed..].iter().map(|entry| entry.place).collect();
            index.append(&places);
            let publisher = Arc::new(Publisher::start(Arc::clone(&shared), shelf, size)?);
            let committer = Committer::start(Arc::clone(&shared), Arc::clone(&publisher), scan.end, index)?;
            Ok::<_, NodeError>((committer, publisher))
        };
        let (committer, publisher) = writable.then(start).transpose()?.unzip();
        Ok(Self { shared, committer, publisher, problem })
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

    /// Why a guard that holds `last` refuses what stands here.
    pub(crate) fn refused_by(&self, guard: &Guard, last: &str) -> Option<String> {
        self.shared.read(|durable| guarded(guard, Some(last), &durable.tree, &self.shared.signing))
    }

    /// The size that the newest checkpoint covers.
    pub(crate) fn signed_size(&self) -> u64 {
        let signed = self.checkpoint().and_then(|note| self.shared.signing.open(&note).ok());
        signed.map_or(0, |signed| signed.size)
    }

    /// The proof that the journal of `new` entries begins with that of `old`.
    ///
    /// # Errors
    /// Unless `0 < old <= new` and the journal has `new` entries.
    pub fn consistency_proof(&self, old: u64, new: u64) -> Result<Vec<Hash>, truceline_evidence::Error> {
        self.shared.read(|durable| durable.tree.consistency_proof(old, new))
    }

    /// Makes a checkpoint with the cosignatures of a quorum the newest cosigned one, durably. Whoever calls it has judged it.
    ///
    /// # Errors
    /// If storage fails.
    pub(crate) fn keep_cosigned(&self, note: String) -> Result<(), NodeError> {
        let path = &self.shared.cosigned_path;
        disk::replace(&*self.shared.storage, path, note.as_bytes())
            .map_err(|error| NodeError::io(path, "write", &error))?;
        self.shared.durable.write().unwrap_or_else(PoisonError::into_inner).cosigned = Some(note);
        Ok(())
    }

    /// Lets whoever waits for the journal to grow look whether it shall end.
    pub fn wake(&self) {
        let (lock, condition) = &self.shared.grown;
        // Under the lock: who has just looked is then waiting already.
        let _looked = lock.lock().unwrap_or_else(PoisonError::into_inner);
        condition.notify_all();
    }
}

/// Makes the files of a new journal.
fn begin(storage: &dyn Storage, signing: &Signing, path: &Path, checkpoint_path: &Path) -> Result<(), NodeError> {
    let write = |path: &Path, bytes: &[u8]| {
        disk::replace(storage, path, bytes).map_err(|error| NodeError::io(path, "write", &error))
    };
    // The checkpoint of nothing first: a journal without a checkpoint then always lost it.
    if !disk::exists(storage, checkpoint_path) {
        write(checkpoint_path, signing.sign(0, Tree::new().root())?.as_bytes())?;
    }
    write(path, frame::MAGIC)
}

/// The stored note, or why there is none.
fn read_checkpoint(storage: &dyn Storage, path: &Path) -> Result<String, String> {
    let cannot = |error: String| format!("the stored checkpoint cannot be read: {error}");
    let bytes = disk::read(storage, path).map_err(|error| cannot(error.to_string()))?.ok_or_else(|| {
        format!(
            "the stored checkpoint is missing, so nothing shows whether entries are; nothing more is registered \
             here. Restore the file {CHECKPOINT_FILE}"
        )
    })?;
    String::from_utf8(bytes).map_err(|error| cannot(error.to_string()))
}

/// The stored cosigned checkpoint, if it is one of this journal as it stands. One that is not is as good as none.
fn stored_cosigned(storage: &dyn Storage, path: &Path, signing: &Signing, tree: &Tree) -> Option<String> {
    let note = String::from_utf8(disk::read(storage, path).ok()??).ok()?;
    let cosigned = signing.open(&note).ok()?;
    (tree.root_at(cosigned.size).ok()? == cosigned.root).then_some(note)
}

/// Why nothing may be signed over what stands, by what was signed last.
fn guarded(guard: &Guard, last: Option<&str>, tree: &Tree, signing: &Signing) -> Option<String> {
    let (path, size) = (guard.path(), tree.size());
    let path = path.display();
    let Some(note) = last else {
        return (size > 0).then(|| {
            format!(
                "this store holds {size} entries and its sign guard, {path}, is missing: this may be a copy. If no other copy \
                 is in use, `truceline guard STORE --adopt` goes on with this one; nothing is registered here before"
            )
        });
    };
    let last = match signing.open(note) {
        Ok(last) => last,
        Err(error) => return Some(format!("the sign guard {path} is not this journal's: {error}")),
    };
    if last.size > size {
        return Some(format!(
            "this store is older than what was signed: it holds {size} entries, {} were signed last ({path}). A restored or \
             copied disk must not sign another history of the same length. Restore the newer store; where it is lost for \
             ever, begin a new store and keep this one for reading",
            last.size
        ));
    }
    if tree.root_at(last.size).ok() != Some(last.root) {
        return Some(format!(
            "this store's first {} entries are others than those that were signed last ({path}): another copy of this store \
             went on. Use that one; this one is for reading",
            last.size
        ));
    }
    None
}

/// The tree over the leaves. Hashing it is the most that a start from the index does, so all processors do.
fn tree_of(entries: &[Indexed]) -> Tree {
    /// Leaves of one piece of work: some milliseconds.
    const LEAVES: usize = 1 << 16;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let run = |at: usize| {
        let leaves = entries[at..entries.len().min(at + LEAVES)].iter().map(|entry| entry.leaf);
        Run::new(at as u64, leaves.collect())
    };
    let mut tree = Tree::new();
    let begins: Vec<usize> = (0..entries.len()).step_by(LEAVES).collect();
    for begins in begins.chunks(threads) {
        let runs: Vec<Run> = std::thread::scope(|scope| {
            let work: Vec<_> = begins.iter().skip(1).map(|begin| scope.spawn(|| run(*begin))).collect();
            let own = begins.first().map(|begin| run(*begin));
            // A thread that panicked has said so; what it should have hashed is hashed here.
            let others = work.into_iter().zip(begins.iter().skip(1));
            own.into_iter().chain(others.map(|(work, begin)| work.join().unwrap_or_else(|_| run(*begin)))).collect()
        });
        for run in runs {
            // Each begins where the one before it ends.
            let extended = tree.extend(&run);
            debug_assert!(extended.is_ok());
        }
    }
    tree
}

fn places_of(entries: &[Indexed]) -> Vec<(u64, u32)> {
    entries.iter().map(|Indexed { place, .. }| (place.offset, place.length)).collect()
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

    /// Shows a checkpoint to readers.
    fn show(&self, note: String) {
        self.durable.write().unwrap_or_else(PoisonError::into_inner).checkpoint = Some(note);
    }

    /// Takes over batches that are on stable storage.
    fn extend(&self, places: &[Place], runs: &[Run]) -> Result<(), truceline_evidence::Error> {
        let size = {
            let mut durable = self.durable.write().unwrap_or_else(PoisonError::into_inner);
            durable.places.extend(places.iter().map(|place| (place.offset, place.length)));
            runs.iter().try_for_each(|run| durable.tree.extend(run))?;
            durable.tree.size()
        };
        let (lock, condition) = &self.grown;
        *lock.lock().unwrap_or_else(PoisonError::into_inner) = size;
        condition.notify_all();
        Ok(())
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
        committer.append(&entries)
    }
}

impl JournalReader for Journal {
    fn origin(&self) -> String {
        self.shared.signing.verifier_key().name().to_owned()
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
        self.shared.salts.of(index)
    }

    fn checkpoint(&self) -> Option<String> {
        self.shared.read(|durable| durable.checkpoint.clone())
    }

    fn cosigned_checkpoint(&self) -> Option<String> {
        self.shared.read(|durable| durable.cosigned.clone())
    }

    fn wait_until_signed(&self, size: u64) {
        if let Some(publisher) = &self.publisher {
            publisher.wait_until_covers(size);
        }
    }

    fn hash_tile(&self, tile: &Tile) -> Result<Vec<u8>, JournalError> {
        let missing = |durable: &Durable| JournalError::out_of_range(tile.tree_size() - 1, durable.tree.size());
        self.shared.read(|durable| tile.hashes(&durable.tree).ok_or_else(|| missing(durable)))
    }

    fn inclusion_proof(&self, index: u64, size: u64) -> Result<Vec<Hash>, JournalError> {
        self.shared
            .read(|durable| durable.tree.inclusion_proof(index, size))
            .map_err(|_| JournalError::out_of_range(index, size))
    }

    fn verifier_key(&self) -> String {
        self.shared.signing.verifier_key().to_string()
    }

    fn verifier_keys(&self) -> Vec<String> {
        self.shared.signing.verifier_keys().map(ToString::to_string).collect()
    }

    fn sign_manifest(&self, text: &str) -> String {
        // A manifest's text is always a note's text; were it not, an empty note verifies nowhere.
        self.shared.signing.ed25519.sign(text).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
