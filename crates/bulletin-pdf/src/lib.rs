//! A bulletin in JSON, as `truceline bulletin --format json` writes it, as PDF.
//!
//! What is set is what the JSON says and nothing else: a bulletin that was released as JSON can be set as PDF by anybody, and
//! the same bytes give the same bytes. The layout stands in `bulletin.typ`; text of the bulletin reaches it as strings, so
//! nothing in it is taken for markup. The PDF is tagged (PDF/UA-1): screen readers find headings, lists and tables.
//!
//! No file, network or clock is reached: the fonts are part of the program, and the date is the bulletin's own text.
mod document;
mod world;

use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// The longest JSON that is set: a daily of 20,000 cases has some 30 MB, and nobody prints it. This is a thousand pages.
pub const JSON_BYTES_MAX: usize = 4_000_000;

/// Why no PDF was made.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct PdfError(#[from] Kind);

#[derive(Debug, thiserror::Error)]
enum Kind {
    #[error("{0} bytes, at most {JSON_BYTES_MAX} are set as PDF: ask for a shorter period")]
    TooLong(usize),
    #[error("no bulletin in JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("{place}: {rows} cells in a row, expected {columns}")]
    Ragged { place: String, rows: usize, columns: usize },
    #[error("the bulletin cannot be set: {0}")]
    Set(String),
}

/// Sets a bulletin.
///
/// # Errors
/// If it is too long, is no bulletin in JSON, a table's row is not as long as its columns, or a letter is in no font.
pub fn pdf(json: &[u8]) -> Result<Vec<u8>, PdfError> {
    if json.len() > JSON_BYTES_MAX {
        return Err(Kind::TooLong(json.len()).into());
    }
    let document: document::Document = serde_json::from_slice(json).map_err(Kind::Json)?;
    document.check()?;
    let set = set(&document)?;
    let standards = PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|error| Kind::Set(error.message().to_string()))?;
    let options = PdfOptions { ident: Smart::Auto, creator: Smart::Custom(None), standards, ..PdfOptions::default() };
    Ok(typst_pdf::pdf(&set, &options).map_err(|errors| Kind::Set(said(&errors)))?)
}

/// Lays it out in pages.
fn set(document: &document::Document) -> Result<PagedDocument, Kind> {
    let world = world::World::new(serde_json::to_vec(document)?);
    typst::compile::<PagedDocument>(&world).output.map_err(|errors| Kind::Set(said(&errors)))
}

/// The first thing that went wrong.
fn said(errors: &[typst::diag::SourceDiagnostic]) -> String {
    errors.first().map_or_else(String::new, |error| error.message.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use typst::layout::{Frame, FrameItem};

    fn text_of(frame: &Frame, text: &mut String) {
        for (_, item) in frame.items() {
            match item {
                FrameItem::Group(group) => text_of(&group.frame, text),
                FrameItem::Text(item) => text.push_str(&item.text),
                _ => {}
            }
        }
    }

    /// Without what breaking lines adds and takes.
    fn bare(text: &str) -> String {
        text.chars().filter(|c| !c.is_whitespace() && !"-\u{2010}\u{ad}".contains(*c)).collect()
    }

    /// All strings of a bulletin but those for machines.
    fn strings(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) => found.push(text.clone()),
            serde_json::Value::Array(values) => values.iter().for_each(|value| strings(value, found)),
            serde_json::Value::Object(members) => {
                let people =
                    members.iter().filter(|(key, _)| !["key", "id", "language", "empty"].contains(&key.as_str()));
                people.for_each(|(_, value)| strings(value, found));
            }
            _ => {}
        }
    }

    #[test]
    fn every_word_of_a_daily_is_set_and_its_banners_on_every_page() {
        let json = include_bytes!("../../bulletin/tests/snapshots/daily-en.json");
        let mut value: serde_json::Value = serde_json::from_slice(json).unwrap();
        value["banners"] = serde_json::json!(["Said on every page.", "This too."]);
        let document: document::Document = serde_json::from_value(value).unwrap();
        let set = set(&document).unwrap();
        let pages: Vec<String> = set
            .pages()
            .iter()
            .map(|page| {
                let mut text = String::new();
                text_of(&page.frame, &mut text);
                bare(&text)
            })
            .collect();
        let all = pages.concat();
        assert!(pages.len() > 2, "{}", pages.len());
        let value = serde_json::to_value(&document).unwrap();
        let mut words = Vec::new();
        strings(&value, &mut words);
        assert!(words.len() > 100, "{}", words.len());
        for text in &words {
            // A row may go on over the page.
            let whole = all.contains(&bare(text));
            assert!(whole || text.split_whitespace().all(|word| all.contains(&bare(word))), "{text:?} is not set");
        }
        for banner in value["banners"].as_array().unwrap() {
            let banner = bare(banner.as_str().unwrap());
            assert!(pages.iter().all(|page| page.contains(&banner)), "{banner}");
        }
    }
}
