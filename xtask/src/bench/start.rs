//! `bench start`: from a clean clone to the ready line, and a second start after that.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::verdict;
use crate::arguments::Arguments;
use crate::project::{Project, output_of};
use crate::step;

/// Seconds from an empty target folder to the ready line, on two cores.
const FIRST_S_GOAL: f64 = 600.0;
/// Seconds to the ready line when everything is built.
const SECOND_S_GOAL: f64 = 5.0;

/// What the demo's last line begins with.
const READY: &str = "truceline is ready: ";

/// Variables that would let the clone share what this checkout has built.
const SHARED_FOLDERS: [&str; 4] =
    ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR", "CARGO_BUILD_BUILD_DIR", "CARGO_MANIFEST_DIR"];

/// A folder that is removed, with all that is in it, when it goes.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("    {}: cannot be removed: {error}", self.0.display());
        }
    }
}

/// `bench start [--json]`.
pub(super) fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let as_json = arguments.flag("--json");
    arguments.end("start [--json]")?;
    let mut git = Command::new("git");
    git.args(["status", "--porcelain"]).current_dir(&project.root);
    if !output_of(&mut git)?.is_empty() {
        eprintln!("    this checkout has changes that are not committed; the last commit is what is measured");
    }
    let folder = std::env::temp_dir().join(format!("truceline-start-{}", std::process::id()));
    std::fs::create_dir(&folder).with_context(|| format!("{}: cannot be created", folder.display()))?;
    let folder = Temporary(folder);
    let clone = folder.0.join("truceline");
    step::step("git clone", || {
        step::run(Command::new("git").args(["clone", "--quiet", "--no-hardlinks"]).arg(&project.root).arg(&clone))
    })?;
    let first_s = step::step("first start", || start(&clone, &folder.0.join("first")))?;
    let second_s = step::step("second start", || start(&clone, &folder.0.join("second")))?;
    drop(folder);

    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    if as_json {
        let report = json!({
            "cores": cores,
            "first_s": { "found": first_s, "goal": FIRST_S_GOAL },
            "second_s": { "found": second_s, "goal": SECOND_S_GOAL },
        });
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    }
    println!("{:<34} {:>10}  {:>10}", format!("to the ready line, {cores} cores"), "measured", "goal");
    println!("{:<34} {first_s:>10.1}  {:>10}  {}", "clean clone (s)", "<= 600", verdict(first_s <= FIRST_S_GOAL));
    println!("{:<34} {second_s:>10.1}  {:>10}  {}", "second start (s)", "< 5", verdict(second_s < SECOND_S_GOAL));
    println!("an empty target folder; downloaded crates and packages that cargo and npm keep are used");
    Ok(())
}

/// Runs the demo in the clone, as a person would type it; the seconds until its ready line.
fn start(clone: &Path, store: &Path) -> Result<f64> {
    let mut command = Command::new("cargo");
    command.args(["xtask", "demo", "--no-open", "--once", "--store"]).arg(store).current_dir(clone);
    for name in SHARED_FOLDERS {
        command.env_remove(name);
    }
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("cargo: cannot be started")?;
    let pipe = child.stdout.take().context("cargo: no pipe")?;
    let mut ready_s = None;
    for line in BufReader::new(pipe).lines() {
        let line = line.context("the demo's output cannot be read")?;
        eprintln!("    {line}");
        if line.starts_with(READY) {
            ready_s = Some(start.elapsed().as_secs_f64());
        }
    }
    let status = child.wait().context("the demo cannot be waited for")?;
    if !status.success() {
        bail!("the demo ended with {status}");
    }
    ready_s.context("the demo printed no ready line")
}
