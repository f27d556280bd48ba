//! Instruments, who stands how to them, and the witnesses of their text.
use crate::pillar::Modality;
use crate::source::SourceRef;
use crate::words::{Date, Id, Text, Words, choice};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use truceline_model::hash::Hash;

choice! {
    /// What an instrument is in law, as far as was said.
    Nature {
        /// An intent.
        PoliticalIntent => "political-intent",
        /// It binds politically.
        PoliticallyBinding => "politically-binding",
        /// It binds in law.
        LegallyBinding => "legally-binding",
        /// It says that a commitment will be finalised.
        CommitmentToFinalise => "commitment-to-finalise",
        /// Not known.
        Unclear => "unclear",
    }
}

/// An instrument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// What other lines call it.
    pub id: Id,
    /// Its title.
    pub title: Words,
    /// What it is in law.
    pub nature: Nature,
    /// How firmly it speaks.
    pub modality: Modality,
    /// The pillars of which it speaks.
    #[serde(default)]
    pub pillars: Vec<Id>,
    /// Where it was made.
    pub place: Option<Text>,
    /// What it says, in our words.
    pub text: Option<Words>,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}

choice! {
    /// How somebody stands to an instrument. Only the first makes a signatory.
    RelationKind {
        /// Signed it.
        Signed => "signed",
        /// Endorsed it.
        Endorsed => "endorsed",
        /// It was discussed with them.
        DiscussedWith => "discussed-with",
        /// Was there.
        Attended => "attended",
    }
}

/// How somebody stands to an instrument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// What other lines call it.
    pub id: Id,
    /// The instrument.
    pub instrument: Id,
    /// Who.
    pub who: Id,
    /// How.
    pub kind: RelationKind,
    /// When, if that was said.
    pub date: Option<Date>,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}

choice! {
    /// Which text a witness shows.
    Stage {
        /// A draft.
        Draft => "draft",
        /// The final text.
        Final => "final",
        /// Not known.
        Unclear => "unclear",
    }
}

/// The SHA-256 of a text as it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextHash(pub Hash);

impl<'de> Deserialize<'de> for TextHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let expected = || D::Error::custom(format!("{text:?}, expected a SHA-256 of 64 digits in lower case"));
        Hash::from_hex(&text).map(Self).ok_or_else(expected)
    }
}

impl Serialize for TextHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Somebody's copy of an instrument's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextWitness {
    /// What other lines call it.
    pub id: Id,
    /// The instrument.
    pub instrument: Id,
    /// Who published the copy.
    pub publisher: Text,
    /// In which language.
    pub language: Text,
    /// Where it is found.
    pub address: Option<Text>,
    /// When it was taken.
    pub retrieved: Option<Date>,
    /// Draft or final.
    pub stage: Stage,
    /// The hash of the whole text, if it was to be had.
    pub hash: Option<TextHash>,
    /// The part of the text of which `says` speaks.
    pub part: Option<Id>,
    /// What the copy says there, in a few words.
    pub says: Option<Text>,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}

/// Where witnesses of one instrument differ: by part, what each wording is and who has it. Parts on which all agree are left
/// out.
#[must_use]
pub fn differences<'a>(
    witnesses: impl IntoIterator<Item = &'a TextWitness>,
) -> BTreeMap<&'a Id, BTreeMap<&'a str, Vec<&'a TextWitness>>> {
    let mut parts: BTreeMap<&Id, BTreeMap<&str, Vec<&TextWitness>>> = BTreeMap::new();
    for witness in witnesses {
        if let (Some(part), Some(says)) = (&witness.part, &witness.says) {
            parts.entry(part).or_default().entry(says.as_str()).or_default().push(witness);
        }
    }
    parts.retain(|_, wordings| wordings.len() > 1);
    parts
}
