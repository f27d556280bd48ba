//! Thermal anomalies of NASA FIRMS as CSV: VIIRS at 375 m and MODIS at 1 km, near real time and archive.
//!
//! ```text
//! latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,frp,daynight
//! 50.11067,36.82927,340.82,0.49,0.4,2026-06-24,0005,N20,VIIRS,n,2.0NRT,290.35,15.69,N
//! ```
//! Only `latitude`, `longitude` and `acq_date` must be there; archives that were cut down have no more. `scan` and `track` are
//! the pixel's sides in km, `acq_time` the minute of the overpass in UTC, `frp` the fire radiative power in MW. Source of the
//! columns: NASA, FIRMS VIIRS 375 m and MODIS attribute tables.
//!
//! A satellite's detection is what it is by its satellite, minute and place, so that overlapping downloads of the same day are
//! registered once. An archive without time or satellite has the file's own numbers.
use crate::error::FormatError;
use crate::observations::{EARLIEST, LATEST, Observations, no_place, of_table};
use crate::sensors::{LAT, LON};
use crate::table::{Range, Reason, Row, Table, clip};
use std::collections::BTreeSet;
use truceline_model::observation::{
    Claim, ClockKind, Count, CountQuality, Means, Observation, ObservedAt, ObservedKind, Scope, Thermal,
    ThermalConfidence, TimeSpan,
};
use truceline_model::place::Place;
use truceline_model::report::{MAX_NAME_BYTES, SourceRef};
use truceline_model::time::{Interval, NS_PER_S, Time};

/// Who could make all satellites of it lie: one chain of processing.
pub const OWNER: &str = "NASA FIRMS";

/// The side of a pixel where none is stated, m: the widest of the 375 m product, at the edge of its swath.
pub const PIXEL_M_UNSTATED: u32 = 800;

const COLUMNS: [&str; 14] = [
    "latitude",
    "longitude",
    "acq_date",
    "acq_time",
    "scan",
    "track",
    "satellite",
    "instrument",
    "confidence",
    "bright_ti4",
    "brightness",
    "frp",
    "daynight",
    "type",
];

/// MODIS at the edge of its swath has 4.8 km.
const SIDE: Range = Range::above(0.0, 10.0, "km");
/// VIIRS saturates at 367 K, MODIS at 500 K.
const BRIGHTNESS: Range = Range::of(150.0, 1_000.0, "K");
/// The largest fires have some 10 GW; small negative values occur where the background is warmer than the pixel.
const POWER: Range = Range::of(-1e4, 1e6, "MW");

/// What static sources and volcanoes are called in archives, by the column `type`.
const TYPES: [&str; 4] = ["", "active volcano", "other static land source", "offshore"];

const DAY_NS: i64 = 86_400 * NS_PER_S;

/// Reads a file of FIRMS. Rows that cannot be used are refused, each with its line and column.
///
/// # Errors
/// If the header lacks a column that is needed, or there are too many rows.
pub fn read(file: &str, bytes: &[u8]) -> Result<Observations, FormatError> {
    let table = Table::open(file, bytes, &COLUMNS, &["latitude", "longitude", "acq_date"])?;
    let mut seen: BTreeSet<SourceRef> = BTreeSet::new();
    of_table(file, bytes, table, |table, row, boot| {
        let observation = one(table, row, boot)?;
        Ok(seen.insert(observation.source.clone()).then_some(observation))
    })
}

