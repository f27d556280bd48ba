//! The crash table of what changes an epoch: another engine takes a store over, cleanly or after a crash of its own,
//! and cases are reassessed. Killed at every place and started again, it ends with the journal of an unbroken run.
#![cfg(debug_assertions)]
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use std::io::{BufRead, BufReader};
use std::path::Path;
use support::*;
use truceline_engine::identity::engine_id;
use truceline_engine::input::{Standing, standing};
use truceline_engine::replay::Replay;
use truceline_evidence::journal::Appender;
use truceline_model::entry;
use truceline_model::epoch::{Epoch, EpochEnd};
use truceline_model::hash::Hash;
use truceline_node::journal::{Journal, Mode};
use truceline_node::store::Store;

const PLACES: [&str; 6] = ["append", "step", "outputs", "epoch", "fsync", "ack"];
const OTHER_ENGINE: Hash = Hash([7; 32]);
/// A fourth array that heard the example's event and delivered it days later.
const STRAGGLER: &str = r#"[{"Name": "TXIAR", "Peak F-Stat Time (UTC)": "2004-06-02T18:30:00", "F Statistic": 75.0,
    "Trace Velocity (m/s)": null, "Back Azimuth": 330.0, "Latitude": 33.3, "Longitude": -109.7, "Array Dimension": 4,
    "Event": "utah-2004-06-02"}]"#;

/// Runs a command and kills it at a place; false if it ran to its end.
fn killed_at(arguments: &[&str], place: &str, count: usize) -> bool {
    let mut command = truceline(arguments);
    command.env("TRUCELINE_FAIL_AT", format!("{place}:{count}"));
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    let reached = line == format!("fail point {place}:{count} reached\n");
    if reached {
        child.kill().unwrap();
    }
    let status = child.wait().unwrap();
    assert!(reached || line.is_empty() && status.success(), "{arguments:?}: {line}");
    reached
}

/// A store whose journal holds these.
fn holding(entries: &[Vec<u8>]) -> (tempfile::TempDir, String) {
    let (folder, store) = new_store();
    let opened = Store::open(Path::new(&store), false).unwrap().guarded_in(&Path::new(&store).join("guard"));
    Journal::open(&opened, Mode::Write).unwrap().append(entries.to_vec()).unwrap();
    (folder, store)
}

/// The journal of another engine that was given the agreement and the detections.
fn of_another_engine() -> Vec<Vec<u8>> {
    let (_folder, store) = new_store();
    run(&["load", &store, FILES[0], FILES[1]]).succeeded();
    let entries = entries_of(&store);
    let mut epoch: Epoch = entry::from_bytes(&entries[0]).unwrap();
    epoch.engine = OTHER_ENGINE;
    let mut journal: Vec<Vec<u8>> = Vec::new();
    let mut replay = Replay::new(OTHER_ENGINE, ORIGIN, 1);
    let is_input = |bytes: &&Vec<u8>| matches!(standing(bytes), Ok(Standing::Input(..)));
    let inputs: Vec<Vec<u8>> = entries.iter().filter(is_input).cloned().collect();
    for batch in [&[entry::to_bytes(&epoch)], &inputs[..1], &inputs[1..]] {
        for bytes in batch {
            replay.take(bytes, journal.as_slice()).unwrap();
            journal.push(bytes.clone());
        }
        for bytes in replay.expected().map(<[u8]>::to_vec).collect::<Vec<_>>() {
            replay.take(&bytes, journal.as_slice()).unwrap();
            journal.push(bytes);
        }
    }
    assert_eq!(kinds(&journal), kinds(&entries));
    journal
}

