//! Samples that are, to the bit, those of another span: a copy under other times.
//!
//! The noise of ground, air and electronics never repeats. Where hundreds of samples in a row are those of another span, one of the
//! two stretches is a copy. Which, and why, cannot be seen from the samples.
//!
//! # Algorithm
//! Samples are cut into chunks where they say so themselves: a chunk ends where a hash of the last [`CONTEXT`] samples (a gear hash)
//! begins with as many zero bits as make chunks of [`CHUNK_S`] on the mean. So a copy has the same chunks as its original, whatever
//! came before it and however records cut either. Of each whole chunk a hash and the time of its first sample are kept, the
//! newest [`CHUNKS_MAX`]. A chunk that is held with another time is a match; [`MATCHES_MIN`] in a row with one shift, give or
//! take a sample, are a repetition. It is said when it ends, and each [`SAID_S`] while it goes on.
//!
//! **What is none.** The same samples for the same times, within [`SHIFT_S_MIN`], are a resend, a clock that was mended or a
//! periodic test signal. Chunks of fewer than [`CONTEXT`] samples, or of less than [`VALUES_MIN`] different values (flat
//! lines, dead and clipped channels, idle converters), are not counted and break no row.
//!
//! **Hash.** A polynomial over the integers modulo 2^61 - 1 in two fixed bases, one for the place in the chunk and one for the halves of
//! a sample: two different chunks of n samples agree for at most (n + 1) / 2^61 of all bases (Schwartz and Zippel). With
//! 1,000 samples in a chunk and a day's held, a wrong match is less probable than 4e-12 for each chunk, two in a row
//! with one shift less than 4e-27 (the second one has one place to agree with).
//!
//! **What is not found.** A copy of less than some chunks, one of what is not held any more, and one whose samples were altered.
use std::collections::VecDeque;
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder, Float};
use truceline_model::time::{Interval, NS_PER_S, Time};
use truceline_model::waveform::{Samples, Segment};

use super::state::array_of;

/// So many samples decide whether a chunk ends, as many as a 64-bit gear hash remembers.
pub const CONTEXT: u64 = 64;

/// A chunk is so long on the mean, s, within a factor of 1.5, where that is 256 samples or more: so a copy of two minutes holds a dozen.
pub const CHUNK_S: u64 = 10;

/// A chunk has so many samples on the mean at least, 2^8: fewer would often have too few different values.
const CHUNK_BITS_MIN: u32 = 8;

/// And at most 2^20: ten seconds of any rate that sound is recorded with.
const CHUNK_BITS_MAX: u32 = 20;

/// So many chunks of a channel are held: those of a day, so that yesterday's night is no other night. They take 131 kB.
pub const CHUNKS_MAX: usize = 8_192;

/// So many chunks in a row with one shift are a repetition.
pub const MATCHES_MIN: u64 = 2;

/// Chunks with less than so many different values are not counted (as a sketch of 64 bits counts them).
pub const VALUES_MIN: u32 = 8;

/// Samples that come again with times less than this apart are no copy, s: a resend, a clock that was mended, a test signal of a short period.
pub const SHIFT_S_MIN: i64 = 10;

/// A repetition that goes on is said each so many s.
pub const SAID_S: i64 = 600;

/// A record that departs from the count of samples by more than this begins a new stretch, in samples; as detectors have it.
const GAP_SAMPLES: f64 = 0.5;

/// Below this departure stamps are taken for rounded, in samples.
const RETIME_SAMPLES: f64 = 0.1;

/// Modulus of the chunks' hash, a prime.
const MODULUS: u64 = (1 << 61) - 1;

/// Its bases: any two numbers below the modulus, here from the fractions of the square roots of two and three.
const PLACE_BASE: u128 = 0x0a09_e667_f3bc_c908;
const HALF_BASE: u128 = 0x1b67_ae85_84ca_a73b;

/// Samples of one span that are those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeated {
    /// The span that was delivered last, from the first to the last sample of whole chunks.
    pub span: Interval,
    /// The span that they are also the samples of.
    pub of: Interval,
}

