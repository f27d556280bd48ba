//! Where a line comes from: its layer, and the sentences or records that say it.
use crate::words::{Date, Id, Text, choice};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// How many sentences the article has.
pub const SENTENCES: u16 = 40;

choice! {
    /// What sort of source a line rests on. A later layer may speak of an earlier one, never the reverse.
    Layer {
        /// The article, by the numbers of its sentences.
        Article => "article",
        /// The public record: statements, agencies. Off unless asked for.
        Record => "record",
        /// What a deployment enters itself.
        Deployment => "deployment",
    }
}

choice! {
    /// How good a record is.
    Grade {
        /// An official own text.
        A => "A",
        /// An agency or an outlet of quality.
        B => "B",
        /// One outlet that cites another.
        C => "C",
        /// Weak.
        D => "D",
    }
}

/// What a line rests on: `S12` is a sentence of the article, anything else the id of a [`Source`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceRef {
    /// A sentence of the article, by its number.
    Sentence(u16),
    /// A source of the register.
    Source(Id),
}

impl fmt::Display for SourceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sentence(number) => write!(f, "S{number}"),
            Self::Source(id) => id.fmt(f),
        }
    }
}

impl<'de> Deserialize<'de> for SourceRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let number = text.strip_prefix('S').filter(|rest| !rest.starts_with('0')).and_then(|rest| rest.parse().ok());
        if let Some(number) = number {
            return Ok(Self::Sentence(number));
        }
        let expected = || D::Error::custom(format!("{text:?}, expected a sentence such as \"S12\" or a source's id"));
        Id::new(&text).map(Self::Source).ok_or_else(expected)
    }
}

impl Serialize for SourceRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A source of the record or of a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What lines cite it by.
    pub id: Id,
    /// Who published it.
    pub publisher: Text,
    /// What it is.
    pub what: Text,
    /// Where it is found.
    pub address: Option<Text>,
    /// When it was published.
    pub published: Option<Date>,
    /// How good it is.
    pub grade: Grade,
}
