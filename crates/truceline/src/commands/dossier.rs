//! `truceline dossier`: writes the dossier of a case.
use super::load::Way;
use crate::output;
use anyhow::{Context, Result, anyhow};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use truceline_evidence::dossier;
use truceline_evidence::fields::file;
use truceline_model::case::CaseId;
use truceline_model::hash::Hash;

/// Write the dossier of a case: everything that its newest finding rests on, in one file.
///
/// Whoever has it and the journal's key can check it with `truceline-verify`. With --payloads it carries the waveforms as
/// well, up to 256 MiB of them, and `truceline replay` derives the finding again from the file alone. With --fields it shows
/// what stations gave away of themselves, and says how much they withhold. If a server holds the store, it answers.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  truceline dossier my-store 04-0001-P\n  truceline dossier my-store 04-0001-P \
    --payloads --out with-waveforms.tldoss\n  truceline dossier my-store 04-0001-P --fields monday.tlshown")]
pub(crate) struct Dossier {
    /// The store's folder
    store: PathBuf,
    /// The case's name, check letter included
    case: String,
    /// Carry the waveforms, so that the finding can be derived again
    #[arg(long)]
    payloads: bool,
    /// What stations disclosed of the fields that they sealed, files of `truceline disclose`
    #[arg(long, value_name = "FILE")]
    fields: Vec<PathBuf>,
    /// The file to write; CASE.tldoss where it is not said
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Dossier {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let no_case = || anyhow!("{:?} is no case: expected a name such as 04-0001-P with its check letter", self.case);
        let case = CaseId::parse(&self.case).ok_or_else(no_case)?;
        let mut bytes = Way::open(&self.store, false)?.dossier(&self.store, case, self.payloads)?;
        for path in &self.fields {
            let name = path.display().to_string();
            let shown = std::fs::read(path).with_context(|| format!("cannot read {name}"))?;
            let shown = file::read(&shown).with_context(|| name.clone())?;
            bytes = dossier::disclose(&bytes, &shown).with_context(|| name)?;
        }
        let out = self.out.unwrap_or_else(|| PathBuf::from(format!("{case}.tldoss")));
        std::fs::write(&out, &bytes).with_context(|| format!("cannot write {}", out.display()))?;
        let (file, sha256) = (out.display().to_string(), Hash::of(&bytes).to_string());
        if self.json {
            output::print(&format!("{}\n", json!({ "file": file, "bytes": bytes.len(), "sha256": sha256 })))?;
        } else {
            output::print(&format!("{file}: {} bytes, SHA-256 {sha256}\n", bytes.len()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
