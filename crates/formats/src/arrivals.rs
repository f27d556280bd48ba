//! ARRIVALS: what the sensors measured, as CSV, a row each.
//!
//! ```text
//! sensor_id,time,sigma_s,phase,azimuth_deg,azimuth_sigma_deg,slowness_s_per_km,snr_db,amplitude
//! A1,2004-06-02T17:42:14.1Z,,I,37.5,2,,12,
//! ```
//! Only the first two columns must be there; any other field may be empty. Times are RFC 3339 (UTC without an offset)
//! or seconds, all of one form. `azimuth_deg` is the back-azimuth: clockwise from north, from the sensor towards the
//! source. More columns are read where they are there: `event` (arrivals with one label are one event),
//! `range_min_m,range_max_m` (a distance interval as a person states it) and `fix_lon,fix_lat,fix_sigma_m` or
//! `fix_x_m,fix_y_m,fix_sigma_m` (a place that was itself measured: a satellite's pixel).
//!
//! **Row numbers** count the data rows from 0: the first row after the header is row 0, blank lines do not count.
use crate::error::FormatError;
use crate::sensors::{Frame, LAT, LOCAL, LON, Sensors, name};
use crate::spelling;
use crate::table::{Range, Reason, Row, SetAside, Table, clip};
use truceline_model::measurement::{Fix, Measurement, Site};
use truceline_model::time::{NS_PER_S, Time};

/// The most arrivals of one file: a day of fifty busy sensors, several times over.
pub const MAX_ARRIVALS: usize = 2_000_000;

const COLUMNS: [&str; 17] = [
    "sensor_id",
    "time",
    "sigma_s",
    "phase",
    "azimuth_deg",
    "azimuth_sigma_deg",
    "slowness_s_per_km",
    "snr_db",
    "amplitude",
    "event",
    "range_min_m",
    "range_max_m",
    "fix_lon",
    "fix_lat",
    "fix_x_m",
    "fix_y_m",
    "fix_sigma_m",
];

/// Farther in seconds from zero is no instant: it is the year 2200 as Unix time, as for dates.
const SECONDS_MAX: i64 = 7_258_118_400;
const EARLIEST: Time = Time(-2_208_988_800 * NS_PER_S); // 1900-01-01T00:00:00Z
const LATEST: Time = Time(SECONDS_MAX * NS_PER_S);

/// Nothing is timed worse than to a day.
const SIGMA: Range = Range::above(0.0, 86_400.0, "s");
/// Both habits, 0 to 360 and -180 to 180, are read.
const AZIMUTH: Range = Range::of(-180.0, 360.0, "degrees");
const AZIMUTH_SIGMA: Range = Range::above(0.0, 180.0, "degrees");
/// To 50 m/s, as for infrasound arrays; 0 is a wave from below or above.
const SLOWNESS: Range = Range::of(0.0, 20.0, "s/km");
const SNR: Range = Range::of(-200.0, 400.0, "dB");
const AMPLITUDE: Range = Range::of(-1e30, 1e30, "in the sensor's unit");
/// Half the globe's circumference.
const DISTANCE: Range = Range::of(0.0, 20_037_508.0, "m");
const FIX_SIGMA: Range = Range::above(0.0, 1e6, "m");

/// In which form a file's times are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeForm {
    /// RFC 3339 dates.
    Date,
    /// Seconds from an origin that the file does not say.
    Seconds,
}

/// A row that could be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// Its number among the data rows; the first is 0.
    pub row: usize,
    /// Its line in the file; the header is line 1.
    pub line: usize,
    /// The event that the file puts it into.
    pub event: Option<String>,
    /// What was measured.
    pub measurement: Measurement,
}

/// A file of arrivals.
#[derive(Debug, Clone)]
pub struct Arrivals {
    /// The arrivals, in the file's order.
    pub arrivals: Vec<Arrival>,
    /// The form of the first time that could be read. Seconds are kept as if they counted from 1970.
    pub time_form: TimeForm,
    /// Rows that could not be used.
    pub set_aside: SetAside,
    /// Columns that have no meaning here.
    pub ignored_columns: Vec<String>,
}

