//! How long a finding waits at a stated rate of detections: a world with clutter, delivered as it would be live.
//!
//! Clutter are short waves of no event: at seismometers alone, each by itself, as steps and engines nearby make them; at arrays from
//! a direction, as surf and mills do. They go through the waveforms' own bytes and the product's own detectors. What is delivered is
//! then given to the engine as it would have come live: each record when its last sample was taken, and ticks as the node's own clock
//! has them. The engine
//! computes on two threads; while it computes what comes waits, as in its thread. Nothing is written meanwhile: what a
//! journal costs is measured by `bench latency`.
use crate::THREADS;
use crate::derived::Journalled;
use crate::label::{Match, Truth};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;
use truceline_engine::derivation::Derivation;
use truceline_engine::identity::engine_id;
use truceline_engine::input::{Input, Standing, standing};
use truceline_evidence::journal::JournalReader;
use truceline_formats::configuration;
use truceline_model::bearing::Bearing;
use truceline_model::case::CaseId;
use truceline_model::derived::Derived;
use truceline_model::detection::Detection;
use truceline_model::entry;
use truceline_model::epoch::Epoch;
use truceline_model::event::{ArrivalUse, Event};
use truceline_model::finding::Finding;
use truceline_model::hash::Hash;
use truceline_model::posterior::PPB;
use truceline_model::tick::Tick;
use truceline_model::time::Time;
use truceline_node::records::{RecordBytes, RecordIntake as _, RecordSource};
use truceline_node::sources::{HEARD_TICK_EVERY, TICK_EVERY};
use truceline_node::store::Store;
use truceline_node::{Node, OWNER_NOT_STATED};
use truceline_sim::World;
use truceline_sim::arrival::{Arrival, Course, Wave, air_noise, ground_noise};
use truceline_sim::network::Senses;
use truceline_sim::random::{Draw, Subject};
use truceline_sim::source::Rates;

/// Clutter stands out of noise by so much at least and at most.
const SNR: (f64, f64) = (6.0, 20.0);
/// From so far away it seems to come, m.
const CLUTTER_M: f64 = 2_000.0;
/// Clutter's events are numbered from here on: no true one has such a number.
const CLUTTER_FROM: usize = 1_000_000;
/// The world's records have so many bytes.
const RECORD_BYTES: usize = 512;
/// Handed in together.
const RECORDS_AT_ONCE: usize = 256;
/// More single events than a broken ceasefire has: a tenth of an hour else has none to be found.
const EXPLOSIONS_PER_HOUR: f64 = 60.0;
const DEMOLITIONS_PER_HOUR: f64 = 60.0;
/// So many of the slowest inputs and of the latest findings are told.
const TOLD: usize = 12;

/// An input, and when it would have been there.
struct Due {
    at: Time,
    hash: Hash,
    input: Input,
    payload: Option<Hash>,
}

/// So many minutes of a world with so much clutter an hour.
pub(crate) fn run(seed: u64, minutes: u32, clutter_per_hour: f64) -> Result<Value> {
    let rates = Rates { explosion: EXPLOSIONS_PER_HOUR, demolition: DEMOLITIONS_PER_HOUR, ..Rates::default() };
    let mut world = World::drawn(seed, minutes / 60 + 1, &rates)?;
    let length_s = f64::from(minutes) * 60.0;
    add_clutter(&mut world, clutter_per_hour, length_s);
    let folder = tempfile::tempdir().context("cannot make a folder for the store")?;
    let store = Store::open(&folder.path().join("store"), true)?.guarded_in(&folder.path().join("guard"));
    let shipped = configuration::read("the numbers", configuration::DEFAULT)?;
    // What is registered does not hang on what is associated, and it is derived from below.
    let mut numbers = shipped.clone();
    numbers.association = None;
    let node = Node::open(&store, None, &numbers, THREADS)?;
    for file in world.known() {
        node.load(&file.name, &file.bytes)?;
    }
    for file in world.waveforms_until(length_s)? {
        // One source a channel, as one connection for each station has it.
        let source = RecordSource { name: file.name, owner: OWNER_NOT_STATED.to_owned(), boot: 1 };
        let received = world.start.plus_s(length_s);
        let record = |bytes| RecordBytes { bytes, received };
        let records: Vec<RecordBytes<'_>> = file.bytes.chunks(RECORD_BYTES).map(record).collect();
        for records in records.chunks(RECORDS_AT_ONCE) {
            node.take_records(&source, records)?;
        }
    }
    node.settle(node.journal().size())?;
    let inputs = live(&*node.journal(), world.start)?;
    let epoch = Epoch { engine: engine_id(), configuration: shipped };
    let entry = entry::to_bytes(&epoch);
    let mut paced = Paced::new(Derivation::begin(&entry, &epoch, &node.journal().origin(), THREADS));
    let (mut second, mut ticked, mut looked_at) = (0_u32, 0_u32, 0);
    for due in &inputs {
        // As the node's own clock ticks (`node::sources`).
        while world.start.plus_s(f64::from(second)) < due.at {
            let heard = paced.heard.len();
            if heard != looked_at && second - ticked >= HEARD_TICK_EVERY.as_secs() as u32
                || second - ticked >= TICK_EVERY.as_secs() as u32
            {
                paced.take(&tick(world.start.plus_s(f64::from(second))), &[])?;
                (ticked, looked_at) = (second, heard);
            }
            second += 1;
        }
        let payload = due.payload.map(|sha256| node.payload(sha256).context("a payload is not stored")).transpose()?;
        paced.take(due, &payload.unwrap_or_default())?;
    }
    Ok(paced.said(&world, length_s))
}

