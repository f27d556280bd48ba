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
    let (old_hash, new_hash) = lead(old, new, begin, path).ok_or_else(|| wrong_length(old, new, proof))?;
    if old_hash != old_root {
        return Err(Error::false_proof(format!("the proof leads to old root {old_hash}, expected {old_root}")));
    }
    if new_hash != new_root {
        return Err(Error::false_proof(format!("the proof leads to new root {new_hash}, expected {new_root}")));
    }
    Ok(())
}

/// The roots of the first `old` and of all `new` leaves of a tree, to which a path of its own nodes leads: SUBPROOF(old,
/// D[new], false) of RFC 6962, section 2.1.2, which never leaves out the node that it begins at.
///
/// If the second of them is a tree's root, the first is the root of its beginning, whoever made the path: another path to the
/// same root would be two inputs of one hash.
///
/// # Errors
/// Unless `0 < old < new`, or if the path has another length than it must.
pub fn roots_of_path(old: u64, new: u64, path: &[Hash]) -> Result<(Hash, Hash), Error> {
    if old == 0 || old >= new {
        return Err(Error::out_of_range(format!("no path from size {old} to size {new}, expected 0 < old < new")));
    }
    let led = path.split_first().and_then(|(begin, path)| lead(old, new, *begin, path));
    led.ok_or_else(|| wrong_length(old, new, path))
}

/// Both roots, from the node that holds the last leaf of the old tree and is full in both; none for another length.
fn lead(old: u64, new: u64, begin: Hash, path: &[Hash]) -> Option<(Hash, Hash)> {
    let (mut node, mut last) = (old - 1, new - 1);
    let whole = node.trailing_ones();
    node >>= whole;
    last >>= whole;
    let (mut old_hash, mut new_hash) = (begin, begin);
    for &sibling in path {
        if last == 0 {
            return None;
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
    (last == 0).then_some((old_hash, new_hash))
}

fn wrong_length(old: u64, new: u64, proof: &[Hash]) -> Error {
    Error::false_proof(format!(
        "the consistency proof from size {old} to size {new} has another length than it must: {}",
        proof.len()
    ))
}
