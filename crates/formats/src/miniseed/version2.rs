//! The header of version 2: SEED 2.4, chapter 8, "Fixed Section of Data Header" and the data record blockettes.
use super::civil::Civil;
use super::encoding::{ByteOrder, Encoding};
use super::error::Fault;
use super::signature::{FIXED_V2_BYTES, is_v2};
use super::source::Source;
use super::{Condition, MAX_RECORD_BYTES, More, Record, Step, Version, check_rate};
use truceline_model::time::Time;
use truceline_model::waveform::ClockFlags;

/// A record that does not state its length ends where the next begins. It is looked for this far: the offsets of its
/// own header are 16 bits long, so a longer one could not point to all of itself.
pub const MAX_UNDECLARED_BYTES: usize = 1 << 16;

/// The grid on which the next header is looked for, as in libmseed.
const UNDECLARED_STEP_BYTES: usize = 64;

/// The shortest record: libmseed reads none below. SEED has 256 as the shortest, instruments send 128.
const MIN_RECORD_BYTES: usize = 64;

/// The years that tell the byte order of the header, as in libmseed: those of digital seismometry.
const YEARS: std::ops::RangeInclusive<u16> = 1900..=2100;

/// The unit of the header's fractions of a second, ns.
const TICK_NS: i64 = 100_000;

/// What the blockettes say that matters here.
#[derive(Default)]
struct Blockettes {
    /// Blockette 1000: encoding, order and length.
    data_only: Option<(u8, u8, usize)>,
    /// Blockette 1001: timing quality and microseconds.
    extension: Option<(u8, i8)>,
    /// Blockette 100: the actual sample rate.
    rate_hz: Option<f32>,
    /// Where the last one that was read ends.
    end: usize,
}

/// Reads the record whose signature stands at the first byte.
pub(super) fn read(bytes: &[u8], at_end: bool) -> Result<Step<'_>, Fault> {
    let Some(header) = bytes.first_chunk::<FIXED_V2_BYTES>() else { return Ok(Step::More(FIXED_V2_BYTES)) };
    let order = order_of(header)?;
    let u16_at = |at: usize| order.u16([header[at], header[at + 1]]);
    let source = codes_of(header)?;
    let civil =
        Civil { year: u16_at(20), day_of_year: u16_at(22), hour: header[24], minute: header[25], second: header[26] };
    let mut start_ns = civil.ns(20)?;
    let ticks = u16_at(28);
    if ticks > 9_999 {
        return Err(Fault::new(28, "start fraction", format!("{ticks}, expected 0 to 9999 ticks of 0.0001 s")));
    }
    start_ns += i64::from(ticks) * TICK_NS;

    let blockettes = match blockettes_of(bytes, header, order)? {
        Ok(blockettes) => blockettes,
        Err(More(needed)) => return Ok(Step::More(needed)),
    };
    let (encoding, payload_order, length) = match blockettes.data_only {
        // Anything but 0 is big, as in libmseed: some writers leave other numbers there.
        Some((encoding, order, length)) => {
            (Encoding::of(encoding), if order == 0 { ByteOrder::Little } else { ByteOrder::Big }, length)
        }
        None => match undeclared_length(bytes, at_end)? {
            // What writes no blockette 1000 is older than any encoding but this one; libmseed assumes the same.
            Ok(length) => (Encoding::Steim1, order, length),
            Err(More(needed)) => return Ok(Step::More(needed)),
        },
    };
    let Some(record) = bytes.get(..length) else { return Ok(Step::More(length)) };
    let fault = |at, field, message: String| Err(Fault::new(at, field, message).in_record_of(length));

    let activity = header[36];
    let correction = order.u32([header[40], header[41], header[42], header[43]]).cast_signed();
    if activity & 0x02 == 0 {
        start_ns += i64::from(correction) * TICK_NS;
    }
    if let Some((_, microseconds)) = blockettes.extension {
        start_ns += i64::from(microseconds) * 1_000;
    }
    let rate_hz = match blockettes.rate_hz {
        Some(rate_hz) => f64::from(rate_hz),
        None => nominal_rate_hz(u16_at(32).cast_signed(), u16_at(34).cast_signed()),
    };
    check_rate(rate_hz, 32).map_err(|fault| fault.in_record_of(length))?;
    let sample_count = usize::from(u16_at(30));
    let data_offset = usize::from(u16_at(44));
    let payload = if sample_count == 0 {
        &[]
    } else if data_offset < blockettes.end {
        let message = format!("{data_offset}, but the header with its blockettes ends at {}", blockettes.end);
        return fault(44, "data offset", message);
    } else if data_offset >= length {
        return fault(44, "data offset", format!("{data_offset}, but the record has {length} bytes"));
    } else {
        &record[data_offset..]
    };
    let quality = header[38];
    Ok(Step::Record(Record {
        version: Version::V2,
        source,
        start: Time(start_ns),
        in_leap_second: civil.second == 60,
        leap_seconds: i8::from(activity & 0x10 != 0) - i8::from(activity & 0x20 != 0),
        rate_hz,
        encoding,
        order: payload_order,
        sample_count,
        publication_version: match header[6] {
            b'R' => 1,
            b'D' => 2,
            b'Q' => 3,
            _ => 4,
        },
        clock: ClockFlags {
            questionable: Some(quality & 0x80 != 0),
            locked: Some(header[37] & 0x20 != 0),
            quality_percent: blockettes.extension.map(|(percent, _)| percent).filter(|percent| *percent <= 100),
        },
        time_error_max_s: None,
        condition: Condition {
            calibration: activity & 0x01 != 0,
            saturated: quality & 0x01 != 0,
            clipped: quality & 0x02 != 0,
            spikes: quality & 0x04 != 0,
            glitches: quality & 0x08 != 0,
            missing: quality & 0x10 != 0,
            telemetry_error: quality & 0x20 != 0,
            filter_charging: quality & 0x40 != 0,
        },
        bytes: record,
        payload,
        payload_offset: data_offset,
    }))
}

