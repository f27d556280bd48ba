//! A bearing, or the reason why there is none.
//!
//! # Algorithm
//! In this order:
//! 1. *One wave?* The closures of the delays must be no larger than their sigmas let expect. If they are, or the plane
//!    wave below does not fit, one element may be wrong, or some pairs have taken a wrong maximum (`trimmed.rs`, from five elements on).
//! 2. *A plane wave?* chi2 of the elements' arrival times at significance 0.001. If not, a spherical one with a speed
//!    of the medium may fit (`wavefront.rs`): a near source. If it stands among the elements or nothing fits, there is
//!    no bearing.
//! 3. *Coherent?* The F statistic of the beam along the fitted wave front at significance 0.001.
//! 4. *Possible?* A wave that is slower than the medium by more than three sigma is none.
//! 5. *From where?* An azimuth whose sigma is above 30 degrees is none: the source is overhead, or the array too small
//!    for its timing.
//!
//! The F statistic of step 3 is that of the band of the spectra: where elements are timed worse than about a quarter of
//! its highest frequency's period the beam falls apart, and the answer is *incoherent* although delays agree.
//!
//! There is no place and no distance in the answer: one array has a direction at most.
//!
//! # Checked against
//! Plane waves, sources overhead, near and among the elements, a wrong clock, noise (`tests/array_resolve.rs`): of 100
//! windows of noise none has a bearing; of 150 sources within five radii none has a bearing that is off by more than
//! four sigma (or 1.2 degrees, where that is more).
use super::beam;
use super::bearing::Bearing;
use super::delays::{PairDelay, check, closes};
use super::error::{ArrayError, Kind};
use super::fdistribution;
use super::geometry::Geometry;
use super::slowness::{PlaneWave, SIGNIFICANCE, plane_wave};
use super::small;
use super::spectra::Spectra;
use super::trimmed::{self, trimmed};
use super::wavefront::curved;
use crate::matrix;
use truceline_model::bearing::Unresolved;

/// An azimuth with a larger sigma is none, degrees: its 95 % interval would be a third of the circle.
pub const AZIMUTH_SIGMA_DEG_RESOLVED: f64 = 30.0;

/// Slowness above the medium's by more sigmas than this is impossible.
const SLOW_SIGMAS: f64 = 3.0;

/// A source nearer than the array's radius over this stands among the elements.
const NEARNESS_MAX: f64 = 0.8;

/// What waves the array hears, and how well it can time them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Medium {
    /// The slowest wave, m/s.
    pub speed_m_s_min: f64,
    /// The fastest wave along its own path, m/s.
    pub speed_m_s_max: f64,
    /// The standard deviation of an element's clock and response, s.
    pub timing_sigma_s: f64,
}

/// The answer for one window.
#[derive(Debug, Clone, PartialEq)]
pub enum Resolution {
    /// From where the wave came.
    Bearing {
        /// The direction.
        bearing: Bearing,
        /// Whether the wave front is curved: the source is near.
        near: bool,
        /// The element that contradicts the others and was left out.
        wrong_element: Option<usize>,
    },
    /// Why there is none.
    NotResolvable(Unresolved),
}

/// The bearing of a window's wave from the delays of its pairs, or why there is none.
///
/// # Errors
/// If spectra or delays are not those of the geometry, or the medium has no meaning.
pub fn resolve(
    geometry: &Geometry,
    spectra: &Spectra,
    delays: &[PairDelay],
    medium: &Medium,
) -> Result<Resolution, ArrayError> {
    let n = geometry.elements();
    if spectra.elements() != n {
        return Err(ArrayError(Kind::Channels { channels: spectra.elements(), elements: n }));
    }
    check(n, delays)?;
    medium.check()?;
    let delays = medium.widened(geometry, delays);
    let all: Vec<usize> = (0..n).collect();
    let mut fitted = front(geometry, &delays, medium)?;
    let (mut members, mut wrong_element) = (all, None);
    if let Err(reason) = fitted {
        // Four elements cannot tell which of them is wrong.
        if reason != Unresolved::TooNear && n >= trimmed::ELEMENTS_MIN {
            let found = trimmed(geometry, &delays)?;
            if found.wrong_element.is_none() && !found.set_aside.is_empty() && found.wave.fits() {
                // Some pairs took a wrong maximum; the others hold all elements together.
                let delays_s = found.wave.delays_s(geometry);
                fitted = Ok(Front { wave: found.wave, delays_s, near: false });
            } else if let Some(wrong) = found.wrong_element {
                let rest = geometry.without(wrong)?;
                let kept = trimmed::without(&delays, wrong);
                if let Ok(front) = front(&rest, &kept, medium)? {
                    fitted = Ok(front);
                    members.remove(wrong);
                    wrong_element = Some(wrong);
                }
            }
        }
    }
    let front = match fitted {
        Ok(front) => front,
        Err(reason) => return Ok(Resolution::NotResolvable(reason)),
    };
    let beams: Vec<(usize, f64)> = members.iter().copied().zip(front.delays_s.iter().copied()).collect();
    let (f_statistic, _) = beam::f_statistic(spectra, &beams);
    let d1 = 2.0 * spectra.time_bandwidth();
    if fdistribution::survival(f_statistic, d1, d1 * (members.len() as f64 - 1.0)) > SIGNIFICANCE {
        return Ok(Resolution::NotResolvable(Unresolved::Incoherent));
    }
    let bearing = front.wave.bearing(spectra.start(), spectra.end(), f_statistic);
    Ok(match medium.judged(&front.wave, &bearing) {
        Some(reason) => Resolution::NotResolvable(reason),
        None => Resolution::Bearing { bearing, near: front.near, wrong_element },
    })
}