/// Reads a file of arrivals at these sensors. Rows that cannot be used are set aside: an unknown sensor, text that is
/// no number, a time of another form, the same arrival twice.
///
/// # Errors
/// Names the place and what was expected: no header, a column that is missing, too many rows.
pub fn read(file: &str, bytes: &[u8], sensors: &Sensors) -> Result<Arrivals, FormatError> {
    let mut table = Table::open(file, bytes, &COLUMNS, &["sensor_id", "time"])?;
    let mut found = Arrivals {
        arrivals: Vec::new(),
        time_form: TimeForm::Date,
        set_aside: SetAside::default(),
        ignored_columns: std::mem::take(&mut table.ignored),
    };
    let mut form: Option<(TimeForm, usize)> = None;
    while let Some(row) = table.next_row() {
        if row.number >= MAX_ARRIVALS {
            let message = format!("more than {MAX_ARRIVALS} arrivals, which is the most that one file may hold");
            return Err(FormatError::new(file, format!("line {}", row.line), message));
        }
        let read = one(&table, &row, sensors).and_then(|(arrival, its)| match form {
            Some((other, line)) if its != other => {
                let expected = if other == TimeForm::Date { "RFC 3339" } else { "seconds" };
                Err(("time", format!("another form than in line {line}, expected {expected}")))
            }
            _ => Ok((arrival, its)),
        });
        match read {
            Ok((arrival, its)) => {
                form = form.or(Some((its, row.line)));
                found.arrivals.push(arrival);
            }
            Err(reason) => found.set_aside.push(row.number, table.error(&row, reason)),
        }
    }
    found.time_form = form.map_or(TimeForm::Date, |(form, _)| form);
    found.set_duplicates_aside(file);
    Ok(found)
}

fn one(table: &Table<'_>, row: &Row<'_>, sensors: &Sensors) -> Result<(Arrival, TimeForm), Reason> {
    let id = table.text(row, "sensor_id")?;
    let sensor = sensors
        .index(id)
        .ok_or_else(|| ("sensor_id", format!("{:?}, expected a sensor of the file of sensors", clip(id))))?;
    let (time, form) = time(table.text(row, "time")?)?;
    let text = table.text(row, "phase")?;
    let phase = spelling::phase(text).map_err(|expected| ("phase", format!("{:?}, {expected}", clip(text))))?;
    let azimuth = table.number(row, "azimuth_deg", AZIMUTH)?;
    let measurement = Measurement {
        time_sigma_s: table.number(row, "sigma_s", SIGMA)?,
        phase,
        azimuth_deg: azimuth.map(|degrees| if degrees < 0.0 { degrees + 360.0 } else { degrees }),
        azimuth_sigma_deg: table.number(row, "azimuth_sigma_deg", AZIMUTH_SIGMA)?,
        slowness_s_per_km: table.number(row, "slowness_s_per_km", SLOWNESS)?,
        snr_db: table.number(row, "snr_db", SNR)?,
        amplitude: table.number(row, "amplitude", AMPLITUDE)?,
        range_m: range(table, row)?,
        fix: fix(table, row, sensors.frame)?,
        ..Measurement::arrival(sensor, time)
    };
    let event = name(table, row, "event")?;
    let event = (!event.is_empty()).then_some(event);
    Ok((Arrival { row: row.number, line: row.line, event, measurement }, form))
}

fn range(table: &Table<'_>, row: &Row<'_>) -> Result<Option<(f64, f64)>, Reason> {
    let least = table.number(row, "range_min_m", DISTANCE)?;
    let most = table.number(row, "range_max_m", DISTANCE)?;
    match (least, most) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(("range_max_m", "it is empty, expected the greatest distance too".to_owned())),
        (least, Some(most)) if least.unwrap_or(0.0) < most => Ok(Some((least.unwrap_or(0.0), most))),
        (least, Some(most)) => {
            let least = least.unwrap_or(0.0);
            Err(("range_max_m", format!("{most}, expected more than range_min_m, which is {least} m")))
        }
    }
}

