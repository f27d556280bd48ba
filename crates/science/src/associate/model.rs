//! What the associator believes of waves, sensors and clutter.
use super::detection::{Curve, Table};
use super::network::{Class, Network, medium};
use super::settings::{Settings, Wave};
use super::small::N;
use truceline_model::measurement::{Phase, SensorKind};

/// What was learnt of one kind of sensor and one wave.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassModel {
    /// The kind of sensor.
    pub kind: SensorKind,
    /// The wave.
    pub phase: Phase,
    /// Speed of the wave, m/s.
    pub speed_m_s: f64,
    /// Whether the wind carries it.
    pub in_wind: bool,
    /// What is left of the doubt about travel times, as a share of them.
    pub travel_relative: f64,
    /// Standard deviation of an arrival time at distance zero, s.
    pub time_sigma_s: f64,
    /// Probability to register an event.
    pub detection: Curve,
    /// Echoes after an arrival: how many on the mean, and over what time, s.
    pub echo: Option<(f64, f64)>,
    /// Arrivals after the first of the same event at one channel, where the wave has several paths: how many on the
    /// mean.
    pub secondary: Option<f64>,
    /// Whether such a measurement was ever seen; silence of a class that is not in use says nothing.
    pub in_use: bool,
    /// Clutter per channel, 1/s, mean over its channels.
    pub clutter_per_s: f64,
}

impl ClassModel {
    /// Which medium carries it.
    fn medium(&self) -> usize {
        medium(Class { kind: self.kind, phase: self.phase })
    }
}

/// All that was learnt.
#[derive(Debug, Clone, PartialEq)]
pub struct Learnt {
    /// By kind and wave.
    pub classes: Vec<ClassModel>,
    /// Standard deviation of the log of the range over events; where ground and air are both listened to, of the ground's.
    pub strength_sigma: f64,
    /// That of the air's; the same where only one of both is listened to.
    pub air_strength_sigma: f64,
    /// The wind that carries waves over the paths of these events, to the east and to the north, m/s.
    pub wind_m_s: [f64; 2],
    /// Events in a second, in the whole region.
    pub events_per_s: f64,
    /// How many events this was learnt from.
    pub events: usize,
}

/// How the logarithm of events' reach scatters before anything was learnt: adopted.
pub const STRENGTH_SIGMA: f64 = 0.3;

/// How that of what is heard scatters beside what is felt: charges from a tenth of a kg to hundreds, whose pressure goes with the
/// cube root of the charge over the distance, are heard as far as `ln 3000 / 3 / sqrt 12`, even over their logarithm. Rounded down:
/// the farther ones are heard less far than so by what air takes away.
pub(super) const AIR_STRENGTH_SIGMA: f64 = 0.6;

/// What share of the events shakes a medium, where both are listened to: as often as not, adopted.
pub(super) const SHAKEN: f64 = 0.5;

/// The detection curve to begin with: the reach of the network's sensors of this kind, and a fifth of it for the fall. A satellite sees what is
/// below it, wherever that is, if it passes and no cloud is in the way: as often as not.
fn detection(kind: SensorKind, reach_m: f64) -> Curve {
    match kind {
        SensorKind::Satellite => Curve { ceiling: 0.5, range_m: 1e7, width_m: 1e6 },
        _ => Curve { ceiling: 0.9, range_m: reach_m, width_m: reach_m / 5.0 },
    }
}

impl Learnt {
    /// What is believed before any measurement.
    pub(super) fn start(network: &Network, settings: &Settings) -> Self {
        let classes = network
            .classes
            .iter()
            .map(|class| {
                let wave = settings.wave(class.kind, class.phase);
                ClassModel {
                    kind: class.kind,
                    phase: class.phase,
                    speed_m_s: wave.map_or(f64::INFINITY, |w| w.speed_m_s),
                    in_wind: wave.is_some_and(|wave| wave.wind_m_s > 0.0),
                    travel_relative: wave.map_or(0.0, Wave::relative),
                    time_sigma_s: wave.map_or(1.0, |w| w.time_sigma_s),
                    detection: detection(class.kind, network.reach_of(class.kind)),
                    echo: wave.and_then(|w| w.echo),
                    secondary: wave.and_then(|w| w.secondary),
                    in_use: false,
                    clutter_per_s: 0.0,
                }
            })
            .collect();
        Self {
            classes,
            strength_sigma: STRENGTH_SIGMA,
            air_strength_sigma: STRENGTH_SIGMA,
            wind_m_s: [0.0; 2],
            events_per_s: 0.0,
            events: 0,
        }
    }
}

/// What of the events in reach a seismometer gives a pick of, by wave, where picks do not say which wave they are. P comes
/// first, out of quiet ground; S comes in P's coda, surface waves in that of S and without a sharp onset, and sound only where the
/// weather brings it. Adopted; learnt away within some events.
const fn pick_share(phase: Phase) -> f64 {
    match phase {
        Phase::S => 0.5,
        Phase::Surface | Phase::Airwave => 0.3,
        _ => 0.9,
    }
}

