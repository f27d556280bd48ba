//! On which side of a line an event lay: what the evidence says for each proposition, how far that holds if owners of
//! sensors say what is not so, and whether a side is stated. Of a shot or a launch that is the side it came from; of a shell that
//! fell it is the side that was fired at, and where the two are not told apart whoever states a side says so.
//!
//! Nothing finer than a side of the line can be held: no unit, no person, no place. The field is called *origin side*:
//! responsibility is for people to determine. A party is a name out of the agreement, so exchanging two names exchanges
//! nothing else.
//!
//! Likelihood ratios stand beside each other and are never summed or normalised; a posterior stands only with the name of the
//! prior that the agreement adopted. That something was staged by one to be seen as the other's is never measured by a sensor:
//! it has no number, and no attribution can be had without it, in both directions ([`Attribution::staged`]).
pub mod corroboration;

use crate::canonical::{Canonical, DecodeError, Decoder, Encoder};
use crate::hash::Hash;
use crate::{canonical_map, canonical_names};
use corroboration::Corroboration;

/// The most owners of one attribution: as many as an event is located without.
pub const OWNERS_MAX: usize = 16;

/// What may have been so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposition {
    /// It lay on the side of the line on which this party's forces are.
    Side(String),
    /// Both, in an exchange of fire.
    Exchange,
    /// It lay inside the line's own band, where no side can be told.
    Band,
    /// It was a third actor's.
    ThirdActor,
    /// It was nobody's: natural, an accident, or notified.
    NoOne,
    /// None of these is known: the reference, whose likelihood ratio is 1.
    Unknown,
}

/// A proposition without its party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropositionKind {
    /// See [`Proposition::Side`].
    Side,
    /// See [`Proposition::Exchange`].
    Exchange,
    /// See [`Proposition::Band`].
    Band,
    /// See [`Proposition::ThirdActor`].
    ThirdActor,
    /// See [`Proposition::NoOne`].
    NoOne,
    /// See [`Proposition::Unknown`].
    Unknown,
}

canonical_names!(PropositionKind {
    "side" => Side,
    "exchange" => Exchange,
    "contested-band" => Band,
    "third-actor" => ThirdActor,
    "no-one" => NoOne,
    "unknown" => Unknown,
});

impl Proposition {
    /// Which it is, without the party.
    #[must_use]
    pub fn kind(&self) -> PropositionKind {
        match self {
            Self::Side(_) => PropositionKind::Side,
            Self::Exchange => PropositionKind::Exchange,
            Self::Band => PropositionKind::Band,
            Self::ThirdActor => PropositionKind::ThirdActor,
            Self::NoOne => PropositionKind::NoOne,
            Self::Unknown => PropositionKind::Unknown,
        }
    }
}

/// As an array: the name, and the party or null.
impl Canonical for Proposition {
    fn encode(&self, encoder: &mut Encoder) {
        let party = if let Self::Side(party) = self { Some(party.clone()) } else { None };
        (self.kind(), party).encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        let (kind, party): (PropositionKind, Option<String>) = Canonical::decode(decoder)?;
        match (kind, party) {
            (PropositionKind::Side, Some(party)) => Ok(Self::Side(party)),
            (PropositionKind::Exchange, None) => Ok(Self::Exchange),
            (PropositionKind::Band, None) => Ok(Self::Band),
            (PropositionKind::ThirdActor, None) => Ok(Self::ThirdActor),
            (PropositionKind::NoOne, None) => Ok(Self::NoOne),
            (PropositionKind::Unknown, None) => Ok(Self::Unknown),
            _ => Err(DecodeError::new(at, "a party with a side, and with nothing else")),
        }
    }
}

/// A likelihood ratio with its interval over the stated assumptions, each capped by how much the system was validated on.
/// Common logarithms in 1e-3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    /// The ratio under the assumptions as adopted.
    pub log10_milli: i32,
    /// The least over all combinations of assumptions.
    pub least_log10_milli: i32,
    /// The greatest.
    pub most_log10_milli: i32,
}

canonical_map!(Ratio {
    "log10_milli" => log10_milli,
    "most_log10_milli" => most_log10_milli,
    "least_log10_milli" => least_log10_milli,
});

/// What the evidence says for one proposition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weighed {
    /// The proposition.
    pub proposition: Proposition,
    /// Its likelihood ratio against *unknown*; none where no measurement of the event speaks to it, which counts as 1.
    pub ratio: Option<Ratio>,
    /// Its share beforehand, as the agreement adopted it, 1e-9; none without a named prior.
    pub prior_ppb: Option<u32>,
    /// Its probability under that prior, 1e-9. All of them sum to one.
    pub posterior_ppb: Option<u32>,
}

canonical_map!(Weighed {
    "ratio" => ratio,
    "prior_ppb" => prior_ppb,
    "proposition" => proposition,
    "posterior_ppb" => posterior_ppb,
});

/// How the place alone lies about the line, both sides alike beforehand, 1e-9. What is left of one is in no kept cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceShares {
    /// On the first party's side.
    pub first_ppb: u32,
    /// On the second party's side.
    pub second_ppb: u32,
    /// Beyond an end of the line, on no side.
    pub beyond_ppb: u32,
    /// Within one deviation of the line as drawn: a part of both sides.
    pub band_ppb: u32,
}

canonical_map!(PlaceShares {
    "band_ppb" => band_ppb,
    "first_ppb" => first_ppb,
    "beyond_ppb" => beyond_ppb,
    "second_ppb" => second_ppb,
});

