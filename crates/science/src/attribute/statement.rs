//! Which side is stated: only one that stands under every plausible choice of owners whose data are false.
//!
//! # Algorithm
//! At most f owners are false, each with the same probability beforehand, and at least one is honest. Every such
//! choice is a hypothesis with a weight by Bayes's rule: owners that contradict the rest are false in the weighty ones. The
//! likelihood ratio is that of the mixture. A side is *stated* if the mixture's ratio reaches the policy's least ratio **and**
//! so does the ratio of every hypothesis whose weight is at least `plausible_min`: the pyramid of assumptions of S. Lund and
//! H. Iyer (*Likelihood ratio as weight of forensic evidence: a closer look*, NIST Journal of Research 122, 27, 2017) over who
//! is honest.
//!
//! The *certificate* is the greatest k such that leaving out any k owners leaves the same side stated; the *collusion number*,
//! k + 1, the fewest owners whose leaving-out takes the statement away. With k + 1 false owners nothing is stated at that
//! certificate, rather than something false.
//!
//! # Measured on
//! Drawn launches, seen by five owners of whom up to three are false (`cargo xtask bench attribute`).
use crate::choices::choices;

/// The most owners near one event, as many as it is located without.
pub const OWNERS_MAX: usize = 16;

/// A set of owners, a bit each in the order in which they are given.
pub type Mask = u32;

/// What the data of the honest say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Side {
    /// Natural logarithm of the density of all data, the false owners' too.
    pub ln_evidence: f64,
    /// Probability of left, both sides being equal beforehand.
    pub left: f64,
    /// Probability of right.
    pub right: f64,
}

/// What several owners registered of one event.
pub trait Evidence {
    /// How many owners there are.
    fn owners(&self) -> usize;

    /// What the data of the owners `among` say if of these exactly `honest`, at least one, are honest. Where that was not
    /// computed, the evidence is 0 and its logarithm minus infinity; where nothing was computed for a set, nothing is stated of
    /// it.
    fn side(&self, among: Mask, honest: Mask) -> Side;
}

/// What an agreement adopts for stating a side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Policy {
    /// The most owners that may be false.
    pub false_max: u32,
    /// The probability beforehand that an owner is false, above 0 and below 1/2.
    pub p_false: f64,
    /// The least likelihood ratio of a stated side, above 1.
    pub ratio_min: f64,
    /// The least weight of a hypothesis that must agree.
    pub plausible_min: f64,
}

/// A side that is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stated {
    /// Left of the line.
    Left,
    /// Right of it.
    Right,
}

/// What is said of one event's side.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The side; none where the program abstains.
    pub stated: Option<Stated>,
    /// ln of the likelihood ratio of left against right.
    pub ln_ratio: f64,
    /// The least and the greatest over plausible choices of false owners.
    pub ln_ratio_interval: (f64, f64),
    /// For each owner the ratio without it.
    pub ln_ratio_without: Vec<Option<f64>>,
    /// For each owner whether the others alone would state the same side.
    pub stated_without: Vec<bool>,
    /// For each owner the probability that its data are false.
    pub p_false: Vec<f64>,
    /// The certificate; none where nothing is stated.
    pub certificate: Option<u32>,
}

impl Statement {
    /// Nothing, of so many owners.
    pub(super) fn nothing(owners: usize) -> Self {
        Self {
            stated: None,
            ln_ratio: 0.0,
            ln_ratio_interval: (0.0, 0.0),
            ln_ratio_without: vec![None; owners],
            stated_without: vec![false; owners],
            p_false: vec![0.0; owners],
            certificate: None,
        }
    }

    /// The fewest owners whose leaving-out takes the statement away; none where nothing is stated.
    #[must_use]
    pub fn collusion_number(&self) -> Option<u32> {
        self.certificate.map(|k| k + 1)
    }
}

