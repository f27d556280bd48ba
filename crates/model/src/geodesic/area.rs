//! Areas on the ellipsoid.
//!
//! # Algorithm
//! Lambert's cylindrical equal-area projection of the ellipsoid: x = longitude, y = q(latitude), with
//! ```text
//! q = (1 - e^2) (sin lat / (1 - e^2 sin^2 lat) + atanh(e sin lat) / e)
//! ```
//! (J. P. Snyder, *Map Projections: A Working Manual*, USGS 1395, eq. 3-12). The ellipsoid's area between two
//! meridians dlon apart and two parallels is `a^2/2 dlon (q2 - q1)`, exactly; a ring's area is that of the polygon
//! with straight edges in this projection, exactly.
//!
//! # Checked against
//! The whole ellipsoid, 510,065,621.724 km2, and `geographiclib-rs` on a ring whose edges are short enough that
//! geodesics and straight edges coincide.
use super::{E2, SEMI_MAJOR_M};
use crate::place::Place;

/// First eccentricity, the root of [`E2`].
const E: f64 = 0.081_819_190_842_621_49;

/// q of a latitude, without unit.
fn q(lat_deg: f64) -> f64 {
    let s = libm::sin(lat_deg.to_radians());
    (1.0 - E2) * (s / (1.0 - E2 * s * s) + libm::atanh(E * s) / E)
}

/// Area between two parallels and two meridians, m2; latitudes and the longitude difference in degrees.
#[must_use]
pub fn cell_m2(south_deg: f64, north_deg: f64, d_lon_deg: f64) -> f64 {
    SEMI_MAJOR_M * SEMI_MAJOR_M / 2.0 * d_lon_deg.to_radians() * (q(north_deg) - q(south_deg))
}

/// Signed area of a ring, m2: positive if it runs counter-clockwise. Fewer than three places have none.
#[must_use]
pub fn ring_m2(ring: &[Place]) -> f64 {
    let (Some(first), Some(last)) = (ring.first(), ring.last()) else { return 0.0 };
    // Counted from the first place, so that a small ring far from the origin loses no digits.
    let q0 = q(first.lat_deg());
    let point = |place: &Place| {
        let x = f64::from(place.lon_e7 - first.lon_e7) / crate::place::E7;
        (x.to_radians(), q(place.lat_deg()) - q0)
    };
    let mut previous = point(last);
    let mut sum = 0.0;
    for place in ring {
        let next = point(place);
        sum += previous.0 * next.1 - next.0 * previous.1;
        previous = next;
    }
    SEMI_MAJOR_M * SEMI_MAJOR_M / 4.0 * sum
}

/// Area of rings taken together, m2: outer rings counter-clockwise, holes clockwise.
#[must_use]
pub fn rings_m2(rings: &[crate::place::Ring]) -> f64 {
    rings.iter().map(|ring| ring_m2(ring)).sum::<f64>().max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geographiclib_rs::{Geodesic, PolygonArea, Winding};

    #[test]
    fn the_whole_ellipsoid() {
        let area_km2 = cell_m2(-90.0, 90.0, 360.0) / 1e6;
        assert!((area_km2 - 510_065_621.724).abs() < 1e-3, "{area_km2}");
        assert!((E * E - E2).abs() < 1e-17);
    }

    #[test]
    fn a_ring_as_geographiclib_has_it() {
        let ring: Vec<Place> = (0..720)
            .map(|i| {
                let (s, c) = libm::sincos(f64::from(i).to_radians() / 2.0);
                Place::from_degrees(41.0 + 0.4 * s, -113.0 + 0.7 * c + 0.2 * s).unwrap()
            })
            .collect();
        let geodesic = Geodesic::wgs84();
        let mut polygon = PolygonArea::new(&geodesic, Winding::CounterClockwise);
        for place in &ring {
            polygon.add_point(place.lat_deg(), place.lon_deg());
        }
        let expected = polygon.compute(true).1;
        let area = ring_m2(&ring);
        assert!((area / expected - 1.0).abs() < 1e-6, "{area} {expected}");
        let reversed: Vec<Place> = ring.iter().rev().copied().collect();
        assert!((ring_m2(&reversed) + area).abs() < 1.0);
    }

    #[test]
    fn a_rectangle_and_a_hole() {
        let corner = |lat, lon| Place::from_degrees(lat, lon).unwrap();
        let outer = vec![corner(40.0, 10.0), corner(40.0, 12.0), corner(41.0, 12.0), corner(41.0, 10.0)];
        let hole = vec![corner(40.2, 10.5), corner(40.8, 10.5), corner(40.8, 11.0), corner(40.2, 11.0)];
        assert!((ring_m2(&outer) / cell_m2(40.0, 41.0, 2.0) - 1.0).abs() < 1e-12);
        let expected = cell_m2(40.0, 41.0, 2.0) - cell_m2(40.2, 40.8, 0.5);
        assert!((rings_m2(&[outer, hole]) / expected - 1.0).abs() < 1e-12);
        assert_eq!(ring_m2(&[]), 0.0);
    }
}
