//! Which measurements belong together, and when and where that was.
mod detection;
mod error;
mod evidence;
mod fit;
mod frame;
mod learn;
mod model;
mod network;
mod occupancy;
mod picks;
mod pointed;
mod read;
mod region;
mod rounds;
mod settings;
mod small;
mod stack;
mod sweep;
mod untangle;

pub use detection::Curve;
pub use error::AssociateError;
pub use frame::Frame;
pub use model::{ClassModel, Learnt};
pub use network::SENSORS_MAX;
use network::{NONE, Network};
use picks::Picks;
pub use read::Unused;
pub use settings::{Settings, Wave, sound_speed_m_s};
use truceline_model::measurement::{Measurement, Sensor, Site};
use truceline_model::time::Time;

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
    let mut input = Input::new(sensors, measurements, settings)?;
    let start = settings.start.clone().unwrap_or_else(|| Learnt::start(&input.network, settings));
    let outcome = rounds::run(&input.network, &input.region, &mut input.picks, start, settings, threads);
    Ok(input.association(outcome))
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
    let mut input = Input::new(sensors, measurements, settings)?;
    let start = settings.start.clone().unwrap_or_else(|| Learnt::start(&input.network, settings));
    let mut spots = Vec::new();
    for (site, time) in origins {
        if let Some([x, y, z]) = input.network.frame.metres(site) {
            spots.push([time.seconds_since(input.reference), x, y, z]);
        }
    }
    let outcome = rounds::given(&input.network, &input.region, &mut input.picks, start, settings, &spots);
    Ok(input.association(outcome))
}

struct Input {
    network: Network,
    region: region::Region,
    picks: Picks,
    unused: Vec<(usize, Unused)>,
    reference: Time,
}

impl Input {
    fn new(sensors: &[Sensor], measurements: &[Measurement], settings: &Settings) -> Result<Self, AssociateError> {
        settings.check()?;
        let network = Network::new(sensors)?;
        let region = region::Region::new(&network, settings);
        let mut unused = Vec::new();
        let (mut all, mut evidence) = (Vec::new(), Vec::new());
        let reference = measurements.iter().map(|m| m.time).min().unwrap_or(Time(0));
        for (row, m) in measurements.iter().enumerate() {
            match read::pick(&network, m, row, reference) {
                Ok((mut pick, said)) => {
                    if said.any() {
                        pick.evidence = evidence.len() as u32;
                        evidence.push(said);
                    }
                    all.push(pick);
                }
                Err(why) => unused.push((row, why)),
            }
        }
        let picks = Picks::new(&network, all, evidence);
        Ok(Self { network, region, picks, unused, reference })
    }

    fn association(self, outcome: rounds::Outcome) -> Association {
        let mut events: Vec<Associated> = outcome
            .live
            .iter()
            .map(|one| {
                let spot = &one.fitted.spot;
                let mut members: Vec<usize> =
                    one.fitted.members.iter().map(|(pick, _)| self.picks.all[*pick as usize].row as usize).collect();
                members.sort_unstable();
                Associated {
                    place_m: [spot[1], spot[2], spot[3]],
                    site: self.network.frame.site(spot[1], spot[2], spot[3]),
                    time: self.reference.plus_s(spot[0]),
                    p_real: 1.0 / (1.0 + libm::exp(-one.fitted.log_odds)),
                    log_odds: one.fitted.log_odds,
                    members,
                }
            })
            .collect();
        events.sort_by(|a, b| a.time.cmp(&b.time).then(a.members.cmp(&b.members)));
        let left = (0..self.picks.all.len())
            .filter(|i| self.picks.owner[*i] == NONE)
            .map(|i| self.picks.all[i].row as usize)
            .collect();
        Association { events, learnt: outcome.learnt, unused: self.unused, left, frame: self.network.frame }
    }
}
