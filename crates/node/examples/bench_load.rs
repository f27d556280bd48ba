//! How fast a file of waveforms is loaded: registered, detected in, and durable. Prints one JSON line.
//!
//! `cargo run --profile fast -p truceline-node --example bench_load -- [SECONDS] [CHANNELS]`: records of 512 bytes (Steim-2,
//! 100 Hz) of noise with a burst each 20 s, in a temporary folder.
#![allow(clippy::unwrap_used, reason = "a failed step of a benchmark is its end")]
#![allow(clippy::print_stdout, reason = "the figures are what it is for")]
#![allow(clippy::disallowed_methods, reason = "made data need not be the same bits everywhere")]
mod made;

use made::RATE_HZ;
use std::time::Instant;
use truceline_engine::identity::engine_id;
use truceline_engine::replay::{Memory, Replay};
use truceline_evidence::journal::JournalReader;
use truceline_formats::configuration;
use truceline_model::canonical;
use truceline_model::hash::Hash;
use truceline_node::recordings::RecordingFile;
use truceline_node::store::Store;
use truceline_node::{Held, Node, OWNER_NOT_STATED};

fn main() {
    let argument = |at: usize, default: usize| std::env::args().nth(at).map_or(default, |text| text.parse().unwrap());
    let (seconds, channels) = (argument(1, 1_200), argument(2, 500));
    let mut bytes = Vec::new();
    for channel in 0..channels {
        made::records(channel, seconds, 20.0, &mut made::noise(channel), &mut bytes);
    }
    let (records, samples) = (bytes.len() / 512, seconds * RATE_HZ * channels);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), true).unwrap();
    let shipped = configuration::read("the shipped configuration", configuration::DEFAULT).unwrap();
    let node = Node::open(&store, None, &shipped, 1).unwrap();
    node.settle(0).unwrap();
    let file = RecordingFile { name: "day.mseed", bytes: &bytes, start: None, owner: OWNER_NOT_STATED };
    let cpu = cpu_s();
    let begin = Instant::now();
    let loaded = node.load_recordings(&[file], &mut |_| {}).unwrap().remove(0).unwrap();
    let load_s = begin.elapsed().as_secs_f64();
    let load_cpu_s = cpu_s() - cpu;
    assert_eq!(loaded.registered, records as u64);
    let entries = node.journal().size();
    drop(node);
    // What the newest memory of all detectors takes: to copy, to write as canonical bytes and to hash.
    let mut memories: Vec<_> =
        std::fs::read_dir(folder.path().join("memory")).unwrap().map(|item| item.unwrap().path()).collect();
    memories.retain(|path| path.extension().is_some_and(|extension| extension == "engine"));
    memories.sort();
    let memory: Memory = canonical::from_bytes(&std::fs::read(memories.last().unwrap()).unwrap()).unwrap();
    const TIMES: u32 = 50;
    let cpu = cpu_s();
    let mut memory_bytes = Vec::new();
    for _ in 0..TIMES {
        memory_bytes = canonical::to_bytes(&memory.clone());
        assert_ne!(Hash::of(&memory_bytes), Hash([0; 32]));
    }
    let memory_ms = (cpu_s() - cpu) * 1e3 / f64::from(TIMES);
    let memory_bytes = memory_bytes.len();
    // And what an audit takes, on one thread.
    let held = Held::read(&store).unwrap();
    let journal = held.journal();
    let mut replay = Replay::new(engine_id(), &journal.origin(), 1);
    let cpu = cpu_s();
    let begin = Instant::now();
    for index in 0..journal.size() {
        replay.take(&journal.entry(index).unwrap(), &held).unwrap();
    }
    let replay_s = begin.elapsed().as_secs_f64();
    let replay_cpu_s = cpu_s() - cpu;
    let report = replay.report();
    assert!(report.divergence.is_none() && report.not_rederivable.is_empty() && report.missing == 0);
    println!(
        "{{\"channels\": {channels}, \"records\": {records}, \"samples\": {samples}, \"entries\": {entries}, \
         \"detections\": {}, \"memory_bytes\": {memory_bytes}, \"memory_ms\": {memory_ms:.2}, \"load_s\": {load_s:.2}, \"load_cpu_s\": {load_cpu_s:.2}, \"load_records_s\": {:.0}, \
         \"load_samples_s\": {:.0}, \"replay_s\": {replay_s:.2}, \"replay_cpu_s\": {replay_cpu_s:.2}, \
         \"replay_records_s\": {:.0}}}",
        loaded.detections,
        records as f64 / load_s,
        samples as f64 / load_s,
        records as f64 / replay_s,
    );
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
