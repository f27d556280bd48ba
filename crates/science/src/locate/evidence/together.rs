//! What events of one time say of each other's travel times: speeds, wind and delay that they share, and how far arrivals scatter.
//!
//! # Algorithm
//! Joint hypocentre determination (A. Douglas, *Joint epicentre determination*, Nature 215, 47-48, 1967; E. Kissling et al.,
//! *Initial reference models in local earthquake tomography*, JGR 99, 19635-19646, 1994), with priors. The factor on each
//! technology's times, both components of the wind and the delay of the ground's waves are normal beforehand, as the priors have
//! them. By turns each event is placed with them as they stand, by reweighted Gauss-Newton steps, and they follow from all
//! events' residuals, each event's own place, depth and time eliminated (Schur's complement).
//! - What is said to an event rests on the *others* alone: its own arrivals count once, when it is located.
//! - Events of one place share one vote: what is wrong with the ways from there is wrong for all of them.
//! - An event whose arrivals scatter more than they may says less by that.
//! - How far a technology's arrivals scatter about the model, against what was taken for granted, follows from the same residuals
//!   over one minus their leverage; what was taken for granted counts as so many arrivals ([`ARRIVALS_BEFORE`]). So does the share of
//!   arrivals that are none of their event's, from how probably each is one.
//!
//! Where owners are left out of an event they are left out of what the others say to it, too: whoever is false must not bend
//! places through the wind.
//!
//! # Checked against
//! Drawn networks whose speeds, wind and scatter are known (`tests/together.rs`).
use super::super::priors::Priors;
use super::chi_squared_p99;
use super::frame::{metres_per_unit, spot};
use super::likelihood::Look;
use super::problem::{PHASES, Problem, TECHNOLOGIES, technology};
use super::small::Root;
use crate::chunks;
use std::borrow::Cow;
use std::sync::Arc;
use truceline_model::measurement::{Measurement, Phase, Sensor};

/// What events share: a factor for each technology, the wind to the east and to the north, the delay.
const SHARED: usize = TECHNOLOGIES + 3;
const WIND: usize = TECHNOLOGIES;
const DELAY: usize = TECHNOLOGIES + 2;

/// Place (east, north) and origin time.
const OWN: usize = 3;

/// Turns of placing and learning, and steps of placing at most.
const ROUNDS: usize = 4;
const STEPS: usize = 30;

/// Fewer arrivals leave nothing over when the event's own place and time are taken out.
const TIMES_MIN: usize = 4;

/// Events nearer to each other than this are of one place, m: their waves take the same ways.
const PLACE_M: f64 = 2_000.0;

/// What was taken for granted of how far arrivals scatter counts as so many arrivals. Adopted: two or three events.
const ARRIVALS_BEFORE: f64 = 20.0;

/// What was taken for granted of the share of outliers counts as so many arrivals (adopted: one outlier of one in fifty), and no more
/// than this share is believed: of events of which a fifth does not fit nothing fits.
const OUTLIERS_BEFORE: f64 = 50.0;
const OUTLIER_SHARE_MAX: f64 = 0.2;

/// Arrivals scatter at least as far as was taken for granted, since whatever is wrong among some events' members is wrong in what they
/// say of their scatter, too, and at most so many times as far: beyond, the model is another one.
const WIDTH: (f64, f64) = (1.0, 2.0);

/// A step of more than a tenth of a speed would be another wave.
const FACTOR_STEP_MAX: f64 = 0.1;

/// An event of some that happened at one time.
#[derive(Debug, Clone)]
pub struct Fellow {
    /// The sensors.
    pub sensors: Vec<Sensor>,
    /// Its arrivals.
    pub measurements: Vec<Measurement>,
    /// What is taken for granted of it alone.
    pub priors: Priors,
}

/// What events share, as a normal distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shared {
    mean: [f64; SHARED],
    covariance: [[f64; SHARED]; SHARED],
    width: [f64; TECHNOLOGIES],
    outlier_share: f64,
}

