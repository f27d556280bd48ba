//! `truceline register consult check`.
use super::read_file;
use super::said::Said;
use crate::output;
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use truceline_desk::ledger::Ledger;
use truceline_evidence::dossier::Dossier;
use truceline_evidence::note::VerifierKey;
use truceline_evidence::verification::{Outcome, verify};
use truceline_model::cosigned::SignedAct;
use truceline_model::entry;
use truceline_model::hash::Hash;

/// What none of this shows.
const NOT_SHOWN: &str = "That no act is missing is not shown, except of those that others name by their hashes: a decision and a \
                         determination name every seat's position.";

/// A dossier.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The dossier
    file: PathBuf,
    /// The journal's key, as it was received by a way of its own
    #[arg(long, value_name = "VKEY")]
    key: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) fn run(self) -> Result<ExitCode> {
        let name = self.file.display().to_string();
        let bytes = read_file(&self.file)?;
        let key = self.key.as_deref().map(VerifierKey::parse).transpose().context("--key")?;
        let report = verify(&bytes, key.as_ref());
        if let Some(fault) = report.checks.iter().find(|check| check.outcome == Outcome::Contradicted) {
            bail!("{name}: {} [{}]", fault.sentence, fault.name);
        }
        let dossier = Dossier::parse(&bytes).map_err(|error| anyhow!("{name}: {error}"))?;
        let mut ledger = Ledger::new(&dossier.manifest().origin);
        let mut called = None;
        for held in dossier.entries() {
            ledger.take(held.index, &held.entry.0);
            if Hash::of(&held.entry.0) == dossier.manifest().finding {
                called = entry::from_bytes::<SignedAct>(&held.entry.0).ok().map(|act| act.hash());
            }
        }
        let call = called.ok_or_else(|| anyhow!("{name}: it is of a finding, expected a dossier of a consultation"))?;
        let roll = ledger.roll_of_act(call).ok_or_else(|| {
            anyhow!("{name}: its call is not taken when its acts are folded again, expected one that is")
        })?;
        let said = Said::of(&ledger, roll, call)?;
        if self.json {
            output::print(&format!("{}\n", json!({ "consultation": said.json(), "not_shown": NOT_SHOWN })))?;
        } else {
            output::print(&format!("{}{NOT_SHOWN}\n", said.words()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
