//! A store: a folder with the journal, its keys and its views.
//!
//! ```text
//! STORE/journal.log       the truth
//! STORE/checkpoint        the newest signed checkpoint
//! STORE/cosigned          the newest checkpoint that a quorum of witnesses cosigned
//! STORE/journal.index     where each entry stands; made anew where it is gone
//! STORE/tiles/            the tree as tiles, one file for each level; made anew where they do not fit
//! STORE/payloads/         the bytes of waveforms, under their hashes
//! STORE/memory/           what a start need not read again; made anew where it is gone
//! STORE/journal.vkey      the verifier keys: give them to whoever shall check
//! STORE/keys/             the signing key and the salts' secret; never leave the machine
//! STORE/lock              held by the one process that writes
//! STORE/public/           checkpoints that the public is shown later, if it is
//! STORE/views.sqlite      can be deleted at any time; it is made anew from the journal
//! ```
//! Outside of it lies the sign guard (see `guard`), which keeps a copied or restored store from signing a fork.
use crate::disk::{self, FileSystem, Storage};
use crate::error::NodeError;
use crate::guard::Guard;
use crate::journal::{Journal, Mode, Signing};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use truceline_evidence::journal::JournalReader;
use truceline_evidence::note::{Algorithm, SigningKey};
use truceline_model::hash::Hash;

/// The journal's file.
pub const JOURNAL_FILE: &str = "journal.log";
/// Where each entry stands in the journal; made anew where it does not fit.
pub const INDEX_FILE: &str = "journal.index";
/// The folder of tiles.
pub const TILES_FOLDER: &str = "tiles";
/// The folder of payloads.
pub const PAYLOADS_FOLDER: &str = "payloads";
/// The newest signed checkpoint.
pub const CHECKPOINT_FILE: &str = "checkpoint";
/// The newest checkpoint that witnesses cosigned as the journal's policy demands.
pub const COSIGNED_FILE: &str = "cosigned";
/// The verifier keys, one a line: Ed25519's, and since the second form ML-DSA-44's. A store of the first form, with one line,
/// gets its second key when it is next opened for writing.
pub const VERIFIER_KEY_FILE: &str = "journal.vkey";
/// What the public is shown later, for desk.
pub const PUBLIC_FOLDER: &str = "public";
/// The views, for desk.
pub const VIEWS_FILE: &str = "views.sqlite";
const LOCK_FILE: &str = "lock";
const KEYS_FOLDER: &str = "keys";
const SEED_FILE: &str = "journal.seed";
/// The seed of the ML-DSA-44 key; of no use before the second line of [`VERIFIER_KEY_FILE`] stands.
const ML_DSA_SEED_FILE: &str = "journal.ml-dsa.seed";
const SECRET_FILE: &str = "salts.secret";

/// A reader that looks whether somebody writes holds the lock for a moment: a writer waits that much longer than it takes.
const LOCK_TRIES: u32 = 10;
const LOCK_WAIT: Duration = Duration::from_millis(5);

/// The secrets of a store.
pub(crate) struct Keys {
    pub(crate) signing: Signing,
    pub(crate) salts: [u8; 32],
}

/// A store's folder.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
    storage: Arc<dyn Storage>,
    guards: Option<PathBuf>,
}

impl Store {
    /// Opens a store; with `create`, makes one where the folder is empty or absent.
    ///
    /// # Errors
    /// If there is no store and none shall be made, or the folder holds something else.
    pub fn open(folder: &Path, create: bool) -> Result<Self, NodeError> {
        let store = Self { folder: folder.to_owned(), storage: Arc::new(FileSystem), guards: None };
        if store.file(VERIFIER_KEY_FILE).is_file() {
            return Ok(store);
        }
        let shown = folder.display();
        if folder.is_file() {
            return Err(NodeError::other(format!("{shown}: it is a file, expected a store's folder")));
        }
        if !create {
            return Err(NodeError::other(format!(
                "{shown}: there is no store here; `truceline serve {shown}` makes one"
            )));
        }
        // A crash while the store was being made leaves keys that nothing was ever signed with.
        let is_other = |item: std::io::Result<fs::DirEntry>| item.is_ok_and(|item| item.file_name() != KEYS_FOLDER);
        if fs::read_dir(folder).is_ok_and(|mut items| items.any(is_other)) {
            return Err(NodeError::other(format!(
                "{shown}: the folder holds other files and no store; name an empty one"
            )));
        }
        store.create()?;
        Ok(store)
    }

    /// The store with the folder of its sign guard, which must lie outside of what is copied or restored with it. Without
    /// one nothing keeps a copy of the store from signing another history.
    #[must_use]
    pub fn guarded_in(self, folder: &Path) -> Self {
        Self { guards: Some(folder.to_owned()), ..self }
    }

