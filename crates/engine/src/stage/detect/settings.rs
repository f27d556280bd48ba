//! Which detector a channel gets, by the configuration.
use truceline_model::detection::SensorClass;
use truceline_model::detectors::{DetectorSettings, Detectors};
use truceline_science::dsp::butterworth::Band;
use truceline_science::dsp::chain::{Characteristic, Refinement, Settings};
use truceline_science::dsp::variance_ratio::REACH_SHORTS;

/// From this rate on a channel of air pressure is one of sound, Hz: below, it cannot hold what is heard of a shot.
pub(crate) const ACOUSTIC_RATE_HZ_MIN: f64 = 1_000.0;

/// The class of a channel by its source code (FDSN Source Identifiers 1.0): `H`, `L`, `G`, `M` and `N` are ground motion,
/// `D` is pressure. Other sources are not watched. A file whose channels have no such name is taken for sound if its
/// rate is that high.
pub(super) fn class_of(channel: &str, rate_hz: f64) -> Option<SensorClass> {
    let heard = rate_hz >= ACOUSTIC_RATE_HZ_MIN;
    let Some(codes) = channel.strip_prefix("FDSN:") else { return heard.then_some(SensorClass::Acoustic) };
    // NET_STA_LOC_BAND_SOURCE_SUBSOURCE
    let mut codes = codes.split('_').skip(4);
    match (codes.next()?, codes.next()?) {
        ("H" | "L" | "G" | "M" | "N", _) => Some(SensorClass::Seismic),
        ("D", _) if heard => Some(SensorClass::Acoustic),
        // Hydrophones: the waves of water are not looked for.
        ("D", "H") => None,
        ("D", _) => Some(SensorClass::Infrasound),
        _ => None,
    }
}

/// The settings of a class.
pub(super) fn settings(numbers: &DetectorSettings, class: SensorClass) -> Settings {
    let thousandths = |value: i64| value as f64 / 1e3;
    Settings {
        mean_window_s: thousandths(numbers.mean_window_ms.value),
        band: Band::BandPass {
            low_hz: thousandths(numbers.band_low_mhz.value),
            high_hz: thousandths(numbers.band_high_mhz.value),
        },
        corners: u32::try_from(numbers.corners.value).unwrap_or(0),
        characteristic: Characteristic::RecursiveStaLta {
            sta_s: thousandths(numbers.sta_ms.value),
            lta_s: thousandths(numbers.lta_ms.value),
        },
        on: thousandths(numbers.on_milli.value),
        off: thousandths(numbers.off_milli.value),
        trigger_s_max: thousandths(numbers.trigger_ms_max.value),
        before_s: thousandths(numbers.before_ms.value),
        after_s: thousandths(numbers.after_ms.value),
        refinement: Refinement::Aic,
        rise_p_false: numbers.rise_p_false_ppb.as_ref().map(|stated| stated.value as f64 / 1e9),
        tell_kind: class == SensorClass::Acoustic,
        clock_quality_percent_min: u8::try_from(numbers.clock_quality_percent_min.value).unwrap_or(100),
    }
}

/// How long before the trigger what an arrival rests on begins, s: the window in which its onset is sought.
pub(super) fn before_s(numbers: &DetectorSettings) -> f64 {
    before_ms(numbers) as f64 / 1e3
}

fn before_ms(numbers: &DetectorSettings) -> i64 {
    // A rise is compared with what lies before it.
    let rise_ms = numbers.rise_p_false_ppb.as_ref().map_or(0, |_| REACH_SHORTS as i64 * numbers.sta_ms.value);
    numbers.before_ms.value.max(rise_ms)
}

/// How long before the newest sample a detection's waveform can begin, s.
pub(super) fn waveform_s(numbers: &DetectorSettings) -> f64 {
    (before_ms(numbers) + numbers.trigger_ms_max.value.max(numbers.after_ms.value)) as f64 / 1e3 + 1.0
}

/// How many samples a channel's detector holds.
pub(super) fn window_samples(numbers: &DetectorSettings, class: SensorClass, rate_uhz: u64) -> u64 {
    let window_ms = u128::from((before_ms(numbers) + numbers.after_ms.value).unsigned_abs());
    // Broadband ones beside those in the band where the kind of pulse is told.
    let forms = if class == SensorClass::Acoustic { 2 } else { 1 };
    // Twice the window and a little more stay in memory before they are moved.
    let samples = forms * 2 * (window_ms * u128::from(rate_uhz) / 1_000_000_000 + 4_096);
    u64::try_from(samples).unwrap_or(u64::MAX)
}

/// How far back records are read again so that each detector is where an unbroken run had it, but for what it
/// remembers longer of a doubtful clock: a warm-up twice, the longest trigger with its windows, and a silence, s.
pub(crate) fn reach_s(detectors: &Detectors) -> i64 {
    let of = |numbers: &DetectorSettings| {
        let warm_up_ms = numbers.mean_window_ms.value.max(numbers.lta_ms.value);
        2 * warm_up_ms + numbers.trigger_ms_max.value + before_ms(numbers) + numbers.after_ms.value
    };
    let longest_ms = [&detectors.seismic, &detectors.infrasound, &detectors.acoustic].map(of).into_iter().max();
    longest_ms.unwrap_or(0) / 1_000 + 1 + detectors.silence_s.value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_told_by_their_source_code() {
        for (channel, rate_hz, expected) in [
            ("FDSN:XX_ONE__H_H_Z", 100.0, Some(SensorClass::Seismic)),
            ("FDSN:XX_ONE_00_E_N_1", 200.0, Some(SensorClass::Seismic)),
            ("FDSN:_BRP1__E_D_F", 100.0, Some(SensorClass::Infrasound)),
            ("FDSN:XX_ONE__H_D_H", 100.0, None),
            ("FDSN:XX_ONE__G_D_F", 4_000.0, Some(SensorClass::Acoustic)),
            ("FDSN:XX_ONE__L_OG", 0.0, None),
            ("FDSN:XX_ONE__V_E_C", 0.1, None),
            ("FDSN:", 100.0, None),
            ("shot.wav#0", 48_000.0, Some(SensorClass::Acoustic)),
            ("shot.wav#0", 100.0, None),
        ] {
            assert_eq!(class_of(channel, rate_hz), expected, "{channel}");
        }
    }
}
