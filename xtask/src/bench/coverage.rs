//! `bench coverage`: what is said to be seen against what was, on sets with true events.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::arguments::Arguments;
use crate::project::{PROFILE, Project, output_of};
use crate::step;

/// The sets, below `$TRUCELINE_DATA`.
const SETS: [&str; 3] = ["association/rate100", "association/rate500", "association/rate2000"];

/// `bench coverage [--json]`.
pub(super) fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let as_json = arguments.flag("--json");
    arguments.end("coverage [--json]")?;
    let folder = std::env::var_os("TRUCELINE_DATA").context("TRUCELINE_DATA does not say where the recordings are")?;
    let mut command = project.cargo(&["run", "--quiet", "--profile", PROFILE, "--package", "truceline-science"]);
    command.args(["--example", "bench_coverage", "--"]);
    command.args(SETS.map(|set| std::path::Path::new(&folder).join(set)));
    let lines = step::step("learning how far sensors see", || output_of(&mut command))?;
    if as_json {
        print!("{lines}");
        return Ok(());
    }
    println!(
        "{:<10} {:>8} {:>7} {:>7} {:>7} {:>7} {:>9}",
        "set", "stations", "events", "said", "seen", "ECE", "us/place"
    );
    for line in lines.lines() {
        let found: Value = serde_json::from_str(line).context("the example printed a line that is no JSON")?;
        let number = |name: &str| found[name].as_f64().with_context(|| format!("the example's line has no {name:?}"));
        println!(
            "{:<10} {:>8.0} {:>7.0} {:>7.3} {:>7.3} {:>7.3} {:>9.1}",
            found["set"].as_str().unwrap_or_default(),
            number("stations")?,
            number("events")?,
            number("said")?,
            number("seen")?,
            number("ece")?,
            number("us_per_place")?
        );
    }
    Ok(())
}
