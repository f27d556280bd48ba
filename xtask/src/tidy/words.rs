//! Rules on words: what the program says, what stands in for work, what speaks of somewhere else.

use super::repository::{File, Finding, Repository};
use super::rust::{Source, module_declarations, module_files, test_files};

/// What text of the program never contains: no mechanism is set off by it, and no one is blamed by it.
const NEVER_SAID: [&str; 9] =
    ["triggered", "activated", "must respond", "attacker", "enemy", "hostile", "liar", "guilty", "violation by"];

/// The first three in the other languages that the program speaks, in the forms that a sentence would take; in French, which whole
/// pages speak, the others too.
const NEVER_SAID_ELSEWHERE: [&str; 36] = [
    "déclenché",
    "déclenchée",
    "déclenchés",
    "déclenchées",
    "activé",
    "activée",
    "activés",
    "activées",
    "doit répondre",
    "doivent répondre",
    "attaquant",
    "agresseur",
    "agresseurs",
    "ennemi",
    "ennemie",
    "ennemis",
    "hostiles",
    "menteur",
    "menteurs",
    "coupable",
    "coupables",
    "violation par",
    "ausgelöst",
    "ausgelöste",
    "aktiviert",
    "aktivierte",
    "muss antworten",
    "müssen antworten",
    "muss reagieren",
    "müssen reagieren",
    "спрацювало",
    "спрацювала",
    "активовано",
    "задіяно",
    "зобов’язані відповісти",
    "мають відповісти",
];

/// Marks of work that is not done, in Rust.
const UNFINISHED_RUST: [&str; 4] = ["#[ignore", "todo!(", "unimplemented!(", "dbg!("];

/// What a test is declared with in the web part, and what must not follow it.
const WEB_TESTS: [&str; 6] = ["it", "test", "describe", "suite", "step", "expect"];
const UNFINISHED_WEB: [&str; 4] = [".skip", ".only", ".fixme", ".todo"];

/// Places on some machine, and words on how the text came about. Written in halves, so that this file holds none.
const ELSEWHERE: [&str; 9] = [
    concat!("/wo", "rk/"),
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("sub", "agent"),
    concat!("shared", "/architecture"),
    concat!("shared", "/reference"),
    concat!("shared", "/design"),
    concat!("shared", "/style"),
    concat!("shared", "/peers"),
];

/// No test is skipped and no stub is left, in Rust or in the web part.
pub(super) fn whole(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, text) in repository.texts(|file| file.has_ending(&["rs"])) {
        for (at, line) in Source::new(text).code.lines().enumerate() {
            for mark in UNFINISHED_RUST.iter().filter(|mark| holds(line, mark)) {
                findings.push(Finding::new(&file.path, at + 1, format!("`{mark}`")));
            }
        }
    }
    for (file, text) in repository.texts(|file| is_web(file) && file.has_ending(&["ts", "js", "svelte"])) {
        for (at, line) in text.lines().enumerate() {
            for (test, mark) in WEB_TESTS.iter().flat_map(|test| UNFINISHED_WEB.map(|mark| (test, mark))) {
                if holds(line, &format!("{test}{mark}")) {
                    findings.push(Finding::new(&file.path, at + 1, format!("`{test}{mark}`")));
                }
            }
        }
    }
    findings
}

/// [`NEVER_SAID`] in no string of the crates, no text of the web part, no text in any language, no line of a register and no
/// heading of a document.
pub(super) fn said(repository: &Repository) -> Vec<Finding> {
    let tests = test_files(repository);
    let mut findings = Vec::new();
    let mut look = |path: &str, line: usize, text: &str| {
        let lower = text.to_lowercase();
        for word in NEVER_SAID.iter().chain(&NEVER_SAID_ELSEWHERE).filter(|word| holds_word(&lower, word)) {
            findings.push(Finding::new(path, line, format!("{word:?}")));
        }
    };
    for (file, text) in repository.texts(is_told) {
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            look(&file.path, at + 1, line);
        }
    }
    for (file, text) in repository.texts(|file| file.path.starts_with("crates/") && !tests.contains(&file.path)) {
        if file.has_ending(&["rs"]) {
            for (line, inside) in Source::without_tests(text).strings {
                look(&file.path, line, &inside);
            }
        }
    }
    for (file, text) in repository.texts(|file| file.path.starts_with("web/src/") || file.path == "web/index.html") {
        if file.has_ending(&["ts", "js", "svelte", "html", "json"]) {
            for (at, line) in without_web_comments(text).lines().enumerate() {
                look(&file.path, at + 1, line);
            }
        }
    }
    for (file, text) in repository.texts(|file| file.has_ending(&["md"])) {
        for (at, line) in text.lines().enumerate().filter(|(_, line)| line.starts_with('#')) {
            look(&file.path, at + 1, line);
        }
    }
    findings
}

