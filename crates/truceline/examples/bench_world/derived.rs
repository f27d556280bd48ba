//! What stands in the journal after all: the newest revision of each case, its finding, the arrivals that it cites, and when it
//! was first said.
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use truceline_evidence::journal::JournalReader;
use truceline_model::bearing::{Bearing, Direction};
use truceline_model::canonical;
use truceline_model::case::CaseId;
use truceline_model::derived::Derived;
use truceline_model::detection::Detection;
use truceline_model::entry;
use truceline_model::event::{ArrivalUse, Event};
use truceline_model::finding::Finding;
use truceline_model::hash::Hash;
use truceline_model::inconsistency::Inconsistency;
use truceline_model::inventory::{Inventory, SensorSite};
use truceline_model::observation::Observation;
use truceline_model::record::Record;
use truceline_model::remark::{CaseClosed, LateInput};
use truceline_model::tick::Tick;
use truceline_model::time::{Interval, Time};

/// An arrival that the product found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Heard {
    /// The channel, or of a bearing its array.
    pub(crate) sensor: String,
    /// The onset.
    pub(crate) onset: Time,
    /// How sure it says that is, s.
    pub(crate) sigma_s: f64,
    /// Of a bearing with a direction where it comes from, degrees.
    pub(crate) azimuth_deg: Option<f64>,
}

/// When something was first said of a case.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct First {
    /// By the recording's clock: the tick at or before the input that brought it.
    pub(crate) now: Time,
    /// What it then cited.
    pub(crate) cited: Vec<Hash>,
}

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Journalled {
    /// By what they are cited by.
    pub(crate) heard: BTreeMap<Hash, Heard>,
    /// Observations by what they are cited by: the run of their file, and their row.
    pub(crate) observed: BTreeMap<Hash, (u64, u64)>,
    /// The newest revision of each case.
    pub(crate) events: BTreeMap<CaseId, Event>,
    /// The newest finding of each.
    pub(crate) findings: BTreeMap<CaseId, Finding>,
    /// The first revision of each.
    pub(crate) first: BTreeMap<CaseId, First>,
    /// Cases whose event was taken back when its window closed. Their findings still stand and are shown.
    pub(crate) taken_back: BTreeSet<CaseId>,
    /// What was found inconsistent: its owner, and the sensor; no sensor where it is said of all that an owner has.
    pub(crate) inconsistent: BTreeSet<(String, String)>,
    /// Sensors, of the newest inventory.
    pub(crate) sites: Vec<SensorSite>,
    /// When each channel was recorded.
    pub(crate) recorded: BTreeMap<String, Vec<Interval>>,
    /// Inputs that came after their window.
    pub(crate) late: usize,
    /// By what index the clock stood when.
    ticks: Vec<(u64, Time)>,
}

impl Journalled {
    /// The same with all arrivals that much later, and nothing that people observed: what is still called true is so by chance.
    pub(crate) fn later(&self, by_s: f64) -> Self {
        let later = |heard: &Heard| Heard { onset: heard.onset.plus_s(by_s), ..heard.clone() };
        Self {
            heard: self.heard.iter().map(|(hash, heard)| (*hash, later(heard))).collect(),
            events: self.events.clone(),
            ..Self::default()
        }
    }

    /// Reads a journal.
    pub(crate) fn read(journal: &dyn JournalReader) -> Result<Self> {
        let mut all = Self::default();
        for index in 0..journal.size() {
            all.note(index, &journal.entry(index)?);
        }
        Ok(all)
    }

    /// Notes one entry, which stands there.
    pub(crate) fn note(&mut self, index: u64, bytes: &[u8]) {
        if let Ok(found) = entry::from_bytes::<Derived<Detection>>(bytes) {
            let detection = found.content;
            let heard = Heard {
                sensor: detection.channel.clone(),
                onset: detection.onset,
                sigma_s: detection.onset_sigma_us as f64 / 1e6,
                azimuth_deg: None,
            };
            self.heard.insert(Hash::of(&canonical::to_bytes(&detection)), heard);
        } else if let Ok(found) = entry::from_bytes::<Derived<Bearing>>(bytes) {
            let bearing = found.content;
            let azimuth_deg = if let Direction::Towards(towards) = &bearing.direction {
                Some(f64::from(towards.azimuth_mdeg) / 1e3)
            } else {
                None
            };
            let heard = Heard {
                sensor: bearing.array.clone(),
                onset: bearing.onset,
                sigma_s: bearing.onset_sigma_us as f64 / 1e6,
                azimuth_deg,
            };
            self.heard.insert(Hash::of(&canonical::to_bytes(&bearing)), heard);
        } else if let Ok(found) = entry::from_bytes::<Derived<Event>>(bytes) {
            let event = found.content;
            let before = self.ticks.partition_point(|(tick, _)| *tick <= found.input);
            if let Some((_, now)) = before.checked_sub(1).and_then(|at| self.ticks.get(at)) {
                let cited = event.solution.arrivals.iter().map(ArrivalUse::hash).collect();
                self.first.entry(event.case).or_insert(First { now: *now, cited });
            }
            self.events.insert(event.case, event);
        } else if let Ok(observation) = entry::from_bytes::<Observation>(bytes) {
            self.observed.insert(Hash::of(bytes), (observation.source.boot, observation.source.sequence));
        } else if let Ok(inventory) = entry::from_bytes::<Inventory>(bytes) {
            self.sites = inventory.sites().to_vec();
        } else if let Ok(record) = entry::from_bytes::<Record>(bytes) {
            for piece in record.pieces {
                self.recorded.entry(piece.channel).or_default().push(piece.span);
            }
        } else if let Ok(tick) = entry::from_bytes::<Tick>(bytes) {
            self.ticks.push((index, tick.now));
        } else if let Ok(found) = entry::from_bytes::<Derived<CaseClosed>>(bytes) {
            if found.content.is_withdrawn() {
                self.taken_back.insert(found.content.case);
            }
        } else if let Ok(found) = entry::from_bytes::<Derived<Inconsistency>>(bytes) {
            self.inconsistent.insert((found.content.owner, found.content.sensor));
        } else if let Ok(found) = entry::from_bytes::<Derived<Finding>>(bytes) {
            self.findings.insert(found.content.case, found.content);
        } else if entry::from_bytes::<Derived<LateInput>>(bytes).is_ok() {
            self.late += 1;
        }
    }
}
