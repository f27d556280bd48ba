//! Roots and proofs from the hashes of full subtrees, wherever those are: `node(level, index)` gives the hash over the `2^level`
//! leaves from `index << level`. It is asked only for subtrees within the sizes that are stated, once for each.
use super::{empty_root, node_hash};
use truceline_model::hash::Hash;

/// The root over the first `size` leaves.
///
/// # Errors
/// What `node` gives.
pub fn root<E>(size: u64, mut node: impl FnMut(u32, u64) -> Result<Hash, E>) -> Result<Hash, E> {
    range(0, size, &mut node)
}

/// The proof that leaf `index` stands in the tree of `size` leaves, from the leaf upward (PATH of RFC 6962, section 2.1.1).
/// `index` is below `size`.
///
/// # Errors
/// What `node` gives.
pub fn inclusion_proof<E>(
    index: u64,
    size: u64,
    mut node: impl FnMut(u32, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    // From the root downward: at each split the sibling is noted and the part with the leaf is entered.
    let (mut start, mut length) = (0, size);
    let mut path = Vec::new();
    while length > 1 {
        let left = split(length);
        if index < start + left {
            path.push(range(start + left, length - left, &mut node)?);
            length = left;
        } else {
            path.push(range(start, left, &mut node)?);
            start += left;
            length -= left;
        }
    }
    path.reverse();
    Ok(path)
}

/// The proof that the tree of `new` leaves begins with the tree of its first `old` leaves (PROOF of RFC 6962, section 2.1.2).
/// It is empty when the sizes are equal; `0 < old <= new`.
///
/// # Errors
/// What `node` gives.
pub fn consistency_proof<E>(old: u64, new: u64, node: impl FnMut(u32, u64) -> Result<Hash, E>) -> Result<Vec<Hash>, E> {
    subproof(old, new, true, node)
}

/// SUBPROOF(old, D[new], known) of RFC 6962, section 2.1.2: while the part is exactly the old tree and `known`, the verifier
/// knows its hash from the old root.
pub(crate) fn subproof<E>(
    old: u64,
    new: u64,
    mut known: bool,
    mut node: impl FnMut(u32, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    let (mut start, mut length) = (0, new);
    let mut path = Vec::new();
    while start + length != old {
        let left = split(length);
        if old <= start + left {
            path.push(range(start + left, length - left, &mut node)?);
            length = left;
        } else {
            path.push(range(start, left, &mut node)?);
            start += left;
            length -= left;
            known = false;
        }
    }
    if !known {
        path.push(range(start, length, &mut node)?);
    }
    path.reverse();
    Ok(path)
}

/// The hash over `length` leaves from `start`, which must be a multiple of the power of two not below
/// `length`: the parts that splitting a tree gives are such.
fn range<E>(start: u64, length: u64, node: &mut impl FnMut(u32, u64) -> Result<Hash, E>) -> Result<Hash, E> {
    // The full subtrees, one per set bit of the length, larger ones first; folded from the right.
    let mut root = None;
    let (mut end, mut rest) = (start + length, length);
    while rest > 0 {
        let level = rest.trailing_zeros();
        end -= 1 << level;
        rest -= 1 << level;
        let full = node(level, end >> level)?;
        root = Some(root.map_or(full, |right| node_hash(full, right)));
    }
    Ok(root.unwrap_or_else(empty_root))
}

/// The largest power of two below `length`, which is at least 2.
fn split(length: u64) -> u64 {
    1 << (63 - (length - 1).leading_zeros())
}
