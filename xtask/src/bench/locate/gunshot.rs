//! Live fire at surveyed places with the vendor's grouping given: our posterior's mean beside plain least squares.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::bench::associate::Bench;
use crate::bench::associate::answer::Files;
use crate::bench::associate::gunshot::tests;
use crate::bench::figure::{Figure, Goal};
use crate::bench::quantile;
use crate::project::output_of;
use crate::step;

const SET: &str = "gunshot, grouped";

/// Fewer pulses give no place.
const PULSES_MIN: usize = 4;

/// What least squares reached when it was first measured: median and p96, m.
pub(in crate::bench) const LEAST_SQUARES_M: (f64, f64) = (3.19, 5.11);

/// Figures of all shots; `peers` is the folder with `gunshot_location.py`.
pub(super) fn run(bench: &Bench<'_>, peers: Option<&Path>) -> Result<Vec<Figure>> {
    let tests = tests(&bench.data)?;
    let (mut errors_m, mut solve_ms, mut shots) = (Vec::new(), Vec::new(), 0);
    step::step(&format!("{SET}, truceline locate, {} tests", tests.len()), || {
        for test in &tests {
            let pulses: BTreeMap<&String, &String> = test.rows.iter().map(|(row, pulse)| (pulse, row)).collect();
            let mut arrivals = "sensor_id,time,phase,event\n".to_owned();
            for (number, shot) in test.shots.iter().enumerate() {
                let rows: Vec<&&String> = shot.iter().filter_map(|pulse| pulses.get(pulse)).collect();
                if rows.len() >= PULSES_MIN {
                    shots += 1;
                    rows.iter().for_each(|row| arrivals += &format!("{row},{number}\n"));
                }
            }
            let files = Files::write(&bench.folder.join(&test.name), &test.sensors, &arrivals, &test.config)?;
            for event in files.run(&bench.binary, "locate", &[])?.events {
                let (dx, dy) = (event.place.0 - test.survey.0, event.place.1 - test.survey.1);
                errors_m.push((dx * dx + dy * dy).sqrt());
                solve_ms.extend(event.json["compute_ms"].as_f64());
            }
        }
        Ok(())
    })?;
    let least_squares = match peers {
        Some(folder) => Some(step::step("plain least squares", || least_squares(bench, folder))?),
        None => None,
    };
    let mut median = Figure::new(SET, "median error, m", quantile(&errors_m, 0.5), Some(Goal::AtMost(3.0)));
    let mut p96 = Figure::new(SET, "p96 error, m", quantile(&errors_m, 0.96), Some(Goal::AtMost(5.0)));
    let mut solve = Figure::new(SET, "posterior of a shot, median ms", quantile(&solve_ms, 0.5), None);
    let name = |text: &str| text.to_owned();
    match least_squares {
        Some((median_m, p96_m, ms)) => {
            median.peers.push((name("least squares"), Some(median_m)));
            p96.peers.push((name("least squares"), Some(p96_m)));
            solve.peers.push((name("least squares, a point"), Some(ms)));
        }
        None => {
            median.peers.push((name("least squares (once)"), Some(LEAST_SQUARES_M.0)));
            p96.peers.push((name("least squares (once)"), Some(LEAST_SQUARES_M.1)));
        }
    }
    let located = Figure::new(SET, "shots located", Some(errors_m.len() as f64), Some(Goal::AtLeast(f64::from(shots))));
    Ok(vec![located, median, p96, solve])
}

/// Median and p96 error, m, and processor's time of a solve, ms, as the peers' script prints them.
pub(in crate::bench) fn least_squares(bench: &Bench<'_>, folder: &Path) -> Result<(f64, f64, f64)> {
    let mut command = Command::new(&bench.python);
    command.arg(folder.join("gunshot_location.py")).arg(&bench.data).env("PYTHONDONTWRITEBYTECODE", "1");
    parse(&output_of(&mut command)?)
}

fn parse(text: &str) -> Result<(f64, f64, f64)> {
    let number = |line: &str, after: &str| -> Result<f64> {
        let line = text.lines().find(|found| found.starts_with(line)).with_context(|| format!("no line {line:?}"))?;
        let at = line.find(after).with_context(|| format!("no {after:?} in {line:?}"))? + after.len();
        let number = line[at..].trim_start_matches([' ', ':', '\'']);
        let end = number.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(number.len());
        number[..end].parse().with_context(|| format!("no number after {after:?}"))
    };
    Ok((number("all sensors", "'median'")?, number("all sensors", "'p96'")?, number("cpu ms/solve", "cpu ms/solve")?))
}

#[cfg(test)]
mod tests {
    #[test]
    fn reads_what_least_squares_prints() {
        let text = "shots 108\nall sensors {'median': 3.19, 'p90': 4.5, 'p96': 5.11, 'max': 8.5}\nrandom 6 {}\n\
                    cpu ms/solve 2.01 residual rms m median 2.5\n";
        assert_eq!(super::parse(text).unwrap(), (3.19, 5.11, 2.01));
        assert!(super::parse("").is_err());
    }
}
