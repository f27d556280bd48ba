//! Reports of a store, as whole sessions.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use serde_json::Value;
use std::path::Path;
use support::snapshot::Sessions;
use support::*;
use truceline_accord::release::Tier;
use truceline_bulletin::material::Kind;
use truceline_bulletin::{Format, Language, Zone};
use truceline_desk::bulletins::{self, Ask, Computed};
use truceline_desk::views::Views;
use truceline_evidence::journal::{Appender as _, JournalReader as _};
use truceline_evidence::memory::MemoryJournal;
use truceline_evidence::note::SigningKey;
use truceline_model::case::CaseId;
use truceline_model::derived::Derived;
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::observation::Observation;
use truceline_model::remark::CaseClosed;
use truceline_model::time::{Interval, Time};

const DAY: [&str; 2] = ["--day", "2004-06-02"];

#[test]
fn reports_of_the_example() {
    let (_folder, store) = new_store();
    run(&load_arguments(&store)).succeeded();
    let mut sessions = Sessions::with_store(&store);
    sessions.run("help-bulletin", &["bulletin", "--help"]);
    let daily = ["bulletin", "daily", &store];
    sessions.run("bulletin-daily", &[&daily[..], &DAY].concat());
    sessions.run("bulletin-daily-parties", &[&daily[..], &DAY, &["--tier", "parties", "--zone", "+02:00"]].concat());
    sessions.run("bulletin-daily-csv", &[&daily[..], &DAY, &["--format", "csv"]].concat());
    sessions.run("bulletin-spot", &["bulletin", "spot", &store, "--case", "04-0001-P", "--lang", "fr"]);
    sessions.run("bulletin-flash", &["bulletin", "flash", &store, "--case", "04-0001-P"]);
    sessions.run("bulletin-rolling", &["bulletin", "rolling", &store, "--lang", "de"]);
    // What cannot be is said.
    sessions.run("bulletin-flash-enclave", &["bulletin", "flash", &store, "--case", "04-0001-P", "--tier", "enclave"]);
    sessions.run("bulletin-no-case", &["bulletin", "spot", &store]);
    sessions.run("bulletin-bad-day", &[&daily[..], &["--day", "2 June"]].concat());
    sessions.finish();
}

#[test]
fn the_same_store_gives_the_same_bytes_and_beside_a_server_too() {
    let (_folder, store) = new_store();
    run(&load_arguments(&store)).succeeded();
    let html = |more: &[&str]| {
        let asked = ["bulletin", "daily", &store, DAY[0], DAY[1], "--format", "html"];
        run(&[&asked[..], more].concat()).succeeded().stdout
    };
    let alone = html(&[]);
    let server = support::server::Server::start(&store);
    assert_eq!(html(&[]), alone);
    let out = format!("{store}/daily.html");
    assert_eq!(html(&["-o", &out]), "");
    assert_eq!(std::fs::read_to_string(out).unwrap(), alone);
    drop(server);
}

#[test]
fn nothing_is_issued_before_it_is_due() {
    let (folder, store) = new_store();
    let moved = folder.path().join("agreement.toml");
    std::fs::write(&moved, text_of(FILES[0]).replace("2004-", "2090-")).unwrap();
    let detections = folder.path().join("detections.json");
    std::fs::write(&detections, text_of(FILES[1]).replace("2004-", "2090-")).unwrap();
    run(&["load", &store, moved.to_str().unwrap(), detections.to_str().unwrap()]).succeeded();
    let asked = ["bulletin", "daily", &store, "--day", "2090-06-02", "--tier", "parties"];
    let refused = run(&asked);
    assert_eq!((refused.code, refused.stdout.as_str()), (1, ""));
    assert!(
        refused.stderr.contains("not all of the period is due for parties before 2090-06-04"),
        "{}",
        refused.stderr
    );
    let early = run(&[&asked[..], &["--issued", "2090-07-01T00:00:00Z"]].concat());
    assert!(early.code == 1 && early.stderr.contains("is later than this machine's clock"), "{}", early.stderr);
    let now = run(&[&asked[..], &["--issued", "2026-01-01T00:00:00Z"]].concat()).succeeded();
    assert!(now.stdout.contains("No event was recorded.") && !now.stdout.contains("90-0001"), "{}", now.stdout);
}

/// Nothing of the example is heat.
struct NoFires;

impl Computed for NoFires {
    fn fires(&self, _: &[&Observation]) -> usize {
        0
    }
}

#[test]
fn a_withdrawn_case_counts_nowhere_and_the_daily_says_so() {
    let (_folder, store) = new_store();
    run(&load_arguments(&store)).succeeded();
    let entries = entries_of(&store);
    let case = CaseId::parse("04-0001-P").unwrap();
    let closed = |reason: &str| {
        let content = CaseClosed { case, reason: reason.to_owned() };
        entry::to_bytes(&Derived::new(Hash([0; 32]), "example.org/withdrawn", 0, 0, content))
    };
    let made = |more: Vec<Vec<u8>>, kind: Kind, tier: Tier| {
        let key = SigningKey::from_seed("example.org/withdrawn", [7; 32]).unwrap();
        let journal = MemoryJournal::new(key, [8; 32]);
        journal.append([entries.clone(), more].concat()).unwrap();
        let mut views = Views::open(Path::new(":memory:"), &journal.origin()).unwrap();
        let day = |text: &str| Time::parse(text).unwrap();
        let ask = Ask {
            kind,
            period: Interval { from: day("2004-06-02T00:00:00Z"), to: day("2004-06-03T00:00:00Z") },
            case: (kind == Kind::Spot).then_some(case),
            zone: Zone::UTC,
            tier,
            issued: day("2004-07-02T00:00:00Z"),
            language: Language::English,
            format: Format::Json,
        };
        bulletins::bulletin(&mut views, &journal, &ask, &NoFires).map(|made| made.into_inner())
    };
    let counted = |daily: &str| -> (usize, bool) {
        let daily: Value = serde_json::from_str(daily).unwrap();
        let records = daily["records"].as_array().unwrap().iter();
        let of_case = records.filter(|record| record["case"] == "04-0001-P").count();
        let said = daily["sections"].to_string().contains("Case 04-0001-P: withdrawn.");
        (of_case, said)
    };
    for tier in [Tier::Enclave, Tier::Parties] {
        let daily = |more| counted(&made(more, Kind::Daily, tier).unwrap());
        assert_eq!(daily(Vec::new()), (1, false), "{tier:?}");
        // One that is only too old to be revised was an event all the same.
        assert_eq!(daily(vec![closed("its event is older than 2592000 s")]), (1, false), "{tier:?}");
        assert_eq!(daily(vec![closed(CaseClosed::WITHDRAWN)]), (0, true), "{tier:?}");
    }
    // A revision opens it again.
    let again = entries.iter().rfind(|bytes| entry::open(bytes).unwrap().0 == "event").unwrap().clone();
    let opened = made(vec![closed(CaseClosed::WITHDRAWN), again], Kind::Daily, Tier::Enclave).unwrap();
    assert_eq!(counted(&opened), (1, false));
    let refused = made(vec![closed(CaseClosed::WITHDRAWN)], Kind::Spot, Tier::Enclave).unwrap_err().to_string();
    assert_eq!(refused, format!("case 04-0001-P is withdrawn: {}", CaseClosed::WITHDRAWN));
}
