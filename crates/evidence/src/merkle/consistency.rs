use super::{empty_root, node_hash};
use crate::Error;
use truceline_model::hash::Hash;

/// Verifies that the tree of `new` leaves with `new_root` begins with the tree of `old` leaves with `old_root`.
///
/// # Algorithm
/// RFC 9162, section 2.1.4.2. For equal sizes the roots must be equal and the proof empty; between two empty
/// trees both roots must be the empty tree's. From an empty tree to another one nothing can be proven: refused.
///
/// # Errors
/// If the sizes do not fit, the proof's length does not fit, or it leads to another root.
pub fn verify_consistency(old: u64, new: u64, proof: &[Hash], old_root: Hash, new_root: Hash) -> Result<(), Error> {
    if old > new {
        return Err(Error::out_of_range(format!("old size {old} is larger than new size {new}")));
    }
    if old == new {
        if !proof.is_empty() {
            return Err(wrong_length(old, new, proof));
        }
        if old_root != new_root || (old == 0 && old_root != empty_root()) {
            return Err(Error::false_proof(format!("two roots of size {old} differ: {old_root} and {new_root}")));
        }
        return Ok(());
    }
    if old == 0 {
        return Err(Error::out_of_range("nothing can be proven from an empty tree, expected an old size from 1"));
    }

    // A full old tree is a node of the new one: the path begins at its root, which the proof leaves out.
    let (begin, path) = match proof {
        _ if old.is_power_of_two() => (old_root, proof),
        [first, path @ ..] => (*first, path),
        [] => return Err(wrong_length(old, new, proof)),
    };
    let (mut node, mut last) = (old - 1, new - 1);
    let whole = node.trailing_ones();
    node >>= whole;
    last >>= whole;
    let (mut old_hash, mut new_hash) = (begin, begin);
    for &sibling in path {
        if last == 0 {
            return Err(wrong_length(old, new, proof));
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, old_hash);
            new_hash = node_hash(sibling, new_hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(new_hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(wrong_length(old, new, proof));
    }
    if old_hash != old_root {
        return Err(Error::false_proof(format!("the proof leads to old root {old_hash}, expected {old_root}")));
    }
    if new_hash != new_root {
        return Err(Error::false_proof(format!("the proof leads to new root {new_hash}, expected {new_root}")));
    }
    Ok(())
}

fn wrong_length(old: u64, new: u64, proof: &[Hash]) -> Error {
    Error::false_proof(format!(
        "the consistency proof from size {old} to size {new} has another length than it must: {}",
        proof.len()
    ))
}
