//! The checks that hang on the pinned key.
use super::{Check, Location, Standing};
use crate::Error;
use crate::checkpoint::Checkpoint;
use crate::dossier::{Dossier, manifest_text};
use crate::note::{Note, VerifierKey};
use std::ops::Range;
use truceline_model::hash::Hash;

/// The manifest is signed by the pinned key.
pub(super) fn manifest(dossier: &Dossier, pinned: Option<&VerifierKey>) -> Check {
    const NAME: &str = "manifest";
    let manifest = dossier.manifest();
    let in_signature = || located("signature", &dossier.signature.bytes);
    let check = match Note::parse(&dossier.signature.value) {
        Err(error) => {
            Check::contradicted(NAME, format!("The manifest's signature cannot be read: {error}."), in_signature())
        }
        Ok(note) => {
            let fits = note.unverified_text() == manifest_text(&manifest.origin, dossier.manifest_hash);
            let signed = pinned.map(|key| (key, note.verify(std::slice::from_ref(key))));
            // A signature line that no key of ours checks would be bytes that nothing binds.
            if note.signatures().len() != 1 {
                let sentence = format!(
                    "The manifest bears {} signatures, expected one: the other lines were put in later.",
                    note.signatures().len()
                );
                Check::contradicted(NAME, sentence, in_signature())
            } else {
                match (fits, signed) {
                    (true, Some((key, Ok(_)))) => {
                        Check::proven(NAME, format!("The manifest is signed by the pinned key {}.", key.short()))
                    }
                    (false, Some((key, Ok(_)))) => Check::contradicted(
                        NAME,
                        format!(
                            "The pinned key {} signed another manifest: this one was changed after it was signed.",
                            key.short()
                        ),
                        located("manifest", &dossier.manifest.bytes),
                    ),
                    (_, Some((key, Err(error)))) => {
                        Check::contradicted(NAME, not_signed("manifest", key, &note, &error), in_signature())
                    }
                    (false, None) => Check::contradicted(
                        NAME,
                        "The signed text does not name this manifest: one of the two was changed.".to_owned(),
                        in_signature(),
                    ),
                    (true, None) => Check::unproven(
                        NAME,
                        format!(
                            "Whether the journal {} signed the manifest is unproven: key not pinned.",
                            manifest.origin
                        ),
                    ),
                }
            }
        }
    };
    check.with("manifest_sha256", dossier.manifest_hash)
}

/// The checkpoint is the one that the manifest names, and signed by the pinned key. Returns what it says, as far as
/// that can be read, and how far it can be relied on.
pub(super) fn checkpoint(
    dossier: &Dossier,
    pinned: Option<&VerifierKey>,
    checks: &mut Vec<Check>,
) -> (Option<Checkpoint>, Standing) {
    const NAME: &str = "checkpoint";
    let location = || located("checkpoint", &dossier.checkpoint.bytes);
    let found = Hash::of(dossier.checkpoint.value.as_bytes());
    let mut standing = if pinned.is_some() { Standing::Signed } else { Standing::NotPinned };

    let named = dossier.manifest().checkpoint;
    if found != named {
        standing = Standing::Broken;
        let sentence = "The checkpoint is not the one that the manifest names: one of the two was changed.";
        checks.push(
            Check::contradicted(NAME, sentence.to_owned(), location())
                .with("checkpoint_sha256", found)
                .with("named_sha256", named),
        );
    }
    let read = Note::parse(&dossier.checkpoint.value)
        .and_then(|note| Checkpoint::parse(note.unverified_text()).map(|checkpoint| (note, checkpoint)));
    let (note, checkpoint) = match read {
        Ok(read) => read,
        Err(error) => {
            checks.push(Check::contradicted(NAME, format!("The checkpoint cannot be read: {error}."), location()));
            return (None, Standing::Broken);
        }
    };
    let check = match pinned.map(|key| (key, note.verify(std::slice::from_ref(key)))) {
        Some((key, Ok(_))) => Check::proven(
            NAME,
            format!(
                "The checkpoint, which states the journal's root over {} entries, is signed by the pinned key {}.",
                checkpoint.size,
                key.short()
            ),
        ),
        Some((key, Err(error))) => {
            standing = Standing::Broken;
            Check::contradicted(NAME, not_signed("checkpoint", key, &note, &error), location())
        }
        None => Check::unproven(
            NAME,
            format!("Whether the journal {} signed the checkpoint is unproven: key not pinned.", checkpoint.origin),
        ),
    };
    checks.push(check.with("size", checkpoint.size).with("root", checkpoint.root).with("checkpoint_sha256", found));
    (Some(checkpoint), standing)
}

/// Key, manifest and checkpoint are of one journal.
pub(super) fn journal(dossier: &Dossier, checkpoint: Option<&Checkpoint>, pinned: Option<&VerifierKey>) -> Check {
    const NAME: &str = "journal";
    let origin = &dossier.manifest().origin;
    if let Some(checkpoint) = checkpoint.filter(|checkpoint| checkpoint.origin != *origin) {
        let sentence = format!("The manifest is of the journal {origin}, the checkpoint of {}.", checkpoint.origin);
        return Check::contradicted(NAME, sentence, located("checkpoint", &dossier.checkpoint.bytes));
    }
    if let Some(key) = pinned.filter(|key| key.name() != origin) {
        let sentence = format!("The manifest is of the journal {origin}, the pinned key is {}'s.", key.name());
        return Check::contradicted(NAME, sentence, located("manifest", &dossier.manifest.bytes));
    }
    match (checkpoint, pinned) {
        (Some(_), Some(_)) => {
            Check::proven(NAME, format!("Manifest, checkpoint and pinned key are of one journal, {origin}."))
        }
        (Some(_), None) => Check::proven(NAME, format!("Manifest and checkpoint name one journal, {origin}.")),
        (None, _) => Check::unproven(NAME, format!("The manifest names the journal {origin}, no checkpoint does.")),
    }
}

pub(super) fn located(part: &'static str, bytes: &Range<usize>) -> Location {
    Location { part, entry: None, bytes: Some(bytes.clone()) }
}

fn not_signed(part: &str, key: &VerifierKey, note: &Note, error: &Error) -> String {
    if error.is_unknown_signer() {
        format!("The {part} is signed by {} and not by the pinned key {}.", note.signer_names(), key.short())
    } else {
        format!(
            "The signature of the {part} in the name of the pinned key {} does not hold: what is signed or the \
             signature was changed, or another key made it.",
            key.short()
        )
    }
}
