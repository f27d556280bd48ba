//! What several people signed together: opaque bytes with the signatures of their keys.
//!
//! What the bytes say is not known here, and nothing is derived from them. Acts of consultations and editions of the register of
//! guarantees stand in the journal in this form; whoever reads them judges the signatures.
use crate::canonical::{self, Bytes, DecodeError};
use crate::entry::Entry;
use crate::hash::Hash;
use crate::{canonical_map, journal_entry};

/// The most signatures of one body: 64 seats with 9 keys each, more than any body has.
pub const MAX_SIGNATURES: usize = 576;

/// Bytes that several people signed, of one kind.
pub trait Cosigned: Entry {
    /// What is signed begins with, so that nothing of another kind is ever taken for it.
    const DOMAIN: &'static [u8];
    /// What a file begins with.
    const MAGIC: &'static [u8];
    /// The most bytes that are signed.
    const MAX_BODY_BYTES: usize;

    /// What is signed.
    fn body(&self) -> &[u8];

    /// The signatures, by the ids of their keys.
    fn signatures(&self) -> &[(Hash, [u8; 64])];

    /// As [`signatures`](Self::signatures), to be added to.
    fn signatures_mut(&mut self) -> &mut Vec<(Hash, [u8; 64])>;

    /// Adds a signature; another one of the same key replaces the first.
    fn put(&mut self, key: Hash, signature: [u8; 64]) {
        let signatures = self.signatures_mut();
        match signatures.binary_search_by_key(&key, |(id, _)| *id) {
            Ok(at) => signatures[at].1 = signature,
            Err(at) => signatures.insert(at, (key, signature)),
        }
    }

    /// Checks the bounds, and that each key stands once, ascending.
    ///
    /// # Errors
    /// If one is not kept; names it.
    fn check(&self) -> Result<(), String> {
        let (bytes, most) = (self.body().len(), Self::MAX_BODY_BYTES);
        if bytes > most {
            return Err(format!("{bytes} bytes, expected at most {most}"));
        }
        if self.signatures().len() > MAX_SIGNATURES || !self.signatures().is_sorted_by(|a, b| a.0 < b.0) {
            return Err(format!("expected at most {MAX_SIGNATURES} signatures, each key once, ascending"));
        }
        Ok(())
    }

    /// Whether bytes begin as a file of this kind.
    #[must_use]
    fn is_file(bytes: &[u8]) -> bool {
        bytes.starts_with(Self::MAGIC)
    }

    /// The file that passes from hand to hand until it is registered.
    fn to_file(&self) -> Vec<u8> {
        [Self::MAGIC, &canonical::to_bytes(self)].concat()
    }

    /// Reads such a file. What was signed is not read, and no signature is verified.
    ///
    /// # Errors
    /// If it is none, or a bound is not kept.
    fn from_file(bytes: &[u8]) -> Result<Self, DecodeError> {
        let rest =
            bytes.strip_prefix(Self::MAGIC).ok_or_else(|| DecodeError::new(0, "a file of what people signed"))?;
        let signed: Self = canonical::from_bytes(rest)?;
        match signed.check() {
            Ok(()) => Ok(signed),
            Err(_) => Err(DecodeError::new(0, "a body and signatures within their bounds, each key once, ascending")),
        }
    }
}

macro_rules! cosigned {
    ($(#[$doc:meta])* $type:ident, $kind:literal, $name:literal, $most:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $type {
            /// What is signed: canonical bytes.
            pub body: Bytes,
            /// Keys by their ids, ascending, with the signature of each.
            pub signatures: Vec<(Hash, [u8; 64])>,
        }

        canonical_map!($type { "body" => body, "signatures" => signatures });
        journal_entry!($type, $kind, 1);

        impl $type {
            /// The hash by which others speak of it. Signatures are not a part of it.
            #[must_use]
            pub fn hash(&self) -> Hash {
                Hash::of(&self.body.0)
            }
        }

        impl Cosigned for $type {
            const DOMAIN: &'static [u8] = $name.as_bytes();
            const MAGIC: &'static [u8] = concat!($name, "\n").as_bytes();
            const MAX_BODY_BYTES: usize = $most;

            fn body(&self) -> &[u8] {
                &self.body.0
            }

            fn signatures(&self) -> &[(Hash, [u8; 64])] {
                &self.signatures
            }

            fn signatures_mut(&mut self) -> &mut Vec<(Hash, [u8; 64])> {
                &mut self.signatures
            }
        }
    };
}

cosigned!(
    /// An act of a consultation with its signatures, which nobody has verified. The largest roll with all its keys takes some
    /// 25 kB.
    SignedAct,
    "consultation_act",
    "truceline-consultation-act-1",
    64 << 10
);

cosigned!(
    /// An edition of the register of guarantees with its signatures, which nobody has verified. Its files take 512 KiB at most.
    SignedEdition,
    "register_edition",
    "truceline-register-edition-1",
    544 << 10
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry;

    fn signed() -> SignedAct {
        let mut signed = SignedAct { body: Bytes(vec![1, 2, 3]), signatures: Vec::new() };
        for key in [7, 3, 9, 3] {
            signed.put(Hash([key; 32]), [key; 64]);
        }
        signed
    }

    #[test]
    fn a_file_gives_back_what_was_written_and_no_other_kind() {
        let signed = signed();
        let keys: Vec<u8> = signed.signatures.iter().map(|(key, _)| key.0[0]).collect();
        assert_eq!(keys, [3, 7, 9]);
        let file = signed.to_file();
        assert!(SignedAct::is_file(&file) && !SignedEdition::is_file(&file));
        assert_eq!(SignedAct::from_file(&file).unwrap(), signed);
        assert!(SignedEdition::from_file(&file).is_err());
        assert!(entry::from_bytes::<SignedEdition>(&entry::to_bytes(&signed)).is_err());
        for at in 0..file.len() {
            assert!(SignedAct::from_file(&file[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn bounds_hold() {
        let mut long = signed();
        long.body = Bytes(vec![0; SignedAct::MAX_BODY_BYTES + 1]);
        assert!(SignedAct::from_file(&long.to_file()).is_err());
        let mut twice = signed();
        twice.signatures[1] = twice.signatures[0];
        assert!(twice.check().unwrap_err().contains("each key once"));
        let mut many = signed();
        for number in 0..=MAX_SIGNATURES {
            many.put(Hash::of(&number.to_le_bytes()), [0; 64]);
        }
        assert!(many.check().is_err());
    }
}
