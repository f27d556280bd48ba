//! How well travel times hold, learnt from many events at once.
//!
//! # Algorithm
//! Expectation and maximisation by turns. Each event is placed in space and time by reweighted Gauss-Newton steps; then
//! - the factor on all travel times of a technology follows from joint least squares of all events' residuals, each
//!   event's own unknowns eliminated by their Schur complement (E. Kissling et al., *Initial reference models in local
//!   earthquake tomography*, JGR 99, 19635-19646, 1994), where the priors leave one open;
//! - the variance of a technology's times, a constant and a part that grows with the square of the travel time, follows
//!   from the squared residuals over one minus their leverage, weighted by the variances as they stand.
//!
//! # Checked against
//! Synthetic networks whose speeds and deviations are known (`tests/learnt_times.rs`).
use super::super::error::EvidenceError;
use super::super::priors::Priors;
use super::frame::{metres_per_unit, spot};
use super::likelihood::{Look, UNKNOWNS_MAX};
use super::problem::{PHASES, Problem, TECHNOLOGIES, in_air, technology};
use super::small::Root;
use truceline_model::measurement::{Measurement, Sensor};

/// So many events are learnt from at least: a few agree by chance, and more at most: a network's picks are alike.
const EVENTS: (usize, usize) = (20, 200);

/// Arrival times of an event from which anything is learnt: its own four unknowns and as many more.
const TIMES_MIN: usize = 8;

/// Arrivals of a technology from which its variance is learnt.
const ARRIVALS_MIN: f64 = 100.0;

/// Turns of placing and learning, and steps of placing at most.
const ROUNDS: usize = 4;
const STEPS: usize = 30;

/// Place (east, north, depth) and origin time.
const OWN: usize = 4;

/// Depths to start from, as shares of those that are possible: at the upper end the depth's derivative vanishes.
const STARTS: [f64; 2] = [0.1, 0.4];

/// What many events say about one technology's times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) struct Law {
    /// The factor on its travel times, and the relative doubt about it that is left.
    pub factor: f64,
    pub factor_sigma: f64,
    /// Deviation of an arrival that states none, and what is added to one that states its own, s.
    pub sigma_s: f64,
    pub fixed_s: f64,
    /// What grows with the travel time.
    pub relative: f64,
}

/// How well travel times hold, as learnt from many events.
#[derive(Debug, Clone, PartialEq)]
pub struct LearntTimes {
    pub(in super::super) laws: [Option<Law>; TECHNOLOGIES],
    /// From how many events.
    pub events: usize,
}

/// One arrival of a placed event.
struct Row {
    technology: usize,
    travel_s: f64,
    off_s: f64,
    /// What the arrival states itself, s2.
    stated_s2: Option<f64>,
    variance_s2: f64,
    fits: f64,
    g: [f64; OWN],
    leverage: f64,
}

/// Learns from events: the members of each and its priors. None where fewer than twenty have eight times or more.
///
/// # Errors
/// As [`super::evidence`], of the first event that has no meaning.
pub fn learn(
    sensors: &[Sensor],
    measurements: &[Measurement],
    events: &[(&[usize], &Priors)],
) -> Result<Option<LearntTimes>, EvidenceError> {
    let enough: Vec<_> = events.iter().filter(|(members, _)| members.len() >= TIMES_MIN).collect();
    if enough.len() < EVENTS.0 {
        return Ok(None);
    }
    let step = enough.len().div_ceil(EVENTS.1);
    let mut learnt: Option<LearntTimes> = None;
    for _ in 0..ROUNDS {
        let mut placed: Vec<Vec<Row>> = Vec::new();
        let mut open = [0.0; TECHNOLOGIES];
        let mut windy = false;
        for (members, priors) in enough.iter().step_by(step) {
            for (k, open) in open.iter_mut().enumerate() {
                *open = f64::max(
                    *open,
                    if priors.medium.is_straight(PHASES[k]) { priors.times()[k].scale_sigma } else { 0.0 },
                );
            }
            let priors = learnt.as_ref().map_or_else(|| (*priors).clone(), |learnt| priors.with_times(learnt));
            let problem = Problem::new(sensors, measurements, members, &priors)?;
            windy |= problem.windy;
            placed.extend(place(&problem, measurements).filter(|rows| rows.len() >= TIMES_MIN));
        }
        if placed.len() < EVENTS.0 {
            return Ok(None);
        }
        let mut laws = learnt.map(|learnt| learnt.laws).unwrap_or_default();
        let so_far = laws.map(|law| law.map_or(1.0, |law| law.factor));
        let factors = factors(&placed, &open, &so_far);
        for (k, law) in laws.iter_mut().enumerate() {
            // With a wind of its own what the wind does is no scatter.
            let blown = windy && in_air(PHASES[k]);
            let Some((constant_s2, unstated_s2, relative2)) = variance(&placed, k).filter(|_| !blown) else {
                *law = None;
                continue;
            };
            let (by, doubt) = factors[k];
            let fixed_s2 = constant_s2.unwrap_or(0.0);
            let sigma_s2 = unstated_s2.map_or(fixed_s2, |unstated_s2| unstated_s2 - fixed_s2);
            *law = Some(Law {
                factor: so_far[k] * by,
                factor_sigma: doubt,
                sigma_s: sigma_s2.max(1e-6).sqrt(),
                fixed_s: fixed_s2.sqrt(),
                relative: relative2.sqrt(),
            });
        }
        learnt = Some(LearntTimes { laws, events: placed.len() });
    }
    Ok(learnt)
}

