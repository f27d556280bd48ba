//! Finds sensors that contradict the others over many events: what they registered fits the others' events, all of it
//! at another time, from another place, or turned.
//!
//! # Algorithm
//! Of each sensor the measurements that no event holds are compared with what the events predict there.
//! - *Clock*: differences in time, counted in a window of four deviations that slides over [`CLOCK_S_MAX`] both ways;
//!   also of all sensors of an owner together. Waves are of unlike sharpness: also those alone are counted that are told to a
//!   half, a quarter and an eighth of the widest window, in a window as narrow.
//! - *Place*: for sensors that lack more than half of their events, how many events fit from each cell of a grid; the
//!   best is refined by least squares.
//! - *Bearing*: for what comes in time, differences in azimuth on the circle.
//!
//! What has nothing to do with each other spreads evenly; what is off piles up. Of a pile of k where mu are to be
//! expected the log-likelihood ratio is `k ln(k / mu) - k + mu`, less the log of the places it was looked for at. A
//! sensor is named from [`NATS_MIN`] and [`EVENTS_MIN`] events on, if the pile holds more events than the sensor takes
//! part in as it is stated. Rounds of a salvo count as one (`bout.rs`): a sensor that lacks some of them has others at the time between
//! two, each time anew. Whether it is broken, badly surveyed or made to say so is for people.
use super::bout;
use super::evidence::Evidence;
use super::fit::Scene;
use super::network::NONE;
use super::region::sight;
use super::small::exp;
use super::sweep::Live;
pub use crate::pile::EVENTS_MIN;
use crate::pile::{NATS_MIN, nats};
use std::collections::{BTreeMap, BTreeSet};

/// The greatest error of a clock that is looked for, s.
pub const CLOCK_S_MAX: f64 = 60.0;

/// A window of differences in time is as wide as so many deviations of one, and how often that is halved.
const DEVIATIONS: f64 = 4.0;
const WIDTHS: u32 = 4;

/// The most events that are looked at for a place, the surest first.
const EVENTS_MAX: usize = 64;

/// The most cells of a grid of places.
const CELLS_MAX: f64 = 65_536.0;

/// A place must explain so much more than a clock, having one number more, nats.
const PLACE_NATS: f64 = 5.0;

/// In which way a sensor's measurements would fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Contradiction {
    /// Its time minus the others', s.
    Clock {
        /// The difference.
        offset_s: f64,
    },
    /// It would fit from here, metres east and north.
    Place {
        /// The place.
        place_m: [f64; 2],
    },
    /// Its bearings minus the others', degrees clockwise.
    Bearing {
        /// The difference.
        offset_deg: f64,
    },
}

/// A sensor that contradicts the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inconsistent {
    /// The sensor, by its index.
    pub sensor: usize,
    /// How it would fit.
    pub how: Contradiction,
    /// How many events say so.
    pub events: usize,
    /// How many events it takes part in as it is stated.
    pub agreeing: usize,
    /// Mean of its times minus those that the events predict as it is stated, s.
    pub residual_mean_s: f64,
    /// Their standard deviation, s.
    pub residual_sigma_s: f64,
    /// Log-likelihood ratio to chance, less what the search costs; of an owner's sensors together where they were found
    /// together.
    pub log_ratio: f64,
}

/// An event that a sensor may have registered.
struct Chance {
    /// Time and place of the event.
    spot: [f64; 4],
    log_odds: f64,
    channel: usize,
    /// When it is predicted, s.
    at_s: f64,
    slowness_s_m: f64,
    sigma_s: f64,
    p: f64,
    /// Clutter there, 1/s.
    rate: f64,
    held: bool,
    /// Of which salvo the event is a round.
    bout: usize,
}

/// A free measurement minus what is predicted of an event that its sensor lacks.
#[derive(Debug, Clone, Copy)]
struct Difference {
    s: f64,
    sensor: usize,
    bout: usize,
    sigma_s: f64,
}

/// A pile.
struct Pile {
    middle: f64,
    /// Differences, in order.
    members: Vec<Difference>,
    nats: f64,
}

