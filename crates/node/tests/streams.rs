//! Live records: registered once, in order, with their payloads; what follows is derived; across restarts.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use support::*;
use truceline_engine::identity::engine_id;
use truceline_engine::replay::{Replay, ReplayReport};
use truceline_evidence::journal::JournalReader;
use truceline_formats::miniseed::{Packing, Version, Writer};
use truceline_model::detection::Detection;
use truceline_model::hash::Hash;
use truceline_model::impediment::{Impediment, ImpedimentKind};
use truceline_model::record::Record;
use truceline_model::refusal::Refusal;
use truceline_model::tick::Tick;
use truceline_model::time::{NS_PER_S, Time};
use truceline_model::waveform::ClockFlags;
use truceline_node::Held;
use truceline_node::records::{RecordBytes, RecordIntake, RecordSource, TAKE_BYTES_MAX, TAKE_RECORDS_MAX};

const START: Time = Time(1_767_225_600 * NS_PER_S);

fn source(name: &str) -> RecordSource {
    RecordSource { name: name.into(), owner: "Post 4".into(), boot: 1 }
}

/// A minute of a channel at 100 Hz with bursts, in records of 512 bytes.
fn records(station: &str) -> Vec<Vec<u8>> {
    let writer = Writer {
        channel: format!("FDSN:XX_{station}__H_H_Z"),
        version: Version::V2,
        packing: Packing::Steim2,
        rate_hz: 100.0,
        clock: ClockFlags::default(),
        publication_version: 2,
        record_bytes_max: 512,
    };
    let mut state = 1_u64;
    let samples: Vec<i32> = (0..6_000)
        .map(|n| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let noise = (state >> 56) as i32 - 128;
            if n % 2_000 >= 1_500 && n % 2_000 < 1_560 { 30 * noise } else { noise }
        })
        .collect();
    let mut bytes = Vec::new();
    writer.write(START, &samples, &mut bytes).unwrap();
    bytes.chunks(512).map(<[u8]>::to_vec).collect()
}

fn bytes_of(records: &[Vec<u8>]) -> Vec<RecordBytes<'_>> {
    records.iter().map(|bytes| RecordBytes { bytes, received: Time(START.0 + 61 * NS_PER_S) }).collect()
}

