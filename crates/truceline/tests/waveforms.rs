//! Files of waveforms through the commands: registered, detected, replayed, killed, damaged.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use std::path::Path;
use support::recording::{miniseed, miniseed_from};
use support::server::Server;
use support::*;
use truceline_model::derived::Derived;
use truceline_model::detection::Detection;
use truceline_model::entry;
use truceline_model::record::Record;
use truceline_model::time::Time;

/// A file of the recording beside a store.
fn file(store: &str, seconds: usize) -> String {
    let path = Path::new(store).with_file_name("day.mseed");
    std::fs::write(&path, miniseed(seconds)).unwrap();
    path.to_str().unwrap().to_owned()
}

fn detections(entries: &[Vec<u8>]) -> Vec<Detection> {
    entries.iter().filter_map(|e| entry::from_bytes::<Derived<Detection>>(e).ok()).map(|found| found.content).collect()
}

#[test]
fn a_file_gives_detections_in_the_journal_and_a_replay_gives_them_again() {
    let (_folder, store) = new_store();
    let file = file(&store, 180);
    let loaded = run(&["load", &store, &file, "--json", "--owner", "Post 4"]).succeeded().json();
    let answer = &loaded["files"][0];
    assert_eq!((answer["kind"].as_str(), answer["already"].as_u64()), (Some("miniSEED"), Some(0)), "{answer}");
    assert!(answer["refused"].as_array().unwrap().is_empty() && answer["excluded"].as_array().unwrap().is_empty());
    let entries = entries_of(&store);
    let found = detections(&entries);
    assert_eq!(answer["detections"].as_u64(), Some(found.len() as u64));
    assert!(found.len() >= 16 && found.iter().all(|detection| detection.owner == "Post 4"), "{found:?}");
    let records: Vec<Record> = entries.iter().filter_map(|bytes| entry::from_bytes(bytes).ok()).collect();
    let count: u64 = records.iter().map(|record| u64::from(record.records)).sum();
    assert_eq!(answer["registered"].as_u64(), Some(count));
    assert_eq!(count as usize * 512, miniseed(180).len());
    let cited: Vec<_> = found.iter().flat_map(|detection| &detection.waveform).collect();
    assert!(cited.iter().all(|hash| records.iter().any(|record| record.payload.sha256 == **hash)));
    replay_hash(&store);

    // The same arrivals as the command that registers nothing finds.
    let again = run(&["detect", &file, "--json", "--rise-p-false", "1e-8"]).succeeded().json();
    let mut expected: Vec<String> = again["channels"].as_array().unwrap().iter().flat_map(onsets).collect();
    let mut onsets: Vec<String> = found.iter().map(|d| format!("{} {}", d.channel, d.onset)).collect();
    expected.sort();
    onsets.sort();
    assert_eq!(onsets, expected);

    // The same file again, under another name.
    let other = Path::new(&file).with_file_name("copy.mseed");
    std::fs::copy(&file, &other).unwrap();
    let again = run(&["load", &store, other.to_str().unwrap(), "--json"]).succeeded().json();
    assert_eq!(
        (again["files"][0]["registered"].as_u64(), again["files"][0]["already"].as_u64()),
        (Some(0), Some(count))
    );
    assert!(entries_of(&store) == entries, "nothing is registered twice");
}

fn onsets(channel: &serde_json::Value) -> Vec<String> {
    let name = channel["channel"].as_str().unwrap();
    let arrivals = channel["arrivals"].as_array().unwrap();
    arrivals.iter().map(|arrival| format!("{name} {}", arrival["time"].as_str().unwrap())).collect()
}

#[test]
fn the_uh_network_s_arrivals_are_those_of_detect() {
    let names = ["UH1..SHZ", "UH2..SHZ", "UH3..SHE", "UH3..SHN", "UH3..SHZ", "UH4..SHZ"];
    let Some(first) = data("seismic/arrays/BW.UH1..SHZ.D.2010.147.cut.slist.gz") else { return };
    let (folder, store) = new_store();
    let files: Vec<String> = names
        .iter()
        .map(|name| {
            let packed = first.replace("UH1..SHZ", name);
            let plain = std::process::Command::new("gunzip").args(["-c", &packed]).output().unwrap();
            assert!(plain.status.success(), "gunzip -c {packed}");
            let path = folder.path().join(format!("{name}.slist"));
            std::fs::write(&path, plain.stdout).unwrap();
            path.to_str().unwrap().to_owned()
        })
        .collect();
    let with = |first: &[&str]| -> Vec<String> {
        first.iter().map(|word| (*word).to_owned()).chain(files.iter().cloned()).collect()
    };
    let words = with(&["load", &store]);
    run(&words.iter().map(String::as_str).collect::<Vec<_>>()).succeeded();
    let words = with(&["detect", "--json", "--rise-p-false", "1e-8"]);
    let detected = run(&words.iter().map(String::as_str).collect::<Vec<_>>()).succeeded().json();
    let mut expected: Vec<String> = detected["channels"].as_array().unwrap().iter().flat_map(onsets).collect();
    let found = detections(&entries_of(&store));
    let mut found: Vec<String> = found.iter().map(|d| format!("{} {}", d.channel, d.onset)).collect();
    expected.sort();
    found.sort();
    // 17 of them by the trigger alone.
    assert_eq!(found.len(), 32);
    assert_eq!(found, expected);
    replay_hash(&store);
}

