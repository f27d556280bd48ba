//! The three kinds of signatures that a note bears here, and the message that each one signs.
use crate::Error;
use crate::checkpoint::Checkpoint;
use ed25519_dalek::Signer as _;
use ml_dsa::MlDsa44;
use std::sync::Arc;

/// The bytes of an Ed25519 public key.
const ED25519_KEY_BYTES: usize = 32;

/// The bytes of an ML-DSA-44 public key (FIPS 204, table 2).
const ML_DSA_44_KEY_BYTES: usize = 1_312;

/// The largest time of a cosignature, by the specification.
const MAX_TIME_S: u64 = i64::MAX as u64;

/// What a key signs, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// Ed25519 over the note's text (C2SP signed-note, type 0x01): how a log signs.
    Ed25519,
    /// Ed25519 over a time and the note's text (C2SP tlog-cosignature, type 0x04): how a witness signs.
    Ed25519Cosignature,
    /// ML-DSA-44 over the signer's name, a time and a checkpoint's origin, size and root (C2SP tlog-cosignature 1.1.0,
    /// type 0x06): how a log and a witness sign so that no quantum computer can forge it.
    MlDsa44,
}

impl Algorithm {
    pub(super) fn type_byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::Ed25519Cosignature => 0x04,
            Self::MlDsa44 => 0x06,
        }
    }

    pub(super) fn of_type_byte(byte: u8) -> Option<Self> {
        [Self::Ed25519, Self::Ed25519Cosignature, Self::MlDsa44].into_iter().find(|one| one.type_byte() == byte)
    }

    /// Whether a signature of it states when a tree was the largest that its signer had seen.
    #[must_use]
    pub fn is_cosignature(self) -> bool {
        self != Self::Ed25519
    }

    /// Its name, for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ed25519 | Self::Ed25519Cosignature => "Ed25519",
            Self::MlDsa44 => "ML-DSA-44",
        }
    }
}

/// A public key, ready to verify.
#[derive(Clone)]
pub(super) enum Public {
    Ed25519(ed25519_dalek::VerifyingKey),
    /// Behind a pointer: it is 20 kB with what verifying needs of it.
    MlDsa44(Arc<ml_dsa::VerifyingKey<MlDsa44>>),
}

impl Public {
    /// Reads the bytes of a key; says why they are none.
    pub(super) fn read(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, String> {
        let wrong_length = |expected| format!("has a key of {} bytes, expected {expected}", bytes.len());
        match algorithm {
            Algorithm::Ed25519 | Algorithm::Ed25519Cosignature => {
                let bytes: &[u8; ED25519_KEY_BYTES] = bytes.try_into().map_err(|_| wrong_length(ED25519_KEY_BYTES))?;
                let key = ed25519_dalek::VerifyingKey::from_bytes(bytes);
                key.map(Self::Ed25519).map_err(|_| "is no Ed25519 public key".to_owned())
            }
            Algorithm::MlDsa44 => {
                let bytes = bytes.try_into().map_err(|_| wrong_length(ML_DSA_44_KEY_BYTES))?;
                Ok(Self::MlDsa44(Arc::new(ml_dsa::VerifyingKey::decode(bytes))))
            }
        }
    }

    /// Whether `signature` is this key's over `message`, strictly.
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
            Self::MlDsa44(key) => verify_ml_dsa_44(key, message, &[], signature),
        }
    }
}

/// ML-DSA.Verify of FIPS 204, algorithm 3. Notes have no context.
pub(super) fn verify_ml_dsa_44(
    key: &ml_dsa::VerifyingKey<MlDsa44>,
    message: &[u8],
    context: &[u8],
    signature: &[u8],
) -> bool {
    ml_dsa::Signature::<MlDsa44>::try_from(signature)
        .is_ok_and(|signature| key.verify_with_context(message, context, &signature))
}

/// A secret key, ready to sign.
#[derive(Clone)]
pub(super) enum Secret {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    MlDsa44(Arc<ml_dsa::SigningKey<MlDsa44>>),
}