/// Each crate's root and each public module's file begins with `//!`, or the module's declaration has a doc comment.
pub(super) fn module_docs(repository: &Repository) -> Vec<Finding> {
    let tests = test_files(repository);
    let mut expected: Vec<String> = Vec::new();
    for (file, text) in repository.texts(|file| in_crate(file) && !tests.contains(&file.path)) {
        if file.path.ends_with("/src/lib.rs") || file.path.ends_with("/src/main.rs") {
            expected.push(file.path.clone());
        }
        let lines: Vec<&str> = text.lines().collect();
        for (line, name) in module_declarations(&Source::new(text).code) {
            let above = lines[..line - 1].iter().rev().find(|above| !above.trim_start().starts_with("#["));
            let described = above.is_some_and(|above| above.trim_start().starts_with("///"));
            if lines[line - 1].trim_start().starts_with("pub") && !described {
                let own = [format!("/{name}.rs"), format!("/{name}/mod.rs")];
                let files = module_files(repository, &file.path, name).into_iter();
                expected.extend(files.filter(|path| own.iter().any(|end| path.ends_with(end))));
            }
        }
    }
    let bare =
        repository.texts(|file| expected.contains(&file.path) && !tests.contains(&file.path)).filter(|(_, text)| {
            let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with("#!["));
            !first.is_some_and(|line| line.starts_with("//!"))
        });
    bare.map(|(file, _)| Finding::new(&file.path, 1, "expected a //! doc that says what the module is")).collect()
}

/// No place on a machine, no word on how the text came about.
pub(super) fn places(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, text) in repository.texts(|_| true) {
        for (at, line) in text.lines().enumerate() {
            let lower = line.to_lowercase();
            for word in ELSEWHERE.iter().filter(|word| holds_place(&lower, word)) {
                findings.push(Finding::new(&file.path, at + 1, format!("{word:?}")));
            }
        }
    }
    findings
}

fn in_crate(file: &File) -> bool {
    file.has_ending(&["rs"])
        && (file.path.starts_with("xtask/src/") || (file.path.starts_with("crates/") && file.path.contains("/src/")))
}

/// A file of what the program tells in some language, or of an example, such as a register's.
fn is_told(file: &File) -> bool {
    (file.path.starts_with("crates/") && file.has_ending(&["ftl"]))
        || (file.path.starts_with("examples/") && file.has_ending(&["toml"]))
}

fn is_web(file: &File) -> bool {
    file.path.starts_with("web/")
}

/// True if `line` holds `mark` and not as the end of a longer word.
fn holds(line: &str, mark: &str) -> bool {
    line.match_indices(mark).any(|(start, _)| {
        let in_word = |character: char| character.is_alphanumeric() || character == '_';
        let starts_word = !mark.starts_with(in_word) || !line[..start].ends_with(in_word);
        let ends_word = !mark.ends_with(in_word) || !line[start + mark.len()..].starts_with(in_word);
        starts_word && (ends_word || mark.starts_with('#'))
    })
}

/// True if the words stand there as words: "deactivated" is another one, "liar_count" is not.
fn holds_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(start, _)| {
        !text[..start].ends_with(char::is_alphanumeric)
            && !text[start + word.len()..].starts_with(char::is_alphanumeric)
    })
}

/// True if a path on a machine stands there: `/x/` at its beginning, not inside an address or a relative path.
fn holds_place(text: &str, place: &str) -> bool {
    text.match_indices(place).any(|(start, _)| {
        !place.starts_with('/')
            || !text[..start].ends_with(|before: char| before.is_alphanumeric() || "._-~}*)]".contains(before))
    })
}

