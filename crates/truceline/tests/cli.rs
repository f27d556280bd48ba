//! What the commands print, whole sessions, and what they say of bad input.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use std::path::Path;
use support::snapshot::Sessions;
use support::*;
use truceline_evidence::journal::Appender;
use truceline_model::derived::Derived;
use truceline_model::entry;
use truceline_model::epoch::Epoch;
use truceline_model::finding::Finding;
use truceline_model::hash::Hash;
use truceline_node::journal::{Journal, Mode};
use truceline_node::store::{CHECKPOINT_FILE, JOURNAL_FILE, Store};

const COMMANDS: [&str; 15] = [
    "demo", "detect", "serve", "load", "notice", "replay", "reassess", "erase", "dossier", "locate", "witness",
    "monitor", "relay", "seal", "disclose",
];

#[test]
fn help_of_each_command_shows_an_example() {
    let mut sessions = Sessions::default();
    let help = sessions.run("help", &["--help"]);
    for command in COMMANDS {
        assert!(help.stdout.contains(&format!("\n  {command} ")), "{command} is listed");
        let help = sessions.run(&format!("help-{command}"), &[command, "--help"]);
        let example = format!("\n  truceline {command} ");
        assert!(help.stdout.contains("\nExample") && help.stdout.contains(&example), "{}", help.stdout);
        assert!(help.stdout.contains("--json"));
        assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    }
    sessions.finish();
}

/// The examples in the help work as they stand, where they name files of the repository.
#[test]
fn the_examples_of_the_help_work() {
    let (folder, _) = new_store();
    for command in ["load", "notice", "locate", "associate"] {
        let help = run(&[command, "--help"]).stdout;
        let line = help.lines().find(|line| line.starts_with(&format!("  truceline {command} "))).unwrap();
        // A long line is wrapped: what follows it belongs to it.
        let example = &help[help.find(line).unwrap()..];
        // Another example may follow.
        let example = example[2..].split("\n  truceline ").next().unwrap();
        let store = folder.path().join(command);
        let words = example.split_whitespace().skip(1);
        let words = words.map(|word| if word == "my-store" { store.to_str().unwrap() } else { word });
        run(&words.collect::<Vec<_>>()).succeeded();
    }
}

#[test]
fn the_example_is_located() {
    let mut sessions = Sessions::default();
    let at = "-112.896,41.131,2004-06-02T17:23:04Z";
    sessions.run("locate", &["locate", FILES[1]]).succeeded();
    sessions.run("locate-at", &["locate", FILES[1], "--at", at]).succeeded();
    let located = sessions.run_json("locate-json", &["locate", FILES[1], "--json", "--at", at]).succeeded().json();
    sessions.finish();

    let event = &located["events"][0];
    assert_eq!(located["events"].as_array().unwrap().len(), 1);
    let number = |value: &serde_json::Value| value.as_f64().unwrap();
    let (lon, lat) = (number(&event["origin"]["lon"]), number(&event["origin"]["lat"]));
    assert!((-115.0..-111.0).contains(&lon) && (39.0..43.0).contains(&lat));
    assert!(number(&event["compute_ms"]) > 0.0);
    assert!((0.0..=0.9).contains(&number(&event["at"]["place_level"])), "inside the 90 % region");
    assert!((0.0..=0.95).contains(&number(&event["at"]["time_level"])), "inside the 95 % interval");
    assert!((20.0..60.0).contains(&number(&event["at"]["distance_km"])));
    assert!(number(&event["regions"]["p90"]["area_km2"]) <= 6_000.0);
    let times: Vec<&str> = event["time"]["p95"].as_array().unwrap().iter().map(|t| t.as_str().unwrap()).collect();
    assert!(times[0] < "2004-06-02T17:23:04Z" && "2004-06-02T17:23:04Z" < times[1], "{times:?}");
    // GeoJSON's MultiPolygon: polygons of rings of places, each ring ending where it begins.
    let mut areas = Vec::new();
    for level in ["p50", "p90", "p95"] {
        areas.push(number(&event["regions"][level]["area_km2"]));
        let polygons = event["regions"][level]["polygons"].as_array().unwrap();
        assert!(!polygons.is_empty());
        for ring in polygons.iter().flat_map(|polygon| polygon.as_array().unwrap()) {
            let places = ring.as_array().unwrap();
            assert!(places.len() >= 4 && places.first() == places.last());
            assert!(places.iter().all(|place| place.as_array().is_some_and(|place| place.len() == 2)));
        }
    }
    assert!(areas.is_sorted(), "{areas:?}");
}

