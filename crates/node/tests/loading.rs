//! From a delivered file to what stands in the journal.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use support::*;
use truceline_evidence::journal::JournalReader;
use truceline_model::event::Product;
use truceline_model::finding::VerdictState;
use truceline_model::hash::Hash;
use truceline_model::refusal::Refusal;
use truceline_model::remark::{LateInput, OutputsEnd};
use truceline_model::report::Report;
use truceline_model::tick::Tick;
use truceline_model::time::{NS_PER_S, Time};
use truceline_node::Node;

/// An explosion as three arrays of the example would have heard it, some days later, under another label.
fn later_event(day: u32) -> Vec<u8> {
    let at = |time: &str| format!("2004-06-{day:02}T{time}");
    file_of(&[
        detection("PDIAR", &at("17:42:14"), -125.6, (42.7668, -109.5939), "later"),
        detection("NVIAR", &at("17:50:38"), 56.6, (38.4296, -118.3036), "later"),
        detection("I56US", &at("18:09:14"), 157.5, (48.2641, -117.1257), "later"),
    ])
}

#[test]
fn the_example_becomes_one_event_in_three_revisions_with_its_findings() {
    let store = TestStore::new();
    let node = store.node();
    let loaded = load(&node, &["agreement.toml", "detections.json"]);
    assert_eq!((loaded[0].kind, loaded[0].registered), ("agreement", 1));
    assert_eq!((loaded[1].kind, loaded[1].registered), ("detections", 3));
    for loaded in &loaded {
        assert_eq!((loaded.already, loaded.late), (0, 0));
        assert!(loaded.excluded.is_empty() && loaded.refusals.is_empty());
    }
    let entries = entries_of(&*node.journal());
    let events = events(&entries);
    let steps: Vec<_> = events.iter().map(|event| (event.product, event.revision)).collect();
    assert_eq!(steps, [(Product::E1, 1), (Product::E2, 2), (Product::E3, 3)]);
    assert!(events.iter().all(|event| event.case.to_string() == "04-0001-P"));
    let counts: Vec<_> = events.iter().map(|event| event.solution.arrivals.len()).collect();
    assert_eq!(counts, [2, 3, 3]);
    assert_eq!(events[1].solution, events[2].solution, "final: the same, and nothing more can come");
    let ids: Vec<Hash> = of_kind::<truceline_model::derived::Derived<truceline_model::event::Event>>(&entries)
        .iter()
        .map(|derived| derived.id)
        .collect();
    let found = findings(&entries);
    assert_eq!(found.iter().map(|finding| finding.event).collect::<Vec<_>>(), ids, "one finding for each revision");
    assert_eq!(found.iter().map(|finding| finding.revision).collect::<Vec<_>>(), [1, 2, 3]);
    let last = found.last().unwrap();
    assert_eq!(last.verdict.state(), VerdictState::PossibleBreach);
    assert!(last.p_ppb.unwrap() > 500_000_000 && last.clause.as_deref() == Some("1"));

    let notice = load(&node, &["notice.toml"]);
    assert_eq!((notice[0].kind, notice[0].registered), ("notice", 1));
    let found = findings(&entries_of(&*node.journal()));
    let last = found.last().unwrap();
    assert_eq!((found.len(), last.revision), (4, 4));
    assert_eq!(last.verdict.state(), VerdictState::PermittedAndNotified);
    drop(node);
    assert_whole(&store);
}

#[test]
fn every_input_is_followed_by_its_outputs_and_their_end() {
    let store = TestStore::new();
    load(&store.node(), &["agreement.toml", "detections.json", "notice.toml"]);
    let entries = store.entries();
    let reports = ["tick", "report", "tick", "report", "tick", "report", "tick"];
    let outputs = [
        &["outputs_end"; 3][..],
        &["event", "finding", "outputs_end", "outputs_end", "event", "finding", "outputs_end"],
        &["event", "finding", "outputs_end"],
    ]
    .concat();
    let expected =
        [&["epoch", "agreement", "outputs_end"][..], &reports, &outputs, &["notice", "finding", "outputs_end"]];
    assert_eq!(kinds(&entries), expected.concat());
    let ends: Vec<(u64, u32)> = of_kind::<OutputsEnd>(&entries).iter().map(|end| (end.input, end.count)).collect();
    let last = entries.len() as u64 - 3;
    assert_eq!(ends, [(1, 0), (3, 0), (4, 0), (5, 0), (6, 2), (7, 0), (8, 2), (9, 2), (last, 1)]);
}

#[test]
fn the_recording_has_its_own_clock() {
    let store = TestStore::new();
    load(&store.node(), &["detections.json"]);
    let entries = store.entries();
    let ticks: Vec<Tick> = of_kind(&entries);
    let reports: Vec<Report> = of_kind(&entries);
    let arrivals: Vec<Time> = reports.iter().map(|report| report.arrival).collect();
    assert!(arrivals.is_sorted());
    let end = Time(arrivals[2].0 + 3_600 * NS_PER_S);
    assert_eq!(ticks.iter().map(|tick| tick.now).collect::<Vec<_>>(), [&arrivals[..], &[end]].concat());
    // A tick says only of those sources that they delivered, and only up to what they delivered.
    assert!(ticks[0].reported_up_to.is_empty());
    let up_to = |name: &str, n: usize| (name.to_owned(), arrivals[n]);
    assert_eq!(ticks[3].reported_up_to, [up_to("I56US", 2), up_to("NVIAR", 1), up_to("PDIAR", 0)]);
}

