//! A finding: what the agreement says of an event. Always *possible* until people say otherwise.
use crate::attribution::Attribution;
use crate::canonical::{Canonical, DecodeError, Decoder, Encoder};
use crate::case::CaseId;
use crate::hash::Hash;
use crate::reassessment::Revises;
use crate::{canonical_map, canonical_map_options, canonical_names};

/// The notice that an event is compatible with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeMatch {
    /// The notice's entry, by SHA-256.
    pub notice: Hash,
    /// The clause that permits what was notified.
    pub clause: String,
    /// Probability that the origin lies inside the notified place and window, 1e-9.
    pub mass_ppb: u32,
}

canonical_map!(NoticeMatch { "clause" => clause, "notice" => notice, "mass_ppb" => mass_ppb });

/// What the agreement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// No agreement is in force at the event's time: recorded only, no verdict.
    RecordedOnly,
    /// A clause prohibits it, with at least the agreement's `p_min`.
    PossibleBreach,
    /// The probability stays below the agreement's `p_min`.
    Undetermined,
    /// It is compatible with a notified activity. Compatible, not proven.
    PermittedAndNotified(NoticeMatch),
}

/// The state of a verdict, without its contents: what a glyph shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerdictState {
    /// See [`Verdict::RecordedOnly`].
    RecordedOnly,
    /// See [`Verdict::PossibleBreach`].
    PossibleBreach,
    /// See [`Verdict::Undetermined`].
    Undetermined,
    /// See [`Verdict::PermittedAndNotified`].
    PermittedAndNotified,
}

canonical_names!(VerdictState {
    "recorded-only" => RecordedOnly,
    "possible-breach" => PossibleBreach,
    "undetermined" => Undetermined,
    "permitted-and-notified" => PermittedAndNotified,
});

impl Verdict {
    /// The state without its contents.
    #[must_use]
    pub fn state(&self) -> VerdictState {
        match self {
            Self::RecordedOnly => VerdictState::RecordedOnly,
            Self::PossibleBreach => VerdictState::PossibleBreach,
            Self::Undetermined => VerdictState::Undetermined,
            Self::PermittedAndNotified(_) => VerdictState::PermittedAndNotified,
        }
    }
}

/// As an array: the state's name and its contents or null.
impl Canonical for Verdict {
    fn encode(&self, encoder: &mut Encoder) {
        let contents = if let Self::PermittedAndNotified(found) = self { Some(found) } else { None };
        encoder.array(2);
        self.state().encode(encoder);
        match contents {
            Some(found) => found.encode(encoder),
            None => encoder.null(),
        }
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        let (state, contents): (VerdictState, Option<NoticeMatch>) = Canonical::decode(decoder)?;
        match (state, contents) {
            (VerdictState::RecordedOnly, None) => Ok(Self::RecordedOnly),
            (VerdictState::PossibleBreach, None) => Ok(Self::PossibleBreach),
            (VerdictState::Undetermined, None) => Ok(Self::Undetermined),
            (VerdictState::PermittedAndNotified, Some(found)) => Ok(Self::PermittedAndNotified(found)),
            _ => Err(DecodeError::new(at, "contents that fit the verdict")),
        }
    }
}

/// What the agreement says of one event under one clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The case it belongs to.
    pub case: CaseId,
    /// Counts from 1 within the case.
    pub revision: u32,
    /// The output id of the event it is about.
    pub event: Hash,
    /// What a reassessment's revision cites; none for every other revision.
    pub revises: Option<Revises>,
    /// The entry of the agreement in force at the event's time, by SHA-256; none when none is.
    pub agreement: Option<Hash>,
    /// The prohibiting clause; none when no agreement is in force.
    pub clause: Option<String>,
    /// Probability that the origin lies in the clause's zone while the agreement is in force, 1e-9.
    pub p_ppb: Option<u32>,
    /// What the agreement says.
    pub verdict: Verdict,
    /// On which side it lay; none where no agreement with a line is in force by the word of all.
    pub attribution: Option<Attribution>,
}

canonical_map_options!(Finding {
    "case" must case,
    "event" must event,
    "p_ppb" must p_ppb,
    "clause" must clause,
    "revises" may revises,
    "verdict" must verdict,
    "revision" must revision,
    "agreement" must agreement,
    "attribution" may attribution,
});

impl Finding {
    /// Whether both say the same, however each came about: what a reassessment cites is left out.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        Self { revises: None, ..self.clone() } == Self { revises: None, ..other.clone() }
    }
}
