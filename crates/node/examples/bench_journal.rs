//! How fast entries become durable, with tiles, sign guard and signed checkpoint; beside it the raw limit of the same disk in
//! the same seconds: one file, the same bytes, one `fdatasync` for as many. Before it, what a long journal keeps in memory for
//! each of its entries, and how long one of them takes to be read and proven. Prints one JSON line.
//!
//! `cargo run --release -p truceline-node --example bench_journal -- FOLDER [SECONDS]`
#![allow(clippy::unwrap_used, reason = "a failed step of a benchmark is its end")]
#![allow(clippy::print_stdout, reason = "the figures are what it is for")]
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use truceline_evidence::journal::{Appender, JournalReader};
use truceline_evidence::leaf::{self, Salts};
use truceline_evidence::merkle::Tree;
use truceline_node::journal::{Journal, Mode};
use truceline_node::store::Store;

const ENTRY_BYTES: usize = 256;
/// A journal of a week at 10,000 reports an hour, and the batches in which it is made.
const LONG_ENTRIES: u64 = LONG_BATCH * 512;
const LONG_BATCH: u64 = 4_096;
/// Reads of each kind.
const LONG_READS: u64 = 50_000;
/// What a frame adds to an entry; of its own head it has 8 bytes.
const LENGTH_BYTES: usize = 4;
/// Threads that append, each waiting for its own acknowledgement. The raw file takes the batches of all with each
/// synchronisation: as much as ours could at best.
const APPENDERS: [usize; 2] = [1, 2];
/// Turns of ours and raw, one after the other, so that both meet the same disk.
const TURNS: u32 = 8;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("a folder on the disk to be measured"));
    let seconds: f64 = std::env::args().nth(2).map_or(3.0, |text| text.parse().unwrap());
    // First: nothing else has taken memory yet.
    let long = long(&folder);
    let mut rows = Vec::new();
    for appenders in APPENDERS {
        rows.extend([1, 256, 4_096].map(|batch| row(&folder, appenders, batch, seconds)));
    }
    println!("{{\"cpu_entries_s\": {:.0}, \"long\": {long}, \"rows\": [{}]}}", cpu(), rows.join(", "));
}

/// A journal of [`LONG_ENTRIES`]: bytes of memory per entry as it was made and when it is opened again, and microseconds
/// until an entry is read, in order and anywhere, and proven.
fn long(folder: &Path) -> String {
    let place = tempfile::tempdir_in(folder).unwrap();
    let store = Store::open(&place.path().join("store"), true).unwrap();
    let begin = resident_bytes();
    let of_entry = || (resident_bytes() - begin) / LONG_ENTRIES as f64;
    let journal = Journal::open(&store, Mode::Write).unwrap();
    for n in 0..LONG_ENTRIES / LONG_BATCH {
        let number = |at: u64| (n * LONG_BATCH + at).to_le_bytes().to_vec();
        journal.append((0..LONG_BATCH).map(number).collect()).unwrap();
    }
    journal.wait_until_signed(LONG_ENTRIES);
    let made = of_entry();
    drop(journal);
    let at = Instant::now();
    let journal = Journal::open(&store, Mode::Write).unwrap();
    let open_s = at.elapsed().as_secs_f64();
    let opened = of_entry();
    let anywhere = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % LONG_ENTRIES;
    let each_us = |read: &dyn Fn(u64)| {
        let begin = Instant::now();
        (0..LONG_READS).for_each(read);
        begin.elapsed().as_secs_f64() * 1e6 / LONG_READS as f64
    };
    let in_order = each_us(&|n| assert_eq!(journal.entry(n).unwrap(), n.to_le_bytes()));
    let random = each_us(&|n| assert_eq!(journal.entry(anywhere(n)).unwrap(), anywhere(n).to_le_bytes()));
    let proof = each_us(&|n| assert!(journal.inclusion_proof(anywhere(n), LONG_ENTRIES).unwrap().len() <= 64));
    format!(
        "{{\"entries\": {LONG_ENTRIES}, \"made_bytes_entry\": {made:.1}, \"opened_bytes_entry\": {opened:.1}, \
         \"open_s\": {open_s:.2}, \"in_order_us\": {in_order:.2}, \"anywhere_us\": {random:.2}, \"proof_us\": {proof:.2}}}"
    )
}

