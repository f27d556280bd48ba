//! The numerical configuration as a TOML file: each number with its unit and its source.
//!
//! The file shipped with the program stands beside this module; its text is [`DEFAULT`].
mod arrays;
mod association;
mod phases;

use crate::error::FormatError;
use arrays::ArraysOfFile;
use association::AssociationOfFile;
use phases::PhasesOfFile;
use serde::Deserialize;
use truceline_model::configuration::{Clock, Configuration, InfrasoundPriors, Stated};
use truceline_model::detectors::{DetectorSettings, Detectors};

/// The configuration that ships with the program.
pub const DEFAULT: &str = include_str!("../configuration.toml");

/// The longest source text of a number, in bytes.
const SOURCE_BYTES_MAX: usize = 600;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    clock: String,
    group_window: Number,
    case_age_max: Number,
    snapshot_every: Number,
    infrasound: Infrasound,
    detectors: DetectorsOfFile,
    association: AssociationOfFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DetectorsOfFile {
    silence: Number,
    arrays: ArraysOfFile,
    seismic: Detector,
    infrasound: Detector,
    acoustic: Detector,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Detector {
    mean_window: Number,
    band_low: Number,
    band_high: Number,
    corners: Number,
    sta: Number,
    lta: Number,
    on: Number,
    off: Number,
    trigger_max: Number,
    before: Number,
    after: Number,
    clock_quality_min: Number,
    rise_p_false: Option<Number>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Infrasound {
    celerity_mean: Number,
    celerity_sigma: Number,
    wind_sigma: Number,
    azimuth_sigma: Number,
    beam_azimuth_sigma: Number,
    travel_time_relative: Number,
    travel_time_fixed: Number,
    region_margin: Number,
    phases: Option<PhasesOfFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Number {
    value: f64,
    unit: String,
    source: String,
}

/// What a number must be: its unit in the file, its kept units per file unit, and its range in the file's unit.
struct Kept(&'static str, f64, f64, f64);

/// Reads a configuration file.
///
/// # Errors
/// Names the line or the number, and what was expected.
pub fn read(file: &str, text: &str) -> Result<Configuration, FormatError> {
    let read: File = toml::from_str(text).map_err(|error| FormatError::of_toml(file, text, &error))?;
    let clock = Clock::from_name(&read.clock).ok_or_else(|| {
        FormatError::new(file, "clock", format!("{:?}, expected \"recorded\" or \"running\"", read.clock))
    })?;
    let kept = |name: &str, number: Number, as_kept: Kept| keep(file, name, number, as_kept);
    let i = read.infrasound;
    let d = read.detectors;
    let seconds = |name, number| kept(name, number, Kept("s", 1.0, 1.0, 1e9)).map(|stated| stated.value as u32);
    Ok(Configuration {
        clock,
        group_window_s: seconds("group_window", read.group_window)?,
        case_age_max_s: seconds("case_age_max", read.case_age_max)?,
        snapshot_every_inputs: kept("snapshot_every", read.snapshot_every, Kept("inputs", 1.0, 1.0, 1e6))?.value as u32,
        infrasound: InfrasoundPriors {
            celerity_mean_mm_s: kept("infrasound.celerity_mean", i.celerity_mean, Kept("km/s", 1e6, 0.1, 1.0))?,
            celerity_sigma_mm_s: kept("infrasound.celerity_sigma", i.celerity_sigma, Kept("km/s", 1e6, 0.001, 0.1))?,
            wind_sigma_mm_s: kept("infrasound.wind_sigma", i.wind_sigma, Kept("m/s", 1e3, 0.1, 60.0))?,
            azimuth_sigma_mdeg: kept("infrasound.azimuth_sigma", i.azimuth_sigma, Kept("deg", 1e3, 0.1, 45.0))?,
            beam_azimuth_sigma_mdeg: kept(
                "infrasound.beam_azimuth_sigma",
                i.beam_azimuth_sigma,
                Kept("deg", 1e3, 0.1, 90.0),
            )?,
            travel_time_relative_ppm: kept(
                "infrasound.travel_time_relative",
                i.travel_time_relative,
                Kept("1", 1e6, 0.0, 0.2),
            )?,
            travel_time_fixed_ms: kept(
                "infrasound.travel_time_fixed",
                i.travel_time_fixed,
                Kept("s", 1e3, 0.1, 600.0),
            )?,
            region_margin_m: kept("infrasound.region_margin", i.region_margin, Kept("km", 1e3, 10.0, 2000.0))?,
            phases: i.phases.map(|read| phases::kept(file, read)).transpose()?,
        },
        detectors: Some(Detectors {
            silence_s: kept("detectors.silence", d.silence, Kept("s", 1.0, 1.0, 1e6))?,
            seismic: detector(file, "seismic", d.seismic)?,
            infrasound: detector(file, "infrasound", d.infrasound)?,
            acoustic: detector(file, "acoustic", d.acoustic)?,
            arrays: Some(arrays::kept(file, d.arrays)?),
        }),
        association: Some(association::kept(file, read.association)?),
    })
}

/// A number in its kept unit.
fn keep(
    file: &str,
    name: &str,
    number: Number,
    Kept(unit, per_unit, least, most): Kept,
) -> Result<Stated, FormatError> {
    let wrong = |message| FormatError::new(file, name, message);
    if number.unit != unit {
        return Err(wrong(format!("unit {:?}, expected {unit:?}", number.unit)));
    }
    if !(least..=most).contains(&number.value) {
        return Err(wrong(format!("{}, expected {least} to {most} {unit}", number.value)));
    }
    if number.source.trim().is_empty() || number.source.len() > SOURCE_BYTES_MAX {
        return Err(wrong(format!("expected a source of 1 to {SOURCE_BYTES_MAX} bytes")));
    }
    Ok(Stated { value: (number.value * per_unit).round() as i64, source: number.source })
}

/// What the detectors of a class are told. Windows are those that a detector holds at 100 Hz and more.
fn detector(file: &str, class: &str, d: Detector) -> Result<DetectorSettings, FormatError> {
    let kept =
        |name: &str, number: Number, as_kept: Kept| keep(file, &format!("detectors.{class}.{name}"), number, as_kept);
    let window = || Kept("s", 1e3, 0.001, 3600.0);
    let ratio = || Kept("1", 1e3, 0.001, 1e6);
    let settings = DetectorSettings {
        mean_window_ms: kept("mean_window", d.mean_window, window())?,
        band_low_mhz: kept("band_low", d.band_low, Kept("Hz", 1e3, 0.001, 1e6))?,
        band_high_mhz: kept("band_high", d.band_high, Kept("Hz", 1e3, 0.001, 1e6))?,
        corners: kept("corners", d.corners, Kept("1", 1.0, 1.0, 8.0))?,
        sta_ms: kept("sta", d.sta, window())?,
        lta_ms: kept("lta", d.lta, window())?,
        on_milli: kept("on", d.on, ratio())?,
        off_milli: kept("off", d.off, ratio())?,
        trigger_ms_max: kept("trigger_max", d.trigger_max, window())?,
        before_ms: kept("before", d.before, window())?,
        after_ms: kept("after", d.after, window())?,
        rise_p_false_ppb: d.rise_p_false.map(|p| kept("rise_p_false", p, Kept("1", 1e9, 1e-9, 0.1))).transpose()?,
        clock_quality_percent_min: kept("clock_quality_min", d.clock_quality_min, Kept("percent", 1.0, 0.0, 100.0))?,
    };
    for (name, small, large) in [
        ("band_low", &settings.band_low_mhz, &settings.band_high_mhz),
        ("sta", &settings.sta_ms, &settings.lta_ms),
        ("off", &settings.off_milli, &settings.on_milli),
    ] {
        if small.value > large.value || name != "off" && small.value == large.value {
            let message = format!("{} in thousandths, expected less than {}", small.value, large.value);
            return Err(FormatError::new(file, format!("detectors.{class}.{name}"), message));
        }
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_file_reads_into_units() {
        let configuration = read("configuration.toml", DEFAULT).unwrap();
        let priors = &configuration.infrasound;
        assert_eq!(priors.celerity_mean_mm_s.value, 300_000);
        assert_eq!(priors.celerity_sigma_mm_s.value, 20_000);
        assert_eq!(priors.wind_sigma_mm_s.value, 20_000);
        assert_eq!(priors.azimuth_sigma_mdeg.value, 2_500);
        assert_eq!(priors.travel_time_relative_ppm.value, 20_000);
        assert_eq!(priors.travel_time_fixed_ms.value, 10_000);
        assert_eq!(configuration.group_window_s, 3_600);
        let association = configuration.association.unwrap();
        assert_eq!((association.p.speed_mm_s.value, association.muzzle.time_sigma_us.value), (6_000_000, 10_000));
    }

    const PHASES: &str = include_str!("../../../examples/infrasound-phases.toml");
    const LAYERS: &str = include_str!("../../../examples/earth-layers.toml");

    #[test]
    fn the_examples_go_at_the_end_of_the_shipped_file() {
        let plain = read("c.toml", DEFAULT).unwrap();
        assert!(plain.infrasound.phases.is_none() && plain.association.unwrap().layers.is_none());
        let configuration = read("c.toml", &[DEFAULT, PHASES, LAYERS].concat()).unwrap();
        let phases = configuration.infrasound.phases.as_ref().unwrap();
        assert_eq!((phases.stratospheric.mean_mm_s.value, phases.tropospheric_ppm.value), (293_000, 54_000));
        assert_eq!(configuration.infrasound.numbers().len(), 17);
        let layers = configuration.association.unwrap().layers.unwrap();
        assert_eq!(layers.iter().map(|layer| layer.top_m.value).collect::<Vec<_>>(), [0, 20_000, 35_000]);
    }

    #[test]
    fn errors_of_the_examples_name_the_number() {
        for (part, old, new, place) in [
            (PHASES, "value = 0.5,", "value = 1.5,", "infrasound.phases.stratospheric_equinox: 1.5, expected 0 to 1 1"),
            (PHASES, "value = 0.260", "value = 260", "infrasound.phases.thermospheric.celerity_mean: 260, expected "),
            (PHASES, "stratospheric_swing =", "swing =", "line "),
            (
                LAYERS,
                "value = 35",
                "value = 15",
                "association.layers[2].top: 15000 m, expected below the layer above it, ",
            ),
            (LAYERS, "value = 6.5", "value = 65", "association.layers[1].vp: 65, expected 0.05 to 20 km/s"),
        ] {
            assert!(part.contains(old), "{old}");
            let error = read("c.toml", &[DEFAULT, &part.replace(old, new)].concat()).unwrap_err().to_string();
            assert!(error.starts_with(&format!("c.toml, {place}")), "{error}");
        }
    }

    #[test]
    fn every_error_names_the_number() {
        for (old, new, place) in [
            ("unit = \"km/s\"", "unit = \"m/s\"", "infrasound.celerity_mean"),
            ("value = 0.300", "value = 3.00", "infrasound.celerity_mean"),
            ("clock = \"recorded\"", "clock = \"wall\"", "clock"),
            ("value = 3.5\n", "value = 0.5\n", "detectors.seismic.off"),
            ("value = 20\nunit = \"Hz\"", "value = 1\nunit = \"Hz\"", "detectors.seismic.band_low"),
        ] {
            assert!(DEFAULT.contains(old), "{old}");
            let error = read("c.toml", &DEFAULT.replace(old, new)).unwrap_err().to_string();
            assert!(error.starts_with(&format!("c.toml, {place}: ")), "{error}");
        }
    }
}
