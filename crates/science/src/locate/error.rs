//! Why measurements gave no posterior.
use std::fmt;

/// Why measurements gave no posterior.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceError(pub(super) Kind);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    None,
    TooMany { members: usize },
    Member { number: usize, what: &'static str },
    Value { number: usize, name: &'static str, value: f64, expected: &'static str },
    Speed { number: usize, phase: &'static str },
    Frames { sensor: String },
    Site { sensor: String },
    Number { name: &'static str, value: f64, expected: &'static str },
    Box { what: &'static str },
    Nowhere,
    Few { times: usize },
    Contradiction { fitting: usize, all: usize },
}

impl EvidenceError {
    /// Whether the measurements could be computed with, but no place explains them together.
    #[must_use]
    pub fn is_contradiction(&self) -> bool {
        matches!(self.0, Kind::Contradiction { .. })
    }
}

impl fmt::Display for EvidenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use super::evidence::MAX_MEMBERS;
        match &self.0 {
            Kind::None => f.write_str("no measurements, expected at least one"),
            Kind::TooMany { members } => {
                write!(f, "{members} measurements, expected at most MAX_MEMBERS = {MAX_MEMBERS}")
            }
            Kind::Member { number, what } => write!(f, "measurement {number}: {what}"),
            Kind::Value { number, name, value, expected } => {
                write!(f, "measurement {number}: {name} is {value}, expected {expected}")
            }
            Kind::Speed { number, phase } => {
                write!(f, "measurement {number}: the medium has no speed for {phase}, expected one")
            }
            Kind::Frames { sensor } => write!(
                f,
                "sensor {sensor}: its site is of another form than the first one's, expected all in degrees or all in \
                 metres"
            ),
            Kind::Site { sensor } => write!(
                f,
                "sensor {sensor}: its site is none, expected finite numbers, latitudes within 85 degrees, or metres \
                 within 2000 km"
            ),
            Kind::Number { name, value, expected } => write!(f, "{name} is {value}, expected {expected}"),
            Kind::Box { what } => write!(f, "the box of places {what}"),
            Kind::Nowhere => {
                f.write_str("no place lies within reach of all sensors: they are farther apart than their phases carry")
            }
            Kind::Few { times } => {
                write!(f, "{times} arrival times, expected at least three for a point fit")
            }
            Kind::Contradiction { fitting, all } => write!(
                f,
                "the measurements contradict each other: {fitting} of {all} fit the best place, expected at least half"
            ),
        }
    }
}

impl std::error::Error for EvidenceError {}
