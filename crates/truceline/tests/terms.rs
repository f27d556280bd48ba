//! `truceline terms`: drafting an agreement, as whole sessions.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use std::io::Write;
use std::process::Stdio;
use support::snapshot::Sessions;
use support::*;

/// Answers to the questions of `terms new`, a line each.
const ANSWERS: &str = "Harvest truce\n\n\n2030-07-01T04:00:00Z\n\n10,49.5,11,50.5\n10,50 10.5,50.1 11,50\n\n\n\n";

#[test]
fn the_help_of_terms() {
    let mut sessions = Sessions::default();
    sessions.run("help-terms", &["terms", "--help"]).succeeded();
    sessions.run("help-terms-try", &["terms", "try", "--help"]).succeeded();
    sessions.finish();
}

#[test]
fn a_draft_is_checked_and_tried() {
    let mut sessions = Sessions::default();
    sessions.run("terms-check", &["terms", "check", FILES[0]]).succeeded();
    sessions.run("terms-try", &["terms", "try", FILES[0], "--data", FILES[1]]).succeeded();
    sessions.finish();
    let tried = run(&["terms", "try", FILES[0], "--data", FILES[1], FILES[2], "--json"]).succeeded().json();
    let event = &tried["events"][0];
    assert_eq!(event["state"], "permitted-and-notified", "with the notice beside it");
    assert_eq!((&event["outcome"], &event["clause"]), (&"would-be-permitted-and-notified".into(), &"1".into()));
    assert_eq!(event["unverified"][0]["obstacle"], "no-line", "{event}");
    assert!(tried["unseen"][0].as_str().unwrap().ends_with("nothing was handed in"), "{tried}");
}

/// Nobody's verdict is printed where parties do not name the same time.
#[test]
fn where_in_force_is_disputed_no_verdict_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let draft = folder.path().join("disputed.toml");
    let text = text_of(FILES[0]);
    let claim = |by: &str, to: &str| format!("[[in_force]]\nby = \"{by}\"\nfrom = 2004-06-01T00:00:00Z\nto = {to}\n\n");
    let (from, to) = (text.find("[[in_force]]").unwrap(), text.find("[[zone]]").unwrap());
    let claims = claim("Alpha", "2004-06-02T00:00:00Z") + &claim("Bravo", "2004-06-08T00:00:00Z");
    std::fs::write(&draft, format!("{}{claims}{}", &text[..from], &text[to..])).unwrap();
    let tried = run(&["terms", "try", draft.to_str().unwrap(), "--data", FILES[1]]).succeeded().stdout;
    assert!(tried.contains("In force: disputed, so there is no verdict: Alpha says between 1 Jun 2004"), "{tried}");
    for word in ["reach", "ndetermined", "ermitted"] {
        assert!(!tried.contains(word), "{word}: {tried}");
    }
}

#[test]
fn a_draft_that_contradicts_itself_does_not_pass() {
    let folder = tempfile::tempdir().unwrap();
    let draft = folder.path().join("draft.toml");
    let again = "\n[[clause]]\nid = \"3\"\nnotes = \"infrasonic-event\"\ntext = \"Explosions are noted.\"\n";
    std::fs::write(&draft, text_of(FILES[0]) + again).unwrap();
    let checked = run(&["terms", "check", draft.to_str().unwrap(), "--json"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (1, ""));
    let checked = checked.json();
    assert_eq!(
        (checked["passes"].as_bool(), checked["remarks"][0]["kind"].as_str()),
        (Some(false), Some("contradiction"))
    );
    let missing = run(&["terms", "check", "no-such.toml"]);
    assert!(missing.code == 1 && missing.stderr.contains("cannot read no-such.toml"), "{missing:?}");
}

#[test]
fn ten_answers_give_a_file_that_passes() {
    let new = |answers: &str| {
        let mut command = truceline(&["terms", "new"]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let made = new(ANSWERS);
    assert!(made.status.success());
    assert_eq!(String::from_utf8(made.stderr).unwrap().lines().count(), 10, "one line for each question");
    let folder = tempfile::tempdir().unwrap();
    let draft = folder.path().join("truce.toml");
    std::fs::write(&draft, &made.stdout).unwrap();
    let checked = run(&["terms", "check", draft.to_str().unwrap(), "--json"]).succeeded().json();
    assert_eq!(checked["remarks"].as_array().unwrap().len(), 0, "{checked}");
    let bad = new(&ANSWERS.replace("2030-07-01T04:00:00Z", "soon"));
    let error = String::from_utf8(bad.stderr).unwrap();
    assert!(!bad.status.success() && error.contains("question 4, Begins: \"soon\", expected"), "{error}");
}
