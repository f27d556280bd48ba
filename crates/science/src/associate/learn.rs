//! Learns the model from the events that were found and from what no event holds.
//!
//! # Algorithm
//! A step of (hard) expectation-maximisation with priors as pseudo-observations:
//! - speeds: joint least squares of all residuals, each event's time and place eliminated by its Schur complement
//!   (as in joint hypocentre and velocity determination: E. Kissling et al., *JGR* 99, 19635-19646, 1994);
//! - time deviations: residuals' mean square, corrected for the coordinates that each event has fitted;
//! - detection: logistic curves by Newton's method on counts by distance and strength, the strength's posterior as
//!   weights; the strength's spread from its own posterior;
//! - clutter: what no event holds, per channel, drawn towards its class;
//! - births: events per second.
use super::density::Density;
use super::detection::{STRENGTHS, strengths};
use super::fit::Scene;
use super::model::{ClassModel, Learnt};
use super::network::MEDIA;
use super::region::sight;
use super::settings::Settings;
use super::small::{N, Symmetric, exp};
use super::sweep::Live;

/// How many events what was learnt before weighs at most.
pub(super) const REMEMBERED_EVENTS: f64 = 500.0;

/// How many events of usual strength the starting curve weighs.
const PRIOR_EVENTS: f64 = 5.0;

/// How many arrivals the starting deviation of times weighs.
const PRIOR_ARRIVALS: f64 = 20.0;

/// The wind is not learnt by longer steps, m/s.
const WIND_STEP_M_S: f64 = 10.0;

/// A measurement held by an event, as learning needs it.
struct Held {
    class: usize,
    travel_s: f64,
    /// By how much wind of 1 m/s to the east, and to the north, would make it later.
    wind_s2_m: [f64; 2],
    residual_s: f64,
    weight: f64,
    g: [f64; N],
}

/// What an event's members say.
fn held(scene: &Scene<'_>, one: &Live) -> Vec<Held> {
    let spot = &one.fitted.spot;
    one.fitted
        .members
        .iter()
        .map(|(pick, _)| {
            let channel = scene.network.channels[scene.picks.all[*pick as usize].channel as usize];
            let (weight, g, residual_s) = scene.row(spot, *pick as usize);
            let (r, _) = sight(&scene.network.places[channel.sensor as usize], spot, scene.region.rows);
            let class = channel.class as usize;
            let place = &scene.network.places[channel.sensor as usize];
            let fast = &scene.model.classes[class];
            let slowness = fast.slowness(place, spot, r);
            let travel_s = r * slowness;
            // A wave that is met by the wind comes the later the slower it is.
            let met = |axis: usize| travel_s * slowness * (spot[axis + 1] - place[axis]) / r;
            let in_wind = scene.model.learnt.classes[class].in_wind;
            let wind_s2_m = if in_wind { [met(0), met(1)] } else { [0.0; 2] };
            Held { class, travel_s, wind_s2_m, residual_s, weight, g }
        })
        .collect()
}

/// The model after another look at the events that are surely real.
pub(super) fn learn(scene: &Scene<'_>, live: &[Live], settings: &Settings, base: &Learnt, sure: f64) -> Learnt {
    let mut learnt = scene.model.learnt.clone();
    let start = base;
    // What was learnt before weighs as many events as it came from, up to some: the world changes.
    let weight = (base.events as f64).clamp(PRIOR_EVENTS, REMEMBERED_EVENTS);
    let firm: Vec<&Live> = live.iter().filter(|one| one.fitted.log_odds > sure).collect();
    let held: Vec<Vec<Held>> = firm.iter().map(|one| held(scene, one)).collect();
    // What is wrong with the travel times of one place is wrong for all its events: together they count as one.
    let spots: Vec<[f64; N]> = firm.iter().map(|one| one.fitted.spot).collect();
    let shares = Density::shares(scene.region, scene.network, &spots);
    let doubt = speeds(scene, settings, start, (&held, &shares), &mut learnt);
    times(scene, settings, start, weight, &held, &doubt, &mut learnt);
    detection(scene, &firm, start, weight, &mut learnt);
    learnt.events = (base.events + firm.len()).min(REMEMBERED_EVENTS as usize);
    learnt
}