impl Learnt {
    /// Takes it that seismometers' picks do not say which wave they are: an event that only later waves speak for is rare.
    pub(super) fn unlabelled(&mut self) {
        for class in self.classes.iter_mut().filter(|class| class.kind == SensorKind::Seismometer) {
            class.detection.ceiling = class.detection.ceiling.min(pick_share(class.phase));
        }
    }

    /// Forgets the wind: it turns within hours.
    pub(super) fn calm(&mut self, settings: &Settings) {
        self.wind_m_s = [0.0; 2];
        for class in self.classes.iter_mut().filter(|class| class.in_wind) {
            class.travel_relative = settings.wave(class.kind, class.phase).map_or(0.0, Wave::relative);
        }
    }

    /// Into how many media the classes in use fall that are told apart.
    pub(super) fn media(&self) -> usize {
        let is_there = |number: usize| self.classes.iter().any(|class| class.in_use && class.medium() == number);
        if is_there(0) && is_there(1) { 2 } else { 1 }
    }

    /// Takes it that what is heard of events reaches by a strength of its own, where both ground and air are listened to and
    /// nothing was learnt yet.
    pub(super) fn apart(&mut self) {
        if self.media() > 1 {
            self.air_strength_sigma = AIR_STRENGTH_SIGMA;
        }
    }

    /// The deviation of the strengths for a class.
    #[must_use]
    pub fn strength_sigma_of(&self, class: &ClassModel) -> f64 {
        if self.media() > 1 && class.medium() == 1 { self.air_strength_sigma } else { self.strength_sigma }
    }

    /// Whether this is a model of such a network.
    pub(super) fn fits(&self, network: &Network) -> bool {
        let same = |(model, class): (&ClassModel, &super::network::Class)| {
            model.kind == class.kind && model.phase == class.phase
        };
        self.classes.len() == network.classes.len() && self.classes.iter().zip(&network.classes).all(same)
    }

    /// The longest travel time over which these classes register an event, s; a second at least.
    pub(super) fn longest_travel_s(&self, classes: impl Iterator<Item = usize>) -> f64 {
        let reach = |class: usize| {
            let class = &self.classes[class];
            class.detection.reach_m(self.strength_sigma_of(class)) / class.speed_m_s
        };
        classes.map(reach).fold(1.0, f64::max)
    }
}

/// Slowness in a wind: of the speed and what of the wind goes along the path.
pub(super) fn blown(slowness_s_m: f64, [east, north]: [f64; 2], place: &[f64; 3], spot: &[f64; N], r_m: f64) -> f64 {
    let along_m_s = (east * (place[0] - spot[1]) + north * (place[1] - spot[2])) / r_m;
    slowness_s_m / (1.0 + along_m_s * slowness_s_m)
}

/// The numbers of a class in the innermost loops.
#[derive(Debug, Clone)]
pub(super) struct Fast {
    pub in_use: bool,
    /// Whose strength moves it.
    pub medium: usize,
    pub slowness_s_m: f64,
    /// The wind that carries it, to the east and to the north, m/s; none where there is none.
    pub wind_m_s: Option<[f64; 2]>,
    pub variance_s2: f64,
    pub relative2: f64,
    /// Expected arrivals after the first of the same event, where a wave has several paths.
    pub secondary: Option<f64>,
    pub table: Table,
}

/// [`Learnt`] with its tables.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub learnt: Learnt,
    pub classes: Vec<Fast>,
}

impl Model {
    pub(super) fn new(learnt: Learnt) -> Self {
        let classes = learnt
            .classes
            .iter()
            .map(|class| Fast {
                in_use: class.in_use,
                medium: if learnt.media() > 1 { class.medium() } else { 0 },
                slowness_s_m: 1.0 / class.speed_m_s,
                wind_m_s: Some(learnt.wind_m_s).filter(|wind| class.in_wind && *wind != [0.0; 2]),
                variance_s2: class.time_sigma_s * class.time_sigma_s,
                relative2: class.travel_relative * class.travel_relative,
                secondary: class.secondary,
                table: if class.in_use {
                    Table::new(&class.detection, learnt.strength_sigma_of(class))
                } else {
                    Table::empty()
                },
            })
            .collect();
        Self { learnt, classes }
    }
}

impl Fast {
    /// Slowness of the wave from a spot to a place at this distance, s/m.
    #[inline]
    pub(super) fn slowness(&self, place: &[f64; 3], spot: &[f64; N], r_m: f64) -> f64 {
        match self.wind_m_s {
            None => self.slowness_s_m,
            Some(wind) => blown(self.slowness_s_m, wind, place, spot, r_m),
        }
    }

    /// Log of the expected secondary arrivals.
    pub(super) fn log_secondary(&self) -> f64 {
        libm::log(self.secondary.unwrap_or(1e-9))
    }
}