/// A wave front that fits.
struct Front {
    wave: PlaneWave,
    delays_s: Vec<f64>,
    near: bool,
}

/// The wave front that fits delays, or why there is none.
fn front(geometry: &Geometry, delays: &[PairDelay], medium: &Medium) -> Result<Result<Front, Unresolved>, ArrayError> {
    let n = geometry.elements();
    if !closes(n, delays) {
        return Ok(Err(Unresolved::Inconsistent));
    }
    let wave = plane_wave(geometry, delays)?;
    if wave.fits() {
        let delays_s = wave.delays_s(geometry);
        return Ok(Ok(Front { wave, delays_s, near: false }));
    }
    let Some(curved) = curved(geometry, delays, &wave)? else { return Ok(Err(Unresolved::Inconsistent)) };
    if !curved.wave.fits() || !medium.carries(&curved.wave) {
        return Ok(Err(Unresolved::Inconsistent));
    }
    if curved.nearness > NEARNESS_MAX {
        return Ok(Err(Unresolved::TooNear));
    }
    Ok(Ok(Front { wave: curved.wave, delays_s: curved.delays_s, near: true }))
}

impl Medium {
    pub(super) fn check(&self) -> Result<(), ArrayError> {
        if !(self.speed_m_s_min > 0.0 && self.speed_m_s_min.is_finite()) {
            return Err(ArrayError::number("the slowest speed", self.speed_m_s_min, "m/s above 0"));
        }
        if !(self.speed_m_s_max >= self.speed_m_s_min && self.speed_m_s_max.is_finite()) {
            return Err(ArrayError::number("the fastest speed", self.speed_m_s_max, "m/s, not below the slowest"));
        }
        if !(self.timing_sigma_s >= 0.0 && self.timing_sigma_s < 1e6) {
            return Err(ArrayError::number("the timing sigma", self.timing_sigma_s, "seconds from 0 on"));
        }
        Ok(())
    }

    /// The delays with the sigmas that clocks and places leave them. A wave from above is slow along its path although
    /// fast along the ground, so places count with the slowest speed.
    fn widened(&self, geometry: &Geometry, delays: &[PairDelay]) -> Vec<PairDelay> {
        let place_s = geometry.survey_sigma_m() / self.speed_m_s_min;
        let more = 2.0 * (self.timing_sigma_s * self.timing_sigma_s + place_s * place_s);
        let wider = |delay: &PairDelay| (delay.sigma_s * delay.sigma_s + more).sqrt();
        delays.iter().map(|delay| PairDelay { sigma_s: wider(delay), ..*delay }).collect()
    }

    /// Whether a wave's speed along its path can be the medium's.
    fn carries(&self, wave: &PlaneWave) -> bool {
        let s = wave.slowness_s_m;
        let length = small::norm(&s);
        let sigma = along_sigma(wave, length);
        let slow = length - SLOW_SIGMAS * sigma <= 1.0 / self.speed_m_s_min;
        // Of an array in a plane only the level part is seen, and that may be as small as it likes.
        slow && (wave.dimensions == 2 || length + SLOW_SIGMAS * sigma >= 1.0 / self.speed_m_s_max)
    }

    /// Why a wave has no bearing.
    fn judged(&self, wave: &PlaneWave, bearing: &Bearing) -> Option<Unresolved> {
        if !self.carries(wave) {
            let slow = small::norm(&wave.slowness_s_m) > 1.0 / self.speed_m_s_min;
            return Some(if slow { Unresolved::TooSlow } else { Unresolved::Inconsistent });
        }
        if bearing.azimuth_sigma_deg <= AZIMUTH_SIGMA_DEG_RESOLVED {
            return None;
        }
        // A level wave would have been seen: its slowness is above what the sigma hides.
        let level = 1000.0 / self.speed_m_s_max;
        let steep = bearing.slowness_s_km + SLOW_SIGMAS * bearing.slowness_sigma_s_km < level;
        Some(if steep { Unresolved::Overhead } else { Unresolved::Undirected })
    }
}

/// The sigma of a slowness vector's length.
fn along_sigma(wave: &PlaneWave, length: f64) -> f64 {
    if length <= 0.0 {
        return (0..3).map(|i| wave.covariance_s2_m2[i][i]).fold(0.0, f64::max).sqrt();
    }
    let u = wave.slowness_s_m.map(|x| x / length);
    matrix::times(&wave.covariance_s2_m2, &u).iter().zip(u).map(|(a, b)| a * b).sum::<f64>().max(0.0).sqrt()
}
