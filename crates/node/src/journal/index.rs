//! An index beside the journal's file: where each entry stands. With it and the leaves among the tiles a start reads 52 bytes
//! an entry instead of the entries. It is not trusted: the leaves must give the root that the checkpoint signs, and an entry's
//! bytes its leaf; it is made anew from the journal where it does not fit.
//!
//! ```text
//! magic line, then for each entry
//! u64 LE  offset of its bytes     u32 LE  their length     u64 LE  the end of its frame
//! ```
use super::frame::{HEAD_BYTES, MAGIC as LOG_MAGIC, Place};
use super::records::Records;
use crate::disk::{Disk, Storage};
use std::io;
use std::path::Path;
use std::sync::Arc;

const MAGIC: &[u8; 16] = b"truceline-idx-2\n";
pub(crate) const RECORD_BYTES: usize = 20;
/// Where the first record begins.
const BEGIN: u64 = MAGIC.len() as u64;
/// A journal of fewer entries is read whole at every start, so that a changed byte is noticed then and not when it is
/// next looked at. Reading so many takes some tenths of a second.
pub(super) const USED_FROM_ENTRIES: usize = 100_000;
/// Written at once: a megabyte.
const RECORDS_AT_ONCE: usize = (1 << 20) / RECORD_BYTES;

fn to_bytes(place: Place) -> [u8; RECORD_BYTES] {
    let mut bytes = [0; RECORD_BYTES];
    bytes[..8].copy_from_slice(&place.offset.to_le_bytes());
    bytes[8..12].copy_from_slice(&place.length.to_le_bytes());
    bytes[12..].copy_from_slice(&place.frame_end.to_le_bytes());
    bytes
}

pub(super) fn from_bytes(bytes: &[u8; RECORD_BYTES]) -> Place {
    let (mut offset, mut length, mut frame_end) = ([0; 8], [0; 4], [0; 8]);
    offset.copy_from_slice(&bytes[..8]);
    length.copy_from_slice(&bytes[8..12]);
    frame_end.copy_from_slice(&bytes[12..]);
    Place {
        offset: u64::from_le_bytes(offset),
        length: u32::from_le_bytes(length),
        frame_end: u64::from_le_bytes(frame_end),
    }
}

/// The places that an index file states, as they stand; none if it is none.
pub(crate) fn stated(bytes: &[u8]) -> Option<Vec<Place>> {
    Some(bytes.strip_prefix(MAGIC)?.as_chunks::<RECORD_BYTES>().0.iter().map(from_bytes).collect())
}

/// Reads places from an index file, from entry `first` on.
pub(super) fn read_at(file: &dyn Disk, first: u64, count: usize) -> io::Result<Vec<Place>> {
    let mut bytes = vec![0; count * RECORD_BYTES];
    file.read_exact_at(&mut bytes, BEGIN + first * RECORD_BYTES as u64)?;
    Ok(bytes.as_chunks().0.iter().map(from_bytes).collect())
}

/// The records of an index file, to be read in order; none if it is no index.
pub(super) fn records(file: Option<Arc<dyn Disk>>) -> Records<RECORD_BYTES> {
    let is_index = |file: &Arc<dyn Disk>| {
        let mut magic = [0; MAGIC.len()];
        file.read_exact_at(&mut magic, 0).is_ok() && &magic == MAGIC
    };
    Records::new(file.filter(is_index), BEGIN)
}

/// How many of the first `count` records stand before the frame of the last of them, which may have been cut.
pub(super) fn before_last_frame(records: &mut Records<RECORD_BYTES>, count: u64) -> u64 {
    let mut frame_end = |at: u64| records.get(at).map_or(u64::MAX, |record| from_bytes(record).frame_end);
    let Some(last) = count.checked_sub(1).map(&mut frame_end) else { return 0 };
    let (mut from, mut to) = (0, count);
    while from < to {
        let middle = from + (to - from) / 2;
        if frame_end(middle) < last { from = middle + 1 } else { to = middle }
    }
    from
}

/// Whether places follow each other as frames have it. So any single number that is wrong is found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain {
    log_bytes: u64,
    /// The end of the entry before, and of its frame.
    end: u64,
    frame_end: u64,
}

impl Chain {
    /// From the beginning of a journal's file of so many bytes.
    pub(super) fn new(log_bytes: u64) -> Self {
        let begin = LOG_MAGIC.len() as u64;
        Self { log_bytes, end: begin, frame_end: begin }
    }

    /// Takes the next place; says whether it follows.
    pub(super) fn takes(&mut self, place: Place) -> bool {
        const LENGTH_BYTES: u64 = 4;
        if self.is_whole() {
            self.end += HEAD_BYTES as u64;
            self.frame_end = place.frame_end;
        }
        let entry_end = place.offset.saturating_add(u64::from(place.length));
        let begins = place.offset == self.end + LENGTH_BYTES;
        self.end = entry_end;
        begins && place.frame_end == self.frame_end && entry_end <= self.frame_end && self.frame_end <= self.log_bytes
    }

    /// Whether the last frame's entries are all taken.
    pub(super) fn is_whole(&self) -> bool {
        self.end == self.frame_end
    }
}

/// The first of the places that does not follow the one before it; none if all do.
pub(crate) fn fits(places: impl IntoIterator<Item = Place>, log_bytes: u64) -> Option<usize> {
    let (mut chain, mut count) = (Chain::new(log_bytes), 0_usize);
    for place in places {
        if !chain.takes(place) {
            return Some(count);
        }
        count += 1;
    }
    (!chain.is_whole()).then_some(count.saturating_sub(1))
}

/// The index as it grows. A failure to write it is no failure of the journal: the places that it lacks stay in memory, and it
/// is made anew at the next start.
#[derive(Debug)]
pub(super) struct IndexFile {
    file: Option<Arc<dyn Disk>>,
    /// How many places it holds.
    count: u64,
}

impl IndexFile {
    /// Opens it to go on after the first `count` entries, which are the journal's; makes it anew where there are none.
    pub(super) fn open(storage: &dyn Storage, path: &Path, count: u64) -> Self {
        let resume = || {
            let file = storage.open(path, true)?;
            let length = BEGIN + count * RECORD_BYTES as u64;
            if file.length()? != length {
                file.truncate(length)?;
            }
            Ok::<_, io::Error>(file)
        };
        let create = || {
            let file = storage.create(path)?;
            file.append(MAGIC)?;
            Ok::<_, io::Error>(file)
        };
        Self { file: if count > 0 { resume() } else { create() }.ok(), count }
    }

    /// The file, where it can be written.
    pub(super) fn file(&self) -> Option<Arc<dyn Disk>> {
        self.file.clone()
    }

    /// How many places it holds.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn append(&mut self, places: &[Place]) {
        for places in places.chunks(RECORDS_AT_ONCE) {
            let bytes: Vec<u8> = places.iter().flat_map(|place| to_bytes(*place)).collect();
            match self.file.as_ref().map(|file| file.append(&bytes)) {
                Some(Ok(())) => self.count += places.len() as u64,
                // A gap would shift all that follows.
                _ => self.file = None,
            }
        }
    }
}
