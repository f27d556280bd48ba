//! Why a record, or what stands in its place, was refused.
use std::fmt;

/// Bytes that are no record, or a record that cannot be trusted: where, which field, what was expected.
///
/// Reading can go on: [`skip_bytes`](Self::skip_bytes) says where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordError {
    offset: usize,
    field: &'static str,
    message: String,
    skip: usize,
}

impl RecordError {
    pub(super) fn new(offset: usize, field: &'static str, message: impl Into<String>) -> Self {
        Self { offset, field, message: message.into(), skip: 0 }
    }

    pub(super) fn skipping(self, skip: usize) -> Self {
        Self { skip, ..self }
    }

    /// Where the field begins that is wrong, in bytes from the first byte that was given or, for the error of a
    /// payload, from the first byte of its record.
    #[must_use]
    pub fn offset_bytes(&self) -> usize {
        self.offset
    }

    /// The field that is wrong.
    #[must_use]
    pub fn field(&self) -> &'static str {
        self.field
    }

    /// How many bytes to leave out, at least one, before reading goes on. For the error of a payload it is the whole
    /// record.
    #[must_use]
    pub fn skip_bytes(&self) -> usize {
        self.skip
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}, {}: {}", self.offset, self.field, self.message)
    }
}

impl std::error::Error for RecordError {}

/// A record that could not be refused yet: its field is wrong, and how long it says that it is.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) error: RecordError,
    /// The length that the record states, when it was read before the fault was found.
    pub(super) length: Option<usize>,
}

impl Fault {
    pub(super) fn new(offset: usize, field: &'static str, message: impl Into<String>) -> Self {
        Self { error: RecordError::new(offset, field, message), length: None }
    }

    pub(super) fn in_record_of(self, length: usize) -> Self {
        Self { length: Some(length), ..self }
    }
}
