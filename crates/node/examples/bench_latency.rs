//! How long from a record's arrival to its detection in the journal. Prints one JSON line.
//!
//! `cargo run --profile fast -p truceline-node --example bench_latency -- [SECONDS] [CHANNELS] [SOURCES] [WINDOW_S]`: records of 512 bytes
//! (Steim-2, 100 Hz) of noise with a burst each 20 s are handed in when their last sample is due, by one thread for each
//! source, with the journal's and the payloads' real synchronisations, in a temporary folder. With a window there are bursts
//! each 180 s only (10,000 an hour in 500 channels), an inventory places all channels 20 km apart, and what is found is
//! associated in windows of so many seconds.
#![allow(clippy::unwrap_used, reason = "a failed step of a benchmark is its end")]
#![allow(clippy::print_stdout, reason = "the figures are what it is for")]
#![allow(clippy::disallowed_methods, reason = "made data need not be the same bits everywhere")]
mod made;

use made::START;
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use truceline_evidence::journal::JournalReader;
use truceline_formats::configuration;
use truceline_formats::recording;
use truceline_model::derived::Derived;
use truceline_model::detection::Detection;
use truceline_model::entry::{self, Entry};
use truceline_model::event::Event;
use truceline_model::hash::Hash;
use truceline_model::record::Record;
use truceline_model::remark::OutputsEnd;
use truceline_model::time::Time;
use truceline_node::Node;
use truceline_node::records::{RecordBytes, RecordIntake, RecordSource};
use truceline_node::store::Store;

/// A record and when it is due, s after the start.
struct Due {
    at_s: f64,
    bytes: Vec<u8>,
}

fn main() {
    let argument = |at: usize, default: usize| std::env::args().nth(at).map_or(default, |text| text.parse().unwrap());
    let (seconds, channels, sources, window_s) = (argument(1, 60), argument(2, 500), argument(3, 10), argument(4, 0));
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), true).unwrap();
    let mut shipped = configuration::read("the shipped configuration", configuration::DEFAULT).unwrap();
    if window_s > 0 {
        shipped.group_window_s = window_s as u32;
    }
    let node = Node::open(&store, None, &shipped, 1).unwrap();
    node.settle(0).unwrap();
    if window_s > 0 {
        node.load("sensors.csv", inventory(channels).as_bytes()).unwrap();
    }
    let every_s = if window_s > 0 { 180.0 } else { 20.0 };
    let mut due_of: Vec<Vec<Due>> = (0..sources).map(|_| Vec::new()).collect();
    for channel in 0..channels {
        due_of[channel % sources].extend(records(channel, seconds, every_s));
    }
    let mut arrival_s = BTreeMap::new();
    for dues in &mut due_of {
        dues.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
        arrival_s.extend(dues.iter().map(|due| (Hash::of(&due.bytes), due.at_s)));
    }
    let records = arrival_s.len();
    let disk_ms = synchronisations(&folder.path().join("synchronised"));
    let ended = AtomicBool::new(false);
    let cpu_before = cpu_s();
    let begin = Instant::now();
    let (acked, watched) = std::thread::scope(|scope| {
        let feeders: Vec<_> = due_of
            .iter()
            .enumerate()
            .map(|(n, dues)| {
                let node = &node;
                scope.spawn(move || feed(node, n, dues, begin))
            })
            .collect();
        let watcher = scope.spawn(|| watch(&node, &arrival_s, begin, &ended));
        let ticker = scope.spawn(|| {
            let mut ticks = 0;
            while !ended.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(100));
                if begin.elapsed().as_secs() / 10 > ticks {
                    ticks += 1;
                    node.tick(Time(START.0 + begin.elapsed().as_nanos() as i64)).unwrap();
                }
            }
        });
        let acked: Vec<f64> = feeders.into_iter().flat_map(|feeder| feeder.join().unwrap()).collect();
        node.settle(node.journal().size()).unwrap();
        ended.store(true, Ordering::SeqCst);
        node.journal().wake();
        ticker.join().unwrap();
        (acked, watcher.join().unwrap())
    });
    let elapsed_s = begin.elapsed().as_secs_f64();
    assert_eq!((acked.len(), watched.outputs.len()), (records, records), "every record is served");
    println!(
        "{{\"seconds\": {elapsed_s:.1}, \"channels\": {channels}, \"sources\": {sources}, \"window_s\": {window_s}, \
         \"records\": {records}, \"records_s\": {:.1}, \"detections\": {}, \"events\": {}, \"cpu_share\": {:.3}, {}, {}, {}, {}}}",
        records as f64 / elapsed_s,
        watched.detections.len(),
        watched.events,
        (cpu_s() - cpu_before) / elapsed_s,
        quantiles("fdatasync", disk_ms),
        quantiles("acknowledged", acked),
        quantiles("served", watched.outputs),
        quantiles("detected", watched.detections),
    );
}

/// Seismometers on a square grid, 20 km apart, of ten owners.
fn inventory(channels: usize) -> String {
    let side = (channels as f64).sqrt().ceil() as usize;
    let row = |channel: usize| {
        let (lon, lat) = (30.0 + (channel % side) as f64 * 0.25, 46.0 + (channel / side) as f64 * 0.18);
        format!("FDSN:XX_S{channel:03}__H_H_Z,owner {},seismometer,{lon:.2},{lat:.2},0\n", channel % 10)
    };
    let rows: String = (0..channels).map(row).collect();
    format!("sensor_id,owner,kind,lon,lat,elevation_m\n{rows}")
}

