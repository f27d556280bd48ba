//! `truceline register`: a register of guarantees, as whole sessions.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use support::snapshot::Sessions;
use support::*;

const EXAMPLE: &str = "examples/paris-2026-01-06";

#[test]
fn the_help_of_register() {
    let mut sessions = Sessions::default();
    sessions.run("help-register", &["register", "--help"]).succeeded();
    sessions.run("help-register-show", &["register", "show", "--help"]).succeeded();
    sessions.finish();
}

#[test]
fn the_example_is_checked_and_shown() {
    let mut sessions = Sessions::default();
    sessions.run("register-check", &["register", "check", EXAMPLE]).succeeded();
    sessions.run("register-show", &["register", "show", EXAMPLE]).succeeded();
    sessions.run("register-show-record", &["register", "show", EXAMPLE, "--layer", "record"]).succeeded();
    sessions.run("register-show-state", &["register", "show", EXAMPLE, "--state", "DE"]).succeeded();
    sessions
        .run_json("register-show-state-json", &["register", "show", EXAMPLE, "--state", "ES", "--json"])
        .succeeded();
    let unknown = sessions.run("register-show-no-state", &["register", "show", EXAMPLE, "--state", "XX"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (1, ""));
    sessions.finish();
    let board = run(&["register", "show", EXAMPLE, "--json"]).succeeded().json();
    assert_eq!(board["quantities"]["unclear"], 10);
    let layers = board["lines"].as_array().unwrap();
    assert!(layers.iter().all(|line| line["layer"] == "article"), "the record is off");
}

/// A copy of the example with one text in the place of another.
fn changed(from: &str, to: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(root().join(EXAMPLE)).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap().replacen(from, to, 1);
        std::fs::write(folder.path().join(path.file_name().unwrap()), text).unwrap();
    }
    let path = folder.path().to_str().unwrap().to_owned();
    (folder, path)
}

/// Sessions in which a word stands for the folder's path.
fn hiding(folder: &str, word: &'static str) -> Sessions {
    let mut sessions = Sessions::default();
    sessions.hidden.push((folder.to_owned(), word));
    sessions
}

#[test]
fn what_changed_is_said() {
    let (_folder, later) = changed(
        "quantity = \"unclear\"\nstatus = \"under-domestic-talks\"",
        "quantity = { from = 2, to = 3, unit = \"ships\" }\nstatus = \"declared-intent\"",
    );
    let mut sessions = hiding(&later, "LATER");
    sessions.run("register-diff", &["register", "diff", EXAMPLE, &later]).succeeded();
    sessions.run("register-diff-none", &["register", "diff", EXAMPLE, EXAMPLE]).succeeded();
    sessions.finish();
    let json = run(&["register", "diff", EXAMPLE, &later, "--json"]).succeeded().json();
    assert_eq!(json["differences"][0]["fields"].as_array().unwrap().len(), 2, "{json}");
}

#[test]
fn a_broken_register_is_refused_by_rule_or_line() {
    let sources = "modality = \"may\"\nsources = [\"S15\"]";
    let (_folder, broken) = changed(sources, "modality = \"may\"");
    let mut sessions = hiding(&broken, "BROKEN");
    assert_eq!(sessions.run("register-check-broken", &["register", "check", &broken]).code, 1);
    assert_eq!(sessions.run("register-show-broken", &["register", "show", &broken]).code, 1);
    sessions.finish();
    let (_folder, unread) = changed("modality = \"may\"", "modality = \"maybe\"");
    let mut sessions = hiding(&unread, "UNREAD");
    assert_eq!(sessions.run("register-check-unread", &["register", "check", &unread]).code, 1);
    sessions.finish();
    let found = run(&["register", "check", &broken, "--json"]).json();
    assert_eq!(found["broken"][0]["rule"], "pledge-without-source", "{found}");
}
