//! `bench associate`: the command on files with known events, beside PyOcto and GaMMA on the same files.

pub(super) mod answer;
pub(super) mod gunshot;
mod infrasound;
mod italy;
mod oracle;
mod score;
mod synthetic;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::figure::{Figure, print};
use crate::arguments::Arguments;
use crate::project::Project;
use crate::step;

/// How long a peer may take on one set, s: the longest that one was waited for when they were first measured.
const PEER_WAIT_S: u64 = 300;

/// What the measurements need.
pub(super) struct Bench<'a> {
    project: &'a Project,
    pub(super) binary: PathBuf,
    /// The folder of recordings.
    pub(super) data: PathBuf,
    /// A folder for what is written.
    pub(super) folder: PathBuf,
    pub(super) python: String,
    /// The folder of the peers' scripts.
    pub(super) peer: Option<PathBuf>,
    with_peers: bool,
}

impl<'a> Bench<'a> {
    pub(super) fn new(
        project: &'a Project,
        binary: Option<String>,
        peer: Option<String>,
        python: Option<String>,
    ) -> Result<Self> {
        let data = std::env::var_os("TRUCELINE_DATA").map(PathBuf::from);
        let data = data.context("TRUCELINE_DATA is not set; expected the folder of recordings")?;
        let binary = match binary {
            Some(binary) => PathBuf::from(binary),
            None => {
                step::step("cargo build --release", || {
                    step::run(&mut project.cargo(&["build", "--release", "-p", "truceline"]))
                })?;
                project.target()?.join("release/truceline")
            }
        };
        let folder = std::env::temp_dir().join(format!("truceline-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self {
            project,
            binary,
            data,
            folder,
            with_peers: python.is_some(),
            python: python.unwrap_or_else(|| "python3".to_owned()),
            peer: peer.map(PathBuf::from),
        })
    }

    /// One of the project's own scripts around a peer, on one thread.
    fn peer_command(&self, script: &str) -> Command {
        let mut command = Command::new(&self.python);
        command.arg(self.project.root.join("xtask/peers").join(script)).env("PYTHONDONTWRITEBYTECODE", "1");
        for threads in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"] {
            command.env(threads, "1");
        }
        command
    }
}

impl Drop for Bench<'_> {
    fn drop(&mut self) {
        // A folder that stays takes room in the temporary folder and nothing else.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// `bench associate [--json] [--only SET] [--peer DIR] [--python FILE] [--binary FILE]`.
pub(super) fn run(project: &Project, mut arguments: Arguments) -> Result<()> {
    let as_json = arguments.flag("--json");
    let only = arguments.option("--only")?;
    let binary = arguments.option("--binary")?;
    let (peer, python) = (arguments.option("--peer")?, arguments.option("--python")?);
    arguments.end("associate [--json] [--only SET] [--peer DIR] [--python FILE] [--binary FILE]")?;
    let bench = Bench::new(project, binary, peer, python)?;
    let wanted = |set: &str| only.as_deref().is_none_or(|only| set.starts_with(only));
    let mut figures: Vec<Figure> = Vec::new();
    for ask in synthetic::ASKS.iter().filter(|ask| wanted(ask.name)) {
        synthetic::run(&bench, ask, &mut figures)?;
    }
    if wanted(oracle::STREAM) {
        oracle::stream(&bench, &mut figures)?;
    }
    if wanted("italy") {
        italy::run(&bench, &mut figures)?;
    }
    if wanted("gunshot") {
        gunshot::run(&bench, &mut figures)?;
    }
    if wanted("infrasound") {
        infrasound::run(&bench, &mut figures)?;
    }
    if as_json {
        let figures: Vec<Value> = figures.iter().map(Figure::to_json).collect();
        println!("{}", serde_json::to_string_pretty(&json!({ "figures": figures }))?);
    } else {
        print(&figures);
    }
    Ok(())
}
