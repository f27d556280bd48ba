//! `truceline disclose`: what a station gives away of the fields that it sealed.
use crate::fields::{FieldArguments, sealing};
use crate::output;
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use truceline_evidence::fields::file;
use truceline_evidence::frame;
use truceline_node::key_file;

/// Show some of the fields that a station sealed in its frames, and withhold the others.
///
/// Say again what was sealed; what is named with --show is written, with what proves it, and nothing else can be learnt
/// from the file. `truceline dossier --fields FILE` puts it into a dossier. A place is `place`, its cell `place.cell`.
#[derive(Debug, Args)]
#[command(after_help = "Example: show the cell of ten kilometres in which a station stands, and not its place\n  \
    truceline disclose monday.tlframes --key tl01.key --place 37.2143,48.3071 --show place.cell --out monday.tlshown")]
pub(crate) struct Disclose {
    /// The frames that the station sealed
    frames: PathBuf,
    /// The station's secret key
    #[arg(long)]
    key: PathBuf,
    #[command(flatten)]
    fields: FieldArguments,
    /// A field that is shown
    #[arg(long, value_name = "NAME", required = true)]
    show: Vec<String>,
    /// The file to write
    #[arg(long)]
    out: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Disclose {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let key = key_file::read(&self.key)?;
        let fields = self.fields.fields()?;
        let paths: Vec<&str> = self.show.iter().map(String::as_str).collect();
        let bytes = std::fs::read(&self.frames).with_context(|| format!("cannot read {}", self.frames.display()))?;
        let (mut shown, mut without) = (BTreeMap::new(), 0u64);
        for read in frame::read(&bytes) {
            let frame = read.with_context(|| self.frames.display().to_string())?.1.frame;
            let Some(signed) = frame.fields else {
                without += 1;
                continue;
            };
            if fields.is_empty() {
                bail!(
                    "frame {} sealed {} fields: say them again with --place and --field",
                    frame.sequence,
                    signed.count
                );
            }
            let sealing = sealing(&fields, &key, &frame)?;
            if sealing.fields() != signed {
                return Err(anyhow!("frame {} sealed other fields, or with another key", frame.sequence));
            }
            let disclosure = sealing.show(&paths)?;
            // A station whose cell does not hold its place would be contradicted by what it shows.
            disclosure.check(&signed)?;
            shown.insert(frame.hash(), disclosure);
        }
        if shown.is_empty() {
            bail!("{}: no frame of it sealed fields", self.frames.display());
        }
        let out = self.out.display();
        std::fs::write(&self.out, file::write(&shown)).with_context(|| format!("cannot write {out}"))?;
        let (frames, withheld) = (shown.len(), fields.len() - paths.len());
        if self.json {
            let answer = json!({
                "file": out.to_string(), "frames": frames, "frames_without_fields": without, "withheld": withheld,
            });
            output::print(&format!("{answer}\n"))?;
        } else {
            let names = paths.join(", ");
            output::print(&format!(
                "{out}: {names} of {frames} frames, {withheld} of {} fields withheld\n",
                fields.len()
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
