//! Just enough of Rust's lexical form to tell code, comments and strings apart, and tests from the rest.

use std::collections::BTreeSet;

use super::repository::Repository;

/// A Rust file, split.
pub(super) struct Source {
    /// The text with comments and the insides of strings and characters blanked; lines stay where they are.
    pub(super) code: String,
    /// The insides of string literals as they are written, with the line on which each begins.
    pub(super) strings: Vec<(usize, String)>,
}

impl Source {
    pub(super) fn new(text: &str) -> Self {
        let characters: Vec<char> = text.chars().collect();
        let mut reader = Reader { characters: &characters, at: 0, line: 1, code: String::with_capacity(text.len()) };
        let mut strings = Vec::new();
        while reader.at < reader.characters.len() {
            reader.next(&mut strings);
        }
        Self { code: reader.code, strings }
    }

    /// The same without the items under `#[cfg(test)]` (and `#[cfg(all(test, ...))]`).
    pub(super) fn without_tests(text: &str) -> Self {
        let source = Self::new(text);
        let hidden = test_lines(&source.code);
        let code = source
            .code
            .lines()
            .enumerate()
            .map(|(at, line)| if hidden.contains(&(at + 1)) { "" } else { line })
            .collect::<Vec<_>>()
            .join("\n");
        let strings = source.strings.into_iter().filter(|(line, _)| !hidden.contains(line)).collect();
        Self { code, strings }
    }
}

struct Reader<'a> {
    characters: &'a [char],
    at: usize,
    line: usize,
    code: String,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.at + ahead).copied()
    }

    /// Takes one character as code.
    fn keep(&mut self) {
        if let Some(character) = self.peek(0) {
            self.code.push(character);
            self.line += usize::from(character == '\n');
            self.at += 1;
        }
    }

    /// Takes one character as blank.
    fn blank(&mut self) {
        if let Some(character) = self.peek(0) {
            self.code.push(if character == '\n' { '\n' } else { ' ' });
            self.line += usize::from(character == '\n');
            self.at += 1;
        }
    }

    fn next(&mut self, strings: &mut Vec<(usize, String)>) {
        match (self.peek(0), self.peek(1)) {
            (Some('/'), Some('/')) => {
                while self.peek(0).is_some_and(|character| character != '\n') {
                    self.blank();
                }
            }
            (Some('/'), Some('*')) => self.block_comment(),
            (Some('"'), _) => strings.push(self.string()),
            (Some('\''), _) => self.character_or_lifetime(),
            (Some(first), _) if first.is_alphabetic() || first == '_' => {
                // A whole word at once, so that the `r` of `for"` is not taken for a raw string's.
                if let Some(hashes) = self.raw_string_start() {
                    strings.push(self.raw_string(hashes));
                    return;
                }
                while self.peek(0).is_some_and(|character| character.is_alphanumeric() || character == '_') {
                    self.keep();
                }
            }
            _ => self.keep(),
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => depth += 1,
                (Some('*'), Some('/')) => depth -= 1,
                (None, _) => return,
                _ => {
                    self.blank();
                    continue;
                }
            }
            self.blank();
            self.blank();
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) -> (usize, String) {
        let line = self.line;
        let mut inside = String::new();
        self.keep();
        while let Some(character) = self.peek(0) {
            if character == '"' {
                self.keep();
                break;
            }
            inside.push(character);
            self.blank();
            if character == '\\'
                && let Some(escaped) = self.peek(0)
            {
                inside.push(escaped);
                self.blank();
            }
        }
        (line, inside)
    }

    /// How many `#` a raw string that starts here has; none if none starts here.
    fn raw_string_start(&self) -> Option<usize> {
        let prefix = match (self.peek(0), self.peek(1)) {
            (Some('r'), _) => 1,
            (Some('b' | 'c'), Some('r')) => 2,
            _ => return None,
        };
        let hashes = (prefix..).take_while(|&ahead| self.peek(ahead) == Some('#')).count();
        (self.peek(prefix + hashes) == Some('"')).then_some(hashes)
    }

    fn raw_string(&mut self, hashes: usize) -> (usize, String) {
        let line = self.line;
        let mut inside = String::new();
        while self.peek(0) != Some('"') {
            self.keep();
        }
        self.keep();
        while let Some(character) = self.peek(0) {
            if character == '"' && (1..=hashes).all(|ahead| self.peek(ahead) == Some('#')) {
                for _ in 0..=hashes {
                    self.keep();
                }
                break;
            }
            inside.push(character);
            self.blank();
        }
        (line, inside)
    }

    fn character_or_lifetime(&mut self) {
        let character = matches!((self.peek(1), self.peek(2)), (Some('\\'), _) | (Some(_), Some('\'')));
        self.keep();
        if !character {
            return;
        }
        if self.peek(0) == Some('\\') {
            self.blank();
        }
        self.blank();
        while self.peek(0).is_some_and(|character| character != '\'' && character != '\n') {
            self.blank();
        }
        self.keep();
    }
}

