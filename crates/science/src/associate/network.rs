//! The sensors as one network: places in metres, and the channels on which each may register something.
use super::error::{AssociateError, Kind};
use super::frame::Frame;
use std::collections::BTreeMap;
use truceline_model::measurement::{Phase, Sensor, SensorKind};

/// The most sensors of one call: a nation's networks together; a grid of pairs of channels still fits memory.
pub const SENSORS_MAX: usize = 4_096;

/// No channel, no event, no class.
pub(super) const NONE: u32 = u32::MAX;

/// What sensors of one kind register of one wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Class {
    pub kind: SensorKind,
    pub phase: Phase,
}

/// What an event shakes, each with a strength of its own where both are listened to: a shell in the open is heard and hardly
/// felt, an earthquake the other way round.
pub(super) const MEDIA: usize = 2;

/// The number of the medium of a class: the ground, or the air; flashes go with what is heard.
pub(super) fn medium(class: Class) -> usize {
    match Carrier::of(class) {
        Some(Carrier::Ground | Carrier::Surface) => 0,
        _ => 1,
    }
}

/// What carries waves: those of one are of like speed and sharpness, so a stack that suits one of them suits all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carrier {
    /// The ground.
    Ground,
    /// Its surface, whose waves set in slowly.
    Surface,
    /// The air over paths of some ten km, seen or heard.
    Sound,
    /// The air over hundreds of km.
    Infrasound,
}

impl Carrier {
    pub(super) const ALL: [Self; 4] = [Self::Ground, Self::Surface, Self::Sound, Self::Infrasound];

    /// What carries a class; none of light, which helps wherever it is seen.
    pub(super) fn of(class: Class) -> Option<Self> {
        match (class.phase, class.kind) {
            (Phase::P | Phase::S, _) => Some(Self::Ground),
            (Phase::Surface, _) => Some(Self::Surface),
            (Phase::Muzzle | Phase::Shock, _)
            | (Phase::Airwave, SensorKind::Seismometer | SensorKind::SeismicArray) => Some(Self::Sound),
            (Phase::Airwave, _) => Some(Self::Infrasound),
            (Phase::Light, _) => None,
        }
    }
}

/// The waves that a kind of sensor can register.
pub(super) fn phases(kind: SensorKind) -> &'static [Phase] {
    match kind {
        SensorKind::Seismometer | SensorKind::SeismicArray => &[Phase::P, Phase::S, Phase::Surface, Phase::Airwave],
        SensorKind::InfrasoundArray => &[Phase::Airwave],
        SensorKind::Microphone | SensorKind::MicrophoneArray => &[Phase::Muzzle, Phase::Shock, Phase::Airwave],
        SensorKind::Optical | SensorKind::Satellite => &[Phase::Light],
        SensorKind::Observer => &[Phase::Muzzle, Phase::Light],
    }
}

/// The waves that a measurement may be of which states none: of ground motion a bare time does not tell P from S, or from
/// sound that shakes the ground as it passes, where that is known (`coupled`). The event that explains it does.
pub(super) fn readings(kind: SensorKind, coupled: bool) -> &'static [Phase] {
    match kind {
        SensorKind::Seismometer if coupled => &[Phase::P, Phase::S, Phase::Surface, Phase::Airwave],
        SensorKind::Seismometer | SensorKind::SeismicArray => &[Phase::P, Phase::S, Phase::Surface],
        _ => &phases(kind)[..1],
    }
}

/// One wave at one sensor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Channel {
    pub sensor: u32,
    pub class: u32,
}

/// The sensors.
#[derive(Debug, Clone)]
pub(super) struct Network {
    pub frame: Frame,
    /// Metres east, north, up.
    pub places: Vec<[f64; 3]>,
    pub kinds: Vec<SensorKind>,
    /// Whose each sensor is: the first sensor of the same owner; [`NONE`] where nobody is stated.
    pub owners: Vec<u32>,
    pub classes: Vec<Class>,
    pub channels: Vec<Channel>,
    /// Channel of a sensor and a class; [`NONE`] where there is none.
    of: Vec<u32>,
    /// Smallest and greatest coordinates of the places.
    pub low: [f64; 3],
    pub high: [f64; 3],
    /// Median distance to the nearest neighbour, m.
    pub spacing_m: f64,
    /// Median distance within which a sensor has ten others, or all if they are fewer, m.
    pub reach_m: f64,
}