#[test]
fn a_place_to_look_up_has_one_form() {
    let level = |arguments: &[&str]| {
        let arguments = [&["locate", FILES[1], "--json"], arguments].concat();
        run(&arguments).succeeded().json()["events"][0]["at"].clone()
    };
    let place = level(&["--at", "-112.896,41.131"]);
    assert_eq!(level(&["--at=-112.896,41.131"]), place);
    assert_eq!(level(&["--at", " -112.896 , 41.131 "]), place);
    assert!(place["time_level"].is_null() && place["place_level"].is_f64());
    let elsewhere = level(&["--at", "+20,-10"]);
    assert_eq!(elsewhere["place_level"], 1.0, "outside all that was computed");

    for (at, expected) in [
        ("-112.896", "expected LON,LAT[,TIME] such as -112.896,41.131,2004-06-02T17:23:04Z"),
        ("", "expected LON,LAT[,TIME]"),
        ("-112.896;41.131", "expected LON,LAT[,TIME]"),
        ("west,41.131", "expected LON,LAT[,TIME]"),
        ("-112.896,", "expected LON,LAT[,TIME]"),
        ("NaN,41", "longitude NaN, latitude 41 is no place"),
        ("inf,41", "longitude inf, latitude 41 is no place"),
        ("41.131,-112.896", "longitude 41.131, latitude -112.896 is no place; longitude comes first"),
        ("-112.896,41.131,noon", "expected a time such as 2004-06-02T17:23:04Z"),
        ("-112.896,41.131,2004-06-02T17:23:04Z,5", "expected a time such as 2004-06-02T17:23:04Z"),
    ] {
        let run = run(&["locate", FILES[1], "--at", at]);
        assert_eq!(run.code, 2, "{at:?}");
        assert!(run.stderr.contains(expected), "{at:?}: {}", run.stderr);
        assert!(run.stdout.is_empty());
    }
}

