//! Signed notes: a text with signatures that people can read (C2SP signed-note, version 1.0.0), with keys of Ed25519
//! (signature type 0x01), and of the cosignatures of C2SP tlog-cosignature: Ed25519 with a time (0x04) and ML-DSA-44 (0x06).
//!
//! A note is a text that ends in a newline, an empty line, and one line per signature:
//! `— <key name> base64(key id || signature)`. The key id is the first four bytes of
//! SHA-256(key name || 0x0A || type || public key). Signatures by unknown keys are ignored; a signature in the name
//! of a known key that does not hold rejects the whole note. Ed25519 is verified strictly: no small-order keys and
//! no second spelling of a signature. An ML-DSA-44 signature does not cover what a checkpoint's text holds after its third
//! line, so [`Checkpoint::parse`](crate::checkpoint::Checkpoint::parse) takes none. Checked against the specification's own
//! example, checkpoints of the Tessera test log, the crate `signed_note`, and the Wycheproof vectors.
mod algorithm;
mod key;

pub use algorithm::Algorithm;
pub use key::{SigningKey, VerifierKey};

use crate::Error;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The largest note. Ours have three lines of text; the room is for [`MAX_SIGNATURES`] signatures of witnesses, the
/// largest of which, post-quantum ones, take nearly 5 kB by the specification and 7 kB in base64; ML-DSA-44's 3.3 kB.
pub const MAX_NOTE_BYTES: usize = 1 << 20;

/// The most signature lines of a note. The specification asks for at least 16; this leaves room for every
/// guarantor and side to sign with two algorithms.
pub const MAX_SIGNATURES: usize = 100;

/// What a signature line begins with: an em dash and a space.
const SIGNATURE_MARK: &str = "\u{2014} ";

/// The least bytes of a signature: its key id and one byte.
const MIN_SIGNATURE_BYTES: usize = KEY_ID_BYTES + 1;

/// The bytes of a key id.
const KEY_ID_BYTES: usize = 4;

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The name of the key.
    pub name: String,
    /// The id of the key.
    pub id: [u8; 4],
    /// The signature itself.
    pub bytes: Vec<u8>,
}

impl Signature {
    /// The line itself, its newline included.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{SIGNATURE_MARK}{} {}\n", self.name, STANDARD.encode([&self.id[..], &self.bytes].concat()))
    }
}

/// A note whose form was read and whose signatures were **not** verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

/// The text of a note that at least one known key signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The signed text, its last newline included.
    pub text: String,
    /// Which of the given keys signed, as their places in the given list, ascending.
    pub keys: Vec<usize>,
}

/// One of the given keys that signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signer {
    /// Its place in the given list.
    pub key: usize,
    /// When it says that it signed, in seconds of POSIX time; 0 where it states none. The newest, if it signed twice.
    pub time_s: u64,
}

