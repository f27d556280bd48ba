//! A running server: what it answers, whom it refuses, and that its views are nothing but the journal.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use std::path::Path;
use support::server::Server;
use support::*;
use truceline_evidence::note::VerifierKey;
use truceline_evidence::verification::{Outcome, verify};
use truceline_node::store::VIEWS_FILE;

#[test]
fn a_load_through_a_server_equals_one_without() {
    let (_folder, alone) = new_store();
    let expected = run(&load_arguments(&alone)).succeeded().stdout;
    let (_folder, store) = new_store();
    let server = Server::start(&store);
    let loaded = run(&load_arguments(&store)).succeeded();
    assert_eq!(loaded.stdout, expected);
    assert!(entries_of(&store) == entries_of(&alone));
    // A replay beside a running server.
    assert_eq!(replay_hash(&store), replay_hash(&alone));
    let again = run(&["notice", &store, FILES[2]]).succeeded();
    assert_eq!(again.stdout, format!("{}: notice: 0 registered, 1 registered before\n", FILES[2]));
    let bad = run(&["load", &store, "clippy.toml"]);
    assert_eq!(bad.code, 1);
    assert!(bad.stderr.starts_with("truceline: clippy.toml, the whole file: expected JSON"), "{}", bad.stderr);
    assert_eq!(server.stop(), "");
    assert!(!Path::new(&store).join("server.json").exists(), "it takes its address away");
}

#[test]
fn one_store_has_one_server() {
    let (_folder, store) = new_store();
    let server = Server::start(&store);
    let second = run(&["serve", &store, "--port", "0", "--no-open"]);
    assert_eq!((second.code, second.stdout.as_str()), (1, ""));
    assert_eq!(second.stderr, format!("truceline: {store}: another process writes to this store\n"));
    let (_other_folder, other) = new_store();
    let port = server.address.rsplit(':').next().unwrap();
    let taken = run(&["serve", &other, "--port", port, "--no-open"]);
    assert_eq!(taken.code, 1);
    let expected = format!("truceline: cannot answer on port {port}; `--port 0` takes a free one: ");
    assert!(taken.stderr.starts_with(&expected), "{}", taken.stderr);
    assert_eq!(server.get("/api/v1/status").status, 200, "the first goes on");
}

#[test]
fn a_store_whose_server_cannot_be_reached_is_said() {
    let (_folder, store) = new_store();
    let _server = Server::start(&store);
    let server_file = Path::new(&store).join("server.json");
    let loaded_with = |text: &str| {
        std::fs::write(&server_file, text).unwrap();
        let load = run(&["load", &store, FILES[0]]);
        assert_eq!(load.code, 1);
        load.stderr
    };
    assert!(loaded_with("{").contains("server.json is not JSON"));
    assert!(loaded_with("{}").contains("server.json has no \"address\""));
    // Files go nowhere but to this machine.
    for address in
        ["http://192.0.2.1:80/", "http://127.0.0.1.example.org/", "https://example.org/", "http://127.0.0.1/"]
    {
        let said = loaded_with(&format!("{{\"address\": \"{address}\"}}"));
        assert!(said.contains(&format!("{address} is not the loopback address")), "{said}");
    }
    std::fs::remove_file(&server_file).unwrap();
    let load = run(&["load", &store, FILES[0]]);
    assert!(load.stderr.contains("another process writes to this store, and no server of it can be reached"));
}

#[test]
fn only_its_own_page_and_commands_register_files() {
    let (_folder, store) = new_store();
    let server = Server::start(&store);
    let size = || entries_of(&store).len();
    let agreement = text_of(FILES[0]);
    let begun = server.load(FILES[0]);
    assert_eq!((begun.status, &begun.json()["registered"]), (200, &1.into()));
    let before = size();
    let detections = text_of(FILES[1]);
    // A page of another site can send this without being asked, but not the header.
    let answer = server.post("detections.json", &[("Content-Type", "text/plain")], detections.as_bytes());
    assert_eq!(answer.status, 403);
    assert!(answer.json()["error"].as_str().unwrap().contains("X-Truceline"));
    for host in ["example.org", "127.0.0.1.example.org:80", "192.0.2.1", ""] {
        let answer = server.post("detections.json", &[("X-Truceline", "1"), ("Host", host)], detections.as_bytes());
        assert_eq!(answer.status, 421, "{host:?}: {}", answer.text());
        let answer = http::request(&server.address, "GET", "/api/v1/cases", &[("Host", host)], &[]);
        assert_eq!(answer.status, 421, "{host:?}: {}", answer.text());
    }
    assert_eq!(server.get("/api/v1/files?name=x").status, 405);
    assert_eq!(size(), before, "nothing was registered");

    let answer = server.post("bad.toml", &[("X-Truceline", "1")], agreement.replace("p_min", "pmin").as_bytes());
    assert_eq!(answer.status, 400);
    assert!(answer.json()["error"].as_str().unwrap().starts_with("bad.toml, line 8: "), "{}", answer.text());
    assert_eq!(server.load(FILES[1]).json()["registered"], 3);
    assert_eq!(server.load(FILES[1]).json()["already"], 3);
    for host in ["localhost", "localhost:1234", "127.0.0.1", "[::1]:80"] {
        assert_eq!(http::request(&server.address, "GET", "/api/v1/status", &[("Host", host)], &[]).status, 200);
    }
}

