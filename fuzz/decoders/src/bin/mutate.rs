//! Damages good files by seeds and gives them to a decoder: no panic, no hang, no memory over its bound.
//!
//! `mutate NAME FROM COUNT`: seeds from FROM on. Prints one line of JSON when all are through; where one is not, the last
//! line on standard error names it, and the exit code is not 0. `mutate` alone lists the names.
use peak_alloc::PeakAlloc;
use serde_json::json;
use std::panic::catch_unwind;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use truceline_decoders::{DECODERS, Decoder, FIXED_BYTES};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The longest that one input may take: it is some kilobytes, and a machine may be busy.
const INPUT_MAX: Duration = Duration::from_secs(10);

/// How often it is said how far it is.
const SAID_EVERY: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        [] => {
            DECODERS.iter().for_each(|decoder| println!("{}", decoder.name));
            ExitCode::SUCCESS
        }
        [name, from, count] => {
            let decoder = DECODERS.iter().find(|decoder| decoder.name == name);
            match (decoder, from.parse(), count.parse()) {
                (Some(decoder), Ok(from), Ok(count)) => run(decoder, from, count),
                _ => usage(),
            }
        }
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!("expected NAME FROM COUNT, or nothing for the names");
    ExitCode::FAILURE
}

fn run(decoder: &'static Decoder, from: u64, count: u64) -> ExitCode {
    let originals = (decoder.originals)();
    assert!(!originals.is_empty() && originals.iter().all(|original| !original.is_empty()));
    let good = originals.iter().filter(|original| (decoder.check)(original)).count();
    let begun = Instant::now();
    let at = Arc::new(AtomicU64::new(from));
    watch(decoder, Arc::clone(&at));
    let (mut read, mut most_bytes, mut most_share, mut said) = (0u64, 0, 0.0f64, begun);
    for seed in from..from.saturating_add(count) {
        at.store(seed, Ordering::Relaxed);
        let bytes = decoder.input(&originals, seed);
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        // The message of a panic stands on standard error already.
        let Ok(ok) = catch_unwind(|| (decoder.check)(&bytes)) else {
            eprintln!("{}: seed {seed} ended in a panic", decoder.name);
            return ExitCode::FAILURE;
        };
        let taken = MEMORY.peak_usage().saturating_sub(before);
        let bound = FIXED_BYTES + decoder.bytes_per_byte * bytes.len();
        if taken > bound {
            eprintln!(
                "{}: seed {seed} took {taken} bytes of memory for an input of {}, at most {bound}",
                decoder.name,
                bytes.len()
            );
            return ExitCode::FAILURE;
        }
        read += u64::from(ok);
        most_bytes = most_bytes.max(taken);
        most_share = most_share.max(taken as f64 / bound as f64);
        if seed % 256 == 0 && said.elapsed() >= SAID_EVERY {
            said = Instant::now();
            let done = seed - from + 1;
            let rate = done as f64 / begun.elapsed().as_secs_f64();
            eprintln!("    {}: {done} of {count}, {rate:.0}/s, next seed {}", decoder.name, seed + 1);
        }
    }
    let answer = json!({
        "decoder": decoder.name,
        "from": from,
        "count": count,
        "originals": originals.len(),
        "originals_read": good,
        "read": read,
        "seconds": begun.elapsed().as_secs_f64(),
        "cpu_seconds": cpu_seconds("/proc/thread-self/schedstat"),
        "peak_bytes": most_bytes,
        "peak_share_of_bound": most_share,
    });
    println!("{answer}");
    ExitCode::SUCCESS
}

/// Ends the process if one input takes too long: by the first thread's processor time, since a busy machine may let it wait.
fn watch(decoder: &'static Decoder, at: Arc<AtomicU64>) {
    std::thread::spawn(move || {
        let begun = Instant::now();
        let worked_s = || cpu_seconds("/proc/self/schedstat").unwrap_or_else(|| begun.elapsed().as_secs_f64());
        let (mut last, mut since_s) = (at.load(Ordering::Relaxed), worked_s());
        loop {
            std::thread::sleep(INPUT_MAX / 10);
            let now = at.load(Ordering::Relaxed);
            if now != last {
                (last, since_s) = (now, worked_s());
            } else if worked_s() - since_s > INPUT_MAX.as_secs_f64() {
                eprintln!("{}: seed {now} takes more than {} s", decoder.name, INPUT_MAX.as_secs());
                std::process::abort();
            }
        }
    });
}

/// Seconds of processor that a thread has had, by its file, where the system has one.
fn cpu_seconds(schedstat: &str) -> Option<f64> {
    let text = std::fs::read_to_string(schedstat).ok()?;
    text.split_whitespace().next()?.parse::<f64>().ok().map(|ns| ns / 1e9)
}
