//! All that the engine remembers. Bounded; encoded exactly, so that two states are the same if their bytes are.
mod array;
mod channel;
mod pool;
mod reporter;
mod speeds;
mod testimony;

pub use array::{Array, Delivery, Element, Memory, Waiting};
pub use channel::{Channel, Detector, MAX_RECORDED};
pub use pool::{MAX_POOL, Origin, Pool, Pooled, Said};
pub use reporter::{Reporter, Unjudged};
pub(crate) use speeds::keep;
pub use speeds::{MAX_NETWORKS, Speeds, SpeedsByNetwork};
pub use testimony::{MAX_OWNERS, Tally, Testimony, Told};

use std::collections::BTreeMap;
use truceline_evidence::admit::Admission;
use truceline_model::canonical::{self, Canonical, DecodeError, Decoder, Encoder};
use truceline_model::canonical_map;
use truceline_model::case::CaseId;
use truceline_model::event::Event;
use truceline_model::finding::Finding;
use truceline_model::hash::Hash;
use truceline_model::inventory::SensorSite;
use truceline_model::notice::Notice;
use truceline_model::report::Report;
use truceline_model::sensor_state::SensorState;
use truceline_model::time::Time;

/// The most groups that wait for their window to close. A burst of 10,000 detections an hour makes fewer.
pub const MAX_OPEN_GROUPS: usize = 4_096;

/// The most detections of one group; more arrays than this never hear one event.
pub const MAX_GROUP_REPORTS: usize = 64;

/// The most open cases. A posterior takes some 50 kB, so this bounds the state at about 50 MB.
pub const MAX_OPEN_CASES: usize = 1_000;

/// The most notices that can still fit an open case.
pub const MAX_NOTICES: usize = 10_000;

/// The most versions of agreements that are held.
pub const MAX_AGREEMENTS: usize = 64;

/// The most sensors whose sites are held, four times the channels that are watched: cameras, posts and sources too. Each
/// takes at most 460 bytes, so they take 4 MB.
pub const MAX_SITES: usize = 8_000;

/// The most channels that are watched. Each remembers about 5 kB at 100 Hz beside a day's chunks of its samples, 131 kB at most, by
/// which copies are known: so they take 10 MB and 260 MB.
pub const MAX_CHANNELS: usize = 2_000;

/// The most samples that all channels' windows hold together: 32 M are 256 MB, all channels at 100 Hz or 800 microphones of
/// 48 kHz. So no rate that a record claims can fill the memory.
pub const MAX_WINDOW_SAMPLES: u64 = 32 << 20;

/// The most erased payloads that are remembered, the newest: intake refuses their bytes for ever, and a record that was on
/// its way while one was erased comes within some thousand entries.
pub const MAX_ERASED: usize = 1_024;

/// The most sources whose link is remembered: as many as a file of live sources names.
pub const MAX_LINKS: usize = 1_000;

/// The most arrays that are watched: one each five kilometres of a line of 500 km.
pub const MAX_ARRAYS: usize = 100;

/// The most samples that the detectors of all arrays hold together, of all elements, and again the most that wait for those
/// of other elements: 32 M are 256 MB, in windows 1,300 infrasound or 700 seismic elements at 100 Hz or 50 microphones of
/// 48 kHz, waiting a day of four elements at 100 Hz in files of a day.
pub const MAX_ARRAY_SAMPLES: u64 = 32 << 20;

/// The engine's state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    /// The newest tick.
    pub now: Option<Time>,
    /// Detections by the source's own grouping, while their window is open.
    pub groups: Map<String, Group>,
    /// Groups whose window is closed, while a straggler could still name them.
    pub closed: Map<String, ClosedGroup>,
    /// Measurements that no source grouped, while their window is open.
    pub pool: Pool,
    /// Reports that wait to be compared with what instruments located.
    pub unjudged: Vec<Unjudged>,
    /// How many reports of each owner instruments bore out.
    pub reporters: Map<String, Reporter>,
    /// Cases that notices and agreements still revise.
    pub cases: Map<CaseId, Case>,
    /// Keys, and stations with their rows of frames.
    pub admission: Admission,
    /// Of each station the newest admitted frame with its owner, if it delivered a payload: its record comes next.
    pub sealed: Map<String, Sealed>,
    /// The newest change of each live source's link.
    pub links: Map<String, SensorState>,
    /// Payloads that were erased, by SHA-256, in their order.
    pub erased: Vec<Hash>,
    /// Channels whose records are watched.
    pub channels: Map<String, Channel>,
    /// Arrays of the inventory whose elements make one.
    pub arrays: Map<String, Array>,
    /// The newest site of each sensor, by its id.
    pub sites: Map<String, SensorSite>,
    /// How fast waves ran, as the events of each network's newest block told.
    pub speeds: SpeedsByNetwork,
    /// What speaks against owners, from the events that are final.
    pub testimony: Testimony,
    /// Notices in the order they were registered.
    pub notices: Vec<(Hash, Notice)>,
    /// Agreements in the order they were registered: hash of the entry, text of the file.
    pub agreements: Vec<(Hash, String)>,
    /// The number of the newest case, of whichever engine.
    pub last_case: u32,
}

