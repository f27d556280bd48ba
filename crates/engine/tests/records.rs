//! Records as inputs: what is found in them does not hang on how they were cut, in which order their channels came, or
//! whose they are; a run from any memory is the unbroken run; a missing payload is named.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use proptest::prelude::*;
use std::collections::BTreeMap;
use support::held::{Held, epoch_with_snapshots, record, run};
use support::{ORIGIN, configuration, contents, engine, epoch, swap_neighbours, tick};
use truceline_engine::replay::{Memory, Replay};
use truceline_model::canonical;
use truceline_model::detection::{Detection, SensorClass};
use truceline_model::entry;
use truceline_model::epoch::Epoch;
use truceline_model::erasure::Erasure;
use truceline_model::hash::Hash;
use truceline_model::impediment::{Impediment, ImpedimentKind};
use truceline_model::record::{Payload, Record};
use truceline_model::report::SourceRef;
use truceline_model::run_end::RunEnd;
use truceline_model::sensor_state::{LinkState, SensorState};
use truceline_model::snapshot::Snapshot;
use truceline_model::time::{NS_PER_S, Time};

const CHANNELS: [&str; 3] = ["FDSN:XX_ONE__H_H_Z", "FDSN:XX_TWO__H_H_Z", "FDSN:XX_TRE__H_D_F"];
const RATE_HZ: f64 = 100.0;

/// Noise with a burst each 20 s from 15 s on, of an own strength and frequency, as counts.
fn counts(seed: u64, seconds: usize) -> Vec<i32> {
    let mut state = seed;
    let mut noise = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 30) - 1.0
    };
    let first = 15.0 + seed as f64;
    (0..seconds * RATE_HZ as usize)
        .map(|n| {
            let t = n as f64 / RATE_HZ - first;
            let since = t.rem_euclid(20.0);
            let burst = if t < 0.0 { 0.0 } else { 2_000.0 * libm::exp(-since * 2.0) * libm::sin(since * 40.0) };
            (50.0 * noise() + burst) as i32
        })
        .collect()
}

/// Records of a channel, each of so many samples, with a gap of 3 s after the first minute.
fn records(channel: &str, samples: &[i32], lengths: impl IntoIterator<Item = usize>) -> Vec<Vec<u8>> {
    let writer = support::network::writer(channel, RATE_HZ);
    let mut records = Vec::new();
    let mut at = 0;
    let gap_at = 6_000;
    for length in lengths {
        let end = (at + length.max(1)).min(samples.len());
        // No record holds the gap.
        let end = if at < gap_at { end.min(gap_at) } else { end };
        let gap_ns = if at >= gap_at { 3 * NS_PER_S } else { 0 };
        let mut bytes = Vec::new();
        writer.write(Time(at as i64 * 10_000_000 + gap_ns), &samples[at..end], &mut bytes).unwrap();
        records.push(bytes);
        at = end;
        if at == samples.len() {
            break;
        }
    }
    records
}

/// The recording as inputs: records in the order of their times, a tick each ten seconds, the ends of the runs.
fn inputs(records_of: &[Vec<Vec<u8>>], owner: &str) -> (Vec<Vec<u8>>, BTreeMap<Hash, Vec<u8>>) {
    let mut payloads = BTreeMap::new();
    let mut timed = Vec::new();
    for channel in records_of {
        for (sequence, bytes) in channel.iter().enumerate() {
            payloads.insert(Hash::of(bytes), bytes.clone());
            let record = record(bytes, sequence as u64, owner);
            timed.push((record.end().unwrap(), entry::to_bytes(&record)));
        }
    }
    timed.sort_by_key(|(end, _)| *end);
    let (mut entries, mut ticked) = (Vec::new(), Time(0));
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

fn detect(records_of: &[Vec<Vec<u8>>], owner: &str) -> Held {
    let (entries, payloads) = inputs(records_of, owner);
    let mut all = vec![epoch()];
    all.extend(entries);
    run(&all, &payloads).0
}

/// What was detected, without what names the cut: the payloads it is cited from.
fn found(held: &Held) -> Vec<Vec<u8>> {
    let mut found: Vec<Detection> = contents(&held.entries);
    for detection in &mut found {
        assert!(
            !detection.waveform.is_empty() && detection.waveform.iter().all(|hash| held.payloads.contains_key(hash))
        );
        detection.waveform.clear();
    }
    found.sort_by(|a, b| (&a.channel, a.switched_on).cmp(&(&b.channel, b.switched_on)));
    found.iter().map(canonical::to_bytes).collect()
}

fn impeded(held: &Held) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = contents::<Impediment>(&held.entries).iter().map(canonical::to_bytes).collect();
    all.sort();
    all
}

