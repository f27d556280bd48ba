//! Where the others put an event of arrays without each owner.
use super::{Arrival, locate};
use crate::locate::OWNERS_MAX;
use crate::locate::solution::{OwnerLeftOut, Placed, Rest};
use std::cmp::Reverse;
use truceline_model::configuration::InfrasoundPriors;
use truceline_model::geodesic;
use truceline_model::measurement::Site;
use truceline_model::place::Place;
use truceline_model::posterior::Posterior;
use truceline_model::time::Time;

/// What is left of a located event without each of its arrays' owners, those with the most arrivals first, then those that
/// heard it first; of [`OWNERS_MAX`] at most, and of none where there is one owner only. The others are located anew.
#[must_use]
pub fn leave_out(
    arrivals: &[(&str, Arrival)],
    whole: &Posterior,
    priors: &InfrasoundPriors,
    threads: usize,
) -> Vec<OwnerLeftOut> {
    let mut owners: Vec<(&str, usize, (Time, Place))> = Vec::new();
    for (owner, arrival) in arrivals {
        let first = (arrival.arrival, arrival.place);
        match owners.iter_mut().find(|(name, _, _)| name == owner) {
            Some((_, count, earliest)) => (*count, *earliest) = (*count + 1, first.min(*earliest)),
            None => owners.push((owner, 1, first)),
        }
    }
    // No name is in the order.
    owners.sort_by_key(|(_, count, first)| (Reverse(*count), *first));
    owners.truncate(if owners.len() < 2 { 0 } else { OWNERS_MAX });
    let without = |(owner, members, _): (&str, usize, (Time, Place))| {
        let others: Vec<Arrival> =
            arrivals.iter().filter(|(name, _)| *name != owner).map(|(_, arrival)| *arrival).collect();
        let rest = locate(&others, priors, threads).ok().and_then(|rest| {
            let place = rest.most_probable;
            let (lon_deg, lat_deg) = (place.lon_deg(), place.lat_deg());
            let most_probable = Site::Geographic { lon_deg, lat_deg, elevation_m: 0.0 };
            let placed = Placed { most_probable, area_p90_m2: rest.region(90)?.area_m2 as f64 };
            Some(Rest { placed, moved_m: geodesic::between(whole.most_probable, place).distance_m })
        });
        OwnerLeftOut { owner: owner.to_owned(), members, rest }
    };
    owners.into_iter().map(without).collect()
}
