//! Sealed frames and the key register through the commands: what a station delivers, what is withheld, forged or stolen.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use std::path::Path;
use support::mission::Mission;
use support::recording::START;
use support::*;
use truceline_evidence::frame::{self, InFile};
use truceline_model::continuity::{Continuity, Fault};
use truceline_model::derived::Derived;
use truceline_model::detection::Detection;
use truceline_model::entry;
use truceline_model::record::Record;
use truceline_model::time::{NS_PER_S, Time};

fn frames(file: &[u8]) -> Vec<InFile> {
    frame::read(file).map(|read| read.unwrap().1).collect()
}

fn file_of(frames: &[InFile]) -> Vec<u8> {
    let mut file = frame::MAGIC.to_vec();
    for one in frames {
        frame::write(&mut file, &one.sealed, one.payload.as_deref());
    }
    file
}

#[test]
fn what_a_station_seals_is_detected_under_the_owner_of_the_register() {
    let mission = Mission::new();
    let monday = mission.seal("monday.tlframes", &[], 0, 180);
    let answer = mission.load(&monday);
    let sealed = frames(&monday);
    assert_eq!(answer["registered"].as_u64(), Some(sealed.len() as u64), "{answer}");
    assert_eq!(answer["continuity"].as_array().unwrap().len(), 0, "{answer}");
    let entries = entries_of(&mission.store);
    let records: Vec<Record> = entries.iter().filter_map(|bytes| entry::from_bytes(bytes).ok()).collect();
    assert_eq!(records.len(), sealed.len());
    assert!(records.iter().zip(&sealed).all(|(record, one)| record.frame == Some(one.sealed.hash())));
    let found: Vec<Detection> =
        entries.iter().filter_map(|e| entry::from_bytes::<Derived<Detection>>(e).ok()).map(|d| d.content).collect();
    assert!(found.len() >= 16 && found.iter().all(|detection| detection.owner == "observatory"));
    assert_eq!(answer["detections"].as_u64(), Some(found.len() as u64));

    // Delivered again it is acknowledged and not registered.
    let again = mission.load(&monday);
    assert_eq!((again["registered"].as_u64(), again["already"].as_u64()), (Some(0), Some(sealed.len() as u64)));

    // The next file goes on with the row, and everything is derived again from the journal.
    let after = mission.path("monday.tlframes");
    let tuesday = mission.seal("tuesday.tlframes", &["--after", &after, "--rebooted"], 180, 60);
    let answer = mission.load(&tuesday);
    let found = mission.found();
    assert_eq!(found.iter().map(|one| one.fault).collect::<Vec<_>>(), [Fault::Rebooted], "{answer}");
    replay_hash(&mission.store);
    let shown = run(&["keys", "show", &mission.store]).succeeded().stdout;
    assert!(shown.contains("TL01 of observatory, holds") && shown.contains("officers of 2 states"), "{shown}");
}

#[test]
fn frames_that_are_withheld_are_said_and_are_taken_when_they_come() {
    let mission = Mission::new();
    let all = frames(&mission.seal("day.tlframes", &[], 0, 600));
    assert!(all.len() >= 8, "{}", all.len());
    mission.load(&file_of(&all[..2]));
    mission.load(&file_of(&all[5..]));
    let found = mission.found();
    assert_eq!(found.iter().map(|one| (one.fault, one.from, one.to)).collect::<Vec<_>>(), [(Fault::Gap, 2, 4)]);
    mission.load(&file_of(&all[2..5]));
    assert_eq!(
        mission.found()[1..].iter().map(|one| (one.fault, one.from)).collect::<Vec<_>>(),
        [(Fault::Late, 2), (Fault::Late, 3), (Fault::Late, 4)]
    );
    replay_hash(&mission.store);
}

