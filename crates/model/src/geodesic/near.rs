//! Distance and azimuth from few stations to many places, to first order in the flattening.
//!
//! Locating asks for millions of distances of modest accuracy. What hangs on the latitude alone or on the longitude
//! alone is computed once per row and once per column of a grid ([`Parallel`], [`Meridian`]); a pair then costs one
//! arc sine and a few roots, and the azimuth comes as sine and cosine without an arc tangent.
//!
//! # Algorithm
//! Andoyer-Lambert: with reduced latitudes b1, b2 and the haversine
//! `h = sin^2((b2 - b1)/2) + cos b1 cos b2 sin^2(dlon/2)`, `sigma = 2 asin sqrt h`,
//! ```text
//! d = a (sigma - f/4 (X + Y))
//! X = (sigma - sin sigma) (sin b1 + sin b2)^2 / (2 (1 - h))
//! Y = (sigma + sin sigma) (sin b1 - sin b2)^2 / (2 h)
//! ```
//! (W. D. Lambert, *The distance between two widely separated points on the surface of the earth*, Journal of the
//! Washington Academy of Sciences 32, 125-130, 1942). The azimuth is the spherical one with the longitude difference
//! on the auxiliary sphere, `omega = dlon + f sigma sin alpha0`, the first order of Karney (2013), eq. (8).
//!
//! # Checked against
//! [`inverse`](super::inverse) on random pairs with latitudes to 85 degrees, 200,000 to each bound: up to 2,000 km
//! the distance is within 2.9 m and the azimuth within 0.00033 degree; up to 8,500 km within 12 m and 0.00035 degree.
use super::{F1, FLATTENING, SEMI_MAJOR_M};

/// A place from which distances and azimuths are taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Station {
    beta: f64,
    sin: f64,
    cos: f64,
    lon_rad: f64,
}

/// What a station and a latitude have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parallel {
    sin2_half: f64,
    sin_difference: f64,
    sum2: f64,
    difference2: f64,
    cos_cos: f64,
    cos: f64,
    sin1_cos2: f64,
}

/// What a station and a longitude have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Meridian {
    sin: f64,
    cos: f64,
    versine: f64,
}

/// Distance and direction of a place as a station sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sight {
    /// Distance, m.
    pub distance_m: f64,
    /// Sine of the azimuth: the eastward part of the unit vector towards the place.
    pub east: f64,
    /// Cosine of the azimuth: the northward part.
    pub north: f64,
}

/// Reduced latitude, radians, with sine and cosine.
fn reduced(lat_deg: f64) -> (f64, f64, f64) {
    let (s, c) = libm::sincos(lat_deg.to_radians());
    let beta = libm::atan2(F1 * s, c);
    let (sin, cos) = libm::sincos(beta);
    (beta, sin, cos)
}

impl Station {
    /// A station at these degrees.
    #[must_use]
    pub fn new(lat_deg: f64, lon_deg: f64) -> Self {
        let (beta, sin, cos) = reduced(lat_deg);
        Self { beta, sin, cos, lon_rad: lon_deg.to_radians() }
    }

    /// The part of the computing that a latitude (degrees) fixes.
    #[must_use]
    pub fn parallel(&self, lat_deg: f64) -> Parallel {
        let (beta, sin, cos) = reduced(lat_deg);
        let (half_sin, half_cos) = libm::sincos((beta - self.beta) / 2.0);
        let cos_of_mean = libm::cos((beta + self.beta) / 2.0);
        let difference = 2.0 * cos_of_mean * half_sin;
        Parallel {
            sin2_half: half_sin * half_sin,
            sin_difference: 2.0 * half_sin * half_cos,
            sum2: (sin + self.sin) * (sin + self.sin),
            difference2: difference * difference,
            cos_cos: cos * self.cos,
            cos,
            sin1_cos2: self.sin * cos,
        }
    }

