//! `truceline associate`: which arrivals belong together, and where and when that was.
use crate::tables::{self, Tables, place_words};
use crate::{kind, output, physics};
use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use truceline_formats::spelling::{kind_name, phase_name};
use truceline_model::measurement::{Measurement, Site};
use truceline_science::associate::{Associated, Association, Learnt, Unused, associate};
use truceline_science::classify::Classes;

/// Find the events in a file of arrivals: which belong together, where and when that was, and how sure.
///
/// Any kind of sensor and wave may stand in one file. How far sensors see, how their times scatter and how much clutter
/// there is are learnt from the arrivals; sensors that stayed silent count against an event. Nothing is registered.
#[derive(Debug, Args)]
#[command(after_help = format!("{}\n\nExample:\n  truceline associate --sensors examples/invented-network/sensors.csv \
    --arrivals examples/invented-network/arrivals.csv", tables::HELP))]
pub(crate) struct Associate {
    /// The sensors, as CSV
    #[arg(long, value_name = "FILE")]
    sensors: PathBuf,
    /// Their arrivals, as CSV
    #[arg(long, value_name = "FILE")]
    arrivals: PathBuf,
    /// What is known of the network beforehand, as TOML: speeds, temperature, depths (examples/invented-network)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How many threads compute; never moves a result
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// An event, and what its arrivals say of its kind.
struct Found<'a> {
    id: String,
    event: &'a Associated,
    classes: Option<Classes>,
}

impl Associate {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let network = physics::named(self.config.as_deref())?;
        let tables = Tables::read(&self.sensors, &self.arrivals)?;
        let settings = physics::association(&network);
        let measurements = tables.measurements();
        let sensors = &tables.sensors.sensors;
        let progress = Progress::begin(measurements.len(), sensors.len());
        let begin = Instant::now();
        let found = associate(sensors, &measurements, &settings, usize::from(self.threads))?;
        let compute_ms = begin.elapsed().as_secs_f64() * 1e3;
        progress.end();
        let events: Vec<Found<'_>> = found
            .events
            .iter()
            .enumerate()
            .map(|(at, event)| {
                let members: Vec<Measurement> = event.members.iter().map(|member| measurements[*member]).collect();
                let classes = kind::kinds(sensors, &members, event.site, None);
                Found { id: (at + 1).to_string(), event, classes }
            })
            .collect();
        if self.json {
            let answer = json!({
                "events": events.iter().map(|event| event_json(&tables, event)).collect::<Vec<Value>>(),
                "unassociated": rows(&tables, &found.left),
                "unused": found.unused.iter().map(|(member, why)| {
                    json!({ "row": tables.row(*member), "reason": reason(*why) })
                }).collect::<Vec<Value>>(),
                "set_aside": tables.notes(),
                "learnt": learnt_json(&found.learnt),
                "compute_ms": compute_ms,
            });
            output::print(&format!("{answer}\n"))?;
        } else {
            output::print(&words(&tables, &events, &found, compute_ms))?;
        }
        tables.warn();
        Ok(if events.is_empty() { ExitCode::from(1) } else { ExitCode::SUCCESS })
    }
}

/// A line on the terminal for work that may take long.
struct Progress(bool);

impl Progress {
    fn begin(arrivals: usize, sensors: usize) -> Self {
        /// Fewer are done before the line could be read.
        const LONG: usize = 5_000;
        let shown = arrivals >= LONG && std::io::stderr().is_terminal();
        if shown {
            eprint!("associating {arrivals} arrivals at {sensors} sensors ...");
        }
        Self(shown)
    }

    fn end(self) {
        if self.0 {
            eprint!("\r\x1b[K");
        }
    }
}

fn rows(tables: &Tables, members: &[usize]) -> Vec<usize> {
    let mut rows: Vec<usize> = members.iter().map(|member| tables.row(*member)).collect();
    rows.sort_unstable();
    rows
}

fn reason(why: Unused) -> &'static str {
    match why {
        Unused::UnknownSensor => "its sensor is not among the sensors",
        Unused::UnknownPhase => "it names no phase, and its sensor registers several",
        Unused::WrongPhase => "its kind of sensor does not register such a phase",
        Unused::NotANumber => "a number in it has no meaning",
        Unused::Duplicate => "another arrival of its sensor has the same time and phase",
    }
}

fn event_json(tables: &Tables, found: &Found<'_>) -> Value {
    let event = found.event;
    let mut origin = match event.site {
        Site::Geographic { lon_deg, lat_deg, elevation_m } => {
            json!({ "lon": lon_deg, "lat": lat_deg, "depth_m": 0.0 - elevation_m })
        }
        Site::Local { x_m, y_m, z_m } => json!({ "x_m": x_m, "y_m": y_m, "depth_m": 0.0 - z_m }),
    };
    origin["time"] = tables.time(event.time);
    let (class, classes) = kind::json_of(found.classes.as_ref());
    json!({
        "event_id": found.id,
        "origin": origin,
        "p_real": event.p_real,
        "class": class,
        "classes": classes,
        "arrivals": rows(tables, &event.members),
    })
}

fn learnt_json(learnt: &Learnt) -> Value {
    let classes = learnt.classes.iter().filter(|class| class.in_use).map(|class| {
        json!({
            "kind": kind_name(class.kind),
            "phase": phase_name(class.phase),
            "speed_m_s": class.speed_m_s,
            "time_sigma_s": class.time_sigma_s,
            "range_m": class.detection.range_m,
            "clutter_per_hour": class.clutter_per_s * 3600.0,
        })
    });
    json!({ "events_per_hour": learnt.events_per_s * 3600.0, "waves": classes.collect::<Vec<Value>>() })
}

fn words(tables: &Tables, events: &[Found<'_>], found: &Association, compute_ms: f64) -> String {
    let mut lines = vec![["event", "time", "place", "depth km", "arrivals", "p real", "kind"].map(str::to_owned)];
    for one in events {
        let event = one.event;
        let (Site::Geographic { elevation_m: up_m, .. } | Site::Local { z_m: up_m, .. }) = event.site;
        lines.push([
            one.id.clone(),
            tables.time_words(event.time),
            place_words(event.site),
            format!("{:.1}", 0.0 - up_m / 1e3),
            event.members.len().to_string(),
            format!("{:.3}", event.p_real),
            kind::name_of(one.classes.as_ref()).to_owned(),
        ]);
    }
    let mut text = output::table(&lines);
    text += &format!(
        "{} events from {} arrivals; {} belong to none\n",
        events.len(),
        tables.arrivals.arrivals.len(),
        found.left.len() + found.unused.len()
    );
    text + &format!("computed in {compute_ms:.1} ms\n")
}
