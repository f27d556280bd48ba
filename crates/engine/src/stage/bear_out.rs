//! Whether instruments bear out what an owner reports: each placed report of an explosion is compared with what was located, once
//! that is final, and an owner whose reports are as those of what never was is named as inconsistent (`science::borne`).
//!
//! A report counts only where instruments of others could have located it: the demand of coverage is met by sensors that stand
//! within [`REACH_M`] and were recorded then. Reports of one place within [`ONE_INCIDENT_NS`] are one, so that a long shelling by
//! something small is one miss and not fifty.
use super::associate::{array_stand, counts};
use super::group::window_end;
use crate::output::{Emitter, Output};
use crate::state::{Case, MAX_POOL, Reporter, State, Unjudged};
use crate::step::Engine;
use std::collections::{BTreeMap, BTreeSet};
use truceline_model::event::Cited;
use truceline_model::geodesic;
use truceline_model::inconsistency::{Fits, Inconsistency};
use truceline_model::observation::{ExplosionKind, Observation, ObservedKind};
use truceline_model::place::Place;
use truceline_model::time::{Interval, NS_PER_S, Time};
use truceline_science::borne;
use truceline_science::coverage::Demand;

/// Sensors within this could locate an explosion, m: those of some kg shake the ground and the air so far.
const REACH_M: f64 = 30_000.0;

/// A sensor must have been recorded for so long from the stated time on: as sound takes to go as far, ns.
const LISTENED_NS: i64 = 90 * NS_PER_S;

/// With fewer elements an array has no direction.
const ELEMENTS_MIN: usize = 3;

/// Reports of one owner within this time and [`ONE_PLACE_M`] are of one incident.
const ONE_INCIDENT_NS: i64 = 1_800 * NS_PER_S;
const ONE_PLACE_M: f64 = 3_000.0;

/// An event is made by instruments if it has so many of their measurements: fewer make none.
const MEASUREMENTS_MIN: usize = 3;

/// Times and places fit within so many standard deviations, as observers' of one incident.
const TIME_SIGMAS: f64 = 2.0;
const PLACE_SIGMAS: f64 = 2.146;

/// How often a report is borne out by chance is tried at so many other times before and after, so far apart: two hours.
const TRIES: i64 = 12;
const TRY_NS: i64 = 300 * NS_PER_S;

/// With fewer tries nobody knows what chance does.
const TRIES_MIN: u32 = 6;

/// The most reports that wait to be judged. Each waits in the pool, too, where half a window later it is gone: so twice as many as
/// wait there are never reached.
const MAX_UNJUDGED: usize = 2 * MAX_POOL;

/// The most owners whose reports are summed: more than an agreement has. The one that was silent longest makes room, so that nobody is
/// hidden behind invented names.
const MAX_REPORTERS: usize = 256;

/// The most incidents of an owner that are remembered as counted, the newest: half an hour of one each 15 s.
const MAX_RECENT: usize = 120;

/// Takes an observation that is a measurement, or came too late to be one.
pub(crate) fn take(engine: &Engine, state: &mut State, observation: &Observation, emitter: &mut Emitter<'_>) {
    let Some(report) = report(observation) else { return };
    if state.now.is_some_and(|now| window_end(engine, report.time) <= now) {
        judge(engine, state, &report, emitter);
    } else if state.unjudged.len() < MAX_UNJUDGED {
        state.unjudged.push(report);
    }
}

/// The clock went on: judges what is final, in the order of its time and place.
pub(crate) fn advance(engine: &Engine, state: &mut State, now: Time, emitter: &mut Emitter<'_>) {
    let is_due = |one: &Unjudged| window_end(engine, one.time) <= now;
    let (mut due, left): (Vec<Unjudged>, Vec<Unjudged>) =
        std::mem::take(&mut state.unjudged).into_iter().partition(is_due);
    state.unjudged = left;
    due.sort_by_key(|one| (one.time, one.place, one.sigma_m, one.sigma_ms));
    for report in &due {
        judge(engine, state, report, emitter);
    }
}

/// What is judged: explosions at a stated place. What was blown up on purpose is announced, not heard.
fn report(observation: &Observation) -> Option<Unjudged> {
    let Observation { owner, kind, explosion, at, time, .. } = observation;
    let is_one = *kind == ObservedKind::Explosion && *explosion != Some(ExplosionKind::ControlledDetonation);
    if !is_one || owner.is_empty() || !observation.means.is_at_once() {
        return None;
    }
    let length_ms = time.span.to.0.saturating_sub(time.span.from.0) / 1_000_000;
    Some(Unjudged {
        owner: owner.clone(),
        time: Time(time.span.from.0.saturating_add(500_000 * length_ms)),
        sigma_ms: (time.sigma_ms).max(length_ms.unsigned_abs() / 3),
        place: at.place()?,
        sigma_m: at.variance_m2()?.sqrt().round() as u32,
    })
}

