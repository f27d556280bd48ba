//! JSON: the same sections, with keys that do not depend on the language.
use crate::document::Document;

/// Writes it, for people to read as well.
#[must_use]
pub fn write(document: &Document) -> String {
    // Strings and numbers only: it serialises.
    serde_json::to_string_pretty(document).map(|text| text + "\n").unwrap_or_default()
}
