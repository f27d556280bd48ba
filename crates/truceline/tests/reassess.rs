//! Reassessing by the command and through a server; what the page and a dossier then say.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use serde_json::Value;
use support::server::Server;
use support::snapshot::Sessions;
use support::*;
use truceline_evidence::note::VerifierKey;
use truceline_evidence::verification::{Outcome, verify};
use truceline_model::entry;
use truceline_model::epoch::Epoch;
use truceline_model::hash::Hash;

const CASE: &str = "04-0001-P";

/// A detection of a fourth array, of a day of June 2004.
fn fourth(day: u32, label: &str) -> String {
    format!(
        r#"[{{"Name": "TXIAR", "Peak F-Stat Time (UTC)": "2004-06-{day:02}T18:30:00", "F Statistic": 75.0,
        "Trace Velocity (m/s)": null, "Back Azimuth": 330.0, "Latitude": 33.3, "Longitude": -109.7,
        "Array Dimension": 4, "Event": "{label}"}}]"#
    )
}

fn with_straggler() -> (tempfile::TempDir, String) {
    let (folder, store) = new_store();
    let straggler = folder.path().join("straggler.json");
    std::fs::write(&straggler, fourth(2, "utah-2004-06-02")).unwrap();
    run(&load_arguments(&store)).succeeded();
    let loaded = run(&["load", &store, straggler.to_str().unwrap()]).succeeded();
    assert!(loaded.stdout.contains("1 after their window (only a reassessment uses them)"), "{}", loaded.stdout);
    (folder, store)
}

#[test]
fn sessions() {
    let (_folder, store) = with_straggler();
    let mut sessions = Sessions::with_store(&store);
    let before = entries_of(&store);
    sessions.run("reassess-dry-run", &["reassess", &store, "--dry-run"]).succeeded();
    assert!(entries_of(&store) == before, "nothing is written");
    let reason = "two arrays delivered a day late";
    sessions.run("reassess", &["reassess", &store, "--case", CASE, "--reason", reason]).succeeded();
    sessions.run("reassess-again", &["reassess", &store]).succeeded();
    sessions.run_json("reassess-json", &["reassess", &store, "--from", "2004-06-02T00:00:00Z", "--json"]).succeeded();
    sessions.run("replay-reassessed", &["replay", &store]).succeeded();
    sessions.finish();
    assert_eq!(kinds(&entries_of(&store)).iter().filter(|kind| **kind == "reassessment").count(), 3);
}

