//! Where and when an event was by the arrivals of some owners only, and when its waves should have come to the others.
//!
//! # Algorithm
//! Time, place, and how much faster than stated waves of the ground, waves along it and sound went, with the wind that carried
//! the sound: least squares with the stated doubts as priors, by Gauss and Newton; arrivals beyond two deviations weigh less
//! (Huber). A prediction's variance is what is left unknown of all these together with the path's own.
use super::waves::{Group, Waves};
use crate::matrix::{inverse, times};
use truceline_model::measurement::Phase;

/// Time, east, north; logs of the slowness of ground waves, surface waves and sound over what is stated; wind east and north.
const UNKNOWNS: usize = 8;

/// Steps of Gauss and Newton: the first two see all arrivals alike.
const STEPS: usize = 8;
const EVEN_STEPS: usize = 2;

/// Beyond so many deviations an arrival's pull grows no more.
const HUBER_SIGMAS: f64 = 2.0;

/// The place is looked for within this of where it was, m: twice as far as local waves of most events go.
const PLACE_SIGMA_M: f64 = 200e3;
/// And the time within this, s: as long as sound takes for a tenth of that.
const TIME_SIGMA_S: f64 = 60.0;

/// Nearer than this a direction is none, m.
const NEAR_M: f64 = 500.0;

/// An arrival, in the frame of the sensors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arrival {
    /// The listener that registered it, by its index.
    pub listener: usize,
    /// Where that stands, m east and north.
    pub place_m: [f64; 2],
    /// When, s.
    pub at_s: f64,
    /// Which wave.
    pub phase: Phase,
}

/// A time and place with what is not known of them.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    is: [f64; UNKNOWNS],
    covariance: [[f64; UNKNOWNS]; UNKNOWNS],
}

/// When a wave should have come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Predicted {
    pub(super) at_s: f64,
    pub(super) sigma_s: f64,
}

impl Origin {
    /// By these arrivals, from a first guess of time and place. None where they leave it open.
    pub(super) fn of(waves: &Waves, arrivals: &[Arrival], start: [f64; 3]) -> Option<Self> {
        let mut guess = [0.0; UNKNOWNS];
        guess[..3].copy_from_slice(&start);
        let (ground, surface, sound) =
            (waves.doubt(Group::Ground), waves.doubt(Group::Surface), waves.doubt(Group::Sound));
        let wind = waves.wind_m_s.max(1e-3);
        let sigmas = [TIME_SIGMA_S, PLACE_SIGMA_M, PLACE_SIGMA_M, ground, surface, sound, wind, wind];
        let mut origin = Self { is: guess, covariance: [[0.0; UNKNOWNS]; UNKNOWNS] };
        for step in 0..STEPS {
            let (mut h, mut b) = ([[0.0; UNKNOWNS]; UNKNOWNS], [0.0; UNKNOWNS]);
            for (k, sigma) in sigmas.iter().enumerate() {
                h[k][k] = 1.0 / (sigma * sigma);
                b[k] = (guess[k] - origin.is[k]) * h[k][k];
            }
            for one in arrivals {
                let Some((travel_s, gradient, own_s)) = origin.travel(waves, one.phase, one.place_m) else { continue };
                let off_s = one.at_s - origin.is[0] - travel_s;
                let far = off_s.abs() / (HUBER_SIGMAS * own_s);
                let weight = if step >= EVEN_STEPS && far > 1.0 { 1.0 / far } else { 1.0 } / (own_s * own_s);
                for (j, slope) in gradient.iter().enumerate() {
                    b[j] += weight * slope * off_s;
                    for (k, other) in gradient.iter().enumerate() {
                        h[j][k] += weight * slope * other;
                    }
                }
            }
            origin.covariance = inverse(&h)?;
            let moved = times(&origin.covariance, &b);
            for (value, by) in origin.is.iter_mut().zip(moved) {
                *value += by;
            }
            if !origin.is.iter().all(|value| value.is_finite()) {
                return None;
            }
        }
        Some(origin)
    }

