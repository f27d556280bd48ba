//! Twelve hours of central Italy: how many of the events that REAL and PyOcto agree on are found too.

use std::fmt::Write;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use super::answer::Files;
use super::{Bench, PEER_WAIT_S};
use crate::bench::child;
use crate::bench::columns::Columns;
use crate::bench::figure::{Figure, Goal};
use crate::step;

/// Events are the same if their origin times are this near, as in the peers' own comparison, s.
const SAME_S: f64 = 2.0;

const SET: &str = "italy, 12 h";

/// Goals: CPU seconds, and the share of the events that both peers found.
const CPU_S_GOAL: f64 = 2.0;
const SHARE_GOAL: f64 = 0.98;

/// REAL itself on the whole day, as it was measured once: it is a program of its own that is not run here.
const REAL_DAY_CPU_S: f64 = 112.0;

pub(super) fn run(bench: &Bench<'_>, figures: &mut Vec<Figure>) -> Result<()> {
    let folder = bench.data.join("seismic/italy");
    let stations = Columns::read(&folder.join("stations.csv"))?;
    let mut sensors = "sensor_id,kind,lon,lat,elevation_m\n".to_owned();
    let mut seen = std::collections::BTreeSet::new();
    for row in 0..stations.len() {
        let id = format!("{}.{}", stations.text(row, "network")?, stations.text(row, "station")?);
        let (lon, lat) = (stations.text(row, "longitude")?, stations.text(row, "latitude")?);
        let elevation_m = stations.number(row, "elevation_km")? * 1e3;
        if seen.insert(id.clone()) {
            writeln!(sensors, "{id},seismometer,{lon},{lat},{elevation_m:.0}")?;
        }
    }
    let picks = Columns::read(&folder.join("picks_00-12h.csv"))?;
    let mut arrivals = "sensor_id,time,phase\n".to_owned();
    for row in 0..picks.len() {
        let id = format!("{}.{}", picks.text(row, "network")?, picks.text(row, "station")?);
        writeln!(arrivals, "{id},{},{}", picks.text(row, "seconds_of_day")?, picks.text(row, "phase")?)?;
    }
    let files = Files::write(&bench.folder.join("italy"), &sensors, &arrivals, "")?;
    let ours = step::step(&format!("{SET}, truceline"), || files.run(&bench.binary, "associate", &[]))?;
    let times: Vec<f64> = ours.events.iter().map(|event| event.time_s).collect();
    let path = folder.join("real_catalog_00-12h.txt");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let real: Vec<f64> = text.lines().filter_map(|line| line.split_whitespace().nth(5)?.parse().ok()).collect();
    let shared = |of: &[f64], among: &[f64]| -> f64 {
        let found = of.iter().filter(|time| among.iter().any(|other| (**time - other).abs() < SAME_S)).count();
        found as f64 / of.len().max(1) as f64
    };
    figures.push(Figure::new(SET, "events", Some(times.len() as f64), None));
    figures.push(Figure::new(SET, "share of REAL's", Some(shared(&real, &times)), None));
    let mut cpu = Figure::new(SET, "CPU s", Some(ours.cpu_s), Some(Goal::AtMost(CPU_S_GOAL)));
    cpu.peers.push(("REAL (24 h, once)".to_owned(), Some(REAL_DAY_CPU_S)));
    if bench.with_peers {
        let mut command = bench.peer_command("pyocto_associate.py");
        command.arg(files.folder.join("sensors.csv")).arg(files.folder.join("arrivals.csv")).arg("italy");
        let found =
            step::step(&format!("{SET}, PyOcto"), || child::within(&mut command, Duration::from_secs(PEER_WAIT_S)))?;
        let name = "PyOcto".to_owned();
        match found {
            None => cpu.peers.push((name, None)),
            Some(text) => {
                let answer: Value = serde_json::from_str(text.trim_end().lines().last().unwrap_or_default())
                    .context("pyocto_associate.py: not JSON")?;
                let theirs: Vec<f64> = answer["events"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|event| event["time_s"].as_f64())
                    .collect();
                let agreed: Vec<f64> = real
                    .iter()
                    .copied()
                    .filter(|time| theirs.iter().any(|other| (time - other).abs() < SAME_S))
                    .collect();
                figures.push(Figure::new(SET, "events of both peers", Some(agreed.len() as f64), None));
                let share = Some(shared(&agreed, &times));
                figures.push(Figure::new(SET, "share of both peers'", share, Some(Goal::AtLeast(SHARE_GOAL))));
                cpu.peers.push((name, answer["cpu_s"].as_f64()));
            }
        }
    }
    figures.push(cpu);
    Ok(())
}
