//! Why a whole file could not be read.
use std::fmt;

/// A file that cannot be read: which file, where in it, what was found and what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatError {
    file: String,
    place: String,
    message: String,
}

impl FormatError {
    pub(crate) fn new(file: &str, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), place: place.into(), message: message.into() }
    }

    /// Where in the file or stream, such as `line 3` or `byte 1024`.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What was found there and what was expected.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn of_json(file: &str, error: &serde_json::Error) -> Self {
        let place = format!("line {}, column {}", error.line(), error.column());
        // The place stands first already; the library repeats it at the end.
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        Self::new(file, place, message)
    }

    pub(crate) fn of_toml(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let place = match error.span() {
            Some(span) => {
                let before = &text.as_bytes()[..span.start.min(text.len())];
                format!("line {}", 1 + before.iter().filter(|byte| **byte == b'\n').count())
            }
            None => "the whole file".to_owned(),
        };
        Self::new(file, place, error.message().trim().replace('\n', ", "))
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}: {}", self.file, self.place, self.message)
    }
}

impl std::error::Error for FormatError {}
