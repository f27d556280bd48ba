//! The journal: one sequential write-ahead file, group commit, acknowledged after `fdatasync`.
//!
//! A batch is a frame: a batch stands whole or not at all. One thread writes; it takes all batches that wait
//! together, writes them with one call and synchronises once. What is not whole at the end of the file when it is
//! opened was never acknowledged and is cut off. If the signed checkpoint is gone, or speaks of more entries than
//! the file holds, or of others, the journal opens for reading only and says so: nothing is ever signed over a gap.
//!
//! What is kept in memory of it has a bound: of the newest entries the places and the tree's hashes, until index and tiles hold
//! them, of all others a few pages and tiles that were read last. Index and tiles are not trusted, whenever they are read.
mod cache;
mod commit;
pub(crate) mod frame;
pub(crate) mod index;
mod load;
mod places;
mod publish;
mod records;
mod signing;
mod tiles;

use crate::disk::{self, Disk, Storage};
use crate::error::NodeError;
use crate::guard::Guard;
use crate::store::{CHECKPOINT_FILE, COSIGNED_FILE, INDEX_FILE, JOURNAL_FILE, Store, TILES_FOLDER};
use commit::Committer;
use frame::Place;
use index::IndexFile;
use load::Load;
use places::{Pages, Places};
use publish::{Publisher, Shelf};
pub(crate) use signing::Signing;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tiles::{Stored, Tiles};
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::journal::{Appender, JournalError, JournalReader};
use truceline_evidence::leaf::{self, Salts};
use truceline_evidence::merkle::{Run, Tree, parts};
use truceline_evidence::tiles::{self as tlog, HASH_BYTES, Tile};
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
    /// Where entries stand of which `durable` forgot it.
    pages: Pages,
    /// The hashes that the tree of `durable` forgot.
    tiles: Stored,
    /// The size, again, for those who wait for it to grow.
    grown: (Mutex<u64>, Condvar),
}

