//! A town of microphones and shots for the associator's tests: echoes, clutter, misses, and what is wrong with each
//! sensor and path.
//!
//! # Model
//! - Microphones on a jittered grid, 250 to 600 m apart, on hilly ground; their stated places are off by 2 m (normal)
//!   in each coordinate.
//! - One or two places of fire; bursts of one to four shots from each, 0.25 to 2 s apart; some worlds have none.
//! - Sound at the speed of the stated temperature, which is off by 2 degrees (normal), in a wind of 2 m/s (normal) in
//!   each component.
//! - Each path has its own: a detour around buildings (half of them, exponential with 4 ms on the mean), shade (its range
//!   by a log-normal factor of 0.5) and echoes (as many as a Poisson number says, delays exponential). All are the same
//!   for every shot from a place; each echo is registered as probably as not.
//! - Large walls: images of the place of fire behind them, heard at some sensors: echoes that agree with each other as
//!   a shot's arrivals do.
//! - Clutter: Poisson, of a rate that differs from sensor to sensor (exponential).
//!
//! Numbers are drawn anew for each world, so no setting can be tuned to one of them. Their orders of magnitude are adopted.
use crate::associate_support::Random;
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::time::Time;
use truceline_science::associate::{Associated, sound_speed_m_s};

/// What made a measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// A shot, heard directly.
    Direct(usize),
    /// A shot in a large wall, by shot and wall.
    Image(usize, usize),
    /// An echo of a shot that this sensor alone hears.
    Echo(usize),
    /// Nothing of a shot.
    Clutter,
}

/// A town and what was registered in it.
#[derive(Debug, Clone)]
pub(crate) struct Town {
    pub(crate) sensors: Vec<Sensor>,
    pub(crate) measurements: Vec<Measurement>,
    /// What made each measurement.
    pub(crate) sources: Vec<Source>,
    /// Direct arrivals of each shot, by measurement.
    pub(crate) shots: Vec<Vec<usize>>,
    pub(crate) places_m: Vec<[f64; 2]>,
    /// The air's temperature as stated, degrees Celsius.
    pub(crate) temperature_c: f64,
}

/// How a place of fire is heard at a sensor.
struct Path {
    travel_s: f64,
    /// Probability to be registered, before the shot's own strength.
    reach: f64,
    echoes_s: Vec<f64>,
}

fn exponential(random: &mut Random, mean: f64) -> f64 {
    -mean * libm::log(random.uniform(1e-12, 1.0))
}

fn poisson(random: &mut Random, mean: f64) -> usize {
    let (mut count, mut sum) = (0, exponential(random, 1.0));
    while sum < mean {
        count += 1;
        sum += exponential(random, 1.0);
    }
    count
}