#[test]
fn a_server_lists_what_was_detected_in_pages() {
    let (_folder, store) = new_store();
    let file = file(&store, 180);
    let server = Server::start(&store);
    let loaded = run(&["load", &store, &file, "--json"]).succeeded().json();
    let expected = loaded["files"][0]["detections"].as_u64().unwrap();
    let mut entries = Vec::new();
    let mut address = "/api/v1/detections?limit=5".to_owned();
    loop {
        let page = server.get(&address).json();
        let found = page["detections"].as_array().unwrap();
        assert!(found.len() <= 5);
        for detection in found {
            assert!(detection["snr"].as_f64().unwrap() > 1.0 && detection["onset_sigma_s"].as_f64().unwrap() > 0.0);
            assert_eq!(detection["class"], "seismic");
            assert!(!detection["waveform"].as_array().unwrap().is_empty());
            entries.push(detection["entry"].as_u64().unwrap());
        }
        let Some(next) = page["next"].as_u64() else { break };
        address = format!("/api/v1/detections?limit=5&before={next}");
    }
    assert_eq!(entries.len() as u64, expected);
    assert!(entries.windows(2).all(|pair| pair[0] > pair[1]), "the newest first, none twice");
    let of_one = server.get("/api/v1/detections?channel=FDSN:XX_ONE__H_H_Z&limit=500").json();
    let of_one = of_one["detections"].as_array().unwrap().clone();
    assert!(!of_one.is_empty() && of_one.len() < entries.len());
    assert!(of_one.iter().all(|detection| detection["channel"] == "FDSN:XX_ONE__H_H_Z"));
    let none = server.get("/api/v1/impediments?channel=nowhere").json();
    assert_eq!((none["impediments"].as_array().map(Vec::len), none["next"].is_null()), (Some(0), true));
    assert_eq!(server.get("/api/v1/detections?limit=many").status, 400);
    assert_eq!(server.get("/api/v1/detections?sort=snr").status, 400);
    let counts = server.get("/api/v1/status").json()["counts"].clone();
    assert_eq!(counts["detections"].as_u64(), Some(expected));
    assert_eq!(server.stop(), "");
    replay_hash(&store);
}

#[test]
fn damage_is_named_and_the_rest_goes_on() {
    let (_folder, store) = new_store();
    let file = file(&store, 60);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[512 * 3 + 200] ^= 0x40;
    bytes.extend_from_slice(b"the disk was full");
    std::fs::write(&file, &bytes).unwrap();
    let loaded = run(&["load", &store, &file]);
    assert_eq!(loaded.code, 0, "{loaded:?}");
    assert!(loaded.stdout.contains(", 2 refused, "), "{}", loaded.stdout);
    assert!(loaded.stdout.contains("  refused record at byte 1536 (miniseed-"), "{}", loaded.stdout);
    assert!(loaded.stdout.contains("(miniseed-signature): "), "{}", loaded.stdout);
    // The samples of the damaged record are missing, and that is said.
    assert!(loaded.stdout.contains(" impediments\n"), "{}", loaded.stdout);
    replay_hash(&store);
}

#[test]
fn a_missing_or_changed_payload_is_named_and_never_called_different() {
    let (_folder, store) = new_store();
    let file = file(&store, 180);
    run(&["load", &store, &file]).succeeded();
    let pack = Path::new(&store).join("payloads/00000001.pack");
    let whole = std::fs::read(&pack).unwrap();
    let mut changed = whole.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    for (bytes, why) in [(&changed[..], "other bytes are stored under its hash"), (&whole[..16], "it is not here")] {
        std::fs::write(&pack, bytes).unwrap();
        let replay = run(&["replay", &store]);
        assert_eq!(replay.code, 1, "{replay:?}");
        assert!(replay.stdout.contains("not re-derivable from ") && replay.stdout.contains(why), "{}", replay.stdout);
        assert!(
            replay.stdout.ends_with("nothing differs, but not everything could be compared\n"),
            "{}",
            replay.stdout
        );
        let json = run(&["replay", &store, "--json"]).json();
        assert_eq!(json["not_rederivable"].as_array().unwrap().len(), 1, "{json}");
        assert_eq!(json["divergence"], serde_json::Value::Null);
    }
    std::fs::write(&pack, &whole).unwrap();
    replay_hash(&store);
}

