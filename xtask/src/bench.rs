//! `cargo xtask bench NAME`: measures a stated goal on this machine. One file for each name.
//!
//! A measurement prints its goal and whether it is met; it fails only where it cannot be made, so that a loaded
//! machine is no failure.

mod associate;
mod attribute;
mod child;
mod columns;
mod coverage;
mod figure;
mod firms;
mod frames;
mod fuzz;
mod journal;
mod latency;
mod locate;
mod restart;
mod signal;
mod start;
mod tessera;
mod verify;
mod witness;
mod world;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::arguments::Arguments;
use crate::project::Project;

/// A measurement, of what is left of its words.
type Measurement = fn(&Project, Arguments) -> Result<()>;

/// All of them, by name.
const MEASUREMENTS: [(&str, Measurement); 17] = [
    ("associate", associate::run),
    ("attribute", attribute::run),
    ("coverage", coverage::run),
    ("firms", firms::run),
    ("flips", journal::flips),
    ("frames", frames::run),
    ("fuzz", fuzz::run),
    ("journal", journal::run),
    ("latency", latency::run),
    ("locate", locate::run),
    ("restart", restart::run),
    ("signal", signal::run),
    ("start", start::run),
    ("tessera", tessera::run),
    ("verify", verify::run),
    ("witness", witness::run),
    ("world", world::run),
];

/// `bench NAME ...`.
pub(crate) fn run(project: &Project, mut words: Vec<String>) -> Result<ExitCode> {
    // The name comes first: an option before it could take it for its value.
    let name = if words.is_empty() { String::new() } else { words.remove(0) };
    let Some((_, measure)) = MEASUREMENTS.iter().find(|(known, _)| *known == name) else {
        let names: Vec<&str> = MEASUREMENTS.iter().map(|(name, _)| *name).collect();
        bail!("there is no measurement {name:?}; expected one of {}", names.join(", "));
    };
    measure(project, Arguments::new(words))?;
    Ok(ExitCode::SUCCESS)
}

/// `met` or `missed`.
fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "missed" }
}

/// The quantile of a sample by the nearest rank; none of an empty one.
fn quantile(sample: &[f64], level: f64) -> Option<f64> {
    let mut sorted = sample.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (level * sorted.len() as f64).ceil().max(1.0) as usize;
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_by_nearest_rank() {
        let sample: Vec<f64> = (1..=30).rev().map(f64::from).collect();
        assert_eq!(quantile(&sample, 0.5), Some(15.0));
        assert_eq!(quantile(&sample, 0.95), Some(29.0));
        assert_eq!(quantile(&[7.0], 0.95), Some(7.0));
        assert_eq!(quantile(&[], 0.5), None);
    }
}
