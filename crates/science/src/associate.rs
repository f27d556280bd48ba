//! Which measurements belong together, and when and where that was.
//!
//! # Model
//! Events come at random in time, with a density over place that is learnt. An event of strength u (standard normal)
//! is registered on channel k (a sensor and a wave) at the distance r with the probability
//! `p_k(r, u) = c / (1 + exp((r - R e^(tau u)) / w))`, then once, at `t0 + r / v + N(0, sigma^2 + (rho r / v)^2)`, with
//! its bearing, distance, slowness or place as stated (`evidence.rs`). Everything else on the channel is clutter: a
//! Poisson process of the channel's own rate lambda, plus, for waves that echo, echoes of what was registered before.
//! An event that takes the measurements A has the log odds
//! ```text
//! ln sum_u w_u prod_{k not in A} (1 - p_k(u)) prod_{k in A} p_k(u)      silence of healthy sensors counts against it
//!   + sum_{i in A} ln N(t_i - t0 - r_i / v; sigma) - ln lambda_i + evidence
//!   + ln(events per s and volume there) + ln( (2 pi)^(n/2) |H|^(-1/2) )
//! ```
//! of being real, H the Fisher information of its time and place (Laplace). It is a generative score in the line of
//! NET-VISA (N. S. Arora, S. Russell and E. Sudderth, *NET-VISA: network processing vertically integrated seismic
//! analysis*, Bulletin of the Seismological Society of America 103, 709-729, 2013), with the model learnt from the
//! measurements themselves instead of from labelled ones.
//!
//! Where both ground and air are listened to an event has a strength for each, and the sums over u are one for each: what is only
//! heard was hardly felt, and an earthquake is not heard. A wave that the wind carries takes `r / (v + w)`, w what of the wind goes
//! along the path; the wind is one for a stretch, and learnt like speeds.
//!
//! # Algorithm
//! Per block of time (`stream.rs`): candidates from a stack (`stack.rs`) and from bearings and fixes (`pointed.rs`);
//! a second look at what is free (`occupancy.rs`); an annealed fit (`fit.rs`); in rounds with a falling bar, all events
//! sharing the measurements between them (`rounds.rs`, `sweep.rs`, `matching.rs`); salvos found from all their rounds together
//! (`scan.rs`, `salvo.rs`); competing pairs built anew (`untangle.rs`); speeds,
//! deviations, detection curves, clutter and births learnt after each round (`learn.rs`); sensors that did not run
//! (`health.rs`) or that contradict the others (`inconsistent.rs`) set aside.
//!
//! The same measurements give the same events, byte for byte, in any order and on any number of threads.
//!
//! # Checked against
//! Worlds of our own making (`tests/associate.rs`), which also state recall, precision and what was learnt; the
//! generator and the score by which other associators were measured (`examples/bench_associate.rs`).
mod bout;
mod burst;
mod clutter;
mod contradicting;
mod crowd;
mod density;
mod detection;
mod echo;
mod error;
mod evidence;
mod fit;
mod frame;
mod given;
mod health;
mod image;
mod inconsistent;
mod learn;
mod leave_out;
mod matching;
mod model;
mod network;
mod occupancy;
mod outcome;
mod picks;
mod pointed;
mod read;
mod region;
mod result;
mod rounds;
mod salvo;
mod scan;
mod schedule;
mod settings;
mod small;
mod speeds;
mod stack;
mod stream;
mod sweep;
mod terms;
mod untangle;

pub use contradicting::contradicting;
pub use detection::Curve;
pub(crate) use detection::{STRENGTHS, strengths};
pub use error::AssociateError;
pub use frame::Frame;
pub use inconsistent::{CLOCK_S_MAX, Contradiction, EVENTS_MIN, Inconsistent};
pub use leave_out::LeftOut;
pub use model::{ClassModel, Learnt, STRENGTH_SIGMA};
use network::NONE;
pub use network::SENSORS_MAX;
use picks::Picks;
pub use read::Unused;
pub use result::{Associated, RunnerUp};
use result::{Waves, associated};
pub use settings::{Settings, Wave, sound_speed_m_s};
pub use speeds::{Speeds, WaveSpeed};
use std::collections::BTreeMap;
pub use stream::{Associator, BLOCK_PICKS, BLOCK_REACHES, Closed, WAITING_MAX};
use truceline_model::measurement::{Measurement, Sensor, Site};
use truceline_model::time::Time;