#[test]
fn an_erased_payload_is_the_reason_why_a_replay_cannot() {
    let (_folder, store) = new_store();
    let file = file(&store, 180);
    run(&["load", &store, &file]).succeeded();
    let entries = entries_of(&store);
    let records: Vec<Record> = entries.iter().filter_map(|bytes| entry::from_bytes(bytes).ok()).collect();
    let (first, second) = (records[0].payload.sha256.to_string(), records[1].payload.sha256.to_string());
    let bad = run(&["erase", &store, &first, "4f9c", "--reason", "a test"]);
    assert!(bad.code == 1 && bad.stderr.contains("expected the 64 hexadecimal digits"), "{}", bad.stderr);
    assert!(entries_of(&store) == entries, "a name that is none erases nothing");
    let erased = run(&["erase", &store, &first, "--reason", "it holds speech"]).succeeded().stdout;
    assert_eq!(erased, format!("{first}: erased, entry {}\n", entries.len()));
    // Through a server, which goes on deriving.
    let server = Server::start(&store);
    let json = run(&["erase", &store, &first, &second, "--reason", "it holds speech", "--json"]).succeeded().json();
    let already: Vec<bool> = json["erased"].as_array().unwrap().iter().map(|one| one["already"] == true).collect();
    assert_eq!(already, [true, false], "{json}");
    let refused = run(&["erase", &store, &"0".repeat(64), "--reason", "a test"]);
    assert!(refused.code == 1 && refused.stderr.contains("no payload is stored under 0000"), "{}", refused.stderr);
    run(&load_arguments(&store)).succeeded();
    assert_eq!(server.stop(), "");
    let replay = run(&["replay", &store]);
    let why = format!("by the operator of the store, entry {}: it holds speech", entries.len());
    assert!(replay.code == 1 && replay.stdout.contains(&why), "{}", replay.stdout);
    let json = run(&["replay", &store, "--json"]).json();
    assert_eq!((&json["divergence"], &json["missing"]), (&serde_json::Value::Null, &0.into()), "{json}");
    let stretches = json["not_rederivable"].as_array().unwrap();
    assert!(stretches.iter().all(|stretch| stretch["erasure"]["reason"] == "it holds speech"), "{json}");
    assert!(!stretches.last().unwrap()["to"].is_null(), "it goes on behind: {json}");
}

/// Killed at every place of an erasure: it stands and is finished at the next start, or it never was.
#[cfg(debug_assertions)]
#[test]
fn an_erasure_killed_anywhere_is_finished_at_the_next_start() {
    use support::killed::killed_at;
    let (folder, store) = new_store();
    let file = file(&store, 60);
    run(&["load", &store, &file]).succeeded();
    let records: Vec<Record> = entries_of(&store).iter().filter_map(|bytes| entry::from_bytes(bytes).ok()).collect();
    let whole = std::fs::read(&file).unwrap();
    let payload = records[0].payload.sha256;
    let text = payload.to_string();
    let mut places = 0;
    for place in ["append", "fsync", "ack", "step", "outputs", "erasure", "erase_index"] {
        for count in 1.. {
            let copy = folder.path().join(format!("{place}-{count}"));
            assert!(
                std::process::Command::new("cp")
                    .arg("-r")
                    .args([&store, copy.to_str().unwrap()])
                    .status()
                    .unwrap()
                    .success()
            );
            let copy = copy.to_str().unwrap();
            let erase = truceline(&["erase", copy, &text, "--reason", "a test"]);
            if killed_at(erase, place, count).is_none() {
                break;
            }
            places += 1;
            // The next start, whatever it is for.
            run(&["reassess", copy]).succeeded();
            let stands = kinds(&entries_of(copy)).contains(&"erasure");
            let pack = std::fs::read(Path::new(copy).join("payloads/00000001.pack")).unwrap();
            let is_there = pack.windows(512).any(|window| window == &whole[..512]);
            assert_eq!(is_there, !stands, "killed at {place}:{count}");
            let replay = run(&["replay", copy, "--json"]).json();
            assert_eq!((&replay["divergence"], &replay["missing"]), (&serde_json::Value::Null, &0.into()), "{replay}");
            run(&["erase", copy, &text, "--reason", "a test"]).succeeded();
            run(&["load", copy, FILES[0], FILES[1]]).succeeded();
        }
    }
    assert!(places >= 7, "{places}");
}

