//! The log over HTTP, read as any tool of transparency logs reads one, and its sign guard by the command.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use std::path::Path;
use support::server::Server;
use support::*;
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::note::VerifierKey;
use truceline_evidence::tiles::{Kind, Tile, check, read_bundle, tiles_of};

fn checkpoint_of(server: &Server, prefix: &str) -> Checkpoint {
    let answer = server.get(&format!("{prefix}/checkpoint"));
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/plain; charset=utf-8")));
    Checkpoint::open(answer.text(), &VerifierKey::parse(&server.key).unwrap()).unwrap()
}

/// Reads the whole log below a prefix and checks it.
fn assert_whole(server: &Server, prefix: &str, checkpoint: &Checkpoint) {
    let fetch = |tile: &Tile| {
        let answer = server.get(&format!("{prefix}/{tile}"));
        (answer.status == 200).then_some(answer.body)
    };
    let mut faults = Vec::new();
    check(checkpoint, fetch, |fault| faults.push(fault));
    assert_eq!(faults, []);
}

#[test]
fn the_log_is_read_by_its_tiles() {
    let (_folder, store) = new_store();
    let server = Server::start(&store);
    for name in FILES {
        server.load(name);
    }
    let checkpoint = checkpoint_of(&server, "/log");
    assert!(checkpoint.size > 20, "{checkpoint}");
    assert_whole(&server, "/log", &checkpoint);
    for tile in tiles_of(checkpoint.size).filter(|tile| tile.kind() == Kind::Entries) {
        let bytes = server.get(&format!("/log/{tile}")).body;
        let entries = read_bundle(&bytes, tile.width()).unwrap();
        assert!(entries.iter().all(|entry| entry.len() == 32), "all entries look the same");
    }
    let beyond = Tile::new(Kind::Entries, checkpoint.size / 256, checkpoint.size % 256 + 1).unwrap();
    for path in [
        beyond.to_string().as_str(),
        "tile/0/001",
        "tile/1/000.p/1",
        "tile/0/0",
        "tile/0/000.p/256",
        "tile/data/000",
        "tile/..%2f..%2fkeys/journal.seed",
        "tile",
        "keys/journal.seed",
    ] {
        assert_eq!(server.get(&format!("/log/{path}")).status, 404, "{path}");
    }
    for path in ["checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1"] {
        assert_eq!(server.get(&format!("/public/log/{path}")).status, 404, "the public has no log unless it is said");
    }
    server.stop();
    // The files beside the journal are the same tiles.
    let leaves = std::fs::read(Path::new(&store).join("tiles/0")).unwrap();
    assert_eq!(leaves.len() as u64, 32 * checkpoint.size);
}

#[test]
fn the_log_is_exported_as_files_and_such_files_are_checked() {
    let (folder, store) = new_store();
    run(&["load", &store, FILES[0]]).succeeded();
    let mirror = folder.path().join("mirror");
    let mirror = mirror.to_str().unwrap();
    let key = format!("{store}/journal.vkey");
    let check = || run(&["log", "check", mirror, "--key", &key, "--json"]);
    assert_eq!(check().code, 2, "nothing is there");
    let first = run(&["log", "export", &store, mirror, "--json"]).succeeded().json();
    run(&["load", &store, FILES[1]]).succeeded();
    let second = run(&["log", "export", &store, mirror, "--json"]).succeeded().json();
    assert!(first["size"].as_u64() < second["size"].as_u64(), "{first} {second}");
    let sound = check();
    let found = sound.json();
    assert_eq!((sound.code, found["sound"].as_bool(), &found["size"]), (0, Some(true), &second["size"]));
    let size = found["size"].as_u64().unwrap();
    let leaves = Path::new(mirror).join(Tile::new(Kind::Hashes(0), 0, size.min(256)).unwrap().to_string());
    let mut bytes = std::fs::read(&leaves).unwrap();
    bytes[3 * 32] ^= 1;
    std::fs::write(&leaves, &bytes).unwrap();
    let damaged = check();
    assert_eq!((damaged.code, damaged.json()["faults"][0]["entry"].as_u64()), (1, Some(3)));
    let refused = run(&["log", "export", &store, mirror]);
    assert!(refused.code == 1 && refused.stderr.contains("other bytes stand there"), "{refused:?}");
}

/// Tessera's recorded log reads as ours does.
#[test]
fn a_log_of_tessera_s_is_checked() {
    let Some(data) = std::env::var_os("TRUCELINE_DATA") else { return };
    let log = Path::new(&data).join("evidence/tessera/testdata/log");
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("log.vkey");
    std::fs::write(&key, "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx\n").unwrap();
    let (log, key) = (log.to_str().unwrap(), key.to_str().unwrap());
    let found = run(&["log", "check", log, "--key", key, "--json"]).succeeded().json();
    assert_eq!((found["sound"].as_bool(), found["size"].as_u64()), (Some(true), Some(15)), "{found}");
}

