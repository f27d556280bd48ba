//! How probably a sensor registers an event, by distance and the event's strength.
//!
//! # Model
//! `p(r | u) = c / (1 + exp((r - R e^(tau u)) / w))`: a ceiling, a range that grows with the event's strength u, and
//! the width of the fall. The strength is standard normal over events; it is integrated out at [`STRENGTHS`] nodes.
use super::small::exp;

/// Nodes of the strength: from -2.5 to 2.5 deviations by halves.
pub(crate) const STRENGTHS: usize = 11;

/// Nodes of how strongly an event shakes one medium: the strengths, and one more for an event that leaves it at rest.
pub(super) const NODES: usize = STRENGTHS + 1;

/// Steps of a table in distance: the curve bends over widths of a tenth of its range and more. A table is made anew whenever
/// something was learnt.
const STEPS: usize = 128;

/// Probabilities are kept off 0 and 1 by this: a sensor that registers without fail, or never, is not known.
const PROBABILITY_MIN: f64 = 1e-4;

/// The detection curve of one class of channels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curve {
    /// Probability beside the event.
    pub ceiling: f64,
    /// Distance at which half of the ceiling is left for an event of middle strength, m.
    pub range_m: f64,
    /// Scale of the fall, m.
    pub width_m: f64,
}

impl Curve {
    /// Probability at a distance for a strength in deviations.
    pub(super) fn probability(&self, r_m: f64, strength: f64, sigma: f64) -> f64 {
        let range = self.range_m * exp(sigma * strength);
        (self.ceiling / (1.0 + exp((r_m - range) / self.width_m))).clamp(PROBABILITY_MIN, 1.0 - PROBABILITY_MIN)
    }
}

impl Curve {
    /// Beyond this no event is registered, m: where the probability of an event two deviations strong has fallen to less than
    /// a hundredth; `sigma` is the strengths' deviation.
    #[must_use]
    pub fn reach_m(&self, sigma: f64) -> f64 {
        self.range_m * exp(sigma * 2.0) + 5.0 * self.width_m
    }
}

/// The strength's nodes, in deviations, and the logs of their weights.
pub(crate) fn strengths() -> ([f64; STRENGTHS], [f64; STRENGTHS]) {
    let mut nodes = [0.0; STRENGTHS];
    let mut weights = [0.0; STRENGTHS];
    for (i, node) in nodes.iter_mut().enumerate() {
        *node = (i as f64 - (STRENGTHS / 2) as f64) * 0.5;
        weights[i] = -0.5 * *node * *node;
    }
    let total = super::small::log_sum_exp(&weights);
    weights.iter_mut().for_each(|w| *w -= total);
    (nodes, weights)
}

/// Of each node, in the order of the strengths, the log of how many events are so of which this share shakes the medium.
pub(super) fn nodes(share: f64) -> [f64; NODES] {
    let (_, weights) = strengths();
    // None but those that shake it: the same bits as without the question.
    let of = |weight: f64| if share < 1.0 { weight + libm::log(share) } else { weight };
    std::array::from_fn(|node| weights.get(node).map_or_else(|| libm::log(1.0 - share), |weight| of(*weight)))
}

/// One distance of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// `ln(p / (1 - p))` for each node.
    pub odds: [f64; NODES],
    /// p over all strengths.
    pub mean: f64,
    /// `ln(mean / (1 - mean))`.
    pub mean_odds: f64,
}

impl Row {
    /// Log odds under a posterior of the strengths.
    #[inline]
    pub(super) fn odds_for(&self, strength: &[f64; NODES]) -> f64 {
        self.odds.iter().zip(strength).map(|(o, q)| o * q).sum()
    }
}

/// A curve in steps of the distance. What is asked for apart is kept apart: it is little then, and stays in the processor's
/// first cache.
#[derive(Debug, Clone)]
pub(super) struct Table {
    rows: Vec<Row>,
    /// Of each step `ln(1 - p)` for each node.
    miss: Vec<[f64; NODES]>,
    /// Of each step `ln(mean / (1 - mean))`.
    mean_odds: Vec<f64>,
    per_m: f64,
    /// Beyond this no event is registered.
    pub r_m_max: f64,
}

impl Table {
    pub(super) fn new(curve: &Curve, sigma: f64) -> Self {
        let (nodes, weights) = strengths();
        let r_m_max = curve.reach_m(sigma);
        let per_m = STEPS as f64 / r_m_max;
        let mut new = Self { per_m, r_m_max, ..Self::empty() };
        for i in 0..STEPS {
            let r = (i as f64 + 0.5) / per_m;
            let (mut miss, mut odds) = ([0.0; NODES], [0.0; NODES]);
            (miss[STRENGTHS], odds[STRENGTHS]) = (0.0, libm::log(PROBABILITY_MIN));
            let mut mean = 0.0;
            for k in 0..STRENGTHS {
                let p = curve.probability(r, nodes[k], sigma);
                miss[k] = libm::log(1.0 - p);
                odds[k] = libm::log(p) - miss[k];
                mean += exp(weights[k]) * p;
            }
            let mean_odds = libm::log(mean / (1.0 - mean));
            new.rows.push(Row { odds, mean, mean_odds });
            new.miss.push(miss);
            new.mean_odds.push(mean_odds);
        }
        new
    }

    /// A table for a class that nothing was ever registered in.
    pub(super) fn empty() -> Self {
        Self { rows: Vec::new(), miss: Vec::new(), mean_odds: Vec::new(), per_m: 0.0, r_m_max: 0.0 }
    }

    /// All rows with what silence says there, and how many there are per metre.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&Row, &[f64; NODES])> {
        self.rows.iter().zip(&self.miss)
    }

    pub(super) fn per_m(&self) -> f64 {
        self.per_m
    }

    /// The row of a distance; none beyond the table.
    #[inline]
    pub(super) fn at(&self, r_m: f64) -> Option<&Row> {
        self.rows.get((r_m * self.per_m) as usize)
    }

    /// What silence says at a distance, by node; nothing beyond the table.
    #[inline]
    pub(super) fn miss(&self, r_m: f64) -> Option<&[f64; NODES]> {
        self.miss.get((r_m * self.per_m) as usize)
    }

    /// [`Row::mean_odds`] of a distance; none beyond the table.
    #[inline]
    pub(super) fn mean_odds(&self, r_m: f64) -> Option<f64> {
        self.mean_odds.get((r_m * self.per_m) as usize).copied()
    }
}
