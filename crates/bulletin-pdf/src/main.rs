//! `truceline-bulletin-pdf`: a bulletin in JSON as PDF.
use anyhow::{Context, Result};
use clap::Parser;
use std::io::{Read, Write};
use std::path::PathBuf;

/// Set a bulletin as PDF.
///
/// It reads what `truceline bulletin --format json` writes, so that whoever was given that can set it. The same JSON gives the
/// same PDF, byte for byte.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Examples:\n  truceline bulletin daily my-store --day 2004-06-02 --format json | truceline-bulletin-pdf -o \
                  daily.pdf\n  truceline-bulletin-pdf daily.json -o daily.pdf"
)]
struct Arguments {
    /// The bulletin in JSON; without, it comes from standard input
    bulletin: Option<PathBuf>,
    /// Write it to this file; without, to standard output
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let json = match &arguments.bulletin {
        Some(path) => std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?,
        None => {
            let mut json = Vec::new();
            // One byte more than is set, so that what is too long is called so.
            let most = truceline_bulletin_pdf::JSON_BYTES_MAX as u64 + 1;
            std::io::stdin().take(most).read_to_end(&mut json).context("cannot read standard input")?;
            json
        }
    };
    let name = arguments.bulletin.as_ref().map_or("standard input".into(), |path| path.to_string_lossy());
    let pdf = truceline_bulletin_pdf::pdf(&json).with_context(|| name.into_owned())?;
    match &arguments.out {
        Some(path) => std::fs::write(path, pdf).with_context(|| format!("cannot write {}", path.display())),
        None => std::io::stdout().write_all(&pdf).context("cannot write to standard output"),
    }
}
