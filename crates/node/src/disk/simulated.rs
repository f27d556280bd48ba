//! A file system in memory that forgets in a power cut what was not synchronised, and fails where it is told to. A killed
//! process keeps the page cache, so only such a disk shows whether somebody waits for the synchronisation.
//!
//! Names are as volatile as bytes: a file that was made or renamed is lost, or has its old name, until its folder was
//! synchronised. A [`Place`] is a call by its kind, its file and its number, so that threads that write other files do not
//! move it.
use super::{Disk, Storage};
use std::any::Any;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

/// What goes wrong at one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It fails (EIO), and what it should have kept is not kept.
    FailedNotPersisted,
    /// It fails (EIO), and what it should have kept is kept all the same.
    FailedPersisted,
    /// It fails (ENOSPC); of bytes the first half is written.
    NoSpace,
    /// The process is killed before it: what was written stays in the page cache and is durable later.
    Killed,
    /// The power fails in the middle of it: the first half of what it writes is durable, as is what was written before.
    Torn,
    /// The power fails before it: nothing that was not synchronised is left.
    PowerLost,
    /// The power fails before it: names and lengths are durable, of what was not synchronised the later half of the bytes;
    /// before them stands what stood there, or zeros.
    PagesLost,
}

impl Fault {
    pub(crate) const ALL: [Self; 7] = [
        Self::FailedNotPersisted,
        Self::FailedPersisted,
        Self::NoSpace,
        Self::Killed,
        Self::Torn,
        Self::PowerLost,
        Self::PagesLost,
    ];

    /// Whether the process ends with it.
    pub(crate) fn ends(self) -> bool {
        matches!(self, Self::Killed | Self::Torn | Self::PowerLost | Self::PagesLost)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Call {
    Create,
    Append,
    WriteAt,
    Truncate,
    Sync,
    Close,
    Rename,
    CreateFolder,
    SyncFolder,
}

/// A call: which kind, of the file or folder of this name, the how manieth.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) call: Call,
    pub(crate) name: String,
    pub(crate) nth: usize,
}

#[derive(Debug, Clone, Default)]
struct Content {
    durable: Vec<u8>,
    cached: Vec<u8>,
}

#[derive(Debug, Default)]
struct Memory {
    files: Vec<Content>,
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    calls: Vec<Place>,
    counts: BTreeMap<(Call, String), usize>,
    fault: Option<(Place, Fault)>,
    met: bool,
    /// The process has ended.
    ended: Option<Fault>,
}

/// The file system; clones are the same one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Simulated(Arc<Mutex<Memory>>);

impl Simulated {
    /// An empty one on which one call goes wrong.
    pub(crate) fn failing(fault: Option<(Place, Fault)>) -> Self {
        let simulated = Self::default();
        simulated.memory().fault = fault;
        simulated
    }

    /// From now on, counted from here, one call goes wrong.
    pub(crate) fn fail(&self, place: Place, fault: Fault) {
        let mut memory = self.memory();
        memory.counts.clear();
        memory.fault = Some((place, fault));
    }

    /// All calls so far.
    pub(crate) fn calls(&self) -> Vec<Place> {
        self.memory().calls.clone()
    }

    /// Whether the call that goes wrong was made.
    pub(crate) fn met(&self) -> bool {
        self.memory().met
    }

    /// The file system as whoever starts next finds it, after a power cut where `power` fails now.
    pub(crate) fn after(&self, power: bool) -> Self {
        let memory = self.memory();
        let fault = memory.ended.or(power.then_some(Fault::PowerLost));
        let keeps_names = !matches!(fault, Some(Fault::PowerLost));
        let names = if keeps_names { &memory.names } else { &memory.durable_names };
        let mut after = Memory::default();
        for (path, file) in names {
            let content = &memory.files[*file];
            let (durable, cached) = (&content.durable, &content.cached);
            let bytes = match fault {
                Some(Fault::PowerLost) => durable.clone(),
                Some(Fault::PagesLost) => {
                    let mut bytes = cached.clone();
                    let differs = |at: &usize| durable.get(*at) != cached.get(*at);
                    let begin = (0..cached.len()).find(differs).unwrap_or(cached.len());
                    let end = (begin..cached.len()).rfind(differs).map_or(begin, |last| last + 1);
                    let lost = begin..begin + (end - begin) / 2;
                    for (at, byte) in lost.clone().zip(&mut bytes[lost]) {
                        *byte = durable.get(at).copied().unwrap_or(0);
                    }
                    bytes
                }
                _ => cached.clone(),
            };
            after.names.insert(path.clone(), after.files.len());
            after.files.push(Content { durable: bytes.clone(), cached: bytes });
        }
        after.durable_names = after.names.clone();
        Self(Arc::new(Mutex::new(after)))
    }

    /// The cached bytes of a file; none if there is none.
    pub(crate) fn bytes(&self, path: &Path) -> Option<Vec<u8>> {
        let memory = self.memory();
        memory.names.get(path).map(|file| memory.files[*file].cached.clone())
    }

