//! `truceline relay`: what the first relay does with frames before it passes them on.
use crate::clock;
use crate::output;
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::frame::{self, Authenticity, Beacon, ClockEvidence, InFile};
use truceline_evidence::note::{Note, VerifierKey};
use truceline_evidence::receipt::{self, MAX_RECEIPT_FRAMES, Receipt, Relayed, Row};
use truceline_model::time::Time;
use truceline_node::key_file;

/// Give receipts for frames that arrived at a relay: by when, signed with the relay's key, in batches.
///
/// Whoever takes a station's key later can make no frames for the time before: they have no receipt. The receipts go on from
/// those of --after, the file that the relay wrote before. The relay's key is enrolled with `truceline keys enrol --role relay`;
/// register what it wrote with `truceline load`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  truceline relay --key r01.key --relay R01 tl01.tlframes tl02.tlframes --out monday.tlrelayed\n  \
    truceline relay --key r01.key --relay R01 --after monday.tlrelayed tl01.tlframes --out tuesday.tlrelayed"
)]
pub(crate) struct Relay {
    /// Files of frames as they arrived from stations
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The relay's secret key
    #[arg(long)]
    key: PathBuf,
    /// The relay's name in the key register
    #[arg(long)]
    relay: String,
    /// What it wrote before
    #[arg(long, value_name = "RELAYED")]
    after: Option<PathBuf>,
    /// The newest checkpoint of the journal that the relay has seen: it bounds the receipt from below
    #[arg(long, value_name = "FILE", requires = "journal")]
    checkpoint: Option<PathBuf>,
    /// The key of the journal that signed the checkpoint
    #[arg(long, value_name = "VKEY", requires = "checkpoint")]
    journal: Option<String>,
    /// What the relay's clock follows
    #[arg(long, default_value = "network")]
    clock: super::seal::Clock,
    /// One standard deviation of that clock, milliseconds
    #[arg(long, value_name = "MS", default_value_t = 1_000)]
    clock_sigma_ms: u32,
    /// By when the frames had arrived: now, or an instant (for a recording)
    #[arg(long, value_name = "TIME", default_value = "now")]
    time: String,
    /// The file to write
    #[arg(long)]
    out: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Relay {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let time = match self.time.as_str() {
            "now" => clock::now()?,
            text => Time::parse(text).context("--time")?,
        };
        let key = key_file::read(&self.key)?;
        let last = self.after.as_deref().map(last_receipt).transpose()?;
        if let Some(last) = &last {
            if last.relay != self.relay {
                bail!("the receipts before are those of {}", last.relay);
            }
            if last.time > time {
                bail!("the receipt before is of {}, after {time}: a relay's receipts go on in time", last.time);
            }
        }
        let beacon = match (&self.checkpoint, &self.journal) {
            (Some(file), Some(journal)) => Some(beacon(file, journal)?),
            _ => None,
        };
        let clock = ClockEvidence {
            source: self.clock.source(),
            sigma_ns: u64::from(self.clock_sigma_ms) * 1_000_000,
            satellites: 0,
            authenticity: Authenticity::Unchecked,
            holdover_s: 0,
        };
        let mut frames: Vec<InFile> = Vec::new();
        for path in &self.files {
            let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            for read in frame::read(&bytes) {
                frames.push(read.with_context(|| path.display().to_string())?.1);
            }
        }
        if frames.is_empty() {
            bail!("there is no frame in the files, so there is nothing to give a receipt for");
        }
        let mut row = Row::after(last.as_ref(), &self.relay, &key, clock);
        let (mut out, mut receipts) = (receipt::MAGIC.to_vec(), 0_u64);
        for batch in frames.chunks(MAX_RECEIPT_FRAMES) {
            let sealed: Vec<_> = batch.iter().map(|frame| frame.sealed.clone()).collect();
            let given = row.give(&sealed, time, beacon, &key);
            given.receipt().map_err(|error| anyhow!("the receipt cannot be: {error}"))?;
            receipt::write(&mut out, &given);
            batch.iter().for_each(|one| frame::write(&mut out, &one.sealed, one.payload.as_deref()));
            receipts += 1;
        }
        std::fs::write(&self.out, &out).with_context(|| format!("cannot write {}", self.out.display()))?;
        let (file, count) = (self.out.display(), frames.len());
        if self.json {
            let answer =
                json!({ "file": file.to_string(), "frames": count, "receipts": receipts, "time": time.to_string() });
            output::print(&format!("{answer}\n"))?;
        } else {
            output::print(&format!(
                "{file}: {count} frames had arrived by {time}, {receipts} receipts of {}\n",
                self.relay
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn last_receipt(path: &Path) -> Result<Receipt> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut last = None;
    for read in receipt::read(&bytes) {
        if let Relayed::Receipt(sealed) = read.with_context(|| path.display().to_string())?.1 {
            last = Some(sealed.receipt().map_err(|error| anyhow!("{}: {error}", path.display()))?);
        }
    }
    last.ok_or_else(|| anyhow!("{}: there is no receipt in it", path.display()))
}

fn beacon(file: &Path, journal: &str) -> Result<Beacon> {
    let note = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let key = VerifierKey::parse(journal).context("--journal")?;
    let read = Note::parse(&note).with_context(|| file.display().to_string())?;
    read.verify(std::slice::from_ref(&key)).with_context(|| file.display().to_string())?;
    let Checkpoint { size, root, .. } = Checkpoint::parse(read.unverified_text())?;
    Ok(Beacon { size, root })
}
