//! A recording of our own making: two channels of noise with bursts.
#![allow(clippy::disallowed_methods, reason = "both sides of each comparison see the same file")]
use truceline_formats::miniseed::{Packing, Version, Writer};
use truceline_model::time::Time;
use truceline_model::waveform::ClockFlags;

/// The beginning: 2026-01-01T00:00:00Z.
pub const START: Time = Time(1_767_225_600_000_000_000);

/// miniSEED of two channels of so many seconds at 100 Hz, each with a burst every 20 s from 15 s on.
pub fn miniseed(seconds: usize) -> Vec<u8> {
    miniseed_from(START, seconds)
}

/// The same from another time on.
pub fn miniseed_from(start: Time, seconds: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (seed, channel) in [(1, "FDSN:XX_ONE__H_H_Z"), (2, "FDSN:XX_TWO__H_H_Z")] {
        let writer = Writer {
            channel: channel.into(),
            version: Version::V2,
            packing: Packing::Steim2,
            rate_hz: 100.0,
            clock: ClockFlags::default(),
            publication_version: 2,
            record_bytes_max: 512,
        };
        writer.write(start, &counts(seed, seconds), &mut bytes).unwrap();
    }
    bytes
}

fn counts(seed: u64, seconds: usize) -> Vec<i32> {
    let mut state = seed;
    let mut noise = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 30) - 1.0
    };
    let burst = |t: f64| if t < 0.0 { 0.0 } else { (-(t % 20.0) * 2.0).exp() * ((t % 20.0) * 40.0).sin() };
    (0..seconds * 100).map(|n| (50.0 * noise() + 2_000.0 * burst(n as f64 / 100.0 - 15.0)) as i32).collect()
}