/// The text with `/* */`, `<!-- -->` and whole-line `//` comments blanked; lines stay where they are.
fn without_web_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let starts = [("/*", "*/"), ("<!--", "-->")];
        let first = starts.iter().filter_map(|(open, close)| Some((rest.find(open)?, *open, *close))).min();
        let Some((start, open, close)) = first else { break };
        kept.push_str(&rest[..start]);
        let length =
            rest[start + open.len()..].find(close).map_or(rest.len() - start, |end| open.len() + end + close.len());
        kept.extend(rest[start..start + length].chars().filter(|character| *character == '\n'));
        rest = &rest[start + length..];
    }
    kept.push_str(rest);
    kept.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line }).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rule: fn(&Repository) -> Vec<Finding>, path: &str, text: &str) -> Vec<String> {
        rule(&Repository::planted(&[(path, text)])).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn unfinished_work_is_found() {
        for text in
            ["#[ignore]\nfn x() {}", "#[ignore = \"slow\"]\n", "fn f() { todo!() }", "unimplemented!(\"x\")", "dbg!(x)"]
        {
            assert_eq!(found(whole, "crates/a/src/lib.rs", text).len(), 1, "{text}");
        }
        for text in
            ["it.skip('x', f)", "test.only('x', f)", "test.describe.only('x')", "describe.skip('x')", "test.fixme()"]
        {
            assert_eq!(found(whole, "web/e2e/a.spec.ts", text).len(), 1, "{text}");
        }
        assert_eq!(found(whole, "crates/a/src/lib.rs", "// todo!()\nlet s = \"dbg!(x)\"; my_todo!();\n"), [""; 0]);
        assert_eq!(found(whole, "web/src/a.ts", "const a = list.only; await.skip; unit.skipped;\n"), [""; 0]);
    }

    #[test]
    fn words_that_are_never_said_are_found() {
        for word in NEVER_SAID {
            let text = format!("//! {word}\nlet x = \"The {word} side\";\n");
            assert_eq!(found(said, "crates/a/src/lib.rs", &text), [format!("crates/a/src/lib.rs:2: {word:?}")]);
            let page = format!("<!-- {word} -->\n<h1>Not {word}.</h1>\n");
            assert_eq!(found(said, "web/src/a.svelte", &page), [format!("web/src/a.svelte:2: {word:?}")]);
            assert_eq!(found(said, "README.md", &format!("# {word}\n{word}\n")).len(), 1);
        }
        for word in NEVER_SAID.iter().chain(&NEVER_SAID_ELSEWHERE) {
            for path in ["crates/a/locales/fr/a.ftl", "examples/a/b.toml"] {
                assert_eq!(found(said, path, &format!("# {word}\na = \"{word}\"\n")).len(), 1, "{word}");
            }
            // The table of the page's texts, whichever language it is in.
            let table = format!("// {word}\nexport const fr = {{\n  'a': 'Rien : {word}.',\n}};\n");
            assert_eq!(found(said, "web/src/text/fr.ts", &table).len(), 1, "{word}");
        }
        assert_eq!(found(said, "crates/a/src/lib.rs", "let x = \"deactivated\"; // triggered\n"), [""; 0]);
        assert_eq!(
            found(said, "crates/a/src/lib.rs", "#[cfg(test)]\nmod tests { const A: &str = \"enemy\"; }\n"),
            [""; 0]
        );
        assert_eq!(found(said, "web/src/a.ts", "// triggered\n/* enemy\n liar */ const peaceful = 1;\n"), [""; 0]);
    }

    #[test]
    fn a_public_module_without_a_doc_is_found() {
        let declared = |declaration: &str, file: &str| {
            let root = format!("//! a\n{declaration}\n");
            module_docs(&Repository::planted(&[("crates/a/src/lib.rs", &root), ("crates/a/src/b.rs", file)]))
        };
        let expected = [Finding::new("crates/a/src/b.rs", 1, "expected a //! doc that says what the module is")];
        assert_eq!(declared("pub mod b;", "use x;\n"), expected);
        assert_eq!(declared("pub(crate) mod b;", "use x;\n"), expected);
        assert_eq!(declared("pub mod b;", "//! What b is.\n"), []);
        assert_eq!(declared("/// What b is.\n#[cfg(unix)]\npub mod b;", "use x;\n"), []);
        assert_eq!(declared("mod b;", "use x;\n"), []);
        assert_eq!(declared("#[cfg(test)]\npub(crate) mod b;", "use x;\n"), []);
        assert_eq!(found(module_docs, "crates/a/src/lib.rs", "use x;\n").len(), 1);
        assert_eq!(found(module_docs, "crates/a/src/lib.rs", "#![no_std]\n//! a\n"), [""; 0]);
    }

    #[test]
    fn places_on_a_machine_are_found() {
        for word in ELSEWHERE {
            assert_eq!(found(places, "docs/a.md", &format!("see {word}x\n")).len(), 1, "{word}");
        }
        assert_eq!(found(places, "docs/a.md", concat!("https://example.org/wo", "rk/x and ./wo", "rk/x\n")), [""; 0]);
    }
}
