//! Cases: rows for the list, and one whole.
use super::attribution::Attribution;
use super::common::LonLat;
use super::kind::Kinds;
use serde::Serialize;
use truceline_accord::enclave_only;
use utoipa::ToSchema;

/// A page of the list of cases, in the order that was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Cases {
    /// The rows.
    pub cases: Vec<CaseRow>,
    /// How many cases there are in all.
    pub total: u64,
    /// The last row's case, where more follow it: ask with `after`.
    pub next: Option<String>,
}

/// One case in the list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CaseRow {
    /// The case's name, check letter included.
    pub case: String,
    /// The newest revision of its event.
    pub event: EventSummary,
    /// The newest revision of its finding.
    pub finding: FindingSummary,
    /// Why no later input revises it, such as that its arrivals were explained without it; null while it is open.
    pub closed: Option<String>,
}

/// An event in short.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EventSummary {
    /// The output id, hexadecimal.
    pub id: String,
    /// The source's own label of the group.
    pub label: String,
    /// `E1`, `E2` or `E3`.
    pub product: String,
    /// Counts from 1.
    pub revision: u32,
    /// What kind of event.
    pub class: String,
    /// Mean place.
    pub mean: LonLat,
    /// Mean origin time.
    pub origin_time: String,
    /// The 95 % interval of the origin time.
    #[schema(value_type = Vec<String>)]
    pub time_p95: [String; 2],
    /// Area of the 90 % region, km2.
    pub p90_area_km2: f64,
    /// How many arrivals it rests on.
    pub detections: usize,
    /// How many arrays or sensors registered them; several waves may come to one.
    pub sensors_count: usize,
    /// What those came from: `array` where all are arrays' own reports, else `sensor`.
    pub sensors: String,
    /// Probability that they have one origin, where they were associated and not grouped by their source.
    pub p_real: Option<f64>,
}

/// A finding in short.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FindingSummary {
    /// The output id, hexadecimal.
    pub id: String,
    /// Counts from 1.
    pub revision: u32,
    /// `possible-breach`, `undetermined`, `permitted-and-notified` or `recorded-only`.
    pub state: String,
    /// The prohibiting clause.
    pub clause: Option<String>,
    /// Probability inside the clause's zone and the time in force.
    pub p: Option<f64>,
    /// The probability in words.
    pub word: Option<String>,
    /// The finding as one statement.
    pub sentence: String,
    /// `S1` to `S4`; null where there is no verdict. It orders the queue and nothing else.
    pub severity: Option<String>,
    /// The severity in words.
    pub severity_words: Option<String>,
    /// Whether a quorum of the journal's witnesses cosigned a checkpoint that covers it. False: *unwitnessed*.
    pub witnessed: bool,
}

/// A case in full.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CaseDetail {
    /// What the list shows.
    #[serde(flatten)]
    pub row: CaseRow,
    /// 50, 90 and 95 % regions.
    pub regions: Vec<Region>,
    /// Middle of the densest cell.
    pub most_probable: LonLat,
    /// Spread of the place.
    pub covariance_km2: Covariance,
    /// The origin time.
    pub time: Time,
    /// What speaks for its kind; none where nothing was assessed.
    pub kinds: Option<Kinds>,
    /// What it rests on, in the order of arrivals.
    pub detections: Vec<Detection>,
    /// What it rests on besides: arrivals that were found in channels' records, in the order of their onsets.
    pub arrivals: Vec<Arrival>,
    /// What is left of it without each owner, those with the most arrivals first.
    pub without: Vec<WithoutOwner>,
    /// On which side it lay; none where no agreement with a line is in force by the word of all.
    pub attribution: Option<Attribution>,
    /// Which of this and of events on the other side came first, the nearest in time first.
    pub orders: Vec<Order>,
    /// The numbers it was computed with.
    pub priors: Vec<Prior>,
    /// Notices, the newest first.
    pub notices: Vec<Notice>,
    /// All revisions in the order of the journal.
    pub revisions: Vec<Revision>,
    /// What speaks against the verdict or limits it.
    pub against: Vec<String>,
    /// What could not be seen.
    pub not_seen: Vec<String>,
    /// What would change the verdict.
    pub would_change: Vec<String>,
    /// Where the dossier is.
    pub dossier: String,
}

/// A credible region.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Region {
    /// Percent.
    pub level: u8,
    /// Area on the ellipsoid, km2.
    pub area_km2: f64,
    /// GeoJSON multi-polygon coordinates.
    pub polygons: Vec<Vec<Vec<LonLat>>>,
}

/// Spread of the place, km2.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Covariance {
    /// Variance eastwards.
    pub east: f64,
    /// Variance northwards.
    pub north: f64,
    /// Covariance of both.
    pub east_north: f64,
}

/// The origin time.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Time {
    /// Mean.
    pub mean: String,
    /// 50, 90 and 95 % intervals.
    pub intervals: Vec<TimeInterval>,
}

/// A credible interval of the origin time.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TimeInterval {
    /// Percent.
    pub level: u8,
    /// RFC 3339 in UTC.
    pub from: String,
    /// RFC 3339 in UTC.
    pub to: String,
}

