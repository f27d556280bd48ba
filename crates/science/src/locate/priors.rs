//! What is taken for granted before any measurement: the medium, how well its times hold, and how often a
//! measurement belongs to something else.
use super::error::{EvidenceError, Kind};
use super::evidence::{Company, Shared};
use crate::travel::{Medium, Speeds, sound_m_s};
use truceline_model::measurement::Phase;

/// How well the travel times of one phase hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimePrior {
    /// Standard deviation of an arrival that states none, s.
    pub sigma_s: f64,
    /// Deviation of the travel time that is always there, s; added in squares to the arrival's own.
    pub fixed_s: f64,
    /// Deviation as a share of the travel time; added in squares too.
    pub relative: f64,
    /// Deviation of the common factor on all travel times of this technology: 0.07 for a celerity known to 7 %.
    pub scale_sigma: f64,
    /// By how much all arrivals come later than the medium has it, s, and how well that is known: what slow ground near the
    /// surface adds under every sensor. Of all waves of the ground it is the same ground: where one is later, all are. Zero where
    /// it is not looked for.
    pub delay_s: (f64, f64),
    /// No source is farther from a sensor that registered this phase, m.
    pub range_m_max: f64,
}

/// Where a source can be in height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Heights {
    /// On one level.
    Level {
        /// Its depth, m below the datum of the elevations.
        depth_m: f64,
    },
    /// On the level of the sensor that registered first, which stands nearest: ground follows ground.
    First,
    /// Anywhere between two depths, each as likely as any other; to be resolved by the data.
    Between {
        /// The upper one, m below the datum: negative in the air.
        top_m: f64,
        /// The lower one.
        bottom_m: f64,
    },
}

/// In which box the source is looked for: degrees (longitude, latitude) or metres (x, y), as the sensors' sites.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Western edge.
    pub west: f64,
    /// Southern edge.
    pub south: f64,
    /// Eastern edge.
    pub east: f64,
    /// Northern edge.
    pub north: f64,
}

/// Standard deviation of a back-azimuth that states none and of which nothing is known, degrees: adopted, wider than small
/// arrays do.
pub const AZIMUTH_SIGMA_DEG: f64 = 10.0;

/// What is taken for granted.
#[derive(Debug, Clone)]
pub struct Priors {
    /// Travel times.
    pub medium: Medium,
    /// Heights of the source.
    pub heights: Heights,
    /// The share of measurements that belong to something else or are grossly off.
    pub outlier_share: f64,
    /// How wide those scatter, in standard deviations: the scale of a Cauchy distribution for times.
    pub outlier_sigmas: f64,
    /// P.
    pub p: TimePrior,
    /// S.
    pub s: TimePrior,
    /// Lg, Rg.
    pub surface: TimePrior,
    /// Infrasound.
    pub airwave: TimePrior,
    /// Muzzle blast and shock wave.
    pub sound: TimePrior,
    /// Light and radio.
    pub light: TimePrior,
    /// Deviation of each component of the wind that carries airwaves and sound, m/s.
    pub wind_sigma_m_s: f64,
    /// The wind before any arrival, m/s to the east and to the north.
    pub wind_mean_m_s: (f64, f64),
    /// How what all arrivals share hangs together, where other events said so ([`Together`](super::Together)); else each by
    /// itself.
    pub shared: Option<Shared>,
    /// Who says so, to be asked again where owners are left out.
    pub company: Option<Company>,
    /// Standard deviation of a back-azimuth that states none, degrees.
    pub azimuth_sigma_deg: f64,
    /// Deviation that every back-azimuth has beside its own, from propagation, degrees.
    pub azimuth_fixed_deg: f64,
    /// Standard deviation of a horizontal slowness, as a share of it.
    pub slowness_relative: f64,
    /// How soft the ends of a distance interval are, as a share of the distance.
    pub range_softness: f64,
    /// Probability that what was registered both in the ground and in the air lies on the ground, where its depth is to
    /// be resolved.
    pub on_ground: f64,
    /// The box; none: around the sensors, as far as their phases carry.
    pub bounds: Option<Bounds>,
}

impl Priors {
    /// Priors for a medium, the rest as stated here. Sources of the numbers:
    ///
    /// - P, S: a pick of 0.1 s and a model error of 2 % of the travel time, at least 0.05 s (NonLinLoc's manual uses
    ///   `LOCGAU2 0.02 0.05 2.0` in its samples); S twice as wide.
    /// - Surface waves and infrasound: the spread of group velocities and celerities, adopted, not from one
    ///   publication; infrasound as in the engine's configuration (celerity 7 %, wind 20 m/s).
    /// - Sound: 10 ms for paths around buildings (a detour of 3 m); 2 m/s of wind is calm.
    /// - On the ground: nineteen of twenty, adopted. Explosions are; earthquakes that shake the ground enough to be heard
    ///   are the exception, and sound from below has no path of its own: it leaves from the ground above.
    /// - Outliers: one in fifty, adopted: pickers and people are wrong more often than a normal distribution allows.
    #[must_use]
    pub fn new(medium: Medium) -> Self {
        let delay_s = (0.0, 0.0);
        let p =
            TimePrior { sigma_s: 0.1, fixed_s: 0.05, relative: 0.02, scale_sigma: 0.0, delay_s, range_m_max: 1_000e3 };
        Self {
            medium,
            heights: Heights::Level { depth_m: 0.0 },
            outlier_share: 0.02,
            outlier_sigmas: 10.0,
            p,
            s: TimePrior { sigma_s: 0.2, fixed_s: 0.1, ..p },
            surface: TimePrior { sigma_s: 2.0, fixed_s: 1.0, relative: 0.05, ..p },
            airwave: TimePrior {
                sigma_s: 5.0,
                fixed_s: 5.0,
                relative: 0.01,
                scale_sigma: 0.07,
                range_m_max: 1_500e3,
                ..p
            },
            sound: TimePrior { sigma_s: 0.01, fixed_s: 0.0, relative: 0.0, range_m_max: 5e3, ..p },
            light: TimePrior { fixed_s: 0.0, relative: 0.0, range_m_max: 100e3, ..p },
            wind_sigma_m_s: 0.0,
            wind_mean_m_s: (0.0, 0.0),
            shared: None,
            company: None,
            azimuth_sigma_deg: AZIMUTH_SIGMA_DEG,
            azimuth_fixed_deg: 0.0,
            slowness_relative: 0.1,
            range_softness: 0.1,
            on_ground: 0.95,
            bounds: None,
        }
    }

