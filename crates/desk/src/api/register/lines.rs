//! Lines of the register, as they were said: what nobody said is null, and *unclear* is a value.
mod arrangement;
mod commitments;

pub use arrangement::{
    ActivationLine, BodyLine, GroupLine, InstrumentLine, OrganisationLine, PillarLine, RelationLine, StateLine,
};
pub use commitments::{
    CaveatLine, DeploymentLine, FacilityLine, PledgeLine, ProgrammeLine, QualifierLine, StepLine, TrackLine,
    TrancheLine, WaterLine,
};

use serde::Serialize;
use std::collections::BTreeMap;
use truceline_register::pillar;
use truceline_register::quantity;
use truceline_register::question;
use truceline_register::register::Line;
use truceline_register::reminder;
use truceline_register::source::{self, SourceRef};
use truceline_register::words::{Date, Id, Text, Words};
use utoipa::ToSchema;

/// A text by language, by codes of two letters. English is always there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
pub struct Texts(BTreeMap<String, String>);

impl Texts {
    pub(crate) fn of(words: &Words) -> Self {
        Self(words.texts().map(|(language, text)| (language.to_owned(), text.to_owned())).collect())
    }

    pub(crate) fn of_option(words: Option<&Words>) -> Option<Self> {
        words.map(Self::of)
    }
}

pub(super) fn ids(list: &[Id]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

pub(super) fn cited(sources: &[SourceRef]) -> Vec<String> {
    sources.iter().map(ToString::to_string).collect()
}

fn text(text: Option<&Text>) -> Option<String> {
    text.map(ToString::to_string)
}

fn date(date: Option<Date>) -> Option<String> {
    date.map(|date| date.to_string())
}

/// What stands at the head of each line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LineHead {
    /// What other lines call it.
    pub id: String,
    /// `article`, `record` or `deployment`.
    pub layer: String,
    /// What it rests on: `S12` is a sentence of the article, anything else the id of a source.
    pub sources: Vec<String>,
}

impl LineHead {
    fn of<T>(line: &Line<T>, id: &Id, sources: &[SourceRef]) -> Self {
        Self { id: id.to_string(), layer: line.layer.name().to_owned(), sources: cited(sources) }
    }
}

/// How much. *Unclear* is a value, and it is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Quantity {
    /// Whether it was said how much.
    pub clear: bool,
    /// The least; null where it is unclear.
    pub from: Option<u64>,
    /// The most; null where it is unclear, or no most was said.
    pub to: Option<u64>,
    /// Of what.
    pub unit: Option<String>,
}

impl From<&quantity::Quantity> for Quantity {
    fn from(quantity: &quantity::Quantity) -> Self {
        let (from, to, unit) = match quantity {
            quantity::Quantity::Unclear => (None, None, None),
            quantity::Quantity::Exact(count, unit) => (Some(*count), Some(*count), Some(unit)),
            quantity::Quantity::Range(from, to, unit) => (Some(*from), Some(*to), Some(unit)),
            quantity::Quantity::AtLeast(count, unit) => (Some(*count), None, Some(unit)),
        };
        Self { clear: quantity.is_clear(), from, to, unit: text(unit) }
    }
}

/// What must be so before a component is in play. Nothing is done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Need {
    /// Such as `ceasefire`.
    pub condition: String,
    /// Whether only people can say that it is met.
    pub for_people: bool,
}

impl From<&pillar::Condition> for Need {
    fn from(condition: &pillar::Condition) -> Self {
        Self { condition: condition.name().to_owned(), for_people: condition.is_for_people() }
    }
}

fn names<T: Copy>(list: &[T], name: fn(T) -> &'static str) -> Vec<String> {
    list.iter().map(|item| name(*item).to_owned()).collect()
}

/// What is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuestionLine {
    /// Its head.
    #[serde(flatten)]
    pub head: LineHead,
    /// The question.
    pub text: Texts,
    /// The pillars that it is about.
    pub pillars: Vec<String>,
    /// The states that it is about; all, if none are named.
    pub states: Vec<String>,
}

impl From<&Line<question::OpenQuestion>> for QuestionLine {
    fn from(line: &Line<question::OpenQuestion>) -> Self {
        Self {
            head: LineHead::of(line, &line.id, &line.sources),
            text: Texts::of(&line.text),
            pillars: ids(&line.pillars),
            states: ids(&line.states),
        }
    }
}

/// What else was said of something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NoteLine {
    /// Its head.
    #[serde(flatten)]
    pub head: LineHead,
    /// The line that it is about.
    pub about: String,
    /// In the register's words.
    pub text: Texts,
}

impl From<&Line<question::Note>> for NoteLine {
    fn from(line: &Line<question::Note>) -> Self {
        Self {
            head: LineHead::of(line, &line.id, &line.sources),
            about: line.about.to_string(),
            text: Texts::of(&line.text),
        }
    }
}

/// A clock that reminds people. Nothing else ever comes of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReminderLine {
    /// Its head.
    #[serde(flatten)]
    pub head: LineHead,
    /// What people are reminded of.
    pub text: Texts,
    /// `called-at`, `first-report` or `breach-time`.
    pub from: String,
    /// After how many hours.
    pub after_h: u32,
    /// Whether it reminds at all.
    pub on: bool,
}

impl From<&Line<reminder::Reminder>> for ReminderLine {
    fn from(line: &Line<reminder::Reminder>) -> Self {
        Self {
            head: LineHead::of(line, &line.id, &line.sources),
            text: Texts::of(&line.text),
            from: line.from.name().to_owned(),
            after_h: line.after_h,
            on: line.on,
        }
    }
}

/// A source beside the article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SourceLine {
    /// What lines cite it by.
    pub id: String,
    /// Who published it.
    pub publisher: String,
    /// What it is.
    pub what: String,
    /// When it was published.
    pub published: Option<String>,
    /// `A` (an official own text) to `D` (weak).
    pub grade: String,
}

impl From<&Line<source::Source>> for SourceLine {
    fn from(line: &Line<source::Source>) -> Self {
        Self {
            id: line.id.to_string(),
            publisher: line.publisher.to_string(),
            what: line.what.to_string(),
            published: date(line.published),
            grade: line.grade.name().to_owned(),
        }
    }
}
