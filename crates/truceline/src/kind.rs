//! What speaks for an event's kind in its arrivals: which waves were seen, how deep it was, how strong S was.
use serde_json::{Value, json};
use std::collections::BTreeMap;
use truceline_model::geodesic;
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_science::classify::{Class, Classes, Features, Ground, Priors, classify};

/// A kind is named if it is at least this probable; else the event's kind is "undecided".
const NAMED_FROM: f64 = 0.5;

/// The kinds of an event with these members at this place; none where nothing speaks.
pub(crate) fn kinds(
    sensors: &[Sensor],
    members: &[Measurement],
    place: Site,
    depth: Option<Ground>,
) -> Option<Classes> {
    let seen = |phases: &[Phase]| members.iter().any(|m| m.phase.is_some_and(|phase| phases.contains(&phase)));
    let in_ground = seen(&[Phase::P, Phase::S, Phase::Surface]);
    let in_air = seen(&[Phase::Airwave, Phase::Muzzle, Phase::Shock]);
    let near = Near::new(sensors, members, place);
    let features = Features {
        in_ground: (in_ground || near.has(sensors, &[SensorKind::Seismometer, SensorKind::SeismicArray]))
            .then_some(in_ground),
        in_air: (in_air
            || near.has(sensors, &[SensorKind::InfrasoundArray, SensorKind::Microphone, SensorKind::MicrophoneArray]))
        .then_some(in_air),
        shock_wave: seen(&[Phase::Shock]),
        depth,
        s_over_p: s_over_p(members),
        ..Features::default()
    };
    // Light alone, or a bare fix, tells no kind.
    if !in_ground && !in_air {
        return None;
    }
    classify(&features, &Priors::default())
}

/// The name of a kind, and the probabilities of all.
pub(crate) fn json_of(classes: Option<&Classes>) -> (Value, Value) {
    let Some(classes) = classes else { return (json!(name_of(None)), Value::Null) };
    let all: BTreeMap<&str, f64> =
        Class::ALL.into_iter().map(|class| (class.name(), (classes.of(class) * 1e6).round() / 1e6)).collect();
    (json!(name_of(Some(classes))), json!(all))
}

/// The name of the most probable kind, where it is more probable than all others together.
pub(crate) fn name_of(classes: Option<&Classes>) -> &'static str {
    let Some(classes) = classes else { return "not assessed" };
    let class = classes.most_probable();
    if classes.of(class) >= NAMED_FROM { class.name() } else { "undecided" }
}

/// The sensors that stand nearer than half of those that registered the event: their silence says something.
struct Near {
    place: Site,
    reach_m: f64,
}

impl Near {
    fn new(sensors: &[Sensor], members: &[Measurement], place: Site) -> Self {
        let mut distances_m: Vec<f64> = members.iter().map(|m| distance_m(sensors[m.sensor].site, place)).collect();
        distances_m.sort_by(f64::total_cmp);
        Self { place, reach_m: distances_m.get(distances_m.len() / 2).copied().unwrap_or(0.0) }
    }

    fn has(&self, sensors: &[Sensor], kinds: &[SensorKind]) -> bool {
        sensors.iter().any(|s| kinds.contains(&s.kind) && distance_m(s.site, self.place) <= self.reach_m)
    }
}

/// Horizontal distance, m; infinite between two frames.
pub(crate) fn distance_m(a: Site, b: Site) -> f64 {
    match (a, b) {
        (Site::Local { x_m: ax, y_m: ay, .. }, Site::Local { x_m: bx, y_m: by, .. }) => {
            ((ax - bx) * (ax - bx) + (ay - by) * (ay - by)).sqrt()
        }
        (
            Site::Geographic { lon_deg: alon, lat_deg: alat, .. },
            Site::Geographic { lon_deg: blon, lat_deg: blat, .. },
        ) => geodesic::inverse((alat, alon), (blat, blon)).distance_m,
        _ => f64::INFINITY,
    }
}

/// Median over the sensors of the amplitude of S over that of P.
fn s_over_p(members: &[Measurement]) -> Option<f64> {
    let mut amplitudes: BTreeMap<usize, (Option<f64>, Option<f64>)> = BTreeMap::new();
    for m in members {
        let amplitude = m.amplitude.map(f64::abs).filter(|amplitude| *amplitude > 0.0);
        let pair = amplitudes.entry(m.sensor).or_default();
        match m.phase {
            Some(Phase::P) => pair.0 = amplitude,
            Some(Phase::S) => pair.1 = amplitude,
            _ => {}
        }
    }
    let mut ratios: Vec<f64> = amplitudes.values().filter_map(|(p, s)| Some((*s)? / (*p)?)).collect();
    ratios.sort_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).copied()
}