/// Places an event in space and time; its arrivals there.
fn place(problem: &Problem, measurements: &[Measurement]) -> Option<Vec<Row>> {
    let start = problem.fit();
    let (top_m, bottom_m) = problem.depths_m;
    let mut best: Option<(f64, Vec<Row>)> = None;
    for share in STARTS {
        let found = descend(problem, measurements, (start.place.x, start.place.y, top_m + share * (bottom_m - top_m)));
        if let Some(found) = found
            && best.as_ref().is_none_or(|best| found.0 > best.0)
        {
            best = Some(found);
        }
        if bottom_m <= top_m {
            break;
        }
    }
    best.map(|(_, rows)| rows)
}

/// Steps from one starting place; how good the end is, and the arrivals there.
fn descend(
    problem: &Problem,
    measurements: &[Measurement],
    (mut x, mut y, mut depth_m): (f64, f64, f64),
) -> Option<(f64, Vec<Row>)> {
    let (top_m, bottom_m) = problem.depths_m;
    let mut scratch = problem.scratch();
    let mut time_s: Option<f64> = None;
    for step in 0..=STEPS {
        let look = Look { spot: spot(x, y, problem.geographic), depth_m, spread_m2: [0.0; 3], averaged: false };
        problem.look(&look, &mut scratch);
        let at_s = time_s.unwrap_or_else(|| problem.agreed_s(&mut scratch));
        let mut matrix = [[0.0; UNKNOWNS_MAX]; UNKNOWNS_MAX];
        let mut right = [0.0; UNKNOWNS_MAX];
        let mut log = 0.0;
        let mut rows = Vec::with_capacity(problem.times.len());
        for (term, path) in problem.times.iter().zip(&scratch.paths) {
            let sight = &scratch.sights[term.stand];
            let off_s = path.residual_s - at_s;
            let say = problem.robust.say(off_s * off_s / path.variance_s2);
            log += libm::log(say.density) - 0.5 * libm::log(path.variance_s2);
            let g = [path.per_distance * sight.east, path.per_distance * sight.north, path.per_depth, 1.0];
            let weight = say.weight / path.variance_s2;
            for a in 0..OWN {
                right[a] += weight * g[a] * off_s;
                for b in 0..=a {
                    matrix[a][b] += weight * g[a] * g[b];
                }
            }
            let stated_s2 = measurements[term.measurement].time_sigma_s.map(|sigma_s| sigma_s * sigma_s);
            rows.push(Row {
                technology: technology(&problem.priors, term.phase).0,
                travel_s: path.travel_s,
                off_s,
                stated_s2,
                variance_s2: path.variance_s2,
                fits: say.fits,
                g,
                leverage: 0.0,
            });
        }
        // Even between two depths; on one level, or at an end that the step leads out of, the depth stays.
        let height_m = (bottom_m - top_m).max(1e-3);
        matrix[2][2] += 12.0 / (height_m * height_m);
        let leads_out = (depth_m <= top_m && right[2] < 0.0) || (depth_m >= bottom_m && right[2] > 0.0);
        if leads_out || bottom_m <= top_m {
            matrix[2][2] += 1e12;
        }
        let root = Root::of(&matrix, OWN)?;
        let delta = root.solve(&right);
        let gain: f64 = (0..OWN).map(|k| delta[k] * right[k]).sum();
        if step == STEPS || gain < 1e-6 {
            for row in &mut rows {
                let mut g = [0.0; UNKNOWNS_MAX];
                g[..OWN].copy_from_slice(&row.g);
                let solved = root.solve(&g);
                row.leverage = (0..OWN).map(|k| g[k] * solved[k]).sum::<f64>() / row.variance_s2;
            }
            return Some((log, rows));
        }
        let (east_m, north_m) = metres_per_unit(y, problem.geographic);
        x = (x + delta[0] / east_m).clamp(problem.bounds.west, problem.bounds.east);
        y = (y + delta[1] / north_m).clamp(problem.bounds.south, problem.bounds.north);
        depth_m = (depth_m + delta[2]).clamp(top_m, bottom_m);
        time_s = Some(at_s + delta[3]);
    }
    None
}

