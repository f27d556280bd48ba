//! On which side of a line an event lay, whichever of its owners' data are false and whichever of the stated assumptions
//! holds.
//!
//! # Algorithm
//! The lattice of assumptions (S. Lund and H. Iyer, NIST Journal of Research 122, 27, 2017) is every combination of
//! - the line: each that is claimed or disputed, and its deviation as stated, smaller and larger by a stated factor;
//! - the place of all owners together: the cells as they are, and the normal distribution of their mean and covariance, as
//!   which the place without some owners is kept.
//!
//! At each combination who is honest is weighed as in [`statement`](super::statement), with how much better one origin
//! explains each set's arrivals than each being of anything for evidence. A side is stated only where all combinations state it;
//! its certificate is the least, the interval of the likelihood ratio the widest.
//!
//! # Checked against
//! Sums over a grid of places and the mixture written out by hand (`tests/attribute.rs`, reference values by SciPy).
use super::crossing::crossing;
use super::statement::{self, Evidence, Mask, Policy, Side, Stated, Statement};
use crate::locate::{Line, Point, Segments, Sides, posterior_sides};
use crate::track::back_trace::Component;
use truceline_model::event::Part;
use truceline_model::posterior::{Covariance, PPB, Posterior};

/// A line with the parties on its sides.
#[derive(Debug, Clone)]
pub struct Front {
    /// In degrees.
    pub line: Line,
    /// Whether the first party is on its right and not on its left.
    pub mirrored: bool,
}

/// An event with what each set of its owners says.
#[derive(Debug, Clone, Copy)]
pub struct Owned<'a> {
    /// Where and when, by all.
    pub posterior: &'a Posterior,
    /// What each set of owners says alone; empty where there is one owner.
    pub parts: &'a [Part],
    /// How many owners there are.
    pub owners: usize,
}

/// What is said of an event's side; *left* is the first party's, *right* the second's.
#[derive(Debug, Clone, PartialEq)]
pub struct Attributed {
    /// ln of the likelihood ratio of left against right under the assumptions as adopted.
    pub ln_ratio: f64,
    /// The least and the greatest over the lattice.
    pub ln_ratio_interval: (f64, f64),
    /// The side that every combination states.
    pub stated: Option<Stated>,
    /// The least certificate over the lattice; none where nothing is stated with all owners.
    pub certificate: Option<u32>,
    /// For each owner the ratio without it, under the assumptions as adopted; none if the others hold no place.
    pub ln_ratio_without: Vec<Option<f64>>,
    /// For each owner whether the others alone state the same side, at every combination.
    pub stated_without: Vec<bool>,
    /// For each owner the probability that its data are false; none where how well they agree was not computed.
    pub p_false: Option<Vec<f64>>,
    /// How the place lies about the first line.
    pub sides: Sides,
    /// The probability within one deviation of the first line as drawn.
    pub band: f64,
    /// The likelihood ratio of that band against anywhere within the reach on both sides; none without a reach or a deviation.
    pub band_ratio: Option<f64>,
}

/// What is said of an event's side. `line_factor` is at least one; `reach_m` is how far on each side of the line something may
/// come from. `None` without a front.
#[must_use]
pub fn attribute(
    event: &Owned<'_>,
    fronts: &[Front],
    line_factor: f64,
    reach_m: Option<f64>,
    policy: &Policy,
) -> Option<Attributed> {
    let first = fronts.first()?;
    let mut points = Vec::new();
    for front in fronts {
        let near = Near::new(event.posterior, &front.line);
        for factor in [1.0, 1.0 / line_factor, line_factor] {
            let by_cells = posterior_sides(event.posterior, &front.line.widened(factor));
            let of = event.posterior;
            let by_moments = near.side(of.mean.lon_deg(), of.mean.lat_deg(), &of.covariance, factor);
            for (left, right) in [(by_cells.left, by_cells.right), by_moments] {
                points.push(at(event, front, &near, factor, (left, right), policy));
            }
        }
    }
    let adopted = points.first()?;
    let least = points.iter().map(|point| point.ln_ratio_interval.0).fold(f64::INFINITY, f64::min);
    let most = points.iter().map(|point| point.ln_ratio_interval.1).fold(f64::NEG_INFINITY, f64::max);
    let stated = adopted.stated.filter(|side| points.iter().all(|point| point.stated == Some(*side)));
    let stands = |i: usize| points.iter().all(|point| point.stated_without.get(i) == Some(&true));
    let agreement_known = !event.parts.is_empty() && event.parts.iter().all(|part| part.support_milli.is_some());
    let holds = |i: usize| {
        let others = ((1 << event.owners) - 1) & !(1 << i);
        event.parts.iter().any(|part| part.owners == others && part.place.is_some())
    };
    let without = |(i, ratio): (usize, &Option<f64>)| ratio.filter(|_| holds(i));
    let sides = posterior_sides(event.posterior, &first.line);
    let (band, band_ratio) = band(event.posterior, &first.line, reach_m);
    Some(Attributed {
        ln_ratio: adopted.ln_ratio,
        ln_ratio_interval: (least, most),
        stated,
        certificate: stated.and_then(|_| points.iter().filter_map(|point| point.certificate).min()),
        ln_ratio_without: adopted.ln_ratio_without.iter().enumerate().map(without).collect(),
        stated_without: (0..adopted.stated_without.len()).map(stands).collect(),
        p_false: agreement_known.then(|| adopted.p_false.clone()),
        sides: if first.mirrored { Sides { left: sides.right, right: sides.left, ..sides } } else { sides },
        band,
        band_ratio,
    })
}

