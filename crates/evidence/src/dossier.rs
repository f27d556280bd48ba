//! The dossier, `.tldoss`: one file with everything that a finding rests on.
//!
//! # Form
//! Canonical CBOR (see [`truceline_model::canonical`]), a map of
//! - `format`: the text `truceline-dossier-1`, with payloads `truceline-dossier-2`, with disclosures
//!   `truceline-dossier-3`;
//! - `entries`: an array of maps `salt` (32 bytes), `entry` (the entry's canonical bytes), `index`, `proof` (the
//!   hashes of its RFC 6962 inclusion proof under the checkpoint), by ascending index;
//! - `manifest`: a byte string, the canonical bytes of the [`Manifest`];
//! - `payloads`, from the second form on: an array of byte strings, waveforms that records among the entries name, by
//!   ascending SHA-256, each once;
//! - `signature`: a signed note over [`manifest_text`], one signature;
//! - `checkpoint`: the journal's signed checkpoint;
//! - `disclosures`, in the third form alone: an array of [`Disclosed`] by ascending frame, what of stations' salted
//!   [fields](crate::fields) is shown.
//!
//! Every byte is bound: the manifest by its signature, the checkpoint note and each entry by their hashes in the
//! manifest, salts and proofs by the checkpoint's root, each payload by the record that names its hash, what is disclosed by
//! the root that its frame's station signed, the signature by the pinned key, and everything between by the one canonical
//! form. Payloads and disclosures can be left out by whoever hands the file on: what is not there is counted.
mod build;
mod reading;

pub use build::{Stored, build, build_of, build_with_payloads, disclose};
pub use reading::Reading;

use crate::Error;
use crate::fields::Disclosure;
use crate::merkle::MAX_INCLUSION_HASHES;
use crate::note::is_key_name;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::ops::Range;
use truceline_model::canonical::{Bytes, Canonical, DecodeError, Decoder, Encoder};
use truceline_model::canonical_map;
use truceline_model::entry::MAX_ENTRY_BYTES;
use truceline_model::hash::Hash;

/// The largest dossier, payloads not counted. It is read into memory whole, and its parts take as much again. Measured:
/// 50,000 entries of 500 bytes make a file of 58 MB.
pub const MAX_DOSSIER_BYTES: usize = 64 << 20;

/// The most bytes of payloads in a dossier: three days of three channels of 100 Hz, compressed, and what an ordinary
/// laptop holds twice in memory. What is longer is carried to an auditor as a copy of the store.
pub const MAX_DOSSIER_PAYLOAD_BYTES: usize = 256 << 20;

/// The largest file of a dossier, with its payloads: a few bytes before each payload fit in the last part.
pub const MAX_DOSSIER_FILE_BYTES: usize = MAX_DOSSIER_BYTES + MAX_DOSSIER_PAYLOAD_BYTES + 16 * MAX_DOSSIER_ENTRIES;

/// The most entries of a dossier: with proofs of 17 hashes so many take more than 64 MB, however small they are, so
/// that [`MAX_DOSSIER_BYTES`] leaves hardly room for more.
pub const MAX_DOSSIER_ENTRIES: usize = 100_000;

/// The longest name of a case. `04-0001-E` takes 9 bytes; the rest is room for names of other origins.
pub const MAX_CASE_BYTES: usize = 64;

/// The longest statement: a page of text, in any script.
pub const MAX_STATEMENT_BYTES: usize = 16 << 10;

/// The three forms of a file, each with what the one before it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Entries, manifest, signature, checkpoint.
    Plain,
    /// Payloads besides.
    WithPayloads,
    /// Disclosures besides.
    WithDisclosures,
}

impl Form {
    /// What the file's `format` says.
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "truceline-dossier-1",
            Self::WithPayloads => "truceline-dossier-2",
            Self::WithDisclosures => "truceline-dossier-3",
        }
    }

    /// How many keys its map has.
    fn pairs(self) -> u64 {
        match self {
            Self::Plain => 5,
            Self::WithPayloads => 6,
            Self::WithDisclosures => 7,
        }
    }

    fn of_pairs(pairs: usize) -> Self {
        match pairs {
            0..=5 => Self::Plain,
            6 => Self::WithPayloads,
            _ => Self::WithDisclosures,
        }
    }
}

