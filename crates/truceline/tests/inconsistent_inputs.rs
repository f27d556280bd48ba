//! Rows that cannot be used and sensors that cannot be right, through `associate` and `locate`: named, isolated and counted,
//! and neither of two equal owners before the other.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test: a failed step fails it, and the files are rounded"
)]
mod support;

use serde_json::Value;
use std::fmt::Write;
use support::run;
use support::snapshot::Sessions;

/// Speed of sound at 10 degrees, m/s.
const SOUND_M_S: f64 = 337.311_6;

const SHOTS: usize = 12;

/// Twelve microphones that all heard twelve shots, each labelled. `owner` says whose a sensor is, `late_s` by how much its
/// time of a shot is late.
struct Town {
    sensors: String,
    arrivals: String,
    shots: Vec<(f64, f64)>,
}

fn town(owner: impl Fn(usize) -> &'static str, late_s: impl Fn(usize, usize) -> f64) -> Town {
    let places: Vec<(f64, f64)> = (0..12)
        .map(|i| {
            let (column, row) = (f64::from(i % 4), f64::from(i / 4));
            (column * 400.0 + 70.0 * (row * 1.7 + column).sin(), row * 400.0 + 60.0 * (column * 2.3 + row).cos())
        })
        .collect();
    let mut sensors = "sensor_id,owner,kind,x_m,y_m,z_m\n".to_owned();
    for (i, (x, y)) in places.iter().enumerate() {
        writeln!(sensors, "M{i},{},microphone,{x:.2},{y:.2},0", owner(i)).unwrap();
    }
    let mut arrivals = "sensor_id,time,phase,event\n".to_owned();
    let mut shots = Vec::new();
    for shot in 0..SHOTS {
        let n = shot as f64;
        let (t, x, y) = (25.0 * n, 600.0 + 500.0 * (n * 2.1).sin(), 400.0 + 380.0 * (n * 1.3).cos());
        shots.push((x, y));
        for (i, (sx, sy)) in places.iter().enumerate() {
            let r = ((x - sx) * (x - sx) + (y - sy) * (y - sy)).sqrt();
            writeln!(arrivals, "M{i},{:.4},muzzle,{shot:02}", t + r / SOUND_M_S + late_s(i, shot)).unwrap();
        }
    }
    Town { sensors, arrivals, shots }
}

/// The files of a town in a folder of their own, and the arguments that name them.
fn files(sensors: &str, arrivals: &str) -> (tempfile::TempDir, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (sensors, arrivals) = (write("sensors.csv", sensors), write("arrivals.csv", arrivals));
    let config = write("network.toml", "[air]\ntemperature_deg_c = 10\n[source]\ndepth_m_max = 0\n");
    let arguments = ["--sensors", &sensors, "--arrivals", &arrivals, "--config", &config].map(str::to_owned);
    (folder, arguments.to_vec())
}

fn located(town: &Town) -> Value {
    let (_folder, arguments) = files(&town.sensors, &town.arrivals);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    run(&[&["locate", "--json"], arguments.as_slice()].concat()).json()
}

fn assert_placed(answer: &Value, town: &Town) {
    let events = answer["events"].as_array().unwrap();
    assert_eq!(events.len(), SHOTS);
    for (event, (x, y)) in events.iter().zip(&town.shots) {
        let at = |name: &str| event["origin"][name].as_f64().unwrap();
        assert!((at("x_m") - x).abs() < 6.0 && (at("y_m") - y).abs() < 6.0, "{x} {y}: {}", event["origin"]);
    }
}

fn three(i: usize) -> &'static str {
    ["Alpha", "Bravo", "Mission"][i % 3]
}

#[test]
fn locate_names_nobody_where_all_agree() {
    let town = town(three, |_, _| 0.0);
    let answer = located(&town);
    assert_placed(&answer, &town);
    for empty in ["inconsistent", "contradicting_owners", "isolated"] {
        assert!(answer[empty].as_array().unwrap().is_empty(), "{}", answer[empty]);
    }
}

