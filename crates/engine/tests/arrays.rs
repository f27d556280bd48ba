//! Arrays of the inventory: what is found does not hang on how records were cut, in which order they came across elements,
//! or whose they are; a run from any memory is the unbroken run; elements that are missing are named.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use proptest::prelude::*;
use std::collections::BTreeMap;
use support::held::{Held, epoch_with_snapshots, record, run};
use support::{ORIGIN, configuration, contents, engine, epoch, swap_neighbours, tick};
use truceline_engine::replay::{Memory, Replay};
use truceline_model::bearing::{Bearing, Direction, Towards};
use truceline_model::canonical;
use truceline_model::detection::SensorClass;
use truceline_model::entry;
use truceline_model::epoch::Epoch;
use truceline_model::hash::Hash;
use truceline_model::impediment::{Impediment, ImpedimentKind};
use truceline_model::inventory::{Inventory, SensorSite};
use truceline_model::measurement::SensorKind;
use truceline_model::place::Place;
use truceline_model::record::Record;
use truceline_model::remark::Excluded;
use truceline_model::report::SourceRef;
use truceline_model::run_end::RunEnd;
use truceline_model::snapshot::Snapshot;
use truceline_model::time::{NS_PER_S, Time};
use truceline_science::array::Geometry;

const CHANNELS: [&str; 4] = ["FDSN:XX_A1__B_D_F", "FDSN:XX_A2__B_D_F", "FDSN:XX_A3__B_D_F", "FDSN:XX_A4__B_D_F"];
const RATE_HZ: f64 = 20.0;
const SECONDS: usize = 240;
const AZIMUTH_DEG: f64 = 60.0;
const SLOWNESS_S_KM: f64 = 2.95;

/// A triangle of half a kilometre around the first element.
fn places() -> [Place; 4] {
    [(0.0, 0.0), (0.0045, 0.0), (-0.0022, 0.005), (-0.0022, -0.005)]
        .map(|(lat, lon)| Place::from_degrees(39.47 + lat, -110.74 + lon).unwrap())
}

fn inventory_of(places: &[Place], owner: &str) -> Vec<u8> {
    let site = |(channel, place): (&&str, &Place)| SensorSite {
        id: (*channel).to_owned(),
        owner: owner.into(),
        kind: SensorKind::InfrasoundArray,
        place: *place,
        elevation_cm: 190_000,
        array: Some("XA".into()),
    };
    entry::to_bytes(&Inventory::new(CHANNELS.iter().zip(places).map(site).collect()).unwrap())
}

/// Noise of each element's own, and one wave of twelve seconds at 150 s that passes them all.
fn counts() -> Vec<Vec<i32>> {
    let (geometry, _) = Geometry::from_places(&places()).unwrap();
    let (sin, cos) = libm::sincos(AZIMUTH_DEG.to_radians());
    let wave = |t: f64| {
        let swell = libm::exp(-(t - 6.0) * (t - 6.0) / 18.0);
        let tones = [(0.9, 0.3), (1.3, 2.0), (1.9, 4.1), (2.6, 1.2), (3.1, 5.5)];
        swell * tones.iter().map(|(hz, phase)| libm::sin(std::f64::consts::TAU * hz * t + phase)).sum::<f64>()
    };
    let of = |(seed, r): (usize, &[f64; 3])| {
        let mut state = seed as u64 + 1;
        let mut noise = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 30) - 1.0
        };
        // What stands towards the source has the wave earlier.
        let late_s = -(r[0] * sin + r[1] * cos) * SLOWNESS_S_KM / 1e3;
        let sample = |n: usize| (100.0 * noise() + 150.0 * wave(n as f64 / RATE_HZ - 150.0 - late_s)) as i32;
        (0..SECONDS * RATE_HZ as usize).map(sample).collect()
    };
    geometry.offsets_m().iter().enumerate().map(of).collect()
}

/// The records of a channel, each of so many samples.
fn records(channel: &str, samples: &[i32], lengths: impl IntoIterator<Item = usize>) -> Vec<Vec<u8>> {
    let writer = support::network::writer(channel, RATE_HZ);
    let (mut records, mut at) = (Vec::new(), 0);
    for length in lengths {
        let end = (at + length.max(1)).min(samples.len());
        let mut bytes = Vec::new();
        writer.write(Time(at as i64 * 50_000_000), &samples[at..end], &mut bytes).unwrap();
        records.push(bytes);
        at = end;
        if at == samples.len() {
            break;
        }
    }
    records
}

