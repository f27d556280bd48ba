//! Rates of the file decoders and of SeedLink's framing: `cargo run --profile fast -p truceline-formats --example
//! bench_files`. Synthetic input, one thread, the best of five.
#![allow(clippy::print_stdout)] // a table is what it is for

use std::time::Instant;
use truceline_formats::seedlink::{Begin, Client, MiniSeed, Mode, Request, Selection, Versions};
use truceline_formats::{sac, slist, wav};
use truceline_model::time::Time;

const SAMPLES: usize = 1_000_000;
const FRAMES: usize = 200_000;

fn best_s(mut work: impl FnMut()) -> f64 {
    let runs = (0..5).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64()
    });
    runs.fold(f64::INFINITY, f64::min)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let value = |i: usize| (i * 7919 % 2001) as i32 - 1000;

    let mut file = vec![0; 632];
    let mut word = |at: usize, value: [u8; 4]| file[at * 4..at * 4 + 4].copy_from_slice(&value);
    word(0, 0.01_f32.to_le_bytes());
    for (at, value) in [(70, 2024), (71, 122), (76, 6), (79, SAMPLES as i32), (85, 1), (105, 1)] {
        word(at, i32::to_le_bytes(value));
    }
    file[440..448].copy_from_slice(b"ONE     ");
    file.extend((0..SAMPLES).flat_map(|i| (value(i) as f32).to_le_bytes()));
    sac::read("a", &file)?;
    let s = best_s(|| drop(sac::read("a", &file)));
    println!("SAC        {:8.1} Msamples/s", SAMPLES as f64 / s / 1e6);

    let mut file = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data".to_vec();
    file.extend((SAMPLES as u32 * 2).to_le_bytes());
    file.extend((0..SAMPLES).flat_map(|i| (value(i) as i16).to_le_bytes()));
    wav::read("a", &file, Time(0), |_| String::new())?;
    let s = best_s(|| drop(wav::read("a", &file, Time(0), |_| String::new())));
    println!("WAV 16 bit {:8.1} Msamples/s", SAMPLES as f64 / s / 1e6);

    let mut text =
        format!("TIMESERIES XX_ONE__SHZ_D, {SAMPLES} samples, 100 sps, 2024-05-01T12:00:00, SLIST, INTEGER, Counts");
    for i in 0..SAMPLES {
        text.push(if i % 6 == 0 { '\n' } else { '\t' });
        text.push_str(&value(i).to_string());
    }
    slist::read("a", text.as_bytes())?;
    let s = best_s(|| drop(slist::read("a", text.as_bytes())));
    println!("SLIST      {:8.1} Msamples/s", SAMPLES as f64 / s / 1e6);

    for (versions, name) in [(Versions::Only4, "4.0"), (Versions::Only3, "3.1")] {
        let mut record = [0; 512];
        record[..20].copy_from_slice(b"000001D ONE  00HHZXX");
        record[20..24].copy_from_slice(&[7, 232, 0, 122]);
        record[39] = 1;
        record[47] = 48;
        record[48..56].copy_from_slice(&[3, 232, 0, 0, 11, 1, 9, 0]);
        let header = match versions {
            Versions::Only4 => &b"SE2D\0\x02\0\0\x01\0\0\0\0\0\0\0\x06XX_ONE"[..],
            _ => b"SL000001",
        };
        let flow = [header, &record].concat().repeat(FRAMES);
        let mut packets = 0;
        let s = best_s(|| {
            let selection = Selection {
                network: "XX".to_owned(),
                station: "ONE".to_owned(),
                selectors: Vec::new(),
                begin: Begin::Next,
            };
            let request = Request {
                versions,
                agent: "bench/1".to_owned(),
                credentials: None,
                selections: vec![selection],
                mode: Mode::Stream,
            };
            let Ok(mut client) = Client::new("bench", request, MiniSeed) else { return };
            let mut events = Vec::new();
            let answers = b"SeedLink v4.0 :: SLPROTO:4.0 SLPROTO:3.1\r\nx\r\nOK\r\nOK\r\n";
            let more: &[u8] = if versions == Versions::Only4 { b"OK\r\nOK\r\n" } else { b"" };
            let _ = client.feed(&[answers, more].concat(), &mut events);
            events.clear();
            packets = 0;
            for part in flow.chunks(1 << 16) {
                if client.feed(part, &mut events).is_err() {
                    break;
                }
                packets += events.len();
                events.clear();
            }
        });
        println!("SeedLink {name} {:8.2} M packets of 512 bytes/s ({packets} of {FRAMES})", FRAMES as f64 / s / 1e6);
    }
    Ok(())
}
