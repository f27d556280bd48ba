//! Records as a sensor sends them: miniSEED, Steim-2, 512 bytes, with its clock's faults and gaps.
use crate::attack::Spoofing;
use crate::network::{Fault, Sensor};
use std::ops::Range;
use truceline_formats::miniseed::{Packing, Version, WriteError, Writer};
use truceline_model::time::Time;
use truceline_model::waveform::ClockFlags;

const RECORD_BYTES: usize = 512;

/// How long a clock that drifts or is led away is given one offset: as a recorder that stamps each packet. Seconds.
const STAMP_S: f64 = 60.0;

/// By how much clocks are set off, beside what is wrong with them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SetOff<'a> {
    /// By the same span, s, by their owner.
    By(f64),
    /// By false satellite time.
    Spoofed(&'a Spoofing),
}

impl SetOff<'_> {
    /// How far at a time, s.
    #[must_use]
    pub fn at(self, true_s: f64) -> f64 {
        match self {
            Self::By(shift_s) => shift_s,
            Self::Spoofed(spoofing) => spoofing.off_s(true_s),
        }
    }
}

/// The records of a span of a channel's counts, s after the world's `start`; the first of the counts is of `first_s`.
///
/// # Errors
/// If the samples do not fit into the format.
pub fn of(
    sensor: &Sensor,
    counts: &[i32],
    start: Time,
    first_s: f64,
    span_s: Range<f64>,
    off: SetOff<'_>,
) -> Result<Vec<u8>, WriteError> {
    let rate_hz = sensor.senses.rate_hz();
    let drift =
        if let Some(Fault::Drift { s_per_hour, said }) = sensor.fault { Some((s_per_hour, said)) } else { None };
    let clock = match drift {
        Some((_, true)) => ClockFlags { locked: Some(false), quality_percent: Some(30), ..ClockFlags::default() },
        _ => ClockFlags { locked: Some(true), quality_percent: Some(100), ..ClockFlags::default() },
    };
    let writer = Writer {
        channel: sensor.id.clone(),
        version: Version::V2,
        packing: Packing::Steim2,
        rate_hz,
        clock,
        publication_version: 2,
        record_bytes_max: RECORD_BYTES,
    };
    let mut bytes = Vec::new();
    let at = |s: f64| (((s - first_s) * rate_hz).round().max(0.0) as usize).min(counts.len());
    let sent = |from_s: f64, to_s: f64, into: &mut Vec<u8>| -> Result<(), WriteError> {
        let is_constant = drift.is_none() && matches!(off, SetOff::By(_));
        let piece_s = if !is_constant { STAMP_S } else { to_s - from_s };
        let mut from = at(from_s);
        while from < at(to_s) {
            let to = (from + (piece_s * rate_hz) as usize).min(at(to_s));
            let true_s = first_s + from as f64 / rate_hz;
            let stamped_s =
                true_s + off.at(true_s) + drift.map_or(0.0, |(s_per_hour, _)| s_per_hour * true_s / 3_600.0);
            writer.write(start.plus_s(stamped_s), &counts[from..to], into)?;
            from = to;
        }
        Ok(())
    };
    match sensor.fault {
        Some(Fault::Gap { from_s, to_s }) => {
            sent(span_s.start, span_s.end.min(from_s.max(span_s.start)), &mut bytes)?;
            sent(span_s.start.max(to_s.min(span_s.end)), span_s.end, &mut bytes)?;
        }
        _ => sent(span_s.start, span_s.end, &mut bytes)?,
    }
    Ok(bytes)
}