/// One arrival of a placed event.
#[derive(Debug, Clone)]
struct Row {
    owner: usize,
    technology: usize,
    off_s: f64,
    /// What the arrival states itself, what the model adds, and what it would add as taken for granted, s2.
    own_s2: f64,
    model_s2: f64,
    before_s2: f64,
    weight: f64,
    fits: f64,
    own: [f64; OWN],
    shared: [f64; SHARED],
}

#[derive(Debug, Clone)]
struct Placed {
    rows: Vec<Row>,
    x: f64,
    y: f64,
}

/// Events of one time, and what they say of their travel times.
#[derive(Debug)]
pub struct Together {
    fellows: Vec<Fellow>,
    owners: Vec<String>,
    before: Shared,
    /// Whether an event's air is that which is learnt.
    airs: Vec<bool>,
    /// By all owners, and after that without each of them.
    views: Vec<View>,
}

/// The events as some owners have them.
#[derive(Debug, Clone)]
struct View {
    absent: Option<usize>,
    placed: Vec<Option<Placed>>,
    votes: Vec<f64>,
    at: [f64; SHARED],
}

/// What is said to one event by the others of its time.
#[derive(Debug, Clone)]
pub struct Company {
    together: Arc<Together>,
    event: usize,
}

impl Company {
    /// What is taken for granted if these owners say nothing.
    pub(super) fn priors(&self, absent: &[&str]) -> Priors {
        Together::priors(&self.together, self.event, absent)
    }
}

impl Together {
    /// Learns from events; none where there are fewer than two that say something. What cannot be located says nothing.
    #[must_use]
    pub fn of(fellows: Vec<Fellow>, threads: usize) -> Option<Arc<Self>> {
        let first = fellows.iter().find(|one| one.priors.wind_sigma_m_s > 0.0).or(fellows.first())?;
        let air = |priors: &Priors| (priors.airwave, priors.wind_sigma_m_s, priors.medium.straight_m_s(Phase::Airwave));
        let of_air = air(&first.priors);
        let airs = fellows.iter().map(|one| air(&one.priors) == of_air).collect();
        let before = Shared::of(&first.priors);
        let mut owners: Vec<String> =
            fellows.iter().flat_map(|one| one.sensors.iter().map(|sensor| sensor.owner.clone())).collect();
        owners.sort_unstable();
        owners.dedup();
        let mut all = Self { fellows, owners, before, airs, views: Vec::new() };
        let absent: Vec<Option<usize>> = std::iter::once(None).chain((0..all.owners.len()).map(Some)).collect();
        // Who is false bends places, and so which arrivals of others fit: without each owner all is begun anew.
        all.views = chunks::each(&absent, threads, |absent| all.view(*absent));
        (all.views.first()?.placed.iter().flatten().count() >= 2).then(|| Arc::new(all))
    }

    /// The events without an owner.
    fn view(&self, absent: Option<usize>) -> View {
        let count = self.fellows.len();
        let mut view = View { absent, placed: vec![None; count], votes: vec![1.0; count], at: self.before.mean };
        let mut so_far = self.before;
        for _ in 0..ROUNDS {
            view.placed = (0..count).map(|event| self.place(&view, event, &so_far)).collect();
            self.vote(&mut view);
            (so_far, _) = self.said(&view, usize::MAX, &[]);
            for k in 0..SHARED {
                let step = so_far.mean[k] - view.at[k];
                view.at[k] += if k < WIND { step.clamp(-FACTOR_STEP_MAX, FACTOR_STEP_MAX) } else { step };
            }
        }
        view
    }

