//! Flips bytes of a small store, one at a time, and has the whole store checked after each. Prints one JSON line.
//!
//! `cargo run --profile fast -p truceline-node --example bench_flips -- [COUNT] [SEED]`
#![allow(clippy::unwrap_used, reason = "a failed step of a benchmark is its end")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the figures are what it is for")]
#[path = "../tests/support/flips.rs"]
mod flips;

use flips::{Small, numbers};
use std::time::Instant;

fn main() {
    let number_of = |at: usize, default: u64| std::env::args().nth(at).map_or(default, |text| text.parse().unwrap());
    let (count, seed) = (number_of(1, 100_000), number_of(2, 1));
    let small = Small::new();
    assert!(small.check().is_sound());
    let mut number = numbers(seed);
    let (mut found, mut missed) = (0_u64, 0_u64);
    let begin = Instant::now();
    for _ in 0..count {
        let byte = number() as usize % small.bytes();
        let flip = 1 + (number() % 255) as u8;
        match small.flip(byte, flip) {
            None => found += 1,
            Some(what) => {
                missed += 1;
                eprintln!("{what}");
            }
        }
    }
    let files: Vec<&str> = small.files.iter().map(|file| file.name.as_str()).collect();
    println!(
        "{{\"flips\": {count}, \"seed\": {seed}, \"found\": {found}, \"missed\": {missed}, \"bytes\": {}, \"files\": {files:?}, \"seconds\": {:.1}}}",
        small.bytes(),
        begin.elapsed().as_secs_f64()
    );
}
