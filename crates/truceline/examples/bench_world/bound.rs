//! The Cramer-Rao bound of an event's place, from the arrivals that it cites.
//!
//! It is the world's own ([`truceline_sim::oracle`]): true speeds, scatter and directions, origin time unknown, depth known, and of
//! an onset no more uncertainty than noise leaves. What the product says of its onsets does not enter: a bound that grows with
//! what a detector admits would be kinder to a worse one. Speeds are known to the bound and not to the product: the goal of 1.3
//! holds against who knows them.
//!
//! The bound is of the root mean square, and an estimate that reaches it has a median error of some .67 to .83 of it, by the
//! shape of its region: so the card says beside the goal's figure the error over that median, too.
use crate::derived::Journalled;
use crate::label::Truth;
use truceline_model::event::Event;
use truceline_sim::arrival::Arrival;
use truceline_sim::oracle::{Bound, Oracle};

/// None where the true arrivals that are cited leave a direction free.
pub(crate) fn of(
    truth: &Truth<'_>,
    oracle: &Oracle<'_>,
    found: &Journalled,
    event: &Event,
    of: usize,
) -> Option<Bound> {
    let mut cited: Vec<&Arrival> = Vec::new();
    for heard in event.solution.arrivals.iter().filter_map(|cited| found.heard.get(&cited.hash())) {
        let nearest = truth.near(heard).into_iter().find(|arrival| arrival.event == of);
        cited.extend(nearest.into_iter().flat_map(|arrival| truth.elements(arrival)));
    }
    // Two detections of one wave are one arrival.
    cited.sort_by_key(|arrival| (arrival.sensor, arrival.wave));
    cited.dedup_by_key(|arrival| (arrival.sensor, arrival.wave));
    oracle.bound(of, &cited)
}
