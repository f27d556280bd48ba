//! Whole sessions, compared with those that are checked in. `TRUCELINE_WRITE_SNAPSHOTS=1` writes them anew.
use super::{Run, run};
use serde_json::Value;
use std::path::Path;

/// The sessions of one test.
#[derive(Default)]
pub struct Sessions {
    /// What stands for what differs from machine to machine: the text, and the word in its place.
    pub hidden: Vec<(String, &'static str)>,
    differing: Vec<String>,
}

impl Sessions {
    /// Sessions with a store in a folder of its own.
    pub fn with_store(store: &str) -> Self {
        Self { hidden: vec![(store.to_owned(), "STORE")], differing: Vec::new() }
    }

    /// Runs the program, compares what it prints with the checked-in session, and hands it on.
    pub fn run(&mut self, name: &str, arguments: &[&str]) -> Run {
        let run = run(arguments);
        self.compare(name, arguments, &run.stdout, &run);
        run
    }

    /// The same for a command that prints JSON: it is laid out for reading, and long lists are counted.
    pub fn run_json(&mut self, name: &str, arguments: &[&str]) -> Run {
        let run = run(arguments);
        let mut value = run.json();
        shorten(&mut value);
        self.compare(name, arguments, &format!("{value:#}\n"), &run);
        run
    }

    fn compare(&mut self, name: &str, arguments: &[&str], stdout: &str, run: &Run) {
        let found = format!("$ truceline {}\n{stdout}{}exit code {}\n", arguments.join(" "), run.stderr, run.code);
        let found = self.normalised(&found);
        let snapshot = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(format!("{name}.txt"));
        if std::env::var_os("TRUCELINE_WRITE_SNAPSHOTS").is_some_and(|value| value == "1") {
            std::fs::write(&snapshot, &found).unwrap();
        }
        let expected = std::fs::read_to_string(&snapshot).unwrap_or_default();
        if found != expected {
            let actual = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.txt"));
            std::fs::write(&actual, &found).unwrap();
            self.differing.push(format!("{name} is not as checked in; what was printed:\n{found}"));
        }
    }

    fn normalised(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (held, word) in &self.hidden {
            text = text.replace(held, word);
        }
        let lines = text.lines().map(|line| match line.split_once("computed in ") {
            Some((before, _)) => format!("{before}computed in N ms\n"),
            // The help pads some of its lines.
            None => without_hashes(line.trim_end()) + "\n",
        });
        lines.collect()
    }

    /// Fails if any session differed.
    pub fn finish(self) {
        assert!(
            self.differing.is_empty(),
            "{}\n{}",
            self.differing.join("\n"),
            "if this is as it should be, run again with TRUCELINE_WRITE_SNAPSHOTS=1"
        );
    }
}

/// Lists of places become their length; the time that computing took is not shown.
fn shorten(value: &mut Value) {
    match value {
        Value::Array(items) if items.first().is_some_and(|item| item[0].is_array()) => {
            *value = Value::from(format!("{} of them", items.len()));
        }
        Value::Array(items) => items.iter_mut().for_each(shorten),
        Value::Object(fields) => {
            for (name, value) in fields {
                if name == "compute_ms" && value.is_number() {
                    *value = Value::from("N");
                } else {
                    shorten(value);
                }
            }
        }
        _ => {}
    }
}

/// Every run of 64 hexadecimal digits becomes `HASH`: engine and entries differ from build to build.
fn without_hashes(line: &str) -> String {
    const HASH_DIGITS: usize = 64;
    let mut text = String::new();
    let mut rest = line;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        let taken = digits.max(rest.chars().next().map_or(1, char::len_utf8));
        text += if digits == HASH_DIGITS { "HASH" } else { &rest[..taken] };
        rest = &rest[taken..];
    }
    text
}
