//! The air: how loud a blast is, how much of it comes over, and the pulse that is heard.
//!
//! # Formulas
//! Peak overpressure and duration of an explosion far off, from G. F. Kinney and K. J. Graham, *Explosive shocks in air*, 1985:
//! their fits go to `0.83 p0 / Z` and `4.2 ms/kg^(1/3)` with scaled distance Z in m/kg^(1/3). On the ground the charge counts
//! 1.8 times. A duct keeps that; in shadow up to 25 dB are lost, over some shadow distances (P. H. Parkin and W. E. Scholes,
//! *The horizontal propagation of sound from a jet engine close to the ground*, Journal of Sound and Vibration 1, 1-13, 1964).
//! The pulse is Friedlander's, whose suction cancels its pressure: `P (1 - t/T) exp(-t/T)`.
use crate::weather::Hour;

/// Sea level, Pa.
const ATMOSPHERE_PA: f64 = 101_325.0;
const SHADOW_DB_MAX: f64 = 25.0;
/// What a duct near the ground leaks, dB for each km. Adopted: with it 200 kg are heard some 60 km off, as people report.
const LEAK_DB_PER_KM: f64 = 0.3;

/// Peak pressure, Pa, of a charge on the ground without losses.
#[must_use]
pub fn peak_pa(charge_kg: f64, distance_m: f64) -> f64 {
    let scaled_m = distance_m.max(50.0) / libm::cbrt(1.8 * charge_kg);
    0.83 * ATMOSPHERE_PA / scaled_m
}

/// How long the pressure lasts, s.
#[must_use]
pub fn duration_s(charge_kg: f64) -> f64 {
    4.2e-3 * libm::cbrt(1.8 * charge_kg)
}

/// What share comes over in an hour's weather: turbulence and ground take 1 dB a doubling,
/// the duct what it leaks, the shadow what it takes.
#[must_use]
pub fn transmission(hour: &Hour, azimuth_deg: f64, distance_m: f64) -> f64 {
    let ground_db = (libm::log2(distance_m / 1e3)).max(0.0) + LEAK_DB_PER_KM * distance_m / 1e3;
    let shadow_db = hour.shadow_from_m(azimuth_deg).map_or(0.0, |from_m| {
        // Diffraction takes hold within a few shadow distances.
        SHADOW_DB_MAX * (1.0 - libm::exp(-((distance_m - from_m).max(0.0)) / (3.0 * from_m)))
    });
    libm::pow(10.0, -(ground_db + shadow_db) / 20.0)
}

/// What share of the pulse's peak is left within a band: of a pulse without impulse the spectrum at f is `P T w / (1 + w^2)`,
/// w = 2 pi f T, and a band of width B holds a peak of some 2 B times that. No more than the peak itself.
#[must_use]
pub fn in_band(duration_s: f64, middle_hz: f64, width_hz: f64) -> f64 {
    let w = std::f64::consts::TAU * middle_hz * duration_s;
    (2.0 * width_hz * duration_s * w / (1.0 + w * w)).min(1.0)
}

/// The mean of the pulse over a sample from `from_s` to `to_s` after its onset, of peak 1: the difference of its integral
/// `t exp(-t/T)` over the sample's length. So a pulse shorter than a sample keeps its moments.
#[must_use]
pub fn pulse(from_s: f64, to_s: f64, duration_s: f64) -> f64 {
    let integral = |t: f64| if t <= 0.0 { 0.0 } else { t * libm::exp(-t / duration_s) };
    (integral(to_s) - integral(from_s)) / (to_s - from_s)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather::tests::windy_day;

    #[test]
    fn blasts_are_as_loud_as_the_tables_say() {
        // Kinney and Graham's full fit at Z = 500 for 1 kg: 808 (1 + (Z/4.5)^2) / sqrt(...) of the atmosphere.
        let z = 500.0_f64;
        let part = |s: f64| (1.0 + (z / s) * (z / s)).sqrt();
        let full = ATMOSPHERE_PA * 808.0 * (1.0 + (z / 4.5) * (z / 4.5)) / (part(0.048) * part(0.32) * part(1.35));
        let ours = peak_pa(1.0 / 1.8, 500.0);
        assert!((ours / full - 1.0).abs() < 0.01, "{ours} {full}");
    }

    #[test]
    fn a_pulse_pushes_as_much_as_it_pulls() {
        let at = |n: i32| pulse(f64::from(n) * 0.01, f64::from(n + 1) * 0.01, 0.1);
        assert!((-5..400).map(at).sum::<f64>().abs() < 1e-6);
        assert!(at(-2) == 0.0 && at(0) > 0.8 && at(30) < 0.0);
    }

    /// The peak of the pulse, filtered ideally: its spectrum summed over the band.
    #[test]
    fn a_band_holds_what_a_filter_would_let_through() {
        for (duration_s, middle_hz, (low_hz, high_hz)) in
            [(0.009, 9.0, (2.0, 20.0)), (0.04, 9.0, (2.0, 20.0)), (0.009, 2.0, (0.5, 4.0)), (0.04, 2.0, (0.5, 4.0))]
        {
            const STEP_HZ: f64 = 0.02;
            let filtered = |t: f64| {
                let steps = ((high_hz - low_hz) / STEP_HZ) as i32;
                let part = |step: i32| {
                    let swing = std::f64::consts::TAU * (low_hz + STEP_HZ * (f64::from(step) + 0.5));
                    let wt = swing * duration_s;
                    // i w T / (1 + i w)^2, for what is T (iwT) / (1 + iwT)^2 of the pulse (1 - t/T) exp(-t/T).
                    let size = duration_s * wt / (1.0 + wt * wt);
                    let phase = std::f64::consts::FRAC_PI_2 - 2.0 * libm::atan(wt);
                    2.0 * STEP_HZ * size * libm::cos(swing * t + phase)
                };
                (0..steps).map(part).sum::<f64>()
            };
            let peak = (-200..400).map(|n| filtered(f64::from(n) * 1e-3).abs()).fold(0.0, f64::max);
            let ours = in_band(duration_s, middle_hz, high_hz - low_hz);
            assert!((0.5..2.0).contains(&(ours / peak)), "{duration_s} {middle_hz}: {ours} {peak}");
        }
    }

    #[test]
    fn the_shadow_takes_no_more_than_it_can() {
        let hour = windy_day();
        let (down, up) = (transmission(&hour, 90.0, 20_000.0), transmission(&hour, 270.0, 20_000.0));
        let lost_db = 20.0 * libm::log10(down / up);
        assert!((20.0..=SHADOW_DB_MAX + 1e-9).contains(&lost_db), "{lost_db}");
    }
}