#[test]
fn what_was_forged_is_registered_and_not_used() {
    let mission = Mission::new();
    let all = frames(&mission.seal("day.tlframes", &[], 0, 300));
    // Somebody changes a payload and the frame with it, but has not the key.
    let mut forged = all[0].clone();
    let payload = b"samples of somebody else".to_vec();
    let stated = truceline_model::record::Payload {
        sha256: truceline_model::hash::Hash::of(&payload),
        bytes: payload.len() as u64,
    };
    forged.frame.payload = Some(stated);
    forged.sealed.body = truceline_model::canonical::Bytes(truceline_model::canonical::to_bytes(&forged.frame));
    forged.payload = Some(payload);
    let answer = mission.load(&file_of(&[forged, all[0].clone()]));
    assert_eq!(answer["registered"].as_u64(), Some(2), "{answer}");
    assert!(mission.excluded()[0].contains("the signature of frame 0 does not hold"), "{:?}", mission.excluded());

    // A thief has the key and goes on from frame 0; the station's own frames then do not fit.
    let other = frames(&mission.seal("other.tlframes", &["--clock-sigma-ms", "7"], 60, 120));
    let thief = &other[0];
    let mut second = thief.clone();
    second.frame.sequence = 1;
    second.frame.previous = Some(all[0].sealed.hash());
    let key = truceline_node::key_file::read(Path::new(&mission.path("tl01.key"))).unwrap();
    second.sealed = second.frame.seal(&key);
    mission.load(&file_of(&[second]));
    mission.load(&file_of(&all[1..3]));
    let faults: Vec<Fault> = mission.found().iter().map(|one| one.fault).collect();
    assert_eq!(faults, [Fault::Forked, Fault::Unchained]);
    assert_eq!(mission.excluded().len(), 1 + 4, "each frame and its record: {:?}", mission.excluded());

    // Officers revoke the key: what it signs from now on is not used, whatever time it claims.
    let public = run(&["keys", "public", &mission.path("tl01.key")]).succeeded().stdout.trim().to_owned();
    let out = mission.path("revoke.tlact");
    let since = entries_of(&mission.store).len().to_string();
    let revoke =
        ["keys", "revoke", &mission.store, "--public", &public, "--reason", "stolen", "--suspect-since", &since];
    run(&[&revoke[..], &["--out", &out]].concat()).succeeded();
    mission.sign_and_load("revoke.tlact", &["a", "b"]);
    mission.load(&file_of(&all[3..4]));
    let last = mission.excluded().into_iter().rev().nth(1).unwrap();
    assert!(last.contains("signed with a revoked key"), "{last}");
    replay_hash(&mission.store);
}

#[test]
fn showing_the_register_of_a_wrong_name_makes_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = folder.path().join("wrong");
    let shown = run(&["keys", "show", wrong.to_str().unwrap()]);
    assert!(shown.code == 1 && shown.stderr.contains("there is no store here"), "{}", shown.stderr);
    assert!(!wrong.exists());
}

#[test]
fn an_act_that_too_few_states_signed_has_no_effect() {
    let mission = Mission::new();
    let public = mission.new_key("tl02");
    let out = mission.path("tl02.tlact");
    let role = ["keys", "enrol", &mission.store, "--role", "station", "--name", "TL02", "--owner", "b"];
    run(&[&role[..], &["--public", &public, "--out", &out]].concat()).succeeded();
    run(&["keys", "sign", &out, "--key", &mission.path("a.key"), "--key", &mission.path("tl02.key")]).succeeded();
    let answer = run(&["load", &mission.store, &out, "--json"]).succeeded().json();
    let excluded = answer["files"][0]["excluded"][0].as_str().unwrap().to_owned();
    assert!(excluded.contains("officers of 1 different states signed, 2 are needed"), "{excluded}");
    // With the second officer's signature it has.
    mission.sign_and_load("tl02.tlact", &["b"]);
    let again = run(&["load", &mission.store, &out, "--json"]).succeeded().json();
    assert_eq!(again["files"][0]["already"].as_u64(), Some(1));
}

