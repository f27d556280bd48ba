//! Distances, azimuths and areas on the WGS84 ellipsoid.
//!
//! - [`inverse`] and [`direct`]: the geodesic between two places, exact to nanometres.
//! - [`near`]: a fast first-order form for computing over many cells around few stations.
//! - [`area`]: the area of rings and of grid cells.
//!
//! # Algorithm
//! C. F. F. Karney, *Algorithms for geodesics*, Journal of Geodesy 87, 43-55 (2013),
//! <https://doi.org/10.1007/s00190-012-0578-z>; series to the sixth order in the third flattening. The inverse
//! problem is solved by Newton's method, from an astroid start near the antipode, with bisection as a guard, so it
//! ends for every pair of places. Every transcendental function is `libm`'s: the same bits on every machine.
//!
//! # Checked against
//! `geographiclib-rs` on two million random pairs over the globe, as many short ones, as many nearly antipodal ones
//! and as many direct problems, and on hard cases by name: distances agree within 30 nm (either may be off by the
//! paper's 15 nm), azimuths to a shift of 100 nm at the far end. The tests as kept draw 4,000 of each.
//!
//! Inputs are degrees; a latitude outside [-90, 90] or a value that is not finite gives NaN.
mod angle;
pub mod area;
mod direct;
mod inverse;
pub mod near;
mod series;
#[cfg(test)]
mod tests;

use crate::place::Place;
pub use direct::direct;
pub use inverse::inverse;

/// Semi-major axis of WGS84, m.
pub const SEMI_MAJOR_M: f64 = 6_378_137.0;

/// Flattening of WGS84.
pub const FLATTENING: f64 = 1.0 / 298.257_223_563;

/// Semi-minor axis of WGS84, m.
pub const SEMI_MINOR_M: f64 = SEMI_MAJOR_M * (1.0 - FLATTENING);

/// 1 - f: ratio of the axes, and of the tangents of reduced and geographic latitude.
const F1: f64 = 1.0 - FLATTENING;

/// First eccentricity squared.
const E2: f64 = FLATTENING * (2.0 - FLATTENING);

/// Second eccentricity squared.
const EP2: f64 = E2 / (F1 * F1);

/// Third flattening.
const N: f64 = FLATTENING / (2.0 - FLATTENING);

/// A length that is nothing beside one, whose square still is a normal number: keeps poles and the equator out of
/// divisions by zero. It is the root of the smallest normal number, 2^-1022.
const TINY: f64 = 1.491_668_146_240_041_3e-154;

/// Answer to the inverse problem.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inverse {
    /// Length of the shortest geodesic, m.
    pub distance_m: f64,
    /// Azimuth at the first place, degrees clockwise from north, in [-180, 180].
    pub azimuth_deg: f64,
    /// Azimuth at the second place, of going on beyond it, degrees clockwise from north, in [-180, 180].
    pub azimuth_at_end_deg: f64,
}

/// Answer to the direct problem.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Destination {
    /// Latitude, degrees.
    pub lat_deg: f64,
    /// Longitude, degrees, in [-180, 180].
    pub lon_deg: f64,
    /// Azimuth there, of going on, degrees clockwise from north, in [-180, 180].
    pub azimuth_at_end_deg: f64,
}

/// [`inverse`] between two places.
#[must_use]
pub fn between(from: Place, to: Place) -> Inverse {
    inverse((from.lat_deg(), from.lon_deg()), (to.lat_deg(), to.lon_deg()))
}

/// The place at an azimuth (degrees) and distance (m) from another, rounded to 1e-7 degree; `None` if azimuth or
/// distance is not finite.
#[must_use]
pub fn destination(from: Place, azimuth_deg: f64, distance_m: f64) -> Option<Place> {
    let end = direct((from.lat_deg(), from.lon_deg()), azimuth_deg, distance_m);
    Place::from_degrees(end.lat_deg, end.lon_deg)
}
