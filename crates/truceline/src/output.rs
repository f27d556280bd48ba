//! Standard output. It is for data only.
use anyhow::{Context, Result};
use std::io::{ErrorKind, Write};

/// Prints a text that ends its last line. Whoever read may have read enough, as `head` has: the work goes on without.
///
/// # Errors
/// If it cannot be written for another reason, such as a full disk.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write to standard output"),
    }
}

/// Lines as a table: columns two blanks apart, as wide as their longest entry, nothing after the last.
pub(crate) fn table<const COLUMNS: usize>(lines: &[[String; COLUMNS]]) -> String {
    let mut widths = [0; COLUMNS];
    for line in lines {
        widths.iter_mut().zip(line).for_each(|(width, entry)| *width = (*width).max(entry.chars().count()));
    }
    let row = |line: &[String; COLUMNS]| {
        let entries = line.iter().zip(widths).map(|(entry, width)| format!("{entry:<width$}"));
        entries.collect::<Vec<String>>().join("  ").trim_end().to_owned() + "\n"
    };
    lines.iter().map(row).collect()
}