/// Speeds and the wind; gives the relative doubt that is left of each class's travel times.
fn speeds(
    scene: &Scene<'_>,
    settings: &Settings,
    start: &Learnt,
    (held, shares): (&[Vec<Held>], &[f64]),
    learnt: &mut Learnt,
) -> Vec<f64> {
    let classes = learnt.classes.len();
    // Unknowns: the log of each class's slowness, and the wind.
    let unknowns = classes + 2;
    let mut a = vec![0.0; unknowns * unknowns];
    let mut b = vec![0.0; unknowns];
    let mut wind_sigma_m_s = 0.0_f64;
    for (class, was) in start.classes.iter().enumerate() {
        let wave = settings.wave(was.kind, was.phase);
        let path = wave.map_or(0.0, |wave| wave.path_relative);
        if was.in_wind && was.in_use {
            wind_sigma_m_s = wind_sigma_m_s.max(wave.map_or(0.0, |wave| wave.wind_m_s));
        }
        // The doubt that is left of what was learnt before; speeds hold for a region, so it is kept as it is.
        let left = (was.travel_relative * was.travel_relative - path * path).max(0.0).sqrt();
        let relative = left.min(wave.map_or(0.0, |wave| wave.speed_relative));
        let weight = if relative > 0.0 { 1.0 / (relative * relative) } else { 1e18 };
        a[class * unknowns + class] += weight;
        let off = libm::log(learnt.classes[class].speed_m_s / was.speed_m_s);
        b[class] += weight * if off.is_finite() { off } else { 0.0 };
    }
    for (axis, now) in learnt.wind_m_s.iter().enumerate() {
        let weight = if wind_sigma_m_s > 0.0 { 1.0 / (wind_sigma_m_s * wind_sigma_m_s) } else { 1e18 };
        a[(classes + axis) * unknowns + classes + axis] += weight;
        b[classes + axis] -= weight * now;
    }
    for (event, share) in held.iter().zip(shares) {
        let mut h = Symmetric::ZERO;
        let mut c = vec![[0.0; N]; unknowns];
        let mut pull = [0.0; N];
        let (mut aa, mut bb) = (vec![0.0; unknowns * unknowns], vec![0.0; unknowns]);
        for one in event {
            // The doubt about the speed itself is what is being learnt: weights without it, but with the paths'.
            let fast = &scene.model.classes[one.class];
            let path = settings
                .wave(learnt.classes[one.class].kind, learnt.classes[one.class].phase)
                .map_or(0.0, |wave| wave.path_relative);
            let common2 = (fast.relative2 - path * path).max(0.0);
            let weight = share / (1.0 / one.weight - common2 * one.travel_s * one.travel_s).max(1e-12);
            h.add(weight, &one.g);
            for (pull, g) in pull.iter_mut().zip(one.g) {
                *pull += weight * g * one.residual_s;
            }
            let [east, north] = one.wind_s2_m;
            let moves = [(one.class, one.travel_s), (classes, east), (classes + 1, north)];
            for (i, by) in moves {
                for (c, g) in c[i].iter_mut().zip(one.g) {
                    *c += weight * g * by;
                }
                bb[i] += weight * by * one.residual_s;
                for (j, other) in moves {
                    aa[i * unknowns + j] += weight * by * other;
                }
            }
        }
        for axis in 0..scene.region.rows - 1 {
            let side = (scene.region.high[axis] - scene.region.low[axis]).max(1.0);
            h.add_diagonal(axis + 1, 12.0 / (side * side));
        }
        let Some(root) = h.root(scene.region.rows) else { continue };
        let solved = root.solve(&pull);
        for i in 0..unknowns {
            let column = root.solve(&c[i]);
            for j in 0..unknowns {
                let dot: f64 = (0..N).map(|k| c[j][k] * column[k]).sum();
                a[i * unknowns + j] -= dot;
                a[i * unknowns + j] += aa[i * unknowns + j];
            }
            b[i] += bb[i] - (0..N).map(|k| c[i][k] * solved[k]).sum::<f64>();
        }
    }
    let Some((x, variance)) = solve(&mut a, &b, unknowns) else {
        return start.classes.iter().map(|class| class.travel_relative).collect();
    };
    // A step of more than a tenth would be another wave, or a storm.
    for (class, x) in learnt.classes.iter_mut().zip(&x) {
        class.speed_m_s *= exp(-x.clamp(-0.1, 0.1));
    }
    for (wind, x) in learnt.wind_m_s.iter_mut().zip(&x[classes..]) {
        *wind += x.clamp(-WIND_STEP_M_S, WIND_STEP_M_S);
    }
    // Along a path the wind is in doubt as along any other.
    let wind_variance = 0.5 * (variance[classes] + variance[classes + 1]);
    let doubt = |(class, variance): (&ClassModel, &f64)| {
        let wind = if class.in_wind { wind_variance / (class.speed_m_s * class.speed_m_s) } else { 0.0 };
        (variance.max(0.0) + wind.max(0.0)).sqrt()
    };
    learnt.classes.iter().zip(&variance).map(doubt).collect()
}

