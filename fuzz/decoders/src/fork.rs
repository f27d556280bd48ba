//! Fork files of unknown origin.
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::fork::Fork;
use truceline_evidence::merkle::Tree;
use truceline_evidence::tiles;
use truceline_model::hash::Hash;

/// Reads it; whether it is a fork file. It writes itself, and proves something only where both notes were the log's.
pub fn check(bytes: &[u8]) -> bool {
    let Ok(fork) = Fork::parse(bytes) else { return false };
    assert_eq!(fork.to_bytes(), bytes);
    if fork.verify(crate::log_key().verifier_key()).is_ok() {
        let [first, second] = fork.checkpoints();
        let signed: Vec<Checkpoint> = heads().into_iter().flatten().collect();
        assert!(signed.contains(first) && signed.contains(second) && first != second);
    }
    true
}

fn tree(history: u8) -> Tree {
    let mut tree = Tree::new();
    for leaf in 0..9_u8 {
        tree.append(Hash::of(&[leaf, if leaf < 3 { 0 } else { history }]));
    }
    tree
}

/// Of each history the heads of 5 and of 9 entries.
fn heads() -> [[Checkpoint; 2]; 2] {
    [0, 1].map(|history| {
        [5, 9].map(|size| Checkpoint {
            origin: crate::ORIGIN.into(),
            size,
            root: tree(history).root_at(size).expect("a size of the tree"),
        })
    })
}

/// Two roots of one size, and a larger tree that does not begin with the smaller one.
pub fn originals() -> Vec<Vec<u8>> {
    let [[a5, _], [b5, b9]] = heads();
    let note = |checkpoint: &Checkpoint| checkpoint.sign(&crate::log_key()).expect("a checkpoint of this log");
    let path = tiles::path(5, 9, |tile| tile.hashes(&tree(1))).expect("tiles of the tree");
    let same = Fork::of(&note(&a5), &note(&b5), &[]).expect("two roots");
    let grown = Fork::of(&note(&a5), &note(&b9), &path).expect("a parted tree");
    vec![same.to_bytes(), grown.to_bytes()]
}
