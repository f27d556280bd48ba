//! The checks of the entries: what the manifest lists, what they hash to, where they stand.
use super::{Check, Faults, Location, Standing, count, entry_words, sentence};
use crate::checkpoint::Checkpoint;
use crate::dossier::{Dossier, DossierEntry, Part};
use crate::leaf;
use crate::merkle::Paths;
use std::collections::BTreeMap;
use truceline_model::cosigned::SignedAct;
use truceline_model::entry::{self, Entry as _};
use truceline_model::hash::Hash;

/// The most holes that the sentence on completeness names.
const MAX_HOLES_NAMED: usize = 16;

/// The manifest lists exactly the file's entries.
pub(super) fn contents(dossier: &Dossier, checks: &mut Vec<Check>) {
    const NAME: &str = "contents";
    let manifest = dossier.manifest();
    let held: BTreeMap<u64, &Part<DossierEntry>> =
        dossier.entries.iter().map(|part| (part.value.index, part)).collect();
    let mut faults = Faults::new(NAME);
    for (index, _) in manifest.entries.iter().filter(|(index, _)| !held.contains_key(index)) {
        faults.add(Check::contradicted(
            NAME,
            format!("The manifest lists entry {index}, and the file does not hold it."),
            Location { part: "entries", entry: Some(*index), bytes: None },
        ));
    }
    let listed = listed(dossier);
    for (index, part) in held.iter().filter(|(index, _)| !listed.contains_key(index)) {
        faults.add(Check::contradicted(
            NAME,
            format!("The file holds {}, and the manifest does not list it.", words(part)),
            located(part, *index),
        ));
    }
    if faults.is_empty() {
        let sentence = format!("The manifest lists exactly what the file holds: {}.", count(held.len()));
        checks.push(Check::proven(NAME, sentence).with("entries", held.len()));
    }
    faults.finish(checks);
}

/// Each entry has the bytes that the manifest lists.
pub(super) fn entries(dossier: &Dossier, checks: &mut Vec<Check>) {
    const NAME: &str = "entries";
    let listed = listed(dossier);
    let mut faults = Faults::new(NAME);
    let mut compared = 0;
    for part in &dossier.entries {
        let Some(&listed) = listed.get(&part.value.index) else { continue };
        compared += 1;
        let found = Hash::of(&part.value.entry.0);
        if found == listed {
            continue;
        }
        let why = format!("{} has not the bytes that the manifest lists: one of the two was changed.", words(part));
        faults.add(
            Check::contradicted(NAME, sentence(why), located(part, part.value.index))
                .with("entry_sha256", found)
                .with("listed_sha256", listed),
        );
    }
    if faults.is_empty() {
        checks.push(match compared {
            0 => Check::unproven(NAME, "The file holds no entry that the manifest lists.".to_owned()),
            1 => Check::proven(NAME, "The entry has the very bytes that the manifest lists.".to_owned()),
            _ => Check::proven(NAME, format!("Each of {compared} entries has the very bytes that the manifest lists.")),
        });
    }
    faults.finish(checks);
}

/// Each entry stands in the journal at its index. Returns how far that can be relied on.
pub(super) fn places(
    dossier: &Dossier,
    checkpoint: Option<&Checkpoint>,
    standing: Standing,
    checks: &mut Vec<Check>,
) -> Standing {
    const NAME: &str = "places";
    let Some(checkpoint) = checkpoint else {
        let sentence = "Where the entries stand in the journal is unproven: there is no readable checkpoint.";
        checks.push(Check::unproven(NAME, sentence.to_owned()));
        return Standing::Broken;
    };
    let (size, root) = (checkpoint.size, checkpoint.root);
    let mut faults = Faults::new(NAME);
    let mut paths = Paths::new(size, root);
    for part in &dossier.entries {
        let DossierEntry { salt, entry, index, proof } = &part.value;
        let leaf = leaf::of_entry(salt, &entry.0);
        let Err(error) = paths.verify(leaf, *index, proof) else { continue };
        let why = if error.is_out_of_range() {
            format!("{} lies outside the journal of {size} entries.", words(part))
        } else {
            format!(
                "{} does not stand in the journal at place {index} of {size}: its bytes, its salt or its proof were \
                 changed, or it was never there.",
                words(part)
            )
        };
        faults
            .add(Check::contradicted(NAME, sentence(why), located(part, *index)).with("leaf", leaf).with("root", root));
    }
    if faults.is_empty() {
        let check = match standing {
            Standing::Signed => Check::proven(NAME, format!("{}.", stand(dossier, "in the journal", size))),
            Standing::NotPinned => Check::unproven(
                NAME,
                format!(
                    "{}. That this is the journal's root is unproven: key not pinned.",
                    stand(dossier, "under the checkpoint's root", size)
                ),
            ),
            Standing::Broken => Check::unproven(
                NAME,
                format!(
                    "{}, but the checkpoint does not hold: that they stand in the journal is unproven.",
                    stand(dossier, "under the checkpoint's root", size)
                ),
            ),
        };
        checks.push(check.with("size", size).with("root", root));
        return standing;
    }
    faults.finish(checks);
    Standing::Broken
}

