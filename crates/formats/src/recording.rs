//! Waveforms as records that can be registered, and back to their samples.
//!
//! A closed file of miniSEED becomes *runs*: some records of one channel, in the order of their times, one payload
//! each. Other files are one payload whole. A record of a stream is checked by [`piece`]. What is read here once to see
//! that it can be is read again from the payload by [`segments`], by whoever derives from it.
use crate::error::FormatError;
use crate::miniseed::{self, Next};
use crate::source_id::clip;
use crate::{sac, slist, wav, waveform};
use std::collections::BTreeMap;
use std::ops::Range;
use truceline_model::hash::Hash;
use truceline_model::record::{Form, MAX_CHANNEL_BYTES, MAX_PAYLOAD_BYTES, MAX_PIECES, Piece, Record};
use truceline_model::refusal::Refusal;
use truceline_model::report::SourceRef;
use truceline_model::time::{Interval, NS_PER_S, Time};
use truceline_model::waveform::{ClockFlags, Segment};

/// The largest file of miniSEED that is read at once: days of a hundred channels. Larger ones are cut between records.
pub const MAX_RECORDING_BYTES: usize = 1 << 30;

/// The most bytes of a run, unless one record alone is larger: 64 records of the usual 512 bytes. Larger ones would save
/// little more of the entry's cost.
pub const RUN_BYTES_MAX: usize = 32 << 10;

/// The longest run in time, unless one record alone is longer: the clock of a recording ticks once a minute, and a run
/// comes when its last sample does. At 100 Hz it holds some 15 records of 512 bytes.
pub const RUN_S_MAX: i64 = 60;

/// The most refusals of one file; what is refused beyond them is said in one more.
pub const MAX_REFUSALS: usize = 1_000;

/// A closed file as records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// The form of the file.
    pub form: Form,
    /// Its runs, in the order of the times at which they end, then of their channels.
    pub runs: Vec<Run>,
    /// What of it cannot be decoded.
    pub refusals: Vec<Refusal>,
}

/// One payload of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The channel (for a file of several, the file), the file's hash, and the number of its first record among the
    /// channel's.
    pub source: SourceRef,
    /// How many records.
    pub records: u32,
    /// What it holds.
    pub pieces: Vec<Piece>,
    /// Where in the file its records stand, in their order.
    places: Vec<Range<usize>>,
}

impl Run {
    /// The payload: its records one after the other, of the bytes of the whole file.
    #[must_use]
    pub fn payload(&self, file: &[u8]) -> Vec<u8> {
        self.places.iter().filter_map(|place| file.get(place.clone())).flatten().copied().collect()
    }

    /// How many bytes the payload has.
    #[must_use]
    pub fn payload_bytes(&self) -> usize {
        self.places.iter().map(Range::len).sum()
    }

    /// Up to when it holds samples.
    #[must_use]
    pub fn end(&self) -> Time {
        self.pieces.iter().map(|piece| piece.span.to).max().unwrap_or(Time(i64::MIN))
    }
}

/// Whether a file begins as one of waveforms.
#[must_use]
pub fn is_recording(bytes: &[u8]) -> bool {
    waveform::form_of(bytes).is_some()
}

/// Reads a file as records. `start` is the time of the first sample for files that do not say it (WAV).
///
/// # Errors
/// If the file as a whole cannot be read; single records that cannot are [`Recording::refusals`].
pub fn read(file: &str, bytes: &[u8], start: Option<Time>) -> Result<Recording, FormatError> {
    let whole = |message: String| FormatError::new(file, "the whole file", message);
    let form = waveform::form_of(bytes).ok_or_else(|| whole("expected miniSEED, SAC, WAV or SLIST".to_owned()))?;
    let most = if form == Form::MiniSeed { MAX_RECORDING_BYTES } else { MAX_PAYLOAD_BYTES as usize };
    if bytes.len() > most {
        return Err(whole(format!("{} bytes, at most {most} are read at once: cut it", bytes.len())));
    }
    let boot = boot_of(bytes);
    if form == Form::MiniSeed {
        return Ok(of_miniseed(file, bytes, boot));
    }
    let segments = waveform::read(file, bytes, start)?.segments;
    if segments.len() > MAX_PIECES {
        return Err(whole(format!("{} channels or series, at most {MAX_PIECES} are read: cut it", segments.len())));
    }
    let mut pieces = Vec::with_capacity(segments.len());
    for segment in &segments {
        pieces.push(piece_of(segment).map_err(|(_, expected)| whole(expected))?);
    }
    let name = match &pieces[..] {
        [one] => one.channel.clone(),
        _ => clip_name(file).to_owned(),
    };
    let source = SourceRef { source: name, boot, sequence: 0 };
    let run = Run { source, records: 1, pieces, places: std::iter::once(0..bytes.len()).collect() };
    Ok(Recording { form, runs: vec![run], refusals: Vec::new() })
}

