//! All events together: who holds which measurement, and whether each event still stands.
use super::fit::{Fitted, LN_ROOT_2PI, Scene, Scratch};
use super::matching::{self, Worth};
use super::network::NONE;
use super::occupancy::Occupancy;
use super::picks::Picks;
use super::region::sight;
use super::small::N;
use super::terms::Terms;

/// An event beside the others.
#[derive(Debug, Clone)]
pub(super) struct Live {
    pub fitted: Fitted,
    /// What other events would gain by its measurements if it were none, nats.
    pub wanted: f64,
    /// What paths add, known from the others.
    pub terms: Option<Terms>,
}

impl Live {
    pub(super) fn new(fitted: Fitted) -> Self {
        Self { fitted, wanted: 0.0, terms: None }
    }

    /// Log of the odds that it is real, to the best that the others make of its measurements.
    pub(super) fn net(&self) -> f64 {
        self.fitted.log_odds - self.wanted
    }
}

/// What an event would gain by a measurement.
#[derive(Debug, Clone, Copy)]
struct Claim {
    gain: f64,
    /// The gain without the odds of detection.
    fit: f64,
    pick: u32,
    event: u32,
    channel: u32,
}

/// Shares the measurements so that the events gain most by them; an event has one of each channel at most, but where a
/// wave comes by several paths (then, and where waves echo, each goes to the event that gains most by it). Gives what each measurement is worth.
pub(super) fn share(scene: &Scene<'_>, live: &mut [Live]) -> Vec<Worth> {
    let mut claims = Vec::new();
    for (event, one) in live.iter_mut().enumerate() {
        claim(&Scene { terms: one.terms.as_ref(), ..*scene }, event as u32, &one.fitted, &mut claims);
        one.fitted.members.clear();
    }
    // What an event has of these changes what else is clutter, or it may have several.
    let several = |channel: usize| {
        let class = &scene.model.learnt.classes[scene.network.channels[channel].class as usize];
        class.secondary.is_some() || class.echo.is_some()
    };
    let mut worth = vec![Worth::default(); scene.picks.all.len()];
    let mut scratch = matching::Scratch::default();
    let rest = if scene.picks.is_open() {
        open(scene, live, &claims, several, &mut worth)
    } else {
        let (of_channel, rest) = by_channel(scene, &claims, several);
        for (channel, claims) in of_channel.iter().enumerate().filter(|(_, claims)| !claims.is_empty()) {
            let range = scene.picks.of(channel);
            matching::matching(
                &mut scratch,
                claims,
                (range.start, range.end),
                |_, _| false,
                |claim, of| {
                    live[claim.event as usize].fitted.members.push((claim.pick, claim.gain));
                    worth[claim.pick as usize] = of;
                },
            );
        }
        rest
    };
    greedy(scene, live, rest, &mut worth);
    worth
}

/// The sharing where measurements may be of several waves: of a sensor, between the waves of all events, each of which has
/// one measurement at most, as each measurement has one wave. Gives the claims of waves that may have several.
fn open(
    scene: &Scene<'_>,
    live: &mut [Live],
    claims: &[Claim],
    several: impl Fn(usize) -> bool,
    worth: &mut [Worth],
) -> Vec<Claim> {
    let mut of_sensor: Vec<Vec<&Claim>> = vec![Vec::new(); scene.network.places.len()];
    let mut rest = Vec::new();
    for claim in claims {
        if several(claim.channel as usize) {
            rest.push(*claim);
        } else {
            of_sensor[scene.network.channels[claim.channel as usize].sensor as usize].push(claim);
        }
    }
    let mut scratch = matching::Scratch::default();
    for claims in of_sensor.iter_mut().filter(|claims| !claims.is_empty()) {
        claims.sort_by_key(|claim| (claim.event, claim.channel));
        let mut rows: Vec<u32> = claims.iter().map(|claim| scene.picks.all[claim.pick as usize].row).collect();
        rows.sort_unstable();
        rows.dedup();
        // A wave of an event takes the part of an event, a row that of a measurement.
        let mut waves: Vec<(u32, u32)> = claims.iter().map(|claim| (claim.event, claim.channel)).collect();
        waves.dedup();
        let row = |claim: &Claim| rows.partition_point(|row| *row < scene.picks.all[claim.pick as usize].row);
        let wave = |claim: &Claim| waves.partition_point(|wave| *wave < (claim.event, claim.channel));
        let of =
            |claim: &&Claim| matching::Claim { event: wave(claim) as u32, pick: row(claim) as u32, gain: claim.gain };
        let parts: Vec<matching::Claim> = claims.iter().map(of).collect();
        let own = |a: u32, b: u32| waves[a as usize].0 == waves[b as usize].0;
        matching::matching(&mut scratch, &parts, (0, rows.len()), own, |won, of| {
            let is_it = |claim: &&&Claim| (wave(claim), row(claim)) == (won.event as usize, won.pick as usize);
            let Some(claim) = claims.iter().find(is_it) else { return };
            let by = if of.by == NONE { NONE } else { waves[of.by as usize].0 };
            live[claim.event as usize].fitted.members.push((claim.pick, claim.gain));
            worth[claim.pick as usize] = Worth { by, ..of };
        });
    }
    rest
}

