//! What came from one place, built anew together: rounds of a salvo follow each other within seconds, and arrivals of one stand
//! where those of the next are expected from some other place.
//!
//! # Algorithm
//! At a given place every measurement has an origin time, and the times of true rounds are groups of as many as sensors heard them;
//! mixtures of two rounds are none, since both came from there. So the events near the place are let go together, the groups
//! settle there, in order of what they explain, each moves to where it fits best, and what was built stays if it explains more
//! than what stood. That is tried twice: with the events elsewhere as they are, whose measurements have their price, and with those
//! let go too that would lose a third of theirs if nothing were known yet; what is left of them is settled after the salvo.
//!
//! What a set of events explains is summed up by the chain rule: each is scored with those before it known, as far as they change
//! what is clutter (`clutter.rs`), where events come from (`density.rs`) and what their paths add (`terms.rs`), and pays what others lose. While more is admitted than
//! will stand, the crowd of arrivals is taken for rounds that are yet to be found, not for clutter: one by one in their own crowd
//! hardly any would stand. What was wrongly admitted so falls in the rounds after, where what is still free is clutter again.
use super::density::Origin;
use super::fit::{Fitted, Scene, Scratch};
use super::network::{Carrier, NONE};
use super::picks::Picks;
use super::rounds::Search;
use super::schedule::Round;
use super::small::N;
use super::sweep::{self, Live};
use super::untangle;
use crate::chunks;
use std::collections::BTreeSet;

/// From this bar on salvos are looked for, nats: in the round before the wind is learnt from what stands alone, without which no
/// place has its arrivals together.
pub(super) const BAR: f64 = 4.0;

/// Groups of a place that are looked at: some salvos of a dozen rounds.
const GROUPS_MAX: usize = 64;

/// Events so near to a place are let go, m: rounds scatter by some hundred metres, mixtures of theirs farther.
const NEAR_M: f64 = 3_000.0;

/// Places nearer to each other than this are one, and so far a group may move from its place, m: as rounds scatter.
const ONE_PLACE_M: f64 = 500.0;

/// What settles so far below the bar does not reach it by moving, nats: with 10 as many rounds were found in seven
/// invented worlds, in somewhat more time.
const PROMISE: f64 = 5.0;

/// Events elsewhere compete that would lose one in so many of their measurements.
const COMPETING: usize = 3;

/// How often a salvo is built, each time from the middle of what was built before.
const BUILT_MAX: usize = 2;

/// What a built event holds another one does not get, nats: more than any measurement is worth.
const TAKEN: f64 = 1e3;

/// What is built anew must explain so much more, nats: as where pairs are taken apart.
const MORE: f64 = 0.5;

/// Whether places of salvos are looked for: where waves are not stated, among sounds, while more is admitted than will stand, and when
/// what is free has changed much.
pub(super) fn are_sought(picks: &Picks, carrier: Carrier, round: &Round) -> bool {
    let is_anew = round.stack.is_some() || round.bar > 0.5 * BAR;
    picks.is_open() && carrier == Carrier::Sound && round.hopeful && round.bar <= BAR && is_anew
}

fn apart_m(a: &[f64; N], b: &[f64; N]) -> f64 {
    libm::hypot(a[1] - b[1], a[2] - b[2])
}

/// Who holds each measurement, and at what price.
struct Holding(Vec<(u32, f64)>);

impl Holding {
    fn of(picks: &Picks) -> Self {
        Self(picks.owner.iter().copied().zip(picks.held.iter().copied()).collect())
    }

    /// As it was, but for the measurements of these events, which are free.
    fn put(&self, picks: &mut Picks, free: &[bool]) {
        for (i, (owner, held)) in self.0.iter().enumerate() {
            let is_free = free.get(*owner as usize).copied().unwrap_or(false);
            (picks.owner[i], picks.held[i]) = if is_free { (NONE, 0.0) } else { (*owner, *held) };
        }
    }
}

/// What comes in place of some events.
struct Built {
    /// By how much it explains more, nats.
    more: f64,
    /// The events that stay as they are, and the new ones.
    others: Vec<Live>,
    events: Vec<Fitted>,
}

