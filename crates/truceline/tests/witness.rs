//! Witnesses as processes: a journal is cosigned by a quorum of them, a dossier says so, and a finding that they have not seen
//! is unwitnessed.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use std::io::{BufRead, BufReader};
use std::process::Child;
use std::time::{Duration, Instant};
use support::http;
use support::server::Server;
use support::*;
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::merkle::Tree;
use truceline_evidence::note::{Note, VerifierKey};
use truceline_evidence::policy::Policy;
use truceline_evidence::verification::{Outcome, verify_witnessed};
use truceline_evidence::witness::{Request, origin_hash};
use truceline_model::hash::Hash;

/// So long is waited for what takes a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// A witness. It ends when this is dropped.
struct Witness {
    child: Child,
    address: String,
    keys: Vec<String>,
}

impl Witness {
    fn start(folder: &str, policy: &str) -> Self {
        let mut child = truceline(&["witness", folder, "--policy", policy, "--port", "0"]).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut witness = Self { child, address: String::new(), keys: Vec::new() };
        for line in stdout.lines() {
            let line = line.unwrap();
            if let Some(key) = line.strip_prefix("key ") {
                witness.keys.push(key.to_owned());
            } else if let Some(address) = line.strip_prefix("ready http://") {
                witness.address = address.trim_end_matches('/').to_owned();
                return witness;
            }
        }
        panic!("the witness ended before it was ready");
    }

    fn checkpoint(&self) -> Option<Checkpoint> {
        let path = format!("/{}/checkpoint", origin_hash(ORIGIN));
        let answer = http::request(&self.address, "GET", &path, &[], &[]);
        (answer.status == 200)
            .then(|| Checkpoint::parse(Note::parse(answer.text()).unwrap().unverified_text()).unwrap())
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn wait_for<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{what} took too long");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_quorum_of_witnesses_makes_a_finding_witnessed_and_fewer_do_not() {
    let (folder, store) = new_store();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let log = format!("log {}\n", signing_key().verifier_key());
    std::fs::write(file("log.policy"), format!("{log}quorum none\n")).unwrap();
    let mut witnesses: Vec<Witness> =
        ["w1", "w2", "w3"].iter().map(|name| Witness::start(&file(name), &file("log.policy"))).collect();
    let mut text = log;
    for (witness, name) in witnesses.iter().zip(["North", "South", "Neutral"]) {
        // The post-quantum key of each; the other one would do as well.
        text += &format!("witness {name} {} http://{}/\n", witness.keys[1], witness.address);
    }
    text += "group parties 2 North South Neutral\nquorum parties\n";
    std::fs::write(file("parties.policy"), &text).unwrap();
    let policy = Policy::parse(text.as_bytes()).unwrap();

    let server = Server::start_with(&store, |command| {
        command.args(["--witnesses", &file("parties.policy")]);
    });
    for name in &FILES[..2] {
        assert_eq!(server.load(name).status, 200);
    }
    let cases = || server.get("/api/v1/cases").json();
    let id = cases()["cases"][0]["case"].as_str().unwrap().to_owned();
    wait_for("the quorum", || (cases()["cases"][0]["finding"]["witnessed"] == true).then_some(()));
    let of_case = server.get(&format!("/api/v1/cases/{id}")).json();
    assert_eq!(of_case["finding"]["witnessed"], true);
    let key = VerifierKey::parse(&server.key).unwrap();
    let dossier = server.get(&format!("/api/v1/cases/{id}/dossier")).body;
    let report = verify_witnessed(&dossier, Some(&key), &policy);
    assert_eq!(report.outcome, Outcome::Proven, "{report:?}");
    wait_for("all witnesses", || witnesses.iter().all(|witness| witness.checkpoint().is_some()).then_some(()));

    // Two of three are gone: registering goes on, and nothing new is witnessed.
    drop(witnesses.split_off(1));
    let before = server.get(&format!("/api/v1/cases/{id}")).json()["finding"]["revision"].clone();
    assert_eq!(server.load(FILES[2]).status, 200);
    let revised = server.get(&format!("/api/v1/cases/{id}")).json();
    assert_ne!(revised["finding"]["revision"], before);
    let size = server.get("/api/v1/status").json()["journal"]["size"].as_u64().unwrap();
    wait_for("the one that is left", || (witnesses[0].checkpoint()?.size >= size).then_some(()));
    let again = server.get(&format!("/api/v1/cases/{id}")).json();
    assert_eq!(again["finding"]["witnessed"], false);
    let report = verify_witnessed(&server.get(&format!("/api/v1/cases/{id}/dossier")).body, Some(&key), &policy);
    assert_eq!(report.outcome, Outcome::Unproven);
    let unwitnessed = report.checks.iter().find(|check| check.name == "witnesses").unwrap();
    assert!(unwitnessed.sentence.starts_with("Unwitnessed: the policy demands 2 of"), "{}", unwitnessed.sentence);
    assert!(server.says("cannot be reached"));
}

/// The protocol over HTTP: statuses, the content type of a size, and the address for monitors.
#[test]
fn a_witness_answers_as_the_protocol_says() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(file("policy"), format!("log {}\nquorum none\n", signing_key().verifier_key())).unwrap();
    let witness = Witness::start(&file("w"), &file("policy"));
    let mut tree = Tree::new();
    for leaf in 0..9_u8 {
        tree.append(Hash::of(&[leaf]));
    }
    let body = |old_size: u64, size: u64| {
        let checkpoint = Checkpoint { origin: ORIGIN.into(), size, root: tree.root_at(size).unwrap() };
        let proof = if old_size == 0 { vec![] } else { tree.consistency_proof(old_size, size).unwrap() };
        Request { old_size, proof, note: checkpoint.sign(&signing_key()).unwrap() }.write()
    };
    let submit = |body: &str| http::request(&witness.address, "POST", "/add-checkpoint", &[], body.as_bytes());
    assert!(witness.checkpoint().is_none());
    let first = submit(&body(0, 5));
    assert_eq!((first.status, first.text().lines().count()), (200, 2));
    let stale = submit(&body(0, 7));
    assert_eq!((stale.status, stale.text()), (409, "5\n"));
    assert_eq!(stale.header("content-type"), Some("text/x.tlog.size"));
    assert_eq!(submit(&body(5, 9)).status, 200);
    assert_eq!(submit("old\n").status, 400);
    assert_eq!(submit(&body(9, 9).replace(ORIGIN, "example.org/other")).status, 404);
    assert_eq!(submit(&body(9, 9).replace("\n9\n", "\n10\n")).status, 403);
    assert_eq!(witness.checkpoint().unwrap().size, 9);
    assert_eq!(http::request(&witness.address, "GET", "/add-checkpoint", &[], &[]).status, 405);
}