    /// What is taken for granted of an event, with what the others say to it; those of its own where they say nothing.
    #[must_use]
    pub fn priors(this: &Arc<Self>, event: usize, absent: &[&str]) -> Priors {
        let own = &this.fellows[event].priors;
        let absent: Vec<usize> = absent
            .iter()
            .filter_map(|owner| this.owners.binary_search_by(|one| one.as_str().cmp(owner)).ok())
            .collect();
        // Of two the second one is taken out of what is left without the first.
        let of = absent.first().copied();
        let Some(view) = this.views.iter().find(|view| view.absent == of) else { return own.clone() };
        let (mut said, votes) = this.said(view, event, &absent);
        let company = Some(Company { together: this.clone(), event });
        if votes <= 0.0 {
            return Priors { company, ..own.clone() };
        }
        if !this.airs[event] {
            said.keep_air(&Shared::of(own));
        }
        Priors { company, ..own.with_shared(&said) }
    }

    /// What all but one event say without the arrivals of some owners, and with how many votes.
    fn said(&self, view: &View, but: usize, absent: &[usize]) -> (Shared, f64) {
        let mut matrix = [[0.0; SHARED]; SHARED];
        let mut right = [0.0; SHARED];
        for k in 0..SHARED {
            // What is known does not move.
            let variance = self.before.covariance[k][k].max(1e-18);
            matrix[k][k] = 1.0 / variance;
            right[k] = (self.before.mean[k] - view.at[k]) / variance;
        }
        let mut scatter = [(0.0, 0.0); TECHNOLOGIES];
        let (mut outliers, mut arrivals) = (self.before.outlier_share * OUTLIERS_BEFORE, OUTLIERS_BEFORE);
        let mut votes = 0.0;
        for (event, placed) in view.placed.iter().enumerate().filter(|(event, _)| *event != but) {
            let Some(placed) = placed else { continue };
            let rows: Vec<&Row> = placed.rows.iter().filter(|row| !absent.contains(&row.owner)).collect();
            if rows.len() < TIMES_MIN {
                continue;
            }
            let Some(word) = Word::of(&rows) else { continue };
            outliers += rows.iter().map(|row| 1.0 - row.fits).sum::<f64>();
            arrivals += rows.len() as f64;
            let vote = view.votes[event] / word.widened2;
            votes += vote;
            for i in 0..SHARED {
                right[i] += vote * word.right[i];
                for (sum, own) in matrix[i].iter_mut().zip(word.matrix[i]) {
                    *sum += vote * own;
                }
            }
            for (all, own) in scatter.iter_mut().zip(word.scatter) {
                *all = (all.0 + view.votes[event] * own.0, all.1 + view.votes[event] * own.1);
            }
        }
        let mut said = self.before;
        if let Some(root) = Root::of(&matrix, SHARED) {
            let moved = root.solve(&right);
            for k in 0..SHARED {
                let mut unit = [0.0; SHARED];
                unit[k] = 1.0;
                said.mean[k] = view.at[k] + moved[k];
                said.covariance[k] = root.solve(&unit);
            }
        }
        for (width, (information, sum)) in said.width.iter_mut().zip(scatter) {
            let before = 0.5 * ARRIVALS_BEFORE;
            *width = ((before + sum) / (before + information)).max(0.0).sqrt().clamp(WIDTH.0, WIDTH.1);
        }
        said.outlier_share = (outliers / arrivals).min(OUTLIER_SHARE_MAX.max(self.before.outlier_share));
        (said, votes)
    }

    /// Events of one place share a vote.
    fn vote(&self, view: &mut View) {
        let places: Vec<Option<(f64, f64, bool)>> = (view.placed.iter().zip(&self.fellows))
            .map(|(placed, fellow)| {
                let geographic = fellow.sensors.first().is_some_and(|one| super::problem::coordinates(&one.site).2);
                placed.as_ref().map(|placed| (placed.x, placed.y, geographic))
            })
            .collect();
        for (vote, place) in view.votes.iter_mut().zip(&places) {
            let Some((x, y, geographic)) = place else { continue };
            let (east_m, north_m) = metres_per_unit(*y, *geographic);
            let near = |other: &&(f64, f64, bool)| {
                let (east, north) = ((other.0 - x) * east_m, (other.1 - y) * north_m);
                east * east + north * north <= PLACE_M * PLACE_M
            };
            *vote = 1.0 / places.iter().flatten().filter(near).count().max(1) as f64;
        }
    }

