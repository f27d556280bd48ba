//! `truceline load`: registers files in a store.
use crate::{client, configuration, output, write_side};
use anyhow::{Context, Result, anyhow};
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_desk::api::reassess::Ask;
use truceline_desk::write_side::{LoadAnswer, ReassessAnswer};
use truceline_node::Node;
use truceline_node::store::Store;

/// Register files in a store: detections, notices, agreements.
///
/// A recording is played with its own clock. If a server holds the store, the files go through it. What is
/// impossible is registered as refused, with its reason; the rest goes on. What was registered before is
/// acknowledged again.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  truceline load my-store examples/utah-2004/agreement.toml \
    examples/utah-2004/detections.json")]
pub(crate) struct Load {
    /// The store's folder; made if it does not exist
    store: PathBuf,
    /// Files: detections as JSON, notices and agreements as TOML
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Load {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let mut way: Option<Way> = None;
        let mut answers = Vec::new();
        let mut failed = false;
        for path in &self.files {
            let loaded = read(path).and_then(|bytes| {
                // Opened by the first file that can be read, so that a wrong name makes no store.
                let way = match &mut way {
                    Some(way) => way,
                    none => none.insert(Way::to(&self.store)?),
                };
                way.load(path, &bytes)
            });
            match loaded {
                Ok(answer) => {
                    if !self.json {
                        output::print(&words(path, &answer))?;
                    }
                    answers.push(to_json(path, &answer));
                }
                // The rest goes on: one unreadable file is no reason to leave the others out.
                Err(error) => {
                    failed = true;
                    eprintln!("truceline: {error:#}");
                    answers.push(json!({ "file": path.display().to_string(), "error": format!("{error:#}") }));
                }
            }
        }
        if self.json {
            output::print(&format!("{}\n", json!({ "files": answers })))?;
        }
        Ok(ExitCode::from(u8::from(failed)))
    }
}

/// The bytes of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The way to a store: opened here, or through the server that holds it.
pub(crate) enum Way {
    Here(Box<Node>),
    Server(PathBuf),
}

impl Way {
    /// Makes the store if it does not exist.
    pub(crate) fn to(folder: &Path) -> Result<Self> {
        Self::open(folder, true)
    }

    pub(crate) fn open(folder: &Path, create: bool) -> Result<Self> {
        let store = Store::open(folder, create)?;
        match Node::open(&store, None, &configuration::shipped()?, 1) {
            Ok(node) => Ok(Self::Here(Box::new(node))),
            Err(error) if error.is_locked() => Ok(Self::Server(folder.to_owned())),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) fn reassess(&self, ask: &Ask) -> Result<ReassessAnswer> {
        let asked = ask.reassessment().map_err(|why| anyhow!(why))?;
        match self {
            Self::Here(node) => Ok(write_side::reassess_answer(node.reassess(&asked)?)),
            Self::Server(folder) => client::reassess(folder, ask),
        }
    }

    pub(crate) fn load(&self, path: &Path, bytes: &[u8]) -> Result<LoadAnswer> {
        let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        match self {
            Self::Here(node) => Ok(write_side::answer(node.load(&name, bytes)?)),
            Self::Server(folder) => client::load(folder, &name, bytes),
        }
    }
}

/// What became of a file, in words.
pub(crate) fn words(path: &Path, answer: &LoadAnswer) -> String {
    let mut parts = vec![format!("{} registered", answer.registered)];
    for (count, what) in [
        (answer.already, "registered before"),
        (answer.late, "after their window (only a reassessment uses them)"),
        (answer.excluded.len() as u64, "not used"),
        (answer.refused_count, "refused"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    let mut text = format!("{}: {}: {}\n", path.display(), answer.kind, parts.join(", "));
    for (offset, rule, expected) in &answer.refused {
        text += &format!("  refused {offset} ({rule}): {expected}\n");
    }
    if answer.refused_count > answer.refused.len() as u64 {
        text += &format!("  and {} more; all are in the journal\n", answer.refused_count - answer.refused.len() as u64);
    }
    for reason in &answer.excluded {
        text += &format!("  not used: {reason}\n");
    }
    text
}

/// What became of a file, as JSON.
pub(crate) fn to_json(path: &Path, answer: &LoadAnswer) -> Value {
    json!({
        "file": path.display().to_string(),
        "kind": answer.kind,
        "registered": answer.registered,
        "already": answer.already,
        "late": answer.late,
        "excluded": answer.excluded,
        "refused_count": answer.refused_count,
        "refused": answer.refused.iter().map(|(offset, rule, expected)| {
            json!({ "offset": offset, "rule": rule, "expected": expected })
        }).collect::<Vec<_>>(),
    })
}
