//! The agreement's file, read into types.
//!
//! A TOML file with one `[agreement]` table and lists `[[in_force]]`, `[[zone]]` and `[[clause]]`. Clauses are our
//! own typed forms and no general rule language, so that every one of them can be explained in words.
mod file;

use std::fmt;
use truceline_model::notice::Activity;
use truceline_model::place::{Place, Ring, ring_contains};
use truceline_model::time::Interval;

/// An agreement in a version of its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// Its short name.
    pub id: String,
    /// The version of its text.
    pub version: u32,
    /// Its title.
    pub title: String,
    /// The status-neutral note that is printed with everything.
    pub note: String,
    /// The parties, by the names used here.
    pub parties: Vec<String>,
    /// Below this probability a finding is undetermined; a number that the agreement adopts.
    pub p_min: f64,
    /// When it is in force; disjoint, ascending.
    pub in_force: Vec<Interval>,
    /// The zones that clauses speak of.
    pub zones: Vec<Zone>,
    /// The clauses, in the text's order.
    pub clauses: Vec<Clause>,
}

/// A zone: a named area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Its short name.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Its rim.
    pub ring: Ring,
}

impl Zone {
    /// Whether a place lies inside.
    #[must_use]
    pub fn contains(&self, place: Place) -> bool {
        ring_contains(&self.ring, place)
    }
}

/// A clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Its number in the text.
    pub id: String,
    /// Its words.
    pub text: String,
    /// What it says, as data.
    pub rule: Rule,
}

/// What a clause says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// An act is prohibited inside a zone.
    Prohibits {
        /// The act.
        act: Act,
        /// The zone's id.
        zone: String,
    },
    /// An activity is permitted where it was notified.
    PermitsNotified {
        /// The activity.
        activity: Activity,
    },
}

/// An act that a clause can prohibit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Anything that infrasound records as an event.
    InfrasonicEvent,
}

impl Agreement {
    /// Reads the text of an agreement's file.
    ///
    /// # Errors
    /// Names the line or the field, and what was expected.
    pub fn read(text: &str) -> Result<Self, AgreementError> {
        file::read(text)
    }

    /// The zone of an id.
    #[must_use]
    pub fn zone(&self, id: &str) -> Option<&Zone> {
        self.zones.iter().find(|zone| zone.id == id)
    }

    /// The clause of an id.
    #[must_use]
    pub fn clause(&self, id: &str) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.id == id)
    }
}

/// Why an agreement's file cannot be read: where, what was found, and what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementError {
    place: String,
    message: String,
}

impl AgreementError {
    fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into() }
    }
}

impl fmt::Display for AgreementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl std::error::Error for AgreementError {}
