//! Where the others put an event of arrays without each owner, and what each set of owners says alone.
//!
//! # Algorithm
//! The arrivals of each set of owners are located anew, all sets for up to five owners ([`PARTS_MAX`]), those that leave out
//! up to two for up to ten ([`SETS_MAX`]), and beyond those that leave out one. How much better one common origin explains a set's arrivals than each being of
//! anything is `ln p(Z) - ln A - ln T + n ln(2 pi T)`: p with azimuths in radians and times in seconds, summed over the
//! plane and all origin times, which are even over the region's area A and the window T; an arrival of anything comes
//! from any direction, at any time of the window. One arrival alone has no place and no support, 0.
//!
//! # Checked against
//! Quadrature of the same model over place and origin time for two arrays (`tests/parts.rs`).
use super::{Arrival, LocateError, MIN_ARRIVALS, Region, locate, weighed};
use crate::choices::choices;
use crate::locate::evidence::SUPPORT_MIN;
use crate::locate::solution::{Covariance, OwnerLeftOut, Placed, Point, Rest};
use crate::locate::{OWNERS_MAX, SETS_MAX};
use std::cmp::Reverse;
use truceline_model::configuration::InfrasoundPriors;
use truceline_model::event::{Part, Spread};
use truceline_model::geodesic;
use truceline_model::measurement::Site;
use truceline_model::place::Place;
use truceline_model::posterior::Posterior;
use truceline_model::time::Time;

/// The most sets of owners of which any leaves out more than two: all sets of five owners. Each takes some 15 ms, so half a
/// second.
pub const PARTS_MAX: usize = 32;

/// An event of arrays, with and without its owners.
#[derive(Debug, Clone, PartialEq)]
pub struct Apart {
    /// The posterior of all.
    pub posterior: Posterior,
    /// What is left without each owner.
    pub left_out: Vec<OwnerLeftOut>,
    /// What each set of owners says alone, in the order of `left_out`; empty where there is one owner only.
    pub parts: Vec<Part>,
}

/// What is left of a located event without each of its arrays' owners, those with the most arrivals first, then those that
/// heard it first; of [`OWNERS_MAX`] at most, and of none where there is one owner only. The others are located anew.
#[must_use]
pub fn leave_out(
    arrivals: &[(&str, Arrival)],
    whole: &Posterior,
    priors: &InfrasoundPriors,
    threads: usize,
) -> Vec<OwnerLeftOut> {
    let owners = owners(arrivals);
    let without = |(at, (owner, members)): (usize, &(&str, usize))| {
        let others = of(arrivals, &owners, !(1 << at));
        let rest = locate(&others, priors, threads).ok().and_then(|posterior| rest(whole, &posterior));
        OwnerLeftOut { owner: (*owner).to_owned(), members: *members, rest }
    };
    owners.iter().enumerate().map(without).collect()
}

