//! `truceline keys`: makes keys, and writes and signs acts on a journal's key register.
use super::load::Way;
use crate::output;
use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_evidence::journal::JournalReader;
use truceline_evidence::keys::{Act, Body, Holder, KeyAct, PublicKey, Register, Role, Standing};
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_node::journal::{Journal, Mode};
use truceline_node::key_file;
use truceline_node::store::Store;

/// Make keys of stations and people, and write, sign and show acts on the key register.
///
/// The register is part of the journal: officers of several states found it, enrol keys and revoke them. An act is a file
/// that passes from officer to officer; each signs it with `truceline keys sign`, then `truceline load` registers it.
#[derive(Debug, Args)]
#[command(after_help = "Example: two states found the register and enrol a station\n  \
    truceline keys new a.key; truceline keys new b.key; truceline keys new tl01.key\n  \
    truceline keys found my-store --states 2 --officer office-a,A,$(truceline keys public a.key) \\\n    \
    --officer office-b,B,$(truceline keys public b.key) --out found.tlact\n  \
    truceline keys sign found.tlact --key a.key --key b.key; truceline load my-store found.tlact\n  \
    truceline keys enrol my-store --role station --name TL01 --owner observatory \\\n    \
    --public $(truceline keys public tl01.key) --out tl01.tlact\n  \
    truceline keys sign tl01.tlact --key a.key --key b.key --key tl01.key; truceline load my-store tl01.tlact")]
