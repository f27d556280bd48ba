//! What the detectors of records are told: numbers of the configuration, each with its source.
use crate::array_detectors::ArrayDetectors;
use crate::canonical_map_grown;
use crate::configuration::{Number, Stated};
use crate::detection::SensorClass;

/// What the detectors of one class of sensors are told: a running mean is taken away, a band is passed, and a recursive
/// STA/LTA switches on and off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetectorSettings {
    /// Window of the running mean, ms.
    pub mean_window_ms: Stated,
    /// Lower edge of the band, 1e-3 Hz.
    pub band_low_mhz: Stated,
    /// Upper edge of the band, 1e-3 Hz.
    pub band_high_mhz: Stated,
    /// Corners of each edge.
    pub corners: Stated,
    /// Short average, ms.
    pub sta_ms: Stated,
    /// Long average, ms.
    pub lta_ms: Stated,
    /// Switches on at this ratio, 1e-3.
    pub on_milli: Stated,
    /// Switches off below this ratio, 1e-3.
    pub off_milli: Stated,
    /// The longest trigger, ms.
    pub trigger_ms_max: Stated,
    /// The onset is sought from this long before the trigger, ms.
    pub before_ms: Stated,
    /// ... to this long after, ms.
    pub after_ms: Stated,
    /// How often noise is taken for a rise of energy that the trigger is not reached by, or that begins while it is on, for each
    /// test and its windows, 1e-9; none in epochs before the seventh version, and where only the trigger counts.
    pub rise_p_false_ppb: Option<Stated>,
    /// A clock whose stated quality is below this is questionable, percent.
    pub clock_quality_percent_min: Stated,
}

canonical_map_grown!(DetectorSettings {
    "lta_ms" => lta_ms,
    "sta_ms" => sta_ms,
    "corners" => corners,
    "after_ms" => after_ms,
    "on_milli" => on_milli,
    "before_ms" => before_ms,
    "off_milli" => off_milli,
    "band_low_mhz" => band_low_mhz,
    "band_high_mhz" => band_high_mhz,
    "mean_window_ms" => mean_window_ms,
    "trigger_ms_max" => trigger_ms_max;
    "rise_p_false_ppb" => rise_p_false_ppb;
    "clock_quality_percent_min" => clock_quality_percent_min,
});

impl DetectorSettings {
    /// All numbers, in the order in which they are printed.
    #[must_use]
    pub fn numbers(&self) -> Vec<Number<'_>> {
        fn number<'a>(name: &'static str, stated: &'a Stated, per_unit: f64, unit: &'static str) -> Number<'a> {
            Number { name, value: stated.value as f64 / per_unit, unit, source: &stated.source }
        }
        let mut numbers = vec![
            number("mean_window", &self.mean_window_ms, 1e3, "s"),
            number("band_low", &self.band_low_mhz, 1e3, "Hz"),
            number("band_high", &self.band_high_mhz, 1e3, "Hz"),
            number("corners", &self.corners, 1.0, "1"),
            number("sta", &self.sta_ms, 1e3, "s"),
            number("lta", &self.lta_ms, 1e3, "s"),
            number("on", &self.on_milli, 1e3, "1"),
            number("off", &self.off_milli, 1e3, "1"),
            number("trigger_max", &self.trigger_ms_max, 1e3, "s"),
            number("before", &self.before_ms, 1e3, "s"),
            number("after", &self.after_ms, 1e3, "s"),
            number("clock_quality_min", &self.clock_quality_percent_min, 1.0, "percent"),
        ];
        numbers.extend(self.rise_p_false_ppb.iter().map(|stated| number("rise_p_false", stated, 1e9, "1")));
        numbers
    }
}

/// What the detectors of all classes are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detectors {
    /// Channels of ground motion.
    pub seismic: DetectorSettings,
    /// Channels of air pressure.
    pub infrasound: DetectorSettings,
    /// Channels of sound.
    pub acoustic: DetectorSettings,
    /// A channel of which nothing came for this long is silent: what is open in it is closed, s.
    pub silence_s: Stated,
    /// What those of arrays are told; none in epochs of the second version, which had none.
    pub arrays: Option<ArrayDetectors>,
}

canonical_map_grown!(Detectors {
    "seismic" => seismic, "acoustic" => acoustic;
    "of_arrays" => arrays;
    "silence_s" => silence_s, "infrasound" => infrasound,
});

impl Detectors {
    /// Whether rises of energy are looked for in some class.
    #[must_use]
    pub fn looks_for_rises(&self) -> bool {
        [&self.seismic, &self.infrasound, &self.acoustic].iter().any(|settings| settings.rise_p_false_ppb.is_some())
    }

    /// The settings of a class.
    #[must_use]
    pub fn of(&self, class: SensorClass) -> &DetectorSettings {
        match class {
            SensorClass::Seismic => &self.seismic,
            SensorClass::Infrasound => &self.infrasound,
            SensorClass::Acoustic => &self.acoustic,
        }
    }
}
