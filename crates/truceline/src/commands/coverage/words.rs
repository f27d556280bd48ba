//! What was computed, as JSON and in words.
use super::hours::{Hour, Hours};
use super::network::{Medium, Watching, curve_name};
use super::survey::{Figures, OfMedium, Proposed, Survey, registering};
use crate::located::{point_json, site_json};
use crate::output;
use crate::tables::place_words;
use serde_json::{Map, Value, json};
use truceline_accord::words::probability;
use truceline_formats::arrivals::TimeForm;
use truceline_formats::spelling::{kind_name, phase_name};
use truceline_model::time::{Interval, NS_PER_S, Time};

/// To a thousandth.
fn rounded(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

/// The smallest charge, kg of TNT, where the charge of an event of middle strength was stated: at one pressure the distance
/// grows with the root of the charge (scaled range of infrasound, R. W. Whitaker and others, Los Alamos).
pub(super) fn charge_kg(watching: &Watching, medium: Medium, ratio: f64) -> Option<f64> {
    if medium != Medium::Infrasound {
        return None;
    }
    let stated = watching.curves.iter().filter(|curved| medium.holds(curved.phase)).find_map(|curved| curved.charge_kg);
    stated.map(|charge_kg| charge_kg * ratio * ratio)
}

fn figures_json(watching: &Watching, medium: Medium, figures: &Figures) -> Value {
    json!({
        "p_mean": rounded(figures.p_mean),
        "share_seen": rounded(figures.share_seen),
        "smallest_ratio": figures.smallest_ratio.map(rounded),
        "smallest_charge_kg": figures.smallest_ratio.and_then(|ratio| charge_kg(watching, medium, ratio)).map(rounded),
        "error_m": figures.error_m.map(f64::round),
    })
}

fn time_json(form: TimeForm, time: Time) -> Value {
    match form {
        TimeForm::Date => json!(time.to_string()),
        TimeForm::Seconds => json!(time.0 as f64 / NS_PER_S as f64),
    }
}

pub(super) fn json(survey: &Survey, watching: &Watching, hours: &Hours, proposed: Option<&Proposed>) -> Value {
    let form = hours.time_form;
    let curves = watching.curves.iter().map(|curved| {
        json!({
            "kind": kind_name(curved.kind),
            "phase": phase_name(curved.phase),
            "ceiling": rounded(curved.sense.curve.ceiling),
            "range_m": curved.sense.curve.range_m.round(),
            "width_m": curved.sense.curve.width_m.round(),
            "from": if curved.is_learnt { "learnt" } else { "stated" },
        })
    });
    let hours_json = hours.hours.iter().enumerate().map(|(at, hour)| {
        let media = survey.media.iter().map(|of| {
            let figures = &of.hours[at];
            let mut value = json!({ "area": figures_json(watching, of.medium, &figures.area) });
            if let Some(line) = &figures.line {
                value["line"] = figures_json(watching, of.medium, line);
            }
            (of.medium.name().to_owned(), value)
        });
        let sensor_hours: f64 = hour.sensed.iter().map(|sensed| sensed.up).sum();
        let lost = hour.lost_h.iter().map(|(kind, lost_h)| (kind.name().to_owned(), json!(rounded(*lost_h))));
        json!({
            "from": hour.when.map(|when| time_json(form, when.from)),
            "to": hour.when.map(|when| time_json(form, when.to)),
            "sensors_up": rounded(sensor_hours),
            "louder_db": rounded(louder_db(hour)),
            "lost_sensor_hours": lost.collect::<Map<String, Value>>(),
            "media": media.collect::<Map<String, Value>>(),
        })
    });
    let area = &survey.area;
    let corner = |columns: usize, rows: usize| {
        let along = |low_m: f64, cells: usize| low_m + cells as f64 * area.cell_m;
        point_json(watching.site([along(area.low_m[0], columns), along(area.low_m[1], rows)]))
    };
    let media = survey.media.iter().map(|of| (of.medium.name().to_owned(), medium_json(watching, of)));
    let mut value = json!({
        "demand": { "sensors_min": survey.demand.sensors_min, "owners_min": survey.demand.owners_min },
        "probability": survey.probability,
        "sensors": watching.sensors.len(),
        "owners": watching.owners,
        "strength_sigma": rounded(watching.strength_sigma),
        "curves": curves.collect::<Vec<Value>>(),
        "area": {
            "cell_m": area.cell_m, "columns": area.columns, "rows": area.rows,
            "corners": [corner(0, 0), corner(area.columns, 0), corner(area.columns, area.rows), corner(0, area.rows)],
        },
        "line": survey.line.as_ref().map(|line| json!({ "file": line.file, "length_km": rounded(line.length_m / 1e3) })),
        "hours": hours_json.collect::<Vec<Value>>(),
        "media": media.collect::<Map<String, Value>>(),
    });
    if let Some(proposed) = proposed {
        let step = |(at, p): (&[f64; 2], &f64)| {
            let mut place = site_json(watching.site(*at));
            place["p_mean"] = json!(rounded(*p));
            place
        };
        value["placing"] = json!({
            "medium": proposed.medium.name(),
            "along": if proposed.along_line { "line" } else { "area" },
            "p_mean_before": rounded(proposed.placing.before),
            "sensors": proposed.sites_m.iter().zip(&proposed.placing.after).map(step).collect::<Vec<Value>>(),
        });
    }
    value
}

fn medium_json(watching: &Watching, of: &OfMedium) -> Value {
    let without = of.without.iter().map(|without| {
        json!({
            "owner": watching.owners[without.owner as usize],
            "p_mean_area": rounded(without.p_area),
            "p_mean_line": without.p_line.map(rounded),
        })
    });
    json!({
        "sensors": registering(watching, of.medium),
        "cells": {
            "p_mean": of.cells.iter().map(|cell| rounded(cell.p_mean)).collect::<Vec<f64>>(),
            "p_least": of.cells.iter().map(|cell| rounded(cell.p_least)).collect::<Vec<f64>>(),
            "smallest_ratio": of.cells.iter().map(|cell| cell.smallest_ratio.map(rounded)).collect::<Vec<Option<f64>>>(),
            "error_m": of.cells.iter().map(|cell| cell.error_m.map(f64::round)).collect::<Vec<Option<f64>>>(),
        },
        "without_owners": without.collect::<Vec<Value>>(),
    })
}

pub(super) fn text(survey: &Survey, watching: &Watching, hours: &Hours, proposed: Option<&Proposed>) -> String {
    let mut text = format!(
        "{} sensors of {} {}; seen is what at least {} sensors of {} {} register\n",
        watching.sensors.len(),
        watching.owners.len(),
        if watching.owners.len() == 1 { "owner" } else { "owners" },
        survey.demand.sensors_min,
        survey.demand.owners_min,
        if survey.demand.owners_min == 1 { "owner" } else { "owners" },
    );
    if watching.owners.len() < survey.demand.owners_min {
        text += "The network has fewer owners than that: nothing can be corroborated. --owners-min 1 shows what one owner sees.\n";
    }
    for curved in &watching.curves {
        let curve = &curved.sense.curve;
        text += &format!(
            "  {:<28} half of events to {:.1} km, {}\n",
            curve_name(curved),
            curve.range_m / 1e3,
            if curved.is_learnt { "learnt from the arrivals" } else { "stated" }
        );
    }
    let where_ = match &survey.line {
        Some(line) => format!("along {} ({:.1} km)", line.file, line.length_m / 1e3),
        None => format!(
            "over {:.0} km2",
            survey.area.rows as f64 * survey.area.columns as f64 * survey.area.cell_m * survey.area.cell_m / 1e6
        ),
    };
    for of in &survey.media {
        text += &format!("\n{}, {where_}\n", of.medium.name());
        let mut lines = vec![[
            "hour".to_owned(),
            "sensors".to_owned(),
            "an event is seen".to_owned(),
            format!("seen with {}", survey.probability),
            "smallest".to_owned(),
            "error at best".to_owned(),
            "lost to".to_owned(),
        ]];
        for (hour, figures) in hours.hours.iter().zip(&of.hours) {
            let figures = figures.line.as_ref().unwrap_or(&figures.area);
            let up: f64 = hour.sensed.iter().map(|sensed| sensed.up).sum();
            let smallest = match figures.smallest_ratio {
                Some(ratio) => match charge_kg(watching, of.medium, ratio) {
                    Some(charge_kg) => format!("{charge_kg:.1} kg"),
                    None => format!("x {ratio:.2}"),
                },
                None => "not seen".to_owned(),
            };
            let lost = hour.lost_h.iter().map(|(kind, lost_h)| format!("{} {lost_h:.1} h", kind.name()));
            lines.push([
                hour.when.map_or_else(|| "any".to_owned(), |when| hour_words(hours.time_form, &when)),
                format!("{up:.1} of {}", watching.sensors.len()),
                probability(figures.p_mean),
                format!("{:.0} %", 100.0 * figures.share_seen),
                smallest,
                figures.error_m.map_or_else(|| "no place".to_owned(), |error_m| format!("{:.2} km", error_m / 1e3)),
                lost.chain(louder_words(hour)).collect::<Vec<String>>().join(", "),
            ]);
        }
        text += &output::table(&lines);
        for without in &of.without {
            let p = without.p_line.unwrap_or(without.p_area);
            text += &format!("  without {:<20} {}\n", watching.owners[without.owner as usize], probability(p));
        }
    }
    if let Some(proposed) = proposed {
        let along = if proposed.along_line { "along the line" } else { "over the area" };
        text += &format!(
            "\nMore sensors, {}: an event {along} is seen {}\n",
            proposed.medium.name(),
            probability(proposed.placing.before)
        );
        for (at, p) in proposed.sites_m.iter().zip(&proposed.placing.after) {
            text += &format!("  with one at {:<24} {}\n", place_words(watching.site(*at)), probability(*p));
        }
    }
    text + "\nThe smallest event and the error are medians; the error is the Cramer-Rao bound of what is registered on the mean.\n"
}

/// By how much noise was louder on the mean over the sensors, dB.
fn louder_db(hour: &Hour) -> f64 {
    hour.sensed.iter().map(|sensed| sensed.louder_db).sum::<f64>() / hour.sensed.len().max(1) as f64
}

/// The same in words, where it is any.
fn louder_words(hour: &Hour) -> Option<String> {
    let louder_db = louder_db(hour);
    (louder_db.abs() >= 0.05).then(|| format!("noise {louder_db:+.1} dB"))
}

/// An hour by its begin.
fn hour_words(form: TimeForm, when: &Interval) -> String {
    match form {
        TimeForm::Date => when.from.to_string(),
        TimeForm::Seconds => format!("{:.0} s", when.from.0 as f64 / NS_PER_S as f64),
    }
}
