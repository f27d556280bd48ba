//! `truceline erase`: takes the bytes of payloads away.
use super::load::Way;
use crate::output;
use anyhow::{Result, anyhow};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use truceline_desk::api::erase::Ask;

/// Take the bytes of waveforms away, for good.
///
/// Who asks and why is registered first, then zeros stand where the bytes stood. What was derived from them stands and its
/// entries still name them; a replay says what it cannot derive again, and why. There is no way back but a copy of the
/// bytes: nothing else in the store is touched. If a server holds the store, it erases.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  truceline erase my-store \
    4f9c1e0b7a... --reason \"it holds speech\"    (detections name the payloads of their waveforms)")]
pub(crate) struct Erase {
    /// The store's folder
    store: PathBuf,
    /// Payloads, by the 64 hexadecimal digits of their SHA-256
    #[arg(required = true, value_name = "PAYLOAD")]
    payloads: Vec<String>,
    /// Why, in a sentence; it is registered and shown wherever something cannot be derived again
    #[arg(long)]
    reason: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Erase {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let reason = self.reason.trim();
        let hash = |payload: &String| {
            let ask = Ask { payload: payload.clone(), reason: reason.to_owned() };
            ask.payload().map_err(|why| anyhow!(why))
        };
        // Before anything is opened: a name that is none erases nothing, not even those before it.
        let payloads = self.payloads.iter().map(hash).collect::<Result<Vec<_>>>()?;
        let way = Way::open(&self.store, false)?;
        let mut answers = Vec::new();
        for payload in payloads {
            let answer = way.erase(payload, reason)?;
            if !self.json {
                let already = if answer.already { ", as was registered before" } else { "" };
                output::print(&format!("{payload}: erased{already}, entry {}\n", answer.entry))?;
            }
            answers.push(json!({
                "payload": payload.to_string(),
                "entry": answer.entry,
                "already": answer.already,
                "packs": answer.packs,
            }));
        }
        if self.json {
            output::print(&format!("{}\n", json!({ "erased": answers })))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