/// Solves a symmetric positive system; the solution and the diagonal of the inverse.
fn solve(a: &mut [f64], b: &[f64], n: usize) -> Option<(Vec<f64>, Vec<f64>)> {
    // Gauss-Jordan on [A | 1 b], in place of few unknowns.
    let wide = 2 * n + 1;
    let mut m = vec![0.0; n * wide];
    for i in 0..n {
        m[i * wide..i * wide + n].copy_from_slice(&a[i * n..(i + 1) * n]);
        m[i * wide + n + i] = 1.0;
        m[i * wide + 2 * n] = b[i];
    }
    for i in 0..n {
        let pivot = m[i * wide + i];
        if pivot.is_nan() || pivot <= 0.0 {
            return None;
        }
        for k in 0..wide {
            m[i * wide + k] /= pivot;
        }
        for j in 0..n {
            let factor = m[j * wide + i];
            if j != i && factor != 0.0 {
                for k in 0..wide {
                    m[j * wide + k] -= factor * m[i * wide + k];
                }
            }
        }
    }
    Some(((0..n).map(|i| m[i * wide + 2 * n]).collect(), (0..n).map(|i| m[i * wide + n + i]).collect()))
}

/// Deviations of the times, and what of them grows with the travel time.
fn times(
    scene: &Scene<'_>,
    settings: &Settings,
    start: &Learnt,
    events: f64,
    held: &[Vec<Held>],
    doubt: &[f64],
    learnt: &mut Learnt,
) {
    for class in 0..learnt.classes.len() {
        let was = &start.classes[class];
        let path = settings.wave(was.kind, was.phase).map_or(0.0, |wave| wave.path_relative);
        let begin = PRIOR_ARRIVALS * events / PRIOR_EVENTS;
        let (mut sum, mut count) = (begin * was.time_sigma_s * was.time_sigma_s, begin);
        for event in held {
            let n = event.len() as f64;
            // Each event has fitted its own coordinates to its residuals.
            let left = (n - scene.region.rows as f64) / n;
            if left < 0.25 {
                continue;
            }
            for one in event.iter().filter(|one| one.class == class) {
                // What the paths' differences take of a residual is not the onset's.
                let spread = path * one.travel_s;
                let share = learnt.classes[class].time_sigma_s * learnt.classes[class].time_sigma_s * one.weight;
                let share = if spread > 0.0 { share.min(1.0) } else { 1.0 };
                sum += share * one.residual_s * one.residual_s / left;
                count += 1.0;
            }
        }
        learnt.classes[class].time_sigma_s = (sum / count).sqrt();
        // As long as few events were seen the speed remains in doubt.
        let doubt = (doubt[class] * doubt[class] + path * path).sqrt();
        learnt.classes[class].travel_relative = doubt.min(was.travel_relative);
    }
}

