//! What speaks for an event's kind in its arrivals: which waves were seen, how deep it was, how strong S was.
use serde_json::{Value, json};
use std::collections::BTreeMap;
use truceline_model::kind::Kind;
use truceline_model::measurement::{Measurement, Phase, Sensor, Site};
use truceline_science::classify::{Classes, Features, Ground, Priors, classify};

/// The kinds of an event with these members at this place; none where nothing speaks.
pub(crate) fn kinds(
    sensors: &[Sensor],
    members: &[Measurement],
    place: Site,
    depth: Option<Ground>,
) -> Option<Classes> {
    let registered: Vec<(usize, Phase)> = members.iter().filter_map(|m| Some((m.sensor, m.phase?))).collect();
    let waves = Features::of_waves(sensors, &registered, place);
    // Light alone, or a bare fix, tells no kind.
    if waves == Features::default() {
        return None;
    }
    classify(&Features { depth, s_over_p: s_over_p(members), ..waves }, &Priors::default())
}

/// The name of a kind, and the probabilities of all.
pub(crate) fn json_of(classes: Option<&Classes>) -> (Value, Value) {
    let Some(classes) = classes else { return (json!(name_of(None)), Value::Null) };
    let all: BTreeMap<&str, f64> =
        Kind::ALL.into_iter().map(|kind| (kind.name(), (classes.of(kind) * 1e6).round() / 1e6)).collect();
    (json!(name_of(Some(classes))), json!(all))
}

/// The name of the most probable kind, where it is more probable than all others together.
pub(crate) fn name_of(classes: Option<&Classes>) -> &'static str {
    let Some(classes) = classes else { return "not assessed" };
    classes.named().map_or("undecided", Kind::name)
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
