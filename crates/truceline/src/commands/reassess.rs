//! `truceline reassess`: has what stands derived again.
use super::load::Way;
use crate::threads::Threads;
use crate::{configuration, output, write_side};
use anyhow::{Result, anyhow};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use truceline_desk::api::reassess::Ask;
use truceline_desk::write_side::ReassessAnswer;
use truceline_node::reassessment::rehearse;
use truceline_node::store::Store;

/// Derive cases again, by this engine and with what came late.
///
/// What comes out otherwise than it stands becomes a further revision that cites the one before it and both epochs;
/// nothing is rewritten. The wish itself is registered, so that a replay derives the same. Without --case and times
/// all cases are meant, and detections that came late may make new ones.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  truceline reassess my-store --dry-run\n  truceline reassess my-store \
    --case 04-0001-P --reason \"two arrays delivered a day late\"")]
pub(crate) struct Reassess {
    /// The store's folder
    store: PathBuf,
    /// One case
    #[arg(long, conflicts_with_all = ["from", "to"])]
    case: Option<String>,
    /// Cases with their mean origin time from here on, such as 2004-06-02T00:00:00Z
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Cases with their mean origin time up to here
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Why, in a sentence; it is registered and shown beside each revision
    #[arg(long, default_value = "no reason was stated")]
    reason: String,
    /// Say what would come out and write nothing; a running server is not disturbed
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    threads: Threads,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Reassess {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let ask = Ask { case: self.case, from: self.from, to: self.to, reason: self.reason };
        // Before anything is opened: a wish that cannot be read writes nothing.
        let asked = ask.reassessment().map_err(|why| anyhow!(why))?;
        let answer = if self.dry_run {
            let store = Store::open(&self.store, false)?;
            let threads = self.threads.count();
            write_side::reassess_answer(rehearse(&store, None, &configuration::shipped()?, threads, &asked)?)
        } else {
            Way::open(&self.store, false)?.reassess(&ask)?
        };
        if self.json {
            output::print(&format!("{}\n", to_json(&answer)))?;
        } else {
            output::print(&words(&answer))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn words(answer: &ReassessAnswer) -> String {
    let mut text = match answer.entry {
        Some(entry) => format!("registered as entry {entry}\n"),
        None => "nothing is written: this is what would come out\n".to_owned(),
    };
    for revised in &answer.revised {
        let made = if answer.made.contains(&revised.case) { " made from what came late:" } else { "" };
        let parts = [
            revised.event.map(|revision| format!("event {revision}")),
            revised.finding.map(|revision| format!("finding {revision}")),
            revised.state.as_ref().map(|state| state.replace('-', " ")),
        ];
        text += &format!("{}:{made} {}\n", revised.case, parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
    }
    if !answer.unchanged.is_empty() {
        text += &format!("unchanged: {}\n", answer.unchanged.join(", "));
    }
    for reason in &answer.excluded {
        text += &format!("not reassessed: {reason}\n");
    }
    if answer.revised.is_empty() {
        text += "nothing changes\n";
    }
    text
}

fn to_json(answer: &ReassessAnswer) -> Value {
    json!({
        "entry": answer.entry,
        "revised": answer.revised.iter().map(|revised| json!({
            "case": revised.case,
            "event": revised.event,
            "finding": revised.finding,
            "state": revised.state,
        })).collect::<Vec<_>>(),
        "made": answer.made,
        "unchanged": answer.unchanged,
        "excluded": answer.excluded,
    })
}