/// What is on stable storage.
#[derive(Debug)]
struct Durable {
    /// Where entries' bytes stand in the file, of those that the index file does not hold.
    places: Places,
    /// Without what the tiles hold.
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
        let log_bytes = file.length().map_err(|error| NodeError::io(&path, "read the journal", &error))?;
        // What a reader finds behind it may not be acknowledged yet.
        let signed_size = signed.as_ref().ok().map(|signed| signed.size).filter(|_| mode == Mode::Read);
        let is_durable = || nobody_writes && file.sync_data().is_ok() && store.is_unlocked();
        let begin = || Load::begin(&*storage, &index_path, &tiles_path);
        let rest = |mut load: Load| {
            let damage = read(&mut load, &*file, &salts, signed_size.unwrap_or(u64::MAX), is_durable)
                .map_err(|error| NodeError::io(&path, "read the journal", &error))?;
            let problem = problem(damage, &load, &signed);
            Ok::<_, NodeError>((load, problem))
        };
        // The writer begins from the index; a reader looks at every byte.
        let mut stated = begin();
        let is_stated = mode == Mode::Write && stated.take_stated(log_bytes);
        let mut found = rest(if is_stated { stated } else { begin() })?;
        if is_stated && found.1.is_some() {
            // It may be the index or the tiles that are wrong.
            found = rest(begin())?;
        }
        let (load, mut problem) = found;
        if let Some(guard) = guard.as_ref().filter(|_| problem.is_none()) {
            problem = guarded(guard, last.as_deref(), load.tree.size(), |size| load.root_at(size), &signing);
        }
        let cosigned_path = store.file(COSIGNED_FILE);
        let cosigned = stored_cosigned(&*storage, &cosigned_path, &signing, &load);
        let writes = (mode == Mode::Write && problem.is_none())
            .then(|| Writes::begin(&*storage, store, &*file, &load))
            .transpose()?;
        let (size, end) = (load.tree.size(), load.end);
        let shared = Arc::new(Shared {
            cosigned_path,
            storage: Arc::clone(&storage),
            disk: file,
            signing,
            salts,
            pages: Pages::new(writes.as_ref().and_then(|writes| writes.index.file()).or(load.index)),
            tiles: writes.as_ref().map_or(load.tiles, |writes| writes.tiles.stored()),
            durable: RwLock::new(Durable { places: load.places, tree: load.tree, checkpoint: note.ok(), cosigned }),
            grown: (Mutex::new(size), Condvar::new()),
        });
        let start = |Writes { tiles, index }: Writes| {
            shared.wrote(index.count());
            let mut shelf = Shelf { tiles, guard, last, checkpoint_path };
            shelf.publish(&shared)?;
            let publisher = Arc::new(Publisher::start(Arc::clone(&shared), shelf, size)?);
            let committer = Committer::start(Arc::clone(&shared), Arc::clone(&publisher), end, index)?;
            Ok::<_, NodeError>((committer, publisher))
        };
        let (committer, publisher) = writes.map(start).transpose()?.unzip();
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
        let root_at = |size| self.shared.root_at(size).ok();
        guarded(guard, Some(last), self.size(), root_at, &self.shared.signing)
    }

    /// The size that the newest checkpoint covers.
    pub(crate) fn signed_size(&self) -> u64 {
        let signed = self.checkpoint().and_then(|note| self.shared.signing.open(&note).ok());
        signed.map_or(0, |signed| signed.size)
    }

    /// The proof that the journal of `new` entries begins with that of `old`.
    ///
    /// # Errors
    /// Unless `0 < old <= new` and the journal has `new` entries, or if storage fails.
    pub fn consistency_proof(&self, old: u64, new: u64) -> Result<Vec<Hash>, JournalError> {
        if old == 0 || old > new || new > self.size() {
            return Err(JournalError::out_of_range(old.max(new), self.size()));
        }
        parts::consistency_proof(old, new, |level, index| self.shared.node(level, index))
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
fn stored_cosigned(storage: &dyn Storage, path: &Path, signing: &Signing, load: &Load) -> Option<String> {
    let note = String::from_utf8(disk::read(storage, path).ok()??).ok()?;
    let cosigned = signing.open(&note).ok()?;
    (load.root_at(cosigned.size)? == cosigned.root).then_some(note)
}

/// Why nothing may be signed over what stands, by what was signed last.
fn guarded(
    guard: &Guard,
    last: Option<&str>,
    size: u64,
    root_at: impl Fn(u64) -> Option<Hash>,
    signing: &Signing,
) -> Option<String> {
    let path = guard.path();
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
    if root_at(last.size) != Some(last.root) {
        return Some(format!(
            "this store's first {} entries are others than those that were signed last ({path}): another copy of this store \
             went on. Use that one; this one is for reading",
            last.size
        ));
    }
    None
}

/// Reads the frames that follow what was taken; says what is damaged. Entries from index `held_back` on are taken only if all
/// that was read `is_durable`.
fn read(
    load: &mut Load,
    file: &dyn Disk,
    salts: &Salts,
    held_back: u64,
    is_durable: impl FnOnce() -> bool,
) -> io::Result<Option<&'static str>> {
    if !frame::begins(file)? {
        return Ok(Some("it does not begin with its magic line"));
    }
    let back = load.scan(file, salts, held_back)?;
    if !back.is_empty() && is_durable() {
        back.into_iter().for_each(|(place, leaf)| load.push(place, leaf));
    }
    load.hash();
    Ok(None)
}

/// What a writer goes on with, beside the journal's file.
struct Writes {
    tiles: Tiles,
    index: IndexFile,
}

impl Writes {
    /// Cuts off what was never acknowledged, and what index and tiles hold that is not the journal's.
    fn begin(storage: &dyn Storage, store: &Store, file: &dyn Disk, load: &Load) -> Result<Self, NodeError> {
        let io = |name, what| move |error: io::Error| NodeError::io(&store.file(name), what, &error);
        let cut =
            || if file.length()? > load.end { file.truncate(load.end).and_then(|()| file.sync_data()) } else { Ok(()) };
        cut().map_err(io(JOURNAL_FILE, "cut off what was never acknowledged"))?;
        // What was written just before a crash may not be under a checkpoint yet, nor be durable: a killed process
        // leaves it to the system. Nothing is signed that a power cut could still take away.
        file.sync_data().map_err(io(JOURNAL_FILE, "synchronise the journal"))?;
        let tiles = Tiles::open(storage, &store.file(TILES_FOLDER), load.fitting());
        let tiles = tiles.map_err(io(TILES_FOLDER, "open the tiles"))?;
        let mut index = IndexFile::open(storage, &store.file(INDEX_FILE), load.indexed);
        index.append(load.places.from(load.indexed).unwrap_or_default());
        Ok(Self { tiles, index })
    }
}

