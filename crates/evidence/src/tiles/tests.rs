use super::*;
use crate::checkpoint::Checkpoint;
use crate::leaf;
use crate::note::{SigningKey, VerifierKey, open};
use crate::test_data;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::BTreeMap;
use tlog_tiles::HashReader;

/// What a log of `entries` serves, by path.
fn served(entries: &[Vec<u8>], tree: &Tree) -> BTreeMap<String, Vec<u8>> {
    let bytes = |tile: &Tile| match tile.kind() {
        Kind::Hashes(_) => tile.hashes(tree).unwrap(),
        Kind::Entries => {
            let (first, width) = (tile.first() as usize, tile.width() as usize);
            bundle(entries[first..first + width].iter().map(Vec::as_slice)).unwrap()
        }
    };
    tiles_of(tree.size()).map(|tile| (tile.to_string(), bytes(&tile))).collect()
}

fn entries(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|n| format!("entry {n} {}", "x".repeat(n % 5)).into_bytes()).collect()
}

fn tree_of(entries: &[Vec<u8>]) -> Tree {
    let mut tree = Tree::new();
    for entry in entries {
        tree.append(leaf::of_bytes(entry));
    }
    tree
}

fn checkpoint_of(tree: &Tree) -> Checkpoint {
    Checkpoint { origin: "example.org/tiles".into(), size: tree.size(), root: tree.root() }
}

fn faults_of(checkpoint: &Checkpoint, served: &BTreeMap<String, Vec<u8>>) -> Vec<LogFault> {
    let mut faults = Vec::new();
    check(checkpoint, |tile| served.get(&tile.to_string()).cloned(), |fault| faults.push(fault));
    faults
}

#[test]
fn paths_are_the_specification_s() {
    for (kind, number, width, path) in [
        (Kind::Hashes(0), 0, 256, "tile/0/000"),
        (Kind::Hashes(1), 1_234_067, 256, "tile/1/x001/x234/067"),
        (Kind::Entries, 1_234_067, 256, "tile/entries/x001/x234/067"),
        (Kind::Hashes(0), 273, 112, "tile/0/273.p/112"),
        (Kind::Hashes(7), 0, 1, "tile/7/000.p/1"),
        (Kind::Entries, 1000, 255, "tile/entries/x001/000.p/255"),
    ] {
        let tile = Tile::new(kind, number, width).unwrap();
        assert_eq!(tile.to_string(), path);
        assert_eq!(Tile::parse(path).unwrap(), tile);
    }
}

#[test]
fn other_paths_are_refused() {
    for path in [
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "tile/8/000",
        "tile/00/000",
        "tile/+1/000",
        "tile/-1/000",
        "tile/data/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/001/002",
        "tile/0/x001/x002",
        "tile/0/xx001/002",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p/1/",
        "tile/0/x001/000.p/1.p/1",
        "tile/0/../000",
        "/tile/0/000",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/7/x999/999",
        "tile/0/\u{661}00",
    ] {
        let error = Tile::parse(path).unwrap_err();
        assert!(error.is_malformed(), "{path:?}: {error}");
    }
    assert!(Tile::new(Kind::Entries, 0, 0).unwrap_err().is_malformed());
    assert!(Tile::new(Kind::Entries, u64::MAX / 256, 256).is_err());
}

#[test]
fn bundles_hold_what_they_say() {
    let bytes = bundle([&b"one"[..], b"", b"three"]).unwrap();
    assert_eq!(bytes, b"\x00\x03one\x00\x00\x00\x05three");
    assert_eq!(read_bundle(&bytes, 3).unwrap(), [&b"one"[..], b"", b"three"]);
    for (bytes, width) in [(&bytes[..], 2), (&bytes[..], 4), (&bytes[..bytes.len() - 1], 3), (b"\x00", 0), (b"", 1)] {
        assert!(read_bundle(bytes, width).unwrap_err().is_malformed());
    }
    assert!(bundle([&vec![0; 65_536][..]]).unwrap_err().is_over_limit());
    assert_eq!(read_bundle(&bundle([&vec![7; 65_535][..]]).unwrap(), 1).unwrap()[0].len(), 65_535);
    assert!(read_hashes(&[0; 63], 2).is_err() && read_hashes(&[0; 64], 1).is_err());
    assert_eq!(read_hashes(&[7; 64], 2).unwrap(), [Hash([7; 32]); 2]);
}

/// The tree's hashes for the other implementation, by its own numbering.
struct Stored<'a>(&'a Tree);

