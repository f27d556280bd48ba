//! A bulletin before it has a format: head, sections, sentences and tables, in one language.
use serde::Serialize;
use serde_json::Value;

/// A bulletin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// ISO 639-1 code of its language.
    pub language: &'static str,
    /// Which kind of bulletin.
    pub kind: &'static str,
    /// Its title, number and year included.
    pub title: String,
    /// What stands in its head.
    pub head: Vec<Line>,
    /// What is said on every page.
    pub banners: Vec<String>,
    /// Its sections.
    pub sections: Vec<Section>,
    /// The cases that it rests on, for machines.
    pub records: Vec<Value>,
    /// So many bytes its text form may have.
    #[serde(skip)]
    pub text_bytes_max: usize,
}

/// A line of the head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its name for machines.
    pub key: &'static str,
    /// Its name for people.
    pub label: String,
    /// What it says.
    pub value: String,
}

/// A section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Its number, or the letter of an annex; empty where it has none.
    pub id: &'static str,
    /// Its title.
    pub title: String,
    /// What it says.
    pub blocks: Vec<Block>,
}

impl Section {
    /// Whether it is an annex or a table of its own, whose title says which.
    #[must_use]
    pub fn is_annex(&self) -> bool {
        self.id.starts_with(|letter: char| letter.is_ascii_uppercase())
    }
}

/// A piece of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Block {
    /// A sentence or some.
    Text(String),
    /// Points.
    List(Vec<String>),
    /// A table.
    Table(Table),
}

/// A table. Without rows it says why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each as long as the columns.
    pub rows: Vec<Vec<String>>,
    /// What is said where there are no rows.
    pub empty: String,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its name for machines.
    pub key: &'static str,
    /// Its name for people.
    pub title: String,
}
