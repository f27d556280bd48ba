//! Which measurements belong together, and when and where that was.
mod detection;
mod error;
mod fit;
mod frame;
mod learn;
mod model;
mod network;
mod picks;
mod region;
mod rounds;
mod settings;
mod small;
mod stack;
mod sweep;

pub use detection::Curve;
pub use error::AssociateError;
pub use frame::Frame;
pub use model::{ClassModel, Learnt};
pub use network::SENSORS_MAX;
use network::{NONE, Network};
use picks::{Pick, Picks};
pub use settings::{Settings, Wave, sound_speed_m_s};
use truceline_model::measurement::{Measurement, Sensor, Site};
use truceline_model::time::Time;

/// Why a measurement was not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unused {
    /// It names a sensor that is not among the sensors.
    UnknownSensor,
    /// It states no wave, and its sensor registers several.
    UnknownPhase,
    /// Its sensor does not register such a wave.
    WrongPhase,
    /// A number in it is not finite or has no meaning.
    NotANumber,
    /// Another measurement of the same channel has the same time.
    Duplicate,
}

/// An event.
#[derive(Debug, Clone, PartialEq)]
pub struct Associated {
    /// Metres east, north and up in the frame.
    pub place_m: [f64; 3],
    /// The same as the sensors' sites are given.
    pub site: Site,
    /// When.
    pub time: Time,
    /// Probability that it is real.
    pub p_real: f64,
    /// Log of the odds that it is real.
    pub log_odds: f64,
    /// Its measurements, by index.
    pub members: Vec<usize>,
}

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
    /// Where the local coordinates are.
    pub frame: Frame,
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
    settings.check()?;
    let network = Network::new(sensors)?;
    let region = region::Region::new(&network, settings);
    let mut unused = Vec::new();
    let mut all = Vec::new();
    let reference = measurements.iter().map(|m| m.time).min().unwrap_or(Time(0));
    for (row, m) in measurements.iter().enumerate() {
        if m.sensor >= sensors.len() {
            unused.push((row, Unused::UnknownSensor));
            continue;
        }
        let kind = network.kinds[m.sensor];
        let Some(phase) = m.phase.or_else(|| network::default_phase(kind)) else {
            unused.push((row, Unused::UnknownPhase));
            continue;
        };
        let Some(class) = network.class(kind, phase) else {
            unused.push((row, Unused::WrongPhase));
            continue;
        };
        let sigma = m.time_sigma_s.unwrap_or(0.0);
        if !(sigma.is_finite() && sigma >= 0.0) {
            unused.push((row, Unused::NotANumber));
            continue;
        }
        let channel = network.channel(m.sensor, class).unwrap_or(0);
        all.push(Pick {
            time_s: m.time.seconds_since(reference),
            channel: channel as u32,
            row: row as u32,
            variance_s2: sigma * sigma,
            evidence: NONE,
        });
    }
    let mut picks = Picks::new(&network, all, Vec::new());
    let start = settings.start.clone().unwrap_or_else(|| Learnt::start(&network, settings));
    let outcome = rounds::run(&network, &region, &mut picks, start, settings, threads);
    let mut events: Vec<Associated> = outcome
        .live
        .iter()
        .map(|one| {
            let spot = &one.fitted.spot;
            let mut members: Vec<usize> =
                one.fitted.members.iter().map(|(pick, _)| picks.all[*pick as usize].row as usize).collect();
            members.sort_unstable();
            Associated {
                place_m: [spot[1], spot[2], spot[3]],
                site: network.frame.site(spot[1], spot[2], spot[3]),
                time: reference.plus_s(spot[0]),
                p_real: 1.0 / (1.0 + libm::exp(-one.fitted.log_odds)),
                log_odds: one.fitted.log_odds,
                members,
            }
        })
        .collect();
    events.sort_by(|a, b| a.time.cmp(&b.time).then(a.members.cmp(&b.members)));
    let left = (0..picks.all.len()).filter(|i| picks.owner[*i] == NONE).map(|i| picks.all[i].row as usize).collect();
    Ok(Association { events, learnt: outcome.learnt, unused, left, frame: network.frame })
}
