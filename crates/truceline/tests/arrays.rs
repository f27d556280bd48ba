//! Arrays through the commands: sensors and waveforms loaded, bearings in the journal, replayed and listed.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use std::path::Path;
use support::server::Server;
use support::*;
use truceline_formats::{recording, sac, stationxml, waveform};
use truceline_model::bearing::{Bearing, Direction, Towards};
use truceline_model::derived::Derived;
use truceline_model::entry;
use truceline_model::geodesic;
use truceline_model::place::Place;
use truceline_model::time::Time;

fn bearings(store: &str) -> Vec<Bearing> {
    let entries = entries_of(store);
    entries.iter().filter_map(|e| entry::from_bytes::<Derived<Bearing>>(e).ok()).map(|found| found.content).collect()
}

fn towards(bearing: &Bearing) -> Option<Towards> {
    match bearing.direction {
        Direction::Towards(towards) => Some(towards),
        Direction::NotResolvable(_) => None,
    }
}

/// A file of sensors beside a store: channels with their places, all elements of one array.
fn sensors(folder: &Path, array: &str, kind: &str, elements: &[(String, Place, f64)]) -> String {
    let mut text = "sensor_id,owner,kind,lon,lat,elevation_m,array\n".to_owned();
    for (channel, place, elevation_m) in elements {
        let (lon, lat) = (place.lon_deg(), place.lat_deg());
        text += &format!("{channel},Post 4,{kind},{lon},{lat},{elevation_m},{array}\n");
    }
    let path = folder.join("sensors.csv");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn number(file: &serde_json::Value, what: &str) -> u64 {
    file[what].as_u64().unwrap_or_else(|| panic!("{file}"))
}

/// The infrasound array BRP, 9 April 2012: the explosion near 18:13:40 from 321 degrees. Measured: 320.4 degrees at F 240
/// as `detect --array` has it, ten waves in twenty minutes.
#[test]
fn brp_s_explosion_has_its_bearing_in_the_journal() {
    let paths: Vec<Option<String>> = (1..=4).map(|n| data(&format!("infrasound/brp/YJ.BRP{n}..EDF.SAC"))).collect();
    let Some(files) = paths.into_iter().collect::<Option<Vec<String>>>() else { return };
    let (folder, store) = new_store();
    let elements: Vec<(String, Place, f64)> = files
        .iter()
        .map(|file| {
            let recording = sac::recording("BRP", &std::fs::read(file).unwrap()).unwrap();
            (recording.segment.channel, recording.place.unwrap(), 0.0)
        })
        .collect();
    let places = sensors(folder.path(), "BRP", "infrasound array", &elements);
    let loaded = run(&["load", &store, &places, "--json"]).succeeded().json();
    assert_eq!(loaded["files"][0]["kind"], "inventory");
    assert_eq!((number(&loaded["files"][0], "registered"), number(&loaded["files"][0], "already")), (1, 0));
    assert!(loaded["files"][0]["excluded"].as_array().unwrap().is_empty(), "{loaded}");

    let mut words = vec!["load", &store];
    words.extend(files.iter().map(String::as_str));
    words.extend(["--json", "--owner", "Post 4"]);
    let loaded = run(&words).succeeded().json();
    let found = bearings(&store);
    let counted: u64 = loaded["files"].as_array().unwrap().iter().map(|file| number(file, "bearings")).sum();
    assert_eq!(counted, found.len() as u64);
    let strongest = found.iter().max_by_key(|bearing| bearing.f_statistic_milli).unwrap();
    let direction = towards(strongest).unwrap();
    let azimuth_deg = f64::from(direction.azimuth_mdeg) / 1e3;
    assert!((azimuth_deg - 321.0).abs() <= 1.0, "{strongest:?}");
    let (due, late) = (Time::parse("2012-04-09T18:13:40Z").unwrap(), Time::parse("2012-04-09T18:13:55Z").unwrap());
    assert!(strongest.span.from <= due && late <= strongest.span.to, "{strongest:?}");
    assert_eq!((strongest.elements.len(), &strongest.owners[..]), (4, &["Post 4".to_owned()][..]));
    // Each file is one payload.
    assert_eq!(strongest.waveform.len(), 4);
    replay_hash(&store);

    // The same waves as the command that registers nothing finds.
    let mut words = vec!["detect"];
    words.extend(files.iter().map(String::as_str));
    words.extend(["--array", "headers", "--json"]);
    let detected = run(&words).succeeded().json();
    let expected = detected["arrivals"].as_array().unwrap();
    let times: Vec<String> = expected.iter().map(|arrival| arrival["time"].as_str().unwrap().to_owned()).collect();
    assert_eq!(found.iter().map(|bearing| bearing.onset.to_string()).collect::<Vec<_>>(), times);

    let server = Server::start(&store);
    let page = server.get("/api/v1/bearings?array=BRP&limit=500").json();
    let listed = page["bearings"].as_array().unwrap();
    assert_eq!((listed.len(), page["next"].is_null()), (found.len(), true));
    let listed =
        listed.iter().max_by(|a, b| a["f_statistic"].as_f64().unwrap().total_cmp(&b["f_statistic"].as_f64().unwrap()));
    assert_eq!(listed.unwrap()["direction"]["azimuth_deg"].as_f64(), Some(azimuth_deg));
    let none = server.get("/api/v1/bearings?array=nowhere").json();
    assert_eq!(none["bearings"].as_array().map(Vec::len), Some(0));
    let sensors = server.get("/api/v1/sensors?limit=3").json();
    assert_eq!(sensors["sensors"].as_array().map(Vec::len), Some(3));
    let rest = server.get(&format!("/api/v1/sensors?after={}", sensors["next"].as_str().unwrap())).json();
    assert_eq!((rest["sensors"].as_array().map(Vec::len), rest["next"].is_null()), (Some(1), true));
    assert_eq!(
        (&rest["sensors"][0]["array"], &rest["sensors"][0]["kind"]),
        (&"BRP".into(), &"infrasound array".into())
    );
    let counts = server.get("/api/v1/status").json()["counts"].clone();
    assert_eq!((number(&counts, "bearings"), number(&counts, "sensors")), (found.len() as u64, 4));
    assert_eq!(server.get("/api/v1/bearings?channel=x").status, 400);
    assert_eq!(server.stop(), "");
}

/// The M7.7 of 14 August 2012 at the Yellowknife array: the first wave is from 305.6 degrees, at 03:07:50. Ten minutes of the
/// hour are loaded, of which the first five fill the past.
#[test]
fn yellowknife_s_bearing_is_in_the_journal() {
    let (Some(waveforms), Some(xml)) =
        (data("seismic/arrays/array_yellowknife_2012-08-14.mseed"), data("seismic/arrays/array_yellowknife.xml"))
    else {
        return;
    };
    let (folder, store) = new_store();
    let inventory = stationxml::read("Yellowknife", &std::fs::read(&xml).unwrap()).unwrap();
    let mut elements: Vec<(String, Place, f64)> = Vec::new();
    for segment in waveform::read("Yellowknife", &std::fs::read(&waveforms).unwrap(), None).unwrap().segments {
        let found = inventory.channel(&segment.channel, segment.start);
        if let Some(found) = found.filter(|_| elements.iter().all(|(channel, ..)| *channel != segment.channel)) {
            elements.push((segment.channel, found.channel.place, found.channel.elevation_m));
        }
    }
    let places = sensors(folder.path(), "YKA", "seismometer", &elements);
    // StationXML says where all channels stand; the file after it which are elements.
    let bytes = std::fs::read(&waveforms).unwrap();
    let (first, last) = (Time::parse("2012-08-14T03:02:30Z").unwrap(), Time::parse("2012-08-14T03:12:30Z").unwrap());
    let runs = recording::read("Yellowknife", &bytes, None).unwrap().runs;
    let runs = runs.iter().filter(|run| first <= run.end() && run.end() <= last);
    let cut = folder.path().join("minutes.mseed");
    std::fs::write(&cut, runs.flat_map(|run| run.payload(&bytes)).collect::<Vec<u8>>()).unwrap();
    let loaded = run(&["load", &store, &xml, &places, cut.to_str().unwrap(), "--json"]).succeeded().json();
    let kinds: Vec<&str> =
        loaded["files"].as_array().unwrap().iter().map(|file| file["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["inventory", "inventory", "miniSEED"]);
    let found = bearings(&store);
    assert_eq!(number(&loaded["files"][2], "bearings"), found.len() as u64);
    let truth = geodesic::between(found[0].place, Place::from_degrees(49.8, 145.064).unwrap());
    let truth_deg = truth.azimuth_deg.rem_euclid(360.0);
    let due = Time::parse("2012-08-14T03:07:50Z").unwrap();
    let first = found.iter().min_by(|a, b| {
        let off = |bearing: &Bearing| bearing.onset.seconds_since(due).abs();
        off(a).total_cmp(&off(b))
    });
    let first = first.unwrap();
    let direction = towards(first).unwrap();
    assert!(first.onset.seconds_since(due).abs() <= 5.0, "{first:?}");
    assert!((f64::from(direction.azimuth_mdeg) / 1e3 - truth_deg).abs() <= 3.0, "{first:?} against {truth_deg}");
    replay_hash(&store);
}
