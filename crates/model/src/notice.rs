//! A notice: what a party says it will do, where and when, before it does it.
use crate::place::Place;
use crate::report::SourceRef;
use crate::time::{Interval, Time};
use crate::{canonical_map, canonical_names, journal_entry};

/// What is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// Blasting or the destruction of explosives.
    Demolition,
    /// Clearing of mines.
    Demining,
    /// A training exercise.
    Exercise,
}

canonical_names!(Activity { "demolition" => Demolition, "demining" => Demining, "exercise" => Exercise });

/// A notified activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Who delivered it, and its number.
    pub source: SourceRef,
    /// Which party filed it, by its name in the agreement.
    pub party: String,
    /// What is announced.
    pub activity: Activity,
    /// The middle of the announced area.
    pub place: Place,
    /// The radius of the announced area, in metres.
    pub radius_m: u32,
    /// When it is to happen.
    pub window: Interval,
    /// When the notice says it was filed. When it was registered stands in the journal.
    pub filed_at: Time,
    /// The notice's own words.
    pub text: String,
}

canonical_map!(Notice {
    "text" => text,
    "party" => party,
    "place" => place,
    "source" => source,
    "window" => window,
    "activity" => activity,
    "filed_at" => filed_at,
    "radius_m" => radius_m,
});
journal_entry!(Notice, "notice", 1);
