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
