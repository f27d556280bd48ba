//! `truceline notice`: registers a party's notice.
use super::load::{Way, read, to_json, words};
use crate::output;
use anyhow::{Result, bail};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use truceline_formats::Delivery;

/// Register a party's notice: what it will do, where and when.
///
/// Open cases are assessed again at once.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  truceline notice my-store examples/utah-2004/notice.toml")]
pub(crate) struct Notice {
    /// The store's folder; made if it does not exist
    store: PathBuf,
    /// The notice, a TOML file with one [notice]
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Notice {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let bytes = read(&self.file)?;
        let delivery = Delivery::read(&self.file.display().to_string(), &bytes)?;
        if !matches!(delivery, Delivery::Notice(_)) {
            bail!("{} holds {}, expected a [notice]; use `truceline load`", self.file.display(), delivery.kind());
        }
        let answer = Way::to(&self.store)?.load(&self.file, &bytes)?;
        if self.json {
            output::print(&format!("{}\n", to_json(&self.file, &answer)))?;
        } else {
            output::print(&words(&self.file, &answer))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
