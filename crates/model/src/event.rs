//! An event: something sudden, with a posterior over place and time.
use crate::case::CaseId;
use crate::hash::Hash;
use crate::posterior::Posterior;
use crate::reassessment::Revises;
use crate::{canonical_map, canonical_map_grown, canonical_names};

/// How far along an event is, in the International Data Centre's order of products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// The first solution.
    E1,
    /// Revised as data come in.
    E2,
    /// Final: the window for its data is closed.
    E3,
}

canonical_names!(Product { "E1" => E1, "E2" => E2, "E3" => E3 });

/// What kind of event it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// No classification was made.
    NotAssessed,
}

canonical_names!(Class { "not assessed" => NotAssessed });

/// How one report was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArrivalUse {
    /// The report's entry, by SHA-256.
    pub report: Hash,
    /// The standard deviation its back-azimuth was given, 1e-3 degree.
    pub azimuth_sigma_mdeg: u32,
    /// Geodesic distance from the array to the mean place, m.
    pub distance_m: u32,
}

canonical_map!(ArrivalUse {
    "report" => report,
    "distance_m" => distance_m,
    "azimuth_sigma_mdeg" => azimuth_sigma_mdeg,
});

/// An event as derived: the same for every order in which its inputs came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    /// The source's own grouping that made the group.
    pub event_label: String,
    /// The arrivals it rests on, ascending by the report's SHA-256.
    pub arrivals: Vec<ArrivalUse>,
    /// What kind of event.
    pub class: Class,
    /// Where and when.
    pub posterior: Posterior,
}

canonical_map!(Solution {
    "class" => class,
    "arrivals" => arrivals,
    "posterior" => posterior,
    "event_label" => event_label,
});

/// One revision of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The case it belongs to.
    pub case: CaseId,
    /// Counts from 1 within the case.
    pub revision: u32,
    /// How far along it is.
    pub product: Product,
    /// What a reassessment's revision cites; none for every other revision.
    pub revises: Option<Revises>,
    /// What was derived.
    pub solution: Solution,
}

canonical_map_grown!(Event {
    "case" => case, "product" => product;
    "revises" => revises;
    "revision" => revision, "solution" => solution,
});
