//! How probably an event is real without one owner's sensors.
//!
//! # Algorithm
//! The owner's measurements are taken from the event's, what is left is moved to where it fits best, and scored as any event
//! (`fit.rs`) with the owner's silence not counted either. What was learnt stays as it is: of it one owner's share
//! in one event is small.
use super::crowd::Crowd;
use super::fit::Scene;
use super::network::NONE;
use super::region::sight;
use super::result::probability;
use super::sweep::Live;
use std::collections::BTreeMap;

/// Steps to where the others fit best. Six bring a network's quick fit to a millimetre, as in the sweep.
const STEPS: usize = 6;

/// What is left of an event without one owner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeftOut {
    /// Whose sensors are left out: the first one of that owner.
    pub sensor: usize,
    /// How many of the event's measurements are that owner's.
    pub members: usize,
    /// Probability that the others' measurements are one event; zero where they are too few for any.
    pub p_real: f64,
}

/// One event without each of its owners, those with the most measurements first, then those that registered first; at
/// most so many. Nothing is said of an event of one owner.
pub(super) fn each(scene: &Scene<'_>, crowd: &Crowd, one: &Live, owners_max: usize) -> Vec<LeftOut> {
    if owners_max == 0 {
        return Vec::new();
    }
    let owner_of = |pick: u32| {
        let channel = scene.network.channels[scene.picks.all[pick as usize].channel as usize];
        scene.network.owners[channel.sensor as usize]
    };
    let mut owners: BTreeMap<u32, (usize, f64)> = BTreeMap::new();
    for (pick, _) in &one.fitted.members {
        let own = owners.entry(owner_of(*pick)).or_insert((0, f64::INFINITY));
        *own = (own.0 + 1, own.1.min(scene.picks.times[*pick as usize]));
    }
    if owners.len() < 2 {
        return Vec::new();
    }
    // Sensors of nobody who is stated stay.
    let mut order: Vec<(u32, (usize, f64))> = owners.into_iter().filter(|(owner, _)| *owner != NONE).collect();
    order.sort_by(|(_, a), (_, b)| b.0.cmp(&a.0).then(a.1.total_cmp(&b.1)));
    order.truncate(owners_max);
    let without = |(owner, (members, _)): (u32, (usize, f64))| {
        let others: Vec<(u32, f64)> =
            one.fitted.members.iter().filter(|(pick, _)| owner_of(*pick) != owner).copied().collect();
        LeftOut { sensor: owner as usize, members, p_real: p_real(scene, crowd, one, owner, &others) }
    };
    order.into_iter().map(without).collect()
}

fn p_real(scene: &Scene<'_>, crowd: &Crowd, one: &Live, owner: u32, others: &[(u32, f64)]) -> f64 {
    if !scene.enough(others) {
        return 0.0;
    }
    // No farther than the sensors are from the event: of few measurements a step may lead anywhere.
    let near = |(pick, _): &(u32, f64)| {
        let channel = scene.network.channels[scene.picks.all[*pick as usize].channel as usize];
        sight(&scene.network.places[channel.sensor as usize], &one.fitted.spot, scene.region.rows).0
    };
    let trust_m = others.iter().map(near).fold(1.0, f64::max);
    // The density was learnt from this event too. What paths add was learnt from events that the owner had its part in: nothing is
    // taken from it.
    let scene = Scene { left_out: Some(owner), own: 1.0, terms: None, ..*scene };
    let spot = scene.relocate(&one.fitted.spot, others, STEPS, trust_m);
    let log_odds = |spot| scene.score(spot, others).map_or(f64::NEG_INFINITY, |fitted| fitted.log_odds);
    // Of both places the better one: a step is no descent.
    let best = log_odds(&spot).max(log_odds(&one.fitted.spot));
    let odds_against = libm::exp(-best) + crowd.odds(&scene, others, best);
    probability(scene.picks.is_open(), -libm::log(odds_against))
}
