//! The bearing of a source so near that its wave front is curved.
//!
//! # Algorithm
//! The delays of a spherical wave from a source at distance 1 / k against the direction s / |s|, at an element r:
//! tau = |s| (k |r|2 + 2 s.r / |s|) / (|k r + s / |s|| + 1), which becomes s.r for k = 0. Least squares on the elements'
//! arrival times over s and k by Gauss-Newton steps with Levenberg's damping and numerical derivatives, from the plane
//! wave's slowness and several curvatures. The curvature is a nuisance: it is not given out, since with an array's
//! aperture and timing it says little of a distance.
//!
//! # Checked against
//! Sources at known places (`tests/array_resolve.rs`).
use super::delays::{PairDelay, element_times_s};
use super::error::ArrayError;
use super::geometry::Geometry;
use super::slowness::{PlaneWave, timing_variance_s2};
use super::small;
use crate::matrix;

/// Steps of a fit.
const STEPS_MAX: usize = 60;

/// Curvatures from which a fit starts, times the array's radius.
const STARTS: [f64; 3] = [0.05, 0.25, 0.6];

/// The largest curvature, times the array's radius: a source at the radius is among the elements.
const CURVATURE_MAX: f64 = 1.0;

/// A spherical wave that fits.
pub(super) struct CurvedWave {
    pub(super) wave: PlaneWave,
    /// Curvature times the array's radius: 0 for a plane wave, 1 for a source among the elements.
    pub(super) nearness: f64,
    pub(super) delays_s: Vec<f64>,
}

/// The spherical wave that fits best; `None` if it has no degree of freedom left or does not converge.
pub(super) fn curved(
    geometry: &Geometry,
    delays: &[PairDelay],
    plane: &PlaneWave,
) -> Result<Option<CurvedWave>, ArrayError> {
    if plane.degrees_of_freedom < 2 {
        return Ok(None);
    }
    let times = element_times_s(geometry.elements(), delays)?;
    Ok(if plane.dimensions == 3 {
        fit::<4>(geometry, delays, &times, plane)
    } else {
        fit::<3>(geometry, delays, &times, plane)
    })
}

/// The elements' greatest distance from their mean, m.
fn radius_m(geometry: &Geometry) -> f64 {
    geometry.offsets_m().iter().map(small::norm).fold(0.0, f64::max)
}

/// P parameters: 2 or 3 components of slowness, and the curvature times the radius.
fn fit<const P: usize>(
    geometry: &Geometry,
    delays: &[PairDelay],
    times: &[f64],
    plane: &PlaneWave,
) -> Option<CurvedWave> {
    let radius = radius_m(geometry);
    // Parameters of order one: slowness over the plane wave's, curvature over one by the radius.
    let unit = small::norm(&plane.slowness_s_m).max(f64::MIN_POSITIVE);
    let model = |p: &[f64; P]| -> Vec<f64> {
        let mut s = [0.0; 3];
        s[..P - 1].copy_from_slice(&p[..P - 1]);
        let s = s.map(|x| x * unit);
        let delays = delays_of(geometry, &s, p[P - 1] / radius);
        let mean = delays.iter().sum::<f64>() / delays.len() as f64;
        delays.iter().map(|delay| delay - mean).collect()
    };
    let misfit = |p: &[f64; P]| -> f64 { model(p).iter().zip(times).map(|(m, t)| (t - m) * (t - m)).sum() };
    let mut best: Option<([f64; P], f64)> = None;
    for start in STARTS {
        let mut p = [0.0; P];
        (0..P - 1).for_each(|axis| p[axis] = plane.slowness_s_m[axis] / unit);
        p[P - 1] = start;
        let found = descend(&model, times, p);
        let sum = misfit(&found);
        if sum.is_finite() && best.is_none_or(|(_, least)| sum < least) {
            best = Some((found, sum));
        }
    }
    let (p, sum) = best?;
    let mut slowness_s_m = [0.0; 3];
    (0..P - 1).for_each(|axis| slowness_s_m[axis] = p[axis] * unit);
    let degrees_of_freedom = plane.degrees_of_freedom - 1;
    let expected_s2 = timing_variance_s2(geometry, delays, &slowness_s_m);
    let chi2 = sum / expected_s2.max(f64::MIN_POSITIVE);
    let raise = (chi2 / degrees_of_freedom as f64).max(1.0);
    let inverse = matrix::inverse(&normal(&jacobian(&model, &p)))?;
    let mut covariance_s2_m2 = [[0.0; 3]; 3];
    for (row, from) in covariance_s2_m2.iter_mut().zip(&inverse).take(P - 1) {
        for (entry, value) in row.iter_mut().zip(from).take(P - 1) {
            *entry = value * unit * unit * expected_s2 * raise;
        }
    }
    let timing_sigma_s = (expected_s2 * raise).sqrt();
    let wave = PlaneWave { slowness_s_m, covariance_s2_m2, timing_sigma_s, chi2, degrees_of_freedom, ..plane.clone() };
    let delays_s = delays_of(geometry, &slowness_s_m, p[P - 1] / radius);
    Some(CurvedWave { wave, nearness: p[P - 1], delays_s })
}