/// The statement at one combination of assumptions.
fn at(event: &Owned<'_>, front: &Front, near: &Near, factor: f64, whole: (f64, f64), policy: &Policy) -> Statement {
    let turned = |(left, right): (f64, f64)| if front.mirrored { (right, left) } else { (left, right) };
    let everyone: Mask = (1 << event.owners) - 1;
    let mut sets: Vec<(Mask, Side)> = event
        .parts
        .iter()
        .map(|part| {
            let (left, right) = turned(match &part.place {
                _ if part.owners == everyone => whole,
                Some(spread) => near.side(spread.mean.lon_deg(), spread.mean.lat_deg(), &spread.covariance, factor),
                None => (0.5, 0.5),
            });
            let ln_evidence = f64::from(part.support_milli.unwrap_or(0)) / 1e3;
            (part.owners, Side { ln_evidence, left, right })
        })
        .collect();
    if sets.is_empty() {
        let (left, right) = turned(whole);
        sets.push((everyone, Side { ln_evidence: 0.0, left, right }));
    }
    sets.sort_by_key(|(owners, _)| *owners);
    let sets = Sets { owners: event.owners, of: sets };
    // Owners are never more than those that an event is located without.
    statement::state(&sets, policy).unwrap_or_else(|| Statement::nothing(event.owners))
}

/// Sets of owners with their sides, ascending.
struct Sets {
    owners: usize,
    of: Vec<(Mask, Side)>,
}

impl Evidence for Sets {
    fn owners(&self) -> usize {
        self.owners
    }

    /// The support of the honest owners' data. That of the others is that of anything, whichever of them are false.
    fn side(&self, _: Mask, honest: Mask) -> Side {
        match self.of.binary_search_by_key(&honest, |(owners, _)| *owners) {
            Ok(at) => self.of[at].1,
            Err(_) => Side { ln_evidence: f64::NEG_INFINITY, left: 0.5, right: 0.5 },
        }
    }
}

/// A line in metres about an event's mean place.
struct Near {
    line: Segments,
    middle: Point,
    metres: (f64, f64),
}

impl Near {
    fn new(posterior: &Posterior, line: &Line) -> Self {
        let middle = Point { x: posterior.mean.lon_deg(), y: posterior.mean.lat_deg() };
        let (line, metres) = line.in_metres(middle);
        Self { line: Segments::of(&line, false), middle, metres }
    }

    /// The probabilities of left and right of a place as a normal distribution.
    fn side(&self, lon_deg: f64, lat_deg: f64, covariance: &Covariance, factor: f64) -> (f64, f64) {
        let mean_m = [(lon_deg - self.middle.x) * self.metres.0, (lat_deg - self.middle.y) * self.metres.1];
        let both = covariance.east_north_m2 as f64;
        let covariance_m2 = [[covariance.east_m2 as f64, both], [both, covariance.north_m2 as f64]];
        let found = crossing(&[Component { weight: 1.0, mean_m, covariance_m2 }], &self.line, factor);
        (found.left, found.right)
    }
}

/// The probability within one deviation of the line as drawn, and its ratio against anywhere within the reach.
fn band(posterior: &Posterior, line: &Line, reach_m: Option<f64>) -> (f64, Option<f64>) {
    let segments = Segments::of(line, true);
    let (mut inside, mut ratio) = (0.0, 0.0);
    for cell in &posterior.cells {
        let middle = posterior.grid.middle(cell.index);
        let seen = segments.across(Point { x: middle.lon_deg(), y: middle.lat_deg() });
        let mass = f64::from(cell.mass_ppb) / PPB;
        if !seen.beyond && seen.signed_m.abs() < seen.sigma_m {
            inside += mass;
            // A strip of two deviations against two reaches.
            ratio += mass * reach_m.unwrap_or(0.0) / seen.sigma_m;
        }
    }
    let has_band = line.vertices().any(|vertex| vertex.sigma_m > 0.0);
    (inside, reach_m.filter(|_| has_band).map(|_| ratio))
}