impl HashReader for Stored<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        let read = |index: &u64| {
            let (level, at) = tlog_tiles::split_stored_hash_index(*index);
            tlog_tiles::Hash(self.0.node(u32::from(level), at).unwrap().0)
        };
        Ok(indexes.iter().map(read).collect())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, rng_seed: RngSeed::Fixed(5), ..ProptestConfig::default() })]

    /// The tiles of any tree, their paths and their bytes, are those of `tlog_tiles`; the root is ct-merkle's.
    #[test]
    fn tiles_are_those_of_an_independent_implementation(size in prop_oneof![0..70_usize, 250..260_usize, 500..1030_usize, 65_530..65_550_usize]) {
        let entries = entries(size);
        let tree = tree_of(&entries);
        let served = served(&entries, &tree);
        let reader = Stored(&tree);
        let theirs = tlog_tiles::Tile::new_tiles(8, 0, size as u64);
        let hash_tiles = served.keys().filter(|path| !path.starts_with("tile/entries/")).count();
        prop_assert_eq!(theirs.len(), hash_tiles);
        for tile in theirs {
            // Their path names the height first; the specification dropped it.
            let path = tile.path().replacen("tile/8/", "tile/", 1);
            prop_assert_eq!(served.get(&path), Some(&tile.read_data(&reader).unwrap()), "{}", path);
            prop_assert_eq!(Tile::parse(&path).unwrap().to_string(), path);
        }
        if size > 0 {
            prop_assert_eq!(tlog_tiles::tree_hash(size as u64, &reader).unwrap().0, tree.root().0);
        }
        let mut oracle = ct_merkle::mem_backed_tree::MemoryBackedTree::<sha2::Sha256, Vec<u8>>::new();
        if size < 2_000 {
            for entry in &entries {
                oracle.push(entry.clone());
            }
            let root = oracle.root();
            prop_assert_eq!(&root.as_bytes()[..], &tree.root().0[..]);
        }
        prop_assert_eq!(faults_of(&checkpoint_of(&tree), &served), []);
    }

    /// Any change of any byte of any tile is found, and the tile and an entry below it are named.
    #[test]
    fn a_changed_tile_is_named(size in 1..800_usize, which in any::<prop::sample::Index>(), byte in any::<prop::sample::Index>(), flip in 1..=255_u8) {
        let entries = entries(size);
        let tree = tree_of(&entries);
        let mut served = served(&entries, &tree);
        let path = served.keys().nth(which.index(served.len())).unwrap().clone();
        let bytes = served.get_mut(&path).unwrap();
        let at = byte.index(bytes.len());
        bytes[at] ^= flip;
        let faults = faults_of(&checkpoint_of(&tree), &served);
        let tile = Tile::parse(&path).unwrap();
        match tile.kind() {
            Kind::Hashes(level) => {
                let index = (tile.first() + (at / HASH_BYTES) as u64) << (8 * u32::from(level));
                prop_assert_eq!(faults.len(), 1);
                prop_assert_eq!((faults[0].tile, faults[0].index), (Some(tile), Some(index)));
            }
            // A changed entry no longer fits the tile above it; a changed length breaks the bundle.
            Kind::Entries => prop_assert!(faults.iter().any(|fault| fault.tile.is_some_and(|found| found.number() == tile.number()))),
        }
    }

    #[test]
    fn any_path_reads_or_is_refused(path in "(tile/)?([0-9]{1,2}|entries)?/?(x[0-9]{3}/){0,3}[0-9]{0,4}(\\.p/[0-9]{0,4})?") {
        if let Ok(tile) = Tile::parse(&path) {
            prop_assert_eq!(tile.to_string(), path);
        }
    }
}

#[test]
fn a_tile_that_is_gone_is_said() {
    let entries = entries(600);
    let tree = tree_of(&entries);
    let whole = served(&entries, &tree);
    for path in whole.keys() {
        let mut served = whole.clone();
        served.remove(path);
        let faults = faults_of(&checkpoint_of(&tree), &served);
        assert!(faults.iter().any(|fault| fault.tile == Some(Tile::parse(path).unwrap())), "{path}: {faults:?}");
    }
    let mut served = whole;
    served.retain(|path, _| !path.contains("001"));
    let faults = faults_of(&checkpoint_of(&tree), &served);
    assert_eq!(faults.last().unwrap().index, Some(256), "{faults:?}");
}

/// The log that Tessera recorded: 16 signed checkpoints, each with the tiles of its size.
#[test]
fn tessera_s_log_reads() {
    let Some(folder) = test_data::path("evidence/tessera/testdata/log") else { return };
    let key =
        VerifierKey::parse("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx").unwrap();
    let mut tree = Tree::new();
    for size in 0..=15 {
        let note = std::fs::read_to_string(folder.join(format!("checkpoint.{size}"))).unwrap();
        let checkpoint = Checkpoint::parse(&open(&note, std::slice::from_ref(&key)).unwrap().text).unwrap();
        assert_eq!(checkpoint.size, size);
        let mut faults = Vec::new();
        check(&checkpoint, |tile| std::fs::read(folder.join(tile.to_string())).ok(), |fault| faults.push(fault));
        assert_eq!(faults, []);
        if size > 0 {
            let tile = Tile::new(Kind::Hashes(0), 0, size).unwrap();
            let bundle = std::fs::read(folder.join(Tile::new(Kind::Entries, 0, size).unwrap().to_string())).unwrap();
            let last = read_bundle(&bundle, size).unwrap()[size as usize - 1];
            tree.append(leaf::of_bytes(last));
            assert_eq!(tile.hashes(&tree).unwrap(), std::fs::read(folder.join(tile.to_string())).unwrap());
        }
        assert_eq!(tree.root(), checkpoint.root);
    }
}

/// Ours read as theirs: the checkpoint by `signed_note` and `tlog_tiles`.
#[test]
fn our_checkpoint_is_read_by_independent_implementations() {
    let key = SigningKey::from_seed("example.org/tiles", [7; 32]).unwrap();
    let tree = tree_of(&entries(300));
    let note = checkpoint_of(&tree).sign(&key).unwrap();
    let verifier = signed_note::StandardVerifier::new(&key.verifier_key().to_string()).unwrap();
    let read = signed_note::Note::from_bytes(note.as_bytes()).unwrap();
    let known = signed_note::VerifierList::new(vec![Box::new(verifier)]);
    let (signed, _) = read.verify(&known).unwrap();
    assert_eq!(signed.len(), 1);
    let checkpoint = tlog_tiles::Checkpoint::from_bytes(read.text());
    let checkpoint = checkpoint.unwrap();
    assert_eq!(
        (checkpoint.origin(), checkpoint.size(), checkpoint.hash().0),
        ("example.org/tiles", 300, tree.root().0)
    );
}