/// Bins of distance when counting detections.
const BINS: usize = 48;

/// Detection curves and the spread of the strengths.
fn detection(scene: &Scene<'_>, firm: &[&Live], start: &Learnt, begin: f64, learnt: &mut Learnt) {
    let (nodes, weights) = strengths();
    let classes = learnt.classes.len();
    let mut reach: Vec<f64> = Vec::new();
    for class in 0..classes {
        reach.push(scene.model.classes[class].table.r_m_max * 1.25);
    }
    // Counts: [class][distance][strength] -> (registered, all).
    let mut counts = vec![[[0.0_f64; 2]; STRENGTHS]; classes * BINS];
    let sigma_was = [learnt.strength_sigma, learnt.air_strength_sigma];
    // Of each medium the squares of the strengths, and of how many events they are.
    let mut square = [start.strength_sigma, start.air_strength_sigma].map(|sigma| begin * sigma * sigma);
    let mut events = [begin; MEDIA];
    let mut heard = vec![false; scene.network.channels.len()];
    for one in firm {
        let strength = &one.fitted.strength;
        for (pick, _) in &one.fitted.members {
            heard[scene.picks.all[*pick as usize].channel as usize] = true;
        }
        for (sensor, place) in scene.network.places.iter().enumerate() {
            let (r, _) = sight(place, &one.fitted.spot, scene.region.rows);
            for class in 0..classes {
                if !scene.model.classes[class].in_use {
                    continue;
                }
                let Some(channel) = scene.network.channel(sensor, class) else { continue };
                let bin = (r / reach[class] * BINS as f64) as usize;
                let at = one.fitted.spot[0] + r * scene.model.classes[class].slowness(place, &one.fitted.spot, r);
                if bin >= BINS || !scene.picks.health.up(sensor, at) {
                    continue;
                }
                // What leaves the medium at rest is at none of the strengths.
                let q = &strength[scene.model.classes[class].medium];
                for (k, count) in counts[class * BINS + bin].iter_mut().enumerate() {
                    count[1] += q[k];
                    if heard[channel] {
                        count[0] += q[k];
                    }
                }
            }
        }
        for (pick, _) in &one.fitted.members {
            heard[scene.picks.all[*pick as usize].channel as usize] = false;
        }
        for (medium, q) in strength.iter().enumerate().take(scene.strength.len()) {
            let sigma = sigma_was[medium];
            square[medium] += q.iter().zip(&nodes).map(|(q, u)| q * u * u).sum::<f64>() * sigma * sigma;
            // Where media are not told apart each event is one, to the bit.
            let apart = scene.strength.len() > 1;
            events[medium] += if apart { q.iter().take(STRENGTHS).sum::<f64>() } else { 1.0 };
        }
    }
    for class in 0..classes {
        if !scene.model.classes[class].in_use {
            continue;
        }
        // The starting curve as pseudo-observations: events of each strength over the distances.
        let prior = &start.classes[class].detection;
        let sigma = sigma_was[scene.model.classes[class].medium];
        let counts = &mut counts[class * BINS..(class + 1) * BINS];
        let per_bin = begin * scene.network.places.len() as f64 / BINS as f64 * 0.5;
        for (bin, by_strength) in counts.iter_mut().enumerate() {
            let r = (bin as f64 + 0.5) * reach[class] / BINS as f64;
            for (k, count) in by_strength.iter_mut().enumerate() {
                let n = per_bin * exp(weights[k]);
                count[0] += n * prior.probability(r, nodes[k], sigma);
                count[1] += n;
            }
        }
        climb(counts, reach[class] / BINS as f64, &nodes, sigma, &mut learnt.classes[class].detection);
    }
    let [ground, air] = std::array::from_fn(|medium| (square[medium] / events[medium]).sqrt().clamp(0.05, 1.0));
    learnt.strength_sigma = ground;
    learnt.air_strength_sigma = if scene.strength.len() > 1 { air } else { ground };
}

