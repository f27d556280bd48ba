//! Why the write side could not do what was asked.
use std::fmt;
use std::path::Path;
use truceline_evidence::journal::JournalError;
use truceline_formats::FormatError;

/// An error of the write side: what was wrong, where, and what was expected.
#[derive(Debug, Clone)]
pub struct NodeError {
    message: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Locked,
    BadFile,
    Busy,
    Other,
}

impl NodeError {
    /// An error of the store or of what reads it.
    #[must_use]
    pub fn other(message: impl Into<String>) -> Self {
        Self { message: message.into(), kind: Kind::Other }
    }

    pub(crate) fn locked(message: impl Into<String>) -> Self {
        Self { message: message.into(), kind: Kind::Locked }
    }

    pub(crate) fn bad_file(message: impl Into<String>) -> Self {
        Self { message: message.into(), kind: Kind::BadFile }
    }

    pub(crate) fn io(path: &Path, what: &str, error: &std::io::Error) -> Self {
        Self::other(format!("{}: cannot {what}: {error}", path.display()))
    }

    /// Whether another process writes to the store.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.kind == Kind::Locked
    }

    /// Whether the delivered file is at fault.
    #[must_use]
    pub fn is_bad_file(&self) -> bool {
        self.kind == Kind::BadFile
    }

    /// Whether the journal's queue is full: the caller may try again a little later.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.kind == Kind::Busy
    }
}

impl fmt::Display for NodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for NodeError {}

impl From<JournalError> for NodeError {
    fn from(error: JournalError) -> Self {
        let kind = if error.is_full() { Kind::Busy } else { Kind::Other };
        Self { message: format!("the journal: {error}"), kind }
    }
}

impl From<FormatError> for NodeError {
    fn from(error: FormatError) -> Self {
        Self::bad_file(error.to_string())
    }
}
