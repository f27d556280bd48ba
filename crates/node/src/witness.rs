//! A witness's folder: its keys, and what it cosigned last of each log. What is answered was durable before.
//!
//! ```text
//! WITNESS/witness.vkey     the verifier keys, one a line: for the policy of whoever relies on it
//! WITNESS/keys/            the seeds of the keys; never leave the machine
//! WITNESS/logs/<hash>      the newest cosigned checkpoint of the log whose origin has this SHA-256
//! WITNESS/lock             held by the one process that signs
//! ```
//! The state is one note for each log, replaced as a whole, and the very note that monitors are given: it bears the witness's
//! own signature, so nobody else can write one that is taken for it.
//!
//! Submissions that come together are decided one after the other, each against what was decided before it, and stored
//! together: of each log the newest note, which vouches for those before it. Each is answered after that. So the disk's
//! synchronisation is shared by all that wait for it, and a crash can only forget what nobody was told.
pub mod client;

use crate::disk::{self, FileSystem, Storage};
use crate::error::NodeError;
use crate::store;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::note::{self, Algorithm, SigningKey, VerifierKey};
use truceline_evidence::policy::Policy;
use truceline_evidence::witness::{Cosigned, Floor, Refusal, Witness, origin_hash};
use truceline_model::hash::Hash;

const VERIFIER_KEY_FILE: &str = "witness.vkey";
const KEYS_FOLDER: &str = "keys";
const LOGS_FOLDER: &str = "logs";
const LOCK_FILE: &str = "lock";

/// The keys of a witness: each cosignature is two lines, one of each.
const ALGORITHMS: [(Algorithm, &str); 2] =
    [(Algorithm::Ed25519Cosignature, "ed25519.seed"), (Algorithm::MlDsa44, "ml-dsa-44.seed")];

/// An open witness.
#[derive(Debug)]
pub struct WitnessFolder {
    folder: PathBuf,
    storage: Arc<dyn Storage>,
    witness: Witness,
    /// One lock over deciding, and one thread at a time that stores what was decided: that is what keeps two submissions from
    /// both being cosigned.
    held: Mutex<Held>,
    /// A round was stored, or storing failed.
    stored: Condvar,
    _lock: Option<File>,
}

#[derive(Debug, Default)]
struct Held {
    /// What is durable, and shown.
    cosigned: BTreeMap<String, Cosigned>,
    /// What was decided and is not durable yet, with the round that stores it: what the next decision rests on.
    decided: BTreeMap<String, (u64, Cosigned)>,
    /// The round that gathers decisions.
    round: u64,
    /// Rounds before this one are durable.
    durable: u64,
    /// A thread stores a round.
    is_storing: bool,
    floors: BTreeMap<String, Floor>,
    /// Why nothing more of a log is cosigned: a peer cosigned another head of it.
    stopped: BTreeMap<String, Refusal>,
    /// Why nothing at all is cosigned until it is opened anew.
    failed: Option<String>,
    /// Its peers were not heard yet.
    waits_for_peers: bool,
}

impl Held {
    /// What was cosigned last of a log, durable or about to be.
    fn newest(&self, origin: &str) -> Option<&Cosigned> {
        self.decided.get(origin).map(|(_, decided)| decided).or_else(|| self.cosigned.get(origin))
    }
}