#[test]
fn locate_names_a_clock_that_is_seconds_off_over_many_events() {
    let town = town(three, |i, _| if i == 4 { 3.03 } else { 0.0 });
    let answer = located(&town);
    assert_placed(&answer, &town);
    let named = answer["inconsistent"].as_array().unwrap();
    assert_eq!(named.len(), 1, "{named:?}");
    assert_eq!((&named[0]["sensor_id"], &named[0]["how"]["kind"]), (&"M4".into(), &"clock".into()), "{}", named[0]);
    assert!((named[0]["how"]["offset_s"].as_f64().unwrap() - 3.03).abs() < 0.02, "{}", named[0]);
    assert_eq!((&named[0]["events"], &named[0]["events_agreeing"]), (&SHOTS.into(), &0.into()));
    assert_eq!(answer["isolated"].as_array().unwrap().len(), SHOTS);
    assert!(answer["events"][0]["arrivals"].as_array().unwrap().len() == 11);
}

#[test]
fn locate_names_an_element_that_lies_another_time_in_each_event() {
    let town = town(three, |i, shot| if i == 7 { 0.4 + 0.9 * (shot as f64 * 2.7).sin().abs() } else { 0.0 });
    let answer = located(&town);
    assert_placed(&answer, &town);
    let named = answer["inconsistent"].as_array().unwrap();
    assert_eq!(named.len(), 1, "{named:?}");
    assert_eq!((&named[0]["sensor_id"], &named[0]["how"]["kind"]), (&"M7".into(), &"unsteady".into()), "{}", named[0]);
}

/// Half of the sensors are Alpha's and half Bravo's, and the two halves are a second and a half apart. Nobody can tell which
/// half is right: with the names swapped the same is said.
#[test]
fn of_two_equal_owners_who_contradict_neither_is_named_alone() {
    let checkered = |i: usize| (i + i / 4).is_multiple_of(2);
    let of = |first: &'static str, second: &'static str| {
        town(move |i| if checkered(i) { first } else { second }, |i, _| if checkered(i) { 0.0 } else { 1.5 })
    };
    let (answer, swapped) = (located(&of("Alpha", "Bravo")), located(&of("Bravo", "Alpha")));
    for answer in [&answer, &swapped] {
        assert!(answer["inconsistent"].as_array().unwrap().is_empty(), "{}", answer["inconsistent"]);
        let pairs = answer["contradicting_owners"].as_array().unwrap();
        assert_eq!(pairs.len(), 1, "{pairs:?}");
        assert_eq!(pairs[0]["owners"], serde_json::json!(["Alpha", "Bravo"]));
        assert!(pairs[0]["events"].as_u64().unwrap() >= 10, "{pairs:?}");
    }
    assert_eq!(answer["contradicting_owners"], swapped["contradicting_owners"]);
    let origins = |answer: &Value| {
        answer["events"].as_array().unwrap().iter().map(|event| event["origin"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(origins(&answer), origins(&swapped));
}

/// A phone whose clock is 4.7 s off, shock waves that no gun's own microphone told from blasts, a sensor nobody knows, a time
/// that is no number, a row that was registered twice, and a row that was cut: whole sessions as checked in.
#[test]
fn damaged_files_in_whole_sessions() {
    let town = town(three, |i, _| if i == 9 { -4.7 } else { 0.0 });
    let sensors = town.sensors.replace("M9,", "PHONE,");
    let mut arrivals = town.arrivals.replace("M9,", "PHONE,");
    let second = arrivals.lines().nth(2).unwrap().to_owned();
    arrivals += &format!("{second}\nM99,31.0,muzzle,01\nM1,nan,muzzle,01\nM2,40.0,thud,01\nM3,41\n");
    // Shock waves come before the blasts, from the bullet's path: they are a phase of their own.
    arrivals += "M1,0.35,shock,00\nM2,0.41,shock,00\n";
    let unlabelled: String = arrivals
        .lines()
        .map(|line| line.rsplit_once(',').filter(|_| line != "M3,41").map_or(line, |(row, _)| row).to_owned() + "\n")
        .collect();
    for (name, command, rows) in
        [("damaged-locate", "locate", &arrivals), ("damaged-associate", "associate", &unlabelled)]
    {
        let (folder, arguments) = files(&sensors, rows);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut sessions = Sessions::with_store(folder.path().to_str().unwrap());
        sessions.run(name, &[&[command], arguments.as_slice()].concat());
        sessions.finish();
    }
    let (folder, arguments) = files(&sensors, "sensor_id,phase\nM1,muzzle\n");
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut sessions = Sessions::with_store(folder.path().to_str().unwrap());
    sessions.run("damaged-no-time", &[&["associate"], arguments.as_slice()].concat());
    sessions.finish();
}