/// What is said of the side; `None` of no owners, or of more than [`OWNERS_MAX`].
#[must_use]
pub fn state(evidence: &impl Evidence, policy: &Policy) -> Option<Statement> {
    let owners = evidence.owners();
    if !(1..=OWNERS_MAX).contains(&owners) {
        return None;
    }
    let everyone: Mask = (1 << owners) - 1;
    let whole = weigh(evidence, policy, everyone);
    let without: Vec<Option<Weighed>> = (0..owners)
        .map(|i| everyone & !(1 << i))
        .map(|rest| (rest != 0).then(|| weigh(evidence, policy, rest)))
        .collect();
    let same =
        |rest: &Option<Weighed>| whole.stated.is_some() && rest.as_ref().map(|rest| rest.stated) == Some(whole.stated);
    Some(Statement {
        stated: whole.stated,
        ln_ratio: whole.ln_ratio,
        ln_ratio_interval: whole.interval,
        ln_ratio_without: without.iter().map(|rest| rest.as_ref().map(|rest| rest.ln_ratio)).collect(),
        stated_without: without.iter().map(same).collect(),
        certificate: whole.stated.map(|side| certificate(evidence, policy, everyone, side)),
        p_false: whole.p_false,
    })
}

/// The greatest k such that leaving out any k of the owners leaves `side` stated.
fn certificate(evidence: &impl Evidence, policy: &Policy, everyone: Mask, side: Stated) -> u32 {
    let owners = everyone.count_ones();
    let stands = |kept: &Mask| weigh(evidence, policy, *kept).stated == Some(side);
    let holds = |k: &u32| choices(everyone, owners - k).iter().all(stands);
    (1..owners).take_while(holds).count() as u32
}

/// The hypotheses over one set of owners, weighed.
struct Weighed {
    stated: Option<Stated>,
    ln_ratio: f64,
    interval: (f64, f64),
    p_false: Vec<f64>,
}

fn weigh(evidence: &impl Evidence, policy: &Policy, among: Mask) -> Weighed {
    let count = among.count_ones();
    let false_max = policy.false_max.min(count - 1);
    let odds = libm::log(policy.p_false / (1.0 - policy.p_false));
    // By ascending number of false owners, then by ascending set: an order that no name changes.
    let mut hypotheses: Vec<(Mask, f64, Side)> = Vec::new();
    for false_count in 0..=false_max {
        for honest in choices(among, count - false_count) {
            let side = evidence.side(among, honest);
            hypotheses.push((honest, side.ln_evidence + f64::from(false_count) * odds, side));
        }
    }
    let most = hypotheses.iter().fold(f64::NEG_INFINITY, |most, (_, weight, _)| most.max(*weight));
    let total: f64 = hypotheses.iter().map(|(_, weight, _)| libm::exp(weight - most)).sum();
    let (mut left, mut right) = (0.0, 0.0);
    let mut interval = (f64::INFINITY, f64::NEG_INFINITY);
    let mut p_false = vec![0.0; evidence.owners()];
    for (honest, weight, side) in &hypotheses {
        let weight = libm::exp(weight - most) / total;
        left += weight * side.left;
        right += weight * side.right;
        if weight >= policy.plausible_min {
            let ln_ratio = ln_ratio(side.left, side.right);
            interval = (interval.0.min(ln_ratio), interval.1.max(ln_ratio));
        }
        for (i, p) in p_false.iter_mut().enumerate() {
            if (among & !honest) >> i & 1 == 1 {
                *p += weight;
            }
        }
    }
    let ln_ratio = ln_ratio(left, right);
    let least = libm::log(policy.ratio_min);
    let stated = if ln_ratio >= least && interval.0 >= least {
        Some(Stated::Left)
    } else if ln_ratio <= -least && interval.1 <= -least {
        Some(Stated::Right)
    } else {
        None
    };
    Weighed { stated, ln_ratio, interval, p_false }
}

/// ln(left / right); where both are lost, nothing is said.
fn ln_ratio(left: f64, right: f64) -> f64 {
    // Zero is added so that even odds are 0 and never -0.
    if left > 0.0 || right > 0.0 { libm::log(left) - libm::log(right) + 0.0 } else { 0.0 }
}

#[cfg(test)]
mod tests;
