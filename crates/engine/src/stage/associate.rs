//! Which measurements belong to one event, where no source says so: unlabelled reports, and detections and bearings of our own.
//!
//! # When
//! - A measurement waits in the pool. It is looked for events when an unlabelled report comes, and at each tick after
//!   anything else came, once a pause after the last look is over ([`look`]): what is new, beside the half window before it. What comes out is provisional.
//! - A block begins at the earliest measurement that waits, and closes at the first tick one window after it ([`close`]),
//!   as a source's own group does. Events that began in the first half of the window are final then, and so is that what
//!   no event explains is none; the second half is looked at beside them and waits on. So nothing hangs on the order in
//!   which measurements came, or on ticks that close no block.
//!
//! Sensors that contradict the others over the events of a block are named when it closes (`contradict.rs`, an `inconsistency`),
//! owners that do so over the events of many blocks too (`testimony.rs`).
//!
//! What comes for a time that is closed is late. Two arrivals of one event must not lie farther apart than half a window.
mod cases;
mod contradict;
mod find;
mod kind;
mod locate;
mod measure;
mod networks;
mod observed;
mod settings;
mod testimony;
#[cfg(test)]
mod tests;

use super::{assess, exclude, observe, solve};
use crate::output::{Emitter, Output};
use crate::state::{Case, MAX_OPEN_CASES, MAX_POOL, Origin, Pooled, Speeds, State, Window, keep};
use crate::step::Engine;
use find::{Found, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use testimony::Block;
use truceline_model::appraisal::Appraised;
use truceline_model::association::Association;
use truceline_model::case::CaseId;
use truceline_model::event::{ArrivalUse, Event, Product, Solution};
use truceline_model::hash::Hash;
use truceline_model::observation::Observation;
use truceline_model::remark::{CaseClosed, LateInput};
use truceline_model::report::Report;
use truceline_model::time::{Interval, NS_PER_S, Time};
use truceline_science::each;

pub(crate) use measure::{array_stand, counts, stand_of};

/// A block has at most so many measurements: it closes with less of its window where there are more. As many of 500
/// seismometers take a second and a half with 37 events to be located (`examples/bench_pool.rs`); where so many come, one
/// block closes in some minutes.
const BLOCK_MAX: usize = 1_000;

/// At most so many measurements, the newest, are looked at before their window is closed.
const LOOK_MAX: usize = 150;

/// Each measurement that is looked at puts the next look off by this, ns of the clock: three times as long as it took where it took
/// longest (`examples/bench_pool.rs`: 296 ms for 150). So many that 150 are looked at each second where the clock ticks so often,
/// which is what a finding within two seconds of its last arrival needs.
const LOOK_PAUSE_NS: i64 = 6_000_000;

/// Takes a report that its source did not group, and looks for events.
pub(crate) fn take_report(
    engine: &Engine,
    state: &mut State,
    index: u64,
    hash: Hash,
    report: &Report,
    emitter: &mut Emitter<'_>,
) {
    let pooled = measure::of_report(engine, hash, report, (index, 0));
    match admit(engine, state, pooled) {
        Admitted::Waits => look(engine, state, hash, emitter),
        Admitted::Late => {
            emitter.emit(Output::LateInput(LateInput { input: hash, case: None }));
        }
        Admitted::Full => exclude(emitter, hash, full()),
    }
}

/// Takes what an input derived from records. They are looked at when the clock ticks.
pub(crate) fn take_derived(engine: &Engine, state: &mut State, index: u64, hash: Hash, emitter: &mut Emitter<'_>) {
    let Some(told) = engine.configuration.association.as_ref().filter(|_| !state.sites.0.is_empty()) else { return };
    let (mut late, mut left_out) = (false, false);
    for (ordinal, output) in emitter.outputs().iter().enumerate() {
        let order = (index, ordinal as u32);
        let pooled = match output {
            Output::Detection(detection) => measure::of_detection(state, detection, order),
            Output::Bearing(bearing) => measure::of_bearing(told, state, bearing, order),
            _ => None,
        };
        match pooled.map(|pooled| admit(engine, state, pooled)) {
            Some(Admitted::Late) => late = true,
            Some(Admitted::Full) => left_out = true,
            Some(Admitted::Waits) | None => {}
        }
    }
    if late {
        emitter.emit(Output::LateInput(LateInput { input: hash, case: None }));
    }
    if left_out {
        exclude(emitter, hash, full());
    }
}

/// Takes an observation of something sudden; says what became of it, and why.
pub(crate) fn take_observation(
    engine: &Engine,
    state: &mut State,
    index: u64,
    hash: Hash,
    observation: &Observation,
) -> (Appraised, String) {
    if engine.configuration.association.is_none() {
        return (Appraised::Recorded, "the epoch's configuration associates nothing".to_owned());
    }
    match measure::of_observation(hash, observation, (index, 0)).map(|pooled| admit(engine, state, pooled)) {
        Err(reason) => (Appraised::Unplaced, reason.to_owned()),
        Ok(Admitted::Waits) => (Appraised::Measured, "it waits for others of the same event".to_owned()),
        Ok(Admitted::Late) => (Appraised::Late, "the events of its time are final already".to_owned()),
        Ok(Admitted::Full) => (Appraised::Recorded, full()),
    }
}

fn full() -> String {
    format!("its arrivals are not associated: {MAX_POOL} measurements wait already")
}

enum Admitted {
    Waits,
    Late,
    Full,
}

fn admit(engine: &Engine, state: &mut State, pooled: Pooled) -> Admitted {
    let by_clock = state.now.is_some_and(|now| after_window(engine, pooled.time) <= now);
    if by_clock || state.pool.closed_until.is_some_and(|closed| pooled.time < closed) {
        return Admitted::Late;
    }
    if state.pool.waiting.len() >= MAX_POOL {
        return Admitted::Full;
    }
    let earliest = state.pool.fresh_from.map_or(pooled.time, |from| from.min(pooled.time));
    state.pool.fresh_from = Some(earliest);
    state.pool.waiting.push(pooled);
    Admitted::Waits
}

fn after_window(engine: &Engine, time: Time) -> Time {
    super::group::window_end(engine, time)
}

/// Half of a window, ns.
fn half_window_ns(engine: &Engine) -> i64 {
    i64::from(engine.configuration.group_window_s) * NS_PER_S / 2
}

/// Looks for events among what came since the last look, beside what came in the half window before it.
fn look(engine: &Engine, state: &mut State, cause: Hash, emitter: &mut Emitter<'_>) {
    let Some(told) = &engine.configuration.association else { return };
    if state.now.zip(state.pool.look_after).is_some_and(|(now, after)| now < after) {
        return;
    }
    let Some(fresh_from) = state.pool.fresh_from.take() else { return };
    let waiting = std::mem::take(&mut state.pool.waiting);
    let from = Time(fresh_from.0.saturating_sub(half_window_ns(engine)));
    let mut near: Vec<&Pooled> = waiting.iter().filter(|one| one.time >= from).collect();
    near.sort_by_cached_key(|one| one.content_order());
    let (mut found, mut looked) = (Vec::new(), 0);
    for network in networks::networks(told, Some(state), fresh_from, &near) {
        let of_network = |one: &&Pooled| network.stands.binary_search(&one.stand()).is_ok();
        let mut part: Vec<&Pooled> = near.iter().copied().filter(of_network).collect();
        let surplus = part.len().saturating_sub(LOOK_MAX);
        part.drain(..surplus);
        let Some(newest) = part.last().map(|one| one.time).filter(|newest| *newest >= fresh_from) else { continue };
        looked += part.len();
        // What is not looked at was there too: the time counts by the share that is, so that rates stay what they are.
        let share = part.len() as f64 / (part.len() + surplus) as f64;
        match find::events(told, engine.threads, &network, &part, share * newest.seconds_since(from)) {
            // Who contradicts is said once, when the block closes.
            Ok(Outcome { mut events, .. }) => {
                locate::together(engine, &mut events);
                found.extend(events);
            }
            Err(reason) => exclude(emitter, cause, format!("its arrivals were not associated: {reason}")),
        }
    }
    state.pool.look_after = state.now.map(|now| Time(now.0.saturating_add(LOOK_PAUSE_NS * looked as i64)));
    // What has nothing new is as it was.
    found.retain(|event: &Found<'_>| event.members.iter().any(|one| one.time >= fresh_from));
    let known: Vec<bool> = known(state, &found).iter().map(Option::is_some).collect();
    let mut known = known.into_iter();
    found.retain(|event| known.next() == Some(true) || event.is_told_at_once());
    settle(engine, state, &found, cause, false, emitter);
    state.pool.waiting = waiting;
}

/// The clock went on: looks at what came since, and closes the blocks whose window has ended.
pub(crate) fn advance(engine: &Engine, state: &mut State, cause: Hash, now: Time, emitter: &mut Emitter<'_>) {
    let Some(told) = &engine.configuration.association else { return };
    let due = |state: &State| {
        let first = state.pool.waiting.iter().map(|one| one.time).min()?;
        (after_window(engine, first) <= now).then_some(first)
    };
    if due(state).is_none() {
        look(engine, state, cause, emitter);
    }
    while let Some(first) = due(state) {
        close(engine, told, state, first, cause, emitter);
        if due(state).is_none() {
            // What waits on is looked at once more, now that what is final does not compete for it.
            look(engine, state, cause, emitter);
        }
    }
}

/// Closes the block that begins at `first`.
fn close(engine: &Engine, told: &Association, state: &mut State, first: Time, cause: Hash, emitter: &mut Emitter<'_>) {
    let half_ns = half_window_ns(engine);
    let mut waiting = std::mem::take(&mut state.pool.waiting);
    waiting.sort_by_cached_key(|one| one.content_order());
    let by_window = Time(first.0.saturating_add(half_ns));
    // The end is after the first measurement, even if thousands have one time.
    let end = waiting.get(BLOCK_MAX).map_or(by_window, |next| next.time.min(by_window)).max(Time(first.0 + 1));
    let near: Vec<&Pooled> = waiting.iter().take_while(|one| one.time < Time(end.0.saturating_add(half_ns))).collect();
    let (mut found, mut contradicting) = (Vec::new(), Vec::new());
    let networks = networks::networks(told, Some(state), first, &near);
    for network in &networks {
        let reach_ns = ((network.reach_s * NS_PER_S as f64) as i64).min(half_ns);
        let until = Time(end.0.saturating_add(reach_ns));
        let part: Vec<&Pooled> = near.iter().copied().filter(|one| one.time < until).collect();
        match find::events(told, engine.threads, network, &part, until.seconds_since(first)) {
            Ok(Outcome { mut events, contradicting: sensors, speeds }) => {
                locate::together(engine, &mut events);
                found.extend(events);
                contradicting.extend(sensors);
                if let Some((speeds, first)) = speeds.as_ref().zip(network.stands.first()) {
                    keep(&mut state.speeds, *first, Speeds::of(speeds, end));
                }
            }
            Err(reason) => exclude(emitter, cause, format!("a block of arrivals was not associated: {reason}")),
        }
    }
    found.retain(|event: &Found<'_>| event.members.iter().any(|one| one.time < end));
    settle(engine, state, &found, cause, true, emitter);
    testimony::take(
        told,
        engine.threads,
        state,
        &Block { first, end, near: &near, networks: &networks },
        &found,
        emitter,
    );
    let span = Interval { from: first, to: near.last().map_or(first, |last| last.time) };
    for one in &contradicting {
        emitter.emit(Output::Inconsistency(one.said(state, span)));
    }
    let associated: BTreeSet<(u64, u32)> =
        found.iter().flat_map(|event| event.members.iter().map(|one| one.order)).collect();
    let left: Vec<&Pooled> = waiting
        .iter()
        .filter(|one| one.origin == Origin::Observation && one.time < end && !associated.contains(&one.order))
        .collect();
    let told = observed::incidents(&left);
    settle(engine, state, &told, cause, true, emitter);
    for one in told.iter().filter(|incident| incident.members.len() == 1).flat_map(|incident| &incident.members) {
        observe::uncorroborated(one.hash, emitter);
    }
    found.extend(told);
    let gone: BTreeSet<(u64, u32)> = found.iter().flat_map(|event| event.members.iter().map(|one| one.order)).collect();
    for one in waiting.iter().filter(|one| one.time < end && !gone.contains(&one.order)) {
        if one.origin == Origin::Report {
            let isolated = contradicting.iter().any(|sensor| sensor.stand == one.stand());
            let reason = match isolated {
                true => "it is left out: its sensor is inconsistent with the others over many events",
                false => "its window closed, and no event of at least three arrivals explains it",
            };
            exclude(emitter, one.hash, reason);
        }
    }
    waiting.retain(|one| one.time >= end && !gone.contains(&one.order));
    state.pool.closed_until = state.pool.closed_until.max(Some(end));
    state.pool.waiting = waiting;
    let_go(state, emitter);
}

/// Cases whose event did not come out again when its arrivals became final are none.
fn let_go(state: &mut State, emitter: &mut Emitter<'_>) {
    let waiting: BTreeSet<Hash> = state.pool.waiting.iter().map(|one| one.hash).collect();
    let gone = |case: &Case| {
        let mut arrivals = case.event.solution.arrivals.iter();
        case.window == Window::Pool && !arrivals.any(|used| waiting.contains(&used.hash()))
    };
    let cases: Vec<CaseId> = state.cases.0.iter().filter(|(_, case)| gone(case)).map(|(id, _)| *id).collect();
    for case in cases {
        state.cases.0.remove(&case);
        let reason = CaseClosed::WITHDRAWN.to_owned();
        emitter.emit(Output::CaseClosed(CaseClosed { case, reason }));
    }
}

/// The case that each event goes on, if any.
fn known(state: &State, found: &[Found<'_>]) -> Vec<Option<CaseId>> {
    let open = state.cases.0.iter().filter(|(_, case)| case.window == Window::Pool);
    let cited = |case: &Case| case.event.solution.arrivals.iter().map(ArrivalUse::hash).collect();
    let open: Vec<(CaseId, BTreeSet<Hash>)> = open.map(|(id, case)| (*id, cited(case))).collect();
    cases::matched(found, &open)
}

/// Makes revisions of events, each in the case that it goes on or in a new one.
fn settle(
    engine: &Engine,
    state: &mut State,
    found: &[Found<'_>],
    cause: Hash,
    is_final: bool,
    emitter: &mut Emitter<'_>,
) {
    let matched = known(state, found);
    let stands = |state: &State, event: &Found<'_>, known: Option<CaseId>| {
        let case = known.and_then(|case| state.cases.0.get(&case));
        case.is_some_and(|case| locate::is_cited(event, &case.event.solution))
    };
    // What others of its time say of an event is final with it: by then it may be more than when it was looked at.
    let is_said_anew = |event: &Found<'_>| is_final && event.fellows.is_some();
    // A place is a function of the arrivals of one look, so all that are new are computed at once.
    let kept = state.cases.0.values().filter(|case| case.window != Window::Closed).count();
    let room = MAX_OPEN_CASES.saturating_sub(kept);
    let mut opened = 0;
    let is_new = |at: &usize| {
        opened += usize::from(matched[*at].is_none());
        let is_told = stands(state, &found[*at], matched[*at]) && !is_said_anew(&found[*at]);
        !is_told && (matched[*at].is_some() || opened <= room)
    };
    let new: Vec<usize> = (0..found.len()).filter(is_new).collect();
    let located = each(&new, engine.threads, |at| locate::solution(engine, &found[*at]));
    let mut located: BTreeMap<usize, Result<Solution, String>> = new.into_iter().zip(located).collect();
    for (at, (event, known)) in found.iter().zip(matched).enumerate() {
        let same = stands(state, event, known);
        if same && !is_final {
            continue;
        }
        if known.is_none() && !super::close::make_room(state, emitter) {
            exclude(emitter, cause, format!("{MAX_OPEN_CASES} cases are open already"));
            continue;
        }
        let before = known.filter(|_| same && !is_said_anew(event)).and_then(|case| state.cases.0.get(&case));
        let solution = match before {
            Some(Case { event: earlier, .. }) => {
                let Solution { posterior, without, parts, kinds, .. } = earlier.solution.clone();
                Ok(locate::cite(event, posterior, kinds.and_then(|kinds| kinds.depth), (without, parts)))
            }
            None => located.remove(&at).unwrap_or_else(|| locate::solution(engine, event)),
        };
        match solution {
            Ok(solution) => {
                let case = revise(state, known, solution, is_final, emitter);
                assess::revise(state, case, emitter);
            }
            Err(reason) => {
                let count = event.members.len();
                exclude(emitter, cause, format!("{count} associated arrivals were not located: {reason}"));
            }
        }
    }
}

/// Emits the next revision of a case's event, or the first of a new case.
fn revise(
    state: &mut State,
    known: Option<CaseId>,
    solution: Solution,
    is_final: bool,
    emitter: &mut Emitter<'_>,
) -> CaseId {
    let case = known.unwrap_or_else(|| solve::next_case(state, &solution));
    let earlier = state.cases.0.remove(&case);
    let revision = earlier.as_ref().map_or(1, |earlier| earlier.event.revision + 1);
    let product = match (is_final, &earlier) {
        (true, _) => Product::E3,
        (false, None) => Product::E1,
        (false, Some(_)) => Product::E2,
    };
    let event = Event { case, revision, product, revises: None, solution };
    let event_id = emitter.emit(Output::Event(event.clone()));
    let window = if is_final { Window::Closed } else { Window::Pool };
    let finding = earlier.and_then(|earlier| earlier.finding);
    state.cases.0.insert(case, Case { event, event_id, as_stands: true, finding, window });
    case
}

/// The events of reports alone.
pub(crate) fn of_reports(engine: &Engine, reports: &[(Hash, Report)]) -> Result<Vec<Solution>, String> {
    of_inputs(engine, reports, &[])
}

/// The events of reports and observations, as a reassessment derives them: which sensors kept silent then is not known any
/// more. Observations that no event explains are taken together where they are of one incident, as in time.
pub(crate) fn of_inputs(
    engine: &Engine,
    reports: &[(Hash, Report)],
    observations: &[(Hash, Observation)],
) -> Result<Vec<Solution>, String> {
    let Some(told) = &engine.configuration.association else {
        return Err("the epoch's configuration associates nothing".to_owned());
    };
    let order = |n: usize| (n as u64, 0);
    let reported = reports.iter().enumerate();
    let mut pooled: Vec<Pooled> =
        reported.map(|(n, (hash, report))| measure::of_report(engine, *hash, report, order(n))).collect();
    let observed = observations.iter().enumerate();
    pooled.extend(
        observed.filter_map(|(n, (hash, one))| measure::of_observation(*hash, one, order(reports.len() + n)).ok()),
    );
    let all: Vec<&Pooled> = pooled.iter().collect();
    let mut solutions = Vec::new();
    let observed_s = half_window_ns(engine) as f64 / NS_PER_S as f64;
    for network in networks::networks(told, None, Time(i64::MIN), &all) {
        for event in find::events(told, engine.threads, &network, &all, observed_s)?.events {
            solutions.push(locate::solution(engine, &event)?);
        }
    }
    let is_left = |one: &&Pooled| {
        let cites = |solution: &Solution| solution.arrivals.iter().any(|used| used.hash() == one.hash);
        one.origin == Origin::Observation && !solutions.iter().any(cites)
    };
    let left: Vec<&Pooled> = pooled.iter().filter(is_left).collect();
    // Where one observer puts nothing, the others still do.
    let told: Vec<Solution> =
        observed::incidents(&left).iter().filter_map(|incident| locate::solution(engine, incident).ok()).collect();
    solutions.extend(told);
    Ok(solutions)
}
