//! Fits one event to the measurements around a first guess, and says how much better it explains them than clutter.
//!
//! # Algorithm
//! Annealed expectation-maximisation. With the variance of a time widened to `sigma^2 + s^2`, each channel's
//! measurements near the predicted time share the event by their posterior
//! `gamma_i = o N(r_i) / lambda_i / (1 + sum_j o N(r_j) / lambda_j)`, o the odds of detection there; one damped
//! Gauss-Newton step follows with those weights. s falls from the guess's doubt to zero (deterministic annealing:
//! K. Rose, *Proceedings of the IEEE* 86, 2210-2239, 1998).
//!
//! The score is the log of the posterior odds that the event is real:
//! ```text
//! ln sum_u w_u exp( sum_k ln(1 - p_k(u)) + sum_assigned ln[p / (1 - p)] )      every channel, also the silent ones
//!   + sum_assigned ( ln N(r_i; sigma) - ln lambda_i - held_i )                 what clutter, or another event, loses
//!   + ln(events per s and m3) + ln( (2 pi)^(n/2) |H|^(-1/2) )                  prior, and the volume that fits
//! ```
use super::density::Density;
use super::detection::{NODES, Row};
use super::model::{Fast, Model};
use super::network::{MEDIA, Network};
use super::picks::Picks;
use super::region::{Region, distance, sight};
use super::small::{N, Symmetric, exp, log_sum_exp};
use super::terms::Terms;

pub(super) const LN_ROOT_2PI: f64 = 0.918_938_533_204_672_8;

/// Everything that stays the same while events are fitted.
pub(super) struct Scene<'a> {
    pub network: &'a Network,
    pub model: &'a Model,
    pub picks: &'a Picks,
    pub region: &'a Region,
    /// Log of the events per second and volume.
    pub log_birth: f64,
    /// Where events are.
    pub density: &'a Density,
    /// How many of the events that the density was learnt from are the ones being judged.
    pub own: f64,
    /// Logs of the weights of the strengths, of each medium that is told apart.
    pub strength: &'a [[f64; NODES]],
    /// What share is paid of what others lose.
    pub price_share: f64,
    /// What paths add, known from other events.
    pub terms: Option<&'a Terms>,
    /// Whose silence does not count.
    pub left_out: Option<u32>,
}

/// A measurement that may belong to the event.
#[derive(Debug, Clone, Copy)]
struct Entry {
    pick: u32,
    time_s: f64,
    own_variance_s2: f64,
    log_clutter: f64,
}

/// A channel with entries.
#[derive(Debug, Clone, Copy)]
struct Heard {
    sensor: u32,
    class: u32,
    first: u32,
    last: u32,
}

/// An event with its measurements.
#[derive(Debug, Clone)]
pub(super) struct Fitted {
    /// Time, east, north, up.
    pub spot: [f64; N],
    /// Measurements and what each adds, nats.
    pub members: Vec<(u32, f64)>,
    /// Log of the odds that it is real.
    pub log_odds: f64,
    /// Posterior of the strengths, by medium.
    pub strength: [[f64; NODES]; MEDIA],
    /// Fisher information of time and place.
    pub information: Symmetric,
}

/// What a channel gains most by: the measurement, with and without the odds of detection.
#[derive(Debug, Clone, Copy)]
struct Best {
    pick: u32,
    fit: f64,
    gain: f64,
}

/// Room for one fit, reused.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    entries: Vec<Entry>,
    heard: Vec<Heard>,
    chosen: Vec<(u32, f64)>,
    /// What each entry gains without the odds of detection, and the distance of each channel with entries, m.
    fits: Vec<f64>,
    distances: Vec<f64>,
    best: Vec<Option<Best>>,
}

/// What is left of the annealing's width from step to step.
const COOLING: f64 = 0.65;

/// Measurements are gathered anew when the width has fallen by this.
const GATHER: f64 = 0.3;

/// Steps at the width zero.
const COLD_STEPS: usize = 3;

