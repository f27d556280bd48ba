//! A day of news, heat, a daily table and hindrances together, through the commands: a daily with every section and column,
//! whose numbers are those of what was loaded.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use serde_json::Value;
use std::path::Path;
use std::process::Command;
use support::recording::miniseed_from;
use support::*;
use truceline_model::appraisal::Appraisal;
use truceline_model::derived::Derived;
use truceline_model::entry;
use truceline_model::observation::{Means, Observation};
use truceline_model::time::Time;

const TERMS: &str = r#"
[agreement]
id = "invented"
version = 4
title = "An invented pause"
parties = ["Alpha", "Bravo"]
p_min = 0.5
note = "Invented for a test."

[[in_force]]
from = 2026-06-24T06:00:00Z
to = 2026-06-26T00:00:00Z

[[line]]
id = "contact"
name = "Line of contact"
kind = "contact-line"
status = "agreed"
left = "Alpha"
right = "Bravo"
sigma_m = 0
path = [[37.0, 48.0], [37.5, 48.0], [38.0, 48.0]]

[[zone]]
id = "strip"
name = "Strip"
ring = [[36.9, 47.7], [38.1, 47.7], [38.1, 48.3], [36.9, 48.3]]

[[clause]]
id = "1"
prohibits = "infrasonic-event"
zone = "strip"
text = "Nothing shall explode in the strip."
"#;

const NOTICE: &str = "[notice]\nparty = \"Alpha\"\nactivity = \"demolition\"\nlatitude = 48.2\nlongitude = 37.9\nradius_km = 2\n\
from = 2026-06-24T15:00:00Z\nto = 2026-06-24T16:00:00Z\nfiled_at = 2026-06-23T09:00:00Z\ntext = \"Old ammunition.\"\n";

/// Two patrols of the mission heard one explosion and counted three and five; a post of Alpha heard another; Bravo alleges and
/// has a total of its own; two owners say the same of harm.
const TABLE: &str = "period_start,period_end,observer_id,owner,observer_position,event_location,means,count,count_quality,\
observation,weapon,local_time_start,time_uncertainty_s,violation_alleged,attack_reported,scope,killed,injured,harmed_object
2026-06-24T03:00+03:00,,patrol 2,Mission,\"48.10, 37.50\",4-6 km SE,heard,3,,undetermined explosion,,10:14,30,,,,,,
2026-06-24T03:00+03:00,,post 4,Mission,\"48.02, 37.62\",4-6 km NW,heard,5,,undetermined explosion,,10:14,30,,,,,,
2026-06-24T03:00+03:00,,camera 1,Mission,\"48.10, 37.50\",\"48.11, 37.52\",camera,2,,muzzle flash,,04:00,5,,,,,,
2026-06-24T03:00+03:00,,patrol 2,Mission,\"48.10, 37.50\",\"48.12, 37.50\",heard,,uncountable,exchange of fire,,05:30,60,,,,,,
2026-06-24T03:00+03:00,,post 1,Alpha,\"48.12, 37.62\",\"48.14, 37.62\",heard,1,,undetermined explosion,,13:20,30,,,,,,
2026-06-24T03:00+03:00,,desk,Bravo,,\"48.06, 37.55\",party report,4,,explosion,mortar,14:20,60,clause 1 broken,yes,,,,
2026-06-24T03:00+03:00,2026-06-25T03:00+03:00,desk,Bravo,,,party report,120,about,explosions,,,,,,period-total,,,
2026-06-24T03:00+03:00,,patrol 3,Mission,,\"48.20, 37.40\",site visit,2,,weapon present,tank T-64,15:00,60,,,,,,
2026-06-24T03:00+03:00,,patrol 3,Mission,,\"48.05, 37.55\",site visit,3,,casualty,mine,15:30,60,,,,1/0/2,4,
2026-06-24T03:00+03:00,,clinic,Alpha,,\"48.051, 37.551\",site visit,3,,casualty,mine,16:30,60,,,,1/0/2,,
2026-06-24T03:00+03:00,,patrol 3,Mission,,\"48.15, 37.45\",site visit,1,,damage,,16:00,60,,,,,,school
2026-06-24T03:00+03:00,,uav 1,Mission,,\"48.10, 37.50\",uav,1,,gnss interference,,17:00,60,,,,,,
";

