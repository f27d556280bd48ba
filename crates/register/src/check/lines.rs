//! Rules that hold of every line: where it comes from, its id, what it speaks of.
use super::{Rule, Violation};
use crate::register::{AnyLine, Register};
use crate::source::{Layer, SENTENCES, SourceRef};
use std::collections::BTreeMap;

pub(super) fn check(register: &Register) -> Vec<Violation> {
    let lines = register.lines();
    let mut found = Vec::new();
    let mut first: BTreeMap<&str, &AnyLine<'_>> = BTreeMap::new();
    for line in &lines {
        let earlier = first.entry(line.id.as_str()).or_insert(line);
        if earlier.place != line.place {
            let rule = if line.table == "state" && earlier.table == "state" { Rule::StateTwice } else { Rule::IdTwice };
            let message = format!("{} stands at {} already, expected each id once", line.id, earlier.place);
            found.push(Violation::new(rule, line.place, message));
        }
    }
    for line in &lines {
        sources(line, &first, &mut found);
        references(line, &first, &mut found);
    }
    found
}

fn sources(line: &AnyLine<'_>, first: &BTreeMap<&str, &AnyLine<'_>>, found: &mut Vec<Violation>) {
    let mut broken = |rule, message: String| found.push(Violation::new(rule, line.place, message));
    if line.table == "source" {
        if line.layer == Layer::Article {
            broken(Rule::BesideTheArticle, format!("{} is a source of its own, expected sentences alone", line.id));
        }
        return;
    }
    // The sources of the line itself come first; those of its parts do not stand for them.
    let own = line.fields.get("sources").and_then(toml::Value::as_array).map_or(0, Vec::len);
    if own == 0 {
        let rule = if line.table == "pledge" { Rule::PledgeWithoutSource } else { Rule::WithoutSource };
        broken(rule, format!("{} has no source, expected at least one", line.id));
    }
    let is_article = line.layer == Layer::Article;
    let mut has_sentence = false;
    for source in &line.sources {
        match source {
            SourceRef::Sentence(number) if (1..=SENTENCES).contains(number) => has_sentence = true,
            SourceRef::Sentence(_) => {
                broken(Rule::SentenceOutOfRange, format!("{source}, expected S1 to S{SENTENCES}"));
            }
            SourceRef::Source(id) if is_article => {
                broken(Rule::BesideTheArticle, format!("{id}, expected sentences such as S12 alone"));
            }
            SourceRef::Source(id) => match first.get(id.as_str()) {
                Some(cited) if cited.table == "source" && cited.layer <= line.layer => {}
                Some(cited) if cited.table == "source" => {
                    broken(Rule::LaterLayer, format!("{id} is of the layer {}", cited.layer));
                }
                _ => broken(Rule::Unknown, format!("sources: {id:?}, expected the id of a source", id = id.as_str())),
            },
        }
    }
    if is_article && own > 0 && !has_sentence {
        broken(Rule::WithoutSentence, format!("{} has no sentence, expected at least one", line.id));
    }
}

fn references(line: &AnyLine<'_>, first: &BTreeMap<&str, &AnyLine<'_>>, found: &mut Vec<Violation>) {
    for reference in &line.refs {
        let tables = reference.to.tables();
        let of = if tables.is_empty() { "a line".to_owned() } else { format!("a {}", tables.join(" or ")) };
        match first.get(reference.id) {
            Some(held) if !tables.is_empty() && !tables.contains(&held.table) => {
                let message =
                    format!("{}: {:?} is a {}, expected the id of {of}", reference.field, reference.id, held.table);
                found.push(Violation::new(Rule::Unknown, line.place, message));
            }
            Some(held) if held.layer > line.layer => {
                let message = format!(
                    "{}: {:?} is of the layer {}, which may be off, expected {} or an earlier one",
                    reference.field, reference.id, held.layer, line.layer
                );
                found.push(Violation::new(Rule::LaterLayer, line.place, message));
            }
            Some(_) => {}
            None => {
                let message = format!("{}: {:?}, expected the id of {of}", reference.field, reference.id);
                found.push(Violation::new(Rule::Unknown, line.place, message));
            }
        }
    }
}