canonical_map!(State {
    "now" => now,
    "pool" => pool,
    "cases" => cases,
    "links" => links,
    "sites" => sites,
    "arrays" => arrays,
    "closed" => closed,
    "erased" => erased,
    "groups" => groups,
    "sealed" => sealed,
    "speeds" => speeds,
    "notices" => notices,
    "channels" => channels,
    "unjudged" => unjudged,
    "admission" => admission,
    "last_case" => last_case,
    "reporters" => reporters,
    "testimony" => testimony,
    "agreements" => agreements,
});

impl State {
    /// SHA-256 of the state's canonical bytes.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(&canonical::to_bytes(self))
    }
}

/// An admitted frame whose record is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// SHA-256 of the frame's body.
    pub frame: Hash,
    /// SHA-256 of the payload that it commits to.
    pub payload: Hash,
    /// The station's owner, by the key register.
    pub owner: String,
}

canonical_map!(Sealed { "frame" => frame, "owner" => owner, "payload" => payload });

/// Detections that the source says belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The detections with their entries' hashes, one for each place.
    pub reports: Vec<(Hash, Report)>,
    /// The earliest arrival: the window counts from here.
    pub first_arrival: Time,
    /// The case, once an event was derived.
    pub case: Option<CaseId>,
}

canonical_map!(Group { "case" => case, "reports" => reports, "first_arrival" => first_arrival });

/// A group whose window is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedGroup {
    /// Its earliest arrival.
    pub first_arrival: Time,
    /// Its case, if it made one.
    pub case: Option<CaseId>,
}

canonical_map!(ClosedGroup { "case" => case, "first_arrival" => first_arrival });

/// A case: the newest revision of its event and of its finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The newest event.
    pub event: Event,
    /// The newest event's output id.
    pub event_id: Hash,
    /// Whether the event is the very one that stands under this id. At the beginning of an epoch it may have come out
    /// otherwise; before anything is said of it, it is then appended as a revision of its own.
    pub as_stands: bool,
    /// The newest finding.
    pub finding: Option<Finding>,
    /// What can still change the event.
    pub window: Window,
}

/// Which window of a case's event is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Window {
    /// None: the event is final.
    Closed,
    /// That of the group of this label.
    Group(String),
    /// That of associated measurements.
    Pool,
}

/// Null, a group's label, or false.
impl Canonical for Window {
    fn encode(&self, encoder: &mut Encoder) {
        match self {
            Self::Closed => encoder.null(),
            Self::Group(label) => label.encode(encoder),
            Self::Pool => encoder.boolean(false),
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        if decoder.null() {
            return Ok(Self::Closed);
        }
        let at = decoder.offset();
        if let Ok(is_group) = decoder.boolean() {
            let expected = "null, a label or false";
            return if is_group { Err(DecodeError::new(at, expected)) } else { Ok(Self::Pool) };
        }
        String::decode(decoder).map(Self::Group)
    }
}

canonical_map!(Case {
    "event" => event,
    "window" => window,
    "finding" => finding,
    "event_id" => event_id,
    "as_stands" => as_stands,
});

/// An ordered map; its canonical form is an array of pairs in ascending order of the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map<K: Ord, V>(pub BTreeMap<K, V>);

impl<K: Ord, V> Default for Map<K, V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Ord + Canonical, V: Canonical> Canonical for Map<K, V> {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(self.0.len());
        for (key, value) in &self.0 {
            encoder.array(2);
            key.encode(encoder);
            value.encode(encoder);
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let count = decoder.array()?;
        let mut map = BTreeMap::new();
        for _ in 0..count {
            let at = decoder.offset();
            let (key, value) = Canonical::decode(decoder)?;
            if map.last_key_value().is_some_and(|(last, _)| *last >= key) {
                return Err(DecodeError::new(at, "keys in ascending order"));
            }
            map.insert(key, value);
        }
        Ok(Self(map))
    }
}
