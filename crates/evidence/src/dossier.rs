//! The dossier, `.tldoss`: one file with everything that a finding rests on.
//!
//! # Form
//! Canonical CBOR (see [`truceline_model::canonical`]), a map of
//! - `format`: the text `truceline-dossier-1`, with payloads `truceline-dossier-2`;
//! - `entries`: an array of maps `salt` (32 bytes), `entry` (the entry's canonical bytes), `index`, `proof` (the
//!   hashes of its RFC 6962 inclusion proof under the checkpoint), by ascending index;
//! - `manifest`: a byte string, the canonical bytes of the [`Manifest`];
//! - `payloads`, in the second form alone: an array of byte strings, waveforms that records among the entries name, by
//!   ascending SHA-256, each once;
//! - `signature`: a signed note over [`manifest_text`], one signature;
//! - `checkpoint`: the journal's signed checkpoint.
//!
//! Every byte is bound: the manifest by its signature, the checkpoint note and each entry by their hashes in the
//! manifest, salts and proofs by the checkpoint's root, each payload by the record that names its hash, the signature by
//! the pinned key, and everything between by the one canonical form.
mod build;

pub use build::{Stored, build, build_with_payloads};

use crate::Error;
use crate::merkle::MAX_INCLUSION_HASHES;
use crate::note::is_key_name;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::ops::Range;
use truceline_model::canonical::{self, Bytes, Canonical, DecodeError, Decoder, Encoder};
use truceline_model::entry::MAX_ENTRY_BYTES;
use truceline_model::hash::Hash;
use truceline_model::{canonical_map, canonical_map_grown};

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

/// What the file's `format` says.
const FORMAT: &str = "truceline-dossier-1";
/// What it says where payloads follow.
const FORMAT_WITH_PAYLOADS: &str = "truceline-dossier-2";

/// What is signed for a dossier: what it is about and which bytes belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The case's name, as people write it.
    pub case: String,
    /// The name of the journal.
    pub origin: String,
    /// Index and SHA-256 of each entry's bytes, by ascending index.
    pub entries: Vec<(u64, Hash)>,
    /// SHA-256 of the bytes of the finding's entry.
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

/// The file's map.
struct Envelope {
    format: Part<String>,
    entries: Vec<Part<DossierEntry>>,
    manifest: Part<Bytes>,
    payloads: Option<Payloads>,
    signature: Part<String>,
    checkpoint: Part<String>,
}

canonical_map_grown!(Envelope {
    "format" => format,
    "entries" => entries,
    "manifest" => manifest;
    "payloads" => payloads;
    "signature" => signature,
    "checkpoint" => checkpoint,
});

/// The file's payloads; as many as there can be records.
struct Payloads(Vec<Part<Bytes>>);

impl Canonical for Payloads {
    fn encode(&self, encoder: &mut Encoder) {
        self.0.encode(encoder);
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        let count = decoder.array()?;
        if count > MAX_DOSSIER_ENTRIES {
            return Err(DecodeError::new(at, "no more payloads than there can be entries"));
        }
        (0..count).map(|_| Canonical::decode(decoder)).collect::<Result<_, _>>().map(Self)
    }
}

/// A dossier whose form was read. Nothing of it is verified: see [`crate::verification`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    pub(crate) entries: Vec<Part<DossierEntry>>,
    pub(crate) manifest: Part<Manifest>,
    pub(crate) manifest_hash: Hash,
    /// The payloads with their SHA-256, ascending; none in the first form.
    pub(crate) payloads: Option<Vec<(Hash, Part<Bytes>)>>,
    pub(crate) signature: Part<String>,
    pub(crate) checkpoint: Part<String>,
}

impl Dossier {
    /// Reads the form of a dossier; verifies no hash and no signature.
    ///
    /// # Errors
    /// If the bytes are over a bound, or not of the one form; names the byte.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        check_bounds(bytes)?;
        let Envelope { format, entries, manifest, payloads, signature, checkpoint } =
            canonical::from_bytes(bytes).map_err(|e| Error::malformed_at(e.offset(), e.to_string()))?;
        let expected = if payloads.is_some() { FORMAT_WITH_PAYLOADS } else { FORMAT };
        if format.value != expected {
            return Err(malformed_part(
                &format.bytes,
                "the format",
                &format!("is {:?}, expected {expected:?}", format.value),
            ));
        }
        let payloads = payloads.map(check_payloads).transpose()?;
        check_entries(&entries)?;
        let manifest_bytes = &manifest.value.0;
        // The string's content ends where the part ends; its head stands before it.
        let manifest_start = manifest.bytes.end - manifest_bytes.len();
        let read: Manifest = canonical::from_bytes(manifest_bytes).map_err(|e| {
            let at = manifest_start + e.offset();
            Error::malformed_at(at, format!("byte {at}, in the manifest, at its {e}"))
        })?;
        check_manifest(&read).map_err(|why| malformed_part(&manifest.bytes, "the manifest", &why))?;
        Ok(Self {
            entries,
            manifest_hash: Hash::of(manifest_bytes),
            manifest: Part { value: read, bytes: manifest.bytes },
            payloads,
            signature,
            checkpoint,
        })
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

    /// The payloads with their SHA-256, ascending. Each has the bytes that its hash says.
    pub fn payloads(&self) -> impl Iterator<Item = (Hash, &[u8])> {
        self.payloads.iter().flatten().map(|(sha256, part)| (*sha256, part.value.0.as_slice()))
    }

    /// The checkpoint, a signed note.
    #[must_use]
    pub fn checkpoint(&self) -> &str {
        &self.checkpoint.value
    }
}

/// Before anything is taken apart: a file may be as large as its form allows, and hold no more parts than are read.
fn check_bounds(bytes: &[u8]) -> Result<(), Error> {
    let mut decoder = Decoder::new(bytes);
    let with_payloads = decoder.map_grown(5);
    let most = if with_payloads == Ok(true) { MAX_DOSSIER_FILE_BYTES } else { MAX_DOSSIER_BYTES };
    if bytes.len() > most {
        return Err(Error::over_limit(format!("a dossier of {} bytes, at most {most} are read", bytes.len())));
    }
    let entries = decoder.key("format").and_then(|()| decoder.text()).and_then(|_| decoder.key("entries"));
    // What is no dossier at all is named by whoever takes it apart.
    if let Ok(count) = entries.and_then(|()| decoder.array())
        && count > MAX_DOSSIER_ENTRIES
    {
        return Err(Error::over_limit(format!("a dossier of {count} entries, at most {MAX_DOSSIER_ENTRIES} are read")));
    }
    Ok(())
}

/// The payloads with their names, ascending, within their bound.
fn check_payloads(payloads: Payloads) -> Result<Vec<(Hash, Part<Bytes>)>, Error> {
    let bytes: usize = payloads.0.iter().map(|part| part.value.0.len()).sum();
    if bytes > MAX_DOSSIER_PAYLOAD_BYTES {
        return Err(Error::over_limit(format!(
            "payloads of {bytes} bytes, at most {MAX_DOSSIER_PAYLOAD_BYTES} are read"
        )));
    }
    let mut named: Vec<(Hash, Part<Bytes>)> = Vec::with_capacity(payloads.0.len());
    for part in payloads.0 {
        let sha256 = Hash::of(&part.value.0);
        if named.last().is_some_and(|(before, _)| *before >= sha256) {
            let why = "does not stand after all payloads of lower SHA-256, each once";
            return Err(malformed_part(&part.bytes, &format!("the payload {sha256}"), why));
        }
        named.push((sha256, part));
    }
    Ok(named)
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
