//! What was found in sensors' records, and what kept them from being seen: lists, the newest first, in pages.
use super::common::{Interval, LonLat};
use serde::Serialize;
use truceline_accord::enclave_only;
use truceline_model::derived::Derived;
use truceline_model::{bearing, detection, impediment, inventory};
use utoipa::ToSchema;

/// Detections, the newest in the journal first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Detections {
    /// At most as many as were asked for.
    pub detections: Vec<Detection>,
    /// Ask with `before` set to this for the next page; null if this is the last.
    pub next: Option<u64>,
}

/// An arrival in a channel's records.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Detection {
    /// The journal's entry.
    pub entry: u64,
    /// The channel, an FDSN source identifier where it has one.
    pub channel: String,
    /// `seismic`, `infrasound` or `acoustic`.
    pub class: String,
    /// Who could make the source lie.
    pub owner: String,
    /// RFC 3339 in UTC.
    pub onset: String,
    /// Standard deviation of the onset, s.
    pub onset_sigma_s: f64,
    /// How long the detector was on, s.
    pub duration_s: f64,
    /// The largest value in the band, in the samples' unit.
    pub amplitude: f64,
    /// Signal to noise.
    pub snr: f64,
    /// `shock`, `blast` or `unknown`.
    pub kind: String,
    /// By what the onset was found: `aic`, `baer` or `trigger`.
    pub onset_by: String,
    /// The record called its clock questionable.
    pub clock_questionable: bool,
    /// The samples ended before the arrival was whole.
    pub cut_short: bool,
    /// The payloads of its waveform, SHA-256 in hexadecimal.
    pub waveform: Vec<String>,
}

/// Bearings, the newest in the journal first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Bearings {
    /// At most as many as were asked for.
    pub bearings: Vec<Bearing>,
    /// Ask with `before` set to this for the next page; null if this is the last.
    pub next: Option<u64>,
}

/// A wave that passed an array. An array alone has a direction and no place.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Bearing {
    /// The journal's entry.
    pub entry: u64,
    /// The array, as the inventory names it.
    pub array: String,
    /// `seismic`, `infrasound` or `acoustic`.
    pub class: String,
    /// The mean of its elements' places.
    pub place: LonLat,
    /// Who could make it lie.
    pub owners: Vec<String>,
    /// RFC 3339 in UTC.
    pub onset: String,
    /// Standard deviation of the onset, s.
    pub onset_sigma_s: f64,
    /// Whether the onset was picked in the beam.
    pub onset_picked: bool,
    /// From its first window to its last one.
    pub span: Interval,
    /// The middle of the strongest window, RFC 3339 in UTC.
    pub peak: String,
    /// From where it came; null where that cannot be resolved.
    pub direction: Option<Direction>,
    /// Why it cannot: `incoherent`, `inconsistent`, `too-near`, `too-slow`, `overhead` or `undirected`.
    pub not_resolvable: Option<String>,
    /// The largest F statistic.
    pub f_statistic: f64,
    /// How much more coherent than independent the noise was.
    pub stretch: f64,
    /// How many windows make it.
    pub windows: u32,
    /// The channels of the elements used.
    pub elements: Vec<String>,
    /// Channels that gave nothing.
    pub without: Vec<String>,
    /// The channel that contradicts the others, and was left out.
    pub wrong_element: Option<String>,
    /// Channels whose clock was called questionable.
    pub clock_questionable: Vec<String>,
    /// The beam's largest value in the band, in the samples' unit.
    pub amplitude: f64,
    /// Signal to noise of the beam.
    pub snr: f64,
    /// It goes on the one before, which became too long.
    pub continued: bool,
    /// The samples ended before it did.
    pub cut_short: bool,
    /// The payloads of its waveform, SHA-256 in hexadecimal.
    pub waveform: Vec<String>,
}

/// A direction, with its uncertainties.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Direction {
    /// Back-azimuth, from the array towards the source, degrees clockwise from north.
    pub azimuth_deg: f64,
    /// Everything that makes the azimuth of the source uncertain, one sigma, degrees.
    pub azimuth_sigma_deg: f64,
    /// What the way between source and array has in it, one sigma, degrees; as the configuration states it.
    pub propagation_sigma_deg: f64,
    /// Horizontal (trace) slowness, s/km.
    pub slowness_s_km: f64,
    /// Its standard deviation, s/km.
    pub slowness_sigma_s_km: f64,
    /// Angle above the horizon, degrees.
    pub elevation_deg: Option<f64>,
    /// Its standard deviation, degrees.
    pub elevation_sigma_deg: Option<f64>,
    /// Whether the wave front is curved: the source is near.
    pub near: bool,
}

/// Sensors and where they stand, by their ids.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Sensors {
    /// At most as many as were asked for.
    pub sensors: Vec<SensorSite>,
    /// Ask with `after` set to this for the next page; null if this is the last.
    pub next: Option<String>,
}

/// Where a sensor stands, as it was registered last.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SensorSite {
    /// The journal's entry.
    pub entry: u64,
    /// The channel, or the name of a source.
    pub id: String,
    /// Who could make it lie.
    pub owner: String,
    /// What it is: `seismometer`, `infrasound array` and so on.
    pub kind: String,
    /// Where it stands.
    pub place: LonLat,
    /// Its height above the sea, m.
    pub elevation_m: f64,
    /// The array that it is an element of.
    pub array: Option<String>,
}