/// Kills the command everywhere on a store that holds these; each time the second run ends as an unbroken one.
fn killed_everywhere(before: &[Vec<u8>], arguments: impl Fn(&str) -> Vec<String>) -> Vec<Vec<u8>> {
    let (_folder, store) = holding(before);
    run(&arguments(&store).iter().map(String::as_str).collect::<Vec<_>>()).succeeded();
    let whole = entries_of(&store);
    let mut kills = 0;
    for place in PLACES {
        for count in 1.. {
            let (_folder, store) = holding(before);
            let command = arguments(&store);
            let command: Vec<&str> = command.iter().map(String::as_str).collect();
            if !killed_at(&command, place, count) {
                break;
            }
            kills += 1;
            let acknowledged = entries_of(&store);
            let where_ = format!("killed at {place}:{count}");
            assert!(whole.starts_with(&acknowledged), "{where_}: {:?}", kinds(&acknowledged));
            run(&load_arguments(&store)).succeeded();
            if !kinds(&whole).contains(&"reassessment") || kinds(&entries_of(&store)).contains(&"reassessment") {
                assert_eq!(kinds(&entries_of(&store)), kinds(&whole), "{where_}");
            } else {
                // The wish itself was not registered: what stood stands, and it is asked again.
                assert!(entries_of(&store) == before, "{where_}");
                run(&command).succeeded();
            }
            assert!(entries_of(&store) == whole, "{where_}: every entry is the same");
        }
    }
    assert!(kills > 20, "{kills} kills");
    whole
}

fn load(store: &str) -> Vec<String> {
    load_arguments(store).map(str::to_owned).to_vec()
}

#[test]
fn another_engine_takes_over_what_owes_nothing() {
    let before = of_another_engine();
    let whole = killed_everywhere(&before, load);
    let added = &kinds(&whole)[before.len()..];
    assert_eq!(added, ["epoch_end", "epoch", "notice", "finding", "outputs_end"]);
    let end: EpochEnd = entry::from_bytes(&whole[before.len()]).unwrap();
    assert_eq!(end.epoch, Hash::of(&before[0]));
    let epoch: Epoch = entry::from_bytes(&whole[before.len() + 1]).unwrap();
    assert_eq!(epoch.engine, engine_id());
    let (_folder, store) = holding(&whole);
    let replay = run(&["replay", &store]);
    assert_eq!(replay.code, 1, "the first epoch needs its own engine");
    let said = format!("the epoch at entry 0 ends at entry {}: all that it owed stands\n", before.len());
    assert!(replay.stdout.contains(&said), "{}", replay.stdout);
}

/// The other engine was cut short at each place among the outputs of its last inputs: no end is stated.
#[test]
fn another_engine_takes_over_what_was_cut_short() {
    let whole = of_another_engine();
    let first = kinds(&whole).iter().rposition(|kind| *kind == "report").unwrap() + 2;
    let mut owed = Vec::new();
    for size in first..whole.len() {
        let (_folder, store) = holding(&whole[..size]);
        run(&load_arguments(&store)).succeeded();
        let entries = entries_of(&store);
        assert_eq!(kinds(&entries)[size], "epoch", "after {size} entries");
        assert!(!kinds(&entries).contains(&"epoch_end"));
        let replay = run(&["replay", &store, "--json"]).json();
        assert_eq!(replay["divergence"], serde_json::Value::Null);
        owed.push(replay["epochs"][0]["owed"].as_u64().unwrap());
        // Revisions go on from the last that counts, each once.
        let server = support::server::Server::start(&store);
        let detail = server.get("/api/v1/cases/04-0001-P").json();
        let of = |kind: &str| -> Vec<u64> {
            let all = detail["revisions"].as_array().unwrap().iter();
            all.filter(|r| r["kind"] == kind).map(|r| r["revision"].as_u64().unwrap()).collect()
        };
        assert_eq!((of("event"), of("finding")), (vec![1, 2, 3], vec![1, 2, 3, 4]), "after {size} entries");
    }
    assert_eq!((owed.first(), owed.last()), (Some(&7), Some(&1)));
    // And killed at each place while it takes over in the middle of an input's outputs.
    let event = kinds(&whole).iter().rposition(|kind| *kind == "event").unwrap();
    killed_everywhere(&whole[..=event], load);
}

#[test]
fn a_reassessment_is_killed_everywhere() {
    let (folder, store) = new_store();
    let straggler = folder.path().join("straggler.json");
    std::fs::write(&straggler, STRAGGLER).unwrap();
    run(&load_arguments(&store)).succeeded();
    run(&["load", &store, straggler.to_str().unwrap()]).succeeded();
    let before = entries_of(&store);
    let whole = killed_everywhere(&before, |store| ["reassess", store, "--reason", "late"].map(str::to_owned).to_vec());
    let added = ["reassessment", "event", "finding", "reassessed", "outputs_end"];
    assert_eq!(kinds(&whole)[before.len()..], added);
}
