//! Where the others put an event without one owner, in short and cheaply.
//!
//! # Algorithm
//! If arrival times alone are left, on one level, and are enough for a normal posterior: the most probable point by
//! [`fit`], and the area of its curvature's 90 % ellipse. The curvature leaves out what all paths share and how far deviations were widened;
//! the whole event is fitted too, and by what its ellipse differs from its region, every ellipse is taken to differ. Else the
//! posterior as finely as its moments need (`detail.rs`). How well the others agree comes of the same sums (`support.rs`).
//!
//! # Checked against
//! The whole posteriors without each owner (`tests/leave_out.rs`).
use super::super::ellipse::Ellipse;
use super::super::error::EvidenceError;
use super::super::priors::{Heights, Priors};
use super::super::solution::{Covariance, OwnerLeftOut, OwnersAlone, Placed, Point, Rest, Solution};
use super::detail::Detail;
use super::frame::{Stand, spot};
use super::problem::{Problem, coordinates, site};
use super::support::{SUPPORT_MIN, log_evidence_at, support};
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
/// As [`evidence`](super::evidence) for what concerns the measurements themselves; that the others alone hold nothing is a value.
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
    let others = Others::new((sensors, measurements, members), priors, whole, None)?;
    let without = |(owner, count, _): &(&str, usize, Time)| OwnerLeftOut {
        owner: (*owner).to_owned(),
        members: *count,
        rest: others.without(&[owner]).rest,
    };
    Ok(chunks::each(&owners, threads, without))
}

/// As [`leave_out`], with what each set of owners says: all of them, all but each, and all but each two where that makes no more
/// than [`SETS_MAX`] sets, in this order. `window_s` is the time within which a measurement of anything may have come, s.
///
/// # Errors
/// As [`leave_out`].
pub fn apart(
    (sensors, measurements, members): (&[Sensor], &[Measurement], &[usize]),
    priors: &Priors,
    whole: &Solution,
    window_s: f64,
    threads: usize,
) -> Result<(Vec<OwnerLeftOut>, Vec<OwnersAlone>), EvidenceError> {
    let owners = owners(sensors, measurements, members);
    let Some(placed) = whole.placed().filter(|_| owners.len() >= 2) else { return Ok((Vec::new(), Vec::new())) };
    let others = Others::new((sensors, measurements, members), priors, &placed, Some((whole.log_evidence, window_s)))?;
    let everyone: u32 = (1 << owners.len()) - 1;
    let mut absent: Vec<u32> = (0..owners.len()).map(|at| 1 << at).collect();
    let pairs = choices(everyone, 2);
    if owners.len() > 2 && 1 + owners.len() + pairs.len() <= SETS_MAX {
        absent.extend(pairs);
    }
    let without = |absent: &u32| {
        let left_out = owners.iter().enumerate().filter(|(at, _)| absent >> at & 1 == 1);
        let names: Vec<&str> = left_out.map(|(_, (owner, _, _))| *owner).collect();
        let said = others.without(&names);
        OwnersAlone { owners: everyone & !absent, support: said.support, rest: said.rest }
    };
    let alone = chunks::each(&absent, threads, without);
    let (x, y, _) = coordinates(&whole.mean);
    let rest = Rest { placed, moved_m: 0.0, mean: Point { x, y }, covariance: whole.covariance };
    let all = OwnersAlone { owners: everyone, support: others.support, rest: Some(rest) };
    let left_out = owners.iter().zip(&alone).map(|((owner, count, _), said)| OwnerLeftOut {
        owner: (*owner).to_owned(),
        members: *count,
        rest: said.rest,
    });
    Ok((left_out.collect(), std::iter::once(all).chain(alone.iter().copied()).collect()))
}

