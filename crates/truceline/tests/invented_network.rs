//! The invented network of the examples: its files are made by a seed, and the commands find what was put into them.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use serde_json::Value;
use std::fmt::Write;
use support::snapshot::Sessions;
use support::{root, run, text_of};
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

/// The files, from seed 4: twelve seismometers on a bent grid and three infrasound arrays of three owners; arrivals with
/// twenty that belong to nothing; those of the first event alone.
fn files() -> [(&'static str, String); 3] {
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
    let mut rows: Vec<(Time, String, bool)> = Vec::new();
    let day = Time::parse(DAY).unwrap();
    let mut first = true;
    let mut add = |id: &str, s: f64, sigma: &str, phase: &str, azimuth: Option<f64>, first: bool| {
        let time = day.plus_s((s * 1e3).round() / 1e3);
        let azimuth = azimuth.map_or(",".to_owned(), |azimuth| format!("{azimuth:.1},2"));
        rows.push((time, format!("{id},{time},{sigma},{phase},{azimuth}\n"), first));
    };
    for (t, x, y, depth, heard) in EVENTS {
        for (id, sx, sy, array) in &places {
            let (east, north) = (x - sx, y - sy);
            let distance = (east * east + north * north + depth * depth).sqrt();
            if *array {
                if heard {
                    let azimuth = azimuth_deg(east, north) + 2.0 * random.normal();
                    add(id, t + distance / 332.0 + 0.5 * random.normal(), "0.5", "I", Some(azimuth), first);
                }
                continue;
            }
            // A sensor now and then misses a wave.
            if random.uniform() < 0.95 {
                add(id, t + distance / 5_800.0 + 0.05 * random.normal(), "0.05", "P", None, first);
            }
            if random.uniform() < 0.75 {
                add(id, t + distance / 3_350.0 + 0.1 * random.normal(), "0.1", "S", None, first);
            }
        }
        first = false;
    }
    for _ in 0..20 {
        let (id, _, _, array) = &places[(random.uniform() * places.len() as f64) as usize];
        let s = 35_990.0 + 420.0 * random.uniform();
        match (array, random.uniform() < 0.6) {
            (true, _) => add(id, s, "0.5", "I", Some(360.0 * random.uniform()), false),
            (false, true) => add(id, s, "0.05", "P", None, false),
            (false, false) => add(id, s, "0.1", "S", None, false),
        }
    }
    rows.sort();
    let header = "sensor_id,time,sigma_s,phase,azimuth_deg,azimuth_sigma_deg\n";
    let arrivals = rows.iter().map(|(_, row, _)| row.as_str());
    let one = rows.iter().filter(|(_, _, first)| *first).map(|(_, row, _)| row.as_str());
    let file = |rows: String| header.to_owned() + &rows;
    [("sensors.csv", sensors), ("arrivals.csv", file(arrivals.collect())), ("one-event.csv", file(one.collect()))]
}

#[test]
fn the_files_are_what_their_seed_makes() {
    for (name, text) in files() {
        let name = format!("{FOLDER}/{name}");
        if std::env::var_os("TRUCELINE_WRITE_SNAPSHOTS").is_some_and(|value| value == "1") {
            std::fs::write(root().join(&name), &text).unwrap();
        }
        assert_eq!(text_of(&name), text, "{name}: TRUCELINE_WRITE_SNAPSHOTS=1 writes it anew");
    }
}

const SENSORS: &str = "examples/invented-network/sensors.csv";
const ARRIVALS: &str = "examples/invented-network/arrivals.csv";
const ONE: &str = "examples/invented-network/one-event.csv";

fn associate(arrivals: &str, more: &[&str]) -> Value {
    let arguments = ["associate", "--sensors", SENSORS, "--arrivals", arrivals, "--json"];
    run(&[&arguments, more].concat()).succeeded().json()
}

/// Rows of a file of the repository, without its header.
fn rows(name: &str) -> Vec<String> {
    text_of(name).lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn what_was_put_into_the_files_is_found() {
    let answer = associate(ARRIVALS, &[]);
    let events = answer["events"].as_array().unwrap();
    assert_eq!(events.len(), EVENTS.len(), "{answer}");
    let (rows, day) = (rows(ARRIVALS), Time::parse(DAY).unwrap());
    for (event, (t, x, y, _, heard)) in events.iter().zip(EVENTS) {
        let origin = &event["origin"];
        let number = |name: &str| origin[name].as_f64().unwrap();
        let off_m = ((number("x_m") - x).abs(), (number("y_m") - y).abs());
        assert!(off_m.0 < 1_500.0 && off_m.1 < 1_500.0, "{off_m:?} {origin}");
        let time = Time::parse(origin["time"].as_str().unwrap()).unwrap();
        assert!((time.seconds_since(day) - t).abs() < 1.0, "{origin}");
        assert!(event["p_real"].as_f64().unwrap() > 0.99);
        // Rows are numbered from 0 after the header: the members are what their rows say.
        let members: Vec<usize> =
            event["arrivals"].as_array().unwrap().iter().map(|row| row.as_u64().unwrap() as usize).collect();
        let p = members.iter().filter(|row| rows[**row].contains(",P,")).count();
        assert!(members.len() >= 15 && p >= 9, "{members:?}");
        assert!(!heard || members.iter().any(|row| rows[*row].contains(",I,")), "{members:?}");
        let classes = event["classes"].as_object().unwrap();
        assert!((classes.values().map(|p| p.as_f64().unwrap()).sum::<f64>() - 1.0).abs() < 1e-4);
        for level in ["p50", "p90", "p95"] {
            let region = &event["regions"][level];
            assert!(region["area_km2"].as_f64().unwrap() > 0.0, "{event}");
            assert!(region["polygon"].as_array().unwrap().len() > 8, "{event}");
        }
    }
    let in_events: usize = events.iter().map(|event| event["arrivals"].as_array().unwrap().len()).sum();
    assert_eq!(in_events + answer["unassociated"].as_array().unwrap().len(), rows.len());
}

/// An answer without what differs from run to run.
fn steady(mut answer: Value) -> String {
    answer["compute_ms"] = Value::Null;
    answer.to_string()
}

#[test]
fn threads_and_the_order_of_rows_do_not_matter() {
    let one = steady(associate(ARRIVALS, &["--threads", "1"]));
    assert_eq!(one, steady(associate(ARRIVALS, &["--threads", "4"])));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reversed.csv");
    let mut reversed = rows(ARRIVALS);
    reversed.reverse();
    let header = text_of(ARRIVALS).lines().next().unwrap().to_owned();
    std::fs::write(&path, format!("{header}\n{}\n", reversed.join("\n"))).unwrap();
    let places = |answer: &Value| -> Vec<String> {
        answer["events"].as_array().unwrap().iter().map(|event| event["origin"].to_string()).collect()
    };
    let forward = associate(ARRIVALS, &[]);
    assert_eq!(places(&forward), places(&associate(path.to_str().unwrap(), &[])));
}

#[test]
fn one_event_is_located_in_the_form_of_its_files() {
    let flat = tempfile::tempdir().unwrap();
    let config = flat.path().join("flat.toml");
    std::fs::write(&config, "[source]\ndepth_m_max = 0\n").unwrap();
    let config = config.to_str().unwrap();
    let arguments = ["locate", "--sensors", SENSORS, "--arrivals", ONE, "--config", config, "--json"];
    let at = ["--at", "-9000,4000,2031-05-04T10:00:00Z"];
    let answer = run(&[&arguments[..], &at[..]].concat()).succeeded().json();
    let event = &answer["events"][0];
    assert!(event["at"]["distance_km"].as_f64().unwrap() < 1.0, "{event}");
    assert!(event["at"]["place_level"].as_f64().unwrap() < 0.999, "{event}");
    assert!(event["at"]["time_level"].is_f64());
    assert_eq!(event["arrivals"].as_array().unwrap().len(), rows(ONE).len());

    // The same in seconds, as two events by their label.
    let header = "sensor_id,time,sigma_s,phase,event\n";
    let day = Time::parse("2031-05-04T10:00:00Z").unwrap();
    let mut text = header.to_owned();
    for label in ["b", "a"] {
        for row in rows(ONE).iter().filter(|row| !row.contains(",I,")) {
            let fields: Vec<&str> = row.split(',').collect();
            let s = Time::parse(fields[1]).unwrap().seconds_since(day);
            writeln!(text, "{},{s:.3},{},{},{label}", fields[0], fields[2], fields[3]).unwrap();
        }
    }
    let path = flat.path().join("two.csv");
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap();
    let answer = run(&["locate", "--sensors", SENSORS, "--arrivals", path, "--config", config, "--json"]);
    let answer = answer.succeeded().json();
    let ids: Vec<&str> =
        answer["events"].as_array().unwrap().iter().map(|event| event["event_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["a", "b"]);
    assert!(answer["events"][0]["origin"]["time"].as_f64().unwrap().abs() < 0.5, "{}", answer["events"][0]["origin"]);
    assert_eq!(answer["events"][0]["origin"], answer["events"][1]["origin"]);
    let wrong = run(&["locate", "--sensors", SENSORS, "--arrivals", path, "--at", "0,0,2031-05-04T10:00:00Z"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("expected seconds, as in the arrivals"), "{}", wrong.stderr);
}

#[test]
fn sides_of_a_line_and_what_is_left_without_each_owner() {
    const LINE: &str = "examples/invented-network/line.geojson";
    let answer = associate(ARRIVALS, &["--line", LINE]);
    let number = |value: &Value| value.as_f64().unwrap();
    for event in answer["events"].as_array().unwrap() {
        let line = &event["line"];
        let sum = number(&line["left"]["p"]) + number(&line["right"]["p"]) + number(&line["p_beyond_end"]);
        assert!((sum - 1.0).abs() < 1e-4 && line["abstains"].is_null(), "{line}");
        assert_eq!((line["left"]["name"].as_str(), line["right"]["name"].as_str()), (Some("Alpha"), Some("Bravo")));
        let without = event["without_owners"].as_array().unwrap();
        let arrivals: u64 = without.iter().map(|one| one["arrivals"].as_u64().unwrap()).sum();
        assert_eq!(arrivals as usize, event["arrivals"].as_array().unwrap().len());
        for one in without {
            assert!(number(&one["moved_m"]) < 5_000.0 && number(&one["area_p90_km2"]) > 0.0, "{one}");
            assert!((0.5..=1.0).contains(&number(&one["p_real"])), "{one}");
        }
    }
    let arguments = ["locate", "--sensors", SENSORS, "--arrivals", ONE, "--json", "--line"];
    let of = |line: &str| run(&[&arguments[..], &[line]].concat()).succeeded().json()["events"][0].clone();
    let located = of(LINE);
    assert!(number(&located["line"]["left"]["p"]) > 0.9, "{}", located["line"]);
    assert!(number(&located["without_owners"][0]["line"]["left"]["p"]) > 0.9, "{}", located["without_owners"]);

    // Walked the other way, the sides change and nothing else; ended short of the event, no side is stated.
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, coordinates: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, format!(r#"{{"type":"LineString","coordinates":{coordinates}}}"#)).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let there = of(&write("there.geojson", "[[-30000,-2000],[-12000,3500],[2000,1000]]"));
    let back = of(&write("back.geojson", "[[2000,1000],[-12000,3500],[-30000,-2000]]"));
    assert_eq!(there["line"]["left"], back["line"]["right"]);
    assert_eq!(there["line"]["right"], back["line"]["left"]);
    let short = of(&write("short.geojson", "[[-30000,-2000],[-20000,0]]"));
    assert_eq!(short["line"]["abstains"], "the 90 % region goes beyond the line's end", "{}", short["line"]);
    let wrong = run(&["associate", "--sensors", SENSORS, "--arrivals", ARRIVALS, "--line", ARRIVALS]);
    assert!(wrong.code == 1 && wrong.stderr.contains("arrivals.csv, line 1"), "{}", wrong.stderr);
}

#[test]
fn bad_rows_are_named_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.csv");
    let extra = "G99,2031-05-04T10:00:00Z,0.1,P,,\nG01,noon,0.1,P,,\nG01,2031-05-04T10:00:00Z,nan,P,,\n";
    std::fs::write(&bad, text_of(ARRIVALS) + extra).unwrap();
    let bad = bad.to_str().unwrap();
    let found = run(&["associate", "--sensors", SENSORS, "--arrivals", bad]);
    assert_eq!(found.code, 0);
    assert!(found.stdout.contains("3 events from 85 arrivals"), "{}", found.stdout);
    for expected in [
        "line 87, sensor_id: \"G99\", expected a sensor of the file of sensors",
        "line 88, time: \"noon\", expected a time such as",
        "line 89, sigma_s: \"nan\", expected a number above 0",
    ] {
        assert!(found.stderr.contains(expected), "{}", found.stderr);
    }
    let json = run(&["associate", "--sensors", SENSORS, "--arrivals", bad, "--json"]).json();
    assert_eq!(json["set_aside"]["count"], 3);
    assert_eq!(json["set_aside"]["rows"][0]["row"], 85);
    let mut none = associate(ARRIVALS, &[]);
    none["set_aside"] = json["set_aside"].clone();
    assert_eq!(steady(json), steady(none), "what is set aside moves nothing");
}

#[test]
fn sessions_are_as_checked_in() {
    let mut sessions = Sessions::default();
    sessions.run("help-associate", &["associate", "--help"]).succeeded();
    let missing = sessions.run("associate-no-file", &["associate", "--sensors", SENSORS, "--arrivals", "nowhere.csv"]);
    assert_eq!(missing.code, 1);
    let column = sessions.run("associate-no-column", &["associate", "--sensors", ARRIVALS, "--arrivals", ARRIVALS]);
    assert_eq!(column.code, 1);
    let both = sessions.run("locate-both", &["locate", "x.json", "--sensors", SENSORS, "--arrivals", ARRIVALS]);
    assert_eq!(both.code, 2);
    let alone = sessions.run("locate-sensors-alone", &["locate", "--sensors", SENSORS]);
    assert_eq!(alone.code, 2);
    let key = "examples/utah-2004/agreement.toml";
    let key =
        sessions.run("associate-config", &["associate", "--sensors", SENSORS, "--arrivals", ONE, "--config", key]);
    assert_eq!(key.code, 1);
    sessions.finish();
}

/// Two layers and the times of first P and S through them, by the formulas for a direct and a head wave: nothing is shared
/// with the program.
#[test]
fn layers_say_place_and_depth() {
    const TOP: (f64, f64, f64) = (20_000.0, 5_500.0, 3_200.0);
    const BELOW: (f64, f64) = (8_000.0, 4_500.0);
    let apart_m = |x_m: f64, y_m: f64| (x_m * x_m + y_m * y_m).sqrt();
    let first = |x_m: f64, h_m: f64, top: f64, below: f64| {
        let direct = apart_m(x_m, h_m) / top;
        let delay = (1.0 / (top * top) - 1.0 / (below * below)).sqrt();
        // Beyond the critical distance a head wave runs along the boundary.
        let critical_m = (2.0 * TOP.0 - h_m) * (top / below) / (1.0 - (top / below) * (top / below)).sqrt();
        let head = if x_m >= critical_m { x_m / below + (2.0 * TOP.0 - h_m) * delay } else { f64::INFINITY };
        direct.min(head)
    };
    let (x, y, depth_m, t) = (12_000.0, -9_000.0, 9_000.0, 40.0);
    let (mut sensors, mut arrivals) =
        ("sensor_id,kind,x_m,y_m,z_m\n".to_owned(), "sensor_id,time,sigma_s,phase\n".to_owned());
    for n in 0..16 {
        // Right triangles of whole sides give directions all round.
        let (east, north, length) =
            [(3.0, 4.0, 5.0), (-12.0, 5.0, 13.0), (-8.0, -15.0, 17.0), (20.0, -21.0, 29.0)][n % 4];
        let r_m = 9_000.0 + 9_500.0 * n as f64;
        let (east_m, north_m) = (r_m * east / length, r_m * north / length);
        writeln!(sensors, "S{n},seismometer,{east_m:.1},{north_m:.1},0").unwrap();
        let off_m = apart_m(east_m - x, north_m - y);
        for (phase, top, below) in [("P", TOP.1, BELOW.0), ("S", TOP.2, BELOW.1)] {
            let time = t + first(off_m, depth_m, top, below);
            writeln!(arrivals, "S{n},{time:.3},0.05,{phase}").unwrap();
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (sensors, arrivals) = (write("sensors.csv", &sensors), write("arrivals.csv", &arrivals));
    let layers = format!(
        "[ground]\nlayers = [{{ top_m = 0, vp_m_s = {}, vs_m_s = {} }}, {{ top_m = {}, vp_m_s = {}, vs_m_s = {} }}]\n",
        TOP.1, TOP.2, TOP.0, BELOW.0, BELOW.1
    );
    let layers = write("layers.toml", &layers);
    for command in ["associate", "locate"] {
        let files = [command, "--sensors", &sensors, "--arrivals", &arrivals, "--config", &layers, "--json"];
        let answer = run(&files).succeeded().json();
        let events = answer["events"].as_array().unwrap();
        assert_eq!(events.len(), 1, "{command}: {answer}");
        let origin = &events[0]["origin"];
        let number = |name: &str| origin[name].as_f64().unwrap_or(f64::NAN);
        let off_m = apart_m(number("x_m") - x, number("y_m") - y);
        assert!(off_m < 500.0, "{command}: {off_m} m, {origin}");
        let p90_m = &origin["depth_p90_m"];
        assert!(p90_m[0].as_f64().unwrap() < depth_m && depth_m < p90_m[1].as_f64().unwrap(), "{command}: {origin}");
        assert!((number("depth_m") - depth_m).abs() < 3_000.0, "{command}: {origin}");
    }
}
