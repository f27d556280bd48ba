//! Bulletins as PDF.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
use truceline_bulletin_pdf::{JSON_BYTES_MAX, pdf};

/// A daily as the bulletins' own tests write it.
const DAILY: &[u8] = include_bytes!("../../bulletin/tests/snapshots/daily-en.json");

const UKRAINIAN: &str = r#"{"language": "uk", "title": "Щоденний звіт 154/2004", "head": [], "banners": [], "sections": [
    {"id": "1", "title": "Підсумок — їжак, ґанок, є", "blocks": [{"text": "Один записаний випадок."}]}]}"#;

/// How many pages a PDF has, by the size of its tree of pages.
fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    let count = text.split("/Count ").nth(1).unwrap();
    count.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap()
}

fn refused(json: &str) -> String {
    pdf(json.as_bytes()).unwrap_err().to_string()
}

#[test]
fn the_same_bulletin_gives_the_same_bytes() {
    let one = pdf(DAILY).unwrap();
    assert!(one.starts_with(b"%PDF-1.") && one.ends_with(b"%%EOF"));
    assert_eq!(one, pdf(DAILY).unwrap());
    assert!(pages(&one) >= 2, "{}", pages(&one));
    // Tagged for screen readers, with its language, and no time of making.
    let text = String::from_utf8_lossy(&one);
    assert!(text.contains("/Marked true") && text.contains("/Lang"), "not tagged");
    assert!(!text.contains("CreationDate"));
}

#[test]
fn cyrillic_letters_are_set() {
    let set = pdf(UKRAINIAN.as_bytes()).unwrap();
    assert_eq!(pages(&set), 1);
    assert!(String::from_utf8_lossy(&set).contains("/Lang (uk)") || String::from_utf8_lossy(&set).contains("(uk)"));
}

#[test]
fn nothing_in_a_bulletin_is_markup() {
    let hostile = r##"{"language": "en", "title": "#panic(1)", "head": [], "banners": ["#read(\"/etc/hostname\")"],
        "sections": [{"id": "1", "title": "$x$ *bold* @ref <label>", "blocks": [
            {"text": "#import \"@preview/x:1.0.0\""}, {"list": ["= heading", "#set page(width: 1pt)"]}]}]}"##;
    assert_eq!(pages(&pdf(hostile.as_bytes()).unwrap()), 1);
}

#[test]
fn what_is_no_bulletin_is_refused_with_its_place() {
    assert!(refused("{").starts_with("no bulletin in JSON: "));
    assert!(refused(r#"{"language": "en"}"#).contains("missing field `title`"));
    let ragged = r#"{"language": "en", "title": "t", "head": [], "banners": [], "sections": [{"id": "A", "title": "Annex A",
        "blocks": [{"table": {"columns": [{"title": "a"}, {"title": "b"}], "rows": [["1"]], "empty": ""}}]}]}"#;
    assert_eq!(refused(ragged), "section \"Annex A\": 1 cells in a row, expected 2");
    let letters = r#"{"language": "en", "title": "報告", "head": [], "banners": [], "sections": []}"#;
    assert!(refused(letters).starts_with("the bulletin cannot be set: "), "{}", refused(letters));
    let long = " ".repeat(JSON_BYTES_MAX + 1);
    assert_eq!(refused(&long), "4000001 bytes, at most 4000000 are set as PDF: ask for a shorter period");
}
