//! Writing records: what our own simulated sensors send, and what the tests read.
use super::civil::Civil;
use super::encoding::Encoding;
use super::signature::{FIXED_V2_BYTES, FIXED_V3_BYTES};
use super::steim::FRAME_BYTES;
use super::steim2_writer;
use super::version3::{CRC_AT, crc};
use super::{MAX_RATE_HZ, MAX_RECORD_BYTES, Version};
use std::fmt;
use truceline_model::time::{NS_PER_S, Time};
use truceline_model::waveform::ClockFlags;

/// The shortest version 2 record that is written: a header with three blockettes and one frame.
const MIN_V2_BYTES: usize = 256;

/// How samples are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// 32-bit integers.
    Int32,
    /// Steim-2: differences, of at most 30 bits.
    Steim2,
}

/// Writes records of one channel.
///
/// Checked against pymseed 1.0.1 (libmseed 3.5.4) and ObsPy 1.5.1, which read what it writes; the records are kept in
/// `tests/miniseed/`.
#[derive(Debug, Clone, PartialEq)]
pub struct Writer {
    /// The channel. For version 2 `FDSN:NET_STA_LOC_B_S_SS` whose codes fit into 2, 5, 2, 1, 1 and 1 characters.
    pub channel: String,
    /// The version of the format.
    pub version: Version,
    /// How the samples are packed.
    pub packing: Packing,
    /// Samples per second. Version 2 holds it exactly if it or the period is a whole number up to 32,767; any other is
    /// rounded to single precision.
    pub rate_hz: f64,
    /// What is said about the clock.
    pub clock: ClockFlags,
    /// The publication version; in version 2 the quality letter as [`Record`](super::Record) has it.
    pub publication_version: u8,
    /// How long a record may be. Version 2 records all have this length, a power of two of 256 to 65,536.
    pub record_bytes_max: usize,
}

/// Why records cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteError(pub(super) String);

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WriteError {}

impl Writer {
    /// Appends records of the samples, the first of which is of the time `start`, and returns how many records they
    /// are. Version 3 keeps nanoseconds; version 2 rounds each record's start to the microsecond.
    ///
    /// # Errors
    /// If a field does not fit into the format, or a difference of neighbouring samples does not fit into 30 bits of
    /// Steim-2. Then nothing is appended.
    pub fn write(&self, start: Time, samples: &[i32], into: &mut Vec<u8>) -> Result<usize, WriteError> {
        let header = Header::of(self)?;
        let before = into.len();
        let mut done = 0;
        let mut records = 0;
        while done < samples.len() {
            let offset_ns = (done as f64 / self.rate_hz * NS_PER_S as f64).round();
            let time = Time(start.0.saturating_add(offset_ns as i64));
            match header.write(self, time, records, done, samples, into) {
                Ok(count) => done += count,
                Err(error) => {
                    into.truncate(before);
                    return Err(error);
                }
            }
            records += 1;
        }
        Ok(records)
    }
}

/// What is the same in all records of a writer.
struct Header {
    /// Version 2: station, location, channel, network, padded. Version 3: the identifier.
    source: Vec<u8>,
    /// Version 3: the extra headers.
    extra: Vec<u8>,
    /// Version 2: factor and multiplier, and the rate of blockette 100 where they do not say it.
    rate: (i16, i16, Option<f32>),
    payload_offset: usize,
    payload_bytes_max: usize,
}

impl Header {
    fn of(writer: &Writer) -> Result<Self, WriteError> {
        if !(writer.rate_hz > 0.0 && writer.rate_hz <= MAX_RATE_HZ) {
            return Err(WriteError(format!("a rate of {} Hz, expected above 0 to {MAX_RATE_HZ}", writer.rate_hz)));
        }
        let (source, extra, rate, payload_offset) = match writer.version {
            Version::V2 => {
                let length = writer.record_bytes_max;
                if !length.is_power_of_two() || !(MIN_V2_BYTES..=1 << 16).contains(&length) {
                    let message =
                        format!("records of {length} bytes, expected a power of two of {MIN_V2_BYTES} to 65536");
                    return Err(WriteError(message));
                }
                let rate = rate_v2(writer.rate_hz);
                // Frames stand on a multiple of their length; blockette 100 needs the next one.
                let payload_offset = if rate.2.is_some() { 2 * FRAME_BYTES } else { FRAME_BYTES };
                (codes_v2(&writer.channel)?.to_vec(), Vec::new(), rate, payload_offset)
            }
            Version::V3 => {
                let source = writer.channel.as_bytes().to_vec();
                if source.is_empty() || source.len() > 255 || !source.iter().all(u8::is_ascii_graphic) {
                    let message = format!("channel {:?}, expected 1 to 255 printable ASCII characters", writer.channel);
                    return Err(WriteError(message));
                }
                let extra = match writer.clock.quality_percent {
                    Some(percent) => format!("{{\"FDSN\":{{\"Time\":{{\"Quality\":{percent}}}}}}}").into_bytes(),
                    None => Vec::new(),
                };
                let payload_offset = FIXED_V3_BYTES + source.len() + extra.len();
                (source, extra, (0, 0, None), payload_offset)
            }
        };
        let payload_bytes_max = writer.record_bytes_max.min(MAX_RECORD_BYTES).saturating_sub(payload_offset);
        if payload_bytes_max < FRAME_BYTES {
            let message = format!("records of {} bytes leave no room for a frame of samples", writer.record_bytes_max);
            return Err(WriteError(message));
        }
        Ok(Self { source, extra, rate, payload_offset, payload_bytes_max })
    }