/// The run of a file as a source: the first 8 bytes of its SHA-256.
fn boot_of(bytes: &[u8]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = Hash::of(bytes).0;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// A record of a file that can be decoded.
struct Found {
    at: Range<usize>,
    piece: Piece,
}

fn of_miniseed(file: &str, bytes: &[u8], boot: u64) -> Recording {
    let mut channels: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    let mut refused = Refused { source: clip_name(file), refusals: Vec::new(), more: 0, hashes: Vec::new() };
    for item in miniseed::records(bytes) {
        match item {
            Ok((at, record)) => {
                let place = at..at + record.bytes().len();
                match piece_of_record(&record) {
                    Ok(piece) => channels.entry(piece.channel.clone()).or_default().push(Found { at: place, piece }),
                    Err((rule, expected)) => refused.add(at, record.bytes(), rule, expected),
                }
            }
            Err(misread) => {
                let end = bytes.len().min(misread.at.saturating_add(misread.error.skip_bytes().max(1)));
                let (rule, expected) = of_error(&misread.error);
                refused.add(misread.at, &bytes[misread.at..end], rule, expected);
            }
        }
    }
    let mut runs = Vec::new();
    for (channel, mut found) in channels {
        // Stable: records of one time stay in the file's order.
        found.sort_by_key(|found| found.piece.span.from);
        let mut sequence = 0;
        for group in grouped(&found) {
            let source = SourceRef { source: channel.clone(), boot, sequence };
            sequence += group.len() as u64;
            let piece = joined(group);
            let places = group.iter().map(|found| found.at.clone()).collect();
            runs.push(Run { source, records: group.len() as u32, pieces: vec![piece], places });
        }
    }
    runs.sort_by(|a, b| (a.end(), &a.source).cmp(&(b.end(), &b.source)));
    Recording { form: Form::MiniSeed, runs, refusals: refused.finish() }
}

/// Cuts a channel's records into runs of at most [`RUN_BYTES_MAX`] bytes and [`RUN_S_MAX`].
fn grouped(found: &[Found]) -> Vec<&[Found]> {
    let (mut groups, mut from, mut bytes) = (Vec::new(), 0, 0);
    for (at, record) in found.iter().enumerate() {
        let long_ns = record.piece.span.to.0.saturating_sub(found[from].piece.span.from.0);
        if at > from && (bytes + record.at.len() > RUN_BYTES_MAX || long_ns > RUN_S_MAX * NS_PER_S) {
            groups.push(&found[from..at]);
            (from, bytes) = (at, 0);
        }
        bytes += record.at.len();
    }
    groups.push(&found[from..]);
    groups
}

/// What records of one channel hold together.
fn joined(group: &[Found]) -> Piece {
    let mut pieces = group.iter().map(|found| &found.piece);
    // A group is never empty; were it, a piece without samples would say so.
    let first = pieces.next().cloned().unwrap_or_else(|| empty_piece("", Time(0), ClockFlags::default()));
    pieces.fold(first, |whole, piece| Piece {
        span: Interval { from: whole.span.from.min(piece.span.from), to: whole.span.to.max(piece.span.to) },
        samples: whole.samples + piece.samples,
        clock: whole.clock.worst(piece.clock),
        ..whole
    })
}

fn empty_piece(channel: &str, at: Time, clock: ClockFlags) -> Piece {
    Piece { channel: channel.to_owned(), span: Interval { from: at, to: at }, samples: 0, rate_uhz: 0, clock }
}

/// What was refused of a file, and why: a rule and what was expected.
struct Refused<'a> {
    source: &'a str,
    refusals: Vec<Refusal>,
    /// How many beyond those, and their hashes one after the other.
    more: u64,
    hashes: Vec<u8>,
}

impl Refused<'_> {
    fn add(&mut self, at: usize, bytes: &[u8], rule: String, expected: String) {
        let payload = Hash::of(bytes);
        if self.refusals.len() == MAX_REFUSALS {
            self.more += 1;
            self.hashes.extend_from_slice(&payload.0);
            return;
        }
        let offset = format!("record at byte {at}");
        self.refusals.push(Refusal { source: self.source.to_owned(), offset, rule, expected, payload });
    }

    fn finish(mut self) -> Vec<Refusal> {
        if self.more > 0 {
            self.refusals.push(Refusal {
                source: self.source.to_owned(),
                offset: "the rest of the file".to_owned(),
                rule: "too-many-refusals".to_owned(),
                expected: format!("{} more places are refused; the payload is the hash of their hashes", self.more),
                payload: Hash::of(&self.hashes),
            });
        }
        self.refusals
    }
}

