//! `truceline register diff`.
use crate::output;
use anyhow::Result;
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;
use truceline_register::diff::{Became, Difference, diff};

pub(super) fn run(before: &Path, after: &Path, as_json: bool) -> Result<ExitCode> {
    let (before, after) = (super::read_sound(before)?, super::read_sound(after)?);
    let differences = diff(&before, &after);
    if as_json {
        let (from, to) = (before.head.version, after.head.version);
        let all: Vec<Value> = differences.iter().map(object).collect();
        output::print(&format!("{}\n", json!({ "from_version": from, "to_version": to, "differences": all })))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = format!("{}: version {} to {}\n", after.head.title, before.head.version, after.head.version);
    for difference in &differences {
        let sources = difference.sources.join(" ");
        let what = match &difference.became {
            Became::Added => "added",
            Became::Removed => "removed",
            Became::Changed(_) => "changed",
        };
        text += &format!("{what} {} {} [{sources}]\n", difference.table, difference.id);
        if let Became::Changed(fields) = &difference.became {
            for changed in fields {
                let (before, after) = changed.words();
                text += &format!("  {}: {before} -> {after}\n", changed.field);
            }
        }
    }
    text += &match differences.len() {
        0 => "nothing changed\n".to_owned(),
        1 => "1 line is not as it was\n".to_owned(),
        count => format!("{count} lines are not as they were\n"),
    };
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn object(difference: &Difference) -> Value {
    let (became, fields) = match &difference.became {
        Became::Added => ("added", &[][..]),
        Became::Removed => ("removed", &[][..]),
        Became::Changed(fields) => ("changed", fields.as_slice()),
    };
    let fields: Vec<Value> = fields
        .iter()
        .map(|changed| json!({ "field": changed.field, "before": changed.before, "after": changed.after }))
        .collect();
    json!({
        "table": difference.table, "id": difference.id, "became": became, "fields": fields, "sources": difference.sources,
    })
}
