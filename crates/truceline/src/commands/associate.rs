//! `truceline associate`: which arrivals belong together, and where and when that was.
use crate::located::{self, NamedLine, Sided};
use crate::tables::{self, Tables, place_words};
use crate::threads::Threads;
use crate::{contradictions, kind, output, physics};
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
use truceline_science::associate::{Associated, Association, Learnt, LeftOut, Unused, associate, contradicting};
use truceline_science::classify::{Classes, Ground};
use truceline_science::locate::{
    Ellipse, EllipseRegion, Heights, OWNERS_MAX, OwnerLeftOut, Placed, Priors, Solution, evidence, fit, leave_out,
};

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
    /// On which side of this line: GeoJSON, a LineString or a MultiLineString; left and right as its vertices run. Properties:
    /// sigma_m, the line's standard deviation across itself, and left and right, names of the sides
    #[arg(long, value_name = "FILE")]
    line: Option<PathBuf>,
    #[command(flatten)]
    threads: Threads,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// An event, its regions, and what its arrivals say of its kind.
struct Found {
    id: String,
    event: Associated,
    place: Place,
    /// Where it is without each owner, where owners are named.
    left_out: Vec<OwnerLeftOut>,
    classes: Option<Classes>,
}

impl Found {
    /// On which side of a line it is; nothing where it has no place.
    fn sided<'a>(&self, line: &'a NamedLine) -> Option<Sided<'a>> {
        match &self.place {
            Place::Curvature(ellipse) => Some(line.of_normal(self.event.site, ellipse)),
            Place::Posterior(solution) => Some(line.of(solution)),
            Place::Unknown(_) => None,
        }
    }
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
        let line = self.line.as_deref().map(NamedLine::read).transpose()?;
        let mut settings = physics::association(&network);
        let mut measurements = tables.measurements();
        let sensors = &tables.sensors.sensors;
        // Where no owner is named each sensor is its own, and nobody asks for each of them.
        let owned = self.json && sensors.iter().any(|sensor| sensor.owner != sensor.id);
        settings.owners_max = if owned { OWNERS_MAX } else { 0 };
        let progress = Progress::begin(measurements.len(), sensors.len());
        let begin = Instant::now();
        let found = associate(sensors, &measurements, &settings, self.threads.count())?;
        let compute_ms = begin.elapsed().as_secs_f64() * 1e3;
        progress.end();
        found.read(&mut measurements);
        let contradicting = contradicting(sensors, &measurements, &found);
        let events: Vec<Found> = found
            .events
            .iter()
            .enumerate()
            .map(|(at, event)| {
                let members: Vec<Measurement> = event.members.iter().map(|member| measurements[*member]).collect();
                let event = relocated(&network, sensors, &measurements, event, &found);
                let place = self.place(&network, sensors, &measurements, &event, &found.learnt);
                let left_out = match owned {
                    true => self.left_out(&network, sensors, &measurements, &event, &found, &place),
                    false => Vec::new(),
                };
                let depth =
                    event.depth_m.map(|depth_m| Ground::Below { depth_m, sigma_m: event.covariance[3][3].sqrt() });
                let classes = kind::kinds(sensors, &members, event.site, depth);
                Found { id: (at + 1).to_string(), event, place, left_out, classes }
            })
            .collect();
        if self.json {
            let answer = json!({
                "events": events.iter().map(|event| event_json(&tables, event, &found, line.as_ref())).collect::<Vec<Value>>(),
                "unassociated": rows(&tables, &found.left),
                "unused": found.unused.iter().map(|(member, why)| {
                    json!({ "row": tables.row(*member), "reason": reason(*why) })
                }).collect::<Vec<Value>>(),
                "inconsistent": contradictions::sensors_json(sensors, &found),
                "inconsistent_owners": contradictions::owners_json(sensors, &found),
                "contradicting_owners": contradictions::pairs_json(&contradicting),
                "set_aside": tables.notes(),
                "learnt": learnt_json(&found.learnt),
                "compute_ms": compute_ms,
            });
            output::print(&format!("{answer}\n"))?;
        } else {
            let text = words(&tables, &events, &found, compute_ms, line.as_ref());
            output::print(&(text + &contradictions::pairs_words(&contradicting)))?;
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
            .map(|member| sensors[measurements[*member].sensor].site.distance_m(event.site))
            .collect();
        distances_m.sort_by(f64::total_cmp);
        let middle_m = distances_m.get(distances_m.len() / 2).copied().unwrap_or(0.0);
        let covariance = &event.covariance;
        // The associator's paths are straight: where layers are told, the locator's rays through them say place and depth.
        let layered = !network.ground.layers.is_empty();
        match Ellipse::new(covariance[1][1], covariance[1][2], covariance[2][2]) {
            Some(ellipse) if !layered && ellipse.longest_p90_m() <= NORMAL_UP_TO * middle_m => {
                Place::Curvature(ellipse)
            }
            _ => {
                let solution = level_priors(network, sensors, measurements, event, learnt).and_then(|priors| {
                    Ok(evidence(sensors, measurements, &event.members, &priors, self.threads.count())?)
                });
                solution
                    .map_or_else(|error| Place::Unknown(error.to_string()), |found| Place::Posterior(Box::new(found)))
            }
        }
    }

    /// Where the event is without each of its owners; nothing where it has no place.
    fn left_out(
        &self,
        network: &Network,
        sensors: &[Sensor],
        measurements: &[Measurement],
        event: &Associated,
        found: &Association,
        place: &Place,
    ) -> Vec<OwnerLeftOut> {
        let placed = match place {
            Place::Curvature(ellipse) => Some(Placed { most_probable: event.site, area_p90_m2: ellipse.p90_m2() }),
            Place::Posterior(solution) => solution.placed(),
            Place::Unknown(_) => None,
        };
        let left_out = placed.zip(level_priors(network, sensors, measurements, event, &found.learnt).ok());
        let left_out = left_out.and_then(|(placed, priors)| {
            leave_out(sensors, measurements, &event.members, &priors, &placed, self.threads.count()).ok()
        });
        left_out.unwrap_or_default()
    }
}

