//! The azimuths and slownesses at which beams are formed.
use super::super::bearing::{M_PER_KM, slowness_of};
use super::super::error::ArrayError;

/// The most beams of a grid: 1,440 azimuths (a quarter of a degree) by 700 slownesses.
pub const BEAMS_MAX: usize = 1 << 20;

/// Beams along a cell of the resolution.
const BEAMS_PER_CELL: f64 = 4.0;

/// However wide the beam, so many azimuths and slownesses are looked at.
const AZIMUTHS_MIN: usize = 16;
const SLOWNESSES_MIN: usize = 4;

/// Azimuths by slownesses.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    azimuths_deg: Vec<f64>,
    slownesses_s_km: Vec<f64>,
}

impl Grid {
    /// From back-azimuths (degrees) and horizontal slownesses (s/km).
    ///
    /// # Errors
    /// If either is empty, there are more than [`BEAMS_MAX`] beams, or one is not finite or, as a slowness, negative
    /// or above 1,000 s/km.
    pub fn new(azimuths_deg: Vec<f64>, slownesses_s_km: Vec<f64>) -> Result<Self, ArrayError> {
        let beams = azimuths_deg.len().saturating_mul(slownesses_s_km.len());
        if beams == 0 || beams > BEAMS_MAX {
            return Err(ArrayError::count("the number of beams", beams, "from 1 to BEAMS_MAX = 1048576"));
        }
        if let Some(azimuth) = azimuths_deg.iter().find(|azimuth| !(-720.0..=720.0).contains(*azimuth)) {
            return Err(ArrayError::number("an azimuth of the grid", *azimuth, "degrees within -720 and 720"));
        }
        if let Some(slowness) = slownesses_s_km.iter().find(|slowness| !(0.0..=1_000.0).contains(*slowness)) {
            return Err(ArrayError::number("a slowness of the grid", *slowness, "s/km within 0 and 1000"));
        }
        Ok(Self { azimuths_deg, slownesses_s_km })
    }

    /// All around in equal steps from north on, by trace velocities in equal steps from the first to the last, m/s.
    ///
    /// # Errors
    /// As [`Grid::new`], or if a velocity is not above zero.
    pub fn of_velocities(azimuths: usize, velocity_m_s: (f64, f64), velocities: usize) -> Result<Self, ArrayError> {
        let (from, to) = velocity_m_s;
        for velocity in [from, to] {
            if !(velocity > 0.0 && velocity.is_finite()) {
                return Err(ArrayError::number("a trace velocity of the grid", velocity, "m/s above 0"));
            }
        }
        let slownesses = steps(from, to, velocities)?.into_iter().map(|velocity| M_PER_KM / velocity).collect();
        Self::new(around(azimuths)?, slownesses)
    }

    /// All around in equal steps from north on, by slownesses in equal steps from the first to the last, s/km. It
    /// covers the plane of slowness evenly down to waves from overhead.
    ///
    /// # Errors
    /// As [`Grid::new`].
    pub fn of_slownesses(azimuths: usize, slowness_s_km: (f64, f64), slownesses: usize) -> Result<Self, ArrayError> {
        Self::new(around(azimuths)?, steps(slowness_s_km.0, slowness_s_km.1, slownesses)?)
    }

    /// All around and from overhead to the slowest wave, so close that between neighbours nothing is lost: a quarter of
    /// the resolution 1 / (aperture x highest frequency), over which power falls by 5 % at most.
    ///
    /// # Errors
    /// As [`Grid::new`]: an array that is wide for its band and speeds takes too many beams.
    pub fn covering(aperture_m: f64, high_hz: f64, slowness_s_km_max: f64) -> Result<Self, ArrayError> {
        let cells = slowness_s_km_max / M_PER_KM * aperture_m * high_hz * BEAMS_PER_CELL;
        // NaN becomes the least, and fails in what follows.
        let count = |n: f64, least: usize| (n.ceil().min(BEAMS_MAX as f64) as usize).max(least);
        let slownesses = count(cells, SLOWNESSES_MIN) + 1;
        Self::of_slownesses(count(std::f64::consts::TAU * cells, AZIMUTHS_MIN), (0.0, slowness_s_km_max), slownesses)
    }

    /// How many beams there are.
    #[must_use]
    pub fn beams(&self) -> usize {
        self.azimuths_deg.len() * self.slownesses_s_km.len()
    }

    /// Back-azimuths, degrees.
    #[must_use]
    pub fn azimuths_deg(&self) -> &[f64] {
        &self.azimuths_deg
    }

    /// Horizontal slownesses, s/km.
    #[must_use]
    pub fn slownesses_s_km(&self) -> &[f64] {
        &self.slownesses_s_km
    }

    /// Back-azimuth (degrees) and slowness (s/km) of a beam: azimuths run fastest.
    #[must_use]
    pub fn beam(&self, beam: usize) -> (f64, f64) {
        let azimuths = self.azimuths_deg.len();
        (self.azimuths_deg[beam % azimuths], self.slownesses_s_km[beam / azimuths])
    }

    /// The slowness vector of a beam, s/m.
    pub(super) fn slowness_s_m(&self, beam: usize) -> [f64; 2] {
        let (azimuth_deg, slowness_s_km) = self.beam(beam);
        slowness_of(azimuth_deg, slowness_s_km / M_PER_KM)
    }
}

/// Azimuths all around.
fn around(count: usize) -> Result<Vec<f64>, ArrayError> {
    if count == 0 || count > BEAMS_MAX {
        return Err(ArrayError::count("the number of azimuths", count, "from 1 to BEAMS_MAX = 1048576"));
    }
    Ok((0..count).map(|i| 360.0 * i as f64 / count as f64).collect())
}

/// Values in equal steps, both ends among them.
fn steps(from: f64, to: f64, count: usize) -> Result<Vec<f64>, ArrayError> {
    if count == 0 || count > BEAMS_MAX {
        return Err(ArrayError::count("the number of slownesses", count, "from 1 to BEAMS_MAX = 1048576"));
    }
    let last = (count - 1).max(1) as f64;
    Ok((0..count).map(|i| from + (to - from) * (i as f64 / last)).collect())
}
