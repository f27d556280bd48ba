//! `truceline locate --sensors --arrivals`: from sensors of any kind and their arrivals.
use super::{At, Locate, refuse_at};
use crate::located::{self, Levels, NamedLine};
use crate::tables::Tables;
use crate::{contradictions, output, physics};
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use truceline_formats::arrivals::TimeForm;
use truceline_formats::network::Network;
use truceline_formats::sensors::Frame;
use truceline_model::measurement::{Measurement, Sensor, Site};
use truceline_science::locate::{
    EvidenceError, OffSensor, Point, Priors, Solution, Without, consistency, evidence, learn, without_owners,
};

/// One event of the file.
struct Located {
    id: String,
    members: Vec<usize>,
    solution: Solution,
    without: Vec<Without>,
    at: Option<Levels>,
    compute_ms: f64,
}

/// One event's place, or why it has none.
struct Placed<'a> {
    label: &'a str,
    members: Vec<usize>,
    priors: Priors,
    solution: Result<Solution, EvidenceError>,
    compute_ms: f64,
}

/// At most so many sensors are named and left out: each costs another turn over all events, and where more are off than
/// this the stated places or times of the whole file are.
const NAMED_MAX: usize = 8;

impl Locate {
    pub(super) fn of_arrivals(&self, sensors: &Path, arrivals: &Path) -> Result<ExitCode> {
        let network = physics::named(self.config.as_deref())?;
        let tables = Tables::read(sensors, arrivals)?;
        let line = self.line.as_deref().map(NamedLine::read).transpose()?;
        if let Some(message) = self.at_does_not_fit(&tables) {
            return Ok(refuse_at(&message));
        }
        let measurements = tables.measurements();
        let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (member, arrival) in tables.arrivals.arrivals.iter().enumerate() {
            groups.entry(arrival.event.as_deref().unwrap_or("")).or_default().push(member);
        }
        // Where some have a label, those without one belong to no event.
        let unlabelled = if groups.len() > 1 { groups.remove("").unwrap_or_default() } else { Vec::new() };
        let sensors = &tables.sensors.sensors;
        let (mut off, mut isolated): (Vec<OffSensor>, Vec<usize>) = (Vec::new(), Vec::new());
        let (placed, contradicting) = loop {
            let priors = self.priors(&tables, &measurements, &groups, &network)?;
            let outlier_share = priors.first().map_or(0.0, |priors| priors.outlier_share);
            let placed: Vec<Placed<'_>> = groups
                .iter()
                .zip(priors)
                .map(|((label, members), priors)| self.place(sensors, &measurements, label, members, priors))
                .collect();
            let solutions: Vec<&Solution> = placed.iter().filter_map(|one| one.solution.as_ref().ok()).collect();
            let found = consistency(sensors, &measurements, &solutions, outlier_share);
            // The surest first, and all events anew without it: what it moved may have been laid to another.
            let Some(one) = found.sensors.first().copied().filter(|_| off.len() < NAMED_MAX) else {
                break (placed, found.contradicting);
            };
            off.push(one);
            for members in groups.values_mut() {
                isolated.extend(members.extract_if(.., |member| measurements[*member].sensor == one.sensor));
            }
        };
        let (mut events, mut unlocated) = (Vec::new(), Vec::new());
        for one in placed {
            let id = if one.label.is_empty() { "1" } else { one.label };
            match self.finished(id, &tables, &measurements, one) {
                Ok(event) => events.push(event),
                Err(error) => unlocated.push((id, error.to_string())),
            }
        }
        if self.json {
            let rows = |members: &[usize]| members.iter().map(|member| tables.row(*member)).collect::<Vec<usize>>();
            let answer = json!({
                "events": events.iter().map(|event| {
                    let mut value = located::to_json(&tables, &event.solution);
                    value["event_id"] = json!(event.id);
                    value["class"] = json!("not assessed");
                    value["arrivals"] = json!(rows(&event.members));
                    value["residuals"] = located::residuals_json(&tables, &event.solution);
                    value["without_owners"] = located::without_json(&event.solution, &event.without, line.as_ref());
                    value["compute_ms"] = json!(event.compute_ms);
                    if let Some(at) = &event.at {
                        value["at"] = at.to_json();
                    }
                    if let Some(line) = &line {
                        value["line"] = line.of(&event.solution).to_json();
                    }
                    value
                }).collect::<Vec<Value>>(),
                "unlocated": unlocated.iter().map(|(id, why)| json!({ "event_id": id, "reason": why }))
                    .collect::<Vec<Value>>(),
                "unlabelled": rows(&unlabelled),
                "inconsistent": contradictions::off_json(sensors, &off),
                "contradicting_owners": contradictions::pairs_json(&contradicting),
                "isolated": rows(&isolated),
                "set_aside": tables.notes(),
            });
            output::print(&format!("{answer}\n"))?;
        } else {
            let text: String = events.iter().map(|event| to_words(&tables, event, line.as_ref())).collect();
            let off = contradictions::off_words(sensors, &off, isolated.len());
            output::print(&(text + &off + &contradictions::pairs_words(&contradicting)))?;
        }
        tables.warn();
        if !unlabelled.is_empty() {
            eprintln!("truceline: {} arrivals have no label in the column event and are in none", unlabelled.len());
        }
        for (id, why) in &unlocated {
            eprintln!("truceline: event {id}: {why}");
        }
        Ok(if events.is_empty() { ExitCode::from(1) } else { ExitCode::SUCCESS })
    }

