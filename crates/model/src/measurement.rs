//! What the associator and the locator are given: measurements of any kind, and the sensors that made them.
//!
//! Reports of sources and detections of our own become measurements alike. It is a working form and has no canonical
//! bytes: what is kept are the reports and detections that it was made from.
use crate::canonical_names;
use crate::geodesic;
use crate::time::Time;

/// Where a sensor stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Site {
    /// On the globe: WGS84 degrees, metres above the ellipsoid.
    Geographic {
        /// Longitude, east positive.
        lon_deg: f64,
        /// Latitude, north positive.
        lat_deg: f64,
        /// Elevation.
        elevation_m: f64,
    },
    /// In a local frame: metres east, north and up.
    Local {
        /// East.
        x_m: f64,
        /// North.
        y_m: f64,
        /// Up.
        z_m: f64,
    },
}

impl Site {
    /// Horizontal distance to another, m: along the ellipsoid, or in the plane; infinite between two frames.
    #[must_use]
    pub fn distance_m(self, other: Self) -> f64 {
        match (self, other) {
            (Self::Local { x_m: ax, y_m: ay, .. }, Self::Local { x_m: bx, y_m: by, .. }) => {
                libm::hypot(ax - bx, ay - by)
            }
            (
                Self::Geographic { lon_deg: a_lon, lat_deg: a_lat, .. },
                Self::Geographic { lon_deg: b_lon, lat_deg: b_lat, .. },
            ) => geodesic::inverse((a_lat, a_lon), (b_lat, b_lon)).distance_m,
            _ => f64::INFINITY,
        }
    }
}

/// What kind of instrument, or person, a sensor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SensorKind {
    /// A single seismometer.
    Seismometer,
    /// An array of seismometers: gives bearings and slowness.
    SeismicArray,
    /// An infrasound array: gives bearings.
    InfrasoundArray,
    /// A single microphone.
    Microphone,
    /// A small array of microphones: gives bearings.
    MicrophoneArray,
    /// Something that sees light or radio at once: camera, radar.
    Optical,
    /// A satellite: gives fixes with a pixel.
    Satellite,
    /// A person at a post or on patrol: gives a direction and a distance interval.
    Observer,
}

/// A sensor.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensor {
    /// Its name; unique among the sensors of one call.
    pub id: String,
    /// Who could make it lie: the unit of independence.
    pub owner: String,
    /// What it is.
    pub kind: SensorKind,
    /// Where it stands. All sensors of one call are of one form.
    pub site: Site,
}

/// Which wave arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Seismic longitudinal wave.
    P,
    /// Seismic transverse wave.
    S,
    /// Seismic surface or guided wave: Lg, Rg.
    Surface,
    /// Sound in the atmosphere over a regional path: infrasound.
    Airwave,
    /// The muzzle blast, or any sound over a short direct path.
    Muzzle,
    /// The shock wave of a projectile.
    Shock,
    /// Light or radio: no travel time.
    Light,
}

canonical_names!(Phase {
    "P" => P,
    "S" => S,
    "surface" => Surface,
    "airwave" => Airwave,
    "muzzle" => Muzzle,
    "shock" => Shock,
    "light" => Light,
});

/// A place that is itself what was measured: a satellite's pixel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fix {
    /// Its middle.
    pub site: Site,
    /// Standard deviation of each horizontal component, m.
    pub sigma_m: f64,
}

/// One thing that one sensor measured. A field is none where nothing was said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measurement {
    /// The sensor, by its index among the sensors of the call.
    pub sensor: usize,
    /// When it arrived at the sensor.
    pub time: Time,
    /// Standard deviation of the time, s.
    pub time_sigma_s: Option<f64>,
    /// Which wave.
    pub phase: Option<Phase>,
    /// Back-azimuth, degrees clockwise from north: from the sensor towards the source.
    pub azimuth_deg: Option<f64>,
    /// Standard deviation of the back-azimuth, degrees.
    pub azimuth_sigma_deg: Option<f64>,
    /// Horizontal slowness, s/km.
    pub slowness_s_per_km: Option<f64>,
    /// Signal to noise, dB.
    pub snr_db: Option<f64>,
    /// Amplitude, in the sensor's unit.
    pub amplitude: Option<f64>,
    /// Least and greatest distance to the source, m, as a person states it.
    pub range_m: Option<(f64, f64)>,
    /// The place that was measured.
    pub fix: Option<Fix>,
}

impl Measurement {
    /// A bare arrival: a sensor and a time.
    #[must_use]
    pub fn arrival(sensor: usize, time: Time) -> Self {
        Self {
            sensor,
            time,
            time_sigma_s: None,
            phase: None,
            azimuth_deg: None,
            azimuth_sigma_deg: None,
            slowness_s_per_km: None,
            snr_db: None,
            amplitude: None,
            range_m: None,
            fix: None,
        }
    }
}
