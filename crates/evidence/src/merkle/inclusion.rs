use super::node_hash;
use crate::Error;
use truceline_model::hash::Hash;

/// Verifies that `leaf` stands at `index` in the tree of `size` leaves with `root`.
///
/// # Algorithm
/// RFC 9162, section 2.1.3.2.
///
/// # Errors
/// If the index is outside the tree, the proof's length does not fit, or the proof leads to another root.
pub fn verify_inclusion(leaf: Hash, index: u64, size: u64, proof: &[Hash], root: Hash) -> Result<(), Error> {
    if index >= size {
        return Err(Error::out_of_range(format!("there is no leaf {index} in a tree of {size} leaves")));
    }
    // `node` and `last` are the places of the path's node and of the last node, level by level.
    let (mut node, mut last) = (index, size - 1);
    let mut hash = leaf;
    for &sibling in proof {
        if last == 0 {
            return Err(Error::false_proof(format!(
                "the proof of leaf {index} in a tree of {size} leaves has too many hashes: {}",
                proof.len()
            )));
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(Error::false_proof(format!(
            "the proof of leaf {index} in a tree of {size} leaves has too few hashes: {}",
            proof.len()
        )));
    }
    if hash == root {
        Ok(())
    } else {
        Err(Error::false_proof(format!("the proof of leaf {index} leads to root {hash}, expected {root}")))
    }
}