/// Compares what stands with what was signed.
fn problem(damage: Option<&str>, load: &Load, signed: &Result<Checkpoint, String>) -> Option<String> {
    let size = load.tree.size();
    if let Some(damage) = damage {
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
    if signed.size > 0 && load.root_at(signed.size) != Some(signed.root) {
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

    /// The hash over a full subtree within the size.
    fn node(&self, level: u32, index: u64) -> Result<Hash, JournalError> {
        let held = |level, index| self.read(|durable| durable.tree.node(level, index));
        let node = self.tiles.node(level, index, &held);
        node.map_err(|error| JournalError::io(format!("cannot read the tiles: {error}")))
    }

    /// The leaf of an entry within the size, as it is stated.
    fn stated_leaf(&self, index: u64) -> Result<Hash, JournalError> {
        let newest = self.read(|durable| durable.tree.leaf(index));
        newest.map_or_else(|| self.tiles.stated_leaf(index), Ok).map_err(|error| cannot_read(index, &error))
    }

    /// The root over the first `size` entries.
    fn root_at(&self, size: u64) -> Result<Hash, JournalError> {
        let held = self.read(|durable| durable.tree.size());
        if size > held {
            return Err(JournalError::out_of_range(size, held));
        }
        parts::root(size, |level, index| self.node(level, index))
    }

    /// Where an entry within the size stands.
    fn place(&self, index: u64) -> Result<Place, JournalError> {
        let newest = self.read(|durable| durable.places.get(index));
        newest.map_or_else(|| self.pages.get(index), Ok).map_err(|error| cannot_read(index, &error))
    }

    /// Shows a checkpoint to readers, whose tiles are durable.
    fn show(&self, note: String, size: u64) {
        let mut durable = self.durable.write().unwrap_or_else(PoisonError::into_inner);
        durable.checkpoint = Some(note);
        tlog::forget_full(&mut durable.tree, size);
    }

    /// The index file holds so many places.
    fn wrote(&self, indexed: u64) {
        self.durable.write().unwrap_or_else(PoisonError::into_inner).places.forget(indexed);
    }

    /// Takes over batches that are on stable storage. So many places are in the index file, of those before.
    fn extend(&self, places: &[Place], runs: &[Run], indexed: u64) -> Result<(), truceline_evidence::Error> {
        let size = {
            let mut durable = self.durable.write().unwrap_or_else(PoisonError::into_inner);
            durable.places.forget(indexed);
            durable.places.extend(places);
            runs.iter().try_for_each(|run| durable.tree.extend(run))?;
            durable.tree.size()
        };
        let (lock, condition) = &self.grown;
        *lock.lock().unwrap_or_else(PoisonError::into_inner) = size;
        condition.notify_all();
        Ok(())
    }
}

fn cannot_read(index: u64, error: &io::Error) -> JournalError {
    JournalError::io(format!("cannot read entry {index}: {error}"))
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
        let size = self.size();
        if index >= size {
            return Err(JournalError::out_of_range(index, size));
        }
        let (place, leaf) = (self.shared.place(index)?, self.shared.stated_leaf(index)?);
        if place.length as usize > MAX_ENTRY_BYTES {
            return Err(JournalError::damaged(index, "the index gives it a length that no entry has"));
        }
        let mut bytes = vec![0; place.length as usize];
        self.shared.disk.read_exact_at(&mut bytes, place.offset).map_err(|error| cannot_read(index, &error))?;
        let found = leaf::of_entry(&self.salt(index), &bytes);
        // Where it differs from the leaf that is stated, the one that is checked decides.
        if found != leaf && found != self.shared.node(0, index)? {
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
        let size = self.size();
        let level = match tile.kind() {
            tlog::Kind::Hashes(level) if tile.tree_size() <= size => level,
            _ => return Err(JournalError::out_of_range(tile.tree_size() - 1, size)),
        };
        let mut bytes = Vec::with_capacity(tile.width() as usize * HASH_BYTES);
        for at in tile.first()..tile.first() + tile.width() {
            bytes.extend_from_slice(&self.shared.node(tlog::TILE_HEIGHT * u32::from(level), at)?.0);
        }
        Ok(bytes)
    }

    fn inclusion_proof(&self, index: u64, size: u64) -> Result<Vec<Hash>, JournalError> {
        if index >= size || size > self.size() {
            return Err(JournalError::out_of_range(index, size));
        }
        parts::inclusion_proof(index, size, |level, index| self.shared.node(level, index))
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
