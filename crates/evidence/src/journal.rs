//! The journal's contract: one writer, many readers. Node implements both traits; others hold them as
//! `Arc<dyn Appender>` and `Arc<dyn JournalReader>`.
use crate::leaf;
use crate::tiles::{self, Tile, bundle};
use std::fmt;
use std::ops::Range;
use truceline_model::hash::Hash;

/// The one way into the journal.
///
/// # Durability
/// When [`append`](Self::append) returns `Ok`, every entry of the batch is on stable storage: it was written and
/// the file was synchronised (`fdatasync`) after it, and a power cut at any later moment cannot take it away or
/// change its index. A crash before that keeps none of the batch or all of it; a part of a batch is never read
/// back. When it returns `Err`, the caller must assume neither: the batch may still appear after the next start,
/// whole. Callers that must not append twice therefore look for what they appended before they append again.
///
/// After a failed write or synchronisation the journal takes nothing more until it is opened anew
/// ([`JournalError::is_read_only`]): what the storage holds after such a failure is not known.
///
/// # Concurrency
/// Any number of threads may call it at once. The batches are put in some order, the indices of one batch are
/// contiguous, and batches from one thread stand in that thread's order. The call blocks until its batch is
/// durable; several waiting batches may share one synchronisation. It never waits without bound for room: a full
/// queue is an error ([`JournalError::is_full`]), and nothing of that batch was taken.
pub trait Appender: Send + Sync {
    /// Appends canonical entry bytes and returns their indices once all of them are durable; all or none.
    /// An empty batch returns an empty range at the journal's size.
    ///
    /// # Errors
    /// If an entry is over [`MAX_ENTRY_BYTES`](truceline_model::entry::MAX_ENTRY_BYTES), the queue is full, the
    /// journal is closed or read-only, or storage fails.
    fn append(&self, entries: Vec<Vec<u8>>) -> Result<Range<u64>, JournalError>;
}

/// Reads the journal.
///
/// # What is seen
/// Only durable entries: `size()` never counts an entry before its append is acknowledged, and never falls. What
/// was read once reads the same for ever: entry, salt, and proof of a given index and size. The checkpoint's size
/// is at most `size()`; it may lag behind by the batches not yet signed.
///
/// # Concurrency
/// Any number of threads may read while others append. No call waits for an append.
pub trait JournalReader: Send + Sync {
    /// The journal's name, the first line of its checkpoints. It is also the name of its key.
    fn origin(&self) -> String;

    /// How many entries are durable.
    fn size(&self) -> u64;

    /// The canonical bytes of one entry, checked against their stored hash.
    ///
    /// # Errors
    /// If there is no such entry, its bytes are damaged, or storage fails.
    fn entry(&self, index: u64) -> Result<Vec<u8>, JournalError>;

    /// The salt of one entry's commitment ([`leaf::salt`](crate::leaf::salt)). Whoever holds salt and entry can
    /// recompute the leaf; whoever holds the leaf alone learns nothing of the entry.
    fn salt(&self, index: u64) -> [u8; 32];

    /// The newest signed checkpoint, a signed note; none before the first one is signed.
    fn checkpoint(&self) -> Option<String>;

    /// The newest checkpoint that witnesses cosigned as the journal's policy demands, with their signatures behind the
    /// journal's own; none where there is no policy or no quorum yet. It lags behind [`checkpoint`](Self::checkpoint).
    fn cosigned_checkpoint(&self) -> Option<String> {
        None
    }

    /// Waits until the newest signed checkpoint covers so many entries, or nothing more is signed. `size` is at most
    /// [`size()`](Self::size).
    fn wait_until_signed(&self, size: u64);

    /// The bytes of a tile or entry bundle; its entries are [commitments](crate::leaf::commitment).
    ///
    /// # Errors
    /// If the journal does not reach so far, an entry is damaged, or storage fails.
    fn tile(&self, tile: &Tile) -> Result<Vec<u8>, JournalError> {
        if tile.kind() != tiles::Kind::Entries {
            return self.hash_tile(tile);
        }
        let mut commitments = Vec::new();
        for index in tile.first()..tile.first() + tile.width() {
            commitments.push(leaf::commitment(&self.salt(index), &self.entry(index)?));
        }
        bundle(commitments.iter().map(|commitment| &commitment.0[..]))
            .map_err(|error| JournalError::io(error.to_string()))
    }

