//! Synthetic events of known kinds, and the ideal region of each: a fine grid under the model that made it, which
//! shares no code with the locator.
#![allow(dead_code, unreachable_pub)]
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::time::Time;
use truceline_science::locate::{Bounds, Point, Priors, Solution, evidence};
use truceline_science::travel::{Medium, Speeds};

/// Half side of the box of sensors and sources, m.
pub const HALF_M: f64 = 20e3;

/// Speed of P, m/s, and the deviation of a pick, s.
pub const SPEED_M_S: f64 = 6_000.0;
pub const SIGMA_S: f64 = 0.1;

/// Deviation of a bearing, degrees.
pub const SIGMA_DEG: f64 = 3.0;

/// Outliers are off by up to this to either side, s.
pub const OUTLIER_S: f64 = 5.0;

/// A kind of evidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Evidence {
    Times,
    TimesAndBearings,
    Bearings,
    Few,
    Outliers,
}

pub const KINDS: [Evidence; 5] =
    [Evidence::Times, Evidence::TimesAndBearings, Evidence::Bearings, Evidence::Few, Evidence::Outliers];

/// splitmix64.
pub struct Draws(pub u64);

impl Draws {
    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    pub fn normal(&mut self) -> f64 {
        let radius = f64::sqrt(-2.0 * libm::log(self.uniform()));
        radius * libm::cos(std::f64::consts::TAU * self.uniform())
    }

    pub fn within(&mut self, least: f64, most: f64) -> f64 {
        least + (most - least) * self.uniform()
    }
}

/// An event with its measurements.
pub struct Event {
    pub kind: Evidence,
    pub truth: (f64, f64),
    pub sensors: Vec<Sensor>,
    pub measurements: Vec<Measurement>,
    /// Place and arrival of each time; place and azimuth (radians) of each bearing.
    times: Vec<((f64, f64), f64)>,
    bearings: Vec<((f64, f64), f64)>,
}

pub fn event(kind: Evidence, seed: u64) -> Event {
    let mut draws = Draws(seed);
    let side = |draws: &mut Draws| draws.within(-HALF_M, HALF_M);
    let truth = (side(&mut draws), side(&mut draws));
    let (times, bearings) = match kind {
        Evidence::Times => (8, 0),
        Evidence::TimesAndBearings => (4, 2),
        Evidence::Bearings => (0, 3 + (draws.uniform() * 3.0) as usize),
        Evidence::Few => (3 + (draws.uniform() * 2.0) as usize, 0),
        Evidence::Outliers => (10, 0),
    };
    let mut made = Event { kind, truth, sensors: vec![], measurements: vec![], times: vec![], bearings: vec![] };
    for i in 0..times + bearings {
        let at = (side(&mut draws), side(&mut draws));
        let timed = i < times;
        let id = made.sensors.len();
        made.sensors.push(Sensor {
            id: format!("s{id}"),
            owner: format!("o{}", id % 3),
            kind: if timed { SensorKind::Seismometer } else { SensorKind::Observer },
            site: Site::Local { x_m: at.0, y_m: at.1, z_m: 0.0 },
        });
        let (east, north) = (truth.0 - at.0, truth.1 - at.1);
        let mut measurement = Measurement::arrival(id, Time(0));
        if timed {
            let mut off_s = SIGMA_S * draws.normal();
            if kind == Evidence::Outliers && draws.uniform() < 0.1 {
                off_s = draws.within(-OUTLIER_S, OUTLIER_S);
            }
            let time_s = 100.0 + libm::hypot(east, north) / SPEED_M_S + off_s;
            measurement.time = Time(0).plus_s(time_s);
            measurement.time_sigma_s = Some(SIGMA_S);
            measurement.phase = Some(Phase::P);
            made.times.push((at, time_s));
        } else {
            let azimuth = libm::atan2(east, north) + SIGMA_DEG.to_radians() * draws.normal();
            measurement.azimuth_deg = Some(azimuth.to_degrees());
            measurement.azimuth_sigma_deg = Some(SIGMA_DEG);
            made.bearings.push((at, azimuth));
        }
        made.measurements.push(measurement);
    }
    made
}

/// Priors that know the world's speed and box and nothing of the kind.
pub fn priors() -> Priors {
    let medium = Medium::homogeneous(Speeds { p_m_s: Some(SPEED_M_S), ..Speeds::default() }).expect("a speed");
    let mut priors = Priors::new(medium);
    priors.p.fixed_s = 0.0;
    priors.p.relative = 0.0;
    priors.bounds = Some(Bounds { west: -HALF_M, south: -HALF_M, east: HALF_M, north: HALF_M });
    priors
}

pub fn solve(event: &Event, threads: usize) -> Solution {
    let members: Vec<usize> = (0..event.measurements.len()).collect();
    evidence(&event.sensors, &event.measurements, &members, &priors(), threads).expect("a solution")
}

/// What is counted of one event: the level of the true place, our area and the ideal one, m2.
#[derive(Debug, Clone, Copy)]
pub struct Count {
    pub level: f64,
    pub area_m2: f64,
    pub ideal_m2: f64,
    pub ratio: f64,
}