#[test]
fn files_of_infrapy_are_read() {
    let Some(example) = data("infrasound/uttr/example2.dets.json") else { return };
    let located = run(&["locate", &example, "--json"]).succeeded().json();
    let ours = run(&["locate", FILES[1], "--json"]).succeeded().json();
    assert_eq!(located["events"].as_array().unwrap().len(), 1);
    for part in ["origin", "regions", "time"] {
        assert_eq!(located["events"][0][part], ours["events"][0][part], "the figures of the example are its figures");
    }
    // The other spelling of the fields, and a single array: no event can follow.
    let one_array = data("infrasound/uttr/GJI_DLIAR.dets.json").unwrap();
    let run = run(&["locate", &one_array, "--json"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.json()["events"].as_array().unwrap().len(), 0);
    assert_eq!(run.json()["unlocated"].as_array().unwrap().len(), 1);
    let last = run.stderr.lines().last().unwrap();
    assert!(last.starts_with(&format!("truceline: {one_array}, event \"\": ")) && last.contains("expected at least"));
}

#[test]
fn a_store_is_loaded_and_replayed() {
    let (folder, store) = new_store();
    let mut sessions = Sessions::with_store(&store);
    sessions.run("load", &load_arguments(&store)).succeeded();
    sessions.run("load-again", &load_arguments(&store)).succeeded();
    let json = sessions.run_json("load-json", &["load", &store, "--json", FILES[0]]).succeeded().json();
    assert_eq!((&json["files"][0]["registered"], &json["files"][0]["already"]), (&0.into(), &1.into()));
    sessions.run("notice", &["notice", &store, FILES[2]]).succeeded();
    sessions.run("notice-is-an-agreement", &["notice", &store, FILES[0]]);

    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let detections = text_of(FILES[1]);
    let impossible = detections
        .replace("-125.6", "400")
        .replace("2004-06-02T17:50:38", "1850-06-02T17:50:38")
        .replace("\"Name\": \"I56US\"", "\"Name\": \"LATE\"");
    let impossible = write("impossible.json", impossible);
    let cut = write("cut.json", detections[..500].to_owned());
    sessions.hidden.push((folder.path().to_str().unwrap().to_owned(), "FOLDER"));
    let run = sessions.run("load-mixed", &["load", &store, &impossible, &cut, "no-such-file.json", FILES[1]]);
    assert_eq!(run.code, 1, "one file could not be read");
    assert!(run.stdout.contains("3 registered before"), "and the ones after it were");

    sessions.run("replay", &["replay", &store]).succeeded();
    sessions.run_json("replay-json", &["replay", &store, "--json"]).succeeded();
    sessions.finish();
}

#[test]
fn every_error_of_a_file_names_file_place_and_expectation() {
    let (folder, store) = new_store();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (agreement, detections, notice) = (text_of(FILES[0]), text_of(FILES[1]), text_of(FILES[2]));
    let missing_value = notice.replace("radius_km = 30", "radius_km =");
    for (name, text, expected) in [
        // In the middle of the first field name of this text: line 12 of the file, and its sixth byte of the name.
        (
            "cut.json",
            &detections[..detections.find("\"Back Azimuth\"").unwrap() + 6],
            "cut.json, line 12, column 12: EOF while parsing a string",
        ),
        ("list.json", "{\"detections\": 3}", "list.json, line 1, column 16: invalid type: integer `3`, expected"),
        ("field.json", "{\"detection\": []}", "field.json, line 1, column 12: unknown field `detection`, expected"),
        ("empty.json", "", "empty.json, the whole file: it is empty"),
        (
            "other.toml",
            "[weather]\nwind = 3\n",
            "other.toml, the whole file: expected JSON with detections, observations or hindrances, TOML",
        ),
        ("line.toml", missing_value.as_str(), "line.toml, line 8: "),
        ("type.toml", &notice.replace("\"Alpha\"", "7"), "type.toml, line 4: invalid type: integer `7`, expected"),
        ("place.toml", &notice.replace("41.13", "141.13"), "place.toml, notice.latitude, longitude: 141.13, -112.9 is"),
        ("p.toml", &agreement.replace("p_min = 0.5", "p_min = 50"), "p.toml, agreement.p_min: 50, expected a prob"),
    ] {
        std::fs::write(path(name), text).unwrap();
        let load = run(&["load", &store, &path(name)]);
        assert_eq!((load.code, load.stdout.as_str()), (1, ""), "{name}");
        assert!(load.stderr.starts_with(&format!("truceline: {expected}")), "{}", load.stderr);
        if name.ends_with(".json") {
            let locate = run(&["locate", &path(name)]);
            assert_eq!((locate.code, locate.stdout.as_str()), (1, ""), "{name}");
            assert!(locate.stderr.contains(expected), "{}", locate.stderr);
        }
    }
    assert_eq!(kinds(&entries_of(&store)), ["epoch"], "nothing was registered");
    let invalid = path("invalid.json");
    std::fs::write(&invalid, b"[{\"Name\": \"\xff\"}]").unwrap();
    assert!(run(&["locate", &invalid]).stderr.contains("invalid.json, byte 11: expected text in UTF-8"));
    for arguments in [&["locate", "no-such.json"][..], &["load", &store, "no-such.json"], &["replay", "no-such.json"]] {
        let run = run(arguments);
        assert_eq!(run.code, 1);
        assert!(run.stderr.starts_with("truceline: cannot read no-such.json: "), "{}", run.stderr);
    }
    // One detection of the wrong shape is refused by itself, with its place.
    let shape = path("shape.json");
    std::fs::write(&shape, detections.replace("-125.6", "\"west\"")).unwrap();
    let locate = run(&["locate", &shape]);
    let expected = "shape.json, detections[0] (shape): invalid type: string \"west\", expected f64";
    assert!(locate.code == 0 && locate.stderr.contains(expected), "{}", locate.stderr);
}

#[test]
fn a_configuration_that_cannot_be_read_is_said() {
    let (folder, store) = new_store();
    let path = folder.path().join("numbers.toml");
    std::fs::write(&path, "clock = \"recorded\"\n[group_window]\nvalue = \"an hour\"\n").unwrap();
    let path = path.to_str().unwrap();
    for arguments in [["locate", FILES[1]], ["serve", &store]] {
        // By its earlier name, too.
        for option in ["--numbers", "--configuration"] {
            let run = run(&[&arguments[..], &[option, path]].concat());
            assert_eq!(run.code, 1);
            assert!(run.stderr.contains("numbers.toml, line 3: invalid type: string"), "{}", run.stderr);
        }
    }
    assert!(!Path::new(&store).join(JOURNAL_FILE).exists());
}

/// A store whose journal holds these.
fn holding(entries: &[Vec<u8>]) -> (tempfile::TempDir, String) {
    let (folder, store) = new_store();
    // With the sign guard where the commands of the tests look for it.
    let opened = Store::open(Path::new(&store), false).unwrap().guarded_in(&Path::new(&store).join("guard"));
    Journal::open(&opened, Mode::Write).unwrap().append(entries.to_vec()).unwrap();
    (folder, store)
}

#[test]
fn a_replay_says_what_is_not_as_it_should_be() {
    let (_folder, store) = new_store();
    run(&load_arguments(&store)).succeeded();
    let entries = entries_of(&store);

    let (_missing_folder, missing) = holding(&entries[..entries.len() - 2]);
    let mut sessions = Sessions::with_store(&missing);
    assert_eq!(sessions.run("replay-missing", &["replay", &missing]).code, 1);
    assert_eq!(run(&["replay", &missing, "--json"]).json()["missing"], 2);

    let mut changed = entries.clone();
    let at = kinds(&entries).iter().rposition(|kind| *kind == "finding").unwrap();
    let mut finding: Derived<Finding> = entry::from_bytes(&entries[at]).unwrap();
    finding.content.p_ppb = Some(1);
    changed[at] = entry::to_bytes(&finding);
    let (_changed_folder, changed) = holding(&changed);
    sessions.hidden.push((changed.clone(), "STORE"));
    assert_eq!(sessions.run("replay-changed", &["replay", &changed]).code, 2);
    let report = run(&["replay", &changed, "--json"]).json();
    assert_eq!((&report["same"], &report["divergence"]["entry"]), (&false.into(), &at.into()));
    assert_eq!(report["divergence"]["stands"], Hash::of(&entry::to_bytes(&finding)).to_string());
    let load = run(&["load", &changed, FILES[0]]);
    assert_eq!(load.code, 1);
    assert!(load.stderr.contains(&format!("entry {at} is not what this engine derives")), "{}", load.stderr);
    assert_eq!(sessions.run("replay-stopped", &["replay", &changed]).code, 2);

    let mut epoch: Epoch = entry::from_bytes(&entries[0]).unwrap();
    epoch.engine = Hash([7; 32]);
    let (_other_folder, other) = holding(&[&[entry::to_bytes(&epoch)], &entries[1..]].concat());
    sessions.hidden.push((other.clone(), "STORE"));
    assert_eq!(sessions.run("replay-other-engine", &["replay", &other]).code, 1);
    assert_eq!(run(&["replay", &other, "--json"]).json()["needs"][0]["engine"], Hash([7; 32]).to_string());

    // A journal that was cut holds nothing false, and is not whole.
    let opened = Store::open(Path::new(&store), false).unwrap().guarded_in(&Path::new(&store).join("guard"));
    let log = std::fs::read(opened.file(JOURNAL_FILE)).unwrap();
    std::fs::write(opened.file(JOURNAL_FILE), &log[..log.len() - 1]).unwrap();
    sessions.hidden.push((store.clone(), "STORE"));
    assert_eq!(sessions.run("replay-cut", &["replay", &store]).code, 1);
    let report = run(&["replay", &store, "--json"]).json();
    assert_eq!(report["same"], false);
    assert!(report["problem"].as_str().unwrap().starts_with("2 acknowledged entries are missing: "), "{report}");
    std::fs::write(opened.file(JOURNAL_FILE), &log).unwrap();
    std::fs::remove_file(opened.file(CHECKPOINT_FILE)).unwrap();
    assert_eq!(run(&["replay", &store]).code, 1);
    sessions.finish();
}

#[test]
fn what_is_no_store_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().to_str().unwrap();
    let mut sessions = Sessions::default();
    sessions.hidden.push((empty.to_owned(), "FOLDER"));
    sessions.run("replay-no-store", &["replay", empty]);
    sessions.run("replay-no-dossier", &["replay", FILES[2]]);
    std::fs::write(folder.path().join("letter.txt"), "dear").unwrap();
    for command in [&["load", empty, FILES[0]][..], &["serve", empty], &["notice", empty, FILES[2]]] {
        let run = sessions.run(&format!("{}-other-folder", command[0]), command);
        assert_eq!(run.code, 1);
    }
    sessions.finish();
    assert_eq!(std::fs::read_dir(empty).unwrap().count(), 1);
}