/// Raises the likelihood of counts by Fisher scoring in the log of range and width and the log odds of the ceiling.
fn climb(
    counts: &[[[f64; 2]; STRENGTHS]],
    step_m: f64,
    nodes: &[f64; STRENGTHS],
    sigma: f64,
    curve: &mut super::detection::Curve,
) {
    const STEPS: usize = 8;
    /// The longest step: a quarter of each number.
    const LONGEST: f64 = 0.25;
    for _ in 0..STEPS {
        let mut h = Symmetric::ZERO;
        let mut b = [0.0; N];
        for (k, node) in nodes.iter().enumerate() {
            let range = curve.range_m * exp(sigma * node);
            for (bin, by_strength) in counts.iter().enumerate() {
                let [yes, all] = by_strength[k];
                if all <= 0.0 {
                    continue;
                }
                let z = (range - (bin as f64 + 0.5) * step_m) / curve.width_m;
                let l = 1.0 / (1.0 + exp(-z));
                let p = (curve.ceiling * l).clamp(1e-4, 1.0 - 1e-4);
                let slope = curve.ceiling * l * (1.0 - l);
                let g = [slope * range / curve.width_m, -slope * z, curve.ceiling * (1.0 - curve.ceiling) * l, 0.0];
                let information = 1.0 / (p * (1.0 - p));
                h.add(all * information, &g);
                for (bi, gi) in b.iter_mut().zip(g) {
                    *bi += (yes - all * p) * information * gi;
                }
            }
        }
        for row in 0..3 {
            h.add_diagonal(row, 1e-3);
        }
        let Some(root) = h.root(3) else { return };
        let d = root.solve(&b).map(|d| d.clamp(-LONGEST, LONGEST));
        curve.range_m *= exp(d[0]);
        curve.width_m = (curve.width_m * exp(d[1])).clamp(curve.range_m * 0.02, curve.range_m);
        let odds = curve.ceiling / (1.0 - curve.ceiling) * exp(d[2]);
        curve.ceiling = (odds / (1.0 + odds)).clamp(0.02, 0.999);
    }
}

/// Clutter's rate of each class and of each channel, from what no event holds; of each channel so many are echoes.
pub(super) fn clutter(scene: &Scene<'_>, echoes: &[f64]) -> (Vec<f64>, Vec<f64>) {
    /// Channels of a class are alike by so many measurements.
    const ALIKE: f64 = 4.0;
    let network = scene.network;
    let span = scene.picks.span_s();
    let mut free = vec![0.0; network.channels.len()];
    for (pick, owner) in scene.picks.all.iter().zip(&scene.picks.owner) {
        if *owner == super::network::NONE {
            free[pick.channel as usize] += 1.0;
        }
    }
    for (free, echoes) in free.iter_mut().zip(echoes) {
        *free = f64::max(*free - echoes, 0.0);
    }
    let mut of_class = vec![(0.0, 0.0); network.classes.len()];
    for (channel, free) in network.channels.iter().zip(&free) {
        let (sum, count) = &mut of_class[channel.class as usize];
        *sum += free;
        *count += 1.0;
    }
    // Half a measurement at least: nobody knows that there is no clutter at all.
    let means: Vec<f64> = of_class.iter().map(|(sum, count)| (sum + 0.5) / (f64::max(*count, 1.0) * span)).collect();
    let rate = |(channel, free): (&super::network::Channel, &f64)| {
        (free + ALIKE) / (span + ALIKE / means[channel.class as usize])
    };
    let rates = network.channels.iter().zip(&free).map(rate).collect();
    (means, rates)
}
