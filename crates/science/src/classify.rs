//! What kind of event it was, as probabilities from stated features, priors and likelihoods.
//!
//! # Algorithm
//! Bayes' rule over nine classes. Each feature has a stated distribution in each class ([`likelihoods`]); a feature that
//! is missing, or that a class says nothing about, is integrated out. Features that say nearly the same (duration and
//! cycles, for one) form a group and count as one: their log-likelihoods are averaged, since naive multiplication would
//! be overconfident. Each likelihood is mixed with a twentieth of the *unknown* class's, which is flat over all that can
//! be measured, so that no single feature rules a class out.
//!
//! *Unknown* is a class: what fits no stated distribution ends there. A kind is never a finding: it tells which events
//! people look at first, and it is printed as probabilities.
//!
//! # Checked against
//! Recordings that nothing was fitted to (`crates/engine/tests/classify.rs`): a rocket launch, a surface shot of 18 kg,
//! ambient noise, gunshots.
mod features;
pub mod likelihoods;
mod waves;

pub use features::{Features, Ground};
use truceline_model::kind::Kind;

/// Probability of each class before anything was measured, in the order of [`Kind::ALL`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Priors(pub [f64; 9]);

impl Default for Priors {
    /// All alike. Adopted: how often each kind happens differs from line to line and from day to day, and a prior that
    /// knew it would say what is expected instead of what was measured.
    fn default() -> Self {
        Self([1.0 / 9.0; 9])
    }
}

/// A kind is named if it is at least this probable: more than all others together.
const NAMED_FROM: f64 = 0.5;

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Classes {
    /// Log-likelihoods in the order of [`Kind::ALL`], nats: what was measured says so much, without any prior.
    logs: [f64; 9],
    /// Probabilities in the order of [`Kind::ALL`]; they sum to 1.
    probabilities: [f64; 9],
    /// The groups of features that spoke.
    pub groups: Vec<&'static str>,
}

impl Classes {
    /// The probability of a class.
    #[must_use]
    pub fn of(&self, class: Kind) -> f64 {
        self.probabilities[class as usize]
    }

    /// How much better a class explains what was measured than *unknown* does: log10 of the ratio of likelihoods.
    #[must_use]
    pub fn log10_ratio(&self, class: Kind) -> f64 {
        (self.logs[class as usize] - self.logs[Kind::Unknown as usize]) / std::f64::consts::LN_10
    }

    /// The most probable class, where it is more probable than all others together.
    #[must_use]
    pub fn named(&self) -> Option<Kind> {
        Some(self.most_probable()).filter(|class| self.of(*class) >= NAMED_FROM)
    }

    /// The most probable class; of equal ones the first.
    #[must_use]
    pub fn most_probable(&self) -> Kind {
        Kind::ALL.into_iter().rev().max_by(|a, b| self.of(*a).total_cmp(&self.of(*b))).unwrap_or(Kind::Unknown)
    }
}