    /// All files, by path.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        self.memory().names.keys().cloned().collect()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap()
    }

    /// Makes a call: `does` is told whether to do half of it only.
    fn call<T>(&self, call: Call, path: &Path, does: impl Fn(&mut Memory, bool) -> io::Result<T>) -> io::Result<T> {
        let mut memory = self.memory();
        let ended = || io::Error::other("the process has ended");
        if memory.ended.is_some() {
            return Err(ended());
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let count = memory.counts.entry((call, name.clone())).or_default();
        let place = Place { call, name, nth: *count };
        *count += 1;
        memory.calls.push(place.clone());
        let Some((_, fault)) = memory.fault.clone().filter(|(at, _)| *at == place) else {
            return does(&mut memory, false);
        };
        memory.met = true;
        memory.ended = fault.ends().then_some(fault);
        match fault {
            Fault::FailedNotPersisted => Err(io::Error::other("the disk is not well")),
            Fault::FailedPersisted => does(&mut memory, false).and(Err(io::Error::other("the disk is not well"))),
            Fault::NoSpace => does(&mut memory, true).and(Err(io::ErrorKind::StorageFull.into())),
            Fault::Torn => does(&mut memory, true).and(Err(ended())),
            Fault::Killed | Fault::PowerLost | Fault::PagesLost => Err(ended()),
        }
    }
}

/// An open file.
#[derive(Debug)]
struct Handle {
    on: Simulated,
    file: usize,
    path: PathBuf,
}

impl Storage for Simulated {
    fn create(&self, path: &Path) -> io::Result<Arc<dyn Disk>> {
        let file = self.call(Call::Create, path, |memory, half| {
            if half {
                return Ok(0);
            }
            memory.files.push(Content::default());
            memory.names.insert(path.to_owned(), memory.files.len() - 1);
            Ok(memory.files.len() - 1)
        })?;
        Ok(Arc::new(Handle { on: self.clone(), file, path: path.to_owned() }))
    }

    fn open(&self, path: &Path, _write: bool) -> io::Result<Arc<dyn Disk>> {
        let file = *self.memory().names.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Arc::new(Handle { on: self.clone(), file, path: path.to_owned() }))
    }

    fn open_in_place(&self, path: &Path) -> io::Result<Arc<dyn Disk>> {
        self.open(path, true)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        Ok(self.paths().into_iter().filter(|path| path.parent() == Some(folder)).collect())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call(Call::Rename, to, |memory, half| {
            if !half {
                let file = memory.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
                memory.names.insert(to.to_owned(), file);
            }
            Ok(())
        })
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.call(Call::CreateFolder, path, |_, _| Ok(()))
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.call(Call::SyncFolder, path, |memory, half| {
            if !half {
                memory.durable_names.retain(|name, _| name.parent() != Some(path));
                let names = memory.names.iter().filter(|(name, _)| name.parent() == Some(path));
                let names: Vec<_> = names.map(|(name, file)| (name.clone(), *file)).collect();
                memory.durable_names.extend(names);
            }
            Ok(())
        })
    }

    fn lock(&self, _path: &Path) -> io::Result<Box<dyn Any + Send>> {
        Ok(Box::new(()))
    }
}

impl Disk for Handle {
    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        self.on.call(Call::Append, &self.path, |memory, half| {
            let bytes = if half { &bytes[..bytes.len() / 2] } else { bytes };
            memory.files[self.file].cached.extend_from_slice(bytes);
            Ok(())
        })
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.on.call(Call::WriteAt, &self.path, |memory, half| {
            let bytes = if half { &bytes[..bytes.len() / 2] } else { bytes };
            let at = usize::try_from(offset).unwrap();
            memory.files[self.file].cached[at..at + bytes.len()].copy_from_slice(bytes);
            Ok(())
        })
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.on.call(Call::Truncate, &self.path, |memory, half| {
            if !half {
                memory.files[self.file].cached.truncate(usize::try_from(length).unwrap());
            }
            Ok(())
        })
    }

    fn sync_data(&self) -> io::Result<()> {
        self.on.call(Call::Sync, &self.path, |memory, half| {
            let content = &mut memory.files[self.file];
            if half {
                let begin = content.durable.len().min(content.cached.len());
                let middle = begin + (content.cached.len() - begin) / 2;
                content.durable = content.cached[..middle].to_vec();
            } else {
                content.durable.clone_from(&content.cached);
            }
            Ok(())
        })
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.on.memory().files[self.file].cached.len() as u64)
    }

    fn read_exact_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        let memory = self.on.memory();
        let at = usize::try_from(offset).unwrap();
        let found = memory.files[self.file].cached.get(at..at + bytes.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        bytes.copy_from_slice(found);
        Ok(())
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // An error of a close reaches nobody; what matters is what the end of the process at it leaves.
        let _ = self.on.call(Call::Close, &self.path, |_, _| Ok(()));
    }
}
