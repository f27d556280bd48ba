//! Sensors that are off in event after event, though the events are placed well without them; and owners who contradict each
//! other where nobody can tell who is right.
//!
//! # Algorithm
//! A located event says of each measurement how probably it is no outlier. An honest sensor is one with the share that the
//! priors state. Of a sensor that is off in k of n events, mu = n share being expected, the log-likelihood ratio is
//! `k ln(k / mu) - k + mu`, less the log of the number of sensors that were looked at; it is named from [`NATS_MIN`] and
//! [`EVENTS_MIN`] on, if it is off in most of its events. Residuals that agree on one offset are a clock's.
//!
//! *Symmetry:* an event speaks against a sensor only if more measurements of other owners fit than its own owner has that do
//! not. Where as many of one owner fit as of one other do not, either may be right, and the place of the event says the one
//! or the other by chance: both are said to contradict, and none is named for it.
//!
//! # Checked against
//! Invented towns with a clock that is off, with an element that lies, and with two equal owners:
//! `crates/truceline/tests/inconsistent_inputs.rs`.
use super::solution::{Residual, Solution};
use crate::pile::{EVENTS_MIN, NATS_MIN, nats};
use std::collections::BTreeMap;
use truceline_model::measurement::{Measurement, Sensor};

/// Deviations within which residuals agree on one offset, and the share of them that must.
const AGREE_SIGMAS: f64 = 4.0;
const AGREE_SHARE: f64 = 0.8;

/// In which way a sensor is off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Off {
    /// Its times minus those of the others, s, the same in event after event.
    Clock {
        /// The difference.
        offset_s: f64,
    },
    /// It is off by another time in each event.
    Unsteady,
}

/// A sensor that is off in event after event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OffSensor {
    /// The sensor, by its index.
    pub sensor: usize,
    /// How.
    pub how: Off,
    /// In how many events it is off.
    pub events: usize,
    /// In how many it fits.
    pub agreeing: usize,
    /// Mean of its residuals, s.
    pub residual_mean_s: f64,
    /// Their standard deviation, s.
    pub residual_sigma_s: f64,
    /// Log-likelihood ratio to chance, less what the search costs.
    pub log_ratio: f64,
}

/// Two owners who contradict each other, as many measurements standing on either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradicting {
    /// Both, in the order of their names; nothing hangs on it.
    pub owners: [String; 2],
    /// In how many events.
    pub events: usize,
}

/// What many events say of sensors and owners.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Consistency {
    /// Sensors that are off, the surest first.
    pub sensors: Vec<OffSensor>,
    /// Owners who contradict each other.
    pub contradicting: Vec<Contradicting>,
}

/// What was seen of one sensor.
#[derive(Default)]
struct Seen {
    /// Residuals of the events that speak against it: time and deviation, s.
    off: Vec<(f64, f64)>,
    events_off: usize,
    agreeing: usize,
}

/// What located events say of sensors and owners; `outlier_share` is the priors'.
#[must_use]
pub fn consistency(
    sensors: &[Sensor],
    measurements: &[Measurement],
    events: &[&Solution],
    outlier_share: f64,
) -> Consistency {
    let mut seen: BTreeMap<usize, Seen> = BTreeMap::new();
    let mut pairs: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let sensor_of = |residual: &Residual| measurements[residual.measurement].sensor;
    // Where nobody says whose sensors are, each stands for itself.
    let owner_of = |sensor: usize| match sensors[sensor].owner.as_str() {
        "" => sensors[sensor].id.as_str(),
        owner => owner,
    };
    let owned_by_one = sensors.iter().all(|sensor| sensor.owner == sensors[0].owner);
    for event in events {
        let mut by_sensor: BTreeMap<usize, Vec<&Residual>> = BTreeMap::new();
        for residual in &event.residuals {
            by_sensor.entry(sensor_of(residual)).or_default().push(residual);
        }
        let is_off = |residuals: &[&Residual]| {
            2 * residuals.iter().filter(|residual| residual.fits < 0.5).count() > residuals.len()
        };
        // Of each owner, or of each sensor where all are of one owner, how many sensors fit and how many do not.
        let side = |sensor: usize| if owned_by_one { sensors[sensor].id.as_str() } else { owner_of(sensor) };
        let mut sides: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (sensor, residuals) in &by_sensor {
            let counts = sides.entry(side(*sensor)).or_default();
            if is_off(residuals) {
                counts.1 += 1;
            } else {
                counts.0 += 1;
            }
        }
        let fitting: usize = sides.values().map(|(fits, _)| fits).sum();
        for (sensor, residuals) in &by_sensor {
            let of = seen.entry(*sensor).or_default();
            if !is_off(residuals) {
                of.agreeing += 1;
                continue;
            }
            let (own_fits, own_off) = sides[side(*sensor)];
            if fitting - own_fits > own_off {
                of.events_off += 1;
                of.off.extend(residuals.iter().map(|one| (one.time_s, (one.time_s / one.sigmas).abs())));
            }
        }
        // Two sides of equal weight, one of which fits.
        let mut two = sides.iter().map(|(name, counts)| (*name, *counts));
        if let (Some((first, a)), Some((second, b)), None) = (two.next(), two.next(), two.next())
            && !owned_by_one
            && (a == (b.1, b.0))
            && (a.0 == 0 || a.1 == 0)
        {
            *pairs.entry((first, second)).or_default() += 1;
        }
    }
    let looked_at = seen.len() as f64;
    let mut found: Vec<OffSensor> =
        seen.iter().filter_map(|(sensor, seen)| seen.judged(*sensor, outlier_share, looked_at)).collect();
    found.sort_by(|a, b| b.log_ratio.total_cmp(&a.log_ratio).then(a.sensor.cmp(&b.sensor)));
    let contradicting = pairs
        .into_iter()
        .filter(|(_, events)| *events >= EVENTS_MIN)
        .map(|((first, second), events)| Contradicting { owners: [first.to_owned(), second.to_owned()], events });
    Consistency { sensors: found, contradicting: contradicting.collect() }
}

impl Seen {
    fn judged(&self, sensor: usize, share: f64, looked_at: f64) -> Option<OffSensor> {
        let (k, all) = (self.events_off, self.events_off + self.agreeing);
        if k < EVENTS_MIN || 2 * k <= all {
            return None;
        }
        let log_ratio = nats(k, all as f64 * share, looked_at);
        if log_ratio < NATS_MIN {
            return None;
        }
        let count = self.off.len() as f64;
        let residual_mean_s = self.off.iter().map(|(time_s, _)| time_s).sum::<f64>() / count;
        let spread = self.off.iter().map(|(time_s, _)| (time_s - residual_mean_s) * (time_s - residual_mean_s));
        let residual_sigma_s = (spread.sum::<f64>() / count).sqrt();
        let mut times_s: Vec<f64> = self.off.iter().map(|(time_s, _)| *time_s).collect();
        times_s.sort_by(f64::total_cmp);
        let offset_s = times_s[times_s.len() / 2];
        let agree =
            self.off.iter().filter(|(time_s, sigma_s)| (time_s - offset_s).abs() <= AGREE_SIGMAS * sigma_s).count();
        let how = if agree as f64 >= AGREE_SHARE * count { Off::Clock { offset_s } } else { Off::Unsteady };
        Some(OffSensor {
            sensor,
            how,
            events: k,
            agreeing: self.agreeing,
            residual_mean_s,
            residual_sigma_s,
            log_ratio,
        })
    }
}
