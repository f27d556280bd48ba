//! What stands in the journal after all: the newest revision of each case, its finding, and the arrivals that it cites.
use anyhow::Result;
use std::collections::BTreeMap;
use truceline_evidence::journal::JournalReader;
use truceline_model::bearing::{Bearing, Direction};
use truceline_model::canonical;
use truceline_model::case::CaseId;
use truceline_model::derived::Derived;
use truceline_model::detection::Detection;
use truceline_model::entry;
use truceline_model::event::Event;
use truceline_model::finding::Finding;
use truceline_model::hash::Hash;
use truceline_model::remark::LateInput;
use truceline_model::time::Time;

/// An arrival that the product found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Heard {
    /// The channel, or of a bearing its array.
    pub(crate) sensor: String,
    /// The onset.
    pub(crate) onset: Time,
    /// How sure it says that is, s.
    pub(crate) sigma_s: f64,
    /// Of a bearing with a direction what noise leaves uncertain of it, degrees.
    pub(crate) azimuth_sigma_deg: Option<f64>,
}

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Journalled {
    /// By what they are cited by.
    pub(crate) heard: BTreeMap<Hash, Heard>,
    /// The newest revision of each case.
    pub(crate) events: BTreeMap<CaseId, Event>,
    /// The newest finding of each.
    pub(crate) findings: BTreeMap<CaseId, Finding>,
    /// Inputs that came after their window.
    pub(crate) late: usize,
}

impl Journalled {
    /// Reads a journal.
    pub(crate) fn read(journal: &dyn JournalReader) -> Result<Self> {
        let mut all = Self::default();
        for index in 0..journal.size() {
            let bytes = journal.entry(index)?;
            if let Ok(found) = entry::from_bytes::<Derived<Detection>>(&bytes) {
                let detection = found.content;
                let heard = Heard {
                    sensor: detection.channel.clone(),
                    onset: detection.onset,
                    sigma_s: detection.onset_sigma_us as f64 / 1e6,
                    azimuth_sigma_deg: None,
                };
                all.heard.insert(Hash::of(&canonical::to_bytes(&detection)), heard);
            } else if let Ok(found) = entry::from_bytes::<Derived<Bearing>>(&bytes) {
                let bearing = found.content;
                let azimuth_sigma_deg = if let Direction::Towards(towards) = &bearing.direction {
                    Some(f64::from(towards.azimuth_sigma_mdeg) / 1e3)
                } else {
                    None
                };
                let heard = Heard {
                    sensor: bearing.array.clone(),
                    onset: bearing.onset,
                    sigma_s: bearing.onset_sigma_us as f64 / 1e6,
                    azimuth_sigma_deg,
                };
                all.heard.insert(Hash::of(&canonical::to_bytes(&bearing)), heard);
            } else if let Ok(found) = entry::from_bytes::<Derived<Event>>(&bytes) {
                all.events.insert(found.content.case, found.content);
            } else if let Ok(found) = entry::from_bytes::<Derived<Finding>>(&bytes) {
                all.findings.insert(found.content.case, found.content);
            } else if entry::from_bytes::<Derived<LateInput>>(&bytes).is_ok() {
                all.late += 1;
            }
        }
        Ok(all)
    }
}