#[test]
fn records_are_registered_once_and_arrivals_follow() {
    let store = TestStore::new();
    let records = records("ONE");
    {
        let node = store.node();
        assert_eq!(node.resume_from("a", "XX_ONE", START, 3_600), None);
        let (first, rest) = records.split_at(4);
        let taken = node.take_records(&source("a"), &bytes_of(first)).unwrap();
        assert_eq!((taken.registered, taken.already, taken.refusals.len()), (4, 0, 0));
        assert_eq!(taken.range.end - taken.range.start, 4);
        // Some come again, one of them twice in one call.
        let again = [&records[2..5], &records[4..5]].concat();
        let taken = node.take_records(&source("a"), &bytes_of(&again)).unwrap();
        assert_eq!((taken.registered, taken.already), (1, 3));
        // Another source's are its own.
        assert_eq!(node.take_records(&source("b"), &bytes_of(first)).unwrap().registered, 4);
        let taken = node.take_records(&source("a"), &bytes_of(&rest[1..])).unwrap();
        assert_eq!(taken.registered, rest.len() as u64 - 1);
        node.settle(taken.range.end).unwrap();
    }
    // After a restart, under another boot.
    let node = store.node();
    let other = RecordSource { boot: 2, ..source("a") };
    let taken = node.take_records(&other, &bytes_of(&records)).unwrap();
    assert_eq!((taken.registered, taken.already), (0, records.len() as u64));
    let now = Time(START.0 + 100 * NS_PER_S);
    let resumed = node.resume_from("a", "XX_ONE", now, 3_600).unwrap();
    assert!(resumed < Time(START.0 + 60 * NS_PER_S) && resumed >= Time(START.0 - 120 * NS_PER_S), "{resumed}");
    node.tick(Time(START.0 + 62 * NS_PER_S)).unwrap();
    node.tick(Time(START.0 + 61 * NS_PER_S)).unwrap();
    let size = {
        node.tick(Time(START.0 + 700 * NS_PER_S)).unwrap();
        truceline_evidence::journal::JournalReader::size(&*node.journal())
    };
    node.settle(size).unwrap();
    drop(node);
    let entries = store.entries();
    let registered: Vec<Record> = of_kind(&entries);
    let of_a: Vec<&Record> = registered.iter().filter(|record| record.source.source == "a").collect();
    let sequences: Vec<u64> = of_a.iter().map(|record| record.source.sequence).collect();
    assert_eq!(sequences, (0..records.len() as u64).collect::<Vec<_>>());
    let payloads: Vec<Hash> = of_a.iter().map(|record| record.payload.sha256).collect();
    assert_eq!(payloads, records.iter().map(|bytes| Hash::of(bytes)).collect::<Vec<_>>());
    assert!(of_a.iter().all(|record| record.records == 1 && record.received.is_some() && record.owner == "Post 4"));
    let found: Vec<Detection> = derived(&entries);
    assert!(found.len() >= 2 && found.iter().all(|found| found.owner == "Post 4"), "{found:?}");
    let ticks: Vec<Tick> = of_kind(&entries);
    assert_eq!(ticks.len(), 2, "the clock does not go back");
    assert_eq!(ticks[0].reported_up_to.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let silent: Vec<Impediment> = derived(&entries);
    assert!(silent.iter().any(|found| found.kind == ImpedimentKind::Silent));
    assert_held(&store);
}

/// The store's own replay, with its payloads.
fn replayed(store: &TestStore) -> ReplayReport {
    let held = Held::read(&store.store).unwrap();
    let journal = held.journal();
    let origin = journal.origin();
    let mut replay = Replay::new(engine_id(), &origin, 1);
    for bytes in entries_of(&*journal) {
        replay.take(&bytes, &held).unwrap();
    }
    replay.report()
}

/// Everything stands as derived.
fn assert_held(store: &TestStore) {
    let report = replayed(store);
    assert_eq!((report.divergence, report.missing, report.not_rederivable), (None, 0, Vec::new()));
}

#[test]
fn what_is_no_record_is_refused_once_and_the_rest_goes_on() {
    let store = TestStore::new();
    let node = store.node();
    let mut records = records("ONE");
    records[1][300] ^= 0x10;
    records[3] = b"GET / HTTP/1.1".to_vec();
    records[4].extend_from_slice(b"more");
    for round in 0..2 {
        let taken = node.take_records(&source("a"), &bytes_of(&records)).unwrap();
        let rules: Vec<&str> = taken.refusals.iter().map(|refusal| refusal.rule.as_str()).collect();
        assert_eq!(rules.len(), 3, "{rules:?}");
        assert_eq!((rules[1], rules[2]), ("miniseed-signature", "miniseed-length"));
        assert_eq!(taken.registered, if round == 0 { records.len() as u64 - 3 } else { 0 });
    }
    let refusals: Vec<Refusal> = of_kind(&entries_of(&*node.journal()));
    assert_eq!(refusals.len(), 3, "the same refused bytes are one refusal");
    assert!(refusals.iter().all(|refusal| refusal.source == "a"));
    assert_eq!(refusals[1].payload, Hash::of(b"GET / HTTP/1.1"));
}

#[test]
fn calls_over_their_bounds_are_refused_whole() {
    let store = TestStore::new();
    let node = store.node();
    let one = records("ONE").remove(0);
    let too_many = vec![one.clone(); TAKE_RECORDS_MAX + 1];
    let large = vec![0; TAKE_BYTES_MAX + 1];
    for records in [too_many, vec![large]] {
        let error = node.take_records(&source("a"), &bytes_of(&records)).unwrap_err().to_string();
        assert!(error.contains("are taken at once"), "{error}");
    }
    for bad in [source(""), source(&"x".repeat(121)), RecordSource { owner: String::new(), ..source("a") }] {
        let error = node.take_records(&bad, &bytes_of(std::slice::from_ref(&one))).unwrap_err().to_string();
        assert!(error.contains("expected 1 to 120"), "{error}");
    }
    assert!(of_kind::<Record>(&entries_of(&*node.journal())).is_empty());
    assert_eq!(node.take_records(&source("a"), &[]).unwrap().registered, 0);
}

#[test]
fn many_sources_at_once_lose_nothing_and_keep_their_orders() {
    let store = TestStore::new();
    {
        let node = store.node();
        std::thread::scope(|scope| {
            for n in 0..8 {
                let node = &node;
                scope.spawn(move || {
                    let records = records(&format!("S{n}"));
                    for chunk in records.chunks(3) {
                        node.take_records(&source(&format!("source {n}")), &bytes_of(chunk)).unwrap();
                    }
                });
            }
        });
        node.settle(truceline_evidence::journal::JournalReader::size(&*node.journal())).unwrap();
    }
    let all: Vec<Record> = of_kind(&store.entries());
    for n in 0..8 {
        let expected: Vec<Hash> = records(&format!("S{n}")).iter().map(|bytes| Hash::of(bytes)).collect();
        let of: Vec<&Record> = all.iter().filter(|record| record.source.source == format!("source {n}")).collect();
        assert_eq!(of.iter().map(|record| record.payload.sha256).collect::<Vec<_>>(), expected);
        assert!(of.iter().enumerate().all(|(at, record)| record.source.sequence == at as u64));
    }
    assert_held(&store);
}

/// Erased while it runs, after it was opened again, and where the engine's memory is lost: the node goes on deriving.
#[test]
fn a_node_goes_on_after_a_payload_was_erased() {
    let store = TestStore::new();
    let records = records("ONE");
    let gone = Hash::of(&records[1]);
    {
        let node = store.node();
        let taken = node.take_records(&source("a"), &bytes_of(&records[..4])).unwrap();
        node.settle(taken.range.end).unwrap();
        let bad = node.erase(Hash::of(b"nothing"), "the operator", "a test").unwrap_err();
        assert!(bad.is_bad_file() && bad.to_string().starts_with("no payload is stored under "), "{bad}");
        assert!(node.erase(gone, "the operator", "").unwrap_err().is_bad_file());
        let erased = node.erase(gone, "the operator", "a test").unwrap();
        assert_eq!((erased.already, erased.packs, node.payload(gone)), (false, 1, None));
        let again = node.erase(gone, "the operator", "once more").unwrap();
        assert_eq!((again.entry, again.already, again.packs), (erased.entry, true, 0));
        // What was erased is not taken a second time, from whomever.
        let taken = node.take_records(&source("b"), &bytes_of(&records[..2])).unwrap();
        assert_eq!((taken.registered, taken.refusals.len(), taken.refusals[0].rule.as_str()), (1, 1, "erased"));
        let taken = node.take_records(&source("a"), &bytes_of(&records[4..6])).unwrap();
        node.settle(taken.range.end).unwrap();
    }
    for memory_is_lost in [false, true] {
        if memory_is_lost {
            std::fs::remove_dir_all(store.folder().join("memory")).unwrap();
        }
        let node = store.node();
        let at = if memory_is_lost { 8..10 } else { 6..8 };
        let taken = node.take_records(&source("a"), &bytes_of(&records[at])).unwrap();
        node.settle(taken.range.end).unwrap();
        assert_eq!(node.payload(gone), None);
    }
    let epochs = of_kind::<truceline_model::epoch::Epoch>(&store.entries()).len();
    assert_eq!(epochs, 2, "where no memory is left another epoch begins");
    let report = replayed(&store);
    assert_eq!((report.divergence, report.missing, report.not_rederivable.len()), (None, 0, 1));
    assert!(report.not_rederivable[0].to.is_some() && report.not_rederivable[0].erasure.is_some());
}

#[test]
fn a_node_without_a_payload_stops_and_goes_on_when_it_is_restored() {
    let store = TestStore::new();
    let records = records("ONE");
    {
        let node = store.node();
        node.take_records(&source("a"), &bytes_of(&records[..3])).unwrap();
    }
    let pack = store.folder().join("payloads/00000001.pack");
    let whole = std::fs::read(&pack).unwrap();
    let mut damaged = whole.clone();
    damaged[200] ^= 1;
    std::fs::write(&pack, &damaged).unwrap();
    {
        let node = store.node();
        let taken = node.take_records(&source("a"), &bytes_of(&records[3..5])).unwrap();
        assert_eq!(taken.registered, 2, "registering goes on");
        let error = node.settle(taken.range.end).unwrap_err().to_string();
        assert!(
            error.starts_with("the payload ") && error.contains("other bytes are stored under its hash"),
            "{error}"
        );
        assert!(error.contains("restore the folder payloads"), "{error}");
    }
    std::fs::write(&pack, &whole).unwrap();
    {
        let node = store.node();
        let taken = node.take_records(&source("a"), &bytes_of(&records[5..])).unwrap();
        node.settle(taken.range.end).unwrap();
    }
    assert_eq!(of_kind::<Record>(&store.entries()).len(), records.len());
    assert_held(&store);
}

/// Beside live sources their clock ticks, and a file of what was observed just now does not move it on to the end of its window.
#[test]
fn where_a_clock_ticks_files_do_not() {
    let patrol = "row_id,period_start,observer_id,observer_kind,owner,observer_position,event_location,event_location_precision,\
                  means,count,observation,local_time_start,time_uncertainty_s\n\
                  1,2026-01-01T00:00:00Z,patrol 1,patrol,Mission,\"48.1, 37.8\",2-4 km N,,heard,1,explosion,2026-01-01T00:00:30Z,15\n";
    let ticks = |ticks_itself: bool| -> Vec<Time> {
        let store = TestStore::new();
        {
            let node = store.node();
            if ticks_itself {
                node.tick(Time(START.0 + 60 * NS_PER_S)).unwrap();
            }
            let loaded = node.load("patrols.csv", patrol.as_bytes()).unwrap();
            assert_eq!((loaded.registered, loaded.late, loaded.refused), (1, 0, 0));
            if ticks_itself {
                node.tick(Time(START.0 + 70 * NS_PER_S)).unwrap();
            }
        }
        of_kind::<Tick>(&store.entries()).into_iter().map(|tick| tick.now).collect()
    };
    assert_eq!(ticks(true), [60, 70].map(|s| Time(START.0 + s * NS_PER_S)));
    // A recording brings its own clock, which runs on for an hour.
    assert_eq!(ticks(false).last(), Some(&Time(START.0 + 3_630 * NS_PER_S)));
}
