//! `truceline register publish`: the files of a folder as the next edition of a store's register.
use super::consult::{ledger, written};
use crate::clock;
use crate::output;
use anyhow::{Result, anyhow};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_accord::Agreement;
use truceline_desk::placement::{self, Placed};
use truceline_evidence::journal::JournalReader as _;
use truceline_model::agreement::AgreementText;
use truceline_model::canonical::Bytes;
use truceline_model::cosigned::Cosigned as _;
use truceline_model::entry;
use truceline_model::time::Time;
use truceline_node::journal::{Journal, Mode};
use truceline_node::store;
use truceline_register::Register;
use truceline_register::edition::Edition;
use truceline_register::force::Distance;

/// Write the next edition of a store's register; officers of enough states must sign it
///
/// It holds the files of a folder as they are. `truceline register sign` adds signatures, `truceline load` registers it. As many
/// different states must sign as enrol a key: no state writes the register alone. Where a deployment has a coarse cell and the
/// store an agreement with a line, it is said whether its own rule on the distance is kept.
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
        let ledger = ledger(&self.store)?;
        let files = super::files(&self.folder)?.into_iter().map(|(name, bytes)| (name, Bytes(bytes))).collect();
        let number = ledger.editions().last().map_or(1, |last| last.edition.number + 1);
        let published_at = self.at.map_or_else(clock::now, Ok)?;
        let edition = Edition { number, journal: ledger.journal().to_owned(), published_at, files };
        let cannot = |why: &dyn std::fmt::Display| anyhow!("{}: {why}", self.folder.display());
        let signed = edition.unsigned().map_err(|why| cannot(&why))?;
        let register = edition.sound().map_err(|why| cannot(&why))?;
        let states = ledger.keys().states().max(1);
        let needs = format!("officers of {states} different states must sign");
        let code = written(&self.out, &signed.to_file(), &format!("edition {number}, not signed yet; {needs}"))?;
        if let Some(agreement) = agreement(&self.store)? {
            output::print(&placed(&register, &agreement))?;
        }
        Ok(code)
    }
}

/// The newest agreement of a store that can be read.
fn agreement(folder: &Path) -> Result<Option<Agreement>> {
    let journal = Journal::open(&store::Store::open(folder, false)?, Mode::Read)?;
    for index in (0..journal.size()).rev() {
        if let Ok(found) = entry::from_bytes::<AgreementText>(&journal.entry(index)?) {
            return Ok(Agreement::read(&found.text).ok());
        }
    }
    Ok(None)
}

/// Whether deployments keep their own rule, as far as cells tell.
fn placed(register: &Register, agreement: &Agreement) -> String {
    let line = |placed: &Placed| {
        let rule = placed.least_km.map_or_else(|| "no figure".to_owned(), |least| format!("at least {least} km"));
        let Distance { least_km, most_km } = placed.distance;
        let kept = placed.kept.words();
        format!("  {}: {least_km} to {most_km} km from the line, its own rule {rule}: {kept}\n", placed.deployment)
    };
    placement::placed(register, agreement).iter().map(line).collect()
}
