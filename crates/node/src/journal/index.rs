//! An index beside the journal's file: where each entry stands. With it and the leaves among the tiles a start reads 52 bytes
//! an entry instead of the entries. It is not trusted: the leaves must give the root that the checkpoint signs, and an entry's
//! bytes its leaf; it is made anew from the journal where it does not fit.
//!
//! ```text
//! magic line, then for each entry
//! u64 LE  offset of its bytes     u32 LE  their length     u64 LE  the end of its frame
//! ```
use super::frame::{HEAD_BYTES, Indexed, MAGIC as LOG_MAGIC, Place};
use crate::disk::{self, Disk, Storage};
use std::io;
use std::path::Path;
use std::sync::Arc;
use truceline_model::hash::Hash;

const MAGIC: &[u8; 16] = b"truceline-idx-2\n";
pub(crate) const RECORD_BYTES: usize = 20;
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

fn from_bytes(bytes: &[u8; RECORD_BYTES]) -> Place {
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

/// Reads the index of a journal's file of `log_bytes`, with the stored `leaves`: its whole frames but the last, which may
/// have been cut. Gives nothing where it does not fit the file.
pub(super) fn read(storage: &dyn Storage, path: &Path, leaves: &[Hash], log_bytes: u64) -> Vec<Indexed> {
    let bytes = disk::read(storage, path).ok().flatten().unwrap_or_default();
    let places = stated(&bytes).unwrap_or_default();
    let mut entries: Vec<Indexed> =
        places.into_iter().zip(leaves).map(|(place, leaf)| Indexed { place, leaf: *leaf }).collect();
    if let Some(last) = entries.last().map(|entry| entry.place.frame_end) {
        entries.truncate(entries.partition_point(|entry| entry.place.frame_end < last));
    }
    if entries.len() < USED_FROM_ENTRIES {
        return Vec::new();
    }
    if fits(entries.iter().map(|entry| entry.place), log_bytes).is_some() { Vec::new() } else { entries }
}

/// The first of the places that does not follow the one before it as frames have it; none if all do. So any single number
/// that is wrong is found.
pub(crate) fn fits(places: impl IntoIterator<Item = Place>, log_bytes: u64) -> Option<usize> {
    const LENGTH_BYTES: u64 = 4;
    let begin = LOG_MAGIC.len() as u64;
    // The end of the entry before, and of its frame.
    let (mut end, mut frame_end, mut count) = (begin, begin, 0);
    for (at, place) in places.into_iter().enumerate() {
        if end == frame_end {
            end += HEAD_BYTES as u64;
            frame_end = place.frame_end;
        }
        let entry_end = place.offset.saturating_add(u64::from(place.length));
        if place.offset != end + LENGTH_BYTES
            || place.frame_end != frame_end
            || entry_end > frame_end
            || frame_end > log_bytes
        {
            return Some(at);
        }
        end = entry_end;
        count = at + 1;
    }
    (end != frame_end).then_some(count.saturating_sub(1))
}

/// The index as it grows. A failure to write it is no failure of the journal: it is made anew at the next start.
#[derive(Debug)]
pub(super) struct IndexFile(Option<Arc<dyn Disk>>);

impl IndexFile {
    /// Opens it to go on after the first `count` entries; makes it anew where that cannot be.
    pub(super) fn open(storage: &dyn Storage, path: &Path, count: usize) -> (Self, usize) {
        let resume = || {
            let file = storage.open(path, true)?;
            file.truncate((MAGIC.len() + count * RECORD_BYTES) as u64)?;
            Ok::<_, io::Error>(file)
        };
        if count > 0
            && let Ok(file) = resume()
        {
            return (Self(Some(file)), count);
        }
        let create = || {
            let file = storage.create(path)?;
            file.append(MAGIC)?;
            Ok::<_, io::Error>(file)
        };
        (Self(create().ok()), 0)
    }

    pub(super) fn append(&mut self, places: &[Place]) {
        for places in places.chunks(RECORDS_AT_ONCE) {
            let bytes: Vec<u8> = places.iter().flat_map(|place| to_bytes(*place)).collect();
            if self.0.as_ref().is_some_and(|file| file.append(&bytes).is_err()) {
                // A gap would shift all that follows; without the file the next start makes it anew.
                self.0 = None;
            }
        }
    }
}
