//! The calendar of the headers: year, day of the year and time of day to nanoseconds.
use super::error::Fault;
use truceline_model::time::NS_PER_S;

/// The years whose every instant 64-bit nanoseconds since 1970 hold.
const YEARS: std::ops::RangeInclusive<u16> = 1678..=2261;

const S_PER_DAY: i64 = 86_400;

/// A time as the headers of both versions state it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Civil {
    pub(super) year: u16,
    pub(super) day_of_year: u16,
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) second: u8,
}

impl Civil {
    /// Nanoseconds of UTC since 1970 at the beginning of this second.
    ///
    /// A second of 60 is accepted where UTC inserts leap seconds, at 23:59, and becomes the first second of the next
    /// day: UTC nanoseconds since 1970 have no place of their own for it. This is libmseed's rule too, which however
    /// takes a 60 at any minute.
    ///
    /// `at` is the offset of the year in the record; the fields follow it as they do in both versions.
    pub(super) fn ns(self, at: usize) -> Result<i64, Fault> {
        if !YEARS.contains(&self.year) {
            let message = format!("{}, expected {} to {}", self.year, YEARS.start(), YEARS.end());
            return Err(Fault::new(at, "start year", message));
        }
        let days_of_year = if is_leap(self.year) { 366 } else { 365 };
        if !(1..=days_of_year).contains(&self.day_of_year) {
            let message = format!("{}, the year {} has the days 1 to {days_of_year}", self.day_of_year, self.year);
            return Err(Fault::new(at + 2, "start day of the year", message));
        }
        if self.hour > 23 {
            return Err(Fault::new(at + 4, "start hour", format!("{}, expected 0 to 23", self.hour)));
        }
        if self.minute > 59 {
            return Err(Fault::new(at + 5, "start minute", format!("{}, expected 0 to 59", self.minute)));
        }
        let is_leap_second = self.second == 60 && self.hour == 23 && self.minute == 59;
        if self.second > 59 && !is_leap_second {
            let message = format!("{}, expected 0 to 59, or 60 at 23:59 in a leap second", self.second);
            return Err(Fault::new(at + 6, "start second", message));
        }
        let days = days_since_1970(self.year) + i64::from(self.day_of_year) - 1;
        let seconds = i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        Ok((days * S_PER_DAY + seconds) * NS_PER_S)
    }

    /// The calendar second that holds the instant, and the nanoseconds into it. `None` outside the years that headers
    /// can be read of.
    pub(super) fn of(ns: i64) -> Option<(Self, u32)> {
        let seconds = ns.div_euclid(NS_PER_S);
        let day = seconds.div_euclid(S_PER_DAY);
        let second_of_day = seconds.rem_euclid(S_PER_DAY);
        // Off by a few days' worth of years at most; the loops mend it.
        let mut year = u16::try_from(1970 + day.div_euclid(366)).ok()?;
        while year < *YEARS.end() && days_since_1970(year + 1) <= day {
            year += 1;
        }
        while year > *YEARS.start() && days_since_1970(year) > day {
            year -= 1;
        }
        let day_of_year = day - days_since_1970(year) + 1;
        if !YEARS.contains(&year) || !(1..=366).contains(&day_of_year) {
            return None;
        }
        let civil = Self {
            year,
            day_of_year: day_of_year as u16,
            hour: (second_of_day / 3600) as u8,
            minute: (second_of_day / 60 % 60) as u8,
            second: (second_of_day % 60) as u8,
        };
        Some((civil, ns.rem_euclid(NS_PER_S) as u32))
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// Days from 1 January 1970 to 1 January of the year, in the Gregorian calendar.
fn days_since_1970(year: u16) -> i64 {
    let leap_days_before = |year: i64| (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400;
    let year = i64::from(year);
    365 * (year - 1970) + leap_days_before(year) - leap_days_before(1970)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use truceline_model::time::Time;

    fn ns(year: u16, day_of_year: u16, hour: u8, minute: u8, second: u8) -> Result<i64, String> {
        Civil { year, day_of_year, hour, minute, second }.ns(20).map_err(|fault| fault.error.to_string())
    }

    #[test]
    fn the_leap_second_is_the_next_days_first() {
        let leap = ns(2016, 366, 23, 59, 60).unwrap();
        assert_eq!(Time(leap), Time::parse("2017-01-01T00:00:00Z").unwrap());
        let error = ns(2016, 366, 12, 59, 60).unwrap_err();
        assert_eq!(error, "byte 26, start second: 60, expected 0 to 59, or 60 at 23:59 in a leap second");
    }

    #[test]
    fn impossible_dates_are_refused() {
        assert_eq!(
            ns(2015, 366, 0, 0, 0).unwrap_err(),
            "byte 22, start day of the year: 366, the year 2015 has the days 1 to 365"
        );
        assert_eq!(
            ns(1900, 366, 0, 0, 0).unwrap_err(),
            "byte 22, start day of the year: 366, the year 1900 has the days 1 to 365"
        );
        assert_eq!(ns(2300, 1, 0, 0, 0).unwrap_err(), "byte 20, start year: 2300, expected 1678 to 2261");
        assert!(ns(2015, 0, 0, 0, 0).is_err() && ns(2015, 1, 24, 0, 0).is_err() && ns(2015, 1, 0, 60, 0).is_err());
    }

    proptest! {
        #[test]
        fn it_agrees_with_the_models_calendar(seconds in -9_214_560_000_i64..9_214_646_400) {
            // 1678-01-01 to 2261-12-31.
            let instant = Time(seconds * NS_PER_S + 7);
            let (civil, fraction_ns) = Civil::of(instant.0).unwrap();
            prop_assert_eq!(fraction_ns, 7);
            prop_assert_eq!(civil.ns(0).unwrap() + 7, instant.0);
            prop_assert_eq!(civil.year as i16, instant.year());
        }
    }
}
