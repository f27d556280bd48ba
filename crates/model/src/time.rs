//! Time: nanoseconds of UTC since 1970, as kept and hashed.
use crate::canonical::{Canonical, DecodeError, Decoder, Encoder};
use std::fmt;

/// Nanoseconds in a second.
pub const NS_PER_S: i64 = 1_000_000_000;

/// An instant: nanoseconds of UTC since 1970-01-01T00:00:00Z. Leap seconds are resolved where records are decoded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

impl Time {
    /// Reads RFC 3339 text (`2004-06-02T17:23:04Z`); a time without offset is read as UTC.
    ///
    /// # Errors
    /// If the text is no such time, or lies outside the years that 64-bit nanoseconds hold (1677 to 2262).
    pub fn parse(text: &str) -> Result<Self, ParseTimeError> {
        let timestamp = text
            .parse::<jiff::Timestamp>()
            .or_else(|_| {
                text.parse::<jiff::civil::DateTime>()
                    .and_then(|civil| civil.to_zoned(jiff::tz::TimeZone::UTC))
                    .map(|zoned| zoned.timestamp())
            })
            .map_err(|_| ParseTimeError)?;
        i64::try_from(timestamp.as_nanosecond()).map(Self).map_err(|_| ParseTimeError)
    }

    /// This instant moved by seconds, rounded to the nanosecond; saturates at the ends of the range.
    #[must_use]
    pub fn plus_s(self, seconds: f64) -> Self {
        Self(self.0.saturating_add((seconds * NS_PER_S as f64).round() as i64))
    }

    /// Seconds from `earlier` to this instant.
    #[must_use]
    pub fn seconds_since(self, earlier: Self) -> f64 {
        self.0.saturating_sub(earlier.0) as f64 / NS_PER_S as f64
    }

    /// The calendar year in UTC.
    #[must_use]
    pub fn year(self) -> i16 {
        self.civil().map_or(1970, |civil| civil.year())
    }

    /// Date and time to the second as people read them, without the zone: `2 Jun 2004` and `17:23:04`.
    #[must_use]
    pub fn words(self) -> (String, String) {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        match self.civil() {
            Some(c) => (
                format!("{} {} {}", c.day(), MONTHS[(c.month() as usize).clamp(1, 12) - 1], c.year()),
                format!("{:02}:{:02}:{:02}", c.hour(), c.minute(), c.second()),
            ),
            None => (self.to_string(), String::new()),
        }
    }

    fn civil(self) -> Option<jiff::civil::DateTime> {
        let timestamp = jiff::Timestamp::from_nanosecond(i128::from(self.0)).ok()?;
        Some(jiff::tz::Offset::UTC.to_datetime(timestamp))
    }

    /// This instant rounded to the whole millisecond.
    #[must_use]
    pub fn rounded_ms(self) -> Self {
        const MS: i64 = 1_000_000;
        Self((self.0.saturating_add(MS / 2)).div_euclid(MS) * MS)
    }
}

/// A text that is no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseTimeError;

impl fmt::Display for ParseTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected a time such as 2004-06-02T17:23:04Z, of the years 1678 to 2261")
    }
}

impl std::error::Error for ParseTimeError {}

/// RFC 3339 in UTC, with as many decimals as are needed.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_nanosecond(i128::from(self.0)) {
            Ok(timestamp) => write!(f, "{timestamp}"),
            Err(_) => write!(f, "{} ns", self.0),
        }
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Canonical for Time {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.integer(self.0);
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        decoder.integer().map(Self)
    }
}

/// From one instant to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// The first instant.
    pub from: Time,
    /// The last instant; not before `from`.
    pub to: Time,
}

crate::canonical_map!(Interval { "to" => to, "from" => from });

impl Interval {
    /// Whether the intervals have an instant in common.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }

    /// Whether the instant lies inside.
    #[must_use]
    pub fn contains(&self, instant: Time) -> bool {
        self.from <= instant && instant <= self.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let time = Time::parse("2004-06-02T17:23:04Z").unwrap();
        assert_eq!(time.0, 1_086_196_984 * NS_PER_S);
        assert_eq!(time.to_string(), "2004-06-02T17:23:04Z");
        assert_eq!(Time::parse("2004-06-02T17:23:04").unwrap(), time);
        assert_eq!(Time::parse("2004-06-02T19:23:04.000+02:00").unwrap(), time);
        assert_eq!(time.words(), ("2 Jun 2004".to_owned(), "17:23:04".to_owned()));
        assert_eq!(time.year(), 2004);
        assert!(Time::parse("yesterday").is_err());
        assert!(Time::parse("3000-01-01T00:00:00Z").is_err());
    }

    #[test]
    fn rounding_goes_to_the_nearest_millisecond_on_both_sides_of_1970() {
        assert_eq!(Time(1_499_999).rounded_ms(), Time(1_000_000));
        assert_eq!(Time(1_500_000).rounded_ms(), Time(2_000_000));
        assert_eq!(Time(-1_600_000).rounded_ms(), Time(-2_000_000));
    }
}
