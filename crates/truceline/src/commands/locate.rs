//! `truceline locate`: where and when, from a closed file of detections, or from sensors and their arrivals.
mod arrivals;
mod detections;

use crate::tables;
use crate::threads::Threads;
use anyhow::{Result, anyhow, bail};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use truceline_formats::arrivals::{TimeForm, seconds};
use truceline_model::time::Time;

/// Locate events: where and when, with the regions that hold the stated probability.
///
/// FILE is infrapy's `dets.json`; detections with the same `Event` label make one event. Or `--sensors` and `--arrivals`
/// name two CSV files of any kinds of sensors and waves: all arrivals are one event, or those with the same label in
/// the column `event`. Nothing is registered.
#[derive(Debug, Args)]
#[command(after_help = format!("{}\n\nExamples:\n  truceline locate examples/utah-2004/detections.json \
    --at -112.896,41.131,2004-06-02T17:23:04Z\n  truceline locate --sensors examples/invented-network/sensors.csv \
    --arrivals examples/invented-network/one-event.csv", tables::HELP))]
pub(crate) struct Locate {
    /// Detections as JSON
    #[arg(required_unless_present = "sensors", conflicts_with_all = ["sensors", "arrivals", "config"])]
    file: Option<PathBuf>,
    /// The sensors, as CSV
    #[arg(long, value_name = "FILE", requires = "arrivals")]
    sensors: Option<PathBuf>,
    /// Their arrivals, as CSV
    #[arg(long, value_name = "FILE", requires = "sensors")]
    arrivals: Option<PathBuf>,
    /// What is known of the network beforehand, as TOML: speeds, temperature, depths
    #[arg(long, value_name = "FILE", requires = "sensors")]
    config: Option<PathBuf>,
    /// How does this place, and this time, stand in the result: LON,LAT[,TIME], or X_M,Y_M[,SECONDS] in a frame of metres
    #[arg(long, value_name = "LON,LAT[,TIME]", allow_hyphen_values = true, value_parser = parse_at)]
    at: Option<At>,
    /// On which side of this line: GeoJSON, a LineString or a MultiLineString; left and right as its vertices run. Properties:
    /// sigma_m, the line's standard deviation across itself, and left and right, names of the sides
    #[arg(long, value_name = "FILE", requires = "sensors")]
    line: Option<PathBuf>,
    /// Compute with the numbers of this file (detections)
    #[arg(long, value_name = "FILE", conflicts_with = "sensors", alias = "configuration")]
    numbers: Option<PathBuf>,
    #[command(flatten)]
    threads: Threads,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A place, in degrees or metres, and perhaps a time to look up.
#[derive(Debug, Clone, Copy)]
struct At {
    x: f64,
    y: f64,
    time: Option<(Time, TimeForm)>,
}

fn parse_at(text: &str) -> Result<At> {
    let expected =
        || anyhow!("expected LON,LAT[,TIME] such as -112.896,41.131,2004-06-02T17:23:04Z, or X_M,Y_M[,SECONDS]");
    let mut parts = text.splitn(3, ',');
    let mut number = || parts.next().and_then(|part| part.trim().parse::<f64>().ok()).ok_or_else(expected);
    let (x, y) = (number()?, number()?);
    if !(x.is_finite() && y.is_finite()) {
        bail!("longitude {x}, latitude {y} is no place");
    }
    let time = parts.next().map(str::trim).map(|part| match seconds(part) {
        Some(Some(time)) => Ok((time, TimeForm::Seconds)),
        _ => Time::parse(part).map(|time| (time, TimeForm::Date)),
    });
    Ok(At { x, y, time: time.transpose()? })
}

/// Refuses `--at` as the parser of the command line does, once it is known what it must be.
fn refuse_at(message: &str) -> ExitCode {
    eprintln!("error: invalid value for '--at <LON,LAT[,TIME]>': {message}");
    ExitCode::from(2)
}

impl At {
    /// Why this cannot be degrees, if it cannot.
    fn no_degrees(self) -> Option<String> {
        let (x, y) = (self.x, self.y);
        let wrong = !(x.abs() <= 180.0 && y.abs() <= 90.0);
        wrong.then(|| format!("longitude {x}, latitude {y} is no place; longitude comes first"))
    }
}

impl Locate {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match (&self.file, &self.sensors, &self.arrivals) {
            (Some(file), _, _) => self.of_detections(file),
            (None, Some(sensors), Some(arrivals)) => self.of_arrivals(sensors, arrivals),
            _ => bail!("expected a file of detections, or --sensors and --arrivals"),
        }
    }
}
