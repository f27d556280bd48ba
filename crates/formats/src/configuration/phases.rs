//! Celerities of infrasound by phase and season.
use super::{Kept, Number, keep};
use crate::error::FormatError;
use serde::Deserialize;
use truceline_model::celerity::{CelerityPhases, PhaseCelerity};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PhasesOfFile {
    tropospheric: Phase,
    stratospheric: Phase,
    thermospheric: Phase,
    tropospheric_share: Number,
    stratospheric_equinox: Number,
    stratospheric_swing: Number,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Phase {
    celerity_mean: Number,
    celerity_sigma: Number,
}

/// The numbers in their kept units.
pub(super) fn kept(file: &str, read: PhasesOfFile) -> Result<CelerityPhases, FormatError> {
    let kept =
        |name: &str, number: Number, as_kept: Kept| keep(file, &format!("infrasound.phases.{name}"), number, as_kept);
    let phase = |name: &str, phase: Phase| {
        Ok::<_, FormatError>(PhaseCelerity {
            mean_mm_s: kept(&format!("{name}.celerity_mean"), phase.celerity_mean, Kept("km/s", 1e6, 0.1, 1.0))?,
            sigma_mm_s: kept(&format!("{name}.celerity_sigma"), phase.celerity_sigma, Kept("km/s", 1e6, 0.001, 0.1))?,
        })
    };
    let share = || Kept("1", 1e6, 0.0, 1.0);
    Ok(CelerityPhases {
        tropospheric: phase("tropospheric", read.tropospheric)?,
        stratospheric: phase("stratospheric", read.stratospheric)?,
        thermospheric: phase("thermospheric", read.thermospheric)?,
        tropospheric_ppm: kept("tropospheric_share", read.tropospheric_share, share())?,
        stratospheric_equinox_ppm: kept("stratospheric_equinox", read.stratospheric_equinox, share())?,
        stratospheric_swing_ppm: kept("stratospheric_swing", read.stratospheric_swing, share())?,
    })
}
