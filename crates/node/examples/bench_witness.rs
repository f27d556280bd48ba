//! How many submissions a second a witness answers: deciding alone, and with each answer durable before it is given.
//! Prints one JSON line.
//!
//! `cargo run --profile fast -p truceline-node --example bench_witness -- FOLDER [SUBMISSIONS] [CLIENTS]`
#![allow(clippy::unwrap_used, reason = "a failed step of a benchmark is its end")]
#![allow(clippy::print_stdout, reason = "the figures are what it is for")]

use std::path::Path;
use std::time::Instant;
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::merkle::Tree;
use truceline_evidence::note::{Algorithm, SigningKey};
use truceline_evidence::policy::Policy;
use truceline_evidence::witness::{Cosigned, Request, Witness};
use truceline_model::hash::Hash;
use truceline_node::witness::WitnessFolder;

const NOW_S: u64 = 1_700_000_000;

/// The logs have a million entries, so that proofs are as long as in the field.
const BEGIN: u64 = 1_000_000;

/// Submissions of one client that waits for the disk each time.
const ALONE: usize = 200;

fn log_key(log: usize) -> SigningKey {
    SigningKey::from_seed(&format!("example.org/log{log}"), Hash::of(&log.to_be_bytes()).0).unwrap()
}

fn witness_keys(algorithms: &[Algorithm]) -> Vec<SigningKey> {
    algorithms.iter().map(|algorithm| SigningKey::of("example.org/w", *algorithm, [7; 32]).unwrap()).collect()
}

/// For each log its submissions, each larger by some hundred entries.
fn bodies(logs: usize, each: usize) -> Vec<Vec<Vec<u8>>> {
    let sizes: Vec<u64> = (0..each as u64).map(|at| BEGIN + at * 237).collect();
    let mut tree = Tree::new();
    for leaf in 0..*sizes.last().unwrap() {
        tree.append(Hash::of(&leaf.to_be_bytes()));
    }
    let of_log = |log: usize| {
        let (key, mut old_size) = (log_key(log), 0);
        let mut bodies = Vec::new();
        for size in &sizes {
            let origin = key.verifier_key().name().to_owned();
            let checkpoint = Checkpoint { origin, size: *size, root: tree.root_at(*size).unwrap() };
            let proof = if old_size == 0 { Vec::new() } else { tree.consistency_proof(old_size, *size).unwrap() };
            bodies.push(Request { old_size, proof, note: checkpoint.sign(&key).unwrap() }.write().into_bytes());
            old_size = *size;
        }
        bodies
    };
    (0..logs).map(of_log).collect()
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = Path::new(arguments.first().expect("FOLDER"));
    let argument = |at: usize, default: usize| arguments.get(at).map_or(default, |text| text.parse().unwrap());
    let (count, clients) = (argument(1, 12_800), argument(2, 64));
    let each = (count / clients).max(1);
    let all = (each * clients) as f64;
    let logs: String = (0..clients).map(|log| format!("log {}\n", log_key(log).verifier_key())).collect();
    let policy = Policy::parse(format!("{logs}quorum none\n").as_bytes()).unwrap();
    let bodies = bodies(clients, each);
    let both = [Algorithm::Ed25519Cosignature, Algorithm::MlDsa44];
    let mut figures = vec![format!("\"submissions\": {all}, \"clients\": {clients}")];
    for (name, algorithms) in [("ed25519", &both[..1]), ("both", &both[..])] {
        let witness = Witness::new(witness_keys(algorithms), policy.logs()).unwrap();
        let (_, decided_cpu_s) = measured(|| {
            for of_log in &bodies {
                let mut last: Option<Cosigned> = None;
                for body in of_log {
                    last = Some(witness.decide(&witness.read(body).unwrap(), last.as_ref(), NOW_S).unwrap());
                }
            }
        });
        let folder = folder.join(name);
        let witness = WitnessFolder::with_keys(&folder, witness_keys(algorithms), &policy).unwrap();
        let (durable_s, durable_cpu_s) = measured(|| {
            std::thread::scope(|scope| {
                for of_log in &bodies {
                    let witness = &witness;
                    scope.spawn(move || {
                        of_log.iter().for_each(|body| drop(witness.add_checkpoint(body, NOW_S).unwrap()))
                    });
                }
            });
        });
        let alone = WitnessFolder::with_keys(&folder.join("alone"), witness_keys(algorithms), &policy).unwrap();
        let few = &bodies[0][..each.min(ALONE)];
        let (alone_s, _) = measured(|| few.iter().for_each(|body| drop(alone.add_checkpoint(body, NOW_S).unwrap())));
        figures.push(format!(
            "\"{name}\": {{\"decided_per_cpu_s\": {:.0}, \"durable_per_cpu_s\": {:.0}, \"durable_per_s\": {:.0}, \
             \"one_client_per_s\": {:.0}}}",
            all / decided_cpu_s,
            all / durable_cpu_s,
            all / durable_s,
            few.len() as f64 / alone_s
        ));
    }
    println!("{{{}}}", figures.join(", "));
}

/// Seconds by the clock, and of the processor in all threads.
fn measured(work: impl FnOnce()) -> (f64, f64) {
    let (begun, before_s) = (Instant::now(), cpu_s());
    work();
    (begun.elapsed().as_secs_f64(), cpu_s() - before_s)
}

/// Processor time of this process so far, user and system, in hundredths of a second.
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after = stat.rsplit(')').next().unwrap();
    let ticks: Vec<f64> = after.split_whitespace().skip(11).take(2).map(|text| text.parse().unwrap()).collect();
    (ticks[0] + ticks[1]) / 100.0
}
