//! `truceline detect` on waveforms of our own making.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use support::run;
use truceline_formats::miniseed::{Packing, Version, Writer};
use truceline_model::time::Time;

const RATE_HZ: f64 = 100.0;
const START: &str = "2026-01-02T03:04:05Z";
/// The burst begins here, s after the start.
const ONSET_S: f64 = 60.0;

/// Two minutes of noise with a burst of 8 Hz that decays within some seconds.
fn samples() -> Vec<i32> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut noise = || {
        // xorshift64
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % 201) as f64 - 100.0
    };
    (0..12_000)
        .map(|n| {
            let t = n as f64 / RATE_HZ - ONSET_S;
            let burst = if t < 0.0 { 0.0 } else { 20_000.0 * decay(-t / 2.0) * wave(t * 8.0 * std::f64::consts::TAU) };
            (noise() + burst) as i32
        })
        .collect()
}

#[allow(clippy::disallowed_methods, reason = "a test signal, not a result")]
fn decay(x: f64) -> f64 {
    x.exp()
}

#[allow(clippy::disallowed_methods, reason = "a test signal, not a result")]
fn wave(x: f64) -> f64 {
    x.sin()
}

fn write(version: Version, gap: bool) -> Vec<u8> {
    let writer = Writer {
        channel: "FDSN:XX_ONE__H_H_Z".into(),
        version,
        packing: Packing::Steim2,
        rate_hz: RATE_HZ,
        clock: Default::default(),
        publication_version: 2,
        record_bytes_max: 512,
    };
    let start = Time::parse(START).unwrap();
    let samples = samples();
    let mut bytes = Vec::new();
    // Five seconds left out, where asked for, long after the burst.
    let (first, second) = samples.split_at(10_000);
    writer.write(start, first, &mut bytes).unwrap();
    writer.write(start.plus_s(100.0 + if gap { 5.0 } else { 0.0 }), second, &mut bytes).unwrap();
    bytes
}

#[test]
fn a_burst_is_one_arrival_with_its_sigma_and_a_gap_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let onset = Time::parse(START).unwrap().plus_s(ONSET_S);
    for (version, gap) in [(Version::V2, false), (Version::V3, true)] {
        let path = folder.path().join("day.mseed");
        std::fs::write(&path, write(version, gap)).unwrap();
        let found = run(&["detect", path.to_str().unwrap(), "--json"]);
        assert_eq!((found.code, found.stderr.as_str()), (0, ""));
        let channel = &found.json()["channels"][0];
        assert_eq!(channel["samples"], 12_000);
        let arrivals = channel["arrivals"].as_array().unwrap();
        assert_eq!(arrivals.len(), 1, "{channel}");
        let time = Time::parse(arrivals[0]["time"].as_str().unwrap()).unwrap();
        let off_s = time.seconds_since(onset).abs();
        assert!(off_s <= 0.05, "{off_s} s off");
        let sigma_s = arrivals[0]["sigma_s"].as_f64().unwrap();
        assert!(sigma_s > 0.0 && off_s <= 3.0 * sigma_s, "{off_s} s off with a sigma of {sigma_s} s");
        let kinds: Vec<&str> =
            channel["impediments"].as_array().unwrap().iter().map(|found| found["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, if gap { vec!["gap"] } else { vec![] });
    }
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (good, bad) = (folder.path().join("good.mseed"), folder.path().join("bad.mseed"));
    let mut bytes = write(Version::V3, false);
    std::fs::write(&good, &bytes).unwrap();
    bytes[200] ^= 1;
    std::fs::write(&bad, &bytes).unwrap();
    let found = run(&["detect", good.to_str().unwrap(), bad.to_str().unwrap(), "/nowhere.mseed"]);
    assert_eq!(found.code, 1);
    assert!(found.stdout.starts_with("FDSN:XX_ONE__H_H_Z: "), "{}", found.stdout);
    assert!(found.stderr.contains("bad.mseed, record at byte 0: "), "{}", found.stderr);
    assert!(found.stderr.contains("cannot read /nowhere.mseed"), "{}", found.stderr);
    let none = run(&["detect", "/nowhere.mseed"]);
    assert_eq!((none.code, none.stdout.as_str()), (1, ""));
    let band = run(&["detect", good.to_str().unwrap(), "--band", "20"]);
    assert!(band.code == 2 && band.stderr.contains("expected LOW,HIGH in Hz"), "{}", band.stderr);
}