    /// Why the place and time that are asked for cannot stand in the files' frame and form, if they cannot.
    fn at_does_not_fit(&self, tables: &Tables) -> Option<String> {
        let at = self.at?;
        match (at.time, tables.arrivals.time_form) {
            _ if tables.sensors.frame == Frame::Geographic && at.no_degrees().is_some() => at.no_degrees(),
            (Some((_, TimeForm::Date)), TimeForm::Seconds) => Some("expected seconds, as in the arrivals".to_owned()),
            (Some((_, TimeForm::Seconds)), TimeForm::Date) => Some("expected RFC 3339, as in the arrivals".to_owned()),
            _ => None,
        }
    }

    /// Priors of each event; where the file holds many, how well times hold is learnt from all of them first.
    fn priors(
        &self,
        tables: &Tables,
        measurements: &[Measurement],
        groups: &BTreeMap<&str, Vec<usize>>,
        network: &Network,
    ) -> Result<Vec<Priors>> {
        let sensors = &tables.sensors.sensors;
        let of = |members: &Vec<usize>| physics::location(network, sensors, measurements, members, None);
        let mut priors = groups.values().map(of).collect::<Result<Vec<Priors>>>()?;
        if network.associate.learn.unwrap_or(true) {
            let events: Vec<(&[usize], &Priors)> = groups.values().map(Vec::as_slice).zip(&priors).collect();
            // An event that cannot be computed with is named when it is located.
            if let Ok(Some(learnt)) = learn(sensors, measurements, &events) {
                priors = priors.iter().map(|priors| priors.with_times(&learnt)).collect();
            }
        }
        Ok(priors)
    }

    fn place<'a>(
        &self,
        sensors: &[Sensor],
        measurements: &[Measurement],
        label: &'a str,
        members: &[usize],
        priors: Priors,
    ) -> Placed<'a> {
        let begin = Instant::now();
        let solution = evidence(sensors, measurements, members, &priors, self.threads.count());
        let compute_ms = begin.elapsed().as_secs_f64() * 1e3;
        Placed { label, members: members.to_vec(), priors, solution, compute_ms }
    }

    fn finished(&self, id: &str, tables: &Tables, measurements: &[Measurement], placed: Placed<'_>) -> Result<Located> {
        let Placed { members, priors, solution, compute_ms, .. } = placed;
        let (solution, sensors) = (solution?, &tables.sensors.sensors);
        let threads = self.threads.count();
        // Where no owner is named each sensor is its own, and nobody asks for each of them. Of one owner nothing would be left.
        let owned = self.json && sensors.iter().any(|sensor| sensor.owner != sensor.id);
        let without = if owned { without_owners(sensors, measurements, &members, &priors, threads)? } else { vec![] };
        let without = if without.len() > 1 { without } else { Vec::new() };
        let at = self.at.map(|At { x, y, time }| {
            let levels = solution.levels_at(Point { x, y }, time.map(|(time, _)| time));
            let site = match tables.sensors.frame {
                Frame::Geographic => Site::Geographic { lon_deg: x, lat_deg: y, elevation_m: 0.0 },
                Frame::Local => Site::Local { x_m: x, y_m: y, z_m: 0.0 },
            };
            Levels::new(&solution, site, levels)
        });
        Ok(Located { id: id.to_owned(), members, solution, without, at, compute_ms })
    }
}

fn to_words(tables: &Tables, event: &Located, line: Option<&NamedLine>) -> String {
    let mut text = format!("event {}, {} arrivals, kind not assessed\n", event.id, event.members.len());
    text += &located::to_words(tables, &event.solution);
    if let Some(at) = &event.at {
        text += &at.to_words();
    }
    if let Some(line) = line {
        text += &line.of(&event.solution).to_words();
    }
    text + &format!("  computed in {:.1} ms\n", event.compute_ms)
}
