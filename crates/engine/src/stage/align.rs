//! Names at the beginning of an epoch. What earlier epochs served is read again for the state and computes with this
//! epoch's numbers; how cases and revisions are called is what stands.
use super::{assess, close, solve};
use crate::recalled::StandingCase;
use crate::state::{Case, MAX_OPEN_CASES, State};
use crate::step::Engine;
use std::collections::BTreeMap;
use truceline_model::canonical;
use truceline_model::case::CaseId;
use truceline_model::event::Event;
use truceline_model::hash::Hash;
use truceline_model::report::Report;

/// Gives the state the cases that stand and are open, under their own names and revisions. A case that was derived
/// again and never stood is let go: it was not said, and the next report of its group makes it.
pub(crate) fn align(engine: &Engine, state: &mut State, standing: &[StandingCase], reports: &BTreeMap<Hash, Report>) {
    let derived = std::mem::take(&mut state.cases.0);
    let agreements = assess::held_agreements(state);
    let mut names: BTreeMap<CaseId, CaseId> = BTreeMap::new();
    for case in standing {
        let found = derived.iter().find(|(name, derived)| {
            let solution = &derived.event.solution;
            !names.contains_key(name)
                && solution.event_label == case.label
                && solution.arrivals.iter().any(|used| case.reports.contains(&used.report))
        });
        let again = found.map(|(_, derived)| &derived.event.solution);
        let same_reports = again.filter(|solution| solution.arrivals.iter().map(|u| &u.report).eq(&case.reports));
        let solution = match same_reports {
            Some(solution) => Ok(solution.clone()),
            // A reassessment had it rest on other reports than came in time.
            None => {
                let cited = case.reports.iter().filter_map(|hash| Some((*hash, reports.get(hash)?.clone())));
                solve::solution(engine, &case.label, &cited.collect::<Vec<_>>())
            }
        };
        let Ok(solution) = solution else { continue };
        let open_group = found.and_then(|(_, derived)| derived.open_group.clone());
        let is_old = state.now.is_some_and(|now| solution.posterior.time_mean <= close::case_horizon(engine, now));
        if open_group.is_none() && is_old || state.cases.0.len() >= MAX_OPEN_CASES {
            continue;
        }
        let as_stands = Hash::of(&canonical::to_bytes(&solution)) == case.solution;
        let (revision, product) = (case.event_revision, case.product);
        let event = Event { case: case.case, revision, product, revises: None, solution };
        let event_id = case.event.id;
        let finding = case
            .finding
            .map(|finding| assess::finding_of(&event, event_id, finding.revision, &agreements, &state.notices));
        state.cases.0.insert(case.case, Case { event, event_id, as_stands, finding, open_group });
        if let Some((name, _)) = found {
            names.insert(*name, case.case);
        }
    }
    let renamed = |case: Option<CaseId>| case.and_then(|name| names.get(&name).copied());
    state.groups.0.values_mut().for_each(|group| group.case = renamed(group.case));
    state.closed.0.values_mut().for_each(|closed| closed.case = renamed(closed.case));
}
