//! An epoch: one engine with one configuration, from its entry to its end.
use crate::configuration::Configuration;
use crate::hash::Hash;
use crate::{canonical_map, journal_entry};

/// The beginning of an epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epoch {
    /// Hash of the sources of model, formats, science, accord and engine, of Cargo.lock, compiler and target.
    pub engine: Hash,
    /// The numbers it computes with.
    pub configuration: Configuration,
}

canonical_map!(Epoch { "engine" => engine, "configuration" => configuration });
journal_entry!(Epoch, "epoch", 1);

/// The end of an epoch: all that its inputs were owed stands. Whoever begins the next epoch writes it, if that is so;
/// after a crash it is not, and the next epoch derives first what this one still owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochEnd {
    /// The epoch's entry, by SHA-256.
    pub epoch: Hash,
    /// The journal's last input, by its index; none where it holds none yet.
    pub last_input: Option<u64>,
}

canonical_map!(EpochEnd { "epoch" => epoch, "last_input" => last_input });
journal_entry!(EpochEnd, "epoch_end", 1);
