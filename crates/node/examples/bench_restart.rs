//! How long a store of many entries takes to open. Prints one JSON line.
//!
//! `cargo run --release -p truceline-node --example bench_restart -- [ENTRIES] [FOLDER]`: half of the entries are ticks,
//! the other half the engine's markers and snapshots. The store is made in a folder, the temporary one or the one that is
//! named, which takes the most of the time and 160 bytes an entry.
#![allow(clippy::unwrap_used, reason = "a failed step of a benchmark is its end")]
#![allow(clippy::print_stdout, reason = "the figures are what it is for")]
use std::time::Instant;
use truceline_evidence::journal::{Appender, JournalReader};
use truceline_formats::configuration;
use truceline_model::entry;
use truceline_model::tick::Tick;
use truceline_model::time::{NS_PER_S, Time};
use truceline_node::Node;
use truceline_node::store::Store;

const ENTRIES: u64 = 10_000_000;
/// Ticks of one append.
const BATCH: u64 = 4_096;

fn main() {
    let entries: u64 = std::env::args().nth(1).map_or(ENTRIES, |text| text.parse().unwrap());
    let place = std::env::args().nth(2).map_or_else(std::env::temp_dir, Into::into);
    let folder = tempfile::tempdir_in(place).unwrap();
    let store = Store::open(folder.path(), true).unwrap();
    let shipped = configuration::read("the shipped configuration", configuration::DEFAULT).unwrap();
    let begin = Instant::now();
    {
        let node = Node::open(&store, None, &shipped, 1).unwrap();
        node.settle(0).unwrap();
        let journal = node.journal();
        let mut second = 0;
        while journal.size() < entries {
            let ticks = (0..BATCH).map(|n| {
                let now = Time((second + n as i64) * NS_PER_S);
                entry::to_bytes(&Tick { now, reported_up_to: Vec::new() })
            });
            let range = journal.append(ticks.collect()).unwrap();
            second += BATCH as i64;
            node.settle(range.end).unwrap();
        }
    }
    let make_s = begin.elapsed().as_secs_f64();
    // The ticks went past the intake, which stores what it knows as it registers; here it learns all at once.
    drop(Node::open(&store, None, &shipped, 1).unwrap());
    let opened = || {
        let begin = Instant::now();
        let node = Node::open(&store, None, &shipped, 1).unwrap();
        let open_s = begin.elapsed().as_secs_f64();
        let served = node.settle(node.journal().size()).unwrap();
        (open_s, begin.elapsed().as_secs_f64(), served, resident_bytes())
    };
    let (open_s, ready_s, served, held_bytes) = opened();
    // Nothing of the store in memory; only an administrator may ask for it.
    let is_cold = std::process::Command::new("sync").status().is_ok_and(|status| status.success())
        && std::fs::write("/proc/sys/vm/drop_caches", "3").is_ok();
    let cold_s = if is_cold { format!("{:.2}", opened().1) } else { "null".to_owned() };
    let log_bytes = std::fs::metadata(folder.path().join("journal.log")).unwrap().len();
    println!(
        "{{\"entries\": {served}, \"log_bytes\": {log_bytes}, \"make_s\": {make_s:.1}, \"open_s\": {open_s:.2}, \
         \"ready_s\": {ready_s:.2}, \"cold_s\": {cold_s}, \"held_bytes\": {held_bytes}}}"
    );
}

/// This process's memory without pages of files (Linux), bytes.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}
