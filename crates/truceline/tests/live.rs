//! `serve --config`: live sources into the journal, through crashes, and what is said of a bad file.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

#[path = "../../node/tests/support/ring.rs"]
#[allow(dead_code, reason = "shared with the tests of the sources, which use all of it")]
mod ring;
#[path = "../../formats/tests/support/seedlink_server.rs"]
#[allow(dead_code, reason = "shared with the tests of the protocol, which use all of it")]
mod seedlink_server;
mod support;

use ring::{BEGIN, Fault, Ring, records};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};
use support::server::Server;
use support::{entries_of, load_arguments, new_store, replay_hash, run};
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::record::Record;
use truceline_model::sensor_state::{LinkState, SensorState};
use truceline_model::time::Time;

/// How long a test waits for what must come.
const WAIT_MAX: Duration = Duration::from_secs(60);

fn file_of(folder: &Path, rings: &[(&str, &Ring)]) -> String {
    let source = |(name, ring): &(&str, &Ring)| {
        format!(
            "[[source]]\nname = \"{name}\"\nowner = \"owner of {name}\"\nkind = \"seedlink\"\naddress = \"{}\"\n\
             stations = [\"XX_*\"]\nbegin = \"{BEGIN}\"\n",
            ring.address
        )
    };
    let path = folder.join("sources.toml");
    std::fs::write(&path, rings.iter().map(source).collect::<String>()).unwrap();
    path.to_str().unwrap().to_owned()
}

fn serve(store: &str, file: &str) -> Server {
    Server::start_with(store, |command| {
        command.args(["--config", file]);
    })
}