/// The lines of items under `#[cfg(test)]`, from the attribute to the item's end.
fn test_lines(code: &str) -> BTreeSet<usize> {
    let mut lines = BTreeSet::new();
    for (start, attribute) in code.match_indices("#[cfg(").chain(code.match_indices("#![cfg(")) {
        let Some(end) = code[start..].find(']').map(|length| start + length) else { continue };
        let condition: String = code[start..end].chars().filter(|character| !character.is_whitespace()).collect();
        if !condition.contains("cfg(test)") && !condition.contains("all(test,") {
            continue;
        }
        let item_end = if attribute.starts_with("#!") { code.len() } else { end + item_length(&code[end..]) };
        let line_of = |at: usize| code[..at].matches('\n').count() + 1;
        lines.extend(line_of(start)..=line_of(item_end));
    }
    lines
}

/// The bytes to the end of an item that follows the attribute whose last bracket `code` starts with: the item's
/// closing brace, or the semicolon before any brace.
fn item_length(code: &str) -> usize {
    let (mut braces, mut brackets) = (0_usize, 0_usize);
    for (at, character) in code.char_indices().skip(1) {
        match character {
            ';' if braces == 0 && brackets == 0 => return at,
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets = brackets.saturating_sub(1),
            '{' => braces += 1,
            '}' if braces <= 1 => return at,
            '}' => braces -= 1,
            _ => {}
        }
    }
    code.len()
}

/// The files of modules that are declared under `#[cfg(test)]`, and everything below `tests/`, `examples/` and
/// `benches/` of a crate, and `build.rs`: what a rule on running code leaves out.
pub(super) fn test_files(repository: &Repository) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for (file, text) in repository.texts(|file| file.has_ending(&["rs"])) {
        if file.path.ends_with("/build.rs")
            || ["/tests/", "/examples/", "/benches/"].iter().any(|folder| file.path.contains(folder))
        {
            files.insert(file.path.clone());
        }
        let code = Source::new(text).code;
        let hidden = test_lines(&code);
        for (line, name) in module_declarations(&code) {
            if hidden.contains(&line) {
                files.extend(module_files(repository, &file.path, name));
            }
        }
    }
    files
}

/// `mod NAME;` in masked code: the line and the name.
pub(super) fn module_declarations(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (start, _) in code.match_indices("mod ") {
        if code[..start].ends_with(|before: char| before.is_alphanumeric() || before == '_') {
            continue;
        }
        let rest = &code[start + 4..];
        let name_end = rest.find(|character: char| !(character.is_alphanumeric() || character == '_')).unwrap_or(0);
        if name_end > 0 && rest[name_end..].trim_start().starts_with(';') {
            found.push((code[..start].matches('\n').count() + 1, &rest[..name_end]));
        }
    }
    found
}

/// The files of module `name` declared in `path`: its own and those below it.
pub(super) fn module_files(repository: &Repository, path: &str, name: &str) -> Vec<String> {
    let base = match path.rsplit_once('/') {
        Some((folder, "lib.rs" | "main.rs" | "mod.rs")) => folder.to_owned(),
        _ => path.trim_end_matches(".rs").to_owned(),
    };
    let file = format!("{base}/{name}.rs");
    let folder = format!("{base}/{name}/");
    let below = repository.files.iter().filter(|other| other.path == file || other.path.starts_with(&folder));
    below.map(|other| other.path.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_blanked_and_lines_stay() {
        let text = "let a = \"x // \\\" y\"; // note\nlet b = r#\"one \"two\"#;\n/* a /* b */ c */ let c = 'x';\n\
                    let d: &'static str = \"\"; let e = '\\''; let f = b\"z\"; for_\n";
        let source = Source::new(text);
        assert_eq!(source.code.lines().count(), text.lines().count());
        for gone in ["note", "one", "two", " y", "a /*", "'x'"] {
            assert!(!source.code.contains(gone), "{gone}: {}", source.code);
        }
        for kept in ["let a =", "let b =", "let c =", "&'static str", "let e =", "let f =", "for_"] {
            assert!(source.code.contains(kept), "{kept}: {}", source.code);
        }
        let inside: Vec<(usize, &str)> = source.strings.iter().map(|(line, text)| (*line, text.as_str())).collect();
        assert_eq!(inside, [(1, "x // \\\" y"), (2, "one \"two"), (4, ""), (4, "z")]);
    }

    #[test]
    fn tests_are_left_out_to_their_closing_brace() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { \"}\"; }\n}\nfn c() {}\n\
                    #[cfg(test)]\nuse x::{y,\n z};\n#[cfg(test)]\nfn e(_: [u8; 3]) {\n    f();\n}\nfn d() {}\n";
        let code = Source::without_tests(text).code;
        assert!(code.contains("fn a") && code.contains("fn c") && code.contains("fn d"), "{code}");
        assert!(!code.contains("fn b") && !code.contains("use x") && !code.contains("f();"), "{code}");
    }

    #[test]
    fn files_of_test_modules_are_found() {
        let repository = Repository::planted(&[
            ("crates/a/src/lib.rs", "//! a\npub mod b;\n"),
            ("crates/a/src/b.rs", "//! b\n#[cfg(test)]\nmod tests;\nmod c;\n"),
            ("crates/a/src/b/tests.rs", "//! t\nmod deep;\n"),
            ("crates/a/src/b/tests/deep.rs", "//! t\n"),
            ("crates/a/src/b/c.rs", "//! c\n"),
            ("crates/a/tests/whole.rs", "//! w\n"),
        ]);
        let files: Vec<String> = test_files(&repository).into_iter().collect();
        assert_eq!(files, ["crates/a/src/b/tests.rs", "crates/a/src/b/tests/deep.rs", "crates/a/tests/whole.rs"]);
    }
}
