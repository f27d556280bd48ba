//! A tick: the only clock that the engine sees.
use crate::time::Time;
use crate::{canonical_map, journal_entry};

/// A statement of the clock. `now` never goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// The time of the running clock; for a recording, the recording's own.
    pub now: Time,
    /// Up to when each source has delivered, by name, ascending.
    pub reported_up_to: Vec<(String, Time)>,
}

canonical_map!(Tick { "now" => now, "reported_up_to" => reported_up_to });
journal_entry!(Tick, "tick", 1);