fn judge(engine: &Engine, state: &mut State, report: &Unjudged, emitter: &mut Emitter<'_>) {
    let is_counted = |reporter: &Reporter| {
        reporter.recent.iter().any(|(time, place)| {
            let apart_ns = time.0.saturating_sub(report.time.0).saturating_abs();
            apart_ns <= ONE_INCIDENT_NS && geodesic::between(*place, report.place).distance_m <= ONE_PLACE_M
        })
    };
    if state.reporters.0.get(&report.owner).is_some_and(is_counted) {
        return;
    }
    let near = Near::of(state, report);
    if !near.listens(report.time) {
        return;
    }
    let located = located(state, report);
    let is_final = |at: Time| state.now.is_some_and(|now| window_end(engine, at) <= now);
    let tried = (-TRIES..=TRIES).filter(|n| *n != 0).map(|n| Time(report.time.0.saturating_add(n * TRY_NS)));
    let tried: Vec<Time> = tried.filter(|at| is_final(*at) && near.listens(*at)).collect();
    let met = tried.iter().filter(|at| is_borne(&located, report, **at)).count() as u32;
    let tried = tried.len() as u32;
    if tried < TRIES_MIN {
        return;
    }
    let (is_borne, chance) = (is_borne(&located, report, report.time), borne::by_chance(met, tried));
    make_room(state, &report.owner);
    let reporter = state.reporters.0.entry(report.owner.clone()).or_insert_with(|| Reporter::new(report.time));
    reporter.recent.push((report.time, report.place));
    let surplus = reporter.recent.len().saturating_sub(MAX_RECENT);
    reporter.recent.drain(..surplus);
    reporter.count(report.time, is_borne, chance);
    if reporter.sum_micro as f64 >= borne::BAR * 1e6 {
        let Reporter { reports, borne, expected_milli, from, to, .. } = *reporter;
        reporter.begin(to);
        emitter.emit(Output::Inconsistency(Inconsistency {
            sensor: String::new(),
            owner: report.owner.clone(),
            fits: Fits::Unborne { reports, expected_milli },
            events: reports - borne,
            agreeing: borne,
            left_out: 0,
            span: Interval { from, to },
        }));
    }
}

/// Forgets the owner that was silent longest where a further one has no room.
fn make_room(state: &mut State, owner: &str) {
    let reporters = &mut state.reporters.0;
    if reporters.len() < MAX_REPORTERS || reporters.contains_key(owner) {
        return;
    }
    let oldest = reporters.iter().min_by_key(|(_, one)| (one.to, one.from, one.reports));
    if let Some(name) = oldest.map(|(name, _)| name.clone()) {
        reporters.remove(&name);
    }
}

/// The sensors of others near a report's place: their owner, and what of them was recorded.
struct Near<'a>(Vec<(&'a str, Vec<&'a [Interval]>, usize)>);

impl<'a> Near<'a> {
    fn of(state: &'a State, report: &Unjudged) -> Self {
        let is_near = |place: Place| geodesic::between(place, report.place).distance_m <= REACH_M;
        let recorded = |id: &str| state.channels.0.get(id).map(|channel| channel.recorded.as_slice());
        let mut near = Vec::new();
        let mut stands: BTreeSet<_> = BTreeSet::new();
        for site in state.sites.0.values().filter(|site| counts(site) && site.owner != report.owner) {
            let is_new = is_near(site.place) && stands.insert((site.kind, site.place, site.elevation_cm));
            if let Some(recorded) = recorded(&site.id).filter(|_| is_new) {
                near.push((site.owner.as_str(), vec![recorded], 1));
            }
        }
        for array in state.arrays.0.values().filter(|array| is_near(array.place)) {
            let Some((first, class)) = array.elements.0.values().next().zip(array.class) else { continue };
            if first.owner != report.owner && stands.insert(array_stand(class, array.place, Some(array))) {
                let elements = array.elements.0.keys().filter_map(|id| recorded(id)).collect();
                near.push((first.owner.as_str(), elements, ELEMENTS_MIN));
            }
        }
        Self(near)
    }

    /// Whether enough of them listened then to locate something.
    fn listens(&self, at: Time) -> bool {
        let until = Time(at.0.saturating_add(LISTENED_NS));
        let whole = |recorded: &&&[Interval]| recorded.iter().any(|span| span.from <= at && until <= span.to);
        let mut by_owner: BTreeMap<&str, usize> = BTreeMap::new();
        for (owner, channels, least) in &self.0 {
            if channels.iter().filter(whole).count() >= *least {
                *by_owner.entry(owner).or_default() += 1;
            }
        }
        let Demand { sensors_min, owners_min } = Demand::default();
        by_owner.len() >= owners_min && by_owner.values().sum::<usize>() >= sensors_min
    }
}

/// Events that instruments located where the report is of: when, and its standard deviation, s.
fn located(state: &State, report: &Unjudged) -> Vec<(Time, f64)> {
    let of_instruments = |case: &&Case| {
        let by_instrument = |cited: Cited| !matches!(cited, Cited::Observation { .. });
        let arrivals = &case.event.solution.arrivals;
        arrivals.iter().filter(|used| by_instrument(used.cited)).count() >= MEASUREMENTS_MIN
    };
    let fits = |case: &Case| {
        let posterior = &case.event.solution.posterior;
        let spread_m2 = 0.5 * (posterior.covariance.east_m2 as f64 + posterior.covariance.north_m2 as f64);
        let variance_m2 = f64::from(report.sigma_m) * f64::from(report.sigma_m) + spread_m2;
        let apart_m = geodesic::between(report.place, posterior.mean).distance_m;
        let interval = posterior.interval(90)?;
        let sigma_s = interval.to.seconds_since(interval.from) / (2.0 * 1.645);
        (apart_m * apart_m <= PLACE_SIGMAS * PLACE_SIGMAS * variance_m2).then_some((posterior.time_mean, sigma_s))
    };
    state.cases.0.values().filter(of_instruments).filter_map(fits).collect()
}

/// Whether one of them is of that time.
fn is_borne(located: &[(Time, f64)], report: &Unjudged, at: Time) -> bool {
    let report_s = report.sigma_ms as f64 / 1e3;
    located.iter().any(|(time, sigma_s)| {
        let apart_s = time.seconds_since(at);
        apart_s * apart_s <= TIME_SIGMAS * TIME_SIGMAS * (report_s * report_s + sigma_s * sigma_s)
    })
}
