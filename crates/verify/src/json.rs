use std::fmt::Write as _;
use truceline_evidence::verification::{Check, Report};

/// The report as JSON (RFC 8259), one object:
/// `outcome`, `key`, `origin`, `case`, `statement` (texts or null), `checks` (an array of `name`, `outcome`,
/// `sentence`, `figures` (an object of texts) and `where` (null, or `part`, `entry`, `bytes` as first and past-last
/// offset)), `not_proven` (an array of texts).
#[must_use]
pub fn json(report: &Report) -> String {
    let mut out = String::from("{\n  \"outcome\": ");
    text(&mut out, report.outcome.name());
    for (name, value) in
        [("key", &report.key), ("origin", &report.origin), ("case", &report.case), ("statement", &report.statement)]
    {
        out.push_str(",\n  ");
        text(&mut out, name);
        out.push_str(": ");
        optional(&mut out, value.as_deref(), text);
    }
    out.push_str(",\n  \"checks\": ");
    list(&mut out, &report.checks, check);
    out.push_str(",\n  \"not_proven\": ");
    list(&mut out, report.not_proven, |out, sentence| text(out, sentence));
    out.push_str("\n}\n");
    out
}

fn check(out: &mut String, check: &Check) {
    out.push_str("{\"name\": ");
    text(out, check.name);
    out.push_str(", \"outcome\": ");
    text(out, check.outcome.name());
    out.push_str(", \"sentence\": ");
    text(out, &check.sentence);
    out.push_str(", \"figures\": {");
    for (place, figure) in check.figures.iter().enumerate() {
        if place > 0 {
            out.push_str(", ");
        }
        text(out, figure.name);
        out.push_str(": ");
        text(out, &figure.value);
    }
    out.push_str("}, \"where\": ");
    optional(out, check.location.as_ref(), |out, location| {
        out.push_str("{\"part\": ");
        text(out, location.part);
        out.push_str(", \"entry\": ");
        optional(out, location.entry, |out, entry| out.push_str(&entry.to_string()));
        out.push_str(", \"bytes\": ");
        optional(out, location.bytes.as_ref(), |out, bytes| out.push_str(&format!("[{}, {}]", bytes.start, bytes.end)));
        out.push('}');
    });
    out.push('}');
}

fn list<T>(out: &mut String, items: &[T], mut write: impl FnMut(&mut String, &T)) {
    out.push('[');
    for (place, item) in items.iter().enumerate() {
        out.push_str(if place > 0 { ",\n    " } else { "\n    " });
        write(out, item);
    }
    out.push_str("\n  ]");
}

fn optional<T>(out: &mut String, value: Option<T>, write: impl FnOnce(&mut String, T)) {
    match value {
        Some(value) => write(out, value),
        None => out.push_str("null"),
    }
}

/// A text with what RFC 8259, section 7, demands escaped, and DEL and the line separators too.
pub(crate) fn text(out: &mut String, value: &str) {
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                // Writing to a text cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_reads_back(value: String) {
            let mut out = String::new();
            text(&mut out, &value);
            prop_assert_eq!(serde_json::from_str::<String>(&out).unwrap(), value);
        }
    }
}
