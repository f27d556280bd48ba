//! An epoch: one engine with one configuration, from its entry to its end.
use crate::canonical::DecodeError;
use crate::configuration::{Clock, Configuration, InfrasoundPriors};
use crate::detectors::Detectors;
use crate::entry::{self, Entry};
use crate::hash::Hash;
use crate::{canonical_map, journal_entry};

/// The beginning of an epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epoch {
    /// Hash of the sources of model, formats, science, accord, engine, of Cargo.lock, compiler and target.
    pub engine: Hash,
    /// The numbers it computes with.
    pub configuration: Configuration,
}

canonical_map!(Epoch { "engine" => engine, "configuration" => configuration });

/// Since version 2 the configuration knows detectors, since version 3 those of arrays, since version 4 associating,
/// since version 5 layers of the ground and celerities by phase, since version 6 sound that shakes the
/// ground, and slow ground near the surface, since version 7 rises of energy that detectors look for. What an earlier version can
/// hold keeps that version's bytes.
impl Entry for Epoch {
    const KIND: &'static str = "epoch";
    const VERSION: u64 = 7;

    fn version(&self) -> u64 {
        let Configuration { detectors, association, infrasound, .. } = &self.configuration;
        if detectors.as_ref().is_some_and(Detectors::looks_for_rises) {
            return 7;
        }
        if association
            .as_ref()
            .is_some_and(|association| association.coupled.is_some() || association.ground_delay.is_some())
        {
            return 6;
        }
        let layered = association.as_ref().is_some_and(|association| association.layers.is_some());
        if layered || infrasound.phases.is_some() {
            return 5;
        }
        match (association, detectors.as_ref().and_then(|detectors| detectors.arrays.as_ref())) {
            (Some(_), _) => 4,
            (None, Some(_)) => 3,
            (None, None) => 2,
        }
    }
}

impl Epoch {
    /// Reads an epoch's entry of any version.
    ///
    /// # Errors
    /// If the bytes are no epoch's.
    pub fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        match entry::open(bytes)? {
            (Self::KIND, EpochV1::VERSION, _) => entry::from_bytes::<EpochV1>(bytes).map(Self::from),
            _ => entry::from_bytes(bytes),
        }
    }
}

/// The first version: its configuration knew no detectors.
#[derive(Debug, Clone, PartialEq, Eq)]
struct EpochV1 {
    engine: Hash,
    configuration: ConfigurationV1,
}

canonical_map!(EpochV1 { "engine" => engine, "configuration" => configuration });
journal_entry!(EpochV1, "epoch", 1);

#[derive(Debug, Clone, PartialEq, Eq)]
struct ConfigurationV1 {
    clock: Clock,
    infrasound: InfrasoundPriors,
    group_window_s: u32,
    case_age_max_s: u32,
    snapshot_every_inputs: u32,
}

canonical_map!(ConfigurationV1 {
    "clock" => clock,
    "infrasound" => infrasound,
    "case_age_max_s" => case_age_max_s,
    "group_window_s" => group_window_s,
    "snapshot_every_inputs" => snapshot_every_inputs,
});

impl From<EpochV1> for Epoch {
    fn from(old: EpochV1) -> Self {
        let ConfigurationV1 { clock, infrasound, group_window_s, case_age_max_s, snapshot_every_inputs } =
            old.configuration;
        Self {
            engine: old.engine,
            configuration: Configuration {
                clock,
                infrasound,
                group_window_s,
                case_age_max_s,
                snapshot_every_inputs,
                detectors: None,
                association: None,
            },
        }
    }
}

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