    /// Places an event with what is shared as it stands.
    fn place(&self, view: &View, event: usize, so_far: &Shared) -> Option<Placed> {
        let fellow = &self.fellows[event];
        let mut known = Shared { mean: view.at, covariance: [[0.0; SHARED]; SHARED], ..*so_far };
        if !self.airs[event] {
            known.keep_air(&Shared::of(&fellow.priors));
        }
        let priors = fellow.priors.with_shared(&known);
        let absent = view.absent.and_then(|owner| self.owners.get(owner));
        let is_there = |member: &usize| Some(&fellow.sensors[fellow.measurements[*member].sensor].owner) != absent;
        let members: Vec<usize> = (0..fellow.measurements.len()).filter(is_there).collect();
        if members.is_empty() {
            return None;
        }
        let problem = Problem::new(&fellow.sensors, &fellow.measurements, &members, &priors).ok()?;
        if problem.times.len() < TIMES_MIN {
            return None;
        }
        // From round to round a place moves little.
        let start = view.placed[event].as_ref().map_or_else(
            || {
                let place = problem.fit().place;
                (place.x, place.y)
            },
            |placed| (placed.x, placed.y),
        );
        self.descend(fellow, &problem, &known, (self.airs[event], start))
    }

    /// Steps from one starting place; the arrivals at the end.
    fn descend(
        &self,
        fellow: &Fellow,
        problem: &Problem,
        known: &Shared,
        (of_air, (mut x, mut y)): (bool, (f64, f64)),
    ) -> Option<Placed> {
        let depth_m = 0.5 * (problem.depths_m.0 + problem.depths_m.1);
        let mut scratch = problem.scratch();
        let mut time_s: Option<f64> = None;
        for step in 0..=STEPS {
            let look = Look { spot: spot(x, y, problem.geographic), depth_m, spread_m2: [0.0; 3], averaged: false };
            problem.look(&look, &mut scratch);
            let at_s = time_s.unwrap_or_else(|| problem.agreed_s(&mut scratch));
            let mut matrix = [[0.0; OWN]; OWN];
            let mut right = [0.0; OWN];
            let mut rows = Vec::with_capacity(problem.times.len());
            for (term, path) in problem.times.iter().zip(&scratch.paths) {
                let sight = &scratch.sights[term.stand];
                let off_s = path.residual_s - at_s;
                let say = problem.robust.say(off_s * off_s / path.variance_s2);
                let own = [path.per_distance * sight.east, path.per_distance * sight.north, 1.0];
                let weight = say.weight / path.variance_s2;
                for a in 0..OWN {
                    right[a] += weight * own[a] * off_s;
                    for b in 0..=a {
                        matrix[a][b] += weight * own[a] * own[b];
                    }
                }
                let measurement = &fellow.measurements[term.measurement];
                let technology = technology(&problem.priors, term.phase).0;
                let mut shared = [0.0; SHARED];
                if of_air || !super::problem::in_air(term.phase) {
                    shared[technology] = path.travel_s / (1.0 + known.mean[technology]);
                    if term.blown {
                        let [east, north] = path.wind;
                        (shared[WIND], shared[WIND + 1]) = (-path.travel_s * east, -path.travel_s * north);
                    }
                    shared[DELAY] = slower(&fellow.priors, technology);
                }
                let owner = &fellow.sensors[measurement.sensor].owner;
                let own_s2 = measurement.time_sigma_s.map_or(0.0, |sigma_s| sigma_s * sigma_s);
                rows.push(Row {
                    owner: self.owners.binary_search(owner).unwrap_or_default(),
                    technology,
                    off_s,
                    own_s2,
                    model_s2: path.variance_s2 - own_s2,
                    before_s2: (path.variance_s2 - own_s2) / (known.width[technology] * known.width[technology]),
                    weight,
                    fits: say.fits,
                    own,
                    shared,
                });
            }
            let delta = Root::of(&matrix, OWN)?.solve(&right);
            let gain: f64 = (0..OWN).map(|k| delta[k] * right[k]).sum();
            if step == STEPS || gain < 1e-6 {
                return Some(Placed { rows, x, y });
            }
            let (east_m, north_m) = metres_per_unit(y, problem.geographic);
            x = (x + delta[0] / east_m).clamp(problem.bounds.west, problem.bounds.east);
            y = (y + delta[1] / north_m).clamp(problem.bounds.south, problem.bounds.north);
            time_s = Some(at_s + delta[2]);
        }
        None
    }
}