#[test]
fn without_an_agreement_it_is_recorded_only() {
    let store = TestStore::new();
    load(&store.node(), &["detections.json", "notice.toml"]);
    let found = findings(&store.entries());
    assert!(!found.is_empty());
    for finding in found {
        assert_eq!(finding.verdict.state(), VerdictState::RecordedOnly);
        assert_eq!((finding.agreement, finding.p_ppb), (None, None));
    }
}

#[test]
fn what_was_delivered_before_is_acknowledged_again_and_registered_once() {
    const FILES: [&str; 3] = ["agreement.toml", "detections.json", "notice.toml"];
    let store = TestStore::new();
    let node = store.node();
    load(&node, &FILES);
    let entries = entries_of(&*node.journal());
    let again = |node: &Node| {
        let counts: Vec<_> = load(node, &FILES).iter().map(|loaded| (loaded.registered, loaded.already)).collect();
        assert_eq!(counts, [(0, 1), (0, 3), (0, 1)]);
    };
    again(&node);
    drop(node);
    again(&store.node());
    assert_same(&store.entries(), &entries, "what stood before");
}

#[test]
fn an_inventory_counts_again_after_another_one() {
    let store = TestStore::new();
    let node = store.node();
    let sensors = |lat: u32| format!("sensor_id,kind,lon,lat\nA,microphone,30,{lat}\n").into_bytes();
    let counts = |node: &Node, lat| {
        let loaded = node.load("sensors.csv", &sensors(lat)).unwrap();
        assert_eq!(loaded.kind, "inventory");
        (loaded.registered, loaded.already)
    };
    assert_eq!([50, 50, 51, 50].map(|lat| counts(&node, lat)), [(1, 0), (0, 1), (1, 0), (1, 0)]);
    drop(node);
    assert_eq!(counts(&store.node(), 50), (0, 1));
    let error = store.node().load("s.csv", b"sensor_id,kind,x_m,y_m\nA,microphone,0,0\n").unwrap_err();
    assert!(error.is_bad_file() && error.to_string().contains("cannot be registered"), "{error}");
    assert_whole(&store);
}

#[test]
fn many_deliveries_of_one_file_at_once_register_it_once() {
    let store = TestStore::new();
    let node = store.node();
    let text = example("detections.json");
    let counts: Vec<(u64, u64)> = std::thread::scope(|scope| {
        let load = || node.load("detections.json", text.as_bytes()).map(|loaded| (loaded.registered, loaded.already));
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(load)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap().unwrap()).collect()
    });
    assert_eq!(counts.iter().filter(|counts| **counts == (3, 0)).count(), 1);
    assert_eq!(counts.iter().filter(|counts| **counts == (0, 3)).count(), 5);
    drop(node);
    assert_eq!(events(&store.entries()).len(), 3);
    assert_whole(&store);
}

#[test]
fn what_is_impossible_is_refused_once_and_the_rest_is_registered() {
    let text = example("detections.json");
    let good = &text[text.find("\"detections\": [").unwrap() + 15..text.rfind(']').unwrap()];
    let time = "2004-06-02T17:42:14";
    let bad = [
        detection("A", time, 400.0, (40.0, -110.0), "e"),
        detection("B", "1850-06-02T17:42:14", 10.0, (41.0, -110.0), "e"),
        detection("C", time, 10.0, (42.7668, -109.5939), "utah-2004-06-02"),
    ];
    let file = format!("[{good}, {}]", bad.join(", "));
    let store = TestStore::new();
    let node = store.node();
    let loaded = node.load("mixed.json", file.as_bytes()).unwrap();
    assert_eq!((loaded.registered, loaded.already), (3, 0));
    let refused = |refusals: &[Refusal]| -> Vec<(String, String)> {
        refusals.iter().map(|refusal| (refusal.offset.clone(), refusal.rule.clone())).collect()
    };
    let expected =
        [("detections[3]", "azimuth-range"), ("detections[4]", "time-range"), ("detections[5]", "one-array-one-place")]
            .map(|(offset, rule)| (offset.to_owned(), rule.to_owned()));
    assert_eq!(refused(&loaded.refusals), expected);
    let entries = entries_of(&*node.journal());
    let standing: Vec<Refusal> = of_kind(&entries);
    assert_eq!(standing, loaded.refusals, "each stands in the journal");
    assert!(standing.iter().zip(&bad).all(|(refusal, bad)| refusal.payload == Hash::of(bad.as_bytes())));
    assert_eq!(events(&entries).len(), 3, "the rest is derived from");

    let again = node.load("mixed.json", file.as_bytes()).unwrap();
    assert_eq!((again.registered, again.already), (0, 3));
    assert_eq!(refused(&again.refusals), expected, "they are said again");
    drop(node);
    store.node().load("mixed.json", file.as_bytes()).unwrap();
    assert_same(&store.entries(), &entries, "and not written again");
    assert_whole(&store);
}

