//! Where the elements of an array stand: a CSV file of one line for each.
//!
//! The first line names the columns, either of
//!
//! ```text
//! channel,lon,lat,elevation_m
//! channel,x_m,y_m,z_m
//! ```
//!
//! Longitude and latitude in degrees on WGS84; x east, y north, z up in metres from any point. `channel` is the channel's
//! identifier as the waveform files have it. No quotes; lines that are empty or begin with `#` say nothing. The form is
//! this program's own.
use crate::error::FormatError;
use crate::source_id::clip;
use truceline_model::place::Place;

/// The most lines: no array has more elements than some tens.
pub const LINES_MAX: usize = 1_000;

/// The longest line: an identifier and three numbers of 40 digits.
const MAX_LINE_BYTES: usize = 1_024;

/// The longest identifier of a channel.
const MAX_CHANNEL_BYTES: usize = 200;

/// Heights lie within these, m: the deepest trench to the highest mountain.
const ELEVATION_M: std::ops::RangeInclusive<f64> = -12_000.0..=9_000.0;

/// Offsets lie within this, m: no array is wider.
const OFFSET_M_MAX: f64 = 1e6;

/// Where an element stands.
#[derive(Debug, Clone, PartialEq)]
pub struct ElementPlace {
    /// The channel's identifier.
    pub channel: String,
    /// Its position.
    pub position: Position,
}

/// A position in either form.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Position {
    /// On the ellipsoid, with its height over the sea, m.
    Geographic {
        /// Longitude and latitude.
        place: Place,
        /// Height, m.
        elevation_m: f64,
    },
    /// Metres east, north and up of any point.
    Local {
        /// East, m.
        x_m: f64,
        /// North, m.
        y_m: f64,
        /// Up, m.
        z_m: f64,
    },
}

/// Reads a file: positions of one form, each channel once.
///
/// # Errors
/// Names the line, what stands there and what was expected.
pub fn read(file: &str, bytes: &[u8]) -> Result<Vec<ElementPlace>, FormatError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| FormatError::new(file, format!("byte {}", error.valid_up_to()), "expected UTF-8 text"))?;
    let at_line = |line: usize, message: String| FormatError::new(file, format!("line {line}"), message);
    let mut local = None;
    let mut elements: Vec<ElementPlace> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let number = at + 1;
        if number > LINES_MAX || line.len() > MAX_LINE_BYTES {
            let message = format!("at most {LINES_MAX} lines of {MAX_LINE_BYTES} bytes are read");
            return Err(at_line(number, message));
        }
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        let Some(local) = local else {
            local = Some(match fields[..] {
                ["channel", "lon", "lat", "elevation_m"] => false,
                ["channel", "x_m", "y_m", "z_m"] => true,
                _ => {
                    let expected = "channel,lon,lat,elevation_m or channel,x_m,y_m,z_m";
                    return Err(at_line(number, format!("{:?}, expected {expected}", clip(line))));
                }
            });
            continue;
        };
        let [channel, numbers @ ..] = &fields[..] else { continue };
        let [a, b, c] = numbers[..] else {
            return Err(at_line(number, format!("{} fields, expected 4", fields.len())));
        };
        if channel.is_empty() || channel.len() > MAX_CHANNEL_BYTES || channel.chars().any(char::is_control) {
            return Err(at_line(number, format!("{:?}, expected a channel's identifier", clip(channel))));
        }
        if let Some(before) = elements.iter().position(|element| element.channel == *channel) {
            return Err(at_line(number, format!("{:?} stands twice, first as element {}", clip(channel), before + 1)));
        }
        let decimal = |text: &str, bounds: std::ops::RangeInclusive<f64>| {
            let found = text.parse::<f64>().ok().filter(|value| bounds.contains(value));
            found.ok_or_else(|| {
                let (from, to) = bounds.into_inner();
                at_line(number, format!("{:?}, expected a number from {from} to {to}", clip(text)))
            })
        };
        let position = if local {
            let metres = -OFFSET_M_MAX..=OFFSET_M_MAX;
            let (x_m, y_m) = (decimal(a, metres.clone())?, decimal(b, metres.clone())?);
            Position::Local { x_m, y_m, z_m: decimal(c, metres)? }
        } else {
            let (lon, lat) = (decimal(a, -180.0..=180.0)?, decimal(b, -90.0..=90.0)?);
            let elevation_m = decimal(c, ELEVATION_M)?;
            let place = Place::from_degrees(lat, lon)
                .ok_or_else(|| at_line(number, "expected a longitude and a latitude in degrees".to_owned()))?;
            Position::Geographic { place, elevation_m }
        };
        elements.push(ElementPlace { channel: (*channel).to_owned(), position });
    }
    if local.is_none() {
        return Err(FormatError::new(file, "the whole file", "it names no columns"));
    }
    Ok(elements)
}