    /// Appends one record of the samples after those that are `done`, and returns how many it took.
    fn write(
        &self,
        writer: &Writer,
        start: Time,
        number: usize,
        done: usize,
        samples: &[i32],
        into: &mut Vec<u8>,
    ) -> Result<usize, WriteError> {
        let begin = into.len();
        // Before the very first sample nothing is known; its difference is not used by any reader.
        let previous = samples[done.saturating_sub(1)];
        let samples = &samples[done..];
        // The number of samples in a version 2 header has 16 bits.
        let count_max = if writer.version == Version::V2 { usize::from(u16::MAX) } else { samples.len() };
        let samples = &samples[..samples.len().min(count_max)];
        into.resize(begin + self.payload_offset, 0);
        let count = match writer.packing {
            Packing::Int32 => {
                let count = samples.len().min(self.payload_bytes_max / 4);
                for sample in &samples[..count] {
                    into.extend(match writer.version {
                        Version::V2 => sample.to_be_bytes(),
                        Version::V3 => sample.to_le_bytes(),
                    });
                }
                count
            }
            Packing::Steim2 => {
                let frames_max = self.payload_bytes_max / FRAME_BYTES;
                steim2_writer::pack(previous, samples, frames_max, into).map_err(|index| {
                    let message = "differs from the one before by more than 30 bits of Steim-2 hold";
                    WriteError(format!("sample {}: it {message}", done + index))
                })?
            }
        };
        let payload_bytes = into.len() - begin - self.payload_offset;
        let encoding = match writer.packing {
            Packing::Int32 => Encoding::Int32,
            Packing::Steim2 => Encoding::Steim2,
        };
        match writer.version {
            Version::V2 => {
                into.resize(begin + writer.record_bytes_max, 0);
                self.fill_v2(writer, start, number, count, encoding, &mut into[begin..])?;
            }
            Version::V3 => self.fill_v3(writer, start, count, encoding, payload_bytes, &mut into[begin..])?,
        }
        Ok(count)
    }

    fn fill_v2(
        &self,
        writer: &Writer,
        start: Time,
        number: usize,
        count: usize,
        encoding: Encoding,
        record: &mut [u8],
    ) -> Result<(), WriteError> {
        // The header holds the nearest 0.0001 s, blockette 1001 the -50 to 49 microseconds from there.
        let microseconds = start.0.saturating_add(500).div_euclid(1_000);
        let ticks = (microseconds + 50).div_euclid(100);
        let rest_us = microseconds - 100 * ticks;
        let (civil, fraction_ns) = Civil::of(ticks.saturating_mul(100_000))
            .filter(|(civil, _)| (1900..=2100).contains(&civil.year))
            .ok_or_else(|| WriteError(format!("a start of {start}, expected the years 1900 to 2100")))?;
        record[..6].copy_from_slice(format!("{:06}", number % 999_999 + 1).as_bytes());
        record[6] = match writer.publication_version {
            1 => b'R',
            2 => b'D',
            3 => b'Q',
            4 => b'M',
            other => return Err(WriteError(format!("publication version {other}, expected 1 to 4 in version 2"))),
        };
        record[7] = b' ';
        let mut put = |at: usize, bytes: &[u8]| record[at..at + bytes.len()].copy_from_slice(bytes);
        let blockette = |at: u16, kind: u16, next: bool, length: u16| {
            let next = if next { at + length } else { 0 };
            [kind.to_be_bytes(), next.to_be_bytes()].concat()
        };
        put(8, &self.source);
        put(20, &civil.year.to_be_bytes());
        put(22, &civil.day_of_year.to_be_bytes());
        put(24, &[civil.hour, civil.minute, civil.second, 0]);
        put(28, &((fraction_ns / 100_000) as u16).to_be_bytes());
        put(30, &(count as u16).to_be_bytes());
        let (factor, multiplier, exact) = self.rate;
        put(32, &factor.to_be_bytes());
        put(34, &multiplier.to_be_bytes());
        put(37, &[if writer.clock.locked == Some(true) { 0x20 } else { 0 }]);
        put(38, &[if writer.clock.questionable == Some(true) { 0x80 } else { 0 }]);
        put(39, &[if exact.is_some() { 3 } else { 2 }]);
        put(44, &(self.payload_offset as u16).to_be_bytes());
        put(46, &(FIXED_V2_BYTES as u16).to_be_bytes());
        put(48, &blockette(48, 1000, true, 8));
        put(52, &[encoding.code(), 1, writer.record_bytes_max.trailing_zeros() as u8, 0]);
        put(56, &blockette(56, 1001, exact.is_some(), 8));
        // Above 100 %: not known.
        put(60, &[writer.clock.quality_percent.unwrap_or(u8::MAX), (rest_us as i8).cast_unsigned()]);
        if let Some(rate_hz) = exact {
            put(64, &blockette(64, 100, false, 12));
            put(68, &rate_hz.to_bits().to_be_bytes());
        }
        Ok(())
    }

