//! Where and when something happened, from measurements of any kinds.
//!
//! # Algorithm
//! The product of all measurements' likelihoods over the place, even beforehand within a box; the model and how
//! shared unknowns are integrated out stand in `likelihood.rs`.
//! 1. *Tree* (`tree.rs`): a quadtree, or octree where heights are to be resolved, finds where the probability lies.
//! 2. *Cells* (`cells.rs`): what the tree found is computed again on one regular grid, fine enough for contours; where
//!    heights are to be resolved, each cell is a sum over depths (`depths.rs`). A source that was registered both in the
//!    ground and in the air lies on the ground with the probability that the priors state, and is sought there too.
//! 3. *Summary* (`summary.rs`): mean, covariance, regions, intervals, residuals, the ratio to the Cramer-Rao bound, and
//!    whether there is a point at all (`resolve.rs`).
//! 4. *Widening*: if the arrivals that fit scatter more than their deviations allow, these are widened to what is seen,
//!    and all is computed again; [`Solution::widened`] says by how much.
//!
//! The result is the same, byte for byte, for any order of the measurements, any names of sensors and owners, and any
//! number of threads.
//!
//! # Checked against
//! Synthetic events of each kind beside a fine grid under the model that made them (`tests/regions.rs`), synthetic
//! sources on the ground and 10 km deep, heard and not (`tests/depths.rs`), surveyed
//! gunshots and NonLinLoc's clouds of four earthquakes (`tests/recorded_events.rs`).
mod bearing;
mod bound;
mod cells;
mod depth;
mod depths;
mod detail;
mod fit;
mod frame;
mod learn;
mod leave_out;
mod likelihood;
mod precision;
mod problem;
mod resolve;
mod robust;
mod small;
mod summary;
mod support;
mod together;
mod tree;

use super::error::{EvidenceError, Kind};
use super::priors::Priors;
use super::solution::{Solution, Without};
pub use depth::{DepthOfGroundWaves, ON_GROUND, depth_of_ground_waves};
use detail::Detail;
pub use fit::{PointFit, fit};
pub(in crate::locate) use frame::metres_per_unit;
pub use learn::{LearntTimes, learn};
pub use leave_out::{OWNERS_MAX, SETS_MAX, apart, leave_out};
use problem::Problem;
pub(in crate::locate) use robust::bessel_i0_scaled;
use std::borrow::Cow;
pub(in crate::locate) use support::SUPPORT_MIN;
pub use together::{Company, Fellow, Shared, Together};
use truceline_model::measurement::{Measurement, Sensor};
use truceline_model::time::Time;

/// The most measurements of one event: a dense seismic network with P and S.
pub const MAX_MEMBERS: usize = 512;

/// Deviations are widened at most this often.
const WIDENINGS_MAX: usize = 4;

/// The posterior over place and origin time of the measurements `members` (by index), which have one source.
///
/// Sensors stand all in degrees or all in metres. A measurement without a phase is what its sensor registers: P for
/// seismometers, the muzzle blast for microphones, the airwave for infrasound, light for cameras, satellites and
/// people; people's times count only with a deviation. What the measurements cannot hold is a value and no error:
/// [`Solution::resolution`].
///
/// # Errors
/// If a measurement, a sensor or a prior has no meaning, no place lies within reach of all sensors, or no place
/// explains more than half of the measurements ([`EvidenceError::is_contradiction`]).
pub fn evidence(
    sensors: &[Sensor],
    measurements: &[Measurement],
    members: &[usize],
    priors: &Priors,
    threads: usize,
) -> Result<Solution, EvidenceError> {
    in_detail(&Problem::new(sensors, measurements, members, priors)?, &Detail::REGIONS, threads)
}

