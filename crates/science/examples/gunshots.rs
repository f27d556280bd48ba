//! Locates the surveyed shots of a folder of recordings with the vendor's grouping: `gunshots DATA`.
#![allow(clippy::print_stdout)]
use serde_json::Value;
use std::path::Path;
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::time::Time;
use truceline_science::locate::{Point, Priors, evidence, fit};

/// Seconds that this thread has computed.
fn cpu_s() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1e9
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let data = std::env::args().nth(1).ok_or("a folder of recordings is expected")?;
    let (mut errors, mut spent_s, mut full_s) = (Vec::new(), 0.0, 0.0);
    let mut levels = Vec::new();
    let mut ratios = Vec::new();
    let mut means = Vec::new();
    let mut rms = Vec::new();
    let mut total = 0.0;
    for position in ["FP1", "FP3", "FP5"] {
        let folder = Path::new(&data).join("acoustic/gunshot").join(position);
        let mut tests: Vec<_> = std::fs::read_dir(folder)?.flatten().map(|test| test.path()).collect();
        tests.sort();
        for test in tests {
            let name = test.file_name().ok_or("no name")?.to_string_lossy().into_owned();
            let read = |kind: &str| -> Result<Value, Box<dyn std::error::Error>> {
                Ok(serde_json::from_slice(&std::fs::read(test.join(format!("{name}.{kind}.json")))?)?)
            };
            let (Ok(shots), Ok(survey)) = (read("nlos-tuples"), read("survey")) else { continue };
            let pulses = read("allpulses")?;
            let temperature_c = read("weather").ok().and_then(|weather| weather["temperature"].as_f64()).unwrap_or(0.0);
            let truth = |axis: &str| survey["survey_location"][axis].as_f64().ok_or("no coordinate");
            let truth = (truth("x")?, truth("y")?);
            let priors = Priors::sound(temperature_c)?;
            let (mut sensors, mut measurements) = (Vec::new(), Vec::new());
            for pulse in pulses.as_array().ok_or("no pulses")? {
                let at = |axis: &str| pulse["location"][axis].as_f64().unwrap_or(f64::NAN);
                sensors.push(Sensor {
                    id: pulse["pulse_uuid"].as_str().unwrap_or("").to_owned(),
                    owner: String::new(),
                    kind: SensorKind::Microphone,
                    site: Site::Local { x_m: at("x"), y_m: at("y"), z_m: at("z") },
                });
                let time = Time::parse(pulse["arrival_time_utc"].as_str().ok_or("no time")?)?;
                let mut measurement = Measurement::arrival(sensors.len() - 1, time);
                measurement.phase = Some(Phase::Muzzle);
                measurements.push(measurement);
            }
            for shot in shots.as_array().ok_or("no shots")? {
                let named: Vec<&str> =
                    shot["pulse_uuids"].as_array().ok_or("no pulses")?.iter().filter_map(Value::as_str).collect();
                let members: Vec<usize> =
                    (0..sensors.len()).filter(|i| named.contains(&sensors[*i].id.as_str())).collect();
                if members.len() < 4 {
                    continue;
                }
                let start = cpu_s();
                let mut found = fit(&sensors, &measurements, &members, &priors)?;
                for _ in 1..20 {
                    found = fit(&sensors, &measurements, &members, &priors)?;
                }
                spent_s += (cpu_s() - start) / 20.0;
                errors.push(libm::hypot(found.place.x - truth.0, found.place.y - truth.1));
                rms.push(found.rms_s * 340.0);
                let start = cpu_s();
                let solution = evidence(&sensors, &measurements, &members, &priors, 1)?;
                total += solution.log_evidence;
                full_s += cpu_s() - start;
                let at = |site: Site| match site {
                    Site::Local { x_m, y_m, .. } => libm::hypot(x_m - truth.0, y_m - truth.1),
                    _ => f64::NAN,
                };
                means.push(at(solution.mean));
                levels.push(solution.levels_at(Point { x: truth.0, y: truth.1 }, None).place_level);
                ratios.push(solution.bound_ratio.unwrap_or(f64::NAN));
            }
        }
    }
    let n = errors.len() as f64;
    errors.sort_by(f64::total_cmp);
    levels.sort_by(f64::total_cmp);
    ratios.sort_by(f64::total_cmp);
    rms.sort_by(f64::total_cmp);
    let at = |values: &[f64], share: f64| values[((share * values.len() as f64) as usize).min(values.len() - 1)];
    println!(
        "{n} shots: median {:.2} m, p96 {:.2} m, most {:.2} m; {:.1} us a point, {:.2} ms a posterior",
        at(&errors, 0.5),
        at(&errors, 0.96),
        at(&errors, 1.0),
        spent_s / n * 1e6,
        full_s / n * 1e3,
    );
    means.sort_by(f64::total_cmp);
    println!(
        "means of the posteriors: median {:.2} m, p96 {:.2} m; evidence {total:.1}",
        at(&means, 0.5),
        at(&means, 0.96)
    );
    println!(
        "levels of the surveyed place: median {:.2}, 90 % of them below {:.3}; sigma over the bound: median {:.2}; residual rms median {:.2} m",
        at(&levels, 0.5),
        at(&levels, 0.9),
        at(&ratios, 0.5),
        at(&rms, 0.5),
    );
    Ok(())
}