/// Why no side is stated. The first that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Fewer than two owners registered it.
    TooFewOwners,
    /// There is less corroboration than the agreement asks for.
    Corroboration,
    /// The region goes beyond an end of the line, where there is no side.
    BeyondTheLine,
    /// Lines that are claimed or disputed part other parties.
    LinesDiffer,
    /// The evidence is too weak, or leans to neither side.
    Between,
    /// It reaches the least ratio, but not under every combination of the assumptions.
    Assumptions,
    /// That what was registered has one origin is less probable than the agreement asks for.
    OneOrigin,
    /// It would not be stated without some of the owners whom the agreement wants to do without.
    NotRobust,
    /// What nobody does explains it better than what somebody does, by as much as the agreement asks for.
    Natural,
}

canonical_names!(Why {
    "too-few-owners" => TooFewOwners,
    "corroboration" => Corroboration,
    "beyond-the-line" => BeyondTheLine,
    "lines-differ" => LinesDiffer,
    "between" => Between,
    "assumptions" => Assumptions,
    "one-origin" => OneOrigin,
    "not-robust" => NotRobust,
    "natural" => Natural,
});

/// The side, or why none is stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OriginSide {
    /// The side on which this party's forces are.
    Stated(String),
    /// The program abstains.
    Abstains(Why),
}

/// As an array: a party and null, or null and the reason.
impl Canonical for OriginSide {
    fn encode(&self, encoder: &mut Encoder) {
        match self {
            Self::Stated(party) => (Some(party.clone()), None::<Why>).encode(encoder),
            Self::Abstains(why) => (None::<String>, Some(*why)).encode(encoder),
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        match Canonical::decode(decoder)? {
            (Some(party), None) => Ok(Self::Stated(party)),
            (None, Some(why)) => Ok(Self::Abstains(why)),
            _ => Err(DecodeError::new(at, "either a side or a reason")),
        }
    }
}

/// One owner's part in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerPart {
    /// Who.
    pub owner: String,
    /// How many of the event's arrivals are that owner's.
    pub arrivals: u32,
    /// Common logarithm of the ratio of the first party's side to the second's without that owner, 1e-3; none if the others
    /// hold no place.
    pub without_log10_milli: Option<i32>,
    /// Whether the others alone would have the same side stated.
    pub stated_without: bool,
    /// Probability that this owner's measurements are not of the event that the others' are of, 1e-9; none where how well
    /// the owners' measurements agree was not computed.
    pub p_false_ppb: Option<u32>,
    /// Whether that is so probable that the owner is called inconsistent. Not a liar: intent is for people.
    pub inconsistent: bool,
}

canonical_map!(OwnerPart {
    "owner" => owner,
    "arrivals" => arrivals,
    "p_false_ppb" => p_false_ppb,
    "inconsistent" => inconsistent,
    "stated_without" => stated_without,
    "without_log10_milli" => without_log10_milli,
});

/// That something was made by some to be seen as coming from the side of others: an alternative that no sensor excludes, so
/// that it has no number. It is kept open with every attribution, whichever side that names or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Staged<'a> {
    /// The party that may have made it.
    pub by: &'a str,
    /// The party from whose side it would be seen to come.
    pub seen_as: &'a str,
}

/// Which line, in which version of which agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineVersion {
    /// The agreement's entry, by SHA-256.
    pub agreement: Hash,
    /// The lines' ids: one, or all that are claimed and disputed.
    pub lines: Vec<String>,
    /// The parties: left and right of the first one, as one walks along its vertices.
    pub parties: (String, String),
}

canonical_map!(LineVersion { "lines" => lines, "parties" => parties, "agreement" => agreement });

/// On which side an event lay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    /// What it rests on.
    pub line: LineVersion,
    /// The side, or why none.
    pub origin_side: OriginSide,
    /// The ratio of the first party's side to the second's.
    pub between: Ratio,
    /// What the place alone says.
    pub place: PlaceShares,
    /// Each proposition: both sides, exchange, band, third actor, no one, unknown.
    pub propositions: Vec<Weighed>,
    /// The name of the agreement's prior; none where it adopts none, and then there is no posterior.
    pub prior: Option<String>,
    /// The greatest k such that leaving out any k owners leaves the side stated; none where none is stated even with all.
    pub certificate_k: Option<u32>,
    /// Each owner's part, those with the most arrivals first; none where there is one owner.
    pub owners: Vec<OwnerPart>,
    /// How many owners, how many ways of sensing.
    pub corroboration: Corroboration,
}

canonical_map!(Attribution {
    "line" => line,
    "place" => place,
    "prior" => prior,
    "owners" => owners,
    "between" => between,
    "origin_side" => origin_side,
    "propositions" => propositions,
    "certificate_k" => certificate_k,
    "corroboration" => corroboration,
});

impl Attribution {
    /// The fewest owners whose leaving-out takes the statement away; none where nothing is stated.
    #[must_use]
    pub fn collusion_number(&self) -> Option<u32> {
        self.certificate_k.map(|k| k + 1)
    }

    /// The party whose side is stated.
    #[must_use]
    pub fn stated(&self) -> Option<&str> {
        match &self.origin_side {
            OriginSide::Stated(party) => Some(party),
            OriginSide::Abstains(_) => None,
        }
    }

    /// The staged incident, in both directions. It is no field: none can be kept without it, nor with one of the two alone.
    #[must_use]
    pub fn staged(&self) -> [Staged<'_>; 2] {
        let (first, second) = (self.line.parties.0.as_str(), self.line.parties.1.as_str());
        [Staged { by: second, seen_as: first }, Staged { by: first, seen_as: second }]
    }

    /// Owners who contradict the rest.
    pub fn inconsistent(&self) -> impl Iterator<Item = &OwnerPart> {
        self.owners.iter().filter(|one| one.inconsistent)
    }
}