/// Adds waves of no event, evenly over all sensors, an array being one.
fn add_clutter(world: &mut World, per_hour: f64, length_s: f64) {
    let single = |sensor: &usize| world.network.sensors[*sensor].array.is_none();
    let alone: Vec<Vec<usize>> = (0..world.network.sensors.len()).filter(single).map(|sensor| vec![sensor]).collect();
    let arrays = world.network.arrays.iter().map(|array| array.elements.clone());
    let stands: Vec<Vec<usize>> = alone.into_iter().chain(arrays).collect();
    let between_s = 3_600.0 * stands.len() as f64 / per_hour;
    let mut made = Vec::new();
    for (stand, sensors) in stands.iter().enumerate() {
        let mut draw = Draw::of(world.seed, Subject::Witness, &[CLUTTER_FROM as u64, stand as u64]);
        for at_s in draw.instants(between_s, length_s) {
            let (snr, to_deg) = (draw.between_log(SNR.0, SNR.1), draw.between(0.0, 360.0));
            let first = world.network.sensors[sensors[0]].point;
            let front = first.towards(to_deg, 1.0);
            let (east, north) = (front.east_m - first.east_m, front.north_m - first.north_m);
            for sensor in sensors {
                let (of, hour) = (&world.network.sensors[*sensor], &world.weather[(at_s / 3_600.0) as usize]);
                let (dx, dy) = (of.point.east_m - first.east_m, of.point.north_m - first.north_m);
                let later_s = (dx * east + dy * north) / hour.sound_m_s();
                let (wave, noise, duration_s) = match of.senses {
                    Senses::Ground => (Wave::P, ground_noise(of, world.first_hour + at_s / 3_600.0), 0.0),
                    Senses::Air => (Wave::Air, air_noise(of, hour), 0.3),
                };
                let event = CLUTTER_FROM + made.len() / sensors.len();
                let (peak, at_s) = (snr * noise, at_s + later_s);
                made.push(Arrival {
                    event,
                    sensor: *sensor,
                    wave,
                    at_s,
                    peak,
                    snr,
                    duration_s,
                    distance_m: CLUTTER_M,
                    course: Course::AtOnce,
                });
            }
        }
    }
    world.arrivals.extend(made);
}

/// What stands in a journal as it would have come: what was known, then records.
fn live(journal: &dyn JournalReader, start: Time) -> Result<Vec<Due>> {
    let mut inputs = Vec::new();
    for index in 0..journal.size() {
        let Standing::Input(hash, input) = standing(&journal.entry(index)?)? else { continue };
        let (at, payload) = match &*input {
            Input::Tick(_) | Input::RunEnd(_) => continue,
            Input::Record(record) => (record.end().unwrap_or(start), Some(record.payload.sha256)),
            _ => (start, None),
        };
        inputs.push(Due { at, hash, input: *input, payload });
    }
    inputs.sort_by_key(|due| due.at);
    Ok(inputs)
}

fn tick(now: Time) -> Due {
    let tick = Tick { now, reported_up_to: Vec::new() };
    Due { at: now, hash: Hash::of(&entry::to_bytes(&tick)), input: Input::Tick(tick), payload: None }
}

/// What the first revision of a case cites.
struct Cited {
    /// When the newest of its arrivals was there.
    last: Time,
    /// From when the first one was.
    span_s: f64,
    count: usize,
}

/// The engine at work, and when it was done with what.
struct Paced {
    derivation: Derivation,
    index: u64,
    /// When it is done with all before.
    free: Option<Time>,
    /// When the input was there that brought a detection or a bearing.
    heard: BTreeMap<Hash, Time>,
    /// Of each case.
    cited: BTreeMap<CaseId, Cited>,
    said: BTreeSet<CaseId>,
    busy_s: f64,
    inputs: usize,
    computing_s: Vec<f64>,
    finding_s: Vec<f64>,
    waited_s: Vec<f64>,
    latency_s: Vec<f64>,
    slowest: Vec<(f64, Value)>,
    latest: Vec<(f64, Value)>,
    most_waiting: usize,
    /// All that it said.
    found: Journalled,
}

impl Paced {
    fn new(derivation: Derivation) -> Self {
        Self {
            derivation,
            index: 0,
            free: None,
            heard: BTreeMap::new(),
            cited: BTreeMap::new(),
            said: BTreeSet::new(),
            busy_s: 0.0,
            inputs: 0,
            computing_s: Vec::new(),
            finding_s: Vec::new(),
            waited_s: Vec::new(),
            latency_s: Vec::new(),
            slowest: Vec::new(),
            latest: Vec::new(),
            most_waiting: 0,
            found: Journalled::default(),
        }
    }

