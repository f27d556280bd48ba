//! The state of a witness: that it cosigns the journal's checkpoints, or why it does not, as the node saw it.
use crate::time::Time;
use crate::{canonical_map, canonical_names, journal_entry};

/// The longest reason, in bytes: a sentence with what a witness said, of which 200 characters are kept.
pub const MAX_REASON_BYTES: usize = 1_024;

/// What a witness does with the checkpoints that it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WitnessAnswer {
    /// It cosigns them.
    Cosigned,
    /// It answers with a status that is no success.
    Refused,
    /// It did not answer in time.
    TimedOut,
    /// It cannot be reached.
    Unreachable,
    /// It cosigned another size than the journal has, so that no checkpoint leads on from there.
    Stale,
    /// It answers without a signature that holds.
    Unsigned,
}

canonical_names!(WitnessAnswer {
    "cosigned" => Cosigned,
    "refused" => Refused,
    "timed_out" => TimedOut,
    "unreachable" => Unreachable,
    "stale" => Stale,
    "unsigned" => Unsigned,
});

/// A change of what a witness does. Nothing is derived from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessState {
    /// Its names in the journal's policy, which may name several keys of one witness.
    pub names: Vec<String>,
    /// Its keys, each as `name+id`.
    pub keys: Vec<String>,
    /// Where it was asked.
    pub address: String,
    /// When it changed, by the node's clock.
    pub at: Time,
    /// What it does from then on.
    pub answer: WitnessAnswer,
    /// The status of its refusal.
    pub status: Option<u16>,
    /// Why, in words; none where it cosigns.
    pub reason: Option<String>,
    /// How many entries the checkpoint covers that it was shown.
    pub size: u64,
    /// Earlier changes that were not registered, because they came too soon after one that was.
    pub folded: u64,
}

canonical_map!(WitnessState {
    "at" => at,
    "keys" => keys,
    "size" => size,
    "names" => names,
    "answer" => answer,
    "folded" => folded,
    "reason" => reason,
    "status" => status,
    "address" => address,
});
journal_entry!(WitnessState, "witness_state", 1);

impl WitnessState {
    /// What it does, in words: `refused with status 409`.
    #[must_use]
    pub fn words(&self) -> String {
        match (self.answer, self.status) {
            (WitnessAnswer::Cosigned, _) => "cosigned".to_owned(),
            (WitnessAnswer::Refused, Some(status)) => format!("refused with status {status}"),
            (WitnessAnswer::Refused, None) => "refused".to_owned(),
            (WitnessAnswer::TimedOut, _) => "did not answer in time".to_owned(),
            (WitnessAnswer::Unreachable, _) => "could not be reached".to_owned(),
            (WitnessAnswer::Stale, _) => "had cosigned another size".to_owned(),
            (WitnessAnswer::Unsigned, _) => "answered without a signature that holds".to_owned(),
        }
    }
}
