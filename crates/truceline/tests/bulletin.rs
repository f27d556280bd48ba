//! Reports of a store, as whole sessions.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use support::snapshot::Sessions;
use support::*;

const DAY: [&str; 2] = ["--day", "2004-06-02"];

#[test]
fn reports_of_the_example() {
    let (_folder, store) = new_store();
    run(&load_arguments(&store)).succeeded();
    let mut sessions = Sessions::with_store(&store);
    sessions.run("help-bulletin", &["bulletin", "--help"]);
    let daily = ["bulletin", "daily", &store];
    sessions.run("bulletin-daily", &[&daily[..], &DAY].concat());
    sessions.run("bulletin-daily-parties", &[&daily[..], &DAY, &["--tier", "parties", "--zone", "+02:00"]].concat());
    sessions.run("bulletin-daily-csv", &[&daily[..], &DAY, &["--format", "csv"]].concat());
    sessions.run("bulletin-spot", &["bulletin", "spot", &store, "--case", "04-0001-P", "--lang", "fr"]);
    sessions.run("bulletin-flash", &["bulletin", "flash", &store, "--case", "04-0001-P"]);
    sessions.run("bulletin-rolling", &["bulletin", "rolling", &store, "--lang", "de"]);
    // What cannot be is said.
    sessions.run("bulletin-flash-enclave", &["bulletin", "flash", &store, "--case", "04-0001-P", "--tier", "enclave"]);
    sessions.run("bulletin-no-case", &["bulletin", "spot", &store]);
    sessions.run("bulletin-bad-day", &[&daily[..], &["--day", "2 June"]].concat());
    sessions.finish();
}

#[test]
fn the_same_store_gives_the_same_bytes_and_beside_a_server_too() {
    let (_folder, store) = new_store();
    run(&load_arguments(&store)).succeeded();
    let html = |more: &[&str]| {
        let asked = ["bulletin", "daily", &store, DAY[0], DAY[1], "--format", "html"];
        run(&[&asked[..], more].concat()).succeeded().stdout
    };
    let alone = html(&[]);
    let server = support::server::Server::start(&store);
    assert_eq!(html(&[]), alone);
    let out = format!("{store}/daily.html");
    assert_eq!(html(&["-o", &out]), "");
    assert_eq!(std::fs::read_to_string(out).unwrap(), alone);
    drop(server);
}

#[test]
fn nothing_is_issued_before_it_is_due() {
    let (folder, store) = new_store();
    let moved = folder.path().join("agreement.toml");
    std::fs::write(&moved, text_of(FILES[0]).replace("2004-", "2090-")).unwrap();
    let detections = folder.path().join("detections.json");
    std::fs::write(&detections, text_of(FILES[1]).replace("2004-", "2090-")).unwrap();
    run(&["load", &store, moved.to_str().unwrap(), detections.to_str().unwrap()]).succeeded();
    let asked = ["bulletin", "daily", &store, "--day", "2090-06-02", "--tier", "parties"];
    let refused = run(&asked);
    assert_eq!((refused.code, refused.stdout.as_str()), (1, ""));
    assert!(
        refused.stderr.contains("not all of the period is due for parties before 2090-06-04"),
        "{}",
        refused.stderr
    );
    let early = run(&[&asked[..], &["--issued", "2090-07-01T00:00:00Z"]].concat());
    assert!(early.code == 1 && early.stderr.contains("is later than this machine's clock"), "{}", early.stderr);
    let now = run(&[&asked[..], &["--issued", "2026-01-01T00:00:00Z"]].concat()).succeeded();
    assert!(now.stdout.contains("No event was recorded.") && !now.stdout.contains("90-0001"), "{}", now.stdout);
}
