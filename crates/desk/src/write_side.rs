//! What desk needs of the side that writes. Whoever puts the program together hands it over.
use truceline_model::association::EarthLayer;
use truceline_model::hash::Hash;
use truceline_model::measurement::Phase;
use truceline_model::reassessment::Reassessment;
use truceline_model::record::Record;
use truceline_model::time::Time;
use truceline_model::waveform::Segment;

/// Who asks, until people have keys: one tier exists.
pub const ASKED_BY: &str = "the operator of the store";

/// The write side as desk sees it.
pub trait WriteSide: Send + Sync {
    /// Registers a file and waits until all that follows from it is derived.
    ///
    /// # Errors
    /// If the file is at fault, or nothing can be registered.
    fn load(&self, name: &str, bytes: &[u8]) -> Result<LoadAnswer, LoadError>;

    /// Has what stands derived again and waits until what comes out otherwise stands as revisions.
    ///
    /// # Errors
    /// If nothing can be registered or derived.
    fn reassess(&self, asked: &Reassessment) -> Result<ReassessAnswer, LoadError>;

    /// Takes the bytes of a payload away, once nothing is to be derived from them any more, and registers why.
    ///
    /// # Errors
    /// If there is no such payload or the reason is at fault, or nothing can be registered.
    fn erase(&self, payload: Hash, reason: &str) -> Result<EraseAnswer, LoadError>;

    /// The bytes that are stored under a payload's SHA-256, checked or not; none if there are none.
    fn payload(&self, sha256: Hash) -> Option<Vec<u8>>;

    /// The samples of a record, decoded from its payload, in its order.
    ///
    /// # Errors
    /// Why there are none.
    fn samples(&self, record: &Record) -> Result<Vec<Segment>, NoSamples>;

    /// How long P or S take through layers from a source so deep below the ground, m, to sensors on the ground so far away, m: of each
    /// the time, s; none that no ray reaches, or where the layers have no meaning.
    fn layered_s(&self, layers: &[EarthLayer], phase: Phase, depth_m: f64, distances_m: &[f64]) -> Vec<Option<f64>>;

    /// How the write side is.
    fn condition(&self) -> Condition;
}

/// Why a record has no samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoSamples {
    /// Its payload is not stored: it was erased, or lost.
    NotStored,
    /// What is stored is not what was registered, or cannot be decoded: why.
    Unreadable(String),
}

/// How the write side is.
#[derive(Debug, Clone)]
pub struct Condition {
    /// Which engine this program is.
    pub engine_id: String,
    /// Why nothing is registered.
    pub journal_problem: Option<String>,
    /// Why nothing is derived.
    pub engine_problem: Option<String>,
    /// Which clock ticks, as the configuration names it.
    pub clock: &'static str,
    /// The live sources, in the order of the configuration.
    pub sources: Vec<SourceCondition>,
}

/// How a live source is. Times are by the machine's clock.
#[derive(Debug, Clone)]
pub struct SourceCondition {
    /// Its name.
    pub name: String,
    /// Who could make it lie.
    pub owner: String,
    /// Where its server is.
    pub address: String,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// `connecting`, `connected` or `waiting`.
    pub state: &'static str,
    /// Since when.
    pub since: Time,
    /// The protocol and its version, once agreed.
    pub protocol: Option<&'static str>,
    /// The server's program, as it says.
    pub server: Option<String>,
    /// When the last packet with records came.
    pub last_packet: Option<Time>,
    /// What went wrong; none while all is well.
    pub problem: Option<String>,
    /// Records registered since the start.
    pub registered: u64,
    /// Records that came again.
    pub already: u64,
    /// Records that were refused.
    pub refused: u64,
    /// Packets of stations that were not asked for.
    pub foreign: u64,
}

/// What became of a file.
#[derive(Debug, Clone)]
pub struct LoadAnswer {
    /// The kind of file.
    pub kind: String,
    /// Inputs registered now.
    pub registered: u64,
    /// Inputs registered before.
    pub already: u64,
    /// Inputs that came after their window.
    pub late: u64,
    /// Inputs that are registered and not used, with the reason.
    pub excluded: Vec<String>,
    /// How many were refused.
    pub refused_count: u64,
    /// The first that were refused: place, rule, what was found and expected.
    pub refused: Vec<(String, String, String)>,
    /// Arrivals found in its waveforms.
    pub detections: u64,
    /// Waves found to pass arrays whose first element used it holds.
    pub bearings: u64,
    /// What kept its channels from being seen.
    pub impediments: u64,
    /// What broke the rows of frames of stations, in words.
    pub continuity: Vec<String>,
}

/// What became of an erasure.
#[derive(Debug, Clone, Copy)]
pub struct EraseAnswer {
    /// Where its entry stands in the journal.
    pub entry: u64,
    /// It had been registered before.
    pub already: bool,
    /// In how many packs the bytes stood.
    pub packs: u64,
}

/// What became of a reassessment.
#[derive(Debug, Clone, Default)]
pub struct ReassessAnswer {
    /// Where its entry stands in the journal; none if it was rehearsed.
    pub entry: Option<u64>,
    /// Cases of which a revision was appended, those that were made among them.
    pub revised: Vec<RevisedCase>,
    /// Cases that late inputs alone made.
    pub made: Vec<String>,
    /// Cases that came out as they stand.
    pub unchanged: Vec<String>,
    /// What could not be derived again, in words.
    pub excluded: Vec<String>,
}

/// A case with its new revisions.
#[derive(Debug, Clone)]
pub struct RevisedCase {
    /// Its name.
    pub case: String,
    /// The event's new revision, if it has one.
    pub event: Option<u32>,
    /// The finding's new revision, if it has one.
    pub finding: Option<u32>,
    /// The state of the new finding.
    pub state: Option<String>,
}

/// Why a file was not registered.
#[derive(Debug, Clone)]
pub enum LoadError {
    /// The file is at fault.
    BadFile(String),
    /// The store is.
    Store(String),
}
