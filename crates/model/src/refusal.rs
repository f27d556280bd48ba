//! A refusal: something arrived that could not be decoded or cannot be true. It is not silence.
use crate::hash::Hash;
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
