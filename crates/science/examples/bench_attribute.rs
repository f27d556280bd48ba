//! Attribution measured against truth: one line of JSON for each set.
//!
//! `bench_attribute SEED LAUNCHES [EVENTS.csv]`: launches at Gamma(3/2, 1.2 km) from the true line, which lies N(0, 300 m) off the
//! drawn one, mostly towards the other side at 20 to 50 m/s, first plotted 0 to 60 s later, then 20 plots 2 s apart, each N(0, 100 m);
//! the same from a file (`event,origin_side_A,x0,y0,line_offset,vx,vy,lag_s`, then plots); and five owners of whom some are false.
#![allow(clippy::print_stdout)]
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::error::Error;
use std::time::Instant;
use truceline_science::attribute::crossing::{crossing, sides_of};
use truceline_science::attribute::owners::{Estimate, Estimates};
use truceline_science::attribute::statement::{Policy, Stated, state};
use truceline_science::calibrate::{cllr, elub, reliability, wilson};
use truceline_science::locate::{Line, Point, Segments, Vertex};
use truceline_science::track::back_trace::{LagPrior, back_trace};
use truceline_science::track::smoother::{Motion, Plot, smooth};

/// The world that is drawn, m and s.
const LINE_SIGMA_M: f64 = 300.0;
const PLOT_SIGMA_M: f64 = 100.0;
const PLOTS: usize = 20;
const STEP_S: f64 = 2.0;
const LAG_MAX_S: f64 = 60.0;
const MOTION: Motion = Motion { q_m2_s3: 1.0, speed_sigma_m_s: 50.0 };
const OWNERS: usize = 5;
const OWNER_SIGMA_M: f64 = 250.0;

/// What is adopted for stating a side; chosen on seeds 5 and 6 of the owners' generator.
const POLICY: Policy = Policy { false_max: 2, p_false: 0.2, ratio_min: 100.0, plausible_min: 0.01 };
const REACH_M: f64 = 6_000.0;

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let seed: u64 = words.next().ok_or("expected a seed")?.parse()?;
    let launches: usize = words.next().ok_or("expected a number of launches")?.parse()?;
    let line = line()?;
    if let Some(path) = words.next() {
        one_track("file", &read(&path)?, &line)?;
    }
    one_track("seed", &drawn(seed, launches), &line)?;
    for (lie, kind) in [("far", Lie::Far), ("near", Lie::Near), ("flip", Lie::Flip)] {
        for false_owners in 0..=3 {
            if false_owners > 0 || lie == "far" {
                owners(lie, kind, false_owners, seed, launches);
            }
        }
    }
    Ok(())
}

struct Launch {
    left: bool,
    plots: Vec<Plot>,
}

/// The line as drawn: a wave of 1.5 km, told by a vertex each 250 m.
fn line() -> Result<Segments, Box<dyn Error>> {
    let vertex = |i: i32| {
        let x = f64::from(i) * 250.0;
        Vertex { at: Point { x, y: drawn_line_m(x) }, sigma_m: LINE_SIGMA_M }
    };
    let line = Line::new(vec![(-120..=120).map(vertex).collect()]).map_err(|error| format!("{error:?}"))?;
    Ok(Segments::of(&line, false))
}

fn drawn_line_m(x: f64) -> f64 {
    1_500.0 * libm::sin(x / 6_000.0)
}

fn plot(k: usize, at_m: [f64; 2]) -> Plot {
    let variance = PLOT_SIGMA_M * PLOT_SIGMA_M;
    Plot { time_s: STEP_S * k as f64, at_m, covariance_m2: [[variance, 0.0], [0.0, variance]] }
}

fn read(path: &str) -> Result<Vec<Launch>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    let launch = |row: &str| -> Result<Launch, Box<dyn Error>> {
        let fields: Vec<f64> = row.split(',').map(str::parse).collect::<Result<_, _>>()?;
        let plots = fields[8..].chunks_exact(2).enumerate().map(|(k, at)| plot(k, [at[0], at[1]])).collect();
        Ok(Launch { left: fields[1] > 0.5, plots })
    };
    text.lines().skip(1).map(launch).collect()
}

/// Even and normal draws, the same on every machine.
struct Draws(ChaCha8Rng);

impl Draws {
    fn even(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        let (u, v) = (1.0 - self.even(), self.even());
        (-2.0 * libm::log(u)).sqrt() * libm::cos(std::f64::consts::TAU * v)
    }

