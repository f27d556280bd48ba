//! The Cramer-Rao bound: how well a place could be known at best from given measurements.
//!
//! # Algorithm
//! Fisher information of independent normal measurements, `J = sum g g' / sigma^2`, g being a measurement's
//! derivative by the unknowns: place, and whatever else is unknown (origin time, a common factor on travel times).
//! What is known beforehand of an unknown adds 1 / sigma^2 to its diagonal. The bound on the place is the upper left
//! block of J's inverse: the Schur complement of the other unknowns (S. M. Kay, *Fundamentals of statistical signal
//! processing: estimation theory*, 1993, chapter 3).
//!
//! - time of arrival (TOA): `g = slowness of the wave front (east, north), 1 for the origin time`;
//! - difference of two arrivals (TDOA): the difference of both, in which the origin time cancels;
//! - angle of arrival (AOA): `g = (-north, east) / distance` of the direction towards the source.
//!
//! # Checked against
//! A ring of n sensors in closed form: position variance per axis `2 c^2 sigma^2 / n`; the same bound from TOA with
//! the origin time unknown and from all TDOA with their covariance; a random cross-check of the Schur complement.

/// The most unknowns: two or three of the place, and eight others.
pub const UNKNOWNS_MAX: usize = 11;

type Matrix = [[f64; UNKNOWNS_MAX]; UNKNOWNS_MAX];

/// Fisher information of a place in the plane (unknowns 0: east, 1: north, m) and other unknowns.
#[derive(Debug, Clone, PartialEq)]
pub struct Information {
    matrix: Matrix,
    unknowns: usize,
}

/// Covariance in the plane, m2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// Variance eastwards.
    pub east_m2: f64,
    /// Variance northwards.
    pub north_m2: f64,
    /// Covariance of both.
    pub east_north_m2: f64,
}

impl Bound {
    /// Root of the sum of both variances, m (drms).
    #[must_use]
    pub fn sigma_m(&self) -> f64 {
        (self.east_m2 + self.north_m2).sqrt()
    }
}

impl Information {
    /// Nothing known yet of so many unknowns, the first two being the place. `None` outside 2 to [`UNKNOWNS_MAX`].
    #[must_use]
    pub fn new(unknowns: usize) -> Option<Self> {
        (2..=UNKNOWNS_MAX).contains(&unknowns).then_some(Self { matrix: [[0.0; UNKNOWNS_MAX]; UNKNOWNS_MAX], unknowns })
    }

    /// Adds a measurement by its derivative by each unknown and its standard deviation. What is too short is zero.
    pub fn add(&mut self, derivative: &[f64], sigma: f64) {
        let n = self.unknowns.min(derivative.len());
        let weight = 1.0 / (sigma * sigma);
        for i in 0..n {
            for j in 0..n {
                self.matrix[i][j] += weight * derivative[i] * derivative[j];
            }
        }
    }

    /// Adds an arrival time: speed m/s, unit vector from the sensor towards the source, deviation s. Unknown 2 is
    /// the origin time.
    pub fn add_arrival(&mut self, (east, north): (f64, f64), speed_m_s: f64, sigma_s: f64) {
        self.add(&[east / speed_m_s, north / speed_m_s, 1.0], sigma_s);
    }

    /// Adds the difference of two independent arrivals of one deviation each: speed m/s, unit vectors from the
    /// sensors towards the source, deviation of each arrival s.
    pub fn add_difference(&mut self, first: (f64, f64), second: (f64, f64), speed_m_s: f64, sigma_s: f64) {
        let part = |a: f64, b: f64| (a - b) / speed_m_s;
        self.add(&[part(second.0, first.0), part(second.1, first.1)], std::f64::consts::SQRT_2 * sigma_s);
    }

    /// Adds a back-azimuth: unit vector from the sensor towards the source, distance m, deviation radians.
    pub fn add_bearing(&mut self, (east, north): (f64, f64), distance_m: f64, sigma_rad: f64) {
        self.add(&[north / distance_m, -east / distance_m], sigma_rad);
    }

