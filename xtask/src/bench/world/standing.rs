//! The lines that stand: one of JSON for each world, appended as soon as it is scored.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

/// A file of lines, and those of them that count: of this program and of worlds of this length.
pub(super) struct Standing {
    path: PathBuf,
    file: File,
    lines: Vec<Value>,
}

impl Standing {
    /// Opens the file, or makes it. A line that was cut short is left where it is and does not count; nor does what another
    /// program found.
    pub(super) fn open(path: &Path, program: &str, hours: u64) -> Result<Self> {
        let failed = || format!("{}: cannot be opened", path.display());
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(failed)?;
        }
        let text = if path.exists() { std::fs::read_to_string(path).with_context(failed)? } else { String::new() };
        let mut file = OpenOptions::new().create(true).append(true).open(path).with_context(failed)?;
        if !text.is_empty() && !text.ends_with('\n') {
            writeln!(file).with_context(failed)?;
        }
        Ok(Self { path: path.to_owned(), file, lines: counting(&text, program, hours) })
    }

    /// Whether the world of a seed stands.
    pub(super) fn holds(&self, of: u64) -> bool {
        self.lines.iter().any(|line| seed(line) == of)
    }

    /// Appends a world's line.
    pub(super) fn add(&mut self, line: Value) -> Result<()> {
        writeln!(self.file, "{line}").with_context(|| format!("{}: cannot be written", self.path.display()))?;
        self.lines.push(line);
        Ok(())
    }

    /// The lines that count.
    pub(super) fn lines(&self) -> &[Value] {
        &self.lines
    }
}

/// The lines of a file that count.
pub(super) fn lines_of(path: &Path, program: &str, hours: u64) -> Result<Vec<Value>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{}: cannot be read", path.display()))?;
    Ok(counting(&text, program, hours))
}

/// Of a text the whole lines of this program and of worlds of this length, each world once.
fn counting(text: &str, program: &str, hours: u64) -> Vec<Value> {
    let mut lines: Vec<Value> = Vec::new();
    for line in text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        let is_new = lines.iter().all(|other| seed(other) != seed(&line));
        if line["program"] == program && line["hours"] == hours && is_new {
            lines.push(line);
        }
    }
    lines
}

fn seed(line: &Value) -> u64 {
    line["seed"].as_u64().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_stands_is_not_run_again_and_what_was_cut_short_is() {
        let folder = std::env::temp_dir().join(format!("truceline-standing-{}", std::process::id()));
        let path = folder.join("honest-shipped.jsonl");
        let line = |seed: u64, program: &str| json!({ "seed": seed, "hours": 2, "program": program });
        let mut standing = Standing::open(&path, "a", 2).unwrap();
        standing.add(line(1, "a")).unwrap();
        standing.add(line(2, "b")).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{text}{{\"seed\":3,\"hours\":2,\"pro")).unwrap();
        let mut again = Standing::open(&path, "a", 2).unwrap();
        assert_eq!([1, 2, 3].map(|seed| again.holds(seed)), [true, false, false]);
        again.add(line(3, "a")).unwrap();
        assert_eq!(Standing::open(&path, "a", 2).unwrap().lines().len(), 2);
        assert!(Standing::open(&path, "a", 1).unwrap().lines().is_empty());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
