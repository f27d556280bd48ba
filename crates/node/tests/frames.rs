//! Sealed frames across epochs, restarts and cuts of their files.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use support::*;
use truceline_evidence::frame::{self, Authenticity, ClockEvidence, ClockSource, Frame, Health};
use truceline_evidence::keys::{Act, Body, Holder, KeyAct, KeyPair, Role};
use truceline_model::continuity::{Continuity, Fault};
use truceline_model::hash::Hash;
use truceline_model::remark::Excluded;
use truceline_model::time::{NS_PER_S, Time};
use truceline_node::Node;

fn key(number: u8) -> KeyPair {
    KeyPair::from_seed(&[number; 32])
}

/// Has two states found the register and enrol a station.
fn found(node: &Node) {
    let officer = |number: u8, state: &str| Holder {
        name: format!("office-{state}"),
        role: Role::Officer,
        owner: state.to_owned(),
        key: key(number).public(),
    };
    let station =
        Holder { name: "TL01".into(), role: Role::Station, owner: "observatory".into(), key: key(9).public() };
    let acts = [Act::Found { states: 2, officers: vec![officer(1, "A"), officer(2, "B")] }, Act::Enrol(station)];
    for (number, act) in (0..).zip(acts) {
        let journal = truceline_evidence::journal::JournalReader::origin(&*node.journal());
        let mut act = KeyAct::new(&Body { act, number, journal });
        [1, 2, 9].into_iter().for_each(|number| act.sign(&key(number)));
        let loaded = node.load("act.tlact", &act.to_file()).unwrap();
        assert!(loaded.excluded.is_empty(), "{:?}", loaded.excluded);
    }
}

/// Heartbeats of the station, an hour each, one citing the other; of some numbers one file.
fn heartbeats(numbers: std::ops::Range<u64>) -> Vec<u8> {
    let (mut file, mut previous) = (frame::MAGIC.to_vec(), None);
    for sequence in 0..numbers.end {
        let frame = Frame {
            station: "TL01".into(),
            key: key(9).public().id(),
            boot: 0,
            sequence,
            previous,
            time: Time(1_700_000_000 * NS_PER_S + sequence as i64 * 3_600 * NS_PER_S),
            clock: ClockEvidence {
                source: ClockSource::Gnss,
                sigma_ns: 100,
                satellites: 8,
                authenticity: Authenticity::Authentic,
                holdover_s: 0,
            },
            next_within_s: 3_600,
            health: Health::default(),
            configuration: Hash([0; 32]),
            beacon: None,
            fields: None,
            payload: None,
        };
        previous = Some(frame.hash());
        if numbers.contains(&sequence) {
            frame::write(&mut file, &frame.seal(&key(9)), None);
        }
    }
    file
}

fn faults(store: &TestStore) -> Vec<Fault> {
    let found: Vec<Continuity> = derived(&store.entries());
    found.into_iter().map(|found| found.fault).collect()
}

#[test]
fn a_station_goes_on_in_a_new_epoch_and_after_every_start() {
    let store = TestStore::new();
    found(&store.node());
    // More hours than an open case is old, so that the oldest frames are not read again.
    store.node().load("a.tlframes", &heartbeats(0..400)).unwrap();
    let mut wanted = shipped();
    wanted.infrasound.celerity_sigma_mm_s.value += 1_000;
    let loaded = store.node_with(Some(&wanted)).load("b.tlframes", &heartbeats(390..420)).unwrap();
    assert_eq!((loaded.registered, loaded.already), (20, 10));
    store.node().load("c.tlframes", &heartbeats(422..425)).unwrap();
    assert_eq!(faults(&store), [Fault::Silent, Fault::Gap], "only what is missing: the key and the row go on");
    let excluded: Vec<Excluded> = derived(&store.entries());
    assert_eq!(excluded, []);
    assert_whole(&store);
}

#[test]
fn a_flipped_byte_ends_a_file_and_what_was_before_it_stands() {
    let store = TestStore::new();
    let node = store.node();
    found(&node);
    let mut file = heartbeats(0..10);
    let at = file.len() / 2;
    file.truncate(at);
    let loaded = node.load("cut.tlframes", &file).unwrap();
    assert_eq!((loaded.registered, loaded.refused), (5, 1), "{loaded:?}");
    assert!(loaded.refusals[0].expected.contains("in a frame"), "{:?}", loaded.refusals);
    let again = node.load("whole.tlframes", &heartbeats(0..10)).unwrap();
    assert_eq!((again.registered, again.already, again.continuity.len()), (5, 5, 0), "{again:?}");
}

#[test]
fn silence_is_registered_when_the_clock_goes_on_without_a_station() {
    let store = TestStore::new();
    let node = store.node();
    found(&node);
    node.load("a.tlframes", &heartbeats(0..3)).unwrap();
    // The recording's clock runs on with what others deliver.
    let last = Time(1_700_000_000 * NS_PER_S + 20 * 3_600 * NS_PER_S);
    truceline_node::records::RecordIntake::tick(&node, last).unwrap();
    node.settle(truceline_evidence::journal::JournalReader::size(&*node.journal())).unwrap();
    drop(node);
    assert_eq!(faults(&store), [Fault::Silent]);
    assert_whole(&store);
}