/// Three channels of two minutes, all records of `length` samples.
fn cut(length: usize) -> Vec<Vec<Vec<u8>>> {
    let of = |(n, channel): (usize, &&str)| {
        records(channel, &counts(n as u64 + 1, 120), std::iter::repeat_n(length, 12_000 / length + 2))
    };
    CHANNELS.iter().enumerate().map(of).collect()
}

#[test]
fn arrivals_are_found_with_what_they_rest_on() {
    let held = detect(&cut(400), "not stated");
    let detections: Vec<Detection> = contents(&held.entries);
    let of = |channel: &str| detections.iter().filter(|found| found.channel == channel).collect::<Vec<_>>();
    for (n, channel) in CHANNELS[..2].iter().enumerate() {
        let found = of(channel);
        // Bursts at 16 s (or 17) and each 20 s; that at 56 s is in the warm-up's past, that at 76 s after the gap's.
        assert!(found.len() >= 4, "{channel}: {found:?}");
        let first = 16.0 + n as f64;
        for detection in &found {
            let late_s = detection.onset.seconds_since(Time(0)) - first;
            let late_s = if late_s > 44.0 { late_s - 3.0 } else { late_s };
            let phase_s = (late_s + 10.0).rem_euclid(20.0) - 10.0;
            assert!(phase_s.abs() < 0.1, "{channel}: {phase_s} s beside a burst");
            assert_eq!(detection.class, SensorClass::Seismic);
            assert!(detection.snr_milli > 5_000 && detection.onset_sigma_us > 0 && detection.duration_us > 0);
        }
    }
    let gaps: Vec<Impediment> = contents(&held.entries);
    let gaps: Vec<&Impediment> = gaps.iter().filter(|found| found.kind == ImpedimentKind::Gap).collect();
    assert_eq!(gaps.len(), 3, "{gaps:?}");
    assert!(gaps.iter().all(|gap| gap.from == Time(60 * NS_PER_S) && gap.to == Some(Time(63 * NS_PER_S))));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_cut_gives_the_same_detections(lengths in proptest::collection::vec(1usize..900, 40)) {
        let reference = detect(&cut(400), "not stated");
        let of = |(n, channel): (usize, &&str)| {
            records(channel, &counts(n as u64 + 1, 120), lengths.iter().cycle().copied())
        };
        let other: Vec<Vec<Vec<u8>>> = CHANNELS.iter().enumerate().map(of).collect();
        let other = detect(&other, "not stated");
        prop_assert!(!found(&reference).is_empty());
        prop_assert_eq!(found(&other), found(&reference));
        prop_assert_eq!(impeded(&other), impeded(&reference));
    }

    #[test]
    fn the_order_across_channels_moves_nothing(seed in any::<u64>()) {
        let (mut entries, payloads) = inputs(&cut(400), "not stated");
        let reference = { let mut all = vec![epoch()]; all.extend(entries.clone()); run(&all, &payloads).0 };
        // Neighbours of different channels change places, as far as they like.
        let channel_of = |bytes: &[u8]| entry::from_bytes::<Record>(bytes).ok().map(|record| record.source.source);
        swap_neighbours(&mut entries, seed, 400, channel_of);
        let mut all = vec![epoch()];
        all.extend(entries);
        let other = run(&all, &payloads).0;
        prop_assert_eq!(found(&other), found(&reference));
        prop_assert_eq!(impeded(&other), impeded(&reference));
    }
}

