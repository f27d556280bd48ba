//! The live sources of a deployment's file, for `serve --config`.
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use truceline_formats::sources::{self, Source};
use truceline_model::configuration::Clock;
use truceline_node::Node;
use truceline_node::records::RecordIntake;
use truceline_node::sources::{Pace, Say, Sources};

/// What a file of sources says, before anything is connected.
#[derive(Debug)]
pub(crate) struct LiveSources {
    sources: Vec<Source>,
    /// Where the files that it names are looked for.
    folder: PathBuf,
}

/// Reads a file of sources.
pub(crate) fn read(path: &Path) -> Result<LiveSources> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let sources = sources::read(&path.display().to_string(), &text)?;
    Ok(LiveSources { sources, folder: path.parent().unwrap_or(Path::new("")).to_owned() })
}

impl LiveSources {
    /// Connects them; `say` says what changes.
    pub(crate) fn start(self, node: &Arc<Node>, say: &Say) -> Result<Sources> {
        if node.configuration().clock != Clock::Running {
            bail!(
                "the clock of this store is that of recordings, and live sources need this machine's: name \
                 --numbers with clock = \"running\", or begin another store"
            );
        }
        let intake: Arc<dyn RecordIntake> = node.clone();
        Ok(Sources::start(&self.sources, &self.folder, &intake, say, Pace::default())?)
    }
}