    /// Gamma of shape 3/2: an exponential and half a squared normal.
    fn distance_m(&mut self) -> f64 {
        let exponential = -libm::log(1.0 - self.even());
        let normal = self.normal();
        1_200.0 * (exponential + 0.5 * normal * normal)
    }
}

fn drawn(seed: u64, count: usize) -> Vec<Launch> {
    let mut draws = Draws(ChaCha8Rng::seed_from_u64(seed));
    let launch = |_| {
        let x0 = -15e3 + 30e3 * draws.even();
        let offset = LINE_SIGMA_M * draws.normal();
        let left = draws.even() < 0.5;
        let distance = draws.distance_m();
        let y0 = drawn_line_m(x0) + offset + if left { distance } else { -distance };
        let speed = 20.0 + 30.0 * draws.even();
        let heading = 0.5 * draws.normal();
        let velocity = [speed * libm::sin(heading), if left { -1.0 } else { 1.0 } * speed * libm::cos(heading)];
        let lag = LAG_MAX_S * draws.even();
        let mut state = [[x0 + velocity[0] * lag, velocity[0]], [y0 + velocity[1] * lag, velocity[1]]];
        let mut plots = Vec::with_capacity(PLOTS);
        for k in 0..PLOTS {
            let mut seen = [0.0; 2];
            for (seen, axis) in seen.iter_mut().zip(&mut state) {
                *seen = axis[0] + PLOT_SIGMA_M * draws.normal();
                // White acceleration over a step: the factor of its covariance.
                let (a, b) = (draws.normal(), draws.normal());
                let root = MOTION.q_m2_s3.sqrt();
                axis[0] += STEP_S * axis[1] + root * (STEP_S * STEP_S * STEP_S / 3.0).sqrt() * a;
                axis[1] += root * ((3.0_f64 * STEP_S).sqrt() / 2.0 * a + STEP_S.sqrt() / 2.0 * b);
            }
            plots.push(plot(k, seen));
        }
        Launch { left, plots }
    };
    (0..count).map(launch).collect()
}

fn one_track(set: &str, launches: &[Launch], line: &Segments) -> Result<(), Box<dyn Error>> {
    let began = Instant::now();
    let mut ratios = Vec::with_capacity(launches.len());
    // The rule that is not used: the side on which it was first seen.
    let mut first_sight_wrong = 0;
    for launch in launches {
        let [x, y] = launch.plots[0].at_m;
        first_sight_wrong += usize::from((line.across(Point { x, y }).signed_m > 0.0) != launch.left);
        let states = smooth(&launch.plots, MOTION).map_err(|error| format!("{error:?}"))?;
        let origin = back_trace(&states[0], LagPrior { from_s: 0.0, to_s: LAG_MAX_S }, MOTION.q_m2_s3);
        let sides = crossing(&origin, line, 1.0);
        ratios.push((libm::log(sides.left) - libm::log(sides.right), launch.left));
    }
    let seconds = began.elapsed().as_secs_f64();
    let said: Vec<(f64, bool)> = ratios.iter().map(|(ratio, left)| (1.0 / (1.0 + libm::exp(-ratio)), *left)).collect();
    let worth = cllr::judge(&ratios, POLICY.ratio_min).ok_or("no launches of both sides")?;
    let probabilities = reliability::judge(&said).ok_or("no probabilities")?;
    let stated = ratios.iter().filter(|(ratio, _)| ratio.abs() >= libm::log(POLICY.ratio_min)).count();
    let (lower, upper) = elub::bounds(&ratios).ok_or("no launches of both sides")?;
    let line = serde_json::json!({
        "set": set, "launches": launches.len(), "cllr": worth.cllr, "cllr_loss": worth.cllr - worth.cllr_min,
        "ece": probabilities.ece, "brier": probabilities.brier, "accuracy": probabilities.accuracy,
        "misleading": worth.misleading, "misleading_max": worth.misleading_max,
        "stated": stated as f64 / launches.len() as f64,
        "first_sight_wrong": first_sight_wrong as f64 / launches.len() as f64,
        "ratio_bounds": [libm::exp(lower), libm::exp(upper)], "us_per_launch": 1e6 * seconds / launches.len() as f64,
    });
    println!("{line}");
    Ok(())
}

