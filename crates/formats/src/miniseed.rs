//! miniSEED 2 and 3: records of samples of one channel, as digitizers send them and data centres keep them.
//!
//! Bytes in, values out: nothing here reads a socket or a file. [`read_record`] is given the bytes that are there and
//! gives the record that they begin with, asks for more, or refuses and says how far to skip. The length of a record
//! comes from the record itself. [`records`] does so for a whole file. Samples are decoded when they are asked for.
//!
//! ```
//! use truceline_formats::miniseed::{self, Payload};
//! # use truceline_formats::miniseed::{Packing, Version, Writer};
//! # use truceline_model::{time::Time, waveform::{ClockFlags, Samples}};
//! # let writer = Writer { channel: "FDSN:XX_POST1__H_D_F".into(), version: Version::V3, packing: Packing::Steim2,
//! #     rate_hz: 100.0, clock: ClockFlags::default(), publication_version: 1, record_bytes_max: 512 };
//! # let mut file = Vec::new();
//! # writer.write(Time(0), &[3, 1, 4, 1, 5], &mut file)?;
//! for record in miniseed::records(&file) {
//!     let (_, record) = record?;
//!     if let Payload::Samples(Samples::I32(samples)) = record.payload()? {
//!         assert_eq!((record.source.to_string().as_str(), samples), ("FDSN:XX_POST1__H_D_F", vec![3, 1, 4, 1, 5]));
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Rules where the formats leave a choice
//! - *Leap second:* a second of 60, allowed at 23:59 only, is the first second of the next day, and
//!   [`Record::in_leap_second`] is set. UTC nanoseconds since 1970 have no place of their own for it, so within a record
//!   that contains one ([`Record::leap_seconds`]) times after it are off by a second: whoever uses them must say so.
//! - *Version 2 times:* the header's 0.0001 s, plus the time correction unless the header says that it is applied, plus
//!   the microseconds of blockette 1001.
//! - *Integrity:* in version 3 the CRC-32C must be right. In Steim-1 and Steim-2 the last sample must equal the reverse
//!   integration constant; libmseed only warns. A version 2 record in another encoding has no checksum at all.
//! - *Blockettes:* a chain that breaks before as many as the header counts are read is refused, for the unread one
//!   could hold the sample rate.
//! - *No blockette 1000:* the record ends where the next header stands, and is taken as Steim-1, as in libmseed; if that
//!   is wrong the integration constant tells.
//!
//! Source: SEED Reference Manual 2.4, chapter 8 and appendix B; FDSN miniSEED 3. Checked against libmseed 3.5.4 (times,
//! rates, flags and every sample of its 46 files, of the 11 reference records of FDSN and of 4 files of ObsPy: equal, or
//! refused for the reason that `tests/miniseed.rs` states), and against libmseed 3.4.0 on 300,000 damaged records: where
//! both decode a record under the same header, no sample differs.

mod civil;
mod encoding;
mod error;
mod extra;
mod gain_ranged;
mod payload;
mod signature;
mod source;
mod steim;
mod steim2_writer;
mod version2;
mod version3;
mod writer;

pub use encoding::{ByteOrder, Encoding};
pub use error::RecordError;
pub use payload::Payload;
pub use source::Source;
pub use version2::MAX_UNDECLARED_BYTES;
pub use writer::{Packing, WriteError, Writer};

use error::Fault;
use signature::{Signature, next_record, signature};
use truceline_model::time::Time;
use truceline_model::waveform::{ClockFlags, Segment};

/// The longest record that is read, and so what a reader of a stream must be able to hold: 131,072 double-precision
/// samples. The format recommends at most 4,096 bytes; a longer record delays its first sample by its whole length.
pub const MAX_RECORD_BYTES: usize = 1 << 20;

/// The highest rate of a sensor along a line: ultrasound and more. A higher one is a damaged header.
pub const MAX_RATE_HZ: f64 = 10e6;

/// After a wrong checksum at least this part of the bytes that were summed is left out, so that hostile bytes cannot
/// have the same megabyte summed again from each of its offsets.
const SKIPPED_PART_MIN: usize = 16;

/// The version of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// miniSEED 2: a data record of SEED 2.4.
    V2,
    /// miniSEED 3.
    V3,
}

/// What the record says of the signal's condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Condition {
    /// Calibration signals are present: what looks like an event may be a test.
    pub calibration: bool,
    /// An amplifier was saturated.
    pub saturated: bool,
    /// The digitizer clipped.
    pub clipped: bool,
    /// There are spikes.
    pub spikes: bool,
    /// There are glitches.
    pub glitches: bool,
    /// Data are missing or padded.
    pub missing: bool,
    /// Telemetry lost synchronisation.
    pub telemetry_error: bool,
    /// A digital filter may be charging.
    pub filter_charging: bool,
}

/// A record: its header, and its samples still encoded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Record<'a> {
    /// The version of the format.
    pub version: Version,
    /// The channel.
    pub source: Source<'a>,
    /// Time of the first sample, of version 2 with correction and microseconds applied.
    pub start: Time,
    /// The start lies in a leap second, which [`start`](Self::start) cannot tell from the second after it.
    pub in_leap_second: bool,
    /// Leap seconds during the record by its own statement: +1 inserted, -1 left out, 0 none.
    pub leap_seconds: i8,
    /// Samples per second; 0 where there is no time series. Finite, not negative, at most [`MAX_RATE_HZ`].
    pub rate_hz: f64,
    /// How the samples are encoded.
    pub encoding: Encoding,
    /// The byte order of the samples.
    pub order: ByteOrder,
    /// How many samples, or bytes of text, by the header's statement. Only decoding tells whether they are there.
    pub sample_count: usize,
    /// The publication version. Of version 2 the quality letter in libmseed's mapping: R 1, D 2, Q 3, M 4.
    pub publication_version: u8,
    /// What is said about the clock: its bits as they stand (many instruments never set the one for *locked*), and the
    /// timing quality unless it is above 100 %.
    pub clock: ClockFlags,
    /// The sender's bound for the error of its time, s; version 3 only.
    pub time_error_max_s: Option<f64>,
    /// What is said about the signal.
    pub condition: Condition,
    bytes: &'a [u8],
    payload: &'a [u8],
    payload_offset: usize,
}