impl Secret {
    /// The key of 32 secret bytes (RFC 8032, section 5.1.5; xi of FIPS 204, algorithm 1).
    pub(super) fn from_seed(algorithm: Algorithm, seed: [u8; 32]) -> Self {
        match algorithm {
            Algorithm::Ed25519 | Algorithm::Ed25519Cosignature => {
                Self::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(&seed)))
            }
            Algorithm::MlDsa44 => Self::MlDsa44(Arc::new(ml_dsa::SigningKey::from_seed(&seed.into()))),
        }
    }

    /// The bytes of its public key.
    pub(super) fn public(&self) -> Vec<u8> {
        match self {
            Self::Ed25519(key) => key.verifying_key().as_bytes().to_vec(),
            Self::MlDsa44(key) => key.expanded_key().verifying_key().encode().to_vec(),
        }
    }

    /// Signs. ML-DSA in its deterministic variant (FIPS 204, section 3.4): there is no randomness in this room, and the same
    /// checkpoint has the same signature.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        match self {
            Self::Ed25519(key) => Ok(key.sign(message).to_bytes().to_vec()),
            Self::MlDsa44(key) => {
                let signed = key.expanded_key().sign_deterministic(message, &[]);
                let signature = signed.map_err(|_| Error::malformed("the message cannot be signed with ML-DSA-44"))?;
                Ok(signature.encode().to_vec())
            }
        }
    }
}

/// What stands in a signature line after the key's id.
pub(super) fn sign(
    algorithm: Algorithm,
    secret: &Secret,
    name: &str,
    text: &str,
    time_s: u64,
) -> Result<Vec<u8>, Error> {
    let signature = secret.sign(&message(algorithm, name, text.as_bytes(), time_s)?)?;
    Ok(match algorithm {
        Algorithm::Ed25519 => signature,
        Algorithm::Ed25519Cosignature | Algorithm::MlDsa44 => [&time_s.to_be_bytes()[..], &signature].concat(),
    })
}

/// When the signer says that it signed `text`, if it did; 0 where it states no time.
pub(super) fn verify(algorithm: Algorithm, key: &Public, name: &str, text: &[u8], signature: &[u8]) -> Option<u64> {
    let (time_s, signature) = match algorithm {
        Algorithm::Ed25519 => (0, signature),
        Algorithm::Ed25519Cosignature | Algorithm::MlDsa44 => {
            let (time, signature) = signature.split_first_chunk()?;
            (u64::from_be_bytes(*time), signature)
        }
    };
    let message = message(algorithm, name, text, time_s).ok()?;
    key.verify(&message, signature).then_some(time_s)
}

/// The bytes that are signed.
fn message(algorithm: Algorithm, name: &str, text: &[u8], time_s: u64) -> Result<Vec<u8>, Error> {
    if time_s > MAX_TIME_S {
        return Err(Error::out_of_range(format!(
            "a cosignature of the time {time_s} s, at most {MAX_TIME_S} is stated"
        )));
    }
    match algorithm {
        Algorithm::Ed25519 => Ok(text.to_vec()),
        Algorithm::Ed25519Cosignature => Ok([format!("cosignature/v1\ntime {time_s}\n").as_bytes(), text].concat()),
        Algorithm::MlDsa44 => {
            let text = str::from_utf8(text).map_err(|_| Error::malformed("the checkpoint is no text"))?;
            let (checkpoint, _) = Checkpoint::parse_extended(text)?;
            let mut message = b"subtree/v1\n\0".to_vec();
            push_short(&mut message, name)?;
            message.extend_from_slice(&time_s.to_be_bytes());
            push_short(&mut message, &checkpoint.origin)?;
            // The whole tree: it starts at 0.
            message.extend_from_slice(&0_u64.to_be_bytes());
            message.extend_from_slice(&checkpoint.size.to_be_bytes());
            message.extend_from_slice(&checkpoint.root.0);
            Ok(message)
        }
    }
}

/// `opaque <1..2^8-1>` of RFC 8446, section 3.4.
fn push_short(message: &mut Vec<u8>, text: &str) -> Result<(), Error> {
    let length = u8::try_from(text.len()).map_err(|_| {
        Error::over_limit(format!("a name of {} bytes, at most 255 are signed with ML-DSA-44", text.len()))
    })?;
    message.push(length);
    message.extend_from_slice(text.as_bytes());
    Ok(())
}
