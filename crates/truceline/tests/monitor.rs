//! A log that shows two histories, as processes: two stores with one key, a witness of each, and a monitor between them.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use support::server::Server;
use support::witnesses::{Witness, wait_for};
use support::*;
use truceline_evidence::fork::{Fork, Proof};

#[test]
fn a_log_with_two_heads_is_proven_by_a_file_within_two_rounds() {
    let ((folder, one), (_other_folder, other)) = (new_store(), new_store());
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let log = format!("log {}\n", signing_key().verifier_key());
    std::fs::write(file("log.policy"), format!("{log}quorum none\n")).unwrap();
    let witnesses = ["w1", "w2"].map(|name| Witness::start(&file(name), &file("log.policy")));
    for (witness, name) in witnesses.iter().zip(["North", "South"]) {
        std::fs::write(file(name), format!("{log}{}quorum {name}\n", witness.lines(name))).unwrap();
    }
    let text = format!("{log}{}{}quorum none\n", witnesses[0].lines("North"), witnesses[1].lines("South"));
    std::fs::write(file("parties.policy"), text).unwrap();
    let serve = |store: &str, name: &str| {
        Server::start_with(store, |command| {
            command.args(["--witnesses", &file(name)]);
        })
    };
    let monitor = |options: &[&str], log: &Server| {
        let address = format!("http://{}/log", log.address);
        run(&[&["monitor", &file("parties.policy"), "--log", &address, "--forks", &file("forks")], options].concat())
    };

    // One history: the witness that has seen nothing yet is no fault.
    let larger = serve(&one, "North");
    for name in &FILES {
        assert_eq!(larger.load(name).status, 200);
    }
    let size = larger.get("/api/v1/status").json()["journal"]["size"].as_u64().unwrap();
    wait_for("North", || (witnesses[0].checkpoint()?.size >= size).then_some(()));
    let whole = monitor(&["--once"], &larger).succeeded();
    assert!(whole.stdout.contains("one history") && whole.stdout.contains("cosigned nothing yet"), "{}", whole.stdout);

    // The second head, with fewer entries, is shown to South alone.
    let smaller = serve(&other, "South");
    assert_eq!(smaller.load(FILES[2]).status, 200);
    wait_for("South", || witnesses[1].checkpoint());

    // Whoever asks the smaller one cannot see it yet, and is told what is open.
    let open = monitor(&["--once"], &smaller);
    assert_eq!(open.code, 3, "{open:?}");
    assert!(open.stdout.contains("unproven: nothing shows that"), "{}", open.stdout);

    // Whoever asks the larger one has it in the first round.
    let forked = monitor(&["--every", "1", "--json"], &larger);
    assert_eq!(forked.code, 2, "{forked:?}");
    assert!(forked.stdout.lines().count() <= 2, "{}", forked.stdout);
    let found: serde_json::Value = serde_json::from_str(forked.stdout.lines().last().unwrap()).unwrap();
    let path = found["fork"]["file"].as_str().unwrap();
    let read = Fork::parse(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(read.verify(signing_key().verifier_key()).unwrap(), Proof::Inconsistent);
    assert_eq!(found["fork"]["key"], signing_key().verifier_key().to_string());
    let words = monitor(&["--once"], &larger);
    assert!(words.code == 2 && words.stdout.contains("truceline-verify fork"), "{words:?}");
}

#[test]
fn a_monitor_says_what_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy").to_str().unwrap().to_owned();
    std::fs::write(&policy, format!("log {}\nquorum none\n", signing_key().verifier_key())).unwrap();
    let without = run(&["monitor", &policy, "--once"]);
    assert_eq!(without.code, 1);
    assert!(without.stderr.contains("expected --log URL"), "{}", without.stderr);
    // Nobody answers there.
    let away = run(&["monitor", &policy, "--once", "--json", "--log", "http://127.0.0.1:1/log"]);
    assert_eq!(away.code, 3);
    assert!(away.json()["problems"][0]["why"].as_str().unwrap().contains("cannot be reached"), "{}", away.stdout);
}