type Payloads = BTreeMap<Hash, Vec<u8>>;

/// The inventory, then records in the order of their ends, the last element's late by `late_s`; a tick each ten seconds; the
/// ends of the runs.
fn inputs(records_of: &[Vec<Vec<u8>>], owner: &str, late_s: i64) -> (Vec<Vec<u8>>, Payloads) {
    let mut payloads = BTreeMap::new();
    let mut timed = Vec::new();
    for (element, channel) in records_of.iter().enumerate() {
        for (sequence, bytes) in channel.iter().enumerate() {
            payloads.insert(Hash::of(bytes), bytes.clone());
            let record = record(bytes, sequence as u64, owner);
            let late_ns = if element == 3 { late_s * NS_PER_S } else { 0 };
            timed.push((Time(record.end().unwrap().0 + late_ns), entry::to_bytes(&record)));
        }
    }
    timed.sort_by_key(|(end, _)| *end);
    let (mut entries, mut ticked) = (vec![inventory_of(&places(), "Post 4")], Time(0));
    for (end, bytes) in timed {
        while end.0 - ticked.0 >= 10 * NS_PER_S {
            ticked = Time(ticked.0 + 10 * NS_PER_S);
            entries.push(tick(ticked));
        }
        entries.push(bytes);
    }
    for channel in CHANNELS {
        entries.push(entry::to_bytes(&RunEnd { source: SourceRef { source: channel.into(), boot: 7, sequence: 0 } }));
    }
    (entries, payloads)
}

/// Four minutes of four elements, all records of `length` samples.
fn cut(length: usize) -> Vec<Vec<Vec<u8>>> {
    let lengths = || std::iter::repeat_n(length, SECONDS * RATE_HZ as usize / length + 2);
    CHANNELS.iter().zip(counts()).map(|(channel, samples)| records(channel, &samples, lengths())).collect()
}

fn watch(records_of: &[Vec<Vec<u8>>], owner: &str, late_s: i64) -> Held {
    let (entries, payloads) = inputs(records_of, owner, late_s);
    let mut all = vec![epoch()];
    all.extend(entries);
    run(&all, &payloads).0
}

/// What was found, without what names the cut: the payloads it is cited from.
fn found(held: &Held) -> Vec<Bearing> {
    let mut found: Vec<Bearing> = contents(&held.entries);
    for bearing in &mut found {
        assert!(!bearing.waveform.is_empty() && bearing.waveform.iter().all(|hash| held.payloads.contains_key(hash)));
        bearing.waveform.clear();
    }
    found
}

/// What the array says was kept from it.
fn impeded(held: &Held) -> Vec<Impediment> {
    let mut all: Vec<Impediment> = contents(&held.entries);
    all.retain(|impediment| impediment.array.is_some());
    all
}

fn towards(bearing: &Bearing) -> Towards {
    match bearing.direction {
        Direction::Towards(towards) => towards,
        Direction::NotResolvable(reason) => panic!("not resolvable: {}", reason.name()),
    }
}

#[test]
fn a_wave_has_its_bearing_with_what_it_rests_on() {
    let held = watch(&cut(80), "not stated", 0);
    let bearings: Vec<Bearing> = contents(&held.entries);
    let [bearing] = &bearings[..] else { panic!("{bearings:?}") };
    let direction = towards(bearing);
    let off_deg = f64::from(direction.azimuth_mdeg) / 1e3 - AZIMUTH_DEG;
    assert!(off_deg.abs() <= 1.0 && direction.azimuth_sigma_deg() > 3.0, "{direction:?}");
    assert!((f64::from(direction.slowness_us_km) / 1e6 - SLOWNESS_S_KM).abs() <= 0.05, "{direction:?}");
    assert!((bearing.onset.seconds_since(Time(0)) - 152.0).abs() <= 3.0, "{bearing:?}");
    assert!(bearing.span.from < bearing.peak && bearing.peak < bearing.span.to && bearing.onset_sigma_us > 0);
    assert_eq!((bearing.array.as_str(), bearing.class), ("XA", SensorClass::Infrasound));
    assert_eq!(bearing.owners, ["Post 4", "not stated"]);
    assert_eq!((&bearing.elements[..], &bearing.without[..]), (&CHANNELS.map(str::to_owned)[..], &[][..]));
    // Four seconds a record: those of the noise before and of the wave, of each element, and no others.
    let spans = (bearing.span.to.seconds_since(bearing.span.from) + 20.0) / 4.0;
    let each = bearing.waveform.len() as f64 / 4.0;
    assert!(each >= spans && each <= spans + 3.0, "{each} of {spans}");
    assert!(impeded(&held).is_empty(), "{:?}", impeded(&held));
}

