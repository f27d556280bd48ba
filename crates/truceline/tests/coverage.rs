//! `truceline coverage` over the invented network.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use serde_json::Value;
use support::snapshot::Sessions;
use support::{run, text_of};

const SENSORS: &str = "examples/invented-network/sensors.csv";
const ARRIVALS: &str = "examples/invented-network/arrivals.csv";
const LOST: [&str; 4] =
    ["--hindrances", "examples/invented-network/hindrances.csv", "--noise", "examples/invented-network/noise.csv"];
const LINE: &str = "examples/invented-network/line.geojson";

fn coverage(more: &[&str]) -> Value {
    let arguments = ["coverage", "--sensors", SENSORS, "--json"];
    run(&[&arguments, more].concat()).succeeded().json()
}

fn learnt(more: &[&str]) -> Value {
    coverage(&[&["--arrivals", ARRIVALS, "--line", LINE], more].concat())
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn an_hour_sees_less_by_what_was_lost_in_it_and_says_why() {
    let answer = learnt(&LOST);
    let hours = answer["hours"].as_array().unwrap();
    assert_eq!(hours.len(), 3, "{answer}");
    assert_eq!(hours[0]["from"], "2031-05-04T09:00:00Z");
    let lost = &hours[1]["lost_sensor_hours"];
    assert_eq!((number(&lost["outage"]), number(&lost["jamming"])), (1.0, 2.0));
    assert_eq!(number(&hours[1]["sensors_up"]), 12.0);
    let ground = |hour: usize| &hours[hour]["media"]["ground"]["line"];
    assert!(number(&ground(1)["smallest_ratio"]) > number(&ground(0)["smallest_ratio"]), "{answer}");
    assert!(number(&ground(2)["smallest_ratio"]) > number(&ground(0)["smallest_ratio"]), "noise: {answer}");
    assert!(number(&ground(1)["error_m"]) > number(&ground(0)["error_m"]));
    // Three infrasound arrays are not four sensors; with the seismometers they are.
    assert_eq!(number(&hours[0]["media"]["infrasound"]["line"]["p_mean"]), 0.0);
    assert!(number(&hours[0]["media"]["any"]["line"]["p_mean"]) > 0.99);
    // Seismometers are of two owners: without either, one is left, and nothing is corroborated.
    let without = answer["media"]["ground"]["without_owners"].as_array().unwrap();
    let p: Vec<(&str, f64)> =
        without.iter().map(|one| (one["owner"].as_str().unwrap(), number(&one["p_mean_line"]))).collect();
    assert_eq!((p[0], p[1]), (("Alpha", 0.0), ("Bravo", 0.0)));
    assert!(p[2].0 == "Mission" && p[2].1 > 0.8, "{p:?}");
    let cells = (number(&answer["area"]["columns"]) * number(&answer["area"]["rows"])) as usize;
    assert_eq!(answer["media"]["ground"]["cells"]["p_mean"].as_array().unwrap().len(), cells);
    assert_eq!(answer, learnt(&[&LOST[..], &["--threads", "3"]].concat()));
}

#[test]
fn owners_names_do_not_show() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("swapped.csv");
    let swapped = text_of(SENSORS).replace("Alpha", "*").replace("Bravo", "Alpha").replace('*', "Bravo");
    std::fs::write(&path, swapped).unwrap();
    let path = path.to_str().unwrap();
    let other = run(&["coverage", "--sensors", path, "--json", "--arrivals", ARRIVALS, "--line", LINE]);
    let (other, one) = (other.succeeded().json(), learnt(&[]));
    assert_eq!(other["hours"], one["hours"]);
    assert_eq!(other["media"]["any"]["cells"], one["media"]["any"]["cells"]);
}

#[test]
fn what_is_stated_needs_no_arrivals_and_a_charge_gives_charges() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("network.toml");
    let curve = "[[detection]]\nkind = \"infrasound array\"\nphase = \"I\"\nceiling = 0.95\nrange_m = 60000\n\
                 width_m = 8000\ncharge_kg = 50\n";
    std::fs::write(&config, curve).unwrap();
    let config = config.to_str().unwrap();
    let answer = coverage(&["--config", config, "--sensors-min", "2", "--line", LINE]);
    assert!(answer["hours"][0]["from"].is_null(), "no time was said");
    let line = &answer["hours"][0]["media"]["infrasound"]["line"];
    let ratio = number(&line["smallest_ratio"]);
    assert!((number(&line["smallest_charge_kg"]) - 50.0 * ratio * ratio).abs() < 0.1, "{line}");
    // One more array brings the third; it is said where, and what it brings.
    let picture = folder.path().join("map.svg");
    let picture = picture.to_str().unwrap();
    let more = ["--config", config, "--sensors-min", "3", "--place", "2", "--like", "infrasound array"];
    let found = run(&[&["coverage", "--sensors", SENSORS, "--json", "--picture", picture][..], &more].concat());
    let placing = found.json()["placing"].clone();
    let sensors = placing["sensors"].as_array().unwrap();
    assert_eq!(sensors.len(), 2);
    assert!(number(&sensors[0]["p_mean"]) > number(&placing["p_mean_before"]), "{placing}");
    assert!(number(&sensors[1]["p_mean"]) > number(&sensors[0]["p_mean"]), "{placing}");
    let map = std::fs::read_to_string(picture).unwrap();
    assert!(map.contains("url(#none)") && map.matches("<circle").count() == 2, "{}", &map[..2_000]);
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.toml");
    std::fs::write(&empty, "").unwrap();
    let found = run(&["coverage", "--sensors", SENSORS, "--config", empty.to_str().unwrap()]);
    assert!(found.code == 1 && found.stderr.contains("how far the sensors see is not known"), "{}", found.stderr);
    let found = run(&["coverage", "--sensors", SENSORS, "--arrivals", ARRIVALS, "--sensors-min", "1"]);
    assert!(found.stderr.contains("--owners-min 2 is more than --sensors-min 1"), "{}", found.stderr);
    let found = run(&["coverage", "--sensors", SENSORS, "--arrivals", ARRIVALS, "--cell-km", "0.01"]);
    assert!(found.stderr.contains("give a larger --cell-km"), "{}", found.stderr);
    let found = run(&["coverage", "--sensors", SENSORS, "--arrivals", ARRIVALS, "--from", "5", "--to", "6"]);
    assert!(found.stderr.contains("another form than the files' times"), "{}", found.stderr);
    let mut sessions = Sessions::default();
    sessions
        .run("coverage", &[&["coverage", "--sensors", SENSORS, "--arrivals", ARRIVALS][..], &LOST].concat())
        .succeeded();
    sessions.run("help-coverage", &["coverage", "--help"]).succeeded();
    sessions.finish();
}