/// The delays of a spherical wave at the elements, s.
fn delays_of(geometry: &Geometry, s: &[f64; 3], curvature_per_m: f64) -> Vec<f64> {
    let length = small::norm(s);
    if length <= 0.0 {
        return vec![0.0; geometry.elements()];
    }
    let u = s.map(|x| x / length);
    let delay = |r: &[f64; 3]| {
        let along = u[0] * r[0] + u[1] * r[1] + u[2] * r[2];
        let square = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
        let k = curvature_per_m;
        let distance = small::norm(&[k * r[0] + u[0], k * r[1] + u[1], k * r[2] + u[2]]);
        length * (k * square + 2.0 * along) / (distance + 1.0)
    };
    geometry.offsets_m().iter().map(delay).collect()
}

/// Gauss-Newton steps with damping.
fn descend<const P: usize>(model: &impl Fn(&[f64; P]) -> Vec<f64>, times: &[f64], start: [f64; P]) -> [f64; P] {
    let misfit = |p: &[f64; P]| -> f64 { model(p).iter().zip(times).map(|(m, t)| (t - m) * (t - m)).sum() };
    let mut p = start;
    let mut sum = misfit(&p);
    let mut damping = 1e-3;
    for _ in 0..STEPS_MAX {
        let jacobian = jacobian(model, &p);
        let mut m = normal(&jacobian);
        let mut right = [0.0; P];
        for ((row, modelled), time) in jacobian.iter().zip(model(&p)).zip(times) {
            right.iter_mut().zip(row).for_each(|(entry, x)| *entry += x * (time - modelled));
        }
        (0..P).for_each(|i| m[i][i] *= 1.0 + damping);
        let Some(inverse) = matrix::inverse(&m) else { break };
        let step = matrix::times(&inverse, &right);
        let mut next: [f64; P] = std::array::from_fn(|i| p[i] + step[i]);
        next[P - 1] = next[P - 1].clamp(0.0, CURVATURE_MAX);
        let found = misfit(&next);
        if found < sum {
            let gain = sum - found;
            (p, sum, damping) = (next, found, damping * 0.3);
            if gain < 1e-12 * sum {
                break;
            }
        } else {
            damping *= 10.0;
            if damping > 1e9 {
                break;
            }
        }
    }
    p
}

/// The derivatives of the modelled times by the parameters.
fn jacobian<const P: usize>(model: &impl Fn(&[f64; P]) -> Vec<f64>, p: &[f64; P]) -> Vec<[f64; P]> {
    // Parameters are of order one.
    let h = 1e-6;
    let mut rows = vec![[0.0; P]; model(p).len()];
    for i in 0..P {
        let (mut up, mut down) = (*p, *p);
        up[i] += h;
        down[i] -= h;
        for ((row, a), b) in rows.iter_mut().zip(model(&up)).zip(model(&down)) {
            row[i] = (a - b) / (2.0 * h);
        }
    }
    rows
}

fn normal<const P: usize>(rows: &[[f64; P]]) -> [[f64; P]; P] {
    let mut sum = [[0.0; P]; P];
    for x in rows {
        for (i, line) in sum.iter_mut().enumerate() {
            line.iter_mut().zip(x).for_each(|(entry, other)| *entry += x[i] * other);
        }
    }
    sum
}
