//! A recording of our own making, for the engine's tests.
#![allow(dead_code, clippy::unwrap_used)] // each test uses a part; helpers stand outside of any test function

pub(crate) mod held;
pub(crate) mod network;

use truceline_engine::input::{Standing, standing};
use truceline_engine::replay::Replay;
use truceline_formats::configuration;
use truceline_model::agreement::AgreementText;
use truceline_model::configuration::Configuration;
use truceline_model::derived::Derived;
use truceline_model::entry::{self, Entry};
use truceline_model::epoch::Epoch;
use truceline_model::hash::Hash;
use truceline_model::notice::{Activity, Notice};
use truceline_model::place::Place;
use truceline_model::report::{Report, SourceRef};
use truceline_model::tick::Tick;
use truceline_model::time::{Interval, NS_PER_S, Time};

pub(crate) const ORIGIN: &str = "truceline.local/golden";
pub(crate) const AGREEMENT: &str = include_str!("../../../../examples/utah-2004/agreement.toml");

/// The engine's id is fixed here, so that the golden hash does not change with every line of source.
pub(crate) fn engine() -> Hash {
    Hash::of(b"an engine for tests")
}

pub(crate) fn configuration() -> Configuration {
    configuration::read("configuration.toml", configuration::DEFAULT).unwrap()
}

pub(crate) fn epoch() -> Vec<u8> {
    entry::to_bytes(&Epoch { engine: engine(), configuration: configuration() })
}

/// Neighbours change places, so many times, where both have a name and not the same one.
pub(crate) fn swap_neighbours(
    entries: &mut [Vec<u8>],
    seed: u64,
    times: usize,
    name_of: impl Fn(&[u8]) -> Option<String>,
) {
    let mut state = seed;
    for _ in 0..times {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = (state >> 33) as usize % (entries.len() - 1);
        if let (Some(a), Some(b)) = (name_of(&entries[at]), name_of(&entries[at + 1]))
            && a != b
        {
            entries.swap(at, at + 1);
        }
    }
}

pub(crate) fn time(text: &str) -> Time {
    Time::parse(text).unwrap()
}

pub(crate) fn after(base: Time, seconds: i64) -> Time {
    Time(base.0 + seconds * NS_PER_S)
}

pub(crate) fn report(name: &str, label: &str, lat: f64, lon: f64, arrival: Time, azimuth_mdeg: u32) -> Report {
    Report {
        source: SourceRef { source: name.into(), boot: 1, sequence: 0 },
        owner: "not stated".into(),
        place: Place::from_degrees(lat, lon).unwrap(),
        arrival,
        azimuth_mdeg,
        f_statistic_milli: 75_000,
        elements: 4,
        trace_velocity_mm_s: None,
        event_label: label.into(),
        provenance: "a test".into(),
    }
}

/// The three detections of the explosion of 2 June 2004, in the order of their arrivals.
pub(crate) fn utah(label: &str) -> Vec<Report> {
    vec![
        report("PDIAR", label, 42.7668, -109.5939, time("2004-06-02T17:42:14Z"), 234_400),
        report("NVIAR", label, 38.4296, -118.3036, time("2004-06-02T17:50:38Z"), 56_600),
        report("I56US", label, 48.2641, -117.1257, time("2004-06-02T18:09:14Z"), 157_500),
    ]
}

pub(crate) fn tick(now: Time) -> Vec<u8> {
    entry::to_bytes(&Tick { now, reported_up_to: vec![] })
}

pub(crate) fn notice(party: &str) -> Notice {
    Notice {
        source: SourceRef { source: party.into(), boot: 1, sequence: 0 },
        party: party.into(),
        activity: Activity::Demolition,
        place: Place::from_degrees(41.13, -112.9).unwrap(),
        radius_m: 30_000,
        window: Interval { from: time("2004-06-02T15:00:00Z"), to: time("2004-06-02T21:00:00Z") },
        filed_at: time("2004-06-01T09:00:00Z"),
        text: "a test".into(),
    }
}

pub(crate) fn agreement() -> Vec<u8> {
    entry::to_bytes(&AgreementText { text: AGREEMENT.into() })
}

/// A whole recording: agreement, three reports between ticks, the closing tick, a notice.
pub(crate) fn recording() -> Vec<Vec<u8>> {
    let reports = utah("a");
    let mut entries = vec![epoch(), agreement()];
    for report in &reports {
        entries.push(tick(report.arrival));
        entries.push(entry::to_bytes(report));
    }
    entries.push(tick(after(reports[2].arrival, 3_600)));
    entries.push(entry::to_bytes(&notice("Alpha")));
    entries
}

/// Runs inputs as a node does: what is derived is appended as soon as it is expected. Gives the whole journal.
pub(crate) fn run(inputs: &[Vec<u8>], threads: usize) -> (Vec<Vec<u8>>, Replay) {
    let mut replay = Replay::new(engine(), ORIGIN, threads);
    let mut journal = Vec::new();
    for input in inputs {
        replay.take(input, journal.as_slice()).unwrap();
        journal.push(input.clone());
        let derived: Vec<Vec<u8>> = replay.expected().map(<[u8]>::to_vec).collect();
        for bytes in derived {
            replay.take(&bytes, journal.as_slice()).unwrap();
            journal.push(bytes);
        }
    }
    (journal, replay)
}

/// What a replay remembers, each with its input.
pub(crate) type Memories = Vec<(u64, Vec<u8>)>;

/// Runs inputs that come in batches, so that outputs stand behind inputs that came later: the journal, the replay at its end,
/// and each memory that it gave with its input.
pub(crate) fn in_batches(inputs: &[Vec<u8>], batch: usize) -> (Vec<Vec<u8>>, Replay, Memories) {
    let mut whole = Replay::new(engine(), ORIGIN, 1);
    let mut journal: Vec<Vec<u8>> = Vec::new();
    let mut memories = Memories::new();
    for inputs in inputs.chunks(batch) {
        journal.extend(inputs.iter().cloned());
        loop {
            while let Some(bytes) = journal.get(whole.next_index() as usize).cloned() {
                whole.take(&bytes, journal.as_slice()).unwrap();
                memories.extend(whole.take_memory());
            }
            let expected: Vec<Vec<u8>> = whole.expected().map(<[u8]>::to_vec).collect();
            if expected.is_empty() {
                break;
            }
            journal.extend(expected);
        }
    }
    (journal, whole, memories)
}

/// The derived entries of a journal, markers not among them.
pub(crate) fn derived(journal: &[Vec<u8>]) -> Vec<Vec<u8>> {
    journal.iter().filter(|bytes| matches!(standing(bytes), Ok(Standing::Output))).cloned().collect()
}

/// All contents of one derived kind.
pub(crate) fn contents<T>(journal: &[Vec<u8>]) -> Vec<T>
where
    Derived<T>: Entry,
{
    journal.iter().filter_map(|bytes| entry::from_bytes::<Derived<T>>(bytes).ok()).map(|d| d.content).collect()
}
