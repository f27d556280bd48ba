//! The same inputs give the same bits: twice, on any number of threads, on a processor with fewer instructions.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use serde_json::Value;
use support::server::Server;
use support::*;

/// Switches off what glibc would use of the processor: on another machine it is not there.
const FEWER_INSTRUCTIONS: (&str, &str) = ("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX");

fn loaded() -> (tempfile::TempDir, String) {
    let (folder, store) = new_store();
    run(&load_arguments(&store)).succeeded();
    (folder, store)
}

/// The report of a replay, in full.
fn replayed(store: &str, threads: &str, fewer_instructions: bool) -> Value {
    let mut command = truceline(&["replay", store, "--json", "--threads", threads]);
    if fewer_instructions {
        command.env(FEWER_INSTRUCTIONS.0, FEWER_INSTRUCTIONS.1);
    }
    run_command(command).succeeded().json()
}

#[test]
fn a_replay_gives_the_same_hash_however_it_runs() {
    let (_folder, store) = loaded();
    let first = replayed(&store, "1", false);
    assert_eq!((&first["same"], &first["inputs"], &first["problem"]), (&true.into(), &9.into(), &Value::Null));
    assert_eq!(first["replay_hash"].as_str().unwrap().len(), 64);
    for threads in ["1", "2", "5"] {
        for fewer_instructions in [false, true] {
            assert_eq!(replayed(&store, threads, fewer_instructions), first, "{threads} threads");
        }
    }
}

#[test]
fn a_store_is_derived_to_the_same_bits_however_it_runs() {
    let (_folder, store) = loaded();
    let entries = entries_of(&store);
    let (_other_folder, other) = new_store();
    let mut command = truceline(&load_arguments(&other));
    command.env(FEWER_INSTRUCTIONS.0, FEWER_INSTRUCTIONS.1);
    run_command(command).succeeded();
    assert!(entries_of(&other) == entries, "with fewer instructions");
    let (_other_folder, other) = new_store();
    let server = Server::start_with(&other, |command| {
        command.args(["--threads", "5"]);
    });
    run(&load_arguments(&other)).succeeded();
    drop(server);
    assert!(entries_of(&other) == entries, "by a server on five threads");
}

#[test]
fn a_location_is_the_same_however_it_is_computed() {
    let located = |threads: &str, fewer_instructions: bool| {
        let mut command = truceline(&["locate", FILES[1], "--json", "--at", "-112.896,41.131", "--threads", threads]);
        if fewer_instructions {
            command.env(FEWER_INSTRUCTIONS.0, FEWER_INSTRUCTIONS.1);
        }
        let mut located = run_command(command).succeeded().json();
        assert!(located["events"][0]["compute_ms"].take().as_f64().unwrap() > 0.0);
        located
    };
    let first = located("1", false);
    for (threads, fewer_instructions) in [("1", false), ("2", false), ("5", false), ("1", true), ("5", true)] {
        assert_eq!(located(threads, fewer_instructions), first, "{threads} threads");
    }
}

#[test]
fn one_changed_input_changes_the_hash() {
    let (_folder, store) = loaded();
    let hash = replay_hash(&store);
    let hash_with = |name: &str, old: &str, new: &str| {
        let (folder, store) = new_store();
        let text = text_of(name);
        assert_eq!(text.matches(old).count(), 1, "{old}");
        let changed = folder.path().join(name.rsplit('/').next().unwrap());
        std::fs::write(&changed, text.replace(old, new)).unwrap();
        let files = FILES.map(|file| if file == name { changed.to_str().unwrap() } else { file });
        run(&["load", &store, files[0], files[1], files[2]]).succeeded();
        replay_hash(&store)
    };
    assert_eq!(hash_with(FILES[1], "-125.6", "-125.6"), hash);
    let mut hashes = vec![hash];
    for (name, old, new) in [
        (FILES[1], "-125.6", "-125.5"),
        (FILES[1], "17:50:38", "17:50:39"),
        (FILES[1], "48.2641", "48.2651"),
        (FILES[2], "radius_km = 30", "radius_km = 31"),
        (FILES[0], "p_min = 0.5", "p_min = 0.51"),
    ] {
        hashes.push(hash_with(name, old, new));
    }
    let different: std::collections::BTreeSet<&String> = hashes.iter().collect();
    assert_eq!(different.len(), hashes.len(), "{hashes:?}");
}
