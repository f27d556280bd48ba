//! Sensors that contradict the others, and their owners, as JSON and in words: how, by what evidence; never why.
use crate::located::site_json;
use crate::tables::place_words;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use truceline_model::measurement::Sensor;
use truceline_science::associate::{Association, Contradiction, Frame, Inconsistent};
use truceline_science::locate::{Contradicting, Off, OffSensor};

/// An owner with sensors that contradict those of others.
struct Owner<'a> {
    name: &'a str,
    contradicting: usize,
    sensors: usize,
}

/// Owners of whose sensors at least two and at least half contradict, while others have sensors too.
fn owners<'a>(sensors: &'a [Sensor], found: &Association) -> Vec<Owner<'a>> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for sensor in sensors.iter().filter(|sensor| !sensor.owner.is_empty()) {
        counts.entry(&sensor.owner).or_default().1 += 1;
    }
    for one in &found.inconsistent {
        if let Some(count) = counts.get_mut(sensors[one.sensor].owner.as_str()) {
            count.0 += 1;
        }
    }
    let inconsistent = |(_, (contradicting, all)): &(&str, (usize, usize))| {
        *contradicting >= 2 && 2 * contradicting >= *all && *all < sensors.len()
    };
    let owner = |(name, (contradicting, sensors))| Owner { name, contradicting, sensors };
    counts.into_iter().filter(inconsistent).map(owner).collect()
}

pub(crate) fn owners_json(sensors: &[Sensor], found: &Association) -> Value {
    let one = |owner: Owner<'_>| json!({ "owner": owner.name, "inconsistent": owner.contradicting, "sensors": owner.sensors });
    owners(sensors, found).into_iter().map(one).collect()
}

pub(crate) fn sensors_json(sensors: &[Sensor], found: &Association) -> Value {
    let one = |one: &Inconsistent| {
        let sensor = &sensors[one.sensor];
        let how = match one.how {
            Contradiction::Clock { offset_s } => json!({ "kind": "clock", "offset_s": rounded(offset_s) }),
            Contradiction::Place { place_m: [x_m, y_m] } => {
                let (moved_m, at) = moved(&found.frame, sensor, (x_m, y_m));
                json!({ "kind": "place", "fits_at": at, "moved_m": moved_m.round() })
            }
            Contradiction::Bearing { offset_deg } => json!({ "kind": "bearing", "offset_deg": rounded(offset_deg) }),
        };
        named_json(sensor, how, (one.events, one.agreeing), (one.residual_mean_s, one.residual_sigma_s), one.log_ratio)
    };
    found.inconsistent.iter().map(one).collect()
}

/// A sensor that is named: events that say so and that agree with it, mean and deviation of its residuals, s.
fn named_json(
    sensor: &Sensor,
    how: Value,
    (events, agreeing): (usize, usize),
    (mean_s, sigma_s): (f64, f64),
    log_ratio: f64,
) -> Value {
    json!({
        "sensor_id": sensor.id,
        "owner": sensor.owner,
        "how": how,
        "events": events,
        "events_agreeing": agreeing,
        "residual_mean_s": rounded(mean_s),
        "residual_sigma_s": rounded(sigma_s),
        "log_likelihood_ratio": (log_ratio * 10.0).round() / 10.0,
    })
}

/// To a tenth of a millisecond, or of a thousandth of a degree.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// How far a sensor would have to be moved, and where to.
fn moved(frame: &Frame, sensor: &Sensor, (x_m, y_m): (f64, f64)) -> (f64, Value) {
    let site = frame.site(x_m, y_m, 0.0);
    (sensor.site.distance_m(site), site_json(site))
}

fn clock_words(offset_s: f64) -> String {
    format!("its times are {:.3} s {}", offset_s.abs(), if offset_s > 0.0 { "late" } else { "early" })
}

/// A line for each sensor and each owner; nothing where all agree.
pub(crate) fn words(sensors: &[Sensor], found: &Association) -> String {
    let mut text = String::new();
    for one in &found.inconsistent {
        let sensor = &sensors[one.sensor];
        let how = match one.how {
            Contradiction::Clock { offset_s } => clock_words(offset_s),
            Contradiction::Place { place_m: [x_m, y_m] } => {
                let site = found.frame.site(x_m, y_m, 0.0);
                let (moved_m, _) = moved(&found.frame, sensor, (x_m, y_m));
                format!("its times fit at {}, {moved_m:.0} m from where it is stated", place_words(site))
            }
            Contradiction::Bearing { offset_deg } => format!("its bearings are turned by {offset_deg:.1} deg"),
        };
        text += &format!(
            "sensor {} is inconsistent with the others and left out: {how}, in {} events against {} that agree \
             (residual {:.3} s, sigma {:.3} s, log-likelihood ratio {:.0})\n",
            sensor.id, one.events, one.agreeing, one.residual_mean_s, one.residual_sigma_s, one.log_ratio
        );
    }
    for owner in owners(sensors, found) {
        let (name, contradicting, all) = (owner.name, owner.contradicting, owner.sensors);
        text += &format!("owner {name} is inconsistent with the others: {contradicting} of its {all} sensors\n");
    }
    text
}

/// Sensors that are off in many located events, in the form in which `associate` names its own.
pub(crate) fn off_json(sensors: &[Sensor], off: &[OffSensor]) -> Value {
    let one = |one: &OffSensor| {
        let sensor = &sensors[one.sensor];
        let how = match one.how {
            Off::Clock { offset_s } => json!({ "kind": "clock", "offset_s": rounded(offset_s) }),
            Off::Unsteady => json!({ "kind": "unsteady" }),
        };
        named_json(sensor, how, (one.events, one.agreeing), (one.residual_mean_s, one.residual_sigma_s), one.log_ratio)
    };
    off.iter().map(one).collect()
}

/// A line for each of them, and how many arrivals are isolated; nothing where all agree.
pub(crate) fn off_words(sensors: &[Sensor], off: &[OffSensor], isolated: usize) -> String {
    let mut text = String::new();
    for one in off {
        let how = match one.how {
            Off::Clock { offset_s } => clock_words(offset_s),
            Off::Unsteady => format!("its times are off by {:.3} s, another time in each event", one.residual_sigma_s),
        };
        text += &format!(
            "sensor {} is inconsistent with the others and left out: {how}, as {} of {} events say\n",
            sensors[one.sensor].id,
            one.events,
            one.events + one.agreeing
        );
    }
    if isolated > 0 {
        text += &format!("{isolated} arrivals are left out for that\n");
    }
    text
}

/// Pairs of owners who contradict each other.
pub(crate) fn pairs_json(pairs: &[Contradicting]) -> Value {
    pairs.iter().map(|pair| json!({ "owners": pair.owners, "events": pair.events })).collect()
}

/// A line for two owners who contradict each other, neither of whom is named alone.
pub(crate) fn pairs_words(pairs: &[Contradicting]) -> String {
    let line = |Contradicting { owners: [first, second], events }: &Contradicting| {
        format!(
            "owners {first} and {second} contradict each other in {events} events, as many sensors on either side: their \
             places may be wrong\n"
        )
    };
    pairs.iter().map(line).collect()
}
