//! An act on the key register, signed.
use super::pair::{KeyPair, PublicKey};
use truceline_model::canonical::{self, Bytes, Canonical, DecodeError, Decoder, Encoder};
use truceline_model::hash::Hash;
use truceline_model::report::MAX_NAME_BYTES;
use truceline_model::{canonical_map, canonical_names, journal_entry};

/// The most officers: more states than any mission had.
pub const MAX_OFFICERS: usize = 64;

/// The longest reason of a revocation, in bytes.
pub const MAX_REASON_BYTES: usize = 1_024;

/// What a file of an act begins with.
const MAGIC: &[u8] = b"truceline-key-act-1\n";

/// The most bytes of a file of an act: a founding of all officers takes some 20 kB.
pub const MAX_ACT_BYTES: usize = 64 << 10;

/// What is signed begins with, so that no act is any other text that a key signs.
const DOMAIN: &[u8] = b"truceline-key-act-1";

/// What a key may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Acts on the register: a person.
    Officer,
    /// Statements on findings: a person.
    Reviewer,
    /// A state's position: a person.
    Delegate,
    /// Frames: a machine.
    Station,
    /// Receipts of arrival: a machine.
    Relay,
}

canonical_names!(Role {
    "officer" => Officer,
    "reviewer" => Reviewer,
    "delegate" => Delegate,
    "station" => Station,
    "relay" => Relay,
});

/// Whose key it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The name of the station or the office.
    pub name: String,
    /// What the key may sign.
    pub role: Role,
    /// The unit of independence: who could make it sign falsely. Of a person the state.
    pub owner: String,
    /// The key.
    pub key: PublicKey,
}

canonical_map!(Holder { "key" => key, "name" => name, "role" => role, "owner" => owner });

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// The register begins.
    Found {
        /// Of how many different states officers must sign an enrolment or a revocation.
        states: u32,
        /// The officers.
        officers: Vec<Holder>,
    },
    /// A key is enrolled.
    Enrol(Holder),
    /// A key is replaced by another of the same holder.
    Rotate {
        /// The old key, by its id.
        from: Hash,
        /// The new key.
        to: PublicKey,
    },
    /// A key does not hold any more.
    Revoke {
        /// The key, by its id.
        key: Hash,
        /// Why.
        reason: String,
        /// From this index on what it signed is suspect: the size of the tree when it was last known to be safe.
        suspect_since: u64,
    },
}

/// `["found", states, officers]`, `["enrol", holder]`, `["rotate", from, to]` or `["revoke", key, reason, suspect_since]`.
impl Canonical for Act {
    fn encode(&self, encoder: &mut Encoder) {
        match self {
            Self::Found { states, officers } => ("found".to_owned(), *states, officers.clone()).encode(encoder),
            Self::Enrol(holder) => ("enrol".to_owned(), holder.clone()).encode(encoder),
            Self::Rotate { from, to } => ("rotate".to_owned(), *from, to.clone()).encode(encoder),
            Self::Revoke { key, reason, suspect_since } => {
                ("revoke".to_owned(), *key, reason.clone(), *suspect_since).encode(encoder);
            }
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        let count = decoder.array()?;
        let name = decoder.text()?;
        Ok(match (name, count) {
            ("found", 3) => Self::Found { states: Canonical::decode(decoder)?, officers: Canonical::decode(decoder)? },
            ("enrol", 2) => Self::Enrol(Canonical::decode(decoder)?),
            ("rotate", 3) => Self::Rotate { from: Canonical::decode(decoder)?, to: Canonical::decode(decoder)? },
            ("revoke", 4) => Self::Revoke {
                key: Canonical::decode(decoder)?,
                reason: Canonical::decode(decoder)?,
                suspect_since: Canonical::decode(decoder)?,
            },
            _ => return Err(DecodeError::new(at, "an act: found, enrol, rotate or revoke with its parts")),
        })
    }
}

impl Act {
    /// Names and texts within their bounds.
    fn check(&self) -> Result<(), &'static str> {
        let holders = match self {
            Self::Found { officers, .. } => officers.as_slice(),
            Self::Enrol(holder) => std::slice::from_ref(holder),
            Self::Rotate { .. } => &[],
            Self::Revoke { reason, .. } => {
                let is_text = !reason.is_empty() && reason.len() <= MAX_REASON_BYTES;
                return if is_text { Ok(()) } else { Err("a reason of 1 to 1024 bytes") };
            }
        };
        if holders.len() > MAX_OFFICERS {
            return Err("at most 64 officers");
        }
        let is_name = |name: &str| {
            !name.is_empty()
                && name.len() <= MAX_NAME_BYTES
                && !name.chars().any(|c| c.is_control() || c.is_whitespace())
        };
        if holders.iter().all(|holder| is_name(&holder.name) && is_name(&holder.owner)) {
            Ok(())
        } else {
            Err("names of 1 to 120 bytes without spaces")
        }
    }
}

