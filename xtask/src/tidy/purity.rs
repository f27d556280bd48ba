//! What code on the verdict path may not reach.

use super::manifests::dependencies_of;
use super::repository::{File, Finding, Repository};
use super::rust::{Source, test_files};

/// The rooms that are pure. Of verify it is the library; its `main.rs` reads one file.
const PURE_ROOMS: [&str; 10] =
    ["model", "formats", "science", "accord", "bulletin", "evidence", "engine", "register", "sim", "verify"];

/// Paths, and what each would bring.
const PATHS: &[(&str, &str)] = &[
    ("std::fs", "files"),
    ("std::net", "the network"),
    ("std::process", "other processes"),
    ("std::env", "the environment"),
    ("std::collections::hash_map", "an order that is random; use BTreeMap"),
    ("std::collections::hash_set", "an order that is random; use BTreeSet"),
    ("tokio", "a runtime"),
    ("rand", "random state"),
    ("rand_chacha", "randomness from a crate; it is for tests"),
    ("getrandom", "the system's randomness"),
];

/// The room in which threads are allowed: their number changes no byte there, and a test says so.
const THREADS_ROOM: &str = "science";
const THREADS: (&str, &str) = ("std::thread", "threads, which only science may start");

/// Single words.
const WORDS: &[(&str, &str)] = &[
    ("SystemTime", "the wall clock; ticks are the only clock"),
    ("Instant", "a clock; ticks are the only clock"),
    ("HashMap", "an order that is random; use BTreeMap"),
    ("HashSet", "an order that is random; use BTreeSet"),
    ("RandomState", "random state"),
    ("thread_local", "state that belongs to a thread"),
    ("async", "async code"),
    ("await", "async code"),
];

/// Crates that a pure room may not depend on, tests aside.
const CRATES: [&str; 12] = [
    "async-std",
    "axum",
    "getrandom",
    "hyper",
    "mio",
    "object_store",
    "rand",
    "rand_chacha",
    "reqwest",
    "rusqlite",
    "smol",
    "tokio",
];

/// No file, network, process, environment, clock, async, random state, hash order or global state in a pure room.
pub(super) fn code(repository: &Repository) -> Vec<Finding> {
    let tests = test_files(repository);
    let mut findings = Vec::new();
    for (file, text) in repository.texts(|file| room(file).is_some() && !tests.contains(&file.path)) {
        let code = Source::without_tests(text).code;
        let threads = (room(file) != Some(THREADS_ROOM)).then_some(&THREADS);
        for (at, line) in code.lines().enumerate() {
            for (path, what) in PATHS.iter().chain(threads) {
                if names_path(line, path) {
                    findings.push(Finding::new(&file.path, at + 1, format!("`{path}`: {what}")));
                }
            }
            for (word, what) in WORDS {
                if words_of(line).any(|found| found == *word) {
                    findings.push(Finding::new(&file.path, at + 1, format!("`{word}`: {what}")));
                }
            }
            if line.contains("static mut ") {
                findings.push(Finding::new(&file.path, at + 1, "`static mut`: global state"));
            }
        }
        for (line, path) in grouped_uses(&code) {
            let banned = PATHS.iter().chain(threads);
            for (_, what) in banned.filter(|(banned, _)| path == *banned || path.starts_with(&format!("{banned}::"))) {
                findings.push(Finding::new(&file.path, line, format!("`{path}`: {what}")));
            }
        }
    }
    findings.sort();
    findings.dedup();
    findings
}

/// No normal or build dependency of a pure room brings a runtime, a data base or randomness.
pub(super) fn dependencies(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in repository.manifests.iter().filter(|manifest| PURE_ROOMS.contains(&manifest.room.as_str())) {
        for dependency in dependencies_of(manifest) {
            if dependency.kind != "dev-dependencies" && CRATES.contains(&dependency.package) {
                let message = format!("{} in {}", dependency.package, dependency.kind);
                findings.push(Finding::new(&manifest.path, dependency.line, message));
            }
        }
    }
    findings
}

/// The pure room that a file of running code belongs to.
fn room(file: &File) -> Option<&str> {
    let (room, rest) = file.path.strip_prefix("crates/")?.split_once("/src/")?;
    (PURE_ROOMS.contains(&room) && rest.ends_with(".rs") && !(room == "verify" && rest == "main.rs")).then_some(room)
}

fn words_of(line: &str) -> impl Iterator<Item = &str> {
    line.split(|character: char| !(character.is_alphanumeric() || character == '_'))
}

/// True if the line names `path` or something below it: `rand::x`, `use rand;`, never `operand::x` or `self::rand`.
fn names_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(start, _)| {
        let (before, after) = (&line[..start], &line[start + path.len()..]);
        let owner = before.strip_suffix("::").unwrap_or(before);
        let begins = !owner.ends_with(|character: char| character.is_alphanumeric() || "_>".contains(character));
        let below = after.starts_with("::")
            || (path.contains("::") && !after.starts_with(|next: char| next.is_alphanumeric() || next == '_'));
        let used = before.trim_start().trim_start_matches("pub ").starts_with("use ") && after.starts_with([';', ' ']);
        begins && (below || used)
    })
}

