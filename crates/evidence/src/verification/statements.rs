//! What people stated about the finding: whose keys signed, what stands, what was superseded.
use super::{Check, Outcome};
use crate::dossier::Dossier;
use crate::keys::{KeyAct, Register, Standing};
use crate::statement::{Signed, Statement, Statements};
use truceline_model::entry::{self, Entry as _};
use truceline_model::hash::Hash;

const NAME: &str = "statements";

/// The most statements that are quoted; what is over it is counted.
const MAX_QUOTED: usize = 16;

/// One check for each statement in force about the finding, nothing where nobody stated anything. `completeness` is the
/// outcome of the check of that name: where entries are left out, one of them may supersede what is here.
pub(super) fn statements(dossier: &Dossier, completeness: Outcome, checks: &mut Vec<Check>) {
    let is_statement = |bytes: &[u8]| entry::open(bytes).is_ok_and(|(kind, ..)| kind == Signed::KIND);
    if !dossier.entries.iter().any(|part| is_statement(&part.value.entry.0)) {
        return;
    }
    let (mut register, mut statements) = (Register::default(), Statements::default());
    let mut counted: Vec<(u64, String, String, Statement)> = Vec::new();
    let finding = dossier.manifest().finding;
    let origin = &dossier.manifest().origin;
    for part in &dossier.entries {
        let (index, bytes) = (part.value.index, part.value.entry.0.as_slice());
        if let Ok(act) = entry::from_bytes::<KeyAct>(bytes) {
            // What has no effect vouches for nobody.
            let _ = register.take(origin, index, &act);
        } else if let Ok(signed) = entry::from_bytes::<Signed>(bytes)
            && let Ok(statement) = statements.take(&register, origin, index, &signed)
            && statement.about == finding
            && let Some(key) = register.key(statement.key)
        {
            counted.push((index, key.holder.name.clone(), key.holder.owner.clone(), statement));
        }
    }
    // An act on keys that comes later can say that a key was suspect where it signed.
    let good = |(index, _, _, statement): &(u64, String, String, Statement)| {
        register.standing(statement.key, *index) == Standing::Good
    };
    let (counted, suspect): (Vec<_>, Vec<_>) = counted.into_iter().partition(good);
    if !suspect.is_empty() {
        let count = suspect.len();
        let words = format!("{count} statements of keys that were suspect where they signed are not counted.");
        checks.push(Check::unproven(NAME, words).with("finding", Hash(finding.0)));
    }
    let in_force = |office: &str, statement: &Statement| statements.in_force(finding, office) == Some(statement.hash());
    let superseded = counted.iter().filter(|(_, office, _, statement)| !in_force(office, statement)).count();
    let standing: Vec<_> = counted.iter().filter(|(_, office, _, statement)| in_force(office, statement)).collect();
    for (_, office, state, statement) in standing.iter().take(MAX_QUOTED) {
        let words = one_line(&statement.words);
        let said = format!("{office} of {state} {} the finding: {words}", statement.stance.name());
        checks.push(Check::new(NAME, completeness, said, None).with("statement", statement.hash()));
    }
    if standing.len() > MAX_QUOTED || superseded > 0 {
        let more = standing.len().saturating_sub(MAX_QUOTED);
        let words = format!("{more} more statements are in force; {superseded} were superseded and stand in the file.");
        checks.push(Check::new(NAME, completeness, words, None).with("finding", Hash(finding.0)));
    }
}

/// Words without line breaks and other control characters, in quotes.
pub(super) fn one_line(words: &str) -> String {
    let words: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("\u{201c}{words}\u{201d}")
}

#[cfg(test)]
mod tests;
