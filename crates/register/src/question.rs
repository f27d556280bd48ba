//! What is open, and what else was said.
use crate::source::SourceRef;
use crate::words::{Id, Words};
use serde::{Deserialize, Serialize};

/// A question that the sources leave open. It is never answered by the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenQuestion {
    /// What other lines call it.
    pub id: Id,
    /// The question.
    pub text: Words,
    /// The pillars that it is about.
    #[serde(default)]
    pub pillars: Vec<Id>,
    /// The states that it is about; all, if none are named.
    #[serde(default)]
    pub states: Vec<Id>,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}

/// What a source says of something in the register, for its context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// What other lines call it.
    pub id: Id,
    /// The line that it is about.
    pub about: Id,
    /// In our words.
    pub text: Words,
    /// What the line rests on.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
}
