//! Tables of numbers and names, comma-separated and without quotes, as the sets of the measurements have them.

use std::path::Path;

use anyhow::{Context, Result};

/// A table in memory.
pub(super) struct Columns {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
    file: String,
}

impl Columns {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {file}"))?;
        let mut lines = text.lines().map(|line| line.split(',').map(|field| field.trim().to_owned()).collect());
        let names = lines.next().with_context(|| format!("{file}: it is empty"))?;
        Ok(Self { names, rows: lines.collect(), file })
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn text(&self, row: usize, column: &str) -> Result<&str> {
        let at = self.names.iter().position(|name| name == column);
        let at = at.with_context(|| format!("{}: no column {column}", self.file))?;
        let field = self.rows.get(row).and_then(|row| row.get(at));
        Ok(field.with_context(|| format!("{}, row {row}: no field {column}", self.file))?)
    }

    pub(super) fn number(&self, row: usize, column: &str) -> Result<f64> {
        let text = self.text(row, column)?;
        text.parse().with_context(|| format!("{}, row {row}: {column} is {text:?}, expected a number", self.file))
    }
}