fn wait_until(server: &Server, what: &str, is: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + WAIT_MAX;
    loop {
        let status = server.get("/api/v1/status").json();
        if is(&status["sources"]) {
            return status;
        }
        assert!(Instant::now() < deadline, "{what} did not come: {}", status["sources"]);
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The payloads of a source's record entries; each stands once.
fn registered(entries: &[Vec<u8>], source: &str) -> BTreeSet<Hash> {
    let mut hashes = BTreeSet::new();
    for record in entries.iter().filter_map(|bytes| entry::from_bytes::<Record>(bytes).ok()) {
        assert_eq!(record.owner, format!("owner of {}", record.source.source));
        assert!(record.received.is_some());
        if record.source.source == source {
            assert!(hashes.insert(record.payload.sha256), "a record stands twice");
        }
    }
    hashes
}

fn hashes(records: &[Vec<u8>]) -> BTreeSet<Hash> {
    records.iter().map(|record| Hash::of(record)).collect()
}

#[test]
fn what_sources_send_stands_in_the_journal_once_through_crashes() {
    let (folder, store) = new_store();
    let (north, south) = (Ring::start(), Ring::start());
    let file = file_of(folder.path(), &[("north", &north), ("south", &south)]);
    let (all_north, all_south) = (records("XX_N01_00_H_H_Z", 0..120), records("XX_S01_00_H_H_Z", 0..40));
    all_north[..60].iter().for_each(|record| north.push(record));
    all_south.iter().for_each(|record| south.push(record));
    north.faults(&[Fault::Cut(20, 300)]);

    let server = serve(&store, &file);
    let all = |status: &Value| status[0]["registered"] == 60 && status[1]["registered"] == 40;
    let status = wait_until(&server, "all records", all);
    assert_eq!(status["clock"]["kind"], "running");
    let (at_north, at_south) = (&status["sources"][0], &status["sources"][1]);
    assert_eq!((&at_south["state"], &at_south["problem"]), (&"connected".into(), &Value::Null));
    assert_eq!((&at_north["name"], &at_north["owner"]), (&"north".into(), &"owner of north".into()));
    assert_eq!((&at_north["protocol"], &at_north["tls"]), (&"SeedLink 4.0".into(), &false.into()));
    assert!(at_north["already"].as_u64().unwrap() > 0, "what was cut was asked for with an overlap");
    // What became of the links is in the journal, not in the status alone.
    let of_south = server.get("/api/v1/sources?source=south").json();
    let state = &of_south["states"][0];
    assert_eq!((of_south["states"].as_array().unwrap().len(), &state["state"]), (1, &"connected".into()), "{of_south}");
    assert_eq!((&state["owner"], &state["reason"]), (&"owner of south".into(), &Value::Null));
    server.kill();
    // Whoever opens it next signs what became durable last.
    Server::start(&store).stop();
    let entries = entries_of(&store);
    assert_eq!(registered(&entries, "north"), hashes(&all_north[..60]));
    assert_eq!(registered(&entries, "south"), hashes(&all_south));

    // After a crash it goes on where it stood, not from the beginning; the server's buffer is another one.
    all_north[60..].iter().for_each(|record| north.push(record));
    north.number_from(500_000);
    let server = serve(&store, &file);
    let status = wait_until(&server, "the rest", |status| status[0]["registered"] == 60);
    assert!(status["sources"][0]["already"].as_u64().unwrap() < 30, "{}", status["sources"]);
    let commands = north.sessions().last().unwrap().join(" | ");
    // The newest record began 590 s after the first.
    assert!(commands.ends_with("STATION XX_* | DATA ALL 2024-05-01T12:07:50Z | END"), "{commands}");
    let said = server.stop();
    assert!(said.contains("truceline: source north: resumed from 2024-05-01T12:07:50Z, SeedLink 4.0"), "{said}");
    assert_eq!(registered(&entries_of(&store), "north"), hashes(&all_north));
    let states: Vec<SensorState> =
        entries_of(&store).iter().filter_map(|bytes| entry::from_bytes(bytes).ok()).collect();
    let of_north: Vec<&SensorState> = states.iter().filter(|state| state.source == "north").collect();
    assert_eq!(of_north[0].state, LinkState::Connected);
    let ended = of_north.iter().position(|state| state.boot != of_north[0].boot).unwrap();
    assert!(of_north[..ended].iter().all(|state| state.state != LinkState::Stopped), "it was killed");
    let second: Vec<LinkState> = of_north[ended..].iter().map(|state| state.state).collect();
    assert_eq!(second, [LinkState::Resumed, LinkState::Stopped]);
    assert_eq!(of_north[ended].resumed_from, Some(Time::parse("2024-05-01T12:07:50Z").unwrap()));
    let hash = replay_hash(&store);
    assert_eq!(hash, replay_hash(&store), "a live store is derived again bit for bit");
}

#[test]
fn a_bad_file_is_named_and_nothing_is_begun() {
    let (folder, store) = new_store();
    let ring = Ring::start();
    let file = file_of(folder.path(), &[("north", &ring)]);
    let text = std::fs::read_to_string(&file).unwrap();
    for (old, new, expected) in [
        ("owner = ", "owned = ", "sources.toml, line 3: unknown field `owned`"),
        ("stations = [\"XX_*\"]", "stations = [\"XX\"]", "sources.toml, line 6, stations: \"XX\", expected NET_STA"),
        ("kind = ", "tls = true\ntrust = \"none.pem\"\nkind = ", "source north: "),
    ] {
        assert!(text.contains(old));
        std::fs::write(&file, text.replace(old, new)).unwrap();
        let refused = run(&["serve", &store, "--port", "0", "--no-open", "--config", &file]);
        assert_eq!((refused.code, refused.stdout.as_str()), (1, ""));
        assert!(refused.stderr.contains(expected), "{}\n{expected}", refused.stderr);
    }
    assert_eq!(ring.sessions().len(), 0);
    let missing = run(&["serve", &store, "--port", "0", "--no-open", "--config", "no-such.toml"]);
    assert!(missing.code == 1 && missing.stderr.contains("cannot read no-such.toml"), "{}", missing.stderr);
}

#[test]
fn a_store_of_recordings_takes_no_live_source() {
    let (folder, store) = new_store();
    run(&load_arguments(&store)).succeeded();
    let ring = Ring::start();
    let file = file_of(folder.path(), &[("north", &ring)]);
    let refused = run(&["serve", &store, "--port", "0", "--no-open", "--config", &file]);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("the clock of this store is that of recordings"), "{}", refused.stderr);
    assert_eq!(ring.sessions().len(), 0);
}

#[test]
fn the_example_s_file_reads() {
    let text = support::text_of("examples/sources.toml");
    let sources = truceline_formats::sources::read("sources.toml", &text).unwrap();
    assert_eq!(sources.len(), 2);
}
