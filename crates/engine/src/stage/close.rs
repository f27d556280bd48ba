//! What the clock closes: windows of groups and of associated measurements, then cases.
use super::{array, assess, associate, bear_out, detect, exclude, group, repeat, solve};
use crate::output::{Emitter, Output};
use crate::state::{ClosedGroup, State, Window};
use crate::step::Engine;
use truceline_model::case::CaseId;
use truceline_model::hash::Hash;
use truceline_model::remark::CaseClosed;
use truceline_model::tick::Tick;
use truceline_model::time::{NS_PER_S, Time};

/// Moves the clock on and closes what is due.
pub(crate) fn advance(
    engine: &Engine,
    state: &mut State,
    index: u64,
    hash: Hash,
    tick: &Tick,
    emitter: &mut Emitter<'_>,
) {
    if let Some(now) = state.now
        && tick.now < now
    {
        exclude(emitter, hash, format!("the clock stands at {now} already"));
        return;
    }
    state.now = Some(tick.now);
    detect::advance(engine, state, tick.now, emitter);
    array::advance(engine, state, tick.now, emitter);
    associate::take_derived(engine, state, index, hash, emitter);
    repeat::leave_out(state);
    repeat::settle(state, emitter);
    close_groups(engine, state, hash, tick.now, emitter);
    forget_stragglers(engine, state, tick.now);
    associate::advance(engine, state, hash, tick.now, emitter);
    bear_out::advance(engine, state, tick.now, emitter);
    close_cases(engine, state, tick.now, emitter);
}

/// Groups whose window has ended become final, in the order of their first arrivals, then of their labels.
fn close_groups(engine: &Engine, state: &mut State, cause: Hash, now: Time, emitter: &mut Emitter<'_>) {
    let mut due: Vec<(Time, String)> = state
        .groups
        .0
        .iter()
        .filter(|(_, group)| group::window_end(engine, group.first_arrival) <= now)
        .map(|(label, group)| (group.first_arrival, label.clone()))
        .collect();
    due.sort();
    for (first_arrival, label) in due {
        if let Some(case) = solve::finalise(state, &label, cause, emitter) {
            assess::revise(state, case, emitter);
        }
        let Some(group) = state.groups.0.remove(&label) else { continue };
        if group.case.is_none() {
            for (report, _) in &group.reports {
                exclude(emitter, *report, "its group's window closed without an event: at least two arrays are needed");
            }
        }
        state.closed.0.insert(label, ClosedGroup { first_arrival, case: group.case });
    }
}

/// After twice the window no report can name a closed group: one inside its window is late by the clock alone.
fn forget_stragglers(engine: &Engine, state: &mut State, now: Time) {
    state.closed.0.retain(|_, closed| group::window_end(engine, group::window_end(engine, closed.first_arrival)) > now);
}

/// Cases older than the configured age are closed; notices that can fit none of the others are let go.
fn close_cases(engine: &Engine, state: &mut State, now: Time, emitter: &mut Emitter<'_>) {
    let age_max_s = engine.configuration.case_age_max_s;
    let horizon = case_horizon(engine, now);
    let old: Vec<CaseId> = state
        .cases
        .0
        .iter()
        .filter(|(_, case)| case.window == Window::Closed && case.event.solution.posterior.time_mean <= horizon)
        .map(|(id, _)| *id)
        .collect();
    for id in old {
        state.cases.0.remove(&id);
        let reason = format!("its event is older than {age_max_s} s");
        emitter.emit(Output::CaseClosed(CaseClosed { case: id, reason }));
    }
    state.notices.retain(|(_, notice)| notice.window.to > horizon);
}

/// Cases whose event is not later than this are closed.
pub(crate) fn case_horizon(engine: &Engine, now: Time) -> Time {
    Time(now.0.saturating_sub(i64::from(engine.configuration.case_age_max_s) * NS_PER_S))
}
