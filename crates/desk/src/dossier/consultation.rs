//! The dossier of a consultation: acts on keys, the roll, all acts of it, the editions of the register in force, and the findings
//! that it cites, each with the proof of its place.
use super::File;
use crate::error::DeskError;
use crate::ledger::{HeldAct, Ledger};
use crate::views::Views;
use std::collections::BTreeSet;
use truceline_accord::release::ReleasePolicy;
use truceline_evidence as evidence;
use truceline_evidence::dossier;
use truceline_evidence::journal::JournalReader;
use truceline_model::hash::Hash;
use truceline_register::consult::{Act, Basis};

/// What the dossier of a consultation holds.
#[derive(Debug, Clone)]
pub struct ConsultationDossier {
    call: Hash,
    entries: Vec<u64>,
    called: u64,
    statement: String,
}

impl ConsultationDossier {
    /// That of the consultation of a call. Of what it does not hold it says nothing: that no act is missing it cannot show, except
    /// of those that others name by their hashes.
    ///
    /// # Errors
    /// [`DeskError::is_missing`] if there is no such consultation; or the views cannot be read.
    pub fn of(ledger: &Ledger, views: &Views, call: Hash) -> Result<Self, DeskError> {
        let missing = || DeskError::missing(format!("there is no consultation {call}"));
        let roll = ledger.roll_of_act(call).ok_or_else(missing)?;
        let consultation = ledger.chamber(roll).and_then(|chamber| chamber.consultation(call)).ok_or_else(missing)?;
        let acts: Vec<&HeldAct> = acts_of(ledger, roll, call);
        let is_call = |held: &&&HeldAct| held.taken.is_ok() && held.signed.hash() == call;
        let called = acts.iter().find(is_call).map(|held| held.index).ok_or_else(missing)?;
        let last = acts.iter().map(|held| held.index).max().unwrap_or(called);
        let mut entries: BTreeSet<u64> = ledger.key_acts().iter().copied().collect();
        entries.extend(acts.iter().map(|held| held.index));
        // The edition in force when it was called, and those that came before its last act.
        let before = ledger.editions().iter().rfind(|edition| edition.index < called);
        let during = ledger.editions().iter().filter(|edition| (called..=last).contains(&edition.index));
        entries.extend(before.into_iter().chain(during).map(|edition| edition.index));
        for basis in &consultation.call.basis {
            if let Basis::Finding { entry, .. } = basis {
                entries.extend(views.by_hash(*entry)?);
            }
        }
        let statement = format!("The consultation on the question: {}", one_line(&consultation.call.question));
        Ok(Self { call, entries: entries.into_iter().collect(), called, statement })
    }

    /// The name of a consultation: the beginning of its call's hash.
    #[must_use]
    pub fn name_of(call: Hash) -> String {
        format!("consultation-{}", &call.to_string()[..16])
    }

    /// The name of its file.
    #[must_use]
    pub fn file_name_of(call: Hash) -> String {
        format!("{}.tldoss", Self::name_of(call))
    }

    /// Its file, released.
    ///
    /// # Errors
    /// [`evidence::Error::is_over_limit`] if it would be over a bound; or the journal cannot be read.
    pub fn build(self, reader: &dyn JournalReader, policy: ReleasePolicy) -> Result<Vec<u8>, evidence::Error> {
        let end = self.entries.last().map_or(0, |last| last + 1);
        // Signatures lag behind what is registered.
        reader.wait_until_signed(end);
        let bytes = dossier::build_of(reader, &self.entries, self.called, &Self::name_of(self.call), &self.statement)?;
        Ok(policy.release(File(bytes)).into_inner().0)
    }
}

/// The acts of a consultation, taken or not: the founding and the revocations of its body, and all that speak of its call or of
/// what came of it.
#[must_use]
pub fn acts_of(ledger: &Ledger, roll: Hash, call: Hash) -> Vec<&HeldAct> {
    // What was decided, determined and announced in it, by hash.
    let mut of_call = BTreeSet::from([call]);
    let mut acts = Vec::new();
    for held in ledger.acts().iter().filter(|held| held.roll == Some(roll)) {
        let Some(act) = &held.act else { continue };
        let named = match act {
            Act::Found(_) | Act::Revoke(_) => {
                if held.taken.is_ok() || matches!(act, Act::Revoke(_)) {
                    acts.push(held);
                }
                continue;
            }
            Act::Call(_) => held.signed.hash(),
            Act::Agenda(it) => it.call,
            Act::Position(it) => it.call,
            Act::Close(it) => it.call,
            Act::Decision(it) => it.call,
            Act::Determination(it) => it.call,
            Act::Dissent(it) => it.about,
            Act::Measure(it) => it.decision,
            Act::Review(it) => it.decision,
            Act::Lift(it) => it.of,
        };
        if !of_call.contains(&named) {
            continue;
        }
        if held.taken.is_ok() && matches!(act, Act::Decision(_) | Act::Determination(_) | Act::Measure(_)) {
            of_call.insert(held.signed.hash());
        }
        acts.push(held);
    }
    acts
}

/// A text without line breaks and other control characters, of at most some hundred letters.
fn one_line(text: &str) -> String {
    const MAX_LETTERS: usize = 400;
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_LETTERS).collect();
    if text.chars().count() > MAX_LETTERS { line + " ..." } else { line }
}
