//! One row that somebody tells, whether it is a line of CSV or an object of JSON: fields by their names.
use crate::error::FormatError;
use crate::observations::{no_place, within};
use crate::table::{Range, Reason, Row, Table, clip};
use serde_json::{Map, Value};
use std::borrow::Cow;
use truceline_model::place::Place;
use truceline_model::time::Time;

/// A row by its fields' names. What is missing is empty.
pub(crate) enum Told<'a> {
    Line(&'a Table<'a>, &'a Row<'a>),
    Object(&'a Map<String, Value>),
}

impl Told<'_> {
    /// The text of a field, without blanks around it.
    pub(crate) fn text(&self, name: &'static str) -> Result<Cow<'_, str>, Reason> {
        match self {
            Self::Line(table, row) => table.text(row, name).map(Cow::Borrowed),
            Self::Object(members) => match members.get(name) {
                None | Some(Value::Null) => Ok(Cow::Borrowed("")),
                Some(Value::String(text)) => Ok(Cow::Borrowed(text.trim())),
                Some(Value::Number(number)) => Ok(Cow::Owned(number.to_string())),
                Some(Value::Bool(is)) => Ok(Cow::Borrowed(if *is { "yes" } else { "no" })),
                Some(_) => Err((name, "expected a text or a number".to_owned())),
            },
        }
    }

    /// The number of a field; none where it is empty.
    pub(crate) fn number(&self, name: &'static str, range: Range) -> Result<Option<f64>, Reason> {
        let text = self.text(name)?;
        if text.is_empty() {
            return Ok(None);
        }
        range.read(&text).map(Some).map_err(|message| (name, message))
    }

    /// Yes or no; none where it is empty.
    pub(crate) fn is(&self, name: &'static str) -> Result<Option<bool>, Reason> {
        match self.text(name)?.to_ascii_lowercase().as_str() {
            "" => Ok(None),
            "yes" | "true" | "1" => Ok(Some(true)),
            "no" | "false" | "0" => Ok(Some(false)),
            other => Err((name, format!("{:?}, expected yes or no", clip(other)))),
        }
    }

    /// A text of at most so many bytes; control characters are none of it.
    pub(crate) fn words(&self, name: &'static str, bytes_max: usize) -> Result<String, Reason> {
        let text = self.text(name)?;
        if text.len() > bytes_max {
            return Err((name, format!("{} bytes, at most {bytes_max} are read", text.len())));
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            return Err((name, "control characters, expected text".to_owned()));
        }
        Ok(text.into_owned())
    }

    /// A time; none where it is empty. Without offset it is UTC.
    pub(crate) fn time(&self, name: &'static str) -> Result<Option<Time>, Reason> {
        let text = self.text(name)?;
        if text.is_empty() {
            return Ok(None);
        }
        let time = Time::parse(&text).map_err(|error| (name, format!("{:?}: {error}", clip(&text))))?;
        within(name, time).map(Some)
    }

    /// A place as `48.05, 37.8`, latitude first; none where it is empty.
    pub(crate) fn place(&self, name: &'static str) -> Result<Option<Place>, Reason> {
        let text = self.text(name)?;
        if text.is_empty() {
            return Ok(None);
        }
        match degrees(&text) {
            Some(pair) => place_of(name, pair).map(Some),
            None => Err((name, format!("{:?}, expected latitude and longitude such as 48.05, 37.8", clip(&text)))),
        }
    }
}

/// Two numbers between which a comma, a semicolon or blanks stand.
pub(crate) fn degrees(text: &str) -> Option<(f64, f64)> {
    let parts: Vec<&str> = text.split([',', ';', ' ']).filter(|part| !part.is_empty()).collect();
    let [lat, lon] = parts[..] else { return None };
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    Some((number(lat)?, number(lon)?))
}

pub(crate) fn place_of(name: &'static str, (lat_deg, lon_deg): (f64, f64)) -> Result<Place, Reason> {
    Place::from_degrees(lat_deg, lon_deg).ok_or_else(|| (name, no_place(lat_deg, lon_deg)))
}

/// Lower case, one hyphen between words: `Seen and_heard` is `seen-and-heard`.
pub(crate) fn spelled(text: &str) -> String {
    let words = text.split([' ', '_', '-']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

/// The objects under a name of a file in JSON, with the file's own `owner` and `source`.
pub(crate) struct Objects {
    pub(crate) owner: String,
    pub(crate) source: String,
    pub(crate) rows: Vec<Value>,
}

/// Reads `{"owner": ..., "source": ..., "NAME": [{...}, ...]}`.
pub(crate) fn objects(file: &str, bytes: &[u8], name: &str, at_most: usize) -> Result<Objects, FormatError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| FormatError::of_json(file, &error))?;
    let Value::Object(mut members) = value else {
        return Err(FormatError::new(file, "the whole file", format!("expected an object with {name}")));
    };
    let mut label = |name: &str| match members.remove(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) if crate::text::is_label(&text) => Ok(text),
        Some(_) => Err(FormatError::new(file, name, "expected a short text of one line")),
    };
    let (owner, source) = (label("owner")?, label("source")?);
    match members.remove(name) {
        Some(Value::Array(rows)) if rows.len() <= at_most => {
            if let Some(other) = members.keys().next() {
                return Err(FormatError::new(file, clip(other), format!("expected owner, source and {name} only")));
            }
            Ok(Objects { owner, source, rows })
        }
        Some(Value::Array(rows)) => {
            let message = format!("{} of them, at most {at_most} are read from one file", rows.len());
            Err(FormatError::new(file, name, message))
        }
        _ => Err(FormatError::new(file, name, "expected a list of objects")),
    }
}
