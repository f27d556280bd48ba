//! Observations and hindrances through the commands, as whole sessions.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use std::path::{Path, PathBuf};
use support::*;

const TERMS: &str = include_str!("../../engine/tests/invented-pause.toml");

const HEAT: &str =
    "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,\
frp,daynight
48.05,37.5,340.82,0.4,0.4,2026-06-24,0005,N20,VIIRS,n,2.0NRT,290.35,15.69,N
47.9,37.5,340.82,0.4,0.4,2026-06-24,0055,N21,VIIRS,n,2.0NRT,290.35,15.69,N
48.001,37.5,340.82,0.4,0.4,2026-06-24,0055,N21,VIIRS,n,2.0NRT,290.35,15.69,N
37.5,48.0,340.82,0.4,0.4,2026-06-24,1055,N21,VIIRS,n,2.0NRT,290.35,15.69,D
48.0,37.5,340.82,0.4,0.4,2026-06-31,1055,N21,VIIRS,n,2.0NRT,290.35,15.69,D
";

const TABLE: &str = "period_start,observer_id,owner,observer_position,event_location,means,count,observation,\
local_time_start,time_uncertainty_s,violation_alleged,scope
2026-06-24T03:00+03:00,patrol 2,Mission,\"48.10, 37.50\",4-6 km SE,heard,3,undetermined explosion,04:14,30,,
2026-06-24T03:00+03:00,post 1,Alpha,\"48.02, 37.62\",4-6 km NW,heard,1,undetermined explosion,04:14,30,,
2026-06-24T03:00+03:00,desk,Bravo,,\"48.06, 37.55\",party report,1,explosion,04:20,,clause 1 broken,
2026-06-24T03:00+03:00,desk,Bravo,,,party report,120,explosions,,,,period-total
";

const NEWS: &str = "datetime,lon,lat,place_name,event_type\n2026-06-24 00:00:00,37.5,48.1,A village,uav|loc\n";

const HINDRANCES: &str = "hindrance,from,to,location,sensors,area_of,said_reason,consented,owner
denial,2026-06-24T10:20:00Z,2026-06-24T11:05:00Z,\"48.02, 37.61\",,Bravo,mines,,Mission
consent,2026-06-01T00:00:00Z,,,CAM-1,,,Alpha,Mission
";

fn written(folder: &Path) -> Vec<String> {
    [("terms.toml", TERMS), ("heat.csv", HEAT), ("table.csv", TABLE), ("news.csv", NEWS), ("h.csv", HINDRANCES)]
        .map(|(name, text)| {
            let path: PathBuf = folder.join(name);
            std::fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        })
        .to_vec()
}

#[test]
fn a_day_of_observations_under_a_draft() {
    let folder = tempfile::tempdir().unwrap();
    let files = written(folder.path());
    let mut words = vec!["terms", "try", &files[0], "--data"];
    words.extend(files[1..].iter().map(String::as_str));
    let tried = run(&words);
    assert_eq!(tried.code, 0, "{}", tried.stderr);
    let expected = "  measured: 2\n  recorded: 4\n  alleged: 1\n  series: 1\n  suspected swap: 1\n";
    assert!(tried.stdout.contains(expected), "{}", tried.stdout);
    assert!(tried.stdout.contains("9 observations\n"), "{}", tried.stdout);
    assert!(tried.stdout.contains("reason given: mines"), "{}", tried.stdout);
    assert!(tried.stdout.contains("one party's consent: Alpha"), "{}", tried.stdout);
    // Two heard one explosion: one event.
    assert!(tried.stdout.contains("1 recorded event\n"), "{}", tried.stdout);
    assert!(tried.stderr.contains("acq_date"), "{}", tried.stderr);
    assert!(tried.stderr.contains("suspected-swap"), "{}", tried.stderr);
    words.push("--json");
    let told = run(&words);
    assert_eq!(told.code, 0, "{}", told.stderr);
    let told = told.json();
    assert_eq!(told["observations"]["count"], 9);
    let sides: Vec<&str> = told["observations"]["told"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["kind"] == "thermal-anomaly" && one["appraised"] == "recorded")
        .map(|one| one["side"]["side"].as_str().unwrap_or("not stated"))
        .collect();
    assert_eq!(sides, ["Alpha", "Bravo", "not stated"]);
    let total = told["observations"]["told"].as_array().unwrap().iter().find(|one| one["is_total"] == true).unwrap();
    assert_eq!((total["count"].as_u64(), total["appraised"].as_str()), (Some(120), Some("series")));
    assert_eq!(told["hindrances"][1]["one_party_consent"], true);
}

#[test]
fn what_overlaps_is_registered_once() {
    let folder = tempfile::tempdir().unwrap();
    let files = written(folder.path());
    let store = folder.path().join("store");
    let store = store.to_str().unwrap();
    let first = run(&["load", store, &files[0], &files[1], "--json"]).succeeded().json();
    assert_eq!(
        (first["files"][1]["registered"].as_u64(), first["files"][1]["kind"].as_str()),
        (Some(4), Some("observations"))
    );
    let more = HEAT.replace("48.05,37.5,340", "48.07,37.5,340");
    std::fs::write(folder.path().join("more.csv"), more).unwrap();
    let more = folder.path().join("more.csv");
    let second = run(&["load", store, more.to_str().unwrap(), &files[4], "--json"]).succeeded().json();
    let of = |at: usize, name: &str| second["files"][at][name].as_u64();
    assert_eq!((of(0, "registered"), of(0, "already")), (Some(1), Some(3)));
    assert_eq!((of(1, "registered"), of(1, "already")), (Some(2), Some(0)));
    // A journal with all of it replays.
    run(&["replay", store]).succeeded();
}
