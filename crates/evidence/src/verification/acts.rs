//! What people concluded together: whose keys signed acts of consultations and editions of the register.
//!
//! What an act says, and what came of it, is not read here: `truceline register consult check` folds it again.
use super::{Check, Faults, Location, entry_words, sentence};
use crate::dossier::Dossier;
use crate::keys::{KeyAct, PublicKey, Register, Standing};
use std::collections::BTreeMap;
use truceline_model::cosigned::{Cosigned, SignedAct, SignedEdition};
use truceline_model::entry;
use truceline_model::hash::Hash;

const NAME: &str = "acts";

/// One check for all whose signatures hold with keys that hold at their place, and one for each that has another. Nothing where
/// nobody concluded anything.
pub(super) fn acts(dossier: &Dossier, checks: &mut Vec<Check>) {
    let origin = &dossier.manifest().origin;
    // All acts on keys first: one that comes later can say that a key was suspect where it signed.
    let mut register = Register::default();
    for part in &dossier.entries {
        if let Ok(act) = entry::from_bytes::<KeyAct>(&part.value.entry.0) {
            // What has no effect vouches for nobody.
            let _ = register.take(origin, part.value.index, &act);
        }
    }
    let mut faults = Faults::new(NAME);
    let (mut acts, mut editions, mut signatures) = (0_usize, 0_usize, 0_usize);
    let mut by: BTreeMap<(String, String), usize> = BTreeMap::new();
    for part in &dossier.entries {
        let (index, bytes) = (part.value.index, part.value.entry.0.as_slice());
        let signed = if let Ok(act) = entry::from_bytes::<SignedAct>(bytes) {
            acts += 1;
            signers(&register, index, &act)
        } else if let Ok(edition) = entry::from_bytes::<SignedEdition>(bytes) {
            editions += 1;
            signers(&register, index, &edition)
        } else {
            continue;
        };
        match signed {
            Ok(signed) => {
                signatures += signed.len();
                signed.into_iter().for_each(|signer| *by.entry(signer).or_default() += 1);
            }
            Err(why) => {
                let said = format!(
                    "{}: {why}. Whoever counts its signatures does not count that one.",
                    entry_words(index, bytes)
                );
                let location = Location { part: "entries", entry: Some(index), bytes: Some(part.bytes.clone()) };
                let mut fault = Check::unproven(NAME, sentence(said));
                fault.location = Some(location);
                faults.add(fault);
            }
        }
    }
    if acts + editions == 0 {
        return;
    }
    let by: Vec<String> = by.iter().map(|((role, state), count)| format!("{count} by {role}s of {state}")).collect();
    let of = if by.is_empty() { "none".to_owned() } else { by.join(", ") };
    let said = format!(
        "People signed {acts} acts and {editions} editions of the register in this file. {signatures} signatures hold, each by a \
         key that holds at its place in the journal: {of}. That no act is missing is not shown, except of those that others name \
         by their hashes; what the acts come to is folded by: truceline register consult check FILE"
    );
    checks.push(Check::proven(NAME, said).with("acts", acts).with("editions", editions).with("signatures", signatures));
    faults.finish(checks);
}

/// Role and state of each key that signed, if every signature holds.
fn signers<T: Cosigned>(register: &Register, index: u64, signed: &T) -> Result<Vec<(String, String)>, String> {
    signed.check()?;
    if signed.signatures().is_empty() {
        return Err("nobody signed it".to_owned());
    }
    let signer = |(key, signature): &(Hash, [u8; 64])| {
        let Some(enrolled) = register.key(*key) else { return Err(format!("the key {key} is not enrolled")) };
        let holder = &enrolled.holder;
        let holds = |key: &PublicKey| key.verify(T::DOMAIN, signed.body(), signature);
        if !holds(&holder.key) {
            return Err(format!("the signature of {} does not hold", holder.name));
        }
        if register.standing(*key, index) != Standing::Good {
            return Err(format!("the key of {} does not hold here", holder.name));
        }
        Ok((holder.role.name().to_owned(), holder.owner.clone()))
    };
    signed.signatures().iter().map(signer).collect()
}

#[cfg(test)]
mod tests;
