//! `truceline statement`: what a person says of a finding, signed.
use super::load::Way;
use crate::output;
use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_evidence::journal::JournalReader;
use truceline_evidence::keys::{KeyAct, Register};
use truceline_evidence::statement::{Signed, Stance, Statement as Stated, Statements};
use truceline_model::case::CaseId;
use truceline_model::derived::Derived;
use truceline_model::entry;
use truceline_model::finding::Finding;
use truceline_model::hash::Hash;
use truceline_node::journal::{Journal, Mode};
use truceline_node::key_file;
use truceline_node::store::Store;

/// State something about a finding: it is signed, registered, can be superseded and is never deleted.
///
/// The key must be enrolled for a person: an officer, a reviewer or a delegate. One office has one statement about a finding
/// in force; a further one supersedes it (--supersede). What is said moves no number and no verdict.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  truceline statement my-store 04-0001-P --stance disputes \\\n    \
    --words \"a quarry blast was announced for that hour\" --key reviewer.key")]
pub(crate) struct Statement {
    /// The store's folder
    store: PathBuf,
    /// The case whose newest finding it is about, or an entry by the SHA-256 of its bytes
    about: String,
    /// What is said
    #[arg(long)]
    stance: StanceName,
    /// In words
    #[arg(long)]
    words: String,
    /// The secret key
    #[arg(long)]
    key: PathBuf,
    /// Take the place of what the same office said before
    #[arg(long)]
    supersede: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum StanceName {
    Supports,
    Disputes,
    Notes,
    Withdraws,
}

impl StanceName {
    fn stance(self) -> Stance {
        match self {
            Self::Supports => Stance::Supports,
            Self::Disputes => Stance::Disputes,
            Self::Notes => Stance::Notes,
            Self::Withdraws => Stance::Withdraws,
        }
    }
}

/// What of a journal a statement rests on.
struct Standing {
    journal: String,
    register: Register,
    statements: Statements,
    about: Hash,
}

impl Statement {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let key = key_file::read(&self.key)?;
        let id = key.public().id();
        let standing = self.standing()?;
        let Some(enrolled) = standing.register.key(id) else {
            bail!("{}: the key {id} is not enrolled", self.key.display());
        };
        let office = &enrolled.holder.name;
        let before = standing.statements.in_force(standing.about, office);
        if before.is_some() && !self.supersede {
            bail!("{office} has stated something about this; say --supersede to take its place");
        }
        let signed = Stated {
            key: id,
            about: standing.about,
            stance: self.stance.stance(),
            words: self.words.trim().to_owned(),
            journal: standing.journal.clone(),
            supersedes: before,
        }
        .sign(&key);
        signed.statement().map_err(|error| anyhow!("the statement cannot be: {error}"))?;
        let answer = Way::open(&self.store, false)?.load(Path::new("statement"), &signed.to_file())?;
        if let Some(why) = answer.excluded.first() {
            bail!("it stands in the journal and does not count: {why}");
        }
        let (about, hash) = (standing.about.to_string(), Hash::of(&signed.body.0).to_string());
        if self.json {
            let supersedes = before.map(|hash| hash.to_string());
            let said = json!({ "statement": hash, "about": about, "office": office, "supersedes": supersedes });
            output::print(&format!("{said}\n"))?;
        } else {
            output::print(&format!("{office}, on {about}: registered as {hash}\n"))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn standing(&self) -> Result<Standing> {
        let case = CaseId::parse(&self.about);
        let mut about = Hash::from_hex(&self.about);
        let journal = Journal::open(&Store::open(&self.store, false)?, Mode::Read)?;
        let origin = journal.origin();
        let (mut register, mut statements) = (Register::default(), Statements::default());
        for index in 0..journal.size() {
            let bytes = journal.entry(index).context("the journal")?;
            // What does not count stands as excluded.
            if let Ok(act) = entry::from_bytes::<KeyAct>(&bytes) {
                let _ = register.take(&origin, index, &act);
            } else if let Ok(signed) = entry::from_bytes::<Signed>(&bytes) {
                let _ = statements.take(&register, &origin, index, &signed);
            } else if let Some(case) = case
                && let Ok(finding) = entry::from_bytes::<Derived<Finding>>(&bytes)
                && finding.content.case == case
            {
                about = Some(Hash::of(&bytes));
            }
        }
        let about = about.ok_or_else(|| {
            anyhow!("{:?} is no case with a finding, and not 64 hexadecimal digits of an entry's SHA-256", self.about)
        })?;
        Ok(Standing { journal: origin, register, statements, about })
    }
}
