//! Payloads: the bytes of waveforms beside the journal, each under its SHA-256.
//!
//! Records are small, so they are kept in *packs*: files to which payloads are appended, one synchronisation for all that
//! wait together. A pack that is full gets an index and is never written again.
//!
//! ```text
//! payloads/00000001.pack    magic line, then for each payload: u32 LE length, 32 bytes SHA-256, bytes
//! payloads/00000001.index   magic line, then for each payload, ascending: 32 bytes SHA-256, u64 LE offset, u32 LE length
//! ```
//!
//! # Durability
//! When [`Payloads::put`] returns, the bytes are on stable storage, and so is the name of their pack. Nothing that was put
//! is ever cut off: what a crash left half written at the end of a pack was never acknowledged and stays where it is, in
//! a pack that is not written to any more.
//!
//! # Erasure
//! [`Payloads::erase`] is the one exception to what is never written again: zeros stand where a payload and its name stood,
//! and its pack's index no longer lists it. What the disk itself keeps of overwritten bytes (worn blocks of flash, copies of
//! a file system that never overwrites) is beyond this program.
//!
//! # Damage
//! [`Payloads::get`] gives what is stored; whoever uses it compares the hash. An index that is missing or does not fit is
//! made anew from its pack.
pub(crate) mod pack;

use crate::disk::{Disk, Storage};
use crate::error::NodeError;
use crate::failpoint;
use crate::journal::Mode;
use crate::store::{PAYLOADS_FOLDER, Store};
use pack::{Pack, Sealed};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use truceline_model::hash::Hash;
use truceline_model::record::MAX_PAYLOAD_BYTES;

/// A pack that is larger is full: its index is held in memory while it is written (250,000 records of 512 bytes take
/// 20 MB), and it is read whole after a crash (a tenth of a second).
pub const PACK_BYTES_MAX: u64 = 128 << 20;

/// The payloads of a store.
#[derive(Debug)]
pub struct Payloads {
    folder: PathBuf,
    storage: Arc<dyn Storage>,
    /// Full packs, the oldest first.
    sealed: RwLock<Vec<Arc<Sealed>>>,
    /// The pack that is written; none where the store was opened for reading.
    active: Mutex<Active>,
    /// Up to where packs are on stable storage: number and end. Held while synchronising.
    synced: Mutex<(u64, u64)>,
    /// The pack in which the last payload was found: they are read in the order in which they were written.
    hint: AtomicUsize,
}

#[derive(Debug)]
struct Active {
    pack: Option<Pack>,
    /// The number of the next pack.
    next: u64,
    /// Why nothing more is written.
    failed: Option<String>,
}

impl Payloads {
    /// Opens the payloads of a store. A pack that a crash left unfinished is sealed as far as it can be read.
    ///
    /// # Errors
    /// If storage fails.
    pub fn open(store: &Store, mode: Mode) -> Result<Self, NodeError> {
        let folder = store.file(PAYLOADS_FOLDER);
        let mut sealed = Vec::new();
        let storage = store.storage();
        for number in numbers(&*storage, &folder)? {
            let found = Sealed::open(&*storage, &folder, number, mode == Mode::Write);
            sealed.push(Arc::new(
                found.map_err(|error| NodeError::io(&pack::path(&folder, number), "read the payloads", &error))?,
            ));
        }
        let next = sealed.last().map_or(1, |last| last.number() + 1);
        Ok(Self {
            folder,
            storage,
            sealed: RwLock::new(sealed),
            active: Mutex::new(Active {
                pack: None,
                next,
                failed: (mode == Mode::Read).then(|| "the store was opened for reading".to_owned()),
            }),
            synced: Mutex::new((0, 0)),
            hint: AtomicUsize::new(0),
        })
    }

    /// Stores payloads under their SHA-256, and waits until they are on stable storage.
    ///
    /// # Errors
    /// If a payload is over its bound, or storage fails; then nothing more is taken until the store is opened again.
    pub fn put(&self, payloads: &[(Hash, &[u8])]) -> Result<(), NodeError> {
        if let Some((_, bytes)) = payloads.iter().find(|(_, bytes)| bytes.len() as u64 > MAX_PAYLOAD_BYTES) {
            let message = format!("a payload of {} bytes, at most {MAX_PAYLOAD_BYTES} are stored", bytes.len());
            return Err(NodeError::other(message));
        }
        let (number, end, file) = {
            let mut active = self.active.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(failed) = &active.failed {
                return Err(NodeError::other(format!("{}: {failed}", self.folder.display())));
            }
            let written = self.write(&mut active, payloads);
            self.or_fail(&mut active, "write the payloads", written)?
        };
        self.synchronise(number, end, &*file)
    }

    /// Appends to the active pack, or to a new one where it is full.
    fn write(&self, active: &mut Active, payloads: &[(Hash, &[u8])]) -> std::io::Result<(u64, u64, Arc<dyn Disk>)> {
        if active.pack.as_ref().is_some_and(|pack| pack.end() >= PACK_BYTES_MAX) {
            self.seal(active)?;
        }
        let pack = match &mut active.pack {
            Some(pack) => pack,
            none => {
                let pack = Pack::create(&self.folder, active.next, &*self.storage)?;
                active.next += 1;
                none.insert(pack)
            }
        };
        failpoint::pass("payload");
        pack.append(payloads)?;
        Ok((pack.number(), pack.end(), pack.file()))
    }