#[test]
fn nobody_else_can_be_served() {
    let (_folder, store) = new_store();
    let mut sessions = Sessions::with_store(&store);
    for (name, address) in [("serve-all", "0.0.0.0"), ("serve-all-6", "::"), ("serve-network", "192.0.2.1")] {
        let run = sessions.run(name, &["serve", &store, "--port", "0", "--bind", address]);
        assert_eq!(run.code, 1);
    }
    assert_eq!(run(&["serve", &store, "--bind", "localhost"]).code, 2);
    sessions.finish();
    assert!(!Path::new(&store).join(JOURNAL_FILE).exists(), "refused before anything is opened");
}

/// Whoever reads may stop reading: the work is done all the same.
#[cfg(target_os = "linux")]
#[test]
fn nobody_has_to_read_what_is_printed() {
    let (_folder, store) = new_store();
    let mut load = truceline(&load_arguments(&store)).spawn().unwrap();
    drop(load.stdout.take());
    let ended = load.wait_with_output().unwrap();
    assert!(ended.status.success() && ended.stderr.is_empty(), "{}", String::from_utf8_lossy(&ended.stderr));
    replay_hash(&store);
    // A disk that is full is an error.
    let mut command = truceline(&["replay", &store]);
    command.stdout(std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    let run = run_command(command);
    assert_eq!(run.code, 1);
    assert!(run.stderr.starts_with("truceline: cannot write to standard output: "), "{}", run.stderr);
}