    /// Adds what is known beforehand of an unknown.
    pub fn add_prior(&mut self, unknown: usize, sigma: f64) {
        if unknown < self.unknowns {
            self.matrix[unknown][unknown] += 1.0 / (sigma * sigma);
        }
    }

    /// The bound on the place; `None` if the measurements leave a direction free.
    #[must_use]
    pub fn bound(&self) -> Option<Bound> {
        // Eliminate the other unknowns one by one: what is left is their Schur complement.
        let mut m = self.matrix;
        for k in (2..self.unknowns).rev() {
            let pivot = m[k][k];
            if pivot <= 0.0 || pivot.is_nan() {
                // An unknown that no measurement depends on.
                continue;
            }
            for i in 0..k {
                for j in 0..k {
                    m[i][j] -= m[i][k] * m[k][j] / pivot;
                }
            }
        }
        let determinant = m[0][0] * m[1][1] - m[0][1] * m[1][0];
        let scale = self.matrix[0][0] * self.matrix[1][1];
        // Rounding leaves some 1e-16 of what was there before.
        if determinant.is_nan() || determinant <= 1e-13 * scale {
            return None;
        }
        Some(Bound {
            east_m2: m[1][1] / determinant,
            north_m2: m[0][0] / determinant,
            east_north_m2: -m[0][1] / determinant,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(n: usize) -> Vec<(f64, f64)> {
        (0..n).map(|i| libm::sincos(std::f64::consts::TAU * i as f64 / n as f64)).collect()
    }

    #[test]
    fn a_ring_in_closed_form() {
        for n in [3, 5, 8, 13] {
            let mut toa = Information::new(3).unwrap();
            let mut aoa = Information::new(2).unwrap();
            for direction in ring(n) {
                toa.add_arrival(direction, 340.0, 0.01);
                aoa.add_bearing(direction, 1_000.0, 0.02);
            }
            let bound = toa.bound().unwrap();
            let expected = 2.0 * 340.0 * 340.0 * 1e-4 / n as f64;
            assert!((bound.east_m2 / expected - 1.0).abs() < 1e-9 && bound.east_north_m2.abs() < 1e-9 * expected);
            let bound = aoa.bound().unwrap();
            let expected = 2.0 * 400.0 / n as f64;
            assert!((bound.north_m2 / expected - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn arrivals_with_unknown_origin_are_all_their_differences() {
        // The n (n - 1) / 2 differences as if independent, each 1 / n of what it would be: the sum over pairs of
        // (a - b)^2 is n times the spread, so the information is the same.
        let directions: Vec<(f64, f64)> =
            [10.0_f64, 75.0, 160.0, 171.0, 300.0].iter().map(|a| libm::sincos(a.to_radians())).collect();
        let n = directions.len() as f64;
        let mut toa = Information::new(3).unwrap();
        let mut tdoa = Information::new(2).unwrap();
        for (i, a) in directions.iter().enumerate() {
            toa.add_arrival(*a, 6_000.0, 0.1);
            for b in &directions[..i] {
                tdoa.add_difference(*a, *b, 6_000.0, 0.1 * (0.5 * n).sqrt());
            }
        }
        let (a, b) = (toa.bound().unwrap(), tdoa.bound().unwrap());
        assert!((a.east_m2 / b.east_m2 - 1.0).abs() < 1e-9 && (a.north_m2 / b.north_m2 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_free_direction_has_no_bound() {
        let mut one = Information::new(2).unwrap();
        one.add_bearing((0.6, 0.8), 1e4, 0.01);
        assert_eq!(one.bound(), None);
        let mut two = Information::new(3).unwrap();
        two.add_arrival((0.6, 0.8), 340.0, 0.01);
        two.add_arrival((0.0, 1.0), 340.0, 0.01);
        assert_eq!(two.bound(), None);
        assert!(Information::new(1).is_none() && Information::new(12).is_none());
    }
}
