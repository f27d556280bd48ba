//! SAC, the binary time series of the Seismic Analysis Code: header versions 6 and 7, both byte orders.
//!
//! A file is a header of 632 bytes (70 floats, 40 integers, 24 texts), the samples as `f32`, and in version 7 a
//! footer of 22 doubles that repeats the times and places in full precision. Only evenly spaced time series are read.
//!
//! - *Time of the first sample*: the reference time (`NZYEAR` .. `NZMSEC`) plus `B` seconds.
//! - *Rate*: 1 / `DELTA`. A single-precision number stands for the shortest decimal that reads as it (0.01, and not
//!   0.009999999776), so that 0.01 s gives 100 Hz, and a start does not move by what single precision lacks.
//! - *Counts or units*: the samples are given as they stand; `SCALE` is not applied.
//!
//! Source: SAC Users Manual, "SAC Data Format". Checked against ObsPy 1.5.1 (`obspy.read`): start, rate, names, every
//! sample and place of small files of our own in all four forms, and of the four recordings of the array BRP.
use crate::error::FormatError;
use crate::source_id;
use truceline_model::place::Place;
use truceline_model::time::{NS_PER_S, Time};
use truceline_model::waveform::{ClockFlags, Samples, Segment};

/// Bytes of the header.
const HEADER_BYTES: usize = 632;

/// Bytes of the footer of version 7.
const FOOTER_BYTES: usize = 22 * 8;

/// The value that stands for "not given".
const UNDEFINED: i32 = -12_345;

/// The version of the header without footer, and of the one with it.
const VERSIONS: (i32, i32) = (6, 7);

/// The type of a time series.
const TIME_SERIES: i32 = 1;

/// The highest rate of a sensor along a line: ultrasound and more. A higher one is a damaged header.
pub const RATE_HZ_MAX: f64 = 10e6;

/// A shift of the first sample against the reference time, s: thirty years; more is a damaged header.
const SHIFT_S_MAX: f64 = 1e9;

/// A recording with what its header says of its sensor.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// The samples.
    pub segment: Segment,
    /// Where the sensor stands (`STLA`, `STLO`), if both are given.
    pub place: Option<Place>,
    /// Height of the ground over the sea (`STEL`), m.
    pub elevation_m: Option<f64>,
    /// Depth of the sensor below the ground (`STDP`), m.
    pub depth_m: Option<f64>,
    /// Azimuth of the component (`CMPAZ`), degrees clockwise from north.
    pub azimuth_deg: Option<f64>,
    /// Inclination of the component (`CMPINC`), degrees from straight up.
    pub inclination_deg: Option<f64>,
}

/// Whether the bytes have the length and the version of a SAC header, in either byte order.
pub(crate) fn begins(bytes: &[u8]) -> bool {
    const VERSION_AT: usize = 4 * 76;
    let version = bytes.get(VERSION_AT..).and_then(|rest| rest.first_chunk::<4>());
    let is_version = |version: i32| version == VERSIONS.0 || version == VERSIONS.1;
    bytes.len() >= HEADER_BYTES
        && version.is_some_and(|word| is_version(i32::from_le_bytes(*word)) || is_version(i32::from_be_bytes(*word)))
}

/// Reads the samples of a file: one segment.
///
/// # Errors
/// As [`recording`].
pub fn read(file: &str, bytes: &[u8]) -> Result<Vec<Segment>, FormatError> {
    recording(file, bytes).map(|recording| vec![recording.segment])
}

/// Reads a file with what it says of its sensor. What is allocated is at most the file's own size.
///
/// # Errors
/// Names the header's field or the byte, what stands there and what was expected: not SAC in either byte order,
/// another length than the header says, no reference time, a spectrum or an uneven series, a number that is not
/// finite.
pub fn recording(file: &str, bytes: &[u8]) -> Result<Recording, FormatError> {
    let header = Header::read(file, bytes)?;
    let samples = header.samples()?;
    let rate_hz = header.rate_hz()?;
    let start = header.start()?;
    let place = header.place()?;
    let channel = header.channel()?;
    let number = |word: usize| header.float(word).filter(|value| value.is_finite());
    Ok(Recording {
        place,
        elevation_m: number(33),
        depth_m: number(34),
        azimuth_deg: number(57),
        inclination_deg: number(58),
        segment: Segment { channel, start, rate_hz, samples: Samples::F32(samples), clock: ClockFlags::default() },
    })
}

