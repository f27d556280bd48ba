//! `truceline associate`: which arrivals belong together, and where and when that was.
use crate::tables::{self, Tables, place_words};
use crate::{contradictions, kind, located, output, physics};
use anyhow::Result;
use clap::Args;
use serde_json::{Map, Value, json};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use truceline_formats::network::Network;
use truceline_formats::spelling::{kind_name, phase_name};
use truceline_model::measurement::{Measurement, Sensor};
use truceline_science::associate::{Associated, Association, Frame, Learnt, Unused, associate};
use truceline_science::classify::{Classes, Ground};
use truceline_science::locate::{Ellipse, EllipseRegion, Heights, Solution, evidence, fit};

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
    /// What is known of the network beforehand, as TOML: speeds, temperature, depths; examples/invented-network/network.toml holds all of it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How many threads compute; never moves a result
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// An event, its regions, and what its arrivals say of its kind.
struct Found {
    id: String,
    event: Associated,
    place: Place,
    classes: Option<Classes>,
}

/// How an event's place is known.
enum Place {
    /// By the curvature at the most probable point: there the posterior is as good as normal.
    Curvature(Ellipse),
    /// By the whole posterior.
    Posterior(Box<Solution>),
    /// Not at all: why.
    Unknown(String),
}

/// Half of the longest axis of the 90 % ellipse over the distance to the sensors, up to which the ellipse stands for the
/// posterior: up to there travel times are nearly straight lines over it. A whole posterior takes as long as a hundred
/// associations, and events of a network are many.
const NORMAL_UP_TO: f64 = 0.5;

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
        let events: Vec<Found> = found
            .events
            .iter()
            .enumerate()
            .map(|(at, event)| {
                let members: Vec<Measurement> = event.members.iter().map(|member| measurements[*member]).collect();
                let event = relocated(&network, sensors, &measurements, event, &found);
                let place = self.place(&network, sensors, &measurements, &event, &found.learnt);
                let depth = event.depth_m.map(|depth_m| Ground { depth_m, sigma_m: event.covariance[3][3].sqrt() });
                let classes = kind::kinds(sensors, &members, event.site, depth);
                Found { id: (at + 1).to_string(), event, place, classes }
            })
            .collect();
        if self.json {
            let answer = json!({
                "events": events.iter().map(|event| event_json(&tables, event, found.frame)).collect::<Vec<Value>>(),
                "unassociated": rows(&tables, &found.left),
                "unused": found.unused.iter().map(|(member, why)| {
                    json!({ "row": tables.row(*member), "reason": reason(*why) })
                }).collect::<Vec<Value>>(),
                "inconsistent": contradictions::sensors_json(sensors, &found),
                "inconsistent_owners": contradictions::owners_json(sensors, &found),
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

impl Associate {
    /// The place by the curvature where that will do, else by the whole posterior.
    fn place(
        &self,
        network: &Network,
        sensors: &[Sensor],
        measurements: &[Measurement],
        event: &Associated,
        learnt: &Learnt,
    ) -> Place {
        let mut distances_m: Vec<f64> = event
            .members
            .iter()
            .map(|member| kind::distance_m(sensors[measurements[*member].sensor].site, event.site))
            .collect();
        distances_m.sort_by(f64::total_cmp);
        let middle_m = distances_m.get(distances_m.len() / 2).copied().unwrap_or(0.0);
        let covariance = &event.covariance;
        match Ellipse::new(covariance[1][1], covariance[1][2], covariance[2][2]) {
            Some(ellipse) if ellipse.longest_p90_m() <= NORMAL_UP_TO * middle_m => Place::Curvature(ellipse),
            _ => {
                let priors = physics::location(network, sensors, measurements, &event.members, Some(learnt));
                let solution = priors.and_then(|mut priors| {
                    // On the level of the event, where it has one of its own.
                    if event.depth_m.is_some() {
                        priors.heights = Heights::Level { depth_m: physics::below_datum_m(event.site) };
                    }
                    Ok(evidence(sensors, measurements, &event.members, &priors, usize::from(self.threads))?)
                });
                solution
                    .map_or_else(|error| Place::Unknown(error.to_string()), |found| Place::Posterior(Box::new(found)))
            }
        }
    }
}

/// An event that microphones alone heard, where the locator's model puts it: it knows heights and outliers. The air's
/// temperature, where the file says it, tells more of the speed of sound than the few shots of a minute.
fn relocated(
    network: &Network,
    sensors: &[Sensor],
    measurements: &[Measurement],
    event: &Associated,
    found: &Association,
) -> Associated {
    let air_known = network.air.temperature_deg_c.or(network.air.sound_m_s).is_some();
    let learnt = Some(&found.learnt).filter(|_| !air_known);
    let priors = physics::location(network, sensors, measurements, &event.members, learnt);
    let priors = priors.ok().filter(|priors| priors.heights == Heights::First);
    let point = priors.and_then(|priors| fit(sensors, measurements, &event.members, &priors).ok());
    point.map_or_else(|| event.clone(), |point| event.clone().relocated(&found.frame, &point))
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
        Unused::Inconsistent => "its sensor contradicts the others over many events: see inconsistent",
        Unused::Late => "it came after its time was closed",
    }
}

fn event_json(tables: &Tables, found: &Found, frame: Frame) -> Value {
    let event = &found.event;
    let mut value = match &found.place {
        Place::Posterior(solution) => {
            let mut value = located::to_json(tables, solution);
            value["regions_by"] = json!("posterior");
            value
        }
        Place::Curvature(ellipse) => {
            let regions = ellipse.regions((event.place_m[0], event.place_m[1]));
            let region = |region: &EllipseRegion| {
                let point = |(x_m, y_m): &(f64, f64)| located::point_json(frame.site(*x_m, *y_m, 0.0));
                let polygon: Vec<Value> = region.ring_m.iter().map(point).collect();
                (format!("p{}", region.level_percent), json!({ "area_km2": region.area_m2 / 1e6, "polygon": polygon }))
            };
            let (east_m, north_m, east_north_m2) = ellipse.sigma();
            json!({
                "origin": located::site_json(event.site),
                "regions": regions.iter().map(region).collect::<Map<String, Value>>(),
                "regions_by": "curvature",
                "sigma": { "east_m": east_m, "north_m": north_m, "east_north_m2": east_north_m2 },
                // The ellipse is the bound itself: there is nothing to compare.
                "crlb_ratio": null,
            })
        }
        Place::Unknown(why) => json!({ "origin": located::site_json(event.site), "regions": null, "reason": why }),
    };
    if value["origin"]["time"].is_null() {
        value["origin"]["time"] = tables.time(event.time);
    }
    if let Some(depth_m) = event.depth_m {
        value["origin"]["depth_m"] = json!(depth_m.round());
        value["origin"]["depth_sigma_m"] = json!(event.covariance[3][3].sqrt().round());
    }
    let (class, classes) = kind::json_of(found.classes.as_ref());
    value["event_id"] = json!(found.id);
    value["p_real"] = json!(event.p_real);
    value["class"] = class;
    value["classes"] = classes;
    value["arrivals"] = json!(rows(tables, &event.members));
    let runner_up = event.runners_up.iter().map(|other| {
        let mut runner = located::site_json(frame.site(other.place_m[0], other.place_m[1], other.place_m[2]));
        runner["time"] = tables.time(other.time);
        runner["shared"] = json!(other.shared);
        runner
    });
    value["runner_up"] = runner_up.collect();
    value
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

fn words(tables: &Tables, events: &[Found], found: &Association, compute_ms: f64) -> String {
    let mut lines =
        vec![["event", "time", "place", "90 % region", "depth", "arrivals", "p real", "kind"].map(str::to_owned)];
    for one in events {
        let event = &one.event;
        let area = match &one.place {
            Place::Curvature(ellipse) => located::area_words(ellipse.p90_m2()),
            Place::Posterior(solution) => {
                let region = solution.regions.iter().find(|region| region.level_percent == 90);
                region.map_or("-".to_owned(), |region| located::area_words(region.area_m2))
            }
            Place::Unknown(_) => "-".to_owned(),
        };
        lines.push([
            one.id.clone(),
            tables.time_words(event.time),
            place_words(event.site),
            area,
            event.depth_m.map_or("-".to_owned(), |depth_m| format!("{:.1} km", depth_m / 1e3)),
            event.members.len().to_string(),
            format!("{:.3}", event.p_real),
            kind::name_of(one.classes.as_ref()).to_owned(),
        ]);
    }
    let mut text = output::table(&lines);
    text += &contradictions::words(&tables.sensors.sensors, found);
    text += &format!(
        "{} events from {} arrivals; {} belong to none\n",
        events.len(),
        tables.arrivals.arrivals.len(),
        found.left.len() + found.unused.len()
    );
    text + &format!("computed in {compute_ms:.1} ms\n")
}
