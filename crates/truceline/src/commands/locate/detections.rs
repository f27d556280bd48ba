//! `truceline locate FILE`: from a file of infrasound detections.
use super::{At, Locate, refuse_at};
use crate::configuration;
use crate::output;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use truceline_accord::words;
use truceline_formats::Delivery;
use truceline_model::configuration::{InfrasoundPriors, Number};
use truceline_model::place::{Place, Ring, polygons_of};
use truceline_model::posterior::Posterior;
use truceline_model::report::Report;
use truceline_science::locate::{Arrival, Levels, levels_at, locate};

/// One event of the file.
struct Located {
    label: String,
    detections: usize,
    posterior: Posterior,
    compute_ms: f64,
    at: Option<Levels>,
}

impl Locate {
    pub(super) fn of_detections(&self, file: &Path) -> Result<ExitCode> {
        if let Some(message) = self.at.and_then(At::no_degrees) {
            return Ok(refuse_at(&message));
        }
        let name = file.display().to_string();
        let bytes = std::fs::read(file).with_context(|| format!("cannot read {name}"))?;
        let Delivery::Detections(detections) = Delivery::read(&name, &bytes)? else {
            bail!("{name}: expected detections");
        };
        let configuration = match configuration::named(self.numbers.as_deref())? {
            Some(configuration) => configuration,
            None => configuration::shipped()?,
        };
        let priors = &configuration.infrasound;
        let mut reports: Vec<&Report> = detections.reports.iter().collect();
        reports.sort_by(|a, b| a.content_order().cmp(&b.content_order()));
        let mut groups: BTreeMap<&str, Vec<&Report>> = BTreeMap::new();
        let mut unused = Vec::new();
        for report in reports {
            let group = groups.entry(&report.event_label).or_default();
            // One array counts once in an event, as in the engine.
            if group.iter().any(|other| other.place == report.place) {
                unused.push(report);
            } else {
                group.push(report);
            }
        }
        let mut events = Vec::new();
        let mut unlocated = Vec::new();
        for (label, reports) in groups {
            match self.locate_one(label, &reports, priors) {
                Ok(located) => events.push(located),
                Err(error) => unlocated.push((label, error.to_string())),
            }
        }
        let refused = &detections.refusals;
        if self.json {
            let answer = json!({
                "file": name,
                "priors": priors_json(priors),
                "events": events.iter().map(to_json).collect::<Vec<_>>(),
                "unlocated": unlocated.iter().map(|(label, why)| json!({ "label": label, "reason": why }))
                    .collect::<Vec<_>>(),
                "unused": unused.iter().map(|report| {
                    json!({ "offset": offset(report), "reason": "its array is in this event already" })
                }).collect::<Vec<_>>(),
                "refused": refused.iter().map(|refusal| json!({
                    "offset": refusal.offset, "rule": refusal.rule, "expected": refusal.expected,
                })).collect::<Vec<_>>(),
            });
            output::print(&format!("{answer}\n"))?;
        } else {
            let mut text: String = events.iter().map(to_words).collect();
            text += "computed with\n";
            for Number { name, value, unit, source } in priors.numbers() {
                text += &format!("  {name:<22} {value:>9} {unit:<5} {source}\n");
            }
            output::print(&text)?;
        }
        for refusal in refused {
            eprintln!("truceline: {name}, {} ({}): {}", refusal.offset, refusal.rule, refusal.expected);
        }
        for report in &unused {
            eprintln!(
                "truceline: {name}, {}: not used, {} is in event {:?} already; give each event its own label",
                offset(report),
                report.source.source,
                report.event_label
            );
        }
        for (label, why) in &unlocated {
            eprintln!("truceline: {name}, event {label:?}: {why}");
        }
        Ok(if events.is_empty() { ExitCode::from(1) } else { ExitCode::SUCCESS })
    }

    fn locate_one(&self, label: &str, reports: &[&Report], priors: &InfrasoundPriors) -> Result<Located> {
        let begin = Instant::now();
        let arrivals: Vec<Arrival> = reports.iter().map(|report| Arrival::from_report(report)).collect();
        let posterior = locate(&arrivals, priors, self.threads.count())?;
        let compute_ms = begin.elapsed().as_secs_f64() * 1e3;
        let at = match self.at {
            Some(At { x, y, time }) => {
                let place = Place::from_degrees(y, x);
                let place = place.with_context(|| format!("--at: {x}, {y} is no longitude and latitude"))?;
                Some(levels_at(&posterior, place, time.map(|(time, _)| time)))
            }
            None => None,
        };
        Ok(Located { label: label.to_owned(), detections: reports.len(), posterior, compute_ms, at })
    }
}

