//! An appraisal: what the engine says of one observation by itself, so that none disappears.
//!
//! It stands beside what the observation does in an event. On which side of a line the observed place lies is part of it;
//! where the place's own uncertainty and the line's do not settle that, neither side is stated.
use crate::hash::Hash;
use crate::{canonical_map, canonical_names};

/// What became of an observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Appraised {
    /// It is a measurement like any other, and waits for others of the same event.
    Measured,
    /// Its window closed and no event explains it: recorded, and borne out by no other.
    Uncorroborated,
    /// It is none of what happens at an instant: recorded for counts, presence and coverage.
    Recorded,
    /// A party's or the press's word on a violation that nothing bears out yet.
    Alleged,
    /// A total over a time: kept as its source's own series.
    Series,
    /// It speaks of a time whose window had closed when it came.
    Late,
    /// It speaks of a time that is still to come.
    Early,
    /// Latitude and longitude look exchanged: the stated place lies far off, the exchanged one among the lines and sensors.
    /// Not used, and not mended: its source may correct it.
    SuspectedSwap,
    /// It states no time or place that could be measured with.
    Unplaced,
}

canonical_names!(Appraised {
    "measured" => Measured,
    "uncorroborated" => Uncorroborated,
    "recorded" => Recorded,
    "alleged" => Alleged,
    "series" => Series,
    "late" => Late,
    "early" => Early,
    "suspected-swap" => SuspectedSwap,
    "unplaced" => Unplaced,
});

/// How an observed place lies to a line of the agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineSide {
    /// The agreement that has the line, by its entry's SHA-256.
    pub agreement: Hash,
    /// The line, by its id in the agreement.
    pub line: String,
    /// Distance to it, m.
    pub distance_m: u32,
    /// Probability that it lies left of it, 1e-9.
    pub left_ppb: u32,
    /// Probability that it lies right of it, 1e-9.
    pub right_ppb: u32,
    /// The party whose side it is, if it is stated.
    pub side: Option<String>,
}

canonical_map!(LineSide {
    "line" => line,
    "side" => side,
    "left_ppb" => left_ppb,
    "agreement" => agreement,
    "right_ppb" => right_ppb,
    "distance_m" => distance_m,
});

/// What the engine says of an observation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appraisal {
    /// The observation's entry, by SHA-256.
    pub observation: Hash,
    /// What became of it.
    pub appraised: Appraised,
    /// How its place lies to the nearest line in force.
    pub side: Option<LineSide>,
    /// Why, in words.
    pub reason: String,
}

canonical_map!(Appraisal {
    "side" => side,
    "reason" => reason,
    "appraised" => appraised,
    "observation" => observation,
});
