//! What associating is told: numbers of the configuration, each with its source.
use crate::configuration::{Number, Stated, number};
use crate::{canonical_map, canonical_map_options};

/// What is known of a wave before any measurement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WavePrior {
    /// Its speed, mm/s.
    pub speed_mm_s: Stated,
    /// Relative standard deviation of that speed, 1e-6.
    pub speed_relative_ppm: Stated,
    /// What differs from path to path, as a share of the travel time, 1e-6.
    pub path_relative_ppm: Stated,
    /// Standard deviation of an arrival time beside what the measurement itself states, 1e-6 s.
    pub time_sigma_us: Stated,
}

canonical_map!(WavePrior {
    "speed_mm_s" => speed_mm_s,
    "time_sigma_us" => time_sigma_us,
    "path_relative_ppm" => path_relative_ppm,
    "speed_relative_ppm" => speed_relative_ppm,
});

impl WavePrior {
    /// All numbers, in the order in which they are printed.
    #[must_use]
    pub fn numbers(&self) -> [Number<'_>; 4] {
        [
            number("speed", &self.speed_mm_s, 1e6, "km/s"),
            number("speed_relative", &self.speed_relative_ppm, 1e6, "1"),
            number("path_relative", &self.path_relative_ppm, 1e6, "1"),
            number("time_sigma", &self.time_sigma_us, 1e6, "s"),
        ]
    }
}

/// By how much later waves of the ground come than their speeds say: slow ground near the surface, below every sensor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroundDelay {
    /// Of P, 1e-6 s; S is later as it is slower.
    pub mean_us: Stated,
    /// Its standard deviation from region to region, 1e-6 s.
    pub sigma_us: Stated,
}

canonical_map!(GroundDelay { "mean_us" => mean_us, "sigma_us" => sigma_us });

impl GroundDelay {
    /// All numbers, in the order in which they are printed.
    #[must_use]
    pub fn numbers(&self) -> [Number<'_>; 2] {
        [number("mean", &self.mean_us, 1e6, "s"), number("sigma", &self.sigma_us, 1e6, "s")]
    }
}

/// The most layers of an earth model.
pub const MAX_LAYERS: usize = 64;

/// A layer of constant speeds of P and S; it reaches down to the next one's top, the last one without end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarthLayer {
    /// Depth of its top below sea level, m.
    pub top_m: Stated,
    /// Speed of P, mm/s.
    pub p_mm_s: Stated,
    /// Speed of S, mm/s.
    pub s_mm_s: Stated,
}

canonical_map!(EarthLayer { "top_m" => top_m, "p_mm_s" => p_mm_s, "s_mm_s" => s_mm_s });

/// What associating is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Association {
    /// Seismic longitudinal waves.
    pub p: WavePrior,
    /// Seismic transverse waves.
    pub s: WavePrior,
    /// Seismic surface and guided waves.
    pub surface: WavePrior,
    /// Infrasound.
    pub airwave: WavePrior,
    /// Muzzle blasts, and any sound over a short path.
    pub muzzle: WavePrior,
    /// Shock waves.
    pub shock: WavePrior,
    /// Standard deviation of a time of light or radio, 1e-6 s.
    pub light_time_sigma_us: Stated,
    /// Arrivals after the first of one event at one infrasound sensor, by other paths: how many on the mean, 1e-3.
    pub airwave_secondary_milli: Stated,
    /// Share of the muzzle blasts that are followed by an echo, 1e-6.
    pub muzzle_echo_ppm: Stated,
    /// How long those echoes go on, ms.
    pub muzzle_echo_ms: Stated,
    /// Greatest depth of an event, m, where seismic waves are among the measurements.
    pub depth_m_max: Stated,
    /// How far outside the sensors' box events are sought, in 1e-3 of the mean distance between neighbours.
    pub margin_spacings_milli: Stated,
    /// Events that are less probably real than this are left out, 1e-6.
    pub p_real_min_ppm: Stated,
    /// An earth model for P and S, from the top down, [`MAX_LAYERS`] at most; none for straight paths by the speeds of
    /// `p` and `s`.
    pub layers: Option<Vec<EarthLayer>>,
    /// Sound that shakes the ground at a seismometer as it passes; none where an onset there is not taken for that.
    pub coupled: Option<WavePrior>,
    /// Slow ground near the surface; counts where no layers are stated.
    pub ground_delay: Option<GroundDelay>,
}

canonical_map_options!(Association {
    "p" must p,
    "s" must s,
    "shock" must shock,
    "layers" may layers,
    "muzzle" must muzzle,
    "airwave" must airwave,
    "coupled" may coupled,
    "surface" must surface,
    "depth_m_max" must depth_m_max,
    "ground_delay" may ground_delay,
    "muzzle_echo_ms" must muzzle_echo_ms,
    "p_real_min_ppm" must p_real_min_ppm,
    "muzzle_echo_ppm" must muzzle_echo_ppm,
    "light_time_sigma_us" must light_time_sigma_us,
    "margin_spacings_milli" must margin_spacings_milli,
    "airwave_secondary_milli" must airwave_secondary_milli,
});

impl Association {
    /// The numbers that belong to no wave with a speed, in the order in which they are printed.
    #[must_use]
    pub fn numbers(&self) -> [Number<'_>; 7] {
        [
            number("light_time_sigma", &self.light_time_sigma_us, 1e6, "s"),
            number("airwave_secondary", &self.airwave_secondary_milli, 1e3, "1"),
            number("muzzle_echo_share", &self.muzzle_echo_ppm, 1e6, "1"),
            number("muzzle_echo", &self.muzzle_echo_ms, 1e3, "s"),
            number("depth_max", &self.depth_m_max, 1e3, "km"),
            number("margin_spacings", &self.margin_spacings_milli, 1e3, "1"),
            number("p_real_min", &self.p_real_min_ppm, 1e6, "1"),
        ]
    }
}
