//! An agreement's file as it was loaded: its very text, which `accord` reads.
use crate::{canonical_map, journal_entry};

/// The longest agreement file, in bytes. A full agreement with its lines and zones takes tens of kilobytes.
pub const MAX_AGREEMENT_BYTES: usize = 256 * 1024;

/// The text of an agreement, effective from its own stated times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementText {
    /// The TOML text, unchanged.
    pub text: String,
}

canonical_map!(AgreementText { "text" => text });
journal_entry!(AgreementText, "agreement", 1);
