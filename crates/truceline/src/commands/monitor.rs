//! `truceline monitor`: asks a journal and its witnesses whether they all saw one history.
use crate::commands::witness;
use crate::output;
use anyhow::{Context, Result};
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use truceline_model::hash::Hash;
use truceline_node::monitor::{Found, Head, MONITOR_EVERY, Monitor as Rounds, Place, Watched};
use truceline_node::witness::client::Client;

/// Everybody showed a head, and all of them are of one history.
const WHOLE: u8 = 0;
/// A fork is proven.
const FORKED: u8 = 2;
/// Somebody did not answer, or what they showed could not be compared.
const OPEN: u8 = 3;

/// Ask a journal and its witnesses for their newest checkpoints, and whether one history holds them all.
///
/// Asks all of a policy's witnesses that have an address, and the journal at each of its own addresses: what stands before
/// /checkpoint and /tile, for `truceline serve` http://HOST:PORT/log. What lies between two checkpoints is read from the
/// journal's tiles. Two signed checkpoints that no history can hold are written as a file that proves itself:
/// `truceline-verify fork FILE --key VKEY`.
///
/// It asks again each minute, says what changed, and ends when a fork is proven. Exit 0: one history. Exit 1: it could not
/// begin. Exit 2: a fork is proven, and written. Exit 3 (with --once): no fork, and somebody did not answer or could not be
/// compared.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  truceline monitor parties.policy --log http://192.0.2.7:8470/log\n  \
    truceline monitor parties.policy --once --json    (with the journal's address in the policy)")]
pub(crate) struct Monitor {
    /// Whose journals they are, and who witnesses them: a file as C2SP tlog-policy says
    policy: PathBuf,
    /// An address of the journal, beside those of the policy; may be given several times
    #[arg(long, value_name = "URL")]
    log: Vec<String>,
    /// Ask once and end
    #[arg(long)]
    once: bool,
    /// How often all are asked, seconds
    #[arg(long, value_name = "S", default_value_t = MONITOR_EVERY.as_secs(), value_parser = clap::value_parser!(u64).range(1..=86_400))]
    every: u64,
    /// The folder for fork files
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    forks: PathBuf,
    /// Print JSON, one line for each journal and round
    #[arg(long)]
    json: bool,
}

impl Monitor {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let policy = witness::policy(&self.policy)?;
        let mut monitor = Rounds::new(&policy, &self.log, Client::default())?;
        let mut said = String::new();
        loop {
            let round = monitor.round();
            let mut lines = String::new();
            let mut forked = false;
            for watched in &round {
                let fork = watched.fork.as_ref().map(|found| Ok::<_, anyhow::Error>((found, self.write(found)?)));
                let fork = fork.transpose()?;
                forked |= fork.is_some();
                lines += &if self.json { to_json(watched, fork.as_ref()) } else { words(watched, fork.as_ref()) };
            }
            // A person reads what changed, a program each round.
            if self.json || lines != said {
                output::print(&lines)?;
                said = lines;
            }
            if forked {
                return Ok(ExitCode::from(FORKED));
            }
            if self.once {
                let is_whole = round.iter().all(Watched::is_whole);
                return Ok(ExitCode::from(if is_whole { WHOLE } else { OPEN }));
            }
            std::thread::sleep(Duration::from_secs(self.every));
        }
    }

    /// Writes a fork under a name that it alone has.
    fn write(&self, found: &Found) -> Result<PathBuf> {
        let bytes = found.fork.to_bytes();
        let name = format!("{}.fork", &Hash::of(&bytes).to_string()[..16]);
        std::fs::create_dir_all(&self.forks).with_context(|| format!("cannot make {}", self.forks.display()))?;
        let path = self.forks.join(name);
        std::fs::write(&path, bytes).with_context(|| {
            format!("a fork is proven, and {} cannot be written; try again with --forks FOLDER", path.display())
        })?;
        Ok(path)
    }
}

type Written<'a> = (&'a Found, PathBuf);

/// A table of who showed what, and what follows. The time of a cosignature is left out: it changes each minute.
fn words(watched: &Watched, fork: Option<&Written<'_>>) -> String {
    let line = |head: &Head| {
        let Place { name, address } = &head.from;
        [name.clone(), address.clone(), format!("{} entries", head.checkpoint.size), head.checkpoint.root.to_string()]
    };
    let without = |place: &Place| {
        [place.name.clone(), place.address.clone(), "0 entries".to_owned(), "cosigned nothing yet".to_owned()]
    };
    let rows: Vec<[String; 4]> = watched.heads.iter().map(line).chain(watched.without.iter().map(without)).collect();
    let mut text = format!("{}\n{}", watched.origin, output::table(&rows));
    for (place, why) in &watched.problems {
        text += &format!("no answer from {} at {}: {why}\n", place.name, place.address);
    }
    for why in &watched.unproven {
        text += &format!("unproven: {why}\n");
    }
    match fork {
        Some((found, path)) => text += &forked(found, path),
        None if watched.is_whole() => text += "one history: the larger trees begin with the smaller ones\n",
        None => text += "no fork is proven\n",
    }
    text
}

fn forked(found: &Found, path: &Path) -> String {
    let [first, second] = found.fork.checkpoints();
    let [a, b] = &found.from;
    format!(
        "FORK PROVEN: the {} entries that {} at {} showed and the {} that {} at {} showed cannot both be true.\n\
         It stands in {}. Check it: truceline-verify fork {} --key {}\n\
         Hand it to all who rely on this journal: until people have settled it, nothing new of it counts as witnessed.\n",
        first.size,
        a.name,
        a.address,
        second.size,
        b.name,
        b.address,
        path.display(),
        path.display(),
        found.key,
    )
}

fn to_json(watched: &Watched, fork: Option<&Written<'_>>) -> String {
    let place = |place: &Place| json!({ "name": place.name, "address": place.address });
    let head = |head: &Head| {
        json!({
            "from": place(&head.from),
            "size": head.checkpoint.size,
            "root": head.checkpoint.root.to_string(),
            "cosigned_posix_s": head.cosigned_s,
        })
    };
    let fork = fork.map(|(found, path)| {
        let [first, second] = found.fork.checkpoints();
        json!({
            "file": path.display().to_string(),
            "key": found.key.to_string(),
            "from": found.from.iter().map(place).collect::<Vec<Value>>(),
            "sizes": [first.size, second.size],
        })
    });
    let problem = |(from, why): &(Place, String)| json!({ "from": place(from), "why": why });
    let answer = json!({
        "log": watched.origin,
        "whole": watched.is_whole(),
        "heads": watched.heads.iter().map(head).collect::<Vec<Value>>(),
        "without": watched.without.iter().map(place).collect::<Vec<Value>>(),
        "problems": watched.problems.iter().map(problem).collect::<Vec<Value>>(),
        "unproven": watched.unproven,
        "fork": fork,
    });
    format!("{answer}\n")
}