/// What the disk takes for one synchronisation of an appended record, ms: the unit that all else is made of.
fn synchronisations(path: &std::path::Path) -> Vec<f64> {
    const COUNT: usize = 200;
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    (0..COUNT)
        .map(|_| {
            file.write_all(&[7; 700]).unwrap();
            let begin = Instant::now();
            file.sync_data().unwrap();
            begin.elapsed().as_secs_f64() * 1e3
        })
        .collect()
}

/// The records of a channel: it begins to fill at an own moment.
fn records(channel: usize, seconds: usize, every_s: f64) -> Vec<Due> {
    let mut noise = made::noise(channel);
    let phase_s = 4.0 * (noise() + 1.0) / 2.0;
    let mut bytes = Vec::new();
    made::records(channel, seconds, every_s, &mut noise, &mut bytes);
    let of = |bytes: &[u8]| {
        let end = recording::piece(bytes).unwrap().span.to;
        Due { at_s: phase_s + end.seconds_since(START), bytes: bytes.to_vec() }
    };
    bytes.chunks(512).map(of).collect()
}

/// Hands records in when they are due, all that are due in one call. Says how long each took to be acknowledged, ms.
fn feed(node: &Node, number: usize, dues: &[Due], begin: Instant) -> Vec<f64> {
    let source = RecordSource { name: format!("source-{number}"), owner: "not stated".into(), boot: 1 };
    let mut taken_ms = Vec::new();
    let mut at = 0;
    while at < dues.len() {
        let now_s = begin.elapsed().as_secs_f64();
        let ready = dues[at..].iter().take_while(|due| due.at_s <= now_s).count();
        if ready == 0 {
            std::thread::sleep(Duration::from_secs_f64((dues[at].at_s - now_s).max(0.0)));
            continue;
        }
        let received = Time(START.0 + (now_s * 1e9) as i64);
        let records: Vec<RecordBytes<'_>> =
            dues[at..at + ready].iter().map(|due| RecordBytes { bytes: &due.bytes, received }).collect();
        assert_eq!(node.take_records(&source, &records).unwrap().registered, ready as u64);
        let now_s = begin.elapsed().as_secs_f64();
        taken_ms.extend(dues[at..at + ready].iter().map(|due| (now_s - due.at_s) * 1e3));
        at += ready;
    }
    taken_ms
}

#[derive(Default)]
struct Watched {
    /// For each record, when all that follows from it stood, ms.
    outputs: Vec<f64>,
    /// For each detection, ms.
    detections: Vec<f64>,
    /// How many revisions of events were derived.
    events: usize,
}

/// Looks at what becomes durable.
fn watch(node: &Node, arrival_s: &BTreeMap<Hash, f64>, begin: Instant, ended: &AtomicBool) -> Watched {
    let journal = node.journal();
    let mut arrived: BTreeMap<u64, f64> = BTreeMap::new();
    let mut watched = Watched::default();
    let mut next = 0;
    loop {
        let over = ended.load(Ordering::SeqCst);
        let size = journal.wait_beyond(next, Duration::from_secs(1), ended);
        let now_s = begin.elapsed().as_secs_f64();
        for index in next..size {
            let bytes = journal.entry(index).unwrap();
            match entry::open(&bytes).unwrap().0 {
                Record::KIND => {
                    let record: Record = entry::from_bytes(&bytes).unwrap();
                    arrived.insert(index, arrival_s[&record.payload.sha256]);
                }
                Derived::<Detection>::KIND => {
                    let detection: Derived<Detection> = entry::from_bytes(&bytes).unwrap();
                    watched.detections.extend(arrived.get(&detection.input).map(|at_s| (now_s - at_s) * 1e3));
                }
                Derived::<Event>::KIND => watched.events += 1,
                OutputsEnd::KIND => {
                    let end: OutputsEnd = entry::from_bytes(&bytes).unwrap();
                    watched.outputs.extend(arrived.remove(&end.input).map(|at_s| (now_s - at_s) * 1e3));
                }
                _ => {}
            }
        }
        next = size;
        if over && next >= journal.size() {
            return watched;
        }
    }
}

fn quantiles(name: &str, mut sample: Vec<f64>) -> String {
    sample.sort_by(f64::total_cmp);
    let at = |level: f64| {
        let rank = (level * sample.len() as f64).ceil().max(1.0) as usize;
        sample.get(rank - 1).copied().unwrap_or(f64::NAN)
    };
    format!(
        "\"{name}_ms\": {{\"p50\": {:.2}, \"p99\": {:.2}, \"max\": {:.2}}}",
        at(0.5),
        at(0.99),
        sample.last().copied().unwrap_or(f64::NAN)
    )
}

/// The processor time of this process so far, s.
fn cpu_s() -> f64 {
    /// Of Linux, whatever the kernel's own clock is.
    const TICKS_S: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit(')').next().unwrap();
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    fields[11..13].iter().map(|field| field.parse::<f64>().unwrap()).sum::<f64>() / TICKS_S
}