/// Classes of an event; `None` where no feature speaks: then it is not assessed.
#[must_use]
pub fn classify(features: &Features, priors: &Priors) -> Option<Classes> {
    let groups = likelihoods::of(features);
    if groups.is_empty() {
        return None;
    }
    let mut logs = [0.0; 9];
    for (_, likelihood) in &groups {
        logs.iter_mut().zip(likelihood).for_each(|(log, likelihood)| *log += likelihood);
    }
    let mut posterior = priors.0.map(|prior| libm::log(prior.max(0.0)));
    posterior.iter_mut().zip(&logs).for_each(|(log, likelihood)| *log += likelihood);
    let most = posterior.iter().fold(f64::NEG_INFINITY, |most, log| most.max(*log));
    // Priors that allow nothing allow no answer.
    if !most.is_finite() {
        return None;
    }
    let weights = posterior.map(|log| libm::exp(log - most));
    let sum: f64 = weights.iter().sum();
    Some(Classes {
        logs,
        probabilities: weights.map(|weight| weight / sum),
        groups: groups.into_iter().map(|(name, _)| name).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(features: Features) -> Classes {
        classify(&features, &Priors::default()).unwrap()
    }

    #[test]
    fn nothing_measured_is_not_assessed() {
        assert_eq!(classify(&Features::default(), &Priors::default()), None);
        let speaks = Features { dominant_hz: Some(10.0), ..Features::default() };
        assert_eq!(classify(&speaks, &Priors([0.0; 9])), None);
        assert_eq!(classify(&speaks, &Priors::default()).unwrap().groups, ["spectrum"]);
    }

    #[test]
    fn probabilities_sum_to_one_and_follow_the_prior() {
        let features = Features { cycles: Some(2.0), kurtosis: Some(20.0), ..Features::default() };
        let flat = classes(features);
        assert!((Kind::ALL.iter().map(|class| flat.of(*class)).sum::<f64>() - 1.0).abs() < 1e-12);
        let mut prior = [1.0; 9];
        prior[Kind::Explosion as usize] = 2.0;
        let more = classify(&features, &Priors(prior)).unwrap();
        let odds = |found: &Classes| found.of(Kind::Explosion) / found.of(Kind::Shot);
        assert!((odds(&more) / odds(&flat) - 2.0).abs() < 1e-9);
        // No prior is in a ratio of likelihoods.
        assert_eq!(more.log10_ratio(Kind::Shot), flat.log10_ratio(Kind::Shot));
        let ratio = flat.of(Kind::Shot) / flat.of(Kind::Unknown);
        assert!((libm::exp10(flat.log10_ratio(Kind::Shot)) / ratio - 1.0).abs() < 1e-9);
    }

    #[test]
    fn kinds_as_the_stated_features_describe_them() {
        let air = Features { in_ground: Some(false), in_air: Some(true), ..Features::default() };
        for (features, expected) in [
            (
                Features {
                    duration_s: Some(0.2),
                    cycles: Some(2.5),
                    rise_cycles: Some(0.6),
                    kurtosis: Some(12.0),
                    asymmetry: Some(0.3),
                    impulses: Some(1),
                    dominant_hz: Some(12.0),
                    bandwidth_octaves: Some(2.0),
                    in_ground: Some(true),
                    in_air: Some(true),
                    ..Features::default()
                },
                Kind::Explosion,
            ),
            (
                Features {
                    duration_s: Some(60.0),
                    cycles: Some(2400.0),
                    rise_cycles: Some(200.0),
                    kurtosis: Some(3.2),
                    asymmetry: Some(0.02),
                    dominant_hz: Some(40.0),
                    bandwidth_octaves: Some(2.5),
                    ..air
                },
                Kind::Launch,
            ),
            (
                Features {
                    duration_s: Some(0.8),
                    impulses: Some(8),
                    interval_variation: Some(0.05),
                    dominant_hz: Some(600.0),
                    rise_cycles: Some(0.8),
                    kurtosis: Some(12.0),
                    ..air
                },
                Kind::Burst,
            ),
            (
                Features {
                    in_ground: Some(true),
                    depth: Some(Ground::Below { depth_m: 9_000.0, sigma_m: 1_500.0 }),
                    s_over_p: Some(4.0),
                    ..Features::default()
                },
                Kind::Earthquake,
            ),
        ] {
            let found = classes(features);
            assert_eq!(found.most_probable(), expected, "{found:?}");
            assert!(found.of(expected) > 0.5, "{found:?}");
        }
    }

    #[test]
    fn what_fits_nothing_is_unknown() {
        let strange = Features {
            duration_s: Some(900.0),
            cycles: Some(1.0),
            rise_cycles: Some(0.3),
            kurtosis: Some(300.0),
            dominant_hz: Some(0.002),
            bandwidth_octaves: Some(0.05),
            asymmetry: Some(0.95),
            ..Features::default()
        };
        assert_eq!(classes(strange).most_probable(), Kind::Unknown);
    }

    #[test]
    fn an_impossible_number_says_nothing() {
        let features = Features { duration_s: Some(f64::NAN), dominant_hz: Some(-1.0), ..Features::default() };
        assert_eq!(classify(&features, &Priors::default()), None);
    }
}