/// What is remembered of one channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Repetition {
    stretch: Option<Stretch>,
    row: Option<Row>,
    held: VecDeque<Held>,
}

// A stretch's rate is a number.
impl Eq for Repetition {}

/// A chunk that came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Held {
    hash: u64,
    from: Time,
}

/// Samples without a gap.
#[derive(Debug, Clone, PartialEq)]
struct Stretch {
    rate_hz: f64,
    /// The time of the sample of this index.
    anchor: (Time, u64),
    /// How many samples came.
    count: u64,
    /// The hash of the last [`CONTEXT`] samples.
    gear: u64,
    /// The chunk that is open; none before the first end of one.
    chunk: Option<Chunk>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Chunk {
    from_index: u64,
    hash: u64,
    values: u64,
}

/// Matches in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Row {
    /// By how much later the chunks are stated than those they repeat, ns.
    shift_ns: i64,
    /// How many, of those that were said already [`MATCHES_MIN`].
    matches: u64,
    /// What is not said yet; none where all is.
    span: Option<Interval>,
}

impl Row {
    fn said(&self) -> Option<Repeated> {
        let span = self.span.filter(|_| self.matches >= MATCHES_MIN)?;
        let shifted = |time: Time| Time(time.0.saturating_sub(self.shift_ns));
        Some(Repeated { span, of: Interval { from: shifted(span.from), to: shifted(span.to) } })
    }
}

impl Default for Repetition {
    fn default() -> Self {
        Self::new()
    }
}

impl Repetition {
    /// Nothing is held yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { stretch: None, row: None, held: VecDeque::new() }
    }

    /// Takes a segment of the channel: the repetitions that ended in it, in their order.
    pub fn push(&mut self, segment: &Segment) -> Vec<Repeated> {
        let mut said = Vec::new();
        if segment.samples.is_empty() || !(segment.rate_hz > 0.0 && segment.rate_hz.is_finite()) {
            return said;
        }
        let stretch = match self.stretch.take().filter(|stretch| stretch.rate_hz == segment.rate_hz) {
            Some(stretch) => stretch.going_on(segment),
            None => None,
        };
        let mut stretch = stretch.unwrap_or_else(|| {
            said.extend(self.finish());
            Stretch::new(segment)
        });
        match &segment.samples {
            Samples::I32(samples) => self.take(&mut stretch, samples.iter().map(|one| f64::from(*one)), &mut said),
            Samples::F32(samples) => self.take(&mut stretch, samples.iter().map(|one| f64::from(*one)), &mut said),
            Samples::F64(samples) => self.take(&mut stretch, samples.iter().copied(), &mut said),
        }
        self.stretch = Some(stretch);
        said
    }

    /// Nothing more comes for now: the repetition that was open. What comes next begins anew.
    pub fn finish(&mut self) -> Option<Repeated> {
        self.stretch = None;
        self.row.take().and_then(|row| row.said())
    }

    /// The repetition that is open, as far as it is not said.
    #[must_use]
    pub fn open(&self) -> Option<Repeated> {
        self.row.and_then(|row| row.said())
    }

    fn take(&mut self, stretch: &mut Stretch, samples: impl Iterator<Item = f64>, said: &mut Vec<Repeated>) {
        let ends_below = 1_u64 << (u64::BITS - chunk_bits(stretch.rate_hz));
        // What each sample moves is kept at hand; without an open chunk it is for nothing.
        let mut gear = stretch.gear;
        let mut count = stretch.count;
        let mut is_open = stretch.chunk.is_some();
        let mut chunk = stretch.chunk.unwrap_or(Chunk { from_index: count, hash: 0, values: 0 });
        for sample in samples {
            let bits = sample.to_bits();
            let mixed = mix(bits);
            gear = (gear << 1).wrapping_add(mixed);
            count += 1;
            chunk.hash = hashed(chunk.hash, bits);
            chunk.values |= 1 << (mixed >> (u64::BITS - 6));
            if gear < ends_below && count >= CONTEXT {
                if is_open {
                    stretch.count = count;
                    said.extend(self.end(stretch, chunk));
                }
                is_open = true;
                chunk = Chunk { from_index: count, hash: 0, values: 0 };
            }
        }
        (stretch.gear, stretch.count, stretch.chunk) = (gear, count, Some(chunk).filter(|_| is_open));
    }

    /// A chunk is whole.
    fn end(&mut self, stretch: &Stretch, chunk: Chunk) -> Option<Repeated> {
        let samples = stretch.count - chunk.from_index;
        if samples < CONTEXT || chunk.values.count_ones() < VALUES_MIN {
            return None;
        }
        // Chunks of another length are others.
        let hash = reduced(hashed(chunk.hash, samples));
        let span = Interval { from: stretch.time_of(chunk.from_index), to: stretch.time_of(stretch.count - 1) };
        let sample_ns = (NS_PER_S as f64 / stretch.rate_hz).round() as i64;
        let goes_on = |shift_ns: i64| self.row.is_some_and(|row| (shift_ns - row.shift_ns).abs() <= sample_ns);
        let mut newest = None;
        let mut going_on = None;
        for held in self.held.iter().rev().filter(|held| held.hash == hash) {
            let shift_ns = span.from.0.saturating_sub(held.from.0);
            if shift_ns.saturating_abs() < SHIFT_S_MIN * NS_PER_S {
                // It is known under this time, or has a period.
                return self.row.take().and_then(|row| row.said());
            }
            newest = newest.or(Some(shift_ns));
            going_on = going_on.or(Some(shift_ns).filter(|shift_ns| goes_on(*shift_ns)));
        }
        if self.held.len() == CHUNKS_MAX {
            self.held.pop_front();
        }
        self.held.push_back(Held { hash, from: span.from });
        match (going_on, newest) {
            (Some(_), _) => self.row.as_mut().and_then(|row| row.grow(span)),
            (None, newest) => {
                let ended = self.row.take();
                self.row = newest.map(|shift_ns| Row { shift_ns, matches: 1, span: Some(span) });
                ended.and_then(|row| row.said())
            }
        }
    }
}

