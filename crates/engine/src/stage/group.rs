//! Which reports belong together by their source's own label: its claim stays as it is. What has no label is associated by
//! its physics (`associate.rs`).
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
    match join(&mut group.reports, hash, report) {
        Joined::New => {}
        Joined::InPlaceOf(left) => {
            exclude(emitter, left, format!("{} is in this group already, by entry {hash}", report.source.source));
        }
        Joined::Not(reason) => {
            exclude(emitter, hash, reason);
            return;
        }
    }
    group.first_arrival = group.reports.iter().map(|(_, report)| report.arrival).min().unwrap_or(report.arrival);
    if group.reports.len() >= 2 {
        let product = if group.case.is_none() { Product::E1 } else { Product::E2 };
        if let Some(case) = solve::revise(engine, state, label, hash, product, emitter) {
            assess::revise(state, case, emitter);
        }
    }
}

/// How a report came into a group.
pub(crate) enum Joined {
    /// As one more.
    New,
    /// In the place of this entry, which is of the same array.
    InPlaceOf(Hash),
    /// Not at all, for this reason.
    Not(String),
}

/// Puts a report into a group's list. One array counts once; which of two counts must not hang on the order in which
/// they came.
pub(crate) fn join(reports: &mut Vec<(Hash, Report)>, hash: Hash, report: &Report) -> Joined {
    if let Some(held) = reports.iter_mut().find(|(_, other)| other.place == report.place) {
        let (kept, name) = (held.0, &held.1.source.source);
        if report.content_order() >= held.1.content_order() {
            return Joined::Not(format!("{name} is in this group already, by entry {kept}"));
        }
        *held = (hash, report.clone());
        Joined::InPlaceOf(kept)
    } else if reports.len() >= MAX_GROUP_REPORTS {
        Joined::Not(format!("the group has {MAX_GROUP_REPORTS} detections already"))
    } else {
        reports.push((hash, report.clone()));
        Joined::New
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
