//! The crash table: the process is killed at every place where it may be caught, at every passing of that place.
//! Started again, it ends with exactly the journal of an uninterrupted run.
//!
//! The places are `TRUCELINE_FAIL_AT`'s, which builds with debug assertions have.
#![cfg(debug_assertions)]
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use std::sync::LazyLock;
use support::killed::killed_at;
use support::server::Server;
use support::*;

/// The places, and how often a load of the example passes each: `step` once for each entry, `outputs` once for each
/// file, and the others once for each commit (the epoch, and each file's inputs and outputs).
static TABLE: LazyLock<[(&str, usize); 5]> =
    LazyLock::new(|| [("append", 7), ("step", WHOLE.entries.len()), ("outputs", 3), ("fsync", 7), ("ack", 7)]);

/// An uninterrupted run.
static WHOLE: LazyLock<Whole> = LazyLock::new(|| {
    let (_folder, store) = new_store();
    let loaded = run(&load_arguments(&store)).succeeded().stdout;
    assert_eq!(loaded.lines().filter(|line| line.ends_with(" registered")).count(), FILES.len(), "{loaded}");
    Whole { entries: entries_of(&store), replay_hash: replay_hash(&store) }
});

struct Whole {
    entries: Vec<Vec<u8>>,
    replay_hash: String,
}

/// Loads the example and is killed at a place; says what it had printed, or none if it ran to its end.
fn load_killed_at(store: &str, place: &str, count: usize) -> Option<String> {
    killed_at(truceline(&load_arguments(store)), place, count)
}

/// What the killed command had reported as registered stands, and so does whatever else was acknowledged.
fn assert_reported_stands(said: &str, acknowledged: &[Vec<u8>]) {
    let kinds = kinds(acknowledged);
    for (file, kind, count) in [(FILES[0], "agreement", 1), (FILES[1], "report", 3), (FILES[2], "notice", 1)] {
        if said.lines().any(|line| line.starts_with(&format!("{file}: "))) {
            assert_eq!(kinds.iter().filter(|held| **held == kind).count(), count, "{file} was reported: {said}");
        }
    }
}

/// Loads the example again and asserts that the journal is that of an uninterrupted run.
fn assert_recovers(store: &str, acknowledged: &[Vec<u8>], where_: &str) {
    let loaded = run(&load_arguments(store)).succeeded().stdout;
    assert_eq!(loaded.lines().count(), FILES.len(), "{loaded}");
    let entries = entries_of(store);
    assert!(entries.starts_with(acknowledged), "{where_}: what was acknowledged stands where it stood");
    assert_eq!(kinds(&entries), kinds(&WHOLE.entries), "{where_}");
    assert!(entries == WHOLE.entries, "{where_}: every entry is the same, with its id and content");
    assert_eq!(replay_hash(store), WHOLE.replay_hash, "{where_}");
}

/// One row of the table.
fn killed_everywhere(place: &str) {
    let (_, passes) = *TABLE.iter().find(|(name, _)| *name == place).unwrap();
    for count in 1.. {
        let (_folder, store) = new_store();
        let where_ = format!("killed at {place}:{count}");
        let Some(said) = load_killed_at(&store, place, count) else {
            assert_eq!(count - 1, passes, "how often a load passes {place}");
            return;
        };
        let acknowledged = entries_of(&store);
        assert!(WHOLE.entries.starts_with(&acknowledged), "{where_}: no entry is there in part or at another place");
        assert_reported_stands(&said, &acknowledged);
        assert_recovers(&store, &acknowledged, &where_);
    }
}

#[test]
fn killed_before_each_write() {
    killed_everywhere("append");
}

#[test]
fn killed_before_each_synchronisation() {
    killed_everywhere("fsync");
}

#[test]
fn killed_before_each_acknowledgement() {
    killed_everywhere("ack");
}

#[test]
fn killed_before_each_step_of_the_engine() {
    killed_everywhere("step");
}

#[test]
fn killed_before_outputs_are_appended() {
    killed_everywhere("outputs");
}

/// The recovery is killed too, and the recovery from that.
#[test]
fn killed_again_while_recovering() {
    for (first, passes) in *TABLE {
        for (second, _) in *TABLE {
            let (_folder, store) = new_store();
            assert!(load_killed_at(&store, first, passes / 2 + 1).is_some());
            let mut acknowledged = entries_of(&store);
            for count in [1, 2] {
                // Where less is left to do than that, it runs to its end.
                let _ = load_killed_at(&store, second, count);
                let now = entries_of(&store);
                assert!(now.starts_with(&acknowledged) && WHOLE.entries.starts_with(&now));
                acknowledged = now;
            }
            assert_recovers(&store, &acknowledged, &format!("killed at {first}, then twice at {second}"));
        }
    }
}

/// Whoever loads through a server learns that it was killed; a load into the next one completes the journal.
#[test]
fn a_server_killed_while_it_is_loaded_into() {
    // Not at the first append, which a server makes by itself: it would be dead before anyone loads.
    for (place, count) in [
        ("append", 2),
        ("append", 4),
        ("fsync", 2),
        ("fsync", 5),
        ("ack", 4),
        ("ack", 7),
        ("step", 6),
        ("step", 12),
        ("outputs", 2),
        ("outputs", 3),
    ] {
        let (_folder, store) = new_store();
        let server = Server::start_with(&store, |command| {
            command.env("TRUCELINE_FAIL_AT", format!("{place}:{count}"));
        });
        let (reached, load) = std::thread::scope(|scope| {
            let load = scope.spawn(|| {
                let load = run(&load_arguments(&store));
                // Had the place not been passed, the server would go on for ever.
                server.kill();
                load
            });
            let reached = server.says(&format!("fail point {place}:{count} reached"));
            server.kill();
            (reached, load.join().unwrap())
        });
        assert!(reached, "a load through a server passes {place} {count} times");
        assert_eq!(load.code, 1);
        assert!(load.stderr.contains("truceline: the server at http://127.0.0.1:"), "{}", load.stderr);
        let acknowledged = entries_of(&store);
        assert!(WHOLE.entries.starts_with(&acknowledged));
        assert_reported_stands(&load.stdout, &acknowledged);

        let server = Server::start(&store);
        let again = run(&load_arguments(&store)).succeeded();
        assert_eq!(again.stdout.lines().count(), FILES.len());
        let cases = server.get("/api/v1/cases").json();
        assert_eq!(cases["cases"].as_array().unwrap().len(), 1, "{cases}");
        assert_eq!(server.stop(), "");
        assert!(entries_of(&store) == WHOLE.entries, "killed at {place}:{count} in a server");
        assert_eq!(replay_hash(&store), WHOLE.replay_hash);
    }
}
