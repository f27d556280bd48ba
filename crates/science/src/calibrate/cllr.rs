//! How good likelihood ratios are: what they cost whoever believes them.
//!
//! # Algorithm
//! `Cllr = (mean over A of log2(1 + 1 / LR) + mean over B of log2(1 + LR)) / 2` (N. Brummer and J. du Preez, *Application-
//! independent evaluation of speaker detection*, Computer Speech and Language 20, 230-275, 2006): 0 is perfect, 1 says
//! nothing. `Cllr_min` is the same of the best ratios that keep the order ([pooled](super::pav)); what lies between is the
//! calibration loss. A ratio misleads if it stands on the wrong side of one; its share beyond a threshold is given with
//! Wilson's upper 95 % bound, since few are seen.
//!
//! # Checked against
//! Closed forms, and both by the same formulas over scikit-learn 1.7.0's `IsotonicRegression` (tests).
use super::pav::pooled_shares;
use super::wilson;

/// What the ratios of a set with known truth are worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatioReport {
    /// Their cost, bits.
    pub cllr: f64,
    /// The least cost of any ratios in the same order, bits.
    pub cllr_min: f64,
    /// Share of items whose ratio is beyond the threshold for the wrong side.
    pub misleading: f64,
    /// The upper end of its 95 % interval.
    pub misleading_max: f64,
    /// How many items there are.
    pub items: usize,
}

/// Judges natural logarithms of likelihood ratios of A against B, each with whether A is true; `beyond` is the ratio from
/// which one for the wrong side counts as misleading. `None` without items of both kinds, or if one is no number.
#[must_use]
pub fn judge(items: &[(f64, bool)], beyond: f64) -> Option<RatioReport> {
    let a = items.iter().filter(|item| item.1).count();
    let b = items.len() - a;
    if a == 0 || b == 0 || items.iter().any(|(ln_ratio, _)| ln_ratio.is_nan()) {
        return None;
    }
    let cost = |ln_ratios: &dyn Fn(usize) -> f64| {
        let mut sums = (0.0, 0.0);
        for (i, (_, is_a)) in items.iter().enumerate() {
            let ln_ratio = ln_ratios(i);
            if *is_a { sums.0 += bits_of_one_plus_exp(-ln_ratio) } else { sums.1 += bits_of_one_plus_exp(ln_ratio) }
        }
        0.5 * (sums.0 / a as f64 + sums.1 / b as f64)
    };
    let shares = pooled_shares(items);
    let prior_odds = a as f64 / b as f64;
    let best = |i: usize| libm::log(shares[i] / (1.0 - shares[i]) / prior_odds);
    let ln_beyond = libm::log(beyond);
    let wrong = |(ln_ratio, is_a): &&(f64, bool)| if *is_a { *ln_ratio < -ln_beyond } else { *ln_ratio > ln_beyond };
    let misleading = items.iter().filter(wrong).count();
    Some(RatioReport {
        cllr: cost(&|i| items[i].0),
        cllr_min: cost(&best),
        misleading: misleading as f64 / items.len() as f64,
        misleading_max: wilson(misleading, items.len()).1,
        items: items.len(),
    })
}

/// log2(1 + exp(x)), also where exp(x) has no finite value.
fn bits_of_one_plus_exp(x: f64) -> f64 {
    let nats = if x > 0.0 { x + libm::log1p(libm::exp(-x)) } else { libm::log1p(libm::exp(x)) };
    nats / std::f64::consts::LN_2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_that_say_nothing_cost_one_bit_and_perfect_ones_none() {
        let mute = judge(&[(0.0, true), (0.0, false), (0.0, true)], 100.0).unwrap();
        assert!((mute.cllr - 1.0).abs() < 1e-12 && (mute.cllr_min - 1.0).abs() < 1e-12);
        let sure = judge(&[(f64::INFINITY, true), (f64::NEG_INFINITY, false)], 100.0).unwrap();
        assert_eq!((sure.cllr, sure.cllr_min, sure.misleading), (0.0, 0.0, 0.0));
        assert_eq!(judge(&[(0.0, true)], 100.0), None);
        assert_eq!(judge(&[(f64::NAN, true), (0.0, false)], 100.0), None);
    }

    /// Ratios of 3 for both true and false: (log2(4/3) + log2(4)) / 2; in the best order they say nothing.
    #[test]
    fn a_closed_form() {
        let ln3 = libm::log(3.0);
        let report = judge(&[(ln3, true), (ln3, false)], 2.0).unwrap();
        assert!((report.cllr - 0.5 * (libm::log2(4.0 / 3.0) + 2.0)).abs() < 1e-12);
        assert!((report.cllr_min - 1.0).abs() < 1e-12);
        assert_eq!(report.misleading, 0.5);
    }

    /// The values of scikit-learn 1.7.0.
    #[test]
    fn the_reference_values() {
        let said = [0.02, 0.1, 0.2, 0.35, 0.5, 0.6, 0.7, 0.9, 0.97, 0.15];
        let is_a = [false, false, true, false, true, false, true, true, true, true];
        let ln_ratio = |p: f64| libm::log(p / (1.0 - p));
        let items: Vec<(f64, bool)> = said.into_iter().map(ln_ratio).zip(is_a).collect();
        let report = judge(&items, 100.0).unwrap();
        assert!((report.cllr - 0.829_688_514_085).abs() < 1e-9, "{report:?}");
        assert!((report.cllr_min - 0.5).abs() < 1e-9, "{report:?}");
    }

    /// Where A is said to be true with the very share with which it is, nothing is lost by calibration.
    #[test]
    fn calibrated_ratios_lose_nothing() {
        let mut items = Vec::new();
        for tenth in 1..10_u32 {
            let ln_ratio = libm::log(f64::from(tenth) / f64::from(10 - tenth));
            items.extend((0..10).map(|i| (ln_ratio, i < tenth)));
        }
        let report = judge(&items, 100.0).unwrap();
        assert!((report.cllr - report.cllr_min).abs() < 1e-12, "{report:?}");
    }
}