/// By what each technology's travel times must be multiplied, and the doubt that is left, where `open` leaves one.
fn factors(
    placed: &[Vec<Row>],
    open: &[f64; TECHNOLOGIES],
    so_far: &[f64; TECHNOLOGIES],
) -> [(f64, f64); TECHNOLOGIES] {
    let mut matrix = [[0.0; UNKNOWNS_MAX]; UNKNOWNS_MAX];
    let mut right = [0.0; UNKNOWNS_MAX];
    for k in 0..TECHNOLOGIES {
        // A factor that is not open stays where it is.
        matrix[k][k] = if open[k] > 0.0 { 1.0 / (open[k] * open[k]) } else { 1e18 };
        right[k] = matrix[k][k] * (1.0 - so_far[k]);
    }
    for rows in placed {
        let mut own = [[0.0; UNKNOWNS_MAX]; UNKNOWNS_MAX];
        let mut pull = [0.0; UNKNOWNS_MAX];
        let mut cross = [[0.0; UNKNOWNS_MAX]; TECHNOLOGIES];
        for row in rows {
            let weight = row.fits / row.variance_s2;
            for a in 0..OWN {
                pull[a] += weight * row.g[a] * row.off_s;
                cross[row.technology][a] += weight * row.g[a] * row.travel_s;
                for (own, g) in own[a].iter_mut().zip(row.g) {
                    *own += weight * row.g[a] * g;
                }
            }
            matrix[row.technology][row.technology] += weight * row.travel_s * row.travel_s;
            right[row.technology] += weight * row.travel_s * row.off_s;
        }
        own[2][2] += 1e-9;
        let Some(root) = Root::of(&own, OWN) else { continue };
        let solved = root.solve(&pull);
        for i in 0..TECHNOLOGIES {
            let column = root.solve(&cross[i]);
            for j in 0..=i {
                matrix[i][j] -= (0..OWN).map(|k| cross[j][k] * column[k]).sum::<f64>();
            }
            right[i] -= (0..OWN).map(|k| cross[i][k] * solved[k]).sum::<f64>();
        }
    }
    let mut factors = [(1.0, 0.0); TECHNOLOGIES];
    let Some(root) = Root::of(&matrix, TECHNOLOGIES) else { return factors };
    let solved = root.solve(&right);
    for (k, factor) in factors.iter_mut().enumerate() {
        if open[k] > 0.0 {
            // A step of more than a tenth would be another wave.
            *factor = (1.0 + solved[k].clamp(-0.1, 0.1), root.variance(k).sqrt());
        }
    }
    factors
}

/// Variance of a technology's times: what is added to a stated deviation, what stands for one that is not stated, s2,
/// and the square of what grows with the travel time. None where there are too few arrivals.
fn variance(placed: &[Vec<Row>], technology: usize) -> Option<(Option<f64>, Option<f64>, f64)> {
    let rows = || placed.iter().flatten().filter(move |row| row.technology == technology && row.leverage < 0.9);
    let count = |stated: bool| rows().filter(|row| row.stated_s2.is_some() == stated).map(|row| row.fits).sum::<f64>();
    let (stated, unstated) = (count(true) >= ARRIVALS_MIN, count(false) >= ARRIVALS_MIN);
    if !(stated || unstated) {
        return None;
    }
    // Unknowns that must not be negative: those that would be are left out, one after the other.
    let mut used = [stated, unstated, true];
    loop {
        let mut matrix = [[0.0; UNKNOWNS_MAX]; UNKNOWNS_MAX];
        let mut right = [0.0; UNKNOWNS_MAX];
        for row in rows() {
            let says = usize::from(row.stated_s2.is_none());
            if ![stated, unstated][says] {
                continue;
            }
            let squared = row.off_s * row.off_s / (1.0 - row.leverage) - row.stated_s2.unwrap_or(0.0);
            let weight = row.fits / (2.0 * row.variance_s2 * row.variance_s2);
            let mut g = [0.0; 3];
            (g[says], g[2]) = (1.0, row.travel_s * row.travel_s);
            for a in (0..3).filter(|a| used[*a]) {
                right[a] += weight * g[a] * squared;
                for b in (0..=a).filter(|b| used[*b]) {
                    matrix[a][b] += weight * g[a] * g[b];
                }
            }
        }
        for a in (0..3).filter(|a| !used[*a]) {
            matrix[a][a] = 1.0;
        }
        let found = Root::of(&matrix, 3)?.solve(&right);
        match (0..3).filter(|a| used[*a]).min_by(|a, b| found[*a].total_cmp(&found[*b])) {
            Some(least) if found[least] < 0.0 => used[least] = false,
            _ => {
                let part = |at: usize, there: bool| there.then_some(found[at]);
                return Some((part(0, stated), part(1, unstated), found[2]));
            }
        }
    }
}

impl Priors {
    /// With what many events say about times in the place of what was taken for granted.
    #[must_use]
    pub fn with_times(&self, learnt: &LearntTimes) -> Self {
        let mut priors = self.clone();
        for (k, law) in learnt.laws.iter().enumerate() {
            let Some(law) = law else { continue };
            priors.medium.slow(PHASES[k], law.factor);
            let prior = priors.times_mut(k);
            (prior.sigma_s, prior.fixed_s, prior.relative) = (law.sigma_s, law.fixed_s, law.relative);
            if prior.scale_sigma > 0.0 {
                prior.scale_sigma = law.factor_sigma;
            }
        }
        priors
    }
}
