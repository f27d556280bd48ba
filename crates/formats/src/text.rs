//! Checks of short texts and of times in TOML files, shared by the file formats.
use serde::Deserialize;
use truceline_model::report::MAX_NAME_BYTES;
use truceline_model::time::Time;

/// Whether a text can stand as a label: short, and without control characters.
pub(crate) fn is_label(text: &str) -> bool {
    text.len() <= MAX_NAME_BYTES && !text.chars().any(char::is_control)
}

/// A time in a TOML file: its own date-time, or the same as text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum TimeText {
    Toml(toml::value::Datetime),
    Text(String),
}

impl TimeText {
    /// The instant; without offset it is UTC.
    pub(crate) fn time(&self) -> Option<Time> {
        match self {
            Self::Toml(datetime) => Time::parse(&datetime.to_string()).ok(),
            Self::Text(text) => Time::parse(text).ok(),
        }
    }
}
