//! The plane in which events are sought: metres east, north and up.
use super::error::{AssociateError, Kind};
use truceline_model::geodesic;
use truceline_model::measurement::{Sensor, Site};

/// Where the sensors' local coordinates have their origin on the globe, if they have one.
///
/// Geographic sites become azimuthal equidistant coordinates around the middle of the sensors: along a line through
/// the middle distances are true, across it they are too long by `d^2 / (6 R^2)`: 2e-5 at 70 km, 4e-3 at 1,000 km.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Frame {
    /// The coordinates are the sensors' own.
    Local,
    /// Azimuthal equidistant around a place.
    Globe {
        /// Longitude of the origin.
        lon_deg: f64,
        /// Latitude of the origin.
        lat_deg: f64,
    },
}

impl Frame {
    /// The frame of these sensors.
    ///
    /// # Errors
    /// If a site is no place, or sites stand in two frames.
    pub fn of(sensors: &[Sensor]) -> Result<Self, AssociateError> {
        let wrong = |sensor, what| Err(AssociateError(Kind::Site { sensor, what }));
        let geographic = |sensor: &Sensor| matches!(sensor.site, Site::Geographic { .. });
        // The mean of the unit vectors: no longitude is special.
        let mut middle = [0.0; 3];
        for (i, sensor) in sensors.iter().enumerate() {
            if geographic(sensor) != geographic(&sensors[0]) {
                return Err(AssociateError(Kind::MixedSites { sensor: i }));
            }
            match sensor.site {
                Site::Geographic { lon_deg, lat_deg, elevation_m } => {
                    if !(lat_deg.abs() <= 90.0 && lon_deg.abs() <= 180.0) {
                        return wrong(i, "its place is not on the globe, expected degrees");
                    }
                    if elevation_m.is_nan() || elevation_m.abs() > 1e5 {
                        return wrong(i, "its elevation is no height, expected metres");
                    }
                    let (s, c) = libm::sincos(lat_deg.to_radians());
                    let (sl, cl) = libm::sincos(lon_deg.to_radians());
                    middle[0] += c * cl;
                    middle[1] += c * sl;
                    middle[2] += s;
                }
                Site::Local { x_m, y_m, z_m } => {
                    if !(x_m.abs() <= 1e8 && y_m.abs() <= 1e8 && z_m.abs() <= 1e6) {
                        return wrong(i, "its place is not finite, or farther than the globe is wide; expected metres");
                    }
                }
            }
        }
        if sensors.is_empty() || !geographic(&sensors[0]) {
            return Ok(Self::Local);
        }
        let horizontal = (middle[0] * middle[0] + middle[1] * middle[1]).sqrt();
        Ok(Self::Globe {
            lon_deg: libm::atan2(middle[1], middle[0]).to_degrees(),
            lat_deg: libm::atan2(middle[2], horizontal).to_degrees(),
        })
    }

    /// Metres of a site; none where its form is not the frame's.
    #[must_use]
    pub fn metres(&self, site: &Site) -> Option<[f64; 3]> {
        match (self, site) {
            (Self::Local, Site::Local { x_m, y_m, z_m }) => Some([*x_m, *y_m, *z_m]),
            (Self::Globe { lon_deg, lat_deg }, Site::Geographic { lon_deg: lon, lat_deg: lat, elevation_m }) => {
                let line = geodesic::inverse((*lat_deg, *lon_deg), (*lat, *lon));
                let (s, c) = libm::sincos(line.azimuth_deg.to_radians());
                Some([line.distance_m * s, line.distance_m * c, *elevation_m])
            }
            _ => None,
        }
    }

    /// The site of metres.
    #[must_use]
    pub fn site(&self, x_m: f64, y_m: f64, z_m: f64) -> Site {
        match self {
            Self::Local => Site::Local { x_m, y_m, z_m },
            Self::Globe { lon_deg, lat_deg } => {
                let distance_m = (x_m * x_m + y_m * y_m).sqrt();
                let end = geodesic::direct((*lat_deg, *lon_deg), libm::atan2(x_m, y_m).to_degrees(), distance_m);
                Site::Geographic { lon_deg: end.lon_deg, lat_deg: end.lat_deg, elevation_m: z_m }
            }
        }
    }
}
