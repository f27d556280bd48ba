//! Erasing the bytes of a payload: what is asked, and what became of it.
use crate::write_side::EraseAnswer;
use serde::{Deserialize, Serialize};
use truceline_accord::enclave_only;
use truceline_model::hash::Hash;
use utoipa::ToSchema;

/// Which payload shall be erased, and why.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// Its SHA-256, hexadecimal.
    pub payload: String,
    /// Why, in a sentence or two.
    pub reason: String,
}

impl Ask {
    /// The payload that is meant.
    ///
    /// # Errors
    /// Says what was found and expected.
    pub fn payload(&self) -> Result<Hash, String> {
        let expected = || format!("{:?} is no payload: expected the 64 hexadecimal digits of a SHA-256", self.payload);
        Hash::from_hex(&self.payload).ok_or_else(expected)
    }
}

/// What became of an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Erased {
    /// Where its entry stands in the journal.
    pub journal_index: u64,
    /// It had been registered before.
    pub already: bool,
    /// In how many packs the bytes stood.
    pub packs: u64,
}

impl From<EraseAnswer> for Erased {
    fn from(answer: EraseAnswer) -> Self {
        Self { journal_index: answer.entry, already: answer.already, packs: answer.packs }
    }
}

enclave_only!(Erased);
