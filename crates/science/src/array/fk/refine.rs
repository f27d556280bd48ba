//! From the strongest beam of a grid to a bearing with its uncertainty.
//!
//! # Algorithm
//! Newton's method on the power of the beam, whose derivatives by slowness are sums of the same terms, from the grid's
//! peak; damped where the power is no hilltop; it stays within the main lobe and never goes down.
//!
//! The covariance is the **Cramer-Rao bound** of one wave of unknown waveform in noise that is independent between
//! elements (P. Stoica and A. Nehorai, IEEE Transactions on Acoustics, Speech, and Signal Processing 38, 1783-1795,
//! 1990), with the signal-to-noise ratio taken from the F statistic, n r = F - 1: Fisher information
//! J = 2 B T (F - 1)2 / (n F) W sum of r_i r_i', W the mean of the squared angular frequency weighed by the power
//! of the beam; plus (|s| sigma_survey)2 (sum of r_i r_i')^-1 for the places of the elements. It does not know of the
//! atmosphere or of the ground between source and array.
//!
//! # Checked against
//! 300 synthetic waves in noise (`tests/array_fk.rs`): scatter over sigma 0.95 in azimuth and 0.91 in slowness, 95 % of
//! the azimuths within 1.96 sigma, mean F 0.97 of 1 + n r.
use super::super::bearing::{Bearing, M_PER_KM, Polar, per_km2, slowness_of};
use super::super::error::{ArrayError, Kind};
use super::super::geometry::Geometry;
use super::super::small;
use super::super::spectra::Spectra;
use super::f_of_semblance;
use super::plan::{Peak, semblance};
use std::f64::consts::TAU;

/// Newton steps: from a grid's peak three are usual, more where it is far off the top.
const STEPS_MAX: usize = 30;

/// When a step is nothing, over how far steps may lead.
const PRECISION: f64 = 1e-7;

/// Damping beyond which no step is worth taking, over the curvature.
const DAMPING_MAX: f64 = 1e6;

/// How far from the grid's peak, over the resolution 1 / (aperture x highest frequency): the main lobe's half width
/// at half power is about 0.5 of it.
const LOBE_SHARE: f64 = 0.5;

/// F - 1 is not taken below this: without a wave there is no bearing, and the sigma then says so.
const F_EXCESS_MIN: f64 = 1e-3;

/// F is not taken above this: equal channels have none.
const F_MAX: f64 = 1e12;

/// The bearing at the peak of a grid.
///
/// # Errors
/// If the spectra have other elements than the geometry.
pub fn bearing(geometry: &Geometry, spectra: &Spectra, peak: &Peak) -> Result<Bearing, ArrayError> {
    let elements = geometry.elements();
    if spectra.elements() != elements {
        return Err(ArrayError(Kind::Channels { channels: spectra.elements(), elements }));
    }
    let start = slowness_of(peak.azimuth_deg, peak.slowness_s_km / M_PER_KM);
    let highest_hz = spectra.frequency_hz(spectra.bins() - 1);
    let reach = LOBE_SHARE / (geometry.aperture_m() * highest_hz);
    let mut best = (start, derivatives(geometry, spectra, start));
    // Zero for Newton's own step; raised where the power is not a hilltop, or the step goes too far.
    let mut damping = 0.0;
    for _ in 0..STEPS_MAX {
        let (at, d) = (best.0, &best.1);
        let scale = d.second[0].abs() + d.second[2].abs();
        let hill = [damping * scale - d.second[0], -d.second[1], damping * scale - d.second[2]];
        let found = small::inverse2(&hill).and_then(|inverse| {
            let step =
                [inverse[0] * d.first[0] + inverse[1] * d.first[1], inverse[1] * d.first[0] + inverse[2] * d.first[1]];
            let next = [at[0] + step[0], at[1] + step[1]];
            let (x, y) = (next[0] - start[0], next[1] - start[1]);
            (x * x + y * y <= reach * reach).then(|| (next, derivatives(geometry, spectra, next), length(step)))
        });
        match found {
            Some((next, found, moved)) if found.power > d.power => {
                best = (next, found);
                damping *= 0.1;
                if moved < PRECISION * reach {
                    break;
                }
            }
            Some((_, _, moved)) if moved < PRECISION * reach => break,
            _ if damping > DAMPING_MAX => break,
            _ => damping = (damping * 10.0).max(0.1),
        }
    }
    let (slowness, d) = best;
    let f_statistic = f_of_semblance(semblance(d.power, elements as f64 * spectra.total_power()), elements);
    let covariance = cramer_rao_s2_m2(geometry, slowness, f_statistic, spectra.time_bandwidth(), d.mean_omega2);
    let polar = Polar::of(slowness, &covariance);
    Ok(Bearing {
        start: spectra.start(),
        end: spectra.end(),
        azimuth_deg: polar.azimuth_deg,
        azimuth_sigma_deg: polar.azimuth_sigma_deg,
        slowness_s_km: polar.slowness_s_km,
        slowness_sigma_s_km: polar.slowness_sigma_s_km,
        covariance_s2_km2: per_km2(&covariance),
        elevation: None,
        f_statistic,
        elements,
        family: None,
    })
}

