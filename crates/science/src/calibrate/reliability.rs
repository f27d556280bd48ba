//! Whether probabilities come true as often as they say.
//!
//! # Algorithm
//! Brier's score, the mean squared difference of probability and outcome (G. W. Brier, Monthly Weather Review 78, 1-3, 1950);
//! the expected calibration error over fifteen even bins (M. Naeini, G. Cooper and M. Hauskrecht, AAAI 2015); the reliability
//! diagram without bins, by [pooling](super::pav) (T. Dimitriadis, T. Gneiting and A. Jordan, *Stable reliability diagrams
//! for probabilistic classifiers*, PNAS 118, 2021).
use super::pav::pooled_shares;

/// Bins of the calibration error.
pub const BINS: usize = 15;

/// How probabilities compare with outcomes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reliability {
    /// Brier's score, 0 to 1.
    pub brier: f64,
    /// The expected calibration error over [`BINS`] bins.
    pub ece: f64,
    /// Share of items for which the likelier side is the true one.
    pub accuracy: f64,
}

/// Judges probabilities, each with whether it came true. `None` without items, or if one is no probability.
#[must_use]
pub fn judge(items: &[(f64, bool)]) -> Option<Reliability> {
    if items.is_empty() || items.iter().any(|(p, _)| !(0.0..=1.0).contains(p)) {
        return None;
    }
    let n = items.len() as f64;
    let outcome = |yes: bool| if yes { 1.0 } else { 0.0 };
    let brier = items.iter().map(|(p, yes)| (p - outcome(*yes)) * (p - outcome(*yes))).sum::<f64>() / n;
    let mut bins = [(0.0, 0.0); BINS];
    for (p, yes) in items {
        let bin = &mut bins[((p * BINS as f64) as usize).min(BINS - 1)];
        bin.0 += p;
        bin.1 += outcome(*yes);
    }
    let ece = bins.iter().map(|(said, came)| (said - came).abs()).sum::<f64>() / n;
    let right = items.iter().filter(|(p, yes)| (*p > 0.5) == *yes).count();
    Some(Reliability { brier, ece, accuracy: right as f64 / n })
}

/// The reliability diagram: for each probability that was said, ascending, how often it came true.
#[must_use]
pub fn diagram(items: &[(f64, bool)]) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = items.iter().map(|item| item.0).zip(pooled_shares(items)).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    points.dedup();
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scores_of_a_small_set() {
        // Two in the bin of 0.1, one of which came true; one sure and right.
        let report = judge(&[(0.1, false), (0.1, true), (1.0, true)]).unwrap();
        assert!((report.brier - (0.01 + 0.81) / 3.0).abs() < 1e-12);
        assert!((report.ece - 0.8 / 3.0).abs() < 1e-12);
        assert!((report.accuracy - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(judge(&[(1.1, true)]), None);
        assert_eq!(judge(&[]), None);
    }

    #[test]
    fn the_diagram_has_one_point_for_each_probability() {
        assert_eq!(diagram(&[(0.9, true), (0.1, false), (0.9, true), (0.1, true)]), [(0.1, 0.5), (0.9, 1.0)]);
    }
}