impl Scene<'_> {
    /// Gathers what lies within `width_s` and some deviations of the predicted times.
    fn gather(&self, scratch: &mut Scratch, spot: &[f64; N], width_s: f64) {
        scratch.entries.clear();
        scratch.heard.clear();
        for (sensor, place) in self.network.places.iter().enumerate() {
            let (r, _) = sight(place, spot, self.region.rows);
            for (class, fast) in self.model.classes.iter().enumerate() {
                if !fast.in_use || r >= fast.table.r_m_max {
                    continue;
                }
                let Some(channel) = self.network.channel(sensor, class) else { continue };
                let (travel, variance) = self.travel(fast, channel, place, spot, r);
                let window = width_s + 4.0 * variance.sqrt() + 4.0 * self.picks.own_sigma_s[channel];
                let at = spot[0] + travel;
                let first = scratch.entries.len() as u32;
                let end = self.picks.of(channel).end;
                let mut i = self.picks.first_from(channel, at - window);
                while i < end && self.picks.times[i] <= at + window {
                    scratch.entries.push(Entry {
                        pick: i as u32,
                        time_s: self.picks.times[i],
                        own_variance_s2: self.picks.all[i].variance_s2,
                        log_clutter: self.picks.log_clutter[i] + self.price_share * self.picks.held[i],
                    });
                    i += 1;
                }
                let last = scratch.entries.len() as u32;
                if last > first {
                    scratch.heard.push(Heard { sensor: sensor as u32, class: class as u32, first, last });
                }
            }
        }
    }

    /// Keeps of what was gathered what lies within `width_s` and some deviations of the predicted times.
    fn narrow(&self, scratch: &mut Scratch, spot: &[f64; N], width_s: f64) {
        let mut kept = 0;
        let Scratch { entries, heard, .. } = scratch;
        heard.retain_mut(|one| {
            let fast = &self.model.classes[one.class as usize];
            let place = &self.network.places[one.sensor as usize];
            let r = distance(place, spot, self.region.rows);
            let Some(channel) = self.network.channel(one.sensor as usize, one.class as usize) else { return false };
            let (travel, variance) = self.travel(fast, channel, place, spot, r);
            let at = spot[0] + travel;
            let first = kept;
            for i in one.first as usize..one.last as usize {
                let entry = entries[i];
                let window = width_s + 4.0 * (variance + entry.own_variance_s2).sqrt();
                if (entry.time_s - at).abs() <= window {
                    entries[kept] = entry;
                    kept += 1;
                }
            }
            (one.first, one.last) = (first as u32, kept as u32);
            kept > first
        });
        entries.truncate(kept);
    }

    /// One step with the variance widened by `wide2`; the step's squared length in deviations.
    fn step(&self, scratch: &Scratch, spot: &mut [f64; N], wide2: f64, trust_m: f64) -> Option<()> {
        let mut h = Symmetric::ZERO;
        let mut b = [0.0; N];
        let mut gains = [0.0_f64; 64];
        for heard in &scratch.heard {
            let fast = &self.model.classes[heard.class as usize];
            let place = &self.network.places[heard.sensor as usize];
            let (r, unit) = sight(place, spot, self.region.rows);
            let Some(mean_odds) = fast.table.mean_odds(r) else { continue };
            // How wind turns with the place is left out: some hundredths of what is left.
            let slowness = fast.slowness(place, spot, r);
            let Some(channel) = self.network.channel(heard.sensor as usize, heard.class as usize) else { continue };
            let (travel, variance) = self.travel(fast, channel, place, spot, r);
            let base = variance + wide2;
            let at = spot[0] + travel;
            let entries = &scratch.entries[heard.first as usize..heard.last as usize];
            let entries = &entries[..entries.len().min(gains.len())];
            let mut total = 1.0;
            for (gain, entry) in gains.iter_mut().zip(entries) {
                let inverse = 1.0 / (base + entry.own_variance_s2);
                let residual = entry.time_s - at;
                let exponent = mean_odds - entry.log_clutter - 0.5 * residual * residual * inverse
                    + self.extra(spot, entry.pick as usize);
                *gain = exp(exponent) * inverse.sqrt() * 0.398_942_280_401_432_7;
                total += *gain;
            }
            let (mut weight, mut pull) = (0.0, 0.0);
            for (gain, entry) in gains.iter().zip(entries) {
                let w = gain / (total * (base + entry.own_variance_s2));
                weight += w;
                pull += w * (entry.time_s - at);
                self.pull(spot, entry.pick as usize, gain / total, &mut h, &mut b);
            }
            let g = [1.0, unit[0] * slowness, unit[1] * slowness, unit[2] * slowness];
            h.add(weight, &g);
            for (bi, gi) in b.iter_mut().zip(g) {
                *bi += pull * gi;
            }
        }
        if h.0[0] <= 0.0 {
            return None;
        }
        let damping = 1.0 / (trust_m * trust_m);
        for axis in 1..self.region.rows {
            h.add_diagonal(axis, damping);
        }
        let d = h.root(self.region.rows)?.solve(&b);
        for (s, d) in spot.iter_mut().zip(d) {
            *s += d;
        }
        self.region.clamp(spot);
        Some(())
    }

    /// Fits from a guess whose travel times are in doubt by `doubt_s` and whose place by `doubt_m`.
    pub(super) fn fit(&self, scratch: &mut Scratch, guess: [f64; N], doubt_s: f64, doubt_m: f64) -> Option<Fitted> {
        let mut spot = guess;
        let in_use = self.model.classes.iter().filter(|fast| fast.in_use);
        let cold_s = 0.7 * in_use.map(|fast| fast.variance_s2).fold(f64::INFINITY, f64::min).sqrt();
        let mut width_s = doubt_s;
        let mut gathered_s = f64::INFINITY;
        while width_s > cold_s {
            if gathered_s == f64::INFINITY {
                self.gather(scratch, &spot, 2.5 * width_s);
                gathered_s = width_s;
            } else if width_s < GATHER * gathered_s {
                self.narrow(scratch, &spot, 2.5 * width_s);
                gathered_s = width_s;
            }
            self.step(scratch, &mut spot, width_s * width_s, doubt_m)?;
            width_s *= COOLING;
        }
        self.narrow(scratch, &spot, 2.5 * cold_s);
        for _ in 0..COLD_STEPS {
            self.step(scratch, &mut spot, 0.0, doubt_m)?;
        }
        self.settle(scratch, spot)
    }

    /// Chooses the measurements at a place, without moving it, and scores.
    pub(super) fn settle(&self, scratch: &mut Scratch, spot: [f64; N]) -> Option<Fitted> {
        self.gather(scratch, &spot, 0.0);
        self.scored(scratch, &spot, None)
    }

    /// Silence of every channel in reach, for each strength of each medium.
    fn silence(&self, spot: &[f64; N]) -> [[f64; NODES]; MEDIA] {
        let mut silent = [[0.0; NODES]; MEDIA];
        silent[..self.strength.len()].copy_from_slice(self.strength);
        for (sensor, place) in self.network.places.iter().enumerate() {
            if self.left_out == Some(self.network.owners[sensor]) {
                continue;
            }
            let (r, _) = sight(place, spot, self.region.rows);
            for (class, fast) in self.model.classes.iter().enumerate() {
                if !fast.in_use || self.network.channel(sensor, class).is_none() {
                    continue;
                }
                let up = || self.picks.health.up(sensor, spot[0] + r * fast.slowness(place, spot, r));
                if let Some(miss) = fast.table.miss(r).filter(|_| up()) {
                    for (s, m) in silent[fast.medium].iter_mut().zip(miss) {
                        *s += m;
                    }
                }
            }
        }
        silent
    }

    /// What each entry that was gathered gains at a place, without the odds of detection.
    fn fits(&self, scratch: &mut Scratch, spot: &[f64; N]) {
        let Scratch { entries, heard, fits, distances, .. } = scratch;
        fits.clear();
        distances.clear();
        for one in heard.iter() {
            let fast = &self.model.classes[one.class as usize];
            let place = &self.network.places[one.sensor as usize];
            let r = distance(place, spot, self.region.rows);
            distances.push(r);
            let Some(channel) = self.network.channel(one.sensor as usize, one.class as usize) else { continue };
            let (travel, base) = self.travel(fast, channel, place, spot, r);
            let at = spot[0] + travel;
            for entry in &entries[one.first as usize..one.last as usize] {
                let variance = base + entry.own_variance_s2;
                let residual = entry.time_s - at;
                fits.push(
                    -0.5 * residual * residual / variance - 0.5 * libm::log(variance) - LN_ROOT_2PI - entry.log_clutter
                        + self.extra(spot, entry.pick as usize),
                );
            }
        }
    }

    /// Of each channel with entries the one that gains most, with the odds of detection for a posterior of the strengths or
    /// for all of them. A measurement that several channels of a sensor would read is that one's that gains most by it.
    fn best(&self, scratch: &mut Scratch, strength: Option<&[[f64; NODES]; MEDIA]>) {
        let Scratch { entries, heard, fits, distances, best, .. } = scratch;
        best.clear();
        let is_open = self.picks.is_open();
        for (at, (one, r)) in heard.iter().zip(distances.iter()).enumerate() {
            best.push(None);
            let fast = &self.model.classes[one.class as usize];
            let Some(row) = fast.table.at(*r) else { continue };
            let odds = strength.map_or(row.mean_odds, |strength| row.odds_for(&strength[fast.medium]));
            let range = one.first as usize..one.last as usize;
            let of_channel = || entries[range.clone()].iter().zip(&fits[range.clone()]);
            // Channels of one sensor follow each other.
            let same = heard[..at].iter().rev().take_while(|other| is_open && other.sensor == one.sensor).count();
            let mut found: Option<Best> = None;
            for (entry, &fit) in of_channel() {
                let gain = fit + odds;
                let beaten = |other: &Option<Best>| {
                    other.is_some_and(|other| self.picks.same(other.pick, entry.pick) && other.gain >= gain)
                };
                if gain > 0.0
                    && found.is_none_or(|found| fit > found.fit)
                    && !(is_open && best[at - same..at].iter().any(beaten))
                {
                    found = Some(Best { pick: entry.pick, fit, gain });
                }
            }
            if let Some(found) = found.filter(|_| is_open) {
                for other in &mut best[at - same..at] {
                    // Rare enough that its own next best is not sought.
                    *other = other.filter(|other| !self.picks.same(other.pick, found.pick));
                }
            }
            best[at] = found;
        }
    }

    /// Scores an event at a place with given members, or with those chosen from what was gathered.
    pub(super) fn scored(
        &self,
        scratch: &mut Scratch,
        spot: &[f64; N],
        given: Option<&[(u32, f64)]>,
    ) -> Option<Fitted> {
        let silent = self.silence(spot);
        if given.is_none() {
            self.fits(scratch, spot);
        }
        let mut strength = [[0.0; NODES]; MEDIA];
        let mut log_evidence = 0.0;
        // Which measurements belong depends on the strength, and the strength on them.
        for round in 0..if given.is_some() { 1 } else { 3 } {
            scratch.chosen.clear();
            let mut logs = silent;
            let mut gain_sum = 0.0;
            // The first of a channel says that it registered the event; those after it are secondary arrivals.
            let mut take = |pick: u32, fit: f64, row: (&Row, usize), first: bool, chosen: &mut Vec<(u32, f64)>| {
                gain_sum += fit;
                if first {
                    for (l, o) in logs[row.1].iter_mut().zip(&row.0.odds) {
                        *l += o;
                    }
                }
                chosen.push((pick, fit));
            };
            if let Some(members) = given {
                for (k, (pick, _)) in members.iter().enumerate() {
                    let number = self.picks.all[*pick as usize].channel;
                    let channel = self.network.channels[number as usize];
                    let fast = &self.model.classes[channel.class as usize];
                    let (r, _) = sight(&self.network.places[channel.sensor as usize], spot, self.region.rows);
                    let Some(row) = fast.table.at(r) else { continue };
                    let (weight, _, residual) = self.row(spot, *pick as usize);
                    let fit = -0.5 * residual * residual * weight + 0.5 * libm::log(weight)
                        - LN_ROOT_2PI
                        - self.picks.log_clutter[*pick as usize]
                        + self.extra(spot, *pick as usize);
                    let first = fast.secondary.is_none()
                        || members[..k].iter().all(|(p, _)| self.picks.all[*p as usize].channel != number);
                    let fit = if first { fit } else { fit + fast.log_secondary() };
                    take(*pick, fit, (row, fast.medium), first, &mut scratch.chosen);
                }
            } else {
                let known = (round > 0).then_some(&strength);
                self.best(scratch, known);
                for ((heard, r), best) in scratch.heard.iter().zip(&scratch.distances).zip(&scratch.best) {
                    let fast = &self.model.classes[heard.class as usize];
                    let (Some(row), Some(Best { pick: first, fit: gain, .. })) = (fast.table.at(*r), *best) else {
                        continue;
                    };
                    let range = heard.first as usize..heard.last as usize;
                    let entries = || scratch.entries[range.clone()].iter().zip(&scratch.fits[range.clone()]);
                    let row = (row, fast.medium);
                    take(first, gain, row, true, &mut scratch.chosen);
                    if fast.secondary.is_some() {
                        for (entry, fit) in entries().filter(|(entry, _)| entry.pick != first) {
                            let gain = fit + fast.log_secondary();
                            if gain > 0.0 {
                                take(entry.pick, gain, row, false, &mut scratch.chosen);
                            }
                        }
                    }
                }
            }
            log_evidence = gain_sum;
            for (strength, logs) in strength.iter_mut().zip(&logs).take(self.strength.len()) {
                let evidence = log_sum_exp(logs);
                log_evidence += evidence;
                for (s, l) in strength.iter_mut().zip(logs) {
                    *s = exp(l - evidence);
                }
            }
        }
        let mut members = scratch.chosen.clone();
        for (pick, gain) in &mut members {
            let channel = self.network.channels[self.picks.all[*pick as usize].channel as usize];
            let fast = &self.model.classes[channel.class as usize];
            let (r, _) = sight(&self.network.places[channel.sensor as usize], spot, self.region.rows);
            *gain += fast.table.at(r).map_or(0.0, |row| row.odds_for(&strength[fast.medium]));
        }
        let information = self.information(spot, &members);
        let volume = self.log_volume(&information)?;
        let prior = self.log_birth + self.density.log(self.region, spot, &information, self.own);
        Some(Fitted { spot: *spot, members, log_odds: log_evidence + prior + volume, strength, information })
    }

    /// Fisher information of the members.
    fn information(&self, spot: &[f64; N], members: &[(u32, f64)]) -> Symmetric {
        let mut h = Symmetric::ZERO;
        for (pick, _) in members {
            let (weight, g, _) = self.row(spot, *pick as usize);
            h.add(weight, &g);
            self.pull(spot, *pick as usize, 1.0, &mut h, &mut [0.0; N]);
        }
        h
    }

    /// What a measurement's bearing and the like say of a spot, nats.
    #[inline]
    pub(super) fn extra(&self, spot: &[f64; N], pick: usize) -> f64 {
        let Some(evidence) = self.picks.evidence(pick) else { return 0.0 };
        let channel = self.network.channels[self.picks.all[pick].channel as usize];
        let fast = &self.model.classes[channel.class as usize];
        let place = &self.network.places[channel.sensor as usize];
        evidence.log_ratio(place, spot, self.region, fast.table.r_m_max, fast.slowness_s_m)
    }

    /// Adds what a measurement's bearing and the like say of the place to normal equations.
    #[inline]
    fn pull(&self, spot: &[f64; N], pick: usize, share: f64, h: &mut Symmetric, b: &mut [f64; N]) {
        if let Some(evidence) = self.picks.evidence(pick) {
            let sensor = self.network.channels[self.picks.all[pick].channel as usize].sensor;
            evidence.pull(&self.network.places[sensor as usize], spot, share, h, b);
        }
    }

    /// Whether members can be an event: they state more numbers than an event has coordinates, and are three at
    /// least unless one of them states a place or a distance by itself. Two bearings cross wherever they like.
    pub(super) fn enough(&self, members: &[(u32, f64)]) -> bool {
        let evidence = || members.iter().filter_map(|(pick, _)| self.picks.evidence(*pick as usize));
        let numbers = members.len() + evidence().map(|e| e.count()).sum::<usize>();
        let placed = evidence().any(|e| e.fix.is_some() || e.range_m.is_some());
        numbers > self.region.rows && (members.len() > 2 || placed)
    }

    /// Travel time of a channel's wave over a distance, and its variance beside the measurement's own.
    #[inline]
    pub(super) fn travel(
        &self,
        fast: &Fast,
        channel: usize,
        place: &[f64; 3],
        spot: &[f64; N],
        r_m: f64,
    ) -> (f64, f64) {
        let travel_s = r_m * fast.slowness(place, spot, r_m);
        match self.terms.and_then(|terms| terms.of(channel)) {
            None => (travel_s, fast.variance_s2 + fast.relative2 * travel_s * travel_s),
            Some((later_s, path_s2)) => (travel_s + later_s, fast.variance_s2 + path_s2),
        }
    }

    /// Weight, derivative and residual of a measurement.
    pub(super) fn row(&self, spot: &[f64; N], pick: usize) -> (f64, [f64; N], f64) {
        let pick = &self.picks.all[pick];
        let channel = self.network.channels[pick.channel as usize];
        let fast = &self.model.classes[channel.class as usize];
        let place = &self.network.places[channel.sensor as usize];
        let (r, unit) = sight(place, spot, self.region.rows);
        let slowness = fast.slowness(place, spot, r);
        let (travel, variance) = self.travel(fast, pick.channel as usize, place, spot, r);
        let weight = 1.0 / (variance + pick.variance_s2);
        let g = [1.0, unit[0] * slowness, unit[1] * slowness, unit[2] * slowness];
        (weight, g, pick.time_s - spot[0] - travel)
    }

    /// Log of the volume of time and place that fits, the region's own size being the most of each.
    fn log_volume(&self, information: &Symmetric) -> Option<f64> {
        let mut h = *information;
        for axis in 0..self.region.rows - 1 {
            let side = (self.region.high[axis] - self.region.low[axis]).max(1.0);
            // The variance of a flat distribution over the side.
            h.add_diagonal(axis + 1, 12.0 / (side * side));
        }
        let rows = self.region.rows;
        Some(rows as f64 * LN_ROOT_2PI - 0.5 * h.root(rows)?.log_determinant())
    }

    /// Moves an event to where its members fit best.
    pub(super) fn relocate(&self, spot: &[f64; N], members: &[(u32, f64)], steps: usize, trust_m: f64) -> [f64; N] {
        let mut at = *spot;
        for _ in 0..steps {
            let mut h = Symmetric::ZERO;
            let mut b = [0.0; N];
            for (pick, _) in members {
                let (weight, g, residual) = self.row(&at, *pick as usize);
                h.add(weight, &g);
                for (bi, gi) in b.iter_mut().zip(g) {
                    *bi += weight * residual * gi;
                }
                self.pull(&at, *pick as usize, 1.0, &mut h, &mut b);
            }
            for axis in 1..self.region.rows {
                h.add_diagonal(axis, 1.0 / (trust_m * trust_m));
            }
            let Some(root) = h.root(self.region.rows) else { return at };
            let d = root.solve(&b);
            for (s, d) in at.iter_mut().zip(d) {
                *s += d;
            }
            self.region.clamp(&mut at);
        }
        at
    }
}
