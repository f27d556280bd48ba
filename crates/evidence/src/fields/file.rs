//! A file of disclosures: what a station, or who holds its secrets, gives away of the fields that it sealed.
//!
//! # Form
//! [`MAGIC`], then a canonical map for each frame, by ascending hash, each once: `frame`, its
//! [`hash`](crate::frame::Frame::hash), and `shown`, the fields.
use super::Disclosure;
use crate::Error;
use crate::dossier::MAX_DOSSIER_ENTRIES;
use std::collections::BTreeMap;
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder};
use truceline_model::hash::Hash;

/// What a file of disclosures begins with.
pub const MAGIC: &[u8] = b"truceline-disclosures-1\n";

/// The file of these disclosures.
#[must_use]
pub fn write(shown: &BTreeMap<Hash, Disclosure>) -> Vec<u8> {
    let mut file = MAGIC.to_vec();
    for (frame, disclosure) in shown {
        let mut encoder = Encoder::new();
        encoder.map(2);
        encoder.text("frame");
        frame.encode(&mut encoder);
        encoder.text("shown");
        disclosure.shown.encode(&mut encoder);
        file.extend_from_slice(&encoder.into_bytes());
    }
    file
}

/// The disclosures of a file, by frame. Nothing of them is checked: that needs their frames.
///
/// # Errors
/// If it is no such file, or holds more than a dossier does; names the byte.
pub fn read(file: &[u8]) -> Result<BTreeMap<Hash, Disclosure>, Error> {
    let body = file.strip_prefix(MAGIC).ok_or_else(|| Error::malformed_at(0, "not a file of disclosures"))?;
    let mut decoder = Decoder::new(body);
    let mut held: BTreeMap<Hash, Disclosure> = BTreeMap::new();
    while decoder.remaining() > 0 {
        let at = decoder.offset();
        let malformed = |error: DecodeError| {
            let at = MAGIC.len() + error.offset();
            Error::malformed_at(at, format!("byte {at}, in a disclosure, at its {error}"))
        };
        let (frame, disclosure) = read_one(&mut decoder).map_err(malformed)?;
        if held.last_key_value().is_some_and(|(before, _)| *before >= frame) {
            return Err(malformed(DecodeError::new(at, "a frame of higher hash than the one before")));
        }
        if held.len() == MAX_DOSSIER_ENTRIES {
            return Err(Error::over_limit(format!("more than {MAX_DOSSIER_ENTRIES} disclosures in a file")));
        }
        held.insert(frame, disclosure);
    }
    Ok(held)
}

fn read_one(decoder: &mut Decoder<'_>) -> Result<(Hash, Disclosure), DecodeError> {
    decoder.map(2)?;
    decoder.key("frame")?;
    let frame = Canonical::decode(decoder)?;
    decoder.key("shown")?;
    Ok((frame, Disclosure { shown: Canonical::decode(decoder)? }))
}
