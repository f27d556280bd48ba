use crate::journal::JournalError;
use std::fmt;

/// Why bytes, a note, a proof or a dossier were not accepted. The text names what was wrong, where, and what was
/// expected; the predicates say what kind of fault it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    text: String,
    offset: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Malformed,
    OverLimit,
    FalseSignature,
    UnknownSigner,
    FalseProof,
    OutOfRange,
    Journal,
}

impl Error {
    fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), offset: None }
    }
    pub(crate) fn malformed(text: impl Into<String>) -> Self {
        Self::new(Kind::Malformed, text)
    }
    pub(crate) fn malformed_at(offset: usize, text: impl Into<String>) -> Self {
        Self { offset: Some(offset), ..Self::malformed(text) }
    }
    pub(crate) fn over_limit(text: impl Into<String>) -> Self {
        Self::new(Kind::OverLimit, text)
    }
    pub(crate) fn false_signature(text: impl Into<String>) -> Self {
        Self::new(Kind::FalseSignature, text)
    }
    pub(crate) fn unknown_signer(text: impl Into<String>) -> Self {
        Self::new(Kind::UnknownSigner, text)
    }
    pub(crate) fn false_proof(text: impl Into<String>) -> Self {
        Self::new(Kind::FalseProof, text)
    }
    pub(crate) fn out_of_range(text: impl Into<String>) -> Self {
        Self::new(Kind::OutOfRange, text)
    }

    /// The bytes are not of the stated form.
    #[must_use]
    pub fn is_malformed(&self) -> bool {
        self.kind == Kind::Malformed
    }

    /// A named bound is exceeded.
    #[must_use]
    pub fn is_over_limit(&self) -> bool {
        self.kind == Kind::OverLimit
    }

    /// A signature in the name of a known key does not hold.
    #[must_use]
    pub fn is_false_signature(&self) -> bool {
        self.kind == Kind::FalseSignature
    }

    /// No known key signed.
    #[must_use]
    pub fn is_unknown_signer(&self) -> bool {
        self.kind == Kind::UnknownSigner
    }

    /// A Merkle proof does not lead to the stated root.
    #[must_use]
    pub fn is_false_proof(&self) -> bool {
        self.kind == Kind::FalseProof
    }

    /// An index or a size lies outside the tree, or no checkpoint reaches it yet.
    #[must_use]
    pub fn is_out_of_range(&self) -> bool {
        self.kind == Kind::OutOfRange
    }

    /// The journal failed; the text is the [`JournalError`]'s.
    #[must_use]
    pub fn is_journal(&self) -> bool {
        self.kind == Kind::Journal
    }

    /// The byte at which reading stopped, where one byte can be named.
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        self.offset
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {}

impl From<JournalError> for Error {
    fn from(error: JournalError) -> Self {
        Self::new(Kind::Journal, error.to_string())
    }
}
