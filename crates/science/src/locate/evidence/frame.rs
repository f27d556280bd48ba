//! Distances and directions from sensors to places, fast, on the globe and in a local frame.
//!
//! # Algorithm
//! On the globe a place and a sensor are points of space on the ellipsoid. The length c of the chord between them
//! gives the geodesic as an arc of the ellipsoid's curvature R in that direction (Euler's radius at the sensor),
//! `d = 2 R asin(c / 2R)`, and the chord's parts along the sensor's east and north give the azimuth without any
//! trigonometry.
//!
//! # Checked against
//! [`geodesic::inverse`](truceline_model::geodesic::inverse): the test below states the differences.
use truceline_model::geodesic::{FLATTENING, SEMI_MAJOR_M};
use truceline_model::measurement::Site;

/// First eccentricity squared.
const E2: f64 = FLATTENING * (2.0 - FLATTENING);

/// Distance and direction of a place as a sensor sees it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Sight {
    pub distance_m: f64,
    /// The unit vector towards the place.
    pub east: f64,
    pub north: f64,
}

/// A place to look at: made once, seen from all sensors.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot([f64; 3]);

/// Where a sensor stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stand {
    at: [f64; 3],
    axes: Option<Axes>,
    /// Below the datum, m.
    pub depth_m: f64,
}

#[derive(Debug, Clone, Copy)]
struct Axes {
    east: [f64; 3],
    north: [f64; 3],
    /// Curvatures along the meridian and across it, 1/m.
    along: f64,
    across: f64,
}

impl Stand {
    pub(super) fn new(site: &Site) -> Self {
        match *site {
            Site::Local { x_m, y_m, z_m } => Self { at: [x_m, y_m, 0.0], axes: None, depth_m: -z_m },
            Site::Geographic { lon_deg, lat_deg, elevation_m } => {
                let (sin_lat, cos_lat) = libm::sincos(lat_deg.to_radians());
                let (sin_lon, cos_lon) = libm::sincos(lon_deg.to_radians());
                let w2 = 1.0 - E2 * sin_lat * sin_lat;
                let across_m = SEMI_MAJOR_M / w2.sqrt();
                let axes = Axes {
                    east: [-sin_lon, cos_lon, 0.0],
                    north: [-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat],
                    along: w2 / (across_m * (1.0 - E2)),
                    across: 1.0 / across_m,
                };
                Self { at: spot(lon_deg, lat_deg, true).0, axes: Some(axes), depth_m: -elevation_m }
            }
        }
    }

    /// Distance and direction of a place. At the sensor itself the direction is north.
    #[inline]
    pub(super) fn sight(&self, spot: &Spot) -> Sight {
        let d = [spot.0[0] - self.at[0], spot.0[1] - self.at[1], spot.0[2] - self.at[2]];
        let Some(axes) = &self.axes else {
            let length2 = d[0] * d[0] + d[1] * d[1];
            let distance_m = length2.sqrt();
            if distance_m <= 0.0 {
                return Sight { distance_m: 0.0, east: 0.0, north: 1.0 };
            }
            let scale = 1.0 / distance_m;
            return Sight { distance_m, east: d[0] * scale, north: d[1] * scale };
        };
        let east = d[0] * axes.east[0] + d[1] * axes.east[1];
        let north = d[0] * axes.north[0] + d[1] * axes.north[1] + d[2] * axes.north[2];
        let (east2, north2) = (east * east, north * north);
        let flat2 = east2 + north2;
        if flat2 <= 0.0 {
            return Sight { distance_m: 0.0, east: 0.0, north: 1.0 };
        }
        let curvature = (axes.along * north2 + axes.across * east2) / flat2;
        let chord2 = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
        // asin s = s (1 + s^2/6 + 3 s^4/40 + 15 s^6/336 + 105 s^8/3456 ...), s = c / 2R.
        let s2 = 0.25 * chord2 * curvature * curvature;
        let series = 1.0 + s2 * (1.0 / 6.0 + s2 * (3.0 / 40.0 + s2 * (15.0 / 336.0 + s2 * (105.0 / 3_456.0))));
        let scale = 1.0 / flat2.sqrt();
        Sight { distance_m: chord2.sqrt() * series, east: east * scale, north: north * scale }
    }
}

/// The spot at these coordinates: degrees on the ellipsoid, or metres.
pub(super) fn spot(x: f64, y: f64, geographic: bool) -> Spot {
    if !geographic {
        return Spot([x, y, 0.0]);
    }
    let (sin_lat, cos_lat) = libm::sincos(y.to_radians());
    let (sin_lon, cos_lon) = libm::sincos(x.to_radians());
    let across_m = SEMI_MAJOR_M / (1.0 - E2 * sin_lat * sin_lat).sqrt();
    Spot([across_m * cos_lat * cos_lon, across_m * cos_lat * sin_lon, across_m * (1.0 - E2) * sin_lat])
}

/// Length of a unit of x and of y at a latitude, m: of degrees on the ellipsoid, or of metres.
pub(in crate::locate) fn metres_per_unit(y: f64, geographic: bool) -> (f64, f64) {
    if !geographic {
        return (1.0, 1.0);
    }
    let (sin, cos) = libm::sincos(y.to_radians());
    let w2 = 1.0 - E2 * sin * sin;
    let across_m = SEMI_MAJOR_M / w2.sqrt();
    ((across_m * cos).to_radians(), (across_m * (1.0 - E2) / w2).to_radians())
}

#[cfg(test)]
mod tests {
    use super::*;
    use truceline_model::geodesic::{direct, inverse};

    #[test]
    fn sights_are_those_of_the_geodesic() {
        let mut state = 7_u64;
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        for (distance_m_max, distance_bound_m, azimuth_bound_deg) in
            [(2e4, 0.01, 1e-4), (3e5, 0.6, 3e-4), (1.5e6, 80.0, 7e-3)]
        {
            let mut worst = (0.0_f64, 0.0_f64);
            for _ in 0..20_000 {
                let from = (150.0 * uniform() - 75.0, 300.0 * uniform() - 150.0);
                let end = direct(from, 360.0 * uniform(), distance_m_max * uniform().max(1e-3));
                let exact = inverse(from, (end.lat_deg, end.lon_deg));
                let stand = Stand::new(&Site::Geographic { lon_deg: from.1, lat_deg: from.0, elevation_m: 0.0 });
                let sight = stand.sight(&spot(end.lon_deg, end.lat_deg, true));
                let (s, c) = libm::sincos(exact.azimuth_deg.to_radians());
                let off = libm::atan2(sight.east * c - sight.north * s, sight.east * s + sight.north * c).to_degrees();
                worst = (worst.0.max((sight.distance_m - exact.distance_m).abs()), worst.1.max(off.abs()));
            }
            println!("to {distance_m_max} m: {worst:?}");
            assert!(worst.0 < distance_bound_m && worst.1 < azimuth_bound_deg, "{distance_m_max}: {worst:?}");
        }
    }
}