impl Pile {
    /// How many salvos its differences are of, each sensor's for itself.
    fn bouts(&self) -> usize {
        bouts_of(&self.members)
    }
}

fn bouts_of(differences: &[Difference]) -> usize {
    differences.iter().map(|one| (one.sensor, one.bout)).collect::<BTreeSet<_>>().len()
}

/// The sensors that contradict the others, from clutter's rates per channel.
pub(super) fn inconsistent(scene: &Scene<'_>, live: &[Live], rates: &[f64]) -> Vec<Inconsistent> {
    let owners = &scene.network.owners;
    let corroborated: Vec<bool> = live.iter().map(|one| corroborated(scene, one)).collect();
    let firm: Vec<&Live> = live.iter().zip(&corroborated).filter(|(_, firm)| **firm).map(|(one, _)| one).collect();
    let holder = |event: u32| corroborated.get(event as usize).copied().unwrap_or(false);
    let free: Vec<bool> = scene.picks.owner.iter().map(|event| !holder(*event)).collect();
    let spots: Vec<[f64; 4]> = firm.iter().map(|one| one.fitted.spot).collect();
    // Where waves are stated each round is known for itself.
    let bouts =
        if scene.picks.is_open() { bout::of(&spots, scene.density.radius_m()) } else { (0..spots.len()).collect() };
    let court = Court { scene, live: firm, bouts, free };
    let mut found: BTreeMap<usize, Inconsistent> = BTreeMap::new();
    let mut keep = |one: Inconsistent| {
        let better = found.get(&one.sensor).is_none_or(|other| one.log_ratio > other.log_ratio);
        if better {
            found.insert(one.sensor, one);
        }
    };
    let mut by_owner: BTreeMap<u32, Vec<Difference>> = BTreeMap::new();
    let (mut agreeing, mut agreeing_bouts) = (Vec::new(), Vec::new());
    let mut widths: BTreeMap<u32, f64> = BTreeMap::new();
    for (sensor, owner) in owners.iter().copied().enumerate() {
        let chances = court.chances(sensor, rates);
        let held = || chances.iter().filter(|chance| chance.held);
        let (own, own_bouts) = (held().count(), held().map(|chance| chance.bout).collect::<BTreeSet<_>>().len());
        agreeing.push(own);
        agreeing_bouts.push(own_bouts);
        let width_s = DEVIATIONS * chances.iter().map(|chance| chance.sigma_s).fold(0.0, f64::max);
        let differences = court.differences(&chances, sensor);
        if owner != NONE {
            by_owner.entry(owner).or_default().extend(&differences);
            let width = widths.entry(owner).or_default();
            *width = width.max(width_s);
        }
        let clock = clock_pile(&differences, width_s).filter(|pile| pile.bouts() > own_bouts);
        let clock = clock.map(|pile| of_clock(sensor, &pile, &pile.members, own));
        let place = court.place(&chances, sensor, own);
        let place = place.filter(|place| clock.is_none_or(|clock| place.log_ratio > clock.log_ratio + PLACE_NATS));
        let named = place.or(clock).or_else(|| court.bearing(&chances, sensor, own));
        named.into_iter().for_each(&mut keep);
    }
    // Sensors of one owner together, where others are left to contradict.
    for (owner, differences) in by_owner {
        let sensors: Vec<usize> = (0..owners.len()).filter(|sensor| owners[*sensor] == owner).collect();
        let own: usize = sensors.iter().map(|sensor| agreeing_bouts[*sensor]).sum();
        if sensors.len() < 2 || 2 * sensors.len() > owners.len() {
            continue;
        }
        let Some(pile) = clock_pile(&differences, widths[&owner]).filter(|pile| pile.bouts() > own) else {
            continue;
        };
        for sensor in sensors {
            let members: Vec<Difference> = pile.members.iter().copied().filter(|one| one.sensor == sensor).collect();
            if bouts_of(&members) > agreeing_bouts[sensor].max(1) {
                keep(of_clock(sensor, &pile, &members, agreeing[sensor]));
            }
        }
    }
    found.into_values().collect()
}

