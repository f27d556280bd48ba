//! One stretch of time from measurements to events, in rounds.
//!
//! # Algorithm
//! 1. *Scout*: where nothing was learnt yet, a part of the measurements is associated first, with a high bar, and the
//!    model learnt from what it gives.
//! 2. *Rounds*: a stack gives candidates; from the most promising down, each is asked again what is free in its
//!    windows, fitted, and admitted above the round's bar. Then all events share the measurements, move, and those
//!    that fall under the bar are let go. Clutter, and the model, are learnt anew. The bar falls from round to round.
//! 3. *Once more*, where too few events tell speeds and the wind: with those of the time before ([`speeds`](super::speeds)). What
//!    stands with the greater odds in sum is kept.
use super::burst;
use super::crowd::Crowd;
use super::density::{Density, Origin};
use super::detection::{NODES, nodes};
use super::echo;
use super::fit::{Fitted, Scene, Scratch};
use super::image;
use super::inconsistent::inconsistent;
use super::learn;
use super::leave_out;
use super::model::{Learnt, Model, SHAKEN};
use super::network::{Carrier, Network};
use super::occupancy::{Ask, Occupancy};
use super::outcome::Outcome;
use super::picks::Picks;
use super::pointed;
use super::region::Region;
use super::salvo;
use super::scan;
use super::schedule::{CHANCE, LEARNT, ROUNDS, Round, SCOUT};
use super::settings::Settings;
use super::stack::{Candidate, Grid, Stack};
use super::sweep::{self, Live};
use super::untangle;
use std::collections::BTreeSet;

/// Measurements of a scout: some hundred events among as much clutter.
const SCOUT_PICKS: usize = 6_000;

/// Bursts of more shots than this in one tangle are not expected.
const UNTANGLE_PASSES: usize = 4;

/// Events of which the model is learnt have these log odds at least: 0.993.
const SURE: f64 = 5.0;

/// A candidate that a fit refused is tried again when its look has risen by so much, or when it came so near to the
/// bar, nats.
const AGAIN: f64 = 1.0;

/// Candidates are taken the best first within slices of so many of the longest travel times.
const SLICE_TRAVELS: f64 = 8.0;

/// In hopeful rounds an event pays this share of what others lose by its measurements, and those count as free that are
/// worth no more than so many nats to the others: what should not have been admitted falls when all have shared, and what
/// should finds its measurements held by many others, a few by each. Both were chosen with the results of synthetic hours
/// in view (of 2,000 and 5,000 events, seed 1001), and kept on others.
const PRICE_SHARE: f64 = 0.25;
const CHEAP: f64 = 3.0;

/// The state of a search.
pub(super) struct Search<'a> {
    pub(super) network: &'a Network,
    pub(super) region: &'a Region,
    settings: &'a Settings,
    /// What was believed before this stretch.
    base: Learnt,
    pub(super) threads: usize,
    /// Of each medium that is told apart.
    strength: Vec<[f64; NODES]>,
    pub(super) model: Model,
    rates: Vec<f64>,
    density: Density,
    pub(super) live: Vec<Live>,
    pub(super) scratch: Scratch,
    /// Whether more is admitted than will stand.
    hopeful: bool,
}

/// Events of one stretch of time.
pub(super) fn run(
    network: &Network,
    region: &Region,
    picks: &mut Picks,
    start: Learnt,
    settings: &Settings,
    threads: usize,
) -> Outcome {
    let mut learnt = start;
    for pick in &picks.all {
        learnt.classes[network.channels[pick.channel as usize].class as usize].in_use = true;
    }
    learnt.calm(settings);
    if learnt.events == 0 {
        learnt.apart();
        if picks.is_open() {
            learnt.unlabelled();
        }
    }
    if learnt.events_per_s <= 0.0 {
        // Half of the measurements in events of ten, to begin with.
        learnt.events_per_s = (picks.all.len() as f64 / 20.0).max(1.0) / picks.span_s();
    }
    // What a stretch tells itself goes before what it was told.
    let told = settings.speeds.as_ref().filter(|_| learnt.events == 0 && settings.learn);
    let untouched = told.map(|speeds| (picks.clone(), learnt.clone().begun(speeds)));
    let mut search = sought(network, region, picks, learnt, settings, threads);
    if let Some((mut again, learnt)) = untouched
        && !search.model.learnt.tells_speeds()
    {
        let other = sought(network, region, &mut again, learnt, settings, threads);
        let odds = |search: &Search<'_>| search.live.iter().map(Live::net).sum::<f64>();
        if odds(&other) > odds(&search) {
            (search, *picks) = (other, again);
        }
    }
    let scene = search.scene(picks);
    let inconsistent = inconsistent(&scene, &search.live, &search.rates);
    let crowd = Crowd::new(&scene, &search.live);
    let mut other_odds = image::odds(&scene, &search.live);
    for (odds, one) in other_odds.iter_mut().zip(&search.live) {
        *odds += crowd.odds(&scene, &one.fitted.members, one.net());
    }
    let left_out = search.live.iter().map(|one| leave_out::each(&scene, &crowd, one, settings.owners_max)).collect();
    Outcome { live: search.live, other_odds, learnt: search.model.learnt, inconsistent, left_out }.in_order_of_time()
}