/// An event whose owners are left out.
struct Others<'a> {
    sensors: &'a [Sensor],
    measurements: &'a [Measurement],
    members: &'a [usize],
    priors: &'a Priors,
    whole: &'a Placed,
    geographic: bool,
    /// How the ellipse stands for the whole event's posterior, where it does.
    by_curvature: Option<ByCurvature>,
    /// The window of what is of anything, s, where supports are asked for; and that of all.
    window_s: Option<f64>,
    support: Option<f64>,
}

/// What the whole event's posterior is over what its ellipse says.
struct ByCurvature {
    /// Its region over the ellipse.
    stretch: f64,
    /// ln of its evidence over Laplace's approximation to it, where supports are asked for.
    log_excess: Option<f64>,
}

/// What the others say.
#[derive(Default)]
struct Said {
    rest: Option<Rest>,
    support: Option<f64>,
}

impl<'a> Others<'a> {
    /// `asked` is the logarithm of the whole event's evidence, and the window of what is of anything, s.
    fn new(
        (sensors, measurements, members): (&'a [Sensor], &'a [Measurement], &'a [usize]),
        priors: &'a Priors,
        whole: &'a Placed,
        asked: Option<(f64, f64)>,
    ) -> Result<Self, EvidenceError> {
        let problem = Problem::new(sensors, measurements, members, priors)?;
        let by_curvature = quick(&problem).map(|(point, ellipse_m2)| ByCurvature {
            stretch: whole.area_p90_m2 / ellipse_m2,
            log_excess: asked.map(|(log_evidence, _)| log_evidence - log_evidence_at(&problem, &point)),
        });
        let support = asked.map(|(log_evidence, window_s)| support(&problem, log_evidence, window_s));
        let (geographic, window_s) = (problem.geographic, asked.map(|(_, window_s)| window_s));
        Ok(Self { sensors, measurements, members, priors, whole, geographic, by_curvature, window_s, support })
    }

    /// What is said without these owners.
    fn without(&self, owners: &[&str]) -> Said {
        let Self { sensors, measurements, priors, .. } = *self;
        let is_left = |member: &usize| !owners.contains(&sensors[measurements[*member].sensor].owner.as_str());
        let others: Vec<usize> = self.members.iter().copied().filter(is_left).collect();
        if others.is_empty() {
            return Said { rest: None, support: self.window_s.map(|_| 0.0) };
        }
        let priors = priors.without(owners);
        let Ok(problem) = Problem::new(sensors, measurements, &others, &priors) else { return Said::default() };
        let support = |log_evidence: f64| self.window_s.map(|window_s| support(&problem, log_evidence, window_s));
        let rest = |placed: Placed, mean: Point, covariance: Covariance| {
            let moved_m = apart_m(&self.whole.most_probable, &placed.most_probable, self.geographic);
            Some(Rest { placed, moved_m, mean, covariance })
        };
        if let Some((whole, (point, ellipse_m2))) = self.by_curvature.as_ref().zip(quick(&problem)) {
            let ByCurvature { stretch, log_excess } = *whole;
            let most_probable = site(point.place.x, point.place.y, -problem.depths_m.0, problem.geographic);
            let Covariance { east_m2, north_m2, east_north_m2 } = point.covariance;
            let covariance = Covariance {
                east_m2: stretch * east_m2,
                north_m2: stretch * north_m2,
                east_north_m2: stretch * east_north_m2,
            };
            let placed = Placed { most_probable, area_p90_m2: stretch * ellipse_m2 };
            let support = log_excess.and_then(|excess| support(excess + log_evidence_at(&problem, &point)));
            return Said { rest: rest(placed, point.place, covariance), support };
        }
        match in_detail(&problem, &Detail::MOMENTS, 1) {
            Ok(solution) => {
                let (x, y, _) = coordinates(&solution.mean);
                let rest = solution.placed().and_then(|placed| rest(placed, Point { x, y }, solution.covariance));
                Said { rest, support: support(solution.log_evidence) }
            }
            Err(error) if error.is_contradiction() => Said { rest: None, support: self.window_s.map(|_| SUPPORT_MIN) },
            Err(_) => Said::default(),
        }
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
