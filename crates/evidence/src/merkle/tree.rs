use super::{empty_root, node_hash};
use crate::Error;
use truceline_model::hash::Hash;

/// An append-only tree in memory. It keeps the hash of every full subtree, about two hashes per leaf, so that
/// appending takes one node hash per leaf on average and a root or a proof a number of steps that grows with the
/// logarithm of the size.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// `levels[k][i]` is the hash of the full subtree over leaves `i << k` to `(i + 1) << k`.
    levels: Vec<Vec<Hash>>,
}

/// Leaves that follow each other, with the hashes of all full subtrees within them: what appending them takes, computed
/// before the tree is at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    start: u64,
    /// `levels[k]` are the subtrees of `2^k` leaves, from the first that begins in the run on.
    levels: Vec<Vec<Hash>>,
}

impl Run {
    /// The leaves from index `start` on.
    #[must_use]
    pub fn new(start: u64, leaves: Vec<Hash>) -> Self {
        let mut first = start;
        let mut levels = vec![leaves];
        while let Some(below) = levels.last().and_then(|below| below.get((first % 2) as usize..)) {
            let nodes: Vec<Hash> = below.as_chunks().0.iter().map(|[left, right]| node_hash(*left, *right)).collect();
            if nodes.is_empty() {
                break;
            }
            levels.push(nodes);
            first = first.div_ceil(2);
        }
        Self { start, levels }
    }

    /// The index of the first leaf.
    #[must_use]
    pub fn start(&self) -> u64 {
        self.start
    }

    /// How many leaves it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }
}

impl Tree {
    /// The tree of no leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many leaves it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// Appends one leaf and returns its index.
    pub fn append(&mut self, leaf: Hash) -> u64 {
        let index = self.size();
        let mut hash = leaf;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let nodes = &mut self.levels[level];
            nodes.push(hash);
            let [.., left, right] = nodes[..] else { break };
            if !nodes.len().is_multiple_of(2) {
                break;
            }
            hash = node_hash(left, right);
        }
        index
    }

    /// Appends the leaves of a run: copies its hashes and computes those that begin before it.
    ///
    /// # Errors
    /// If the run does not begin where the tree ends.
    pub fn extend(&mut self, run: &Run) -> Result<(), Error> {
        let start = self.size();
        if run.start != start {
            return Err(Error::out_of_range(format!(
                "leaves from {} on do not follow a tree of {start} leaves",
                run.start
            )));
        }
        let size = start + run.size();
        for level in 0..=size.checked_ilog2().unwrap_or(0) as usize {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let held = (start >> level) as usize;
            // At most one subtree of a level begins before the run and ends in it.
            let straddles = (held as u64) << level < start && ((held + 1) as u64) << level <= size;
            let node = straddles.then(|| {
                let below = &self.levels[level - 1];
                node_hash(below[2 * held], below[2 * held + 1])
            });
            let nodes = &mut self.levels[level];
            nodes.extend(node);
            nodes.extend_from_slice(run.levels.get(level).map_or(&[], Vec::as_slice));
        }
        Ok(())
    }

    /// The hash of one leaf.
    #[must_use]
    pub fn leaf(&self, index: u64) -> Option<Hash> {
        self.levels.first()?.get(usize::try_from(index).ok()?).copied()
    }

    /// The hash over the full subtree of `2^level` leaves from `index << level`; none if the tree does not reach so far.
    #[must_use]
    pub fn node(&self, level: u32, index: u64) -> Option<Hash> {
        self.levels.get(level as usize)?.get(usize::try_from(index).ok()?).copied()
    }

    /// The hashes over the full subtrees of `2^level` leaves from the `from`th to before the `to`th; none if the tree does not
    /// reach so far.
    #[must_use]
    pub fn nodes(&self, level: u32, from: u64, to: u64) -> Option<&[Hash]> {
        let range = usize::try_from(from).ok()?..usize::try_from(to).ok()?;
        self.levels.get(level as usize)?.get(range)
    }

    /// The root over all leaves.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.range(0, self.size())
    }

    /// The root over the first `size` leaves.
    ///
    /// # Errors
    /// If the tree has fewer leaves.
    pub fn root_at(&self, size: u64) -> Result<Hash, Error> {
        self.check_size(size)?;
        Ok(self.range(0, size))
    }

    /// The proof that leaf `index` stands in the tree of the first `size` leaves, from the leaf upward
    /// (PATH of RFC 6962, section 2.1.1).
    ///
    /// # Errors
    /// Unless `index < size` and the tree has `size` leaves.
    pub fn inclusion_proof(&self, index: u64, size: u64) -> Result<Vec<Hash>, Error> {
        self.check_size(size)?;
        if index >= size {
            return Err(Error::out_of_range(format!("there is no leaf {index} in a tree of {size} leaves")));
        }
        // From the root downward: at each split the sibling is noted and the part with the leaf is entered.
        let (mut start, mut length) = (0, size);
        let mut path = Vec::new();
        while length > 1 {
            let left = split(length);
            if index < start + left {
                path.push(self.range(start + left, length - left));
                length = left;
            } else {
                path.push(self.range(start, left));
                start += left;
                length -= left;
            }
        }
        path.reverse();
        Ok(path)
    }

    /// The proof that the tree of the first `new` leaves begins with the tree of the first `old` leaves
    /// (PROOF of RFC 6962, section 2.1.2). It is empty when the sizes are equal.
    ///
    /// # Errors
    /// Unless `0 < old <= new` and the tree has `new` leaves.
    pub fn consistency_proof(&self, old: u64, new: u64) -> Result<Vec<Hash>, Error> {
        self.check_size(new)?;
        if old == 0 || old > new {
            return Err(Error::out_of_range(format!(
                "there is no consistency proof from size {old} to size {new}, expected 0 < old <= new"
            )));
        }
        let (mut start, mut length) = (0, new);
        let mut path = Vec::new();
        // While the part is exactly the old tree the verifier knows its hash from the old root.
        let mut known = true;
        while start + length != old {
            let left = split(length);
            if old <= start + left {
                path.push(self.range(start + left, length - left));
                length = left;
            } else {
                path.push(self.range(start, left));
                start += left;
                length -= left;
                known = false;
            }
        }
        if !known {
            path.push(self.range(start, length));
        }
        path.reverse();
        Ok(path)
    }

    fn check_size(&self, size: u64) -> Result<(), Error> {
        if size <= self.size() {
            Ok(())
        } else {
            Err(Error::out_of_range(format!("size {size} is larger than the tree of {} leaves", self.size())))
        }
    }

    /// The hash over `length` leaves from `start`, which must be a multiple of the power of two not below
    /// `length`: the parts that splitting a tree gives are such.
    fn range(&self, start: u64, length: u64) -> Hash {
        if length == 0 {
            return empty_root();
        }
        // The full subtrees, one per set bit of the length, larger ones first; folded from the right.
        let mut root = None;
        let mut end = start + length;
        let mut rest = length;
        while rest > 0 {
            let level = rest.trailing_zeros();
            end -= 1 << level;
            rest -= 1 << level;
            let full = self.levels[level as usize][(end >> level) as usize];
            root = Some(root.map_or(full, |right| node_hash(full, right)));
        }
        root.unwrap_or_else(empty_root)
    }
}

/// The largest power of two below `length`, which is at least 2.
fn split(length: u64) -> u64 {
    1 << (63 - (length - 1).leading_zeros())
}
