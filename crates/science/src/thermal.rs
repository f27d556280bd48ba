//! Heat as satellites see it: which detections are of one fire, and how probably it burns in years without fighting too.
//!
//! - [`merge`]: several satellites' detections of one fire, taken together.
//! - [`background`]: how often each cell shows heat in each season of peace years, and how much of what is seen that explains.
//!
//! A detection tells that something was hot within a pixel. It tells no cause: fields burn, and so does what was shelled.
pub mod background;
pub mod merge;

use truceline_model::time::{NS_PER_S, Time};

/// A detection of heat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heat {
    /// Longitude of the pixel's middle, degrees.
    pub lon_deg: f64,
    /// Latitude of the pixel's middle, degrees.
    pub lat_deg: f64,
    /// The longer side of the pixel, m.
    pub side_m: f64,
    /// From when.
    pub from: Time,
    /// To when it may have been seen.
    pub to: Time,
}

/// Seasons of a year: half-months, as crops are burnt within weeks.
pub const SEASONS: usize = 24;

const DAY_NS: i64 = 86_400 * NS_PER_S;

/// In which of the year's [`SEASONS`] an instant lies, by the month and the half of it.
#[must_use]
pub fn season(time: Time) -> usize {
    // Civil from days (Howard Hinnant, chrono-compatible low-level date algorithms).
    let days = time.0.div_euclid(DAY_NS) + 719_468;
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5;
    let calendar = if month < 10 { month + 2 } else { month - 10 };
    (2 * calendar + i64::from(day >= 15)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seasons_are_halves_of_months() {
        for (text, expected) in [
            ("2024-01-01T00:00:00Z", 0),
            ("2024-01-15T23:59:59Z", 0),
            ("2024-01-16T00:00:00Z", 1),
            ("2024-02-29T12:00:00Z", 3),
            ("2024-03-01T00:00:00Z", 4),
            ("2023-07-15T00:00:00Z", 12),
            ("2023-12-31T23:59:59Z", 23),
            ("1969-12-31T23:59:59Z", 23),
        ] {
            assert_eq!(season(Time::parse(text).unwrap()), expected, "{text}");
        }
    }
}