/// A dossier with its waveforms is all that it takes to derive its finding again.
#[test]
fn a_dossier_with_payloads_is_derived_again() {
    let (folder, store) = new_store();
    // Before the example's detections: its finding comes after records.
    let file = folder.path().join("hour.mseed");
    std::fs::write(&file, miniseed_from(Time::parse("2004-06-02T16:00:00Z").unwrap(), 60)).unwrap();
    // With a snapshot after each input: one stands behind the dossier's last entry, and none is missing from it.
    let numbers = text_of("crates/formats/configuration.toml");
    let often = numbers.replacen("[snapshot_every]\nvalue = 4096", "[snapshot_every]\nvalue = 1", 1);
    assert_ne!(often, numbers);
    let path = folder.path().join("numbers.toml");
    std::fs::write(&path, often).unwrap();
    let server = Server::start_with(&store, |command| {
        command.arg("--numbers").arg(&path);
    });
    run(&["load", &store, file.to_str().unwrap()]).succeeded();
    run(&load_arguments(&store)).succeeded();
    let case = server.get("/api/v1/cases").json()["cases"][0]["case"].as_str().unwrap().to_owned();
    let take = |query: &str| {
        let answer = server.get(&format!("/api/v1/cases/{case}/dossier{query}"));
        assert_eq!(answer.status, 200, "{}", answer.text());
        let path = folder.path().join(format!("dossier{}.tldoss", query.len()));
        std::fs::write(&path, answer.body).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (without, with) = (take(""), take("?payloads=1"));
    // The command writes the same bytes, through the server and, further below, without one.
    let written = |name: &str, payloads: &[&str]| {
        let path = folder.path().join(name).to_str().unwrap().to_owned();
        run(&[&["dossier", &store, &case, "--out", &path][..], payloads].concat()).succeeded();
        std::fs::read(path).unwrap()
    };
    assert!(written("a.tldoss", &[]) == std::fs::read(&without).unwrap());
    assert!(written("b.tldoss", &["--payloads"]) == std::fs::read(&with).unwrap());
    let records: Vec<Record> = entries_of(&store).iter().filter_map(|bytes| entry::from_bytes(bytes).ok()).collect();
    let first = run(&["replay", &without, "--json"]);
    assert_eq!((first.code, first.json()["not_rederivable"][0]["to"].is_null()), (1, true), "{}", first.stdout);
    let second = run(&["replay", &with, "--json"]).succeeded().json();
    assert_eq!((&second["same"], &second["missing"]), (&true.into(), &0.into()), "{second}");
    assert!(second["outputs"].as_u64() > first.json()["outputs"].as_u64());
    // One of them is erased: the next dossier says so, and the rest of it stands.
    run(&["erase", &store, &records[0].payload.sha256.to_string(), "--reason", "a test"]).succeeded();
    let third = run(&["replay", &take("?payloads=1"), "--json"]);
    assert_eq!((third.code, &third.json()["divergence"]), (1, &serde_json::Value::Null), "{}", third.stdout);
    assert_eq!(server.get(&format!("/api/v1/cases/{case}/dossier?payload=1")).status, 400);
    let no_case = run(&["dossier", &store, "04-0099-J"]);
    assert!(no_case.code == 1 && no_case.stderr.contains("case"), "{}", no_case.stderr);
    assert_eq!(server.stop(), "");
    let here = written("c.tldoss", &["--payloads"]);
    assert!(here == std::fs::read(folder.path().join("dossier11.tldoss")).unwrap(), "the same without a server");
}

/// Killed at every place, at every passing of it: what was acknowledged has its payload, and a second load ends with
/// the journal of an unbroken one.
#[cfg(debug_assertions)]
#[test]
fn killed_anywhere_nothing_acknowledged_lacks_its_payload() {
    use support::killed::killed_at;
    let (_folder, store) = new_store();
    let whole_file = file(&store, 60);
    run(&["load", &store, &whole_file]).succeeded();
    let (whole, hash) = (entries_of(&store), replay_hash(&store));
    let mut places = 0;
    for place in ["payload", "payload_fsync", "append", "fsync", "ack", "outputs"] {
        for count in 1.. {
            let (_folder, store) = new_store();
            let file = file(&store, 60);
            if killed_at(truceline(&["load", &store, &file]), place, count).is_none() {
                break;
            }
            places += 1;
            let acknowledged = entries_of(&store);
            assert!(whole.starts_with(&acknowledged), "killed at {place}:{count}");
            if !acknowledged.is_empty() {
                let replay = run(&["replay", &store, "--json"]).json();
                assert_eq!(
                    replay["not_rederivable"].as_array().unwrap().len(),
                    0,
                    "killed at {place}:{count}: {replay}"
                );
                assert_eq!(replay["divergence"], serde_json::Value::Null);
            }
            run(&["load", &store, &file]).succeeded();
            assert!(entries_of(&store) == whole, "killed at {place}:{count}");
            assert_eq!(replay_hash(&store), hash);
        }
    }
    assert!(places >= 10, "{places}");
}