    fn take(&mut self, due: &Due, payload: &[u8]) -> Result<()> {
        self.index += 1;
        let waiting = self.derivation.state().pool.waiting.len();
        let begun = Instant::now();
        let outputs = self.derivation.take(self.index, due.hash, &due.input, payload);
        let took_s = begun.elapsed().as_secs_f64();
        let begins = self.free.map_or(due.at, |free| free.max(due.at));
        let done = begins.plus_s(took_s);
        self.free = Some(done);
        self.busy_s += took_s;
        self.inputs += 1;
        self.computing_s.push(took_s);
        self.waited_s.push(begins.seconds_since(due.at));
        self.most_waiting = self.most_waiting.max(waiting);
        let (mut events, mut finds) = (0, false);
        for bytes in &outputs.entries {
            self.found.note(self.index, bytes);
            if let Ok(found) = entry::from_bytes::<Derived<Detection>>(bytes) {
                self.heard.insert(found.content_hash(), due.at);
            } else if let Ok(found) = entry::from_bytes::<Derived<Bearing>>(bytes) {
                self.heard.insert(found.content_hash(), due.at);
            } else if let Ok(found) = entry::from_bytes::<Derived<Event>>(bytes) {
                events += 1;
                let cited = found.content.solution.arrivals.iter().map(ArrivalUse::hash);
                let there: Vec<Time> = cited.filter_map(|hash| self.heard.get(&hash)).copied().collect();
                if let Some((first, last)) = there.iter().min().zip(there.iter().max()) {
                    let cited = Cited { last: *last, span_s: last.seconds_since(*first), count: there.len() };
                    self.cited.entry(found.content.case).or_insert(cited);
                }
            } else if let Ok(found) = entry::from_bytes::<Derived<Finding>>(bytes)
                && self.said.insert(found.content.case)
            {
                finds = true;
                if let Some(cited) = self.cited.get(&found.content.case) {
                    let latency_s = done.seconds_since(cited.last);
                    self.latency_s.push(latency_s);
                    let told = json!({
                        "latency_s": latency_s, "arrivals": cited.count, "span_s": cited.span_s, "took_s": took_s,
                        "waiting": waiting,
                    });
                    keep_most(&mut self.latest, latency_s, told);
                }
            }
        }
        if finds {
            self.finding_s.push(took_s);
        }
        let kind = if matches!(due.input, Input::Tick(_)) { "tick" } else { "record" };
        let told = json!({ "took_s": took_s, "input": kind, "waiting": waiting, "events": events });
        keep_most(&mut self.slowest, took_s, told);
        Ok(())
    }

    fn said(self, world: &World, length_s: f64) -> Value {
        let matches = Truth::of(world).matches(&self.found);
        let p = |true_one: bool| -> Vec<f64> {
            let of = self.found.events.values().zip(&matches);
            let of = of.filter(|(_, one)| matches!(one, Match::Of(_)) == true_one);
            let p = of.filter_map(|(event, _)| event.solution.association.as_ref());
            p.map(|association| f64::from(association.p_real_ppb) / PPB).collect()
        };
        let (p_of_true, p_of_others) = (p(true), p(false));
        let is = |of: fn(&Match) -> bool| matches.iter().filter(|one| of(one)).count();
        let quantiles = |mut values: Vec<f64>| {
            values.sort_by(f64::total_cmp);
            let at =
                |level: f64| values.get(((level * values.len() as f64) as usize).min(values.len().max(1) - 1)).copied();
            json!({ "n": values.len(), "min": at(0.0), "p50": at(0.5), "p90": at(0.9), "p99": at(0.99), "max": at(1.0) })
        };
        let told = |of: Vec<(f64, Value)>| of.into_iter().map(|(_, told)| told).collect::<Vec<Value>>();
        let within_2_s = self.latency_s.iter().filter(|latency_s| **latency_s < 2.0).count();
        json!({
            "minutes": length_s / 60.0, "inputs_per_hour": self.inputs as f64 * 3_600.0 / length_s,
            "heard_per_hour": self.heard.len() as f64 * 3_600.0 / length_s, "cases": self.said.len(),
            "busy": self.busy_s / length_s, "most_waiting": self.most_waiting,
            "computing_s": quantiles(self.computing_s), "computing_of_a_finding_s": quantiles(self.finding_s),
            "waited_s": quantiles(self.waited_s), "latency_s": quantiles(self.latency_s),
            "true": is(|one| matches!(one, Match::Of(_))), "again": is(|one| matches!(one, Match::Again(_))),
            "phantoms": is(|one| *one == Match::Phantom), "taken_back": self.found.taken_back.len(),
            "p_of_true": quantiles(p_of_true), "p_of_others": quantiles(p_of_others), "within_2_s": within_2_s, "slowest": told(self.slowest), "latest": told(self.latest),
        })
    }
}

/// Adds one and keeps the most that are told.
fn keep_most(all: &mut Vec<(f64, Value)>, value: f64, told: Value) {
    all.push((value, told));
    all.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    all.truncate(TOLD);
}
