//! An entry: kind, version, canonical bytes. What the journal holds and what is hashed.
//!
//! The form is a CBOR array `[kind, version, body]`. A decoder for a version, once released, stays for ever;
//! golden files keep its bytes.
use crate::canonical::{Canonical, DecodeError, Decoder, Encoder};

/// The largest entry. A posterior of [`MAX_CELLS`](crate::posterior::MAX_CELLS) cells with its regions takes
/// about 200 kB; an agreement file may take 256 KiB; the rest is room for kinds to come.
pub const MAX_ENTRY_BYTES: usize = 1 << 20;

/// A type that stands in the journal as an entry of its own.
pub trait Entry: Canonical {
    /// What the entry is, a lower-case noun.
    const KIND: &'static str;
    /// The newest version of its form.
    const VERSION: u64;

    /// The version of this value's form: a value that an earlier version can hold keeps that version's bytes.
    fn version(&self) -> u64 {
        Self::VERSION
    }
}

/// The bytes of an entry.
pub fn to_bytes<T: Entry>(value: &T) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.array(3);
    encoder.text(T::KIND);
    encoder.unsigned(value.version());
    value.encode(&mut encoder);
    encoder.into_bytes()
}

/// Kind and version of an entry, with a decoder that stands at its body.
///
/// # Errors
/// If the bytes do not begin as an entry.
pub fn open(bytes: &[u8]) -> Result<(&str, u64, Decoder<'_>), DecodeError> {
    let mut decoder = Decoder::new(bytes);
    if decoder.array()? != 3 {
        return Err(DecodeError::new(0, "an entry: an array of kind, version and body"));
    }
    let kind = decoder.text()?;
    let version = decoder.unsigned()?;
    Ok((kind, version, decoder))
}

/// The value of an entry of a known kind.
///
/// # Errors
/// If the bytes are no such entry.
pub fn from_bytes<T: Entry>(bytes: &[u8]) -> Result<T, DecodeError> {
    let (kind, version, mut decoder) = open(bytes)?;
    if kind != T::KIND || version > T::VERSION {
        return Err(DecodeError::new(0, "an entry of another kind or version"));
    }
    let value = T::decode(&mut decoder)?;
    decoder.end()?;
    if value.version() != version {
        return Err(DecodeError::new(0, "the version of what the entry holds"));
    }
    Ok(value)
}

/// States kind and version of an entry type.
#[macro_export]
macro_rules! journal_entry {
    ($type:ty, $kind:literal, $version:literal) => {
        impl $crate::entry::Entry for $type {
            const KIND: &'static str = $kind;
            const VERSION: u64 = $version;
        }
    };
}
