//! The way of an instrument or a component through a state's own procedure.
use crate::source::SourceRef;
use crate::words::{Date, Id, Text, Whose, Words, choice};
use serde::{Deserialize, Serialize};

/// The most steps of a track: each kind of step, twice for a second passage.
pub const MAX_STEPS: usize = 28;

choice! {
    /// A step. The procedure of a state is not guessed: a track holds the steps that a source names.
    StepKind {
        /// It was announced.
        Announced => "announced",
        /// Parties are consulted.
        PartyConsultations => "party-consultations",
        /// It is before parliament.
        Submitted => "submitted-to-parliament",
        /// A committee deals with it.
        Committee => "committee",
        /// The lower house, or the only one, decides.
        LowerHouse => "lower-house",
        /// The upper house decides.
        UpperHouse => "upper-house",
        /// A court reviews it.
        ConstitutionalReview => "constitutional-review",
        /// The head of state acts.
        HeadOfState => "head-of-state",
        /// The instrument is deposited.
        Deposited => "instrument-deposited",
        /// It is in force.
        InForce => "in-force",
        /// It was rejected.
        Rejected => "rejected",
        /// It lapsed.
        Lapsed => "lapsed",
        /// It needs no ratification, on a legal basis that is named.
        NotRequired => "not-required",
        /// Not known.
        Unclear => "unclear",
    }
}

impl StepKind {
    /// The step that stands before this one in every state's procedure. A track may name others of its own.
    #[must_use]
    pub const fn predecessor(self) -> Option<Self> {
        match self {
            Self::Committee | Self::LowerHouse | Self::UpperHouse | Self::Rejected => Some(Self::Submitted),
            _ => None,
        }
    }

    /// Whether it comes after all other steps of its track.
    #[must_use]
    pub const fn is_last(self) -> bool {
        matches!(self, Self::InForce)
    }
}

choice! {
    /// How a step stands.
    StepStatus {
        /// It is behind us.
        Done => "done",
        /// It is being taken.
        UnderWay => "under-way",
        /// It was announced and has not begun.
        Ahead => "ahead",
        /// It is needed; nothing was said of when.
        Required => "required",
        /// Not known.
        Unclear => "unclear",
    }
}

impl StepStatus {
    /// Whether the step has begun.
    #[must_use]
    pub const fn has_begun(self) -> bool {
        matches!(self, Self::Done | Self::UnderWay)
    }
}

/// A step of a track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Which step.
    pub kind: StepKind,
    /// How it stands.
    pub status: StepStatus,
    /// When it was taken, if that was said.
    pub date: Option<Date>,
    /// Further steps that must be done before it in this state.
    #[serde(default)]
    pub after: Vec<StepKind>,
    /// The law that it rests on.
    pub legal_basis: Option<Text>,
    /// What was said of it.
    pub text: Option<Words>,
    /// What the step rests on; the track's sources if none are given.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}

/// The way of an instrument or of a pillar's commitment through a state's procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatificationTrack {
    /// What other lines call it.
    pub id: Id,
    /// Whose.
    pub state: Whose,
    /// The instrument, if one is named.
    pub instrument: Option<Id>,
    /// The pillar of which it is a part, if one is named.
    pub pillar: Option<Id>,
    /// Who decides, such as the name of a parliament.
    pub decided_by: Option<Text>,
    /// What was said of how it may go. Votes are not forecast.
    pub risk: Option<Words>,
    /// The steps that a source names.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}

impl RatificationTrack {
    /// Whether the state is bound: in force, or no ratification needed. An unratified state is never counted as bound.
    #[must_use]
    pub fn binds(&self) -> bool {
        let done = |step: &&Step| step.status == StepStatus::Done;
        let kinds = || self.steps.iter().filter(done).map(|step| step.kind);
        kinds().any(|kind| matches!(kind, StepKind::InForce | StepKind::NotRequired))
            && !kinds().any(|kind| matches!(kind, StepKind::Rejected | StepKind::Lapsed))
    }
}