/// Priors for locating an event: on its own level where it has one, at any depth where layers are told.
fn level_priors(
    network: &Network,
    sensors: &[Sensor],
    measurements: &[Measurement],
    event: &Associated,
    learnt: &Learnt,
) -> Result<Priors> {
    let layered = !network.ground.layers.is_empty();
    // What was learnt of straight paths is not how well rays hold.
    let learnt = Some(learnt).filter(|_| !layered);
    let mut priors = physics::location(network, sensors, measurements, &event.members, learnt)?;
    if event.depth_m.is_some() && !layered {
        priors.heights = Heights::Level { depth_m: physics::below_datum_m(event.site) };
    }
    Ok(priors)
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
        Unused::WrongPhase => "its kind of sensor does not register such a phase",
        Unused::NotANumber => "a number in it has no meaning",
        Unused::Duplicate => "another arrival of its sensor has the same time and phase",
        Unused::Inconsistent => "its sensor contradicts the others over many events: see inconsistent",
        Unused::Late => "it came after its time was closed",
    }
}

fn event_json(tables: &Tables, found: &Found, all: &Association, line: Option<&NamedLine>) -> Value {
    let (event, frame) = (&found.event, all.frame);
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
    if let Some(depth_m) = event.depth_m.filter(|_| value["origin"]["depth_m"].is_null()) {
        value["origin"]["depth_m"] = json!(depth_m.round());
        value["origin"]["depth_sigma_m"] = json!(event.covariance[3][3].sqrt().round());
    }
    let (class, classes) = kind::json_of(found.classes.as_ref());
    value["event_id"] = json!(found.id);
    value["p_real"] = json!(event.p_real);
    value["class"] = class;
    value["classes"] = classes;
    value["arrivals"] = json!(rows(tables, &event.members));
    let without = found.left_out.iter().map(|one| {
        let of_owner = |left_out: &&LeftOut| tables.sensors.sensors[left_out.sensor].owner == one.owner;
        let p_real = event.left_out.iter().find(of_owner).map(|left_out| left_out.p_real);
        located::left_out_json(&one.owner, one.members, one.rest.map(|rest| (rest.placed, rest.moved_m)), p_real)
    });
    value["without_owners"] = without.collect();
    if let Some(sided) = line.and_then(|line| found.sided(line)) {
        value["line"] = sided.to_json();
    }
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

fn words(tables: &Tables, events: &[Found], found: &Association, compute_ms: f64, line: Option<&NamedLine>) -> String {
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
        let (mut site, mut time, mut depth_m) = (event.site, event.time, event.depth_m);
        if let Place::Posterior(solution) = &one.place {
            (site, time) = (solution.mean, solution.time_mean.unwrap_or(time));
            depth_m = solution.depth.map(|depth| depth.mean_m).or(depth_m);
        }
        lines.push([
            one.id.clone(),
            tables.time_words(time),
            place_words(site),
            area,
            depth_m.map_or("-".to_owned(), |depth_m| format!("{:.1} km", depth_m / 1e3)),
            event.members.len().to_string(),
            format!("{:.3}", event.p_real),
            kind::name_of(one.classes.as_ref()).to_owned(),
        ]);
    }
    let mut text = output::table(&lines);
    for (one, line) in events.iter().filter_map(|one| Some((one, one.sided(line?)?))) {
        text += &format!("event {}{}", one.id, line.to_words());
    }
    text += &contradictions::words(&tables.sensors.sensors, found);
    text += &format!(
        "{} events from {} arrivals; {} belong to none\n",
        events.len(),
        tables.arrivals.arrivals.len(),
        found.left.len() + found.unused.len()
    );
    text + &format!("computed in {compute_ms:.1} ms\n")
}
