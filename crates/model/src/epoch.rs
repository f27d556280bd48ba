//! An epoch: one engine with one configuration, from its entry on.
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