const NEWS: &str = "datetime,lon,lat,place_name,event_type
2026-06-24 00:00:00,37.5,48.1,A village,artillery|loc
2026-06-24 14:20:00,37.6,48.2,A town,uav|loc
2026-06-25 00:00:00,37.6,48.2,A town,artillery|loc
";

const HEAT: &str =
    "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,\
frp,daynight
48.05,37.5,340.82,0.4,0.4,2026-06-24,0005,N20,VIIRS,n,2.0NRT,290.35,15.69,N
48.051,37.501,340.82,0.4,0.4,2026-06-24,0055,N21,VIIRS,n,2.0NRT,290.35,15.69,N
48.001,37.5,340.82,0.4,0.4,2026-06-24,0055,N21,VIIRS,n,2.0NRT,290.35,15.69,N
37.5,48.0,340.82,0.4,0.4,2026-06-24,1055,N21,VIIRS,n,2.0NRT,290.35,15.69,D
47.9,37.5,340.82,0.4,0.4,2026-06-25,1055,N21,VIIRS,n,2.0NRT,290.35,15.69,D
";

const SENSORS: &str = "sensor_id,owner,kind,lon,lat,elevation_m
FDSN:XX_ONE__H_H_Z,Mission,seismometer,37.3,48.2,120
FDSN:XX_TWO__H_H_Z,Mission,seismometer,37.8,48.2,130
FDSN:XX_THREE__H_H_Z,Mission,seismometer,37.9,47.9,130
";

const HINDRANCES: &str =
    "hindrance,from,to,location,radius_m,sensors,area_of,said_reason,lost,liaison_informed,consented,owner
denial,2026-06-24T10:20:00Z,2026-06-24T11:20:00Z,\"48.02, 37.61\",500,,Bravo,mines,1,2026-06-24T10:40:00Z,,Mission
jamming,2026-06-24T12:00:00Z,2026-06-24T15:30:00Z,,,FDSN:XX_ONE__H_H_Z,,,0.5,,,Mission
consent,2026-06-01T00:00:00Z,,,,FDSN:XX_ONE__H_H_Z,,,,,Alpha,Mission
";

const DAY: [&str; 2] = ["--day", "2026-06-24"];
/// Recorded for so many seconds from 02:00 on: a tenth of an hour.
const RECORDED_S: usize = 400;

/// A store with all of these files, in an order in which the table's window is still open.
fn store(folder: &Path, terms: &str, more: &[(&str, Vec<u8>)]) -> String {
    let store = folder.join("store").to_str().unwrap().to_owned();
    let recording = miniseed_from(Time::parse("2026-06-24T02:00:00Z").unwrap(), RECORDED_S);
    let mut files: Vec<(&str, Vec<u8>)> = vec![
        ("terms.toml", terms.into()),
        ("notice.toml", NOTICE.into()),
        ("sensors.csv", SENSORS.into()),
        ("day.mseed", recording),
        ("table.csv", TABLE.into()),
        ("h.csv", HINDRANCES.into()),
    ];
    files.extend(more.iter().cloned());
    let mut load = vec!["load".to_owned(), store.clone(), "--owner".to_owned(), "Mission".to_owned()];
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        load.push(path.to_str().unwrap().to_owned());
    }
    run(&load.iter().map(String::as_str).collect::<Vec<_>>()).succeeded();
    store
}

fn small(folder: &Path) -> String {
    store(folder, TERMS, &[("news.csv", NEWS.into()), ("heat.csv", HEAT.into())])
}

fn daily(store: &str, more: &[&str]) -> String {
    run(&[&["bulletin", "daily", store, DAY[0], DAY[1]][..], more].concat()).succeeded().stdout
}

fn daily_json(store: &str, more: &[&str]) -> Value {
    serde_json::from_str(&daily(store, &[&["--format", "json"][..], more].concat())).unwrap()
}

fn section<'a>(daily: &'a Value, id: &str) -> &'a Value {
    daily["sections"]
        .as_array()
        .unwrap()
        .iter()
        .find(|section| section["id"] == id)
        .unwrap_or_else(|| panic!("section {id}"))
}

