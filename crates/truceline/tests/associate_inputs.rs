//! What may stand in SENSORS and ARRIVALS, through the commands: elements that lie are named and isolated, damaged rows
//! are counted, and each kind of evidence helps.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test: a failed step fails it, and the files are rounded"
)]
mod support;

use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use support::{Run, data, run};

/// Speed of sound at 10 degrees, m/s.
const SOUND_M_S: f64 = 337.311_6;

/// Sensors and arrivals of twelve microphones of three owners that all heard twelve shots, 25 s apart. `late_s` says by
/// how much a sensor's times are late, `moved_m` how far east of its true place it is stated.
fn town(late_s: impl Fn(usize) -> f64, moved_m: impl Fn(usize) -> f64) -> (String, String, Vec<(f64, f64)>) {
    let places: Vec<(f64, f64)> = (0..12)
        .map(|i| {
            let (column, row) = (f64::from(i % 4), f64::from(i / 4));
            (column * 400.0 + 70.0 * (row * 1.7 + column).sin(), row * 400.0 + 60.0 * (column * 2.3 + row).cos())
        })
        .collect();
    let mut sensors = "sensor_id,owner,kind,x_m,y_m,z_m\n".to_owned();
    for (i, (x, y)) in places.iter().enumerate() {
        let owner = ["Alpha", "Bravo", "Mission"][i % 3];
        writeln!(sensors, "M{i},{owner},microphone,{:.2},{y:.2},0", x + moved_m(i)).unwrap();
    }
    let mut arrivals = "sensor_id,time,phase\n".to_owned();
    let mut shots = Vec::new();
    for shot in 0..12_i32 {
        let n = f64::from(shot);
        let (t, x, y) = (25.0 * n, 600.0 + 500.0 * (n * 2.1).sin(), 400.0 + 380.0 * (n * 1.3).cos());
        shots.push((x, y));
        for (i, (sx, sy)) in places.iter().enumerate() {
            let r = ((x - sx) * (x - sx) + (y - sy) * (y - sy)).sqrt();
            writeln!(arrivals, "M{i},{:.4},muzzle", t + r / SOUND_M_S + late_s(i)).unwrap();
        }
    }
    (sensors, arrivals, shots)
}

/// Runs a command on two files of these texts.
fn run_on(command: &str, sensors: &str, arrivals: &str, more: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let (sensors, arrivals) = (text(&write("sensors.csv", sensors)), text(&write("arrivals.csv", arrivals)));
    let config = text(&write("network.toml", "[source]\ndepth_m_max = 0\n"));
    run(&[&[command, "--sensors", &sensors, "--arrivals", &arrivals, "--config", &config], more].concat())
}

fn named(answer: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let one = |one: &Value| (text(&one["sensor_id"]), text(&one["how"]["kind"]));
    answer["inconsistent"].as_array().unwrap().iter().map(one).collect()
}

/// Every shot is found within some metres of where it was.
fn assert_found(answer: &Value, shots: &[(f64, f64)]) {
    let events = answer["events"].as_array().unwrap();
    assert_eq!(events.len(), shots.len(), "{answer}");
    for (event, (x, y)) in events.iter().zip(shots) {
        let at = |name: &str| event["origin"][name].as_f64().unwrap();
        assert!((at("x_m") - x).abs() < 5.0 && (at("y_m") - y).abs() < 5.0, "{x} {y}: {}", event["origin"]);
    }
}