#[test]
fn the_public_reads_the_log_of_the_newest_moment_and_nothing_after_it() {
    let (_folder, store) = new_store();
    run(&["load", &store, FILES[0]]).succeeded();
    let start = || {
        Server::start_with(&store, |command| {
            command.args(["--public-log-after", "0"]);
        })
    };
    let server = start();
    // It keeps the newest checkpoint within some tenths of a second.
    let at = std::time::Instant::now();
    while server.get("/public/log/checkpoint").status == 404 {
        assert!(at.elapsed().as_secs() < 60, "no public checkpoint");
        std::thread::yield_now();
    }
    let public = checkpoint_of(&server, "/public/log");
    server.load(FILES[1]);
    let newest = checkpoint_of(&server, "/log");
    assert!(newest.size > public.size);
    assert_eq!(checkpoint_of(&server, "/public/log"), public, "a day's checkpoint stays for the day");
    assert_whole(&server, "/public/log", &public);
    let wider = Tile::new(Kind::Hashes(0), 0, public.size % 256 + 1).unwrap();
    assert_eq!(server.get(&format!("/public/log/{wider}")).status, 404);
    assert_eq!(server.get(&format!("/log/{wider}")).status, 200);
    server.stop();
    let server = start();
    assert_eq!(checkpoint_of(&server, "/public/log"), public, "nor does a restart show anything");
}

#[test]
fn fsck_names_a_bad_byte_and_its_entry() {
    let (_folder, store) = new_store();
    run(&load_arguments(&store)).succeeded();
    let sound = run(&["fsck", &store]).succeeded();
    assert!(sound.stdout.ends_with("sound: everything is what was registered\n"), "{}", sound.stdout);
    let path = Path::new(&store).join("journal.log");
    let mut log = std::fs::read(&path).unwrap();
    let at = log.len() / 2;
    log[at] ^= 4;
    std::fs::write(&path, &log).unwrap();
    let damaged = run(&["fsck", &store, "--json"]);
    let found = damaged.json();
    assert_eq!((damaged.code, found["sound"].as_bool()), (1, Some(false)));
    let fault = &found["faults"][0];
    let range = fault["from"].as_u64().unwrap()..fault["to"].as_u64().unwrap();
    assert!(fault["file"] == "journal.log" && range.contains(&(at as u64)) && fault["entry"].is_u64(), "{found}");
    let words = run(&["fsck", &store]);
    assert!(words.code == 1 && words.stdout.contains("journal.log bytes "), "{words:?}");
    log[at] ^= 4;
    std::fs::write(&path, &log).unwrap();
    let _server = Server::start(&store);
    let busy = run(&["fsck", &store]);
    assert!(busy.code == 2 && busy.stderr.contains("another process writes to this store"), "{busy:?}");
}

#[test]
fn a_restored_store_refuses_and_says_what_to_do() {
    let (folder, store) = new_store();
    let guards = folder.path().join("guards");
    let guarded = |arguments: &[&str]| {
        let output = truceline(arguments).env("TRUCELINE_GUARD", &guards).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    assert_eq!(guarded(&["load", &store, FILES[0]]).0, 0);
    let log = Path::new(&store).join("journal.log");
    let checkpoint = Path::new(&store).join("checkpoint");
    let backup = (std::fs::read(&log).unwrap(), std::fs::read(&checkpoint).unwrap());
    assert_eq!(guarded(&["load", &store, FILES[1]]).0, 0);
    let (code, said, _) = guarded(&["guard", &store]);
    assert!(code == 0 && said.trim_end().ends_with("entries were signed last"), "{said}");
    std::fs::write(&log, backup.0).unwrap();
    std::fs::write(&checkpoint, backup.1).unwrap();
    let (code, _, said) = guarded(&["load", &store, FILES[2]]);
    assert!(code == 1 && said.contains("this store is older than what was signed"), "{said}");
    let (code, _, said) = guarded(&["guard", &store, "--adopt"]);
    assert!(code == 1 && said.contains("Restore the newer store"), "{said}");
    // On another machine it comes without its guard.
    std::fs::remove_dir_all(&guards).unwrap();
    assert_eq!(guarded(&["guard", &store]).0, 1);
    let (code, _, said) = guarded(&["load", &store, FILES[2]]);
    assert!(code == 1 && said.contains("truceline guard STORE --adopt"), "{said}");
    assert_eq!(guarded(&["guard", &store, "--adopt", "--json"]).0, 0);
    assert_eq!(guarded(&["load", &store, FILES[2]]).0, 0);
}
