//! `truceline register check`.
use crate::output;
use anyhow::Result;
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;
use truceline_register::source::Layer;

pub(super) fn run(folder: &Path, as_json: bool) -> Result<ExitCode> {
    let register = super::read(folder)?;
    let found = truceline_register::check(&register);
    let lines = register.lines();
    let of = |layer: Layer| lines.iter().filter(|line| line.layer == layer).count();
    let counts = [Layer::Article, Layer::Record, Layer::Deployment].map(|layer| (layer, of(layer)));
    if as_json {
        let counts: serde_json::Map<String, Value> =
            counts.iter().map(|(layer, count)| (layer.name().to_owned(), json!(count))).collect();
        let found: Vec<Value> = found
            .iter()
            .map(|broken| json!({ "rule": broken.rule.name(), "place": broken.place, "message": broken.message }))
            .collect();
        let passes = found.is_empty();
        output::print(&format!(
            "{}\n",
            json!({ "folder": folder, "passes": passes, "lines": counts, "broken": found })
        ))?;
    } else {
        let mut text = format!("{}, version {}: {} lines\n", register.head.title, register.head.version, lines.len());
        for (layer, count) in counts.iter().filter(|(_, count)| *count > 0) {
            text += &format!("  {layer}: {count}\n");
        }
        found.iter().for_each(|broken| text += &format!("{broken}\n"));
        text += &match found.len() {
            0 => "passes: every line has a source, and no rule is broken\n".to_owned(),
            1 => "does not pass: a rule is broken above\n".to_owned(),
            count => format!("does not pass: {count} rules are broken above\n"),
        };
        output::print(&text)?;
    }
    Ok(ExitCode::from(u8::from(!found.is_empty())))
}
