//! Re-hashes a whole store and names every byte range that is not what was registered, with the entry it belongs to.
//!
//! Nothing is repaired and nothing written. Of what is wrong it is told which file is at fault: index, tiles and the check sum
//! of a frame are independent of the entries' bytes, and the signed root decides between the journal and what is derived from
//! it. A range is as narrow as the hash that covers it: a frame's head, an entry, a hash of a tile, a payload.
//!
//! Covered: journal, index, tiles, checkpoint, sign guard, payloads with their indexes. Not covered: views and memory, which
//! hold no truth and are made anew, and the keys, without which nothing can be checked.
mod derived;
mod log;
mod packs;
mod resync;

use crate::error::NodeError;
use crate::store::{CHECKPOINT_FILE, Store};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use truceline_evidence::merkle::Tree;
use truceline_evidence::note::VerifierKey;
use truceline_model::hash::Hash;

/// The most faults that are named one by one; what is over it is counted.
pub const FAULTS_NAMED_MAX: usize = 1_000;

/// Bytes that are not what they should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, as a path below the store's folder.
    pub file: String,
    /// Where in it. Empty where bytes are missing.
    pub bytes: Range<u64>,
    /// The first entry that it concerns; none where it concerns the file as a whole, or a payload that no entry names.
    pub index: Option<u64>,
    /// What was found, in words.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes {}..{}", self.file, self.bytes.start, self.bytes.end)?;
        if let Some(index) = self.index {
            write!(f, " (entry {index})")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Entries that were re-hashed.
    pub entries: u64,
    /// Payloads that were re-hashed.
    pub payloads: u64,
    /// Payloads that were erased, as entries say.
    pub erased: u64,
    /// All bytes that were read.
    pub bytes: u64,
    /// How many entries the checkpoint signs; none if it cannot be read.
    pub signed: Option<u64>,
    /// Bytes behind the last whole batch that nobody was ever told of: what a crash cut short.
    pub unacknowledged_bytes: u64,
    /// The first faults, in the order of the files.
    pub faults: Vec<Fault>,
    /// How many more there are.
    pub more: u64,
}

impl Report {
    /// Whether everything is what was registered.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    fn say(&mut self, file: &str, bytes: Range<u64>, index: Option<u64>, what: impl Into<String>) {
        if self.faults.len() == FAULTS_NAMED_MAX {
            self.more += 1;
        } else {
            self.faults.push(Fault { file: file.to_owned(), bytes, index, what: what.into() });
        }
    }
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FsckProgress {
    /// Which part: `journal` or `payloads`.
    pub part: &'static str,
    /// Bytes of it so far.
    pub done: u64,
    /// All its bytes.
    pub of: u64,
}

/// What the journal's entries say, for what is compared with them.
#[derive(Debug, Default)]
struct Entries {
    tree: Tree,
    /// Which entry names a payload.
    named: BTreeMap<Hash, u64>,
    /// Payloads that were erased, and which entry says so.
    erased: BTreeMap<Hash, u64>,
    /// How many entries are damaged: they may have named or erased payloads.
    unread: u64,
}

/// Checks a store that no process writes to.
///
/// # Errors
/// If another process writes to it, its keys cannot be read, or storage fails. What is damaged is no error.
pub fn fsck(store: &Store, progress: &mut dyn FnMut(FsckProgress)) -> Result<Report, NodeError> {
    if !store.is_unlocked() {
        return Err(NodeError::locked(format!(
            "{}: another process writes to this store; end it first",
            store.folder().display()
        )));
    }
    let keys = store.keys()?;
    let mut report = Report::default();
    let signers: Vec<VerifierKey> = keys.signing.verifier_keys().cloned().collect();
    let note = read(store, CHECKPOINT_FILE, &mut report)?;
    let length = note.as_ref().map_or(0, Vec::len) as u64;
    let signed = note.ok_or_else(|| "it is missing".to_owned()).and_then(|note| {
        let note = String::from_utf8(note).map_err(|error| error.to_string())?;
        derived::signed_by_all(&note, &signers)
    });
    let signed = match signed {
        Ok(signed) => Some(signed),
        Err(why) => {
            report.say(CHECKPOINT_FILE, 0..length, None, format!("it is not this journal's signed checkpoint: {why}"));
            None
        }
    };
    report.signed = signed.as_ref().map(|signed| signed.size);
    let entries = log::check(store, &keys.salts, signed.as_ref(), &mut report, progress)?;
    derived::check_tiles(store, &entries.tree, signed.as_ref(), &mut report)?;
    derived::check_guard(store, &entries.tree, &signers, &mut report)?;
    packs::check(store, &entries, &mut report, progress)?;
    Ok(report)
}

/// A file's bytes; none if it does not exist.
fn read(store: &Store, name: &str, report: &mut Report) -> Result<Option<Vec<u8>>, NodeError> {
    let path = store.file(name);
    match std::fs::read(&path) {
        Ok(bytes) => {
            report.bytes += bytes.len() as u64;
            Ok(Some(bytes))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(NodeError::io(&path, "read", &error)),
    }
}
