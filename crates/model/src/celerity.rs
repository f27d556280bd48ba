//! How fast infrasound goes by the layer that turns it back, and how probable each layer is by season and direction.
use crate::canonical_map;
use crate::configuration::{Number, Stated, number};

/// The celerity of one phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseCelerity {
    /// Its mean, mm/s.
    pub mean_mm_s: Stated,
    /// Its standard deviation, mm/s, common to all paths of an event.
    pub sigma_mm_s: Stated,
}

canonical_map!(PhaseCelerity { "mean_mm_s" => mean_mm_s, "sigma_mm_s" => sigma_mm_s });

/// A mixture of celerities: each path belongs to one of three phases, named by the layer of the atmosphere that turns
/// the wave back to the ground.
///
/// Whatever the season, `tropospheric_ppm` of the paths are tropospheric. Of the others the share
/// `equinox + swing * W * east`, cut to 0 and 1, is stratospheric and the rest is thermospheric. `east` is the eastward
/// part of the direction of travel, and `W = sin(2 latitude) cos(2 pi (day - 15 January) / year)` the stratosphere's zonal
/// wind in units of a mid-latitude winter's: eastward in winter, westward in summer, the other way round beyond the
/// equator, and none at the equator and the poles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CelerityPhases {
    /// Turned below some 15 km.
    pub tropospheric: PhaseCelerity,
    /// Turned at some 40 to 60 km.
    pub stratospheric: PhaseCelerity,
    /// Turned above some 90 km.
    pub thermospheric: PhaseCelerity,
    /// Share of the paths that are tropospheric, 1e-6.
    pub tropospheric_ppm: Stated,
    /// Share of the other paths that are stratospheric without a zonal wind, 1e-6.
    pub stratospheric_equinox_ppm: Stated,
    /// By how much that share grows where a mid-latitude winter's wind blows with the wave, 1e-6.
    pub stratospheric_swing_ppm: Stated,
}

canonical_map!(CelerityPhases {
    "tropospheric" => tropospheric,
    "stratospheric" => stratospheric,
    "thermospheric" => thermospheric,
    "tropospheric_ppm" => tropospheric_ppm,
    "stratospheric_swing_ppm" => stratospheric_swing_ppm,
    "stratospheric_equinox_ppm" => stratospheric_equinox_ppm,
});

impl CelerityPhases {
    /// All numbers, in the order in which they are printed.
    #[must_use]
    pub fn numbers(&self) -> [Number<'_>; 9] {
        [
            number("phases.tropospheric.celerity_mean", &self.tropospheric.mean_mm_s, 1e6, "km/s"),
            number("phases.tropospheric.celerity_sigma", &self.tropospheric.sigma_mm_s, 1e6, "km/s"),
            number("phases.stratospheric.celerity_mean", &self.stratospheric.mean_mm_s, 1e6, "km/s"),
            number("phases.stratospheric.celerity_sigma", &self.stratospheric.sigma_mm_s, 1e6, "km/s"),
            number("phases.thermospheric.celerity_mean", &self.thermospheric.mean_mm_s, 1e6, "km/s"),
            number("phases.thermospheric.celerity_sigma", &self.thermospheric.sigma_mm_s, 1e6, "km/s"),
            number("phases.tropospheric_share", &self.tropospheric_ppm, 1e6, "1"),
            number("phases.stratospheric_equinox", &self.stratospheric_equinox_ppm, 1e6, "1"),
            number("phases.stratospheric_swing", &self.stratospheric_swing_ppm, 1e6, "1"),
        ]
    }
}
