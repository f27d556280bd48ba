//! The plane that the world is drawn on: metres east and north of a place in the open Atlantic, so that nobody's country is
//! drawn.
use serde::Serialize;
use truceline_model::geodesic;
use truceline_model::place::Place;

/// The middle of the plane: some 1,000 km from any land.
const MIDDLE: (f64, f64) = (33.0, -42.0);

/// A point of the plane, m.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Point {
    /// Eastwards.
    pub east_m: f64,
    /// Northwards.
    pub north_m: f64,
}

impl Point {
    /// At so many metres east and north.
    #[must_use]
    pub const fn new(east_m: f64, north_m: f64) -> Self {
        Self { east_m, north_m }
    }

    /// This far on.
    #[must_use]
    pub fn moved(self, east_m: f64, north_m: f64) -> Self {
        Self::new(self.east_m + east_m, self.north_m + north_m)
    }

    /// This far on in a direction, degrees clockwise from north.
    #[must_use]
    pub fn towards(self, azimuth_deg: f64, distance_m: f64) -> Self {
        let azimuth = azimuth_deg.to_radians();
        self.moved(distance_m * libm::sin(azimuth), distance_m * libm::cos(azimuth))
    }

    /// How far another point is, in the plane.
    #[must_use]
    pub fn distance_m(self, other: Self) -> f64 {
        libm::hypot(other.east_m - self.east_m, other.north_m - self.north_m)
    }

    /// In which direction another point lies, degrees clockwise from north, 0 to 360.
    #[must_use]
    pub fn azimuth_deg(self, other: Self) -> f64 {
        let azimuth = libm::atan2(other.east_m - self.east_m, other.north_m - self.north_m).to_degrees();
        if azimuth < 0.0 { azimuth + 360.0 } else { azimuth }
    }

    /// Longitude and latitude by azimuthal equidistant projection about the middle, to the 1e-6 of a degree that files hold.
    /// Distances in the plane are within 5e-5 of those on the ellipsoid, 5 m of 100 km.
    #[must_use]
    pub fn lon_lat(self) -> [f64; 2] {
        let middle = Self::new(0.0, 0.0);
        let place = Place::from_degrees(MIDDLE.0, MIDDLE.1)
            .and_then(|from| geodesic::destination(from, middle.azimuth_deg(self), middle.distance_m(self)));
        // The middle is a place, and so is all around it.
        let (lat, lon) = place.map_or(MIDDLE, |place| (place.lat_deg(), place.lon_deg()));
        [(lon * 1e6).round() / 1e6, (lat * 1e6).round() / 1e6]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_on_the_ellipsoid() {
        for (a, b) in [
            (Point::new(-100_000.0, -60_000.0), Point::new(100_000.0, 60_000.0)),
            (Point::new(0.0, 0.0), Point::new(30_000.0, 4_000.0)),
            (Point::new(-90_000.0, 50_000.0), Point::new(-70_000.0, 55_000.0)),
        ] {
            let place = |p: Point| Place::from_degrees(p.lon_lat()[1], p.lon_lat()[0]).unwrap();
            let true_m = geodesic::between(place(a), place(b)).distance_m;
            assert!((a.distance_m(b) / true_m - 1.0).abs() < 5e-5, "{} {true_m}", a.distance_m(b));
        }
    }

    #[test]
    fn directions_run_clockwise_from_north() {
        let middle = Point::new(0.0, 0.0);
        for azimuth in [0.0, 45.0, 90.0, 200.0, 359.0] {
            assert!((middle.azimuth_deg(middle.towards(azimuth, 10.0)) - azimuth).abs() < 1e-9);
        }
    }
}
