//! What a state said it would give.
use crate::pillar::{Condition, Domain, Modality};
use crate::quantity::Quantity;
use crate::source::SourceRef;
use crate::words::{Id, Whose, Words, choice};
use serde::{Deserialize, Serialize};

choice! {
    /// How far a pledge has come, from a rumour to what was seen in its place.
    PledgeStatus {
        /// Others speculate on it.
        Speculated => "speculated",
        /// It is talked about at home.
        UnderDomesticTalks => "under-domestic-talks",
        /// An intent was declared.
        DeclaredIntent => "declared-intent",
        /// Another state announced it.
        AnnouncedByOther => "announced-by-other",
        /// It waits for parliament.
        SubjectToParliament => "subject-to-parliament",
        /// The state pledged it.
        Pledged => "pledged",
        /// Parliament approved it.
        ParliamentApproved => "parliament-approved",
        /// It is set aside for this.
        Earmarked => "earmarked",
        /// It was sent.
        Deployed => "deployed",
        /// It was verified in its place.
        VerifiedInPlace => "verified-in-place",
        /// It was taken back.
        Withdrawn => "withdrawn",
        /// Not known.
        Unclear => "unclear",
    }
}

impl PledgeStatus {
    /// Whether the state itself has promised it, or done more.
    #[must_use]
    pub const fn is_promised(self) -> bool {
        matches!(
            self,
            Self::Pledged | Self::ParliamentApproved | Self::Earmarked | Self::Deployed | Self::VerifiedInPlace
        )
    }
}

/// A pledge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pledge {
    /// What other lines call it.
    pub id: Id,
    /// Whose.
    pub state: Whose,
    /// The pillar that it belongs to.
    pub pillar: Id,
    /// In which fields.
    pub domains: Vec<Domain>,
    /// What.
    pub what: Words,
    /// How much.
    pub quantity: Quantity,
    /// How far it has come.
    pub status: PledgeStatus,
    /// How firmly it was said.
    pub modality: Modality,
    /// Who announced it, if not the state itself.
    pub announced_by: Option<Id>,
    /// What must be so first.
    #[serde(default)]
    pub after: Vec<Condition>,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}
