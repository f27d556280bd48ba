//! `truceline terms`: for those who draft an agreement.
mod attempt;
mod check;
mod new;
mod seen;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_accord::Agreement;

/// Check a draft agreement, try it on recorded events, or begin one.
///
/// An agreement is a TOML file: parties, when each says that it is in force, lines, zones, clauses, what its words mean. It
/// can be checked and tried before any sensor stands and before anybody has signed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  truceline terms new > truce.toml\n  truceline terms check truce.toml\n  \
    truceline terms try examples/utah-2004/agreement.toml --data examples/utah-2004/detections.json")]
pub(crate) struct Terms {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Say what is contradictory, unreachable, missing or not verifiable; exits with 1 if it contradicts itself or a part of
    /// it can never have an effect
    Check {
        /// The agreement's file
        file: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Say which recorded events would be possible breaches of it, and what could not be verified
    Try {
        /// The agreement's file
        file: PathBuf,
        /// Recorded detections, waveforms, sensors and notices, as `truceline load` takes them
        #[arg(long, required = true, num_args = 1..)]
        data: Vec<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the file of a short truce from the answers to ten questions, read from standard input, one on a line
    New,
}

impl Terms {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self.what {
            What::Check { file, json } => check::run(&file, json),
            What::Try { file, data, json } => attempt::run(&file, &data, json),
            What::New => new::run(),
        }
    }
}

/// The text of an agreement's file, and what it says.
fn read(file: &Path) -> Result<(String, Agreement)> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let agreement = Agreement::read(&text).map_err(|error| anyhow::anyhow!("{}, {error}", file.display()))?;
    Ok((text, agreement))
}
