//! What speaks for it that an owner's data are false, kept from block to block.
use super::Map;
use truceline_model::canonical_map;
use truceline_model::measurement::SensorKind;
use truceline_model::place::Place;
use truceline_model::time::Time;
use truceline_science::testimony::{Against, Ear, Way};

/// The most owners of whom something is kept, the first ones: an agreement's two parties and some dozen missions and institutes are
/// far fewer. Each takes some 2 kB.
pub const MAX_OWNERS: usize = 64;

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Testimony {
    /// How well sensors hear, by what and where they are: at most as many as there are sites, 100 bytes each.
    pub ears: Map<(SensorKind, Place, i32), Ear>,
    /// By owner.
    pub owners: Map<String, Told>,
}

canonical_map!(Testimony { "ears" => ears, "owners" => owners });

/// What an owner's sensors told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What speaks against it.
    pub against: Against,
    /// Since when it is counted: nothing stood against it then.
    pub from: Time,
    /// Of events that others bear out.
    pub others: Tally,
    /// Of events of its own arrivals.
    pub own: Tally,
    /// What was said of it last, and after how many events; none where nothing stands.
    pub said: Option<(Way, u32)>,
}

impl Told {
    /// Of an owner of whom nothing is known until then.
    #[must_use]
    pub fn new(from: Time) -> Self {
        let against = Against::default();
        Self { against, from, others: Tally::default(), own: Tally::default(), said: None }
    }
}

canonical_map!(Told { "own" => own, "from" => from, "said" => said, "others" => others, "against" => against });

/// Counts that go with what is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many events.
    pub events: u32,
    /// How many were expected to be registered, 1e-3 events.
    pub expected_milli: u32,
    /// How many were.
    pub registered: u32,
}

canonical_map!(Tally { "events" => events, "registered" => registered, "expected_milli" => expected_milli });
