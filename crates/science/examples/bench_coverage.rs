//! Whether what is said to be seen is seen: curves learnt from a set's arrivals, against its true events.
//!
//! `bench_coverage FOLDER...`: each folder has `stations.csv` (id,x,y,z km), `picks.csv` (station,phase,time,ev) and
//! `events.csv` (ev,t,x,y,...). For all stations, and for every fourth and tenth of them, how probably each true event is
//! registered by four sensors of two owners, and whether it was. Prints one line of JSON for each.
#![allow(clippy::print_stdout)]
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs::read_to_string;
use std::path::Path;
use std::time::Instant;
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::time::Time;
use truceline_science::associate::{Settings, associate};
use truceline_science::calibrate::reliability;
use truceline_science::coverage::{Demand, Hour, Sense, Watcher, population, sensors_of_weakest};

/// Owners, in turn.
const OWNERS: usize = 5;

/// Which share of the stations stands: every so many.
const EVERY: [usize; 3] = [1, 4, 10];

fn fields(line: &str) -> Vec<&str> {
    line.split(',').collect()
}

fn metres(field: &str) -> Result<f64, Box<dyn Error>> {
    Ok(field.parse::<f64>()? * 1e3)
}

fn one(folder: &Path) -> Result<(), Box<dyn Error>> {
    let text = |name: &str| read_to_string(folder.join(name));
    let (mut sensors, mut index) = (Vec::new(), BTreeMap::new());
    for line in text("stations.csv")?.lines().skip(1) {
        let f = fields(line);
        index.insert(f[0].to_owned(), sensors.len());
        let site = Site::Local { x_m: metres(f[1])?, y_m: metres(f[2])?, z_m: metres(f[3])? };
        sensors.push(Sensor { id: f[0].into(), owner: String::new(), kind: SensorKind::Seismometer, site });
    }
    let (mut measurements, mut registered) = (Vec::new(), BTreeMap::<i64, BTreeSet<usize>>::new());
    for line in text("picks.csv")?.lines().skip(1) {
        let f = fields(line);
        let mut measurement = Measurement::arrival(index[f[0]], Time(0).plus_s(f[2].parse()?));
        measurement.phase = Some(if f[1] == "P" { Phase::P } else { Phase::S });
        measurements.push(measurement);
        registered.entry(f[3].parse()?).or_default().insert(index[f[0]]);
    }
    let truth: Vec<(i64, [f64; 2])> = text("events.csv")?
        .lines()
        .skip(1)
        .map(|line| {
            let f = fields(line);
            Ok((f[0].parse()?, [metres(f[2])?, metres(f[3])?]))
        })
        .collect::<Result<_, Box<dyn Error>>>()?;
    let found = associate(&sensors, &measurements, &Settings::default(), 1)?;
    let senses: Vec<Sense> = found
        .learnt
        .classes
        .iter()
        .filter(|class| class.in_use)
        .map(|class| Sense {
            curve: class.detection,
            speed_m_s: class.speed_m_s,
            time_sigma_s: class.time_sigma_s,
            travel_relative: class.travel_relative,
            azimuth_sigma_deg: None,
            heard_ratio: 1.0,
        })
        .collect();
    let demand = Demand { sensors_min: 4, owners_min: 2 };
    let at_m = |sensor: &Sensor| match sensor.site {
        Site::Local { x_m, y_m, .. } => Some([x_m, y_m]),
        Site::Geographic { .. } => None,
    };
    let watcher = |owner: usize, at_m: [f64; 2], senses: &[Sense]| Watcher {
        at_m,
        owner: owner as u32,
        up: 1.0,
        senses: senses.to_vec(),
    };
    // The events that were found are the stronger ones.
    let places_m: Vec<[f64; 2]> = sensors.iter().filter_map(at_m).collect();
    let all = places_m.iter().enumerate().map(|(owner, at_m)| watcher(owner, *at_m, &senses)).collect();
    let hour = Hour::new(all, demand, found.learnt.strength_sigma)?;
    let sensors_min =
        sensors_of_weakest(&measurements, &found.events.iter().map(|event| &event.members[..]).collect::<Vec<_>>());
    let behind = population(&hour, sensors_min, found.learnt.strength_sigma, &places_m);
    let mut senses = senses;
    senses.iter_mut().for_each(|sense| sense.curve.range_m *= behind.reach_ratio);
    senses.iter_mut().for_each(|sense| sense.curve.width_m *= behind.reach_ratio);
    for every in EVERY {
        let stands: Vec<usize> = (0..sensors.len()).step_by(every).collect();
        let of = |(turn, sensor): (usize, &usize)| Some(watcher(turn % OWNERS, at_m(&sensors[*sensor])?, &senses));
        let watchers = stands.iter().enumerate().filter_map(of).collect();
        let hour = Hour::new(watchers, demand, behind.strength_sigma)?;
        let began = Instant::now();
        let items: Vec<(f64, bool)> = truth
            .iter()
            .map(|(ev, at_m)| {
                let by = registered.get(ev);
                let turns: Vec<usize> =
                    (0..stands.len()).filter(|turn| by.is_some_and(|by| by.contains(&stands[*turn]))).collect();
                let owners: BTreeSet<usize> = turns.iter().map(|turn| turn % OWNERS).collect();
                (hour.seen_mean(*at_m), turns.len() >= demand.sensors_min && owners.len() >= demand.owners_min)
            })
            .collect();
        let us = began.elapsed().as_secs_f64() * 1e6 / items.len() as f64;
        let Some(judged) = reliability::judge(&items) else { continue };
        let mean = |value: fn(&(f64, bool)) -> f64| items.iter().map(value).sum::<f64>() / items.len() as f64;
        let line = serde_json::json!({
            "set": folder.file_name().map(|name| name.to_string_lossy()),
            "stations": stands.len(),
            "events": items.len(),
            "said": mean(|item| item.0),
            "seen": mean(|item| f64::from(u8::from(item.1))),
            "ece": judged.ece,
            "brier": judged.brier,
            "us_per_place": us,
            "sensors_min": sensors_min,
            "reach_ratio": behind.reach_ratio,
            "strength_sigma": behind.strength_sigma,
            "strength_sigma_learnt": found.learnt.strength_sigma,
        });
        println!("{line}");
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    for folder in std::env::args().skip(1) {
        one(Path::new(&folder))?;
    }
    Ok(())
}
