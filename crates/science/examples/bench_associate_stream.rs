//! Whether memory stays flat while measurements stream through: a regional network of fifty seismometers, 500 events and
//! 4,500 chance picks an hour, without end.
//!
//! `bench_associate_stream [PICKS]...` prints one line of JSON for each count: processor time and the process's peak of
//! memory when so many measurements have come, and how many events were closed. 10^5, 3 x 10^5 and 10^6 where none is
//! given.
use std::io::Write;
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::time::Time;
use truceline_science::associate::{Associator, Settings};

type Failure = Box<dyn std::error::Error>;

/// Side of the region, m.
const SIDE_M: f64 = 200_000.0;

/// Stretch that is made at once, s.
const STRETCH_S: f64 = 600.0;

/// Arrivals of a stretch come within so long after it, s.
const LATE_S: f64 = 120.0;

/// Counter-based randomness (splitmix64: G. L. Steele, D. Lea and C. H. Flood, OOPSLA 2014).
struct Random(u64);

impl Random {
    fn even(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Standard normal, by Box and Muller.
    fn normal(&mut self) -> f64 {
        let r = (-2.0 * libm::log(1.0 - self.even())).sqrt();
        r * libm::cos(std::f64::consts::TAU * self.even())
    }
}

/// A pick: time, sensor, wave.
type Pick = (f64, usize, Phase);

/// What one stretch adds: events with P and S as far as each is registered, and chance picks.
fn stretch(random: &mut Random, places: &[[f64; 2]], from_s: f64, picks: &mut Vec<Pick>) {
    const EVENTS: usize = 83;
    const CHANCE: usize = 750;
    for _ in 0..EVENTS {
        let t = from_s + STRETCH_S * random.even();
        let at = [SIDE_M * random.even(), SIDE_M * random.even(), 20_000.0 * random.even()];
        let range_m = 60_000.0 * libm::exp(0.3 * random.normal());
        for (sensor, place) in places.iter().enumerate() {
            let (dx, dy) = (at[0] - place[0], at[1] - place[1]);
            let r = (dx * dx + dy * dy + at[2] * at[2]).sqrt();
            let p = 1.0 / (1.0 + libm::exp((r - range_m) / 8_000.0));
            for (phase, speed_m_s, sigma_s, share) in
                [(Phase::P, 6_000.0, 0.1, 1.0), (Phase::S, 6_000.0 / 1.75, 0.2, 0.8)]
            {
                if random.even() < p * share {
                    picks.push((t + r / speed_m_s + sigma_s * random.normal(), sensor, phase));
                }
            }
        }
    }
    for _ in 0..CHANCE {
        let sensor = (random.even() * places.len() as f64) as usize;
        let phase = if random.even() < 0.5 { Phase::P } else { Phase::S };
        picks.push((from_s + STRETCH_S * random.even(), sensor, phase));
    }
    picks.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
}

/// A number of a file of the system that begins a line so; zero where the system does not say.
fn system(file: &str, line: &str, word: usize) -> f64 {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let found = text.lines().find_map(|text| text.strip_prefix(line));
    found.and_then(|rest| rest.split_whitespace().nth(word)?.parse().ok()).unwrap_or(0.0)
}

fn main() -> Result<(), Failure> {
    let mut marks: Vec<u64> = std::env::args().skip(1).map(|a| a.parse()).collect::<Result<_, _>>()?;
    if marks.is_empty() {
        marks = vec![100_000, 300_000, 1_000_000];
    }
    let mut random = Random(20);
    let cell = SIDE_M / 8.0;
    let places: Vec<[f64; 2]> = (0..50)
        .map(|i| {
            let mut at = |n: usize| (n as f64 + 0.25 + 0.5 * random.even()) * cell;
            [at(i % 8), at(i / 8)]
        })
        .collect();
    let sensor = |(i, at): (usize, &[f64; 2])| Sensor {
        id: i.to_string(),
        owner: "one".into(),
        kind: SensorKind::Seismometer,
        site: Site::Local { x_m: at[0], y_m: at[1], z_m: 0.0 },
    };
    let sensors: Vec<Sensor> = places.iter().enumerate().map(sensor).collect();
    let mut associator = Associator::new(&sensors, &Settings::default(), 1)?;
    let (mut out, mut picks, mut from_s, mut came, mut events) = (std::io::stdout(), Vec::new(), 0.0, 0_u64, 0);
    for mark in marks {
        while came < mark {
            stretch(&mut random, &places, from_s, &mut picks);
            from_s += STRETCH_S;
            // What has come for sure by now.
            let sure = picks.partition_point(|pick| pick.0 < from_s);
            for (time_s, sensor, phase) in picks.drain(..sure) {
                let mut m = Measurement::arrival(sensor, Time(0).plus_s(time_s));
                m.phase = Some(phase);
                associator.push(&m)?;
                came += 1;
            }
            events += associator.advance(Time(0).plus_s(from_s - LATE_S)).events.len();
        }
        let peak_mb = system("/proc/self/status", "VmHWM:", 0) / 1024.0;
        let cpu_s = system("/proc/self/schedstat", "", 0) / 1e9;
        writeln!(
            out,
            "{{\"picks\":{came},\"events\":{events},\"waiting\":{},\"cpu_s\":{cpu_s:.2},\"peak_mb\":{peak_mb:.1}}}",
            associator.waiting()
        )?;
    }
    Ok(())
}
