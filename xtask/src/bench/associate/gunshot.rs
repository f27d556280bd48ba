//! Live fire at surveyed places, from all pulses of a test and no grouping: shots found, phantoms, error of the place.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::Bench;
use super::answer::{Event, Files};
use crate::bench::figure::{Figure, Goal};
use crate::bench::locate::gunshot::{LEAST_SQUARES_M, least_squares};
use crate::bench::quantile;
use crate::step;

const PLACES: [&str; 3] = ["FP1", "FP3", "FP5"];

/// A shot counts from this many of the vendor's pulses on: fewer give no place.
const PULSES_MIN: usize = 4;

/// An event is a shot if it holds this share of the shot's pulses.
const SHARE_MIN: f64 = 0.6;

/// Of a shot with fewer pulses than [`PULSES_MIN`] an event is no phantom if it lies that near to the surveyed place, m:
/// other pulses than the vendor's gave it a place. It counts neither as found nor as a phantom.
const NEAR_M: f64 = 25.0;

/// The share of sensors that is kept in the second run, and the seeds that say which: one draw is luck.
const KEPT_SHARE: f64 = 0.6;
const KEPT_SEEDS: [u64; 5] = [7, 8, 9, 10, 11];

/// One test: files for the command and what is known of it.
pub(in crate::bench) struct Test {
    pub(in crate::bench) name: String,
    pub(in crate::bench) sensors: String,
    /// Rows of the arrivals, and the pulse that each is.
    pub(in crate::bench) rows: Vec<(String, String)>,
    /// Sensor of each row.
    sensor_of: Vec<String>,
    pub(in crate::bench) config: String,
    /// The vendor's grouping, as pulses.
    pub(in crate::bench) shots: Vec<BTreeSet<String>>,
    pub(in crate::bench) survey: (f64, f64),
}

/// All tests of the data folder.
pub(in crate::bench) fn tests(data: &Path) -> Result<Vec<Test>> {
    let mut folders: Vec<PathBuf> = Vec::new();
    for place in PLACES {
        let folder = data.join("acoustic/gunshot").join(place);
        let entries = std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        folders.extend(entries.filter_map(|entry| Some(entry.ok()?.path())));
    }
    folders.sort();
    folders.iter().filter_map(|folder| Test::read(folder).transpose()).collect()
}

impl Test {
    /// None of a test without surveyed place or grouping.
    fn read(folder: &Path) -> Result<Option<Self>> {
        let name = folder.file_name().context("no folder")?.to_string_lossy().into_owned();
        let read = |kind: &str| -> Option<Value> {
            serde_json::from_str(&std::fs::read_to_string(folder.join(format!("{name}.{kind}.json"))).ok()?).ok()
        };
        let (Some(survey), Some(tuples), Some(pulses)) = (read("survey"), read("nlos-tuples"), read("allpulses"))
        else {
            return Ok(None);
        };
        let text = |value: &Value, field: &str| -> Result<String> {
            Ok(value[field].as_str().with_context(|| format!("{name}: no {field}"))?.to_owned())
        };
        let number = |value: &Value, field: &str| value[field].as_f64().with_context(|| format!("{name}: no {field}"));
        let mut places: BTreeMap<String, (f64, f64, f64)> = BTreeMap::new();
        let (mut rows, mut sensor_of) = (Vec::new(), Vec::new());
        for pulse in pulses.as_array().into_iter().flatten() {
            let sensor = text(pulse, "serial_number")?;
            let at = &pulse["location"];
            places.insert(sensor.clone(), (number(at, "x")?, number(at, "y")?, number(at, "z")?));
            rows.push((format!("{sensor},{},muzzle", text(pulse, "arrival_time_utc")?), text(pulse, "pulse_uuid")?));
            sensor_of.push(sensor);
        }
        let mut sensors = "sensor_id,kind,x_m,y_m,z_m\n".to_owned();
        for (id, (x, y, z)) in &places {
            writeln!(sensors, "{id},microphone,{x:.3},{y:.3},{z:.3}")?;
        }
        let temperature = read("weather").and_then(|weather| weather["temperature"].as_f64()).unwrap_or(0.0);
        let config = format!("[air]\ntemperature_deg_c = {temperature:.2}\n");
        let shots = tuples.as_array().into_iter().flatten().map(|shot| {
            let pulses = shot["pulse_uuids"].as_array().into_iter().flatten();
            pulses.filter_map(|pulse| Some(pulse.as_str()?.to_owned())).collect()
        });
        let place = &survey["survey_location"];
        let survey = (number(place, "x")?, number(place, "y")?);
        Ok(Some(Self { shots: shots.collect(), name, sensors, rows, sensor_of, config, survey }))
    }

