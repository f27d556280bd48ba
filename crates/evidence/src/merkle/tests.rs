use super::*;
use crate::test_data;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

/// RFC 6962, section 2.1, word by word.
fn root_by_definition(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let mut k = 1;
            while 2 * k < leaves.len() {
                k *= 2;
            }
            node_hash(root_by_definition(&leaves[..k]), root_by_definition(&leaves[k..]))
        }
    }
}

fn leaves(count: usize) -> Vec<Hash> {
    (0..count as u64).map(|i| Hash::of_parts(&[&[0], &i.to_be_bytes()])).collect()
}

fn tree(leaves: &[Hash]) -> Tree {
    let mut tree = Tree::new();
    for (index, leaf) in leaves.iter().enumerate() {
        assert_eq!(tree.append(*leaf), index as u64);
    }
    tree
}

/// Eight small leaves; the roots were computed by Python's hashlib from the definition.
#[test]
fn golden_roots() {
    let data: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut tree = Tree::new();
    assert_eq!(tree.root().to_string(), roots[0]);
    for (size, data) in (1..).zip(data) {
        tree.append(Hash::of_parts(&[&[0], data]));
        assert_eq!(tree.root().to_string(), roots[size]);
    }
    for (size, root) in roots.iter().enumerate() {
        assert_eq!(tree.root_at(size as u64).unwrap().to_string(), *root);
    }
}

/// Every tree of up to 40 leaves: every proof holds, at its own place only, and with its own length only.
#[test]
fn every_proof_of_small_trees() {
    const SIZE: usize = 40;
    let leaves = leaves(SIZE);
    let tree = tree(&leaves);
    for size in 1..=SIZE {
        let root = root_by_definition(&leaves[..size]);
        let size = size as u64;
        assert_eq!(tree.root_at(size).unwrap(), root);
        for index in 0..size {
            let leaf = leaves[index as usize];
            let proof = tree.inclusion_proof(index, size).unwrap();
            verify_inclusion(leaf, index, size, &proof, root).unwrap();
            for other in (0..size + 2).filter(|other| *other != index) {
                assert!(verify_inclusion(leaf, other, size, &proof, root).is_err(), "{index} as {other} of {size}");
            }
            let longer = [&proof[..], &[leaf]].concat();
            assert!(verify_inclusion(leaf, index, size, &longer, root).unwrap_err().is_false_proof());
            if let Some((_, shorter)) = proof.split_last() {
                assert!(verify_inclusion(leaf, index, size, shorter, root).unwrap_err().is_false_proof());
            }
        }
        for old in 1..=size {
            let old_root = tree.root_at(old).unwrap();
            let proof = tree.consistency_proof(old, size).unwrap();
            verify_consistency(old, size, &proof, old_root, root).unwrap();
            let longer = [&proof[..], &[root]].concat();
            assert!(verify_consistency(old, size, &longer, old_root, root).unwrap_err().is_false_proof());
            if let Some((_, shorter)) = proof.split_last() {
                assert!(verify_consistency(old, size, shorter, old_root, root).unwrap_err().is_false_proof());
            }
            if old < size {
                let other = Hash::of(b"another root");
                assert!(verify_consistency(old, size, &proof, other, root).unwrap_err().is_false_proof());
                assert!(verify_consistency(old, size, &proof, old_root, other).unwrap_err().is_false_proof());
            }
        }
    }
}

#[test]
fn what_is_outside_the_tree_is_refused() {
    let tree = tree(&leaves(5));
    assert!(tree.root_at(6).unwrap_err().is_out_of_range());
    assert!(tree.inclusion_proof(5, 5).unwrap_err().is_out_of_range());
    assert!(tree.inclusion_proof(0, 6).unwrap_err().is_out_of_range());
    assert!(tree.inclusion_proof(0, 0).unwrap_err().is_out_of_range());
    for (old, new) in [(0, 5), (5, 4), (5, 6)] {
        assert!(tree.consistency_proof(old, new).unwrap_err().is_out_of_range());
    }
    assert_eq!((tree.leaf(4), tree.leaf(5)), (Some(leaves(5)[4]), None));
    // The largest numbers stop at the length, not at an overflow.
    let root = tree.root();
    assert!(verify_inclusion(root, u64::MAX - 1, u64::MAX, &[root; 100], root).unwrap_err().is_false_proof());
    assert!(verify_consistency(u64::MAX - 1, u64::MAX, &[root; 100], root, root).unwrap_err().is_false_proof());
}