/// The full paths of `use` statements that have groups, with the line of each leaf.
fn grouped_uses(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (start, _) in code.match_indices("use ") {
        let line_start = code[..start].rfind('\n').map_or(0, |at| at + 1);
        if !code[line_start..start]
            .chars()
            .all(|character| character.is_whitespace() || "pub(crate)super".contains(character))
        {
            continue;
        }
        let tree = &code[start + 4..];
        let tree = &tree[..tree.find(';').unwrap_or(tree.len())];
        if !tree.contains('{') {
            continue;
        }
        let first_line = code[..start].matches('\n').count() + 1;
        let mut prefixes: Vec<String> = vec![String::new()];
        let mut leaf = String::new();
        let mut line = first_line;
        for character in tree.chars().chain([',']) {
            match character {
                '{' => {
                    let prefix = format!("{}{leaf}", prefixes.last().map_or("", String::as_str));
                    prefixes.push(prefix);
                    leaf.clear();
                }
                ',' | '}' => {
                    let name = leaf.split(" as ").next().unwrap_or("").trim();
                    if !name.is_empty() {
                        let path = format!("{}{name}", prefixes.last().map_or("", String::as_str));
                        found.push((line, path.trim_end_matches("::self").trim_start_matches("::").to_owned()));
                    }
                    leaf.clear();
                    if character == '}' && prefixes.len() > 1 {
                        prefixes.pop();
                    }
                }
                '\n' => line += 1,
                ' ' if leaf.is_empty() => {}
                other => leaf.push(other),
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(path: &str, text: &str) -> Vec<String> {
        code(&Repository::planted(&[(path, text)])).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_forbidden_thing_is_found_on_its_line() {
        for (line, word) in [
            ("use std::fs;", "std::fs"),
            ("let x = std::net::TcpStream::connect(a);", "std::net"),
            ("use ::std::process::Command;", "std::process"),
            ("use std::{env, fmt};", "std::env"),
            ("use std::{\n    fmt,\n    fs::{self, File},\n};", "std::fs"),
            ("use std::time::{Duration, Instant};", "Instant"),
            ("let now = SystemTime::now();", "SystemTime"),
            ("tokio::spawn(f);", "tokio"),
            ("async fn f() {}", "async"),
            ("use rand::Rng;", "rand"),
            ("use rand_chacha::ChaCha8Rng;", "rand_chacha"),
            ("getrandom::fill(&mut bytes);", "getrandom"),
            ("use std::collections::{BTreeMap, HashSet};", "HashSet"),
            ("thread_local! { static X: u8 = 0; }", "thread_local"),
            ("static mut X: u8 = 0;", "static mut"),
            ("std::thread::spawn(f);", "std::thread"),
        ] {
            let found = messages("crates/engine/src/step.rs", &format!("//! x\n{line}\n"));
            assert!(found.iter().any(|finding| finding.contains(&format!("`{word}"))), "{line}: {found:?}");
            assert!(found.iter().all(|finding| finding.starts_with("crates/engine/src/step.rs:")), "{found:?}");
        }
        assert_eq!(
            messages("crates/model/src/a.rs", "//! x\n\nuse std::fs;\n"),
            ["crates/model/src/a.rs:3: `std::fs`: files"]
        );
    }

    #[test]
    fn what_is_allowed_passes() {
        for (path, text) in [
            ("crates/science/src/locate.rs", "use std::thread;\nuse std::{fmt, time::Duration};\n"),
            ("crates/verify/src/main.rs", "use std::{env, fs};\n"),
            ("crates/node/src/lib.rs", "use std::fs;\nasync fn f() {}\n"),
            (
                "crates/model/src/a.rs",
                "// std::fs and HashMap\nlet operand = \"tokio::x\"; let brand = 1;\nself::rand::x();\n",
            ),
            ("crates/model/src/a.rs", "#[cfg(test)]\nmod tests {\n    use std::{env, fs};\n}\n"),
            ("crates/model/tests/a.rs", "use std::fs;\n"),
            ("crates/engine/build.rs", "use std::fs;\n"),
        ] {
            assert_eq!(messages(path, text), [""; 0], "{path}: {text}");
        }
    }

    #[test]
    fn a_runtime_is_for_tests_only() {
        let manifest = "[package]\nname = \"truceline-engine\"\n[dependencies]\ntokio.workspace = true\n";
        let repository = Repository::planted(&[("crates/engine/Cargo.toml", manifest)]);
        let found = dependencies(&repository);
        assert_eq!(found, [Finding::new("crates/engine/Cargo.toml", 4, "tokio in dependencies")]);
        let repository = Repository::planted(&[
            ("crates/engine/Cargo.toml", "[dev-dependencies]\nrand_chacha.workspace = true\n"),
            ("crates/node/Cargo.toml", manifest),
        ]);
        assert_eq!(dependencies(&repository), []);
    }
}