#[test]
fn what_comes_after_its_window_is_late_and_changes_no_event() {
    let store = TestStore::new();
    let node = store.node();
    load(&node, &["agreement.toml", "detections.json"]);
    let before = events(&entries_of(&*node.journal()));
    let straggler = file_of(&[detection("TXIAR", "2004-06-02T18:30:00", 320.0, (29.3, -103.7), "utah-2004-06-02")]);
    let loaded = node.load("straggler.json", &straggler).unwrap();
    assert_eq!((loaded.registered, loaded.late), (1, 1));
    let entries = entries_of(&*node.journal());
    let late: Vec<LateInput> = derived(&entries);
    let report = entries.iter().find(|bytes| {
        truceline_model::entry::from_bytes::<Report>(bytes).is_ok_and(|report| report.source.source == "TXIAR")
    });
    assert_eq!(late.len(), 1);
    assert_eq!(late[0].input, Hash::of(report.unwrap()));
    assert_eq!(late[0].case.map(|case| case.to_string()).as_deref(), Some("04-0001-P"));
    assert_eq!(events(&entries), before);
    // A recording of days before comes after its window too.
    let loaded = node.load("earlier.json", &later_event(1)).unwrap();
    assert_eq!((loaded.registered, loaded.late), (3, 3));
    // One of days later does not.
    let loaded = node.load("later.json", &later_event(5)).unwrap();
    assert_eq!((loaded.registered, loaded.late), (3, 0));
    drop(node);
    let cases: Vec<String> = events(&store.entries()).iter().map(|event| event.case.to_string()).collect();
    assert_eq!(cases[..3], ["04-0001-P", "04-0001-P", "04-0001-P"]);
    assert!(cases.len() == 6 && cases[3..].iter().all(|case| case.starts_with("04-0002-")));
    assert_whole(&store);
}

#[test]
fn a_file_that_cannot_be_read_registers_nothing_and_says_where() {
    let store = TestStore::new();
    let node = store.node();
    load(&node, &["agreement.toml"]);
    let size = node.journal().size();
    let (agreement, notice, detections) =
        (example("agreement.toml"), example("notice.toml"), example("detections.json"));
    for (name, text, expected) in [
        ("n.toml", notice.replace("radius_km = 30", "radius_km = 3000"), "n.toml, notice.radius_km: 3000, expected"),
        ("n.toml", notice.replace("radius_km = 30", "radius_km = "), "n.toml, line 8: "),
        ("n.toml", notice.replace("party = \"Alpha\"", "party = 3"), "n.toml, line 4: "),
        ("a.toml", agreement.replace("p_min = 0.5", "p_min = 1.5"), "a.toml, agreement.p_min: 1.5, expected"),
        ("a.toml", agreement.replace("zone = \"desert\"", "zone = \"sea\""), "a.toml, clause[0].zone: "),
        ("a.toml", agreement.replace("title = ", "titel = "), "a.toml, line 6: "),
        ("d.json", detections[..detections.len() / 2].to_owned(), "d.json, line "),
        ("d.json", detections.replace("\"recorded\"", "\"wall\""), "d.json, clock: expected"),
        ("d.json", String::new(), "d.json, the whole file: it is empty"),
        ("x.bin", "\u{0}\u{1}".to_owned(), "x.bin, line 1: "),
        (
            "x.toml",
            "colour = 1\n".to_owned(),
            "x.toml, the whole file: expected JSON with detections, observations or hindrances, TOML",
        ),
    ] {
        let error = node.load(name, text.as_bytes()).unwrap_err();
        assert!(error.is_bad_file() && !error.is_locked(), "{error}");
        assert!(error.to_string().starts_with(expected), "{error}");
    }
    assert_eq!(node.journal().size(), size);
    assert_eq!(load(&node, &["detections.json"])[0].registered, 3, "the next file is taken");
}

/// More than one batch of inputs and of outputs, and none of the groups makes an event.
#[test]
fn a_long_recording_is_derived_whole() {
    const COUNT: usize = 1_500;
    let list: Vec<String> = (0..COUNT)
        .map(|n| {
            let time = format!("2004-06-02T17:{:02}:{:02}.{:02}", n / 60 % 60, n % 60, n % 100);
            detection(&format!("array {n}"), &time, 10.0, (-60.0 + 0.05 * n as f64, 10.0), &format!("group {n}"))
        })
        .collect();
    let file = file_of(&list);
    let store = TestStore::new();
    let node = store.node();
    let loaded = node.load("long.json", &file).unwrap();
    assert_eq!((loaded.registered, loaded.late, loaded.excluded.len()), (COUNT as u64, 0, COUNT));
    assert!(loaded.excluded.iter().all(|reason| reason.contains("at least two arrays are needed")));
    let size = node.journal().size();
    assert_eq!(node.load("long.json", &file).unwrap().already, COUNT as u64);
    assert_eq!(node.journal().size(), size);
    drop(node);
    assert_whole(&store);
}
