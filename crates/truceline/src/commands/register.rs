//! `truceline register`: what states said, may do and decided, from the files of a folder and from a journal.
mod check;
mod consult;
mod diff;
mod publish;
mod show;
mod state;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_register::register::Line;
use truceline_register::source::{Layer, SourceRef};

/// Check, show, compare or publish a register of guarantees, and consult on it.
///
/// A register is a folder of TOML files: pillars, states, instruments, ratification, caveats, pledges, what is open. Each file
/// is of one layer (article, record, deployment), and each line says what it rests on. Nothing is filled in, proposed or ranked.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  truceline register check examples/paris-2026-01-06\n  truceline register show \
    examples/paris-2026-01-06\n  truceline register show examples/paris-2026-01-06 --state DE --layer record\n  truceline \
    register diff yesterday today\n  truceline register publish my-store examples/paris-2026-01-06 --out edition.tlreg\n  \
    truceline register sign edition.tlreg --key a.key --key b.key; truceline load my-store edition.tlreg")]
pub(crate) struct Register {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Say which rules its lines break; exits with 1 if there are any
    Check {
        /// The register's folder
        folder: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the board over all pillars, or what one state may do today and on which finding it would be asked
    Show {
        /// The register's folder
        folder: PathBuf,
        /// One state, by its code
        #[arg(long, value_name = "CODE")]
        state: Option<String>,
        /// Show this layer too
        #[arg(long, value_name = "LAYER")]
        layer: Option<More>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    Publish(publish::Publish),
    /// Sign an edition; the file is changed in place
    Sign(consult::Sign),
    Consult(consult::Consult),
    /// Say which lines are not as they were in another folder
    Diff {
        /// The folder of before
        before: PathBuf,
        /// The folder of after
        after: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// A layer that is off unless asked for.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum More {
    /// The public record
    Record,
}

impl Register {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self.what {
            What::Check { folder, json } => check::run(&folder, json),
            What::Show { folder, state, layer, json } => show::run(&folder, state.as_deref(), layer, json),
            What::Publish(publish) => publish.run(),
            What::Sign(sign) => sign.run(),
            What::Consult(consult) => consult.run(),
            What::Diff { before, after, json } => diff::run(&before, &after, json),
        }
    }
}

/// Names and bytes of the files of a folder, in the order of their names.
fn files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    let cannot = || format!("cannot read {}", folder.display());
    for entry in std::fs::read_dir(folder).with_context(cannot)? {
        let path = entry.with_context(cannot)?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            files.push((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), bytes));
        }
    }
    files.sort();
    Ok(files)
}

/// Reads the files of a folder.
fn read(folder: &Path) -> Result<truceline_register::Register> {
    let files = files(folder)?;
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    truceline_register::Register::read(&files).map_err(|error| anyhow::anyhow!("{}: {error}", folder.display()))
}

/// As [`read`], and it must break no rule.
fn read_sound(folder: &Path) -> Result<truceline_register::Register> {
    let register = read(folder)?;
    let found = truceline_register::check(&register);
    if let Some(first) = found.first() {
        let more = if found.len() == 1 { String::new() } else { format!(", and {} more", found.len() - 1) };
        bail!("{}: {first}{more}; see `truceline register check`", folder.display());
    }
    Ok(register)
}

/// The layers that are shown.
fn shown(layer: Option<More>) -> Vec<Layer> {
    match layer {
        None => vec![Layer::Article, Layer::Deployment],
        Some(More::Record) => vec![Layer::Article, Layer::Record, Layer::Deployment],
    }
}

/// What a line rests on, in brackets.
fn cited<'a>(sources: impl IntoIterator<Item = &'a SourceRef>) -> String {
    let sources: Vec<String> = sources.into_iter().map(ToString::to_string).collect();
    format!("[{}]", sources.join(" "))
}

/// Names in a row.
fn row<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}

/// A line as JSON: its layer, then what it says.
fn line<T: Serialize>(line: &Line<T>) -> Value {
    let mut value = serde_json::to_value(&line.item).unwrap_or_default();
    value["layer"] = json!(line.layer.name());
    value
}

fn lines<T: Serialize>(all: &[&Line<T>]) -> Value {
    all.iter().map(|one| line(one)).collect()
}
