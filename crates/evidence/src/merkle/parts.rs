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
    let mut down = Down { start: 0, length: size, siblings: Vec::new() };
    while down.length > 1 {
        down.enter(|middle| index < middle, &mut node)?;
    }
    Ok(down.upward())
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
    let mut down = Down { start: 0, length: new, siblings: Vec::new() };
    while down.start + down.length != old {
        known &= down.enter(|middle| old <= middle, &mut node)?;
    }
    if !known {
        down.siblings.push(range(down.start, down.length, &mut node)?);
    }
    Ok(down.upward())
}

/// The way from the root downward: a part of the tree, and the hashes of what was left beside it.
struct Down {
    start: u64,
    length: u64,
    siblings: Vec<Hash>,
}

impl Down {
    /// Splits the part, notes the hash of one half and enters the other: the left one if the place between them says so.
    fn enter<E>(
        &mut self,
        is_left: impl FnOnce(u64) -> bool,
        node: &mut impl FnMut(u32, u64) -> Result<Hash, E>,
    ) -> Result<bool, E> {
        let (left, middle) = (split(self.length), self.start + split(self.length));
        let is_left = is_left(middle);
        let (kept, beside) = ((self.start, left), (middle, self.length - left));
        let (kept, beside) = if is_left { (kept, beside) } else { (beside, kept) };
        self.siblings.push(range(beside.0, beside.1, node)?);
        (self.start, self.length) = kept;
        Ok(is_left)
    }

    fn upward(mut self) -> Vec<Hash> {
        self.siblings.reverse();
        self.siblings
    }
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
