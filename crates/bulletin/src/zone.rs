//! A time zone that is printed with every time.
use jiff::civil::DateTime;
use jiff::tz::Offset;
use truceline_model::time::{NS_PER_S, Time};

/// An offset from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone {
    offset_min: i32,
}

impl Zone {
    /// UTC.
    pub const UTC: Self = Self { offset_min: 0 };

    /// Reads `UTC` or an offset such as `+02:00`, at most 14 hours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "UTC" || text == "Z" {
            return Some(Self::UTC);
        }
        let (sign, rest) = match text.split_at_checked(1)? {
            ("+", rest) => (1, rest),
            ("-", rest) => (-1, rest),
            _ => return None,
        };
        let (hours, minutes) =
            rest.split_once(':').filter(|(hours, minutes)| hours.len() == 2 && minutes.len() == 2)?;
        let (hours, minutes): (u8, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
        let offset_min = sign * (i32::from(hours) * 60 + i32::from(minutes));
        (minutes < 60 && offset_min.abs() <= 14 * 60).then_some(Self { offset_min })
    }

    /// Its name, as it is printed.
    #[must_use]
    pub fn name(self) -> String {
        if self.offset_min == 0 {
            return "UTC".to_owned();
        }
        let sign = if self.offset_min < 0 { '-' } else { '+' };
        format!("UTC{sign}{:02}:{:02}", self.offset_min.abs() / 60, self.offset_min.abs() % 60)
    }

    /// The first instant of the day that holds `time`.
    #[must_use]
    pub fn day_start(self, time: Time) -> Time {
        let offset_ns = i64::from(self.offset_min) * 60 * NS_PER_S;
        let day_ns = 86_400 * NS_PER_S;
        Time(time.0.saturating_add(offset_ns).div_euclid(day_ns) * day_ns - offset_ns)
    }

    /// The first instant of a day such as `2027-02-09`.
    #[must_use]
    pub fn day(self, text: &str) -> Option<Time> {
        let midnight = (text.len() == 10).then(|| Time::parse(&format!("{text}T00:00:00Z")).ok())??;
        Some(Time(midnight.0 - i64::from(self.offset_min) * 60 * NS_PER_S))
    }

    /// The date.
    #[must_use]
    pub fn date(self, time: Time) -> String {
        self.civil(time).map_or_else(String::new, |civil| civil.date().to_string())
    }

    /// Hours and minutes, without the zone.
    #[must_use]
    pub fn clock(self, time: Time) -> String {
        self.civil(time).map_or_else(String::new, |civil| format!("{:02}:{:02}", civil.hour(), civil.minute()))
    }

    /// Hours, minutes and seconds, without the zone.
    #[must_use]
    pub fn clock_s(self, time: Time) -> String {
        let seconds = |civil: DateTime| format!("{:02}:{:02}:{:02}", civil.hour(), civil.minute(), civil.second());
        self.civil(time).map_or_else(String::new, seconds)
    }

    /// Date, hours and minutes, and the zone.
    #[must_use]
    pub fn minute(self, time: Time) -> String {
        format!("{} {} {}", self.date(time), self.clock(time), self.name())
    }

    /// Year, day of the year from 1, and ISO week with its year.
    #[must_use]
    pub fn numbers(self, time: Time) -> (i16, i16, (i16, i8)) {
        self.civil(time).map_or((1970, 1, (1970, 1)), |civil| {
            let week = civil.date().iso_week_date();
            (civil.year(), civil.date().day_of_year(), (week.year(), week.week()))
        })
    }

    fn civil(self, time: Time) -> Option<DateTime> {
        let timestamp = jiff::Timestamp::from_nanosecond(i128::from(time.0)).ok()?;
        Some(Offset::from_seconds(self.offset_min * 60).ok()?.to_datetime(timestamp))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_read_and_printed() {
        let zone = Zone::parse("+02:00").unwrap();
        let time = Time::parse("2027-02-09T22:30:00Z").unwrap();
        assert_eq!(zone.minute(time), "2027-02-10 00:30 UTC+02:00");
        assert_eq!(zone.day_start(time).to_string(), "2027-02-09T22:00:00Z");
        assert_eq!(zone.day("2027-02-10"), Some(zone.day_start(time)));
        assert_eq!(Zone::UTC.numbers(Time::parse("2021-01-02T00:00:00Z").unwrap()), (2021, 2, (2020, 53)));
        for bad in ["", "2", "+2:00", "+02:61", "+15:00", "EET", "+02"] {
            assert_eq!(Zone::parse(bad), None, "{bad}");
        }
    }
}
