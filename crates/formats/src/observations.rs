//! What people, satellites, parties and the press say they observed: four shapes of file, one list.
//!
//! - [`firms`](crate::firms): thermal anomalies of NASA FIRMS, as CSV.
//! - [`daily_table`](crate::daily_table): the table of a daily report, as CSV, or the same rows as JSON.
//! - [`news`](crate::news): machine-coded news at settlement level, as CSV.
//!
//! A row that cannot be read or cannot be true is refused with its line and column; the rest goes on. Whether it is late, far
//! off or borne out is not judged here.
use crate::error::FormatError;
use crate::table::{Reason, Row, Table, clip};
use crate::{daily_table, firms, news};
use truceline_model::hash::Hash;
use truceline_model::observation::Observation;
use truceline_model::refusal::Refusal;
use truceline_model::report::MAX_NAME_BYTES;
use truceline_model::time::Time;

/// The most observations of one file: four years of a country's thermal anomalies.
pub const MAX_OBSERVATIONS: usize = 600_000;

/// Nobody observed for us before this time.
pub(crate) const EARLIEST: Time = Time(0); // 1970-01-01T00:00:00Z

/// A time after this is a slip of the pen.
pub(crate) const LATEST: Time = Time(7_258_118_400_000_000_000); // 2200-01-01T00:00:00Z

/// A file of observations: what could be read, and what was refused.
#[derive(Debug, Default)]
pub struct Observations {
    /// The observations, in the file's order.
    pub observations: Vec<Observation>,
    /// What was refused, each with its place and reason.
    pub refusals: Vec<Refusal>,
    /// Rows of a satellite that stand in the file twice: the first counts.
    pub repeated: usize,
    /// Columns or members that have no meaning here, or that are for us to find and not to be told.
    pub ignored: Vec<String>,
}

/// The shape of a file of observations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Firms,
    DailyTable,
    News,
}

/// The shape by the columns that the first line names; none where it is none of them.
pub(crate) fn shape(bytes: &[u8]) -> Option<Shape> {
    let names = |wanted: &[&str]| wanted.iter().all(|wanted| has_column(bytes, wanted));
    match () {
        () if names(&["latitude", "longitude", "acq_date"]) => Some(Shape::Firms),
        () if names(&["means", "observation"]) => Some(Shape::DailyTable),
        () if names(&["datetime", "place_name", "event_type"]) => Some(Shape::News),
        () => None,
    }
}

/// Whether the first line with anything in it names this column.
pub(crate) fn has_column(bytes: &[u8], column: &str) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let header = bytes.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty());
    let is = |field: &[u8]| {
        let field = field.trim_ascii();
        let inside = field.strip_prefix(b"\"").and_then(|field| field.strip_suffix(b"\"")).unwrap_or(field);
        inside.eq_ignore_ascii_case(column.as_bytes())
    };
    header.is_some_and(|header| header.split(|byte| *byte == b',').any(is))
}

/// Reads a file of observations in CSV.
///
/// # Errors
/// If its header is none of the three, or it has more than [`MAX_OBSERVATIONS`] rows.
pub fn read(file: &str, bytes: &[u8]) -> Result<Observations, FormatError> {
    match shape(bytes) {
        Some(Shape::Firms) => firms::read(file, bytes),
        Some(Shape::DailyTable) => daily_table::read(file, bytes),
        Some(Shape::News) => news::read(file, bytes),
        None => {
            let message = "expected the columns of FIRMS, of a daily table or of coded news";
            Err(FormatError::new(file, "line 1", message))
        }
    }
}

/// Reads each row of a table; a row whose reading fails is refused.
pub(crate) fn of_table(
    file: &str,
    bytes: &[u8],
    mut table: Table<'_>,
    mut one: impl FnMut(&Table<'_>, &Row<'_>, u64) -> Result<Option<Observation>, Reason>,
) -> Result<Observations, FormatError> {
    let boot = boot_of(bytes);
    let mut found = Observations { ignored: std::mem::take(&mut table.ignored), ..Observations::default() };
    while let Some(row) = table.next_row() {
        if row.number >= MAX_OBSERVATIONS {
            return Err(FormatError::new(file, format!("line {}", row.line), too_many()));
        }
        match one(&table, &row, boot) {
            Ok(Some(observation)) => found.observations.push(observation),
            Ok(None) => found.repeated += 1,
            Err((column, expected)) => {
                let offset = match column {
                    "" => format!("line {}", row.line),
                    column => format!("line {}, {column}", row.line),
                };
                let rule = if column.is_empty() { "row" } else { column };
                found.refusals.push(Refusal {
                    source: file.to_owned(),
                    offset,
                    rule: rule.to_owned(),
                    expected,
                    payload: Hash::of(row.raw),
                });
            }
        }
    }
    Ok(found)
}

pub(crate) fn too_many() -> String {
    format!("more than {MAX_OBSERVATIONS} observations, which is the most that one file may hold")
}

/// The run of a file: the first 8 bytes of its SHA-256.
pub(crate) fn boot_of(bytes: &[u8]) -> u64 {
    Hash::of(bytes).0.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
}

/// Why a place cannot be: with a word where the two numbers look exchanged.
pub(crate) fn no_place(lat_deg: f64, lon_deg: f64) -> String {
    let exchanged = (-90.0..=90.0).contains(&lon_deg) && (-180.0..=180.0).contains(&lat_deg);
    let hint = if exchanged { "; are latitude and longitude exchanged?" } else { "" };
    format!("{lat_deg}, {lon_deg} is no place: expected -90 to 90 and -180 to 180 degrees{hint}")
}

/// A label of at most [`MAX_NAME_BYTES`] bytes in one line.
pub(crate) fn label(column: &'static str, text: &str) -> Result<String, Reason> {
    if crate::text::is_label(text) {
        return Ok(text.to_owned());
    }
    Err((column, format!("{:?}, expected at most {MAX_NAME_BYTES} bytes of one line", clip(text))))
}

/// A time within reason.
pub(crate) fn within(column: &'static str, time: Time) -> Result<Time, Reason> {
    if time < EARLIEST || time > LATEST {
        return Err((column, format!("{time}, expected a time from {EARLIEST} to {LATEST}")));
    }
    Ok(time)
}
