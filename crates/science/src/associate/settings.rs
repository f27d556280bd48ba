//! What is known before any measurement: physics and priors, nothing that belongs to a place.
use super::error::{AssociateError, Kind};
use super::model::Learnt;
use super::speeds::Speeds;
use truceline_model::measurement::{Phase, SensorKind};
use truceline_model::time::Interval;

/// A wave's speed as known beforehand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wave {
    /// Which wave.
    pub phase: Phase,
    /// Its speed, m/s. What travels at the speed of light has infinity.
    pub speed_m_s: f64,
    /// Relative standard deviation of that speed, as long as nothing was learnt.
    pub speed_relative: f64,
    /// Standard deviation of the wind's east and north parts, m/s, where it carries the wave and is to be learnt; else zero.
    pub wind_m_s: f64,
    /// What differs from path to path, as a share of the travel time: no network learns that away.
    pub path_relative: f64,
    /// Standard deviation of an arrival time beside what the measurement itself states, to begin with, s.
    pub time_sigma_s: f64,
    /// Share of the arrivals that are followed by an echo, to begin with, and how long echoes go on, s. None where a
    /// wave has no echoes of its own.
    pub echo: Option<(f64, f64)>,
    /// Arrivals after the first of one event at one sensor, by other paths: how many on the mean. None where later
    /// arrivals are clutter.
    pub secondary: Option<f64>,
}

impl Wave {
    /// The doubt about a travel time before anything was learnt, as a share of it.
    pub(super) fn relative(&self) -> f64 {
        let wind = self.wind_m_s / self.speed_m_s;
        (self.speed_relative * self.speed_relative + self.path_relative * self.path_relative + wind * wind).sqrt()
    }
}

/// Settings of the associator.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The waves.
    pub waves: Vec<Wave>,
    /// Sound that shakes the ground at a seismometer as it passes; none where what a seismometer registers is not taken for
    /// that unless it says so.
    pub coupled: Option<Wave>,
    /// Greatest depth of an event, m, where seismic waves are among the measurements.
    pub depth_m_max: f64,
    /// How far outside the sensors' box events are sought, in mean distances between neighbours.
    pub margin_spacings: f64,
    /// Events that are less probably real than this are left out.
    pub p_real_min: f64,
    /// Whether the model is learnt from the measurements; else `start` is taken as it is.
    pub learn: bool,
    /// A model learnt before, to start from.
    pub start: Option<Learnt>,
    /// How fast waves ran in the time before, as its events told it; nothing is carried from there else.
    pub speeds: Option<Speeds>,
    /// For how long measurements were taken, s, if it is longer than from the first of a block to its last: eight arrivals
    /// in ten seconds are clutter where nobody listened before, and no chance after a quiet hour.
    pub observed_s: Option<f64>,
    /// Of each sensor, by its number, from when to when it was recorded and all that it registered is among the measurements: its
    /// silence counts then and at no other time. Nothing, or an empty list, where that is not known: then outages are only told from
    /// what the others of its kind registered.
    pub recorded: Vec<Vec<Interval>>,
    /// Of how many owners it is told how real an event is without them; none beforehand.
    pub owners_max: usize,
}

/// Speed of sound in air, m/s: `331.3 sqrt(1 + T / 273.15)`, the ideal gas.
#[must_use]
pub fn sound_speed_m_s(temperature_deg_c: f64) -> f64 {
    331.3 * (1.0 + temperature_deg_c / 273.15).max(0.1).sqrt()
}

impl Default for Settings {
    /// Crustal rock (vp 6 km/s, vp/vs 1.73), air of 10 degrees.
    fn default() -> Self {
        Self::with_temperature(10.0)
    }
}

