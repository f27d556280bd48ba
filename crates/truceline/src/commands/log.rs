//! `truceline log`: the log as plain files for mirrors, and the check of such files, ours or another log's.
use crate::output;
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::note::VerifierKey;
use truceline_evidence::tiles::{LogFault, check};
use truceline_node::journal::{Journal, Mode};
use truceline_node::store::Store;

/// The log is whole.
const SOUND: u8 = 0;
/// Something does not fit.
const DAMAGED: u8 = 1;
/// Nothing could be said.
const NOT_CHECKED: u8 = 2;
/// The most faults that are kept one by one; what is over it is counted.
const FAULTS_NAMED_MAX: usize = 1_000;

/// Write the log as plain files, or check such files.
///
/// The files are those of C2SP tlog-tiles: any tool of transparency logs reads them, and any web server can serve them. They
/// hold salted commitments and tell nothing of an entry but that it is there.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  truceline log export my-store mirror\n  \
                        truceline log check mirror --key my-store/journal.vkey")]
pub(crate) struct Log {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Write checkpoint, tiles and entry bundles; goes on from an earlier export
    Export {
        /// The store's folder
        store: PathBuf,
        /// The folder to write to; made if it does not exist
        folder: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Check each tile of a log against its entry bundles, and the root against the signed checkpoint. Exit 0: whole.
    /// Exit 1: something does not fit. Exit 2: it could not be checked
    Check {
        /// The folder with `checkpoint` and `tile`
        folder: PathBuf,
        /// A file with the log's verifier key in its first line
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

impl Log {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self.what {
            What::Export { store, folder, json } => export(&store, &folder, json),
            What::Check { folder, key, json } => match checkpoint(&folder, &key) {
                Ok(checkpoint) => checked(&folder, &checkpoint, json),
                Err(error) => {
                    eprintln!("truceline: {error:#}");
                    Ok(ExitCode::from(NOT_CHECKED))
                }
            },
        }
    }
}

fn export(store: &Path, folder: &Path, as_json: bool) -> Result<ExitCode> {
    let journal = Journal::open(&Store::open(store, false)?, Mode::Read)?;
    if let Some(problem) = journal.problem() {
        eprintln!("truceline: {problem}");
        return Ok(ExitCode::from(DAMAGED));
    }
    let exported = truceline_desk::log::export(&journal, folder)?;
    output::print(&if as_json {
        format!("{}\n", json!({ "size": exported.size, "written": exported.written, "kept": exported.kept }))
    } else {
        format!("{} entries: {} files written, {} stood already\n", exported.size, exported.written, exported.kept)
    })?;
    Ok(ExitCode::from(SOUND))
}

fn checkpoint(folder: &Path, key: &Path) -> Result<Checkpoint> {
    let read = |path: &Path| std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()));
    let text = read(key)?;
    let key = VerifierKey::parse(text.lines().next().unwrap_or_default()).with_context(|| key.display().to_string())?;
    let path = folder.join("checkpoint");
    Checkpoint::open(&read(&path)?, &key).with_context(|| path.display().to_string())
}

fn checked(folder: &Path, checkpoint: &Checkpoint, as_json: bool) -> Result<ExitCode> {
    let (mut faults, mut more) = (Vec::new(), 0_u64);
    let fetch = |tile: &truceline_evidence::tiles::Tile| std::fs::read(folder.join(tile.to_string())).ok();
    check(checkpoint, fetch, |fault| if faults.len() < FAULTS_NAMED_MAX { faults.push(fault) } else { more += 1 });
    let sound = faults.is_empty();
    let text = if as_json {
        let of = |fault: &LogFault| json!({ "tile": fault.tile.map(|tile| tile.to_string()), "entry": fault.index, "what": fault.what });
        let faults: Vec<Value> = faults.iter().map(of).collect();
        format!(
            "{}\n",
            json!({ "sound": sound, "size": checkpoint.size, "root": checkpoint.root.to_string(), "faults": faults, "more": more })
        )
    } else {
        words(checkpoint, &faults, more)
    };
    output::print(&text)?;
    Ok(ExitCode::from(if sound { SOUND } else { DAMAGED }))
}

fn words(checkpoint: &Checkpoint, faults: &[LogFault], more: u64) -> String {
    let mut text = format!("{}: {} entries, root {}\n", checkpoint.origin, checkpoint.size, checkpoint.root);
    for fault in faults {
        let place = fault.tile.map_or_else(|| "checkpoint".to_owned(), |tile| tile.to_string());
        let entry = fault.index.map(|index| format!(" (entry {index})")).unwrap_or_default();
        text += &format!("{place}{entry}: {}\n", fault.what);
    }
    match (faults.len(), more) {
        (0, _) => text += "sound: all tiles are those of the entries, under the signed root\n",
        (named, 0) => text += &format!("damaged: {named} faults\n"),
        (named, more) => text += &format!("damaged: {named} faults, and {more} more\n"),
    }
    text
}