/// Claims by channels, in order of events; those of waves that echo or come by several paths apart.
fn by_channel(
    scene: &Scene<'_>,
    claims: &[Claim],
    several: impl Fn(usize) -> bool,
) -> (Vec<Vec<matching::Claim>>, Vec<Claim>) {
    let mut of_channel: Vec<Vec<matching::Claim>> = vec![Vec::new(); scene.network.channels.len()];
    let mut rest = Vec::new();
    for claim in claims {
        if several(claim.channel as usize) {
            rest.push(*claim);
        } else {
            let of = matching::Claim { event: claim.event, pick: claim.pick, gain: claim.gain };
            of_channel[claim.channel as usize].push(of);
        }
    }
    (of_channel, rest)
}

/// Gives each measurement to the event that gains most by it.
fn greedy(scene: &Scene<'_>, live: &mut [Live], mut claims: Vec<Claim>, worth: &mut [Worth]) {
    claims.sort_unstable_by(|a, b| b.gain.total_cmp(&a.gain).then(a.pick.cmp(&b.pick)).then(a.event.cmp(&b.event)));
    let mut taken = vec![false; scene.picks.all.len()];
    let take = |taken: &mut [bool], pick: u32| {
        scene.picks.readings(pick as usize).for_each(|reading| taken[reading] = true);
    };
    for (pick, _) in live.iter().flat_map(|one| &one.fitted.members) {
        take(&mut taken, *pick);
    }
    let mut heard: Vec<Vec<u32>> = vec![Vec::new(); live.len()];
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
        take(&mut taken, claim.pick);
        heard[event].push(claim.channel);
        live[event].fitted.members.push((claim.pick, claim.gain));
        worth[claim.pick as usize].price = claim.gain;
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
            let (travel, base) = scene.travel(fast, channel, place, spot, r);
            let at = spot[0] + travel;
            let window = 4.0 * base.sqrt() + 4.0 * scene.picks.own_sigma_s[channel];
            let end = scene.picks.of(channel).end;
            let mut i = scene.picks.first_from(channel, at - window);
            if i == end || scene.picks.times[i] > at + window {
                continue;
            }
            let odds = row.odds_for(&fitted.strength[fast.medium]);
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
pub(super) fn stand(scene: &Scene<'_>, live: &mut Vec<Live>, bar: f64, trust_m: f64, worth: &[Worth]) {
    let mut stands: Vec<bool> = Vec::new();
    let mut order: Vec<(f64, usize)> = Vec::new();
    for (i, one) in live.iter_mut().enumerate() {
        stands.push(scene.enough(&one.fitted.members));
        if !stands[i] {
            continue;
        }
        let scene = &Scene { terms: one.terms.as_ref(), ..*scene };
        one.fitted.spot = scene.relocate(&one.fitted.spot, &one.fitted.members, 2, trust_m);
        match scene.score(&one.fitted.spot, &one.fitted.members) {
            Some(fitted) => {
                one.fitted = fitted;
                stands[i] = one.fitted.log_odds >= bar;
                one.wanted = one.fitted.members.iter().map(|(pick, _)| worth[*pick as usize].wanted).sum();
                if one.net() < bar && stands[i] {
                    order.push((one.net(), i));
                }
            }
            None => stands[i] = false,
        }
    }
    // Of events that want each other's measurements the worse one falls first; the other one may stand then.
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut better = vec![false; live.len()];
    for (_, i) in order {
        if better[i] {
            continue;
        }
        stands[i] = false;
        for (pick, _) in &live[i].fitted.members {
            let by = worth[*pick as usize].by;
            if by != NONE && worth[*pick as usize].wanted > 0.0 {
                better[by as usize] = true;
            }
        }
    }
    let mut i = 0;
    live.retain(|_| {
        i += 1;
        stands[i - 1]
    });
}

/// Writes into the measurements who holds them, and at what price.
pub(super) fn own(picks: &mut Picks, live: &[Live], worth: Option<&[Worth]>) {
    picks.owner.fill(NONE);
    picks.held.fill(0.0);
    for (event, one) in live.iter().enumerate() {
        for (pick, gain) in &one.fitted.members {
            let price = worth.map_or(*gain, |worth| worth[*pick as usize].price);
            picks.give(*pick, event as u32, price.min(*gain).max(0.0));
        }
    }
}

/// Takes a new event among the others: measurements that it takes away from another are that one's no more.
pub(super) fn hold(picks: &mut Picks, live: &mut Vec<Live>, fitted: Fitted) {
    let event = live.len() as u32;
    for (pick, gain) in &fitted.members {
        let owner = picks.owner[*pick as usize];
        if owner != NONE {
            live[owner as usize].fitted.members.retain(|(other, _)| !picks.same(*other, *pick));
        }
        picks.give(*pick, event, gain.max(0.0));
    }
    live.push(Live::new(fitted));
}

/// [`hold`], and the windows around its measurements looked at anew.
pub(super) fn admit(picks: &mut Picks, occupancy: &mut Occupancy, live: &mut Vec<Live>, fitted: Fitted) {
    let changed: Vec<u32> = fitted.members.iter().map(|(pick, _)| *pick).collect();
    hold(picks, live, fitted);
    for reading in changed.into_iter().flat_map(|pick| picks.readings(pick as usize)) {
        let pick = picks.all[reading];
        occupancy.refresh(picks, pick.channel as usize, pick.time_s);
    }
}

impl Scene<'_> {
    /// Scores an event with given members.
    pub(super) fn score(&self, spot: &[f64; N], members: &[(u32, f64)]) -> Option<Fitted> {
        self.scored(&mut Scratch::default(), spot, Some(members))
    }
}
