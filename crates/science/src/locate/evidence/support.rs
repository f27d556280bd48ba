//! How much better one common origin explains measurements of any kinds than each being of anything.
//!
//! # Algorithm
//! The logarithm of a ratio of evidences (H. Jeffreys, *Theory of probability*, 1961, chapter 5; R. E. Kass and A. E. Raftery,
//! *Bayes factors*, JASA 90, 773-795, 1995): `ln p(Z) - ln T - sum ln q_i`. p(Z) is the likelihood of `likelihood.rs`, outliers
//! and all, summed over the box of places, which are even there, and over origin times, which are even in the window T; the latter
//! counts only where some time was measured. q_i is the density of one measurement of anything, which has its own origin anywhere in the
//! box at any time of the window:
//! - a time: `1 / T`; a back-azimuth: `1 / 2 pi`; a satellite's fix: `1 / A`, with the box's area A;
//! - a distance interval: the share of places that are as far from its observer, that of its ring in the box;
//! - a slowness: the most that its wave gives. It says which wave came and hardly from where, so one that fits speaks for nothing, and
//!   one that does not fit speaks against.
//!
//! Deviations are as stated, also where the place's are widened: what scatters too much must not be explained by that.
//!
//! Where a normal distribution stands for the posterior (`leave_out.rs`), p(Z) is Laplace's approximation at its most probable point,
//! `p(Z | x) 2 pi sqrt(det C) / A` with the curvature's covariance C (Tierney and Kadane, JASA 81, 82-86, 1986), times what the whole
//! event's sum is over the same approximation to it.
//!
//! # Checked against
//! Sums over a grid of places and origin times that share no code with this (`tests/support.rs`).
use super::cells::log_volume;
use super::fit::PointFit;
use super::frame::{metres_per_unit, spot};
use super::likelihood::Look;
use super::problem::Problem;
use std::f64::consts::{PI, TAU};

/// What contradicts itself has this support, nats: less than anything that is located, and still a number.
pub(in crate::locate) const SUPPORT_MIN: f64 = -1e5;

/// The support of a problem's measurements, nats, of whose evidence this is the logarithm. `window_s` is the time within which a
/// measurement of anything may have come, s.
pub(super) fn support(problem: &Problem, log_evidence: f64, window_s: f64) -> f64 {
    let log_window = libm::log(window_s);
    let origin = if problem.times.is_empty() { 0.0 } else { log_window };
    (log_evidence - origin - of_anything(problem, log_window)).max(SUPPORT_MIN)
}

/// ln of the density of all measurements, each being of anything.
fn of_anything(problem: &Problem, log_window: f64) -> f64 {
    let bounds = problem.bounds;
    let (east_m, north_m) = metres_per_unit(0.5 * (bounds.south + bounds.north), problem.geographic);
    let area_m2 = (bounds.east - bounds.west) * east_m * (bounds.north - bounds.south) * north_m;
    let share = problem.robust.share;
    let range = |(least_m, most_m): (f64, f64)| {
        let inside = (PI * (most_m * most_m - least_m * least_m) / area_m2).min(1.0);
        libm::log((1.0 - share) * inside + share)
    };
    let ranges: f64 = problem.ranges.iter().map(|term| range((term.least_m, term.most_m))).sum();
    let slownesses = problem.slownesses.len() as f64 * libm::log(problem.robust.say(0.0).density);
    let times = problem.times.len() as f64 * log_window;
    let bearings = problem.bearings.len() as f64 * libm::log(TAU);
    ranges + slownesses - times - bearings - problem.fixes.len() as f64 * libm::log(area_m2)
}

/// ln of the evidence by Laplace's approximation at the most probable point of arrivals on one level.
pub(super) fn log_evidence_at(problem: &Problem, point: &PointFit) -> f64 {
    let mut scratch = problem.scratch();
    let spot = spot(point.place.x, point.place.y, problem.geographic);
    let look = Look { spot, depth_m: problem.depths_m.0, spread_m2: [0.0; 3], averaged: false };
    let there = problem.at(&look, &mut scratch).log;
    let spread = &point.covariance;
    let determinant_m4 = spread.east_m2 * spread.north_m2 - spread.east_north_m2 * spread.east_north_m2;
    there + libm::log(TAU) + 0.5 * libm::log(determinant_m4) - log_volume(problem)
}