/// This process's memory without pages of files (Linux), bytes.
fn resident_bytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() * 1024.0
}

/// One batch size: entries per second of ours and raw, and how long ours take to be acknowledged.
fn row(folder: &Path, appenders: usize, batch: usize, seconds: f64) -> String {
    let place = tempfile::tempdir_in(folder).unwrap();
    let store = Store::open(&place.path().join("store"), true).unwrap().guarded_in(&place.path().join("guards"));
    let journal = Arc::new(Journal::open(&store, Mode::Write).unwrap());
    let turn = Duration::from_secs_f64(seconds / f64::from(TURNS));
    let (mut ours, mut ours_s, mut raw, mut raw_s, mut waits) = (0, 0.0, 0, 0.0, Vec::new());
    for n in 0..TURNS {
        let begin = Instant::now();
        let appended = append(&journal, appenders, batch, turn);
        ours += appended.iter().map(|waits| waits.len() * batch).sum::<usize>();
        waits.extend(appended.into_iter().flatten());
        // All of it: tiles, guard and checkpoint stand too.
        journal.wait_until_signed(journal.size());
        ours_s += begin.elapsed().as_secs_f64();
        let (written, taken_s) = write_raw(&place.path().join(format!("raw-{n}")), appenders * batch, turn);
        raw += written;
        raw_s += taken_s;
    }
    waits.sort_by(f64::total_cmp);
    let at = |level: f64| waits[((waits.len() as f64 * level) as usize).min(waits.len() - 1)] * 1e3;
    let (ours, raw) = (ours as f64 / ours_s, raw as f64 / raw_s);
    format!(
        "{{\"appenders\": {appenders}, \"batch\": {batch}, \"ours_entries_s\": {ours:.0}, \"raw_entries_s\": {raw:.0}, \"ratio\": {:.3}, \"p50_ms\": {:.2}, \"p99_ms\": {:.2}}}",
        ours / raw,
        at(0.5),
        at(0.99)
    )
}

fn entries(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|n| (0..ENTRY_BYTES).map(|at| (n * 31 + at) as u8).collect()).collect()
}

/// How long each batch waited for its acknowledgement, s, of each appending thread.
fn append(journal: &Arc<Journal>, appenders: usize, batch: usize, at_most: Duration) -> Vec<Vec<f64>> {
    let begin = Instant::now();
    let work = || {
        let (mut waits, entries) = (Vec::new(), entries(batch));
        while begin.elapsed() < at_most {
            let batch = entries.clone();
            let at = Instant::now();
            journal.append(batch).unwrap();
            waits.push(at.elapsed().as_secs_f64());
        }
        waits
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..appenders).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// The same bytes to one file: how many entries, in how many seconds.
fn write_raw(path: &Path, batch: usize, at_most: Duration) -> (usize, f64) {
    let mut file = std::fs::File::create(path).unwrap();
    let bytes = vec![7; 8 + batch * (ENTRY_BYTES + LENGTH_BYTES)];
    let (begin, mut count) = (Instant::now(), 0);
    while begin.elapsed() < at_most {
        file.write_all(&bytes).unwrap();
        file.sync_data().unwrap();
        count += batch;
    }
    let taken_s = begin.elapsed().as_secs_f64();
    std::fs::remove_file(path).unwrap();
    (count, taken_s)
}

/// What this thread took of a processor so far, s (Linux).
fn cpu_s() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

/// Entries per second of one processor's time: frame, check sum, salt, commitment, leaf and tree.
fn cpu() -> f64 {
    const BATCH: usize = 4_096;
    const BATCHES: usize = 64;
    let entries = entries(BATCH);
    let salts = Salts::new(&[7; 32]);
    let (mut tree, mut frame) = (Tree::new(), Vec::new());
    let begin = cpu_s();
    let mut sum = 0;
    for _ in 0..BATCHES {
        frame.clear();
        for entry in &entries {
            frame.extend_from_slice(&(entry.len() as u32).to_le_bytes());
            frame.extend_from_slice(entry);
            tree.append(leaf::of_entry(&salts.of(tree.size()), entry));
        }
        sum ^= crc32c::crc32c(&frame);
    }
    std::hint::black_box((sum, tree.root()));
    (BATCH * BATCHES) as f64 / (cpu_s() - begin)
}
