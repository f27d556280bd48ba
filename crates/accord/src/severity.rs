//! How serious what is said of an event would be, if it were so: what a duty officer looks at first.
//!
//! Severity and corroboration order the queue and nothing else. No verdict, no release and no count hangs on them, and a place
//! in the queue is no place in blame. Severity is a function of what a clause prohibits, of its zone, and of facts that are
//! stated or not: it has no count to rise by, so that a hundred of the same are as severe as one. No party's name is among what
//! it is made from.
use crate::agreement::{Act, Agreement, Clause, Rule, ZoneKind};
use truceline_model::attribution::corroboration::Level;
use truceline_model::canonical_names;
use truceline_model::finding::{Finding, Verdict};
use truceline_model::harm::Harm;
use truceline_model::observation::{Observation, ObservedKind};

/// How serious it would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Irregular, and nobody harmed by it.
    Irregularity,
    /// An incident.
    Incident,
    /// People harmed, a site that is protected, or a heavy weapon.
    Serious,
    /// Large in itself: an offensive.
    Grave,
}

canonical_names!(Severity { "S1" => Irregularity, "S2" => Incident, "S3" => Serious, "S4" => Grave });

impl Severity {
    /// As people read it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Irregularity => "irregularity",
            Self::Incident => "incident",
            Self::Serious => "serious incident",
            Self::Grave => "grave",
        }
    }
}

/// What somebody stated of the event itself, each once however often it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// That people were harmed.
    pub casualty: bool,
    /// That a rocket was launched.
    pub rocket: bool,
}

impl Facts {
    /// What observations state that an event rests on.
    #[must_use]
    pub fn of<'a>(observations: impl IntoIterator<Item = &'a Observation>) -> Self {
        observations.into_iter().fold(Self::default(), |facts, one| Self {
            casualty: facts.casualty || one.kind == ObservedKind::Casualty || one.harm.as_ref().is_some_and(of_people),
            rocket: facts.rocket || one.kind == ObservedKind::RocketLaunch,
        })
    }
}

/// Whether it is harm to people.
fn of_people(harm: &Harm) -> bool {
    harm.killed.total() + harm.injured.total() > 0
}

/// How serious an act is by itself.
#[must_use]
pub fn of_act(act: Act) -> Severity {
    match act {
        Act::Reinforce
        | Act::RotateForces
        | Act::Resupply
        | Act::Stockpile
        | Act::UavFlight
        | Act::MannedFlight
        | Act::Reconnaissance
        | Act::Fortification
        | Act::LiveFireTraining
        | Act::Crossing
        | Act::MaritimeObstruction => Severity::Irregularity,
        // Of what only infrasound shows, the kind is not assessed: not less than an incident, and no weapon is named.
        Act::InfrasonicEvent
        | Act::FireSmallArms
        | Act::SniperFire
        | Act::AdvanceOrChangeOfPosition
        | Act::Sabotage
        | Act::MineLaying
        | Act::ObstructMonitors
        | Act::InterfereWithSensor => Severity::Incident,
        Act::FireHeavyWeapon
        | Act::Shelling
        | Act::RocketOrMissileStrike
        | Act::AirStrike
        | Act::OneWayUavStrike
        | Act::MaritimeAttack
        | Act::AttackOnProtectedSite
        | Act::AttackOnInfrastructure
        | Act::AttackMonitorAsset => Severity::Serious,
        Act::OffensiveAction => Severity::Grave,
    }
}

/// How serious what a finding says would be; none where there is no verdict. What is permitted and notified is at most
/// irregular.
#[must_use]
pub fn severity(finding: &Finding, agreement: Option<&Agreement>, facts: Facts) -> Option<Severity> {
    match finding.verdict {
        Verdict::RecordedOnly => return None,
        Verdict::PermittedAndNotified(_) => return Some(Severity::Irregularity),
        Verdict::PossibleBreach | Verdict::Undetermined => {}
    }
    let agreement = agreement?;
    let clause = agreement.clause(finding.clause.as_deref()?)?;
    Some(of_clause(clause, agreement, facts))
}

fn of_clause(clause: &Clause, agreement: &Agreement, facts: Facts) -> Severity {
    let (act, zone) = match &clause.rule {
        Rule::Prohibits { act, zone } => (*act, zone.as_deref().and_then(|id| agreement.zone(id))),
        Rule::Notes { .. } | Rule::PermitsNotified { .. } | Rule::Sealed { .. } => return Severity::Irregularity,
    };
    let is_protected =
        zone.is_some_and(|zone| matches!(zone.kind, ZoneKind::ProtectedSite | ZoneKind::HumanitarianCorridor));
    let raised = is_protected || facts.casualty || facts.rocket;
    of_act(act).max(if raised { Severity::Serious } else { Severity::Irregularity })
}

/// A place in the queue: a smaller one is looked at first. What has no verdict comes last; of the same severity what is better
/// corroborated first.
#[must_use]
pub fn queue_place(severity: Option<Severity>, corroboration: Level) -> u8 {
    let severity = match severity {
        Some(Severity::Grave) => 0,
        Some(Severity::Serious) => 1,
        Some(Severity::Incident) => 2,
        Some(Severity::Irregularity) => 3,
        None => 4,
    };
    let corroboration = match corroboration {
        Level::C4 => 0,
        Level::C3 => 1,
        Level::C2 => 2,
        Level::C1 => 3,
        Level::C0 => 4,
    };
    severity * 5 + corroboration
}

#[cfg(test)]
mod tests;
