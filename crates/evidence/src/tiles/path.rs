//! What a log's tiles say of its beginning.
use super::{HASH_BYTES, Kind, TILE_HEIGHT, TILE_WIDTH, Tile, hashes_on, read_hashes};
use crate::merkle::{node_hash, parts};
use std::collections::BTreeMap;
use truceline_model::hash::Hash;

/// The path from the first `old` of `new` leaves, as [`roots_of_path`](crate::merkle::roots_of_path) reads it, from the tiles
/// of the tree of `new` leaves; none where one of them is not to be had or has another length. It takes two tiles for each
/// level of tiles at most. Nothing is verified: the path is as good as the root to which it leads.
///
/// `fetch` gives the bytes of a tile and is asked once for each.
pub fn path(old: u64, new: u64, fetch: impl FnMut(&Tile) -> Option<Vec<u8>>) -> Option<Vec<Hash>> {
    if old == 0 || old >= new {
        return None;
    }
    let mut tiles = Tiles { size: new, fetch, held: BTreeMap::new() };
    parts::subproof(old, new, false, |level, index| tiles.node(level, index).ok_or(())).ok()
}

struct Tiles<F> {
    size: u64,
    fetch: F,
    held: BTreeMap<Tile, Option<Vec<Hash>>>,
}

impl<F: FnMut(&Tile) -> Option<Vec<u8>>> Tiles<F> {
    /// The hash over the full subtree of `2^level` leaves from `index << level`.
    fn node(&mut self, level: u32, index: u64) -> Option<Hash> {
        let (tile_level, above) = (u8::try_from(level / TILE_HEIGHT).ok()?, level % TILE_HEIGHT);
        let first = index << above;
        let number = first / TILE_WIDTH;
        let width = hashes_on(tile_level, self.size).checked_sub(number * TILE_WIDTH)?.min(TILE_WIDTH);
        let tile = Tile::new(Kind::Hashes(tile_level), number, width).ok()?;
        let fetch = &mut self.fetch;
        let read = || {
            let bytes = fetch(&tile).filter(|bytes| bytes.len() <= TILE_WIDTH as usize * HASH_BYTES)?;
            read_hashes(&bytes, width).ok()
        };
        let hashes = self.held.entry(tile).or_insert_with(read).as_ref()?;
        let at = usize::try_from(first % TILE_WIDTH).ok()?;
        let mut row: Vec<Hash> = hashes.get(at..at + (1 << above))?.to_vec();
        while row.len() > 1 {
            row = row.chunks(2).filter_map(|pair| Some(node_hash(*pair.first()?, *pair.get(1)?))).collect();
        }
        row.first().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle::{Tree, roots_of_path};

    fn tree(size: u64) -> Tree {
        let mut tree = Tree::new();
        for index in 0..size {
            tree.append(Hash::of(&index.to_be_bytes()));
        }
        tree
    }

    /// Every beginning of small trees, and beginnings of a tree of three levels of tiles.
    #[test]
    fn paths_from_tiles_lead_to_both_roots() {
        let all = tree(70_000);
        let mut pairs: Vec<(u64, u64)> = (2..80).flat_map(|new| (1..new).map(move |old| (old, new))).collect();
        for new in [255, 256, 257, 511, 513, 65_535, 65_536, 65_537, 70_000] {
            let sizes = [1, 2, 128, 255, 256, 300, 512, 65_536, new / 2, new - 1];
            pairs.extend(sizes.into_iter().filter(|old| *old < new).map(|old| (old, new)));
        }
        for (old, new) in pairs {
            let mut fetched = 0;
            let path = path(old, new, |tile| {
                fetched += 1;
                tile.hashes(&all)
            });
            let roots = roots_of_path(old, new, &path.unwrap()).unwrap();
            assert_eq!(roots, (all.root_at(old).unwrap(), all.root_at(new).unwrap()), "{old} of {new}");
            assert!(fetched <= 6, "{old} of {new}: {fetched} tiles");
        }
    }

    #[test]
    fn what_is_not_to_be_had_gives_none() {
        let all = tree(600);
        for lost in ["tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2"] {
            let found = path(300, 600, |tile| (tile.to_string() != lost).then(|| tile.hashes(&all)).flatten());
            assert!(found.is_none(), "{lost}");
        }
        assert!(path(300, 600, |_| None).is_none());
        assert!(path(300, 600, |tile| tile.hashes(&all).map(|bytes| bytes[1..].to_vec())).is_none());
        assert!(path(0, 600, |tile| tile.hashes(&all)).is_none() && path(600, 600, |tile| tile.hashes(&all)).is_none());
    }
}
