//! Owners whose sensors tell the same events at different times, as many standing on either side: nobody can tell who is
//! right.
//!
//! # Algorithm
//! What sensors of one owner alone say of an event is no evidence against others (`inconsistent.rs`). But where one owner's
//! events come again and again at one distance in time from another one's at the same place, the two contradict each other.
//! Of two owners all pairs of such events are taken whose places agree within four deviations, and whose times within
//! [`CLOCK_S_MAX`]; what has nothing to do with each other spreads evenly. Both are said to contradict if a window holds so
//! many pairs as chance has not (`pile.rs`), more than the events that both tell alike. Nothing hangs on the names.
//!
//! # Checked against
//! Two halves of a network that are seconds apart, and honest ones (`tests/inconsistent.rs`).
use super::{Associated, Association, CLOCK_S_MAX, EVENTS_MIN};
use crate::locate::Contradicting;
use crate::pile::{NATS_MIN, nats};
use std::collections::{BTreeMap, BTreeSet};
use truceline_model::measurement::{Measurement, Sensor};

/// A window of differences is as wide as so many deviations of one.
const DEVIATIONS: f64 = 4.0;

/// The most events of one owner that are looked at, the first ones: what is off is off in them.
const EVENTS_MAX: usize = 2_000;

/// Pairs of owners who contradict each other in the events that were found, in the order of their names.
#[must_use]
pub fn contradicting(sensors: &[Sensor], measurements: &[Measurement], found: &Association) -> Vec<Contradicting> {
    let mut alone: BTreeMap<&str, Vec<&Associated>> = BTreeMap::new();
    let mut together: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for event in &found.events {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for member in &event.members {
            *counts.entry(sensors[measurements[*member].sensor].owner.as_str()).or_default() += 1;
        }
        counts.remove("");
        match counts.iter().find(|(_, count)| 4 * **count > 3 * event.members.len()) {
            Some((owner, _)) => alone.entry(owner).or_default().push(event),
            None => {
                for (at, first) in counts.keys().enumerate() {
                    for second in counts.keys().skip(at + 1) {
                        *together.entry((first, second)).or_default() += 1;
                    }
                }
            }
        }
    }
    let mut pairs = Vec::new();
    for (at, (first, of_first)) in alone.iter().enumerate() {
        for (second, of_second) in alone.iter().skip(at + 1) {
            let agreeing = together.get(&(*first, *second)).copied().unwrap_or(0);
            if let Some(events) = pile(of_first, of_second).filter(|events| *events > agreeing) {
                pairs.push(Contradicting { owners: [(*first).to_owned(), (*second).to_owned()], events });
            }
        }
    }
    pairs
}

/// In how many events two owners tell the same at another time; none if chance may do it, or the times agree.
fn pile(first: &[&Associated], second: &[&Associated]) -> Option<usize> {
    let mut differences: Vec<(f64, usize, usize)> = Vec::new();
    let mut width_s = 0.0_f64;
    for (i, one) in first.iter().take(EVENTS_MAX).enumerate() {
        let from = second.partition_point(|other| other.time < one.time.plus_s(-CLOCK_S_MAX));
        for (j, other) in second.iter().enumerate().skip(from) {
            let apart_s = other.time.seconds_since(one.time);
            if apart_s > CLOCK_S_MAX {
                break;
            }
            let along = |axis: usize| {
                let off = one.place_m[axis - 1] - other.place_m[axis - 1];
                let variance = one.covariance[axis][axis] + other.covariance[axis][axis];
                off * off <= DEVIATIONS * DEVIATIONS * variance
            };
            if along(1) && along(2) {
                differences.push((apart_s, i, j));
                width_s = width_s.max(DEVIATIONS * (one.covariance[0][0] + other.covariance[0][0]).sqrt());
            }
        }
    }
    let width_s = width_s.clamp(1e-6, CLOCK_S_MAX / 20.0);
    differences.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let (mut best, mut first) = (0..0, 0);
    for last in 0..differences.len() {
        while differences[last].0 - differences[first].0 > width_s {
            first += 1;
        }
        if last + 1 - first > best.len() {
            best = first..last + 1;
        }
    }
    let within = &differences[best];
    let middle = within.iter().map(|(apart_s, ..)| apart_s).sum::<f64>() / within.len().max(1) as f64;
    // An event of one owner has one of the other's at most.
    let of_first: BTreeSet<usize> = within.iter().map(|(_, i, _)| *i).collect();
    let of_second: BTreeSet<usize> = within.iter().map(|(.., j)| *j).collect();
    let events = of_first.len().min(of_second.len());
    let windows = 2.0 * CLOCK_S_MAX / width_s;
    let log_ratio = nats(events, (differences.len() - within.len()) as f64 / windows, windows);
    (events >= EVENTS_MIN && log_ratio > NATS_MIN && middle.abs() > width_s).then_some(events)
}
