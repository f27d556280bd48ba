//! What changed from one version of a register to another.
use crate::register::{AnyLine, Register};
use std::collections::{BTreeMap, BTreeSet};

/// A field that says something else. None is a field that was or is not there.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The field.
    pub field: String,
    /// What it said.
    pub before: Option<toml::Value>,
    /// What it says.
    pub after: Option<toml::Value>,
}

impl Changed {
    /// What it said and what it says, in one line each.
    #[must_use]
    pub fn words(&self) -> (String, String) {
        let words = |value: &Option<toml::Value>| value.as_ref().map_or("nothing".to_owned(), in_words);
        (words(&self.before), words(&self.after))
    }
}

fn in_words(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::Boolean(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        toml::Value::Datetime(date) => date.to_string(),
        toml::Value::Array(items) => items.iter().map(in_words).collect::<Vec<_>>().join(", "),
        toml::Value::Table(fields) => {
            let fields: Vec<String> = fields.iter().map(|(key, value)| format!("{key} {}", in_words(value))).collect();
            fields.join("; ")
        }
    }
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq)]
pub enum Became {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else.
    Changed(Vec<Changed>),
}

/// A line that is not as it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Its table.
    pub table: &'static str,
    /// Its id.
    pub id: String,
    /// What became of it.
    pub became: Became,
    /// What it rests on: now, or before it was removed.
    pub sources: Vec<String>,
}

/// The lines that are not as they were, by table and id. Where a line stands in its file, and in which file of one layer, makes
/// no difference.
#[must_use]
pub fn diff(before: &Register, after: &Register) -> Vec<Difference> {
    let (old, new) = (before.lines(), after.lines());
    let (old, new) = (by_id(&old), by_id(&new));
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
    let one = |(table, id): (&'static str, &str)| {
        let (was, is) = (old.get(&(table, id)), new.get(&(table, id)));
        let became = match (was, is) {
            (None, _) => Became::Added,
            (_, None) => Became::Removed,
            (Some(was), Some(is)) => Became::Changed(changes(was, is)),
        };
        let sources = is.or(was).map(|line| line.sources.iter().map(ToString::to_string).collect());
        Difference { table, id: id.to_owned(), became, sources: sources.unwrap_or_default() }
    };
    let differences = keys.into_iter().map(one);
    differences.filter(|difference| difference.became != Became::Changed(Vec::new())).collect()
}

type ById<'a> = BTreeMap<(&'static str, &'a str), &'a AnyLine<'a>>;

fn by_id<'a>(lines: &'a [AnyLine<'a>]) -> ById<'a> {
    lines.iter().map(|line| ((line.table, line.id.as_str()), line)).collect()
}

fn changes(was: &AnyLine<'_>, is: &AnyLine<'_>) -> Vec<Changed> {
    let layer = |line: &AnyLine<'_>| toml::Value::String(line.layer.name().to_owned());
    let mut found = Vec::new();
    if was.layer != is.layer {
        found.push(Changed { field: "layer".to_owned(), before: Some(layer(was)), after: Some(layer(is)) });
    }
    let fields: BTreeSet<&String> = was.fields.keys().chain(is.fields.keys()).collect();
    for field in fields {
        let (before, after) = (was.fields.get(field), is.fields.get(field));
        if before != after {
            found.push(Changed { field: field.clone(), before: before.cloned(), after: after.cloned() });
        }
    }
    found
}
