use truceline_evidence::verification::{Check, Outcome, Report};

/// The report in plain words, one check per line with its mark. Control characters and those that turn the
/// direction of writing are shown as their numbers: a file must not write the screen.
#[must_use]
pub fn human(report: &Report) -> String {
    let mut lines = vec![match report.outcome {
        Outcome::Proven => "PROVEN. All checks hold.".to_owned(),
        Outcome::Unproven => "UNPROVEN. Nothing is contradicted, but not everything is proven.".to_owned(),
        Outcome::Contradicted => "CONTRADICTED. Something in this file does not hold.".to_owned(),
    }];
    lines.push(String::new());
    // The words of the file are worth what the manifest's signature is worth.
    let signed = report.checks.iter().any(|check| check.name == "manifest" && check.outcome == Outcome::Proven);
    let worth = if signed { "" } else { " (unproven)" };
    for (name, value) in [("Case", &report.case), ("Journal", &report.origin), ("Statement", &report.statement)] {
        if let Some(value) = value {
            let mut parts = value.split('\n');
            lines.push(format!("{name}{worth}: {}", parts.next().unwrap_or_default()));
            lines.extend(parts.map(|part| format!("    {part}")));
        }
    }
    let figure = |name: &str| report.checks.iter().flat_map(|check| &check.figures).find(|figure| figure.name == name);
    // Payloads are hashed by themselves; the file that holds them is told by what was signed for it.
    let digest = figure("sha256").map(|digest| ("file", digest)).or(figure("manifest_sha256").map(|d| ("manifest", d)));
    lines.extend(digest.map(|(what, digest)| format!("SHA-256 of the {what}: {}", digest.value)));
    lines.push(match &report.key {
        Some(key) => format!("Pinned key: {key}"),
        None => "Pinned key: none. Give the journal's key with --key, as you received it, not from this file.".into(),
    });

    lines.push(String::new());
    lines.push("What was checked".to_owned());
    lines.extend(report.checks.iter().map(check_line));
    lines.push(String::new());
    lines.push("What this does not prove".to_owned());
    lines.extend(report.not_proven.iter().map(|sentence| format!("  - {sentence}")));
    lines.iter().map(|line| format!("{}\n", shown(line))).collect()
}

fn check_line(check: &Check) -> String {
    let mark = match check.outcome {
        Outcome::Proven => "[proven]      ",
        Outcome::Unproven => "[unproven]    ",
        Outcome::Contradicted => "[CONTRADICTED]",
    };
    let place =
        check.location.as_ref().and_then(|location| location.bytes.as_ref()).map_or_else(String::new, |bytes| {
            match bytes.len() {
                1 => format!(" (byte {} of the file)", bytes.start),
                _ => format!(" (bytes {} to {} of the file)", bytes.start, bytes.end.saturating_sub(1)),
            }
        });
    format!("  {mark} {}{place}", check.sentence)
}

/// One line with what could write the screen shown as numbers.
pub(crate) fn shown(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for c in line.chars() {
        if c.is_control() || is_direction_mark(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Unicode's marks that turn or break the direction of writing, and its line separators.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_write_the_screen_is_shown_as_numbers() {
        assert_eq!(shown("a\u{1b}[2Jb\u{202e}c\u{2028}\rd"), "a\\u{1b}[2Jb\\u{202e}c\\u{2028}\\u{d}d");
        assert_eq!(shown("Перемир\u{2019}я, 97 %"), "Перемир\u{2019}я, 97 %");
    }
}
