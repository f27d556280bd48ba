//! Infrasound arrays: the ten detections of infrapy's first example with their grouping, and the GJI arrays.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Bench;
use super::answer::Files;
use crate::bench::figure::{Figure, Goal};
use crate::step;

pub(super) fn run(bench: &Bench<'_>, figures: &mut Vec<Figure>) -> Result<()> {
    let folder = bench.data.join("infrasound/uttr");
    let example = detections(&folder.join("example1.dets.json"))?;
    let files = files(bench, "example1", &example)?;
    let answer = step::step("Utah, truceline", || files.run(&bench.binary, "associate", &[]))?;
    // The same ten in groups, a blank line between them.
    let set = folder.join("detection_set1.dat");
    let text = std::fs::read_to_string(&set).with_context(|| format!("cannot read {}", set.display()))?;
    let mut groups: Vec<BTreeSet<usize>> = vec![BTreeSet::new()];
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        match fields[..] {
            [_, _, time, azimuth, ..] => {
                let azimuth: f64 = azimuth.parse().with_context(|| format!("{}: {line:?}", set.display()))?;
                let row = example.iter().position(|d| time.starts_with(&d.time) && d.azimuth == azimuth);
                groups.last_mut().context("no group")?.extend(row);
            }
            _ => groups.push(BTreeSet::new()),
        }
    }
    groups.retain(|group| !group.is_empty());
    // The third group is no event: its bearings part (two of them by 45 degrees), no two meet ahead within 18,000 km.
    let found: Vec<BTreeSet<usize>> = answer.events.iter().map(|event| event.rows.iter().copied().collect()).collect();
    let right = groups.iter().filter(|group| found.contains(group)).count();
    let sizes: Vec<String> = found.iter().map(|rows| rows.len().to_string()).collect();
    eprintln!("    groups found: {}", sizes.join(" + "));
    figures.push(Figure::new("Utah example1", "groups as stated, of 3", Some(right as f64), Some(Goal::AtLeast(3.0))));
    figures.push(Figure::new("Utah example1", "CPU s", Some(answer.cpu_s), None));

    let mut all = Vec::new();
    for array in ["DLIAR", "I57US", "NVIAR", "PDIAR"] {
        all.extend(detections(&folder.join(format!("GJI_{array}.dets.json")))?);
    }
    let files = self::files(bench, "gji", &all)?;
    let answer = step::step("GJI, truceline", || files.run(&bench.binary, "associate", &[]))?;
    let events = Some(answer.events.len() as f64);
    figures.push(Figure::new("GJI", "events, 3 in the paper", events, Some(Goal::AtLeast(3.0))));
    figures.push(Figure::new("GJI", "CPU s", Some(answer.cpu_s), None));
    Ok(())
}

struct Detection {
    lon: f64,
    lat: f64,
    time: String,
    azimuth: f64,
}

fn detections(path: &Path) -> Result<Vec<Detection>> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
    let parsed: Value = serde_json::from_str(&text).with_context(|| format!("{name}: not JSON"))?;
    let mut found = Vec::new();
    for detection in parsed.as_array().with_context(|| format!("{name}: no list"))? {
        let number = |field: &str| detection[field].as_f64().with_context(|| format!("{name}: no {field}"));
        let time = ["Peak F-Stat Time (UTC)", "Time (UTC)"].iter().find_map(|field| detection[*field].as_str());
        found.push(Detection {
            lon: number("Longitude")?,
            lat: number("Latitude")?,
            time: time.with_context(|| format!("{name}: no time"))?.to_owned(),
            azimuth: number("Back Azimuth")?,
        });
    }
    Ok(found)
}

fn files(bench: &Bench<'_>, name: &str, detections: &[Detection]) -> Result<Files> {
    let mut sensors = "sensor_id,kind,lon,lat\n".to_owned();
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let mut arrivals = "sensor_id,time,phase,azimuth_deg\n".to_owned();
    for Detection { lon, lat, time, azimuth } in detections {
        let place = format!("{lon},{lat}");
        let next = format!("A{}", ids.len() + 1);
        if !ids.contains_key(&place) {
            writeln!(sensors, "{next},infrasound array,{place}")?;
        }
        let id = ids.entry(place).or_insert(next);
        writeln!(arrivals, "{id},{time},I,{azimuth}")?;
    }
    Files::write(&bench.folder.join(name), &sensors, &arrivals, "")
}