impl WitnessFolder {
    /// Opens a witness's folder, or makes one with new keys, for the logs of a policy. A new one is called `name`, or after its
    /// own key where none is given.
    ///
    /// # Errors
    /// If another process signs with it, it has another name, storage fails, or what is stored is not its own.
    pub fn open(folder: &Path, name: Option<&str>, policy: &Policy) -> Result<Self, NodeError> {
        let io = |what: &str, error: std::io::Error| NodeError::io(folder, what, &error);
        fs::create_dir_all(folder.join(LOGS_FOLDER)).map_err(|error| io("make the folder", error))?;
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join(LOCK_FILE));
        let lock = lock.map_err(|error| io("open the lock of", error))?;
        lock.try_lock()
            .map_err(|_| NodeError::locked(format!("{}: another process signs with this witness", folder.display())))?;
        let keys = match keys(folder)? {
            Some(keys) => keys,
            None => make_keys(folder, name)?,
        };
        let found = keys[0].verifier_key().name();
        if let Some(name) = name.filter(|name| *name != found) {
            return Err(NodeError::other(format!("{}: this witness is called {found}, not {name}", folder.display())));
        }
        let mut opened = Self::open_on(Arc::new(FileSystem), folder, keys, policy)?;
        opened._lock = Some(lock);
        Ok(opened)
    }

    /// Opens the state of a witness whose keys the caller holds, and who sees to it that nobody else signs with them.
    ///
    /// # Errors
    /// As [`WitnessFolder::open`].
    pub fn with_keys(folder: &Path, keys: Vec<SigningKey>, policy: &Policy) -> Result<Self, NodeError> {
        let logs = folder.join(LOGS_FOLDER);
        fs::create_dir_all(&logs).map_err(|error| NodeError::io(&logs, "make the folder", &error))?;
        Self::open_on(Arc::new(FileSystem), folder, keys, policy)
    }

    fn open_on(
        storage: Arc<dyn Storage>,
        folder: &Path,
        keys: Vec<SigningKey>,
        policy: &Policy,
    ) -> Result<Self, NodeError> {
        let witness = Witness::new(keys, policy.logs()).map_err(|error| NodeError::other(error.to_string()))?;
        let mut held = Held::default();
        for origin in witness.origins() {
            let path = folder.join(LOGS_FOLDER).join(origin_hash(origin));
            let read = disk::read(&*storage, &path).map_err(|error| NodeError::io(&path, "read", &error))?;
            let Some(bytes) = read else { continue };
            let broken = |why: String| {
                NodeError::other(format!("{}: not what this witness stored: {why}. Restore the file", path.display()))
            };
            let note = String::from_utf8(bytes).map_err(|_| broken("it is no text".to_owned()))?;
            let cosigned = witness.recall(&note).map_err(|error| broken(error.to_string()))?;
            if cosigned.checkpoint.origin != origin {
                return Err(broken(format!("it is of the log {}", cosigned.checkpoint.origin)));
            }
            held.cosigned.insert(origin.to_owned(), cosigned);
        }
        Ok(Self {
            folder: folder.to_owned(),
            storage,
            witness,
            held: Mutex::new(held),
            stored: Condvar::new(),
            _lock: None,
        })
    }

    /// Its verifier keys, for policies.
    #[must_use]
    pub fn verifier_keys(&self) -> Vec<VerifierKey> {
        self.witness.verifier_keys()
    }

    /// The logs that it cosigns.
    #[must_use]
    pub fn origins(&self) -> Vec<String> {
        self.witness.origins().map(str::to_owned).collect()
    }

    /// Answers a submission at `now_s` seconds of POSIX time: the lines of the cosignature, durable before they are returned.
    ///
    /// # Errors
    /// As [`Witness::read`] and [`Witness::decide`]; with 503 before a peer was heard, and with 500 if storage failed: then
    /// nothing is known of what it holds, and nothing more is cosigned until the witness is opened anew.
    pub fn add_checkpoint(&self, body: &[u8], now_s: u64) -> Result<String, Refusal> {
        let submission = self.witness.read(body)?;
        let origin = &submission.checkpoint().origin;
        let mut held = self.held();
        if let Some(why) = &held.failed {
            return Err(refusal(500, why.clone()));
        }
        if held.waits_for_peers {
            return Err(refusal(503, "this witness has not heard of its peers yet what they cosigned".to_owned()));
        }
        if let Some(refusal) = held.stopped.get(origin) {
            return Err(refusal.clone());
        }
        let last = held.newest(origin).cloned();
        let decided = match held.floors.get_mut(origin) {
            Some(floor) => floor.decide(&self.witness, &submission, last.as_ref(), now_s),
            None => self.witness.decide(&submission, last.as_ref(), now_s),
        }?;
        held.floors.remove(origin);
        let lines = decided.lines.clone();
        let round = held.round;
        held.decided.insert(origin.clone(), (round, decided));
        loop {
            if let Some(why) = &held.failed {
                return Err(refusal(500, why.clone()));
            }
            if held.durable > round {
                return Ok(lines);
            }
            held = if held.is_storing {
                self.stored.wait(held).unwrap_or_else(PoisonError::into_inner)
            } else {
                self.store(held)
            };
        }
    }

    /// Stores what was decided up to now, for all who wait for it. Others decide meanwhile.
    fn store<'a>(&'a self, mut held: MutexGuard<'a, Held>) -> MutexGuard<'a, Held> {
        let round = held.round;
        held.round += 1;
        held.is_storing = true;
        let notes: Vec<(PathBuf, String)> = held
            .decided
            .iter()
            .map(|(origin, (_, decided))| {
                (self.folder.join(LOGS_FOLDER).join(origin_hash(origin)), decided.note.clone())
            })
            .collect();
        drop(held);
        let files: Vec<(&Path, &[u8])> = notes.iter().map(|(path, note)| (path.as_path(), note.as_bytes())).collect();
        let result = disk::replace_all(&*self.storage, &files);
        let mut held = self.held();
        held.is_storing = false;
        match result {
            Ok(()) => {
                held.durable = round + 1;
                let (stored, later) = std::mem::take(&mut held.decided).into_iter().partition(|(_, of)| of.0 <= round);
                held.decided = later;
                let stored: BTreeMap<String, (u64, Cosigned)> = stored;
                held.cosigned.extend(stored.into_iter().map(|(origin, (_, cosigned))| (origin, cosigned)));
            }
            Err(error) => {
                held.failed = Some(format!(
                    "what was cosigned could not be stored ({error}); nothing more is, until a new start"
                ));
            }
        }
        self.stored.notify_all();
        held
    }

    /// The newest cosigned checkpoint of the log whose origin has this hexadecimal SHA-256; none if there is none.
    #[must_use]
    pub fn checkpoint(&self, origin_hash: &str) -> Option<String> {
        let held = self.held();
        let found = held.cosigned.iter().find(|(origin, _)| self::origin_hash(origin) == origin_hash);
        found.map(|(_, cosigned)| cosigned.note.clone())
    }

    /// Cosigns nothing before [`WitnessFolder::heard`] is called.
    pub fn wait_for_peers(&self) {
        self.held().waits_for_peers = true;
    }

    /// A peer was heard: what it cosigned is below what is cosigned here from now on. `seen` are its newest checkpoints, their
    /// signatures verified.
    pub fn heard(&self, seen: Vec<Checkpoint>) {
        let mut held = self.held();
        held.waits_for_peers = false;
        for checkpoint in seen {
            let origin = checkpoint.origin.clone();
            match Floor::over(held.newest(&origin), checkpoint) {
                Ok(None) => {}
                Ok(Some(floor)) => {
                    let higher = match held.floors.remove(&origin) {
                        Some(before) => before.or_higher(floor),
                        None => floor,
                    };
                    held.floors.insert(origin, higher);
                }
                Err(refusal) => {
                    held.stopped.insert(origin, refusal);
                }
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // What a panicking thread left is whole: a decision is inserted last, after it is durable.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refusal(status: u16, why: String) -> Refusal {
    Refusal { status, size: None, why }
}

/// The witness's keys; none in a folder that has none yet.
fn keys(folder: &Path) -> Result<Option<Vec<SigningKey>>, NodeError> {
    let path = folder.join(VERIFIER_KEY_FILE);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(|error| NodeError::io(&path, "read", &error))?,
    };
    let name = text.split('+').next().unwrap_or_default();
    let mut keys = Vec::new();
    for (algorithm, file) in ALGORITHMS {
        let path = folder.join(KEYS_FOLDER).join(file);
        let seed = fs::read_to_string(&path).map_err(|error| NodeError::io(&path, "read the key", &error))?;
        let seed = Hash::from_hex(seed.trim())
            .ok_or_else(|| NodeError::other(format!("{}: expected 64 hexadecimal digits", path.display())))?;
        keys.push(SigningKey::of(name, algorithm, seed.0).map_err(|error| NodeError::other(error.to_string()))?);
    }
    if text.lines().ne(keys.iter().map(|key| key.verifier_key().to_string())) {
        return Err(NodeError::other(format!(
            "{}: the keys in {KEYS_FOLDER} do not belong to {VERIFIER_KEY_FILE}",
            folder.display()
        )));
    }
    Ok(Some(keys))
}

fn make_keys(folder: &Path, name: Option<&str>) -> Result<Vec<SigningKey>, NodeError> {
    let other = |error: truceline_evidence::Error| NodeError::other(error.to_string());
    let seeds = folder.join(KEYS_FOLDER);
    fs::create_dir_all(&seeds).map_err(|error| NodeError::io(&seeds, "make the folder", &error))?;
    let mut made = Vec::new();
    for (algorithm, file) in ALGORITHMS {
        // A crash before the verifier keys stood leaves seeds that nothing was ever signed with.
        let _ = fs::remove_file(seeds.join(file));
        let seed = store::random()?;
        store::write_secret(&seeds.join(file), &seed)?;
        made.push((algorithm, seed));
    }
    let name = match name {
        Some(name) => name.to_owned(),
        None => {
            let unnamed = SigningKey::of("truceline.local", made[0].0, made[0].1).map_err(other)?;
            let hash = Hash::of(unnamed.verifier_key().to_string().as_bytes()).to_string();
            format!("truceline.local/witness/{}", &hash[..16])
        }
    };
    let keys: Result<Vec<_>, _> =
        made.into_iter().map(|(algorithm, seed)| SigningKey::of(&name, algorithm, seed)).collect();
    let keys = keys.map_err(other)?;
    let text: String = keys.iter().map(|key| format!("{}\n", key.verifier_key())).collect();
    let path = folder.join(VERIFIER_KEY_FILE);
    disk::replace(&FileSystem, &path, text.as_bytes()).map_err(|error| NodeError::io(&path, "write", &error))?;
    Ok(keys)
}

/// What a peer's note says it cosigned, if its own key signed it and a log of the policy did.
///
/// # Errors
/// If a signature does not hold, or one of the two is missing.
pub fn peer_checkpoint(
    note: &str,
    peer: &VerifierKey,
    policy: &Policy,
) -> Result<Checkpoint, truceline_evidence::Error> {
    let checkpoint = Checkpoint::parse(note::open(note, std::slice::from_ref(peer))?.text.as_str())?;
    let logs: Vec<VerifierKey> =
        policy.logs().iter().map(|log| log.key.clone()).filter(|key| key.name() == checkpoint.origin).collect();
    note::open(note, &logs)?;
    Ok(checkpoint)
}

#[cfg(test)]
mod tests;
