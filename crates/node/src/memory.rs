//! What a start need not read again: the engine's memory and the intake's, as files beside the journal.
//!
//! They hold no truth. The engine's is hashed into the journal as a snapshot and is used only if that entry stands;
//! the intake's is what it learnt from entries. Without them a start reads the whole journal.
use crate::error::NodeError;
use crate::store::{self, Store};
use std::fs;
use std::path::PathBuf;
use truceline_engine::replay::Memory;
use truceline_model::canonical::{self, Canonical};
use truceline_model::hash::Hash;

const FOLDER: &str = "memory";
const ENGINE_SUFFIX: &str = "engine";
const INTAKE_FILE: &str = "intake";

/// How many of the engine's memories are kept. The newest may be of inputs whose outputs were not durable before a
/// crash; the one before it is then used.
const ENGINE_KEPT: usize = 2;

/// The folder of memories of a store.
#[derive(Debug, Clone)]
pub(crate) struct Memories {
    folder: PathBuf,
}

impl Memories {
    pub(crate) fn of(store: &Store) -> Self {
        Self { folder: store.file(FOLDER) }
    }

    /// Stores a memory of the engine and lets the oldest go.
    pub(crate) fn keep_engine(&self, input: u64, bytes: &[u8]) -> Result<(), NodeError> {
        self.write(&format!("{input:020}.{ENGINE_SUFFIX}"), bytes)?;
        for old in self.engine_files().into_iter().skip(ENGINE_KEPT) {
            // If it stays it only takes room.
            let _ = fs::remove_file(old);
        }
        Ok(())
    }

    /// The engine's memories, the newest first; what cannot be read is passed over.
    pub(crate) fn engine(&self) -> impl Iterator<Item = (Hash, Memory)> {
        self.engine_files().into_iter().filter_map(|path| {
            let bytes = fs::read(path).ok()?;
            Some((Hash::of(&bytes), canonical::from_bytes(&bytes).ok()?))
        })
    }

    /// The bytes of the engine's memory of a hash.
    pub(crate) fn engine_of(&self, sha256: Hash) -> Option<Vec<u8>> {
        self.engine_files().into_iter().filter_map(|path| fs::read(path).ok()).find(|bytes| Hash::of(bytes) == sha256)
    }

    /// Stores what the intake knows.
    pub(crate) fn keep_intake<T: Canonical>(&self, known: &T) -> Result<(), NodeError> {
        self.write(INTAKE_FILE, &canonical::to_bytes(known))
    }

    /// What the intake knew.
    pub(crate) fn intake<T: Canonical>(&self) -> Option<T> {
        canonical::from_bytes(&fs::read(self.folder.join(INTAKE_FILE)).ok()?).ok()
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), NodeError> {
        fs::create_dir_all(&self.folder).map_err(|error| NodeError::io(&self.folder, "make the folder", &error))?;
        store::replace(&self.folder.join(name), bytes)
    }

    /// The engine's files, the newest first: their names begin with the input's index in twenty digits.
    fn engine_files(&self) -> Vec<PathBuf> {
        let Ok(items) = fs::read_dir(&self.folder) else { return Vec::new() };
        let mut files: Vec<PathBuf> = items.flatten().map(|item| item.path()).collect();
        files.retain(|path| path.extension().is_some_and(|extension| extension == ENGINE_SUFFIX));
        files.sort();
        files.reverse();
        files
    }
}