fn of_error(error: &miniseed::RecordError) -> (String, String) {
    (format!("miniseed-{}", error.field().replace(' ', "-")), error.to_string())
}

/// What one record of a stream holds.
///
/// # Errors
/// The rule that the bytes break and what was expected, for a refusal: they are not exactly one record of miniSEED, or
/// its samples cannot be decoded.
pub fn piece(bytes: &[u8]) -> Result<Piece, (String, String)> {
    match miniseed::read_record(bytes, true) {
        Ok(Next::Record(record)) if record.bytes().len() == bytes.len() => piece_of_record(&record),
        Ok(Next::Record(record)) => {
            let message = format!("{} bytes, the record has {}", bytes.len(), record.bytes().len());
            Err(("miniseed-length".to_owned(), message))
        }
        Ok(Next::More(needed)) => {
            Err(("miniseed-end".to_owned(), format!("{} bytes, at least {needed} are needed", bytes.len())))
        }
        Err(error) => Err(of_error(&error)),
    }
}

fn piece_of_record(record: &miniseed::Record<'_>) -> Result<Piece, (String, String)> {
    match record.segment().map_err(|error| of_error(&error))? {
        Some(segment) if !segment.samples.is_empty() => piece_of(&with_leap_second(segment, record)),
        // A header alone, or text: it is kept, and nothing is looked for in it.
        _ => checked(empty_piece(&record.source.to_string(), record.start, record.clock)),
    }
}

fn piece_of(segment: &Segment) -> Result<Piece, (String, String)> {
    let samples = segment.samples.len();
    checked(Piece {
        channel: segment.channel.clone(),
        span: Interval { from: segment.start, to: segment.time_of(samples.saturating_sub(1)) },
        samples: samples as u64,
        rate_uhz: (segment.rate_hz * 1e6).round() as u64,
        clock: segment.clock,
    })
}

fn checked(piece: Piece) -> Result<Piece, (String, String)> {
    if piece.channel.len() > MAX_CHANNEL_BYTES {
        let message =
            format!("the channel's name begins {:?}, at most {MAX_CHANNEL_BYTES} bytes", clip(&piece.channel));
        return Err(("channel-name".to_owned(), message));
    }
    Ok(piece)
}

/// Times around a leap second are off by a second within its record: its clock is questionable.
fn with_leap_second(mut segment: Segment, record: &miniseed::Record<'_>) -> Segment {
    if record.in_leap_second || record.leap_seconds != 0 {
        segment.clock.questionable = Some(true);
    }
    segment
}

/// The samples of a registered payload, in its order.
///
/// # Errors
/// If the bytes cannot be decoded, or hold a channel that the record does not name: it was not made by
/// [`read`] or [`piece`].
pub fn segments(record: &Record, payload: &[u8]) -> Result<Vec<Segment>, FormatError> {
    let file = &record.source.source;
    let segments = match record.form {
        Form::MiniSeed => {
            let mut segments = Vec::new();
            for item in miniseed::records(payload) {
                let (at, found) = item.map_err(|misread| {
                    FormatError::new(file, format!("byte {}", misread.at), misread.error.to_string())
                })?;
                let segment = found
                    .segment()
                    .map_err(|error| FormatError::new(file, format!("record at byte {at}"), error.to_string()))?;
                segments.extend(segment.map(|segment| with_leap_second(segment, &found)));
            }
            segments
        }
        Form::Sac => sac::read(file, payload)?,
        Form::Slist => slist::read(file, payload)?,
        Form::Wav => {
            let start = record.pieces.first().map_or(Time(0), |piece| piece.span.from);
            let name = |channel: u16| {
                record.pieces.get(usize::from(channel)).map_or_else(String::new, |piece| piece.channel.clone())
            };
            wav::read(file, payload, start, name)?
        }
    };
    for segment in &segments {
        if !record.pieces.iter().any(|piece| piece.channel == segment.channel) {
            let message = format!("it holds channel {:?}, which its entry does not name", clip(&segment.channel));
            return Err(FormatError::new(file, "the payload", message));
        }
    }
    Ok(segments)
}

/// The end of a file's name, as far as a name may be long.
fn clip_name(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let mut from = name.len().saturating_sub(MAX_CHANNEL_BYTES);
    while !name.is_char_boundary(from) {
        from += 1;
    }
    &name[from..]
}

#[cfg(test)]
mod tests;
