//! The four bodies, kept apart.
use crate::actor::Members;
use crate::source::SourceRef;
use crate::words::{Id, Words, choice};
use serde::{Deserialize, Serialize};

choice! {
    /// Which of the four.
    BodyKind {
        /// Who leads the monitoring: registers and verifies.
        MonitoringLead => "monitoring-lead",
        /// Who addresses breaches, attributes responsibility, determines remedies.
        SpecialCommission => "special-commission",
        /// Who coordinates the force. Not a part of the mechanism.
        CoordinationCell => "coordination-cell",
        /// Where the guarantors consult and decide, each for itself.
        GuarantorsConsultation => "guarantors-consultation",
    }
}

impl BodyKind {
    /// Whether a body may write to another. Findings go from the mechanism to those who decide; nothing goes back, and the
    /// side of the force never writes to the mechanism.
    #[must_use]
    pub const fn may_write_to(self, to: Self) -> bool {
        match self {
            Self::MonitoringLead => matches!(to, Self::SpecialCommission | Self::GuarantorsConsultation),
            Self::SpecialCommission => matches!(to, Self::MonitoringLead | Self::GuarantorsConsultation),
            Self::GuarantorsConsultation => matches!(to, Self::CoordinationCell),
            Self::CoordinationCell => false,
        }
    }
}

/// A body of the arrangement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// What other lines call it.
    pub id: Id,
    /// Which of the four.
    pub kind: BodyKind,
    /// What it is called.
    pub name: Words,
    /// Who leads it, if that was said.
    #[serde(default)]
    pub lead: Vec<Id>,
    /// Who belongs to it.
    pub members: Members,
    /// The bodies to which it writes.
    #[serde(default)]
    pub writes_to: Vec<Id>,
    /// What was said of it.
    pub text: Option<Words>,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}
