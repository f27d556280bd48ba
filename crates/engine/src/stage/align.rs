//! Names at the beginning of an epoch. What earlier epochs served is read again for the state and computes with this
//! epoch's numbers; how cases and revisions are called is what stands.
use super::{assess, associate, close, solve};
use crate::recalled::StandingCase;
use crate::state::{Case, MAX_OPEN_CASES, State, Window};
use crate::step::Engine;
use std::collections::BTreeMap;
use truceline_model::case::CaseId;
use truceline_model::event::{ArrivalUse, Event, Solution};
use truceline_model::hash::Hash;
use truceline_model::report::Report;

/// Gives the state the cases that stand and are open, under their own names and revisions. A case that was derived
/// again and never stood is let go: it was not said, and the next report of its group makes it.
pub(crate) fn align(engine: &Engine, state: &mut State, standing: &[StandingCase], reports: &BTreeMap<Hash, Report>) {
    let derived = std::mem::take(&mut state.cases.0);
    let agreements = assess::held_agreements(state);
    let mut names: BTreeMap<CaseId, CaseId> = BTreeMap::new();
    for case in standing {
        let shared = |solution: &Solution| {
            let same = solution.event_label == case.label && solution.association.is_some() == case.associated;
            let cited = |used: &&ArrivalUse| case.arrivals.contains(&used.hash());
            if same { solution.arrivals.iter().filter(cited).count() } else { 0 }
        };
        let candidates = derived.iter().filter(|(name, _)| !names.contains_key(name));
        // The one that shares most; of equals the first.
        let found = candidates.map(|one| (shared(&one.1.event.solution), one)).filter(|(count, _)| *count > 0);
        let found = found.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, one)| one);
        let again = found.map(|(_, derived)| &derived.event.solution);
        let same = again.filter(|solution| solution.arrivals.iter().map(ArrivalUse::hash).eq(case.arrivals.clone()));
        let solution = match same {
            Some(solution) => Ok(solution.clone()),
            // A reassessment had it rest on other reports than came in time.
            None if case.of_reports => {
                let cited = case.arrivals.iter().filter_map(|hash| Some((*hash, reports.get(hash)?.clone())));
                let cited: Vec<_> = cited.collect();
                if case.associated {
                    let events = associate::of_reports(engine, &cited);
                    events.and_then(|events| events.into_iter().next().ok_or_else(|| "no event".to_owned()))
                } else {
                    solve::solution(engine, &case.label, &cited)
                }
            }
            // Detections come out otherwise under other settings: the event that shares most with it goes on in its name.
            None => again.cloned().ok_or_else(|| "its detections did not come out again".to_owned()),
        };
        let Ok(solution) = solution else { continue };
        let window = found.map_or(Window::Closed, |(_, derived)| derived.window.clone());
        let is_old = state.now.is_some_and(|now| solution.posterior.time_mean <= close::case_horizon(engine, now));
        if window == Window::Closed && is_old || state.cases.0.len() >= MAX_OPEN_CASES {
            continue;
        }
        let as_stands = solution.located_hash() == case.solution;
        let (revision, product) = (case.event_revision, case.product);
        let event = Event { case: case.case, revision, product, revises: None, solution };
        let event_id = case.event.id;
        let finding = case
            .finding
            .map(|finding| assess::finding_of(&event, event_id, finding.revision, &agreements, &state.notices));
        state.cases.0.insert(case.case, Case { event, event_id, as_stands, finding, window });
        if let Some((name, _)) = found {
            names.insert(*name, case.case);
        }
    }
    let renamed = |case: Option<CaseId>| case.and_then(|name| names.get(&name).copied());
    state.groups.0.values_mut().for_each(|group| group.case = renamed(group.case));
    state.closed.0.values_mut().for_each(|closed| closed.case = renamed(closed.case));
}
