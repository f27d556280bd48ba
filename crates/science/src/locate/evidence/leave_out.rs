//! Where the others put an event without one owner, in short and cheaply.
//!
//! # Algorithm
//! If arrival times alone are left, on one level, and are enough for a normal posterior: the most probable point by
//! [`fit`], and the area of its curvature's 90 % ellipse. The curvature leaves out what all paths share and how far deviations were widened;
//! the whole event is fitted too, and by what its ellipse differs from its region, every ellipse is taken to differ. Else the
//! posterior as finely as its moments need (`detail.rs`).
//!
//! # Checked against
//! The whole posteriors without each owner (`tests/leave_out.rs`).
use super::super::ellipse::Ellipse;
use super::super::error::EvidenceError;
use super::super::priors::{Heights, Priors};
use super::super::solution::{Covariance, OwnerLeftOut, Placed, Point, Rest};
use super::detail::Detail;
use super::frame::{Stand, spot};
use super::problem::{Problem, coordinates, site};
use super::{PointFit, in_detail};
use crate::choices::choices;
use crate::chunks;
use std::cmp::Reverse;
use truceline_model::measurement::{Measurement, Sensor, Site};
use truceline_model::time::Time;

/// Of so many owners an event is located without each, those with the most measurements first: where there are more, no
/// single one has a large part in it. Moments take some 5 ms, so all of them a tenth of a second.
pub const OWNERS_MAX: usize = 16;

/// The most sets of owners, all of them among these, for which an event is located: all, without each and without each two of
/// ten owners. Of 30 arrivals moments take some 5 ms, so a third of a second.
pub const SETS_MAX: usize = 64;

/// Fewer times have no curvature that says how sure the place is.
const TIMES_MIN: usize = 4;

/// Half of the longest axis of the 90 % ellipse over the distance to the sensors, up to which the ellipse stands for the
/// posterior: up to there travel times are straight lines over it, and the area is right to a fifth or so.
const NORMAL_UP_TO: f64 = 0.15;

/// What is left of a located event without each of its owners, those with the most measurements first, then those that
/// registered first; of [`OWNERS_MAX`] at most, and of none where there is one owner only.
///
/// # Errors
/// As [`evidence`] for what concerns the measurements themselves; that the others alone hold nothing is a value.
pub fn leave_out(
    sensors: &[Sensor],
    measurements: &[Measurement],
    members: &[usize],
    priors: &Priors,
    whole: &Placed,
    threads: usize,
) -> Result<Vec<OwnerLeftOut>, EvidenceError> {
    let owners = owners(sensors, measurements, members);
    if owners.len() < 2 {
        return Ok(Vec::new());
    }
    let others = Others::new((sensors, measurements, members), priors, whole)?;
    let without = |(owner, count, _): &(&str, usize, Time)| OwnerLeftOut {
        owner: (*owner).to_owned(),
        members: *count,
        rest: others.without(&[owner]),
    };
    Ok(chunks::each(&owners, threads, without))
}

/// What is left without each two of its owners, in the order of [`leave_out`]: a bit each for those who are left out, and what
/// the others say. Empty where that would make more than [`SETS_MAX`] sets with all, and without each.
///
/// # Errors
/// As [`leave_out`].
pub fn leave_out_pairs(
    sensors: &[Sensor],
    measurements: &[Measurement],
    members: &[usize],
    priors: &Priors,
    whole: &Placed,
    threads: usize,
) -> Result<Vec<(u32, Option<Rest>)>, EvidenceError> {
    let owners = owners(sensors, measurements, members);
    let everyone: u32 = (1 << owners.len()) - 1;
    let pairs = choices(everyone, 2);
    if owners.len() < 3 || 1 + owners.len() + pairs.len() > SETS_MAX {
        return Ok(Vec::new());
    }
    let others = Others::new((sensors, measurements, members), priors, whole)?;
    let without = |pair: &u32| {
        let named: Vec<&str> =
            owners.iter().enumerate().filter(|(at, _)| *pair >> at & 1 == 1).map(|(_, (owner, _, _))| *owner).collect();
        (*pair, others.without(&named))
    };
    Ok(chunks::each(&pairs, threads, without))
}

/// An event whose owners are left out.
struct Others<'a> {
    sensors: &'a [Sensor],
    measurements: &'a [Measurement],
    members: &'a [usize],
    priors: &'a Priors,
    whole: &'a Placed,
    geographic: bool,
    /// The whole event's region over its ellipse, where the ellipse stands for it.
    stretch: Option<f64>,
}