/// The rows of the table of a section that has these columns, by their keys.
fn rows(daily: &Value, id: &str, keys: &[&str]) -> Vec<Vec<String>> {
    let blocks = section(daily, id)["blocks"].as_array().unwrap();
    let tables = blocks.iter().filter_map(|block| block.get("table"));
    let of = |table: &Value| -> Vec<String> {
        table["columns"].as_array().unwrap().iter().map(|column| column["key"].as_str().unwrap().to_owned()).collect()
    };
    let table = tables.into_iter().find(|table| of(table) == keys);
    let table = table.unwrap_or_else(|| panic!("section {id} has no table of {keys:?}: {blocks:#?}"));
    let texts = |row: &Value| row.as_array().unwrap().iter().map(|cell| cell.as_str().unwrap().to_owned()).collect();
    table["rows"].as_array().unwrap().iter().map(texts).collect()
}

/// All sentences of a section.
fn sentences(daily: &Value, id: &str) -> Vec<String> {
    let mut said = Vec::new();
    for block in section(daily, id)["blocks"].as_array().unwrap() {
        said.extend(block["text"].as_str().map(str::to_owned));
        said.extend(block["list"].as_array().into_iter().flatten().map(|point| point.as_str().unwrap().to_owned()));
    }
    said
}

const A: [&str; 12] = [
    "observer",
    "location",
    "means",
    "number",
    "observation",
    "description",
    "weapon",
    "time",
    "uncertainty",
    "corroboration",
    "verdict",
    "event",
];
const B: [&str; 9] = ["date", "place", "side", "item", "number", "breached", "means", "last-seen", "document"];
const C: [&str; 7] = ["time", "place", "kind", "by", "words", "effect", "liaison"];
const D: [&str; 5] = ["sector", "sensors", "hours", "smallest", "loss"];
const E: [&str; 7] = ["date", "place", "cause", "killed", "injured", "object", "confirmation"];
const F: [&str; 6] = ["party", "activity", "place", "window", "lead", "observed"];
const COUNTS: [&str; 8] = [
    "means",
    "tally-explosions",
    "tally-projectiles",
    "tally-flashes",
    "tally-flares",
    "tally-bursts",
    "total",
    "uncounted",
];
const SERIES: [&str; 5] = ["source", "observation", "scope", "number", "from-to"];
const CLAIMS: [&str; 5] = ["source", "reports", "attacks", "allegations", "bare"];
const EACH: [&str; 7] = ["became", "by-mission", "by-parties", "by-civilians", "by-press", "by-satellites", "total"];
const RATES: [&str; 8] = ["phase", "hours-of-period", "hours", "events", "rate", "by-people", "by-press", "heat"];
const HEADS: [&str; 8] = ["mechanism", "period", "as-of", "issued", "agreement", "log", "languages", "status-note"];

/// The sections and annexes of a daily, each with its columns where it has any.
const SECTIONS: [(&str, &[&[&str]]); 16] = [
    ("1", &[&COUNTS, &RATES]),
    ("2", &[&SERIES, &CLAIMS, &EACH]),
    ("3", &[]),
    ("4", &[]),
    ("5", &[]),
    ("6", &[]),
    ("7", &[]),
    ("8", &[&["kind", "number", "channels"]]),
    ("9", &[]),
    ("10", &[]),
    ("A", &[&A]),
    ("B", &[&B]),
    ("C", &[&C]),
    ("D", &[&D]),
    ("E", &[&E]),
    ("F", &[&F]),
];

#[test]
fn a_day_has_every_section_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let store = small(folder.path());
    let daily_en = daily_json(&store, &[]);
    let ids: Vec<&str> =
        daily_en["sections"].as_array().unwrap().iter().map(|section| section["id"].as_str().unwrap()).collect();
    assert_eq!(ids, SECTIONS.map(|(id, _)| id));
    for (id, tables) in SECTIONS {
        assert!(!section(&daily_en, id)["blocks"].as_array().unwrap().is_empty(), "section {id} says something");
        for keys in tables {
            let rows = rows(&daily_en, id, keys);
            // Nothing failed in this recording's channels.
            assert!(!rows.is_empty() || id == "8", "section {id} has rows of {keys:?}");
            assert!(rows.iter().flatten().all(|cell| !cell.is_empty()), "each cell says something: {rows:?}");
        }
    }
    let keys: Vec<&str> =
        daily_en["head"].as_array().unwrap().iter().map(|line| line["key"].as_str().unwrap()).collect();
    assert!(HEADS.iter().all(|key| keys.contains(key)), "{keys:?}");
}

