//! `cargo xtask bench NAME`: measures a stated goal on this machine. One file for each name.
//!
//! A measurement prints its goal and whether it is met; it fails only where it cannot be made, so that a loaded
//! machine is no failure.

mod associate;
mod attribute;
mod child;
mod columns;
mod figure;
mod frames;
mod fuzz;
mod journal;
mod latency;
mod locate;
mod restart;
mod signal;
mod start;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::arguments::Arguments;
use crate::project::Project;

/// `bench NAME ...`.
pub(crate) fn run(project: &Project, words: Vec<String>) -> Result<ExitCode> {
    let mut words = words;
    // The name comes first: an option before it could take it for its value.
    let name = if words.is_empty() { String::new() } else { words.remove(0) };
    let arguments = Arguments::new(words);
    match name.as_str() {
        "frames" => frames::run(project, arguments)?,
        "fuzz" => fuzz::run(project, arguments)?,
        "flips" => journal::flips(project, arguments)?,
        "journal" => journal::run(project, arguments)?,
        "latency" => latency::run(project, arguments)?,
        "associate" => associate::run(project, arguments)?,
        "attribute" => attribute::run(project, arguments)?,
        "locate" => locate::run(project, arguments)?,
        "restart" => restart::run(project, arguments)?,
        "signal" => signal::run(project, arguments)?,
        "start" => start::run(project, arguments)?,
        other => bail!(
            "there is no measurement {other:?}; expected associate, attribute, flips, frames, fuzz, journal, latency, \
             locate, restart, signal or start"
        ),
    }
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