#[test]
fn whole_files_of_one_record_each_wait_for_each_other() {
    let reference = found(&watch(&cut(80), "not stated", 0));
    assert_eq!(found(&watch(&cut(SECONDS * 20), "not stated", 0)), reference);
    // As long as the last element comes within the wait.
    assert_eq!(found(&watch(&cut(80), "not stated", 60)), reference);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn any_cut_gives_the_same_bearings(lengths in proptest::collection::vec(1usize..4_800, 30), late_s in 0i64..60) {
        let reference = watch(&cut(80), "not stated", 0);
        let of = |(n, (channel, samples)): (usize, (&&str, Vec<i32>))| {
            records(channel, &samples, lengths.iter().cycle().skip(7 * n).copied())
        };
        let other: Vec<Vec<Vec<u8>>> = CHANNELS.iter().zip(counts()).enumerate().map(of).collect();
        let other = watch(&other, "not stated", late_s);
        prop_assert!(!found(&reference).is_empty());
        prop_assert_eq!(found(&other), found(&reference));
        prop_assert_eq!(impeded(&other), impeded(&reference));
    }

    #[test]
    fn the_order_across_elements_moves_nothing(seed in any::<u64>()) {
        let (mut entries, payloads) = inputs(&cut(80), "not stated", 0);
        let reference = { let mut all = vec![epoch()]; all.extend(entries.clone()); run(&all, &payloads).0 };
        // Neighbours change places, ticks too, but those of one channel and two ticks.
        let channel_of = |bytes: &[u8]| match entry::from_bytes::<Record>(bytes) {
            Ok(record) => Some(record.source.source),
            Err(_) => entry::open(bytes).is_ok_and(|(kind, ..)| kind == "tick").then(|| "tick".to_owned()),
        };
        swap_neighbours(&mut entries, seed, 2_000, channel_of);
        let mut all = vec![epoch()];
        all.extend(entries);
        let other = run(&all, &payloads).0;
        prop_assert_eq!(found(&other), found(&reference));
        prop_assert_eq!(impeded(&other), impeded(&reference));
    }
}

#[test]
fn whose_elements_they_are_changes_the_name_alone() {
    let of = |owner: &str| -> Vec<Bearing> { contents(&watch(&cut(80), owner, 0).entries) };
    let (alpha, mut bravo) = (of("Alpha"), of("Bravo"));
    for bearing in &mut bravo {
        assert_eq!(bearing.owners, ["Bravo", "Post 4"]);
        bearing.owners[0] = "Alpha".into();
    }
    assert_eq!(alpha, bravo);
}

#[test]
fn a_run_from_any_snapshot_is_the_uninterrupted_one() {
    // The last element is late, so that samples wait in most of the memories.
    let (entries, payloads) = inputs(&cut(80), "not stated", 30);
    let mut all = vec![epoch_with_snapshots(9)];
    all.extend(entries);
    let (held, whole) = run(&all, &payloads);
    assert_eq!(contents::<Bearing>(&held.entries).len(), 1);
    let mut waited = 0;
    for (at, bytes) in held.entries.iter().enumerate() {
        let Ok(snapshot) = entry::from_bytes::<Snapshot>(bytes) else { continue };
        let memory: Memory = canonical::from_bytes(&held.memories[&snapshot.state]).unwrap();
        assert_eq!(canonical::to_bytes(&memory), held.memories[&snapshot.state]);
        let mut replay = Replay::resume(engine(), ORIGIN, 1, snapshot.state, memory).unwrap();
        let arrays = &replay.state().unwrap().arrays.0;
        waited += usize::from(arrays["XA"].elements.0.values().any(|element| !element.waiting.is_empty()));
        for bytes in &held.entries[snapshot.input as usize + 1..] {
            replay.take(bytes, &held).unwrap();
        }
        assert_eq!(replay.report().divergence, None, "from the snapshot at {at}");
        assert_eq!((replay.hash(), replay.report().missing), (whole.hash(), 0));
        assert_eq!(replay.state().unwrap().hash(), whole.state().unwrap().hash());
    }
    assert!(waited > 10, "{waited}");
}

