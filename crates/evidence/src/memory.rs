//! A journal in memory: the contract of [`journal`](crate::journal) without its durability. For tests, here and in
//! the rooms that hold a journal; what it answers is what a durable journal with the same name, keys and entries
//! must answer. Nothing of it outlives the process: no command runs on it.
use crate::Error;
use crate::checkpoint::Checkpoint;
use crate::journal::{Appender, JournalError, JournalReader};
use crate::leaf;
use crate::merkle::Tree;
use crate::note::{Note, SigningKey};
use crate::tiles::Tile;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};
use truceline_model::entry::MAX_ENTRY_BYTES;
use truceline_model::hash::Hash;

/// A journal in memory. After each append it signs a checkpoint of all entries.
#[derive(Debug)]
pub struct MemoryJournal {
    key: SigningKey,
    /// Those that sign checkpoints beside it.
    further: Vec<SigningKey>,
    secret: [u8; 32],
    /// Locked for the length of one call.
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    entries: Vec<Vec<u8>>,
    tree: Tree,
    checkpoint: Option<String>,
    /// The newest that witnesses cosigned.
    cosigned: Option<String>,
}

impl MemoryJournal {
    /// An empty journal named as its key, whose salts come from `secret`.
    #[must_use]
    pub fn new(key: SigningKey, secret: [u8; 32]) -> Self {
        Self { key, further: Vec::new(), secret, held: Mutex::default() }
    }

    /// The same, whose checkpoints this key of the same name signs too.
    #[must_use]
    pub fn and_signed_by(mut self, key: SigningKey) -> Self {
        self.further.push(key);
        self
    }

    /// Has witnesses cosign the newest checkpoint at a time, seconds of POSIX time: their lines stand behind its own.
    ///
    /// # Errors
    /// If there is no checkpoint yet, or one of the keys cannot sign it.
    pub fn cosign(&self, witnesses: &[SigningKey], time_s: u64) -> Result<(), Error> {
        let mut held = self.held();
        let note = held.checkpoint.clone().ok_or_else(|| Error::out_of_range("there is no checkpoint to cosign"))?;
        let text = Note::parse(&note)?.unverified_text().to_owned();
        let lines = witnesses.iter().map(|key| key.line(&text, time_s)).collect::<Result<Vec<_>, _>>()?;
        held.cosigned = Some(note + &lines.concat());
        Ok(())
    }

    fn keys(&self) -> Vec<SigningKey> {
        std::iter::once(&self.key).chain(&self.further).cloned().collect()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // No call leaves the held state half changed, so a panic elsewhere does not spoil it.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Appender for MemoryJournal {
    fn append(&self, entries: Vec<Vec<u8>>) -> Result<Range<u64>, JournalError> {
        if let Some(entry) = entries.iter().find(|entry| entry.len() > MAX_ENTRY_BYTES) {
            return Err(JournalError::too_large(format!(
                "an entry of {} bytes, at most {MAX_ENTRY_BYTES} are taken",
                entry.len()
            )));
        }
        let mut held = self.held();
        let start = held.tree.size();
        for (index, entry) in (start..).zip(entries) {
            held.tree.append(leaf::of_entry(&leaf::salt(&self.secret, index), &entry));
            held.entries.push(entry);
        }
        let size = held.tree.size();
        let checkpoint = Checkpoint { origin: self.origin(), size, root: held.tree.root() };
        held.checkpoint = Some(checkpoint.sign_all(&self.keys()).map_err(|e: Error| JournalError::io(e.to_string()))?);
        Ok(start..size)
    }
}

impl JournalReader for MemoryJournal {
    fn origin(&self) -> String {
        self.key.verifier_key().name().to_owned()
    }

    fn size(&self) -> u64 {
        self.held().tree.size()
    }

    fn entry(&self, index: u64) -> Result<Vec<u8>, JournalError> {
        let held = self.held();
        let found = usize::try_from(index).ok().and_then(|at| held.entries.get(at));
        found.cloned().ok_or_else(|| JournalError::out_of_range(index, held.tree.size()))
    }

    fn salt(&self, index: u64) -> [u8; 32] {
        leaf::salt(&self.secret, index)
    }

    fn checkpoint(&self) -> Option<String> {
        self.held().checkpoint.clone()
    }

    fn cosigned_checkpoint(&self) -> Option<String> {
        self.held().cosigned.clone()
    }

    fn wait_until_signed(&self, _size: u64) {
        // Each append is signed at once.
    }

    fn hash_tile(&self, tile: &Tile) -> Result<Vec<u8>, JournalError> {
        let held = self.held();
        tile.hashes(&held.tree).ok_or_else(|| JournalError::out_of_range(tile.tree_size() - 1, held.tree.size()))
    }

    fn inclusion_proof(&self, index: u64, size: u64) -> Result<Vec<Hash>, JournalError> {
        self.held().tree.inclusion_proof(index, size).map_err(|_| JournalError::out_of_range(index, size))
    }

    fn verifier_key(&self) -> String {
        self.key.verifier_key().to_string()
    }

    fn verifier_keys(&self) -> Vec<String> {
        self.keys().iter().map(|key| key.verifier_key().to_string()).collect()
    }

    fn sign_manifest(&self, text: &str) -> String {
        // A text that cannot be signed gives a note that nobody can open: the dossier's check then refuses it.
        self.key.sign(text).unwrap_or_default()
    }
}
