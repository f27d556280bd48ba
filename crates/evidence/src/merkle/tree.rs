use super::{node_hash, parts};
use crate::Error;
use truceline_model::hash::Hash;

/// An append-only tree in memory. It keeps the hash of every full subtree, about two hashes per leaf, so that
/// appending takes one node hash per leaf on average and a root or a proof a number of steps that grows with the
/// logarithm of the size. Whoever has the older ones elsewhere has it [`forget`](Self::forget) them.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// `levels[k]` holds the hashes of the full subtrees over leaves `i << k` to `(i + 1) << k`.
    levels: Vec<Level>,
}

/// The newest hashes of a level.
#[derive(Debug, Clone, Default)]
struct Level {
    /// The place of the first that is held. Those before it were forgotten.
    first: u64,
    nodes: Vec<Hash>,
}

impl Level {
    /// The place after the last one.
    fn end(&self) -> u64 {
        self.first + self.nodes.len() as u64
    }

    fn at(&self, index: u64) -> Option<usize> {
        usize::try_from(index.checked_sub(self.first)?).ok()
    }

    fn get(&self, index: u64) -> Option<Hash> {
        self.nodes.get(self.at(index)?).copied()
    }
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
        self.levels.first().map_or(0, Level::end)
    }

    /// How many hashes it holds in memory.
    #[must_use]
    pub fn held(&self) -> usize {
        self.levels.iter().map(|level| level.nodes.len()).sum()
    }

    /// Appends one leaf and returns its index.
    pub fn append(&mut self, leaf: Hash) -> u64 {
        let index = self.size();
        let mut hash = leaf;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Level::default());
            }
            let level = &mut self.levels[level];
            level.nodes.push(hash);
            let [.., left, right] = level.nodes[..] else { break };
            if !level.end().is_multiple_of(2) {
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
                self.levels.push(Level::default());
            }
            let held = start >> level;
            // At most one subtree of a level begins before the run and ends in it.
            let straddles = held << level < start && (held + 1) << level <= size;
            let below = straddles.then(|| &self.levels[level - 1]);
            let node = below.and_then(|below| Some(node_hash(below.get(2 * held)?, below.get(2 * held + 1)?)));
            let nodes = &mut self.levels[level].nodes;
            nodes.extend(node);
            nodes.extend_from_slice(run.levels.get(level).map_or(&[], Vec::as_slice));
        }
        Ok(())
    }

    /// Lets go of the hashes over full subtrees of `2^level` leaves before the `before`th of them. The newest without a
    /// sibling stays: what is appended next needs it, and so does the root.
    pub fn forget(&mut self, level: u32, before: u64) {
        /// Room that a level keeps, whatever it holds.
        const HASHES_KEPT: usize = 1 << 10;
        let Some(level) = self.levels.get_mut(level as usize) else { return };
        // Whole pairs only.
        let before = before.min(level.end()) & !1;
        if let Some(count) = level.at(before).filter(|count| *count > 0) {
            level.nodes.drain(..count);
            level.first = before;
            if level.nodes.capacity() > 4 * level.nodes.len().max(HASHES_KEPT) {
                level.nodes.shrink_to(2 * level.nodes.len().max(HASHES_KEPT));
            }
        }
    }

    /// The hash of one leaf; none if the tree does not reach so far, or forgot it.
    #[must_use]
    pub fn leaf(&self, index: u64) -> Option<Hash> {
        self.node(0, index)
    }

    /// The hash over the full subtree of `2^level` leaves from `index << level`; none if the tree does not reach so far, or
    /// forgot it.
    #[must_use]
    pub fn node(&self, level: u32, index: u64) -> Option<Hash> {
        self.levels.get(level as usize)?.get(index)
    }

    /// The hashes over the full subtrees of `2^level` leaves from the `from`th to before the `to`th; none if the tree does not
    /// reach so far, or forgot some of them.
    #[must_use]
    pub fn nodes(&self, level: u32, from: u64, to: u64) -> Option<&[Hash]> {
        let level = self.levels.get(level as usize)?;
        level.nodes.get(level.at(from)?..level.at(to)?)
    }

    /// The root over all leaves.
    #[must_use]
    pub fn root(&self) -> Hash {
        // What it is made of has no sibling yet and was not forgotten.
        self.root_at(self.size()).unwrap_or_else(|_| super::empty_root())
    }

    /// The root over the first `size` leaves.
    ///
    /// # Errors
    /// If the tree has fewer leaves, or forgot what the root is made of.
    pub fn root_at(&self, size: u64) -> Result<Hash, Error> {
        self.check_size(size)?;
        parts::root(size, |level, index| self.known(level, index))
    }

    /// The proof that leaf `index` stands in the tree of the first `size` leaves, from the leaf upward
    /// (PATH of RFC 6962, section 2.1.1).
    ///
    /// # Errors
    /// Unless `index < size` and the tree has `size` leaves, or if it forgot what the proof is made of.
    pub fn inclusion_proof(&self, index: u64, size: u64) -> Result<Vec<Hash>, Error> {
        self.check_size(size)?;
        if index >= size {
            return Err(Error::out_of_range(format!("there is no leaf {index} in a tree of {size} leaves")));
        }
        parts::inclusion_proof(index, size, |level, index| self.known(level, index))
    }

    /// The proof that the tree of the first `new` leaves begins with the tree of the first `old` leaves
    /// (PROOF of RFC 6962, section 2.1.2). It is empty when the sizes are equal.
    ///
    /// # Errors
    /// Unless `0 < old <= new` and the tree has `new` leaves, or if it forgot what the proof is made of.
    pub fn consistency_proof(&self, old: u64, new: u64) -> Result<Vec<Hash>, Error> {
        self.check_size(new)?;
        if old == 0 || old > new {
            return Err(Error::out_of_range(format!(
                "there is no consistency proof from size {old} to size {new}, expected 0 < old <= new"
            )));
        }
        parts::consistency_proof(old, new, |level, index| self.known(level, index))
    }

    fn known(&self, level: u32, index: u64) -> Result<Hash, Error> {
        let forgotten = || Error::out_of_range(format!("the tree forgot node {index} of level {level}"));
        self.node(level, index).ok_or_else(forgotten)
    }

    fn check_size(&self, size: u64) -> Result<(), Error> {
        if size <= self.size() {
            Ok(())
        } else {
            Err(Error::out_of_range(format!("size {size} is larger than the tree of {} leaves", self.size())))
        }
    }
}