#[test]
fn each_number_of_a_daily_is_of_what_was_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let store = small(folder.path());
    let day = daily_json(&store, &[]);
    let said = |id: &str, words: &str| {
        let found = sentences(&day, id);
        assert!(found.iter().any(|sentence| sentence.contains(words)), "{words} in section {id}: {found:#?}");
    };
    // Two patrols heard one explosion: the larger count, once. The exchange has no number. Alpha's post is Alpha's.
    assert_eq!(
        rows(&day, "1", &COUNTS),
        [
            ["heard", "5", "0", "0", "0", "0", "5", "1"],
            ["camera", "0", "0", "2", "0", "0", "2", "0"],
            ["total", "5", "0", "2", "0", "0", "7", "1"],
        ]
    );
    said(
        "1",
        "Counted by the mechanism's own observers: 7 in all (explosions 5, projectiles in flight 0, muzzle flashes 2",
    );
    said("1", "4 reports by parties, 1 of an attack.");
    said("1", "2 reports by the press, 2 of an attack; none is counted as an event.");
    said("1", "Heat seen by satellites: 3 detections, taken together 2 fires; 1 within the band");
    said("1", "1 entry on weapons (annex B); 3 entries on harm (annex E).");
    let mut series: Vec<[String; 4]> =
        rows(&day, "2", &SERIES).iter().map(|row| std::array::from_fn(|n| row[n].clone())).collect();
    series.sort();
    assert_eq!(
        series,
        [
            ["Alpha", "explosions", "incidents, one by one", "1"],
            ["Bravo", "explosion", "its own total over a time", "\u{2248} 120"],
            ["Bravo", "explosions", "incidents, one by one", "4"],
        ]
    );
    let mut claims = rows(&day, "2", &CLAIMS);
    claims.sort();
    assert_eq!(claims, [["Alpha", "2", "0", "0", "0"], ["Bravo", "2", "1", "1", "1"], ["press", "2", "2", "0", "0"]]);
    let each = rows(&day, "2", &EACH);
    assert_eq!(each.last().unwrap(), &["total", "8", "4", "0", "2", "4", "18"]);
    let became = |name: &str| each.iter().find(|row| row[0] == name).unwrap_or_else(|| panic!("{name}: {each:?}"));
    assert_eq!(became("alleged, nothing bears it out")[2], "1");
    assert_eq!(became("a series of its own")[2], "1");
    assert_eq!(became("latitude and longitude look exchanged")[5], "1");
    assert_eq!(became("not placed in time or space closely enough")[4], "1");
    let rates = rows(&day, "1", &RATES);
    let of =
        |phase: usize| [&rates[phase][1][..], &rates[phase][2], &rates[phase][5], &rates[phase][6], &rates[phase][7]];
    assert_eq!(of(0), ["6.0", "0.1", "2", "0", "3"]);
    assert_eq!(of(1), ["18.0", "0.0", "5", "2", "0"]);
    assert!(rates[1][4].starts_with("no rate"), "no hour was observed: {rates:?}");
    said("7", "access refused: 1 time, 1.0 h of the period.");
    said("7", "consent: by one party alone, Alpha.");
    said("8", "signal jammed: 1 time, 3.5 h of the period.");
    said("8", "1 observation of interference with satellite navigation (annex A).");
    said("10", "Sensors were recorded for 0.1 of 24.0 h of the period");
    said("10", "access refused: 1 time, 1.0 h of the period.");
    said("10", "consent: by one party alone, Alpha.");
    let weapons = rows(&day, "B", &B);
    assert_eq!(weapons.len(), 1);
    assert_eq!(weapons[0][2..6], ["Alpha", "tank T-64", "2", "Strip"]);
    let access = rows(&day, "C", &C);
    let of = |kind: &str| access.iter().find(|row| row[2] == kind).unwrap();
    assert_eq!(
        of("access refused")[3..],
        [
            "in the area of Bravo, as stated",
            "\u{201c}mines\u{201d}",
            "1.0 h, 0 sensors, 100.0 %",
            "2026-06-24 10:40 UTC",
        ]
    );
    assert_eq!(of("signal jammed")[5], "3.5 h, 1 sensor, 50.0 %");
    assert_eq!(of("consent")[5], "none by itself: one party\u{2019}s consent alone");
    assert_eq!(rows(&day, "D", &D)[0][..3], ["Line of contact, version 4, 75 km", "2 / 3", "0.1"]);
    assert_eq!(rows(&day, "D", &D)[0][4], "signal jammed, 3.5 h");
    let mut harm: Vec<[String; 4]> =
        rows(&day, "E", &E).iter().map(|row| std::array::from_fn(|n| row[n + 3].clone())).collect();
    harm.sort();
    assert_eq!(
        harm,
        [
            ["0/0/0", "0/0/0", "school", "no: one source"],
            ["1/0/2", "0/0/0", "harm to people", "yes: 2 owners of sources"],
            ["1/0/2", "0/0/0 + 4 of whom no more is said", "harm to people", "yes: 2 owners of sources"],
        ]
    );
    assert_eq!(rows(&day, "F", &F)[0][..2], ["Alpha", "demolition"]);
    // News have no hour, and are of their day all the same.
    let events = rows(&day, "A", &A);
    let news: Vec<&Vec<String>> = events.iter().filter(|row| row[2].starts_with("published by the press")).collect();
    assert_eq!(news.len(), 2);
    assert!(news.iter().all(|row| row[7] == "2026-06-24, not placed in time"), "{news:?}");
    // One event rests on what two patrols heard, and no sensor registered it.
    assert!(
        events.iter().any(|row| row[2] == "2 observations by people of one owner" && row[9] == "C1"),
        "{events:#?}"
    );
}