/// The header in its byte order, with the footer where there is one.
struct Header<'a> {
    file: &'a str,
    bytes: &'a [u8],
    big_endian: bool,
    footer: Option<&'a [u8]>,
    count: usize,
}

impl<'a> Header<'a> {
    fn read(file: &'a str, bytes: &'a [u8]) -> Result<Self, FormatError> {
        if bytes.len() < HEADER_BYTES {
            let message = format!("{} bytes, expected at least the {HEADER_BYTES} bytes of a SAC header", bytes.len());
            return Err(FormatError::new(file, "the whole file", message));
        }
        let mut header = Self { file, bytes, big_endian: false, footer: None, count: 0 };
        let little = header.integer(76);
        header.big_endian = ![VERSIONS.0, VERSIONS.1].contains(&little);
        let version = header.integer(76);
        if ![VERSIONS.0, VERSIONS.1].contains(&version) {
            let message = format!("{little} or, in the other byte order, {version}: expected version 6 or 7");
            return Err(header.error("NVHDR", message));
        }
        let (kind, even) = (header.integer(85), header.integer(105));
        if kind != TIME_SERIES {
            return Err(header.error("IFTYPE", format!("{kind}, expected {TIME_SERIES}, a time series")));
        }
        if even != 1 {
            return Err(header.error("LEVEN", format!("{even}, expected 1, evenly spaced samples")));
        }
        let footer_bytes = if version == VERSIONS.1 { FOOTER_BYTES } else { 0 };
        let count = header.integer(79);
        let length = usize::try_from(count).ok().and_then(|count| count.checked_mul(4)?.checked_add(HEADER_BYTES));
        match length.and_then(|length| length.checked_add(footer_bytes)) {
            Some(length) if length == bytes.len() && count > 0 => {}
            Some(length) if count > 0 => {
                let message = format!("{count} samples take {length} bytes, the file has {}", bytes.len());
                return Err(header.error("NPTS", message));
            }
            _ => return Err(header.error("NPTS", format!("{count}, expected one sample or more"))),
        }
        header.count = count as usize;
        header.footer = (footer_bytes > 0).then(|| &bytes[bytes.len() - FOOTER_BYTES..]);
        Ok(header)
    }

    fn error(&self, field: &str, message: impl Into<String>) -> FormatError {
        FormatError::new(self.file, field, message)
    }

    fn word(&self, at: usize) -> [u8; 4] {
        let mut word = [0; 4];
        word.copy_from_slice(&self.bytes[at..at + 4]);
        if self.big_endian {
            word.reverse();
        }
        word
    }

    fn integer(&self, word: usize) -> i32 {
        i32::from_le_bytes(self.word(word * 4))
    }

    /// A float of the header as the decimal that it stands for; `None` if it is not given.
    fn float(&self, word: usize) -> Option<f64> {
        let value = f32::from_le_bytes(self.word(word * 4));
        (value != UNDEFINED as f32).then(|| decimal(value))
    }

    /// A time or place: from the footer where it stands there too.
    fn double(&self, word: usize, footer_index: usize) -> Option<f64> {
        let of_footer = self.footer.map(|footer| {
            let mut double = [0; 8];
            double.copy_from_slice(&footer[footer_index * 8..footer_index * 8 + 8]);
            if self.big_endian {
                double.reverse();
            }
            f64::from_le_bytes(double)
        });
        of_footer.filter(|value| *value != f64::from(UNDEFINED)).or_else(|| self.float(word))
    }

