//! The sign guard: the last checkpoint that was signed, in a second store outside of the journal's own.
//!
//! A disk that was restored from a copy does not know what was signed after the copy was made. If it went on, it would sign
//! another history of the same length: a fork, and nobody could tell which of the two is the journal. So before a
//! checkpoint is shown to anybody it replaces the one before it here, by *compare and swap*: who does not hold the last one
//! may not write the next (after Sunlight's lock backend). Of two machines with copies of one store only the first goes on.
//!
//! ```text
//! GUARD/<SHA-256 of the origin, hexadecimal>.checkpoint    the last signed checkpoint
//! GUARD/<SHA-256 of the origin, hexadecimal>.lock          held while it is compared and swapped
//! ```
//! It must lie where a copy or a restored disk of the store does not bring it back: another disk, or for several machines a
//! shared folder whose locks hold among them.
use crate::disk::{self, Storage};
use crate::error::NodeError;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use truceline_model::hash::Hash;

/// The guard of one journal.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    storage: Arc<dyn Storage>,
    folder: PathBuf,
    name: String,
}

impl Guard {
    /// The guard of the journal `origin` in this folder.
    pub(crate) fn new(storage: Arc<dyn Storage>, folder: &Path, origin: &str) -> Self {
        Self { storage, folder: folder.to_owned(), name: Hash::of(origin.as_bytes()).to_string() }
    }

    /// Where it stands.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join(format!("{}.checkpoint", self.name))
    }

    /// The last signed checkpoint, a signed note; none if there is none.
    pub(crate) fn last(&self) -> Result<Option<String>, NodeError> {
        let path = self.path();
        let bytes =
            disk::read(&*self.storage, &path).map_err(|error| NodeError::io(&path, "read the sign guard", &error))?;
        let text = bytes.map(String::from_utf8).transpose();
        text.map_err(|_| NodeError::other(format!("{}: the sign guard is no text", path.display())))
    }

    /// Puts `new` in the place of `expected`. Durable when it returns.
    ///
    /// # Errors
    /// If another one stands there: somebody else signed for this journal meanwhile. Or if storage fails.
    pub(crate) fn swap(&self, expected: Option<&str>, new: &str) -> Result<(), NodeError> {
        let path = self.path();
        let io = |what: &str, error: std::io::Error| NodeError::io(&path, what, &error);
        self.storage.create_folder(&self.folder).map_err(|error| io("make the sign guard's folder", error))?;
        let lock = self.folder.join(format!("{}.lock", self.name));
        let _held = self.storage.lock(&lock).map_err(|error| io("lock the sign guard", error))?;
        if self.last()?.as_deref() != expected {
            return Err(NodeError::other(format!(
                "{}: another checkpoint was signed for this journal meanwhile: a copy of this store is in use. Nothing more is \
                 signed here; end the other one, or go on with it and leave this one",
                path.display()
            )));
        }
        disk::replace(&*self.storage, &path, new.as_bytes()).map_err(|error| io("write the sign guard", error))
    }
}
