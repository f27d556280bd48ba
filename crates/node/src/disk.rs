//! What journal and payloads need of storage: bytes at the end of a file, made durable, and read again.
use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;

#[cfg(test)]
pub(crate) mod simulated;

/// A file that grows. One thread at a time appends; any number read.
///
/// # Durability
/// Appended bytes may be lost in a power cut until [`Disk::sync_data`] has returned `Ok` after them; then they may not.
/// After an error of either nothing is known of what was appended since the last `Ok`.
pub(crate) trait Disk: fmt::Debug + Send + Sync {
    /// Writes bytes at the end.
    fn append(&self, bytes: &[u8]) -> io::Result<()>;
    /// Makes all that was appended durable.
    fn sync_data(&self) -> io::Result<()>;
    /// Reads bytes that were appended before.
    fn read_exact_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()>;
}

impl Disk for File {
    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        let mut file = self;
        file.write_all(bytes)
    }

    fn sync_data(&self) -> io::Result<()> {
        Self::sync_data(self)
    }

    fn read_exact_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        FileExt::read_exact_at(self, bytes, offset)
    }
}
