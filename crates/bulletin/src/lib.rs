//! Bulletins: what was released, as HTML, text, CSV and JSON in each language.
//!
//! A bulletin is made of a [`Material`], whose cases and notices are released views: for a tier below the enclave they have a
//! cell and a slot, and no type here can say more. The same material gives the same bytes.
//!
//! - [`material`]: what a bulletin is made of.
//! - [`compose`]: which sections, tables and sentences each kind of bulletin has.
//! - [`document`]: a bulletin before it has a format.
//! - [`html`], [`text`], [`csv`], [`json`]: the formats.
//! - [`tally`]: counts that close.
//! - [`rate`]: events per hour observed, with their limits.
//! - [`words`]: the languages.
//!
//! What is not in the store is said to be absent, in words, with the section and its columns in place.
pub mod compose;
pub mod csv;
pub mod document;
pub mod html;
pub mod json;
pub mod material;
mod place;
pub mod rate;
pub mod tally;
pub mod text;
pub mod words;
mod zone;

pub use compose::compose;
pub use document::Document;
pub use material::{Kind, Material};
pub use place::Placed;
pub use words::{Language, Words};
pub use zone::Zone;

use truceline_model::canonical_names;

/// In which form a bulletin leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One file with its style, for the screen and for A4.
    Html,
    /// Plain text.
    Text,
    /// The recorded events as one table.
    Csv,
    /// All of it with keys that do not depend on the language.
    Json,
}

canonical_names!(Format { "html" => Html, "text" => Text, "csv" => Csv, "json" => Json });

/// A bulletin in a language and a form.
#[must_use]
pub fn render<W: Placed>(material: &Material<W>, language: Language, format: Format) -> String {
    let words = Words::of(language);
    match format {
        Format::Html => html::write(&compose(material, &words), &words),
        Format::Text => text::write(&compose(material, &words), &words),
        Format::Csv => csv::write(material),
        Format::Json => json::write(&compose(material, &words)),
    }
}
