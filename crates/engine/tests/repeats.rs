//! A copy of a channel's samples under other times is said with its owner, and nothing that was measured in either span is used.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod support;

use support::held::{Held, record, run};
use support::network::{Payloads, inventory, stations};
use support::*;
use truceline_model::detection::Detection;
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::inconsistency::{Fits, Inconsistency};
use truceline_model::report::SourceRef;
use truceline_model::run_end::RunEnd;
use truceline_model::time::{NS_PER_S, Time};

const RATE_HZ: usize = 100;
/// What is copied, and by how much later it is stated, s.
const COPIED_S: (usize, usize) = (550, 900);
const LATER_S: i64 = 1_800;

/// Noise of a quarter of an hour and more with bursts at 150 s and 700 s, as counts.
fn counts() -> Vec<i32> {
    let mut state = 5_u64;
    let mut noise = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 30) - 1.0
    };
    let burst = |t: f64| if t < 0.0 { 0.0 } else { 2_000.0 * libm::exp(-t * 2.0) * libm::sin(t * 40.0) };
    let all = 0..1_000 * RATE_HZ;
    all.map(|n| n as f64 / RATE_HZ as f64)
        .map(|t| (50.0 * noise() + burst(t - 150.0) + burst(t - 700.0)) as i32)
        .collect()
}

/// Inputs: a network, a station's records of so many samples, then those of the copy, if any, and the end of its run.
fn inputs(length: usize, copy: Option<&dyn Fn(i32) -> i32>) -> (Vec<Vec<u8>>, Payloads) {
    let station = &stations(false)[0];
    let writer = support::network::writer(&station.channel, RATE_HZ as f64);
    let (mut entries, mut payloads) = (vec![epoch(), inventory(&stations(false))], Payloads::new());
    let mut deliver = |start_s: i64, samples: &[i32]| {
        for (n, part) in samples.chunks(length).enumerate() {
            let mut bytes = Vec::new();
            let at = after(support::network::start(), start_s).0 + (n * length) as i64 * 10_000_000;
            writer.write(Time(at), part, &mut bytes).unwrap();
            let sequence = payloads.len() as u64;
            entries.push(entry::to_bytes(&record(&bytes, sequence, "not stated")));
            payloads.insert(Hash::of(&bytes), bytes);
        }
    };
    let whole = counts();
    deliver(0, &whole);
    if let Some(altered) = copy {
        let part = &whole[COPIED_S.0 * RATE_HZ..COPIED_S.1 * RATE_HZ];
        let part: Vec<i32> = part.iter().map(|sample| altered(*sample)).collect();
        deliver(COPIED_S.0 as i64 + LATER_S, &part);
    }
    entries.push(entry::to_bytes(&RunEnd {
        source: SourceRef { source: station.channel.clone(), boot: 7, sequence: payloads.len() as u64 },
    }));
    (entries, payloads)
}

fn said(length: usize, copy: Option<&dyn Fn(i32) -> i32>) -> (Held, Vec<Inconsistency>) {
    let (entries, payloads) = inputs(length, copy);
    let held = run(&entries, &payloads).0;
    let said = contents(&held.entries);
    (held, said)
}

#[test]
fn a_copy_is_said_once_however_it_is_cut() {
    let (held, found) = said(1_000, Some(&|sample| sample));
    assert_eq!(found.len(), 1, "{found:?}");
    let detections: Vec<Detection> = contents(&held.entries);
    assert_eq!(detections.len(), 3, "{detections:?}");
    let one = &found[0];
    assert_eq!((one.sensor.as_str(), one.owner.as_str()), ("sensor FDSN:XX_S00__H_H_Z", "owner 0"));
    let Fits::Repeats { of } = one.fits else { panic!("{one:?}") };
    let from = |s: i64| after(support::network::start(), s);
    assert_eq!(one.span.from.0 - of.from.0, LATER_S * NS_PER_S);
    assert!(of.from >= from(550) && of.to <= from(900) && of.to.seconds_since(of.from) > 250.0, "{of:?}");
    // The burst of the copy and that of the original, and not the one before.
    assert_eq!(one.left_out, 2, "{one:?}");
    assert!(one.words().contains("to the bit"), "{}", one.words());
    for length in [130, 777, 20_000] {
        assert_eq!(said(length, Some(&|sample| sample)).1, found, "{length}");
    }
}

#[test]
fn noise_and_a_copy_with_other_samples_are_said_of_nobody() {
    assert_eq!(said(1_000, None).1, Vec::new());
    assert_eq!(said(1_000, Some(&|sample| sample + sample.rem_euclid(2))).1, Vec::new());
}