fn one(table: &Table<'_>, row: &Row<'_>, boot: u64) -> Result<Observation, Reason> {
    let lat_deg = needed(table, row, "latitude", LAT)?;
    let lon_deg = needed(table, row, "longitude", LON)?;
    let place = Place::from_degrees(lat_deg, lon_deg).ok_or_else(|| ("latitude", no_place(lat_deg, lon_deg)))?;
    let day = day(table.text(row, "acq_date")?)?;
    let minute = minute(table.text(row, "acq_time")?)?;
    let span = match minute {
        Some(minute) => {
            let from = Time(day.0 + minute * 60 * NS_PER_S);
            Interval { from, to: Time(from.0 + 60 * NS_PER_S) }
        }
        None => Interval { from: day, to: Time(day.0 + DAY_NS) },
    };
    let side_m = |column| -> Result<u32, Reason> {
        Ok(table.number(row, column, SIDE)?.map_or(PIXEL_M_UNSTATED, |km| (km * 1e3).round() as u32))
    };
    let satellite = table.text(row, "satellite")?;
    let instrument = table.text(row, "instrument")?;
    if satellite.len() + instrument.len() > MAX_NAME_BYTES / 2 || !crate::text::is_label(satellite) {
        return Err(("satellite", format!("{:?}, expected a short name", clip(satellite))));
    }
    let power_mw = table.number(row, "frp", POWER)?;
    let brightness = match table.number(row, "bright_ti4", BRIGHTNESS)? {
        Some(kelvin) => Some(kelvin),
        None => table.number(row, "brightness", BRIGHTNESS)?,
    };
    let is_night = match table.text(row, "daynight")? {
        "" => None,
        "D" | "d" => Some(false),
        "N" | "n" => Some(true),
        other => return Err(("daynight", format!("{:?}, expected D or N", clip(other)))),
    };
    let text = match table.text(row, "type")? {
        "" | "0" => "",
        other => other
            .parse::<usize>()
            .ok()
            .and_then(|at| TYPES.get(at))
            .ok_or_else(|| ("type", format!("{:?}, expected 0 to 3", clip(other))))?,
    };
    let source = match minute {
        Some(_) if !satellite.is_empty() => SourceRef {
            source: format!("FIRMS {instrument} {satellite}"),
            boot: (span.from.0 / (60 * NS_PER_S)) as u64,
            // Places to 1e-5 degree, as the files have them.
            sequence: cell(lat_deg, 90.0) * 100_000_000 + cell(lon_deg, 180.0),
        },
        _ => SourceRef { source: format!("FIRMS {instrument} archive"), boot, sequence: row.number as u64 },
    };
    Ok(Observation {
        source,
        owner: OWNER.to_owned(),
        observer_place: None,
        means: Means::SatelliteThermal,
        kind: ObservedKind::ThermalAnomaly,
        explosion: None,
        // A pixel may hold any number of fires.
        count: Count { number: None, quality: CountQuality::Uncountable },
        time: TimeSpan { span, sigma_ms: 0, clock: ClockKind::Gnss },
        at: ObservedAt::Pixel { place, scan_m: side_m("scan")?, track_m: side_m("track")? },
        weapon: String::new(),
        direction: String::new(),
        thermal: Some(Thermal {
            satellite: satellite.to_owned(),
            confidence: confidence(table.text(row, "confidence")?)?,
            brightness_mk: brightness.map(|kelvin| (kelvin * 1e3).round() as u32),
            power_kw: power_mw.map(|mw| (mw.max(0.0) * 1e3).round() as u32),
            is_night,
        }),
        harm: None,
        grade: None,
        claim: Claim::default(),
        scope: Scope::Incident,
        evidence: Vec::new(),
        text: text.to_owned(),
    })
}

/// Which hundred-thousandth of a degree from the least one on.
fn cell(degrees: f64, least: f64) -> u64 {
    ((degrees + least) * 1e5).round() as u64
}

fn needed(table: &Table<'_>, row: &Row<'_>, column: &'static str, range: Range) -> Result<f64, Reason> {
    let wrong = || (column, format!("it is empty, expected {range}"));
    match table.number(row, column, range) {
        Ok(number) => number.ok_or_else(wrong),
        Err((column, mut message)) => {
            // A latitude beyond the pole that would be a longitude.
            if column == "latitude" && table.number(row, "latitude", LON).is_ok() {
                message += "; are latitude and longitude exchanged?";
            }
            Err((column, message))
        }
    }
}

/// A date as `2026-06-24`: its first instant in UTC.
fn day(text: &str) -> Result<Time, Reason> {
    let wrong = || ("acq_date", format!("{:?}, expected a date such as 2026-06-24, from 1970 to 2199", clip(text)));
    let [year, month, day] = text.split('-').collect::<Vec<_>>()[..] else { return Err(wrong()) };
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return Err(wrong());
    }
    let number = |text: &str| text.parse::<i64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let (Some(year), Some(month), Some(day)) = (number(year), number(month), number(day)) else { return Err(wrong()) };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => return Err(wrong()),
    };
    if !(1_970..2_200).contains(&year) || !(1..=longest).contains(&day) {
        return Err(wrong());
    }
    // Days from civil (Howard Hinnant, chrono-compatible low-level date algorithms).
    let (y, m) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let (era, of_era) = (y.div_euclid(400), y.rem_euclid(400));
    let of_year = (153 * m + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Ok(Time((days * DAY_NS).clamp(EARLIEST.0, LATEST.0)))
}

/// A minute of the day as `0005`, `5` or `00:05`; none where it is empty.
fn minute(text: &str) -> Result<Option<i64>, Reason> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || ("acq_time", format!("{:?}, expected hours and minutes such as 0005", clip(text)));
    let digits: String = text.chars().filter(|c| *c != ':').collect();
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let number: i64 = digits.parse().map_err(|_| wrong())?;
    let (hours, minutes) = (number / 100, number % 100);
    if hours > 23 || minutes > 59 {
        return Err(wrong());
    }
    Ok(Some(hours * 60 + minutes))
}