/// The byte order of the header: that in which year and day are possible. Only for one day in 2056 both are; then it
/// is big-endian, which SEED requires.
fn order_of(header: &[u8; FIXED_V2_BYTES]) -> Result<ByteOrder, Fault> {
    let year_and_day = |order: ByteOrder| (order.u16([header[20], header[21]]), order.u16([header[22], header[23]]));
    for order in [ByteOrder::Big, ByteOrder::Little] {
        let (year, day) = year_and_day(order);
        if YEARS.contains(&year) && (1..=366).contains(&day) {
            return Ok(order);
        }
    }
    let (year, day) = year_and_day(ByteOrder::Big);
    let message = format!(
        "year {year} and day {day}, expected {} to {} and 1 to 366 in either byte order",
        YEARS.start(),
        YEARS.end()
    );
    Err(Fault::new(20, "start time", message))
}

fn codes_of(header: &[u8; FIXED_V2_BYTES]) -> Result<Source<'_>, Fault> {
    match header[8..].first_chunk::<12>() {
        Some(codes) => Source::of_codes(codes),
        None => Err(Fault::new(8, "station code", "the header is too short")),
    }
}

/// Follows the chain of blockettes. It ends with an offset of 0. An offset that leads nowhere is a fault, unless as
/// many blockettes as the header counts are read by then: what is left out could hold the sample rate.
fn blockettes_of(
    bytes: &[u8],
    header: &[u8; FIXED_V2_BYTES],
    order: ByteOrder,
) -> Result<Result<Blockettes, More>, Fault> {
    let counted = usize::from(header[39]);
    let mut found = Blockettes { end: FIXED_V2_BYTES, ..Blockettes::default() };
    let mut pointer = 46;
    let mut offset = usize::from(order.u16([header[46], header[47]]));
    let mut read = 0;
    // Each turn moves the offset forward by at least four bytes and it has 16 bits: the chain is bounded.
    while offset != 0 {
        let length = found.data_only.map(|(_, _, length)| length);
        let leads_nowhere = |message: String| {
            let fault = Fault::new(pointer, "blockette offset", message);
            match length {
                Some(length) => fault.in_record_of(length),
                None => fault,
            }
        };
        if offset < found.end {
            if read >= counted && read > 0 {
                break;
            }
            let message = format!("{offset}, but the header and the blockettes so far end at {}", found.end);
            return Err(leads_nowhere(message));
        }
        let beyond = |end: usize| length.is_some_and(|length| end > length);
        if beyond(offset + 4) {
            if read >= counted {
                break;
            }
            let message = format!("{offset}, but the record has {} bytes", length.unwrap_or_default());
            return Err(leads_nowhere(message));
        }
        let Some([a, b, c, d]) = bytes[offset.min(bytes.len())..].first_chunk::<4>() else {
            return Ok(Err(More(offset + 4)));
        };
        let kind = order.u16([*a, *b]);
        let needed = match kind {
            100 => 12,
            1000 | 1001 => 8,
            _ => 4,
        };
        if beyond(offset + needed) {
            let message = format!("blockette {kind} at {offset} does not fit into the record");
            return Err(leads_nowhere(message));
        }
        let Some(body) = bytes.get(offset..offset + needed) else { return Ok(Err(More(offset + needed))) };
        match kind {
            // The first one counts where there are several: it is the one by which the record was measured.
            1000 if found.data_only.is_none() => {
                let length = 1_usize.checked_shl(u32::from(body[6])).unwrap_or(usize::MAX);
                if !(MIN_RECORD_BYTES..=MAX_RECORD_BYTES).contains(&length) {
                    let message = format!(
                        "two to the power of {}, expected {MIN_RECORD_BYTES} to {MAX_RECORD_BYTES} bytes",
                        body[6]
                    );
                    return Err(Fault::new(offset + 6, "record length", message));
                }
                found.data_only = Some((body[4], body[5], length));
                if offset + needed > length {
                    let message = format!("{length}, but its blockette 1000 ends at {}", offset + needed);
                    return Err(Fault::new(offset + 6, "record length", message));
                }
            }
            1001 => found.extension = Some((body[4], body[5].cast_signed())),
            100 => found.rate_hz = Some(f32::from_bits(order.u32([body[4], body[5], body[6], body[7]]))),
            _ => {}
        }
        found.end = offset + needed;
        pointer = offset + 2;
        offset = usize::from(order.u16([*c, *d]));
        read += 1;
    }
    Ok(Ok(found))
}

