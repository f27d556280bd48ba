//! What states say they could do in answer: a catalogue that they write. It is never ranked, and nothing in it is proposed.
use crate::pillar::SupportKind;
use crate::source::SourceRef;
use crate::words::{Id, Words, choice};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

choice! {
    /// Who must agree first.
    Approval {
        /// The government.
        Government => "government",
        /// Parliament.
        Parliament => "parliament",
        /// The beneficiary asks.
        Request => "request-of-beneficiary",
        /// An international organisation.
        Organisation => "international-organisation",
        /// Not known.
        Unclear => "unclear",
    }
}

choice! {
    /// Whether a state may.
    Allowed {
        /// It may.
        Yes => "yes",
        /// It may not.
        No => "no",
        /// It may after a vote.
        AfterVote => "after-a-vote",
        /// Not known. Of a state that an option does not name, this is said.
        Unclear => "unclear",
    }
}

/// An option of the catalogue. The catalogue keeps the order in which states wrote it; the program has no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponseOption {
    /// What other lines call it.
    pub id: Id,
    /// The pillar that names it.
    pub pillar: Id,
    /// What kind of support it is.
    pub kind: SupportKind,
    /// In words.
    pub text: Words,
    /// Who must agree first.
    #[serde(default)]
    pub needs: Vec<Approval>,
    /// Which states may; of those that are not named it is unclear.
    #[serde(default)]
    pub allowed: BTreeMap<String, Allowed>,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}

impl ResponseOption {
    /// Whether a state may.
    #[must_use]
    pub fn allowed_for(&self, state: &str) -> Allowed {
        self.allowed.get(state).copied().unwrap_or(Allowed::Unclear)
    }
}
