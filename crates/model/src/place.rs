//! Places on the WGS84 ellipsoid, as kept and hashed.
use crate::canonical_map;

/// A degree in the unit in which places are kept: 1e-7 degree, about 11 mm.
pub const E7: f64 = 1e7;

/// A place: geographic latitude and longitude on WGS84 in 1e-7 degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Latitude, north positive, from -900,000,000 to 900,000,000.
    pub lat_e7: i32,
    /// Longitude, east positive, from -1,800,000,000 to 1,800,000,000.
    pub lon_e7: i32,
}

canonical_map!(Place { "lat_e7" => lat_e7, "lon_e7" => lon_e7 });

impl Place {
    /// The place at these degrees, rounded to 1e-7; `None` outside [-90, 90] and [-180, 180] or if not finite.
    #[must_use]
    pub fn from_degrees(lat: f64, lon: f64) -> Option<Self> {
        let inside = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        inside.then(|| Self { lat_e7: (lat * E7).round() as i32, lon_e7: (lon * E7).round() as i32 })
    }

    /// Latitude in degrees.
    #[must_use]
    pub fn lat_deg(self) -> f64 {
        f64::from(self.lat_e7) / E7
    }

    /// Longitude in degrees.
    #[must_use]
    pub fn lon_deg(self) -> f64 {
        f64::from(self.lon_e7) / E7
    }
}

/// A closed ring of places, without the first repeated at the end. Outer rings run counter-clockwise, holes
/// clockwise. A ring crosses neither a pole nor the antimeridian.
pub type Ring = Vec<Place>;

/// Whether `place` lies inside `ring` (even-odd rule in longitude and latitude; on the edge either answer).
#[must_use]
pub fn ring_contains(ring: &[Place], place: Place) -> bool {
    let (x, y) = (i64::from(place.lon_e7), i64::from(place.lat_e7));
    let mut inside = false;
    for (i, a) in ring.iter().enumerate() {
        let b = &ring[if i == 0 { ring.len() - 1 } else { i - 1 }];
        let (ax, ay) = (i64::from(a.lon_e7), i64::from(a.lat_e7));
        let (bx, by) = (i64::from(b.lon_e7), i64::from(b.lat_e7));
        if (ay > y) != (by > y) {
            // Exact in integers: which side of the edge, without dividing.
            let cross = i128::from(x - ax) * i128::from(by - ay) - i128::from(bx - ax) * i128::from(y - ay);
            inside ^= if by > ay { cross < 0 } else { cross > 0 };
        }
    }
    inside
}

/// Whether `place` lies inside rings taken together (even-odd: a hole's ring takes its inside away).
#[must_use]
pub fn rings_contain(rings: &[Ring], place: Place) -> bool {
    rings.iter().filter(|ring| ring_contains(ring, place)).count() % 2 == 1
}

/// Rings as polygons: each outer ring, followed by the holes that lie in it.
#[must_use]
pub fn polygons_of(rings: &[Ring]) -> Vec<Vec<&Ring>> {
    let lies_in = |hole: &Ring, outer: &Ring| hole.first().is_some_and(|corner| ring_contains(outer, *corner));
    let polygon = |outer| {
        let holes = rings.iter().filter(|ring| !runs_counter_clockwise(ring) && lies_in(ring, outer));
        std::iter::once(outer).chain(holes).collect()
    };
    rings.iter().filter(|ring| runs_counter_clockwise(ring)).map(polygon).collect()
}

/// Whether twice the signed area is positive.
fn runs_counter_clockwise(ring: &[Place]) -> bool {
    let double_area: i128 = ring
        .iter()
        .zip(ring.iter().cycle().skip(1))
        .map(|(a, b)| i128::from(a.lon_e7) * i128::from(b.lat_e7) - i128::from(b.lon_e7) * i128::from(a.lat_e7))
        .sum();
    double_area > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(lat: f64, lon: f64) -> Place {
        Place::from_degrees(lat, lon).unwrap()
    }

    #[test]
    fn degrees_outside_the_globe_are_no_place() {
        assert!(Place::from_degrees(90.1, 0.0).is_none());
        assert!(Place::from_degrees(0.0, -180.5).is_none());
        assert!(Place::from_degrees(f64::NAN, 0.0).is_none());
        assert_eq!(place(41.131, -112.896), Place { lat_e7: 411_310_000, lon_e7: -1_128_960_000 });
    }

    #[test]
    fn a_ring_with_a_hole() {
        let square = |a: f64, b: f64| vec![place(a, a), place(a, b), place(b, b), place(b, a)];
        let rings = vec![square(0.0, 10.0), square(4.0, 6.0)];
        assert!(rings_contain(&rings, place(1.0, 1.0)));
        assert!(!rings_contain(&rings, place(5.0, 5.0)));
        assert!(!rings_contain(&rings, place(11.0, 5.0)));
        assert!(!rings_contain(&[], place(0.0, 0.0)));
    }

    #[test]
    fn holes_go_with_the_ring_they_lie_in() {
        let square = |a: f64, b: f64| vec![place(a, a), place(a, b), place(b, b), place(b, a)];
        let hole = |a: f64, b: f64| square(a, b).into_iter().rev().collect::<Ring>();
        let rings = vec![square(0.0, 10.0), hole(14.0, 16.0), square(12.0, 20.0), hole(4.0, 6.0)];
        assert_eq!(polygons_of(&rings), [vec![&rings[0], &rings[3]], vec![&rings[2], &rings[1]]]);
    }
}
