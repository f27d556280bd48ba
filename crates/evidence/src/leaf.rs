//! The leaf of an entry: a salted commitment of constant size.
//!
//! A leaf can be shown to witnesses and auditors at once without showing anything of the entry: an entry may hold
//! few possible values (a side, a place on a grid), and a bare hash of it could be found by trying them all. The
//! salt is disclosed per entry, together with the entry.
use crate::sha256::{self, HmacKey};
use std::fmt;
use truceline_model::hash::Hash;

/// The first byte of what is hashed for a leaf (RFC 6962, section 2.1).
const LEAF_PREFIX: [u8; 1] = [0x00];

/// The secret from which a journal's salts come, made ready once: a salt then takes two compressions instead of four.
#[derive(Clone)]
pub struct Salts(HmacKey);

impl Salts {
    /// Those of a journal's secret.
    #[must_use]
    pub fn new(journal_secret: &[u8; 32]) -> Self {
        Self(HmacKey::new(journal_secret))
    }

    /// The salt of the entry at `index`: HMAC-SHA256(journal secret, index as 8 bytes, big endian).
    #[must_use]
    pub fn of(&self, index: u64) -> [u8; 32] {
        self.0.of(&index.to_be_bytes())
    }
}

impl fmt::Debug for Salts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salts")
    }
}

/// The salt of one entry, as [`Salts::of`] gives it.
#[must_use]
pub fn salt(journal_secret: &[u8; 32], index: u64) -> [u8; 32] {
    Salts::new(journal_secret).of(index)
}

/// The commitment to an entry: SHA-256(salt || entry).
#[must_use]
pub fn commitment(salt: &[u8; 32], entry: &[u8]) -> Hash {
    sha256::of(salt, entry)
}

/// The leaf hash of a commitment: SHA-256(0x00 || commitment), RFC 6962's leaf of these 32 bytes.
#[must_use]
pub fn leaf_hash(commitment: Hash) -> Hash {
    of_bytes(&commitment.0)
}

/// RFC 6962's leaf hash of any bytes: SHA-256(0x00 || bytes).
#[must_use]
pub fn of_bytes(bytes: &[u8]) -> Hash {
    sha256::of(&LEAF_PREFIX, bytes)
}

/// The leaf hash of an entry with its salt.
#[must_use]
pub fn of_entry(salt: &[u8; 32], entry: &[u8]) -> Hash {
    leaf_hash(commitment(salt, entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form of the leaf is fixed for ever: every root ever signed rests on it. The values were computed by
    /// Python's hmac and hashlib.
    #[test]
    fn golden() {
        let secret = std::array::from_fn(|i| i as u8);
        let entry = b"\x83\x64tick\x01\xa0";
        for (index, expected_salt, expected_commitment, expected_leaf) in [
            (
                0,
                "9f0cd9b94097fe4929918d2b8942b34439574261a35dc50163f06c67d4e48899",
                "b2ccb4dc8b162abdbfaf7a6d7c0fe596fb26115cbb375bf50d4467e27f8c338d",
                "6cf4a5f2f1b8203757c5d710b67dcab3d0d28afdaa44c4681db8318dd5a00a6f",
            ),
            (
                1,
                "c432e059c378eef7fe2f1181a4050836f51e0856fd74937be81784fa0efa7a1c",
                "b6e62d4ab3111a4784026568e6fdfa1b30c9e1ecd1b575c0b73f006063832c81",
                "220d8048d1697f2e71d4a4cd039c087579e4cb6fb22b735cd6d81adf97695a59",
            ),
            (
                (1 << 63) + 5,
                "180aca052c9c47118aea0bbd0d1d8459e9117af95535ef550b1415e3e18f85aa",
                "aab712724caab1195242cd37335d3948df619b2523eeb498e6e595d8c282b6d6",
                "8e1967a4dfd9e03fa2ebed0b8688e752af6ba47d4d3a0064dc61e5078bb6a52b",
            ),
        ] {
            let salt = salt(&secret, index);
            assert_eq!(Hash(salt).to_string(), expected_salt);
            assert_eq!(commitment(&salt, entry).to_string(), expected_commitment);
            assert_eq!(of_entry(&salt, entry).to_string(), expected_leaf);
        }
    }
}