#[test]
fn each_form_holds_the_same_and_the_same_store_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let store = small(folder.path());
    let day = daily_json(&store, &[]);
    let cases = day["records"].as_array().unwrap().iter().filter(|record| record["case"].is_string()).count();
    let observed = day["records"].as_array().unwrap().iter().filter(|record| record["observation"].is_string()).count();
    // Of the table all but nothing, of the news those of the day, and the detection whose place cannot be.
    assert_eq!(observed, 12 + 2 + 1);
    for format in ["html", "text", "csv", "json"] {
        for language in ["en", "uk", "fr", "de"] {
            let of = || daily(&store, &["--format", format, "--lang", language]);
            let form = of();
            assert_eq!(form, of(), "{format} {language}");
            for id in ["O1", "O15"] {
                assert!(form.contains(id), "{format} {language}: {id}");
            }
            if format == "csv" {
                assert_eq!(form.matches("\r\n").count(), 1 + cases + observed + 1, "{form}");
                assert!(form.contains(",satellite-thermal,3,exact,thermal-anomaly,\"2 fires, 1 detections"), "{form}");
            }
        }
    }
}

#[test]
fn where_force_is_disputed_no_word_of_a_verdict_stands_beside_observations() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (TERMS.find("[[in_force]]").unwrap(), TERMS.find("[[line]]").unwrap());
    let claims = "[[in_force]]\nby = \"Alpha\"\nfrom = 2026-06-24T00:00:00Z\nto = 2026-06-25T00:00:00Z\n\
                  [[in_force]]\nby = \"Bravo\"\nfrom = 2026-06-27T00:00:00Z\nto = 2026-06-28T00:00:00Z\n";
    let terms = format!("{}{claims}{}", &TERMS[..from], &TERMS[to..]);
    let store = store(folder.path(), &terms, &[("news.csv", NEWS.into()), ("heat.csv", HEAT.into())]);
    for format in ["html", "text", "csv", "json"] {
        let form = daily(&store, &["--format", format]).to_lowercase();
        for word in ["breach", "violat", "undetermined", "permitted", "consistent with"] {
            assert!(!form.contains(word), "{format}: {word}");
        }
    }
}

#[test]
fn one_owner_is_capped_whatever_satellites_saw() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let lines: Vec<&str> =
        TABLE.lines().filter(|line| !line.contains(",Alpha,") && !line.contains(",Bravo,")).collect();
    let files = [path("t.toml", TERMS), path("table.csv", &(lines.join("\n") + "\n")), path("heat.csv", HEAT)];
    let store = folder.path().join("store").to_str().unwrap().to_owned();
    run(&["load", &store, &files[0], &files[1], &files[2]]).succeeded();
    let text = daily(&store, &[]).replace('\n', " ");
    let said = "All that can bear out an event here comes from one owner. Corroboration is capped at C1.";
    assert_eq!(text.matches(said).count(), 1 + 6, "in the head and before each annex: {text}");
    for level in [" C2 ", " C3 ", " C4 "] {
        assert!(!text.contains(level), "{text}");
    }
}