impl Row {
    /// One more chunk: what is said of a row that has gone on for long.
    fn grow(&mut self, span: Interval) -> Option<Repeated> {
        self.matches += 1;
        let whole = Interval { from: self.span.map_or(span.from, |begun| begun.from), to: span.to };
        self.span = Some(whole);
        if whole.to.0.saturating_sub(whole.from.0) < SAID_S * NS_PER_S {
            return None;
        }
        let said = self.said();
        if said.is_some() {
            (self.matches, self.span) = (MATCHES_MIN, None);
        }
        said
    }
}

impl Stretch {
    fn new(segment: &Segment) -> Self {
        Self { rate_hz: segment.rate_hz, anchor: (segment.start, 0), count: 0, gear: 0, chunk: None }
    }

    /// If the segment goes on from its last sample; with times that follow the stamps where those depart.
    fn going_on(mut self, segment: &Segment) -> Option<Self> {
        let departure = segment.start.seconds_since(self.time_of(self.count)) * self.rate_hz;
        if departure.abs() > GAP_SAMPLES {
            return None;
        }
        if departure.abs() > RETIME_SAMPLES {
            self.anchor = (segment.start, self.count);
        }
        Some(self)
    }

    fn time_of(&self, index: u64) -> Time {
        let (time, at) = self.anchor;
        let samples = index as f64 - at as f64;
        time.plus_s(samples / self.rate_hz)
    }
}

/// How many zero bits end a chunk: one in 2^so many samples does.
fn chunk_bits(rate_hz: f64) -> u32 {
    let samples = (rate_hz * CHUNK_S as f64 * 1.5) as u64;
    samples.checked_ilog2().unwrap_or(0).clamp(CHUNK_BITS_MIN, CHUNK_BITS_MAX)
}