    /// The rows of some of the sensors.
    fn kept(&self, keep: impl Fn(&str) -> bool) -> Vec<usize> {
        (0..self.rows.len()).filter(|row| keep(&self.sensor_of[*row])).collect()
    }

    /// Pseudo-random share of the sensors: those with the smallest hashes of seed and name.
    fn sensors_kept(&self, seed: u64) -> BTreeSet<String> {
        let names: BTreeSet<&String> = self.sensor_of.iter().collect();
        let mut hashed: Vec<(u64, &String)> = names.iter().map(|name| (hash(seed, name), *name)).collect();
        hashed.sort_unstable();
        let count = (KEPT_SHARE * hashed.len() as f64).round() as usize;
        hashed.into_iter().take(count).map(|(_, name)| name.clone()).collect()
    }
}

/// FNV-1a with a final mix (SplitMix64): the same choice on every machine.
fn hash(seed: u64, text: &str) -> u64 {
    let mut z =
        text.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, |z, byte| (z ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// What came out of all tests.
#[derive(Default)]
struct Sum {
    shots: usize,
    found: usize,
    events: usize,
    /// Events of shots that do not count.
    small: usize,
    phantoms: usize,
    errors_m: Vec<f64>,
    cpu_s: Vec<f64>,
}

pub(super) fn run(bench: &Bench<'_>, figures: &mut Vec<Figure>) -> Result<()> {
    let tests = tests(&bench.data)?;
    // The peer is given the vendor's grouping and all sensors; `--peer` measures it beside ours.
    let (name, (peer_median_m, peer_p96_m)) = match &bench.peer {
        Some(folder) => {
            let (median_m, p96_m, _) = step::step("plain least squares", || least_squares(bench, folder))?;
            ("least squares, grouped", (median_m, p96_m))
        }
        None => ("least squares, grouped (once)", LEAST_SQUARES_M),
    };
    for (set, seeds) in [("gunshot, all pulses", None), ("gunshot, 60 % sensors", Some(KEPT_SEEDS))] {
        let all = seeds.is_none();
        let seeds = seeds.map_or(vec![None], |seeds| seeds.map(Some).to_vec());
        let mut sum = Sum::default();
        step::step(&format!("{set}, truceline, {} tests", tests.len()), || {
            let runs = seeds.iter().flat_map(|seed| tests.iter().map(move |test| (test, *seed)));
            runs.into_iter().try_for_each(|(test, seed)| one(bench, test, seed, &mut sum))
        })?;
        let share = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);
        let goal = |at: Goal| all.then_some(at);
        figures.push(Figure::new(set, "shots", Some(sum.shots as f64), None));
        let least = if all { 0.99 } else { 0.95 };
        figures.push(Figure::new(set, "share found", share(sum.found, sum.shots), Some(Goal::AtLeast(least))));
        let phantoms = share(sum.phantoms, sum.events);
        figures.push(Figure::new(set, "share of phantoms", phantoms, Some(Goal::AtMost(0.01))));
        let small = Some(sum.small as f64);
        figures.push(Figure::new(set, "shots of too few pulses", small, None));
        let errors = [("median error, m", 0.5, 3.0, peer_median_m), ("p96 error, m", 0.96, 5.0, peer_p96_m)];
        for (figure, level, most_m, peer_m) in errors {
            let mut figure = Figure::new(set, figure, quantile(&sum.errors_m, level), goal(Goal::AtMost(most_m)));
            if all {
                figure.peers.push((name.to_owned(), Some(peer_m)));
            }
            figures.push(figure);
        }
        let median_s = quantile(&sum.cpu_s, 0.5);
        figures.push(Figure::new(set, "a test, median CPU s", median_s, goal(Goal::AtMost(0.010))));
    }
    Ok(())
}

/// One test, with all sensors or those that a seed keeps.
fn one(bench: &Bench<'_>, test: &Test, seed: Option<u64>, sum: &mut Sum) -> Result<()> {
    let all = seed.is_none();
    let kept = seed.map(|seed| test.sensors_kept(seed)).unwrap_or_default();
    let rows = test.kept(|sensor| all || kept.contains(sensor));
    let mut arrivals = "sensor_id,time,phase\n".to_owned();
    rows.iter().for_each(|row| arrivals += &format!("{}\n", test.rows[*row].0));
    let sensors: String = test
        .sensors
        .lines()
        .enumerate()
        .filter(|(at, line)| *at == 0 || all || line.split(',').next().is_some_and(|id| kept.contains(id)))
        .map(|(_, line)| format!("{line}\n"))
        .collect();
    let folder = bench.folder.join(format!("{}-{}", test.name, seed.unwrap_or(0)));
    let files = Files::write(&folder, &sensors, &arrivals, &test.config)?;
    let answer = files.run(&bench.binary, "associate", &[])?;
    let there: BTreeSet<&String> = rows.iter().map(|row| &test.rows[*row].1).collect();
    let shots = test.shots.iter().map(|shot| shot.iter().filter(|pulse| there.contains(pulse)).collect());
    let (shots, few): (Vec<BTreeSet<&String>>, Vec<_>) = shots.partition(|shot: &BTreeSet<_>| shot.len() >= PULSES_MIN);
    let holds = |event: &Event, pulses: &BTreeSet<&String>| {
        let shared = event.rows.iter().filter(|row| pulses.contains(&test.rows[rows[**row]].1)).count();
        (shared > 0 && shared as f64 >= SHARE_MIN * pulses.len() as f64).then_some(shared)
    };
    let off_m = |event: &Event| {
        let (dx, dy) = (event.place.0 - test.survey.0, event.place.1 - test.survey.1);
        (dx * dx + dy * dy).sqrt()
    };
    sum.shots += shots.len();
    sum.cpu_s.push(answer.cpu_s);
    // Those that share the most first; one to one.
    let mut candidates = Vec::new();
    for (at, event) in answer.events.iter().enumerate() {
        for (shot, pulses) in shots.iter().enumerate() {
            candidates.extend(holds(event, pulses).map(|shared| (shared, at, shot)));
        }
    }
    candidates.sort_unstable_by(|a, b| b.cmp(a));
    let (mut events, mut taken) = (BTreeSet::new(), BTreeSet::new());
    for (_, at, shot) in candidates {
        if !events.contains(&at) && !taken.contains(&shot) {
            events.insert(at);
            taken.insert(shot);
            sum.errors_m.push(off_m(&answer.events[at]));
        }
    }
    sum.found += taken.len();
    sum.events += answer.events.len();
    let small = |(at, event): &(usize, &Event)| {
        !events.contains(at) && off_m(event) <= NEAR_M && few.iter().any(|pulses| holds(event, pulses).is_some())
    };
    let small = answer.events.iter().enumerate().filter(small).count();
    sum.small += small;
    sum.phantoms += answer.events.len() - events.len() - small;
    Ok(())
}
