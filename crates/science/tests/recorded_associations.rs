//! Recorded arrivals without any grouping: live fire at surveyed places, and two hours of central Italy.
#![allow(clippy::print_stdout)]
mod gunshot_common;
use std::collections::BTreeMap;
use std::path::PathBuf;
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::time::Time;
use truceline_science::associate::{Settings, associate};
use truceline_science::locate::{Priors, fit};

/// The folder of recordings, if there is one.
fn recordings() -> Option<PathBuf> {
    std::env::var_os("TRUCELINE_DATA").map(PathBuf::from)
}

#[test]
fn shots_are_found_among_all_pulses() {
    let Some(data) = recordings() else { return };
    let (mut shots, mut found, mut phantoms, mut errors) = (0, 0, 0, Vec::new());
    for firing in ["FP1", "FP3", "FP5"].iter().flat_map(|position| gunshot_common::firings(&data, position)) {
        let settings = Settings::with_temperature(firing.temperature_c);
        let answer = associate(&firing.sensors, &firing.measurements, &settings, 1).expect("an answer");
        let priors = Priors::sound(firing.temperature_c).expect("a temperature of air");
        let mut taken = vec![false; firing.shots.len()];
        for event in answer.events {
            let shared = |shot: &[usize]| shot.iter().filter(|pulse| event.members.contains(pulse)).count();
            let best = (0..taken.len())
                .filter(|shot| {
                    !taken[*shot] && shared(&firing.shots[*shot]) as f64 >= 0.6 * firing.shots[*shot].len() as f64
                })
                .max_by_key(|shot| shared(&firing.shots[*shot]));
            let Some(shot) = best else {
                phantoms += 1;
                continue;
            };
            taken[shot] = true;
            let point = fit(&firing.sensors, &firing.measurements, &event.members, &priors).expect("a fit");
            let event = event.relocated(&answer.frame, &point);
            errors.push(libm::hypot(event.place_m[0] - firing.truth.0, event.place_m[1] - firing.truth.1));
        }
        shots += taken.len();
        found += taken.iter().filter(|taken| **taken).count();
    }
    errors.sort_by(f64::total_cmp);
    let at = |share: f64| errors[(share * errors.len() as f64) as usize];
    println!("{found} of {shots} shots, {phantoms} phantoms, median {:.2} m, p96 {:.2} m", at(0.5), at(0.96));
    assert_eq!(shots, 108);
    // Measured: 108 and two, 2.88 and 4.79 m.
    assert!(found * 100 >= shots * 99 && phantoms <= 2, "{found}, {phantoms}");
    assert!(at(0.5) <= 3.0 && at(0.96) <= 5.0, "{} {}", at(0.5), at(0.96));
}

/// Rows of a file of the Italian set as its columns' texts.
fn rows(data: &std::path::Path, name: &str) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(data.join("seismic/italy").join(name)).expect("a file of the recordings");
    let mut lines = text.lines();
    let columns: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let row = |line: &str| columns.iter().map(|c| (*c).to_owned()).zip(line.split(',').map(str::to_owned)).collect();
    lines.map(row).collect()
}

#[test]
fn a_seismic_swarm_beside_real() {
    const SPAN_S: f64 = 7_200.0;
    let Some(data) = recordings() else { return };
    let (mut sensors, mut index) = (Vec::new(), BTreeMap::new());
    let number = |row: &BTreeMap<String, String>, column: &str| row[column].parse::<f64>().expect("a number");
    for row in rows(&data, "stations.csv") {
        let id = format!("{}.{}", row["network"], row["station"]);
        let site = Site::Geographic {
            lon_deg: number(&row, "longitude"),
            lat_deg: number(&row, "latitude"),
            elevation_m: 1e3 * number(&row, "elevation_km"),
        };
        index.entry(id.clone()).or_insert_with(|| {
            sensors.push(Sensor { id, owner: String::new(), kind: SensorKind::Seismometer, site });
            sensors.len() - 1
        });
    }
    let mut measurements = Vec::new();
    for row in rows(&data, "picks_00-12h.csv") {
        let time_s = number(&row, "seconds_of_day");
        if let Some(sensor) = index.get(&format!("{}.{}", row["network"], row["station"]))
            && time_s < SPAN_S
        {
            let mut measurement = Measurement::arrival(*sensor, Time(0).plus_s(time_s));
            measurement.phase = Some(if row["phase"] == "S" { Phase::S } else { Phase::P });
            measurements.push(measurement);
        }
    }
    let answer = associate(&sensors, &measurements, &Settings::default(), 1).expect("an answer");
    let text = std::fs::read_to_string(data.join("seismic/italy/real_catalog_00-12h.txt")).expect("REAL's catalogue");
    let real = text.lines().filter_map(|line| line.split_whitespace().nth(5)?.parse::<f64>().ok());
    // What began before the end by less than the waves take is cut.
    let real: Vec<f64> = real.filter(|time_s| *time_s < SPAN_S - 60.0).collect();
    let near = |time_s: &&f64| answer.events.iter().any(|e| (e.time.seconds_since(Time(0)) - **time_s).abs() < 2.0);
    let found = real.iter().filter(near).count();
    println!("{} events, {found} of REAL's {}", answer.events.len(), real.len());
    assert!(real.len() > 50 && found as f64 >= 0.95 * real.len() as f64, "{found} of {}", real.len());
}
