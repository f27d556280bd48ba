//! What the store needs of a file system, as two traits: the machine's, and in tests one that forgets and fails.
use std::any::Any;
use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, IoSlice, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

#[cfg(test)]
pub(crate) mod simulated;

/// A file that grows at its end. One thread at a time changes it; any number read.
///
/// # Durability
/// What was changed may be lost in a power cut, in parts and in any order, until [`Disk::sync_data`] has returned `Ok` after
/// it; then it may not. After an error of either nothing is known of what was changed since the last `Ok`.
pub(crate) trait Disk: fmt::Debug + Send + Sync {
    /// Writes bytes at the end.
    fn append(&self, bytes: &[u8]) -> io::Result<()>;
    /// Writes several parts at the end, one after the other, with one call where that can be.
    fn append_parts(&self, parts: &[&[u8]]) -> io::Result<()> {
        if let [part] = parts { self.append(part) } else { self.append(&parts.concat()) }
    }
    /// Writes bytes in the place of those that stand there; of a file that was opened in place.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Cuts off all behind `length`.
    fn truncate(&self, length: u64) -> io::Result<()>;
    /// Makes all that was changed durable, the length too.
    fn sync_data(&self) -> io::Result<()>;
    /// How many bytes it has.
    fn length(&self) -> io::Result<u64>;
    /// Reads bytes that were appended before.
    fn read_exact_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()>;
}

/// The file system.
///
/// # Durability
/// A name that was made or renamed may be lost in a power cut until [`Storage::sync_folder`] of its folder has returned.
pub(crate) trait Storage: fmt::Debug + Send + Sync {
    /// Makes a file, empty even if there was one.
    fn create(&self, path: &Path) -> io::Result<Arc<dyn Disk>>;
    /// Opens a file that exists, to read it and, if `write`, to change it.
    fn open(&self, path: &Path, write: bool) -> io::Result<Arc<dyn Disk>>;
    /// Opens a file that exists, to change bytes that stand in it.
    fn open_in_place(&self, path: &Path) -> io::Result<Arc<dyn Disk>>;
    /// All files of a folder.
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>>;
    /// Gives a file another name; what had that name is gone.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Makes a folder and those above it, if they do not exist.
    fn create_folder(&self, path: &Path) -> io::Result<()>;
    /// Makes the names in a folder durable.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
    /// Takes a lock against other processes; it is held as long as what is returned lives.
    fn lock(&self, path: &Path) -> io::Result<Box<dyn Any + Send>>;
}

/// Reads a file from its beginning to a length.
pub(crate) struct Reader<'a> {
    file: &'a dyn Disk,
    at: u64,
    length: u64,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(file: &'a dyn Disk, length: u64) -> Self {
        Self { file, at: 0, length }
    }
}

impl io::Read for Reader<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = (into.len() as u64).min(self.length - self.at) as usize;
        self.file.read_exact_at(&mut into[..count], self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

/// Everything in a file; none if there is no file.
pub(crate) fn read(storage: &dyn Storage, path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match storage.open(path, false) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut bytes = vec![0; usize::try_from(file.length()?).map_err(io::Error::other)?];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(Some(bytes))
}

/// Whether there is a file, or something in its place that cannot be opened.
pub(crate) fn exists(storage: &dyn Storage, path: &Path) -> bool {
    !matches!(storage.open(path, false), Err(error) if error.kind() == io::ErrorKind::NotFound)
}

/// Replaces a file as a whole: after a crash the old or the new one stands, never a part.
pub(crate) fn replace(storage: &dyn Storage, path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_all(storage, &[(path, bytes)])
}

/// Replaces files of one folder, each as a whole. Their names are made durable together.
pub(crate) fn replace_all(storage: &dyn Storage, files: &[(&Path, &[u8])]) -> io::Result<()> {
    for (path, bytes) in files {
        let file = storage.create(&path.with_extension("new"))?;
        file.append(bytes)?;
        file.sync_data()?;
    }
    for (path, _) in files {
        storage.rename(&path.with_extension("new"), path)?;
    }
    files.first().and_then(|(path, _)| path.parent()).map_or(Ok(()), |folder| storage.sync_folder(folder))
}

/// The machine's own file system.
#[derive(Debug)]
pub(crate) struct FileSystem;

impl Disk for File {
    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        let mut file = self;
        file.write_all(bytes)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }

    fn append_parts(&self, parts: &[&[u8]]) -> io::Result<()> {
        let mut file = self;
        let mut slices: Vec<IoSlice<'_>> = parts.iter().map(|part| IoSlice::new(part)).collect();
        let mut rest = &mut slices[..];
        while !rest.is_empty() {
            match file.write_vectored(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => IoSlice::advance_slices(&mut rest, written),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn sync_data(&self) -> io::Result<()> {
        Self::sync_data(self)
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_exact_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        FileExt::read_exact_at(self, bytes, offset)
    }
}

/// Whoever holds a lock holds it for a moment: so often, and so long in between, it is tried.
const LOCK_TRIES: u32 = 200;
const LOCK_WAIT: Duration = Duration::from_millis(10);

impl Storage for FileSystem {
    fn create(&self, path: &Path) -> io::Result<Arc<dyn Disk>> {
        // Truncated and then appended to: a handle of another process cannot write into the middle.
        drop(File::create(path)?);
        self.open(path, true)
    }

    fn open(&self, path: &Path, write: bool) -> io::Result<Arc<dyn Disk>> {
        Ok(Arc::new(OpenOptions::new().read(true).append(write).open(path)?))
    }

    fn open_in_place(&self, path: &Path) -> io::Result<Arc<dyn Disk>> {
        Ok(Arc::new(OpenOptions::new().read(true).write(true).open(path)?))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        fs::read_dir(folder)?.map(|item| Ok(item?.path())).collect()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn Any + Send>> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        for _ in 0..LOCK_TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(Box::new(file)),
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_WAIT),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Err(io::Error::other("another process holds its lock and does not let go"))
    }
}