/// The posterior of a problem, so finely.
fn in_detail(problem: &Problem, detail: &Detail, threads: usize) -> Result<Solution, EvidenceError> {
    if problem::spans_too_long(&problem.times) {
        return Err(EvidenceError(Kind::Member { number: 1, what: "another one is more than 10 days after it" }));
    }
    let mut solution = solved(problem, detail, threads)?;
    let log_evidence = solution.log_evidence;
    let mut problem = Cow::Borrowed(problem);
    for _ in 0..WIDENINGS_MAX {
        let Some(widening) = widening(&problem, &solution) else { break };
        problem.to_mut().widen(widening);
        solution = solved(&problem, detail, threads)?;
    }
    let fitting = solution.residuals.iter().filter(|residual| residual.fits >= 0.5).count();
    let all = solution.residuals.len();
    if all >= 3 && 2 * fitting < all {
        return Err(EvidenceError(Kind::Contradiction { fitting, all }));
    }
    Ok(Solution { log_evidence, ..solution })
}

/// One solution with the deviations as they stand.
fn solved(problem: &Problem, detail: &Detail, threads: usize) -> Result<Solution, EvidenceError> {
    let leaves = tree::leaves(problem, detail);
    let cells = cells::cells(problem, &leaves, detail, threads).ok_or(EvidenceError(Kind::Nowhere))?;
    Ok(summary::solution(problem, cells))
}

/// By how much the times' deviations must grow to be what the arrivals that fit show; none if they are compatible:
/// the sum of their squared residuals over deviations is below the 99 % point of its chi-squared distribution. Without
/// it, picks that are worse than they say give a region that is far too small.
fn widening(problem: &Problem, solution: &Solution) -> Option<f64> {
    let is_time = |measurement: usize| problem.times.iter().any(|term| term.measurement == measurement);
    let times = solution.residuals.iter().filter(|residual| is_time(residual.measurement));
    widening_of(problem, times.map(|residual| (residual.sigmas, residual.fits)))
}

/// As [`widening`], of the times' residuals in deviations, each with its probability of being no outlier.
fn widening_of(problem: &Problem, times: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (mut squares, mut fitting) = (0.0, 0);
    for (sigmas, _) in times.filter(|(_, fits)| *fits >= 0.5) {
        squares += sigmas * sigmas;
        fitting += 1;
    }
    let (top_m, bottom_m) = problem.depths_m;
    let unknowns = 2 + usize::from(bottom_m > top_m) + problem.unknowns();
    if fitting <= unknowns {
        return None;
    }
    let free = (fitting - unknowns) as f64;
    (squares > chi_squared_p99(free)).then(|| (squares / free).sqrt())
}

/// What a chi-squared number of so many degrees of freedom exceeds once in a hundred (E. B. Wilson and M. M. Hilferty, PNAS 17,
/// 684-688, 1931).
fn chi_squared_p99(free: f64) -> f64 {
    let spread = 2.0 / (9.0 * free);
    let root = 1.0 - spread + 2.326 * spread.sqrt();
    free * root * root * root
}

/// The posteriors without each owner's measurements, those with the most measurements first, then those that registered
/// first; of [`OWNERS_MAX`] at most.
///
/// # Errors
/// As [`evidence`] for what concerns the measurements themselves; that the others alone hold nothing is a value.
pub fn without_owners(
    sensors: &[Sensor],
    measurements: &[Measurement],
    members: &[usize],
    priors: &Priors,
    threads: usize,
) -> Result<Vec<Without>, EvidenceError> {
    Problem::new(sensors, measurements, members, priors)?;
    let without = |(owner, _, _): &(&str, usize, Time)| {
        let of_owner = |member: &usize| sensors[measurements[*member].sensor].owner == **owner;
        let others: Vec<usize> = members.iter().copied().filter(|member| !of_owner(member)).collect();
        let solution = evidence(sensors, measurements, &others, priors, threads).ok();
        Without { owner: (*owner).to_owned(), members: members.len() - others.len(), solution }
    };
    Ok(leave_out::owners(sensors, measurements, members).iter().map(without).collect())
}
