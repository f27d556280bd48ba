//! The state of a live source: that its link stands, was lost, was taken up again or was ended, as the node saw it.
use crate::time::Time;
use crate::{canonical_map, canonical_names, journal_entry};

/// The longest reason, in bytes: a sentence with what a server said, of which 200 characters are kept.
pub const MAX_REASON_BYTES: usize = 1_024;

/// What a source's link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkState {
    /// It stands, and nothing was registered of this source before.
    Connected,
    /// It stands, and what was missed meanwhile is asked for.
    Resumed,
    /// It stood and does no more. It is tried again.
    Lost,
    /// It did not stand yet in this run. It is tried again.
    Unreachable,
    /// The node ended it, in order. A run that ends without it crashed, or could not register it any more.
    Stopped,
}

canonical_names!(LinkState {
    "connected" => Connected,
    "resumed" => Resumed,
    "lost" => Lost,
    "unreachable" => Unreachable,
    "stopped" => Stopped,
});

impl LinkState {
    /// Whether what the source has can come.
    #[must_use]
    pub fn stands(self) -> bool {
        matches!(self, Self::Connected | Self::Resumed)
    }
}

/// A change of a source's link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SensorState {
    /// The source's name, as its records have it.
    pub source: String,
    /// Which run of the client, as its records have it.
    pub boot: u64,
    /// Who could make it lie.
    pub owner: String,
    /// When it changed, by the node's clock.
    pub at: Time,
    /// What the link is from then on.
    pub state: LinkState,
    /// Why, in words; none where all is well.
    pub reason: Option<String>,
    /// From when on data are asked for again; for `resumed` alone.
    pub resumed_from: Option<Time>,
    /// Earlier changes that were not registered, because they came too soon after one that was.
    pub folded: u64,
}

canonical_map!(SensorState {
    "at" => at,
    "boot" => boot,
    "owner" => owner,
    "state" => state,
    "folded" => folded,
    "reason" => reason,
    "source" => source,
    "resumed_from" => resumed_from,
});
journal_entry!(SensorState, "sensor_state", 1);
