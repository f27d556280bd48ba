//! The tree's older hashes, read from the tiles. They are not trusted: a full tile is taken if it leads to the hash over it,
//! which stands in memory or in a tile of the next level that is checked in the same way. So what a reader is given follows
//! from the hashes in memory, whatever became of the files.
//!
//! That takes 255 hashes a tile, too many for whoever reads one entry here and one there. An entry is compared with the leaf as
//! it is stated; only where it differs is the tile checked, to tell which of them is wrong. Both could be changed together only
//! by who has the salts' secret, and the next start would find it by the root.
use crate::disk::{Disk, Storage};
use crate::journal::cache::Cache;
use std::io;
use std::path::Path;
use std::sync::Arc;
use truceline_evidence::tiles::{Full, HASH_BYTES, LEVEL_MAX, TILE_HEIGHT, TILE_WIDTH};
use truceline_model::hash::Hash;

/// Tiles in the cache for each of their levels, 16 kB each: those of the leaves serve some readers at once, those of the next
/// cover four million entries. A journal of 10^9 entries has tiles of three levels: 3 MB, and half a one of stated leaves.
const TILES_HELD: usize = 64;

/// The files of the levels, as they are read.
#[derive(Debug)]
pub(crate) struct Stored {
    levels: Vec<Level>,
    /// Leaves as they are stated, tile by tile.
    stated: Cache<Vec<Hash>>,
}

#[derive(Debug)]
struct Level {
    file: Option<Arc<dyn Disk>>,
    full: Cache<Full>,
}

impl Stored {
    /// Those of a folder; what is not there or cannot be opened is as good as empty.
    pub(crate) fn open(storage: &dyn Storage, folder: &Path) -> Self {
        Self::new((0..=LEVEL_MAX).map(|level| storage.open(&folder.join(level.to_string()), false).ok()))
    }

    pub(super) fn new(files: impl Iterator<Item = Option<Arc<dyn Disk>>>) -> Self {
        let levels = files.map(|file| Level { file, full: Cache::new(TILES_HELD) }).collect();
        Self { levels, stated: Cache::new(TILES_HELD) }
    }

    /// The file of each level.
    pub(crate) fn files(&self) -> impl Iterator<Item = Option<Arc<dyn Disk>>> {
        self.levels.iter().map(|level| level.file.clone())
    }

    /// The leaf of an entry in a full tile, as it is stated.
    ///
    /// # Errors
    /// If the tile cannot be read.
    pub(crate) fn stated_leaf(&self, index: u64) -> io::Result<Hash> {
        let number = index / TILE_WIDTH;
        let file = self.levels.first().and_then(|leaves| leaves.file.as_deref());
        let tile = self.stated.get_again(number, || read(file, number * TILE_WIDTH, TILE_WIDTH))?;
        tile.map_or_else(|| Ok(read(file, index, 1)?[0]), |tile| Ok(tile[(index % TILE_WIDTH) as usize]))
    }

    /// The hash over the full subtree of `2^level` leaves from `index << level`: from memory, where `held` has it, or a tile.
    ///
    /// # Errors
    /// If the tile cannot be read or is not the tree's.
    pub(crate) fn node(&self, level: u32, index: u64, held: &dyn Fn(u32, u64) -> Option<Hash>) -> io::Result<Hash> {
        if let Some(hash) = held(level, index) {
            return Ok(hash);
        }
        let (tile_level, height) = (level / TILE_HEIGHT, level % TILE_HEIGHT);
        let number = index >> (TILE_HEIGHT - height);
        let beyond = || io::Error::other(format!("there is no node {index} of level {level}"));
        let of_level = self.levels.get(tile_level as usize).ok_or_else(beyond)?;
        let full = of_level.full.get(number, || {
            let hashes = read(of_level.file.as_deref(), number * TILE_WIDTH, TILE_WIDTH)?;
            let full = Full::new(&hashes).ok_or(io::ErrorKind::UnexpectedEof)?;
            if full.root() != self.node(TILE_HEIGHT * (tile_level + 1), number, held)? {
                let what = format!(
                    "tile {number} of tiles/{tile_level} does not lead to the hash over it; the next start makes it anew"
                );
                return Err(io::Error::new(io::ErrorKind::InvalidData, what));
            }
            Ok(full)
        })?;
        full.node(height, index % (TILE_WIDTH >> height)).ok_or_else(beyond)
    }
}

/// So many hashes of a level, from the `first` on.
fn read(file: Option<&dyn Disk>, first: u64, count: u64) -> io::Result<Vec<Hash>> {
    let mut bytes = vec![0; count as usize * HASH_BYTES];
    file.ok_or(io::ErrorKind::NotFound)?.read_exact_at(&mut bytes, first * HASH_BYTES as u64)?;
    Ok(bytes.as_chunks::<HASH_BYTES>().0.iter().map(|hash| Hash(*hash)).collect())
}