/// A place as people read it: `40.835 N, 113.134 W`.
fn place_words(place: Place) -> String {
    let (lat, lon) = (place.lat_deg(), place.lon_deg());
    let (ns, ew) = (if lat < 0.0 { 'S' } else { 'N' }, if lon < 0.0 { 'W' } else { 'E' });
    format!("{:.3} {ns}, {:.3} {ew}", lat.abs(), lon.abs())
}

/// To six decimals: a metre of a kilometre, a millionth of a probability.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

fn offset(report: &Report) -> String {
    format!("detections[{}]", report.source.sequence)
}

fn to_json(event: &Located) -> Value {
    let posterior = &event.posterior;
    let lon_lat = |place: Place| json!([place.lon_deg(), place.lat_deg()]);
    let regions: BTreeMap<String, Value> = posterior
        .regions
        .iter()
        .map(|region| {
            let closed = |ring: &Ring| Value::from_iter(ring.iter().chain(ring.first()).map(|place| lon_lat(*place)));
            let polygons = polygons_of(&region.rings);
            let polygons = polygons.into_iter().map(|polygon| Value::from_iter(polygon.into_iter().map(closed)));
            let value = json!({ "area_km2": region.area_m2 as f64 / 1e6, "polygons": Value::from_iter(polygons) });
            (format!("p{}", region.level_percent), value)
        })
        .collect();
    let times: BTreeMap<String, Value> = posterior
        .time_regions
        .iter()
        .map(|region| {
            let interval = [region.interval.from.to_string(), region.interval.to.to_string()];
            (format!("p{}", region.level_percent), json!(interval))
        })
        .collect();
    let mut value = json!({
        "label": event.label,
        "detections": event.detections,
        "class": "not assessed",
        "origin": {
            "lon": posterior.mean.lon_deg(),
            "lat": posterior.mean.lat_deg(),
            "time": posterior.time_mean.to_string(),
            "most_probable": lon_lat(posterior.most_probable),
            "covariance_km2": {
                "east": posterior.covariance.east_m2 as f64 / 1e6,
                "north": posterior.covariance.north_m2 as f64 / 1e6,
                "east_north": posterior.covariance.east_north_m2 as f64 / 1e6,
            },
        },
        "regions": regions,
        "time": times,
        "compute_ms": event.compute_ms,
    });
    if let Some(at) = &event.at {
        value["at"] = json!({
            "distance_km": rounded(at.distance_km),
            "place_level": rounded(at.place_level),
            "time_level": at.time_level.map(rounded),
        });
    }
    value
}

fn to_words(event: &Located) -> String {
    let posterior = &event.posterior;
    let label = if event.label.is_empty() { "(no label)" } else { &event.label };
    let (day, time) = posterior.time_mean.words();
    let mut text = format!(
        "event {label}, {} detections, kind not assessed\n  mean    {}, {day} {time} UTC\n",
        event.detections,
        place_words(posterior.mean)
    );
    for level in [50, 90, 95] {
        if let (Some(region), Some(interval)) = (posterior.region(level), posterior.interval(level)) {
            let area = region.area_m2 as f64 / 1e6;
            text += &format!("  {level} %    {area:>8.0} km2, {}\n", words::interval(&interval));
        }
    }
    if let Some(at) = &event.at {
        text += &format!(
            "  asked   {:.1} km from the mean; inside the place's {:.1} % region",
            at.distance_km,
            at.place_level * 100.0
        );
        if let Some(level) = at.time_level {
            text += &format!(", inside the time's {:.1} % interval", level * 100.0);
        }
        text += "\n";
    }
    text + &format!("  computed in {:.1} ms\n", event.compute_ms)
}

fn priors_json(priors: &InfrasoundPriors) -> Value {
    let row = |n: Number<'_>| json!({ "name": n.name, "value": n.value, "unit": n.unit, "source": n.source });
    priors.numbers().into_iter().map(row).collect()
}