/// Spreads the bits of a sample over all 64: samples of few bits differ in high ones only.
const fn mix(bits: u64) -> u64 {
    let spread = bits.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (spread ^ (spread >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

/// The chunk's hash with a further sample: below 2^62, and equal modulo the prime to what it stands for.
const fn hashed(hash: u64, bits: u64) -> u64 {
    let (high, low) = ((bits >> 32) as u128, (bits & 0xffff_ffff) as u128);
    // One is added so that zeros count: below 2^123.
    let sum = hash as u128 * PLACE_BASE + low * HALF_BASE + high + 1;
    (sum as u64 & MODULUS) + (sum >> 61) as u64
}

/// The number below the modulus.
const fn reduced(hash: u64) -> u64 {
    let once = (hash & MODULUS) + (hash >> 61);
    if once >= MODULUS { once - MODULUS } else { once }
}

/// An array: the stretch, the row, and what is held as bytes, 16 a chunk.
impl Canonical for Repetition {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(3);
        match &self.stretch {
            None => encoder.null(),
            Some(Stretch { rate_hz, anchor: (time, at), count, gear, chunk }) => {
                encoder.array(6);
                Float(*rate_hz).encode(encoder);
                time.encode(encoder);
                for number in [*at, *count, *gear] {
                    encoder.unsigned(number);
                }
                match chunk {
                    None => encoder.null(),
                    Some(Chunk { from_index, hash, values }) => {
                        (*from_index, *hash, *values).encode(encoder);
                    }
                }
            }
        }
        match &self.row {
            None => encoder.null(),
            Some(Row { shift_ns, matches, span }) => {
                encoder.array(3);
                encoder.integer(*shift_ns);
                encoder.unsigned(*matches);
                span.encode(encoder);
            }
        }
        let mut bytes = Vec::with_capacity(HELD_BYTES * self.held.len());
        for held in &self.held {
            bytes.extend(held.hash.to_be_bytes());
            bytes.extend(held.from.0.to_be_bytes());
        }
        encoder.bytes(&bytes);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        array_of(decoder, 3)?;
        let mut stretch = None;
        if !decoder.null() {
            array_of(decoder, 6)?;
            let Float(rate_hz) = Float::decode(decoder)?;
            let anchor = Time::decode(decoder)?;
            let (at, count, gear) = (decoder.unsigned()?, decoder.unsigned()?, decoder.unsigned()?);
            let mut chunk = None;
            if !decoder.null() {
                let (from_index, hash, values) = Canonical::decode(decoder)?;
                chunk = Some(Chunk { from_index, hash, values });
            }
            let offset = decoder.offset();
            if !(rate_hz > 0.0 && rate_hz.is_finite())
                || at > count
                || chunk.is_some_and(|chunk| chunk.from_index > count)
            {
                return Err(DecodeError::new(offset, "a rate, and counts of samples that fit each other"));
            }
            stretch = Some(Stretch { rate_hz, anchor: (anchor, at), count, gear, chunk });
        }
        let mut row = None;
        if !decoder.null() {
            array_of(decoder, 3)?;
            let (shift_ns, matches) = (decoder.integer()?, decoder.unsigned()?);
            row = Some(Row { shift_ns, matches, span: Canonical::decode(decoder)? });
        }
        let offset = decoder.offset();
        let bytes = decoder.bytes()?;
        let (chunks, rest) = bytes.as_chunks::<HELD_BYTES>();
        if !rest.is_empty() || chunks.len() > CHUNKS_MAX {
            return Err(DecodeError::new(offset, "chunks of 16 bytes, no more than are held"));
        }
        let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let held = |one: &[u8; HELD_BYTES]| Held { hash: number(&one[..8]), from: Time(number(&one[8..]) as i64) };
        Ok(Self { stretch, row, held: chunks.iter().map(held).collect() })
    }
}

/// A hash and a time.
const HELD_BYTES: usize = 16;