    /// The part of the computing that a longitude (degrees) fixes.
    #[must_use]
    pub fn meridian(&self, lon_deg: f64) -> Meridian {
        let (half_sin, half_cos) = libm::sincos((lon_deg.to_radians() - self.lon_rad) / 2.0);
        let versine = 2.0 * half_sin * half_sin;
        Meridian { sin: 2.0 * half_sin * half_cos, cos: 1.0 - versine, versine }
    }
}

/// Distance and direction of the place on this parallel and this meridian, both of one station. At the station
/// itself the distance is zero and the direction is north.
#[inline]
#[must_use]
pub fn sight(parallel: &Parallel, meridian: &Meridian) -> Sight {
    /// Haversine of 10 nm: below it a place is at the station, and divisions would lose all digits.
    const HAVERSINE_MIN: f64 = 6e-31;
    let h = (parallel.sin2_half + 0.5 * parallel.cos_cos * meridian.versine).clamp(HAVERSINE_MIN, 1.0 - 1e-12);
    let (root, co_root) = (h.sqrt(), (1.0 - h).sqrt());
    let sigma = 2.0 * libm::asin(root);
    let sin_sigma = 2.0 * root * co_root;
    let x = (sigma - sin_sigma) * parallel.sum2 / (2.0 * (1.0 - h));
    let y = (sigma + sin_sigma) * parallel.difference2 / (2.0 * h);
    let distance_m = SEMI_MAJOR_M * (sigma - FLATTENING / 4.0 * (x + y));

    let shift = FLATTENING * (sigma / sin_sigma) * parallel.cos_cos * meridian.sin;
    let half_shift2 = 0.5 * shift * shift;
    let sin_omega = meridian.sin + meridian.cos * shift - meridian.sin * half_shift2;
    let versine_omega = meridian.versine + meridian.sin * shift + meridian.cos * half_shift2;
    let east = parallel.cos * sin_omega;
    let north = parallel.sin_difference + parallel.sin1_cos2 * versine_omega;
    let norm2 = east * east + north * north;
    if h <= HAVERSINE_MIN || norm2 <= 0.0 {
        return Sight { distance_m: distance_m.max(0.0), east: 0.0, north: 1.0 };
    }
    let scale = 1.0 / norm2.sqrt();
    Sight { distance_m, east: east * scale, north: north * scale }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geodesic::{direct, inverse};

    /// Pairs from a linear congruential sequence, so that the stated errors are those of a fixed set.
    fn worst(pairs: u32, distance_m_max: f64) -> (f64, f64) {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let mut worst = (0.0_f64, 0.0_f64);
        for _ in 0..pairs {
            let from = (170.0 * uniform() - 85.0, 300.0 * uniform() - 150.0);
            let end = direct(from, 360.0 * uniform(), distance_m_max * uniform().max(1e-6));
            if end.lat_deg.abs() > 85.0 {
                continue;
            }
            let exact = inverse(from, (end.lat_deg, end.lon_deg));
            let station = Station::new(from.0, from.1);
            let near = sight(&station.parallel(end.lat_deg), &station.meridian(end.lon_deg));
            let (s, c) = libm::sincos(exact.azimuth_deg.to_radians());
            let off = libm::atan2(near.east * c - near.north * s, near.east * s + near.north * c).to_degrees();
            worst = (worst.0.max((near.distance_m - exact.distance_m).abs()), worst.1.max(off.abs()));
        }
        worst
    }

    #[test]
    fn errors_stay_within_those_stated() {
        let (distance_m, azimuth_deg) = worst(200_000, 2e6);
        assert!(distance_m < 2.9 && azimuth_deg < 0.000_33, "2,000 km: {distance_m} m, {azimuth_deg} deg");
        let (distance_m, azimuth_deg) = worst(200_000, 8.5e6);
        assert!(distance_m < 12.0 && azimuth_deg < 0.000_35, "8,500 km: {distance_m} m, {azimuth_deg} deg");
    }

    #[test]
    fn a_place_at_the_station() {
        let station = Station::new(42.7668, -109.5939);
        let near = sight(&station.parallel(42.7668), &station.meridian(-109.5939));
        assert!(near.distance_m < 1e-6);
        assert_eq!((near.east, near.north), (0.0, 1.0));
    }
}