/// No entry from the journal's first to the dossier's last is left out. `places` is what [`places`] returned.
pub(super) fn completeness(dossier: &Dossier, checkpoint: Option<&Checkpoint>, places: Standing) -> Check {
    const NAME: &str = "completeness";
    let Some(last) = dossier.entries.last().map(|part| part.value.index) else {
        return Check::unproven(NAME, "The file holds no entry.".to_owned());
    };
    let mut holes = Vec::new();
    let mut expected = 0;
    for index in dossier.entries.iter().map(|part| part.value.index) {
        if index > expected {
            holes.push((expected, index - 1));
        }
        expected = index.saturating_add(1);
    }
    if holes.is_empty() {
        let span = if last == 0 { "before entry 0".to_owned() } else { format!("between 0 and {last}") };
        let after = match checkpoint {
            Some(checkpoint) if checkpoint.size > expected => {
                format!(
                    " The journal goes on to {}; of what comes after {last} the file says nothing.",
                    checkpoint.size - 1
                )
            }
            _ => String::new(),
        };
        return match places {
            Standing::Signed => Check::proven(NAME, format!("No entry {span} is left out.{after}")),
            Standing::NotPinned => Check::unproven(
                NAME,
                format!(
                    "The file leaves out no entry {span}. That these are the journal's is unproven: key not pinned."
                ),
            ),
            Standing::Broken => Check::unproven(
                NAME,
                format!(
                    "The file leaves out no index {span}, but not every entry is shown to stand at its place: that \
                     none is left out is unproven."
                ),
            ),
        };
    }
    let missing = holes.iter().map(|(from, to)| u128::from(to - from) + 1).sum::<u128>();
    let named: Vec<String> = holes
        .iter()
        .take(MAX_HOLES_NAMED)
        .map(|(from, to)| if from == to { from.to_string() } else { format!("{from} to {to}") })
        .collect();
    let more = match holes.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more gaps"),
    };
    let open = if is_of_a_consultation(dossier) {
        "and whether a further act of the consultation or on its keys is among them"
    } else {
        "and whether the finding rests on them"
    };
    let sentence = format!(
        "Of the entries up to {last}, these are left out: {}{more}. What they say, {open}, is unproven.",
        named.join(", ")
    );
    let mut check = Check::unproven(NAME, sentence).with("left_out", missing);
    check.location = Some(Location { part: "entries", entry: Some(holes[0].0), bytes: None });
    check
}

/// The finding that the manifest names is among the entries.
pub(super) fn finding(dossier: &Dossier) -> Check {
    const NAME: &str = "finding";
    let named = dossier.manifest().finding;
    let found = dossier.entries.iter().find(|part| Hash::of(&part.value.entry.0) == named);
    match found {
        Some(part) if is_act(part) => Check::proven(
            NAME,
            format!("It is no finding's: the consultation that it is of was called by {}.", words(part)),
        ),
        Some(part) => {
            Check::proven(NAME, format!("The finding that the manifest names is {} of the file.", words(part)))
        }
        None => Check::contradicted(
            NAME,
            "The finding that the manifest names is not among the entries of the file.".to_owned(),
            Location { part: "entries", entry: None, bytes: None },
        ),
    }
    .with("finding_sha256", named)
}

/// Whether the manifest names an act of a consultation instead of a finding.
fn is_of_a_consultation(dossier: &Dossier) -> bool {
    let named = dossier.manifest().finding;
    dossier.entries.iter().any(|part| Hash::of(&part.value.entry.0) == named && is_act(part))
}

fn is_act(part: &Part<DossierEntry>) -> bool {
    entry::open(&part.value.entry.0).is_ok_and(|(kind, ..)| kind == SignedAct::KIND)
}

fn listed(dossier: &Dossier) -> BTreeMap<u64, Hash> {
    dossier.manifest().entries.iter().copied().collect()
}

fn words(part: &Part<DossierEntry>) -> String {
    entry_words(part.value.index, &part.value.entry.0)
}

fn located(part: &Part<DossierEntry>, index: u64) -> Location {
    Location { part: "entries", entry: Some(index), bytes: Some(part.bytes.clone()) }
}

/// `Each of 14 entries stands in the journal, at its own place of 14`.
fn stand(dossier: &Dossier, place: &str, size: u64) -> String {
    match dossier.entries.as_slice() {
        [one] => sentence(format!("{} stands {place} at place {} of {size}", words(one), one.value.index)),
        all => format!("Each of {} entries stands {place}, at its own place of {size}", all.len()),
    }
}
