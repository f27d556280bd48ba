//! Whether reports are such as true ones are: how many of them instruments bear out, against how many they would.
//!
//! # Model
//! A report of something sudden at a place and time is *borne out* where instruments located an event there and then. Two things
//! could be so. The reports tell of what was: then one is borne out with the probability `q + (1 - q) s`, at least. Or they were made up:
//! then it is by chance, `q`. Here `q` is how often the same report would be borne out had it named another time of the same hours
//! ([`by_chance`]), and `s` the least share of true reports that instruments locate ([`LEAST_SHARE`]). It is low on
//! purpose: people hear much that no instrument does, and a report seldom says how large it was.
//!
//! # Algorithm
//! The log of the ratio of both likelihoods is summed from report to report and never falls below zero (a cumulative sum, E. S.
//! Page, Continuous inspection schemes, Biometrika 41, 1954), so that honest years do not hide a day of inventions. Above
//! [`BAR`] it is said. True reports of an owner start a sum that ever reaches it with probability `exp(-BAR)` for each
//! report at most (Ville's inequality), so of an owner with 1,000 reports in less than 1 of 100 cases; what is said begins anew.
//!
//! # Checked against
//! Reports that were drawn, true and made up: the tests below.

/// Of true reports where instruments could hear, at least so many are borne out beyond chance. Adopted.
pub const LEAST_SHARE: f64 = 0.15;

/// A sum above this is said, nats: one of 100,000.
pub const BAR: f64 = 11.5;

/// How probably a report is borne out by chance: of `tried` other times it would have been at `met`. By Laplace's rule, so that few
/// tries say little.
#[must_use]
pub fn by_chance(met: u32, tried: u32) -> f64 {
    (f64::from(met) + 1.0) / (f64::from(tried) + 2.0)
}

/// How probably a true report is borne out at least, which is so by chance with the probability `chance`.
#[must_use]
pub fn expected(chance: f64) -> f64 {
    chance + (1.0 - chance) * LEAST_SHARE
}

/// By how much a report speaks for one that was made up, against a true one: log of the ratio of likelihoods, nats. `chance` is more
/// than 0 and less than 1.
#[must_use]
pub fn log_ratio(is_borne: bool, chance: f64) -> f64 {
    let of_true = expected(chance);
    if is_borne { libm::log(chance / of_true) } else { libm::log((1.0 - chance) / (1.0 - of_true)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small generator: the same everywhere.
    fn uniform(seed: &mut u64) -> f64 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*seed >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// After how many reports, of so many at most, the sum is over the bar.
    fn crossed_after(borne_p: f64, chance: f64, reports: u32, seed: &mut u64) -> Option<u32> {
        let mut sum = 0.0_f64;
        (1..=reports).find(|_| {
            sum = (sum + log_ratio(uniform(seed) < borne_p, chance)).max(0.0);
            sum >= BAR
        })
    }

    #[test]
    fn inventions_are_found_and_true_reports_are_not() {
        let mut seed = 7;
        for chance in [0.04, 0.1, 0.2] {
            let found: Vec<u32> = (0..200).filter_map(|_| crossed_after(chance, chance, 1_000, &mut seed)).collect();
            assert!(found.len() >= 198, "{chance}: {}", found.len());
            // What is borne out as seldom as the least is the worst of honest owners.
            let named =
                (0..1_000).filter(|_| crossed_after(expected(chance), chance, 1_000, &mut seed).is_some()).count();
            assert!(named <= 10, "{chance}: {named}");
        }
    }

    #[test]
    fn what_chance_bears_out_speaks_for_nothing() {
        assert!(log_ratio(true, 0.999).abs() < 1e-3);
        assert!(log_ratio(true, by_chance(0, 24)) < -1.5 && log_ratio(false, by_chance(0, 24)) > 0.15);
        // Both together are worth nothing on the mean of true ones, and less where more of them are borne out.
        let chance = 0.1;
        let mean = |p: f64| p * libm::exp(log_ratio(true, chance)) + (1.0 - p) * libm::exp(log_ratio(false, chance));
        assert!((mean(expected(chance)) - 1.0).abs() < 1e-12 && mean(0.5) < 1.0);
    }
}