#[test]
fn sensors_that_contradict_are_named_and_left_out() {
    let (sensors, arrivals, shots) = town(|_| 0.0, |_| 0.0);
    let honest = run_on("associate", &sensors, &arrivals, &["--json"]).json();
    assert_found(&honest, &shots);
    assert!(named(&honest).is_empty() && honest["inconsistent_owners"].as_array().unwrap().is_empty());

    let late = |i| if i == 4 { 3.03 } else { 0.0 };
    let moved = |i| if i == 6 { 300.0 } else { 0.0 };
    let (sensors, arrivals, _) = town(late, moved);
    let answer = run_on("associate", &sensors, &arrivals, &["--json"]).json();
    let pair = |sensor: &str, how: &str| (sensor.to_owned(), how.to_owned());
    assert_eq!(named(&answer), [pair("M4", "clock"), pair("M6", "place")]);
    assert_found(&answer, &shots);
    let (clock, place) = (&answer["inconsistent"][0], &answer["inconsistent"][1]);
    assert!((clock["how"]["offset_s"].as_f64().unwrap() - 3.03).abs() < 0.01, "{clock}");
    assert!((place["how"]["moved_m"].as_f64().unwrap() - 300.0).abs() < 10.0, "{place}");
    for one in [clock, place] {
        assert!(one["events"].as_u64().unwrap() >= 10 && one["log_likelihood_ratio"].as_f64().unwrap() > 20.0, "{one}");
        assert!(one["residual_mean_s"].is_f64() && one["residual_sigma_s"].is_f64() && one["owner"].is_string());
    }
    // All arrivals of the two are isolated and counted, with the reason.
    let unused = answer["unused"].as_array().unwrap();
    assert!(unused.len() == 24 && unused.iter().all(|one| one["reason"].as_str().unwrap().contains("contradicts")));
    assert!(answer["inconsistent_owners"].as_array().unwrap().is_empty());
    let words = run_on("associate", &sensors, &arrivals, &[]).succeeded().stdout;
    assert!(
        words.contains("sensor M4 is inconsistent with the others and left out: its times are 3.030 s late"),
        "{words}"
    );
    assert!(words.contains("sensor M6 is inconsistent with the others and left out: its times fit at"), "{words}");
}

#[test]
fn an_owner_that_contradicts_is_named() {
    let (sensors, arrivals, shots) = town(|i| if i % 3 == 1 { 0.5 } else { 0.0 }, |_| 0.0);
    let answer = run_on("associate", &sensors, &arrivals, &["--json"]).json();
    let expected = serde_json::json!([{ "owner": "Bravo", "inconsistent": 4, "sensors": 4 }]);
    assert_eq!(answer["inconsistent_owners"], expected, "{answer}");
    assert_found(&answer, &shots);
    let words = run_on("associate", &sensors, &arrivals, &[]).succeeded().stdout;
    assert!(words.contains("owner Bravo is inconsistent with the others: 4 of its 4 sensors"), "{words}");
    // The same with the parties' names swapped.
    let swapped = sensors.replace("Alpha", "X").replace("Bravo", "Alpha").replace(",X,", ",Bravo,");
    let answer = run_on("associate", &swapped, &arrivals, &["--json"]).json();
    assert_eq!(answer["inconsistent_owners"][0]["owner"], "Alpha");
}

/// One arrival of a labelled event is a second late: the place hardly moves, and its residual says so.
#[test]
fn an_arrival_that_lies_moves_no_place() {
    let (sensors, arrivals, shots) = town(|i| if i == 5 { 1.0 } else { 0.0 }, |_| 0.0);
    let rows: Vec<&str> = arrivals.lines().take(13).collect();
    let answer = run_on("locate", &sensors, &rows.join("\n"), &["--json"]).json();
    let event = &answer["events"][0];
    let off = |name: &str, at: f64| (event["origin"][name].as_f64().unwrap() - at).abs();
    assert!(off("x_m", shots[0].0) < 5.0 && off("y_m", shots[0].1) < 5.0, "{}", event["origin"]);
    for residual in event["residuals"].as_array().unwrap() {
        let (time_s, fits) = (residual["time_s"].as_f64().unwrap(), residual["fits"].as_f64().unwrap());
        assert_eq!(residual["row"] == 5, fits < 0.1 && (time_s - 1.0).abs() < 0.1, "{residual}");
    }
}

#[test]
fn damaged_rows_are_named_and_counted_by_both_commands() {
    let (sensors, arrivals, _) = town(|_| 0.0, |_| 0.0);
    let one: String = arrivals.lines().take(13).map(|line| format!("{line}\n")).collect();
    let bad = "M99,1.0,muzzle\nM1,NaN,muzzle\nM1,,muzzle\nM2,1.0,thud\nM3\n";
    for command in ["associate", "locate"] {
        let first = one.lines().nth(1).unwrap();
        let damaged = format!("{one}{bad}{first}\n");
        let (clean, dirty) =
            (run_on(command, &sensors, &one, &["--json"]), run_on(command, &sensors, &damaged, &["--json"]));
        let (clean, dirty) = (clean.json(), dirty.json());
        assert_eq!(dirty["set_aside"]["count"], 6, "{command}: {}", dirty["set_aside"]);
        assert_eq!(dirty["events"][0]["origin"], clean["events"][0]["origin"], "{command}");
        let rows: Vec<u64> =
            dirty["set_aside"]["rows"].as_array().unwrap().iter().map(|bad| bad["row"].as_u64().unwrap()).collect();
        assert_eq!(rows, [12, 13, 14, 15, 16, 17], "{command}");
        let no_time = run_on(command, &sensors, "sensor_id,phase\nM1,muzzle\n", &[]);
        assert!(no_time.code == 1 && no_time.stderr.contains("time"), "{command}: {no_time:?}");
        let no_place = run_on(command, "sensor_id,kind\nM1,microphone\n", &one, &[]);
        assert!(no_place.code == 1 && no_place.stderr.contains("lon and lat, or x_m and y_m"), "{no_place:?}");
        let nan = sensors.replacen(",microphone,", ",microphone,nan", 1);
        let nan = run_on(command, &nan, &one, &["--json"]).json();
        assert!(nan["set_aside"]["count"].as_u64().unwrap() >= 1, "{command}: {}", nan["set_aside"]);
    }
}