/// The rounds, with a scout before them where that is worth it.
fn sought<'a>(
    network: &'a Network,
    region: &'a Region,
    picks: &mut Picks,
    mut learnt: Learnt,
    settings: &'a Settings,
    threads: usize,
) -> Search<'a> {
    let mut scouted = None;
    if settings.learn && learnt.events == 0 && picks.all.len() > 2 * SCOUT_PICKS {
        let mut few = picks.part(network, SCOUT_PICKS);
        let mut search = Search::new(network, region, settings, threads, learnt);
        search.rounds(&mut few, &SCOUT);
        learnt = Learnt { events: 0, ..search.model.learnt };
        scouted = Some(search.base);
    }
    let mut search = Search::new(network, region, settings, threads, learnt);
    if let Some(base) = scouted {
        // The scout's measurements come again: they must not count twice.
        search.base = base;
    }
    let firm = search.base.events >= learn::REMEMBERED_EVENTS as usize;
    let sparse = {
        let scene = search.scene(picks);
        let is_wide = |carrier| scene.grid(carrier, CHANCE).side_m > 0.99 * scene.coarse_m(carrier);
        scene.carriers().into_iter().all(is_wide)
    };
    let echoes = search.model.learnt.classes.iter().any(|class| class.in_use && class.echo.is_some());
    let few = echoes && picks.all.len() <= burst::PICKS_MAX;
    search.rounds(picks, if few || firm && sparse { &LEARNT } else { &ROUNDS });
    search
}

impl<'a> Search<'a> {
    pub(super) fn new(
        network: &'a Network,
        region: &'a Region,
        settings: &'a Settings,
        threads: usize,
        learnt: Learnt,
    ) -> Self {
        Self {
            network,
            region,
            settings,
            base: learnt.clone(),
            threads,
            strength: match learnt.media() {
                1 => vec![nodes(1.0)],
                media => vec![nodes(SHAKEN); media],
            },
            model: Model::new(learnt),
            rates: Vec::new(),
            density: Density::new(region, network, &[], None),
            live: Vec::new(),
            scratch: Scratch::default(),
            hopeful: false,
        }
    }

    pub(super) fn scene<'b>(&'b self, picks: &'b Picks) -> Scene<'b> {
        Scene {
            network: self.network,
            model: &self.model,
            picks,
            region: self.region,
            log_birth: libm::log(self.model.learnt.events_per_s / self.region.volume()),
            density: &self.density,
            own: 0.0,
            strength: &self.strength,
            price_share: if self.hopeful { PRICE_SHARE } else { 1.0 },
            terms: None,
            left_out: None,
        }
    }