/// What one event says of what is shared: information about it, where it pulls, and how far arrivals of each technology scatter,
/// as information and a sum.
struct Word {
    matrix: [[f64; SHARED]; SHARED],
    right: [f64; SHARED],
    widened2: f64,
    scatter: [(f64, f64); TECHNOLOGIES],
}

impl Word {
    fn of(rows: &[&Row]) -> Option<Self> {
        let mut own = [[0.0; OWN]; OWN];
        let mut pull = [0.0; OWN];
        let mut cross = [[0.0; OWN]; SHARED];
        let mut word =
            Self { matrix: [[0.0; SHARED]; SHARED], right: [0.0; SHARED], widened2: 1.0, scatter: Default::default() };
        for row in rows {
            for a in 0..OWN {
                pull[a] += row.weight * row.own[a] * row.off_s;
                for (sum, other) in own[a].iter_mut().zip(row.own) {
                    *sum += row.weight * row.own[a] * other;
                }
            }
            for (i, cross) in cross.iter_mut().enumerate() {
                let weighed = row.weight * row.shared[i];
                word.right[i] += weighed * row.off_s;
                for (sum, own) in cross.iter_mut().zip(row.own) {
                    *sum += weighed * own;
                }
                for (sum, other) in word.matrix[i].iter_mut().zip(row.shared) {
                    *sum += weighed * other;
                }
            }
        }
        let root = Root::of(&own, OWN)?;
        let solved = root.solve(&pull);
        let product = |a: &[f64; OWN], b: &[f64; OWN]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        for (i, with_i) in cross.iter().enumerate() {
            let column = root.solve(with_i);
            for (row, with_j) in word.matrix.iter_mut().zip(&cross) {
                row[i] -= product(with_j, &column);
            }
            word.right[i] -= product(with_i, &solved);
        }
        let (mut squares, mut fitting) = (0.0, 0.0);
        for row in rows {
            let lever = root.solve(&row.own);
            let leverage = (0..OWN).map(|a| row.own[a] * lever[a]).sum::<f64>() * row.weight;
            let variance_s2 = row.own_s2 + row.model_s2;
            if row.fits >= 0.5 {
                squares += row.off_s * row.off_s / variance_s2;
                fitting += 1.0;
            }
            // An arrival that its event leans on says nothing of how far others scatter.
            if leverage < 0.8 {
                let share = row.model_s2 / variance_s2;
                let information = 0.5 * row.fits * share * share;
                let seen_s2 = row.off_s * row.off_s / (1.0 - leverage) - row.own_s2;
                let scatter = &mut word.scatter[row.technology];
                *scatter = (scatter.0 + information, scatter.1 + information * seen_s2 / row.before_s2);
            }
        }
        let free = fitting - OWN as f64;
        if free > 0.0 && squares > chi_squared_p99(free) {
            word.widened2 = squares / free;
        }
        Some(word)
    }
}

/// How many times as much the waves of a technology are delayed as P.
fn slower(priors: &Priors, technology: usize) -> f64 {
    let (own_s, p_s) = (priors.times()[technology].delay_s.1, priors.p.delay_s.1);
    if p_s > 0.0 && !matches!(PHASES[technology], Phase::Airwave | Phase::Muzzle | Phase::Light) {
        own_s / p_s
    } else {
        0.0
    }
}