#[test]
fn whose_sensors_they_are_changes_the_name_alone() {
    let of = |owner: &str| -> Vec<Detection> { contents(&detect(&cut(400), owner).entries) };
    let (alpha, mut bravo) = (of("Alpha"), of("Bravo"));
    assert!(bravo.iter_mut().all(|detection| std::mem::replace(&mut detection.owner, "Alpha".into()) == "Bravo"));
    assert_eq!(alpha, bravo);
}

#[test]
fn a_run_from_any_snapshot_is_the_uninterrupted_one() {
    let (entries, payloads) = inputs(&cut(400), "not stated");
    let mut all = vec![epoch_with_snapshots(1)];
    all.extend(entries);
    let (held, whole) = run(&all, &payloads);
    assert!(held.memories.len() > 90);
    for (at, bytes) in held.entries.iter().enumerate() {
        let Ok(snapshot) = entry::from_bytes::<Snapshot>(bytes) else { continue };
        if !snapshot.input.is_multiple_of(5) {
            continue;
        }
        let memory: Memory = canonical::from_bytes(&held.memories[&snapshot.state]).unwrap();
        assert_eq!(canonical::to_bytes(&memory), held.memories[&snapshot.state]);
        let mut replay = Replay::resume(engine(), ORIGIN, 1, snapshot.state, memory).unwrap();
        for bytes in &held.entries[snapshot.input as usize + 1..] {
            replay.take(bytes, &held).unwrap();
        }
        assert_eq!(replay.report().divergence, None, "from the snapshot at {at}");
        assert_eq!((replay.hash(), replay.report().missing), (whole.hash(), 0));
        assert_eq!(replay.state().unwrap().hash(), whole.state().unwrap().hash());
    }
}

#[test]
fn a_missing_payload_is_named_and_deriving_goes_on_at_the_next_memory() {
    let (entries, payloads) = inputs(&cut(400), "not stated");
    let mut all = vec![epoch_with_snapshots(20)];
    all.extend(entries);
    let (held, whole) = run(&all, &payloads);
    let is_record = |bytes: &&Vec<u8>| entry::from_bytes::<Record>(bytes).is_ok();
    let at = held.entries.iter().rposition(|bytes| is_record(&bytes)).unwrap() - 60;
    let at = at + held.entries[at..].iter().position(|bytes| is_record(&bytes)).unwrap();
    let lost: Record = entry::from_bytes(&held.entries[at]).unwrap();
    let audit = |held: &Held| {
        let mut replay = Replay::new(engine(), ORIGIN, 1);
        held.entries.iter().for_each(|bytes| replay.take(bytes, held).unwrap());
        replay
    };
    for damaged in [false, true] {
        let mut without = held.clone();
        if damaged {
            without.payloads.get_mut(&lost.payload.sha256).unwrap()[50] ^= 1;
        } else {
            without.payloads.remove(&lost.payload.sha256);
        }
        let replay = audit(&without);
        let [stretch] = &replay.report().not_rederivable[..] else { panic!("{:?}", replay.report()) };
        assert_eq!((stretch.from, stretch.payload, stretch.damaged), (at as u64, lost.payload.sha256, damaged));
        let to = stretch.to.expect("a memory stands after it");
        assert!(to > at as u64 && held.entries[to as usize - 1].as_slice() != held.entries[at].as_slice());
        assert_eq!((&replay.report().divergence, replay.report().missing), (&None, 0));
        assert_eq!(replay.hash(), whole.hash(), "what follows is the same");
        // Without memories the rest is not derived, and nothing is called different.
        without.memories.clear();
        let replay = audit(&without);
        let report = replay.report();
        assert_eq!(report.not_rederivable.iter().map(|stretch| stretch.to).collect::<Vec<_>>(), [None]);
        assert_eq!((&report.divergence, report.missing, replay.is_deriving()), (&None, 0, false));
    }
    // What stands before it is compared all the same.
    let mut without = held.clone();
    without.payloads.remove(&lost.payload.sha256);
    let before = held.entries[..at].iter().position(|bytes| kind(bytes) == "detection").unwrap();
    let mut changed: truceline_model::derived::Derived<Detection> = entry::from_bytes(&held.entries[before]).unwrap();
    changed.content.snr_milli += 1;
    without.entries[before] = entry::to_bytes(&changed);
    assert_eq!(audit(&without).report().divergence.map(|found| found.entry), Some(before as u64));
}

