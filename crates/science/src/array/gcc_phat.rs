//! Delays between microphones: generalised cross-correlation with phase transform, inside a band.
//!
//! # Algorithm
//! C. H. Knapp and G. C. Carter, IEEE Transactions on Acoustics, Speech, and Signal Processing 24, 320-327, 1976: the
//! cross-spectrum over its magnitude, so that each frequency says its delay with the same weight; only inside the band
//! in which the sound is, since elsewhere the transform weighs noise as much as sound. The maximum is looked for among
//! delays that the slowest wave allows, and refined between samples on the trigonometric sum itself. Its sigma comes
//! from the phases that are left (`correlation.rs`).
//!
//! # Units
//! Delays in s. The spectra must be padded ([`Settings::padded`](super::Settings)), else the end of a window is
//! correlated with its beginning.
//!
//! # Checked against
//! Shifted synthetic impulses (`tests/array_delays.rs`): without noise within 2e-7 s at 8 kHz, in noise scatter over
//! sigma 0.94 with phase transform and 1.05 without.
//!
//! # Limitation
//! The sigma is that of the maximum that was taken. Where [`PairDelay::rival`] is near 1 another may be the true one;
//! closures show it ([`consistency_s`](super::consistency_s)).
use super::correlation::{Correlator, Weighting};
use super::delays::PairDelay;
use super::error::{ArrayError, Kind};
use super::geometry::Geometry;
use super::spectra::Spectra;

/// The sigma of a delay that no maximum shows: as good as none.
pub(super) const SHARE_OF_FLAT: f64 = 0.577_350_269_189_625_8;

/// The delays of all pairs, in the order of [`Geometry::pairs`]. A pair without a maximum (a dead channel) has delay
/// 0, height 0, and the sigma of a delay of which nothing is known.
///
/// # Errors
/// If the spectra have other elements than the geometry or are not padded, or the slowest speed is not above zero.
pub fn pair_delays(
    geometry: &Geometry,
    spectra: &Spectra,
    weighting: Weighting,
    speed_m_s_min: f64,
) -> Result<Vec<PairDelay>, ArrayError> {
    let elements = geometry.elements();
    if spectra.elements() != elements {
        return Err(ArrayError(Kind::Channels { channels: spectra.elements(), elements }));
    }
    if !(speed_m_s_min > 0.0 && speed_m_s_min.is_finite()) {
        return Err(ArrayError::number("the slowest speed", speed_m_s_min, "m/s above 0"));
    }
    if !spectra.is_padded() {
        return Err(ArrayError(Kind::Plan { what: "windows: they are not padded" }));
    }
    let correlator = Correlator::new(spectra, weighting)
        .ok_or_else(|| ArrayError::count("the number of frequencies", spectra.bins(), "a narrower band"))?;
    let pairs = geometry.pairs();
    Ok(pairs
        .map(|pair| {
            let limit_s = limit_s(geometry, pair, speed_m_s_min);
            match correlator.of(pair).highest(limit_s) {
                Some((found, rival)) => PairDelay {
                    pair,
                    delay_s: found.delay_s,
                    sigma_s: found.sigma_s.min(limit_s * SHARE_OF_FLAT),
                    height: found.height,
                    rival,
                },
                None => PairDelay { pair, delay_s: 0.0, sigma_s: limit_s * SHARE_OF_FLAT, height: 0.0, rival: 0.0 },
            }
        })
        .collect())
}

/// The longest delay of a pair, s.
pub(super) fn limit_s(geometry: &Geometry, pair: super::geometry::Pair, speed_m_s_min: f64) -> f64 {
    // The places are off by their sigma each; four of the difference's.
    let survey_m = 4.0 * std::f64::consts::SQRT_2 * geometry.survey_sigma_m();
    (super::small::norm(&geometry.baseline_m(pair)) + survey_m) / speed_m_s_min
}