/// Whether an event can speak for the others: no owner has more than three quarters of its measurements. What sensors
/// of one owner alone registered, they may have made. Where all sensors are of one owner, or of nobody known, all can.
fn corroborated(scene: &Scene<'_>, one: &Live) -> bool {
    let owners = &scene.network.owners;
    if owners.iter().all(|owner| *owner == owners[0]) {
        return true;
    }
    let of = |(pick, _): &(u32, f64)| {
        owners[scene.network.channels[scene.picks.all[*pick as usize].channel as usize].sensor as usize]
    };
    let members = &one.fitted.members;
    let most = members.iter().map(|member| {
        let owner = of(member);
        if owner == NONE { 1 } else { members.iter().filter(|other| of(other) == owner).count() }
    });
    4 * most.max().unwrap_or(0) <= 3 * members.len()
}

/// What is judged by.
struct Court<'a> {
    scene: &'a Scene<'a>,
    /// Events that can speak for the others.
    live: Vec<&'a Live>,
    /// Of each of them which salvo it is a round of.
    bouts: Vec<usize>,
    /// Of each measurement whether none of them holds it.
    free: Vec<bool>,
}

impl Court<'_> {
    /// What a sensor may have registered of the events.
    fn chances(&self, sensor: usize, rates: &[f64]) -> Vec<Chance> {
        /// Where it would seldom register the event, chance pairs would drown the pile.
        const PROBABILITY_MIN: f64 = 0.3;
        let scene = self.scene;
        let place = &scene.network.places[sensor];
        let mut out = Vec::new();
        for (class, fast) in scene.model.classes.iter().enumerate() {
            let Some(channel) = scene.network.channel(sensor, class).filter(|_| fast.in_use) else { continue };
            for (one, bout) in self.live.iter().zip(&self.bouts) {
                let spot = &one.fitted.spot;
                let (r, _) = sight(place, spot, scene.region.rows);
                let Some(row) = fast.table.at(r).filter(|row| row.mean >= PROBABILITY_MIN) else { continue };
                let slowness_s_m = fast.slowness(place, spot, r);
                let travel_s = r * slowness_s_m;
                let of_channel = |(pick, _): &(u32, f64)| scene.picks.all[*pick as usize].channel as usize == channel;
                out.push(Chance {
                    spot: *spot,
                    log_odds: one.fitted.log_odds,
                    channel,
                    at_s: spot[0] + travel_s,
                    slowness_s_m,
                    sigma_s: (fast.variance_s2 + fast.relative2 * travel_s * travel_s)
                        .sqrt()
                        .max(scene.picks.own_sigma_s[channel]),
                    p: row.mean,
                    rate: rates.get(channel).copied().unwrap_or(0.0),
                    held: one.fitted.members.iter().any(of_channel),
                    bout: *bout,
                });
            }
        }
        out
    }

    /// Free measurements minus what is predicted of the events that the sensor lacks: what follows an arrival that agrees
    /// is an echo.
    fn differences(&self, chances: &[Chance], sensor: usize) -> Vec<Difference> {
        let scene = self.scene;
        let mut out = Vec::new();
        for chance in chances.iter().filter(|chance| !chance.held) {
            let end = scene.picks.of(chance.channel).end;
            let mut i = scene.picks.first_from(chance.channel, chance.at_s - CLOCK_S_MAX);
            while i < end && scene.picks.times[i] <= chance.at_s + CLOCK_S_MAX {
                if self.free[i] {
                    let s = scene.picks.times[i] - chance.at_s;
                    out.push(Difference { s, sensor, bout: chance.bout, sigma_s: chance.sigma_s });
                }
                i += 1;
            }
        }
        out
    }

    /// The free measurement nearest to a prediction from a place, if it fits: its time minus the prediction.
    fn fits(&self, chance: &Chance, place: [f64; 3], deviations: f64) -> Option<(f64, [f64; 3])> {
        let scene = self.scene;
        let (r, unit) = sight(&place, &chance.spot, scene.region.rows);
        let at_s = chance.spot[0] + r * chance.slowness_s_m;
        let window_s = deviations * chance.sigma_s;
        let end = scene.picks.of(chance.channel).end;
        let mut i = scene.picks.first_from(chance.channel, at_s - window_s);
        let mut best: Option<f64> = None;
        while i < end && scene.picks.times[i] <= at_s + window_s {
            let off = scene.picks.times[i] - at_s;
            if self.free[i] && best.is_none_or(|b| off.abs() < b.abs()) {
                best = Some(off);
            }
            i += 1;
        }
        best.map(|off| (off, unit))
    }

    /// Where a sensor would fit that lacks most of its events.
    fn place(&self, chances: &[Chance], sensor: usize, own: usize) -> Option<Inconsistent> {
        /// Deviations within which a measurement fits.
        const DEVIATIONS: f64 = 3.0;
        let scene = self.scene;
        let expected: f64 = chances.iter().map(|chance| chance.p).sum();
        if expected < EVENTS_MIN as f64 || 2.0 * own as f64 > expected {
            return None;
        }
        let mut sure: Vec<&Chance> = chances.iter().filter(|chance| !chance.held).collect();
        sure.sort_by(|a, b| b.log_odds.total_cmp(&a.log_odds).then(a.at_s.total_cmp(&b.at_s)));
        sure.truncate(EVENTS_MAX);
        let wide_m =
            sure.iter().map(|chance| chance.sigma_s / chance.slowness_s_m.max(1e-12)).fold(f64::INFINITY, f64::min);
        let stated = scene.network.places[sensor];
        let reach_m = scene.network.reach_of(scene.network.kinds[sensor]);
        let cell_m = (2.0 * wide_m).max(2.0 * reach_m / CELLS_MAX.sqrt());
        let half = (reach_m / cell_m).floor() as i64;
        if !(cell_m.is_finite() && half > 0) {
            return None;
        }
        let widened = DEVIATIONS * (0.5 * cell_m / wide_m).max(1.0);
        let mut best = (0, stated);
        for north in -half..=half {
            for east in -half..=half {
                let at = [stated[0] + east as f64 * cell_m, stated[1] + north as f64 * cell_m, stated[2]];
                let count = sure.iter().filter(|chance| self.fits(chance, at, widened).is_some()).count();
                if count > best.0 {
                    best = (count, at);
                }
            }
        }
        let mut at = best.1;
        for _ in 0..4 {
            // Normal equations of east and north.
            let (mut h, mut b) = ([0.0_f64; 3], [0.0_f64; 2]);
            for chance in &sure {
                let Some((off, unit)) = self.fits(chance, at, widened) else { continue };
                // A sensor that moves towards the source hears it sooner.
                let g = [-unit[0] * chance.slowness_s_m, -unit[1] * chance.slowness_s_m];
                let weight = 1.0 / (chance.sigma_s * chance.sigma_s);
                h = [h[0] + weight * g[0] * g[0], h[1] + weight * g[0] * g[1], h[2] + weight * g[1] * g[1]];
                b = [b[0] + weight * g[0] * off, b[1] + weight * g[1] * off];
            }
            let determinant = h[0] * h[2] - h[1] * h[1];
            if determinant <= 1e-9 * h[0] * h[2] {
                return None;
            }
            at[0] += (h[2] * b[0] - h[1] * b[1]) / determinant;
            at[1] += (h[0] * b[1] - h[1] * b[0]) / determinant;
        }
        let there = |chance: &&&Chance| self.fits(chance, at, DEVIATIONS).is_some();
        let fitting: Vec<&Chance> = sure.iter().filter(there).copied().collect();
        let mean: f64 = sure.iter().map(|c| 1.0 - exp(-2.0 * DEVIATIONS * c.sigma_s * c.rate)).sum();
        let cells = (2 * half + 1) as f64;
        let told = fitting.iter().map(|chance| chance.bout).collect::<BTreeSet<_>>().len();
        let log_ratio = nats(told, mean, cells * cells);
        let moved_m = ((at[0] - stated[0]) * (at[0] - stated[0]) + (at[1] - stated[1]) * (at[1] - stated[1])).sqrt();
        let named = told >= EVENTS_MIN
            && fitting.len() > own
            && 4 * fitting.len() > sure.len()
            && log_ratio > NATS_MIN
            && moved_m > 4.0 * wide_m;
        let residuals = fitting.iter().filter_map(|chance| {
            let (r, _) = sight(&at, &chance.spot, scene.region.rows);
            self.fits(chance, at, DEVIATIONS)
                .map(|(off, _)| chance.spot[0] + r * chance.slowness_s_m + off - chance.at_s)
        });
        let (residual_mean_s, residual_sigma_s) = spread(residuals);
        named.then_some(Inconsistent {
            sensor,
            how: Contradiction::Place { place_m: [at[0], at[1]] },
            events: fitting.len(),
            agreeing: own,
            residual_mean_s,
            residual_sigma_s,
            log_ratio,
        })
    }

    /// By how much a sensor's bearings are turned.
    fn bearing(&self, chances: &[Chance], sensor: usize, own: usize) -> Option<Inconsistent> {
        /// Deviations within which a measurement comes in time.
        const DEVIATIONS: f64 = 3.0;
        let scene = self.scene;
        let mut turns: Vec<(f64, f64)> = Vec::new();
        let (mut sigma_deg, mut in_time) = (0.0_f64, 0.0);
        for chance in chances.iter().filter(|chance| !chance.held) {
            let window_s = DEVIATIONS * chance.sigma_s;
            in_time += 1.0 - exp(-2.0 * window_s * chance.rate);
            let end = scene.picks.of(chance.channel).end;
            let mut i = scene.picks.first_from(chance.channel, chance.at_s - window_s);
            while i < end && scene.picks.times[i] <= chance.at_s + window_s {
                let turn = scene.picks.evidence(i).and_then(|said: &Evidence| {
                    said.turn_deg(&scene.network.places[sensor], &chance.spot).filter(|_| self.free[i])
                });
                if let Some((turn, sigma)) = turn {
                    sigma_deg = sigma_deg.max(sigma);
                    turns.push((turn, scene.picks.times[i] - chance.at_s));
                }
                i += 1;
            }
        }
        let width = 4.0 * sigma_deg;
        if turns.len() < EVENTS_MIN || width > 180.0 {
            return None;
        }
        turns.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        // Around the circle once more, so that a window may lie across the north.
        let n = turns.len();
        turns.extend_from_within(..);
        turns[n..].iter_mut().for_each(|turn| turn.0 += 360.0);
        let (mut best, mut first) = (0..0, 0);
        for last in 0..turns.len() {
            while turns[last].0 - turns[first].0 > width {
                first += 1;
            }
            if last + 1 - first > best.len() && last + 1 - first <= n {
                best = first..last + 1;
            }
        }
        let members = &turns[best];
        let (middle, _) = spread(members.iter().map(|(turn, _)| *turn));
        let offset_deg = if middle > 180.0 { middle - 360.0 } else { middle };
        let windows = 360.0 / width;
        let log_ratio = nats(members.len(), in_time / windows, windows);
        let named =
            members.len() >= EVENTS_MIN && members.len() > own && log_ratio > NATS_MIN && offset_deg.abs() > width;
        let (residual_mean_s, residual_sigma_s) = spread(members.iter().map(|(_, off)| *off));
        named.then_some(Inconsistent {
            sensor,
            how: Contradiction::Bearing { offset_deg },
            events: members.len(),
            agreeing: own,
            residual_mean_s,
            residual_sigma_s,
            log_ratio,
        })
    }
}

