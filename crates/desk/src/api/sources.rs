//! What became of the links of live sources: a list, the newest first, in pages.
use serde::Serialize;
use truceline_accord::enclave_only;
use truceline_model::sensor_state;
use utoipa::ToSchema;

/// Changes of live sources' links, the newest in the journal first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SensorStates {
    /// At most as many as were asked for.
    pub states: Vec<SensorState>,
    /// Ask with `before` set to this for the next page; null if this is the last.
    pub next: Option<u64>,
}

/// A change of a live source's link.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SensorState {
    /// The journal's entry.
    pub entry: u64,
    /// The source's name.
    pub source: String,
    /// Which run of its client.
    pub boot: u64,
    /// Who could make it lie.
    pub owner: String,
    /// When it changed, by the node's clock, RFC 3339 in UTC.
    pub at: String,
    /// `connected`, `resumed`, `lost`, `unreachable` or `stopped`.
    pub state: String,
    /// Why, in words; null where all is well.
    pub reason: Option<String>,
    /// From when on data are asked for again, RFC 3339 in UTC; for `resumed` alone.
    pub resumed_from: Option<String>,
    /// Earlier changes that were not registered, because they came too soon after one that was.
    pub folded: u64,
}

impl SensorState {
    pub(crate) fn new(entry: u64, state: sensor_state::SensorState) -> Self {
        Self {
            entry,
            source: state.source,
            boot: state.boot,
            owner: state.owner,
            at: state.at.to_string(),
            state: state.state.name().to_owned(),
            reason: state.reason,
            resumed_from: state.resumed_from.map(|from| from.to_string()),
            folded: state.folded,
        }
    }
}

enclave_only!(SensorStates);
