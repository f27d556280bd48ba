//! WAV: RIFF/WAVE, and RF64/BW64 for files over 4 GiB.
//!
//! Read are PCM of 8 (unsigned), 16, 24 and 32 bits and IEEE floats of 32 and 64 bits, plain or as
//! `WAVE_FORMAT_EXTENSIBLE`, with any number of channels: each becomes a segment of its own. A file has no clock: the
//! start is the caller's. Integers are given as counts (8-bit samples less 128, so that silence is 0), floats as they
//! stand; in a container wider than the valid bits the container's value is given.
//!
//! Sources: Microsoft, "Multimedia Programming Interface and Data Specifications 1.0" (RIFF/WAVE); "Multiple Channel
//! Audio Data and WAVE Files"; EBU Tech 3306 (RF64). Checked against SciPy 1.17.1 (`scipy.io.wavfile.read`): small
//! files of our own in each sample form, and the field recordings of the test data.
use crate::error::FormatError;
use truceline_model::time::Time;
use truceline_model::waveform::{ClockFlags, Samples, Segment};

/// The most channels of one file: large microphone arrays record 64 or 128 on one clock.
pub const MAX_CHANNELS: u16 = 256;

/// The highest rate; see [`crate::sac::RATE_HZ_MAX`].
const RATE_HZ_MAX: u32 = 10_000_000;

/// The size in a RIFF header that says: it stands in the `ds64` chunk.
const SIZE_ELSEWHERE: u32 = u32::MAX;

const FORMAT_PCM: u16 = 1;
const FORMAT_FLOAT: u16 = 3;
const FORMAT_EXTENSIBLE: u16 = 0xfffe;

/// What follows the format's number in the identifier of an extensible format.
const SUBFORMAT_TAIL: [u8; 14] = *b"\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71";

/// Reads a file; `name_of` gives the name of each channel, counted from 0. What is allocated is at most four times
/// the file's size (8-bit samples become 32-bit counts).
///
/// # Errors
/// Names the byte, what stands there and what was expected: not RIFF/WAVE, a chunk that does not end inside the file,
/// no `fmt ` before `data`, a compressed format, sizes that contradict each other, a float that is no number.
pub fn read(
    file: &str,
    bytes: &[u8],
    start: Time,
    name_of: impl Fn(u16) -> String,
) -> Result<Vec<Segment>, FormatError> {
    let Chunks { format, data, data_at } = Chunks::find(file, bytes)?;
    let columns = usize::from(format.channels);
    let frame_bytes = columns * format.form.bytes();
    if data.is_empty() || !data.len().is_multiple_of(frame_bytes) {
        let message = format!("{} bytes of samples, expected frames of {frame_bytes} bytes", data.len());
        return Err(at_byte(file, data_at, message));
    }
    (0..format.channels)
        .map(|channel| {
            let samples = format.form.column(data, usize::from(channel), columns).map_err(|sample| {
                FormatError::new(file, format!("sample {sample} of channel {channel}"), "expected a number")
            })?;
            let clock = ClockFlags::default();
            Ok(Segment { channel: name_of(channel), start, rate_hz: f64::from(format.rate_hz), samples, clock })
        })
        .collect()
}

fn at_byte(file: &str, at: usize, message: impl Into<String>) -> FormatError {
    FormatError::new(file, format!("byte {at}"), message)
}

/// How a sample is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    U8,
    I16,
    I24,
    I32,
    F32,
    F64,
}

impl Form {
    fn bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::I16 => 2,
            Self::I24 => 3,
            Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// The samples of one channel of interleaved frames; the index of the first that is no number otherwise.
    fn column(self, data: &[u8], column: usize, columns: usize) -> Result<Samples, usize> {
        match self {
            Self::U8 => Ok(Samples::I32(every(data, column, columns, |[a]: [u8; 1]| i32::from(a) - 128))),
            Self::I16 => Ok(Samples::I32(every(data, column, columns, |word| i32::from(i16::from_le_bytes(word))))),
            // The three bytes are the upper ones of a word, which carries their sign when it is shifted down.
            Self::I24 => Ok(Samples::I32(every(data, column, columns, |[a, b, c]: [u8; 3]| {
                i32::from_le_bytes([0, a, b, c]) >> 8
            }))),
            Self::I32 => Ok(Samples::I32(every(data, column, columns, i32::from_le_bytes))),
            Self::F32 => {
                let samples = every(data, column, columns, f32::from_le_bytes);
                match samples.iter().position(|sample| !sample.is_finite()) {
                    Some(at) => Err(at),
                    None => Ok(Samples::F32(samples)),
                }
            }
            Self::F64 => {
                let samples = every(data, column, columns, f64::from_le_bytes);
                match samples.iter().position(|sample| !sample.is_finite()) {
                    Some(at) => Err(at),
                    None => Ok(Samples::F64(samples)),
                }
            }
        }
    }
}

fn every<const N: usize, T>(data: &[u8], column: usize, columns: usize, of: impl Fn([u8; N]) -> T) -> Vec<T> {
    let words = data.as_chunks::<N>().0;
    words.iter().skip(column).step_by(columns).map(|word| of(*word)).collect()
}