    /// A text without the padding; empty if it is not given. Anything but printable ASCII is an error.
    fn text(&self, field: &str, at: usize) -> Result<String, FormatError> {
        let bytes = &self.bytes[at..at + 8];
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        match std::str::from_utf8(&bytes[..end]) {
            Ok(text) if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) => {
                let text = text.trim();
                Ok(if text == "-12345" { String::new() } else { text.to_owned() })
            }
            _ => Err(self.error(field, format!("byte {at}: expected printable ASCII"))),
        }
    }

    fn samples(&self) -> Result<Vec<f32>, FormatError> {
        let bytes = &self.bytes[HEADER_BYTES..HEADER_BYTES + self.count * 4];
        let words = bytes.as_chunks::<4>().0;
        let samples: Vec<f32> = if self.big_endian {
            words.iter().map(|word| f32::from_be_bytes(*word)).collect()
        } else {
            words.iter().map(|word| f32::from_le_bytes(*word)).collect()
        };
        match samples.iter().position(|sample| !sample.is_finite()) {
            Some(at) => Err(self.error(&format!("sample {at}"), format!("{}, expected a number", samples[at]))),
            None => Ok(samples),
        }
    }

    fn rate_hz(&self) -> Result<f64, FormatError> {
        let delta_s =
            self.double(0, 0).ok_or_else(|| self.error("DELTA", "not given, expected the sample interval"))?;
        let rate_hz = 1.0 / delta_s;
        if delta_s > 0.0 && rate_hz > 0.0 && rate_hz <= RATE_HZ_MAX {
            Ok(rate_hz)
        } else {
            let least = 1.0 / RATE_HZ_MAX;
            Err(self.error("DELTA", format!("{delta_s}, expected a sample interval of {least} s or more")))
        }
    }

    fn start(&self) -> Result<Time, FormatError> {
        const FIELDS: [(&str, i64, i64); 6] = [
            ("NZYEAR", 1900, 2199),
            ("NZJDAY", 1, 366),
            ("NZHOUR", 0, 23),
            ("NZMIN", 0, 59),
            // A leap second may be written as 60; it counts on into the next minute.
            ("NZSEC", 0, 60),
            ("NZMSEC", 0, 999),
        ];
        let mut values = [0; 6];
        for (i, (field, least, most)) in FIELDS.iter().enumerate() {
            values[i] = i64::from(self.integer(70 + i));
            if values[i] == i64::from(UNDEFINED) {
                return Err(self.error(field, "not given: the file has no reference time"));
            }
            if !(*least..=*most).contains(&values[i]) {
                return Err(self.error(field, format!("{}, expected {least} to {most}", values[i])));
            }
        }
        let [year, day, hour, minute, second, millisecond] = values;
        let new_year = Time::parse(&format!("{year:04}-01-01T00:00:00Z"))
            .map_err(|error| self.error("NZYEAR", format!("{year}: {error}")))?;
        let seconds = ((day - 1) * 24 + hour) * 3600 + minute * 60 + second;
        let reference = Time(new_year.0 + seconds * NS_PER_S + millisecond * 1_000_000);
        let shift_s = self.double(5, 1).unwrap_or(0.0);
        if !(-SHIFT_S_MAX..=SHIFT_S_MAX).contains(&shift_s) {
            return Err(self.error("B", format!("{shift_s}, expected at most {SHIFT_S_MAX} s")));
        }
        Ok(reference.plus_s(shift_s))
    }

    fn place(&self) -> Result<Option<Place>, FormatError> {
        let (Some(latitude), Some(longitude)) = (self.double(31, 19), self.double(32, 18)) else { return Ok(None) };
        // Longitudes are also written from 0 to 360 degrees.
        let turned = if longitude > 180.0 { longitude - 360.0 } else { longitude };
        Place::from_degrees(latitude, turned).map(Some).ok_or_else(|| {
            let message = format!("{latitude}, {longitude}: expected -90 to 90 and -180 to 360 degrees");
            self.error("STLA, STLO", message)
        })
    }

    /// The channel's name: an FDSN source identifier if the component has one, else `SAC:NET_STA_LOC_COMPONENT`.
    fn channel(&self) -> Result<String, FormatError> {
        let network = self.text("KNETWK", 608)?;
        let station = self.text("KSTNM", 440)?;
        let location = self.text("KHOLE", 464)?;
        let component = self.text("KCMPNM", 600)?;
        Ok(source_id::of_codes(&network, &station, &location, &component)
            .unwrap_or_else(|_| format!("SAC:{network}_{station}_{location}_{component}")))
    }
}

/// The shortest decimal that reads as this single-precision number, in double precision.
fn decimal(value: f32) -> f64 {
    value.to_string().parse().unwrap_or_else(|_| f64::from(value))
}
