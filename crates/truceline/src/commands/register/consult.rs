//! `truceline register consult`: what a body's seats say, call and decide, as acts that their delegates sign.
mod check;
mod said;
mod show;
mod write;

use super::super::load::{Way, read as read_file, words};
use crate::output;
use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_desk::ledger::Ledger;
use truceline_evidence::keys::KeyPair;
use truceline_model::cosigned::{Cosigned, SignedAct, SignedEdition};
use truceline_model::hash::Hash;
use truceline_node::journal::{Journal, Mode};
use truceline_node::{Node, key_file, store};

/// Call a consultation, take positions, decide, and show what came of it.
///
/// Each act is a file that passes from delegate to delegate: whoever writes it gives it on, `sign` adds a signature, `register`
/// registers it if it breaks no rule. Two keys of a state make it speak. Silence is never read as anything, nothing happens by itself,
/// and the program proposes nothing. A consultation is named by its call's hash; the first 8 digits do where they are one's alone.
#[derive(Debug, Args)]
#[command(after_help = "Example: a body of three states is founded, one calls, and says its position\n  \
    truceline register consult found my-store --body guarantors-consultation --seat XA --seat XB --seat XC \\\n    \
    --take-part 2 --sign 2 --out roll.tlcon\n  \
    truceline register consult sign roll.tlcon --key xa1.key --key xa2.key\n  \
    truceline register consult sign roll.tlcon --key xb1.key --key xb2.key --key xc1.key --key xc2.key\n  \
    truceline register consult register my-store roll.tlcon\n  \
    truceline register consult call my-store --seat XA --finding 04-0001-P.tldoss --pack pack.pdf \\\n    \
    --question \"What follows from this finding?\" --out call.tlcon\n  \
    truceline register consult sign call.tlcon --key xa1.key --key xa2.key\n  \
    truceline register consult register my-store call.tlcon\n  \
    truceline register consult show my-store")]
pub(super) struct Consult {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    #[command(flatten)]
    Write(Box<write::Write>),
    /// Sign an act; the file is changed in place
    Sign(Sign),
    /// Register an act that enough delegates signed; one that breaks a rule is not registered, and the rule is named
    Register {
        /// The store's folder
        store: PathBuf,
        /// The act
        act: PathBuf,
    },
    /// Show the bodies, or a consultation: every seat's position, what came of it, and acts that do not count
    Show(show::Show),
    /// Write the dossier of a consultation, which `truceline-verify` and `truceline register consult check` read
    Dossier(show::Dossier),
    /// Fold the acts of a consultation's dossier again, and say what came of it
    Check(check::Check),
}

/// What is signed by whom.
#[derive(Debug, Args)]
pub(super) struct Sign {
    /// The act or the edition
    file: PathBuf,
    /// Files of secret keys
    #[arg(long, required = true)]
    key: Vec<PathBuf>,
}

impl Consult {
    pub(super) fn run(self) -> Result<ExitCode> {
        match self.what {
            What::Write(write) => write.run(),
            What::Sign(sign) => sign.run(),
            What::Register { store, act } => register(&store, &act),
            What::Show(show) => show.run(),
            What::Dossier(dossier) => dossier.run(),
            What::Check(check) => check.run(),
        }
    }
}

impl Sign {
    pub(super) fn run(self) -> Result<ExitCode> {
        let path = &self.file;
        let bytes = read_file(path)?;
        let keys = self.key.iter().map(|key| Ok(key_file::read(key)?)).collect::<Result<Vec<KeyPair>>>()?;
        let (file, count) = if SignedEdition::is_file(&bytes) {
            signed::<SignedEdition>(&bytes, &keys)
        } else {
            signed::<SignedAct>(&bytes, &keys)
        }
        .with_context(|| path.display().to_string())?;
        let what = if count == 1 { "1 signature".to_owned() } else { format!("{count} signatures") };
        written(path, &file, &what)
    }
}

/// The file with signatures of these keys besides, and how many there are.
fn signed<T: Cosigned>(bytes: &[u8], keys: &[KeyPair]) -> Result<(Vec<u8>, usize)> {
    let mut signed = T::from_file(bytes).map_err(|error| anyhow!("{error}"))?;
    for key in keys {
        let signature = key.sign(T::DOMAIN, signed.body());
        signed.put(key.public().id(), signature);
    }
    Ok((signed.to_file(), signed.signatures().len()))
}

fn register(folder: &Path, path: &Path) -> Result<ExitCode> {
    let bytes = read_file(path)?;
    if !Node::is_concluded(&bytes) {
        bail!("{}: expected an act of a consultation or an edition of the register", path.display());
    }
    let answer = Way::open(folder, false)?.load(path, &bytes)?;
    output::print(&words(path, &answer))?;
    Ok(ExitCode::SUCCESS)
}

/// What people signed in a store.
pub(super) fn ledger(folder: &Path) -> Result<Ledger> {
    let journal = Journal::open(&store::Store::open(folder, false)?, Mode::Read)?;
    Ok(Ledger::of_journal(&journal)?)
}

/// Writes a file and says what it is.
pub(super) fn written(path: &Path, bytes: &[u8], what: &str) -> Result<ExitCode> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    output::print(&format!("{}: {what}\n", path.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// The fewest digits by which a hash may be named.
const DIGITS_MIN: usize = 8;

/// The one of these hashes that begins with a text.
fn named(text: &str, what: &str, all: impl Iterator<Item = Hash>) -> Result<Hash> {
    let is_hex = text.len() >= DIGITS_MIN && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let text = text.to_ascii_lowercase();
    let found: Vec<Hash> = all.filter(|hash| is_hex && hash.to_string().starts_with(&text)).collect();
    match found[..] {
        [one] => Ok(one),
        [] => bail!("{text:?}: there is no such {what}, expected {DIGITS_MIN} digits or more of its hash"),
        _ => bail!("{text:?}: {} of these begin so, expected more digits of the {what}'s hash", found.len()),
    }
}

/// The consultation that a text names, with the roll of its body.
fn consultation(ledger: &Ledger, text: &str) -> Result<(Hash, Hash)> {
    let calls = ledger.chambers().flat_map(|(_, chamber)| chamber.consultations().map(|(call, _)| *call));
    let call = named(text, "consultation", calls)?;
    let roll = ledger.roll_of_act(call).ok_or_else(|| anyhow!("there is no consultation {call}"))?;
    Ok((roll, call))
}
