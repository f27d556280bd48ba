//! Surveyed live-fire shots with the vendor's grouping of pulses: A. Calhoun et al., arXiv 2108.07377 (CC BY 4.0).
#![allow(dead_code, unreachable_pub)]
use serde_json::Value;
use std::path::Path;
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::time::Time;
use truceline_science::locate::Priors;

pub struct Shot {
    pub position: &'static str,
    pub sensors: Vec<Sensor>,
    pub measurements: Vec<Measurement>,
    /// Physics alone: the speed of sound by the recorded air temperature, everything else the priors' own.
    pub priors: Priors,
    /// The surveyed place, m.
    pub truth: (f64, f64),
}

/// The shots of FP1, FP3 and FP5 with at least four pulses.
pub fn shots(data: &Path) -> Vec<Shot> {
    let mut shots = Vec::new();
    for position in ["FP1", "FP3", "FP5"] {
        let folder = data.join("acoustic/gunshot").join(position);
        let mut tests: Vec<_> =
            std::fs::read_dir(folder).expect("the recordings").flatten().map(|test| test.path()).collect();
        tests.sort();
        for test in tests {
            of_test(&test, position, &mut shots);
        }
    }
    shots
}

fn of_test(test: &Path, position: &'static str, shots: &mut Vec<Shot>) {
    let name = test.file_name().expect("a name").to_string_lossy().into_owned();
    let read = |kind: &str| -> Option<Value> {
        serde_json::from_slice(&std::fs::read(test.join(format!("{name}.{kind}.json"))).ok()?).ok()
    };
    let (Some(tuples), Some(survey), Some(pulses)) = (read("nlos-tuples"), read("survey"), read("allpulses")) else {
        return;
    };
    let temperature_c = read("weather").and_then(|weather| weather["temperature"].as_f64()).unwrap_or(0.0);
    let priors = Priors::sound(temperature_c).expect("a temperature of air");
    let number = |value: &Value| value.as_f64().expect("a number");
    let truth = (number(&survey["survey_location"]["x"]), number(&survey["survey_location"]["y"]));
    for tuple in tuples.as_array().expect("shots") {
        let of_shot = tuple["pulse_uuids"].as_array().expect("pulses");
        let (mut sensors, mut measurements) = (Vec::new(), Vec::new());
        for pulse in pulses.as_array().expect("pulses").iter().filter(|pulse| of_shot.contains(&pulse["pulse_uuid"])) {
            let at = |axis: &str| number(&pulse["location"][axis]);
            sensors.push(Sensor {
                id: pulse["serial_number"].as_str().unwrap_or("").to_owned(),
                owner: String::new(),
                kind: SensorKind::Microphone,
                site: Site::Local { x_m: at("x"), y_m: at("y"), z_m: at("z") },
            });
            let time = Time::parse(pulse["arrival_time_utc"].as_str().expect("a time")).expect("a time");
            let mut measurement = Measurement::arrival(sensors.len() - 1, time);
            measurement.phase = Some(Phase::Muzzle);
            measurements.push(measurement);
        }
        if sensors.len() >= 4 {
            shots.push(Shot { position, sensors, measurements, priors: priors.clone(), truth });
        }
    }
}

/// A test with all its pulses and no grouping.
pub struct Firing {
    pub sensors: Vec<Sensor>,
    pub measurements: Vec<Measurement>,
    /// The vendor's grouping: which measurements are of one shot.
    pub shots: Vec<Vec<usize>>,
    pub temperature_c: f64,
    /// The surveyed place, m.
    pub truth: (f64, f64),
}

/// The tests of one position.
pub fn firings(data: &Path, position: &str) -> Vec<Firing> {
    let folder = data.join("acoustic/gunshot").join(position);
    let mut tests: Vec<_> =
        std::fs::read_dir(folder).expect("the recordings").flatten().map(|test| test.path()).collect();
    tests.sort();
    tests.iter().filter_map(|test| firing(test)).collect()
}

fn firing(test: &Path) -> Option<Firing> {
    let name = test.file_name()?.to_string_lossy().into_owned();
    let read = |kind: &str| -> Option<Value> {
        serde_json::from_slice(&std::fs::read(test.join(format!("{name}.{kind}.json"))).ok()?).ok()
    };
    let (tuples, survey, pulses) = (read("nlos-tuples")?, read("survey")?, read("allpulses")?);
    let temperature_c = read("weather").and_then(|weather| weather["temperature"].as_f64()).unwrap_or(0.0);
    let truth = (survey["survey_location"]["x"].as_f64()?, survey["survey_location"]["y"].as_f64()?);
    let (mut sensors, mut measurements): (Vec<Sensor>, Vec<Measurement>) = (Vec::new(), Vec::new());
    let mut ids = Vec::new();
    for pulse in pulses.as_array()? {
        let id = pulse["serial_number"].as_str()?;
        let at = |axis: &str| pulse["location"][axis].as_f64();
        let (x_m, y_m, z_m) = (at("x")?, at("y")?, at("z")?);
        let sensor = sensors.iter().position(|sensor| sensor.id == id).unwrap_or_else(|| {
            let site = Site::Local { x_m, y_m, z_m };
            sensors.push(Sensor { id: id.to_owned(), owner: String::new(), kind: SensorKind::Microphone, site });
            sensors.len() - 1
        });
        let mut measurement = Measurement::arrival(sensor, Time::parse(pulse["arrival_time_utc"].as_str()?).ok()?);
        measurement.phase = Some(Phase::Muzzle);
        measurements.push(measurement);
        ids.push(pulse["pulse_uuid"].clone());
    }
    let of_shot = |shot: &Value| -> Option<Vec<usize>> {
        let pulses = shot["pulse_uuids"].as_array()?;
        Some((0..ids.len()).filter(|i| pulses.contains(&ids[*i])).collect())
    };
    let shots = tuples.as_array()?.iter().filter_map(of_shot).filter(|shot: &Vec<usize>| shot.len() >= 4).collect();
    Some(Firing { sensors, measurements, shots, temperature_c, truth })
}