pub(crate) struct Keys {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a secret key in a new file and print its public key
    New {
        /// The file to make
        file: PathBuf,
    },
    /// Print the public key of a secret key
    Public {
        /// The file of the secret key
        file: PathBuf,
    },
    /// Write the act that founds the register; every officer must sign it
    Found {
        /// The store's folder
        store: PathBuf,
        /// Of how many different states officers must sign an enrolment or a revocation
        #[arg(long)]
        states: u32,
        /// An officer: name, state and public key, with commas between
        #[arg(long, value_name = "NAME,STATE,KEY", required = true)]
        officer: Vec<String>,
        /// The file to write
        #[arg(long)]
        out: PathBuf,
    },
    /// Write the act that enrols a key; officers of enough states and the key itself must sign it
    Enrol {
        /// The store's folder
        store: PathBuf,
        /// What the key may sign
        #[arg(long)]
        role: RoleName,
        /// Name of the station or the office
        #[arg(long)]
        name: String,
        /// Who could make it sign falsely: the unit of independence; of a person the state
        #[arg(long)]
        owner: String,
        /// The public key
        #[arg(long)]
        public: String,
        /// The file to write
        #[arg(long)]
        out: PathBuf,
    },
    /// Write the act that replaces a key; the old and the new key must sign it
    Rotate {
        /// The store's folder
        store: PathBuf,
        /// The old public key
        #[arg(long)]
        from: String,
        /// The new public key
        #[arg(long)]
        to: String,
        /// The file to write
        #[arg(long)]
        out: PathBuf,
    },
    /// Write the act that revokes a key; officers of enough states must sign it
    Revoke {
        /// The store's folder
        store: PathBuf,
        /// The public key
        #[arg(long)]
        public: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// From this entry on what it signed is suspect: how many entries the journal had when it was last known to be safe
        #[arg(long)]
        suspect_since: u64,
        /// The file to write
        #[arg(long)]
        out: PathBuf,
    },
    /// Sign an act; the file is changed in place
    Sign {
        /// The act
        act: PathBuf,
        /// Files of secret keys
        #[arg(long, required = true)]
        key: Vec<PathBuf>,
    },
    /// Show the register of a store
    Show {
        /// The store's folder
        store: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleName {
    Officer,
    Reviewer,
    Delegate,
    Station,
    Relay,
}

impl RoleName {
    fn role(self) -> Role {
        match self {
            Self::Officer => Role::Officer,
            Self::Reviewer => Role::Reviewer,
            Self::Delegate => Role::Delegate,
            Self::Station => Role::Station,
            Self::Relay => Role::Relay,
        }
    }
}

impl Keys {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self.what {
            What::New { file } => print_key(&key_file::create(&file)?.public())?,
            What::Public { file } => print_key(&key_file::read(&file)?.public())?,
            What::Found { store, states, officer, out } => {
                let officers = officer.iter().map(|text| read_officer(text)).collect::<Result<_>>()?;
                write(&store, Act::Found { states, officers }, &out)?;
            }
            What::Enrol { store, role, name, owner, public, out } => {
                let holder = Holder { name, role: role.role(), owner, key: read_public(&public)? };
                write(&store, Act::Enrol(holder), &out)?;
            }
            What::Rotate { store, from, to, out } => {
                let act = Act::Rotate { from: read_public(&from)?.id(), to: read_public(&to)? };
                write(&store, act, &out)?;
            }
            What::Revoke { store, public, reason, suspect_since, out } => {
                write(&store, Act::Revoke { key: read_public(&public)?.id(), reason, suspect_since }, &out)?;
            }
            What::Sign { act, key } => sign(&act, &key)?,
            What::Show { store, json } => show(&store, json)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print_key(key: &PublicKey) -> Result<()> {
    output::print(&format!("{}\n", Hash(key.bytes())))
}

fn read_public(text: &str) -> Result<PublicKey> {
    let bytes = Hash::from_hex(text.trim()).ok_or_else(|| anyhow!("{text:?}: expected 64 hexadecimal digits"))?;
    Ok(PublicKey::from_bytes(&bytes.0)?)
}

fn read_officer(text: &str) -> Result<Holder> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let [name, state, public] = parts[..] else {
        bail!("{text:?}: expected an officer as NAME,STATE,KEY");
    };
    let key = read_public(public)?;
    Ok(Holder { name: name.to_owned(), role: Role::Officer, owner: state.to_owned(), key })
}

/// The register as the journal's acts come to, the journal's name and its size.
fn register(folder: &Path) -> Result<(Register, String, u64)> {
    let journal = Journal::open(&Store::open(folder, false)?, Mode::Read)?;
    let (origin, size) = (journal.origin(), journal.size());
    let mut register = Register::default();
    for index in 0..size {
        let bytes = journal.entry(index)?;
        if let Ok(act) = entry::from_bytes::<KeyAct>(&bytes) {
            // What has no effect stands as excluded.
            let _ = register.take(&origin, index, &act);
        }
    }
    Ok((register, origin, size))
}

fn write(store: &Path, act: Act, out: &Path) -> Result<()> {
    if matches!(act, Act::Found { .. }) {
        // Whoever founds the register may be the first to use the store: opened once, it has a journal.
        drop(Way::to(store)?);
    }
    let (register, journal, _) = register(store)?;
    let number = register.acts();
    let act = KeyAct::new(&Body { act, number, journal });
    act.open().map_err(|error| anyhow!("the act cannot be: {error}"))?;
    std::fs::write(out, act.to_file()).with_context(|| format!("cannot write {}", out.display()))?;
    output::print(&format!("{}: act {number}, not signed yet\n", out.display()))
}

fn sign(path: &Path, keys: &[PathBuf]) -> Result<()> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut act = KeyAct::from_file(&bytes).map_err(|error| anyhow!("{}, {error}", path.display()))?;
    for key in keys {
        act.sign(&key_file::read(key)?);
    }
    std::fs::write(path, act.to_file()).with_context(|| format!("cannot write {}", path.display()))?;
    output::print(&format!("{}: {} signatures\n", path.display(), act.signatures.len()))
}

fn show(store: &Path, as_json: bool) -> Result<()> {
    let (register, journal, size) = register(store)?;
    let standing = |id: Hash| match register.standing(id, size) {
        Standing::Good => "holds",
        Standing::Rotated => "rotated",
        Standing::Suspect => "revoked",
        Standing::NotYet | Standing::Unknown => "not yet",
    };
    if as_json {
        let keys: Vec<Value> = register
            .keys()
            .map(|(id, key)| {
                json!({
                    "id": id.to_string(),
                    "public": Hash(key.holder.key.bytes()).to_string(),
                    "name": key.holder.name,
                    "role": key.holder.role.name(),
                    "owner": key.holder.owner,
                    "standing": standing(*id),
                    "from": key.from,
                    "until": key.until,
                    "suspect_since": key.suspect_since,
                })
            })
            .collect();
        let all = json!({ "journal": journal, "acts": register.acts(), "states": register.states(), "keys": keys });
        return output::print(&format!("{all}\n"));
    }
    let mut text = format!("{journal}: {} acts; officers of {} states must sign\n", register.acts(), register.states());
    for (id, key) in register.keys() {
        let suspect = key.suspect_since.map_or_else(String::new, |since| format!(", suspect since entry {since}"));
        let holder = &key.holder;
        text += &format!(
            "  {:<8} {} of {}, {}{suspect}, enrolled by entry {}, key {id}\n",
            holder.role.name(),
            holder.name,
            holder.owner,
            standing(*id),
            key.from
        );
    }
    output::print(&text)
}
