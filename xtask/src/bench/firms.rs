//! `bench firms`: a year of thermal anomalies, the background learnt from peace years, and two days against that day's line.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::verdict;
use crate::arguments::Arguments;
use crate::project::{PROFILE, Project, output_of};
use crate::step;

/// A year of detections is read, merged, weighed and given a side within this, s of one processor.
const YEAR_S_GOAL: f64 = 2.0;

/// Years without fighting but for one region's, of which the background is learnt; the one it is then said of; others.
const PEACE: [u32; 3] = [2_012, 2_013, 2_016];
const HELD: u32 = 2_018;
const REPORTED: [u32; 2] = [2_021, 2_022];

/// The two days, with what the recordings' own list says of them: detections, within 5 km of the front, within a pixel of it.
/// The front there is a part of the rim that the list does not name; ours is the whole rim.
const DAYS: [(&str, u64, u64, u64); 2] = [("2026-06-24", 1_616, 300, 11), ("2026-06-25", 1_055, 143, 3)];

/// `bench firms [--json]`.
pub(super) fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let as_json = arguments.flag("--json");
    arguments.end("firms [--json]")?;
    let Some(data) = std::env::var_os("TRUCELINE_DATA").map(PathBuf::from) else {
        bail!("TRUCELINE_DATA names no folder; expected one with firms/ and contactline/");
    };
    let folder = std::env::temp_dir().join(format!("truceline-firms-{}", std::process::id()));
    std::fs::create_dir_all(&folder).context("cannot make a temporary folder")?;
    let lines = measured(project, &data, &folder);
    // A folder that stays takes room and nothing else.
    let _ = std::fs::remove_dir_all(&folder);
    let lines = lines?;
    if as_json {
        print!("{lines}");
        return Ok(());
    }
    for line in lines.lines() {
        said(&serde_json::from_str(line).context("the example printed a line that is no JSON")?)?;
    }
    Ok(())
}

fn measured(project: &Project, data: &Path, folder: &Path) -> Result<String> {
    let unpacked = |year: u32| -> Result<PathBuf> {
        let packed = data.join(format!("firms/ukr_fire_data_{year}.csv.gz"));
        let output = Command::new("gzip").arg("-dc").arg(&packed).output().context("cannot run gzip")?;
        if !output.status.success() {
            bail!("{} cannot be unpacked: {}", packed.display(), String::from_utf8_lossy(&output.stderr).trim());
        }
        let path = folder.join(format!("{year}.csv"));
        std::fs::write(&path, output.stdout).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    };
    let mut command = project.cargo(&["run", "--quiet", "--profile", PROFILE, "--package", "truceline-engine"]);
    command.args(["--example", "bench_firms", "--", "day"]);
    command.arg(data.join("firms/viirs_nrt_2026-06-24_25.csv"));
    command.arg(data.join("contactline/deepstatemap_data_20260624.geojson"));
    command.args(DAYS.map(|(date, ..)| date));
    for (name, years) in [("peace", &PEACE[..]), ("held", &[HELD]), ("report", &REPORTED)] {
        command.arg(name);
        for year in years {
            command.arg(unpacked(*year)?);
        }
    }
    step::step("reading years of heat", || output_of(&mut command))
}

fn said(found: &Value) -> Result<()> {
    let number = |name: &str| found[name].as_f64().with_context(|| format!("the example's line has no {name:?}"));
    let count = |name: &str| found[name].as_u64().with_context(|| format!("the example's line has no {name:?}"));
    match found["set"].as_str() {
        Some("learnt") => println!(
            "background of {} peace years: shape {}, surroundings worth {} years, learnt in {:.2} s",
            count("years")?,
            number("shape")?,
            number("weight")?,
            number("cpu_s")?
        ),
        Some("drawn") => println!(
            "drawn fires among the held year, {} of {}: ECE {:.3}, Brier {:.3}; called background with {:.2}, what is background \
             with {:.2}",
            count("others")?,
            count("detections")?,
            number("ece")?,
            number("brier")?,
            number("p_of_others")?,
            number("p_of_background")?
        ),
        Some("day") => {
            let date = found["date"].as_str().unwrap_or_default();
            println!(
                "{date}: {} detections, {} within 5 km of the rim, {} within a pixel of it, of these a side stated for {}",
                count("detections")?,
                count("near")?,
                count("within_pixel")?,
                count("stated_within_pixel")?
            );
            if let Some((_, detections, near, pixel)) = DAYS.iter().find(|(day, ..)| *day == date) {
                println!(
                    "  the list, of a part of the rim: {detections} detections, {near} within 5 km, {pixel} within a pixel"
                );
            }
        }
        Some(set) => {
            let cpu_s = number("cpu_s")?;
            println!(
                "{set}: {} detections, {} fires, mean probability of background {:.3} (usual times {:.2})",
                count("detections")?,
                count("fires")?,
                number("p_background")?,
                number("scale")?
            );
            println!(
                "  {cpu_s:.2} s: read {:.2}, merged {:.2}, weighed {:.2}, sides {:.2}  <= {YEAR_S_GOAL}  {}",
                number("read_s")?,
                number("merge_s")?,
                number("background_s")?,
                number("side_s")?,
                verdict(cpu_s <= YEAR_S_GOAL)
            );
        }
        None => bail!("the example printed a line without a set"),
    }
    Ok(())
}