#[test]
fn what_people_state_about_a_finding_is_in_its_dossier() {
    let mission = Mission::new();
    mission.enrol_reviewer();
    run(&load_arguments(&mission.store)).succeeded();
    let key = mission.path("reviewer.key");
    let state = |stance: &str, words: &str, more: &[&str]| {
        let stated = ["statement", &mission.store, "04-0001-P", "--key", &key, "--stance", stance, "--words", words];
        run(&[&stated[..], more].concat())
    };
    state("supports", "heard at the post", &[]).succeeded();
    let twice = state("disputes", "a blast was announced", &[]);
    assert!(twice.code != 0 && twice.stderr.contains("--supersede"), "{}", twice.stderr);
    state("disputes", "a blast was announced", &["--supersede"]).succeeded();
    let out = mission.path("case.tldoss");
    run(&["dossier", &mission.store, "04-0001-P", "--out", &out]).succeeded();
    let report = truceline_evidence::verification::verify(&std::fs::read(&out).unwrap(), None);
    let said: Vec<&str> =
        report.checks.iter().filter(|check| check.name == "statements").map(|check| check.sentence.as_str()).collect();
    assert_eq!(
        said,
        [
            "review-b of B disputes the finding: \u{201c}a blast was announced\u{201d}",
            "0 more statements are in force; 1 were superseded and stand in the file."
        ]
    );
    // A key that no officer enrolled says nothing.
    mission.new_key("stranger");
    let stranger = mission.path("stranger.key");
    let stated = ["statement", &mission.store, "04-0001-P", "--key", &stranger, "--stance", "notes", "--words", "x"];
    assert!(run(&stated).stderr.contains("is not enrolled"));
    replay_hash(&mission.store);
}

/// A relay's receipts through the commands: enrolled, given, registered; and a frame that somebody makes later with the
/// station's key for the time before has none.
#[test]
fn a_relay_says_by_when_frames_had_arrived() {
    let mission = Mission::new();
    let public = mission.new_key("r01");
    let out = mission.path("r01.tlact");
    let role = ["keys", "enrol", &mission.store, "--role", "relay", "--name", "R01", "--owner", "post"];
    run(&[&role[..], &["--public", &public, "--out", &out]].concat()).succeeded();
    mission.sign_and_load("r01.tlact", &["a", "b", "r01"]);
    mission.seal("monday.tlframes", &[], 0, 180);
    let after = mission.path("monday.tlframes");
    mission.seal("tuesday.tlframes", &["--after", &after], 180, 180);
    let wednesday_after = mission.path("tuesday.tlframes");
    let forged = mission.seal("wednesday.tlframes", &["--after", &wednesday_after], 360, 180);
    let relay = |name: &str, more: &[&str], time: Time| {
        let (frames, out) = (mission.path(&format!("{name}.tlframes")), mission.path(&format!("{name}.tlrelayed")));
        let (key, time) = (mission.path("r01.key"), time.to_string());
        let relay = ["relay", "--key", &key, "--relay", "R01", "--time", &time, &frames, "--out", &out];
        run(&[&relay[..], more].concat()).succeeded();
        std::fs::read(out).unwrap()
    };
    let at = |s: i64| Time(START.0 + s * NS_PER_S);
    let monday = relay("monday", &[], at(200));
    let answer = mission.load(&monday);
    assert_eq!(answer["continuity"].as_array().unwrap().len(), 0, "{answer}");
    assert_eq!(answer["excluded"].as_array().unwrap().len(), 0, "{answer}");
    let registered = entries_of(&mission.store).len();
    let resent = mission.load(&monday);
    assert_eq!((resent["registered"].as_u64(), entries_of(&mission.store).len()), (Some(0), registered), "{resent}");
    // The next batch reaches the relay a day late.
    let before = mission.path("monday.tlrelayed");
    let tuesday = relay("tuesday", &["--after", &before], at(86_400));
    mission.load(&tuesday);
    let faults = |found: Vec<Continuity>| found.into_iter().map(|found| found.fault).collect::<Vec<_>>();
    let late = faults(mission.found());
    assert!(!late.is_empty() && late.iter().all(|fault| *fault == Fault::HeldBack), "{late:?}");
    mission.load(&forged);
    assert_eq!(faults(mission.found()).iter().filter(|fault| **fault == Fault::Unreceipted).count(), 1);
    assert_eq!(mission.excluded(), Vec::<String>::new());
    let out = mission.path("back.tlrelayed");
    let (key, frames) = (mission.path("r01.key"), mission.path("tuesday.tlframes"));
    let after = mission.path("tuesday.tlrelayed");
    let back = ["relay", "--key", &key, "--relay", "R01", "--after", &after, &frames, "--out", &out, "--time"];
    let refused = run(&[&back[..], &[&at(0).to_string()]].concat());
    assert!(refused.code == 1 && refused.stderr.contains("go on in time"), "{refused:?}");
    replay_hash(&mission.store);
}

