//! What kept the mechanism from seeing, and who consented to what: as CSV or JSON.
//!
//! ```text
//! hindrance,from,to,location,radius_m,sensors,area_of,said_reason,lost,liaison_informed,consented,text,owner,source
//! denial,2026-06-24T10:20Z,2026-06-24T11:05Z,"48.02, 37.61",500,,Bravo,mines,1,2026-06-24T10:40Z,,,Mission,patrol 2
//! ```
//! or `{"owner": "Mission", "hindrances": [{"hindrance": "jamming", "from": "2026-06-24T10:20Z", "sensors": "CAM-1"}]}`.
//! `hindrance` and `from` must be there and filled; without `to` it still holds. `lost` is the share of what could be seen that
//! is lost, 0 to 1. `sensors` have blanks between, `consented` semicolons.
use crate::error::FormatError;
use crate::observations::{boot_of, has_column, label};
use crate::table::{Range, Reason, Table, clip};
use crate::told::{Told, objects, spelled};
use serde_json::Value;
use truceline_model::hash::Hash;
use truceline_model::hindrance::{Hindrance, HindranceKind};
use truceline_model::observation::MAX_TEXT_BYTES;
use truceline_model::refusal::Refusal;
use truceline_model::report::SourceRef;

/// The most hindrances of one file: a year of a hundred a day.
pub const MAX_HINDRANCES: usize = 40_000;

/// The most sensors, and the most parties, of one hindrance.
const MAX_NAMES: usize = 100;

const COLUMNS: [&str; 14] = [
    "hindrance",
    "from",
    "to",
    "location",
    "radius_m",
    "sensors",
    "area_of",
    "said_reason",
    "lost",
    "liaison_informed",
    "consented",
    "text",
    "owner",
    "source",
];

const RADIUS: Range = Range::of(0.0, 500_000.0, "m");
const SHARE: Range = Range::of(0.0, 1.0, "of what could be seen");

/// A file of hindrances: what could be read, and what was refused.
#[derive(Debug, Default)]
pub struct Hindrances {
    /// They, in the file's order.
    pub hindrances: Vec<Hindrance>,
    /// What was refused, each with its place and reason.
    pub refusals: Vec<Refusal>,
}

/// Whether the first line names a column `hindrance`.
pub(crate) fn is_table(bytes: &[u8]) -> bool {
    has_column(bytes, "hindrance")
}

/// Reads them as CSV.
///
/// # Errors
/// If the header lacks a column that is needed, or there are too many rows.
pub fn read(file: &str, bytes: &[u8]) -> Result<Hindrances, FormatError> {
    let mut table = Table::open(file, bytes, &COLUMNS, &["hindrance", "from"])?;
    let boot = boot_of(bytes);
    let mut found = Hindrances::default();
    while let Some(row) = table.next_row() {
        if row.number >= MAX_HINDRANCES {
            return Err(FormatError::new(file, format!("line {}", row.line), too_many()));
        }
        let read = one(&Told::Line(&table, &row), "", "", file, boot, row.number as u64);
        let offset = |column: &str| match column {
            "" => format!("line {}", row.line),
            column => format!("line {}, {column}", row.line),
        };
        found.take(file, read, offset, row.raw);
    }
    Ok(found)
}

/// Reads them as JSON.
///
/// # Errors
/// If it is no such object, or there are too many.
pub fn read_json(file: &str, bytes: &[u8]) -> Result<Hindrances, FormatError> {
    let told = objects(file, bytes, "hindrances", MAX_HINDRANCES)?;
    let boot = boot_of(bytes);
    let mut found = Hindrances::default();
    for (at, row) in told.rows.iter().enumerate() {
        let read = match row {
            Value::Object(members) => match members.keys().find(|name| !COLUMNS.contains(&name.as_str())) {
                Some(other) => Err(("", format!("{:?} has no meaning here", clip(other)))),
                None => one(&Told::Object(members), &told.owner, &told.source, file, boot, at as u64),
            },
            _ => Err(("", "expected an object".to_owned())),
        };
        let offset = |field: &str| match field {
            "" => format!("hindrances[{at}]"),
            field => format!("hindrances[{at}].{field}"),
        };
        found.take(file, read, offset, row.to_string().as_bytes());
    }
    Ok(found)
}

impl Hindrances {
    fn take(&mut self, file: &str, read: Result<Hindrance, Reason>, offset: impl Fn(&str) -> String, raw: &[u8]) {
        match read {
            Ok(hindrance) => self.hindrances.push(hindrance),
            Err((field, expected)) => self.refusals.push(Refusal {
                source: file.to_owned(),
                offset: offset(field),
                rule: if field.is_empty() { "row" } else { field }.to_owned(),
                expected,
                payload: Hash::of(raw),
            }),
        }
    }
}

fn too_many() -> String {
    format!("more than {MAX_HINDRANCES} hindrances, which is the most that one file may hold")
}

fn one(told: &Told<'_>, owner: &str, source: &str, file: &str, boot: u64, sequence: u64) -> Result<Hindrance, Reason> {
    let kind = {
        let text = told.text("hindrance")?;
        let wrong = || ("hindrance", format!("{:?}, expected one of {}", clip(&text), HindranceKind::NAMES.join(", ")));
        HindranceKind::from_name(&spelled(&text)).ok_or_else(wrong)?
    };
    let from = told.time("from")?.ok_or_else(|| ("from", "it is empty, expected a time".to_owned()))?;
    let to = told.time("to")?;
    if to.is_some_and(|to| to < from) {
        return Err(("to", format!("it is before from, {from}")));
    }
    let (own_owner, own_source) = (label("owner", &told.text("owner")?)?, label("source", &told.text("source")?)?);
    let first = |names: [&str; 3]| names.into_iter().find(|name| !name.is_empty()).unwrap_or_default().to_owned();
    let area_of = label("area_of", &told.text("area_of")?)?;
    let consented = names("consented", &told.text("consented")?, ';')?;
    if kind == HindranceKind::Consent && consented.is_empty() {
        return Err(("consented", "it is empty, expected who consented".to_owned()));
    }
    let name: String = first([&own_source, source, file]).chars().take(40).collect();
    Ok(Hindrance {
        source: SourceRef { source: name, boot, sequence },
        owner: first([&own_owner, owner, crate::daily_table::OWNER_NOT_STATED]),
        kind,
        from,
        to,
        place: told.place("location")?,
        radius_m: told.number("radius_m", RADIUS)?.unwrap_or(0.0).round() as u32,
        sensors: names("sensors", &told.text("sensors")?, ' ')?,
        area_of: (!area_of.is_empty()).then_some(area_of),
        said_reason: told.words("said_reason", MAX_TEXT_BYTES)?,
        lost_ppm: told.number("lost", SHARE)?.map(|share| (share * 1e6).round() as u32),
        liaison_informed: told.time("liaison_informed")?,
        consented,
        text: told.words("text", MAX_TEXT_BYTES)?,
    })
}

fn names(column: &'static str, text: &str, between: char) -> Result<Vec<String>, Reason> {
    let names: Vec<&str> = text.split(between).map(str::trim).filter(|name| !name.is_empty()).collect();
    if names.len() > MAX_NAMES {
        return Err((column, format!("{} names, at most {MAX_NAMES} are read", names.len())));
    }
    names.into_iter().map(|name| label(column, name)).collect()
}