/// What is left of an event without one owner's arrivals.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WithoutOwner {
    /// Whose arrivals are left out.
    pub owner: String,
    /// How many of the arrivals those are.
    pub arrivals: u32,
    /// The most probable point of the others; none if they hold no place.
    pub most_probable: Option<LonLat>,
    /// Area of the others' 90 % region, km2.
    pub p90_area_km2: Option<f64>,
    /// How far the most probable point moves, km.
    pub moved_km: Option<f64>,
    /// Probability that the others have one origin, where they were associated and not grouped by their source.
    pub p_real: Option<f64>,
}

/// An arrival found in records of a channel or an array, as it was used.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Arrival {
    /// The channel, or the array.
    pub channel: String,
    /// Who could make it lie.
    pub owner: String,
    /// The onset, RFC 3339 in UTC.
    pub onset: String,
    /// Standard deviation of the onset, s.
    pub onset_sigma_s: f64,
    /// The wave it was taken for: `P`, `S`, `airwave`, `muzzle` or `shock`.
    pub phase: String,
    /// Back-azimuth of an array, degrees clockwise from north.
    pub azimuth_deg: Option<f64>,
    /// The standard deviation it was given, degrees.
    pub azimuth_sigma_deg: Option<f64>,
    /// Distance from the mean place, km.
    pub distance_km: f64,
    /// Its place in the journal.
    pub journal_index: u64,
    /// SHA-256 of its content, by which the event cites it, hexadecimal.
    pub content: String,
}

/// A detection as it was used.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Detection {
    /// The array.
    pub source: String,
    /// Who could make it lie.
    pub owner: String,
    /// Where it stands.
    pub place: LonLat,
    /// When the signal was strongest.
    pub arrival: String,
    /// Back-azimuth, degrees clockwise from north.
    pub azimuth_deg: f64,
    /// The standard deviation it was given, degrees.
    pub azimuth_sigma_deg: f64,
    /// F statistic of the beam.
    pub f_statistic: f64,
    /// Elements of the array.
    pub elements: u8,
    /// Trace velocity, m/s.
    pub trace_velocity_m_s: Option<f64>,
    /// Where the figures come from.
    pub provenance: String,
    /// Its place in the journal.
    pub journal_index: u64,
    /// Distance from the mean place, km.
    pub distance_km: f64,
    /// The geodesic along the back-azimuth, for drawing.
    pub bearing_ray: Vec<LonLat>,
    /// SHA-256 of its entry, hexadecimal.
    pub entry: String,
}

/// Which of this event and of one on the other side came first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Order {
    /// The other case.
    pub case: String,
    /// The party whose side is stated of this one.
    pub side: String,
    /// The party whose side is stated of the other one.
    pub other_side: String,
    /// `before` it, `after` it, or `undetermined`.
    pub order: String,
    /// Probability that this one came first.
    pub p_first: f64,
    /// Time from this one to the other by their means, s.
    pub apart_s: f64,
    /// All of it as one statement.
    pub sentence: String,
    /// Its place in the journal.
    pub journal_index: u64,
}

/// A number that moves the result, with its source.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Prior {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// Where it was taken from.
    pub source: String,
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Notice {
    /// SHA-256 of its entry, hexadecimal.
    pub entry: String,
    /// Who filed it.
    pub party: String,
    /// What is announced.
    pub activity: String,
    /// The middle of the announced area.
    pub place: LonLat,
    /// Its radius, km.
    pub radius_km: f64,
    /// RFC 3339 in UTC.
    pub from: String,
    /// RFC 3339 in UTC.
    pub to: String,
    /// When it says it was filed.
    pub filed_at: String,
    /// When it was registered: its place in the journal.
    pub journal_index: u64,
    /// Its own words.
    pub text: String,
    /// Probability inside its place and window, where it fits.
    pub mass: Option<f64>,
    /// Whether the finding names it.
    pub matched: bool,
}

/// A revision.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Revision {
    /// `event` or `finding`.
    pub kind: String,
    /// Counts from 1 within its kind.
    pub revision: u32,
    /// Its place in the journal.
    pub journal_index: u64,
    /// The product, for an event.
    pub product: Option<String>,
    /// How long after its last arrival it stood, for an event, s.
    pub after_s: Option<f64>,
    /// Within how long it was to, s.
    pub target_s: Option<u32>,
    /// Whether that was kept.
    pub target_kept: Option<bool>,
    /// All three as one statement.
    pub promptness: Option<String>,
    /// The state, for a finding.
    pub state: Option<String>,
    /// The output id, hexadecimal.
    pub id: String,
    /// What it says, in short.
    pub summary: String,
    /// Where a reassessment made it: why, and what it revises.
    pub reassessed: Option<RevisionReassessed>,
}

/// What a revision that a reassessment made cites.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RevisionReassessed {
    /// All of it as one statement.
    pub sentence: String,
    /// Why, in the words of who asked.
    pub reason: String,
    /// Who asked.
    pub asked_by: String,
    /// Where the reassessment stands in the journal.
    pub journal_index: u64,
    /// The epoch that derives this revision: SHA-256 of its entry, hexadecimal.
    pub epoch: String,
    /// The output id of the revision that it revises; none where late inputs alone made the case.
    pub earlier: Option<String>,
    /// The epoch that derived that one.
    pub earlier_epoch: Option<String>,
}

enclave_only!(Cases, CaseDetail);