fn fix(table: &Table<'_>, row: &Row<'_>, frame: Frame) -> Result<Option<Fix>, Reason> {
    let (lon, lat) = (table.number(row, "fix_lon", LON)?, table.number(row, "fix_lat", LAT)?);
    let (x, y) = (table.number(row, "fix_x_m", LOCAL)?, table.number(row, "fix_y_m", LOCAL)?);
    let sigma_m = table.number(row, "fix_sigma_m", FIX_SIGMA)?;
    let site = match (frame, lon, lat, x, y) {
        (_, None, None, None, None) => return Ok(None),
        (Frame::Geographic, Some(lon_deg), Some(lat_deg), None, None) => {
            Site::Geographic { lon_deg, lat_deg, elevation_m: 0.0 }
        }
        (Frame::Local, None, None, Some(x_m), Some(y_m)) => Site::Local { x_m, y_m, z_m: 0.0 },
        (Frame::Geographic, ..) => {
            return Err(("fix_lon", "expected fix_lon and fix_lat, in the frame of the sensors".to_owned()));
        }
        (Frame::Local, ..) => {
            return Err(("fix_x_m", "expected fix_x_m and fix_y_m, in the frame of the sensors".to_owned()));
        }
    };
    match sigma_m {
        Some(sigma_m) => Ok(Some(Fix { site, sigma_m })),
        None => Err(("fix_sigma_m", "it is empty, expected the fix's standard deviation".to_owned())),
    }
}

/// A time, and the form that it is in.
pub(crate) fn time(text: &str) -> Result<(Time, TimeForm), Reason> {
    let wrong = |expected: &str| ("time", format!("{:?}, expected {expected}", clip(text)));
    if let Some(time) = seconds(text) {
        return match time {
            Some(time) => Ok((time, TimeForm::Seconds)),
            None => Err(wrong(&format!("seconds from -{SECONDS_MAX} to {SECONDS_MAX}"))),
        };
    }
    match Time::parse(text) {
        Ok(time) if (EARLIEST..=LATEST).contains(&time) => Ok((time, TimeForm::Date)),
        Ok(_) => Err(wrong(&format!("a time from {EARLIEST} to {LATEST}"))),
        Err(_) => Err(wrong("a time such as 2004-06-02T17:23:04.5Z, or seconds")),
    }
}

/// Reads seconds as a time of that many seconds after 1970, as [`read`] does: exact to the nanosecond.
///
/// None if the text is no number; `Some(None)` if it is one and no instant.
#[must_use]
pub fn seconds(text: &str) -> Option<Option<Time>> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if !(whole.bytes().chain(fraction.bytes())).all(|byte| byte.is_ascii_digit()) {
        // A number in another spelling: an exponent. Infinity and NaN are no instants.
        let number: f64 = text.parse().ok()?;
        return Some((number.abs() <= SECONDS_MAX as f64).then(|| Time(0).plus_s(number)));
    }
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    // Ten digits at most, so nothing below leaves 64 bits.
    let whole = whole.trim_start_matches('0');
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().unwrap_or(i64::MAX) };
    if whole >= SECONDS_MAX {
        return Some(None);
    }
    let mut ns = whole * NS_PER_S;
    let mut unit = NS_PER_S / 10;
    for byte in fraction.bytes().take(9) {
        ns += i64::from(byte - b'0') * unit;
        unit /= 10;
    }
    ns += i64::from(fraction.as_bytes().get(9).is_some_and(|byte| *byte >= b'5'));
    Some(Some(Time(if negative { -ns } else { ns })))
}

impl Arrivals {
    /// Sets aside what says the same again: sensor, time, phase and event of a row before.
    fn set_duplicates_aside(&mut self, file: &str) {
        let key = |arrival: &Arrival| {
            let Measurement { sensor, time, phase, .. } = arrival.measurement;
            (time, sensor, phase)
        };
        let mut order: Vec<usize> = (0..self.arrivals.len()).collect();
        order.sort_by(|a, b| {
            let (a, b) = (&self.arrivals[*a], &self.arrivals[*b]);
            key(a).cmp(&key(b)).then_with(|| a.event.cmp(&b.event)).then(a.row.cmp(&b.row))
        });
        let mut twice = vec![false; self.arrivals.len()];
        let mut first = 0;
        let mut bad = Vec::new();
        for (at, index) in order.iter().enumerate() {
            let (before, arrival) = (&self.arrivals[order[first]], &self.arrivals[*index]);
            if at > first && key(before) == key(arrival) && before.event == arrival.event {
                twice[*index] = true;
                let message = format!("the same sensor, time and phase as in line {}", before.line);
                bad.push((arrival.row, FormatError::new(file, format!("line {}", arrival.line), message)));
            } else {
                first = at;
            }
        }
        bad.sort_by_key(|(row, _)| *row);
        for (row, error) in bad {
            self.set_aside.push(row, error);
        }
        self.set_aside.sort();
        let mut twice = twice.into_iter();
        self.arrivals.retain(|_| !twice.next().unwrap_or(false));
    }
}