/// What is signed for a dossier: what it is about and which bytes belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The case's name, as people write it.
    pub case: String,
    /// The name of the journal.
    pub origin: String,
    /// Index and SHA-256 of each entry's bytes, by ascending index.
    pub entries: Vec<(u64, Hash)>,
    /// SHA-256 of the bytes of the finding's entry; in the dossier of a consultation of its call's.
    pub finding: Hash,
    /// The verdict in words at the time of writing.
    pub statement: String,
    /// SHA-256 of the checkpoint note's bytes.
    pub checkpoint: Hash,
}

canonical_map!(Manifest {
    "case" => case,
    "origin" => origin,
    "entries" => entries,
    "finding" => finding,
    "statement" => statement,
    "checkpoint" => checkpoint,
});

/// The text that is signed for a manifest: the journal's name, `dossier 1`, and the SHA-256 of the manifest's
/// bytes in base64, a line each. Its second line can never be a checkpoint's, which is a number.
#[must_use]
pub fn manifest_text(origin: &str, manifest: Hash) -> String {
    format!("{origin}\ndossier 1\n{}\n", STANDARD.encode(manifest.0))
}

/// One entry with what places it in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DossierEntry {
    /// The salt of its commitment.
    pub salt: [u8; 32],
    /// Its canonical bytes.
    pub entry: Bytes,
    /// Its place in the journal.
    pub index: u64,
    /// The inclusion proof under the checkpoint's root, from the leaf upward.
    pub proof: Vec<Hash>,
}

canonical_map!(DossierEntry { "salt" => salt, "entry" => entry, "index" => index, "proof" => proof });

/// A part together with the bytes of the file that it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part<T> {
    pub(crate) value: T,
    pub(crate) bytes: Range<usize>,
}

impl<T> Part<T> {
    /// A part that is to be written; where it will stand is not known yet.
    fn new(value: T) -> Self {
        Self { value, bytes: 0..0 }
    }
}

impl<T: Canonical> Canonical for Part<T> {
    fn encode(&self, encoder: &mut Encoder) {
        self.value.encode(encoder);
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let start = decoder.offset();
        let value = T::decode(decoder)?;
        Ok(Self { value, bytes: start..decoder.offset() })
    }
}

/// Where a payload stands in the file, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeldPayload {
    pub(crate) sha256: Hash,
    /// How many bytes it has.
    pub(crate) length: u64,
    /// Its bytes of the file, their head included.
    pub(crate) bytes: Range<usize>,
}

/// What is shown of the fields that a station sealed in one frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosed {
    /// The frame's entry, by its index in the journal.
    pub frame: u64,
    /// What is shown; the others are withheld.
    pub shown: Disclosure,
}

impl Canonical for Disclosed {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.map(2);
        encoder.text("frame");
        self.frame.encode(encoder);
        encoder.text("shown");
        self.shown.shown.encode(encoder);
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        decoder.map(2)?;
        decoder.key("frame")?;
        let frame = Canonical::decode(decoder)?;
        decoder.key("shown")?;
        Ok(Self { frame, shown: Disclosure { shown: Canonical::decode(decoder).map_err(|e| e.within("shown"))? } })
    }
}

/// A dossier whose form was read. Nothing of it is verified: see [`crate::verification`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    pub(crate) entries: Vec<Part<DossierEntry>>,
    pub(crate) manifest: Part<Manifest>,
    pub(crate) manifest_hash: Hash,
    /// The payloads by ascending SHA-256; none in the first form.
    pub(crate) payloads: Option<Vec<HeldPayload>>,
    pub(crate) signature: Part<String>,
    pub(crate) checkpoint: Part<String>,
    /// What is shown of fields, by ascending frame.
    pub(crate) disclosures: Vec<Part<Disclosed>>,
    /// SHA-256 of the file, where it holds no payloads: bytes that are hashed by themselves are not hashed twice.
    pub(crate) sha256: Option<Hash>,
}

