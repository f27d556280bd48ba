//! What a detector found, in the model's words: integers of a stated unit.
use crate::state::Channel;
use truceline_model::detection::{Detection, OnsetBy, PulseKind};
use truceline_model::impediment::{Impediment, ImpedimentKind};
use truceline_science::dsp::chain::{Arrival, Impediment as Impeded, OnsetMethod};
use truceline_science::dsp::onset_kind::OnsetKind;

/// A detection of a channel. Its waveform begins `before_s` before the trigger.
pub(super) fn detection(name: &str, channel: &Channel, arrival: &Arrival, before_s: f64) -> Detection {
    let from = arrival.triggered.plus_s(-before_s).min(arrival.time);
    let cited = channel.waveform.iter().filter(|(span, _)| span.to >= from && span.from <= arrival.released);
    Detection {
        channel: name.to_owned(),
        class: channel.class,
        owner: channel.owner.clone(),
        onset: arrival.time,
        onset_sigma_us: quantity((arrival.sigma_s * 1e6).ceil(), 1.0).max(1),
        switched_on: arrival.triggered,
        duration_us: quantity(arrival.duration_s, 1e6),
        amplitude_nano: quantity(arrival.amplitude, 1e9).min(i64::MAX.unsigned_abs()),
        snr_milli: quantity(arrival.snr, 1e3),
        value_max_milli: quantity(arrival.value_max, 1e3),
        kind: match arrival.kind {
            OnsetKind::ShockWave => PulseKind::Shock,
            OnsetKind::MuzzleBlast => PulseKind::Blast,
            OnsetKind::Unknown => PulseKind::Unknown,
        },
        onset_by: match arrival.method {
            OnsetMethod::Aic => OnsetBy::Aic,
            OnsetMethod::Baer => OnsetBy::Baer,
            OnsetMethod::Trigger => OnsetBy::Trigger,
        },
        clock_questionable: arrival.clock_questionable,
        cut_short: arrival.cut_short,
        waveform: cited.map(|(_, payload)| *payload).collect(),
    }
}

/// An impediment of a channel.
pub(crate) fn impediment(name: &str, impeded: Impeded) -> Impediment {
    let new = |kind, from| Impediment::new(name, kind, from);
    let until = |kind, from, to| Impediment { to: Some(to), ..new(kind, from) };
    match impeded {
        Impeded::Gap { from, to } => until(ImpedimentKind::Gap, from, to),
        Impeded::Overlap { from, to, set_back: false } => until(ImpedimentKind::Overlap, from, to),
        Impeded::Overlap { from, to, set_back: true } => until(ImpedimentKind::SetBack, from, to),
        Impeded::RateChange { at, from_hz, to_hz } => Impediment {
            before_uhz: Some(quantity(from_hz, 1e6)),
            after_uhz: Some(quantity(to_hz, 1e6)),
            ..new(ImpedimentKind::RateChange, at)
        },
        Impeded::RateUnusable { at, rate_hz, reason } => Impediment {
            after_uhz: Some(quantity(rate_hz, 1e6)),
            reason: Some(reason.to_string()),
            ..new(ImpedimentKind::RateUnusable, at)
        },
        Impeded::Retimed { at, by_s } => {
            Impediment { by_ns: Some((by_s * 1e9).round() as i64), ..new(ImpedimentKind::Retimed, at) }
        }
        Impeded::ClockQuestionable { at } => new(ImpedimentKind::ClockQuestionable, at),
        Impeded::ClockTrusted { at } => new(ImpedimentKind::ClockTrusted, at),
        Impeded::NotFinite { at, samples } => {
            Impediment { samples: Some(samples), ..new(ImpedimentKind::NotFinite, at) }
        }
        Impeded::Flat { from, to } => until(ImpedimentKind::Flat, from, to),
    }
}

/// A number of so many parts per unit, rounded; what is below zero or no number is zero, what is too large the largest.
pub(crate) fn quantity(value: f64, per_unit: f64) -> u64 {
    // A cast of a float saturates.
    (value * per_unit).round() as u64
}
