//! What sensors had the chance to register of an event that other owners' arrivals are of, and what they did.
//!
//! # Algorithm
//! The event is located by the others' arrivals alone ([`Origin`]): nobody is judged by what it made itself. How probably a
//! listener registers a wave is what share of the others of its kind at about its distance did (a kernel over the log of the
//! distance), those counted as silent that the event does not cite, or at another time than the fit says: so where the model of the
//! earth fails, it fails for all and nobody is expected to have heard. A listener did register the wave where anything of its own
//! came within three deviations of when it should have.
//!
//! Who was not heard from until then had no chance: no data are no silence.
use super::origin::{Arrival, Origin, Predicted};
use super::waves::Waves;
use std::collections::BTreeSet;
use truceline_model::measurement::{Phase, SensorKind};

/// Fewer arrivals of one wave say nothing of how far it was registered.
const OF_WAVE_MIN: usize = 3;

/// Width of the kernel over the log of the distance: a quarter farther or nearer is about as far.
const ABOUT: f64 = 0.25;

/// So much of nobody is beside the others, so that few of them make nothing certain.
const NOBODY: f64 = 0.5;

/// Below this a silence says too little, and near one too much is claimed.
const P_MIN: f64 = 0.15;
const P_MAX: f64 = 0.95;

/// Something came in time within so many deviations of when it should have.
pub(super) const WITHIN_SIGMAS: f64 = 3.0;

/// Where that is wider than this, s, it came by chance too often: P, S, sound.
const WITHIN_S_MAX: [(Phase, f64); 3] = [(Phase::P, 3.0), (Phase::S, 4.5), (Phase::Airwave, 15.0)];

/// Farther than this straight rays at one speed do not hold, m.
const FAR_M_MAX: f64 = 100e3;
/// Nearer than this distances are about the same, m.
const NEAR_M: f64 = 1_000.0;

/// Somebody who could have registered an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Listener {
    /// What it is.
    pub kind: SensorKind,
    /// Its owner, by the caller's index.
    pub owner: usize,
    /// Where it stands, m east and north.
    pub place_m: [f64; 2],
    /// Until when data came from it without an end, s.
    pub until_s: f64,
    /// When it registered anything, ascending, s.
    pub times_s: Vec<f64>,
}

/// One chance: a wave of an event at a listener.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chance {
    /// The listener, by its index.
    pub listener: usize,
    /// Which wave.
    pub phase: Phase,
    /// How probably it registers it.
    pub p: f64,
    /// When it should have come, s, and how well that is known.
    pub at_s: f64,
    /// Its standard deviation, s.
    pub sigma_s: f64,
    /// What came in time: by how many deviations it was late; none if nothing did.
    pub off: Option<f64>,
}

/// The chances of the judged owners' listeners at an event that these arrivals of others are of, by listener; `start` is its time
/// and place, s and m east and north. None where they leave it open.
pub(super) fn chances(
    waves: &Waves,
    listeners: &[Listener],
    arrivals: &[Arrival],
    start: [f64; 3],
    judged: impl Fn(usize) -> bool,
) -> Option<Vec<Chance>> {
    let origin = Origin::of(waves, arrivals, start)?;
    let mut found = Vec::new();
    for (phase, within_s_max) in WITHIN_S_MAX {
        let cited = arrivals.iter().filter(|one| one.phase == phase && in_time(waves, &origin, one));
        let came: BTreeSet<usize> = cited.map(|one| one.listener).collect();
        let shook = || came.iter().any(|at| listeners[*at].kind == SensorKind::Seismometer);
        if came.len() < OF_WAVE_MIN || (phase == Phase::Airwave && !shook()) {
            continue;
        }
        let held_to = |one: &Listener| judged(one.owner) && hears(one.kind, phase);
        for (at, listener) in listeners.iter().enumerate().filter(|(_, one)| held_to(one)) {
            let far_m = apart_m(&origin, listener);
            let predicted = origin.predicted(waves, phase, listener.place_m).filter(|_| far_m <= FAR_M_MAX);
            let Some(Predicted { at_s, sigma_s }) = predicted else { continue };
            let within_s = WITHIN_SIGMAS * sigma_s;
            if within_s > within_s_max || listener.until_s < at_s + within_s {
                continue;
            }
            let (mut all, mut heard) = (NOBODY, 0.0);
            let peers = listeners.iter().enumerate().filter(|(_, one)| !judged(one.owner) && one.kind == listener.kind);
            for (peer, of) in peers {
                let off = libm::log(apart_m(&origin, of) / far_m) / ABOUT;
                let weight = libm::exp(-0.5 * off * off);
                all += weight;
                heard += if came.contains(&peer) { weight } else { 0.0 };
            }
            let p = (heard / all).min(P_MAX);
            if p >= P_MIN {
                let off = nearest(&listener.times_s, at_s, sigma_s, WITHIN_SIGMAS);
                found.push(Chance { listener: at, phase, p, at_s, sigma_s, off });
            }
        }
    }
    found.sort_by(|a, b| a.listener.cmp(&b.listener).then(a.phase.cmp(&b.phase)));
    Some(found)
}

/// Which kinds are held to a wave.
fn hears(kind: SensorKind, phase: Phase) -> bool {
    match kind {
        SensorKind::Seismometer => true,
        SensorKind::SeismicArray => phase != Phase::Airwave,
        SensorKind::InfrasoundArray => phase == Phase::Airwave,
        _ => false,
    }
}

fn apart_m(origin: &Origin, listener: &Listener) -> f64 {
    let [east, north] = origin.place_m();
    libm::hypot(listener.place_m[0] - east, listener.place_m[1] - north).max(NEAR_M)
}

/// Whether an arrival came when the fit says that it should.
fn in_time(waves: &Waves, origin: &Origin, one: &Arrival) -> bool {
    let predicted = origin.predicted(waves, one.phase, one.place_m);
    predicted.is_some_and(|predicted| (one.at_s - predicted.at_s).abs() <= WITHIN_SIGMAS * predicted.sigma_s)
}

/// By how many deviations what came nearest to a time was late, if it came within so many.
pub(super) fn nearest(times_s: &[f64], at_s: f64, sigma_s: f64, within: f64) -> Option<f64> {
    let off = times_s.iter().map(|time_s| (time_s - at_s) / sigma_s);
    off.filter(|off| off.abs() <= within).min_by(|a, b| a.abs().total_cmp(&b.abs()))
}
