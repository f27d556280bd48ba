//! What the detectors of arrays are told, in the configuration's file.
use super::{Kept, Number, keep};
use crate::error::FormatError;
use serde::Deserialize;
use truceline_model::array_detectors::{ArrayDetectors, ArraySettings};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ArraysOfFile {
    seismic: ArrayOfFile,
    infrasound: ArrayOfFile,
    acoustic: ArrayOfFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ArrayOfFile {
    band_low: Number,
    band_high: Number,
    window: Number,
    step: Number,
    speed_min: Number,
    speed_max: Number,
    timing_sigma: Number,
    survey_sigma: Number,
    p_false: Number,
    past: Number,
    run_min: Number,
    like: Number,
    arrival_max: Number,
    wait: Number,
    propagation_sigma: Number,
    clock_quality_min: Number,
}

/// The numbers in their kept units.
pub(super) fn kept(file: &str, arrays: ArraysOfFile) -> Result<ArrayDetectors, FormatError> {
    Ok(ArrayDetectors {
        seismic: of_class(file, "seismic", arrays.seismic)?,
        infrasound: of_class(file, "infrasound", arrays.infrasound)?,
        acoustic: of_class(file, "acoustic", arrays.acoustic)?,
    })
}

/// Ranges are those within which `science::array::chain` can be built; windows bound what an element remembers.
fn of_class(file: &str, class: &str, a: ArrayOfFile) -> Result<ArraySettings, FormatError> {
    let name_of = |name: &str| format!("detectors.arrays.{class}.{name}");
    let kept = |name: &str, number: Number, as_kept: Kept| keep(file, &name_of(name), number, as_kept);
    let band = || Kept("Hz", 1e3, 0.001, 1e6);
    let speed = || Kept("m/s", 1e3, 1.0, 1e5);
    let settings = ArraySettings {
        band_low_mhz: kept("band_low", a.band_low, band())?,
        band_high_mhz: kept("band_high", a.band_high, band())?,
        window_ms: kept("window", a.window, Kept("s", 1e3, 0.01, 600.0))?,
        step_ms: kept("step", a.step, Kept("s", 1e3, 0.001, 600.0))?,
        speed_mm_s_min: kept("speed_min", a.speed_min, speed())?,
        speed_mm_s_max: kept("speed_max", a.speed_max, speed())?,
        timing_sigma_us: kept("timing_sigma", a.timing_sigma, Kept("s", 1e6, 0.0, 10.0))?,
        survey_sigma_mm: kept("survey_sigma", a.survey_sigma, Kept("m", 1e3, 0.0, 1e4))?,
        p_false_ppm: kept("p_false", a.p_false, Kept("1", 1e6, 1e-6, 0.1))?,
        past_windows: kept("past", a.past, Kept("windows", 1.0, 30.0, 20_000.0))?,
        run_windows_min: kept("run_min", a.run_min, Kept("windows", 1.0, 1.0, 1_000.0))?,
        like_milli: kept("like", a.like, Kept("1", 1e3, 0.0, 1.0))?,
        arrival_ms_max: kept("arrival_max", a.arrival_max, Kept("s", 1e3, 0.01, 3_600.0))?,
        wait_ms: kept("wait", a.wait, Kept("s", 1e3, 0.01, 3_600.0))?,
        propagation_sigma_mdeg: kept("propagation_sigma", a.propagation_sigma, Kept("deg", 1e3, 0.0, 180.0))?,
        clock_quality_percent_min: kept("clock_quality_min", a.clock_quality_min, Kept("percent", 1.0, 0.0, 100.0))?,
    };
    for (name, small, large, may_equal) in [
        ("band_low", &settings.band_low_mhz, &settings.band_high_mhz, false),
        ("step", &settings.step_ms, &settings.window_ms, true),
        ("speed_min", &settings.speed_mm_s_min, &settings.speed_mm_s_max, true),
        ("window", &settings.window_ms, &settings.arrival_ms_max, true),
    ] {
        if small.value > large.value || !may_equal && small.value == large.value {
            let message = format!("{} in thousandths, expected less than {}", small.value, large.value);
            return Err(FormatError::new(file, name_of(name), message));
        }
    }
    // The longest arrival's windows: so many must be able to stand in a row.
    let longest = (settings.arrival_ms_max.value - settings.window_ms.value) / settings.step_ms.value + 1;
    if settings.run_windows_min.value > longest {
        let message =
            format!("{}, expected at most the {longest} of the longest arrival", settings.run_windows_min.value);
        return Err(FormatError::new(file, name_of("run_min"), message));
    }
    Ok(settings)
}
