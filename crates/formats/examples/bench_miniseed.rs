//! How fast records are read: 512-byte Steim-2 records of version 2 and 3 from memory, one by one, each with its header,
//! all its samples and every check, into one reused buffer; one thread. Prints a line of JSON per run.
//!
//! With a path as argument the records of that file are read instead, so that a peer can read the same.
use std::io::Write;
use std::time::Instant;
use truceline_formats::miniseed::{Next, Packing, Version, Writer, read_record};
use truceline_model::time::Time;
use truceline_model::waveform::ClockFlags;

/// Passes that are timed; the fastest counts, since other work shares the machine.
const PASSES: usize = 20;

/// Samples of the generated data: an hour of ten channels at 100 Hz.
const SAMPLES: usize = 3_600_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    if let Some(path) = std::env::args().nth(1) {
        return run(&mut out, &path, &std::fs::read(&path)?);
    }
    let samples = noise();
    for (name, version) in [("version 2", Version::V2), ("version 3", Version::V3)] {
        let writer = Writer {
            channel: "FDSN:XX_AAA__H_H_Z".into(),
            version,
            packing: Packing::Steim2,
            rate_hz: 100.0,
            clock: ClockFlags { quality_percent: Some(100), ..ClockFlags::default() },
            publication_version: 1,
            record_bytes_max: 512,
        };
        let mut bytes = Vec::new();
        writer.write(Time(0), &samples, &mut bytes)?;
        run(&mut out, name, &bytes)?;
    }
    Ok(())
}

/// Noise whose differences need 4 to 10 bits, with louder and quieter stretches, as a quiet site has it.
fn noise() -> Vec<i32> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut uniform = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as i32 - (1 << 23)
    };
    let mut level = 0;
    (0..SAMPLES)
        .map(|index| {
            let loudness = [18, 18, 17, 15][index / 1_000 % 4];
            // A sum of four is near enough to a normal distribution.
            let step = (uniform() / 4 + uniform() / 4 + uniform() / 4 + uniform() / 4) >> loudness;
            level = level * 63 / 64 + step;
            level
        })
        .collect()
}

fn run(out: &mut impl Write, name: &str, bytes: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
    let mut buffer = Vec::new();
    let mut best_s = f64::INFINITY;
    let (mut records, mut samples, mut sum) = (0_u64, 0_u64, 0_i64);
    for _ in 0..PASSES {
        (records, samples, sum) = (0, 0, 0);
        let begin = Instant::now();
        let mut rest = bytes;
        while !rest.is_empty() {
            let Next::Record(record) = read_record(rest, true)? else { break };
            record.decode_i32(&mut buffer)?;
            records += 1;
            samples += buffer.len() as u64;
            sum += record.start.0 ^ i64::from(buffer.last().copied().unwrap_or_default());
            rest = &rest[record.bytes().len()..];
        }
        best_s = best_s.min(begin.elapsed().as_secs_f64());
    }
    writeln!(
        out,
        "{{\"data\":\"{name}\",\"records\":{records},\"samples\":{samples},\"records_per_s\":{:.0},\
         \"samples_per_s\":{:.0},\"bytes_per_s\":{:.0},\"ns_per_record\":{:.0},\"sum\":{sum}}}",
        records as f64 / best_s,
        samples as f64 / best_s,
        bytes.len() as f64 / best_s,
        best_s * 1e9 / records as f64
    )?;
    Ok(())
}