impl Shared {
    /// What is taken for granted before any event speaks.
    fn of(priors: &Priors) -> Self {
        let mut shared = Self {
            mean: [0.0; SHARED],
            covariance: [[0.0; SHARED]; SHARED],
            width: [1.0; TECHNOLOGIES],
            outlier_share: priors.outlier_share,
        };
        for (k, prior) in priors.times().into_iter().enumerate() {
            if priors.medium.straight_m_s(PHASES[k]).is_some() {
                shared.covariance[k][k] = prior.scale_sigma * prior.scale_sigma;
            }
        }
        (shared.mean[WIND], shared.mean[WIND + 1]) = priors.wind_mean_m_s;
        for k in [WIND, WIND + 1] {
            shared.covariance[k][k] = priors.wind_sigma_m_s * priors.wind_sigma_m_s;
        }
        shared.mean[DELAY] = priors.p.delay_s.0;
        shared.covariance[DELAY][DELAY] = priors.p.delay_s.1 * priors.p.delay_s.1;
        shared
    }

    /// With what another one says of the air, which then hangs together with nothing else.
    fn keep_air(&mut self, own: &Self) {
        let of_air = |k: usize| k == WIND || k == WIND + 1 || PHASES.get(k) == Some(&Phase::Airwave);
        for i in (0..SHARED).filter(|i| of_air(*i)) {
            self.mean[i] = own.mean[i];
            for j in 0..SHARED {
                self.covariance[i][j] = own.covariance[i][j];
                self.covariance[j][i] = own.covariance[j][i];
            }
            if let Some(width) = self.width.get_mut(i) {
                *width = own.width[i];
            }
        }
    }

    /// The covariance of some of what is shared.
    pub(super) fn covariance(&self, i: usize, j: usize) -> f64 {
        self.covariance[i][j]
    }

    /// The numbers of the wind's components and of the delay.
    pub(super) const fn wind_and_delay() -> [usize; 3] {
        [WIND, WIND + 1, DELAY]
    }
}

impl Priors {
    /// With what events of one time say in the place of what was taken for granted.
    fn with_shared(&self, said: &Shared) -> Self {
        let mut priors = self.clone();
        let mut shared = *said;
        for k in 0..TECHNOLOGIES {
            let is_straight = priors.medium.straight_m_s(PHASES[k]).is_some();
            let slower = slower(self, k);
            let prior = priors.times_mut(k);
            for sigma in [&mut prior.sigma_s, &mut prior.fixed_s, &mut prior.relative] {
                *sigma *= said.width[k];
            }
            if slower > 0.0 {
                prior.delay_s = (slower * said.mean[DELAY], slower * said.covariance[DELAY][DELAY].max(0.0).sqrt());
            }
            if is_straight && prior.scale_sigma > 0.0 {
                // From here on relative to the times as they are then.
                let factor = 1.0 + said.mean[k];
                for i in 0..SHARED {
                    shared.covariance[k][i] /= factor;
                    shared.covariance[i][k] /= factor;
                }
                prior.scale_sigma = shared.covariance[k][k].max(0.0).sqrt();
                priors.medium.slow(PHASES[k], factor);
            } else {
                shared.covariance[k] = [0.0; SHARED];
                shared.covariance.iter_mut().for_each(|row| row[k] = 0.0);
                shared.covariance[k][k] = prior.scale_sigma * prior.scale_sigma;
            }
        }
        if self.wind_sigma_m_s > 0.0 {
            priors.wind_mean_m_s = (said.mean[WIND], said.mean[WIND + 1]);
            let variance = said.covariance[WIND][WIND].max(said.covariance[WIND + 1][WIND + 1]);
            priors.wind_sigma_m_s = variance.max(0.0).sqrt();
        }
        priors.outlier_share = said.outlier_share;
        priors.shared = Some(shared);
        priors
    }

    /// What is taken for granted where these owners are left out.
    pub(super) fn without(&self, absent: &[&str]) -> Cow<'_, Self> {
        match &self.company {
            Some(company) => Cow::Owned(Self { heights: self.heights, ..company.priors(absent) }),
            None => Cow::Borrowed(self),
        }
    }
}