/// An erasure of the payload of a record entry.
fn erasure(record: &[u8]) -> Vec<u8> {
    let record: Record = entry::from_bytes(record).unwrap();
    let (asked_by, reason) = ("the operator of the store".to_owned(), "it holds speech".to_owned());
    entry::to_bytes(&Erasure { payload: record.payload.sha256, asked_by, reason, at: Time(0) })
}

#[test]
fn after_an_erasure_a_memory_stands_and_a_replay_across_it_says_why_it_cannot() {
    let (mut entries, mut payloads) = inputs(&cut(400), "not stated");
    let at = entries.iter().position(|bytes| kind(bytes) == "record").unwrap() + 30;
    let at = at + entries[at..].iter().position(|bytes| kind(bytes) == "record").unwrap();
    let erasure = erasure(&entries[at]);
    entries.insert(at + 40, erasure.clone());
    let mut all = vec![epoch_with_snapshots(100_000)];
    all.extend(entries.clone());
    let (mut held, whole) = run(&all, &payloads);
    let [snapshot] = &held.entries.iter().filter_map(|b| entry::from_bytes::<Snapshot>(b).ok()).collect::<Vec<_>>()[..]
    else {
        panic!("the erasure makes a snapshot")
    };
    let erased_at = held.entries.iter().position(|bytes| *bytes == erasure).unwrap() as u64;
    assert_eq!(snapshot.input, erased_at);
    let audit = |held: &Held| {
        let mut replay = Replay::new(engine(), ORIGIN, 1);
        held.entries.iter().for_each(|bytes| replay.take(bytes, held).unwrap());
        replay
    };
    assert_eq!(
        (audit(&held).hash(), audit(&held).report().not_rederivable.len()),
        (whole.hash(), 0),
        "before it is gone"
    );
    let gone: Erasure = entry::from_bytes(&erasure).unwrap();
    held.payloads.remove(&gone.payload);
    payloads.remove(&gone.payload);
    let replay = audit(&held);
    let [stretch] = &replay.report().not_rederivable[..] else { panic!("{:?}", replay.report()) };
    assert_eq!((stretch.to, stretch.payload), (Some(erased_at + 1), gone.payload));
    assert_eq!(stretch.erasure, Some((erased_at, gone.clone())));
    assert_eq!((&replay.report().divergence, replay.report().missing, replay.hash()), (&None, 0, whole.hash()));
    // The bytes again, or a record of them that was on its way: nothing is derived from it, here or there.
    let last = held.entries.len();
    let again = held
        .entries
        .iter()
        .find(|bytes| entry::from_bytes::<Record>(bytes).is_ok_and(|record| record.payload.sha256 == gone.payload));
    let mut again: Record = entry::from_bytes(again.unwrap()).unwrap();
    again.source.boot += 1;
    let mut all_again = all.clone();
    all_again.push(entry::to_bytes(&again));
    let (held, _) = run(&all_again, &inputs(&cut(400), "not stated").1);
    let excluded: Vec<truceline_model::remark::Excluded> = contents(&held.entries[last..]);
    assert_eq!(
        excluded.iter().map(|found| found.reason.as_str()).collect::<Vec<_>>(),
        ["its payload was erased before anything was derived from it"]
    );
}