/// The window of differences in time that is fullest against chance, if it is too full for it and not around zero.
fn clock_pile(differences: &[Difference], width_s: f64) -> Option<Pile> {
    let of_width = |halvings: u32| {
        let width_s = width_s / f64::from(1_u32 << halvings);
        let sharp = |one: &&Difference| DEVIATIONS * one.sigma_s <= width_s * (1.0 + 1e-9);
        let mut sharp: Vec<Difference> = differences.iter().filter(sharp).copied().collect();
        pile_of_width(&mut sharp, width_s)
    };
    let piles = (0..WIDTHS).filter_map(of_width);
    piles.reduce(|best, next| if next.nats > best.nats { next } else { best })
}

/// The fullest window of one width.
fn pile_of_width(differences: &mut [Difference], width_s: f64) -> Option<Pile> {
    /// The density of chance pairs is counted over so many windows to each side: recordings begin and end.
    const AROUND: f64 = 20.0;
    differences.sort_unstable_by(|a, b| a.s.total_cmp(&b.s).then(a.sensor.cmp(&b.sensor)).then(a.bout.cmp(&b.bout)));
    let (mut best, mut most, mut first) = (0..0, 0, 0);
    // Of each sensor's salvos how many differences are in the window.
    let mut within: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for last in 0..differences.len() {
        let of = |one: &Difference| (one.sensor, one.bout);
        *within.entry(of(&differences[last])).or_default() += 1;
        while differences[last].s - differences[first].s > width_s {
            let gone = of(&differences[first]);
            if let Some(count) = within.get_mut(&gone) {
                *count -= 1;
                if *count == 0 {
                    within.remove(&gone);
                }
            }
            first += 1;
        }
        if within.len() > most {
            (best, most) = (first..last + 1, within.len());
        }
    }
    let members = differences[best.clone()].to_vec();
    let middle = members.iter().map(|one| one.s).sum::<f64>() / members.len().max(1) as f64;
    let windows = 2.0 * CLOCK_S_MAX / width_s.max(1e-6);
    let near = |d: f64| differences.partition_point(|other| other.s < d);
    let around = near(middle + AROUND * width_s) - near(middle - AROUND * width_s) - members.len();
    let mean = (differences.len() as f64 / windows).max(around as f64 / (2.0 * AROUND));
    let nats = nats(most, mean, f64::from(WIDTHS) * windows);
    // A pile around zero is the sensor's own share of unfinished events.
    let named = most >= EVENTS_MIN && nats > NATS_MIN && middle.abs() > width_s;
    named.then_some(Pile { middle, members, nats })
}

