//! Full tiles in the place of a tree's own hashes: what a full tile holds need not be in memory.
use super::{LEVEL_MAX, TILE_HEIGHT, TILE_WIDTH};
use crate::merkle::{Tree, node_hash};
use truceline_model::hash::Hash;

/// Has a tree let go of the hashes that stand in tiles or within them, which are full in the tree of the first `size` leaves.
/// What it keeps are those of each level's last, partial tile and all after them: from these, whatever a full tile holds can be
/// checked.
pub fn forget_full(tree: &mut Tree, size: u64) {
    for level in 0..=u32::from(LEVEL_MAX) {
        let full = size.checked_shr(TILE_HEIGHT * (level + 1)).unwrap_or(0);
        (0..TILE_HEIGHT).for_each(|within| tree.forget(TILE_HEIGHT * level + within, full << (TILE_HEIGHT - within)));
    }
}

/// A full tile with all hashes between it and its root.
#[derive(Debug, Clone)]
pub struct Full {
    /// Row after row, from the tile's 256 hashes to its root.
    rows: Vec<Hash>,
}

impl Full {
    /// Of a full tile's hashes; none if they are not [`TILE_WIDTH`].
    #[must_use]
    pub fn new(hashes: &[Hash]) -> Option<Self> {
        let mut rows = Vec::with_capacity(2 * TILE_WIDTH as usize - 1);
        rows.extend_from_slice(
            hashes.first_chunk::<{ TILE_WIDTH as usize }>().filter(|all| all.len() == hashes.len())?,
        );
        for at in 0..TILE_WIDTH as usize - 1 {
            rows.push(node_hash(rows[2 * at], rows[2 * at + 1]));
        }
        Some(Self { rows })
    }

    /// The hash over `2^height` of its hashes from the `at << height`th on.
    #[must_use]
    pub fn node(&self, height: u32, at: u64) -> Option<Hash> {
        let row = TILE_WIDTH.checked_shr(height).filter(|row| at < *row)?;
        self.rows.get(usize::try_from(2 * (TILE_WIDTH - row) + at).ok()?).copied()
    }

    /// The hash over all of it, which stands in a tile of the next level.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.rows[self.rows.len() - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::super::{HASH_BYTES, Kind, Tile};
    use super::*;
    use crate::merkle::{Run, parts};

    fn leaf(index: u64) -> Hash {
        Hash::of(&index.to_be_bytes())
    }

    /// The hash over a subtree, from a tree or else from the full tile, whose root is looked for in the same way.
    fn node(level: u32, index: u64, held: &Tree, all: &Tree) -> Hash {
        held.node(level, index).unwrap_or_else(|| {
            let (tile_level, height) = (level / TILE_HEIGHT, level % TILE_HEIGHT);
            let number = (index << height) / TILE_WIDTH;
            let tile = Tile::new(Kind::Hashes(tile_level as u8), number, TILE_WIDTH).unwrap();
            let hashes: Vec<Hash> =
                tile.hashes(all).unwrap().as_chunks::<HASH_BYTES>().0.iter().map(|hash| Hash(*hash)).collect();
            let full = Full::new(&hashes).unwrap();
            assert_eq!(full.root(), node(TILE_HEIGHT * (tile_level + 1), number, held, all));
            full.node(height, index % (TILE_WIDTH >> height)).unwrap()
        })
    }

    /// A tree that forgets as it grows is, with the full tiles, the tree that does not.
    #[test]
    fn what_is_forgotten_stands_in_full_tiles() {
        let (mut all, mut held) = (Tree::new(), Tree::new());
        for (step, count) in [1, 254, 1, 1, 300, 64_979, 1, 700, 5_000, 65_536, 3].into_iter().enumerate() {
            let start = all.size();
            let run = Run::new(start, (start..start + count).map(leaf).collect());
            all.extend(&run).unwrap();
            if count < 1_000 {
                (start..start + count).for_each(|index| assert_eq!(held.append(leaf(index)), index));
            } else {
                held.extend(&run).unwrap();
            }
            // Now all of it, now what stood before.
            forget_full(&mut held, if step % 2 == 0 { start + count } else { start });
            assert_eq!((held.size(), held.root()), (all.size(), all.root()));
            let size = all.size();
            for at in [0, 1, 255, 256, 65_535, 65_536, size / 2, size - 1].into_iter().filter(|at| *at < size) {
                for of in [at + 1, size / 2 + 1, size].into_iter().filter(|of| at < *of) {
                    let found = |level, index| Ok::<_, ()>(node(level, index, &held, &all));
                    assert_eq!(parts::root(of, found).unwrap(), all.root_at(of).unwrap());
                    let proof = parts::inclusion_proof(at, of, found).unwrap();
                    assert_eq!(proof, all.inclusion_proof(at, of).unwrap(), "{at} of {of}");
                    let proof = parts::consistency_proof(at + 1, of, found).unwrap();
                    assert_eq!(proof, all.consistency_proof(at + 1, of).unwrap(), "{at} of {of}");
                }
            }
        }
        forget_full(&mut held, all.size());
        assert!(held.held() < 3 * 2 * TILE_WIDTH as usize, "{} of {}", held.held(), all.held());
        assert_eq!((held.leaf(0), held.nodes(0, 0, 1)), (None, None));
        assert!(held.inclusion_proof(0, 1_000).is_err() && held.inclusion_proof(0, 1).is_ok());
    }

    #[test]
    fn a_full_tile_has_all_hashes_between_it_and_its_root() {
        let mut tree = Tree::new();
        (0..TILE_WIDTH).for_each(|index| _ = tree.append(leaf(index)));
        let leaves = tree.nodes(0, 0, TILE_WIDTH).unwrap();
        let full = Full::new(leaves).unwrap();
        for height in 0..=TILE_HEIGHT {
            for at in 0..=TILE_WIDTH >> height {
                assert_eq!(full.node(height, at), tree.node(height, at), "{at} of {height}");
            }
        }
        assert_eq!((full.root(), full.node(TILE_HEIGHT + 1, 0)), (tree.root(), None));
        assert!(Full::new(&leaves[1..]).is_none() && Full::new(&[leaves, leaves].concat()).is_none());
    }
}
