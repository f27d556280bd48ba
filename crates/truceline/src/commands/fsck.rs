//! `truceline fsck`: re-hashes a store and names every bad byte range.
use crate::output;
use crate::store;
use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use truceline_node::fsck::{Fault, FsckProgress, Report, fsck};

/// Everything is what was registered.
const SOUND: u8 = 0;
/// Something is not.
const DAMAGED: u8 = 1;
/// Nothing could be said: the store is in use, or cannot be read.
const NOT_CHECKED: u8 = 2;

/// How often it says how far it is.
const SAID_EVERY: Duration = Duration::from_secs(2);

/// Re-hash a whole store and name every byte range that is not what was registered.
///
/// Reads journal, index, tiles, checkpoint, sign guard and payloads; repairs nothing. Index and tiles are made anew at the
/// next start; an entry or a payload has to come from a copy. Exit 0: sound. Exit 1: damaged. Exit 2: it could not be checked.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  truceline fsck my-store\n  truceline fsck my-store --json")]
pub(crate) struct Fsck {
    /// The store's folder
    store: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Fsck {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let mut said = Instant::now();
        let mut progress = |at: FsckProgress| {
            if said.elapsed() >= SAID_EVERY {
                said = Instant::now();
                eprintln!("truceline: {}: {} of {} MB", at.part, at.done / 1_000_000, at.of / 1_000_000);
            }
        };
        let checked = store::open(&self.store, false).and_then(|store| Ok(fsck(&store, &mut progress)?));
        let report = match checked {
            Ok(report) => report,
            Err(error) => {
                eprintln!("truceline: {error:#}");
                return Ok(ExitCode::from(NOT_CHECKED));
            }
        };
        let text = if self.json { format!("{}\n", to_json(&report)) } else { words(&report) };
        output::print(&text)?;
        Ok(ExitCode::from(if report.is_sound() { SOUND } else { DAMAGED }))
    }
}

fn words(report: &Report) -> String {
    let mut text = format!(
        "{} entries, {} payloads, {} erased: {} bytes re-hashed\n",
        report.entries, report.payloads, report.erased, report.bytes
    );
    if report.unacknowledged_bytes > 0 {
        text +=
            &format!("{} bytes that a crash cut short; nobody was told that they stand\n", report.unacknowledged_bytes);
    }
    for fault in &report.faults {
        text += &format!("{fault}\n");
    }
    match report.more {
        0 if report.is_sound() => text += "sound: everything is what was registered\n",
        0 => text += &format!("damaged: {} faults\n", report.faults.len()),
        more => text += &format!("damaged: {} faults, and {more} more\n", report.faults.len()),
    }
    text
}

fn to_json(report: &Report) -> Value {
    let fault = |fault: &Fault| json!({ "file": fault.file, "from": fault.bytes.start, "to": fault.bytes.end, "entry": fault.index, "what": fault.what });
    json!({
        "sound": report.is_sound(),
        "entries": report.entries,
        "signed": report.signed,
        "payloads": report.payloads,
        "erased": report.erased,
        "bytes": report.bytes,
        "unacknowledged_bytes": report.unacknowledged_bytes,
        "faults": report.faults.iter().map(fault).collect::<Vec<Value>>(),
        "more": report.more,
    })
}
