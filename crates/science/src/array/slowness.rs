//! The slowness of a plane wave from the delays between elements.
//!
//! # Algorithm
//! Least squares on the delays of pairs with the co-array matrix X (a row for each pair: the second element's offset
//! from the first): s = (X'X)^-1 X' tau (C. A. L. Szuberla and J. V. Olson, Journal of the Acoustical Society of
//! America 115, 253-258, 2004). Arrays whose elements stand at different heights give three components, others two.
//!
//! The covariance is not their sigma2 (X'X)^-1: that takes the delays of pairs as independent, and is n / 2 times too
//! small where each *element* has its own error (noise, clock, place), since a pair shares its elements with others.
//! Here the errors are the elements': with v_k the change of s by a second's error at element k,
//! cov = sigma_t2 sum over k of v_k v_k'. sigma_t2 is half the mean square of the delays' sigmas, raised by the misfit
//! chi2 / (n - 1 - dimensions) where that is above 1, and by the places' sigma times the slowness.
//!
//! # Units
//! Slowness vectors in s/m, (east, north, up), in the direction in which the wave goes.
//!
//! # Checked against
//! Plane waves in closed form; `numpy.linalg.lstsq` on the same co-array (equal to 1e-15 s/m); 2,000 draws of elements'
//! errors: scatter over sigma 0.99 and 1.00 (`tests/array_delays.rs`).
use super::bearing::{Bearing, Elevation, Polar, per_km2};
use super::delays::{PairDelay, check, element_times_s, sigma_rms_s};
use super::error::{ArrayError, Kind};
use super::fdistribution;
use super::geometry::Geometry;
use super::small;
use crate::matrix;
use truceline_model::time::Time;

/// Significance of the tests of misfit and coherence.
pub(super) const SIGNIFICANCE: f64 = 1e-3;

/// A plane wave that fits delays.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaneWave {
    /// Slowness (east, north, up), s/m; the third is 0 for arrays in a plane.
    pub slowness_s_m: [f64; 3],
    /// Its covariance, s2/m2; the third row and column are 0 for arrays in a plane.
    pub covariance_s2_m2: [[f64; 3]; 3],
    /// How many components were fitted: 2 or 3.
    pub dimensions: usize,
    /// The standard deviation of an element's arrival time that the sigmas rest on, s.
    pub timing_sigma_s: f64,
    /// Misfit of the elements' arrival times over what the delays' sigmas and the places' let expect.
    pub chi2: f64,
    /// Its degrees of freedom: 0 if every set of delays can be fitted.
    pub degrees_of_freedom: usize,
    /// How many elements were used.
    pub elements: usize,
}

impl PlaneWave {
    /// As a bearing of a window.
    #[must_use]
    pub fn bearing(&self, start: Time, end: Time, f_statistic: f64) -> Bearing {
        let [east, north, up] = self.slowness_s_m;
        let c = &self.covariance_s2_m2;
        let covariance = [c[0][0], c[0][1], c[1][1]];
        let polar = Polar::of([east, north], &covariance);
        let elevation = (self.dimensions == 3).then(|| elevation(east, north, up, c));
        Bearing {
            start,
            end,
            azimuth_deg: polar.azimuth_deg,
            azimuth_sigma_deg: polar.azimuth_sigma_deg,
            slowness_s_km: polar.slowness_s_km,
            slowness_sigma_s_km: polar.slowness_sigma_s_km,
            covariance_s2_km2: per_km2(&covariance),
            elevation,
            f_statistic,
            elements: self.elements,
            family: None,
        }
    }

    /// Whether the misfit is no larger than errors of the stated sigmas make it (significance 0.001). True where every
    /// set of delays can be fitted.
    #[must_use]
    pub fn fits(&self) -> bool {
        match self.degrees_of_freedom {
            0 => true,
            freedom => fdistribution::chi2_survival(self.chi2, freedom) > SIGNIFICANCE,
        }
    }

    /// The delays of the wave at the elements, s.
    #[must_use]
    pub fn delays_s(&self, geometry: &Geometry) -> Vec<f64> {
        let s = self.slowness_s_m;
        geometry.offsets_m().iter().map(|r| s[0] * r[0] + s[1] * r[1] + s[2] * r[2]).collect()
    }
}

/// The angle above the horizon from which a wave came: it goes down where its third component is negative.
fn elevation(east: f64, north: f64, up: f64, c: &[[f64; 3]; 3]) -> Elevation {
    let level = (east * east + north * north).sqrt();
    let (u, v) = if level > 0.0 { (east / level, north / level) } else { (0.0, 1.0) };
    let square = level * level + up * up;
    // d(angle) = (up d(level) - level d(up)) / square.
    let by = [up * u / square, up * v / square, -level / square];
    let variance: f64 = matrix::times(c, &by).iter().zip(by).map(|(a, b)| a * b).sum();
    let sigma_deg = variance.max(0.0).sqrt().to_degrees();
    // NaN, where there is no slowness at all, becomes the most.
    let sigma_deg = if sigma_deg < 90.0 { sigma_deg } else { 90.0 };
    Elevation { angle_deg: libm::atan2(-up, level).to_degrees(), sigma_deg }
}

