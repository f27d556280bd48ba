//! Whether regions hold the truth as often as they say, and by how much they must grow if they do not; and the same of
//! probabilities and likelihood ratios.
//!
//! - [`cllr`]: what likelihood ratios cost whoever believes them.
//! - [`elub`]: how far a ratio may go that was checked on so many items.
//! - [`pav`]: monotone regression, on which both rest.
//! - [`reliability`]: whether probabilities come true as often as they say.
//!
//! # Algorithm
//! - *Coverage*: the level of a true place in its posterior is even between 0 and 1 if the posterior is calibrated (the
//!   probability integral transform; A. P. Dawid, *Statistical theory: the prequential approach*, Journal of the Royal
//!   Statistical Society A 147, 278-292, 1984). [`evenness`] is the Kolmogorov-Smirnov test of that, [`coverage`] the
//!   share within a level with its Wilson interval.
//! - *Scale*: split conformal prediction (V. Vovk, A. Gammerman and G. Shafer, *Algorithmic learning in a random world*,
//!   2005; J. Lei et al., JASA 113, 1094-1111, 2018). Each event of a set with known places needs its region scaled by
//!   some factor to hold the truth; of n factors the one of rank `ceil((n + 1) level)` holds a new event of the same
//!   kind with at least that probability, whatever the distribution. It is learnt on one set ([`learn`]) and must be
//!   reported on another ([`report`]).
//!
//! # Checked against
//! The 5 % points of the Kolmogorov-Smirnov distribution (Smirnov's table), Wilson's interval by solving its defining
//! quadratic, and the guarantee itself on synthetic draws.
pub mod cllr;
pub mod elub;
pub mod pav;
pub mod reliability;

use std::collections::BTreeMap;
use truceline_model::measurement::SensorKind;

/// A test of evenness.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evenness {
    /// The greatest distance of the levels' distribution from the even one.
    pub statistic: f64,
    /// The probability of one at least as great if the levels are even (asymptotic, with Stephens's correction).
    pub p_value: f64,
}

/// How often regions of a level hold the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coverage {
    /// Share of events whose true place lies within the level.
    pub share: f64,
    /// 95 % interval of the share by Wilson's score.
    pub interval: (f64, f64),
    /// Number of events.
    pub events: usize,
}

/// The Kolmogorov-Smirnov test of levels (0 to 1) against the even distribution. `None` of no levels, or if one is no
/// number.
#[must_use]
pub fn evenness(levels: &[f64]) -> Option<Evenness> {
    let mut sorted = levels.to_vec();
    if sorted.is_empty() || sorted.iter().any(|level| !(0.0..=1.0).contains(level)) {
        return None;
    }
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let statistic = sorted.iter().enumerate().fold(0.0_f64, |most, (i, level)| {
        most.max((level - i as f64 / n).abs()).max(((i + 1) as f64 / n - level).abs())
    });
    // M. A. Stephens, *Use of the Kolmogorov-Smirnov, Cramer-von Mises and related statistics without extensive
    // tables*, Journal of the Royal Statistical Society B 32, 115-122, 1970.
    let root = n.sqrt();
    let x = (root + 0.12 + 0.11 / root) * statistic;
    let mut p_value = 0.0;
    for k in 1..=100 {
        let k = f64::from(k);
        let sign = if (k as i64) % 2 == 1 { 2.0 } else { -2.0 };
        p_value += sign * libm::exp(-2.0 * k * k * x * x);
    }
    Some(Evenness { statistic, p_value: if x < 0.2 { 1.0 } else { p_value.clamp(0.0, 1.0) } })
}

/// The share of levels within a level. `None` of no levels.
#[must_use]
pub fn coverage(levels: &[f64], level: f64) -> Option<Coverage> {
    if levels.is_empty() {
        return None;
    }
    let within = levels.iter().filter(|own| **own <= level).count();
    let share = within as f64 / levels.len() as f64;
    Some(Coverage { share, interval: wilson(within, levels.len()), events: levels.len() })
}

/// Wilson's 95 % score interval of a share, `hits` of `of` (at least 1).
#[must_use]
pub fn wilson(hits: usize, of: usize) -> (f64, f64) {
    let n = of as f64;
    let share = hits as f64 / n;
    let z2 = 1.959_963_985 * 1.959_963_985;
    let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = (z2 * (share * (1.0 - share) / n + z2 / (4.0 * n * n))).sqrt() / (1.0 + z2 / n);
    (middle - half, middle + half)
}

/// The logarithms of one kind's ratios, ascending; none if there are none, or one is no number.
fn sorted_ln_ratios(items: &[(f64, bool)], kind: bool) -> Option<Vec<f64>> {
    let mut ratios: Vec<f64> = items.iter().filter(|item| item.1 == kind).map(|item| item.0).collect();
    ratios.sort_by(f64::total_cmp);
    (!ratios.is_empty() && ratios.iter().all(|ratio| !ratio.is_nan())).then_some(ratios)
}

/// What one event of a known place says: the class of its sensors, and by which factor its region of the level at
/// hand would have to be scaled about its middle to just hold the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Needed {
    /// The class.
    pub class: SensorKind,
    /// The factor.
    pub factor: f64,
}

