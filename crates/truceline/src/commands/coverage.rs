//! `truceline coverage`: what could have been seen, where and when.
mod hindered;
pub(crate) mod hours;
pub(crate) mod network;
mod picture;
pub(crate) mod survey;
mod words;

use crate::commands::coverage::hindered::Hindered;
use crate::commands::coverage::hours::Hours;
use crate::commands::coverage::network::{Medium, Watching};
use crate::commands::coverage::survey::{Frontier, Survey};
use crate::threads::Threads;
use crate::{output, physics};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_formats::arrivals;
use truceline_formats::noise;
use truceline_formats::sensors;
use truceline_science::coverage::Demand;

/// Show what could have been seen: how probably an event would have been registered, by place, kind of wave and hour.
///
/// How far sensors see is learnt from ARRIVALS, or stated in the configuration ([[detection]]). An event counts as seen where
/// enough sensors of enough owners register it. A count without its coverage says nothing: no event found is not no event.
#[derive(Debug, Args)]
#[command(after_help = "\
SENSORS and ARRIVALS are the files of `truceline associate`. HINDRANCES is the file that `truceline load` \
takes: of the sensors that it names, or that lie within radius_m of where signals were jammed or forged, power or links were down \
or weather kept from seeing, the share `lost` is lost; where none is stated all of it, of weather and of what stops people nothing. NOISE has \
sensor_id,from,to,louder_db: noise was louder by so many decibels; * is every sensor. The answer's ratios say how many times as far an event is registered as \
one of middle strength: 0.5 is an event half as far-reaching. Of infrasound four times the charge reaches twice as far.

Examples:
  truceline coverage --sensors examples/invented-network/sensors.csv --arrivals examples/invented-network/arrivals.csv
  truceline coverage --sensors SENSORS.csv --config network.toml --hindrances HINDRANCES.csv --line LINE.geojson --picture map.svg
  truceline coverage --sensors SENSORS.csv --config network.toml --place 3 --like 'infrasound array'")]
pub(crate) struct Coverage {
    /// The sensors, as CSV
    #[arg(long, value_name = "FILE")]
    sensors: PathBuf,
    /// Arrivals from which to learn how far the sensors see, as CSV
    #[arg(long, value_name = "FILE", required_unless_present = "config")]
    arrivals: Option<PathBuf>,
    /// What is known of the network beforehand, as TOML; [[detection]] says how far sensors see
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// What kept sensors from seeing, as CSV or JSON
    #[arg(long, value_name = "FILE")]
    hindrances: Option<PathBuf>,
    /// When noise was louder, as CSV
    #[arg(long, value_name = "FILE")]
    noise: Option<PathBuf>,
    /// The line along which coverage is also told, as GeoJSON
    #[arg(long, value_name = "FILE")]
    line: Option<PathBuf>,
    /// The first hour's begin: a time as in the files. Without, it begins with the first arrival, hindrance or noise
    #[arg(long, value_name = "TIME", requires = "to", allow_hyphen_values = true)]
    from: Option<String>,
    /// The end of the last hour
    #[arg(long, value_name = "TIME", requires = "from", allow_hyphen_values = true)]
    to: Option<String>,
    /// How many sensors must register an event
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=8))]
    sensors_min: u8,
    /// Of how many owners
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=4))]
    owners_min: u8,
    /// From which probability on a place counts as seen
    #[arg(long, value_name = "P", default_value_t = 0.9, value_parser = probability)]
    probability: f64,
    /// The side of a cell, km; without, about a fiftieth of the area
    #[arg(long, value_name = "KM", value_parser = kilometres)]
    cell_km: Option<f64>,
    /// How far around the sensors to look, km; without, a quarter of their longer side
    #[arg(long, value_name = "KM", value_parser = kilometres)]
    margin_km: Option<f64>,
    /// Propose where so many more sensors help most, all of one further owner
    #[arg(long, value_name = "N", requires = "like", value_parser = clap::value_parser!(u8).range(1..=8))]
    place: Option<u8>,
    /// Of which kind these are, such as 'infrasound array'
    #[arg(long, value_name = "KIND")]
    like: Option<String>,
    /// Draw the map into this file, as SVG
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    #[command(flatten)]
    threads: Threads,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn probability(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "expected a number".to_owned())?;
    if value > 0.0 && value < 1.0 { Ok(value) } else { Err("expected more than 0 and less than 1".to_owned()) }
}

fn kilometres(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "expected a number".to_owned())?;
    if value > 0.0 && value <= 10_000.0 { Ok(value) } else { Err("expected more than 0 and up to 10000".to_owned()) }
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

impl Coverage {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let known = physics::named(self.config.as_deref())?;
        let mut sensors = sensors::read(&self.sensors.display().to_string(), &bytes(&self.sensors)?)?;
        let arrivals = match &self.arrivals {
            Some(path) => Some(arrivals::read(&path.display().to_string(), &bytes(path)?, &sensors)?),
            None => None,
        };
        if let Some(arrivals) = &arrivals {
            sensors.suggest_kinds(&arrivals.arrivals);
        }
        let noise = match &self.noise {
            Some(path) => Some(noise::read(&path.display().to_string(), &bytes(path)?, &sensors)?),
            None => None,
        };
        for bad in noise.iter().flat_map(|noise| &noise.set_aside.rows) {
            eprintln!("truceline: {}", bad.error);
        }
        let threads = self.threads.count();
        let measured =
            arrivals.as_ref().map(|arrivals| arrivals.arrivals.iter().map(|one| one.measurement).collect::<Vec<_>>());
        let watching = Watching::new(&known, &sensors.sensors, measured.as_deref(), threads)?;
        let hindered = match &self.hindrances {
            Some(path) => Hindered::read(path, &watching)?,
            None => Hindered::default(),
        };
        let span = self.from.as_deref().zip(self.to.as_deref());
        let hours = Hours::new(watching.sensors.len(), arrivals.as_ref(), &hindered, noise.as_ref(), span)?;
        let line = self.line.as_deref().map(|path| Frontier::read(path, &watching)).transpose()?;
        let demand = Demand { sensors_min: usize::from(self.sensors_min), owners_min: usize::from(self.owners_min) };
        if demand.owners_min > demand.sensors_min {
            bail!("--owners-min {} is more than --sensors-min {}", demand.owners_min, demand.sensors_min);
        }
        let area = watching.area(self.cell_km, self.margin_km)?;
        let survey = Survey::new(&watching, &hours, &area, line, demand, self.probability, threads)?;
        let placing = match self.place.zip(self.like.as_deref()) {
            Some((count, like)) => Some(survey.place(&watching, &hours, like, usize::from(count), threads)?),
            None => None,
        };
        if let Some(path) = &self.picture {
            let picture = picture::draw(&survey, &watching, placing.as_ref());
            std::fs::write(path, picture).with_context(|| format!("cannot write {}", path.display()))?;
            eprintln!("truceline: the map is in {}", path.display());
        }
        let text = match self.json {
            true => format!("{}\n", words::json(&survey, &watching, &hours, placing.as_ref())),
            false => words::text(&survey, &watching, &hours, placing.as_ref()),
        };
        output::print(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The media in which something was learnt or stated, in one order; where there are several, also all together.
fn media(watching: &Watching) -> Vec<Medium> {
    let in_use = |medium: &Medium| watching.curves.iter().any(|curved| medium.holds(curved.phase));
    let mut media: Vec<Medium> = Medium::APART.into_iter().filter(in_use).collect();
    if media.len() > 1 {
        media.push(Medium::Any);
    }
    media
}