/// The smallest covariance of an estimate of the slowness vector (east-east, east-north, north-north), s2/m2, of a
/// wave with the given slowness (east, north; s/m), F statistic, time-bandwidth product and mean squared angular
/// frequency (rad2/s2).
#[must_use]
pub fn cramer_rao_s2_m2(
    geometry: &Geometry,
    slowness_s_m: [f64; 2],
    f_statistic: f64,
    time_bandwidth: f64,
    mean_omega2: f64,
) -> [f64; 3] {
    let excess = (f_statistic.min(F_MAX) - 1.0).max(F_EXCESS_MIN);
    let n = geometry.elements() as f64;
    let information = 2.0 * time_bandwidth * excess * excess / (n * (1.0 + excess)) * mean_omega2;
    let survey_s =
        geometry.survey_sigma_m() * (slowness_s_m[0] * slowness_s_m[0] + slowness_s_m[1] * slowness_s_m[1]).sqrt();
    let variance = 1.0 / information + survey_s * survey_s;
    // Never on a line: the geometry was checked.
    let inverse = small::inverse2(&geometry.scatter_m2()).unwrap_or([f64::INFINITY, 0.0, f64::INFINITY]);
    inverse.map(|entry| entry * variance)
}

/// The length of a step.
fn length(step: [f64; 2]) -> f64 {
    (step[0] * step[0] + step[1] * step[1]).sqrt()
}

/// The power of a beam, its derivatives by slowness, and the mean squared angular frequency.
struct Derivatives {
    power: f64,
    first: [f64; 2],
    second: [f64; 3],
    mean_omega2: f64,
}

fn derivatives(geometry: &Geometry, spectra: &Spectra, slowness: [f64; 2]) -> Derivatives {
    let mut d = Derivatives { power: 0.0, first: [0.0; 2], second: [0.0; 3], mean_omega2: 0.0 };
    for bin in 0..spectra.bins() {
        let omega = TAU * spectra.frequency_hz(bin);
        // Sums of y, y r and y r r', y the turned entry of an element: 1, x, y, xx, xy, yy.
        let mut sums = [(0.0, 0.0); 6];
        for (z, r) in spectra.row(bin).iter().zip(geometry.offsets_m()) {
            let (sin, cos) = libm::sincos(omega * (slowness[0] * r[0] + slowness[1] * r[1]));
            let turned = (z.0 * cos - z.1 * sin, z.0 * sin + z.1 * cos);
            for (sum, weight) in sums.iter_mut().zip([1.0, r[0], r[1], r[0] * r[0], r[0] * r[1], r[1] * r[1]]) {
                sum.0 += turned.0 * weight;
                sum.1 += turned.1 * weight;
            }
        }
        let [beam, x, y, xx, xy, yy] = sums;
        let power = beam.0 * beam.0 + beam.1 * beam.1;
        d.power += power;
        d.mean_omega2 += power * omega * omega;
        let real = |a: (f64, f64), b: (f64, f64)| a.0 * b.0 + a.1 * b.1;
        // d/ds_x of |b|2 = 2 Re(b* i w sum x y) = -2 w Im(b* sum x y).
        let imaginary = |a: (f64, f64), b: (f64, f64)| a.0 * b.1 - a.1 * b.0;
        d.first[0] -= 2.0 * omega * imaginary(beam, x);
        d.first[1] -= 2.0 * omega * imaginary(beam, y);
        let omega2 = 2.0 * omega * omega;
        d.second[0] += omega2 * (real(x, x) - real(beam, xx));
        d.second[1] += omega2 * (real(x, y) - real(beam, xy));
        d.second[2] += omega2 * (real(y, y) - real(beam, yy));
    }
    let highest = TAU * spectra.frequency_hz(spectra.bins() - 1);
    d.mean_omega2 = if d.power > 0.0 { d.mean_omega2 / d.power } else { highest * highest };
    d
}
