//! The pillars of the arrangement, what brings each into play, and the kinds of support.
use crate::source::SourceRef;
use crate::words::{Id, Words, choice};
use serde::{Deserialize, Serialize};

choice! {
    /// How firmly something was said. It is shown as said, never as more.
    Modality {
        /// It is proposed.
        Proposed => "proposed",
        /// It may be.
        May => "may",
        /// Somebody intends to.
        Intends => "intends",
        /// Somebody stands ready to commit.
        StandsReady => "stands-ready-to-commit",
        /// It was agreed to finalise it.
        AgreedToFinalise => "agreed-to-finalise",
        /// Somebody commits to it.
        Commits => "commits",
        /// Not known.
        Unclear => "unclear",
    }
}

impl Modality {
    /// Whether it binds anybody now.
    #[must_use]
    pub const fn binds(self) -> bool {
        matches!(self, Self::Commits)
    }
}

choice! {
    /// What kind of support.
    SupportKind {
        /// With armed forces or arms.
        Military => "military",
        /// With intelligence.
        Intelligence => "intelligence",
        /// With transport, supplies, repair.
        Logistic => "logistic",
        /// With money or trade.
        Economic => "economic",
        /// With sanctions.
        Sanctions => "sanctions",
        /// By diplomacy.
        Diplomatic => "diplomatic",
        /// For people in need.
        Humanitarian => "humanitarian",
    }
}

choice! {
    /// The field in which something is done.
    Domain {
        /// In the air.
        Air => "air",
        /// At sea.
        Sea => "sea",
        /// On land.
        Land => "land",
        /// In networks.
        Cyber => "cyber",
        /// In orbit.
        Space => "space",
        /// Intelligence.
        Intelligence => "intelligence",
        /// Logistics.
        Logistics => "logistics",
        /// Training.
        Training => "training",
        /// Money.
        Finance => "finance",
        /// Equipment.
        Equipment => "equipment",
        /// Not known.
        Unclear => "unclear",
    }
}

/// A pillar of the arrangement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pillar {
    /// Its id; the board keeps the order of the file.
    pub id: Id,
    /// What it is called.
    pub title: Words,
    /// Who leads it.
    #[serde(default)]
    pub lead: Vec<Id>,
    /// The fields it names.
    #[serde(default)]
    pub domains: Vec<Domain>,
    /// The kinds of support it names.
    #[serde(default)]
    pub support: Vec<SupportKind>,
    /// The pillars on which it rests.
    #[serde(default)]
    pub rests_on: Vec<Id>,
    /// How firmly it was said.
    pub modality: Modality,
    /// What else was said of it.
    pub text: Option<Words>,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}

choice! {
    /// What must be so before a component is in play.
    Condition {
        /// There is a ceasefire.
        Ceasefire => "ceasefire",
        /// A ceasefire has entered into force.
        CeasefireInForce => "ceasefire-in-force",
        /// Hostilities have credibly ceased.
        CredibleCessation => "credible-cessation",
        /// The beneficiary asks for it.
        Request => "request-of-beneficiary",
        /// There is a new armed attack.
        ArmedAttack => "future-armed-attack",
        /// Allies have concluded who is at fault for a breach.
        Fault => "fault-concluded",
        /// Those who govern decide.
        PoliticalDecision => "political-decision",
        /// Parliaments have ratified.
        Ratified => "ratified",
        /// Not known.
        Unclear => "unclear",
    }
}

impl Condition {
    /// Whether only people can say that it is met. The others are facts that a source states; the program computes none.
    #[must_use]
    pub const fn is_for_people(self) -> bool {
        matches!(self, Self::CredibleCessation | Self::Fault | Self::PoliticalDecision | Self::Request)
    }
}

/// What brings a component into play. Conditions are shown; nothing is done about them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activation {
    /// What other lines call it.
    pub id: Id,
    /// The component.
    pub pillar: Id,
    /// All that must be so.
    pub needs: Vec<Condition>,
    /// In words.
    pub text: Words,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}