    /// Makes this store's newest checkpoint what its sign guard holds, where that is missing: the word of whoever knows
    /// that no other copy is in use. Says the size.
    ///
    /// # Errors
    /// If a guard stands that this store contradicts, the store is damaged or written to, or has no folder of guards.
    pub fn adopt_guard(&self) -> Result<u64, NodeError> {
        let _lock = self.lock()?;
        let journal = Journal::open(self, Mode::Read)?;
        if let Some(problem) = journal.problem() {
            return Err(NodeError::other(problem));
        }
        let guard =
            self.guard(&journal.origin()).ok_or_else(|| NodeError::other("no folder of sign guards is named"))?;
        if let Some(problem) = guard.last()?.and_then(|last| journal.refused_by(&guard, &last)) {
            return Err(NodeError::other(problem));
        }
        let note = journal.checkpoint().ok_or_else(|| NodeError::other("the store has no checkpoint"))?;
        guard.swap(guard.last()?.as_deref(), &note)?;
        Ok(journal.signed_size())
    }

    /// Where the store's sign guard lies, and how many entries were signed last; none if it is missing.
    ///
    /// # Errors
    /// If no folder of guards is named, or the guard is not this journal's.
    pub fn guarded(&self) -> Result<(PathBuf, Option<u64>), NodeError> {
        let keys = self.keys()?.signing;
        let guard = self
            .guard(keys.verifier_key().name())
            .ok_or_else(|| NodeError::other("no folder of sign guards is named"))?;
        let size = |note: String| keys.open(&note).map(|signed| signed.size);
        let last = guard.last()?.map(size).transpose();
        Ok((
            guard.path(),
            last.map_err(|error| NodeError::other(format!("the sign guard is not this journal's: {error}")))?,
        ))
    }

    /// The sign guard of the store's journal, if it has one.
    pub(crate) fn guard(&self, origin: &str) -> Option<Guard> {
        self.guards.as_ref().map(|folder| Guard::new(self.storage(), folder, origin))
    }

    /// Where the sign guard of a journal lies in a folder of guards.
    #[cfg(test)]
    pub(crate) fn guard_path(&self, folder: &Path, origin: &str) -> PathBuf {
        Guard::new(self.storage(), folder, origin).path()
    }

    /// What journal, tiles, payloads and guard are stored on.
    pub(crate) fn storage(&self) -> Arc<dyn Storage> {
        Arc::clone(&self.storage)
    }

    /// The store with journal, tiles, payloads and guard on this storage.
    #[cfg(test)]
    pub(crate) fn on(self, storage: Arc<dyn Storage>) -> Self {
        Self { storage, ..self }
    }