/// What is signed: the act with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// What is done.
    pub act: Act,
    /// How many acts the register took before it.
    pub number: u64,
    /// The journal's name.
    pub journal: String,
}

canonical_map!(Body { "act" => act, "number" => number, "journal" => journal });

/// An act with its signatures, none of them verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAct {
    /// Canonical bytes of a [`Body`].
    pub body: Bytes,
    /// Signatures with the ids of their keys, by ascending id, each once.
    pub signatures: Vec<(Hash, [u8; 64])>,
}

canonical_map!(KeyAct { "body" => body, "signatures" => signatures });
journal_entry!(KeyAct, "key_act", 1);

impl KeyAct {
    /// The act of a body that nobody has signed yet.
    #[must_use]
    pub fn new(body: &Body) -> Self {
        Self { body: Bytes(canonical::to_bytes(body)), signatures: Vec::new() }
    }

    /// Whether bytes begin as a file of an act.
    #[must_use]
    pub fn is_file(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    /// The file that passes from officer to officer until it is loaded.
    #[must_use]
    pub fn to_file(&self) -> Vec<u8> {
        [MAGIC, &canonical::to_bytes(self)].concat()
    }

    /// Reads such a file. No signature is verified.
    ///
    /// # Errors
    /// If it is none, or over [`MAX_ACT_BYTES`].
    pub fn from_file(bytes: &[u8]) -> Result<Self, DecodeError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| DecodeError::new(0, "a file of an act on keys"))?;
        if rest.len() > MAX_ACT_BYTES {
            return Err(DecodeError::new(0, "an act of at most 64 kB"));
        }
        let act: Self = canonical::from_bytes(rest)?;
        act.open()?;
        Ok(act)
    }

    /// Adds a signature; another one of the same key replaces the first.
    pub fn sign(&mut self, key: &KeyPair) {
        let id = key.public().id();
        let signature = key.sign(DOMAIN, &self.body.0);
        match self.signatures.binary_search_by_key(&id, |(id, _)| *id) {
            Ok(at) => self.signatures[at].1 = signature,
            Err(at) => self.signatures.insert(at, (id, signature)),
        }
    }

    /// Reads what is done. No signature is verified.
    ///
    /// # Errors
    /// If the body is not canonical or over a bound, or the signatures do not stand in order.
    pub fn open(&self) -> Result<Body, DecodeError> {
        let body: Body = canonical::from_bytes(&self.body.0)?;
        body.act.check().map_err(|expected| DecodeError::new(0, expected))?;
        if self.signatures.len() > MAX_OFFICERS + 2 || !self.signatures.is_sorted_by(|(a, _), (b, _)| a < b) {
            return Err(DecodeError::new(0, "signatures by ascending key, each once, at most 66"));
        }
        Ok(body)
    }

    /// Whether this key signed it.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        let at = self.signatures.binary_search_by_key(&key.id(), |(id, _)| *id);
        at.is_ok_and(|at| key.verify(DOMAIN, &self.body.0, &self.signatures[at].1))
    }
}
