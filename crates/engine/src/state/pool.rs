//! Measurements that wait until the window of their event is closed.
use truceline_model::canonical_map;
use truceline_model::canonical_map_options;
use truceline_model::canonical_names;
use truceline_model::hash::Hash;
use truceline_model::measurement::{Phase, SensorKind};
use truceline_model::place::Place;
use truceline_model::time::Time;

/// The most measurements that wait: ten an hour from each of [`MAX_CHANNELS`](super::MAX_CHANNELS). Each takes some 250
/// bytes, so they take 5 MB.
pub const MAX_POOL: usize = 20_000;

/// Measurements that wait, of whatever kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pool {
    /// They in the order in which they came.
    pub waiting: Vec<Pooled>,
    /// What is earlier comes too late: the events of that time are final.
    pub closed_until: Option<Time>,
    /// The earliest measurement that came since it was last looked for events.
    pub fresh_from: Option<Time>,
    /// It is not looked for events again before the clock stands here.
    pub look_after: Option<Time>,
}

canonical_map!(Pool {
    "waiting" => waiting,
    "fresh_from" => fresh_from,
    "look_after" => look_after,
    "closed_until" => closed_until,
});

/// What a measurement was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A source's own claim.
    Report,
    /// A detection of our own.
    Detection,
    /// A bearing of our own.
    Bearing,
    /// What somebody observed.
    Observation,
}

canonical_names!(Origin {
    "report" => Report,
    "detection" => Detection,
    "bearing" => Bearing,
    "observation" => Observation,
});

/// What an observation says of where: a distance interval along its direction, or a place by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    /// Least and greatest distance, m.
    pub range_m: Option<(u32, u32)>,
    /// A place, and the standard deviation of each horizontal component, m.
    pub fix: Option<(Place, u32)>,
}

canonical_map!(Said { "fix" => fix, "range_m" => range_m });

/// A measurement that waits: what associating and locating need of it, in integers of a stated unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pooled {
    /// What it was made from.
    pub origin: Origin,
    /// By what it is cited: of a report SHA-256 of the entry, of what was derived SHA-256 of the content.
    pub hash: Hash,
    /// The input that brought it, and its place among what that input brought: the last tie is broken by it.
    pub order: (u64, u32),
    /// Who could make it lie.
    pub owner: String,
    /// The kind of sensor.
    pub kind: SensorKind,
    /// Where the sensor stands.
    pub place: Place,
    /// Its height above the sea, cm.
    pub elevation_cm: i32,
    /// When it arrived.
    pub time: Time,
    /// Standard deviation of the time, 1e-6 s, where stated.
    pub time_sigma_us: Option<u64>,
    /// Which wave it is; none where only the event that explains it says so.
    pub phase: Option<Phase>,
    /// Back-azimuth, 1e-3 degree.
    pub azimuth_mdeg: Option<u32>,
    /// Its standard deviation, 1e-3 degree.
    pub azimuth_sigma_mdeg: Option<u32>,
    /// The beam's F statistic, 1e-3; of reports, whose uncertainty hangs on it.
    pub f_statistic_milli: Option<u32>,
    /// Horizontal slowness, 1e-6 s/km.
    pub slowness_us_km: Option<u32>,
    /// Of an observation, what it says of where.
    pub said: Option<Said>,
    /// Of a detection whose samples did not end before it, how long its trigger was on, 1e-6 s.
    pub lasted_us: Option<u64>,
}

canonical_map_options!(Pooled {
    "hash" must hash,
    "kind" must kind,
    "said" may said,
    "time" must time,
    "order" must order,
    "owner" must owner,
    "phase" must phase,
    "place" must place,
    "origin" must origin,
    "lasted_us" may lasted_us,
    "azimuth_mdeg" must azimuth_mdeg,
    "elevation_cm" must elevation_cm,
    "time_sigma_us" must time_sigma_us,
    "slowness_us_km" must slowness_us_km,
    "f_statistic_milli" must f_statistic_milli,
    "azimuth_sigma_mdeg" must azimuth_sigma_mdeg,
});

impl Pooled {
    /// Where and what the sensor is: two of one kind at one place are one.
    #[must_use]
    pub fn stand(&self) -> (SensorKind, Place, i32) {
        (self.kind, self.place, self.elevation_cm)
    }

    /// An order by content, then by the input that brought it; no name, owner or hash is in it.
    #[must_use]
    pub fn content_order(&self) -> impl Ord + use<> {
        let towards = (self.azimuth_mdeg, self.azimuth_sigma_mdeg, self.slowness_us_km);
        let said = (self.time_sigma_us, towards, self.f_statistic_milli, self.said);
        (self.time, self.stand(), self.phase, said, self.order)
    }
}
