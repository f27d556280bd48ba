//! All events together: who holds which measurement, and whether each event still stands.
use super::fit::{Fitted, LN_ROOT_2PI, Scene, Scratch};
use super::network::NONE;
use super::occupancy::Occupancy;
use super::picks::Picks;
use super::region::sight;
use super::small::N;

/// An event beside the others.
#[derive(Debug, Clone)]
pub(super) struct Live {
    pub fitted: Fitted,
}

/// What an event would gain by a measurement.
struct Claim {
    gain: f64,
    /// The gain without the odds of detection.
    fit: f64,
    pick: u32,
    event: u32,
    channel: u32,
}

/// Gives each measurement to the event that gains most by it; an event has one of each channel at most.
pub(super) fn share(scene: &Scene<'_>, live: &mut [Live]) {
    let mut claims = Vec::new();
    for (event, one) in live.iter().enumerate() {
        claim(scene, event as u32, &one.fitted, &mut claims);
    }
    claims.sort_unstable_by(|a, b| b.gain.total_cmp(&a.gain).then(a.pick.cmp(&b.pick)).then(a.event.cmp(&b.event)));
    let mut taken = vec![false; scene.picks.all.len()];
    let mut heard: Vec<Vec<u32>> = vec![Vec::new(); live.len()];
    for one in live.iter_mut() {
        one.fitted.members.clear();
    }
    for claim in claims {
        let event = claim.event as usize;
        if taken[claim.pick as usize] {
            continue;
        }
        if heard[event].contains(&claim.channel) {
            // A second arrival of the channel is one by another path, or none of this event.
            let class = scene.network.channels[claim.channel as usize].class as usize;
            let fast = &scene.model.classes[class];
            if fast.secondary.is_none() || claim.fit + fast.log_secondary() <= 0.0 {
                continue;
            }
        }
        taken[claim.pick as usize] = true;
        heard[event].push(claim.channel);
        live[event].fitted.members.push((claim.pick, claim.gain));
    }
}

fn claim(scene: &Scene<'_>, event: u32, fitted: &Fitted, claims: &mut Vec<Claim>) {
    let spot = &fitted.spot;
    for (sensor, place) in scene.network.places.iter().enumerate() {
        let (r, _) = sight(place, spot, scene.region.rows);
        for (class, fast) in scene.model.classes.iter().enumerate() {
            if !fast.in_use {
                continue;
            }
            let (Some(channel), Some(row)) = (scene.network.channel(sensor, class), fast.table.at(r)) else { continue };
            let travel = r * fast.slowness_s_m;
            let base = fast.variance_s2 + fast.relative2 * travel * travel;
            let at = spot[0] + travel;
            let window = 4.0 * base.sqrt() + 4.0 * scene.picks.own_sigma_s[channel];
            let end = scene.picks.of(channel).end;
            let mut i = scene.picks.first_from(channel, at - window);
            if i == end || scene.picks.times[i] > at + window {
                continue;
            }
            let odds = row.odds_for(&fitted.strength);
            while i < end && scene.picks.times[i] <= at + window {
                let variance = base + scene.picks.all[i].variance_s2;
                let residual = scene.picks.times[i] - at;
                let fit = -0.5 * residual * residual / variance
                    - 0.5 * libm::log(variance)
                    - LN_ROOT_2PI
                    - scene.picks.log_clutter[i]
                    + scene.extra(spot, i);
                let gain = fit + odds;
                if gain > 0.0 {
                    claims.push(Claim { gain, fit, pick: i as u32, event, channel: channel as u32 });
                }
                i += 1;
            }
        }
    }
}

/// Moves each event to its members and scores it anew with them; those under the bar are let go.
pub(super) fn stand(scene: &Scene<'_>, live: &mut Vec<Live>, bar: f64, move_m: Option<f64>) {
    live.retain_mut(|one| {
        if !scene.enough(&one.fitted.members) {
            return false;
        }
        if let Some(trust_m) = move_m {
            one.fitted.spot = scene.relocate(&one.fitted.spot, &one.fitted.members, 2, trust_m);
        }
        match scene.score(&one.fitted.spot, &one.fitted.members) {
            Some(fitted) => {
                one.fitted = fitted;
                one.fitted.log_odds >= bar
            }
            None => false,
        }
    });
}

/// Writes into the measurements who holds them.
pub(super) fn own(picks: &mut Picks, live: &[Live]) {
    picks.owner.fill(NONE);
    picks.held.fill(0.0);
    for (event, one) in live.iter().enumerate() {
        for (pick, gain) in &one.fitted.members {
            picks.owner[*pick as usize] = event as u32;
            picks.held[*pick as usize] = gain.max(0.0);
        }
    }
}

/// Takes a new event among the others: measurements that it takes away from another are that one's no more.
pub(super) fn hold(picks: &mut Picks, live: &mut Vec<Live>, fitted: Fitted) {
    let event = live.len() as u32;
    for (pick, gain) in &fitted.members {
        let i = *pick as usize;
        if picks.owner[i] != NONE {
            live[picks.owner[i] as usize].fitted.members.retain(|(p, _)| p != pick);
        }
        picks.owner[i] = event;
        picks.held[i] = gain.max(0.0);
    }
    live.push(Live { fitted });
}

/// [`hold`], and the windows around its measurements looked at anew.
pub(super) fn admit(picks: &mut Picks, occupancy: &mut Occupancy, live: &mut Vec<Live>, fitted: Fitted) {
    let changed: Vec<u32> = fitted.members.iter().map(|(pick, _)| *pick).collect();
    hold(picks, live, fitted);
    for pick in changed {
        let pick = picks.all[pick as usize];
        occupancy.refresh(picks, pick.channel as usize, pick.time_s);
    }
}

impl Scene<'_> {
    /// Scores an event with given members.
    pub(super) fn score(&self, spot: &[f64; N], members: &[(u32, f64)]) -> Option<Fitted> {
        self.scored(&mut Scratch::default(), spot, Some(members))
    }
}
