//! What came from one place, built anew together: rounds of a salvo follow each other within seconds, and arrivals of one stand
//! where those of the next are expected from some other place.
//!
//! # Algorithm
//! At a given place every measurement has an origin time, and the times of true rounds are groups of as many as sensors heard them;
//! mixtures of two rounds are none, since both came from there. So the events near the place are let go together, the groups
//! settle there, in order of what they explain, each moves to where it fits best, and what was built stays if it explains more
//! than what stood. Each event is judged beside the others of its place (`density.rs`), before and after.
use super::density::Density;
use super::fit::{Fitted, Scene, Scratch};
use super::network::{Carrier, NONE};
use super::picks::Picks;
use super::rounds::Search;
use super::small::N;
use super::sweep::{self, Live};
use super::untangle;

/// Groups of a place that are looked at: some salvos of a dozen rounds.
const GROUPS_MAX: usize = 64;

/// Events so near to a place are let go, m: rounds scatter by some hundred metres, mixtures of theirs farther.
const NEAR_M: f64 = 3_000.0;

/// Places nearer to each other than this are one, and so far a group may move from its place, m: as rounds scatter.
const ONE_PLACE_M: f64 = 500.0;

/// What settles so far below the bar does not reach it by moving, nats: adopted.
const PROMISE: f64 = 10.0;

/// What is built anew must explain so much more, nats: as where pairs are taken apart.
const MORE: f64 = 0.5;

fn apart_m(a: &[f64; N], b: &[f64; N]) -> f64 {
    libm::hypot(a[1] - b[1], a[2] - b[2])
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
    pub(super) fn salvos(&mut self, picks: &mut Picks, places: &[[f64; N]], bar: f64) {
        let mut scratch = std::mem::take(&mut self.scratch);
        let mut tried: Vec<[f64; N]> = Vec::new();
        for place in places {
            if tried.iter().all(|other| apart_m(other, place) >= ONE_PLACE_M) {
                tried.push(*place);
                self.salvo(picks, &mut scratch, place, bar);
            }
        }
        self.scratch = scratch;
    }

    fn salvo(&mut self, picks: &mut Picks, scratch: &mut Scratch, place: &[f64; N], bar: f64) {
        let (own, others): (Vec<Live>, Vec<Live>) =
            self.live.iter().cloned().partition(|one| apart_m(&one.fitted.spot, place) < NEAR_M);
        let beside = |spots: &[[f64; N]]| {
            let all: Vec<[f64; N]> = others.iter().map(|one| one.fitted.spot).chain(spots.iter().copied()).collect();
            Density::new(self.region, self.network, &all)
        };
        let total = |picks: &Picks, events: &[&Fitted]| -> f64 {
            let density = beside(&events.iter().map(|one| one.spot).collect::<Vec<_>>());
            let scene = Scene { own: 1.0, density: &density, ..self.scene(picks) };
            let odds = |event: &&Fitted| scene.score(&event.spot, &event.members).map(|fitted| fitted.log_odds);
            events.iter().map(|event| odds(event).unwrap_or(f64::NEG_INFINITY)).sum()
        };
        let before = total(picks, &own.iter().map(|one| &one.fitted).collect::<Vec<_>>());
        let members = own.iter().flat_map(|one| &one.fitted.members).map(|(pick, _)| *pick);
        let held: Vec<(u32, u32, f64)> =
            members.map(|pick| (pick, picks.owner[pick as usize], picks.held[pick as usize])).collect();
        held.iter().for_each(|(pick, ..)| picks.give(*pick, NONE, 0.0));
        // As if another one had come from there, so that the first that is built is beside others, too.
        let density = beside(&[*place, *place]);
        let built = self.built(picks, scratch, &density, place, bar);
        let after = total(picks, &built.iter().collect::<Vec<_>>());
        if built.is_empty() || after <= before + MORE {
            held.into_iter().rev().for_each(|(pick, owner, held)| picks.give(pick, owner, held));
            return;
        }
        self.live = others;
        sweep::own(picks, &self.live, None);
        for fitted in built {
            sweep::hold(picks, &mut self.live, fitted);
        }
    }

    /// The events above the bar that were heard from a place; the measurements are left as they were.
    fn built(
        &self,
        picks: &mut Picks,
        scratch: &mut Scratch,
        density: &Density,
        place: &[f64; N],
        bar: f64,
    ) -> Vec<Fitted> {
        let (_, doubt_s) = self.common_doubt(picks, Carrier::Sound);
        let at = |time: f64| [time, place[1], place[2], place[3]];
        let window = (picks.from_s - self.model.learnt.longest_travel_s(0..self.model.classes.len()), picks.to_s);
        let mut groups: Vec<(f64, f64)> = Vec::new();
        {
            let scene = Scene { density, ..self.scene(picks) };
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
        let (mut undo, mut built) = (Vec::new(), Vec::new());
        for (_, time) in groups.into_iter().take_while(|(promise, _)| *promise >= bar - PROMISE) {
            let scene = Scene { density, ..self.scene(picks) };
            let fitted = scene.fit(scratch, at(time), 0.5 * doubt_s, ONE_PLACE_M);
            let Some(fitted) = fitted.filter(|one| one.log_odds > bar && scene.enough(&one.members)) else { continue };
            for (pick, gain) in &fitted.members {
                undo.push((*pick, picks.owner[*pick as usize], picks.held[*pick as usize]));
                picks.give(*pick, NONE - 1, gain.max(0.0));
            }
            built.push(fitted);
        }
        for (pick, owner, held) in undo.into_iter().rev() {
            picks.give(pick, owner, held);
        }
        built
    }
}
