use super::{KEY_ID_BYTES, SIGNATURE_MARK, check_characters, is_key_name};
use crate::Error;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use std::fmt;
use truceline_model::hash::Hash;

/// The signature type of Ed25519 over the note's text.
const ED25519: u8 = 0x01;

/// The longest name of a key. A name is a short address such as `example.org/north`; a signature line must stay
/// a line.
const MAX_KEY_NAME_BYTES: usize = 255;

/// A public key that people pin, written `name+id+base64(0x01 || key)`.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; KEY_ID_BYTES],
    key: ed25519_dalek::VerifyingKey,
}

impl VerifierKey {
    /// The key with this name and these 32 bytes (RFC 8032).
    ///
    /// # Errors
    /// If the name is none, or the bytes are no Ed25519 public key.
    pub fn new(name: &str, public_key: &[u8; 32]) -> Result<Self, Error> {
        check_name(name)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(public_key)
            .map_err(|_| Error::malformed(format!("the key of {name} is no Ed25519 public key")))?;
        Ok(Self { name: name.to_owned(), id: key_id(name, public_key), key })
    }

    /// Reads `name+id+base64(0x01 || key)`.
    ///
    /// # Errors
    /// If the text is no such key, or its id is not that of its name and key.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let malformed = |why: &str| Error::malformed(format!("the verifier key {why}"));
        // Names hold no plus sign, base64 may.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(malformed("has not the form name+id+key"));
        };
        let bytes = STANDARD.decode(encoded).map_err(|_| malformed("has a key that is not canonical base64"))?;
        let Some((&kind, public_key)) = bytes.split_first() else {
            return Err(malformed("is empty"));
        };
        if kind != ED25519 {
            return Err(malformed(&format!("is of type {kind:#04x}, expected 0x01 for Ed25519")));
        }
        let public_key = public_key
            .try_into()
            .map_err(|_| malformed(&format!("has a key of {} bytes, expected 32", public_key.len())))?;
        let key = Self::new(name, public_key)?;
        if id != key.id_hex() {
            return Err(malformed(&format!("has the id {id:?}, its name and key give {}", key.id_hex())));
        }
        Ok(key)
    }

    /// The key's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key's id.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// Whether `signature` is this key's over `message`, strictly.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        ed25519_dalek::Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(message, &signature).is_ok())
    }

    /// Name and id without the key itself, for messages.
    #[must_use]
    pub fn short(&self) -> String {
        format!("{}+{}", self.name, self.id_hex())
    }

    fn id_hex(&self) -> String {
        format!("{:08x}", u32::from_be_bytes(self.id))
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{}", self.short(), STANDARD.encode(bytes))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A key that signs notes. Its secret is shown nowhere.
#[derive(Clone)]
pub struct SigningKey {
    key: ed25519_dalek::SigningKey,
    verifier: VerifierKey,
}

impl SigningKey {
    /// The key with this name and the 32 secret bytes of RFC 8032.
    ///
    /// # Errors
    /// If the name is none.
    pub fn from_seed(name: &str, seed: [u8; 32]) -> Result<Self, Error> {
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        let verifier = VerifierKey::new(name, key.verifying_key().as_bytes())?;
        Ok(Self { key, verifier })
    }

    /// The public key to it.
    #[must_use]
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The note over `text` with this key's signature.
    ///
    /// # Errors
    /// If the text does not end in a newline, or holds another control character.
    pub fn sign(&self, text: &str) -> Result<String, Error> {
        check_characters(text)?;
        if !text.ends_with('\n') {
            return Err(Error::malformed("the text of a note must end in a newline"));
        }
        let mut bytes = self.verifier.id.to_vec();
        bytes.extend_from_slice(&self.key.sign(text.as_bytes()).to_bytes());
        let note = format!("{text}\n{SIGNATURE_MARK}{} {}\n", self.verifier.name, STANDARD.encode(bytes));
        if note.len() > super::MAX_NOTE_BYTES {
            return Err(Error::over_limit(format!(
                "a note of {} bytes, at most {} are read",
                note.len(),
                super::MAX_NOTE_BYTES
            )));
        }
        Ok(note)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.verifier.short())
    }
}

fn check_name(name: &str) -> Result<(), Error> {
    if !is_key_name(name) {
        return Err(Error::malformed(format!("{name:?} names no key, expected a name without spaces and plus signs")));
    }
    if name.len() > MAX_KEY_NAME_BYTES {
        return Err(Error::over_limit(format!("a key name of {} bytes, at most {MAX_KEY_NAME_BYTES}", name.len())));
    }
    Ok(())
}

fn key_id(name: &str, public_key: &[u8; 32]) -> [u8; KEY_ID_BYTES] {
    let hash = Hash::of_parts(&[name.as_bytes(), b"\n", &[ED25519], public_key]);
    let [a, b, c, d, ..] = hash.0;
    [a, b, c, d]
}