    /// Where events are by these, and by others besides.
    pub(super) fn density_of<'b>(
        &self,
        picks: &Picks,
        events: impl Iterator<Item = &'b Fitted>,
        others: &[Origin],
    ) -> Density {
        let origin = |fitted: &Fitted| Origin::new(self.region, fitted.spot, &fitted.information);
        let origins: Vec<Origin> = events.map(origin).chain(others.iter().copied()).collect();
        // Where waves are not stated, rounds of salvos are told apart.
        Density::new(self.region, self.network, &origins, picks.is_open().then(|| picks.span_s()))
    }

    /// Clutter from what no event holds now.
    pub(super) fn clutter(&mut self, picks: &mut Picks) {
        let echoes = echo::seen(&self.scene(picks), &self.base, &self.rates);
        let (mut by_class, mut rates) = learn::clutter(&self.scene(picks), &vec![0.0; echoes.of_channel.len()]);
        // Before any event is known half of the measurements are taken for clutter; that belief weighs some events.
        const BELIEF_EVENTS: f64 = 10.0;
        let events = (self.live.len().max(self.model.learnt.events)) as f64;
        let share = (0.5 * BELIEF_EVENTS + events) / (BELIEF_EVENTS + events);
        by_class.iter_mut().chain(&mut rates).for_each(|rate| *rate *= share);
        for (class, rate) in self.model.learnt.classes.iter_mut().zip(by_class) {
            class.clutter_per_s = rate;
        }
        if self.settings.learn {
            for (class, echo) in self.model.learnt.classes.iter_mut().zip(echoes.of_class) {
                class.echo = echo;
            }
        }
        let classes = &self.model.learnt.classes;
        picks.set_clutter(self.network, &rates, |class| classes[class].echo);
        self.rates = rates;
    }

    /// Less clutter than what is free, by what a window of four deviations to both sides leaves open: among what is free
    /// are arrivals of events that are yet to be found, the more the fuller windows are.
    fn less_clutter(&mut self, picks: &mut Picks) {
        for (rate, channel) in self.rates.iter_mut().zip(&self.network.channels) {
            let window_s = 8.0 * self.model.classes[channel.class as usize].variance_s2.sqrt();
            *rate /= 1.0 + *rate * window_s;
        }
        picks.set_clutter(self.network, &self.rates, |_| None);
    }

    /// Echoes and crowds by who holds what now; nothing where no wave in use has echoes and all waves are stated.
    pub(super) fn echoes(&self, picks: &mut Picks) {
        let classes = &self.model.learnt.classes;
        if picks.is_open() || classes.iter().any(|class| class.in_use && class.echo.is_some()) {
            picks.set_clutter(self.network, &self.rates, |class| classes[class].echo);
        }
    }

    fn rounds(&mut self, picks: &mut Picks, rounds: &[Round]) {
        let mut stacks: Vec<Stack> = self.scene(picks).carriers().into_iter().map(Stack::new).collect();
        let classes = || self.model.learnt.classes.iter().filter(|class| class.in_use);
        // Where waves are not stated, salvos hide each other; waves by several paths are few beside theirs.
        let is_open = picks.is_open();
        let plain = classes().all(|class| class.echo.is_none() && (is_open || class.secondary.is_none()));
        for round in rounds {
            let hopeful = plain && round.hopeful;
            picks.cheap = if hopeful { CHEAP } else { 0.0 };
            self.clutter(picks);
            if hopeful {
                self.less_clutter(picks);
            }
            if let Some(chance) = round.stack {
                let scene = self.scene(picks);
                let made =
                    stacks.iter_mut().filter_map(|stack| stack.make(&scene, chance, self.live.len(), self.threads));
                // The same grids over nearly the same free measurements would give the same candidates.
                if made.count() == 0 {
                    continue;
                }
            }
            self.admit_pointed(picks, round);
            let mut side_m = f64::INFINITY;
            for Stack { grid, candidates, .. } in &mut stacks {
                let Some(grid) = grid else { continue };
                side_m = side_m.min(grid.side_m);
                self.hopeful = hopeful;
                self.admit(picks, grid, candidates, round);
                self.hopeful = false;
                self.admit_common(picks, grid.carrier, round);
            }
            if side_m == f64::INFINITY {
                continue;
            }
            if is_open && round.bar <= salvo::BAR {
                let places = self.places();
                self.salvos(picks, &places, round);
                // Rounds of one salvo are beside each other from now on.
                self.density = self.density_of(picks, self.live.iter().map(|one| &one.fitted), &[]);
            }
            for _ in 0..2 {
                self.sweep(picks, round.bar, side_m);
            }
            // A pair that was taken apart may show the next of three.
            let mut tried = BTreeSet::new();
            for _ in 0..if round.untangle { UNTANGLE_PASSES } else { 0 } {
                if self.untangle(picks, round.bar, &mut tried) == 0 {
                    break;
                }
                self.sweep(picks, round.bar, side_m);
            }
            if self.settings.learn {
                let scene = self.scene(picks);
                let mut learnt = learn::learn(&scene, &self.live, self.settings, &self.base, SURE);
                learnt.events_per_s = (self.live.len() as f64 + 1.0) / picks.span_s();
                self.model = Model::new(learnt);
                self.density = self.density_of(picks, self.live.iter().map(|one| &one.fitted), &[]);
            }
        }
    }

    /// Fits candidates and admits what stands above the bar.
    fn admit(&mut self, picks: &mut Picks, grid: &Grid, candidates: &mut [Candidate], round: &Round) {
        let half_s = grid.half_s();
        let mut occupancy = Occupancy::new(&self.scene(picks), half_s, &self.rates);
        let ask = Ask { score: if grid.narrow { round.narrow } else { round.look }, heard: self.region.rows };
        // The second look at all, then the best first: what it promises is a better order than the stack's.
        let mut promising: Vec<(f64, usize)> = {
            let scene = self.scene(picks);
            let mut order: Vec<usize> = (0..candidates.len()).filter(|i| candidates[*i].promise > ask.score).collect();
            order.sort_unstable_by_key(|i| candidates[*i].cell);
            let (mut reach, mut cell, mut promising) = (Vec::new(), u32::MAX, Vec::new());
            for i in order {
                let candidate = &mut candidates[i];
                if candidate.cell != cell {
                    cell = candidate.cell;
                    occupancy.reach(&scene, &candidate.spot, &mut reach);
                }
                let score = occupancy.score_at(&mut reach, candidate.spot[0], ask);
                candidate.promise = score.unwrap_or(ask.score);
                let news = |score| score > candidate.tried + AGAIN || candidate.reached > round.bar - AGAIN;
                if let Some(score) = score.filter(|score| news(*score)) {
                    promising.push((score, i));
                }
            }
            promising
        };
        // Slice by slice, so that what is looked at is in the processor's caches: slices share few measurements.
        let slice_s = {
            let scene = self.scene(picks);
            let classes = (0..self.model.classes.len()).filter(|class| scene.is_of(*class, grid.carrier));
            SLICE_TRAVELS * self.model.learnt.longest_travel_s(classes)
        };
        let slice = |i: usize| (candidates[i].spot[0] / slice_s).floor();
        promising
            .sort_unstable_by(|a, b| slice(a.1).total_cmp(&slice(b.1)).then(b.0.total_cmp(&a.0)).then(a.1.cmp(&b.1)));
        let salvos = salvo::are_sought(picks, grid.carrier, round);
        let may_be_salvos = picks.is_open() && grid.carrier == Carrier::Sound;
        let few = !may_be_salvos && self.live.is_empty() && picks.all.len() <= burst::PICKS_MAX;
        if salvos {
            let places = scan::places(&self.scene(picks), self.threads);
            self.salvos(picks, &places, round);
        } else if few {
            let spots = promising.iter().map(|(_, i)| candidates[*i].spot);
            let mut scratch = std::mem::take(&mut self.scratch);
            let (_, apart_s) = self.common_doubt(picks, grid.carrier);
            let doubt = (half_s, grid.side_m);
            let places = burst::places(&self.scene(picks), &mut scratch, spots, round.bar, doubt, apart_s);
            self.scratch = scratch;
            self.admit_at(picks, grid.carrier, &places, round);
        }
        if salvos || few {
            occupancy = Occupancy::new(&self.scene(picks), half_s, &self.rates);
        }
        let mut reach = Vec::new();
        for (_, i) in promising {
            let spot = candidates[i].spot;
            let mut scratch = std::mem::take(&mut self.scratch);
            let scene = self.scene(picks);
            occupancy.reach(&scene, &spot, &mut reach);
            let looked = occupancy.score_at(&mut reach, spot[0], ask);
            let fitted = looked.and_then(|_| scene.fit(&mut scratch, spot, half_s, grid.side_m));
            self.scratch = scratch;
            if let Some(score) = looked {
                candidates[i].tried = score;
                candidates[i].reached = fitted.as_ref().map_or(f64::NEG_INFINITY, |fitted| fitted.log_odds);
            }
            if let Some(fitted) = fitted
                && fitted.log_odds > round.bar
                && self.scene(picks).enough(&fitted.members)
            {
                sweep::admit(picks, &mut occupancy, &mut self.live, fitted);
            }
        }
    }

    /// Fits and admits, the best first, what bearings and fixes point at.
    fn admit_pointed(&mut self, picks: &mut Picks, round: &Round) {
        let mut scratch = std::mem::take(&mut self.scratch);
        let guesses = pointed::guesses(&self.scene(picks));
        let mut found: Vec<(f64, usize)> = Vec::new();
        for (i, guess) in guesses.iter().enumerate() {
            if let Some(fitted) = self.scene(picks).fit(&mut scratch, guess.spot, guess.doubt_s, guess.doubt_m)
                && fitted.log_odds > round.bar
            {
                found.push((fitted.log_odds, i));
            }
        }
        found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, i) in found {
            let guess = &guesses[i];
            let fitted = self.scene(picks).fit(&mut scratch, guess.spot, guess.doubt_s, guess.doubt_m);
            if let Some(fitted) = fitted
                && fitted.log_odds > round.bar
                && self.scene(picks).enough(&fitted.members)
            {
                sweep::hold(picks, &mut self.live, fitted);
            }
        }
        self.scratch = scratch;
    }

    /// Doubts of place (m) and time (s) of an event that comes from where another one came from.
    pub(super) fn common_doubt(&self, picks: &Picks, carrier: Carrier) -> (f64, f64) {
        let (slow, sigma_s) = self.scene(picks).slowest(carrier);
        let doubt_m = self.density.radius_m();
        (doubt_m, 2.0 * sigma_s + 0.5 * doubt_m * slow)
    }

    /// Fits and admits further events of the places that events came from: a burst's weaker shots.
    fn admit_common(&mut self, picks: &mut Picks, carrier: Carrier, round: &Round) {
        /// With more events than this the stack sees what comes from their places.
        const PLACES_MAX: usize = 64;
        let places: Vec<[f64; 4]> = self.live.iter().map(|one| one.fitted.spot).collect();
        if places.len() <= PLACES_MAX {
            self.admit_at(picks, carrier, &places, round);
        }
    }

    /// Fits and admits events of these places.
    fn admit_at(&mut self, picks: &mut Picks, carrier: Carrier, places: &[[f64; 4]], round: &Round) {
        /// Groups of one place that are tried.
        const GROUPS_MAX: usize = 16;
        let (doubt_m, doubt_s) = self.common_doubt(picks, carrier);
        let window = (picks.from_s - self.model.learnt.longest_travel_s(0..self.model.classes.len()), picks.to_s);
        let ask = Ask { score: round.look, heard: 0 };
        let mut occupancy = Occupancy::new(&self.scene(picks), doubt_s, &self.rates);
        let mut reach = Vec::new();
        let mut scratch = std::mem::take(&mut self.scratch);
        for place in places {
            let mut groups = untangle::origins(&self.scene(picks), carrier, place, window, doubt_s);
            groups.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.total_cmp(&b.1)));
            let mut tried: Vec<f64> = Vec::new();
            occupancy.reach(&self.scene(picks), place, &mut reach);
            for (_, time) in groups {
                if tried.len() == GROUPS_MAX {
                    break;
                }
                if tried.iter().any(|other| (other - time).abs() < doubt_s) {
                    continue;
                }
                tried.push(time);
                if occupancy.score_at(&mut reach, time, ask).is_none() {
                    continue;
                }
                let spot = [time, place[1], place[2], place[3]];
                if let Some(fitted) = self.scene(picks).fit(&mut scratch, spot, doubt_s, doubt_m)
                    && fitted.log_odds > round.bar
                    && self.scene(picks).enough(&fitted.members)
                {
                    sweep::admit(picks, &mut occupancy, &mut self.live, fitted);
                }
            }
        }
        self.scratch = scratch;
    }

    /// Terms of each event from the others.
    fn terms(&self, picks: &Picks, live: &mut [Live]) {
        if !picks.is_open() {
            return;
        }
        let scene = self.scene(picks);
        let of = |i: usize| {
            let others = live.iter().enumerate().filter(|(other, _)| *other != i).map(|(_, one)| &one.fitted);
            scene.terms(&live[i].fitted.spot, others)
        };
        let terms: Vec<_> = (0..live.len()).map(of).collect();
        live.iter_mut().zip(terms).for_each(|(one, terms)| one.terms = terms);
    }

    fn sweep(&mut self, picks: &mut Picks, bar: f64, trust_m: f64) {
        self.echoes(picks);
        let mut live = std::mem::take(&mut self.live);
        // Neighbours in time look at the same measurements: in this order they are in the processor's caches.
        live.sort_by(|a, b| a.fitted.spot[0].total_cmp(&b.fitted.spot[0]));
        self.terms(picks, &mut live);
        let scene = Scene { own: 1.0, ..self.scene(picks) };
        let worth = sweep::share(&scene, &mut live);
        sweep::stand(&scene, &mut live, bar, trust_m, &worth);
        sweep::own(picks, &live, Some(&worth));
        self.live = live;
    }
}
