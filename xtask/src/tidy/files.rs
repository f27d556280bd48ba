//! Rules on files as such: their length, size and white space.

use super::repository::{Finding, Repository};

/// Lines of a Rust, TypeScript or Svelte file: what two screens' worth of functions and their tests take; the habit
/// is 500.
const LINES_MAX: usize = 600;

/// Bytes of a file in the repository: the largest legitimate ones are lock files of a few hundred kilobytes.
const SIZE_BYTES_MAX: u64 = 1024 * 1024;

/// No Rust, TypeScript or Svelte file is longer than [`LINES_MAX`].
pub(super) fn length(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, text) in repository.texts(|file| file.has_ending(&["rs", "ts", "svelte"])) {
        let lines = text.lines().count();
        if lines > LINES_MAX {
            findings.push(Finding::new(&file.path, LINES_MAX + 1, format!("{lines} lines; at most {LINES_MAX}")));
        }
    }
    findings
}

/// No file is larger than [`SIZE_BYTES_MAX`].
pub(super) fn size(repository: &Repository) -> Vec<Finding> {
    let large = repository.files.iter().filter(|file| file.size_bytes > SIZE_BYTES_MAX);
    large
        .map(|file| Finding::new(&file.path, 0, format!("{} bytes; at most {SIZE_BYTES_MAX}", file.size_bytes)))
        .collect()
}

/// No white space at the end of a line, a newline at the end of a file, no carriage return, no tab in Rust.
pub(super) fn text(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, text) in repository.texts(|_| true) {
        for (at, line) in text.split('\n').enumerate() {
            if line.ends_with('\r') {
                findings.push(Finding::new(&file.path, at + 1, "carriage return at the end of the line"));
            } else if line.ends_with([' ', '\t']) {
                findings.push(Finding::new(&file.path, at + 1, "white space at the end of the line"));
            }
            if file.has_ending(&["rs"]) && line.contains('\t') {
                findings.push(Finding::new(&file.path, at + 1, "tab; expected spaces"));
            }
        }
        if !text.is_empty() && !text.ends_with('\n') {
            findings.push(Finding::new(&file.path, text.lines().count(), "no newline at the end of the file"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_bounded() {
        let long = "x\n".repeat(LINES_MAX + 1);
        let found = length(&Repository::planted(&[("web/src/App.svelte", &long), ("README.md", &long)]));
        assert_eq!(found, [Finding::new("web/src/App.svelte", 601, "601 lines; at most 600")]);
        let just = "x\n".repeat(LINES_MAX);
        assert_eq!(length(&Repository::planted(&[("crates/a/src/lib.rs", &just)])), []);
    }

    #[test]
    fn size_is_bounded() {
        let mut repository = Repository::planted(&[("docs/a.png", "x"), ("docs/b.png", "x")]);
        repository.files[1].size_bytes = SIZE_BYTES_MAX + 1;
        repository.files[1].text = None;
        assert_eq!(size(&repository), [Finding::new("docs/b.png", 0, "1048577 bytes; at most 1048576")]);
    }

    #[test]
    fn white_space_is_plain() {
        assert_eq!(text(&Repository::planted(&[("a.rs", "//! x\n"), ("b.md", "a\tb\n"), ("c", "")])), []);
        for (planted, line) in [("a\nb \n", 2), ("a\n\tb\n", 2), ("a\nb", 2), ("a\r\nb\n", 1)] {
            let found = text(&Repository::planted(&[("a.rs", planted)]));
            assert_eq!(found.len(), 1, "{planted:?}: {found:?}");
            assert_eq!(found[0].line, line, "{planted:?}");
        }
    }
}
