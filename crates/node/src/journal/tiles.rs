//! The tiles of the journal as files beside it, one for each level, derived from it and made anew where they do not fit.
//!
//! ```text
//! tiles/0    the leaves, 32 bytes each: tile N is the bytes from 8192 N on
//! tiles/1    the hashes over 256 leaves each, and so on
//! ```
//! The tiles of a level follow each other in one file, for a file and its synchronisation for each tile is what makes a log of
//! many small files slow. A full tile never changes, and a partial one is the beginning of what follows: any width that was
//! ever published can be served. Entry bundles are made from the journal's own entries when they are asked for.
//!
//! They lag behind the journal by the same half second as the checkpoint, and are durable before a checkpoint over them is
//! shown. What a crash leaves at their end is compared with the tree at the next start and cut off where it differs.
mod stored;

use crate::disk::{Disk, Storage};
use std::io;
use std::path::Path;
use std::sync::Arc;
pub(super) use stored::Stored;
use truceline_evidence::merkle::Tree;
use truceline_evidence::tiles::{HASH_BYTES, LEVEL_MAX, TILE_HEIGHT, hashes_on};

/// The files of the levels, as they grow.
#[derive(Debug)]
pub(super) struct Tiles {
    levels: Vec<Level>,
}

#[derive(Debug)]
struct Level {
    file: Arc<dyn Disk>,
    /// How many hashes it holds.
    hashes: u64,
}

impl Tiles {
    /// Opens the files and cuts off what is not the tree's: so many hashes of each level are.
    pub(super) fn open(storage: &dyn Storage, folder: &Path, fitting: impl Iterator<Item = u64>) -> io::Result<Self> {
        storage.create_folder(folder)?;
        let mut levels = Vec::new();
        let mut made = false;
        for (level, hashes) in (0..=LEVEL_MAX).zip(fitting) {
            let path = folder.join(level.to_string());
            let file = match storage.open(&path, true) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    made = true;
                    storage.create(&path)?
                }
                opened => opened?,
            };
            if file.length()? != hashes * HASH_BYTES as u64 {
                file.truncate(hashes * HASH_BYTES as u64)?;
            }
            levels.push(Level { file, hashes });
        }
        if made {
            storage.sync_folder(folder)?;
            if let Some(store) = folder.parent() {
                storage.sync_folder(store)?;
            }
        }
        Ok(Self { levels })
    }

    /// The same files, to be read.
    pub(super) fn stored(&self) -> Stored {
        Stored::new(self.levels.iter().map(|level| Some(Arc::clone(&level.file))))
    }

    /// Whether a tree of `size` leaves has hashes that the files do not hold.
    pub(super) fn lack(&self, size: u64) -> bool {
        (0..=LEVEL_MAX).zip(&self.levels).any(|(level, held)| held.hashes < hashes_on(level, size))
    }

    /// What a tree of `size` leaves has and the files do not, level by level. At most `hashes_max` leaves.
    pub(super) fn missing(&self, tree: &Tree, size: u64, hashes_max: u64) -> Vec<Vec<u8>> {
        let size = size.min(self.levels.first().map_or(0, |leaves| leaves.hashes) + hashes_max);
        (0..=LEVEL_MAX)
            .zip(&self.levels)
            .map(|(level, held)| {
                let to = hashes_on(level, size).max(held.hashes);
                let hashes = tree.nodes(TILE_HEIGHT * u32::from(level), held.hashes, to).unwrap_or_default();
                let mut bytes = Vec::with_capacity(hashes.len() * HASH_BYTES);
                hashes.iter().for_each(|hash| bytes.extend_from_slice(&hash.0));
                bytes
            })
            .collect()
    }

    /// Appends what [`missing`](Self::missing) gave.
    pub(super) fn append(&mut self, missing: &[Vec<u8>]) -> io::Result<()> {
        for (level, bytes) in self.levels.iter_mut().zip(missing) {
            if !bytes.is_empty() {
                level.file.append(bytes)?;
                level.hashes += (bytes.len() / HASH_BYTES) as u64;
            }
        }
        Ok(())
    }

    /// Makes durable what was appended to the levels that `changed` says.
    pub(super) fn sync(&self, changed: &[bool]) -> io::Result<()> {
        self.levels
            .iter()
            .zip(changed)
            .filter(|(_, changed)| **changed)
            .try_for_each(|(level, _)| level.file.sync_data())
    }
}