/// What came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Association {
    /// Events in order of time.
    pub events: Vec<Associated>,
    /// The model.
    pub learnt: Learnt,
    /// What was isolated, and why.
    pub unused: Vec<(usize, Unused)>,
    /// What no event explains.
    pub left: Vec<usize>,
    /// Sensors that contradict the others over many events, in order of time and sensor; nothing of theirs counts then.
    pub inconsistent: Vec<Inconsistent>,
    /// Where the local coordinates are.
    pub frame: Frame,
}

impl Association {
    /// Writes into measurements that state no wave the one that their event takes them for.
    pub fn read(&self, measurements: &mut [Measurement]) {
        let members = self.events.iter().flat_map(|event| event.members.iter().zip(&event.phases));
        for (member, phase) in members {
            if let Some(measurement) = measurements.get_mut(*member) {
                measurement.phase = Some(*phase);
            }
        }
    }
}

/// Associates a closed set of measurements.
///
/// # Errors
/// If a sensor's site or a setting has no meaning.
pub fn associate(
    sensors: &[Sensor],
    measurements: &[Measurement],
    settings: &Settings,
    threads: usize,
) -> Result<Association, AssociateError> {
    let mut associator = Associator::new(sensors, settings, threads)?;
    for m in measurements {
        associator.take(m);
    }
    let closed = associator.finish();
    let unused: BTreeMap<usize, Unused> = closed.unused.iter().map(|(id, why)| (*id as usize, *why)).collect();
    let mut left: Vec<usize> = closed.left.iter().map(|id| *id as usize).collect();
    left.sort_unstable();
    Ok(Association {
        events: closed.events,
        learnt: associator.learnt().clone(),
        unused: unused.into_iter().collect(),
        left,
        inconsistent: closed.inconsistent,
        frame: associator.network().frame,
    })
}

/// Shares measurements among events whose places and times are given: nothing is sought, nothing moves. For notified
/// and surveyed events; the model is `settings.start`, or what the settings know.
///
/// # Errors
/// As [`associate`].
pub fn explain(
    sensors: &[Sensor],
    measurements: &[Measurement],
    origins: &[(Site, Time)],
    settings: &Settings,
) -> Result<Association, AssociateError> {
    let start = Associator::new(sensors, settings, 1)?;
    let (network, learnt) = (start.network(), start.learnt().clone());
    let region = region::Region::new(network, settings);
    let (mut all, mut evidence, mut unused) = (Vec::new(), Vec::new(), Vec::new());
    let reference = measurements.iter().map(|m| m.time).min().unwrap_or(Time(0));
    for (row, m) in measurements.iter().enumerate() {
        match read::reading(network, settings.coupled.is_some(), m) {
            Ok(reading) => reading.picks(m.time.seconds_since(reference), row as u32, &mut all, &mut evidence),
            Err(why) => unused.push((row, why)),
        }
    }
    let mut picks = Picks::new(network, all, evidence);
    picks.recorded(&settings.recorded, reference, &learnt);
    let mut spots = Vec::new();
    for (site, time) in origins {
        if let Some([x, y, z]) = network.frame.metres(site) {
            spots.push([time.seconds_since(reference), x, y, z]);
        }
    }
    let outcome = given::given(network, &region, &mut picks, learnt, settings, &spots);
    let waves = Waves::new(&outcome.learnt);
    let of = |one| associated(network, &region, &picks, reference, one, &outcome.live, &waves);
    let mut events: Vec<Associated> = outcome.live.iter().map(of).collect();
    events.sort_by(|a, b| a.time.cmp(&b.time).then(a.members.cmp(&b.members)));
    let free = (0..picks.all.len()).filter(|i| picks.owner[*i] == NONE);
    let mut left: Vec<usize> = free.map(|i| picks.all[i].row as usize).collect();
    left.sort_unstable();
    left.dedup();
    Ok(Association { events, learnt: outcome.learnt, unused, left, inconsistent: Vec::new(), frame: network.frame })
}