    /// A file of the store.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes the lock of the one writer; it is held as long as the file lives.
    ///
    /// # Errors
    /// [`NodeError::is_locked`] if another process holds it.
    pub(crate) fn lock(&self) -> Result<File, NodeError> {
        let path = self.file(LOCK_FILE);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|error| NodeError::io(&path, "open the lock", &error))?;
        let mut locked = file.try_lock();
        for _ in 0..LOCK_TRIES {
            if !matches!(locked, Err(TryLockError::WouldBlock)) {
                break;
            }
            std::thread::sleep(LOCK_WAIT);
            locked = file.try_lock();
        }
        locked.map_err(|error| match error {
            TryLockError::WouldBlock => {
                NodeError::locked(format!("{}: another process writes to this store", self.folder.display()))
            }
            TryLockError::Error(error) => NodeError::io(&path, "take the lock", &error),
        })?;
        Ok(file)
    }

    /// Whether no process writes to the store at this moment. The lock is held for that moment: a writer that begins in it
    /// tries again.
    pub(crate) fn is_unlocked(&self) -> bool {
        match File::open(self.file(LOCK_FILE)) {
            Ok(file) => file.try_lock_shared().is_ok(),
            // No writer has ever been here.
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        }
    }

    /// The Ed25519 verifier key as it was written when the store was made.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn verifier_key(&self) -> Result<String, NodeError> {
        Ok(self.verifier_keys()?.into_iter().next().unwrap_or_default())
    }

    /// All verifier keys, Ed25519's first.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn verifier_keys(&self) -> Result<Vec<String>, NodeError> {
        let path = self.file(VERIFIER_KEY_FILE);
        let text = fs::read_to_string(&path).map_err(|error| NodeError::io(&path, "read", &error))?;
        Ok(text.lines().map(|line| line.trim().to_owned()).collect())
    }

    pub(crate) fn keys(&self) -> Result<Keys, NodeError> {
        let keys = self.verifier_keys()?;
        let [key, further @ ..] = &keys[..] else { return Err(self.foreign_keys()) };
        let origin = key.split('+').next().unwrap_or_default();
        let seed = self.secret(SEED_FILE)?;
        let ed25519 = SigningKey::from_seed(origin, seed).map_err(|error| NodeError::other(error.to_string()))?;
        let ml_dsa = match further {
            [] => None,
            [_, ..] => Some(ml_dsa_key(origin, self.secret(ML_DSA_SEED_FILE)?)?),
        };
        let signing = Signing { ed25519, ml_dsa };
        if signing.verifier_keys().map(ToString::to_string).ne(keys) {
            return Err(self.foreign_keys());
        }
        Ok(Keys { signing, salts: self.secret(SECRET_FILE)? })
    }

    /// The keys of the one writer: a store of the first form gets its ML-DSA-44 key.
    pub(crate) fn keys_for_writing(&self) -> Result<Keys, NodeError> {
        let mut keys = self.keys()?;
        if keys.signing.ml_dsa.is_none() {
            let path = self.file(KEYS_FOLDER).join(ML_DSA_SEED_FILE);
            // A crash may have left one that nothing was ever signed with.
            let _ = fs::remove_file(&path);
            let seed = random()?;
            write_secret(&path, &seed)?;
            let key = ml_dsa_key(keys.signing.verifier_key().name(), seed)?;
            self.write_verifier_keys(&[&keys.signing.ed25519, &key])?;
            keys.signing.ml_dsa = Some(key);
        }
        Ok(keys)
    }

    fn write_verifier_keys(&self, keys: &[&SigningKey]) -> Result<(), NodeError> {
        let text: String = keys.iter().map(|key| format!("{}\n", key.verifier_key())).collect();
        replace(&self.file(VERIFIER_KEY_FILE), text.as_bytes())
    }

    fn foreign_keys(&self) -> NodeError {
        NodeError::other(format!(
            "{}: the signing key in {KEYS_FOLDER} does not belong to {VERIFIER_KEY_FILE}",
            self.folder.display()
        ))
    }

    fn secret(&self, name: &str) -> Result<[u8; 32], NodeError> {
        let path = self.file(KEYS_FOLDER).join(name);
        let text = fs::read_to_string(&path).map_err(|error| NodeError::io(&path, "read the key", &error))?;
        let secret = Hash::from_hex(text.trim());
        secret
            .map(|hash| hash.0)
            .ok_or_else(|| NodeError::other(format!("{}: expected 64 hexadecimal digits", path.display())))
    }

    fn create(&self) -> Result<(), NodeError> {
        let keys = self.file(KEYS_FOLDER);
        fs::create_dir_all(&keys).map_err(|error| NodeError::io(&keys, "make the folder", &error))?;
        for unused in [SEED_FILE, ML_DSA_SEED_FILE, SECRET_FILE] {
            // If it is there and stays, writing it anew fails and says so.
            let _ = fs::remove_file(keys.join(unused));
        }
        let (seed, ml_dsa_seed, secret) = (random()?, random()?, random()?);
        write_secret(&keys.join(SEED_FILE), &seed)?;
        write_secret(&keys.join(ML_DSA_SEED_FILE), &ml_dsa_seed)?;
        write_secret(&keys.join(SECRET_FILE), &secret)?;
        // The origin names this journal and no other: it holds the beginning of its own key's hash.
        let unnamed = SigningKey::from_seed("truceline.local", seed).map_err(|e| NodeError::other(e.to_string()))?;
        let name = Hash::of(unnamed.verifier_key().to_string().as_bytes()).to_string();
        let origin = format!("truceline.local/{}", &name[..16]);
        let signing = SigningKey::from_seed(&origin, seed).map_err(|error| NodeError::other(error.to_string()))?;
        // Written last: a store is a folder that has it.
        self.write_verifier_keys(&[&signing, &ml_dsa_key(&origin, ml_dsa_seed)?])
    }
}

fn ml_dsa_key(origin: &str, seed: [u8; 32]) -> Result<SigningKey, NodeError> {
    SigningKey::of(origin, Algorithm::MlDsa44, seed).map_err(|error| NodeError::other(error.to_string()))
}

pub(crate) fn random() -> Result<[u8; 32], NodeError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| NodeError::other(format!("no random numbers: {error}")))?;
    Ok(bytes)
}

pub(crate) fn write_secret(path: &Path, secret: &[u8; 32]) -> Result<(), NodeError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let text = format!("{}\n", Hash(*secret));
    let written = options.open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| NodeError::io(path, "write the key", &error))
}

/// Replaces a file as a whole: after a crash the old or the new one stands, never a part.
///
/// # Errors
/// If storage fails.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), NodeError> {
    disk::replace(&FileSystem, path, bytes).map_err(|error| NodeError::io(path, "write", &error))
}
