//! A world of stations and earthquakes for the associator's tests.
use std::collections::BTreeMap;
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::time::Time;
use truceline_science::associate::Associated;

/// splitmix64: S. Vigna, public domain.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5EED)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.next() >> 11) as f64 / (1_u64 << 53) as f64)
    }

    pub(crate) fn normal(&mut self) -> f64 {
        let (u, v) = (self.uniform(1e-12, 1.0), self.uniform(0.0, std::f64::consts::TAU));
        (-2.0 * libm::log(u)).sqrt() * libm::cos(v)
    }
}

/// A true event.
#[derive(Debug, Clone)]
pub(crate) struct Truth {
    pub(crate) place_m: [f64; 3],
    pub(crate) picks: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) sensors: Vec<Sensor>,
    pub(crate) measurements: Vec<Measurement>,
    /// The true event of each measurement.
    pub(crate) event: Vec<Option<usize>>,
    pub(crate) truth: Vec<Truth>,
}

impl World {
    /// Stations on a jittered grid 25 km apart; vp 6.1 km/s, vp/vs 1.75; depths to 15 km; deviations 0.1 and 0.2 s;
    /// half of the events' P seen at 40 km, a fifth of the S never.
    pub(crate) fn seismic(seed: u64, stations: usize, per_hour: f64, span_s: f64, clutter: f64) -> Self {
        const APART_M: f64 = 25_000.0;
        let mut random = Random::new(seed);
        let side = (stations as f64).sqrt().ceil();
        let half = side * APART_M / 2.0;
        let sensors: Vec<Sensor> = (0..stations)
            .map(|i| {
                let mut spread = |k: f64| (k + 0.5) * APART_M - half + random.uniform(-6_000.0, 6_000.0);
                let (x_m, y_m) = (spread(i as f64 % side), spread((i as f64 / side).floor()));
                Sensor {
                    id: format!("S{i}"),
                    owner: "one".into(),
                    kind: SensorKind::Seismometer,
                    site: Site::Local { x_m, y_m, z_m: 0.0 },
                }
            })
            .collect();
        let mut rows: Vec<(Measurement, Option<usize>)> = Vec::new();
        let mut truth = Vec::new();
        let events = (per_hour * span_s / 3_600.0) as usize;
        for event in 0..events {
            let t = random.uniform(0.0, span_s);
            let place = [random.uniform(-half, half), random.uniform(-half, half), -random.uniform(1_000.0, 15_000.0)];
            let range = 40_000.0 * libm::exp(0.3 * random.normal());
            let before = rows.len();
            for (i, sensor) in sensors.iter().enumerate() {
                let Site::Local { x_m, y_m, z_m } = sensor.site else { continue };
                let r = libm::hypot(libm::hypot(place[0] - x_m, place[1] - y_m), place[2] - z_m);
                let seen = 1.0 / (1.0 + libm::exp((r - range) / 6_000.0));
                for (phase, speed, sigma, share) in
                    [(Phase::P, 6_100.0, 0.1, 1.0), (Phase::S, 6_100.0 / 1.75, 0.2, 0.8)]
                {
                    if random.uniform(0.0, 1.0) < seen * share {
                        let mut m = Measurement::arrival(i, Time(0).plus_s(t + r / speed + sigma * random.normal()));
                        m.phase = Some(phase);
                        rows.push((m, Some(event)));
                    }
                }
            }
            truth.push(Truth { place_m: place, picks: rows.len() - before });
        }
        for _ in 0..(rows.len() as f64 * clutter / (1.0 - clutter)) as usize {
            let i = (random.uniform(0.0, stations as f64)) as usize;
            let mut m = Measurement::arrival(i, Time(0).plus_s(random.uniform(0.0, span_s)));
            m.phase = Some(if random.uniform(0.0, 1.0) < 0.5 { Phase::P } else { Phase::S });
            rows.push((m, None));
        }
        rows.sort_by_key(|(m, _)| (m.time, m.sensor));
        let (measurements, event) = rows.into_iter().unzip();
        Self { sensors, measurements, event, truth }
    }

    /// All rows in any order.
    pub(crate) fn shuffled(&self, seed: u64) -> Vec<usize> {
        self.within(seed, 1e9)
    }

    /// All rows in an order in which none comes more than a window late.
    pub(crate) fn within(&self, seed: u64, window_s: f64) -> Vec<usize> {
        let mut random = Random::new(seed);
        let mut keyed: Vec<(f64, usize)> = (self.measurements.iter().enumerate())
            .map(|(i, m)| (m.time.seconds_since(Time(0)) + random.uniform(0.0, 0.9 * window_s), i))
            .collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        keyed.into_iter().map(|(_, i)| i).collect()
    }
}

#[derive(Debug)]
pub(crate) struct Score {
    pub(crate) recall: f64,
    pub(crate) precision: f64,
    pub(crate) error_km: f64,
}

/// A true match has 60 % of its measurements from one true event, one to one; events of ten measurements must be found.
pub(crate) fn score(world: &World, events: &[Associated]) -> Score {
    let mut used: BTreeMap<usize, f64> = BTreeMap::new();
    for event in events {
        let mut count: BTreeMap<usize, usize> = BTreeMap::new();
        for m in &event.members {
            if let Some(true_event) = world.event[*m] {
                *count.entry(true_event).or_default() += 1;
            }
        }
        if let Some((id, n)) = count.into_iter().max_by_key(|(_, n)| *n)
            && n as f64 >= 0.6 * event.members.len() as f64
        {
            let (a, b) = (world.truth[id].place_m, event.place_m);
            used.entry(id).or_insert(libm::hypot(a[0] - b[0], a[1] - b[1]) / 1e3);
        }
    }
    let eligible = world.truth.iter().filter(|t| t.picks >= 10).count();
    let hit = used.keys().filter(|id| world.truth[**id].picks >= 10).count();
    let mut errors: Vec<f64> = used.values().copied().collect();
    errors.sort_by(f64::total_cmp);
    Score {
        recall: hit as f64 / eligible as f64,
        precision: used.len() as f64 / events.len().max(1) as f64,
        error_km: errors[errors.len() / 2],
    }
}