    /// Its place, m east and north.
    pub(super) fn place_m(&self) -> [f64; 2] {
        [self.is[1], self.is[2]]
    }

    /// When a wave should have come to a place.
    pub(super) fn predicted(&self, waves: &Waves, phase: Phase, place_m: [f64; 2]) -> Option<Predicted> {
        let (travel_s, gradient, own_s) = self.travel(waves, phase, place_m)?;
        let unknown_s2: f64 = times(&self.covariance, &gradient).iter().zip(gradient).map(|(a, b)| a * b).sum();
        Some(Predicted { at_s: self.is[0] + travel_s, sigma_s: (unknown_s2.max(0.0) + own_s * own_s).sqrt() })
    }

    /// Travel time, the arrival's slopes along the unknowns, and the path's own deviation.
    fn travel(&self, waves: &Waves, phase: Phase, place_m: [f64; 2]) -> Option<(f64, [f64; UNKNOWNS], f64)> {
        let wave = waves.of(phase)?;
        let (east, north) = (place_m[0] - self.is[1], place_m[1] - self.is[2]);
        let r_m = (east * east + north * north).sqrt().max(NEAR_M);
        let (unit_e, unit_n) = (east / r_m, north / r_m);
        let scale = 3 + wave.group as usize;
        let carried = match wave.group {
            Group::Sound => self.is[6] * unit_e + self.is[7] * unit_n,
            Group::Ground | Group::Surface => 0.0,
        };
        // No wind is half as fast as sound.
        let speed_m_s = (wave.speed_m_s + carried).max(0.5 * wave.speed_m_s);
        let slowness = libm::exp(self.is[scale]) / speed_m_s;
        let travel_s = r_m * slowness;
        let mut gradient = [0.0; UNKNOWNS];
        (gradient[0], gradient[1], gradient[2]) = (1.0, -unit_e * slowness, -unit_n * slowness);
        gradient[scale] = travel_s;
        if wave.group == Group::Sound {
            (gradient[6], gradient[7]) = (-travel_s * unit_e / speed_m_s, -travel_s * unit_n / speed_m_s);
        }
        let path_s = wave.path_relative * travel_s;
        Some((travel_s, gradient, (wave.fixed_s * wave.fixed_s + path_s * path_s).sqrt()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::waves::tests::waves;
    use super::*;

    #[test]
    fn six_sensors_hold_an_origin_and_predict_a_seventh() {
        let waves = waves();
        let (at, t0) = ([3_000.0, -2_000.0], 12.0);
        let arrival = |k: usize| {
            let angle = k as f64;
            let r_m = 9_000.0 + 6_000.0 * angle;
            let place_m = [r_m * libm::cos(angle), r_m * libm::sin(angle)];
            let far_m = libm::hypot(place_m[0] - at[0], place_m[1] - at[1]);
            Arrival { listener: k, place_m, at_s: t0 + far_m / 5_900.0, phase: Phase::P }
        };
        let six: Vec<Arrival> = (0..6).map(arrival).collect();
        let origin = Origin::of(&waves, &six, [10.0, 0.0, 0.0]).unwrap();
        let seventh = arrival(6);
        let predicted = origin.predicted(&waves, Phase::P, seventh.place_m).unwrap();
        assert!((predicted.at_s - seventh.at_s).abs() < 0.1, "{predicted:?} {}", seventh.at_s);
        assert!((0.1..1.0).contains(&predicted.sigma_s), "{predicted:?}");
        // One arrival that is five seconds late does not carry it away.
        let mut off = six;
        off[2].at_s += 5.0;
        let again = Origin::of(&waves, &off, [10.0, 0.0, 0.0]).unwrap();
        let moved = again.predicted(&waves, Phase::P, seventh.place_m).unwrap();
        assert!((moved.at_s - seventh.at_s).abs() < 3.0 * moved.sigma_s, "{moved:?} {}", seventh.at_s);
    }
}