/// A new engine reads the last minutes again; what was erased is a gap to it, whether the bytes are there or not.
#[test]
fn a_new_epoch_does_without_what_was_erased() {
    let (mut entries, payloads) = inputs(&cut(400), "not stated");
    let half = entries.len() / 2;
    let at = (0..half).rev().find(|at| kind(&entries[*at]) == "record").unwrap();
    let erasure = erasure(&entries[at]);
    let gone: Erasure = entry::from_bytes(&erasure).unwrap();
    let mut configuration = configuration();
    configuration.case_age_max_s += 1;
    entries.splice(half..half, [erasure, entry::to_bytes(&Epoch { engine: engine(), configuration })]);
    let mut all = vec![epoch()];
    all.extend(entries);
    let (held, whole) = run(&all, &payloads);
    let mut replay = Replay::new(engine(), ORIGIN, 1);
    let mut without = held.clone();
    without.payloads.remove(&gone.payload);
    without.memories.clear();
    without.entries.iter().for_each(|bytes| replay.take(bytes, &without).unwrap());
    let report = replay.report();
    let [stretch] = &report.not_rederivable[..] else { panic!("{report:?}") };
    let epoch_at = held.entries.iter().rposition(|bytes| kind(bytes) == "epoch").unwrap() as u64;
    assert_eq!((stretch.to, stretch.erasure.is_some()), (Some(epoch_at), true));
    assert_eq!((&report.divergence, report.missing, replay.is_deriving()), (&None, 0, true));
    assert_eq!(replay.state().unwrap().hash(), whole.state().unwrap().hash(), "the same as with the bytes");
}

fn kind(bytes: &[u8]) -> &str {
    entry::open(bytes).unwrap().0
}

#[test]
fn a_new_epoch_goes_on_with_warm_detectors() {
    let (entries, payloads) = inputs(&cut(400), "not stated");
    let mut configuration = configuration();
    configuration.case_age_max_s += 1;
    let next = entry::to_bytes(&Epoch { engine: engine(), configuration });
    let mut all = vec![epoch()];
    all.extend(entries);
    let unbroken = run(&all, &payloads).0;
    // In the middle of the recording, not in a burst.
    all.insert(all.len() / 3, next);
    let (held, replay) = run(&all, &payloads);
    assert_eq!(replay.report().divergence, None);
    assert_eq!(found(&held), found(&unbroken), "the same arrivals, none twice");
}

#[test]
fn a_payload_that_is_not_what_its_entry_says_is_excluded() {
    let channel = records(CHANNELS[0], &counts(1, 10), [1_000]);
    let mut liar = record(&channel[0], 0, "not stated");
    liar.pieces[0].channel = CHANNELS[1].into();
    let payloads = BTreeMap::from([(Hash::of(&channel[0]), channel[0].clone())]);
    let (held, _) = run(&[epoch(), entry::to_bytes(&liar)], &payloads);
    let [excluded] = &contents::<truceline_model::remark::Excluded>(&held.entries)[..] else { panic!() };
    assert!(excluded.reason.contains("which its entry does not name"), "{}", excluded.reason);
    let garbage = b"no record".to_vec();
    let mut other = record(&channel[0], 1, "not stated");
    other.payload = Payload { sha256: Hash::of(&garbage), bytes: garbage.len() as u64 };
    let payloads = BTreeMap::from([(Hash::of(&garbage), garbage)]);
    let (held, replay) = run(&[epoch(), entry::to_bytes(&other)], &payloads);
    assert_eq!(contents::<truceline_model::remark::Excluded>(&held.entries).len(), 1);
    assert!(replay.is_deriving());
}

