//! What an array says: from where a wave came, and how sure that is.
use truceline_model::time::Time;

/// The standard deviation of an azimuth of which nothing is known: 360 degrees over the root of 12.
pub const AZIMUTH_SIGMA_DEG_MAX: f64 = 103.923_048_454_132_64;

/// Metres in a kilometre.
pub(super) const M_PER_KM: f64 = 1_000.0;

/// A direction from an array with its uncertainty. It holds no place and no distance: an array alone has none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bearing {
    /// When the window began.
    pub start: Time,
    /// When the window ended.
    pub end: Time,
    /// Back-azimuth: from the array towards the source, degrees clockwise from north, in [0, 360).
    pub azimuth_deg: f64,
    /// Its standard deviation, degrees; at most [`AZIMUTH_SIGMA_DEG_MAX`].
    pub azimuth_sigma_deg: f64,
    /// Horizontal (apparent) slowness, s/km.
    pub slowness_s_km: f64,
    /// Its standard deviation, s/km.
    pub slowness_sigma_s_km: f64,
    /// The covariance of the slowness vector (east-east, east-north, north-north), s2/km2.
    pub covariance_s2_km2: [f64; 3],
    /// Angle above the horizon at which the wave came in, and its standard deviation, degrees; only from arrays whose
    /// elements stand at different heights.
    pub elevation: Option<Elevation>,
    /// The F statistic of the beam.
    pub f_statistic: f64,
    /// How many elements were used.
    pub elements: usize,
    /// The family of like detections to which it belongs, where families were formed.
    pub family: Option<u32>,
}

/// An angle above the horizon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Elevation {
    /// The angle, degrees; 90 is overhead.
    pub angle_deg: f64,
    /// Its standard deviation, degrees.
    pub sigma_deg: f64,
}

impl Bearing {
    /// Trace velocity, m/s: the speed at which the wave front runs along the ground. Infinite for a wave from overhead.
    #[must_use]
    pub fn trace_velocity_m_s(&self) -> f64 {
        M_PER_KM / self.slowness_s_km
    }

    /// Its standard deviation to the first order, m/s.
    #[must_use]
    pub fn trace_velocity_sigma_m_s(&self) -> f64 {
        M_PER_KM * self.slowness_sigma_s_km / (self.slowness_s_km * self.slowness_s_km)
    }

    /// The area of slownesses that holds the truth with the given probability, if errors are normal.
    #[must_use]
    pub fn ellipse(&self, probability: f64) -> Ellipse {
        Ellipse::of(&self.covariance_s2_km2, probability)
    }
}

/// An ellipse in the plane of slowness.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ellipse {
    /// Half of the longer axis, s/km.
    pub major_s_km: f64,
    /// Half of the shorter axis, s/km.
    pub minor_s_km: f64,
    /// Direction of the longer axis, degrees clockwise from north, in [0, 180).
    pub direction_deg: f64,
}

impl Ellipse {
    /// Of a covariance: chi-square with two degrees of freedom is -2 ln(1 - p).
    fn of(covariance: &[f64; 3], probability: f64) -> Self {
        let (narrow, wide) = super::small::eigenvalues2(covariance);
        let scale = (-2.0 * libm::log1p(-probability.clamp(0.0, 1.0))).sqrt();
        let [xx, xy, yy] = *covariance;
        // The angle of the longer axis from north: tan(2 a) = 2 xy / (yy - xx).
        let direction = libm::atan2(2.0 * xy, yy - xx).to_degrees() / 2.0;
        Self {
            major_s_km: wide.max(0.0).sqrt() * scale,
            minor_s_km: narrow.max(0.0).sqrt() * scale,
            direction_deg: if direction < 0.0 { direction + 180.0 } else { direction },
        }
    }
}

/// A slowness vector in the direction in which the wave goes, as azimuth, slowness and their sigmas.
#[derive(Debug, Clone, Copy)]
pub(super) struct Polar {
    pub(super) azimuth_deg: f64,
    pub(super) azimuth_sigma_deg: f64,
    pub(super) slowness_s_km: f64,
    pub(super) slowness_sigma_s_km: f64,
}

