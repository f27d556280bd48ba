//! The direct problem: from a place, an azimuth and a distance to the place where that leads.
use super::angle::{atan2_deg, coarsened_deg, normalised, reduced_deg, sin_cos_deg};
use super::series::{a1_minus_1, a3, c1, c1_reverse, c3, epsilon, sine_sum};
use super::{Destination, EP2, F1, FLATTENING, SEMI_MINOR_M, TINY};

/// Where a geodesic leads.
///
/// `from` is (latitude, longitude) in degrees; azimuth in degrees clockwise from north; distance in m, which may be
/// negative and may go round the globe.
#[must_use]
pub fn direct(from: (f64, f64), azimuth_deg: f64, distance_m: f64) -> Destination {
    let (lat1, lon1) = from;
    let finite = lat1.abs() <= 90.0 && lon1.is_finite() && azimuth_deg.is_finite() && distance_m.is_finite();
    if !finite {
        return Destination { lat_deg: f64::NAN, lon_deg: f64::NAN, azimuth_at_end_deg: f64::NAN };
    }
    let (salp1, calp1) = sin_cos_deg(coarsened_deg(reduced_deg(azimuth_deg)));
    let (s, c) = sin_cos_deg(coarsened_deg(lat1));
    let (sbet1, cbet1) = normalised(s * F1, c);
    let cbet1 = cbet1.max(TINY);

    // The geodesic's azimuth where it crosses the equator, eq. (5), and arcs from there.
    let salp0 = salp1 * cbet1;
    let calp0 = libm::hypot(calp1, salp1 * sbet1);
    let somg1 = salp0 * sbet1;
    let comg1 = if sbet1 != 0.0 || calp1 != 0.0 { cbet1 * calp1 } else { 1.0 };
    let (ssig1, csig1) = normalised(sbet1, comg1);
    let eps = epsilon(calp0 * calp0 * EP2);

    // Distance to arc length: eqs. (7), (20).
    let b11 = sine_sum(ssig1, csig1, &c1(eps));
    let (sb, cb) = libm::sincos(b11);
    let (stau1, ctau1) = (ssig1 * cb + csig1 * sb, csig1 * cb - ssig1 * sb);
    let tau12 = distance_m / (SEMI_MINOR_M * (1.0 + a1_minus_1(eps)));
    let (st, ct) = libm::sincos(tau12);
    let b12 = -sine_sum(stau1 * ct + ctau1 * st, ctau1 * ct - stau1 * st, &c1_reverse(eps));
    let sig12 = tau12 - (b12 - b11);
    let (ssig12, csig12) = libm::sincos(sig12);
    let ssig2 = ssig1 * csig12 + csig1 * ssig12;
    let mut csig2 = csig1 * csig12 - ssig1 * ssig12;

    let sbet2 = calp0 * ssig2;
    let mut cbet2 = libm::hypot(salp0, calp0 * csig2);
    if cbet2 == 0.0 {
        cbet2 = TINY;
        csig2 = TINY;
    }
    let (salp2, calp2) = (salp0, calp0 * csig2);

    // Longitude: eq. (8), counted so that a geodesic round the globe keeps its sense.
    let (somg2, comg2) = (salp0 * ssig2, csig2);
    let omg12 = libm::atan2(somg2 * comg1 - comg2 * somg1, comg2 * comg1 + somg2 * somg1);
    let c3 = c3(eps);
    let b312 = sine_sum(ssig2, csig2, &c3) - sine_sum(ssig1, csig1, &c3);
    let lam12 = omg12 - FLATTENING * a3(eps) * salp0 * (sig12 + b312);
    Destination {
        lat_deg: atan2_deg(sbet2, F1 * cbet2),
        lon_deg: reduced_deg(reduced_deg(lon1) + reduced_deg(lam12.to_degrees())),
        azimuth_at_end_deg: atan2_deg(salp2, calp2),
    }
}
