//! Reading a whole log by its tiles, ours or another's.
use super::{HASH_BYTES, Kind, TILE_HEIGHT, TILE_WIDTH, Tile, read_bundle, tiles_of};
use crate::checkpoint::Checkpoint;
use crate::leaf;
use crate::merkle::Tree;
use truceline_model::hash::Hash;

/// What does not fit in a log's tiles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFault {
    /// The tile at fault; none where all tiles fit each other and not the checkpoint.
    pub tile: Option<Tile>,
    /// The first entry that it covers or, in a tile of leaves, the very entry.
    pub index: Option<u64>,
    /// What was found, in words.
    pub what: String,
}

/// Checks a log by its tiles: each hash of each tile against the entries below, and the root against a checkpoint whose
/// signature the caller has verified. `fetch` gives the bytes of a tile, `fault` is told what does not fit; entries whose
/// bundle is missing are covered by the leaves in their tile.
///
/// Memory: two hashes for each entry.
pub fn check(
    checkpoint: &Checkpoint,
    mut fetch: impl FnMut(&Tile) -> Option<Vec<u8>>,
    mut fault: impl FnMut(LogFault),
) {
    let mut tree = Tree::new();
    let mut missing = false;
    for tile in tiles_of(checkpoint.size).filter(|tile| tile.kind() == Kind::Entries) {
        let mut say = |index: u64, what: String| fault(LogFault { tile: Some(tile), index: Some(index), what });
        let leaves: Vec<Hash> = match fetch(&tile) {
            None => {
                say(tile.first(), "the bundle is missing".to_owned());
                Vec::new()
            }
            Some(bytes) => match read_bundle(&bytes, tile.width()) {
                Ok(entries) => entries.into_iter().map(leaf::of_bytes).collect(),
                Err(error) => {
                    say(tile.first(), error.to_string());
                    Vec::new()
                }
            },
        };
        // Without the bundle its tile's leaves stand in: one lost bundle then hides no fault of the others.
        let level_0 = Tile { kind: Kind::Hashes(0), ..tile };
        let stated = fetch(&level_0).filter(|bytes| bytes.len() as u64 == tile.width() * HASH_BYTES as u64);
        for at in 0..tile.width() as usize {
            let of_tile =
                stated.as_ref().and_then(|bytes| bytes[at * HASH_BYTES..].first_chunk().map(|hash| Hash(*hash)));
            let Some(leaf) = leaves.get(at).copied().or(of_tile) else {
                missing = true;
                break;
            };
            tree.append(leaf);
        }
        if missing {
            break;
        }
    }
    if missing {
        fault(LogFault {
            tile: None,
            index: Some(tree.size()),
            what: format!("neither bundle nor tile gives leaf {}; nothing after it was checked", tree.size()),
        });
        return;
    }
    for tile in tiles_of(checkpoint.size).filter(|tile| tile.kind() != Kind::Entries) {
        check_hashes(&tile, &tree, fetch(&tile), &mut fault);
    }
    let root = tree.root();
    if root != checkpoint.root {
        let what = format!(
            "the entries give root {root}, the checkpoint of size {} says {}",
            checkpoint.size, checkpoint.root
        );
        fault(LogFault { tile: None, index: None, what });
    }
}

/// Compares a tile of hashes with the tree, and names the first leaf of each hash that is another.
fn check_hashes(tile: &Tile, tree: &Tree, bytes: Option<Vec<u8>>, fault: &mut impl FnMut(LogFault)) {
    let Kind::Hashes(level) = tile.kind() else { return };
    let leaves_of_one = |at: u64| at << (TILE_HEIGHT * u32::from(level));
    let mut say = |at: u64, what: String| fault(LogFault { tile: Some(*tile), index: Some(leaves_of_one(at)), what });
    let Some(bytes) = bytes else { return say(tile.first(), "the tile is missing".to_owned()) };
    let Some(expected) = tile.hashes(tree) else { return };
    if bytes.len() != expected.len() {
        return say(tile.first(), format!("the tile has {} bytes, expected {}", bytes.len(), expected.len()));
    }
    for (at, (found, expected)) in bytes.chunks(HASH_BYTES).zip(expected.chunks(HASH_BYTES)).enumerate() {
        if found != expected {
            let at = tile.number() * TILE_WIDTH + at as u64;
            say(at, format!("hash {} of the tile is not that of the entries below it", at % TILE_WIDTH));
        }
    }
}