pub fn count(event: &Event) -> Count {
    let solution = solve(event, 1);
    let level = solution.levels_at(Point { x: event.truth.0, y: event.truth.1 }, None).place_level;
    let region = solution.regions.iter().find(|region| region.level_percent == 90).expect("a region");
    Count {
        level,
        area_m2: region.area_m2,
        ideal_m2: event.ideal_m2(),
        ratio: solution.bound_ratio.unwrap_or(f64::NAN),
    }
}

impl Event {
    /// Log likelihood of a place under the model that made the event, the origin time integrated out.
    fn log_at(&self, x: f64, y: f64) -> f64 {
        let mut log = 0.0;
        for ((sx, sy), azimuth) in &self.bearings {
            let off = libm::remainder(libm::atan2(x - sx, y - sy) - azimuth, std::f64::consts::TAU);
            let z = off / SIGMA_DEG.to_radians();
            log -= 0.5 * z * z;
        }
        let origins: Vec<f64> =
            self.times.iter().map(|((sx, sy), t)| t - libm::hypot(x - sx, y - sy) / SPEED_M_S).collect();
        if origins.is_empty() {
            return log;
        }
        if self.kind != Evidence::Outliers {
            let n = origins.len() as f64;
            let mean = origins.iter().sum::<f64>() / n;
            return log - origins.iter().map(|t| (t - mean) * (t - mean)).sum::<f64>() / (2.0 * SIGMA_S * SIGMA_S);
        }
        // Origin times near each arrival's own: beyond, all are outliers.
        let density = |t: f64| {
            let one = |origin: &f64| {
                let z = (origin - t) / SIGMA_S;
                let inlier = 0.9 * libm::exp(-0.5 * z * z) / (SIGMA_S * f64::sqrt(std::f64::consts::TAU));
                inlier + if (origin - t).abs() < OUTLIER_S { 0.1 / (2.0 * OUTLIER_S) } else { 0.0 }
            };
            origins.iter().map(one).product::<f64>()
        };
        let (least, most) = origins.iter().fold((f64::MAX, f64::MIN), |(a, b), t| (a.min(*t), b.max(*t)));
        let step = 0.4 * SIGMA_S;
        let steps = ((most - least) / step) as usize + 16;
        log + libm::log((0..steps).map(|i| density(least + step * (i as f64 - 8.0))).sum::<f64>().max(1e-300))
    }

    /// Area of the 90 % region of the ideal posterior, m2: the grid zooms into where it is.
    fn ideal_m2(&self) -> f64 {
        let (mut west, mut south, mut east, mut north) = (-HALF_M, -HALF_M, HALF_M, HALF_M);
        let mut area = f64::NAN;
        for round in 0..4 {
            let n: usize = if round == 0 { 100 } else { 72 };
            let (dx, dy) = ((east - west) / n as f64, (north - south) / n as f64);
            let mut cells: Vec<(f64, usize)> = Vec::with_capacity(n * n);
            for i in 0..n * n {
                let (row, column) = (i / n, i % n);
                cells.push((self.log_at(west + dx * (column as f64 + 0.5), south + dy * (row as f64 + 0.5)), i));
            }
            cells.sort_by(|a, b| b.0.total_cmp(&a.0));
            let best = cells[0].0;
            let total: f64 = cells.iter().map(|cell| libm::exp(cell.0 - best)).sum();
            let (mut sum, mut core) = (0.0, 0.0);
            let (mut box_w, mut box_s, mut box_e, mut box_n) = (n, n, 0, 0);
            for (log, i) in &cells {
                let share = libm::exp(log - best) / total;
                if sum < 0.9 {
                    core += ((0.9 - sum) / share).min(1.0);
                }
                sum += share;
                (box_w, box_e) = (box_w.min(i % n), box_e.max(i % n));
                (box_s, box_n) = (box_s.min(i / n), box_n.max(i / n));
                if sum > 1.0 - 1e-5 {
                    break;
                }
            }
            area = core * dx * dy;
            let whole = (box_e + 3 - box_w) * (box_n + 3 - box_s);
            if whole * 10 > n * n * 7 {
                break;
            }
            let (w, s) = (west, south);
            west = (w + dx * (box_w as f64 - 1.0)).max(-HALF_M);
            east = (w + dx * (box_e as f64 + 2.0)).min(HALF_M);
            south = (s + dy * (box_s as f64 - 1.0)).max(-HALF_M);
            north = (s + dy * (box_n as f64 + 2.0)).min(HALF_M);
        }
        area
    }
}

/// Share of levels within 90 %, median of the areas' ratios, median ratio to the bound.
pub fn figures(counts: &[Count]) -> (f64, f64, f64) {
    let n = counts.len() as f64;
    let held = counts.iter().filter(|count| count.level <= 0.9).count() as f64 / n;
    let median = |of: &dyn Fn(&Count) -> f64| {
        let mut values: Vec<f64> = counts.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let ours = median(&|count| count.area_m2);
    let ideal = median(&|count| count.ideal_m2);
    (held, ours / ideal, median(&|count| count.ratio))
}
