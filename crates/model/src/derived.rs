//! A derived entry: an output of the engine with its id, the input it came from, and its content's hash.
use crate::appraisal::Appraisal;
use crate::attribution::{OriginSide, Why};
use crate::bearing::Bearing;
use crate::canonical::{self, Canonical, DecodeError, Decoder, Encoder};
use crate::case::CaseId;
use crate::continuity::Continuity;
use crate::detection::Detection;
use crate::entry::{self, Entry};
use crate::event::{Cited, Event};
use crate::finding::Finding;
use crate::hash::Hash;
use crate::impediment::Impediment;
use crate::precedence::Precedence;
use crate::reassessment::Reassessed;
use crate::remark::{CaseClosed, Excluded, LateInput};

/// One output of one input.
///
/// The id is a hash of the epoch's entry, the journal's origin, the input's index and the ordinal: the same
/// output gets the same id however often it is derived. The content's hash stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived<T> {
    /// The output id.
    pub id: Hash,
    /// The index of the input that it came from.
    pub input: u64,
    /// Its place among the outputs of that input, from 0.
    pub ordinal: u32,
    /// What was derived.
    pub content: T,
}

impl<T: Canonical> Derived<T> {
    /// Wraps a content; the id follows from where it was derived.
    #[must_use]
    pub fn new(epoch: Hash, origin: &str, input: u64, ordinal: u32, content: T) -> Self {
        Self { id: output_id(epoch, origin, input, ordinal), input, ordinal, content }
    }

    /// SHA-256 of the content's canonical bytes.
    #[must_use]
    pub fn content_hash(&self) -> Hash {
        Hash::of(&canonical::to_bytes(&self.content))
    }
}

/// The id of an output: SHA-256 over a domain name and the canonical form of the four.
#[must_use]
pub fn output_id(epoch: Hash, origin: &str, input: u64, ordinal: u32) -> Hash {
    let place = canonical::to_bytes(&(epoch, origin.to_owned(), input, ordinal));
    Hash::of_parts(&[b"truceline-output-1\n", &place])
}

/// A map `{id, input, content, ordinal, content_hash}`; decoding checks the hash.
impl<T: Canonical> Canonical for Derived<T> {
    fn encode(&self, encoder: &mut Encoder) {
        let content = canonical::to_bytes(&self.content);
        encoder.map(5);
        encoder.text("id");
        self.id.encode(encoder);
        encoder.text("input");
        encoder.unsigned(self.input);
        encoder.text("content");
        encoder.raw(&content);
        encoder.text("ordinal");
        self.ordinal.encode(encoder);
        encoder.text("content_hash");
        Hash::of(&content).encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        decoder.map(5)?;
        decoder.key("id")?;
        let id = Hash::decode(decoder).map_err(|e| e.within("id"))?;
        decoder.key("input")?;
        let input = decoder.unsigned().map_err(|e| e.within("input"))?;
        decoder.key("content")?;
        let content = T::decode(decoder).map_err(|e| e.within("content"))?;
        decoder.key("ordinal")?;
        let ordinal = Canonical::decode(decoder).map_err(|e| e.within("ordinal"))?;
        decoder.key("content_hash")?;
        let at = decoder.offset();
        let stated = Hash::decode(decoder).map_err(|e| e.within("content_hash"))?;
        let derived = Self { id, input, ordinal, content };
        if stated != derived.content_hash() {
            return Err(DecodeError::new(at, "the hash of the content").within("content_hash"));
        }
        Ok(derived)
    }
}

/// The case that the entry of an event or a finding names, without reading the rest; none for any other entry.
#[must_use]
pub fn case_of_derived(bytes: &[u8]) -> Option<CaseId> {
    let (kind, _, mut decoder) = entry::open(bytes).ok()?;
    let (fields, grown) = match kind {
        kind if kind == Derived::<Event>::KIND => (4, 5),
        kind if kind == Derived::<Finding>::KIND => (7, 9),
        _ => return None,
    };
    decoder.map(5).ok()?;
    decoder.key("id").ok()?;
    Hash::decode(&mut decoder).ok()?;
    decoder.key("input").ok()?;
    decoder.unsigned().ok()?;
    decoder.key("content").ok()?;
    decoder.map_within(fields, grown).ok()?;
    decoder.key("case").ok()?;
    CaseId::decode(&mut decoder).ok()
}

macro_rules! derived_entries {
    ($($type:ty, $kind:literal, $version:literal;)+) => {$(
        impl Entry for Derived<$type> {
            const KIND: &'static str = $kind;
            const VERSION: u64 = $version;
        }
    )+};
}

/// Since version 2 a revision may cite what it revises, since version 3 its arrivals may be associated, since version 4 it
/// may say what is left without each owner, since version 5 what some of the owners say alone, since version 6 it may cite
/// observations, since version 7 it may say what speaks for its kind. One that does none of these keeps the bytes of version 1, one that is not associated those of version 2, one
/// that leaves no owner out those of version 3, one that says of no owners what they say alone those of version 4, one that
/// cites no observation those of version 5, one whose kind was not assessed those of version 6.
impl Entry for Derived<Event> {
    const KIND: &'static str = "event";
    const VERSION: u64 = 7;

    fn version(&self) -> u64 {
        let Event { revises, solution, .. } = &self.content;
        if solution.kinds.is_some() {
            return 7;
        }
        if solution.arrivals.iter().any(|used| matches!(used.cited, Cited::Observation { .. })) {
            return 6;
        }
        if !solution.parts.is_empty() {
            return 5;
        }
        if !solution.without.is_empty() {
            return 4;
        }
        if solution.association.is_some() { 3 } else { 1 + u64::from(revises.is_some()) }
    }
}

/// Since version 2 a revision may cite what it revises, since version 3 it may say from which side it came, since version 4 that no
/// side is stated of what nobody did; one that does neither keeps the bytes of version 1, one without an attribution those of version
/// 2, one that says anything else of a side those of version 3.
impl Entry for Derived<Finding> {
    const KIND: &'static str = "finding";
    const VERSION: u64 = 4;

    fn version(&self) -> u64 {
        match &self.content.attribution {
            Some(found) if found.origin_side == OriginSide::Abstains(Why::Natural) => 4,
            Some(_) => 3,
            None => 1 + u64::from(self.content.revises.is_some()),
        }
    }
}

/// Since version 2 an array may say it; what a channel says keeps the bytes of version 1.
impl Entry for Derived<Impediment> {
    const KIND: &'static str = "impediment";
    const VERSION: u64 = 2;

    fn version(&self) -> u64 {
        1 + u64::from(self.content.array.is_some())
    }
}

derived_entries! {
    Appraisal, "appraisal", 1;
    Continuity, "continuity", 1;
    LateInput, "late_input", 1;
    Excluded, "excluded", 1;
    CaseClosed, "case_closed", 1;
    Detection, "detection", 1;
    Bearing, "bearing", 1;
    Precedence, "precedence", 1;
    Reassessed, "reassessed", 1;
}
