//! What an array's detector found, in the model's words: integers of a stated unit.
use super::settings::window_s;
use crate::stage::detect::{self, quantity};
use crate::state::{Array, Element};
use std::collections::BTreeSet;
use truceline_model::array_detectors::ArraySettings;
use truceline_model::bearing::{Bearing, Direction, Elevation, MAX_BEARING_PAYLOADS, Towards};
use truceline_model::detection::SensorClass;
use truceline_model::impediment::{Impediment, ImpedimentKind};
use truceline_model::time::Interval;
use truceline_science::array::chain::{self, Absence, Arrival, Impediment as Impeded};

/// An onset is sought from so many windows before the arrival's first one on.
const WINDOWS_BEFORE: f64 = 2.0;

/// A bearing of an array.
pub(super) fn bearing(
    name: &str,
    array: &Array,
    class: SensorClass,
    numbers: &ArraySettings,
    arrival: &Arrival,
) -> Bearing {
    let seen = |channel: &String| !arrival.without.contains(channel);
    let used = |channel: &String| seen(channel) && arrival.wrong_element.as_ref() != Some(channel);
    let elements: Vec<(&String, &Element)> = array.elements.0.iter().filter(|(channel, _)| used(channel)).collect();
    let owners: BTreeSet<&String> = elements
        .iter()
        .flat_map(|(_, element)| [Some(&element.owner), element.delivery.as_ref().map(|delivery| &delivery.owner)])
        .flatten()
        .collect();
    // An element that contradicts the others is evidence too.
    let cited: Vec<&Element> =
        array.elements.0.iter().filter(|(channel, _)| seen(channel)).map(|(_, element)| element).collect();
    let from = arrival.from.plus_s(-WINDOWS_BEFORE * window_s(numbers));
    let share = MAX_BEARING_PAYLOADS / cited.len().max(1);
    let waveform = cited.iter().flat_map(|element| {
        let payloads = element.waveform.iter().filter(|(span, _)| span.to >= from && span.from <= arrival.to);
        let payloads: Vec<_> = payloads.map(|(_, payload)| *payload).collect();
        payloads[payloads.len().saturating_sub(share)..].to_vec()
    });
    Bearing {
        array: name.to_owned(),
        class,
        place: array.place,
        owners: owners.into_iter().cloned().collect(),
        onset: arrival.time,
        onset_sigma_us: quantity((arrival.sigma_s * 1e6).ceil(), 1.0).max(1),
        onset_picked: arrival.onset_picked,
        span: Interval { from: arrival.from, to: arrival.to },
        peak: arrival.peak,
        direction: direction(&arrival.direction),
        f_statistic_milli: quantity(arrival.f_statistic, 1e3),
        stretch_milli: quantity(arrival.stretch, 1e3),
        windows: u32::try_from(arrival.windows).unwrap_or(u32::MAX),
        waveform: waveform.collect(),
        elements: elements.into_iter().map(|(channel, _)| channel.clone()).collect(),
        amplitude_nano: quantity(arrival.amplitude, 1e9).min(i64::MAX.unsigned_abs()),
        snr_milli: quantity(arrival.snr, 1e3),
        continued: arrival.continued,
        cut_short: arrival.cut_short,
        without: arrival.without.clone(),
        wrong_element: arrival.wrong_element.clone(),
        clock_questionable: arrival.clock_questionable.clone(),
    }
}

fn direction(direction: &chain::Direction) -> Direction {
    let small = |value: f64, per_unit: f64| u32::try_from(quantity(value, per_unit)).unwrap_or(u32::MAX);
    match direction {
        chain::Direction::Towards(t) => Direction::Towards(Towards {
            azimuth_mdeg: small(t.azimuth_deg, 1e3) % 360_000,
            azimuth_sigma_mdeg: small(t.azimuth_sigma_deg, 1e3),
            azimuth_spread_mdeg: small(t.azimuth_spread_deg, 1e3),
            propagation_sigma_mdeg: small(t.azimuth_propagation_sigma_deg, 1e3),
            slowness_us_km: small(t.slowness_s_km, 1e6),
            slowness_sigma_us_km: small(t.slowness_sigma_s_km, 1e6),
            slowness_spread_us_km: small(t.slowness_spread_s_km, 1e6),
            elevation: t.elevation.map(|elevation| Elevation {
                // A cast of a float saturates.
                angle_mdeg: (elevation.angle_deg * 1e3).round() as i32,
                sigma_mdeg: small(elevation.sigma_deg, 1e3),
            }),
            near: t.near,
        }),
        chain::Direction::NotResolvable(reason) => Direction::NotResolvable(*reason),
    }
}

/// An impediment of an array; none where the channel's own detector says it. `is_watched` tells which channels have one.
pub(super) fn impediment(name: &str, impeded: Impeded, is_watched: impl Fn(&str) -> bool) -> Option<Impediment> {
    let of =
        |channel: &str, kind, from| Impediment { array: Some(name.to_owned()), ..Impediment::new(channel, kind, from) };
    Some(match impeded {
        Impeded::Channel { channel, .. } if is_watched(&channel) => return None,
        Impeded::Channel { channel, what } => {
            Impediment { array: Some(name.to_owned()), ..detect::impediment(&channel, what) }
        }
        Impeded::RateUnusable { channel, at, rate_hz } => Impediment {
            after_uhz: Some(quantity(rate_hz, 1e6)),
            reason: Some("the band of the array's detector does not fit this rate".to_owned()),
            ..of(&channel, ImpedimentKind::RateUnusable, at)
        },
        Impeded::Missing { channel, at, why } => {
            let why = match why {
                Absence::NoSamples => "no samples",
                Absence::OtherRate => "another rate than most have",
                Absence::Flat => "one and the same value",
            };
            Impediment { reason: Some(why.to_owned()), ..of(&channel, ImpedimentKind::Missing, at) }
        }
        Impeded::Again { channel, at } => of(&channel, ImpedimentKind::Again, at),
        Impeded::Blind { from, to } => Impediment { to: Some(to), ..of(name, ImpedimentKind::Blind, from) },
    })
}
