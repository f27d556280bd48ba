//! `truceline register publish`: the files of a folder as the next edition of a store's register.
use super::consult::{Store, written};
use anyhow::{Result, anyhow};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use truceline_model::canonical::Bytes;
use truceline_model::cosigned::Cosigned as _;
use truceline_model::time::Time;
use truceline_register::edition::Edition;

/// Write the next edition of a store's register; officers of enough states must sign it
///
/// It holds the files of a folder as they are. `truceline register sign` adds signatures, `truceline load` registers it. As many
/// different states must sign as enrol a key: no state writes the register alone.
#[derive(Debug, Args)]
pub(super) struct Publish {
    /// The store's folder
    store: PathBuf,
    /// The register's folder
    folder: PathBuf,
    /// When it is published; now where it is not said
    #[arg(long, value_name = "TIME", value_parser = Time::parse)]
    at: Option<Time>,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Publish {
    pub(super) fn run(self) -> Result<ExitCode> {
        let held = Store::read(&self.store)?;
        let files = super::files(&self.folder)?.into_iter().map(|(name, bytes)| (name, Bytes(bytes))).collect();
        let number = held.ledger.editions().last().map_or(1, |last| last.edition.number + 1);
        let published_at = self.at.map_or_else(super::consult::now, Ok)?;
        let edition = Edition { number, journal: held.ledger.journal().to_owned(), published_at, files };
        let cannot = |why: &dyn std::fmt::Display| anyhow!("{}: {why}", self.folder.display());
        let signed = edition.unsigned().map_err(|why| cannot(&why))?;
        edition.sound().map_err(|why| cannot(&why))?;
        let states = held.ledger.keys().states().max(1);
        let needs = format!("officers of {states} different states must sign");
        written(&self.out, &signed.to_file(), &format!("edition {number}, not signed yet; {needs}"))
    }
}
