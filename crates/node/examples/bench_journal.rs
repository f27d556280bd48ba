//! How fast entries become durable, with tiles, sign guard and signed checkpoint; beside it the raw limit of the same disk in
//! the same seconds: one file, the same bytes, one `fdatasync` for as many. Prints one JSON line.
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
    let mut rows = Vec::new();
    for appenders in APPENDERS {
        rows.extend([1, 256, 4_096].map(|batch| row(&folder, appenders, batch, seconds)));
    }
    println!("{{\"cpu_entries_s\": {:.0}, \"rows\": [{}]}}", cpu(), rows.join(", "));
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