fn of_clock(sensor: usize, pile: &Pile, members: &[Difference], agreeing: usize) -> Inconsistent {
    let (mean, sigma) = spread(members.iter().map(|one| one.s));
    Inconsistent {
        sensor,
        how: Contradiction::Clock { offset_s: pile.middle },
        events: members.len(),
        agreeing,
        residual_mean_s: mean,
        residual_sigma_s: sigma,
        log_ratio: pile.nats,
    }
}

/// Mean and standard deviation.
fn spread(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let n = values.clone().count().max(1) as f64;
    let mean = values.clone().sum::<f64>() / n;
    (mean, (values.map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0).max(1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pile_is_told_from_an_even_spread() {
        let mut bout = 0;
        let mut of = |s: f64| {
            bout += 1;
            Difference { s, sensor: 7, bout, sigma_s: 0.2 }
        };
        let mut even: Vec<Difference> = (0..600).map(|i| of(f64::from(i) * 0.2 - 60.0)).collect();
        assert!(clock_pile(&even, 0.8).is_none());
        let mut off = even.clone();
        off.extend((0..25).map(|i| of(3.03 + f64::from(i) * 0.01)));
        let pile = clock_pile(&off, 0.8).unwrap();
        assert!((pile.middle - 3.15).abs() < 0.2, "{}", pile.middle);
        // The rounds of three salvos are three, however many they are.
        even.extend((0..25).map(|i| Difference { bout: i % 3, ..of(3.03 + i as f64 * 0.01) }));
        assert!(clock_pile(&even, 0.8).is_none());
    }

    #[test]
    fn sharp_waves_pile_up_among_blurred_ones_and_near_zero() {
        let blurred = (0..400).map(|i| Difference { s: i as f64 * 0.3 - 60.0, sensor: 7, bout: i, sigma_s: 1.0 });
        let sharp = (0..14).map(|i| Difference { s: 1.5 + i as f64 * 0.02, sensor: 7, bout: 400 + i, sigma_s: 0.12 });
        let pile = clock_pile(&blurred.clone().chain(sharp).collect::<Vec<_>>(), 4.0).unwrap();
        assert!((pile.middle - 1.63).abs() < 0.1 && pile.members.len() == 14, "{}", pile.middle);
        assert!(clock_pile(&blurred.collect::<Vec<_>>(), 4.0).is_none());
    }
}
