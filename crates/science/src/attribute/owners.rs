//! Each owner's own estimate of how far from the line something was, taken together under any choice of honest owners.
//!
//! # Algorithm
//! Owner i's estimate is `z_i`, normal about the true distance with its own `sigma_i`. Of honest owners S the weighted mean is
//! `m = sum z_i/sigma_i^2 / sum 1/sigma_i^2`, of variance `v`; the distance beforehand is even, so
//! `ln p(z_S) = -sum (z_i - m)^2 / 2 sigma_i^2 - sum ln(sqrt(2 pi) sigma_i) + ln sqrt(2 pi v)`, and
//! `P(left) = Phi(m / sqrt(v + s^2))` with the line's deviation s. The estimate of an owner that is false may be anywhere within
//! a stated reach.
use super::crossing::sides_of;
use super::statement::{Evidence, Mask, Side};

/// What one owner's sensors alone say: signed distance from the line as drawn, left positive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The distance, m.
    pub across_m: f64,
    /// Its standard deviation, m; above zero.
    pub sigma_m: f64,
}

/// The estimates of several owners.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimates<'a> {
    /// One for each owner.
    pub of: &'a [Estimate],
    /// Standard deviation of the line, m.
    pub line_sigma_m: f64,
    /// The stretch across the line in which a false estimate may lie, m: its density is one over this.
    pub reach_m: f64,
}

impl Evidence for Estimates<'_> {
    fn owners(&self) -> usize {
        self.of.len()
    }

    fn side(&self, among: Mask, honest: Mask) -> Side {
        let kept = || self.of.iter().enumerate().filter(|(i, _)| honest >> i & 1 == 1).map(|(_, estimate)| estimate);
        let weight: f64 = kept().map(|estimate| 1.0 / (estimate.sigma_m * estimate.sigma_m)).sum();
        let sum: f64 = kept().map(|estimate| estimate.across_m / (estimate.sigma_m * estimate.sigma_m)).sum();
        let (mean, variance) = (sum / weight, 1.0 / weight);
        let tau = std::f64::consts::TAU;
        let each = |estimate: &Estimate| {
            let off = (estimate.across_m - mean) / estimate.sigma_m;
            -0.5 * off * off - 0.5 * libm::log(tau * estimate.sigma_m * estimate.sigma_m)
        };
        let own: f64 = kept().map(each).sum::<f64>() + 0.5 * libm::log(tau * variance);
        let false_ones = f64::from((among & !honest).count_ones());
        let (left, right) = sides_of(mean, variance, self.line_sigma_m);
        Side { ln_evidence: own - false_ones * libm::log(self.reach_m), left, right }
    }
}
