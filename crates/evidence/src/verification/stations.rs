//! Stations whose frames are among the entries: are they their own, and is any missing.
//!
//! What is missing is no fault of the file: it is said, and as proven as it is that no entry is left out.
//! All entries from the first on are taken again as node and engine took them ([`crate::admit`]), so what it says rests on
//! the file alone. Whose keys they are rests on the founding of the key register, an entry that the sentence names: a reader
//! compares it with what the states published.
use super::receipts::Receipts;
use super::{Check, Location, Outcome, count, entry_words};
use crate::admit::Admission;
use crate::dossier::Dossier;
use crate::frame::Delivered;
use crate::keys::{KeyAct, Role};
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::record::Record;
use truceline_model::tick::Tick;

const NAME: &str = "stations";

/// The most ranges that the sentence on one station names.
const MAX_HOLES_NAMED: usize = 8;

/// One check for each station, nothing where no frame is among the entries. `completeness` is the outcome of the check of that
/// name: where entries are left out, a frame that is missing may be one of them.
pub(super) fn stations(dossier: &Dossier, completeness: Outcome, checks: &mut Vec<Check>) {
    let mut admission = Admission::default();
    let (mut founding, mut refused, mut frames) = (None, Vec::new(), 0u64);
    let (mut records, mut sealed) = (0u64, 0u64);
    let mut receipts = Receipts::default();
    for part in &dossier.entries {
        let (index, bytes) = (part.value.index, part.value.entry.0.as_slice());
        if let Ok(act) = entry::from_bytes::<KeyAct>(bytes) {
            let first = admission.register().acts() == 0;
            if admission.take_act(&dossier.manifest().origin, index, &act).is_ok() && first {
                founding = Some((index, Hash::of(&act.body.0)));
            }
        } else if let Ok(frame) = entry::from_bytes::<Delivered>(bytes) {
            frames += 1;
            let (admitted, found) = admission.take_frame(index, &frame);
            receipts.frame(frame.sealed.hash(), admitted.is_ok(), &found);
            if let Err(why) = admitted {
                refused.push((part, why));
            }
        } else if let Err(why) = receipts.take(&mut admission, index, bytes) {
            refused.push((part, why));
        } else if let Ok(tick) = entry::from_bytes::<Tick>(bytes) {
            let _ = admission.take_tick(index, &tick);
        } else if let Ok(record) = entry::from_bytes::<Record>(bytes) {
            records += 1;
            sealed += u64::from(record.frame.is_some());
        }
    }
    if frames == 0 {
        return;
    }
    for (station, newest, holes) in admission.rows() {
        let (sentence, missing) = row(station, newest, &holes);
        let check = Check::new(NAME, completeness, sentence, None).with("frames", newest.saturating_add(1));
        checks.push(check.with("frames_missing", missing));
    }
    checks.extend(receipts.check(completeness));
    if !refused.is_empty() {
        let (part, why) = &refused[0];
        let index = part.value.index;
        let location = Location { part: "entries", entry: Some(index), bytes: Some(part.bytes.clone()) };
        let words = entry_words(index, &part.value.entry.0);
        let more = match refused.len() - 1 {
            0 => String::new(),
            more => format!(" The same holds for {} more.", count(more)),
        };
        let sentence = format!(
            "The key register does not vouch for {words}: {why}. It stands in the journal and must not be used.{more}"
        );
        let check = Check::new(NAME, completeness, sentence, Some(location));
        checks.push(check.with("frames_refused", refused.len()));
    }
    if let Some((index, body)) = founding {
        let officers = admission.register().keys().filter(|(_, key)| key.holder.role == Role::Officer).count();
        let sentence = format!(
            "{sealed} of {} of records came in frames that their stations signed; the others are vouched for by the first \
             relay alone. Whose keys these are was founded by entry {index} with {officers} officers: compare its SHA-256 \
             with the one that the states published.",
            count(usize::try_from(records).unwrap_or(usize::MAX)),
        );
        let check = Check::new(NAME, completeness, sentence, None);
        checks.push(check.with("founding_sha256", body).with("records_sealed", sealed).with("records", records));
    }
}

/// What is said of a station, and how many of its frames are missing.
fn row(station: &str, newest: u64, holes: &[(u64, u64)]) -> (String, u64) {
    if holes.is_empty() {
        let sentence =
            format!("{station}: its frames 0 to {newest} are here, each signed and citing the one before it.");
        return (sentence, 0);
    }
    let missing: u64 = holes.iter().map(|(from, to)| to - from + 1).fold(0, u64::saturating_add);
    let range = |(from, to): &(u64, u64)| if from == to { from.to_string() } else { format!("{from} to {to}") };
    let named: Vec<String> = holes.iter().take(MAX_HOLES_NAMED).map(range).collect();
    let more = match holes.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more ranges"),
    };
    let sentence = format!(
        "{station}: of its frames 0 to {newest} these were not delivered: {}{more}. What they held is not known.",
        named.join(", ")
    );
    (sentence, missing)
}

#[cfg(test)]
mod tests;