/// What false owners say, together.
#[derive(Clone, Copy)]
enum Lie {
    /// 1.5 km and half the true distance on the other side.
    Far,
    /// 850 m towards the other side: what hides best in the honest owners' scatter.
    Near,
    /// The true distance on the other side.
    Flip,
}

fn owners(name: &str, lie: Lie, false_owners: usize, seed: u64, launches: usize) {
    let mut draws = Draws(ChaCha8Rng::seed_from_u64(seed ^ 0x0077_6e65_7273 ^ ((false_owners as u64) << 56)));
    let began = Instant::now();
    let (mut stated, mut wrong, mut found, mut accused) = (0, 0, 0, 0);
    let mut certified = [0_usize; OWNERS];
    // Plain rules beside it: the mean and the median of all owners, as if all were honest; and the mixture over who is false
    // without asking each choice.
    let mut plain = [(0, 0); 2];
    let mut mixture = (0, 0);
    for _ in 0..launches {
        let left = draws.even() < 0.5;
        let (sign, distance) = (if left { 1.0 } else { -1.0 }, draws.distance_m());
        let truth = sign * distance + LINE_SIGMA_M * draws.normal();
        let said = match lie {
            Lie::Far => -sign * (1_500.0 + 0.5 * distance),
            Lie::Near => truth - 850.0 * sign,
            Lie::Flip => -truth,
        };
        let estimate = |i: usize| {
            let middle = if i < false_owners { said } else { truth };
            Estimate { across_m: middle + OWNER_SIGMA_M * draws.normal(), sigma_m: OWNER_SIGMA_M }
        };
        let of: Vec<Estimate> = (0..OWNERS).map(estimate).collect();
        let estimates = Estimates { of: &of, line_sigma_m: LINE_SIGMA_M, reach_m: REACH_M };
        let Some(statement) = state(&estimates, &POLICY) else { continue };
        // No choice weighs so much.
        let unasked = state(&estimates, &Policy { plausible_min: 2.0, ..POLICY });
        if let Some(side) = unasked.and_then(|statement| statement.stated) {
            mixture.0 += 1;
            mixture.1 += usize::from((side == Stated::Left) != left);
        }
        let mut across_m: Vec<f64> = of.iter().map(|estimate| estimate.across_m).collect();
        across_m.sort_by(f64::total_cmp);
        let variance_m2 = OWNER_SIGMA_M * OWNER_SIGMA_M / OWNERS as f64;
        let rules = [
            (across_m.iter().sum::<f64>() / OWNERS as f64, variance_m2),
            (across_m[OWNERS / 2], variance_m2 * std::f64::consts::FRAC_PI_2),
        ];
        for ((stated, wrong), (middle_m, variance_m2)) in plain.iter_mut().zip(rules) {
            let (p_left, p_right) = sides_of(middle_m, variance_m2, LINE_SIGMA_M);
            if p_left.max(p_right) >= POLICY.ratio_min * p_left.min(p_right) {
                *stated += 1;
                *wrong += usize::from((p_left > p_right) != left);
            }
        }
        if let Some(side) = statement.stated {
            stated += 1;
            wrong += usize::from((side == Stated::Left) != left);
            (1..=statement.certificate.unwrap_or(0) as usize).for_each(|k| certified[k] += 1);
        }
        found += (0..false_owners).filter(|i| statement.p_false[*i] > 0.95).count();
        accused += (false_owners..OWNERS).filter(|i| statement.p_false[*i] > 0.95).count();
    }
    let share = |count: usize, of: usize| if of == 0 { 0.0 } else { count as f64 / of as f64 };
    let line = serde_json::json!({
        "set": "owners", "lie": name, "false_owners": false_owners, "launches": launches,
        "stated": share(stated, launches), "wrong_among_stated": share(wrong, stated),
        "wrong_among_stated_max": if stated == 0 { 1.0 } else { wilson(wrong, stated).1 },
        "mean_wrong_among_stated": share(plain[0].1, plain[0].0),
        "median_wrong_among_stated": share(plain[1].1, plain[1].0),
        "mixture_wrong_among_stated": share(mixture.1, mixture.0),
        "certified": certified[1..].iter().map(|count| share(*count, launches)).collect::<Vec<f64>>(),
        "false_named": share(found, false_owners * launches),
        "honest_named": share(accused, (OWNERS - false_owners) * launches),
        "us_per_launch": 1e6 * began.elapsed().as_secs_f64() / launches as f64,
    });
    println!("{line}");
}