impl<'a> Others<'a> {
    fn new(
        (sensors, measurements, members): (&'a [Sensor], &'a [Measurement], &'a [usize]),
        priors: &'a Priors,
        whole: &'a Placed,
    ) -> Result<Self, EvidenceError> {
        let problem = Problem::new(sensors, measurements, members, priors)?;
        let stretch = quick(&problem).map(|(_, ellipse_m2)| whole.area_p90_m2 / ellipse_m2);
        let geographic = problem.geographic;
        Ok(Self { sensors, measurements, members, priors, whole, geographic, stretch })
    }

    /// Where it is without these owners; none if the others hold no place.
    fn without(&self, owners: &[&str]) -> Option<Rest> {
        let Self { sensors, measurements, priors, .. } = *self;
        let is_left = |member: &usize| !owners.contains(&sensors[measurements[*member].sensor].owner.as_str());
        let others: Vec<usize> = self.members.iter().copied().filter(is_left).collect();
        let priors = priors.without(owners);
        let rest = Problem::new(sensors, measurements, &others, &priors).ok()?;
        let by_curvature = self.stretch.and_then(|stretch| {
            let (point, ellipse_m2) = quick(&rest)?;
            let most_probable = site(point.place.x, point.place.y, -rest.depths_m.0, rest.geographic);
            let Covariance { east_m2, north_m2, east_north_m2 } = point.covariance;
            let covariance = Covariance {
                east_m2: stretch * east_m2,
                north_m2: stretch * north_m2,
                east_north_m2: stretch * east_north_m2,
            };
            let placed = Placed { most_probable, area_p90_m2: stretch * ellipse_m2 };
            Some((placed, point.place, covariance))
        });
        let whole_posterior = || {
            let solution = in_detail(&rest, &Detail::MOMENTS, 1).ok()?;
            let (x, y, _) = coordinates(&solution.mean);
            Some((solution.placed()?, Point { x, y }, solution.covariance))
        };
        by_curvature.or_else(whole_posterior).map(|(placed, mean, covariance)| {
            let moved_m = apart_m(&self.whole.most_probable, &placed.most_probable, self.geographic);
            Rest { placed, moved_m, mean, covariance }
        })
    }
}

/// The owners with their numbers of measurements and their first times, in the order in which they are left out; no name
/// is in it.
pub(super) fn owners<'a>(
    sensors: &'a [Sensor],
    measurements: &[Measurement],
    members: &[usize],
) -> Vec<(&'a str, usize, Time)> {
    let mut by_sensor: Vec<usize> = members.to_vec();
    by_sensor.sort_by_key(|member| measurements[*member].sensor);
    let mut owners: Vec<(&str, usize, Time)> = Vec::new();
    for member in by_sensor {
        let (owner, time) = (sensors[measurements[member].sensor].owner.as_str(), measurements[member].time);
        match owners.iter_mut().find(|(name, _, _)| *name == owner) {
            Some((_, count, first)) => (*count, *first) = (*count + 1, time.min(*first)),
            None => owners.push((owner, 1, time)),
        }
    }
    owners.sort_by_key(|(_, count, first)| (Reverse(*count), *first));
    owners.truncate(OWNERS_MAX);
    owners
}

/// The point and the area of the ellipse, where the ellipse stands for the posterior.
fn quick(problem: &Problem) -> Option<(PointFit, f64)> {
    let times_alone = problem.times.len() == problem.members
        && problem.bearings.is_empty()
        && problem.slownesses.is_empty()
        && problem.ranges.is_empty()
        && problem.fixes.is_empty();
    let one_level = !matches!(problem.priors.heights, Heights::Between { .. });
    if !times_alone || !one_level || problem.times.len() < TIMES_MIN {
        return None;
    }
    let point = problem.fit();
    let spread = &point.covariance;
    let ellipse = Ellipse::new(spread.east_m2, spread.east_north_m2, spread.north_m2)?;
    let at = spot(point.place.x, point.place.y, problem.geographic);
    let mut distances_m: Vec<f64> = problem.stands.iter().map(|stand: &Stand| stand.sight(&at).distance_m).collect();
    distances_m.sort_by(f64::total_cmp);
    let middle_m = distances_m[distances_m.len() / 2];
    // An arrival of five that does not fit leaves a place that hangs on which one it is.
    let all_fit = 5 * point.fitting >= 4 * problem.times.len();
    (all_fit && ellipse.longest_p90_m() <= NORMAL_UP_TO * middle_m).then(|| (point, ellipse.p90_m2()))
}

/// Distance of two places, m.
fn apart_m(a: &Site, b: &Site, geographic: bool) -> f64 {
    let (x, y, _) = coordinates(b);
    Stand::new(a).sight(&spot(x, y, geographic)).distance_m
}
