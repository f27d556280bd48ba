//! SLIST and TSPAIR: time series as ASCII text.
//!
//! A header line is followed by samples, separated by white space (SLIST), or by lines of a time and a sample
//! (TSPAIR); a file may hold several such series:
//!
//! ```text
//! TIMESERIES BW_UH1__EHZ_D, 2001 samples, 200 sps, 2010-05-27T16:24:29.315000, SLIST, INTEGER, Counts
//! 269 266 238 307 326 240
//! ```
//!
//! `INTEGER` samples are counts, `FLOAT` samples double precision: the text's own digits. Source: the ASCII formats of
//! the IRIS time series service (fdsnws/irisws `timeseries`, output `ascii1` and `ascii2`), as ObsPy writes them.
//! Checked against ObsPy 1.5.1 (`obspy.read`): small files that it wrote, and eight recordings of the UH network.
use crate::error::FormatError;
use crate::source_id::{self, clip};
use truceline_model::time::Time;
use truceline_model::waveform::{ClockFlags, Samples, Segment};

/// The longest line: six numbers of 40 digits, or a header with long names.
const MAX_LINE_BYTES: usize = 4096;

/// The highest rate; see [`crate::sac::RATE_HZ_MAX`].
const RATE_HZ_MAX: f64 = 10e6;

/// How far a sample of TSPAIR may stand from its place in the even series, in sample intervals: the text's
/// microseconds, and no missing sample.
const UNEVENNESS_MAX: f64 = 0.25;

/// The fewest bytes that a sample takes in a file: a digit and a separator. Room is reserved for no more.
const SAMPLE_BYTES_MIN: usize = 2;

/// What a header line says.
struct Header {
    line: usize,
    channel: String,
    count: usize,
    rate_hz: f64,
    start: Time,
    pairs: bool,
    integers: bool,
}

/// Reads all series of a file, one segment each.
///
/// # Errors
/// Names the line, what stands there and what was expected: no header, another number of samples than it says, text
/// that is no number, a count that does not fit 32 bits, a float that is not finite, times that are not even.
pub fn read(file: &str, bytes: &[u8]) -> Result<Vec<Segment>, FormatError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| FormatError::new(file, format!("byte {}", error.valid_up_to()), "expected ASCII text"))?;
    let mut segments = Vec::new();
    let mut open: Option<Series> = None;
    let mut last = 0;
    for (at, line) in text.lines().enumerate() {
        let number = at + 1;
        last = number;
        if line.len() > MAX_LINE_BYTES {
            let message = format!("{} bytes, at most {MAX_LINE_BYTES} are read in a line", line.len());
            return Err(at_line(file, number, message));
        }
        if line.starts_with("TIMESERIES") {
            if let Some(series) = open.take() {
                segments.push(series.close(file, number)?);
            }
            open = Some(Series::new(Header::read(file, number, line)?, text.len()));
        } else if let Some(series) = &mut open {
            series.add(file, number, line)?;
        } else if !line.trim().is_empty() {
            return Err(at_line(file, number, "expected a line that begins with TIMESERIES"));
        }
    }
    match open {
        Some(series) => segments.push(series.close(file, last)?),
        None => return Err(FormatError::new(file, "the whole file", "it holds no time series")),
    }
    Ok(segments)
}

fn at_line(file: &str, line: usize, message: impl Into<String>) -> FormatError {
    FormatError::new(file, format!("line {line}"), message)
}