    /// Priors for sound near the ground at an air temperature, degrees Celsius; a source is on the level of the sensor
    /// that registered first.
    ///
    /// # Errors
    /// If the temperature is none of air.
    pub fn sound(temperature_c: f64) -> Result<Self, EvidenceError> {
        let wrong = || {
            EvidenceError(Kind::Number {
                name: "temperature_c",
                value: temperature_c,
                expected: "-100 to 100 degrees Celsius",
            })
        };
        let sound_m_s = Some(sound_m_s(temperature_c).ok_or_else(wrong)?);
        let medium = Medium::homogeneous(Speeds { sound_m_s, ..Speeds::default() }).map_err(|_| wrong())?;
        Ok(Self { heights: Heights::First, ..Self::new(medium) })
    }

    /// The prior of a phase.
    #[must_use]
    pub fn time(&self, phase: Phase) -> &TimePrior {
        match phase {
            Phase::P => &self.p,
            Phase::S => &self.s,
            Phase::Surface => &self.surface,
            Phase::Airwave => &self.airwave,
            Phase::Muzzle | Phase::Shock => &self.sound,
            Phase::Light => &self.light,
        }
    }

    /// By technology.
    pub(super) fn times(&self) -> [&TimePrior; 6] {
        [&self.p, &self.s, &self.surface, &self.airwave, &self.sound, &self.light]
    }

    /// The same, one of them to change.
    pub(super) fn times_mut(&mut self, technology: usize) -> &mut TimePrior {
        match technology {
            0 => &mut self.p,
            1 => &mut self.s,
            2 => &mut self.surface,
            3 => &mut self.airwave,
            4 => &mut self.sound,
            _ => &mut self.light,
        }
    }

    /// Whether every number has a meaning.
    pub(super) fn check(&self) -> Result<(), EvidenceError> {
        let within = |name, value: f64, (least, most): (f64, f64), expected| {
            if (least..=most).contains(&value) {
                return Ok(());
            }
            Err(EvidenceError(Kind::Number { name, value, expected }))
        };
        within("outlier_share", self.outlier_share, (1e-6, 0.5), "0.000001 to 0.5")?;
        within("outlier_sigmas", self.outlier_sigmas, (2.0, 1e4), "2 to 10000")?;
        within("wind_sigma_m_s", self.wind_sigma_m_s, (0.0, 100.0), "0 to 100 m/s")?;
        let (east_m_s, north_m_s) = self.wind_mean_m_s;
        for component in [east_m_s, north_m_s] {
            within("wind_mean_m_s", component, (-150.0, 150.0), "-150 to 150 m/s")?;
        }
        within("azimuth_sigma_deg", self.azimuth_sigma_deg, (0.01, 180.0), "0.01 to 180 degrees")?;
        within("azimuth_fixed_deg", self.azimuth_fixed_deg, (0.0, 180.0), "0 to 180 degrees")?;
        within("slowness_relative", self.slowness_relative, (1e-3, 10.0), "0.001 to 10")?;
        within("range_softness", self.range_softness, (1e-3, 1.0), "0.001 to 1")?;
        within("on_ground", self.on_ground, (0.0, 0.999_999), "0 to 0.999999")?;
        for prior in self.times() {
            within("sigma_s", prior.sigma_s, (1e-6, 1e4), "0.000001 to 10000 s")?;
            within("fixed_s", prior.fixed_s, (0.0, 1e4), "0 to 10000 s")?;
            within("relative", prior.relative, (0.0, 1.0), "0 to 1")?;
            within("scale_sigma", prior.scale_sigma, (0.0, 0.5), "0 to 0.5")?;
            within("delay_s", prior.delay_s.0, (-60.0, 60.0), "-60 to 60 s")?;
            within("delay_s", prior.delay_s.1, (0.0, 60.0), "a deviation of 0 to 60 s")?;
            within("range_m_max", prior.range_m_max, (1.0, 5e6), "1 to 5000000 m")?;
        }
        let (top_m, bottom_m) = self.depths_m(0.0);
        within("heights", top_m, (-1e5, 8e5), "depths of -100000 to 800000 m")?;
        within("heights", bottom_m, (top_m, 8e5), "a lower end below the upper one, to 800000 m")?;
        Ok(())
    }

    /// Least and greatest depth; `first_m` is that of the sensor that registered first.
    pub(super) fn depths_m(&self, first_m: f64) -> (f64, f64) {
        match self.heights {
            Heights::Level { depth_m } => (depth_m, depth_m),
            Heights::First => (first_m, first_m),
            Heights::Between { top_m, bottom_m } => (top_m, bottom_m),
        }
    }
}
