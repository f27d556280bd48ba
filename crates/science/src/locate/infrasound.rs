//! Where and when something was heard: a probability over place and origin time from infrasound arrays.
//!
//! # Algorithm
//! Bayesian location by arrival times and back-azimuths, in the line of BISL (R. T. Modrak, S. J. Arrowsmith and
//! D. N. Anderson, *A Bayesian framework for infrasound location*, Geophysical Journal International 181, 399-405,
//! 2010), with the speed of propagation as a shared unknown: one regional celerity and one wind, or celerities by phase and
//! season (`phases.rs`). The model and its
//! integration stand in `likelihood.rs`. The place is flat per area in the arrays' bounding box widened by a margin.
//!
//! 1. *Search*: blocks of 80 km are halved down to cells of 5 km; a block is dropped when a bound on its likelihood
//!    shows that it cannot matter. Where the whole posterior sits in a few cells, halving goes on.
//! 2. *Refinement*: the cells that hold all but 1e-4 of the probability are computed again on one finer grid (coarser
//!    where the posterior is very wide), its step chosen so that the 90 % region has about 1,000 cells.
//! 3. *Summary*: mean, covariance, regions of highest density as rings, shortest intervals of the origin time.
//!
//! The result is the same, byte for byte, for any order of the arrivals and any number of threads.
//!
//! # Checked against
//! A recorded explosion (`tests/utah.rs`: truth in the 81 % region of the place, 90 % region of 4,645 km2), coverage
//! over synthetic events drawn from the priors (`tests/calibration.rs`: 90 % regions hold 90.0 % of the places and
//! 90 % intervals 90.4 % of the times), and a 1 km grid with quadrature that shares only the geodesic with this
//! (`tests/reference_grid.rs`: median areas within 0.3 %).
mod arrival;
mod error;
mod leave_out;
mod levels;
mod likelihood;
mod phases;
mod refine;
mod region;
mod search;
mod small;
mod summary;

pub use arrival::Arrival;
use error::Kind;
pub use error::LocateError;
pub use leave_out::{Apart, PARTS_MAX, apart, leave_out};
pub use levels::{Levels, levels_at};
use likelihood::Likelihood;
pub use phases::SeasonalCelerity;
use region::Region;
use truceline_model::configuration::InfrasoundPriors;
use truceline_model::posterior::Posterior;

/// Fewer arrivals leave a line or a cone, not a place.
pub const MIN_ARRIVALS: usize = 2;

/// No event is heard by more arrays than there are: the International Monitoring System has 60.
pub const MAX_ARRIVALS: usize = 64;

/// Arrays stand no nearer to a pole than this, degrees of latitude, and regions end here: beyond, the cells of a
/// grid in longitude and latitude are needles.
pub const ARRAY_LATITUDE_DEG_MAX: f64 = 85.0;

/// A region's longest side, km: one celerity and one wind say nothing about larger ones.
pub const REGION_SIDE_KM_MAX: f64 = 6_000.0;

/// How much was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// Cells of the 5 km grid that were looked at.
    pub base_cells: usize,
    /// Cells of the refined grid that were computed.
    pub refined_cells: usize,
}

/// The posterior over place and origin time of arrivals that have one source.
///
/// # Errors
/// If there are too few or too many arrivals, a prior has no meaning, the region holds a pole or the antimeridian or
/// is too large, or if no place explains the arrivals ([`LocateError::is_contradiction`]).
pub fn locate(arrivals: &[Arrival], priors: &InfrasoundPriors, threads: usize) -> Result<Posterior, LocateError> {
    locate_counted(arrivals, priors, threads).map(|(posterior, _)| posterior)
}

/// [`locate`], with how much was computed.
///
/// # Errors
/// As [`locate`].
pub fn locate_counted(
    arrivals: &[Arrival],
    priors: &InfrasoundPriors,
    threads: usize,
) -> Result<(Posterior, Work), LocateError> {
    weighed(arrivals, priors, threads).map(|(posterior, work, _)| (posterior, work))
}

/// [`locate`], with how much was computed, and the logarithm of the arrivals' density (back-azimuths in radians, times in
/// seconds) summed over all places, m2, and all origin times, s.
fn weighed(
    arrivals: &[Arrival],
    priors: &InfrasoundPriors,
    threads: usize,
) -> Result<(Posterior, Work, f64), LocateError> {
    let arrivals = checked(arrivals)?;
    let region = Region::around(&arrivals, priors)?;
    let reference = arrivals[0].arrival;
    let likelihood = Likelihood::new(&arrivals, priors, reference)?;
    let search = search::search(&likelihood, &region, threads);
    let refined = refine::refine(&likelihood, &region, &search, threads)?;
    let work = Work { base_cells: search.base_cells, refined_cells: refined.computed };
    let nats_max = refine::misfit_nats_max(arrivals.len());
    let posterior = summary::posterior(&refined, likelihood.reference())
        .ok_or(LocateError(Kind::Contradiction { nats: f64::INFINITY, nats_max }))?;
    Ok((posterior, work, refined.log_volume + likelihood.log_norm()))
}

/// The arrivals in the order in which they are computed.
fn checked(arrivals: &[Arrival]) -> Result<Vec<Arrival>, LocateError> {
    match arrivals.len() {
        few if few < MIN_ARRIVALS => return Err(LocateError(Kind::TooFew { arrivals: few })),
        many if many > MAX_ARRIVALS => return Err(LocateError(Kind::TooMany { arrivals: many })),
        _ => {}
    }
    let mut arrivals = arrivals.to_vec();
    arrivals.sort_by(Arrival::order);
    for (i, arrival) in arrivals.iter().enumerate() {
        let wrong = |what| Err(LocateError(Kind::Arrival { number: i + 1, what }));
        if !arrival.azimuth_deg.is_finite() {
            return wrong("its azimuth is not a number, expected degrees");
        }
        if arrival.f_statistic.is_nan() {
            return wrong("its F statistic is not a number");
        }
        if arrival.place.lat_deg().abs() > 90.0 || arrival.place.lon_deg().abs() > 180.0 {
            return wrong("its place is not on the globe, expected latitudes to 90 and longitudes to 180 degrees");
        }
        if arrival.arrival.seconds_since(arrivals[0].arrival) > TIME_SPAN_S_MAX {
            return wrong("it is more than 10 days after the first");
        }
    }
    Ok(arrivals)
}

/// The longest time from the first arrival to the last, s. Sound goes round the globe in a day and a half; and a
/// cell's time in milliseconds must fit 32 bits.
const TIME_SPAN_S_MAX: f64 = 864_000.0;