const KINDS: &str = "sensor_id,kind,x_m,y_m\nG1,seismometer,-8000,0\nG2,seismometer,9000,-2000\nG3,seismometer,-1000,9500\n\
    A1,seismic array,-6000,-7000\nI1,infrasound array,7000,8000\nM1,microphone,900,200\nM2,microphone array,3500,3000\n\
    C1,optical,-2000,-3000\nH1,observer,1500,-1500\nS1,satellite,0,0\n";

/// Where and when it was: metres and seconds.
const TRUTH: (f64, f64, f64) = (2_000.0, 1_500.0, 100.0);

/// A row of the arrivals from a sensor at a place: time by a speed, then the other columns.
fn row(id: &str, (x, y): (f64, f64), speed_m_s: f64, rest: impl Fn(f64) -> String) -> String {
    let (dx, dy) = (TRUTH.0 - x, TRUTH.1 - y);
    let r = (dx * dx + dy * dy).sqrt();
    let azimuth_deg = dx.atan2(dy).to_degrees().rem_euclid(360.0);
    format!("{id},{:.4},{}\n", TRUTH.2 + r / speed_m_s, rest(azimuth_deg))
}

/// Columns: sensor, time, sigma, phase, azimuth, its sigma, slowness, range, fix.
const COLUMNS: &str = "sensor_id,time,sigma_s,phase,azimuth_deg,azimuth_sigma_deg,slowness_s_per_km,range_min_m,\
    range_max_m,fix_x_m,fix_y_m,fix_sigma_m\n";

fn evidence() -> Vec<(&'static str, String)> {
    let (vp, vs) = (6_000.0, 6_000.0 / 1.73);
    let at = |rest: &'static str| move |_: f64| rest.to_owned();
    vec![
        ("S", row("G1", (-8_000.0, 0.0), vs, at("0.1,S,,,,,,,,"))),
        ("Lg", row("G2", (9_000.0, -2_000.0), 3_000.0, at("0.5,Lg,,,,,,,,"))),
        ("P with a bearing", row("A1", (-6_000.0, -7_000.0), vp, |azimuth| format!("0.05,P,{azimuth:.1},3,0.16,,,,,"))),
        (
            "airwave with a bearing",
            row("I1", (7_000.0, 8_000.0), SOUND_M_S, |azimuth| format!("1,I,{azimuth:.1},2,,,,,,")),
        ),
        ("muzzle", row("M1", (900.0, 200.0), SOUND_M_S, at("0.02,muzzle,,,,,,,,"))),
        (
            "muzzle with a bearing",
            row("M2", (3_500.0, 3_000.0), SOUND_M_S, |azimuth| format!("0.02,muzzle,{azimuth:.1},3,,,,,,")),
        ),
        ("light", row("C1", (-2_000.0, -3_000.0), f64::INFINITY, |azimuth| format!("0.05,light,{azimuth:.1},1,,,,,,"))),
        (
            "a person",
            row("H1", (1_500.0, -1_500.0), SOUND_M_S, |azimuth| format!("5,muzzle,{azimuth:.0},15,,2000,4500,,,")),
        ),
        ("a pixel", format!("S1,{:.1},30,light,,,,,,2200,1350,375\n", TRUTH.2 + 10.0)),
    ]
}

