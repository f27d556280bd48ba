//! An event: something sudden, with a posterior over place and time.
use crate::canonical::{Canonical, DecodeError, Decoder, Encoder, to_bytes};
use crate::case::CaseId;
use crate::hash::Hash;
use crate::kind::{Class, Kinds};
use crate::measurement::Phase;
use crate::place::Place;
use crate::posterior::{Covariance, Posterior};
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

/// What an arrival is cited by, and what only its kind has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cited {
    /// A source's own claim.
    Report {
        /// The report's entry, by SHA-256.
        hash: Hash,
        /// The standard deviation its back-azimuth was given, 1e-3 degree.
        azimuth_sigma_mdeg: u32,
    },
    /// A detection of our own.
    Detection {
        /// SHA-256 of the detection's content, which stands beside it: the order in which inputs came does not move it.
        hash: Hash,
        /// The wave it was taken for.
        phase: Phase,
    },
    /// A bearing of our own.
    Bearing {
        /// SHA-256 of the bearing's content, as of a detection.
        hash: Hash,
        /// The wave it was taken for.
        phase: Phase,
        /// The standard deviation its back-azimuth was given, 1e-3 degree.
        azimuth_sigma_mdeg: u32,
    },
    /// What somebody observed.
    Observation {
        /// The observation's entry, by SHA-256.
        hash: Hash,
        /// What it was taken for: sound or light.
        phase: Phase,
    },
}

/// How one arrival was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArrivalUse {
    /// Which arrival.
    pub cited: Cited,
    /// Geodesic distance from the sensor to the mean place, m.
    pub distance_m: u32,
}

impl ArrivalUse {
    /// What it is cited by: of a report SHA-256 of the entry, of a derived one SHA-256 of the content.
    #[must_use]
    pub fn hash(&self) -> Hash {
        match self.cited {
            Cited::Report { hash, .. }
            | Cited::Detection { hash, .. }
            | Cited::Bearing { hash, .. }
            | Cited::Observation { hash, .. } => hash,
        }
    }

    /// The report, if it is one.
    #[must_use]
    pub fn report(&self) -> Option<Hash> {
        match self.cited {
            Cited::Report { hash, .. } => Some(hash),
            Cited::Detection { .. } | Cited::Bearing { .. } | Cited::Observation { .. } => None,
        }
    }
}

/// A map `{report, distance_m, azimuth_sigma_mdeg}`, the only form of the first two versions,
/// `{phase, detection, distance_m}`, `{phase, bearing, distance_m, azimuth_sigma_mdeg}` or `{phase, distance_m, observation}`.
impl Canonical for ArrivalUse {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.map(if matches!(self.cited, Cited::Bearing { .. }) { 4 } else { 3 });
        match &self.cited {
            Cited::Report { hash, azimuth_sigma_mdeg } => {
                encoder.text("report");
                hash.encode(encoder);
                encoder.text("distance_m");
                self.distance_m.encode(encoder);
                encoder.text("azimuth_sigma_mdeg");
                azimuth_sigma_mdeg.encode(encoder);
            }
            Cited::Detection { hash, phase } => {
                encoder.text("phase");
                phase.encode(encoder);
                encoder.text("detection");
                hash.encode(encoder);
                encoder.text("distance_m");
                self.distance_m.encode(encoder);
            }
            Cited::Bearing { hash, phase, azimuth_sigma_mdeg } => {
                encoder.text("phase");
                phase.encode(encoder);
                encoder.text("bearing");
                hash.encode(encoder);
                encoder.text("distance_m");
                self.distance_m.encode(encoder);
                encoder.text("azimuth_sigma_mdeg");
                azimuth_sigma_mdeg.encode(encoder);
            }
            Cited::Observation { hash, phase } => {
                encoder.text("phase");
                phase.encode(encoder);
                encoder.text("distance_m");
                self.distance_m.encode(encoder);
                encoder.text("observation");
                hash.encode(encoder);
            }
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        fn field<T: Canonical>(decoder: &mut Decoder<'_>, key: &'static str) -> Result<T, DecodeError> {
            decoder.key(key)?;
            T::decode(decoder).map_err(|error| error.within(key))
        }
        let is_bearing = decoder.map_grown(3)?;
        let at = decoder.offset();
        match decoder.text()? {
            "phase" if is_bearing => {
                let phase = Phase::decode(decoder).map_err(|error| error.within("phase"))?;
                let hash = field(decoder, "bearing")?;
                let distance_m = field(decoder, "distance_m")?;
                let azimuth_sigma_mdeg = field(decoder, "azimuth_sigma_mdeg")?;
                Ok(Self { cited: Cited::Bearing { hash, phase, azimuth_sigma_mdeg }, distance_m })
            }
            _ if is_bearing => Err(DecodeError::new(at, "a phase and a bearing")),
            "report" => {
                let hash = Hash::decode(decoder).map_err(|error| error.within("report"))?;
                let distance_m = field(decoder, "distance_m")?;
                let azimuth_sigma_mdeg = field(decoder, "azimuth_sigma_mdeg")?;
                Ok(Self { cited: Cited::Report { hash, azimuth_sigma_mdeg }, distance_m })
            }
            "phase" => {
                let phase = Phase::decode(decoder).map_err(|error| error.within("phase"))?;
                if decoder.key_if("distance_m") {
                    let distance_m = u32::decode(decoder).map_err(|error| error.within("distance_m"))?;
                    let hash = field(decoder, "observation")?;
                    return Ok(Self { cited: Cited::Observation { hash, phase }, distance_m });
                }
                let hash = field(decoder, "detection")?;
                Ok(Self { cited: Cited::Detection { hash, phase }, distance_m: field(decoder, "distance_m")? })
            }
            _ => Err(DecodeError::new(at, "a report, or a phase and a detection or an observation")),
        }
    }
}

