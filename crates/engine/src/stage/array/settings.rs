//! Which detector an array gets, by the configuration.
use crate::stage::detect::ACOUSTIC_RATE_HZ_MIN;
use truceline_model::array_detectors::{ArrayDetectors, ArraySettings};
use truceline_model::detection::SensorClass;
use truceline_model::detectors::Detectors;
use truceline_model::measurement::SensorKind;
use truceline_science::array::chain::{Method, Settings};
use truceline_science::array::resolve::Medium;

/// The class of an array by the kinds of its elements; none of microphones alone, which hear sound or infrasound.
pub(super) fn class_of(kinds: impl Iterator<Item = SensorKind> + Clone) -> Result<Option<SensorClass>, String> {
    let mut classes: Vec<SensorClass> = Vec::new();
    for kind in kinds.clone() {
        match kind {
            SensorKind::Seismometer | SensorKind::SeismicArray => classes.push(SensorClass::Seismic),
            SensorKind::InfrasoundArray => classes.push(SensorClass::Infrasound),
            SensorKind::MicrophoneArray => classes.push(SensorClass::Acoustic),
            SensorKind::Microphone => {}
            SensorKind::Optical | SensorKind::Satellite | SensorKind::Observer => {
                return Err(format!("an element is of kind {}, expected one that senses waves", kind.name()));
            }
        }
    }
    let mixed = classes.contains(&SensorClass::Seismic) && kinds.clone().any(|kind| kind == SensorKind::Microphone);
    classes.sort_unstable();
    classes.dedup();
    match classes[..] {
        _ if mixed => Err("its elements are of ground and of air".to_owned()),
        [] => Ok(None),
        [class] => Ok(Some(class)),
        _ => Err("its elements are of different kinds".to_owned()),
    }
}

/// The class of an array of microphones by its elements' rate.
pub(super) fn class_at(rate_hz: f64) -> SensorClass {
    if rate_hz >= ACOUSTIC_RATE_HZ_MIN { SensorClass::Acoustic } else { SensorClass::Infrasound }
}

/// The settings of a class. Samples are handed over in order, so that the detector itself need wait for a window only.
pub(super) fn settings(numbers: &ArraySettings, class: SensorClass) -> Settings {
    let thousandths = |value: i64| value as f64 / 1e3;
    let count = |value: i64| usize::try_from(value).unwrap_or(0);
    Settings {
        low_hz: thousandths(numbers.band_low_mhz.value),
        high_hz: thousandths(numbers.band_high_mhz.value),
        window_s: window_s(numbers),
        step_s: thousandths(numbers.step_ms.value),
        method: if class == SensorClass::Acoustic { Method::Delays } else { Method::Beams },
        medium: Medium {
            speed_m_s_min: thousandths(numbers.speed_mm_s_min.value),
            speed_m_s_max: thousandths(numbers.speed_mm_s_max.value),
            timing_sigma_s: numbers.timing_sigma_us.value as f64 / 1e6,
        },
        p_false: numbers.p_false_ppm.value as f64 / 1e6,
        past: count(numbers.past_windows.value),
        run_min: count(numbers.run_windows_min.value),
        like_share: thousandths(numbers.like_milli.value),
        arrival_s_max: thousandths(numbers.arrival_ms_max.value),
        wait_s: window_s(numbers),
        propagation_sigma_deg: thousandths(numbers.propagation_sigma_mdeg.value),
        clock_quality_percent_min: u8::try_from(numbers.clock_quality_percent_min.value).unwrap_or(100),
    }
}

/// The standard deviation of an element's place, m.
pub(super) fn survey_sigma_m(numbers: &ArraySettings) -> f64 {
    numbers.survey_sigma_mm.value as f64 / 1e3
}

pub(super) fn window_s(numbers: &ArraySettings) -> f64 {
    numbers.window_ms.value as f64 / 1e3
}

/// How long before the newest sample that its detector has the windows of an arrival and the noise before them lie, s.
pub(super) fn memory_s(numbers: &ArraySettings) -> f64 {
    // The detector's own bound, and the window of noise before the first one.
    numbers.arrival_ms_max.value as f64 / 1e3 + 6.0 * window_s(numbers)
}

/// How many samples an array's detector holds of an element.
pub(super) fn held_samples(numbers: &ArraySettings, rate_uhz: u64) -> u64 {
    // Samples are moved only once half of them can go.
    let samples = 2.0 * memory_s(numbers) * rate_uhz as f64 / 1e6;
    samples as u64
}

/// How far back records of elements are read again so that each array's detector is where an unbroken run had it, but for
/// windows of its past that lie before an interruption: the past, an arrival with its noise, the wait and a silence, s.
pub(crate) fn reach_s(detectors: &Detectors, arrays: &ArrayDetectors) -> i64 {
    let of = |numbers: &ArraySettings| {
        let past_ms = numbers.past_windows.value.saturating_mul(numbers.step_ms.value);
        past_ms / 1_000 + numbers.wait_ms.value / 1_000 + memory_s(numbers) as i64 + 2
    };
    let longest_s = [&arrays.seismic, &arrays.infrasound, &arrays.acoustic].map(of).into_iter().max();
    longest_s.unwrap_or(0) + detectors.silence_s.value
}
