//! The state of the store.
use super::common::{Interval, LonLat};
use super::register::lines::Texts;
use serde::Serialize;
use truceline_accord::enclave_only;
use utoipa::ToSchema;

/// The state of the store.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Status {
    /// The journal.
    pub journal: Journal,
    /// The clock.
    pub clock: Clock,
    /// The newest agreement; null where none was loaded: recording only.
    pub agreement: Option<Agreement>,
    /// The engine.
    pub engine: Engine,
    /// How many entries there are.
    pub counts: Counts,
    /// How the products' target times were kept, E1 to E3.
    pub products: Vec<ProductKept>,
    /// The live sources.
    pub sources: Vec<Source>,
    /// The register of guarantees.
    pub register: RegisterState,
    /// Who is looking, in words.
    pub tier: String,
    /// Whether a demo is played here, of an invented world whose truth is known.
    pub demo: bool,
}

/// How the register of guarantees stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RegisterState {
    /// The number of the newest edition; null where none was published.
    pub edition: Option<u64>,
    /// The newest entry that the register, its keys or a consultation rest on: where it is another, there is something to ask anew.
    pub newest: Option<u64>,
    /// The state whose house this is; null where none was named.
    pub house: Option<House>,
}

/// The state whose house this is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct House {
    /// Its code.
    pub code: String,
    /// Its name; null where the newest edition does not have it.
    pub name: Option<Texts>,
}

/// How the target time of a product was kept.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ProductKept {
    /// `E1`, `E2` or `E3`.
    pub product: String,
    /// Within how long after its last arrival it is to stand, s.
    pub target_s: u32,
    /// How many revisions there are of which it is known how long they took.
    pub revisions: u64,
    /// How many of them kept it.
    pub kept: u64,
    /// The longest that one took, s.
    pub longest_s: f64,
}

/// The journal.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Journal {
    /// Its name.
    pub origin: String,
    /// How many entries are durable.
    pub size: u64,
    /// The root that the newest checkpoint signs, hexadecimal.
    pub root: String,
    /// The newest checkpoint, a signed note.
    pub checkpoint: Option<String>,
    /// The key that checks it.
    pub verifier_key: String,
    /// Whether anything can be registered.
    pub writable: bool,
    /// Why not.
    pub problem: Option<String>,
}

/// The clock.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Clock {
    /// `recorded`: the recording's own; `running`: this machine's.
    pub kind: String,
    /// The newest tick.
    pub now: Option<String>,
}

/// An agreement.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Agreement {
    /// Its short name.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The version of its text.
    pub version: String,
    /// SHA-256 of its entry, hexadecimal.
    pub hash: String,
    /// The status-neutral note.
    pub note: String,
    /// When it is in force.
    pub in_force: Vec<Interval>,
    /// Its zones.
    pub zones: Vec<Zone>,
    /// Its lines.
    pub lines: Vec<Line>,
    /// Its clauses.
    pub clauses: Vec<Clause>,
    /// Below this probability a finding is undetermined.
    pub p_min: f64,
}

/// A line, as drawn.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Line {
    /// Its short name.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// `contact-line`, `ceasefire-line`, `withdrawal-line`, `zone-boundary`, `administrative-boundary` or `maritime-line`.
    pub kind: String,
    /// `agreed`, `assessed` or `disputed`.
    pub status: String,
    /// The one party that drew it, if it is one party's alone.
    pub claimed_by: Option<String>,
    /// The party left of it, as one walks along its vertices.
    pub left: Option<String>,
    /// The party right of it.
    pub right: Option<String>,
    /// Its parts.
    pub parts: Vec<Vec<LonLat>>,
    /// Its standard deviation across itself at each vertex, m.
    pub sigma_m: Vec<Vec<f64>>,
    /// Its length as drawn, km.
    pub length_km: f64,
}

/// A zone.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Zone {
    /// Its short name.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is, such as `buffer-zone`, `protected-site`, `humanitarian-corridor`; `area` where the text names it without more.
    pub kind: String,
    /// GeoJSON polygon coordinates.
    pub rings: Vec<Vec<LonLat>>,
}

/// A clause.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Clause {
    /// Its number in the text.
    pub id: String,
    /// Its words.
    pub text: String,
}

/// The engine.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Engine {
    /// Its id, hexadecimal.
    pub id: String,
    /// Why nothing is derived.
    pub problem: Option<String>,
}

/// How many entries there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Counts {
    /// Reports.
    pub reports: u64,
    /// Refusals.
    pub refusals: u64,
    /// Notices.
    pub notices: u64,
    /// Cases.
    pub cases: u64,
    /// Inputs that came after their window.
    pub late: u64,
    /// Inputs that are not used.
    pub excluded: u64,
    /// Records of waveforms, as entries.
    pub records: u64,
    /// Arrivals that were found in them.
    pub detections: u64,
    /// Waves that were found to pass arrays.
    pub bearings: u64,
    /// Sensors whose sites are known.
    pub sensors: u64,
    /// What kept channels from being seen, or spoils what was seen.
    pub impediments: u64,
}

/// A live source. Counts are since the program's start.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// Who could make it lie.
    pub owner: String,
    /// Where its server is.
    pub address: String,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// `connecting`, `connected` or `waiting` until it is tried again.
    pub state: String,
    /// Since when.
    pub since: String,
    /// The protocol and its version, once agreed.
    pub protocol: Option<String>,
    /// The server's program, as it says.
    pub server: Option<String>,
    /// When the last packet with records came.
    pub last_packet: Option<String>,
    /// What went wrong; null while all is well.
    pub problem: Option<String>,
    /// Records registered.
    pub registered: u64,
    /// Records that came again.
    pub already: u64,
    /// Records that were refused.
    pub refused: u64,
    /// Packets of stations that were not asked for.
    pub foreign: u64,
}

enclave_only!(Status);