/// What associating says of an event whose arrivals no source had grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Association {
    /// Probability that the arrivals have one origin and are no chance, 1e-9.
    pub p_real_ppb: u32,
    /// How many other events explain some of the same arrivals.
    pub runners_up: u32,
}

canonical_map!(Association { "p_real_ppb" => p_real_ppb, "runners_up" => runners_up });

/// An event as derived: the same for every order in which its inputs came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    /// The source's own grouping that made the group; empty where it was associated.
    pub event_label: String,
    /// The arrivals it rests on, ascending by what they are cited by.
    pub arrivals: Vec<ArrivalUse>,
    /// What kind of event: the most probable one, if it is more probable than all others together were all alike beforehand.
    pub class: Class,
    /// What speaks for each kind; none where nothing was assessed.
    pub kinds: Option<Kinds>,
    /// What associating says; none where the source grouped its arrivals.
    pub association: Option<Association>,
    /// Where and when.
    pub posterior: Posterior,
    /// What is left of it without each owner; empty where one owner's measurements are all it rests on.
    pub without: Vec<Without>,
    /// What some of the owners say alone; empty where one owner's measurements are all it rests on.
    pub parts: Vec<Part>,
}

/// A map `{class, kinds, parts, without, arrivals, posterior, association, event_label}`; `parts` stands since version 5 and
/// `without` since version 4, both only with something in them, `association` and, since version 7, `kinds` only with a value.
impl Canonical for Solution {
    fn encode(&self, encoder: &mut Encoder) {
        let grown =
            [self.kinds.is_some(), !self.parts.is_empty(), !self.without.is_empty(), self.association.is_some()];
        encoder.map(4 + grown.iter().filter(|stands| **stands).count());
        encoder.text("class");
        self.class.encode(encoder);
        if let Some(kinds) = &self.kinds {
            encoder.text("kinds");
            kinds.encode(encoder);
        }
        if !self.parts.is_empty() {
            encoder.text("parts");
            self.parts.encode(encoder);
        }
        if !self.without.is_empty() {
            encoder.text("without");
            self.without.encode(encoder);
        }
        encoder.text("arrivals");
        self.arrivals.encode(encoder);
        encoder.text("posterior");
        self.posterior.encode(encoder);
        if let Some(association) = &self.association {
            encoder.text("association");
            association.encode(encoder);
        }
        encoder.text("event_label");
        self.event_label.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        fn value<T: Canonical>(decoder: &mut Decoder<'_>, key: &'static str) -> Result<T, DecodeError> {
            T::decode(decoder).map_err(|error| error.within(key))
        }
        fn field<T: Canonical>(decoder: &mut Decoder<'_>, key: &'static str) -> Result<T, DecodeError> {
            decoder.key(key)?;
            value(decoder, key)
        }
        let start = decoder.offset();
        /// Without anything in it the key does not stand.
        fn list<T: Canonical>(decoder: &mut Decoder<'_>, key: &'static str) -> Result<Vec<T>, DecodeError> {
            let at = decoder.offset();
            if !decoder.key_if(key) {
                return Ok(Vec::new());
            }
            let items: Vec<T> = value(decoder, key)?;
            if items.is_empty() { Err(DecodeError::new(at, "a list that is not empty").within(key)) } else { Ok(items) }
        }
        let keys = decoder.map_within(4, 8)?;
        let class = field(decoder, "class")?;
        let kinds = decoder.key_if("kinds").then(|| value(decoder, "kinds")).transpose()?;
        let parts: Vec<Part> = list(decoder, "parts")?;
        let without: Vec<Without> = list(decoder, "without")?;
        let arrivals = field(decoder, "arrivals")?;
        let posterior = field(decoder, "posterior")?;
        let association = decoder.key_if("association").then(|| value(decoder, "association")).transpose()?;
        let event_label = field(decoder, "event_label")?;
        let grown = [kinds.is_some(), !parts.is_empty(), !without.is_empty(), association.is_some()];
        if keys != 4 + grown.iter().filter(|stands| **stands).count() {
            return Err(DecodeError::new(start, "a map with the keys of this kind and version"));
        }
        Ok(Self { event_label, arrivals, class, kinds, association, posterior, without, parts })
    }
}