    /// Gives the active pack its index and begins no other yet.
    fn seal(&self, active: &mut Active) -> std::io::Result<()> {
        let Some(pack) = active.pack.take() else { return Ok(()) };
        pack.file().sync_data()?;
        let sealed = pack.seal(&self.folder, &*self.storage)?;
        self.sealed.write().unwrap_or_else(PoisonError::into_inner).push(Arc::new(sealed));
        Ok(())
    }

    /// One thread synchronises for all whose bytes are written; the others find it done.
    fn synchronise(&self, number: u64, end: u64, file: &dyn Disk) -> Result<(), NodeError> {
        let mut synced = self.synced.lock().unwrap_or_else(PoisonError::into_inner);
        if *synced >= (number, end) {
            return Ok(());
        }
        // What was written meanwhile is covered as well. A pack that was sealed meanwhile was synchronised then.
        let written = {
            let active = self.active.lock().unwrap_or_else(PoisonError::into_inner);
            active.pack.as_ref().filter(|pack| pack.number() == number).map_or(end, Pack::end)
        };
        failpoint::pass("payload_fsync");
        let done = file.sync_data();
        let mut active = self.active.lock().unwrap_or_else(PoisonError::into_inner);
        self.or_fail(&mut active, "synchronise the payloads", done)?;
        *synced = (*synced).max((number, written));
        Ok(())
    }

    /// After an error nothing is known of what the storage holds.
    fn or_fail<T>(&self, active: &mut Active, what: &str, result: std::io::Result<T>) -> Result<T, NodeError> {
        result.map_err(|error| {
            active.failed = Some(format!("storage failed before ({error}); open the store again"));
            NodeError::io(&self.folder, what, &error)
        })
    }

    /// Whether something is stored under a hash.
    #[must_use]
    pub fn holds(&self, sha256: Hash) -> bool {
        let active = self.active.lock().unwrap_or_else(PoisonError::into_inner);
        let sealed = self.sealed.read().unwrap_or_else(PoisonError::into_inner);
        active.pack.as_ref().is_some_and(|pack| pack.find(sha256).is_some())
            || sealed.iter().any(|pack| pack.holds(sha256))
    }

    /// Takes the bytes of a payload away, wherever they stand; returns when zeros are on stable storage in their place.
    /// Says in how many packs they stood. What a crash leaves of it can be done again.
    ///
    /// # Errors
    /// If storage fails, or the store was opened for reading.
    pub fn erase(&self, sha256: Hash) -> Result<usize, NodeError> {
        // Held to the end: nobody puts the same bytes meanwhile.
        let mut active = self.active.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(failed) = &active.failed {
            return Err(NodeError::other(format!("{}: {failed}", self.folder.display())));
        }
        let sealing = self.seal(&mut active);
        self.or_fail(&mut active, "seal the payloads", sealing)?;
        let packs = self.sealed.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut erased = 0;
        for (at, pack) in packs.iter().enumerate() {
            let left = pack.erase(&*self.storage, &self.folder, sha256);
            let left = left.map_err(|error| NodeError::io(&self.folder, "erase from the payloads", &error))?;
            if let Some(left) = left {
                // Packs are only added behind, and by whoever holds the lock above.
                self.sealed.write().unwrap_or_else(PoisonError::into_inner)[at] = Arc::new(left);
                erased += 1;
            }
        }
        Ok(erased)
    }

    /// The bytes that are stored under a hash; none if there are none or they cannot be read.
    #[must_use]
    pub fn get(&self, sha256: Hash) -> Option<Vec<u8>> {
        let sealed = self.sealed.read().unwrap_or_else(PoisonError::into_inner).clone();
        let hint = self.hint.load(Ordering::Relaxed).min(sealed.len());
        let near = sealed[hint..].iter().enumerate().take(2).map(|(ahead, pack)| (hint + ahead, pack));
        for (at, pack) in near {
            if let Some(bytes) = pack.get(sha256) {
                self.hint.store(at, Ordering::Relaxed);
                return Some(bytes);
            }
        }
        {
            let active = self.active.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(found) = active.pack.as_ref().and_then(|pack| pack.find(sha256)) {
                self.hint.store(sealed.len(), Ordering::Relaxed);
                let file = active.pack.as_ref().map(Pack::file)?;
                drop(active);
                return found.read(&*file);
            }
        }
        let found = sealed.iter().enumerate().rev().find_map(|(at, pack)| Some((at, pack.get(sha256)?)));
        let (at, bytes) = found?;
        self.hint.store(at, Ordering::Relaxed);
        Some(bytes)
    }
}

impl Drop for Payloads {
    fn drop(&mut self) {
        let mut active = self.active.lock().unwrap_or_else(PoisonError::into_inner);
        // Without it the next start reads the pack once more.
        let _ = self.seal(&mut active);
    }
}

/// The numbers of the packs of a folder, ascending.
pub(crate) fn numbers(storage: &dyn Storage, folder: &Path) -> Result<Vec<u64>, NodeError> {
    let items = match storage.list(folder) {
        Ok(items) => items,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(NodeError::io(folder, "read the folder", &error)),
    };
    let mut numbers: BTreeMap<u64, ()> = BTreeMap::new();
    for path in items {
        if path.extension().is_some_and(|extension| extension == pack::PACK)
            && let Some(number) = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok())
        {
            numbers.insert(number, ());
        }
    }
    Ok(numbers.into_keys().collect())
}

#[cfg(test)]
mod tests;
