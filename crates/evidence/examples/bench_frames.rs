//! How many sealed frames a second one core admits: signature, standing of the key, row. Prints one JSON line.
//!
//! `cargo run --profile fast -p truceline-evidence --example bench_frames -- [FRAMES] [STATIONS]`
#![allow(clippy::unwrap_used, reason = "a failed step of a benchmark is its end")]
#![allow(clippy::print_stdout, reason = "the figures are what it is for")]

use truceline_evidence::admit::Admission;
use truceline_evidence::frame::{Authenticity, ClockEvidence, ClockSource, Delivered, Frame, Health};
use truceline_evidence::keys::{Act, Body, Holder, KeyAct, KeyPair, Role};
use truceline_model::hash::Hash;
use truceline_model::record::Payload;
use truceline_model::time::Time;

fn key(number: u64) -> KeyPair {
    KeyPair::from_seed(&Hash::of(&number.to_be_bytes()).0)
}

fn act(admission: &mut Admission, number: u64, act: Act, keys: &[u64]) {
    let mut act = KeyAct::new(&Body { act, number, journal: "bench".into() });
    keys.iter().for_each(|number| act.sign(&key(*number)));
    admission.take_act("bench", number, &act).unwrap();
}

fn main() {
    let argument = |at: usize, default: u64| std::env::args().nth(at).map_or(default, |text| text.parse().unwrap());
    let (count, stations) = (argument(1, 100_000), argument(2, 500));
    let mut admission = Admission::default();
    let holder = |number: u64, role: Role| Holder {
        name: format!("n{number}"),
        role,
        owner: format!("o{number}"),
        key: key(number).public(),
    };
    let officers = vec![holder(1, Role::Officer), holder(2, Role::Officer)];
    act(&mut admission, 0, Act::Found { states: 2, officers }, &[1, 2]);
    for station in 0..stations {
        let number = 10 + station;
        act(&mut admission, 1 + station, Act::Enrol(holder(number, Role::Station)), &[1, 2, number]);
    }
    let mut frames = Vec::with_capacity(count as usize);
    let mut previous = vec![None; stations as usize];
    for at in 0..count {
        let (station, sequence) = (at % stations, at / stations);
        let key = key(10 + station);
        let frame = Frame {
            station: format!("n{}", 10 + station),
            key: key.public().id(),
            boot: 0,
            sequence,
            previous: previous[station as usize],
            time: Time(sequence as i64 * 1_000_000_000),
            clock: ClockEvidence {
                source: ClockSource::Gnss,
                sigma_ns: 100,
                satellites: 8,
                authenticity: Authenticity::Authentic,
                holdover_s: 0,
            },
            next_within_s: 10,
            health: Health::default(),
            configuration: Hash([0; 32]),
            beacon: None,
            fields: None,
            payload: Some(Payload { sha256: Hash::of(&at.to_be_bytes()), bytes: 512 }),
        };
        previous[station as usize] = Some(frame.hash());
        frames.push(Delivered { sealed: frame.seal(&key), received: None });
    }
    // The limit: the signatures alone.
    let keys: Vec<_> = (0..stations).map(|station| key(10 + station).public()).collect();
    let begin = cpu_s();
    for (frame, key) in frames.iter().zip(keys.iter().cycle()) {
        assert!(frame.sealed.is_signed_by(key));
    }
    let limit_s = cpu_s() - begin;
    let begin = cpu_s();
    for (index, frame) in (1_000_000..).zip(&frames) {
        let (admitted, found) = admission.take_frame(index, frame);
        assert!(admitted.is_ok() && found.is_empty());
    }
    let seconds = cpu_s() - begin;
    println!(
        "{{\"frames\": {count}, \"stations\": {stations}, \"frames_per_s\": {:.0}, \"signatures_per_s\": {:.0}}}",
        count as f64 / seconds,
        count as f64 / limit_s
    );
}

/// Processor time of this process so far, in hundredths of a second.
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after = stat.rsplit(')').next().unwrap();
    let ticks: Vec<f64> = after.split_whitespace().skip(11).take(2).map(|text| text.parse().unwrap()).collect();
    (ticks[0] + ticks[1]) / 100.0
}
