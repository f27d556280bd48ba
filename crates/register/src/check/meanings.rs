//! Rules on what single nouns say.
use super::{Rule, Violation};
use crate::pillar::Modality;
use crate::pledge::PledgeStatus;
use crate::programme::MAX_TRANCHES;
use crate::ratification::{MAX_STEPS, RatificationTrack, Step, StepKind, StepStatus};
use crate::register::{Line, Register};
use crate::reminder::MAX_AFTER_H;
use std::collections::BTreeMap;

pub(super) fn check(register: &Register) -> Vec<Violation> {
    let mut found = Vec::new();
    register.tracks.iter().for_each(|track| steps(track, &mut found));
    actors(register, &mut found);
    bodies(register, &mut found);
    pledges(register, &mut found);
    let mut broken = |rule, place: &str, message: String| found.push(Violation::new(rule, place, message));
    for pillar in register.pillars.iter().filter(|pillar| pillar.rests_on.contains(&pillar.id)) {
        broken(Rule::RestsOnItself, &pillar.place, format!("{} rests on itself, expected another pillar", pillar.id));
    }
    for caveat in register.caveats.iter().filter(|caveat| caveat.states.is_empty()) {
        broken(Rule::CaveatOfNobody, &caveat.place, format!("{} has no states, expected at least one", caveat.id));
    }
    for deployment in &register.deployments {
        if let Some(distance) = deployment.distance.filter(|distance| distance.least_km > distance.most_km) {
            let message = format!("{} km to {} km, expected less to more", distance.least_km, distance.most_km);
            broken(Rule::Distance, &deployment.place, message);
        }
    }
    for programme in register.programmes.iter().filter(|programme| programme.tranches.len() > MAX_TRANCHES) {
        let message = format!("{} tranches, expected at most {MAX_TRANCHES}", programme.tranches.len());
        broken(Rule::Bound, &programme.place, message);
    }
    for reminder in register.reminders.iter().filter(|reminder| !(1..=MAX_AFTER_H).contains(&reminder.after_h)) {
        broken(Rule::Bound, &reminder.place, format!("{} h, expected 1 to {MAX_AFTER_H}", reminder.after_h));
    }
    found
}

fn actors(register: &Register, found: &mut Vec<Violation>) {
    for organisation in &register.organisations {
        for role in organisation.roles.iter().filter(|role| role.gives()) {
            let message = format!("{} is {role}, expected a role that gives no guarantee", organisation.id);
            found.push(Violation::new(Rule::OrganisationGives, &organisation.place, message));
        }
    }
}

fn bodies(register: &Register, found: &mut Vec<Violation>) {
    let mut kinds = BTreeMap::new();
    for body in &register.bodies {
        let first = kinds.entry(body.kind).or_insert(body);
        if first.place != body.place {
            let message = format!("the {} stands at {} already, expected it once", body.kind, first.place);
            found.push(Violation::new(Rule::BodyTwice, &body.place, message));
        }
        for to in &body.writes_to {
            let Some(other) = register.bodies.iter().find(|other| other.id == *to) else { continue };
            if !body.kind.may_write_to(other.kind) {
                let message = format!("writes_to: the {} never writes to the {}", body.kind, other.kind);
                found.push(Violation::new(Rule::WritesToMechanism, &body.place, message));
            }
        }
    }
}

fn pledges(register: &Register, found: &mut Vec<Violation>) {
    for pledge in &register.pledges {
        if pledge.status.is_promised() && !matches!(pledge.modality, Modality::Commits | Modality::Unclear) {
            let message = format!("{} was said as \"{}\", expected no more than that", pledge.status, pledge.modality);
            found.push(Violation::new(Rule::MoreThanSaid, &pledge.place, message));
        }
        if pledge.status == PledgeStatus::AnnouncedByOther && pledge.announced_by.is_none() {
            let message = "announced by other, expected `announced_by`".to_owned();
            found.push(Violation::new(Rule::NobodyAnnounced, &pledge.place, message));
        }
    }
}

fn steps(track: &Line<RatificationTrack>, found: &mut Vec<Violation>) {
    let mut broken = |rule, message: String| found.push(Violation::new(rule, &track.place, message));
    if track.steps.is_empty() || track.steps.len() > MAX_STEPS {
        broken(Rule::Steps, format!("{} steps, expected 1 to {MAX_STEPS}", track.steps.len()));
    }
    for (at, step) in track.steps.iter().enumerate() {
        if track.steps[..at].iter().any(|other| other.kind == step.kind) {
            broken(Rule::Steps, format!("step[{at}]: {} stands twice, expected each step once", step.kind));
        }
        if step.kind == StepKind::NotRequired && step.legal_basis.is_none() {
            broken(Rule::NoLegalBasis, format!("step[{at}]: not required, expected `legal_basis`"));
        }
        if !step.status.has_begun() {
            continue;
        }
        let named = step.after.iter().copied().chain(step.kind.predecessor());
        let all_others = track.steps.iter().map(|other| other.kind).filter(|kind| *kind != step.kind);
        let first: Vec<StepKind> =
            if step.kind.is_last() { named.chain(all_others).collect() } else { named.collect() };
        for before in first {
            if !is_before(track.steps.iter().find(|other| other.kind == before), step) {
                let message = format!("step[{at}]: {} is {}, expected {before} done before it", step.kind, step.status);
                broken(Rule::StepBeforePredecessor, message);
            }
        }
    }
}

/// Whether a step was done, and no later than another.
fn is_before(before: Option<&Step>, step: &Step) -> bool {
    before.is_some_and(|before| {
        let in_order = match (before.date, step.date) {
            (Some(before), Some(after)) => before <= after,
            _ => true,
        };
        before.status == StepStatus::Done && in_order
    })
}
