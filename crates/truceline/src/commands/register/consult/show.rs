//! `truceline register consult show` and `dossier`.
use super::said::Said;
use super::{consultation, ledger};
use crate::commands::load::Way;
use crate::output;
use anyhow::{Context, Result};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use truceline_desk::dossier::ConsultationDossier;
use truceline_desk::ledger::Ledger;
use truceline_model::hash::Hash;
use truceline_register::consult::{Consultation, Refused};

/// A store, and a consultation.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The store's folder
    store: PathBuf,
    /// The consultation; all where it is not said
    call: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A store, a consultation and a file.
#[derive(Debug, Args)]
pub(super) struct Dossier {
    /// The store's folder
    store: PathBuf,
    /// The consultation
    call: String,
    /// The file to write; consultation-DIGITS.tldoss where it is not said
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Show {
    pub(super) fn run(self) -> Result<ExitCode> {
        let ledger = ledger(&self.store)?;
        let text = match &self.call {
            Some(text) => {
                let (roll, call) = consultation(&ledger, text)?;
                let said = Said::of(&ledger, roll, call)?;
                if self.json { format!("{}\n", said.json()) } else { said.words() }
            }
            None if self.json => format!("{}\n", all_json(&ledger)),
            None => all_words(&ledger),
        };
        output::print(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Dossier {
    pub(super) fn run(self) -> Result<ExitCode> {
        let ledger = ledger(&self.store)?;
        let (_, call) = consultation(&ledger, &self.call)?;
        let bytes = Way::open(&self.store, false)?.consultation_dossier(&self.store, call)?;
        let out = self.out.unwrap_or_else(|| PathBuf::from(ConsultationDossier::file_name_of(call)));
        std::fs::write(&out, &bytes).with_context(|| format!("cannot write {}", out.display()))?;
        output::print(&format!("{}: {} bytes, SHA-256 {}\n", out.display(), bytes.len(), Hash::of(&bytes)))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// How far a consultation has come, in a word.
fn stage(it: &Consultation) -> String {
    match (&it.decision, &it.determination) {
        (Some(held), _) => format!("decision: {}", held.text().outcome),
        (_, Some(held)) => format!("determination: {}", held.text().responsibility),
        _ if it.closed => "closed".to_owned(),
        _ => "open".to_owned(),
    }
}

/// What stands and belongs to no body, or to no consultation that was called.
fn lost(ledger: &Ledger) -> impl Iterator<Item = (u64, &'static str, &Refused)> {
    ledger.acts().iter().filter(|held| held.roll.is_none()).filter_map(|held| {
        let why = held.taken.as_ref().err()?;
        Some((held.index, held.act.as_ref().map_or("no act", truceline_register::consult::Act::name), why))
    })
}

fn all_words(ledger: &Ledger) -> String {
    let mut text = format!("{}: {} editions of the register\n", ledger.journal(), ledger.editions().len());
    for (roll, chamber) in ledger.chambers() {
        let Some(held) = chamber.roll() else { continue };
        let seats: Vec<&str> = held.seats.iter().map(|seat| seat.state.as_str()).collect();
        text += &format!("{}, roll {roll}: {}\n", held.body, seats.join(", "));
        for (call, it) in chamber.consultations() {
            text += &format!("  {call}  {}, called by {}: {}\n", it.call.question, it.call.seat, stage(it));
        }
    }
    for (entry, name, why) in lost(ledger) {
        text += &format!("not taken: {name} of entry {entry}: {why}\n");
    }
    for held in ledger.refused_editions() {
        text += &format!("not taken: edition of entry {}: {}\n", held.index, held.why);
    }
    text
}

fn all_json(ledger: &Ledger) -> Value {
    let bodies = ledger.chambers().filter_map(|(roll, chamber)| {
        let held = chamber.roll()?;
        let consultations: Vec<Value> = chamber
            .consultations()
            .map(|(call, it)| json!({ "call": call.to_string(), "question": it.call.question, "called_by": it.call.seat, "stage": stage(it) }))
            .collect();
        let seats: Vec<&str> = held.seats.iter().map(|seat| seat.state.as_str()).collect();
        Some(json!({ "roll": roll.to_string(), "body": held.body.name(), "seats": seats, "consultations": consultations }))
    });
    let acts = lost(ledger)
        .map(|(entry, name, why)| json!({ "entry": entry, "act": name, "rule": why.rule.name(), "why": why.message }));
    let editions = ledger.editions().iter().map(|held| {
        json!({ "number": held.edition.number, "entry": held.index, "published_at": held.edition.published_at.to_string() })
    });
    json!({
        "journal": ledger.journal(),
        "editions": editions.collect::<Vec<_>>(),
        "bodies": bodies.collect::<Vec<_>>(),
        "not_taken": acts.collect::<Vec<_>>(),
    })
}
