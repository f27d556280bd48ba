//! The numerical configuration of an epoch: every number that moves a result, each with its source.
use crate::association::Association;
use crate::celerity::CelerityPhases;
use crate::detectors::Detectors;
use crate::{canonical_map, canonical_map_grown, canonical_names};

/// Which clock ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The recording's own time, written by the player.
    Recorded,
    /// The clock of the machine that registers, while live sources run.
    Running,
}

canonical_names!(Clock { "recorded" => Recorded, "running" => Running });

/// A number with the source it was taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The number, in the unit that its field's name ends in.
    pub value: i64,
    /// Where it was taken from, in words.
    pub source: String,
}

canonical_map!(Stated { "value" => value, "source" => source });

/// Priors for locating by infrasound, each with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfrasoundPriors {
    /// Mean of the regional celerity (distance over travel time), mm/s.
    pub celerity_mean_mm_s: Stated,
    /// Standard deviation of the regional celerity, mm/s.
    pub celerity_sigma_mm_s: Stated,
    /// Standard deviation of the wind, east and north each, mm/s; its mean is zero.
    pub wind_sigma_mm_s: Stated,
    /// Deviation of azimuths by propagation, 1e-3 degree.
    pub azimuth_sigma_mdeg: Stated,
    /// Deviation of a beam's azimuth at a beam signal-to-noise power ratio of one, 1e-3 degree; it falls with the
    /// root of F - 1.
    pub beam_azimuth_sigma_mdeg: Stated,
    /// Relative deviation of a single travel time, 1e-6.
    pub travel_time_relative_ppm: Stated,
    /// Fixed deviation of a single travel time, ms; it adds to the relative one.
    pub travel_time_fixed_ms: Stated,
    /// The place is flat in the arrays' bounding box widened by this on every side, m.
    pub region_margin_m: Stated,
    /// Celerities by phase and season instead of the regional one, whose mean and deviation then move nothing; none for
    /// one regional celerity.
    pub phases: Option<CelerityPhases>,
}

canonical_map_grown!(InfrasoundPriors {
    ;
    "phases" => phases;
    "region_margin_m" => region_margin_m,
    "wind_sigma_mm_s" => wind_sigma_mm_s,
    "azimuth_sigma_mdeg" => azimuth_sigma_mdeg,
    "celerity_mean_mm_s" => celerity_mean_mm_s,
    "celerity_sigma_mm_s" => celerity_sigma_mm_s,
    "travel_time_fixed_ms" => travel_time_fixed_ms,
    "beam_azimuth_sigma_mdeg" => beam_azimuth_sigma_mdeg,
    "travel_time_relative_ppm" => travel_time_relative_ppm,
});

/// Everything numerical that an epoch computes with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    /// Which clock ticks.
    pub clock: Clock,
    /// Priors for locating by infrasound.
    pub infrasound: InfrasoundPriors,
    /// A group of detections is final at the first tick this long after its first arrival, s.
    pub group_window_s: u32,
    /// A case is closed at the first tick this long after its event, s; notices revise open cases only.
    pub case_age_max_s: u32,
    /// The engine's memory is hashed into the journal after every so many inputs of an epoch; at least 1.
    pub snapshot_every_inputs: u32,
    /// What the detectors of records are told; none in epochs of the first version, which had no records.
    pub detectors: Option<Detectors>,
    /// What associating is told; none in epochs of earlier versions, which grouped by the source's label alone.
    pub association: Option<Association>,
}

canonical_map_grown!(Configuration {
    "clock" => clock, "detectors" => detectors, "infrasound" => infrasound;
    "association" => association;
    "case_age_max_s" => case_age_max_s,
    "group_window_s" => group_window_s,
    "snapshot_every_inputs" => snapshot_every_inputs,
});

/// A number as people read it: in the unit of the configuration file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number<'a> {
    /// Its name in the configuration file.
    pub name: &'static str,
    /// Its value in `unit`.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// Where it was taken from.
    pub source: &'a str,
}

impl InfrasoundPriors {
    /// All numbers, in the order in which they are printed.
    #[must_use]
    pub fn numbers(&self) -> Vec<Number<'_>> {
        let mut numbers = vec![
            number("celerity_mean", &self.celerity_mean_mm_s, 1e6, "km/s"),
            number("celerity_sigma", &self.celerity_sigma_mm_s, 1e6, "km/s"),
            number("wind_sigma", &self.wind_sigma_mm_s, 1e3, "m/s"),
            number("azimuth_sigma", &self.azimuth_sigma_mdeg, 1e3, "deg"),
            number("beam_azimuth_sigma", &self.beam_azimuth_sigma_mdeg, 1e3, "deg"),
            number("travel_time_relative", &self.travel_time_relative_ppm, 1e6, "1"),
            number("travel_time_fixed", &self.travel_time_fixed_ms, 1e3, "s"),
            number("region_margin", &self.region_margin_m, 1e3, "km"),
        ];
        numbers.extend(self.phases.iter().flat_map(CelerityPhases::numbers));
        numbers
    }
}

pub(crate) fn number<'a>(name: &'static str, stated: &'a Stated, per_unit: f64, unit: &'static str) -> Number<'a> {
    Number { name, value: stated.value as f64 / per_unit, unit, source: &stated.source }
}
