//! What a state says that it will not do, or only so.
use crate::source::SourceRef;
use crate::words::{Id, Text, Words, choice};
use serde::{Deserialize, Serialize};

choice! {
    /// What a caveat limits.
    CaveatKind {
        /// Where.
        Geographic => "geographic",
        /// In which field.
        Domain => "domain",
        /// Under whose mandate.
        Mandate => "mandate",
        /// After what.
        Precondition => "precondition",
        /// Parliament decides on each mission.
        ParliamentaryVeto => "parliamentary-veto-per-mission",
        /// For how long.
        TimeLimit => "time-limit",
        /// With how much force.
        ForceUse => "force-use",
        /// Under whose command.
        CommandArrangement => "command-arrangement",
        /// For how much money.
        Financial => "financial",
    }
}

/// Words that qualify a caveat: it is not shown without them, nor they without it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Qualifier {
    /// The words as said.
    pub quote: Text,
    /// What they mean, in our words.
    pub meaning: Words,
    /// What says so.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}

/// A caveat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caveat {
    /// What other lines call it.
    pub id: Id,
    /// Whose.
    pub states: Vec<Id>,
    /// What it limits.
    pub kind: CaveatKind,
    /// In our words.
    pub text: Words,
    /// What qualifies it.
    pub qualified_by: Option<Qualifier>,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}
