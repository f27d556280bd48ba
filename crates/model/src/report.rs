//! A source's own claim, with its uncertainty.
use crate::place::Place;
use crate::time::Time;
use crate::{canonical_map, journal_entry};

/// The longest name of a source, an owner or a group, in bytes: they are labels, printed in rows.
pub const MAX_NAME_BYTES: usize = 120;

/// What makes a delivery unique: duplicates fall by these three, never by content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceRef {
    /// The source's name.
    pub source: String,
    /// Which run of the source: a restart, or for a file the first 8 bytes of its SHA-256.
    pub boot: u64,
    /// The running number within the run.
    pub sequence: u64,
}

canonical_map!(SourceRef { "boot" => boot, "source" => source, "sequence" => sequence });

/// What one infrasound array says it detected: an arrival and the direction it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Who delivered it, and its number.
    pub source: SourceRef,
    /// Who could make this source lie: the unit of independence.
    pub owner: String,
    /// Where the array stands.
    pub place: Place,
    /// When the signal was strongest at the array.
    pub arrival: Time,
    /// Back-azimuth in 1e-3 degree clockwise from north, 0 to 359,999: from the array towards the source.
    pub azimuth_mdeg: u32,
    /// The F statistic of the beam, in 1e-3.
    pub f_statistic_milli: u32,
    /// How many elements the array has, from 3.
    pub elements: u8,
    /// Trace velocity in mm/s, where stated.
    pub trace_velocity_mm_s: Option<u32>,
    /// The source's own grouping: detections of one event carry one label. May be empty.
    pub event_label: String,
    /// Where the figures come from, in words.
    pub provenance: String,
}

canonical_map!(Report {
    "owner" => owner,
    "place" => place,
    "source" => source,
    "arrival" => arrival,
    "elements" => elements,
    "provenance" => provenance,
    "event_label" => event_label,
    "azimuth_mdeg" => azimuth_mdeg,
    "f_statistic_milli" => f_statistic_milli,
    "trace_velocity_mm_s" => trace_velocity_mm_s,
});
journal_entry!(Report, "report", 1);

impl Report {
    /// Back-azimuth in degrees.
    #[must_use]
    pub fn azimuth_deg(&self) -> f64 {
        f64::from(self.azimuth_mdeg) / 1e3
    }

    /// An order by content alone. Of several detections of one array in one event the first in this order counts,
    /// so that the order in which they came cannot show.
    #[must_use]
    pub fn content_order(&self) -> impl Ord + '_ {
        (self.arrival, self.azimuth_mdeg, self.f_statistic_milli, self.elements, &self.source)
    }

    /// The F statistic.
    #[must_use]
    pub fn f_statistic(&self) -> f64 {
        f64::from(self.f_statistic_milli) / 1e3
    }
}