#[test]
fn a_station_shows_its_cell_in_a_dossier_and_withholds_its_place() {
    use truceline_evidence::verification::{Outcome, verify};
    let mission = Mission::new();
    let stated = ["--place", "37.2143,48.3071", "--field", "sensor=MB3a"];
    // Before the recorded explosion, so that its finding comes after them.
    let before = Time::parse("2004-06-02T12:00:00Z").unwrap();
    let sealed = mission.seal("monday.tlframes", &stated, (before.0 - START.0) / NS_PER_S, 180);
    assert!(frames(&sealed).iter().all(|one| one.frame.fields.is_some_and(|fields| fields.count == 3)));
    mission.load(&sealed);
    run(&load_arguments(&mission.store)).succeeded();
    let (monday, key, shown) =
        (mission.path("monday.tlframes"), mission.path("tl01.key"), mission.path("monday.tlshown"));
    let disclose = |more: &[&str]| {
        let disclose = ["disclose", &monday, "--key", &key, "--show", "place.cell", "--out", &shown];
        run(&[&disclose[..], more].concat())
    };
    let answer = disclose(&stated).succeeded().stdout;
    let count = frames(&sealed).len();
    assert!(answer.ends_with(&format!("place.cell of {count} frames, 2 of 3 fields withheld\n")), "{answer}");
    let bytes = std::fs::read(&shown).unwrap();
    assert!(!bytes.windows(4).any(|window| window == b"MB3a"), "what is withheld is in the file");

    let out = mission.path("case.tldoss");
    let dossier = ["dossier", &mission.store, "04-0001-P", "--out", &out];
    run(&[&dossier[..], &["--fields", &shown]].concat()).succeeded();
    let said = |path: &str| {
        let journal_key = std::fs::read_to_string(Path::new(&mission.store).join("journal.vkey")).unwrap();
        let key = truceline_evidence::note::VerifierKey::parse(journal_key.lines().next().unwrap()).unwrap();
        let report = verify(&std::fs::read(path).unwrap(), Some(&key));
        assert_eq!(report.outcome, Outcome::Proven, "{:#?}", report.checks);
        let fields = report.checks.into_iter().filter(|check| check.name == "fields");
        fields.map(|check| check.sentence).collect::<Vec<_>>()
    };
    let [sentence] = &said(&out)[..] else { panic!("{:?}", said(&out)) };
    assert!(sentence.starts_with(&format!("TL01 states, in {count} frames, at entries ")), "{sentence}");
    assert!(
        sentence.ends_with(
            "it stands inside the cell of latitude 48.3 to 48.4 and longitude 37.2 to 37.3; its exact place is withheld. Of 3 \
             fields 2 are withheld."
        ),
        "{sentence}"
    );
    // With its waveforms it shows the same, and is derived again.
    run(&[&dossier[..], &["--fields", &shown, "--payloads"]].concat()).succeeded();
    assert_eq!(said(&out), std::slice::from_ref(sentence));
    run(&["replay", &out]).succeeded();
    // Nothing is shown without the station's word.
    run(&dossier).succeeded();
    assert_eq!(
        said(&out),
        [format!("TL01 sealed fields in {count} frames of which nothing is shown: all {} are withheld.", 3 * count)]
    );

    for (arguments, why) in [
        (&["--place", "37.2144,48.3071", "--field", "sensor=MB3a"][..], "sealed other fields, or with another key"),
        (&[][..], "say them again with --place and --field"),
        (&["--field", "sensor=MB3a"], "sealed other fields"),
        (&["--place", "48.3071"], "expected LON,LAT"),
        (&["--place", "37.2143,48.3071", "--cell-deg", "0"], "expected 0.001 to 10 degrees"),
    ] {
        let refused = disclose(arguments);
        assert!(refused.code == 1 && refused.stderr.contains(why), "{arguments:?}: {}", refused.stderr);
    }
    let unknown = disclose(&[&stated[..], &["--show", "model"]].concat());
    assert!(unknown.stderr.contains("there is no field \"model\" in the record"), "{}", unknown.stderr);
}
