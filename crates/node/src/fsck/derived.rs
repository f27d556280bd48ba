//! What is derived from the journal: tiles and sign guard.
use super::Report;
use crate::error::NodeError;
use crate::store::{Store, TILES_FOLDER};
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::merkle::Tree;
use truceline_evidence::note::{Note, VerifierKey};
use truceline_evidence::tiles::{HASH_BYTES, LEVEL_MAX, TILE_HEIGHT, hashes_on};
use truceline_model::hash::Hash;

/// The leaves that the tiles hold; nobody vouches for them.
pub(super) fn stored_leaves(store: &Store) -> Vec<Hash> {
    let bytes = std::fs::read(store.file(TILES_FOLDER).join("0")).unwrap_or_default();
    bytes.as_chunks::<HASH_BYTES>().0.iter().map(|hash| Hash(*hash)).collect()
}

/// Compares the tiles with the tree of the entries.
pub(super) fn check_tiles(
    store: &Store,
    tree: &Tree,
    signed: Option<&Checkpoint>,
    report: &mut Report,
) -> Result<(), NodeError> {
    for level in 0..=LEVEL_MAX {
        let name = format!("{TILES_FOLDER}/{level}");
        let bytes = super::read(store, &name, report)?.unwrap_or_default();
        let shift = TILE_HEIGHT * u32::from(level);
        let (hashes, rest) = bytes.as_chunks::<HASH_BYTES>();
        let byte = |at: u64| at * HASH_BYTES as u64;
        for (at, hash) in (0..).zip(hashes) {
            let what = match tree.node(shift, at) {
                Some(expected) if expected.0 == *hash => continue,
                Some(_) => "the hash is not that of the entries below it",
                None => "the tiles go on behind the last entry",
            };
            report.say(&name, byte(at)..byte(at + 1), Some(at << shift), what);
        }
        if !rest.is_empty() {
            let begin = byte(hashes.len() as u64);
            report.say(&name, begin..bytes.len() as u64, Some((hashes.len() as u64) << shift), "a hash is cut off");
        }
        // They are durable before a checkpoint over them is.
        let due = hashes_on(level, signed.map_or(0, |signed| signed.size));
        if (hashes.len() as u64) < due {
            let what =
                format!("{} hashes are missing; they are made anew at the next start", due - hashes.len() as u64);
            report.say(&name, bytes.len() as u64..bytes.len() as u64, Some((hashes.len() as u64) << shift), what);
        }
    }
    Ok(())
}

/// The checkpoint in a note that all these keys signed, the first of which names the journal.
pub(super) fn signed_by_all(note: &str, keys: &[VerifierKey]) -> Result<Checkpoint, String> {
    let checkpoint = Checkpoint::open_by(note, &keys[0], &keys[1..]).map_err(|error| error.to_string())?;
    let signed = Note::parse(note).and_then(|note| note.signers(keys)).map_err(|error| error.to_string())?;
    if signed.len() == keys.len() {
        Ok(checkpoint)
    } else {
        Err("one of the journal's keys did not sign it".to_owned())
    }
}

/// Compares the sign guard with the tree.
pub(super) fn check_guard(
    store: &Store,
    tree: &Tree,
    keys: &[VerifierKey],
    report: &mut Report,
) -> Result<(), NodeError> {
    let Some(guard) = store.guard(keys[0].name()) else { return Ok(()) };
    let Some(note) = guard.last()? else { return Ok(()) };
    let what = match signed_by_all(&note, keys) {
        Err(error) => format!("it is not this journal's signed checkpoint: {error}"),
        Ok(last) if last.size > tree.size() => {
            format!("{} entries were signed last, the store holds {}: it is older", last.size, tree.size())
        }
        Ok(last) if tree.root_at(last.size).ok() != Some(last.root) => {
            format!("the first {} entries are others than those that were signed last", last.size)
        }
        Ok(_) => return Ok(()),
    };
    report.say(&guard.path().display().to_string(), 0..note.len() as u64, None, what);
    Ok(())
}
