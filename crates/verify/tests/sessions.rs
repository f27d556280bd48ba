//! Whole runs of the program: arguments, exit code and output, compared with the checked-in sessions.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
use std::path::{Path, PathBuf};
use std::process::Command;
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::dossier::build;
use truceline_evidence::fork::Fork;
use truceline_evidence::journal::Appender;
use truceline_evidence::memory::MemoryJournal;
use truceline_evidence::note::{Algorithm, SigningKey};
use truceline_model::hash::Hash;

const DOSSIER: &[u8] = include_bytes!("../../evidence/golden/dossier-1.tldoss");
const KEY: &str = "example.org/north+51587985+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";

/// A folder with the files that the sessions read.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("sound.tldoss", DOSSIER);
    write("key.txt", format!("{KEY}\nthe key of the northern journal, read out by telephone\n").as_bytes());
    write("nokey.txt", b"no key\n");
    write("cut.tldoss", &DOSSIER[..1000]);

    let place = |word: &[u8]| DOSSIER.windows(word.len()).position(|w| w == word).unwrap();
    let mut changed = DOSSIER.to_vec();
    changed[place(b"number 3")] ^= 0x20;
    write("changed-entry.tldoss", &changed);
    changed = DOSSIER.to_vec();
    changed[place(b"Possible breach")] = b'I';
    write("changed-statement.tldoss", &changed);

    let signer = SigningKey::from_seed("example.org/north", [1; 32]).unwrap();
    let journal = MemoryJournal::new(signer, [9; 32]);
    // A kind as no engine writes it: it must not reach the screen.
    let entries =
        [b"\x83\x66report\x01\x60".to_vec(), b"\x83\x65\x1b[31m\x01\x60".to_vec(), b"\x83\x67finding\x01\x60".to_vec()];
    journal.append(entries.to_vec()).unwrap();
    let statement = "Undetermined.\nTwo lines, with \u{202e}a turn.";
    write("part.tldoss", &build(&journal, 1..3, 2, "04-0002-C", statement).unwrap());
    policies_and_forks(folder.path(), &journal);
    folder
}

/// A policy, a dossier that its witnesses cosigned, one with a false cosignature, and a fork file.
fn policies_and_forks(folder: &Path, other: &MemoryJournal) {
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    let witnesses: Vec<SigningKey> = (1..=3).map(witness).collect();
    let line = |key: &SigningKey| format!("witness {} {}\n", key.verifier_key().name(), key.verifier_key());
    let names: Vec<&str> = witnesses.iter().map(|key| key.verifier_key().name()).collect();
    let lines: String = witnesses.iter().map(line).collect();
    let group = format!("group guarantors 2 {}\nquorum guarantors\n", names.join(" "));
    write("parties.policy", format!("log {KEY}\n{lines}{group}").as_bytes());
    write("wrong.policy", format!("log {KEY}\n{lines}").as_bytes());

    let cosigned = |witnesses: &[&SigningKey]| {
        let witnesses: Vec<SigningKey> = witnesses.iter().copied().cloned().collect();
        other.cosign(&witnesses, 1_700_000_000).unwrap();
        build(other, 0..3, 2, "04-0003-C", "Undetermined.").unwrap()
    };
    write("cosigned.tldoss", &cosigned(&[&witnesses[0], &witnesses[2]]));
    write("one-witness.tldoss", &cosigned(&[&witnesses[1]]));

    let signer = SigningKey::from_seed("example.org/north", [1; 32]).unwrap();
    let head = |leaf: &[u8]| {
        Checkpoint { origin: "example.org/north".into(), size: 1, root: Hash::of(leaf) }.sign(&signer).unwrap()
    };
    let fork = Fork::of(&head(b"one"), &head(b"other"), &[]).unwrap().to_bytes();
    write("two-heads.fork", &fork);
    let mut changed = fork;
    let at = changed.len() - 100;
    changed[at] ^= 1;
    write("changed.fork", &changed);
}

fn witness(seed: u8) -> SigningKey {
    SigningKey::of(&format!("guarantor-{seed}.example.org"), Algorithm::MlDsa44, [60 + seed; 32]).unwrap()
}

