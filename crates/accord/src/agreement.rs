//! The agreement's file, read into types.
//!
//! A TOML file with one `[agreement]` table, a `[proof]` and a `[prior]` table if it has them, and lists `[[in_force]]`,
//! `[[line]]`, `[[zone]]`, `[[clause]]`, `[[object]]`, `[[term]]`, `[[member]]` and `[[release]]`. Clauses are our own typed
//! forms and no general rule language, so that every one of them can be explained in
//! words. [`crate::check`] says what is contradictory, missing or unreachable in one.
mod act;
mod file;
mod force;
mod geojson;
mod line;
mod member;
mod proof;
mod zone;

pub use act::{Act, Observed};
pub use force::ForceClaim;
pub use line::{Line, LineKind, LineStatus, LineVertex};
pub use member::Member;
pub use proof::{Asked, Prior, Proof};
pub use zone::{Zone, ZoneKind};

use crate::release::Ladder;
use std::fmt;
use truceline_model::canonical_names;
use truceline_model::hash::Hash;
use truceline_model::notice::Activity;
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
    /// What sort of agreement it is.
    pub class: Class,
    /// The languages in which its text is authentic, as ISO 639-1 codes.
    pub languages: Vec<String>,
    /// The status-neutral note that is printed with everything.
    pub note: String,
    /// The parties, by the names used here.
    pub parties: Vec<String>,
    /// Below this probability a finding is undetermined; a number that the agreement adopts.
    pub p_min: f64,
    /// What parties say of when it is in force.
    pub claims: Vec<ForceClaim>,
    /// When all say that it is in force; disjoint, ascending.
    pub in_force: Vec<Interval>,
    /// Its lines.
    pub lines: Vec<Line>,
    /// The zones that clauses speak of.
    pub zones: Vec<Zone>,
    /// The clauses, in the text's order.
    pub clauses: Vec<Clause>,
    /// The objects that each party lists as spared.
    pub objects: Vec<Object>,
    /// What its words mean.
    pub terms: Vec<Term>,
    /// What it asks of proof.
    pub proof: Proof,
    /// The prior under which posteriors are printed; none without.
    pub prior: Option<Prior>,
    /// Who takes part, and in what.
    pub members: Vec<Member>,
    /// Who may see what, when and how precisely.
    pub release: Ladder,
}

/// What sort of agreement it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Hostilities cease.
    Cessation,
    /// A preliminary ceasefire, with a mechanism of compliance.
    Preliminary,
    /// A definitive ceasefire.
    Definitive,
    /// A local or humanitarian pause.
    Pause,
    /// A window of silence, as for a repair.
    WindowOfSilence,
    /// Classes of objects are spared; it needs no line.
    SectoralMoratorium,
}

canonical_names!(Class {
    "cessation-of-hostilities" => Cessation,
    "preliminary-ceasefire" => Preliminary,
    "definitive-ceasefire" => Definitive,
    "local-or-humanitarian-pause" => Pause,
    "window-of-silence" => WindowOfSilence,
    "sectoral-moratorium" => SectoralMoratorium,
});

/// A clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Its number in the text.
    pub id: String,
    /// Its words; of a sealed clause what may be said of it.
    pub text: String,
    /// What it says, as data.
    pub rule: Rule,
}

/// What a clause says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// An act is prohibited, inside a zone or anywhere.
    Prohibits {
        /// The act.
        act: Act,
        /// The zone's id; anywhere if none.
        zone: Option<String>,
    },
    /// An act is worth noting and not prohibited.
    Notes {
        /// The act.
        act: Act,
    },
    /// An activity is permitted where it was notified.
    PermitsNotified {
        /// The activity.
        activity: Activity,
    },
    /// The parties keep its words to themselves.
    Sealed {
        /// SHA-256 of its words.
        hash: Hash,
        /// What may be said of its subject.
        category: String,
    },
}

/// An object that a party lists as spared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// What sort of object, such as *energy*.
    pub class: String,
    /// Its name.
    pub name: String,
    /// Whose list it stands on.
    pub listed_by: String,
}

/// A word of the agreement and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The word.
    pub word: String,
    /// The language, as an ISO 639-1 code.
    pub language: String,
    /// What it means.
    pub means: String,
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

    /// The line of an id.
    #[must_use]
    pub fn line(&self, id: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// The clause of an id.
    #[must_use]
    pub fn clause(&self, id: &str) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.id == id)
    }

    /// Whether a party, or all, say that it is in force at some time of an interval.
    #[must_use]
    pub fn is_claimed(&self, interval: &Interval) -> bool {
        self.claims.iter().any(|claim| claim.interval.meets(interval))
    }

    /// Whether all say that it is in force at some time of an interval.
    #[must_use]
    pub fn is_in_force(&self, interval: &Interval) -> bool {
        self.in_force.iter().any(|force| force.meets(interval))
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