/// How many neighbours a network's reach holds: events of interest are registered by about so many.
const REACH_NEIGHBOURS: usize = 10;

impl Network {
    pub(super) fn new<'s>(sensors: &'s [Sensor]) -> Result<Self, AssociateError> {
        if sensors.len() > SENSORS_MAX {
            return Err(AssociateError(Kind::TooManySensors { sensors: sensors.len(), sensors_max: SENSORS_MAX }));
        }
        let frame = Frame::of(sensors)?;
        let places: Vec<[f64; 3]> = sensors.iter().map(|s| frame.metres(&s.site).unwrap_or([0.0; 3])).collect();
        let kinds: Vec<SensorKind> = sensors.iter().map(|s| s.kind).collect();
        let mut of_owner: BTreeMap<&str, u32> = BTreeMap::new();
        let whose = |(at, sensor): (usize, &'s Sensor)| match sensor.owner.as_str() {
            "" => NONE,
            owner => *of_owner.entry(owner).or_insert(at as u32),
        };
        let owners = sensors.iter().enumerate().map(whose).collect();
        let mut classes: Vec<Class> =
            kinds.iter().flat_map(|&kind| phases(kind).iter().map(move |&phase| Class { kind, phase })).collect();
        classes.sort_unstable();
        classes.dedup();
        let mut channels = Vec::new();
        let mut of = vec![NONE; sensors.len() * classes.len()];
        for (sensor, kind) in kinds.iter().enumerate() {
            for (class, stated) in classes.iter().enumerate() {
                if stated.kind == *kind {
                    of[sensor * classes.len() + class] = channels.len() as u32;
                    channels.push(Channel { sensor: sensor as u32, class: class as u32 });
                }
            }
        }
        let (mut low, mut high) = ([0.0_f64; 3], [0.0_f64; 3]);
        for axis in 0..3 {
            low[axis] = places.iter().map(|p| p[axis]).fold(f64::INFINITY, f64::min);
            high[axis] = places.iter().map(|p| p[axis]).fold(f64::NEG_INFINITY, f64::max);
        }
        let (spacing_m, reach_m) = spacing(&places);
        Ok(Self { frame, places, kinds, owners, classes, channels, of, low, high, spacing_m, reach_m })
    }

    /// The channel of a sensor and a class.
    #[inline]
    pub(super) fn channel(&self, sensor: usize, class: usize) -> Option<usize> {
        match self.of[sensor * self.classes.len() + class] {
            NONE => None,
            channel => Some(channel as usize),
        }
    }

    /// Within what distance a sensor has ten others of its own kind, m: how far they see. Kinds stand differently far
    /// apart, seismometers nearer to each other than infrasound arrays. A kind's only sensor sees as far as the network.
    pub(super) fn reach_of(&self, kind: SensorKind) -> f64 {
        let own: Vec<[f64; 3]> =
            self.places.iter().zip(&self.kinds).filter(|(_, of)| **of == kind).map(|(place, _)| *place).collect();
        if own.len() < 2 { self.reach_m } else { spacing(&own).1 }
    }

    /// The class of a kind and a wave.
    pub(super) fn class(&self, kind: SensorKind, phase: Phase) -> Option<usize> {
        self.classes.binary_search(&Class { kind, phase }).ok()
    }
}

/// Median distances to the nearest and to the farthest of the neighbours within reach, m.
fn spacing(places: &[[f64; 3]]) -> (f64, f64) {
    /// One sensor alone has no spacing: the distance over which nothing is gained by a finer search.
    const ALONE_M: f64 = 1_000.0;
    if places.len() < 2 {
        return (ALONE_M, ALONE_M);
    }
    let rank = REACH_NEIGHBOURS.min(places.len() - 1);
    let (mut nearest, mut reach) = (Vec::new(), Vec::new());
    for a in places {
        let mut to: Vec<f64> =
            places.iter().map(|b| ((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1])).sqrt()).collect();
        to.sort_unstable_by(f64::total_cmp);
        // Sensors of different kinds may stand at one place: the nearest is the nearest elsewhere.
        nearest.push(to.iter().copied().find(|d| *d > 1e-3).unwrap_or(ALONE_M));
        reach.push(to[rank]);
    }
    nearest.sort_unstable_by(f64::total_cmp);
    reach.sort_unstable_by(f64::total_cmp);
    let spacing = nearest[nearest.len() / 2];
    (spacing, reach[reach.len() / 2].max(spacing))
}
