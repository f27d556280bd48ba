//! The keys that sign a journal's checkpoints: Ed25519's, which signs manifests too, and beside it ML-DSA-44's.
use crate::error::NodeError;
use truceline_evidence::Error;
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::note::{SigningKey, VerifierKey};
use truceline_model::hash::Hash;

/// A journal's signing keys.
#[derive(Debug, Clone)]
pub(crate) struct Signing {
    pub(crate) ed25519: SigningKey,
    /// None in a store of the first form that was not opened for writing since.
    pub(crate) ml_dsa: Option<SigningKey>,
}

impl Signing {
    /// The key that people pin; its name is the journal's.
    pub(crate) fn verifier_key(&self) -> &VerifierKey {
        self.ed25519.verifier_key()
    }

    /// All of them, Ed25519's first.
    pub(crate) fn verifier_keys(&self) -> impl Iterator<Item = &VerifierKey> {
        std::iter::once(&self.ed25519).chain(&self.ml_dsa).map(SigningKey::verifier_key)
    }

    /// The signed note over a size.
    pub(crate) fn sign(&self, size: u64, root: Hash) -> Result<String, NodeError> {
        let origin = self.verifier_key().name().to_owned();
        let keys: Vec<SigningKey> = std::iter::once(&self.ed25519).chain(&self.ml_dsa).cloned().collect();
        let note = Checkpoint { origin, size, root }.sign_all(&keys);
        note.map_err(|error| NodeError::other(error.to_string()))
    }

    /// The checkpoint in a note of this journal. One of before there was a second key has one signature; where there are two,
    /// both must hold.
    pub(crate) fn open(&self, note: &str) -> Result<Checkpoint, Error> {
        let further: Vec<VerifierKey> = self.verifier_keys().skip(1).cloned().collect();
        Checkpoint::open_by(note, self.verifier_key(), &further)
    }
}
