//! Ed25519 keys of stations and people, each known by its hash.
use crate::Error;
use ed25519_dalek::Signer;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder};
use truceline_model::hash::Hash;

/// A public key. Its point is decompressed once, which takes a fifth of a verification.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(ed25519_dalek::VerifyingKey);

impl PublicKey {
    /// The key of these 32 bytes (RFC 8032).
    ///
    /// # Errors
    /// If they are none, one of small order, under which signatures of others would hold, or a second spelling of one.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Error> {
        match ed25519_dalek::VerifyingKey::from_bytes(bytes) {
            Ok(key) if !key.is_weak() && key.to_edwards().compress().to_bytes() == *bytes => Ok(Self(key)),
            _ => Err(Error::malformed("the 32 bytes are no Ed25519 public key")),
        }
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// What it is known by: SHA-256 of its bytes.
    #[must_use]
    pub fn id(&self) -> Hash {
        Hash::of(self.0.as_bytes())
    }

    /// Whether a signature over `domain` || `message` is this key's, strictly.
    #[must_use]
    pub fn verify(&self, domain: &[u8], message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.0.verify_strict(&[domain, message].concat(), &signature).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", Hash(self.bytes()))
    }
}

impl Canonical for PublicKey {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.bytes(self.0.as_bytes());
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        let bytes = Canonical::decode(decoder)?;
        Self::from_bytes(&bytes).map_err(|_| DecodeError::new(at, "an Ed25519 public key"))
    }
}

/// A key with its secret, which is shown nowhere.
#[derive(Clone)]
pub struct KeyPair(ed25519_dalek::SigningKey);

impl KeyPair {
    /// The key of 32 secret bytes (RFC 8032).
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The public key to it.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The secret of the fields that are sealed in one frame: HMAC-SHA256(secret key, `truceline-field-secret-1` || sequence as
    /// 8 bytes, big endian || hash of the frame before, if there is one). Who has the key can show the fields, and a frame that
    /// is sealed again has the same ones.
    #[must_use]
    pub fn field_secret(&self, sequence: u64, previous: Option<Hash>) -> [u8; 32] {
        // A key of 32 bytes is within HMAC's block of 64, filled with zeros (RFC 2104).
        let mut block = [0; 64];
        block[..32].copy_from_slice(self.0.as_bytes());
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(b"truceline-field-secret-1");
        mac.update(&sequence.to_be_bytes());
        if let Some(previous) = previous {
            mac.update(&previous.0);
        }
        mac.finalize().into_bytes().into()
    }

    /// The signature over `domain` || `message`.
    #[must_use]
    pub fn sign(&self, domain: &[u8], message: &[u8]) -> [u8; 64] {
        self.0.sign(&[domain, message].concat()).to_bytes()
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyPair({})", self.public().id())
    }
}
