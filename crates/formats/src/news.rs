//! Machine-coded news at settlement level as CSV, in the shape of VIINA (Y. Zhukov, Violent Incident Information from News
//! Articles): `datetime,lon,lat,place_name,event_type`.
//!
//! A noisy channel of people: a machine read what the press wrote, of an hour at best and of a settlement. All of it is one
//! owner, whatever was written how often.
use crate::error::FormatError;
use crate::event_location::NAMED_RADIUS_M;
use crate::observations::{Observations, label, no_place, of_table, within};
use crate::sensors::{LAT, LON};
use crate::table::{Reason, Row, Table, clip};
use truceline_model::observation::{
    Claim, ClockKind, Count, CountQuality, ExplosionKind, Means, Observation, ObservedAt, ObservedKind, Scope, TimeSpan,
};
use truceline_model::place::Place;
use truceline_model::report::SourceRef;
use truceline_model::time::{Interval, NS_PER_S, Time};

/// Who could make all of it lie: whoever codes it.
pub const OWNER: &str = "coded news";

const COLUMNS: [&str; 5] = ["datetime", "lon", "lat", "place_name", "event_type"];

/// Standard deviation of a time in the press, ms: three hours, beside the day that is meant where it says midnight.
const SIGMA_MS: u64 = 3 * 3_600 * 1_000;

const DAY_NS: i64 = 86_400 * NS_PER_S;

/// Reads a file of coded news. Rows that cannot be used are refused, each with its line and column.
///
/// # Errors
/// If the header lacks a column, or there are too many rows.
pub fn read(file: &str, bytes: &[u8]) -> Result<Observations, FormatError> {
    let table = Table::open(file, bytes, &COLUMNS, &COLUMNS)?;
    of_table(file, bytes, table, |table, row, boot| one(table, row, boot).map(Some))
}

fn one(table: &Table<'_>, row: &Row<'_>, boot: u64) -> Result<Observation, Reason> {
    let text = table.text(row, "datetime")?;
    let from = Time::parse(text).map_err(|error| ("datetime", format!("{:?}: {error}", clip(text))))?;
    let from = within("datetime", from)?;
    // Midnight is what stands there where only the day is known.
    let to = if from.0.rem_euclid(DAY_NS) == 0 { Time(from.0 + DAY_NS) } else { from };
    let degrees = |column, range| {
        let number = table.number(row, column, range)?;
        number.ok_or_else(|| (column, format!("it is empty, expected {range}")))
    };
    let (lon_deg, lat_deg) = (degrees("lon", LON)?, degrees("lat", LAT)?);
    let place = Place::from_degrees(lat_deg, lon_deg).ok_or_else(|| ("lat", no_place(lat_deg, lon_deg)))?;
    let codes = table.text(row, "event_type")?;
    let has = |code: &str| codes.split('|').any(|one| one == code);
    let (kind, explosion) = match () {
        () if has("artillery") || has("airstrike") => (ObservedKind::Explosion, Some(ExplosionKind::Undetermined)),
        () if has("firefight") => (ObservedKind::ExchangeOfFire, None),
        () if has("uav") => (ObservedKind::Uav, None),
        () => (ObservedKind::Other, None),
    };
    Ok(Observation {
        source: SourceRef { source: OWNER.to_owned(), boot, sequence: row.number as u64 },
        owner: OWNER.to_owned(),
        observer_place: None,
        means: Means::MediaReport,
        kind,
        explosion,
        count: Count { number: None, quality: CountQuality::Uncountable },
        time: TimeSpan { span: Interval { from, to }, sigma_ms: SIGMA_MS, clock: ClockKind::NotStated },
        at: ObservedAt::Named {
            name: label("place_name", table.text(row, "place_name")?)?,
            place,
            radius_m: NAMED_RADIUS_M,
        },
        weapon: String::new(),
        direction: String::new(),
        thermal: None,
        harm: None,
        grade: None,
        claim: Claim { attack_reported: kind != ObservedKind::Other, violation_alleged: None },
        scope: Scope::Incident,
        evidence: Vec::new(),
        text: label("event_type", codes)?,
    })
}