/// Runs the program in `folder` and compares what it prints with the checked-in session; says what differs.
fn session(folder: &Path, name: &str, arguments: &[&str], code: i32) -> Option<String> {
    let run =
        Command::new(env!("CARGO_BIN_EXE_truceline-verify")).args(arguments).current_dir(folder).output().unwrap();
    let found = format!(
        "$ truceline-verify {}\n{}{}exit code {}\n",
        arguments.join(" "),
        String::from_utf8(run.stdout).unwrap(),
        String::from_utf8(run.stderr).unwrap(),
        run.status.code().unwrap()
    );
    let snapshot = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(format!("{name}.txt"));
    let expected = std::fs::read_to_string(&snapshot).unwrap_or_default();
    if found != expected {
        let actual = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.txt"));
        std::fs::write(&actual, &found).unwrap();
        return Some(format!("{name} is not as checked in; what was printed stands in {}", actual.display()));
    }
    (run.status.code() != Some(code)).then(|| format!("{name} ends with another code than {code}"))
}

#[test]
fn sessions_are_as_checked_in() {
    let folder = folder();
    let other = SigningKey::from_seed("example.org/north", [2; 32]).unwrap().verifier_key().to_string();
    let mut differing = Vec::new();
    let mut run = |name, arguments: &[&str], code| differing.extend(session(folder.path(), name, arguments, code));
    run("proven", &["cosigned.tldoss", "--key", KEY, "--policy", "parties.policy"], 0);
    run("proven-json", &["cosigned.tldoss", "--key", "key.txt", "--policy", "parties.policy", "--json"], 0);
    run("unwitnessed", &["one-witness.tldoss", "--key", KEY, "--policy", "parties.policy"], 1);
    run("no-policy", &["sound.tldoss", "--key", KEY], 0);
    run("wrong-policy", &["sound.tldoss", "--key", KEY, "--policy", "wrong.policy"], 64);
    run("fork", &["fork", "two-heads.fork", "--key", KEY], 0);
    run("fork-json", &["fork", "two-heads.fork", "--key", KEY, "--json"], 0);
    run("fork-no-key", &["fork", "two-heads.fork"], 1);
    run("fork-changed", &["fork", "changed.fork", "--key", KEY], 2);
    run("no-key", &["sound.tldoss"], 1);
    run("part", &["part.tldoss", "--key", KEY], 1);
    run("part-json", &["part.tldoss", "--json"], 1);
    run("another-key", &["sound.tldoss", "--key", &other], 2);
    run("changed-entry", &["changed-entry.tldoss", "--key", KEY], 2);
    run("changed-entry-json", &["changed-entry.tldoss", "--key", KEY, "--json"], 2);
    run("changed-statement", &["changed-statement.tldoss", "--key", KEY], 2);
    run("cut", &["cut.tldoss", "--key", KEY], 2);
    run("missing-file", &["missing.tldoss", "--key", KEY], 2);
    run("key-is-no-key", &["sound.tldoss", "--key", "missing.txt"], 64);
    run("key-file-without-key", &["sound.tldoss", "--key", "nokey.txt"], 64);
    run("unknown-option", &["sound.tldoss", "--keys", KEY], 64);
    run("help", &["--help"], 0);
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn json_says_what_the_words_say() {
    let folder = folder();
    let run = Command::new(env!("CARGO_BIN_EXE_truceline-verify"))
        .args(["changed-entry.tldoss", "--json", "--key", KEY])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(report["outcome"], "contradicted");
    let checks = report["checks"].as_array().unwrap();
    let places: Vec<_> = checks.iter().filter(|check| check["name"] == "places").collect();
    assert_eq!(places.len(), 1);
    assert_eq!((&places[0]["where"]["part"], &places[0]["where"]["entry"]), (&"entries".into(), &3.into()));
    let bytes: Vec<usize> = serde_json::from_value(places[0]["where"]["bytes"].clone()).unwrap();
    assert!(String::from_utf8_lossy(&DOSSIER[bytes[0]..bytes[1]]).contains("number 3"));
}

/// The whole program, with what it is built from, stays small enough to be read.
#[test]
fn the_program_rests_on_few_crates() {
    const MAX_CRATES: usize = 45;
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "-p", "truceline-verify", "-e", "normal", "--prefix", "none"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    let crates: std::collections::BTreeSet<&str> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    assert!(crates.len() > 1 && crates.len() <= MAX_CRATES, "{} crates:\n{tree}", crates.len());
}
