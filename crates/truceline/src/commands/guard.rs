//! `truceline guard`: what the sign guard of a store holds, and adopting a store whose guard is missing.
use crate::output;
use crate::store;
use anyhow::{Result, bail};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Show what a store's sign guard holds.
///
/// The guard keeps the last signed checkpoint outside of the store, so that a copied or restored store cannot sign another
/// history. It lies in $TRUCELINE_GUARD (a relative path is taken from the store's folder), else in
/// $XDG_STATE_HOME/truceline/guard, else in ~/.local/state/truceline/guard. Several machines that could write to copies of
/// one store need one folder that all of them see.
///
/// A store that was moved to another machine comes without its guard and is taken for a copy. With --adopt it goes on: say so
/// only if no other copy is in use. A store that is older than its guard is never adopted.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  truceline guard my-store\n  truceline guard my-store --adopt\n  \
                        TRUCELINE_GUARD=/mnt/other-disk/guard truceline serve my-store")]
pub(crate) struct Guard {
    /// The store's folder
    store: PathBuf,
    /// Go on with this store where its guard is missing
    #[arg(long)]
    adopt: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Guard {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let store = store::open(&self.store, false)?;
        if self.adopt {
            store.adopt_guard()?;
        }
        let (path, size) = store.guarded()?;
        let Some(size) = size else {
            bail!("{}: missing; this store signs nothing before it is adopted", path.display());
        };
        if self.json {
            output::print(&format!("{}\n", json!({ "guard": path.display().to_string(), "size": size })))?;
        } else {
            output::print(&format!("{}: {size} entries were signed last\n", path.display()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
