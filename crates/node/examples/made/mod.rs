//! Made waveforms for the measurements: noise with a burst each so many seconds, as records of 512 bytes (Steim-2, 100 Hz).
use truceline_formats::miniseed::{Packing, Version, Writer};
use truceline_model::time::{NS_PER_S, Time};
use truceline_model::waveform::ClockFlags;

/// Samples per second.
pub(crate) const RATE_HZ: usize = 100;

/// The first sample's time.
pub(crate) const START: Time = Time(1_767_225_600 * NS_PER_S);

/// Numbers between -1 and 1 of a channel, the same in each run.
pub(crate) fn noise(channel: usize) -> impl FnMut() -> f64 {
    let mut state = channel as u64 + 1;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 30) - 1.0
    }
}

/// Appends the records of a channel. The first burst comes 15 s after the start, or up to as much later as bursts are apart.
pub(crate) fn records(
    channel: usize,
    seconds: usize,
    every_s: f64,
    noise: &mut impl FnMut() -> f64,
    into: &mut Vec<u8>,
) {
    let writer = Writer {
        channel: format!("FDSN:XX_S{channel:03}__H_H_Z"),
        version: Version::V2,
        packing: Packing::Steim2,
        rate_hz: RATE_HZ as f64,
        clock: ClockFlags::default(),
        publication_version: 2,
        record_bytes_max: 512,
    };
    let first_s = 15.0 + 0.5 * every_s * (noise() + 1.0);
    let samples: Vec<i32> = (0..seconds * RATE_HZ)
        .map(|n| {
            let since = (n as f64 / RATE_HZ as f64 - first_s) % every_s;
            let burst = if since < 0.0 { 0.0 } else { 4_000.0 * (-since * 2.0).exp() * (since * 40.0).sin() };
            (100.0 * noise() + burst) as i32
        })
        .collect();
    writer.write(START, &samples, into).unwrap();
}
