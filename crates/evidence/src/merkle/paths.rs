use super::{node_hash, verify_inclusion};
use crate::Error;
use truceline_model::hash::Hash;

/// Inclusion proofs under one root, one after the other: where a path meets the one before it, what is above is compared and
/// not hashed again.
///
/// # Algorithm
/// As [`verify_inclusion`], with the same answer for each proof. Of the newest path that held both children of every node
/// are known; a path that comes to a known node with the same children, and has the same siblings above, leads to the same
/// root. For leaves in a row that takes two hashes a leaf instead of one for each level.
#[derive(Debug, Clone)]
pub struct Paths {
    size: u64,
    root: Hash,
    newest: Vec<Step>,
}

/// Two children on a path, and which of them is the sibling.
#[derive(Debug, Clone, Copy)]
struct Step {
    level: u32,
    /// The place of their parent on the level above.
    parent: u64,
    left: Hash,
    right: Hash,
    sibling_is_left: bool,
}

impl Step {
    fn sibling(&self) -> Hash {
        if self.sibling_is_left { self.left } else { self.right }
    }
}

impl Paths {
    /// Paths in the tree of `size` leaves with `root`.
    #[must_use]
    pub fn new(size: u64, root: Hash) -> Self {
        Self { size, root, newest: Vec::new() }
    }

    /// Verifies that `leaf` stands at `index`.
    ///
    /// # Errors
    /// As [`verify_inclusion`].
    pub fn verify(&mut self, leaf: Hash, index: u64, proof: &[Hash]) -> Result<(), Error> {
        match self.steps(leaf, index, proof) {
            Some(steps) => {
                self.newest = steps;
                Ok(())
            }
            None => verify_inclusion(leaf, index, self.size, proof, self.root),
        }
    }

    /// The path of a proof that holds.
    fn steps(&self, leaf: Hash, index: u64, proof: &[Hash]) -> Option<Vec<Step>> {
        if index >= self.size {
            return None;
        }
        let (mut node, mut last, mut level) = (index, self.size - 1, 0);
        let mut hash = leaf;
        let mut known = 0;
        let mut steps = Vec::with_capacity(proof.len());
        for (at, &sibling) in proof.iter().enumerate() {
            if last == 0 {
                return None;
            }
            // The last node of a level without a sibling stands for its parent, until it is a right child.
            while node == last && node & 1 == 0 {
                (node, last, level) = (node >> 1, last >> 1, level + 1);
            }
            let sibling_is_left = node & 1 == 1;
            let (left, right) = if sibling_is_left { (sibling, hash) } else { (hash, sibling) };
            (node, last) = (node >> 1, last >> 1);
            let step = Step { level, parent: node, left, right, sibling_is_left };
            level += 1;
            while self.newest.get(known).is_some_and(|held| held.level < step.level) {
                known += 1;
            }
            if let Some(held) = self.newest.get(known)
                && (held.level, held.parent) == (step.level, step.parent)
            {
                let above = &self.newest[known + 1..];
                let same = (held.left, held.right) == (left, right)
                    && proof[at + 1..].iter().copied().eq(above.iter().map(Step::sibling));
                steps.push(step);
                steps.extend_from_slice(above);
                return same.then_some(steps);
            }
            steps.push(step);
            hash = node_hash(left, right);
        }
        (last == 0 && hash == self.root).then_some(steps)
    }
}