/// What the `fmt ` chunk says.
struct Format {
    form: Form,
    channels: u16,
    rate_hz: u32,
}

impl Format {
    fn read(file: &str, at: usize, chunk: &[u8]) -> Result<Self, FormatError> {
        let wrong = |offset: usize, message: String| at_byte(file, at + offset, message);
        let (Some(code), Some(channels), Some(rate_hz), Some(align), Some(bits)) =
            (u16_at(chunk, 0), u16_at(chunk, 2), u32_at(chunk, 4), u16_at(chunk, 12), u16_at(chunk, 14))
        else {
            return Err(wrong(0, format!("a format of {} bytes, expected at least 16", chunk.len())));
        };
        let code = if code == FORMAT_EXTENSIBLE {
            match (u16_at(chunk, 24), chunk.get(26..40)) {
                (Some(code), Some(tail)) if tail == SUBFORMAT_TAIL => code,
                _ => return Err(wrong(24, "expected the subformat of PCM or IEEE float".to_owned())),
            }
        } else {
            code
        };
        let form = match (code, bits) {
            (FORMAT_PCM, 8) => Form::U8,
            (FORMAT_PCM, 16) => Form::I16,
            (FORMAT_PCM, 24) => Form::I24,
            (FORMAT_PCM, 32) => Form::I32,
            (FORMAT_FLOAT, 32) => Form::F32,
            (FORMAT_FLOAT, 64) => Form::F64,
            _ => {
                let expected = "expected PCM (1) of 8, 16, 24 or 32 bits or IEEE float (3) of 32 or 64";
                return Err(wrong(0, format!("format {code} of {bits} bits, {expected}")));
            }
        };
        if channels == 0 || channels > MAX_CHANNELS {
            return Err(wrong(2, format!("{channels} channels, expected 1 to {MAX_CHANNELS}")));
        }
        if rate_hz == 0 || rate_hz > RATE_HZ_MAX {
            return Err(wrong(4, format!("{rate_hz} samples a second, expected 1 to {RATE_HZ_MAX}")));
        }
        let frame_bytes = usize::from(channels) * form.bytes();
        if usize::from(align) != frame_bytes {
            return Err(wrong(12, format!("frames of {align} bytes, expected {frame_bytes}")));
        }
        Ok(Self { form, channels, rate_hz })
    }
}

/// The chunks that matter; all others are passed over.
struct Chunks<'a> {
    format: Format,
    data: &'a [u8],
    data_at: usize,
}

impl<'a> Chunks<'a> {
    fn find(file: &str, bytes: &'a [u8]) -> Result<Self, FormatError> {
        let large = match bytes.get(..4) {
            Some(b"RIFF") => false,
            Some(b"RF64" | b"BW64") => true,
            _ => return Err(at_byte(file, 0, "expected RIFF, RF64 or BW64")),
        };
        if bytes.get(8..12) != Some(b"WAVE") {
            return Err(at_byte(file, 8, "expected WAVE"));
        }
        let mut at = 12;
        let mut data_size = None;
        let mut format = None;
        // Each turn passes the 8 bytes of a chunk's head at least, so this ends.
        while at < bytes.len() {
            let (Some(id), Some(size)) = (bytes.get(at..at + 4), u32_at(bytes, at + 4)) else {
                return Err(at_byte(file, at, "the file ends in the head of a chunk"));
            };
            let size = match (id, data_size) {
                (b"data", Some(size)) if size_is_elsewhere(u32_at(bytes, at + 4)) => size,
                _ => u64::from(size),
            };
            let from = at + 8;
            let end = usize::try_from(size).ok().and_then(|size| from.checked_add(size));
            let Some(chunk) = end.and_then(|end| bytes.get(from..end)) else {
                let name = String::from_utf8_lossy(id).escape_debug().to_string();
                let held = bytes.len() - from;
                return Err(at_byte(file, at, format!("chunk {name} of {size} bytes, the file holds {held} of them")));
            };
            match id {
                b"ds64" if large => match chunk.get(8..16) {
                    Some(size) => data_size = Some(size.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte))),
                    None => return Err(at_byte(file, from, "a ds64 chunk too short for the size of the data")),
                },
                b"fmt " if format.is_none() => format = Some(Format::read(file, from, chunk)?),
                b"fmt " => return Err(at_byte(file, at, "a second fmt chunk, expected one")),
                b"data" => {
                    let format = format.ok_or_else(|| at_byte(file, at, "data before the fmt chunk"))?;
                    return Ok(Self { format, data: chunk, data_at: from });
                }
                _ => {}
            }
            // Chunks stand at even bytes.
            at = from + chunk.len() + chunk.len() % 2;
        }
        Err(FormatError::new(file, "the whole file", "it has no data chunk"))
    }
}

fn size_is_elsewhere(size: Option<u32>) -> bool {
    size == Some(SIZE_ELSEWHERE)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|word| u16::from_le_bytes([word[0], word[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
}