impl Dossier {
    /// Reads the form of a dossier; verifies no hash and no signature.
    ///
    /// # Errors
    /// If the bytes are over a bound, or not of the one form; names the byte.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let mut reading = Reading::default();
        reading.push(bytes);
        reading.finish()
    }

    /// What was signed for the dossier.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest.value
    }

    /// The entries, by ascending index.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &DossierEntry> {
        self.entries.iter().map(|part| &part.value)
    }

    /// The payloads with their SHA-256, ascending, in `file`, the bytes that the dossier was read from. Each has the bytes
    /// that its hash says.
    pub fn payloads<'a>(&'a self, file: &'a [u8]) -> impl Iterator<Item = (Hash, &'a [u8])> {
        let content = |held: &HeldPayload| {
            let start = held.bytes.end - usize::try_from(held.length).ok()?;
            Some((held.sha256, file.get(start..held.bytes.end)?))
        };
        self.payloads.iter().flatten().filter_map(content)
    }

    /// What is shown of fields, by ascending frame. Nothing of it is checked.
    pub fn disclosures(&self) -> impl ExactSizeIterator<Item = &Disclosed> {
        self.disclosures.iter().map(|part| &part.value)
    }

    /// The checkpoint, a signed note.
    #[must_use]
    pub fn checkpoint(&self) -> &str {
        &self.checkpoint.value
    }
}

fn malformed_part(bytes: &Range<usize>, part: &str, why: &str) -> Error {
    Error::malformed_at(bytes.start, format!("bytes {} to {}: {part} {why}", bytes.start, bytes.end.saturating_sub(1)))
}

fn check_entries(entries: &[Part<DossierEntry>]) -> Result<(), Error> {
    let mut before = None;
    for Part { value: DossierEntry { entry, index, proof, .. }, bytes } in entries {
        let malformed = |why: String| malformed_part(bytes, &format!("entry {index}"), &why);
        if before.is_some_and(|before| before >= *index) {
            return Err(malformed("does not stand after all entries of lower index, each once".to_owned()));
        }
        before = Some(*index);
        if proof.len() > MAX_INCLUSION_HASHES {
            return Err(malformed(format!("has a proof of {} hashes, at most {MAX_INCLUSION_HASHES}", proof.len())));
        }
        if entry.0.len() > MAX_ENTRY_BYTES {
            return Err(malformed(format!("has {} bytes, at most {MAX_ENTRY_BYTES} are read", entry.0.len())));
        }
    }
    Ok(())
}

/// Frames ascend, each once; a field is checked with its frame.
fn check_disclosures(disclosures: &[Part<Disclosed>]) -> Result<(), Error> {
    if disclosures.len() > MAX_DOSSIER_ENTRIES {
        let count = disclosures.len();
        return Err(Error::over_limit(format!("{count} disclosures, at most {MAX_DOSSIER_ENTRIES} are read")));
    }
    let mut before = None;
    for Part { value: Disclosed { frame, .. }, bytes } in disclosures {
        if before.is_some_and(|before| before >= *frame) {
            let why = "does not stand after all of lower index, each once";
            return Err(malformed_part(bytes, &format!("the disclosure of entry {frame}"), why));
        }
        before = Some(*frame);
    }
    Ok(())
}

/// What a manifest may say; `build` and `parse` hold to the same.
fn check_manifest(manifest: &Manifest) -> Result<(), String> {
    let Manifest { case, origin, entries, statement, .. } = manifest;
    if case.is_empty() || case.len() > MAX_CASE_BYTES || case.chars().any(char::is_control) {
        return Err(format!("names no case, expected 1 to {MAX_CASE_BYTES} bytes without control characters"));
    }
    if statement.len() > MAX_STATEMENT_BYTES || statement.chars().any(|c| c.is_control() && c != '\n') {
        return Err(format!(
            "has no readable statement, expected at most {MAX_STATEMENT_BYTES} bytes without control characters"
        ));
    }
    if !is_key_name(origin) {
        return Err("names no journal, expected a name without spaces and plus signs".to_owned());
    }
    if !entries.is_sorted_by(|(a, _), (b, _)| a < b) {
        return Err("does not list its entries by ascending index, each once".to_owned());
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests;