impl Header {
    fn read(file: &str, line: usize, text: &str) -> Result<Self, FormatError> {
        let wrong = |message: String| at_line(file, line, message);
        let fields: Vec<&str> = text["TIMESERIES".len()..].split(',').map(str::trim).collect();
        let [name, samples, rate, start, layout, kind, ..] = fields[..] else {
            let expected = "TIMESERIES NAME, N samples, R sps, TIME, SLIST, INTEGER, UNITS";
            return Err(wrong(format!("{} fields, expected {expected}", fields.len())));
        };
        let codes: Vec<&str> = name.split('_').collect();
        let [network, station, location, channel, _quality] = codes[..] else {
            return Err(wrong(format!("{:?}, expected NET_STA_LOC_CHA_QUALITY", clip(name))));
        };
        let channel = source_id::of_codes(network, station, location, channel).map_err(wrong)?;
        let count = samples.strip_suffix("samples").and_then(|count| count.trim().parse().ok()).filter(|n| *n > 0);
        let count = count.ok_or_else(|| wrong(format!("{:?}, expected a number of samples", clip(samples))))?;
        let rate_hz = rate.strip_suffix("sps").and_then(|rate| rate.trim().parse::<f64>().ok());
        let rate_hz = rate_hz
            .filter(|rate_hz| *rate_hz > 0.0 && *rate_hz <= RATE_HZ_MAX)
            .ok_or_else(|| wrong(format!("{:?}, expected above 0 and up to {RATE_HZ_MAX} sps", clip(rate))))?;
        let start = Time::parse(start).map_err(|error| wrong(format!("{:?}: {error}", clip(start))))?;
        let pairs = match layout {
            "SLIST" => false,
            "TSPAIR" => true,
            _ => return Err(wrong(format!("{:?}, expected SLIST or TSPAIR", clip(layout)))),
        };
        let integers = match kind {
            "INTEGER" => true,
            "FLOAT" => false,
            _ => return Err(wrong(format!("{:?}, expected INTEGER or FLOAT", clip(kind)))),
        };
        Ok(Self { line, channel, count, rate_hz, start, pairs, integers })
    }
}

/// A series while its lines are read.
struct Series {
    header: Header,
    samples: Numbers,
}

enum Numbers {
    Integers(Vec<i32>),
    Decimals(Vec<f64>),
}

impl Numbers {
    fn len(&self) -> usize {
        match self {
            Self::Integers(numbers) => numbers.len(),
            Self::Decimals(numbers) => numbers.len(),
        }
    }
}

impl Series {
    fn new(header: Header, file_bytes: usize) -> Self {
        let room = header.count.min(file_bytes / SAMPLE_BYTES_MIN + 1);
        let samples = match header.integers {
            true => Numbers::Integers(Vec::with_capacity(room)),
            false => Numbers::Decimals(Vec::with_capacity(room)),
        };
        Self { header, samples }
    }

    fn add(&mut self, file: &str, line: usize, text: &str) -> Result<(), FormatError> {
        if self.header.pairs {
            let mut words = text.split_ascii_whitespace();
            match (words.next(), words.next(), words.next()) {
                (None, _, _) => Ok(()),
                (Some(time), Some(sample), None) => {
                    self.is_even(file, line, time)?;
                    self.push(file, line, sample)
                }
                _ => Err(at_line(file, line, "expected a time and a sample")),
            }
        } else {
            text.split_ascii_whitespace().try_for_each(|word| self.push(file, line, word))
        }
    }

    fn is_even(&self, file: &str, line: usize, time: &str) -> Result<(), FormatError> {
        let found = Time::parse(time).map_err(|error| at_line(file, line, format!("{:?}: {error}", clip(time))))?;
        let place = self.samples.len() as f64 / self.header.rate_hz;
        let off_s = found.seconds_since(self.header.start) - place;
        if off_s.abs() * self.header.rate_hz > UNEVENNESS_MAX {
            let expected = self.header.start.plus_s(place);
            return Err(at_line(file, line, format!("{found}, expected {expected} in an even series")));
        }
        Ok(())
    }

    fn push(&mut self, file: &str, line: usize, word: &str) -> Result<(), FormatError> {
        if self.samples.len() == self.header.count {
            let message = format!("more than the {} samples that line {} says", self.header.count, self.header.line);
            return Err(at_line(file, line, message));
        }
        match &mut self.samples {
            Numbers::Integers(samples) => {
                let sample = word
                    .parse()
                    .map_err(|_| at_line(file, line, format!("{:?}, expected an integer of 32 bits", clip(word))))?;
                samples.push(sample);
            }
            Numbers::Decimals(samples) => {
                let sample = word.parse::<f64>().ok().filter(|sample| sample.is_finite());
                let sample =
                    sample.ok_or_else(|| at_line(file, line, format!("{:?}, expected a number", clip(word))))?;
                samples.push(sample);
            }
        }
        Ok(())
    }

    fn close(self, file: &str, line: usize) -> Result<Segment, FormatError> {
        let Header { line: said_at, channel, count, rate_hz, start, .. } = self.header;
        if self.samples.len() != count {
            let message = format!("{} samples, line {said_at} says {count}", self.samples.len());
            return Err(at_line(file, line, message));
        }
        let samples = match self.samples {
            Numbers::Integers(samples) => Samples::I32(samples),
            Numbers::Decimals(samples) => Samples::F64(samples),
        };
        Ok(Segment { channel, start, rate_hz, samples, clock: ClockFlags::default() })
    }
}