#[test]
fn what_is_not_there_is_said() {
    let (_folder, store) = new_store();
    let server = Server::start(&store);
    run(&load_arguments(&store)).succeeded();
    let cases = server.get("/api/v1/cases").json();
    let known = cases["cases"][0]["case"].as_str().or(cases["cases"][0]["id"].as_str()).unwrap().to_owned();
    assert_eq!(known, "04-0001-P");
    assert_eq!(server.get(&format!("/api/v1/cases/{known}")).status, 200);
    // Unknown, with a wrong check letter, of another form.
    for case in ["04-0002-V", "04-0001-A", "1", "04-0001-P-P", "%2e%2e"] {
        for path in [format!("/api/v1/cases/{case}"), format!("/api/v1/cases/{case}/dossier")] {
            let answer = server.get(&path);
            assert_eq!(answer.status, 404, "{path}: {}", answer.text());
            assert!(!answer.json()["error"].as_str().unwrap().is_empty());
        }
    }
    assert_eq!(server.get("/api/v1/nothing").status, 404);
    assert_eq!(server.get("/api/v2/cases").status, 404);
}

#[test]
fn the_status_is_that_of_the_store() {
    let (_folder, store) = new_store();
    let server = Server::start(&store);
    assert_eq!(server.key, signing_key().verifier_key().to_string());
    run(&load_arguments(&store)).succeeded();
    let answer = server.get("/api/v1/status");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert!(answer.header("content-security-policy").unwrap().starts_with("default-src 'self'"));
    let status = answer.json();
    let journal = &status["journal"];
    assert_eq!(journal["size"], entries_of(&store).len());
    assert_eq!((&journal["origin"], &journal["verifier_key"]), (&ORIGIN.into(), &server.key.as_str().into()));
    assert_eq!((&journal["writable"], &journal["problem"]), (&true.into(), &serde_json::Value::Null));
    assert_eq!(status["engine"]["problem"], serde_json::Value::Null);
    let engine = run(&["replay", &store, "--json"]).succeeded().json()["engine"].clone();
    assert_eq!(status["engine"]["id"], engine);
    let note = journal["checkpoint"].as_str().unwrap();
    let checkpoint =
        truceline_evidence::checkpoint::Checkpoint::open(note, &VerifierKey::parse(&server.key).unwrap()).unwrap();
    assert_eq!(
        (checkpoint.size, checkpoint.root.to_string()),
        (journal["size"].as_u64().unwrap(), { journal["root"].as_str().unwrap().to_owned() })
    );
    assert_eq!((&status["counts"]["reports"], &status["counts"]["cases"]), (&3.into(), &1.into()));
}

#[test]
fn a_damaged_store_is_shown_and_takes_nothing() {
    let (_folder, store) = new_store();
    run(&load_arguments(&store)).succeeded();
    let log_path = Path::new(&store).join("journal.log");
    let log = std::fs::read(&log_path).unwrap();
    std::fs::write(&log_path, &log[..log.len() - 1]).unwrap();
    let server = Server::start(&store);
    let status = server.get("/api/v1/status").json();
    assert_eq!(status["journal"]["writable"], false);
    let problem = status["journal"]["problem"].as_str().unwrap();
    assert!(problem.starts_with("2 acknowledged entries are missing: "), "{problem}");
    assert_eq!(server.get("/api/v1/cases/04-0001-P").status, 200, "what is left is shown");
    let refused = server.load(FILES[2]);
    assert_eq!(refused.status, 503);
    assert!(refused.json()["error"].as_str().unwrap().contains(problem));
    let load = run(&["load", &store, FILES[2]]);
    assert!(load.code == 1 && load.stderr.contains(problem), "{}", load.stderr);
    assert!(server.stop().contains(problem), "said on standard error too");
    assert_eq!(std::fs::read(&log_path).unwrap(), log[..log.len() - 1]);
}

