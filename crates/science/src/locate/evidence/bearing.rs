//! A back-azimuth as seen from a place: how far off it is, and its density.
use super::frame::Sight;
use super::problem::BearingTerm;
use super::robust::{bessel_i0_scaled, exp_negative};
use std::f64::consts::PI;

/// One bearing as seen from one leaf.
#[derive(Debug, Clone, Copy)]
pub(super) struct Angle {
    pub off_rad: f64,
    pub variance_rad2: f64,
    /// Derivatives by the place in the leaf in units of its deviation.
    pub tilt: [f64; 2],
}

impl Angle {
    pub(super) fn new(term: &BearingTerm, sight: &Sight, (wide2, high2): (f64, f64)) -> Self {
        let off_rad = libm::atan2(
            term.east * sight.north - term.north * sight.east,
            term.east * sight.east + term.north * sight.north,
        );
        // Seen from within a leaf that is larger than its distance the direction turns by more than any tilt.
        let spread2 = wide2 + high2;
        let distance_m = sight.distance_m.max(spread2.sqrt());
        let bend = spread2 / (distance_m * distance_m);
        let tilt = [sight.north * wide2.sqrt() / distance_m, -sight.east * high2.sqrt() / distance_m];
        Self { off_rad, variance_rad2: term.variance_rad2 + bend * bend, tilt }
    }
}

/// Density of a back-azimuth with outliers of any direction, per radian.
#[inline]
pub(super) fn bearing_density(
    variance_rad2: f64,
    (east, north): (f64, f64),
    sight: &Sight,
    (wide2, high2): (f64, f64),
    share: f64,
) -> f64 {
    let across2 = wide2 * sight.north * sight.north + high2 * sight.east * sight.east;
    let widened = variance_rad2 + across2 / (sight.distance_m * sight.distance_m).max(1e-6);
    let kappa = 1.0 / widened;
    let cos = sight.east * east + sight.north * north;
    (1.0 - share) * exp_negative(kappa * (cos - 1.0).min(0.0)) / (2.0 * PI * bessel_i0_scaled(kappa))
        + share / (2.0 * PI)
}