/// Locates an event of arrays with all its owners, without each, and with each set of them. `window_s` is the time within
/// which an arrival of anything may have come, s.
///
/// # Errors
/// As [`locate`] of all arrivals.
pub fn apart(
    arrivals: &[(&str, Arrival)],
    window_s: f64,
    priors: &InfrasoundPriors,
    threads: usize,
) -> Result<Apart, LocateError> {
    let all: Vec<Arrival> = arrivals.iter().map(|(_, arrival)| *arrival).collect();
    let (posterior, _, log) = weighed(&all, priors, threads)?;
    let owners = owners(arrivals);
    let log_area = libm::log(Region::around(&all, priors)?.area_m2());
    let log_window = libm::log(window_s);
    let support = |count: usize, log: f64| {
        let support = log - log_area - log_window + count as f64 * (libm::log(std::f64::consts::TAU) + log_window);
        support.max(SUPPORT_MIN)
    };
    let milli = |support: f64| (support * 1e3).round() as i32;
    let mut parts = Vec::new();
    let mut rests: Vec<Option<Rest>> = vec![None; owners.len()];
    for owners_of_part in sets(owners.len()) {
        let everyone = owners_of_part == (1 << owners.len()) - 1;
        let members = of(arrivals, &owners, owners_of_part);
        let located = match everyone {
            true => Ok((posterior.clone(), log)),
            false => weighed(&members, priors, threads).map(|(posterior, _, log)| (posterior, log)),
        };
        let (support_milli, place) = match &located {
            Ok((posterior, log)) => {
                let spread = Spread { mean: posterior.mean, covariance: posterior.covariance };
                (Some(milli(support(members.len(), *log))), Some(spread))
            }
            Err(_) if members.len() < MIN_ARRIVALS => (Some(0), None),
            Err(error) if error.is_contradiction() => (Some(milli(SUPPORT_MIN)), None),
            Err(_) => (None, None),
        };
        parts.push(Part { owners: owners_of_part, support_milli, place });
        let absent = !owners_of_part & ((1 << owners.len()) - 1);
        if absent.count_ones() == 1
            && let Ok((others, _)) = &located
        {
            rests[absent.trailing_zeros() as usize] = rest(&posterior, others);
        }
    }
    let left_out = owners
        .iter()
        .zip(rests)
        .map(|((owner, members), rest)| OwnerLeftOut { owner: (*owner).to_owned(), members: *members, rest })
        .collect();
    Ok(Apart { posterior, left_out, parts })
}

/// The owners with their numbers of arrivals; no name is in their order. None where there is one only.
fn owners<'a>(arrivals: &[(&'a str, Arrival)]) -> Vec<(&'a str, usize)> {
    let mut owners: Vec<(&str, usize, (Time, Place))> = Vec::new();
    for (owner, arrival) in arrivals {
        let first = (arrival.arrival, arrival.place);
        match owners.iter_mut().find(|(name, _, _)| name == owner) {
            Some((_, count, earliest)) => (*count, *earliest) = (*count + 1, first.min(*earliest)),
            None => owners.push((owner, 1, first)),
        }
    }
    owners.sort_by_key(|(_, count, first)| (Reverse(*count), *first));
    owners.truncate(if owners.len() < 2 { 0 } else { OWNERS_MAX });
    owners.into_iter().map(|(owner, count, _)| (owner, count)).collect()
}

/// The arrivals of a set of owners, and of those who are not listed.
fn of(arrivals: &[(&str, Arrival)], owners: &[(&str, usize)], set: u32) -> Vec<Arrival> {
    let within = |name: &str| owners.iter().position(|(owner, _)| *owner == name).is_none_or(|at| set >> at & 1 == 1);
    arrivals.iter().filter(|(name, _)| within(name)).map(|(_, arrival)| *arrival).collect()
}

/// The sets of owners that are located, those that leave out the fewest first: as many whole rows as fit.
fn sets(owners: usize) -> Vec<u32> {
    let everyone: u32 = (1_u32 << owners) - 1;
    let mut chosen: Vec<u32> = Vec::new();
    for left_out in 0..owners as u32 {
        let row: Vec<u32> = choices(everyone, owners as u32 - left_out);
        let most = if left_out <= 2 { SETS_MAX } else { PARTS_MAX };
        if left_out > 1 && chosen.len() + row.len() > most {
            break;
        }
        chosen.extend(row);
    }
    chosen
}

fn rest(whole: &Posterior, others: &Posterior) -> Option<Rest> {
    let place = others.most_probable;
    let (lon_deg, lat_deg) = (place.lon_deg(), place.lat_deg());
    let most_probable = Site::Geographic { lon_deg, lat_deg, elevation_m: 0.0 };
    let placed = Placed { most_probable, area_p90_m2: others.region(90)?.area_m2 as f64 };
    let covariance = Covariance {
        east_m2: others.covariance.east_m2 as f64,
        north_m2: others.covariance.north_m2 as f64,
        east_north_m2: others.covariance.east_north_m2 as f64,
    };
    let mean = Point { x: others.mean.lon_deg(), y: others.mean.lat_deg() };
    Some(Rest { placed, moved_m: geodesic::between(whole.most_probable, place).distance_m, mean, covariance })
}
