//! Where entries stand in the journal's file: of the newest in memory, of all others in the index file, by pages.
use super::cache::Cache;
use super::frame::Place;
use super::index;
use crate::disk::Disk;
use std::io;
use std::sync::Arc;

/// Places of one page, as many as leaves of a tile: who reads in order needs one of each.
const PAGE: usize = 256;
/// Pages in the cache, 4 kB each.
const PAGES_HELD: usize = 64;

/// The places of the newest entries.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The index of the first, the first of a page.
    first: u64,
    newest: Vec<Place>,
}

impl Places {
    /// The index after the last one.
    pub(super) fn end(&self) -> u64 {
        self.first + self.newest.len() as u64
    }

    pub(super) fn extend(&mut self, places: &[Place]) {
        self.newest.extend_from_slice(places);
    }

    /// Those from an index on; none if some of them are no more held.
    pub(super) fn from(&self, index: u64) -> Option<&[Place]> {
        self.newest.get(usize::try_from(index.checked_sub(self.first)?).ok()?..)
    }

    pub(super) fn get(&self, index: u64) -> Option<Place> {
        self.from(index)?.first().copied()
    }

    /// Lets go of what the index file holds, which has so many: all its full pages.
    pub(super) fn forget(&mut self, indexed: u64) {
        let first = indexed.min(self.end()) / PAGE as u64 * PAGE as u64;
        if let Some(count) = first.checked_sub(self.first).filter(|count| *count > 0) {
            self.newest.drain(..count as usize);
            self.first = first;
            if self.newest.capacity() > 4 * self.newest.len().max(PAGE) {
                self.newest.shrink_to(2 * self.newest.len().max(PAGE));
            }
        }
    }
}

/// Full pages of the index file.
#[derive(Debug)]
pub(super) struct Pages {
    file: Option<Arc<dyn Disk>>,
    held: Cache<Vec<Place>>,
}

impl Pages {
    pub(super) fn new(file: Option<Arc<dyn Disk>>) -> Self {
        Self { file, held: Cache::new(PAGES_HELD) }
    }

    /// The place of an entry of a full page. Nobody vouches for it: who reads there compares what stands there with the leaf.
    pub(super) fn get(&self, at: u64) -> io::Result<Place> {
        let number = at / PAGE as u64;
        let read = |first, count| {
            let file = self.file.as_ref().ok_or(io::ErrorKind::NotFound)?;
            index::read_at(&**file, first, count)
        };
        let page = self.held.get_again(number, || read(number * PAGE as u64, PAGE))?;
        page.map_or_else(|| Ok(read(at, 1)?[0]), |page| Ok(page[(at % PAGE as u64) as usize]))
    }
}