/// What is left of an event without one owner's measurements: whether the statement hangs on that owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Without {
    /// Whose measurements are left out.
    pub owner: String,
    /// How many of the arrivals are that owner's.
    pub arrivals: u32,
    /// Where the others put it; none if they hold no place.
    pub elsewhere: Option<Elsewhere>,
    /// Probability that the others' arrivals have one origin, 1e-9; none where they were not associated, but grouped by
    /// their source.
    pub p_real_ppb: Option<u32>,
}

canonical_map!(Without {
    "owner" => owner,
    "arrivals" => arrivals,
    "elsewhere" => elsewhere,
    "p_real_ppb" => p_real_ppb,
});

/// Where an event is without one owner's measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elsewhere {
    /// The most probable point.
    pub most_probable: Place,
    /// Area of the 90 % region, m2.
    pub area_p90_m2: u64,
    /// Distance from the most probable point of all measurements, m.
    pub moved_m: u32,
}

canonical_map!(Elsewhere { "moved_m" => moved_m, "area_p90_m2" => area_p90_m2, "most_probable" => most_probable });

/// What the measurements of some of the owners say alone, as if those of the others were of something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Whose: bit i is set for the owner i of [`Solution::without`]; owners who are not listed there belong to every part.
    pub owners: u32,
    /// Natural logarithm, 1e-3, of how much better one common origin explains these measurements than each being of
    /// anything, at any time of the window and from any direction; none where that was not computed.
    pub support_milli: Option<i32>,
    /// Mean and spread of the place; none if they hold no place.
    pub place: Option<Spread>,
}

canonical_map!(Part { "place" => place, "owners" => owners, "support_milli" => support_milli });

/// A place as a normal distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// Its mean.
    pub mean: Place,
    /// Its covariance.
    pub covariance: Covariance,
}

canonical_map!(Spread { "mean" => mean, "covariance" => covariance });

impl Solution {
    /// SHA-256 of what is said of place, time and arrivals: what associating says beside it is left out, since it hangs on
    /// what else was measured then, and so is the kind, which hangs on what was not, and what some of the owners say alone, which
    /// follows from the rest.
    #[must_use]
    pub fn located_hash(&self) -> Hash {
        let association = self.association.map(|_| Association { p_real_ppb: 0, runners_up: 0 });
        let (without, parts) = (Vec::new(), Vec::new());
        let (class, kinds) = (Class::NotAssessed, None);
        Hash::of(&to_bytes(&Self { association, without, parts, class, kinds, ..self.clone() }))
    }

    /// How many sensors registered it. Several waves of one event come to one sensor: they are cited at one distance, and no two
    /// sensors are taken to stand at the same metre from it.
    #[must_use]
    pub fn sensors(&self) -> usize {
        let mut distances_m: Vec<u32> = self.arrivals.iter().map(|used| used.distance_m).collect();
        distances_m.sort_unstable();
        distances_m.dedup();
        distances_m.len()
    }
}

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
