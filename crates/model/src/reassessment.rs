//! A reassessment: somebody asks that what stands be derived again, by the engine in force and with what came late.
//!
//! It is an input like any other, so that a replay derives the same revisions. Nothing is rewritten: what comes out
//! otherwise than it stands becomes a further revision that cites the one before it and the epochs of both.
use crate::canonical::{Canonical, DecodeError, Decoder, Encoder};
use crate::case::CaseId;
use crate::hash::Hash;
use crate::time::{Interval, Time};
use crate::{canonical_map, journal_entry};

/// The longest reason, in bytes: a sentence or two, printed beside each revision.
pub const MAX_REASON_BYTES: usize = 400;

/// Which cases are derived again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All.
    All,
    /// One.
    Case(CaseId),
    /// Those with their mean origin time in an interval, and what came late with its arrivals there.
    Times(Interval),
}

impl Scope {
    /// The scope that people name: one case, or an interval with an open end or none, or nothing for all.
    ///
    /// # Errors
    /// Says what was found and what was expected.
    pub fn from_words(case: Option<&str>, from: Option<&str>, to: Option<&str>) -> Result<Self, String> {
        let time = |name: &str, text: &str| Time::parse(text).map_err(|error| format!("{name} is {text:?}: {error}"));
        if let Some(case) = case {
            if from.is_some() || to.is_some() {
                return Err("a case and times are named, expected one of both".to_owned());
            }
            return CaseId::parse(case).map(Self::Case).ok_or_else(|| {
                format!("{case:?} is no case: expected a name such as 04-0001-P with its check letter")
            });
        }
        if from.is_none() && to.is_none() {
            return Ok(Self::All);
        }
        let from = from.map_or(Ok(Time(i64::MIN)), |from| time("from", from))?;
        let to = to.map_or(Ok(Time(i64::MAX)), |to| time("to", to))?;
        if from > to {
            return Err(format!("from {from} is later than to {to}"));
        }
        Ok(Self::Times(Interval { from, to }))
    }
}

/// As an array: a name and its contents or null.
impl Canonical for Scope {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(2);
        match self {
            Self::All => {
                encoder.text("all");
                encoder.null();
            }
            Self::Case(case) => {
                encoder.text("case");
                case.encode(encoder);
            }
            Self::Times(interval) => {
                encoder.text("times");
                interval.encode(encoder);
            }
        }
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        if decoder.array()? != 2 {
            return Err(DecodeError::new(at, "an array of 2"));
        }
        match decoder.text()? {
            "all" if decoder.null() => Ok(Self::All),
            "case" => Ok(Self::Case(Canonical::decode(decoder)?)),
            "times" => Ok(Self::Times(Canonical::decode(decoder)?)),
            _ => Err(DecodeError::new(at, "one of all case times with its contents")),
        }
    }
}

/// The wish that cases be derived again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reassessment {
    /// Which.
    pub scope: Scope,
    /// Who asks. A signature takes its place when there are keys of people.
    pub asked_by: String,
    /// Why, in words.
    pub reason: String,
}

canonical_map!(Reassessment { "scope" => scope, "reason" => reason, "asked_by" => asked_by });
journal_entry!(Reassessment, "reassessment", 1);

/// What a revision that a reassessment made cites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revises {
    /// The epoch that derives this revision, by its entry's SHA-256.
    pub epoch: Hash,
    /// The revision before it; none where late inputs alone made the case.
    pub earlier: Option<Earlier>,
    /// The reassessment's entry, by SHA-256.
    pub reassessment: Hash,
}

canonical_map!(Revises { "epoch" => epoch, "earlier" => earlier, "reassessment" => reassessment });

/// A revision that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earlier {
    /// Its output id.
    pub id: Hash,
    /// The epoch that derived it, by its entry's SHA-256.
    pub epoch: Hash,
}

canonical_map!(Earlier { "id" => id, "epoch" => epoch });

/// What became of a reassessment: the note at the end of its outputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reassessed {
    /// The reassessment's entry, by SHA-256.
    pub reassessment: Hash,
    /// Cases of which a revision was appended.
    pub revised: Vec<CaseId>,
    /// Cases that late inputs alone made.
    pub made: Vec<CaseId>,
    /// Cases that come out as they stand: nothing was appended for them.
    pub unchanged: Vec<CaseId>,
}

canonical_map!(Reassessed {
    "made" => made,
    "revised" => revised,
    "unchanged" => unchanged,
    "reassessment" => reassessment,
});
