//! Observations: each is said something of, whatever becomes of it.
//!
//! What happens at an instant is a measurement like any other and waits for others of the same event (`associate.rs`). All
//! else is recorded, with the side of a line on which it lies where that is settled. What looks like a mistake or like an
//! allegation without evidence stands with a word of its own and is not used.
use super::group::window_end;
use super::lines::Lines;
use super::{associate, bear_out};
use crate::output::{Emitter, Output};
use crate::state::State;
use crate::step::Engine;
use truceline_model::appraisal::{Appraisal, Appraised, LineSide};
use truceline_model::case::CaseId;
use truceline_model::geodesic;
use truceline_model::hash::Hash;
use truceline_model::observation::{Observation, ObservedAt, Scope};
use truceline_model::place::Place;
use truceline_model::remark::LateInput;
use truceline_model::time::NS_PER_S;

/// A place that lies farther than this outside of all lines and sensors is far off, degrees.
const FAR_DEG: f64 = 3.0;

/// One that lies within this of them is among them, degrees.
const NEAR_DEG: f64 = 1.0;

/// How far ahead of the clock an observer's own clock may be, ns.
const AHEAD_NS_MAX: i64 = 600 * NS_PER_S;

/// Takes an observation.
pub(crate) fn take(
    engine: &Engine,
    state: &mut State,
    index: u64,
    hash: Hash,
    observation: &Observation,
    emitter: &mut Emitter<'_>,
) {
    let lines = engine.drawn.lines(state);
    let (appraised, mut reason) = judged(engine, state, &lines, index, hash, observation);
    if appraised == Appraised::Late {
        emitter.emit(Output::LateInput(LateInput { input: hash, case: None }));
    }
    if matches!(appraised, Appraised::Measured | Appraised::Late) {
        bear_out::take(engine, state, observation, emitter);
    }
    let side = match appraised {
        // Of a place that may be none nothing is said.
        Appraised::SuspectedSwap | Appraised::Series => None,
        _ => side(&lines, observation),
    };
    if let Some((_, Some(why))) = &side {
        reason = format!("{reason}; no side is stated: {why}");
    }
    let side = side.map(|(side, _)| side);
    emitter.emit(Output::Appraisal(Appraisal { observation: hash, appraised, side, reason }));
}

/// Says of an observation whose window closed that no other bears it out.
pub(crate) fn uncorroborated(hash: Hash, emitter: &mut Emitter<'_>) {
    let reason = "its window closed, and nobody else observed or registered the same".to_owned();
    let appraised = Appraised::Uncorroborated;
    emitter.emit(Output::Appraisal(Appraisal { observation: hash, appraised, side: None, reason }));
}

/// Whether it is a measurement, whenever it comes: something sudden that somebody registered at once.
pub(crate) fn is_measurement(engine: &Engine, state: &State, observation: &Observation) -> bool {
    let is_sudden = observation.kind.is_sudden() && observation.means.is_at_once();
    is_sudden && set_aside(state, &engine.drawn.lines(state), observation).is_none()
}

/// Says of an observation that came after its window that a reassessment took it into a case.
pub(crate) fn taken_late(hash: Hash, case: CaseId, emitter: &mut Emitter<'_>) {
    let reason = format!("it came after its window, and a reassessment took it into case {case}");
    emitter.emit(Output::Appraisal(Appraisal {
        observation: hash,
        appraised: Appraised::Measured,
        side: None,
        reason,
    }));
}

fn judged(
    engine: &Engine,
    state: &mut State,
    lines: &Lines,
    index: u64,
    hash: Hash,
    observation: &Observation,
) -> (Appraised, String) {
    if let Some(said) = set_aside(state, lines, observation) {
        return said;
    }
    let span = observation.time.span;
    if !observation.kind.is_sudden() || !observation.means.is_at_once() {
        let late = state.now.filter(|now| window_end(engine, span.to) <= *now);
        return match late {
            Some(now) => {
                let reason = format!("it speaks of {}, whose window had closed when the clock stood at {now}", span.to);
                (Appraised::Late, reason)
            }
            None => (Appraised::Recorded, "it is none of what happens at an instant".to_owned()),
        };
    }
    associate::take_observation(engine, state, index, hash, observation)
}

/// What looks like a mistake, like a series or like an allegation without evidence, and why; none of all else.
fn set_aside(state: &State, lines: &Lines, observation: &Observation) -> Option<(Appraised, String)> {
    let span = observation.time.span;
    if observation.scope == Scope::PeriodTotal {
        let reason = "a total over a time is its source's own series and is summed with nothing";
        return Some((Appraised::Series, reason.to_owned()));
    }
    if let Some(reason) = swapped(state, lines, observation) {
        return Some((Appraised::SuspectedSwap, reason));
    }
    if let Some(now) = state.now
        && span.from.0.saturating_sub(now.0) > AHEAD_NS_MAX
    {
        return Some((Appraised::Early, format!("it speaks of {}, and the clock stands at {now}", span.from)));
    }
    if observation.is_bare_allegation() {
        let reason = "a violation is alleged, and nothing is handed in that bears it out";
        return Some((Appraised::Alleged, reason.to_owned()));
    }
    None
}

/// Why latitude and longitude look exchanged, if they do: what is stated lies far off from all lines and sensors, and the
/// other way round it lies among them.
fn swapped(state: &State, lines: &Lines, observation: &Observation) -> Option<String> {
    let places = [observation.at.place(), observation.observer_place];
    places.into_iter().flatten().find_map(|place| {
        if is_near(state, lines, place, FAR_DEG)? {
            return None;
        }
        let other = Place::from_degrees(place.lon_deg(), place.lat_deg())?;
        let (lat, lon) = (place.lat_deg(), place.lon_deg());
        is_near(state, lines, other, NEAR_DEG)?.then(|| {
            format!("{lat}, {lon} lies far from all lines and sensors, and {lon}, {lat} among them: exchanged? its source is to say")
        })
    })
}

/// Whether a place lies near a line or a sensor; none where neither is known.
fn is_near(state: &State, lines: &Lines, place: Place, degrees: f64) -> Option<bool> {
    let near_e7 = (degrees * 1e7) as u32;
    let beside =
        |other: Place| other.lat_e7.abs_diff(place.lat_e7) <= near_e7 && other.lon_e7.abs_diff(place.lon_e7) <= near_e7;
    let of_sensors = state.sites.0.values().any(|site| beside(site.place));
    match lines.is_near(place, degrees) {
        Some(of_lines) => Some(of_lines || of_sensors),
        None => (!state.sites.0.is_empty()).then_some(of_sensors),
    }
}

fn side(lines: &Lines, observation: &Observation) -> Option<(LineSide, Option<String>)> {
    let (place, variance_m2) = match &observation.at {
        ObservedAt::Sector { azimuth_mdeg, azimuth_sigma_mdeg, range_m } => {
            let (near, far) = (*range_m)?;
            let (middle_m, length_m) = (0.5 * (f64::from(near) + f64::from(far)), f64::from(far) - f64::from(near));
            let across_m = middle_m * (f64::from(*azimuth_sigma_mdeg) / 1e3).to_radians();
            let place = geodesic::destination(observation.observer_place?, f64::from(*azimuth_mdeg) / 1e3, middle_m)?;
            (place, (length_m * length_m / 12.0).max(across_m * across_m))
        }
        at => (at.place()?, at.variance_m2()?),
    };
    lines.side(place, variance_m2, observation.time.span)
}
