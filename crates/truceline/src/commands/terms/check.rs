//! `truceline terms check`.
use crate::output;
use anyhow::Result;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;
use truceline_accord::agreement::Agreement;
use truceline_accord::check::{Remark, check, passes};

pub(super) fn run(file: &Path, as_json: bool) -> Result<ExitCode> {
    let (_, agreement) = super::read(file)?;
    let remarks = check(&agreement);
    let passes = passes(&remarks);
    if as_json {
        let one = |remark: &Remark| {
            json!({
                "kind": remark.kind.name(), "place": remark.place, "message": remark.message, "advice": remark.advice,
            })
        };
        let remarks: Vec<_> = remarks.iter().map(one).collect();
        output::print(&format!("{}\n", json!({ "file": file, "passes": passes, "remarks": remarks })))?;
    } else {
        output::print(&words(&agreement, &remarks, passes))?;
    }
    Ok(ExitCode::from(u8::from(!passes)))
}

fn words(agreement: &Agreement, remarks: &[Remark], passes: bool) -> String {
    let count = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    let mut text = format!(
        "{}, version {}: {}, {}, {}, {}\n",
        agreement.title,
        agreement.version,
        agreement.class.name().replace('-', " "),
        count(agreement.clauses.len(), "clause"),
        count(agreement.zones.len(), "zone"),
        count(agreement.lines.len(), "line"),
    );
    for line in &agreement.lines {
        text += &format!("  {}: {:.1} km as drawn\n", line.name, line.length_m() / 1e3);
    }
    for remark in remarks {
        text += &format!(
            "{}: {}: {}\n  {}\n",
            remark.kind.name().replace('-', " "),
            remark.place,
            remark.message,
            remark.advice
        );
    }
    text + if passes {
        "passes: nothing contradicts, nothing is unreachable\n"
    } else {
        "does not pass: see contradictions and unreachable parts above\n"
    }
}