impl Polar {
    /// From (east, north) and their covariance, s/m and s2/m2. To the first order; the sigma of the azimuth ends at
    /// that of no knowledge.
    pub(super) fn of(slowness: [f64; 2], covariance: &[f64; 3]) -> Self {
        let [east, north] = slowness;
        let length = (east * east + north * north).sqrt();
        let (u, v) = if length > 0.0 { (east / length, north / length) } else { (0.0, 1.0) };
        let [xx, xy, yy] = *covariance;
        let along = u * u * xx + 2.0 * u * v * xy + v * v * yy;
        let across = v * v * xx - 2.0 * u * v * xy + u * u * yy;
        let sigma_deg = (across.max(0.0).sqrt() / length).to_degrees();
        // NaN, where a length of zero has no direction, becomes the most.
        let azimuth_sigma_deg = if sigma_deg < AZIMUTH_SIGMA_DEG_MAX { sigma_deg } else { AZIMUTH_SIGMA_DEG_MAX };
        Self {
            azimuth_deg: azimuth_deg(slowness),
            azimuth_sigma_deg,
            slowness_s_km: length * M_PER_KM,
            slowness_sigma_s_km: along.max(0.0).sqrt() * M_PER_KM,
        }
    }
}

/// The back-azimuth of a slowness vector in the direction in which the wave goes, in [0, 360).
pub(super) fn azimuth_deg(slowness: [f64; 2]) -> f64 {
    let degrees = libm::atan2(-slowness[0], -slowness[1]).to_degrees();
    let degrees = if degrees < 0.0 { degrees + 360.0 } else { degrees };
    // A tiny negative angle rounds up to 360. Adding zero makes of -0 a 0.
    if degrees >= 360.0 { 0.0 } else { degrees + 0.0 }
}

/// The slowness vector (east, north), s/m, of a wave from a back-azimuth.
pub(super) fn slowness_of(azimuth_deg: f64, slowness_s_m: f64) -> [f64; 2] {
    let (sin, cos) = libm::sincos(azimuth_deg.to_radians());
    [-slowness_s_m * sin, -slowness_s_m * cos]
}

/// A difference of azimuths in (-180, 180].
pub(super) fn turn_deg(from_deg: f64, to_deg: f64) -> f64 {
    let turn = (to_deg - from_deg) % 360.0;
    if turn > 180.0 {
        turn - 360.0
    } else if turn <= -180.0 {
        turn + 360.0
    } else {
        turn
    }
}

/// A covariance in s2/km2 of one in s2/m2.
pub(super) fn per_km2(covariance: &[f64; 3]) -> [f64; 3] {
    covariance.map(|entry| entry * M_PER_KM * M_PER_KM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn azimuths_and_slownesses_are_inverse() {
        for degrees in [0.0, 45.0, 90.0, 180.0, 270.0, 359.5] {
            let back = azimuth_deg(slowness_of(degrees, 0.003));
            assert!(turn_deg(degrees, back).abs() < 1e-12 && (0.0..360.0).contains(&back), "{degrees} {back}");
        }
        assert_eq!(turn_deg(350.0, 10.0), 20.0);
        assert_eq!(turn_deg(10.0, 350.0), -20.0);
        assert_eq!(azimuth_deg([0.0, 0.0]).to_bits() & (1 << 63), 0);
    }

    #[test]
    fn sigmas_follow_the_ellipse() {
        // From the north: sigma across is that of the east component.
        let polar = Polar::of([0.0, -0.003], &[9e-10, 0.0, 1e-10]);
        assert!((polar.azimuth_sigma_deg - (3e-5_f64 / 0.003).to_degrees()).abs() < 1e-9);
        assert!((polar.slowness_sigma_s_km - 0.01).abs() < 1e-12 && polar.azimuth_deg == 0.0);
        assert_eq!(Polar::of([0.0, 0.0], &[1e-10, 0.0, 1e-10]).azimuth_sigma_deg, AZIMUTH_SIGMA_DEG_MAX);
        let ellipse = Ellipse::of(&[9.0, 0.0, 1.0], 0.95);
        assert!((ellipse.major_s_km / 3.0 - 2.447_746_830_680_816).abs() < 1e-12);
        assert!((ellipse.direction_deg - 90.0).abs() < 1e-12 && (ellipse.minor_s_km - 2.447_746_83).abs() < 1e-8);
    }
}
