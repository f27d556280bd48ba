//! What a reassessment is given of the journal's past: the inputs that it computes from once more, and of what stands
//! the names and hashes.
//!
//! Of an earlier output nothing comes in that a result is computed from: which reports it rests on, how it is called,
//! and the hash by which a new result is compared with it. A forged output could at most make a revision of an
//! unchanged result.
use std::collections::BTreeMap;
use truceline_model::case::CaseId;
use truceline_model::event::Product;
use truceline_model::hash::Hash;
use truceline_model::notice::Notice;
use truceline_model::observation::Observation;
use truceline_model::reassessment::Earlier;
use truceline_model::report::Report;
use truceline_model::time::Time;

/// The most cases of one reassessment: each is located anew in some milliseconds, so all take seconds, and their
/// posteriors are held no longer than one is computed.
pub const MAX_REASSESSED_CASES: usize = 1_000;

/// The most reports and observations together that are recalled for one reassessment: a month of some thousand detections a day.
pub const MAX_RECALLED_REPORTS: usize = 100_000;

/// The newest revisions of a case as they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingCase {
    /// The case.
    pub case: CaseId,
    /// Its newest event.
    pub event: Earlier,
    /// That event's revision.
    pub event_revision: u32,
    /// How far along that event is.
    pub product: Product,
    /// [`Solution::located_hash`](truceline_model::event::Solution::located_hash) of that event.
    pub solution: Hash,
    /// Its mean origin time; by it a range of times chooses.
    pub time_mean: Time,
    /// The source's own grouping.
    pub label: String,
    /// Whether its arrivals were associated, and not grouped by their source.
    pub associated: bool,
    /// Whether it rests on reports alone: detections are no inputs, and are not read again.
    pub of_reports: bool,
    /// Whether it rests on reports and observations alone, so on inputs.
    pub of_inputs: bool,
    /// The arrivals that it rests on, by what they are cited by.
    pub arrivals: Vec<Hash>,
    /// Its newest finding.
    pub finding: Option<StandingFinding>,
}

/// The newest finding of a case as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandingFinding {
    /// The finding.
    pub earlier: Earlier,
    /// Its revision.
    pub revision: u32,
    /// SHA-256 of it as it would be if no reassessment had made it.
    pub said: Hash,
}

/// What a reassessment is given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recalled {
    /// The cases that are asked for, ascending.
    pub cases: Vec<StandingCase>,
    /// Reports in the order of their registration: those that these cases rest on, those of their labels, and those
    /// in the range that no case rests on.
    pub reports: Vec<(Hash, Report)>,
    /// Observations in the order of their registration: those that these cases rest on, those near them in time, and those
    /// in the range that no case rests on.
    pub observations: Vec<(Hash, Observation)>,
    /// Of every case the first and the last arrival, by its label: a report between them, or near enough, is not
    /// without a case.
    pub spans: BTreeMap<String, Vec<(Time, Time)>>,
    /// Notices that can meet an event of these reports, in the order of their registration.
    pub notices: Vec<(Hash, Notice)>,
    /// Whether reports that no case rests on may make new cases.
    pub makes_cases: bool,
}