#[test]
fn a_dossier_proves_itself_and_is_derived_again() {
    let (folder, store) = new_store();
    let server = Server::start(&store);
    run(&load_arguments(&store)).succeeded();
    let answer = server.get("/api/v1/cases/04-0001-P/dossier");
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"04-0001-P.tldoss\""));
    let dossier = answer.body;
    let key = VerifierKey::parse(&server.key).unwrap();
    let report = verify(&dossier, Some(&key));
    assert_eq!(report.outcome, Outcome::Proven, "{report:?}");
    assert_eq!((report.case.as_deref(), report.origin.as_deref()), (Some("04-0001-P"), Some(ORIGIN)));
    assert!(report.statement.unwrap().to_lowercase().contains("permitted and notified"));
    assert_eq!(verify(&dossier, None).outcome, Outcome::Unproven, "the key is not pinned");
    let step = (dossier.len() / 300).max(1);
    for at in (0..dossier.len()).step_by(step).chain([dossier.len() - 1]) {
        let mut flipped = dossier.clone();
        flipped[at] ^= 0x01;
        assert_eq!(verify(&flipped, Some(&key)).outcome, Outcome::Contradicted, "byte {at}");
    }

    let path = folder.path().join("04-0001-P.tldoss");
    let path = path.to_str().unwrap();
    std::fs::write(path, &dossier).unwrap();
    assert_eq!(replay_hash(path), replay_hash(&store), "it holds all that the finding rests on");
    let mut cut = dossier.clone();
    cut.truncate(dossier.len() / 2);
    std::fs::write(path, &cut).unwrap();
    let run = run(&["replay", path]);
    assert!(run.code == 1 && run.stderr.contains("04-0001-P.tldoss is no dossier: "), "{}", run.stderr);
}

#[test]
fn the_views_are_made_anew_from_the_journal() {
    const PATHS: [&str; 3] = ["/api/v1/cases", "/api/v1/cases/04-0001-P", "/api/v1/status"];
    let (_folder, store) = new_store();
    let server = Server::start(&store);
    run(&load_arguments(&store)).succeeded();
    let answers = |server: &Server| PATHS.map(|path| server.get(path).json());
    let expected = answers(&server);
    let dossier = server.get("/api/v1/cases/04-0001-P/dossier").body;
    assert_eq!(server.stop(), "");
    let views = |suffix: &str| Path::new(&store).join(format!("{VIEWS_FILE}{suffix}"));
    assert!(views("").exists());
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(views(suffix));
    }
    let server = Server::start(&store);
    assert_eq!(answers(&server), expected);
    assert!(server.get("/api/v1/cases/04-0001-P/dossier").body == dossier);
    server.kill();
    // What is no database is not taken for one, nor deleted: it is somebody's file.
    std::fs::write(views(""), b"no database at all, but longer than a header of one would be: it is only text")
        .unwrap();
    for suffix in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(views(suffix));
    }
    let refused = run(&["serve", &store, "--port", "0", "--no-open"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (1, ""));
    assert!(refused.stderr.ends_with("delete views.sqlite, it is made anew from the journal\n"), "{}", refused.stderr);
}

/// Severity orders the queue and is shown; each revision of an event says whether its target time was kept.
#[test]
fn the_queue_has_an_order_and_products_have_target_times() {
    let (_folder, store) = new_store();
    run(&load_arguments(&store)).succeeded();
    let server = Server::start(&store);
    let newest = server.get("/api/v1/cases").json();
    let gravest = server.get("/api/v1/cases?order=severity").json();
    assert_eq!(newest["cases"], gravest["cases"], "one case");
    assert_eq!(newest["cases"][0]["finding"]["severity"], "S1", "what was notified is the least");
    let refused = server.get("/api/v1/cases?order=blame");
    assert_eq!(refused.status, 400);
    let case = server.get("/api/v1/cases/04-0001-P").json();
    let events: Vec<_> = case["revisions"].as_array().unwrap().iter().filter(|one| one["kind"] == "event").collect();
    assert!(events.iter().all(|one| one["target_s"].is_u64() && one["target_kept"].is_boolean()), "{case}");
    let products = server.get("/api/v1/status").json()["products"].clone();
    let revisions: u64 = products.as_array().unwrap().iter().map(|one| one["revisions"].as_u64().unwrap()).sum();
    assert_eq!(revisions as usize, events.len(), "{products}");
}
