//! Dossiers and a fork that other programs check too, the page in a browser among them: `examples/evidence`, with the report of
//! this program on each in `expected.json`. All are made here; `TRUCELINE_WRITE_SNAPSHOTS=1` writes them anew.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
#[path = "support/invented.rs"]
mod invented;

use invented::{Mission, noise};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::dossier::{Dossier, disclose};
use truceline_evidence::fields::CELL;
use truceline_evidence::fork::Fork;
use truceline_evidence::merkle::Tree;
use truceline_evidence::note::SigningKey;
use truceline_model::hash::Hash;
use truceline_model::place::Place;
use truceline_verify::{Outcome, Policy, VerifierKey, check_fork, json, verify, verify_witnessed};

/// The files, by name.
type Files = BTreeMap<&'static str, Vec<u8>>;

fn files() -> Files {
    let mut mission = Mission::new();
    let mut station = mission.station("TL01", "observatory", Place { lat_e7: 483_071_000, lon_e7: 372_143_000 });
    let mut shown = BTreeMap::new();
    for number in 0..4 {
        let cell = station.sealing().show(&[CELL]).unwrap();
        // A heartbeat between what it delivers.
        mission.deliver(&mut station, (number != 2).then(|| noise(number, 300)));
        shown.insert(station.next.previous.unwrap(), cell);
    }
    mission.tick(60);
    mission.find();
    let unwitnessed = mission.dossier(false);
    mission.cosign(3);
    let (plain, heavy) = (mission.dossier(false), mission.dossier(true));
    let sample = heavy.windows(16).position(|window| window == &noise(3, 300)[..16]).unwrap();
    // Payloads stand in the order of their hashes: of one that was changed the form still holds in one place in three.
    let flipped = (0..8).map(|bit| {
        let mut bytes = heavy.clone();
        bytes[sample] ^= 1 << bit;
        bytes
    });
    let tampered = flipped.into_iter().find(|bytes| Dossier::parse(bytes).is_ok()).unwrap();
    let mut changed_statement = plain.clone();
    let word = plain.windows(15).position(|window| window == b"Possible breach").unwrap();
    changed_statement[word] = b'p';
    let mut changed_salt = plain.clone();
    // The salt is the first value of the first entry.
    let salt = plain.windows(4).position(|window| window == b"salt").unwrap() + 6;
    changed_salt[salt] ^= 1;

    let log = SigningKey::from_seed(invented::ORIGIN, [1; 32]).unwrap();
    let head = |leaf: &[u8]| {
        let root = Hash::of(leaf);
        Checkpoint { origin: invented::ORIGIN.to_owned(), size: 1, root }.sign(&log).unwrap()
    };
    // Two logs of one key: the larger does not begin as the smaller one.
    let tree = |first: &[u8], size: u8| {
        let mut tree = Tree::new();
        tree.append(Hash::of(first));
        (1..size).for_each(|leaf| _ = tree.append(Hash::of(&[leaf])));
        let root = tree.root();
        (Checkpoint { origin: invented::ORIGIN.to_owned(), size: u64::from(size), root }.sign(&log).unwrap(), tree)
    };
    let ((small, _), (large, larger)) = (tree(b"one", 3), tree(b"other", 7));
    // Three is no power of two: the proof leaves out no node.
    let path = larger.consistency_proof(3, 7).unwrap();
    let other = SigningKey::from_seed(invented::ORIGIN, [3; 32]).unwrap().verifier_key().to_string();
    BTreeMap::from([
        ("changed-salt.tldoss", changed_salt),
        ("changed-statement.tldoss", changed_statement),
        ("fields.tldoss", disclose(&plain, &shown).unwrap()),
        ("hole.tldoss", mission.dossier_from(3, false)),
        ("journal.vkey", format!("{}\n", mission.key()).into_bytes()),
        ("other.vkey", format!("{other}\n").into_bytes()),
        ("parties.policy", mission.policy(2, 3).into_bytes()),
        ("plain.tldoss", plain),
        ("tampered-payload.tldoss", tampered),
        ("two-sizes.fork", Fork::of(&small, &large, &path).unwrap().to_bytes()),
        ("two-heads.fork", Fork::of(&head(b"one"), &head(b"other"), &[]).unwrap().to_bytes()),
        ("unwitnessed.tldoss", unwitnessed),
        ("waveforms.tldoss", heavy),
    ])
}

/// Each check: its name, the file, the key's file if one is pinned, whether the policy is asked, and what must come out.
const CHECKS: [(&str, &str, Option<&str>, bool, Outcome); 13] = [
    ("sound", "plain.tldoss", Some("journal.vkey"), true, Outcome::Proven),
    ("with waveforms", "waveforms.tldoss", Some("journal.vkey"), true, Outcome::Proven),
    ("with shown fields", "fields.tldoss", Some("journal.vkey"), true, Outcome::Proven),
    ("no policy", "plain.tldoss", Some("journal.vkey"), false, Outcome::Proven),
    ("no key", "plain.tldoss", None, true, Outcome::Unproven),
    ("unwitnessed", "unwitnessed.tldoss", Some("journal.vkey"), true, Outcome::Unproven),
    ("hole", "hole.tldoss", Some("journal.vkey"), true, Outcome::Unproven),
    ("another key", "plain.tldoss", Some("other.vkey"), true, Outcome::Contradicted),
    ("tampered payload", "tampered-payload.tldoss", Some("journal.vkey"), true, Outcome::Contradicted),
    ("changed statement", "changed-statement.tldoss", Some("journal.vkey"), true, Outcome::Contradicted),
    ("changed salt", "changed-salt.tldoss", Some("journal.vkey"), true, Outcome::Contradicted),
    ("fork", "two-heads.fork", Some("journal.vkey"), false, Outcome::Proven),
    ("fork of two sizes", "two-sizes.fork", Some("journal.vkey"), false, Outcome::Proven),
];

fn expected(files: &Files) -> String {
    let checks = CHECKS.map(|(name, file, key, with_policy, outcome)| {
        let pinned = key.map(|key| VerifierKey::parse(std::str::from_utf8(&files[key]).unwrap().trim()).unwrap());
        let policy = Policy::parse(&files["parties.policy"]).unwrap();
        let (found, report) = if file.ends_with(".fork") {
            let report = check_fork(&files[file], pinned.as_ref());
            (report.outcome, report.json())
        } else {
            let report = if with_policy {
                verify_witnessed(&files[file], pinned.as_ref(), &policy)
            } else {
                verify(&files[file], pinned.as_ref())
            };
            (report.outcome, json(&report))
        };
        assert_eq!(found, outcome, "{name}: {report}");
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        serde_json::json!({ "name": name, "file": file, "key": key, "policy": with_policy, "report": report })
    });
    serde_json::to_string_pretty(&checks.to_vec()).unwrap() + "\n"
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/evidence")
}

#[test]
fn what_other_programs_check_is_as_this_one_makes_and_reports_it() {
    let mut files = files();
    let expected = expected(&files);
    files.insert("expected.json", expected.into_bytes());
    if std::env::var_os("TRUCELINE_WRITE_SNAPSHOTS").is_some() {
        std::fs::create_dir_all(folder()).unwrap();
        files.iter().for_each(|(name, bytes)| std::fs::write(folder().join(name), bytes).unwrap());
    }
    for (name, bytes) in &files {
        let held = std::fs::read(folder().join(name)).unwrap();
        assert!(held == *bytes, "examples/evidence/{name} is not as it is made now");
    }
}