/// Impediments, the newest in the journal first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Impediments {
    /// At most as many as were asked for.
    pub impediments: Vec<Impediment>,
    /// Ask with `before` set to this for the next page; null if this is the last.
    pub next: Option<u64>,
}

/// What kept a channel from being seen, or spoils what was seen. Fields that its kind does not name are null.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Impediment {
    /// The journal's entry.
    pub entry: u64,
    /// The channel; of an array as a whole the array's name.
    pub channel: String,
    /// The array whose detector says so; null where it is the channel's own.
    pub array: Option<String>,
    /// `gap`, `overlap`, `set-back`, `rate-change`, `rate-unusable`, `retimed`, `clock-questionable`, `clock-trusted`,
    /// `not-finite`, `flat`, `silent`, `missing`, `again`, `blind` or `more`.
    pub kind: String,
    /// RFC 3339 in UTC.
    pub from: String,
    /// RFC 3339 in UTC.
    pub to: Option<String>,
    /// The sample rate before, Hz.
    pub before_hz: Option<f64>,
    /// The sample rate after, Hz.
    pub after_hz: Option<f64>,
    /// By how much stamps are later than counted, s.
    pub by_s: Option<f64>,
    /// How many samples, or how many more impediments.
    pub samples: Option<u64>,
    /// Why, in words.
    pub reason: Option<String>,
}

impl Detection {
    pub(crate) fn new(entry: u64, derived: Derived<detection::Detection>) -> Self {
        let found = derived.content;
        Self {
            entry,
            channel: found.channel,
            class: found.class.name().to_owned(),
            owner: found.owner,
            onset: found.onset.to_string(),
            onset_sigma_s: found.onset_sigma_us as f64 / 1e6,
            duration_s: found.duration_us as f64 / 1e6,
            amplitude: found.amplitude_nano as f64 / 1e9,
            snr: found.snr_milli as f64 / 1e3,
            kind: found.kind.name().to_owned(),
            onset_by: found.onset_by.name().to_owned(),
            clock_questionable: found.clock_questionable,
            cut_short: found.cut_short,
            waveform: found.waveform.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Bearing {
    pub(crate) fn new(entry: u64, derived: Derived<bearing::Bearing>) -> Self {
        let found = derived.content;
        let (direction, not_resolvable) = match found.direction {
            bearing::Direction::Towards(towards) => (Some(Direction::new(&towards)), None),
            bearing::Direction::NotResolvable(reason) => (None, Some(reason.name().to_owned())),
        };
        Self {
            entry,
            array: found.array,
            class: found.class.name().to_owned(),
            place: LonLat([found.place.lon_deg(), found.place.lat_deg()]),
            owners: found.owners,
            onset: found.onset.to_string(),
            onset_sigma_s: found.onset_sigma_us as f64 / 1e6,
            onset_picked: found.onset_picked,
            span: Interval { from: found.span.from.to_string(), to: found.span.to.to_string() },
            peak: found.peak.to_string(),
            direction,
            not_resolvable,
            f_statistic: found.f_statistic_milli as f64 / 1e3,
            stretch: found.stretch_milli as f64 / 1e3,
            windows: found.windows,
            elements: found.elements,
            without: found.without,
            wrong_element: found.wrong_element,
            clock_questionable: found.clock_questionable,
            amplitude: found.amplitude_nano as f64 / 1e9,
            snr: found.snr_milli as f64 / 1e3,
            continued: found.continued,
            cut_short: found.cut_short,
            waveform: found.waveform.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Direction {
    fn new(towards: &bearing::Towards) -> Self {
        let deg = |mdeg: u32| f64::from(mdeg) / 1e3;
        let s_km = |us_km: u32| f64::from(us_km) / 1e6;
        Self {
            azimuth_deg: deg(towards.azimuth_mdeg),
            azimuth_sigma_deg: (towards.azimuth_sigma_deg() * 1e3).round() / 1e3,
            propagation_sigma_deg: deg(towards.propagation_sigma_mdeg),
            slowness_s_km: s_km(towards.slowness_us_km),
            slowness_sigma_s_km: s_km(towards.slowness_sigma_us_km),
            elevation_deg: towards.elevation.map(|elevation| f64::from(elevation.angle_mdeg) / 1e3),
            elevation_sigma_deg: towards.elevation.map(|elevation| deg(elevation.sigma_mdeg)),
            near: towards.near,
        }
    }
}

impl SensorSite {
    pub(crate) fn new(entry: u64, site: inventory::SensorSite) -> Self {
        Self {
            entry,
            id: site.id,
            owner: site.owner,
            kind: site.kind.name().to_owned(),
            place: LonLat([site.place.lon_deg(), site.place.lat_deg()]),
            elevation_m: f64::from(site.elevation_cm) / 100.0,
            array: site.array,
        }
    }
}

impl Impediment {
    pub(crate) fn new(entry: u64, derived: Derived<impediment::Impediment>) -> Self {
        let said = derived.content;
        let hz = |uhz: u64| uhz as f64 / 1e6;
        Self {
            entry,
            channel: said.channel,
            array: said.array,
            kind: said.kind.name().to_owned(),
            from: said.from.to_string(),
            to: said.to.map(|to| to.to_string()),
            before_hz: said.before_uhz.map(hz),
            after_hz: said.after_uhz.map(hz),
            by_s: said.by_ns.map(|ns| ns as f64 / 1e9),
            samples: said.samples,
            reason: said.reason,
        }
    }
}

enclave_only!(Detections, Bearings, Sensors, Impediments);