/// The factor of an event for regions of a level, by the covariance: the true place's distance in deviations over
/// that of the rim of a normal region, `sqrt(-2 ln(1 - level))`. Offsets of the truth from the mean in metres east and
/// north, variances and covariance in m2; `None` if the covariance is none.
#[must_use]
pub fn factor(
    (east_m, north_m): (f64, f64),
    (east_m2, north_m2, east_north_m2): (f64, f64, f64),
    level: f64,
) -> Option<f64> {
    let determinant = east_m2 * north_m2 - east_north_m2 * east_north_m2;
    if determinant.is_nan() || determinant <= 0.0 || !(0.0..1.0).contains(&level) || level <= 0.0 {
        return None;
    }
    let square = east_m * east_m * north_m2 - 2.0 * east_m * north_m * east_north_m2 + north_m * north_m * east_m2;
    Some((square / determinant / (-2.0 * libm::log(1.0 - level))).sqrt())
}

/// The conformal scale of each class at a level, learnt on a set of events: `None` for a class of too few events for
/// the level (at 90 %, fewer than nine).
#[must_use]
pub fn learn(needed: &[Needed], level: f64) -> BTreeMap<SensorKind, Option<f64>> {
    let mut classes: BTreeMap<SensorKind, Vec<f64>> = BTreeMap::new();
    for needed in needed.iter().filter(|needed| needed.factor.is_finite()) {
        classes.entry(needed.class).or_default().push(needed.factor);
    }
    let scale = |mut factors: Vec<f64>| {
        factors.sort_by(f64::total_cmp);
        let rank = ((factors.len() + 1) as f64 * level).ceil() as usize;
        factors.get(rank.max(1) - 1).copied()
    };
    classes.into_iter().map(|(class, factors)| (class, scale(factors))).collect()
}

/// How often regions scaled by what was learnt hold the truth, on a set that was not learnt from. Events of a class
/// without a scale are not counted.
#[must_use]
pub fn report(needed: &[Needed], scales: &BTreeMap<SensorKind, Option<f64>>) -> BTreeMap<SensorKind, Coverage> {
    let mut classes: BTreeMap<SensorKind, Vec<f64>> = BTreeMap::new();
    for needed in needed {
        if let Some(Some(scale)) = scales.get(&needed.class) {
            classes.entry(needed.class).or_default().push(needed.factor / scale);
        }
    }
    classes.into_iter().filter_map(|(class, factors)| Some((class, coverage(&factors, 1.0)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn even(seed: u64, count: usize) -> Vec<f64> {
        let mut state = seed;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        (0..count).map(|_| draw()).collect()
    }

    #[test]
    fn the_five_percent_points_of_smirnov() {
        // n = 20: 0.294; n = 100: 0.134 (tables of the exact distribution).
        for (n, point) in [(20_usize, 0.294), (100, 0.134)] {
            // Levels whose greatest distance is the point: an even ladder pushed up, its top cut.
            let levels: Vec<f64> = (0..n).map(|i| (i as f64 / n as f64 + point).min(1.0)).collect();
            let found = evenness(&levels).unwrap();
            assert!((found.statistic - point).abs() < 1e-9);
            assert!((found.p_value - 0.05).abs() < 0.003, "{n}: {found:?}");
        }
        assert!(evenness(&even(3, 2_000)).unwrap().p_value > 0.01);
        let squeezed: Vec<f64> = even(3, 2_000).iter().map(|level| level * level).collect();
        assert!(evenness(&squeezed).unwrap().p_value < 1e-6);
        assert!(evenness(&[]).is_none() && evenness(&[f64::NAN]).is_none());
    }

    #[test]
    fn the_interval_solves_wilsons_equation() {
        let coverage = coverage(&even(5, 200), 0.9).unwrap();
        for bound in [coverage.interval.0, coverage.interval.1] {
            let z = (coverage.share - bound) / (bound * (1.0 - bound) / 200.0).sqrt();
            assert!((z.abs() - 1.959_963_985).abs() < 1e-6);
        }
    }

    #[test]
    fn a_scale_learnt_on_one_set_holds_on_another() {
        // Regions two times too small: factors are Rayleigh's over the rim, times two.
        let rim = (-2.0 * libm::log(0.1)).sqrt();
        let needed = |seed| -> Vec<Needed> {
            let factor = |u: f64| 2.0 * (-2.0 * libm::log(1.0 - u)).sqrt() / rim;
            even(seed, 4_000).iter().map(|u| Needed { class: SensorKind::Microphone, factor: factor(*u) }).collect()
        };
        let scales = learn(&needed(1), 0.9);
        let scale = scales[&SensorKind::Microphone].unwrap();
        assert!((scale - 2.0).abs() < 0.06, "{scale}");
        let before = coverage(&needed(2).iter().map(|needed| needed.factor).collect::<Vec<_>>(), 1.0).unwrap();
        let after = report(&needed(2), &scales)[&SensorKind::Microphone];
        assert!(before.share < 0.5 && (after.share - 0.9).abs() < 0.015, "{before:?} {after:?}");
        assert_eq!(learn(&needed(1)[..8], 0.9)[&SensorKind::Microphone], None);
    }

    #[test]
    fn the_factor_of_a_place_on_the_rim_is_one() {
        let rim = (-2.0 * libm::log(0.1_f64)).sqrt();
        assert!((factor((3.0 * rim, 0.0), (9.0, 4.0, 0.0), 0.9).unwrap() - 1.0).abs() < 1e-12);
        assert!(factor((1.0, 1.0), (1.0, 1.0, 1.0), 0.9).is_none());
    }
}