    /// The bytes of a tile of hashes.
    ///
    /// # Errors
    /// If the journal does not reach so far, the tile is an entry bundle, or storage fails.
    fn hash_tile(&self, tile: &Tile) -> Result<Vec<u8>, JournalError>;

    /// The RFC 6962 inclusion proof of one entry in the tree of `size` entries, from the leaf upward.
    ///
    /// # Errors
    /// Unless `index < size <= self.size()`, or if storage fails.
    fn inclusion_proof(&self, index: u64, size: u64) -> Result<Vec<Hash>, JournalError>;

    /// The journal's verifier key as `name+id+key` ([`VerifierKey`](crate::note::VerifierKey)): what people pin.
    fn verifier_key(&self) -> String;

    /// All keys that sign the journal's checkpoints, [`verifier_key`](Self::verifier_key) first.
    fn verifier_keys(&self) -> Vec<String> {
        vec![self.verifier_key()]
    }

    /// A signed note over the text of a dossier's manifest
    /// ([`manifest_text`](crate::dossier::manifest_text)), with the journal's key.
    fn sign_manifest(&self, text: &str) -> String;
}

/// Why the journal did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalError {
    kind: Kind,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Full,
    Closed,
    ReadOnly,
    TooLarge,
    OutOfRange,
    Damaged { index: u64 },
    Io,
}

impl JournalError {
    fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    /// The queue of the journal has no room now; nothing of the batch was taken, the caller may try again.
    #[must_use]
    pub fn full(text: impl Into<String>) -> Self {
        Self::new(Kind::Full, text)
    }

    /// The journal was closed; it takes nothing more.
    #[must_use]
    pub fn closed(text: impl Into<String>) -> Self {
        Self::new(Kind::Closed, text)
    }

    /// The journal takes nothing more until it is opened anew; reading goes on.
    #[must_use]
    pub fn read_only(text: impl Into<String>) -> Self {
        Self::new(Kind::ReadOnly, text)
    }

    /// An entry or a batch is over its bound.
    #[must_use]
    pub fn too_large(text: impl Into<String>) -> Self {
        Self::new(Kind::TooLarge, text)
    }

    /// There is no entry `index` in a tree of `size` entries.
    #[must_use]
    pub fn out_of_range(index: u64, size: u64) -> Self {
        Self::new(Kind::OutOfRange, format!("there is no entry {index} in a journal of {size} entries"))
    }

    /// What is stored for entry `index` is not what was appended.
    #[must_use]
    pub fn damaged(index: u64, text: impl Into<String>) -> Self {
        Self::new(Kind::Damaged { index }, format!("entry {index} is damaged: {}", text.into()))
    }

    /// Storage failed.
    #[must_use]
    pub fn io(text: impl Into<String>) -> Self {
        Self::new(Kind::Io, text)
    }

    /// Whether the queue is full: the caller may try again.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.kind == Kind::Full
    }

    /// Whether the journal was closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.kind == Kind::Closed
    }

    /// Whether the journal takes nothing more until it is opened anew.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.kind == Kind::ReadOnly
    }

    /// Whether an entry or a batch is over its bound.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.kind == Kind::TooLarge
    }

    /// Whether an index or a size lies outside the journal.
    #[must_use]
    pub fn is_out_of_range(&self) -> bool {
        self.kind == Kind::OutOfRange
    }

    /// Whether stored bytes are not what was appended.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.damaged_index().is_some()
    }

    /// The index of the damaged entry, if one is damaged.
    #[must_use]
    pub fn damaged_index(&self) -> Option<u64> {
        if let Kind::Damaged { index } = self.kind { Some(index) } else { None }
    }

    /// Whether storage failed.
    #[must_use]
    pub fn is_io(&self) -> bool {
        self.kind == Kind::Io
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for JournalError {}
