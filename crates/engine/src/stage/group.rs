//! Which detections belong together. Until detections are associated by their physics, a group is what the
//! source's own label says.
use super::{assess, exclude, solve};
use crate::output::{Emitter, Output};
use crate::state::{Group, MAX_GROUP_REPORTS, MAX_OPEN_GROUPS, State};
use crate::step::Engine;
use truceline_model::event::Product;
use truceline_model::hash::Hash;
use truceline_model::remark::LateInput;
use truceline_model::report::Report;
use truceline_model::time::{NS_PER_S, Time};

/// Takes a report into its group; from the second on each one revises the group's event.
pub(crate) fn admit(engine: &Engine, state: &mut State, hash: Hash, report: &Report, emitter: &mut Emitter<'_>) {
    let label = &report.event_label;
    if let Some(case) = closed_window(engine, state, report) {
        emitter.emit(Output::LateInput(LateInput { input: hash, case }));
        return;
    }
    if !state.groups.0.contains_key(label) && state.groups.0.len() >= MAX_OPEN_GROUPS {
        exclude(emitter, hash, format!("{MAX_OPEN_GROUPS} groups are open already"));
        return;
    }
    let group = state.groups.0.entry(label.clone()).or_insert_with(|| Group {
        reports: Vec::new(),
        first_arrival: report.arrival,
        case: None,
    });
    if let Some(held) = group.reports.iter_mut().find(|(_, other)| other.place == report.place) {
        // One array counts once. Which of two counts must not hang on the order in which they came.
        let (kept, left) =
            if report.content_order() < held.1.content_order() { (hash, held.0) } else { (held.0, hash) };
        exclude(emitter, left, format!("{} is in this group already, by entry {kept}", held.1.source.source));
        if kept != hash {
            return;
        }
        *held = (hash, report.clone());
    } else if group.reports.len() >= MAX_GROUP_REPORTS {
        exclude(emitter, hash, format!("the group has {MAX_GROUP_REPORTS} detections already"));
        return;
    } else {
        group.reports.push((hash, report.clone()));
    }
    group.first_arrival = group.reports.iter().map(|(_, report)| report.arrival).min().unwrap_or(report.arrival);
    if group.reports.len() >= 2 {
        let product = if group.case.is_none() { Product::E1 } else { Product::E2 };
        if let Some(case) = solve::revise(engine, state, label, hash, product, emitter) {
            assess::revise(state, case, emitter);
        }
    }
}

/// The end of a group's window.
pub(crate) fn window_end(engine: &Engine, first_arrival: Time) -> Time {
    let window_ns = i64::from(engine.configuration.group_window_s) * NS_PER_S;
    Time(first_arrival.0.saturating_add(window_ns))
}

/// If the report's window is closed: the case it would have belonged to, as far as it is known.
fn closed_window(engine: &Engine, state: &State, report: &Report) -> Option<Option<truceline_model::case::CaseId>> {
    if let Some(closed) = state.closed.0.get(&report.event_label)
        && report.arrival <= window_end(engine, closed.first_arrival)
        && !state.groups.0.contains_key(&report.event_label)
    {
        return Some(closed.case);
    }
    let now = state.now?;
    let open = state.groups.0.get(&report.event_label);
    (window_end(engine, report.arrival) <= now).then(|| open.and_then(|group| group.case))
}
