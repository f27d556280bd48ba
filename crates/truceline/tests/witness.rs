//! Witnesses as processes: a journal is cosigned by a quorum of them, a dossier says so, and a finding that they have not seen
//! is unwitnessed.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use support::http;
use support::server::Server;
use support::witnesses::{Witness, submission, two_histories, wait_for};
use support::*;
use truceline_evidence::note::VerifierKey;
use truceline_evidence::policy::Policy;
use truceline_evidence::verification::{Outcome, verify_witnessed};

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

    // It is registered once for each of them, and a dossier says why.
    let states = || server.get("/api/v1/witnesses").json()["states"].as_array().unwrap().clone();
    wait_for("both changes", || (states().len() == 2).then_some(()));
    let mut names: Vec<_> = states().iter().map(|state| state["names"][0].as_str().unwrap().to_owned()).collect();
    names.sort();
    assert_eq!(names, ["Neutral", "South"]);
    assert!(states().iter().all(|state| state["answer"] == "unreachable" && state["folded"] == 0), "{:?}", states());
    let report = verify_witnessed(&server.get(&format!("/api/v1/cases/{id}/dossier")).body, Some(&key), &policy);
    let unwitnessed = report.checks.iter().find(|check| check.name == "witnesses").unwrap();
    assert_eq!(unwitnessed.outcome, Outcome::Unproven);
    let why = "The journal says why: South could not be reached at ";
    assert!(unwitnessed.sentence.contains(why), "{}", unwitnessed.sentence);
    let others = report.checks.iter().filter(|check| check.name != "witnesses");
    assert!(others.into_iter().all(|check| check.outcome == Outcome::Proven), "{report:?}");
    assert_eq!(server.load(FILES[1]).status, 200, "registering goes on");
    assert_eq!(states().len(), 2, "what did not change is not registered again");
    drop(server);
    replay_hash(&store);
}

/// The protocol over HTTP: statuses, the content type of a size, and the address for monitors.
#[test]
fn a_witness_answers_as_the_protocol_says() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(file("policy"), format!("log {}\nquorum none\n", signing_key().verifier_key())).unwrap();
    let witness = Witness::start(&file("w"), &file("policy"));
    let [tree, _] = two_histories(9, 9);
    let body = |old_size: u64, size: u64| submission(&tree, old_size, size);
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

/// A machine that was put back to an earlier copy, as processes: its peer knows more, and it signs no second history, whether
/// the peer answers at once or only later.
#[test]
fn a_restored_witness_asks_its_peers_before_it_signs() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let log = format!("log {}\n", signing_key().verifier_key());
    std::fs::write(file("log.policy"), format!("{log}quorum none\n")).unwrap();
    let peer = Witness::start(&file("peer"), &file("log.policy"));
    let text = format!("{log}witness Peer {} http://{}/\nquorum none\n", peer.keys[0], peer.address);
    std::fs::write(file("peers.policy"), text).unwrap();
    let [good, fork] = two_histories(5, 20);
    // A witness that has not heard its peer yet says so, and is asked again.
    let submit = |witness: &Witness, body: &str| {
        wait_for("the peers", || {
            let answer = http::request(&witness.address, "POST", "/add-checkpoint", &[], body.as_bytes());
            (answer.status != 503).then(|| (answer.status, answer.text().to_owned()))
        })
    };
    let witness = Witness::start(&file("w"), &file("peers.policy"));
    assert_eq!(submit(&peer, &submission(&good, 0, 5)).0, 200);
    assert_eq!(submit(&witness, &submission(&good, 0, 5)).0, 200);
    let state = format!("w/logs/{}", truceline_evidence::witness::origin_hash(ORIGIN));
    let copy = std::fs::read(file(&state)).unwrap();
    for cosigning in [&peer, &witness] {
        assert_eq!(submit(cosigning, &submission(&good, 5, 9)).0, 200);
    }
    let restore = |witness: Witness| {
        drop(witness);
        std::fs::write(file(&state), &copy).unwrap();
        Witness::start(&file("w"), &file("peers.policy"))
    };
    let witness = restore(witness);
    assert_eq!(witness.checkpoint().unwrap().size, 5, "it is what was copied");
    assert_eq!(submit(&witness, &submission(&fork, 5, 9)).0, 422);
    assert_eq!(submit(&witness, &submission(&fork, 5, 12)), (409, "9\n".to_owned()));
    assert_eq!(submit(&witness, &submission(&good, 5, 7)), (409, "9\n".to_owned()), "below what its peer knows");
    assert_eq!(submit(&witness, &submission(&good, 5, 12)), (409, "9\n".to_owned()));
    assert_eq!(submit(&witness, &submission(&good, 9, 12)).0, 200);

    // Its peer is away when it starts: it signs nothing until it has heard it.
    let port = peer.address.rsplit(':').next().unwrap().to_owned();
    drop(peer);
    let witness = restore(witness);
    let refused = http::request(&witness.address, "POST", "/add-checkpoint", &[], submission(&fork, 5, 9).as_bytes());
    assert_eq!(refused.status, 503, "{}", refused.text());
    let peer = Witness::start_on(&file("peer"), &file("log.policy"), &port);
    assert_eq!(submit(&witness, &submission(&fork, 5, 9)).0, 422);
    assert_eq!((witness.checkpoint().unwrap().size, peer.checkpoint().unwrap().size), (5, 9));
}