#[test]
fn a_new_epoch_goes_on_with_a_warm_array() {
    let (entries, payloads) = inputs(&cut(80), "not stated", 0);
    let mut configuration = configuration();
    configuration.case_age_max_s += 1;
    let next = entry::to_bytes(&Epoch { engine: engine(), configuration });
    let mut all = vec![epoch()];
    all.extend(entries);
    let unbroken = run(&all, &payloads).0;
    for third in [1, 2] {
        let mut broken = all.clone();
        broken.insert(all.len() * third / 3, next.clone());
        let (held, replay) = run(&broken, &payloads);
        assert_eq!(replay.report().divergence, None);
        assert_eq!(found(&held), found(&unbroken));
    }
}

#[test]
fn windows_go_on_without_an_element_that_does_not_come() {
    let mut records_of = cut(80);
    records_of[3].clear();
    let held = watch(&records_of, "not stated", 0);
    let bearings = found(&held);
    let [bearing] = &bearings[..] else { panic!("{bearings:?}") };
    assert!((f64::from(towards(bearing).azimuth_mdeg) / 1e3 - AZIMUTH_DEG).abs() <= 2.0, "{bearing:?}");
    assert_eq!((bearing.elements.len(), &bearing.without[..]), (3, &[CHANNELS[3].to_owned()][..]));
    let said = impeded(&held);
    let [missing] = &said[..] else { panic!("{said:?}") };
    assert_eq!((missing.kind, missing.channel.as_str()), (ImpedimentKind::Missing, CHANNELS[3]));
    assert_eq!((missing.array.as_deref(), missing.reason.as_deref()), (Some("XA"), Some("no samples")));
}

#[test]
fn the_clock_hands_over_and_closes_what_nothing_follows() {
    let mut records_of = cut(80);
    records_of.iter_mut().for_each(|records| records.truncate(40));
    let (mut entries, payloads) = inputs(&records_of, "not stated", 0);
    entries.retain(|bytes| entry::open(bytes).unwrap().0 != "run_end");
    let mut all = vec![epoch()];
    all.extend(entries);
    let at_160_s = run(&all, &payloads);
    assert!(contents::<Bearing>(&at_160_s.0.entries).is_empty(), "the wave is not over");
    all.push(tick(Time(800 * NS_PER_S)));
    let (held, replay) = run(&all, &payloads);
    let [bearing] = &found(&held)[..] else { panic!("{:?}", contents::<Bearing>(&held.entries)) };
    assert!(bearing.cut_short);
    assert!(replay.state().unwrap().arrays.0["XA"].closed);
}

#[test]
fn an_inventory_that_moves_an_element_starts_a_new_detector() {
    let (entries, payloads) = inputs(&cut(80), "not stated", 0);
    let again = inventory_of(&places(), "Post 5");
    let mut moved = places();
    moved[1].lat_e7 += 1_000;
    // Another owner alone changes nothing but the name; another place begins anew, and its past is empty.
    for (inventory, owners, bearings) in
        [(again, vec!["Post 5", "not stated"], 1), (inventory_of(&moved, "Post 4"), vec![], 0)]
    {
        let mut all = vec![epoch()];
        all.append(&mut entries.clone());
        all.insert(all.len() / 2, inventory);
        let (held, replay) = run(&all, &payloads);
        let found = found(&held);
        assert_eq!(found.len(), bearings, "{found:?}");
        assert!(found.iter().all(|bearing| bearing.owners == owners));
        assert_eq!(replay.state().unwrap().arrays.0.len(), 1);
    }
}

#[test]
fn what_makes_no_array_is_named() {
    let line = [0.0, 0.001, 0.002, 0.003].map(|d| Place::from_degrees(39.0 + d, -110.0).unwrap());
    for (places, expected) in [(&places()[..2], "array XA: "), (&line[..], "array XA: ")] {
        let (held, replay) = run(&[epoch(), inventory_of(places, "Post 4")], &BTreeMap::new());
        let excluded: Vec<Excluded> = contents(&held.entries);
        assert_eq!(excluded.len(), 1);
        assert!(excluded[0].reason.starts_with(expected), "{}", excluded[0].reason);
        assert!(replay.state().unwrap().arrays.0.is_empty());
        assert_eq!(replay.state().unwrap().sites.0.len(), places.len());
    }
}