/// The length of a record without blockette 1000: up to the next header; at the end of a file what is left of it, if
/// that is a power of two. As libmseed 3.4.
fn undeclared_length(bytes: &[u8], at_end: bool) -> Result<Result<usize, More>, Fault> {
    const FIELD: &str = "record length";
    let last = bytes.len().saturating_sub(FIXED_V2_BYTES).min(MAX_UNDECLARED_BYTES);
    if let Some(length) = (UNDECLARED_STEP_BYTES..=last).step_by(UNDECLARED_STEP_BYTES).find(|at| is_v2(&bytes[*at..]))
    {
        return Ok(Ok(length));
    }
    if at_end && bytes.len().is_power_of_two() && (MIN_RECORD_BYTES..=MAX_UNDECLARED_BYTES).contains(&bytes.len()) {
        return Ok(Ok(bytes.len()));
    }
    if at_end || bytes.len() >= MAX_UNDECLARED_BYTES + FIXED_V2_BYTES {
        let message = format!("no blockette 1000 states it, and no header follows within {MAX_UNDECLARED_BYTES} bytes");
        return Err(Fault::new(46, FIELD, message));
    }
    let next = (last / UNDECLARED_STEP_BYTES + 1) * UNDECLARED_STEP_BYTES;
    Ok(Err(More((next + FIXED_V2_BYTES).max(bytes.len() + 1))))
}

/// The rate of factor and multiplier: a negative factor is a period in seconds, a negative multiplier divides.
/// SEED 2.4, fixed section, fields 10 and 11; libmseed's `ms_nomsamprate`. A multiplier of 0 is left out.
fn nominal_rate_hz(factor: i16, multiplier: i16) -> f64 {
    let (factor, multiplier) = (f64::from(factor), f64::from(multiplier));
    let rate = if factor < 0.0 { -1.0 / factor } else { factor };
    if multiplier > 0.0 {
        rate * multiplier
    } else if multiplier < 0.0 {
        -(rate / multiplier)
    } else {
        rate
    }
}

#[cfg(test)]
mod tests {
    use super::nominal_rate_hz;

    #[test]
    fn factor_and_multiplier() {
        // The four examples of the SEED manual.
        for (factor, multiplier, rate) in [(33, 10, 330.0), (330, 1, 330.0), (3306, -10, 330.6), (-60, 1, 1.0 / 60.0)] {
            assert_eq!(nominal_rate_hz(factor, multiplier), rate);
        }
        assert_eq!(nominal_rate_hz(1, -10), 0.1);
        assert_eq!(nominal_rate_hz(0, 0), 0.0);
        assert_eq!(nominal_rate_hz(100, 0), 100.0);
        assert_eq!(nominal_rate_hz(i16::MIN, i16::MIN), 1.0 / 32768.0 / 32768.0);
    }
}