impl Settings {
    /// The default with the air's temperature, degrees Celsius.
    ///
    /// Sources: the continental crust's mean P velocity is 6.45 km/s, that of its upper half 6.0 to 6.3
    /// (N. I. Christensen and W. D. Mooney, *Seismic velocity structure and composition of the continental crust*,
    /// Journal of Geophysical Research 100, 9761-9788, 1995); vp/vs of a Poisson solid is the root of 3; automatic
    /// onsets scatter by 0.1 to 0.3 s. Sound over some ten km: 331 m/s at 0 degrees to 350 at 30, winds of 10 m/s along or
    /// against it; its onset in the ground is as sharp as others. Celerities of infrasound: `InfrasoundPriors` of the model's configuration.
    #[must_use]
    pub fn with_temperature(temperature_deg_c: f64) -> Self {
        let wave = |phase, speed_m_s, speed_relative, time_sigma_s| Wave {
            phase,
            speed_m_s,
            speed_relative,
            wind_m_s: 0.0,
            path_relative: 0.0,
            time_sigma_s,
            echo: None,
            secondary: None,
        };
        let sound = sound_speed_m_s(temperature_deg_c);
        Self {
            waves: vec![
                wave(Phase::P, 6_000.0, 0.03, 0.15),
                wave(Phase::S, 6_000.0 / 1.73, 0.03, 0.25),
                wave(Phase::Surface, 3_000.0, 0.08, 1.0),
                Wave { path_relative: 0.06, secondary: Some(1.0), ..wave(Phase::Airwave, 300.0, 0.03, 10.0) },
                Wave { path_relative: 0.003, echo: Some((0.5, 0.4)), ..wave(Phase::Muzzle, sound, 0.003, 0.010) },
                wave(Phase::Shock, sound, 0.05, 0.010),
                wave(Phase::Light, f64::INFINITY, 0.0, 0.5),
            ],
            // A path's own 1 %, and wind over the lowest kilometre as strong as what is not known of the speed.
            coupled: Some(Wave {
                wind_m_s: 0.03 * 340.0,
                path_relative: 0.01,
                ..wave(Phase::Airwave, 340.0, 0.03, 0.3)
            }),
            depth_m_max: 30_000.0,
            margin_spacings: 1.0,
            p_real_min: 0.5,
            learn: true,
            start: None,
            speeds: None,
            observed_s: None,
            recorded: Vec::new(),
            owners_max: 0,
        }
    }

    /// A wave as sensors of a kind register it.
    #[must_use]
    pub fn wave(&self, kind: SensorKind, phase: Phase) -> Option<&Wave> {
        let shaken = kind == SensorKind::Seismometer && phase == Phase::Airwave;
        let coupled = self.coupled.as_ref().filter(|_| shaken);
        coupled.or_else(|| self.waves.iter().find(|wave| wave.phase == phase))
    }

    pub(super) fn check(&self) -> Result<(), AssociateError> {
        let wrong = |name, value, expected| Err(AssociateError(Kind::Setting { name, value, expected }));
        for wave in self.waves.iter().chain(&self.coupled) {
            if wave.speed_m_s.is_nan() || wave.speed_m_s <= 0.0 {
                return wrong("speed_m_s", wave.speed_m_s, "above zero");
            }
            if !(wave.time_sigma_s > 0.0 && wave.time_sigma_s.is_finite()) {
                return wrong("time_sigma_s", wave.time_sigma_s, "above zero");
            }
            if !(wave.speed_relative >= 0.0 && wave.speed_relative < 0.3) {
                return wrong("speed_relative", wave.speed_relative, "from 0 to 0.3");
            }
            if !(wave.wind_m_s >= 0.0 && wave.wind_m_s < 0.3 * wave.speed_m_s) {
                return wrong("wind_m_s", wave.wind_m_s, "from 0 to 0.3 of the speed");
            }
        }
        if !(self.depth_m_max >= 0.0 && self.depth_m_max <= 1e6) {
            return wrong("depth_m_max", self.depth_m_max, "from 0 to 1,000,000");
        }
        if !(self.margin_spacings >= 0.0 && self.margin_spacings <= 100.0) {
            return wrong("margin_spacings", self.margin_spacings, "from 0 to 100");
        }
        if let Some(observed_s) = self.observed_s.filter(|s| !(*s >= 0.0 && *s <= 1e9)) {
            return wrong("observed_s", observed_s, "from 0 to 1,000,000,000");
        }
        if !(self.p_real_min > 0.0 && self.p_real_min < 1.0) {
            return wrong("p_real_min", self.p_real_min, "between 0 and 1");
        }
        Ok(())
    }
}
