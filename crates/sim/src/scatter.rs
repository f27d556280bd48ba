//! How paths from sources to sensors differ from the model: as fields over the source's place and time, so that what follows soon
//! from near by differs alike.
//!
//! # Model
//! Along a path the wave meets irregularities of all sizes up to an outer one. Differences of its travel time between two sources then
//! grow with the 5/3 power of what lies between them, as phases do in turbulence (V. I. Tatarskii, *The effects of the turbulent
//! atmosphere on wave propagation*, 1971), and beyond the outer size they are as great as between any two:
//!
//! `cov = exp(-(d^2 / L^2 + t^2 / T^2)^(5/6))`, d in m and t in s.
//!
//! - In the air L is [`AIR_M`] and T [`AIR_S`]: eddies as large as the boundary layer is high drift by with the wind. Sound from a
//!   source 54 km away was seen to change within tens of seconds and to differ within a few minutes (G. Averbuch and others,
//!   *Evidence for short temporal atmospheric variations observed by infrasonic signals: 1. The troposphere*, 2022).
//! - In the ground nothing moves, and what station terms hold for lies within some km (K. B. Richards-Dinger and P. M. Shearer, JGR 105,
//!   10939-10960, 2000): L is [`GROUND_M`]. Both sizes are adopted.
//!
//! # Algorithm
//! A sum of cosines with random wave numbers (A. Rahimi and B. Recht, *Random features for large-scale kernel machines*, 2007). Of this
//! covariance they are normal numbers times the root of twice a positive stable one of index 5/6 (M. Kanter, *Annals of Probability* 3,
//! 697-707, 1975).
use crate::arrival::Wave;
use crate::plane::Point;
use crate::random::{Draw, Subject};

/// What lies so far apart differs as if it were unrelated, m and s.
pub const AIR_M: f64 = 1_000.0;
/// The same in time, s.
pub const AIR_S: f64 = 120.0;
/// The same in the ground, m.
pub const GROUND_M: f64 = 3_000.0;
/// Cosines of a sum: with so many its kurtosis is 2.95, that of a normal number 3.
const COSINES: usize = 32;
/// Index of the stable numbers: half of the power with which differences grow.
const INDEX: f64 = 5.0 / 6.0;

/// How much a wave on a path differs, from a source at a place and time, s: mean 0 and deviation 1. `which` tells apart what of the
/// wave it is.
#[must_use]
pub fn of(seed: u64, path: u64, (wave, which): (Wave, u64), place: Point, at_s: f64) -> f64 {
    let mut draw = Draw::of(seed, Subject::Path, &[path, wave as u64, which, 5]);
    let at = match wave {
        Wave::Air => [place.east_m / AIR_M, place.north_m / AIR_M, at_s / AIR_S],
        Wave::P | Wave::S | Wave::Surface => [place.east_m / GROUND_M, place.north_m / GROUND_M, 0.0],
    };
    let mut sum = 0.0;
    for _ in 0..COSINES {
        let scale = (2.0 * stable(&mut draw)).sqrt();
        let phase = std::f64::consts::TAU * draw.unit();
        let turns: f64 = at.iter().map(|along| scale * draw.normal() * along).sum();
        sum += libm::cos(turns + phase);
    }
    sum * (2.0 / COSINES as f64).sqrt()
}

/// A positive stable number A of the index: the mean of `exp(-s A)` is `exp(-s^INDEX)`.
fn stable(draw: &mut Draw) -> f64 {
    // Away from the ends, where both the numerator and the denominator are nothing.
    let angle = std::f64::consts::PI * draw.between(1e-9, 1.0 - 1e-9);
    let spread = draw.exponential(1.0).max(1e-12);
    let rest = (1.0 - INDEX) / INDEX;
    libm::sin(INDEX * angle) / libm::pow(libm::sin(angle), 1.0 / INDEX)
        * libm::pow(libm::sin((1.0 - INDEX) * angle) / spread, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Point = Point { east_m: 40_000.0, north_m: 20_000.0 };

    /// Means of products over many paths, of the field at two sources.
    fn covariance(wave: Wave, (east_m, later_s): (f64, f64)) -> f64 {
        const PATHS: u64 = 20_000;
        let there = Point { east_m: HERE.east_m + east_m, ..HERE };
        let product = |path| of(7, path, (wave, 0), HERE, 3_000.0) * of(7, path, (wave, 0), there, 3_000.0 + later_s);
        (0..PATHS).map(product).sum::<f64>() / PATHS as f64
    }

    #[test]
    fn sources_near_each_other_differ_alike_as_the_covariance_says() {
        for (apart, of) in [
            ((0.0, 0.0), 1.0),
            ((200.0, 0.0), libm::exp(-libm::pow(0.04, 5.0 / 6.0))),
            ((0.0, 60.0), libm::exp(-libm::pow(0.25, 5.0 / 6.0))),
            ((600.0, 96.0), libm::exp(-1.0)),
            ((5_000.0, 0.0), 0.0),
        ] {
            let found = covariance(Wave::Air, apart);
            assert!((found - of).abs() < 0.03, "{apart:?}: {found} for {of}");
        }
        // The ground is the same at all times.
        assert!((covariance(Wave::P, (0.0, 5_000.0)) - 1.0).abs() < 0.03);
        assert!((covariance(Wave::P, (3_000.0, 0.0)) - libm::exp(-1.0)).abs() < 0.03);
    }

    #[test]
    fn paths_and_what_differs_on_them_are_unrelated() {
        let product = |path| of(7, path, (Wave::Air, 0), HERE, 0.0) * of(7, path, (Wave::Air, 1), HERE, 0.0) / 20_000.0;
        assert!((0..20_000).map(product).sum::<f64>().abs() < 0.03);
        let beside = |path| of(7, path, (Wave::P, 0), HERE, 0.0) * of(7, path + 1, (Wave::P, 0), HERE, 0.0) / 20_000.0;
        assert!((0..20_000).map(beside).sum::<f64>().abs() < 0.03);
    }
}
