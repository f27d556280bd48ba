//! How fast records become arrivals: miniSEED 2 of 512 bytes, Steim-2, one core. Prints one JSON line.
//!
//! `cargo run --profile fast -p truceline-engine --example bench_signal -- [FILE]` writes the records to FILE, so that
//! a peer can be measured on the same samples.
#![allow(clippy::unwrap_used, reason = "a failed step of a benchmark is its end")]
#![allow(clippy::print_stdout, reason = "the figures are what it is for")]
use std::time::Instant;
use truceline_formats::miniseed::{Packing, Version, Writer, records};
use truceline_model::time::Time;
use truceline_science::dsp::chain::{ChannelDetector, Outcome, Settings};

/// Six hours of 100 Hz.
const SAMPLES: usize = 2_160_000;
const RATE_HZ: f64 = 100.0;
const RUNS: usize = 7;

/// A random walk pulled back to zero, as slow noise is, in counts; a burst every 20 minutes.
fn samples() -> Vec<i32> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut uniform = || {
        // xorshift64
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
    };
    let mut walk = 0.0;
    (0..SAMPLES)
        .map(|n| {
            let loud = if n % 120_000 < 300 { 40.0 } else { 1.0 };
            walk = walk * 0.999 + 10.0 * loud * uniform();
            walk as i32
        })
        .collect()
}

fn main() {
    let writer = Writer {
        channel: "FDSN:XX_AAA__H_H_Z".into(),
        version: Version::V2,
        packing: Packing::Steim2,
        rate_hz: RATE_HZ,
        clock: Default::default(),
        publication_version: 2,
        record_bytes_max: 512,
    };
    let mut bytes = Vec::new();
    let count = writer.write(Time(0), &samples(), &mut bytes).unwrap();
    if let Some(path) = std::env::args().nth(1) {
        std::fs::write(path, &bytes).unwrap();
    }
    let (mut decode_s, mut chain_s, mut arrivals) = (f64::INFINITY, f64::INFINITY, 0);
    let mut buffer = Vec::new();
    for _ in 0..RUNS {
        let begin = Instant::now();
        let mut sum = 0_i64;
        for item in records(&bytes) {
            let (_, record) = item.unwrap();
            buffer.clear();
            record.decode_i32(&mut buffer).unwrap();
            sum += i64::from(buffer[0]);
        }
        decode_s = decode_s.min(begin.elapsed().as_secs_f64());
        std::hint::black_box(sum);

        let begin = Instant::now();
        let mut detector = ChannelDetector::new("FDSN:XX_AAA__H_H_Z", Settings::local_seismic()).unwrap();
        let mut outcome = Outcome::default();
        for item in records(&bytes) {
            let (_, record) = item.unwrap();
            if let Some(segment) = record.segment().unwrap() {
                detector.push(&segment, &mut outcome).unwrap();
            }
        }
        detector.finish(&mut outcome);
        chain_s = chain_s.min(begin.elapsed().as_secs_f64());
        arrivals = outcome.arrivals.len();
    }
    let (records, samples) = (count as f64, SAMPLES as f64);
    println!(
        "{{\"records\": {count}, \"samples\": {SAMPLES}, \"arrivals\": {arrivals}, \"decode_records_s\": {:.0}, \
         \"decode_msps\": {:.1}, \"chain_msps\": {:.1}}}",
        records / decode_s,
        samples / decode_s / 1e6,
        samples / chain_s / 1e6
    );
}