impl<'a> Record<'a> {
    /// The record as it was sent.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Decodes the samples into a segment; `None` where the record has none (a header alone, or text).
    ///
    /// # Errors
    /// If the samples cannot be decoded, as in [`payload`](Self::payload), or the record states no sample rate.
    pub fn segment(&self) -> Result<Option<Segment>, RecordError> {
        let Payload::Samples(samples) = self.payload()? else { return Ok(None) };
        if self.rate_hz <= 0.0 {
            let error =
                RecordError::new(if self.version == Version::V2 { 32 } else { 16 }, "sample rate", "none is stated");
            return Err(error.skipping(self.bytes.len()));
        }
        Ok(Some(Segment {
            channel: self.source.to_string(),
            start: self.start,
            rate_hz: self.rate_hz,
            samples,
            clock: self.clock,
        }))
    }
}

/// What the given bytes begin with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Next<'a> {
    /// A record; the next one begins after [`Record::bytes`].
    Record(Record<'a>),
    /// Not all of a record yet: at least so many bytes from the first one on are needed, more than were given and at
    /// most [`MAX_RECORD_BYTES`].
    More(usize),
}

/// At least so many bytes are needed.
struct More(usize);

/// As [`Next`], before the end of the bytes is looked at.
enum Step<'a> {
    Record(Record<'a>),
    More(usize),
}

/// Reads the record that begins at the first byte. `at_end` says that nothing follows the bytes: then an incomplete
/// record is an error, and a version 2 record that does not state its length may end where they end.
///
/// The answer depends on the bytes of the record only (for a record that does not state its length also on the next
/// header), never on how they were cut on their way. Without any bytes the answer is [`Next::More`].
///
/// # Errors
/// If no record begins here, or the one that does is damaged; [`RecordError::skip_bytes`] says how to go on: to the end
/// of the record if another record or the end stands there, otherwise to the next place where one may begin.
pub fn read_record(bytes: &[u8], at_end: bool) -> Result<Next<'_>, RecordError> {
    let step = match signature(bytes) {
        Signature::V2 => version2::read(bytes, at_end),
        Signature::V3 => version3::read(bytes),
        Signature::Open(needed) => Ok(Step::More(needed)),
        Signature::Control(kind) => {
            let message = format!("a control header of type {} of a SEED volume, expected a data record", kind as char);
            Err(Fault::new(6, "record type", message))
        }
        Signature::Neither => {
            Err(Fault::new(0, "signature", "neither a miniSEED 2 nor a miniSEED 3 record begins here"))
        }
    };
    let fault = match step {
        Ok(Step::Record(record)) => return Ok(Next::Record(record)),
        Ok(Step::More(needed)) if !at_end || bytes.is_empty() => return Ok(Next::More(needed)),
        Ok(Step::More(needed)) => {
            let message = format!("the bytes end here, at least {needed} belong to the record");
            Fault::new(bytes.len(), "end", message)
        }
        Err(fault) => fault,
    };
    let skip = skip_of(bytes, &fault, at_end);
    Err(fault.error.skipping(skip))
}

fn skip_of(bytes: &[u8], fault: &Fault, at_end: bool) -> usize {
    match fault.length {
        Some(length) if length <= bytes.len() && next_record(bytes, length, at_end) == length => length,
        Some(length) => next_record(bytes, (length.min(bytes.len()) / SKIPPED_PART_MIN).max(1), at_end),
        None => next_record(bytes, 1, at_end),
    }
}

fn check_rate(rate_hz: f64, at: usize) -> Result<(), Fault> {
    // Written so that NaN is refused too.
    if (0.0..=MAX_RATE_HZ).contains(&rate_hz) {
        return Ok(());
    }
    Err(Fault::new(at, "sample rate", format!("{rate_hz} Hz, expected 0 to {MAX_RATE_HZ}")))
}

/// The records of a whole file, each with its offset in bytes. What is refused appears as an error with its offset, and
/// the records after it follow.
#[must_use]
pub fn records(bytes: &[u8]) -> Records<'_> {
    Records { bytes, offset: 0 }
}

/// Iterates over the records of a file; see [`records`].
#[derive(Debug, Clone)]
pub struct Records<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<(usize, Record<'a>), Misread>;

    fn next(&mut self) -> Option<Self::Item> {
        let at = self.offset;
        let rest = self.bytes.get(at..).filter(|rest| !rest.is_empty())?;
        match read_record(rest, true) {
            Ok(Next::Record(record)) => {
                self.offset += record.bytes.len();
                Some(Ok((at, record)))
            }
            // Does not happen: at the end an incomplete record is an error.
            Ok(Next::More(_)) => None,
            Err(error) => {
                self.offset += error.skip_bytes().max(1);
                Some(Err(Misread { at, error }))
            }
        }
    }
}

/// What was refused of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misread {
    /// The offset in the file at which reading stood.
    pub at: usize,
    /// What was wrong there.
    pub error: RecordError,
}

impl std::fmt::Display for Misread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "record at byte {}: {}", self.at, self.error)
    }
}

impl std::error::Error for Misread {}
