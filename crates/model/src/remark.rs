//! What the engine says about its inputs and its own running, so that nothing is dropped in silence.
use crate::case::CaseId;
use crate::hash::Hash;
use crate::{canonical_map, journal_entry};

/// An input that came after the window of its group was closed. Only a reassessment uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateInput {
    /// The input's entry, by SHA-256.
    pub input: Hash,
    /// The case whose window was closed; none when the window closed without an event.
    pub case: Option<CaseId>,
}

canonical_map!(LateInput { "case" => case, "input" => input });

/// An input that is registered and not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excluded {
    /// The input's entry, by SHA-256.
    pub input: Hash,
    /// Why it is not used, in words.
    pub reason: String,
}

canonical_map!(Excluded { "input" => input, "reason" => reason });

/// A case that later notices no longer revise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseClosed {
    /// The case.
    pub case: CaseId,
    /// Why, in words.
    pub reason: String,
}

canonical_map!(CaseClosed { "case" => case, "reason" => reason });

impl CaseClosed {
    /// The reason of a case that is withdrawn: what it rested on belongs to other events, or to none.
    pub const WITHDRAWN: &str = "once their window closed, its arrivals were explained without it";

    /// Whether the case is withdrawn, so that it counts nowhere; else it is only too old to be revised.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        self.reason == Self::WITHDRAWN
    }
}

/// The end of one input's outputs: how many, and the hash over them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputsEnd {
    /// The input's index.
    pub input: u64,
    /// How many outputs stand before this marker.
    pub count: u32,
    /// SHA-256 over the outputs' own SHA-256, in order.
    pub hash: Hash,
}

canonical_map!(OutputsEnd { "hash" => hash, "count" => count, "input" => input });
journal_entry!(OutputsEnd, "outputs_end", 1);

/// An output that stands in the journal is not what the engine now derives. Deriving stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Divergence {
    /// The input whose outputs differ.
    pub input: u64,
    /// The index of the journal's entry that differs.
    pub entry: u64,
    /// SHA-256 of what stands.
    pub stands: Hash,
    /// SHA-256 of what was derived.
    pub derived: Hash,
}

canonical_map!(Divergence { "entry" => entry, "input" => input, "stands" => stands, "derived" => derived });
journal_entry!(Divergence, "divergence", 1);
