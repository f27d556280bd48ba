//! The invented network of the examples: its files are made by a seed, and the commands find what was put into them.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use std::fmt::Write;
use support::{root, text_of};
use truceline_model::time::Time;

/// The day of the example. It is invented, as are places and owners.
const DAY: &str = "2031-05-04T00:00:00Z";

/// What happened: seconds of the day, metres east, north and deep, and whether it was heard too.
const EVENTS: [(f64, f64, f64, f64, bool); 3] = [
    (36_000.0, -9_000.0, 4_000.0, 0.0, true),
    (36_041.5, 14_000.0, -12_500.0, 8_500.0, false),
    (36_310.0, 6_500.0, 15_000.0, 0.0, true),
];

const FOLDER: &str = "examples/invented-network";

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Nearly normal: the sum of twelve uniform numbers.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

#[allow(clippy::disallowed_methods, reason = "a test file, rounded to a tenth of a degree")]
fn azimuth_deg(east_m: f64, north_m: f64) -> f64 {
    east_m.atan2(north_m).to_degrees().rem_euclid(360.0)
}

/// Both files, from seed 4: twelve seismometers on a bent grid and three infrasound arrays, of two owners each.
fn files() -> (String, String) {
    let mut random = Random(4);
    let mut sensors = String::from("sensor_id,owner,kind,x_m,y_m,z_m\n");
    let mut places = Vec::new();
    for n in 0..12_i32 {
        let (x, y) = (f64::from(n % 4 - 2) * 15_000.0 + 7_500.0, f64::from(n / 4 - 1) * 16_000.0);
        let (x, y) = (x + 3_000.0 * random.normal(), y + 3_000.0 * random.normal());
        let owner = if n % 2 == 0 { "Alpha" } else { "Bravo" };
        places.push((format!("G{:02}", n + 1), x.round(), y.round(), false));
        writeln!(sensors, "G{:02},{owner},seismometer,{x:.0},{y:.0},0", n + 1).unwrap();
    }
    for (n, (x, y)) in [(-24_000.0, -20_000.0), (26_000.0, 2_000.0), (-4_000.0, 27_000.0)].into_iter().enumerate() {
        let owner = ["Alpha", "Bravo", "Mission"][n];
        places.push((format!("I{}", n + 1), x, y, true));
        writeln!(sensors, "I{},{owner},infrasound array,{x:.0},{y:.0},0", n + 1).unwrap();
    }
    let mut rows: Vec<(Time, String)> = Vec::new();
    let day = Time::parse(DAY).unwrap();
    let mut add = |id: &str, s: f64, sigma: &str, phase: &str, azimuth: Option<f64>| {
        let time = day.plus_s((s * 1e3).round() / 1e3);
        let azimuth = azimuth.map_or(",".to_owned(), |azimuth| format!("{azimuth:.1},2"));
        rows.push((time, format!("{id},{time},{sigma},{phase},{azimuth}\n")));
    };
    for (t, x, y, depth, heard) in EVENTS {
        for (id, sx, sy, array) in &places {
            let (east, north) = (x - sx, y - sy);
            let distance = (east * east + north * north + depth * depth).sqrt();
            if *array {
                if heard {
                    let azimuth = azimuth_deg(east, north) + 2.0 * random.normal();
                    add(id, t + distance / 332.0 + 0.5 * random.normal(), "0.5", "I", Some(azimuth));
                }
                continue;
            }
            // A sensor now and then misses a wave.
            if random.uniform() < 0.95 {
                add(id, t + distance / 5_800.0 + 0.05 * random.normal(), "0.05", "P", None);
            }
            if random.uniform() < 0.75 {
                add(id, t + distance / 3_350.0 + 0.1 * random.normal(), "0.1", "S", None);
            }
        }
    }
    for _ in 0..20 {
        let (id, _, _, array) = &places[(random.uniform() * places.len() as f64) as usize];
        let s = 35_990.0 + 420.0 * random.uniform();
        match (array, random.uniform() < 0.6) {
            (true, _) => add(id, s, "0.5", "I", Some(360.0 * random.uniform())),
            (false, true) => add(id, s, "0.05", "P", None),
            (false, false) => add(id, s, "0.1", "S", None),
        }
    }
    rows.sort();
    let mut arrivals = String::from("sensor_id,time,sigma_s,phase,azimuth_deg,azimuth_sigma_deg\n");
    rows.iter().for_each(|(_, row)| arrivals += row);
    (sensors, arrivals)
}

#[test]
fn the_files_are_what_their_seed_makes() {
    let (sensors, arrivals) = files();
    for (name, text) in [("sensors.csv", sensors), ("arrivals.csv", arrivals)] {
        let name = format!("{FOLDER}/{name}");
        if std::env::var_os("TRUCELINE_WRITE_SNAPSHOTS").is_some_and(|value| value == "1") {
            std::fs::create_dir_all(root().join(FOLDER)).unwrap();
            std::fs::write(root().join(&name), &text).unwrap();
        }
        assert_eq!(text_of(&name), text, "{name}: TRUCELINE_WRITE_SNAPSHOTS=1 writes it anew");
    }
}