/// The plane wave that fits the delays of all pairs best.
///
/// # Errors
/// If the delays are not those of all pairs of the geometry in order.
pub fn plane_wave(geometry: &Geometry, delays: &[PairDelay]) -> Result<PlaneWave, ArrayError> {
    check(geometry.elements(), delays)?;
    let used: Vec<usize> = (0..delays.len()).collect();
    plane_wave_of(geometry, delays, &used)
}

/// The same from some of the pairs, by number.
pub(super) fn plane_wave_of(
    geometry: &Geometry,
    delays: &[PairDelay],
    used: &[usize],
) -> Result<PlaneWave, ArrayError> {
    let n = geometry.elements();
    let solid = geometry.is_solid();
    let solution = if solid {
        solve::<3>(geometry, delays, used)
    } else {
        solve::<2>(geometry, delays, used).map(|(s, spread)| ([s[0], s[1], 0.0], widened(&spread)))
    };
    let (slowness_s_m, spread) = solution.ok_or(ArrayError(Kind::Singular))?;
    let dimensions = if solid { 3 } else { 2 };
    // Half of a pair's variance is each element's.
    let expected_s2 = timing_variance_s2(geometry, delays, &slowness_s_m);
    let degrees_of_freedom = n.saturating_sub(1 + dimensions);
    let chi2 = misfit_s2(geometry, delays, used, &slowness_s_m)? / expected_s2.max(f64::MIN_POSITIVE);
    let raise = if degrees_of_freedom > 0 { (chi2 / degrees_of_freedom as f64).max(1.0) } else { 1.0 };
    let timing_s2 = expected_s2 * raise;
    let covariance_s2_m2 = spread.map(|row| row.map(|entry| entry * timing_s2));
    Ok(PlaneWave {
        slowness_s_m,
        covariance_s2_m2,
        dimensions,
        timing_sigma_s: timing_s2.sqrt(),
        chi2,
        degrees_of_freedom,
        elements: n,
    })
}

/// The variance of an element's arrival time that the sigmas of the delays and of the places let expect, s2.
pub(super) fn timing_variance_s2(geometry: &Geometry, delays: &[PairDelay], slowness_s_m: &[f64; 3]) -> f64 {
    let rms = sigma_rms_s(delays);
    let survey_s = geometry.survey_sigma_m() * small::norm(slowness_s_m);
    rms * rms / 2.0 + survey_s * survey_s
}

/// The squares of what the wave leaves of the elements' arrival times, s2. Where not all pairs were used, of the
/// pairs', times the elements less one over the pairs: for errors of elements the same.
fn misfit_s2(geometry: &Geometry, delays: &[PairDelay], used: &[usize], s: &[f64; 3]) -> Result<f64, ArrayError> {
    let n = geometry.elements();
    let flat = |r: &[f64; 3]| s[0] * r[0] + s[1] * r[1] + s[2] * r[2];
    if used.len() == delays.len() {
        let times = element_times_s(n, delays)?;
        let left = times.iter().zip(geometry.offsets_m()).map(|(time, r)| time - flat(r));
        return Ok(left.map(|x| x * x).sum());
    }
    let sum: f64 = used
        .iter()
        .map(|number| delays[*number].delay_s - flat(&geometry.baseline_m(delays[*number].pair)))
        .map(|x| x * x)
        .sum();
    Ok(sum / 2.0 * (n as f64 - 1.0) / used.len().max(1) as f64)
}

/// Slowness and its covariance for elements' errors of 1 s; `None` if the pairs do not fix it.
fn solve<const D: usize>(
    geometry: &Geometry,
    delays: &[PairDelay],
    used: &[usize],
) -> Option<([f64; D], [[f64; D]; D])> {
    let baseline = |number: &usize| -> [f64; D] {
        let full = geometry.baseline_m(delays[*number].pair);
        std::array::from_fn(|axis| full[axis])
    };
    let mut normal = [[0.0; D]; D];
    let mut right = [0.0; D];
    for number in used {
        let x = baseline(number);
        for (axis, row) in normal.iter_mut().enumerate() {
            row.iter_mut().zip(&x).for_each(|(entry, other)| *entry += x[axis] * other);
            right[axis] += x[axis] * delays[*number].delay_s;
        }
    }
    let inverse = matrix::inverse(&normal)?;
    let slowness = matrix::times(&inverse, &right);
    let mut changes = vec![[0.0; D]; geometry.elements()];
    for number in used {
        let change = matrix::times(&inverse, &baseline(number));
        let pair = delays[*number].pair;
        for axis in 0..D {
            changes[pair.second][axis] += change[axis];
            changes[pair.first][axis] -= change[axis];
        }
    }
    let mut spread = [[0.0; D]; D];
    for change in &changes {
        for (axis, row) in spread.iter_mut().enumerate() {
            row.iter_mut().zip(change).for_each(|(entry, other)| *entry += change[axis] * other);
        }
    }
    Some((slowness, spread))
}

/// Two dimensions in three.
fn widened(m: &[[f64; 2]; 2]) -> [[f64; 3]; 3] {
    [[m[0][0], m[0][1], 0.0], [m[1][0], m[1][1], 0.0], [0.0; 3]]
}
