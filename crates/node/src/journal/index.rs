//! An index beside the journal's file: where each entry stands, and its leaf. With it a start reads 52 bytes an entry
//! instead of the entries. It is not trusted: its leaves must give the root that the checkpoint signs, and it is made
//! anew from the journal where they do not.
//!
//! ```text
//! magic line, then for each entry
//! u64 LE  offset of its bytes     u32 LE  their length
//! u64 LE  the end of its frame    32 bytes  its leaf
//! ```
use super::frame::{MAGIC as LOG_MAGIC, Scan};
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::path::Path;
use truceline_model::hash::Hash;

const MAGIC: &[u8; 16] = b"truceline-idx-1\n";
const RECORD_BYTES: usize = 52;
/// A journal of fewer entries is read whole at every start, so that a changed byte is noticed then and not when it is
/// next looked at. Reading so many takes some tenths of a second.
pub(super) const USED_FROM_ENTRIES: usize = 100_000;
/// Read at once: enough to keep the disk busy.
const BUFFER_BYTES: usize = 1 << 20;

/// One entry of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Indexed {
    pub(super) offset: u64,
    pub(super) length: u32,
    pub(super) frame_end: u64,
    pub(super) leaf: Hash,
}

impl Indexed {
    fn to_bytes(self) -> [u8; RECORD_BYTES] {
        let mut bytes = [0; RECORD_BYTES];
        bytes[..8].copy_from_slice(&self.offset.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.length.to_le_bytes());
        bytes[12..20].copy_from_slice(&self.frame_end.to_le_bytes());
        bytes[20..].copy_from_slice(&self.leaf.0);
        bytes
    }

    fn from_bytes(bytes: &[u8; RECORD_BYTES]) -> Self {
        let (mut offset, mut length, mut frame_end, mut leaf) = ([0; 8], [0; 4], [0; 8], [0; 32]);
        offset.copy_from_slice(&bytes[..8]);
        length.copy_from_slice(&bytes[8..12]);
        frame_end.copy_from_slice(&bytes[12..20]);
        leaf.copy_from_slice(&bytes[20..]);
        Self {
            offset: u64::from_le_bytes(offset),
            length: u32::from_le_bytes(length),
            frame_end: u64::from_le_bytes(frame_end),
            leaf: Hash(leaf),
        }
    }
}

/// Reads the index of a journal's file of `log_bytes`: its whole frames but the last, which may have been cut. Gives
/// nothing where it does not fit the file.
pub(super) fn read(path: &Path, log_bytes: u64) -> Vec<Indexed> {
    let mut entries: Vec<Indexed> = read_all(path).unwrap_or_default();
    if let Some(last) = entries.last().map(|entry| entry.frame_end) {
        entries.truncate(entries.partition_point(|entry| entry.frame_end < last));
    }
    if entries.len() < USED_FROM_ENTRIES {
        return Vec::new();
    }
    let mut at = LOG_MAGIC.len() as u64;
    for entry in &entries {
        let end = entry.offset.saturating_add(u64::from(entry.length));
        if entry.offset < at || end > entry.frame_end || entry.frame_end > log_bytes {
            return Vec::new();
        }
        at = end;
    }
    entries
}

fn read_all(path: &Path) -> io::Result<Vec<Indexed>> {
    let file = File::open(path)?;
    let count = file.metadata()?.len() / RECORD_BYTES as u64;
    let mut reader = BufReader::with_capacity(BUFFER_BYTES, file);
    let mut magic = [0; MAGIC.len()];
    reader.read_exact(&mut magic)?;
    let mut entries = Vec::new();
    if &magic == MAGIC {
        entries.reserve(usize::try_from(count).unwrap_or(0));
        let mut record = [0; RECORD_BYTES];
        while reader.read_exact(&mut record).is_ok() {
            entries.push(Indexed::from_bytes(&record));
        }
    }
    Ok(entries)
}

/// The index as it grows. A failure to write it is no failure of the journal: it is made anew at the next start.
#[derive(Debug)]
pub(super) struct IndexFile(Option<File>);

impl IndexFile {
    /// Writes the index anew, whole.
    pub(super) fn create(path: &Path, scan: &Scan) -> Self {
        let write = || -> io::Result<File> {
            let mut file = File::create(path)?;
            file.write_all(MAGIC)?;
            let mut writer = io::BufWriter::with_capacity(BUFFER_BYTES, &file);
            for entry in &scan.entries {
                writer.write_all(&entry.to_bytes())?;
            }
            writer.flush()?;
            drop(writer);
            Ok(file)
        };
        Self(write().ok())
    }

    /// Goes on after the first `count` entries.
    pub(super) fn resume(path: &Path, count: usize) -> Option<Self> {
        let file = OpenOptions::new().append(true).open(path).ok()?;
        file.set_len((MAGIC.len() + count * RECORD_BYTES) as u64).ok()?;
        Some(Self(Some(file)))
    }

    pub(super) fn append(&mut self, entries: &[Indexed]) {
        let bytes: Vec<u8> = entries.iter().flat_map(|entry| entry.to_bytes()).collect();
        if self.0.as_mut().is_some_and(|file| file.write_all(&bytes).is_err()) {
            // A gap would shift all that follows; without the file the next start makes it anew.
            self.0 = None;
        }
    }
}
