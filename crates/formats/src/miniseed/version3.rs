//! The header of version 3: FDSN miniSEED 3, "Record definition".
use super::civil::Civil;
use super::encoding::{ByteOrder, Encoding};
use super::error::Fault;
use super::extra;
use super::signature::FIXED_V3_BYTES;
use super::source::Source;
use super::{MAX_RECORD_BYTES, Record, Step, Version, check_rate};
use truceline_model::time::Time;
use truceline_model::waveform::ClockFlags;

/// Where the CRC stands.
pub(super) const CRC_AT: usize = 28;

/// Reads the record whose signature stands at the first byte.
pub(super) fn read(bytes: &[u8]) -> Result<Step<'_>, Fault> {
    let Some(header) = bytes.first_chunk::<FIXED_V3_BYTES>() else { return Ok(Step::More(FIXED_V3_BYTES)) };
    let u16_at = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
    let u32_at = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let u64_at = |at: usize| u64::from(u32_at(at)) | u64::from(u32_at(at + 4)) << 32;

    let extra_at = FIXED_V3_BYTES + usize::from(header[33]);
    let payload_offset = extra_at + usize::from(u16_at(34));
    let length = u64::from(u32_at(36)) + payload_offset as u64;
    if length > MAX_RECORD_BYTES as u64 {
        let message = format!("{length} bytes by the lengths of its parts, at most {MAX_RECORD_BYTES} are read");
        return Err(Fault::new(36, "record length", message));
    }
    let length = length as usize;
    let Some(record) = bytes.get(..length) else { return Ok(Step::More(length)) };
    let stated = u32_at(CRC_AT);
    let computed = crc(record);
    // Before anything else of the record is believed.
    if stated != computed {
        let message = format!("0x{stated:08X}, but the CRC-32C of the record is 0x{computed:08X}");
        return Err(Fault::new(CRC_AT, "checksum", message).in_record_of(length));
    }
    read_checked(record, header, extra_at, payload_offset, u64_at(16), u32_at(24), u32_at(4))
        .map(Step::Record)
        .map_err(|fault| fault.in_record_of(length))
}

fn read_checked<'a>(
    record: &'a [u8],
    header: &[u8; FIXED_V3_BYTES],
    extra_at: usize,
    payload_offset: usize,
    rate_bits: u64,
    sample_count: u32,
    nanosecond: u32,
) -> Result<Record<'a>, Fault> {
    let civil = Civil {
        year: u16::from_le_bytes([header[8], header[9]]),
        day_of_year: u16::from_le_bytes([header[10], header[11]]),
        hour: header[12],
        minute: header[13],
        second: header[14],
    };
    let start_ns = civil.ns(8)?;
    if nanosecond > 999_999_999 {
        return Err(Fault::new(4, "start nanosecond", format!("{nanosecond}, expected 0 to 999999999")));
    }
    let source = Source::of_text(&record[FIXED_V3_BYTES..extra_at])?;
    let rate_hz = rate_hz(f64::from_bits(rate_bits));
    check_rate(rate_hz, 16)?;
    let encoding = Encoding::of(header[15]);
    if encoding.is_legacy() {
        let message = format!("{} ({encoding}) is retired and not allowed in version 3", header[15]);
        return Err(Fault::new(15, "encoding", message));
    }
    let extra = extra::read(&record[extra_at..payload_offset], extra_at)?;
    let order = match encoding {
        Encoding::Steim1 | Encoding::Steim2 => ByteOrder::Big,
        _ => ByteOrder::Little,
    };
    let mut condition = extra.condition;
    condition.calibration |= header[3] & 0x01 != 0;
    Ok(Record {
        version: Version::V3,
        source,
        start: Time(start_ns + i64::from(nanosecond)),
        in_leap_second: civil.second == 60,
        leap_seconds: extra.leap_seconds,
        rate_hz,
        encoding,
        order,
        sample_count: sample_count as usize,
        publication_version: header[32],
        clock: ClockFlags {
            questionable: Some(header[3] & 0x02 != 0),
            locked: Some(header[3] & 0x04 != 0),
            quality_percent: extra.quality_percent,
        },
        time_error_max_s: extra.time_error_max_s,
        condition,
        bytes: record,
        payload: &record[payload_offset..],
        payload_offset,
    })
}

/// Samples per second; a negative number is the period in seconds.
fn rate_hz(rate_or_period: f64) -> f64 {
    if rate_or_period < 0.0 { -1.0 / rate_or_period } else { rate_or_period }
}

/// CRC-32C of the record with zeros in the place of its own field.
pub(super) fn crc(record: &[u8]) -> u32 {
    let (before, after) = record.split_at(CRC_AT.min(record.len()));
    let crc = crc32c::crc32c_append(crc32c::crc32c(before), &[0; 4]);
    crc32c::crc32c_append(crc, after.get(4..).unwrap_or_default())
}