    fn fill_v3(
        &self,
        writer: &Writer,
        start: Time,
        count: usize,
        encoding: Encoding,
        payload_bytes: usize,
        record: &mut [u8],
    ) -> Result<(), WriteError> {
        let (civil, fraction_ns) =
            Civil::of(start.0).ok_or_else(|| WriteError(format!("a start of {start} that no header can state")))?;
        let flags = if writer.clock.questionable == Some(true) { 0x02 } else { 0 }
            | if writer.clock.locked == Some(true) { 0x04 } else { 0 };
        let mut put = |at: usize, bytes: &[u8]| record[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, &[b'M', b'S', 3, flags]);
        put(4, &fraction_ns.to_le_bytes());
        put(8, &civil.year.to_le_bytes());
        put(10, &civil.day_of_year.to_le_bytes());
        put(12, &[civil.hour, civil.minute, civil.second, encoding.code()]);
        put(16, &rate_v3(writer.rate_hz).to_bits().to_le_bytes());
        put(24, &(count as u32).to_le_bytes());
        put(32, &[writer.publication_version, self.source.len() as u8]);
        put(34, &(self.extra.len() as u16).to_le_bytes());
        put(36, &(payload_bytes as u32).to_le_bytes());
        put(FIXED_V3_BYTES, &self.source);
        put(FIXED_V3_BYTES + self.source.len(), &self.extra);
        let crc = crc(record);
        record[CRC_AT..CRC_AT + 4].copy_from_slice(&crc.to_le_bytes());
        Ok(())
    }
}

/// The period for rates below one per second, as the format asks for, where that loses nothing.
fn rate_v3(rate_hz: f64) -> f64 {
    let period_s = 1.0 / rate_hz;
    if rate_hz < 1.0 && 1.0 / period_s == rate_hz { -period_s } else { rate_hz }
}

/// Factor and multiplier where rate or period is a whole number; otherwise nearby ones and the rate itself.
fn rate_v2(rate_hz: f64) -> (i16, i16, Option<f32>) {
    let whole = |value: f64| {
        let rounded = value.round();
        ((1.0..=32_767.0).contains(&rounded)).then_some(rounded as i16)
    };
    let period_s = 1.0 / rate_hz;
    match (whole(rate_hz), whole(period_s)) {
        (Some(rate), _) if f64::from(rate) == rate_hz => (rate, 1, None),
        (_, Some(period)) if 1.0 / f64::from(period) == rate_hz => (-period, 1, None),
        (Some(rate), _) if rate_hz >= 1.0 => (rate, 1, Some(rate_hz as f32)),
        (_, Some(period)) => (-period, 1, Some(rate_hz as f32)),
        _ => (0, 0, Some(rate_hz as f32)),
    }
}

/// Station, location, channel and network of an FDSN source identifier, padded with spaces.
fn codes_v2(channel: &str) -> Result<[u8; 12], WriteError> {
    let wrong = || {
        WriteError(format!(
            "channel {channel:?}, expected FDSN:NET_STA_LOC_B_S_SS with codes of at most 2, 5, 2, 1, 1 and 1 letters, \
             digits or hyphens"
        ))
    };
    let parts: Vec<&str> = channel.strip_prefix("FDSN:").ok_or_else(wrong)?.split('_').collect();
    let [network, station, location, band, source, subsource] = parts[..] else { return Err(wrong()) };
    let mut codes = [b' '; 12];
    for (code, at, length) in
        [(station, 0, 5), (location, 5, 2), (band, 7, 1), (source, 8, 1), (subsource, 9, 1), (network, 10, 2)]
    {
        if code.len() > length || !code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(wrong());
        }
        codes[at..at + code.len()].copy_from_slice(code.as_bytes());
    }
    Ok(codes)
}
