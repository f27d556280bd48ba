//! Reading a journal when it is opened: every leaf is hashed into the tree, and what index and tiles hold as the journal has it
//! is not kept in memory. Where they lack something or differ, all from there on is kept, so that nothing rests on them.
use super::frame::{self, MAGIC, Place};
use super::index::{self, Chain, RECORD_BYTES, USED_FROM_ENTRIES};
use super::places::Places;
use super::records::Records;
use super::tiles::Stored;
use crate::disk::{Disk, Storage};
use std::io;
use std::path::Path;
use std::sync::Arc;
use truceline_evidence::leaf::{self, Salts};
use truceline_evidence::merkle::{Run, Tree, parts};
use truceline_evidence::tiles::{HASH_BYTES, LEVEL_MAX, TILE_HEIGHT, forget_full, hashes_on};
use truceline_model::hash::Hash;

/// Leaves that one thread hashes at once: some milliseconds.
const LEAVES: usize = 1 << 14;
/// The most threads that hash: past so many the reading is what takes the time.
const THREADS_MAX: usize = 16;

/// What a journal holds, and what of it index and tiles hold.
#[derive(Debug)]
pub(super) struct Load {
    pub(super) places: Places,
    pub(super) tree: Tree,
    pub(super) tiles: Stored,
    /// The index file, if there is one.
    pub(super) index: Option<Arc<dyn Disk>>,
    /// So many of its places are the journal's, from the first on.
    pub(super) indexed: u64,
    /// The end of the last whole frame.
    pub(super) end: u64,
    records: Records<RECORD_BYTES>,
    levels: Vec<Level>,
    /// Leaves that were not hashed yet.
    waiting: Vec<Hash>,
    threads: usize,
}

/// A level of tiles as it is compared.
#[derive(Debug)]
struct Level {
    stored: Records<HASH_BYTES>,
    /// So many hashes are the tree's, from the first on.
    fitting: u64,
}

impl Load {
    /// Of nothing yet, beside these files.
    pub(super) fn begin(storage: &dyn Storage, index_path: &Path, tiles_folder: &Path) -> Self {
        let index = storage.open(index_path, false).ok();
        let tiles = Stored::open(storage, tiles_folder);
        let levels = tiles.files().map(|file| Level { stored: Records::new(file, 0), fitting: 0 }).collect();
        Self {
            places: Places::default(),
            tree: Tree::new(),
            tiles,
            records: index::records(index.clone()),
            index,
            indexed: 0,
            end: MAGIC.len() as u64,
            levels,
            waiting: Vec::new(),
            threads: std::thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX),
        }
    }

    /// Takes the entries that index and leaves state: the whole frames but the last, which may have been cut. Nothing vouches
    /// for them before the root is compared with the signed one. Says whether they fit a file of `log_bytes`; where they do
    /// not, or are too few, begin anew.
    pub(super) fn take_stated(&mut self, log_bytes: u64) -> bool {
        let leaves = self.levels.first().map_or(0, |leaves| leaves.stored.count());
        let both = self.records.count().min(leaves);
        let count = index::before_last_frame(&mut self.records, both);
        if count < USED_FROM_ENTRIES as u64 {
            return false;
        }
        let mut chain = Chain::new(log_bytes);
        for at in 0..count {
            let place = self.records.get(at).map(index::from_bytes).filter(|place| chain.takes(*place));
            let leaf = self.levels.first_mut().and_then(|leaves| leaves.stored.get(at).map(|leaf| Hash(*leaf)));
            let (Some(place), Some(leaf)) = (place, leaf) else { return false };
            self.end = place.frame_end;
            // They are what index and tiles hold; the other levels are compared.
            self.indexed = at + 1;
            self.levels[0].fitting = at + 1;
            self.take(place, leaf);
        }
        chain.is_whole()
    }

    /// Reads all whole frames that follow. Gives those entries from index `held_back` on back instead of taking them.
    pub(super) fn scan(&mut self, file: &dyn Disk, salts: &Salts, held_back: u64) -> io::Result<Vec<(Place, Hash)>> {
        let (mut back, mut index) = (Vec::new(), self.places.end());
        self.end = frame::scan(file, self.end, |place, bytes| {
            let leaf = leaf::of_entry(&salts.of(index), bytes);
            if index < held_back {
                self.push(place, leaf);
            } else {
                back.push((place, leaf));
            }
            index += 1;
        })?;
        Ok(back)
    }

    /// Takes an entry of the journal's file.
    pub(super) fn push(&mut self, place: Place, leaf: Hash) {
        let at = self.places.end();
        if self.indexed == at && self.records.get(at).map(index::from_bytes) == Some(place) {
            self.indexed += 1;
        }
        self.take(place, leaf);
    }

    fn take(&mut self, place: Place, leaf: Hash) {
        self.places.extend(&[place]);
        self.places.forget(self.indexed);
        self.waiting.push(leaf);
        if self.waiting.len() == self.threads * LEAVES {
            self.hash();
        }
    }

    /// Hashes the leaves that wait: the most that a start from the index does, so all processors do. Then compares the tiles
    /// and forgets what they hold.
    pub(super) fn hash(&mut self) {
        let start = self.tree.size();
        let run = |(n, leaves): (usize, &[Hash])| Run::new(start + (n * LEAVES) as u64, leaves.to_vec());
        let runs: Vec<Run> = std::thread::scope(|scope| {
            let mut work = self.waiting.chunks(LEAVES).enumerate();
            let own = work.next();
            let others: Vec<_> = work.map(|work| (work, scope.spawn(move || run(work)))).collect();
            let own = own.map(run);
            // A thread that panicked has said so; what it should have hashed is hashed here.
            let others = others.into_iter().map(|(work, thread)| thread.join().unwrap_or_else(|_| run(work)));
            own.into_iter().chain(others).collect()
        });
        self.waiting.clear();
        for run in runs {
            // Each begins where the one before it ends.
            let extended = self.tree.extend(&run);
            debug_assert!(extended.is_ok());
        }
        let size = self.tree.size();
        let mut held = size;
        for (level, stored) in (0..=LEVEL_MAX).zip(&mut self.levels) {
            let (shift, due) = (TILE_HEIGHT * u32::from(level), hashes_on(level, size));
            let fits = |stored: &mut Level| {
                let node = self.tree.node(shift, stored.fitting);
                node.is_some() && stored.stored.get(stored.fitting).map(|hash| Hash(*hash)) == node
            };
            while stored.fitting < due && fits(stored) {
                stored.fitting += 1;
            }
            if stored.fitting < due {
                held = held.min(stored.fitting << shift);
            }
        }
        forget_full(&mut self.tree, held);
    }

    /// How many hashes of each level of tiles are the tree's.
    pub(super) fn fitting(&self) -> impl Iterator<Item = u64> {
        self.levels.iter().map(|level| level.fitting)
    }

    /// The root over the first `size` entries; none if there are not so many.
    pub(super) fn root_at(&self, size: u64) -> Option<Hash> {
        let held = |level, index| self.tree.node(level, index);
        let root = || parts::root(size, |level, index| self.tiles.node(level, index, &held)).ok();
        (size <= self.tree.size()).then(root).flatten()
    }
}