/// VIIRS has three words or their first letters; MODIS has per cents, whose bands are those of its user's guide (under 30
/// low, from 80 high).
fn confidence(text: &str) -> Result<Option<ThermalConfidence>, Reason> {
    Ok(Some(match text {
        "" => return Ok(None),
        "l" | "L" | "low" => ThermalConfidence::Low,
        "n" | "N" | "nominal" => ThermalConfidence::Nominal,
        "h" | "H" | "high" => ThermalConfidence::High,
        other => match other.parse::<u8>() {
            Ok(percent) if percent < 30 => ThermalConfidence::Low,
            Ok(percent) if percent < 80 => ThermalConfidence::Nominal,
            Ok(percent) if percent <= 100 => ThermalConfidence::High,
            _ => return Err(("confidence", format!("{:?}, expected l, n, h or 0 to 100", clip(other)))),
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,\
        version,bright_ti5,frp,daynight\n";

    fn text(rows: &[&str]) -> Vec<u8> {
        [HEADER.to_owned()]
            .into_iter()
            .chain(rows.iter().map(|row| format!("{row}\n")))
            .collect::<String>()
            .into_bytes()
    }

    const GOOD: &str = "50.11067,36.82927,340.82,0.49,0.4,2026-06-24,0005,N20,VIIRS,n,2.0NRT,290.35,15.69,N";

    #[test]
    fn a_detection_is_read() {
        let found = read("f.csv", &text(&[GOOD])).unwrap();
        let one = &found.observations[0];
        assert_eq!(one.time.span.from, Time::parse("2026-06-24T00:05:00Z").unwrap());
        let place = Place::from_degrees(50.11067, 36.82927).unwrap();
        assert_eq!(one.at, ObservedAt::Pixel { place, scan_m: 490, track_m: 400 });
        let thermal = one.thermal.as_ref().unwrap();
        assert_eq!((thermal.power_kw, thermal.brightness_mk), (Some(15_690), Some(340_820)));
        assert_eq!((thermal.confidence, thermal.is_night), (Some(ThermalConfidence::Nominal), Some(true)));
        assert_eq!((one.owner.as_str(), one.source.source.as_str()), (OWNER, "FIRMS VIIRS N20"));
        assert_eq!(found.ignored, ["version", "bright_ti5"]);
    }

    #[test]
    fn a_cut_down_archive_has_days_and_its_own_numbers() {
        let found =
            read("a.csv", b"LATITUDE,LONGITUDE,ACQ_DATE\n47.8781,35.158,2012-02-29\n47.8781,35.158,2012-02-29\n");
        let found = found.unwrap();
        let spans: Vec<String> = found.observations.iter().map(|one| one.time.span.to.to_string()).collect();
        assert_eq!(spans, ["2012-03-01T00:00:00Z"; 2]);
        assert_eq!(found.observations[1].source.sequence, 1);
    }

    #[test]
    fn what_overlapping_files_share_has_one_name() {
        let other = "50.2,36.82927,340.82,0.49,0.4,2026-06-24,5,N20,VIIRS,n,2.0NRT,290.35,15.69,N";
        let first = read("a.csv", &text(&[GOOD, GOOD])).unwrap();
        let second = read("b.csv", &text(&[other, GOOD])).unwrap();
        assert_eq!((first.observations.len(), first.repeated), (1, 1));
        assert_eq!(first.observations[0].source, second.observations[1].source);
        assert_ne!(second.observations[0].source, second.observations[1].source);
    }

    #[test]
    fn every_refusal_names_line_and_column() {
        for (old, new, expected) in [
            ("50.11067", "150.11067", "line 2, latitude: \"150.11067\", expected a number from -90 to 90 degrees; are"),
            ("36.82927", "north", "line 2, longitude: \"north\""),
            ("36.82927", "", "line 2, longitude: it is empty"),
            ("2026-06-24", "2026-02-30", "line 2, acq_date: \"2026-02-30\""),
            ("2026-06-24", "24.06.2026", "line 2, acq_date"),
            ("2026-06-24", "1926-06-24", "line 2, acq_date"),
            ("0005", "2460", "line 2, acq_time"),
            ("0005", "-005", "line 2, acq_time"),
            ("0.49", "49", "line 2, scan"),
            (",n,", ",x,", "line 2, confidence"),
            (",N", ",Q", "line 2, daynight"),
            ("15.69", "NaN", "line 2, frp"),
            (",N", ",N,more", "line 2: 15 fields"),
        ] {
            let row = match old {
                ",N" => format!("{}{new}", GOOD.strip_suffix(old).unwrap()),
                old => GOOD.replace(old, new),
            };
            let found = read("f.csv", &text(&[&row, &GOOD.replace("50.1", "50.2")])).unwrap();
            let said: Vec<String> =
                found.refusals.iter().map(|one| format!("{}: {}", one.offset, one.expected)).collect();
            assert_eq!((said.len(), found.observations.len()), (1, 1), "{said:?} {row}");
            assert!(said[0].starts_with(expected), "{said:?} {expected}");
        }
        let error = read("f.csv", b"latitude,acq_date\n1,2\n").unwrap_err().to_string();
        assert!(error.starts_with("f.csv, line 1: no column longitude"), "{error}");
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for text in ["1970-01-01", "1999-12-31", "2000-02-29", "2024-02-29", "2199-12-31", "2026-06-24"] {
            assert_eq!(day(text).unwrap(), Time::parse(&format!("{text}T00:00:00Z")).unwrap(), "{text}");
        }
        for text in ["2100-02-29", "2023-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-1", "2026--1-1"] {
            assert!(day(text).is_err(), "{text}");
        }
    }
}