impl Note {
    /// Reads the form of a note; verifies nothing.
    ///
    /// # Errors
    /// If the bytes are no note, or over [`MAX_NOTE_BYTES`] or [`MAX_SIGNATURES`].
    pub fn parse(note: &str) -> Result<Self, Error> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(Error::over_limit(format!(
                "a note of {} bytes, at most {MAX_NOTE_BYTES} are read",
                note.len()
            )));
        }
        check_characters(note)?;
        let Some(empty_line) = note.rfind("\n\n") else {
            return Err(Error::malformed("a note without an empty line between text and signatures"));
        };
        let (text, lines) = (&note[..=empty_line], &note[empty_line + 2..]);
        let Some(lines) = lines.strip_suffix('\n') else {
            return Err(Error::malformed("the signatures of a note do not end in a newline"));
        };
        let count = lines.split('\n').count();
        if count > MAX_SIGNATURES {
            return Err(Error::over_limit(format!("a note of {count} signatures, at most {MAX_SIGNATURES} are read")));
        }
        let signatures = lines.split('\n').zip(1..).map(|(line, number)| read_signature(line, number));
        Ok(Self { text: text.to_owned(), signatures: signatures.collect::<Result<_, _>>()? })
    }

    /// The text, its last newline included. Nobody has vouched for it until [`verify`](Self::verify) says who did.
    #[must_use]
    pub fn unverified_text(&self) -> &str {
        &self.text
    }

    /// The signature lines, in order.
    #[must_use]
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Which of `keys` signed the text, as their places in `keys`, ascending.
    ///
    /// # Errors
    /// If a signature in the name of one of `keys` does not hold, or none of them signed.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<Vec<usize>, Error> {
        let signers = self.signers(keys)?;
        if signers.is_empty() {
            return Err(Error::unknown_signer(format!("none of the known keys signed, only {}", self.signer_names())));
        }
        Ok(signers.iter().map(|signer| signer.key).collect())
    }

    /// Which of `keys` signed the text, in their order; none of them may have.
    ///
    /// # Errors
    /// If a signature in the name of one of `keys` does not hold.
    pub fn signers(&self, keys: &[VerifierKey]) -> Result<Vec<Signer>, Error> {
        let mut signers = Vec::new();
        for (place, key) in keys.iter().enumerate() {
            let claimed = self.signatures.iter().filter(|s| s.name == key.name() && s.id == key.id());
            let mut newest = None;
            for signature in claimed {
                let Some(time_s) = key.signed_at(self.text.as_bytes(), &signature.bytes) else {
                    return Err(Error::false_signature(format!(
                        "the signature in the name of {} does not hold",
                        key.short()
                    )));
                };
                newest = newest.max(Some(time_s));
            }
            signers.extend(newest.map(|time_s| Signer { key: place, time_s }));
        }
        Ok(signers)
    }

    /// The names and ids that the signature lines state, for a message. Shortened after a few.
    pub(crate) fn signer_names(&self) -> String {
        /// More names than these help nobody who reads the message.
        const NAMED: usize = 3;
        let named = self.signatures.iter().take(NAMED);
        let named: Vec<String> = named.map(|s| format!("{}+{:08x}", s.name, u32::from_be_bytes(s.id))).collect();
        match self.signatures.len() - named.len() {
            0 => named.join(", "),
            more => format!("{} and {more} more", named.join(", ")),
        }
    }
}

/// Reads a note and verifies it: the text is returned only if at least one of `keys` signed it.
///
/// # Errors
/// As [`Note::parse`] and [`Note::verify`].
pub fn open(note: &str, keys: &[VerifierKey]) -> Result<Opened, Error> {
    let note = Note::parse(note)?;
    let keys = note.verify(keys)?;
    Ok(Opened { text: note.text, keys })
}

/// The note over `text` with signature lines, each with its newline, as [`SigningKey::line`] writes them.
///
/// # Errors
/// If there is no line, or the note is over [`MAX_NOTE_BYTES`].
pub fn write(text: &str, lines: &[String]) -> Result<String, Error> {
    if lines.is_empty() {
        return Err(Error::malformed("a note without signatures"));
    }
    let note = format!("{text}\n{}", lines.concat());
    if note.len() > MAX_NOTE_BYTES {
        return Err(Error::over_limit(format!("a note of {} bytes, at most {MAX_NOTE_BYTES} are read", note.len())));
    }
    Ok(note)
}

fn check_characters(text: &str) -> Result<(), Error> {
    match text.bytes().position(|byte| byte < 0x20 && byte != b'\n') {
        Some(at) => Err(Error::malformed_at(at, format!("byte {at} of the note is a control character"))),
        None => Ok(()),
    }
}

fn read_signature(line: &str, number: usize) -> Result<Signature, Error> {
    let malformed = |why: &str| Error::malformed(format!("signature line {number} of the note {why}"));
    let rest =
        line.strip_prefix(SIGNATURE_MARK).ok_or_else(|| malformed("does not begin with an em dash and a space"))?;
    let (name, encoded) = rest.split_once(' ').ok_or_else(|| malformed("does not hold a key name and a signature"))?;
    if !is_key_name(name) {
        return Err(malformed("has an empty key name, or one with a space or a plus sign"));
    }
    let bytes = STANDARD.decode(encoded).map_err(|_| malformed("has a signature that is not canonical base64"))?;
    if bytes.len() < MIN_SIGNATURE_BYTES {
        return Err(malformed("has a signature that is too short"));
    }
    let (id, bytes) = bytes.split_first_chunk().ok_or_else(|| malformed("has a signature that is too short"))?;
    Ok(Signature { name: name.to_owned(), id: *id, bytes: bytes.to_vec() })
}

/// Whether a key may be named so: not empty, no Unicode space, no plus sign, no control character.
#[must_use]
pub fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c == '+' || c < ' ')
}

#[cfg(test)]
mod tests;