#[test]
fn what_cannot_be_asked_is_said_and_writes_nothing() {
    let (_folder, store) = new_store();
    run(&load_arguments(&store)).succeeded();
    let before = entries_of(&store);
    for (arguments, expected) in [
        (&["--case", "04-0001-A"][..], "\"04-0001-A\" is no case: expected a name such as 04-0001-P"),
        (&["--from", "noon"], "from is \"noon\": expected a time such as"),
        (&["--from", "2005-01-01T00:00:00Z", "--to", "2004-01-01T00:00:00Z"], "is later than to 2004-01-01"),
        (&["--reason", ""], "the reason has 0 bytes: expected 1 to 400 of one line"),
    ] {
        let run = run(&[&["reassess", &store], arguments].concat());
        assert_eq!(run.code, 1);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
    assert_eq!(run(&["reassess", &store, "--case", CASE, "--to", "2004-01-01T00:00:00Z"]).code, 2);
    let none = run(&["reassess", &format!("{store}-of-nobody")]);
    assert!(none.code == 1 && none.stderr.contains("there is no store here"), "{}", none.stderr);
    assert!(entries_of(&store) == before);
}

#[test]
fn through_a_server_it_is_the_same_and_the_page_says_why() {
    let arguments = |store: &str| ["reassess", store, "--reason", "an array delivered late"].map(str::to_owned);
    let by_command = |store: &str| run(&arguments(store).each_ref().map(String::as_str)).succeeded().stdout;
    let (_folder, alone) = with_straggler();
    let expected = by_command(&alone);
    let (folder, store) = with_straggler();
    let server = Server::start(&store);
    assert_eq!(by_command(&store), expected);
    assert!(entries_of(&store) == entries_of(&alone));

    let detail = server.get(&format!("/api/v1/cases/{CASE}")).json();
    let revisions = detail["revisions"].as_array().unwrap();
    let reassessed: Vec<&Value> = revisions.iter().filter(|r| !r["reassessed"].is_null()).collect();
    let kinds: Vec<&str> = reassessed.iter().map(|r| r["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["event", "finding"]);
    let epoch = Hash::of(&entries_of(&store)[0]).to_string();
    for (revision, earlier) in reassessed.iter().zip([3, 4]) {
        let said = &revision["reassessed"];
        assert_eq!((said["reason"].as_str(), said["epoch"].as_str()), (Some("an array delivered late"), Some(&*epoch)));
        assert_eq!(said["earlier_epoch"].as_str(), Some(&*epoch));
        let before = revisions.iter().find(|r| r["kind"] == revision["kind"] && r["revision"] == earlier).unwrap();
        assert_eq!(said["earlier"], before["id"], "it cites the revision before it");
        let sentence = said["sentence"].as_str().unwrap();
        let expected = "Reassessed, asked for by the operator of the store: an array delivered late (in epoch ";
        assert!(sentence.starts_with(expected) && sentence.contains(&epoch[..8]), "{sentence}");
    }
    assert_eq!(detail["event"]["detections"], 4);

    // The dossier of the reassessed finding verifies and derives again.
    let dossier = server.get(&format!("/api/v1/cases/{CASE}/dossier")).body;
    let report = verify(&dossier, Some(&VerifierKey::parse(&server.key).unwrap()));
    assert_eq!(report.outcome, Outcome::Proven, "{report:?}");
    let path = folder.path().join("reassessed.tldoss");
    std::fs::write(&path, &dossier).unwrap();
    assert_eq!(replay_hash(path.to_str().unwrap()), replay_hash(&store));

    // Another page cannot ask, and what is asked wrongly is said.
    let ask = |headers: &[(&str, &str)], body: &str| {
        http::request(&server.address, "POST", "/api/v1/reassessments", headers, body.as_bytes())
    };
    let size = entries_of(&store).len();
    assert_eq!(ask(&[], r#"{"reason": "x"}"#).status, 403);
    for body in ["", "[]", "{}", r#"{"reason": "x", "case": "1"}"#, r#"{"reason": "x", "why": 1}"#] {
        let answer = ask(&[("X-Truceline", "1")], body);
        assert_eq!(answer.status, 400, "{body}: {}", answer.text());
    }
    assert_eq!(entries_of(&store).len(), size);
}

/// A store that another engine served: what this one derives otherwise cites both epochs.
#[test]
fn another_engine_s_findings_are_revised_and_both_epochs_are_said() {
    let (folder, store) = new_store();
    run(&load_arguments(&store)).succeeded();
    let numbers = text_of("crates/formats/configuration.toml");
    let file = folder.path().join("numbers.toml");
    let changed =
        numbers.replacen("[infrasound.azimuth_sigma]\nvalue = 2.5", "[infrasound.azimuth_sigma]\nvalue = 3.0", 1);
    assert_ne!(changed, numbers);
    std::fs::write(&file, changed).unwrap();
    let file = file.to_str().unwrap();
    let server = Server::start_with(&store, |command| {
        command.args(["--numbers", file]);
    });
    run(&["reassess", &store]).succeeded();
    let detail = server.get(&format!("/api/v1/cases/{CASE}")).json();
    let entries = entries_of(&store);
    let epochs: Vec<String> = entries
        .iter()
        .filter(|bytes| entry::from_bytes::<Epoch>(bytes).is_ok())
        .map(|bytes| Hash::of(bytes).to_string()[..8].to_owned())
        .collect();
    let last = detail["revisions"].as_array().unwrap().last().unwrap()["reassessed"]["sentence"].as_str().unwrap();
    assert!(epochs.len() == 2 && epochs.iter().all(|epoch| last.contains(epoch.as_str())), "{last}");
    assert_eq!(server.stop(), "");
    let replay = run(&["replay", &store]).succeeded().stdout;
    assert!(replay.contains("the epoch at entry 0 ends at entry "), "{replay}");
}

#[test]
fn cases_are_listed_by_the_page() {
    let (folder, store) = new_store();
    let days = 3..28;
    let many: Vec<String> = days
        .clone()
        .map(|day| {
            text_of(FILES[1])
                .split_once("\"detections\": [")
                .unwrap()
                .1
                .rsplit_once(']')
                .unwrap()
                .0
                .replace("2004-06-02T", &format!("2004-06-{day:02}T"))
                .replace("utah-2004-06-02", &format!("day {day}"))
        })
        .collect();
    let file = folder.path().join("many.json");
    std::fs::write(&file, format!("[{}]", many.join(","))).unwrap();
    run(&["load", &store, file.to_str().unwrap()]).succeeded();
    let server = Server::start(&store);
    let names = |page: &Value| -> Vec<String> {
        page["cases"].as_array().unwrap().iter().map(|row| row["case"].as_str().unwrap().to_owned()).collect()
    };
    let whole = server.get("/api/v1/cases").json();
    assert_eq!((names(&whole).len(), &whole["total"], &whole["next"]), (25, &25.into(), &Value::Null));
    let times: Vec<&str> =
        whole["cases"].as_array().unwrap().iter().map(|row| row["event"]["origin_time"].as_str().unwrap()).collect();
    assert!(times.is_sorted_by(|a, b| a > b), "the newest first");
    for limit in [1, 7, 24, 25, 500] {
        let mut read = Vec::new();
        let mut after = String::new();
        loop {
            let page = server.get(&format!("/api/v1/cases?limit={limit}{after}")).json();
            assert!(names(&page).len() <= limit && page["total"] == 25);
            read.extend(names(&page));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(read, names(&whole), "by {limit}");
    }
    for (query, status) in
        [("limit=0", 400), ("limit=501", 400), ("limit=x", 400), ("after=1", 404), ("after=04-0099-A", 404)]
    {
        assert_eq!(server.get(&format!("/api/v1/cases?{query}")).status, status, "{query}");
    }
}
