//! What the detectors of arrays are told: numbers of the configuration, each with its source.
use crate::canonical_map;
use crate::configuration::Stated;
use crate::detection::SensorClass;

/// What the detectors of one class of arrays are told: of each window the strongest wave is sought and compared with what
/// noise reaches; windows in a row make an arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArraySettings {
    /// Lower edge of the band, 1e-3 Hz.
    pub band_low_mhz: Stated,
    /// Upper edge of the band, 1e-3 Hz.
    pub band_high_mhz: Stated,
    /// Length of a window, ms.
    pub window_ms: Stated,
    /// From the start of a window to that of the next, ms.
    pub step_ms: Stated,
    /// The slowest wave, mm/s.
    pub speed_mm_s_min: Stated,
    /// The fastest wave along its own path, mm/s.
    pub speed_mm_s_max: Stated,
    /// Standard deviation of an element's clock and response, 1e-6 s.
    pub timing_sigma_us: Stated,
    /// Standard deviation of an element's place along any direction, mm.
    pub survey_sigma_mm: Stated,
    /// How often a window of noise is taken for a wave, 1e-6.
    pub p_false_ppm: Stated,
    /// How many windows of the past tell how coherent the noise is.
    pub past_windows: Stated,
    /// The fewest windows in a row that make an arrival.
    pub run_windows_min: Stated,
    /// How far the slowness vectors of an arrival lie apart, as a share of the strongest window's, 1e-3.
    pub like_milli: Stated,
    /// The longest arrival, ms; what lasts longer is given in parts.
    pub arrival_ms_max: Stated,
    /// So long, by the clock, samples wait for those of the other elements, ms.
    pub wait_ms: Stated,
    /// What the way between source and array adds to the azimuth, 1e-3 degree.
    pub propagation_sigma_mdeg: Stated,
    /// A clock whose stated quality is below this is questionable, percent.
    pub clock_quality_percent_min: Stated,
}

canonical_map!(ArraySettings {
    "step_ms" => step_ms,
    "wait_ms" => wait_ms,
    "window_ms" => window_ms,
    "like_milli" => like_milli,
    "p_false_ppm" => p_false_ppm,
    "band_low_mhz" => band_low_mhz,
    "past_windows" => past_windows,
    "band_high_mhz" => band_high_mhz,
    "arrival_ms_max" => arrival_ms_max,
    "speed_mm_s_max" => speed_mm_s_max,
    "speed_mm_s_min" => speed_mm_s_min,
    "run_windows_min" => run_windows_min,
    "survey_sigma_mm" => survey_sigma_mm,
    "timing_sigma_us" => timing_sigma_us,
    "propagation_sigma_mdeg" => propagation_sigma_mdeg,
    "clock_quality_percent_min" => clock_quality_percent_min,
});

/// What the detectors of all classes of arrays are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrayDetectors {
    /// Arrays of ground motion.
    pub seismic: ArraySettings,
    /// Arrays of air pressure.
    pub infrasound: ArraySettings,
    /// Arrays of microphones.
    pub acoustic: ArraySettings,
}

canonical_map!(ArrayDetectors {
    "seismic" => seismic,
    "acoustic" => acoustic,
    "infrasound" => infrasound,
});

impl ArrayDetectors {
    /// The settings of a class.
    #[must_use]
    pub fn of(&self, class: SensorClass) -> &ArraySettings {
        match class {
            SensorClass::Seismic => &self.seismic,
            SensorClass::Infrasound => &self.infrasound,
            SensorClass::Acoustic => &self.acoustic,
        }
    }
}