impl Town {
    /// Some seconds of a town from a seed: a burst or two, or none.
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let (span_s, bursts) = (random.uniform(6.0, 14.0), random.uniform(0.0, 1.0));
        let bursts = if bursts < 0.1 { 0 } else { 1 + usize::from(bursts > 0.8) };
        Self::with_bursts(&mut random, span_s, bursts, 3.0)
    }

    /// A longer time: so many bursts, each from another place, 20 s apart on the mean.
    pub(crate) fn of_bursts(seed: u64, bursts: usize) -> Self {
        let span_s = 20.0 * bursts as f64;
        Self::with_bursts(&mut Random::new(seed), span_s, bursts, span_s - 10.0)
    }

    /// Bursts begin between the first second and so many after it.
    fn with_bursts(random: &mut Random, span_s: f64, bursts: usize, within_s: f64) -> Self {
        let count = random.uniform(14.0, 29.0) as usize;
        let apart_m = random.uniform(250.0, 600.0);
        let side = (count as f64).sqrt().ceil();
        let half_m = side * apart_m / 2.0;
        let slope = [random.normal(), random.normal()];
        let height = |x: f64, y: f64| {
            20.0 * libm::sin(x / 310.0 + slope[0]) + 15.0 * libm::cos(y / 270.0) + 0.02 * (slope[0] * x + slope[1] * y)
        };
        let mut true_m = Vec::new();
        let sensors: Vec<Sensor> = (0..count)
            .map(|i| {
                let mut spread =
                    |k: f64| (k + 0.5) * apart_m - half_m + random.uniform(-0.35 * apart_m, 0.35 * apart_m);
                let (x, y) = (spread(i as f64 % side), spread((i as f64 / side).floor()));
                let z = height(x, y) + 10.0;
                true_m.push([x, y, z]);
                let site = Site::Local {
                    x_m: x + 2.0 * random.normal(),
                    y_m: y + 2.0 * random.normal(),
                    z_m: z + 2.0 * random.normal(),
                };
                Sensor { id: format!("M{i}"), owner: String::new(), kind: SensorKind::Microphone, site }
            })
            .collect();
        let temperature_c = random.uniform(-10.0, 30.0);
        let sound_m_s = sound_speed_m_s(temperature_c + 2.0 * random.normal());
        let wind_m_s = [2.0 * random.normal(), 2.0 * random.normal()];
        let range_m = apart_m * random.uniform(1.2, 4.0);
        let (echoes, decay_s) = (random.uniform(0.2, 1.5), random.uniform(0.15, 0.6));
        let clutter_per_s = random.uniform(0.03, 0.3);
        let mut rows: Vec<(Measurement, Source)> = Vec::new();
        let mut places_m = Vec::new();
        for _ in 0..bursts {
            let place = [random.uniform(-0.8, 0.8) * half_m, random.uniform(-0.8, 0.8) * half_m];
            let images: Vec<[f64; 2]> = (0..poisson(random, 0.7))
                .map(|_| {
                    let (s, c) = libm::sincos(random.uniform(0.0, std::f64::consts::TAU));
                    let far_m = random.uniform(40.0, 300.0);
                    [place[0] + 2.0 * far_m * s, place[1] + 2.0 * far_m * c]
                })
                .collect();
            // The place itself, then what large walls show of it.
            let mut paths: Vec<Vec<Path>> = Vec::new();
            for (k, from) in std::iter::once(&place).chain(&images).enumerate() {
                let of = true_m.iter().map(|at| {
                    let (dx, dy) = (at[0] - from[0], at[1] - from[1]);
                    let dz = at[2] - height(place[0], place[1]) - 1.5;
                    let r = (dx * dx + dy * dy + dz * dz).sqrt();
                    let speed = sound_m_s + (dx * wind_m_s[0] + dy * wind_m_s[1]) / r;
                    let detour_s = if random.uniform(0.0, 1.0) < 0.5 { exponential(random, 0.004) } else { 0.0 };
                    let range_m = range_m * libm::exp(0.5 * random.normal());
                    let reach = 0.97 / (1.0 + libm::exp((r - range_m) / (0.15 * range_m)));
                    // A wall is seen from its front only, and not everywhere; it takes some of the sound.
                    let behind = {
                        let n = [from[0] - place[0], from[1] - place[1]];
                        let middle = [0.5 * (from[0] + place[0]), 0.5 * (from[1] + place[1])];
                        (at[0] - middle[0]) * n[0] + (at[1] - middle[1]) * n[1] > 0.0
                    };
                    let reach = match k {
                        0 => reach,
                        _ if behind || random.uniform(0.0, 1.0) < 0.3 => 0.0,
                        _ => 0.6 * reach,
                    };
                    let number = if k == 0 { poisson(random, 2.0 * echoes) } else { 0 };
                    let echoes_s = (0..number).map(|_| 0.03 + exponential(random, decay_s)).collect();
                    Path { travel_s: r / speed + detour_s, reach, echoes_s }
                });
                paths.push(of.collect());
            }
            let mut t = 1.0 + random.uniform(0.0, within_s);
            for _ in 0..random.uniform(1.0, 5.0) as usize {
                let shot = places_m.len();
                places_m.push(place);
                let strength = libm::exp(0.3 * random.normal());
                for (k, paths) in paths.iter().enumerate() {
                    for (i, path) in paths.iter().enumerate() {
                        if random.uniform(0.0, 1.0) >= (path.reach * strength).min(0.97) {
                            continue;
                        }
                        let at_s = t + path.travel_s + 0.002 * random.normal();
                        let mut add = |s: f64, source| {
                            let mut m = Measurement::arrival(i, Time(0).plus_s(s));
                            m.phase = Some(Phase::Muzzle);
                            rows.push((m, source));
                        };
                        add(at_s, if k == 0 { Source::Direct(shot) } else { Source::Image(shot, k) });
                        for echo_s in &path.echoes_s {
                            if random.uniform(0.0, 1.0) < 0.5 {
                                add(at_s + echo_s + 0.002 * random.normal(), Source::Echo(shot));
                            }
                        }
                    }
                }
                t += random.uniform(0.25, 2.0);
            }
        }
        for i in 0..count {
            let mean = span_s * exponential(random, clutter_per_s);
            for _ in 0..poisson(random, mean) {
                let mut m = Measurement::arrival(i, Time(0).plus_s(random.uniform(0.0, span_s)));
                m.phase = Some(Phase::Muzzle);
                rows.push((m, Source::Clutter));
            }
        }
        rows.sort_by_key(|(m, _)| (m.time, m.sensor));
        let mut shots = vec![Vec::new(); places_m.len()];
        for (row, (_, source)) in rows.iter().enumerate() {
            if let Source::Direct(shot) = source {
                shots[*shot].push(row);
            }
        }
        let (measurements, sources) = rows.into_iter().unzip();
        Self { sensors, measurements, sources, shots, places_m, temperature_c }
    }

    /// The same with a random share of the sensors.
    pub(crate) fn with_share(&self, share: f64, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut keyed: Vec<(f64, usize)> = (0..self.sensors.len()).map(|i| (random.uniform(0.0, 1.0), i)).collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut kept: Vec<usize> =
            keyed.into_iter().take((share * self.sensors.len() as f64).round() as usize).map(|(_, i)| i).collect();
        kept.sort_unstable();
        let mut rows = vec![None; self.measurements.len()];
        let (mut measurements, mut sources) = (Vec::new(), Vec::new());
        for (row, m) in self.measurements.iter().enumerate() {
            if let Ok(sensor) = kept.binary_search(&m.sensor) {
                rows[row] = Some(measurements.len());
                measurements.push(Measurement { sensor, ..*m });
                sources.push(self.sources[row]);
            }
        }
        Self {
            sensors: kept.iter().map(|i| self.sensors[*i].clone()).collect(),
            measurements,
            sources,
            shots: self.shots.iter().map(|shot| shot.iter().filter_map(|row| rows[*row]).collect()).collect(),
            places_m: self.places_m.clone(),
            temperature_c: self.temperature_c,
        }
    }
}

/// Which shot each event is, if any: it holds 60 % of the shot's direct arrivals, of four at least; one to one, those
/// that share the most first.
pub(crate) fn matched(town: &Town, events: &[Associated]) -> Vec<Option<usize>> {
    let mut candidates = Vec::new();
    for (at, event) in events.iter().enumerate() {
        for (shot, rows) in town.shots.iter().enumerate().filter(|(_, rows)| rows.len() >= 4) {
            let shared = event.members.iter().filter(|row| rows.contains(row)).count();
            if shared as f64 >= 0.6 * rows.len() as f64 {
                candidates.push((shared, at, shot));
            }
        }
    }
    candidates.sort_unstable_by(|a, b| b.cmp(a));
    let mut found = vec![None; events.len()];
    for (_, at, shot) in candidates {
        if found[at].is_none() && !found.contains(&Some(shot)) {
            found[at] = Some(shot);
        }
    }
    found
}
