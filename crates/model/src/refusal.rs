//! A refusal: something arrived that could not be decoded or cannot be true. It is not silence.
use crate::entry;
use crate::hash::Hash;
use crate::time::Time;
use crate::{canonical_map, journal_entry};

/// What was refused at intake, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Who delivered it: a source or the name of a file.
    pub source: String,
    /// Where in the delivery: a path of fields such as `detections[2]`.
    pub offset: String,
    /// The rule it breaks, a short name such as `azimuth-range`.
    pub rule: String,
    /// What was found and what was expected, in words.
    pub expected: String,
    /// SHA-256 of what was refused.
    pub payload: Hash,
}

canonical_map!(Refusal {
    "rule" => rule,
    "offset" => offset,
    "source" => source,
    "payload" => payload,
    "expected" => expected,
});
journal_entry!(Refusal, "refusal", 1);

/// A flood of refusals of one source in one second, as one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusals {
    /// Who delivered them.
    pub source: String,
    /// The clock when they came, to the second: the node's, or the recording's newest tick; none before the first.
    pub second: Option<Time>,
    /// How many were folded, from 1.
    pub count: u64,
    /// A chain over them in order: `h = SHA-256(h || SHA-256(entry))`, from 32 zero bytes, where `entry` is what each
    /// would have been registered as. Whoever has the delivery can compute it again.
    pub chain: Hash,
    /// The first of them.
    pub first: Refusal,
    /// The last of them.
    pub last: Refusal,
}

canonical_map!(Refusals {
    "last" => last,
    "chain" => chain,
    "count" => count,
    "first" => first,
    "second" => second,
    "source" => source,
});
journal_entry!(Refusals, "refusals", 1);

impl Refusals {
    /// A flood that begins with this refusal.
    #[must_use]
    pub fn begin(second: Option<Time>, first: Refusal) -> Self {
        let chain = chained(Hash([0; 32]), &first);
        Self { source: first.source.clone(), second, count: 1, chain, last: first.clone(), first }
    }

    /// Folds the next refusal into it.
    pub fn fold(&mut self, next: Refusal) {
        self.chain = chained(self.chain, &next);
        self.count += 1;
        self.last = next;
    }
}

fn chained(chain: Hash, refusal: &Refusal) -> Hash {
    Hash::of_parts(&[&chain.0, &Hash::of(&entry::to_bytes(refusal)).0])
}