impl Search<'_> {
    /// The places of the events, those of the surest first.
    pub(super) fn places(&self) -> Vec<[f64; N]> {
        let mut sure: Vec<(f64, [f64; N])> =
            self.live.iter().map(|one| (one.fitted.log_odds, one.fitted.spot)).collect();
        sure.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1[0].total_cmp(&b.1[0])).then(a.1[1].total_cmp(&b.1[1])));
        sure.into_iter().map(|(_, spot)| spot).collect()
    }

    /// Builds anew what was heard from these places, each if that explains more.
    pub(super) fn salvos(&mut self, picks: &mut Picks, places: &[[f64; N]], round: &Round) {
        picks.calm = round.hopeful;
        self.echoes(picks);
        let mut scratch = std::mem::take(&mut self.scratch);
        let mut tried: Vec<[f64; N]> = Vec::new();
        for place in places {
            if tried.iter().all(|other| apart_m(other, place) >= ONE_PLACE_M) {
                tried.push(*place);
            }
        }
        for (place, alone) in tried.iter().zip(self.alone(picks, &tried, round.bar)) {
            self.salvo(picks, &mut scratch, (place, alone), round.bar);
        }
        self.scratch = scratch;
        picks.calm = false;
        self.echoes(picks);
    }

    /// What would come from each place if nothing were known yet: no place hangs on another one.
    fn alone(&self, picks: &Picks, places: &[[f64; N]], bar: f64) -> Vec<Vec<Fitted>> {
        let mut free = picks.clone();
        Holding::of(picks).put(&mut free, &vec![true; self.live.len()]);
        self.echoes(&mut free);
        let room = || (free.clone(), Scratch::default());
        chunks::of(places, 1, self.threads, room, |(picks, scratch), place| self.built(picks, scratch, &[], place, bar))
    }

    /// Builds anew what was heard from a place, beside what stands. `alone` is what would come from there if nothing were known yet.
    fn salvo(&mut self, picks: &mut Picks, scratch: &mut Scratch, (place, alone): (&[f64; N], Vec<Fitted>), bar: f64) {
        let holding = Holding::of(picks);
        let near: Vec<bool> = self.live.iter().map(|one| apart_m(&one.fitted.spot, place) < NEAR_M).collect();
        // With nothing to pay they explain the most.
        let most = alone.iter().map(|one| one.log_odds).sum::<f64>();
        let mut best: Option<Built> = None;
        if !alone.is_empty() && !self.stand_there(&alone, &near) {
            let takes =
                |pick: u32| alone.iter().flat_map(|one| &one.members).any(|(other, _)| picks.same(*other, pick));
            let competes = |one: &Live| {
                let members = &one.fitted.members;
                COMPETING * members.iter().filter(|(pick, _)| takes(*pick)).count() >= members.len()
            };
            let competing: Vec<bool> = self.live.iter().zip(&near).map(|(one, near)| *near || competes(one)).collect();
            let ways = if competing == near { vec![near] } else { vec![near, competing] };
            for free in ways {
                holding.put(picks, &free);
                let found = self.instead(picks, scratch, &free, place, (bar, most));
                let least = best.as_ref().map_or(MORE, |best| best.more);
                best = found.filter(|found| found.more > least).or(best);
            }
        }
        match best {
            None => holding.put(picks, &[]),
            Some(Built { others, events, .. }) => {
                self.live = others;
                sweep::own(picks, &self.live, None);
                for fitted in events {
                    sweep::hold(picks, &mut self.live, fitted);
                }
            }
        }
        self.echoes(picks);
    }

    /// Whether these events, by their measurements, are those near the place that stand.
    fn stand_there(&self, events: &[Fitted], near: &[bool]) -> bool {
        let of = |one: &Fitted| -> BTreeSet<u32> { one.members.iter().map(|(pick, _)| *pick).collect() };
        let standing = self.live.iter().zip(near).filter(|(_, near)| **near).map(|(one, _)| of(&one.fitted));
        let (mut standing, mut new): (Vec<_>, Vec<_>) = (standing.collect(), events.iter().map(of).collect());
        standing.sort();
        new.sort();
        standing == new
    }

    /// What comes in place of the events that were let go, where new ones, which explain no more than `most`, can be more than they
    /// were; the measurements are left as they were.
    fn instead(
        &self,
        picks: &mut Picks,
        scratch: &mut Scratch,
        free: &[bool],
        place: &[f64; N],
        (bar, most): (f64, f64),
    ) -> Option<Built> {
        let of =
            |is_free: bool| self.live.iter().zip(free).filter(move |(_, free)| **free == is_free).map(|(one, _)| one);
        let (gone, others): (Vec<&Live>, Vec<&Live>) = (of(true).collect(), of(false).collect());
        let beside: Vec<&Fitted> = others.iter().map(|one| &one.fitted).collect();
        let before = self.together(picks, gone.iter().map(|one| &one.fitted), &beside);
        if most <= before + MORE {
            return None;
        }
        let (mut best, mut place) = (None::<(f64, Vec<Fitted>)>, *place);
        for _ in 0..BUILT_MAX {
            let mut events = self.built(picks, scratch, &beside, &place, bar);
            if events.is_empty() {
                break;
            }
            let middle = |axis: usize| events.iter().map(|one| one.spot[axis]).sum::<f64>() / events.len() as f64;
            let next = [place[0], middle(1), middle(2), place[3]];
            let elsewhere = gone.iter().filter(|one| apart_m(&one.fitted.spot, &place) >= NEAR_M);
            let rest = self.rest(picks, scratch, &events, elsewhere.map(|one| one.fitted.spot), bar);
            events.extend(rest);
            let more = self.together(picks, events.iter(), &beside) - before;
            if best.as_ref().is_none_or(|(best, _)| more > *best) {
                best = Some((more, events));
            }
            place = next;
        }
        best.map(|(more, events)| Built { more, others: others.into_iter().cloned().collect(), events })
    }

    /// What is left of events at these spots beside new ones; the measurements are left as they were.
    fn rest(
        &self,
        picks: &mut Picks,
        scratch: &mut Scratch,
        events: &[Fitted],
        spots: impl Iterator<Item = [f64; N]>,
        bar: f64,
    ) -> Vec<Fitted> {
        let (mut taken, mut rest) = (Taken::default(), Vec::new());
        events.iter().for_each(|one| taken.take(picks, one));
        for spot in spots {
            self.echoes(picks);
            let scene = Scene { price_share: 1.0, ..self.scene(picks) };
            let fitted = scene.settle(scratch, spot);
            if let Some(fitted) = fitted.filter(|one| one.log_odds > bar && scene.enough(&one.members)) {
                taken.take(picks, &fitted);
                rest.push(fitted);
            }
        }
        taken.give_back(picks);
        self.echoes(picks);
        rest
    }

    /// What events explain together, by the chain rule; the measurements are left as they were.
    fn together<'b>(&self, picks: &mut Picks, events: impl Iterator<Item = &'b Fitted>, beside: &[&'b Fitted]) -> f64 {
        let (mut sum, mut known, mut taken) = (0.0, beside.to_vec(), Taken::default());
        for event in events {
            self.echoes(picks);
            let density = self.density_of(picks, known.iter().copied(), &[]);
            let terms = self.scene(picks).terms(&event.spot, known.iter().copied());
            let scene = Scene { density: &density, terms: terms.as_ref(), ..self.scene(picks) };
            let lost: f64 = event.members.iter().map(|(pick, _)| picks.held[*pick as usize]).sum();
            sum += scene.score(&event.spot, &event.members).map_or(0.0, |fitted| fitted.log_odds) - lost;
            known.push(event);
            taken.take(picks, event);
        }
        taken.give_back(picks);
        self.echoes(picks);
        sum
    }

    /// The events above the bar that were heard from a place, beside others; the measurements are left as they were.
    fn built(
        &self,
        picks: &mut Picks,
        scratch: &mut Scratch,
        beside: &[&Fitted],
        place: &[f64; N],
        bar: f64,
    ) -> Vec<Fitted> {
        // As if another one had come from there, so that the first that is built is beside others, too.
        let density = self.density_of(picks, beside.iter().copied(), &[Origin::place(*place); 2]);
        let (_, doubt_s) = self.common_doubt(picks, Carrier::Sound);
        let at = |time: f64| [time, place[1], place[2], place[3]];
        let window = (picks.from_s - self.model.learnt.longest_travel_s(0..self.model.classes.len()), picks.to_s);
        let mut groups: Vec<(f64, f64)> = Vec::new();
        {
            let scene = Scene { density: &density, price_share: 1.0, ..self.scene(picks) };
            let mut found = untangle::origins(&scene, Carrier::Sound, place, window, doubt_s);
            found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.total_cmp(&b.1)));
            for (_, time) in found {
                if groups.len() == GROUPS_MAX {
                    break;
                }
                if groups.iter().all(|(_, other)| (other - time).abs() >= 0.5 * doubt_s) {
                    let settled = scene.settle(scratch, at(time));
                    groups.push((settled.map_or(f64::NEG_INFINITY, |event| event.log_odds), time));
                }
            }
        }
        groups.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.total_cmp(&b.1)));
        let (mut taken, mut built) = (Taken::default(), Vec::new());
        for (_, time) in groups.into_iter().take_while(|(promise, _)| *promise >= bar - PROMISE) {
            let terms = self.scene(picks).terms(&at(time), beside.iter().copied().chain(&built));
            let scene = Scene { density: &density, terms: terms.as_ref(), price_share: 1.0, ..self.scene(picks) };
            let fitted = scene.fit(scratch, at(time), 0.5 * doubt_s, ONE_PLACE_M);
            let Some(fitted) = fitted.filter(|one| one.log_odds > bar && scene.enough(&one.members)) else { continue };
            taken.take(picks, &fitted);
            self.echoes(picks);
            built.push(fitted);
        }
        taken.give_back(picks);
        self.echoes(picks);
        built
    }
}

/// Measurements that were taken for a while, and who held them before.
#[derive(Default)]
struct Taken(Vec<(u32, u32, f64)>);

impl Taken {
    fn take(&mut self, picks: &mut Picks, event: &Fitted) {
        for (pick, _) in &event.members {
            self.0.push((*pick, picks.owner[*pick as usize], picks.held[*pick as usize]));
            picks.give(*pick, NONE - 1, TAKEN);
        }
    }

    fn give_back(self, picks: &mut Picks) {
        self.0.into_iter().rev().for_each(|(pick, owner, held)| picks.give(pick, owner, held));
    }
}
