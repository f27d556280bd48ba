use super::algorithm::{self, Algorithm, Public, Secret};
use super::{KEY_ID_BYTES, Signature, check_characters, is_key_name};
use crate::Error;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use truceline_model::hash::Hash;

/// The longest name of a key. A name is a short address such as `example.org/north`; a signature line must stay
/// a line, and an ML-DSA-44 signature counts its signer's name in one byte.
const MAX_KEY_NAME_BYTES: usize = 255;

/// A public key that people pin, written `name+id+base64(type || key)`.
#[derive(Clone)]
pub struct VerifierKey {
    name: String,
    id: [u8; KEY_ID_BYTES],
    algorithm: Algorithm,
    public: Public,
    bytes: Vec<u8>,
}

impl PartialEq for VerifierKey {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.algorithm, &self.bytes) == (&other.name, other.algorithm, &other.bytes)
    }
}

impl Eq for VerifierKey {}

impl VerifierKey {
    /// The Ed25519 key (type 0x01) with this name and these 32 bytes (RFC 8032).
    ///
    /// # Errors
    /// If the name is none, or the bytes are no Ed25519 public key.
    pub fn new(name: &str, public_key: &[u8; 32]) -> Result<Self, Error> {
        Self::of(name, Algorithm::Ed25519, public_key)
    }

    /// The key with this name and these bytes: 32 of Ed25519 (RFC 8032), 1,312 of ML-DSA-44 (FIPS 204).
    ///
    /// # Errors
    /// If the name is none, or the bytes are no public key of the algorithm.
    pub fn of(name: &str, algorithm: Algorithm, public_key: &[u8]) -> Result<Self, Error> {
        check_name(name)?;
        let public = Public::read(algorithm, public_key)
            .map_err(|why| Error::malformed(format!("the verifier key of {name} {why}")))?;
        let id = key_id(name, algorithm, public_key);
        Ok(Self { name: name.to_owned(), id, algorithm, public, bytes: public_key.to_vec() })
    }

    /// Reads `name+id+base64(type || key)`.
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
        let Some(algorithm) = Algorithm::of_type_byte(kind) else {
            return Err(malformed(&format!(
                "is of type {kind:#04x}, expected 0x01 or 0x04 for Ed25519, or 0x06 for ML-DSA-44"
            )));
        };
        let key = Self::of(name, algorithm, public_key)?;
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

    /// What it verifies.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The bytes of the public key itself, the same under whichever name and type it goes.
    #[must_use]
    pub fn public_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether `signature` is this key's over `message`, strictly.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.signed_at(message, signature).is_some()
    }

    /// When the key's owner says that `message` was signed, in seconds of POSIX time, if `signature` is this key's over it; 0
    /// where no time is stated.
    #[must_use]
    pub fn signed_at(&self, message: &[u8], signature: &[u8]) -> Option<u64> {
        algorithm::verify(self.algorithm, &self.public, &self.name, message, signature)
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
        let mut bytes = vec![self.algorithm.type_byte()];
        bytes.extend_from_slice(&self.bytes);
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
    secret: Secret,
    verifier: VerifierKey,
}

impl SigningKey {
    /// The Ed25519 key (type 0x01) with this name and the 32 secret bytes of RFC 8032.
    ///
    /// # Errors
    /// If the name is none.
    pub fn from_seed(name: &str, seed: [u8; 32]) -> Result<Self, Error> {
        Self::of(name, Algorithm::Ed25519, seed)
    }

    /// The key with this name and 32 secret bytes, the seed of either algorithm. One seed is for one key: the message that
    /// an Ed25519 cosignature signs does not hold its signer's name.
    ///
    /// # Errors
    /// If the name is none.
    pub fn of(name: &str, algorithm: Algorithm, seed: [u8; 32]) -> Result<Self, Error> {
        let secret = Secret::from_seed(algorithm, seed);
        let verifier = VerifierKey::of(name, algorithm, &secret.public())?;
        Ok(Self { secret, verifier })
    }

    /// The public key to it.
    #[must_use]
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The note over `text` with this key's signature, which states no time.
    ///
    /// # Errors
    /// As [`SigningKey::line`]; or if the note is over its bound.
    pub fn sign(&self, text: &str) -> Result<String, Error> {
        super::write(text, &[self.line(text, 0)?])
    }

    /// The signature line over a note's `text`, its newline included, that states `time_s`, seconds of POSIX time or 0 for
    /// none. A plain Ed25519 signature states no time in any case.
    ///
    /// # Errors
    /// If the text does not end in a newline, or holds another control character; if the key is of ML-DSA-44 and the text
    /// is no checkpoint; if the time is over 2^63 - 1.
    pub fn line(&self, text: &str, time_s: u64) -> Result<String, Error> {
        check_characters(text)?;
        if !text.ends_with('\n') {
            return Err(Error::malformed("the text of a note must end in a newline"));
        }
        let VerifierKey { name, id, algorithm, .. } = &self.verifier;
        let bytes = algorithm::sign(*algorithm, &self.secret, name, text, time_s)?;
        Ok(Signature { name: name.clone(), id: *id, bytes }.line())
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

fn key_id(name: &str, algorithm: Algorithm, public_key: &[u8]) -> [u8; KEY_ID_BYTES] {
    let hash = Hash::of_parts(&[name.as_bytes(), b"\n", &[algorithm.type_byte()], public_key]);
    let [a, b, c, d, ..] = hash.0;
    [a, b, c, d]
}
