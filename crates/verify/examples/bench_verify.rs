//! How long a dossier of sealed records and cosignatures takes to verify, with and without its payloads, beside the
//! machine's SHA-256. Writes the dossiers, the policy and the key into a folder and prints one JSON line.
//!
//! `cargo run --release -p truceline-verify --example bench_verify -- FOLDER [RECORDS] [WITNESSES] [PAYLOAD_BYTES]`
#![allow(clippy::unwrap_used, reason = "a failed step of a benchmark is its end")]
#![allow(clippy::print_stdout, reason = "the figures are what it is for")]
#[path = "../tests/support/invented.rs"]
mod invented;

use invented::{Mission, noise};
use std::path::Path;
use truceline_evidence::frame::{Delivered, SealedFrame};
use truceline_evidence::journal::JournalReader;
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::place::Place;
use truceline_verify::{Outcome, Policy, VerifierKey, verify_witnessed};

/// Each is measured so often; the median counts.
const TIMES: usize = 9;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |at: usize, default: u64| arguments.get(at).map_or(default, |text| text.parse().unwrap());
    let folder = Path::new(&arguments[1]);
    let (records, witnesses, payload_bytes) = (number(2, 1_000), number(3, 7), number(4, 200_000));

    let mut mission = Mission::new();
    let places = [(483_000_000, 372_000_000), (482_500_000, 371_100_000), (481_900_000, 370_700_000)];
    let mut stations: Vec<_> = (1..)
        .zip(places)
        .map(|(number, (lat_e7, lon_e7))| {
            mission.station(&format!("TL0{number}"), "observatory", Place { lat_e7, lon_e7 })
        })
        .collect();
    for record in 0..records {
        let station = &mut stations[record as usize % places.len()];
        mission.deliver(station, Some(noise(record, payload_bytes as usize)));
        if record % 10 == 9 {
            mission.tick(record as i64 * 4);
        }
    }
    mission.find();
    let witnesses = u8::try_from(witnesses).unwrap();
    mission.cosign(witnesses);
    let policy_text = mission.policy(witnesses, witnesses);
    let (plain, heavy) = (mission.dossier(false), mission.dossier(true));
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    write("plain.tldoss", &plain);
    write("heavy.tldoss", &heavy);
    write("parties.policy", policy_text.as_bytes());
    write("journal.vkey", mission.key().as_bytes());

    let key = VerifierKey::parse(&mission.key()).unwrap();
    let check = |bytes: &[u8]| {
        // The policy is read anew each time: its keys are part of what a reader's program does.
        let policy = Policy::parse(policy_text.as_bytes()).unwrap();
        let report = verify_witnessed(bytes, Some(&key), &policy);
        assert_eq!(report.outcome, Outcome::Proven, "{:#?}", report.checks);
    };
    let frames: Vec<SealedFrame> = (0..mission.journal.size())
        .filter_map(|index| entry::from_bytes::<Delivered>(&mission.journal.entry(index).unwrap()).ok())
        .map(|delivered| delivered.sealed)
        .collect();
    let keys: Vec<_> = stations.iter().map(|station| station.key.public()).collect();
    // The limit: the signatures of the frames alone.
    let signatures = || frames.iter().zip(keys.iter().cycle()).all(|(frame, key)| frame.is_signed_by(key));
    assert!(signatures());
    let (mut plain_s, mut heavy_s, mut hash_s, mut signatures_s) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let big = noise(7, usize::try_from(records * payload_bytes).unwrap().max(64 << 20));
    // In turn, so that what else the machine does meets all three alike.
    for _ in 0..TIMES {
        plain_s.push(seconds(|| check(&plain)));
        signatures_s.push(seconds(|| assert!(signatures())));
        heavy_s.push(seconds(|| check(&heavy)));
        hash_s.push(seconds(|| {
            std::hint::black_box(Hash::of(&big));
        }));
    }
    println!(
        "{{\"records\": {records}, \"witnesses\": {witnesses}, \"payload_bytes\": {}, \"entries\": {}, \"plain_bytes\": {}, \
         \"plain_ms\": {:.2}, \"heavy_ms\": {:.2}, \"signatures_ms\": {:.2}, \"sha256_mb_s\": {:.0}}}",
        records * payload_bytes,
        mission.journal.size(),
        plain.len(),
        1e3 * median(&mut plain_s),
        1e3 * median(&mut heavy_s),
        1e3 * median(&mut signatures_s),
        big.len() as f64 / median(&mut hash_s) / 1e6,
    );
}

fn median(sample: &mut [f64]) -> f64 {
    sample.sort_by(f64::total_cmp);
    sample[sample.len() / 2]
}

/// Processor time of this thread that `work` takes.
fn seconds(work: impl FnOnce()) -> f64 {
    let begin = cpu_ns();
    work();
    (cpu_ns() - begin) as f64 / 1e9
}

/// Nanoseconds that this thread ran (first number of `schedstat`, which a yield brings up to date).
fn cpu_ns() -> u64 {
    std::thread::yield_now();
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split_whitespace().next().unwrap().parse().unwrap()
}
