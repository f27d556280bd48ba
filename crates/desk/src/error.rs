//! Why the read side could not answer.
use std::fmt;
use truceline_evidence::journal::JournalError;
use truceline_model::canonical::DecodeError;

/// An error of the read side.
#[derive(Debug, Clone)]
pub struct DeskError {
    message: String,
    missing: bool,
}

impl DeskError {
    pub(crate) fn other(message: impl Into<String>) -> Self {
        Self { message: message.into(), missing: false }
    }

    pub(crate) fn missing(message: impl Into<String>) -> Self {
        Self { message: message.into(), missing: true }
    }

    /// Whether what was asked for does not exist.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.missing
    }
}

impl fmt::Display for DeskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DeskError {}

impl From<rusqlite::Error> for DeskError {
    fn from(error: rusqlite::Error) -> Self {
        Self::other(format!("the views: {error}; delete views.sqlite, it is made anew from the journal"))
    }
}

impl From<JournalError> for DeskError {
    fn from(error: JournalError) -> Self {
        Self::other(format!("the journal: {error}"))
    }
}

impl From<truceline_evidence::Error> for DeskError {
    fn from(error: truceline_evidence::Error) -> Self {
        Self::other(error.to_string())
    }
}

impl From<DecodeError> for DeskError {
    fn from(error: DecodeError) -> Self {
        Self::other(format!("an entry of the journal: {error}"))
    }
}