#[test]
fn a_silent_channel_is_closed_by_the_clock_and_said() {
    let channel = records(CHANNELS[0], &counts(1, 17), std::iter::repeat_n(400, 5));
    let (mut entries, payloads) = inputs(&[channel], "not stated");
    // Neither the run's end nor a tick closed it yet.
    entries.retain(|bytes| kind(bytes) == "record");
    let mut all = vec![epoch()];
    all.extend(entries);
    all.push(tick(Time(20 * NS_PER_S)));
    assert!(contents::<Detection>(&run(&all, &payloads).0.entries).is_empty(), "the burst at 16 s is still on");
    all.push(tick(Time(700 * NS_PER_S)));
    let (held, _) = run(&all, &payloads);
    let [detection] = &contents::<Detection>(&held.entries)[..] else { panic!("{:?}", held.entries) };
    assert!(detection.cut_short);
    let said: Vec<ImpedimentKind> = contents::<Impediment>(&held.entries).iter().map(|found| found.kind).collect();
    assert_eq!(said, [ImpedimentKind::Silent]);
}

/// What became of a source's link moves nothing that is detected; it is said where its channels fall silent.
#[test]
fn a_lost_link_ends_no_detector_and_is_why_a_channel_is_silent() {
    let channel = records(CHANNELS[0], &counts(1, 17), std::iter::repeat_n(400, 5));
    let (mut entries, payloads) = inputs(&[channel], "not stated");
    entries.retain(|bytes| kind(bytes) == "record");
    let whole = [vec![epoch()], entries.clone(), vec![tick(Time(20 * NS_PER_S)), tick(Time(700 * NS_PER_S))]].concat();
    let link = |state, at_s: i64, reason: Option<&str>| {
        let source = CHANNELS[0].to_owned();
        let (boot, owner, at) = (7, "not stated".to_owned(), Time(at_s * NS_PER_S));
        let reason = reason.map(str::to_owned);
        entry::to_bytes(&SensorState { source, boot, owner, at, state, reason, resumed_from: None, folded: 0 })
    };
    let why = |changes: &[Vec<u8>]| {
        let mut all = whole.clone();
        // Between the records, as a link that is lost and taken up again.
        all.splice(3..3, changes.iter().cloned());
        let held = run(&all, &payloads).0.entries;
        assert_eq!(contents::<Detection>(&held), contents::<Detection>(&run(&whole, &payloads).0.entries));
        let [silent] = &contents::<Impediment>(&held)[..] else { panic!("one impediment") };
        assert_eq!(silent.kind, ImpedimentKind::Silent);
        silent.reason.clone()
    };
    let (lost, resumed) = (link(LinkState::Lost, 5, Some("closed")), link(LinkState::Resumed, 6, None));
    let said = format!("the link to its source {} is lost since 1970-01-01T00:00:05Z: closed", CHANNELS[0]);
    assert_eq!(why(&[]), None);
    assert_eq!(why(&[lost.clone(), resumed.clone()]), None);
    assert_eq!(why(&[resumed, lost.clone()]), None, "the later one counts, in whatever order they come");
    assert_eq!(why(std::slice::from_ref(&lost)), Some(said));
}

#[test]
fn more_channels_than_are_watched_are_excluded_by_name() {
    use truceline_engine::state::MAX_CHANNELS;
    let mut all = vec![epoch()];
    let mut payloads = BTreeMap::new();
    for n in 0..MAX_CHANNELS + 2 {
        let bytes = records(&format!("FDSN:XX_S{n}__H_H_Z"), &[1, 2, 3], [3]).remove(0);
        all.push(entry::to_bytes(&record(&bytes, 0, "not stated")));
        payloads.insert(Hash::of(&bytes), bytes);
    }
    let (held, replay) = run(&all, &payloads);
    assert_eq!(replay.state().unwrap().channels.0.len(), MAX_CHANNELS);
    let excluded: Vec<truceline_model::remark::Excluded> = contents(&held.entries);
    assert_eq!(excluded.len(), 2);
    assert!(excluded[0].reason.ends_with("channels are watched already"), "{}", excluded[0].reason);
}