/// The recorded heat of a day against that day's rim, with a day of recorded news. The archive of news ends before: its day is
/// moved by two years.
#[test]
fn a_recorded_day_is_counted_in_full() {
    let (Some(heat), Some(rim), Some(packed)) = (
        data("firms/viirs_nrt_2026-06-24_25.csv"),
        data("contactline/deepstatemap_data_20260624.geojson"),
        data("reports/viina_incidents_202406.csv.gz"),
    ) else {
        return;
    };
    let unpacked = Command::new("gzip").arg("-dc").arg(&packed).output().unwrap();
    assert!(unpacked.status.success());
    let news = String::from_utf8(unpacked.stdout).unwrap();
    let of_day = news.lines().enumerate().filter(|(n, line)| *n == 0 || line.starts_with("2024-06-24"));
    let news: String = of_day.map(|(_, line)| line.replace("2024-06-24", "2026-06-24") + "\n").collect();
    let rims = truceline_formats::line::read("rim", &std::fs::read(rim).unwrap()).unwrap();
    let part = |part: &Vec<(f64, f64, f64)>| {
        let points: Vec<String> = part.iter().map(|(x, y, _)| format!("[{x},{y}]")).collect();
        format!("[{}]", points.join(","))
    };
    let parts: Vec<String> = rims.parts.iter().map(part).collect();
    let geojson = format!("{{\"type\":\"MultiLineString\",\"coordinates\":[{}]}}", parts.join(","));
    let (from, to) = (TERMS.find("path = ").unwrap(), TERMS.find("[[zone]]").unwrap());
    let terms = format!("{}geojson = '{geojson}'\n\n{}", &TERMS[..from], &TERMS[to..]);
    let folder = tempfile::tempdir().unwrap();
    let more = [("news.csv", news.clone().into_bytes()), ("heat.csv", std::fs::read(heat).unwrap())];
    let store = store(folder.path(), &terms, &more);
    let day = daily_json(&store, &[]);
    // What the journal says of each, by itself.
    let entries = entries_of(&store);
    let appraised: Vec<Appraisal> = entries
        .iter()
        .filter_map(|bytes| entry::from_bytes::<Derived<Appraisal>>(bytes).ok())
        .map(|one| one.content)
        .collect();
    let of_day = |observation: &Observation| observation.time.span.from < Time::parse("2026-06-25T00:00:00Z").unwrap();
    let hot: Vec<truceline_model::hash::Hash> = entries
        .iter()
        .filter_map(|bytes| {
            Some((truceline_model::hash::Hash::of(bytes), entry::from_bytes::<Observation>(bytes).ok()?))
        })
        .filter(|(_, observation)| observation.means == Means::SatelliteThermal && of_day(observation))
        .map(|(hash, _)| hash)
        .collect();
    assert_eq!(hot.len(), 1_616);
    let undecided = appraised
        .iter()
        .filter(|said| hot.contains(&said.observation))
        .filter(|said| said.side.as_ref().is_some_and(|side| side.left_ppb.max(side.right_ppb) < 990_000_000))
        .count();
    assert!((11..100).contains(&undecided), "{undecided}");
    let summary = sentences(&day, "1").join("\n");
    assert!(summary.contains("Heat seen by satellites: 1616 detections"), "{summary}");
    assert!(summary.contains(&format!("; {undecided} within the band")), "{undecided}: {summary}");
    let published = news.lines().count() - 1;
    assert!(summary.contains(&format!("{published} reports by the press")), "{published}: {summary}");
    let each = rows(&day, "2", &EACH);
    assert_eq!(
        each.last().unwrap()[4..],
        [published.to_string(), "1616".to_owned(), (published + 1_616 + 12).to_string()]
    );
    for (id, tables) in SECTIONS {
        tables.iter().for_each(|keys| drop(rows(&day, id, keys)));
    }
}