proptest! {
    #[test]
    fn runs_extend_a_tree_as_their_leaves_do(sizes in prop::collection::vec(0usize..40, 0..12)) {
        let leaves = leaves(sizes.iter().sum());
        let mut extended = Tree::new();
        for size in &sizes {
            let start = extended.size() as usize;
            let run = Run::new(start as u64, leaves[start..start + size].to_vec());
            prop_assert_eq!((run.start(), run.size()), (start as u64, *size as u64));
            if *size > 0 {
                prop_assert!(tree(&leaves[..start + 1]).extend(&run).unwrap_err().is_out_of_range());
            }
            extended.extend(&run).unwrap();
            let expected = tree(&leaves[..start + size]);
            prop_assert_eq!(extended.root(), expected.root());
            for level in 0..12 {
                let count = expected.size() >> level;
                for at in 0..=count {
                    prop_assert_eq!(extended.node(level, at), expected.node(level, at));
                }
                let nodes = extended.nodes(level, count / 2, count).unwrap_or_default();
                let expected: Vec<Hash> = (count / 2..count).map(|at| expected.node(level, at).unwrap()).collect();
                prop_assert_eq!(nodes, expected);
            }
        }
    }

    #[test]
    fn trees_and_proofs_are_those_of_the_definition(size in 1usize..600, a in any::<usize>(), b in any::<usize>(), flip in 0usize..256) {
        let leaves = leaves(size);
        let tree = tree(&leaves);
        let root = root_by_definition(&leaves);
        prop_assert_eq!(tree.root(), root);

        let (index, part) = (a % size, b % size + 1);
        prop_assert_eq!(tree.root_at(part as u64).unwrap(), root_by_definition(&leaves[..part]));
        let mut proof = tree.inclusion_proof(index as u64, size as u64).unwrap();
        prop_assert!(verify_inclusion(leaves[index], index as u64, size as u64, &proof, root).is_ok());
        let mut path = tree.consistency_proof(part as u64, size as u64).unwrap();
        let old_root = root_by_definition(&leaves[..part]);
        prop_assert!(verify_consistency(part as u64, size as u64, &path, old_root, root).is_ok());

        if let Some(at) = a.checked_rem(proof.len()) {
            proof[at].0[flip / 8] ^= 1 << (flip % 8);
            prop_assert!(verify_inclusion(leaves[index], index as u64, size as u64, &proof, root).is_err());
        }
        if let Some(at) = a.checked_rem(path.len()) {
            path[at].0[flip / 8] ^= 1 << (flip % 8);
            prop_assert!(verify_consistency(part as u64, size as u64, &path, old_root, root).is_err());
        }
    }
}

fn bytes(value: &serde_json::Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap()).unwrap()
}

/// A hash in base64. Some vectors have words of another length in place of a root; a [`Hash`] cannot hold them, so
/// their digest stands for them: equal for equal words, and no root of anything.
fn hash(value: &serde_json::Value) -> Hash {
    let bytes = bytes(value);
    bytes.as_slice().try_into().map_or_else(|_| Hash::of(&bytes), Hash)
}

fn proof(value: &serde_json::Value) -> Vec<Hash> {
    value.as_array().map_or(Vec::new(), |hashes| hashes.iter().map(hash).collect())
}

/// transparency-dev/merkle, testdata/inclusion: 98 vectors, all as they say.
#[test]
fn inclusion_vectors() {
    let Some(folder) = test_data::path("evidence/merkle/testdata/inclusion") else { return };
    let files = test_data::files(&folder);
    for file in &files {
        let vector = test_data::json(file);
        let root = hash(&vector["root"]);
        // A leaf of another length is refused by the type; the vectors want it refused, too.
        let Ok(leaf) = bytes(&vector["leafHash"]).try_into().map(Hash) else {
            assert_eq!(vector["wantErr"], true, "{}", file.display());
            continue;
        };
        let (index, size) = (vector["leafIdx"].as_u64().unwrap(), vector["treeSize"].as_u64().unwrap());
        let found = verify_inclusion(leaf, index, size, &proof(&vector["proof"]), root);
        assert_eq!(found.is_err(), vector["wantErr"].as_bool().unwrap(), "{}", file.display());
    }
    assert_eq!(files.len(), 98);
}

/// transparency-dev/merkle, testdata/consistency: 98 vectors, all as they say.
#[test]
fn consistency_vectors() {
    let Some(folder) = test_data::path("evidence/merkle/testdata/consistency") else { return };
    let files = test_data::files(&folder);
    for file in &files {
        let vector = test_data::json(file);
        let (old, new) = (vector["size1"].as_u64().unwrap(), vector["size2"].as_u64().unwrap());
        let (old_root, new_root) = (hash(&vector["root1"]), hash(&vector["root2"]));
        let found = verify_consistency(old, new, &proof(&vector["proof"]), old_root, new_root);
        assert_eq!(found.is_err(), vector["wantErr"].as_bool().unwrap(), "{}", file.display());
    }
    assert_eq!(files.len(), 98);
}

proptest! {
    /// Whatever came before, a proof among others has the answer that it has alone; also one that was changed.
    #[test]
    fn paths_answer_as_each_proof_alone(
        size in 1..200usize,
        which in proptest::collection::vec((0..220u64, proptest::option::of((0..12usize, 0..4u8)), 0..200u64), 1..60),
        in_a_row in any::<bool>(),
    ) {
        let leaves = leaves(size);
        let tree = tree(&leaves);
        let mut paths = Paths::new(size as u64, tree.root());
        let mut asked = which;
        if in_a_row {
            asked.sort_by_key(|(index, ..)| *index);
        }
        for (index, change, other) in asked {
            let index = index % (size as u64 + 1);
            let mut proof = tree.inclusion_proof(index.min(size as u64 - 1), size as u64).unwrap();
            let mut leaf = leaves[index.min(size as u64 - 1) as usize];
            match change {
                Some((at, 0)) if !proof.is_empty() => {
                    let at = at % proof.len();
                    proof[at].0[3] ^= 1;
                }
                Some((at, 1)) => proof.truncate(at),
                Some((at, 2)) => proof.insert(at.min(proof.len()), leaf),
                Some(_) => leaf = leaves[(other % size as u64) as usize],
                None => {}
            }
            let alone = verify_inclusion(leaf, index, size as u64, &proof, tree.root());
            prop_assert_eq!(paths.verify(leaf, index, &proof), alone);
        }
    }
}