/// Three P times alone leave much open; every further kind of evidence that ARRIVALS can hold narrows it down.
#[test]
fn each_kind_of_evidence_narrows_the_place() {
    let vp = 6_000.0;
    let base: String = [("G1", (-8_000.0, 0.0)), ("G2", (9_000.0, -2_000.0)), ("G3", (-1_000.0, 9_500.0))]
        .iter()
        .map(|(id, at)| row(id, *at, vp, |_| "0.3,P,,,,,,,,".to_owned()))
        .collect();
    let area = |rows: &str| {
        let answer = run_on("locate", KINDS, &format!("{COLUMNS}{rows}"), &["--json"]).json();
        answer["events"][0]["regions"]["p90"]["area_km2"].as_f64().unwrap_or_else(|| panic!("{answer}"))
    };
    let alone = area(&base);
    let mut all = base.clone();
    for (name, row) in evidence() {
        let with = area(&format!("{base}{row}"));
        assert!(with < 0.9 * alone, "{name}: {with} of {alone} km2");
        all += &row;
    }
    let rows = format!("{COLUMNS}{all}");
    let answer = run_on("locate", KINDS, &rows, &["--json"]).json();
    let origin = &answer["events"][0]["origin"];
    let off = |name: &str, truth: f64| (origin[name].as_f64().unwrap() - truth).abs();
    assert!(off("x_m", TRUTH.0) < 100.0 && off("y_m", TRUTH.1) < 100.0 && off("time", TRUTH.2) < 0.2, "{origin}");
    // The same rows without any grouping are one event, and it has them all.
    let found = run_on("associate", KINDS, &rows, &["--json"]).json();
    assert_eq!(found["events"].as_array().unwrap().len(), 1, "{found}");
    let members = found["events"][0]["arrivals"].as_array().unwrap().len();
    assert!(members + 1 >= 12, "{members}: {found}");
}

/// Ninety minutes of central Italy. A few picks that fit badly may leave an event anywhere near its sensors, and not anywhere
/// within a thousand kilometres: no region is wider than the whole network.
#[test]
fn an_event_comes_from_within_reach_of_its_sensors() {
    let (Some(stations), Some(picks)) = (data("seismic/italy/stations.csv"), data("seismic/italy/picks_00-12h.csv"))
    else {
        return;
    };
    let columns = |path: &str, names: &[&str]| -> Vec<Vec<String>> {
        let text = std::fs::read_to_string(path).unwrap();
        let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let header = lines.next().unwrap();
        let at: Vec<usize> = names.iter().map(|name| header.iter().position(|held| held == name).unwrap()).collect();
        lines.map(|line| at.iter().map(|at| line[*at].to_owned()).collect()).collect()
    };
    let mut sensors = "sensor_id,kind,lon,lat\n".to_owned();
    let mut seen = BTreeSet::new();
    let (mut west, mut south, mut east, mut north) =
        (f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY);
    for row in columns(&stations, &["network", "station", "longitude", "latitude"]) {
        let id = format!("{}.{}", row[0], row[1]);
        if seen.insert(id.clone()) {
            writeln!(sensors, "{id},seismometer,{},{}", row[2], row[3]).unwrap();
            let (lon, lat): (f64, f64) = (row[2].parse().unwrap(), row[3].parse().unwrap());
            (west, south, east, north) = (west.min(lon), south.min(lat), east.max(lon), north.max(lat));
        }
    }
    let mut arrivals = "sensor_id,time,phase\n".to_owned();
    for row in columns(&picks, &["network", "station", "seconds_of_day", "phase"]) {
        if row[2].parse::<f64>().unwrap() < 5_400.0 {
            writeln!(arrivals, "{}.{},{},{}", row[0], row[1], row[2], row[3]).unwrap();
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (sensors, arrivals) = (write("sensors.csv", &sensors), write("arrivals.csv", &arrivals));
    let answer = run(&["associate", "--sensors", &sensors, "--arrivals", &arrivals, "--json"]).json();
    let events = answer["events"].as_array().unwrap();
    let by_posterior = events.iter().filter(|event| event["regions_by"] == "posterior");
    let areas: Vec<f64> = by_posterior.map(|event| event["regions"]["p90"]["area_km2"].as_f64().unwrap()).collect();
    assert!(areas.len() > 20, "{areas:?}");
    let degree_km = 111.2;
    let box_km2 = (east - west) * degree_km * (0.5 * (south + north)).to_radians().cos() * (north - south) * degree_km;
    assert!(areas.iter().all(|area| *area < box_km2), "{box_km2}: {areas:?}");
}
