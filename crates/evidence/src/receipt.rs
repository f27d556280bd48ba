//! What the first relay gives for what reached it: a receipt of arrival, signed for each batch of frames.
//!
//! A station's clock is the station's word. Its frame cannot have been sealed before the checkpoint that it cites, and a receipt
//! says by when it was: whoever holds the station's key later cannot make a frame for the time before. The receipt itself is
//! bounded alike: it cites the newest checkpoint that the relay had seen, the receipt before it by hash, and carries the next
//! number, so none can be put in between afterwards.
//!
//! # Form
//! A [`Receipt`] has canonical bytes, and the relay signs `truceline-receipt-1` || these bytes with its Ed25519 key. A
//! [`SealedReceipt`] stands in the journal as an entry before the frames that it is for. A file of a relay begins with
//! [`MAGIC`]; then come receipts, as canonical maps of `body` and `signature`, each followed by its frames as they stand in a
//! station's file ([`frame`](crate::frame)).
use crate::Error;
use crate::frame::{Beacon, ClockEvidence, InFile, SealedFrame, items, read_one};
use crate::keys::{KeyPair, PublicKey};
use std::ops::Range;
use truceline_model::canonical::{self, Bytes, Canonical, DecodeError, Decoder, Encoder};
use truceline_model::hash::Hash;
use truceline_model::report::MAX_NAME_BYTES;
use truceline_model::time::Time;
use truceline_model::{canonical_map, journal_entry};

/// What a relay's file begins with.
pub const MAGIC: &[u8] = b"truceline-relayed-1\n";

/// The most frames of one receipt: some seconds of a thousand stations. Each takes 34 bytes, so an entry stays under the 65 kB
/// of a tile's bundle in other tools.
pub const MAX_RECEIPT_FRAMES: usize = 1_024;

/// The most bytes of a receipt's body: its frames, and 1 kB for all else.
pub const MAX_BODY_BYTES: usize = MAX_RECEIPT_FRAMES * 34 + 1_024;

/// What a relay signs begins with, so that no receipt is any other text that a key signs.
const DOMAIN: &[u8] = b"truceline-receipt-1";

/// What a relay signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The relay's name in the key register.
    pub relay: String,
    /// The key that signs, by [`PublicKey::id`].
    pub key: Hash,
    /// The receipt's number; one more than the one before. The first is 0.
    pub number: u64,
    /// SHA-256 of the body of the one before; none for the first.
    pub previous: Option<Hash>,
    /// By when all of the frames had arrived, by the relay's clock.
    pub time: Time,
    /// What speaks for that clock.
    pub clock: ClockEvidence,
    /// The newest checkpoint that the relay had seen, if any.
    pub beacon: Option<Beacon>,
    /// The frames that arrived since the receipt before, by SHA-256 of their bodies, in order of arrival.
    pub frames: Vec<Hash>,
}

canonical_map!(Receipt {
    "key" => key,
    "time" => time,
    "clock" => clock,
    "relay" => relay,
    "beacon" => beacon,
    "frames" => frames,
    "number" => number,
    "previous" => previous,
});

impl Receipt {
    /// Seals the receipt.
    #[must_use]
    pub fn seal(&self, key: &KeyPair) -> SealedReceipt {
        let body = canonical::to_bytes(self);
        SealedReceipt { signature: key.sign(DOMAIN, &body), body: Bytes(body) }
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.relay.is_empty()
            || self.relay.len() > MAX_NAME_BYTES
            || self.relay.chars().any(|c| c.is_control() || c.is_whitespace())
        {
            return Err("a relay's name of 1 to 120 bytes without spaces");
        }
        if self.previous.is_none() != (self.number == 0) {
            return Err("a previous receipt unless it is number 0");
        }
        if self.frames.is_empty() || self.frames.len() > MAX_RECEIPT_FRAMES {
            return Err("1 to 1024 frames");
        }
        Ok(())
    }
}

/// A receipt with its signature, which nobody has verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedReceipt {
    /// Canonical bytes of a [`Receipt`].
    pub body: Bytes,
    /// The relay's signature.
    pub signature: [u8; 64],
}

canonical_map!(SealedReceipt { "body" => body, "signature" => signature });
journal_entry!(SealedReceipt, "receipt", 1);

impl SealedReceipt {
    /// Reads the receipt. Its signature is not verified.
    ///
    /// # Errors
    /// If the body is over [`MAX_BODY_BYTES`], not canonical, or states what cannot be.
    pub fn receipt(&self) -> Result<Receipt, DecodeError> {
        if self.body.0.len() > MAX_BODY_BYTES {
            return Err(DecodeError::new(0, "a receipt of at most 35840 bytes"));
        }
        let receipt: Receipt = canonical::from_bytes(&self.body.0)?;
        receipt.check().map_err(|expected| DecodeError::new(0, expected))?;
        Ok(receipt)
    }

    /// SHA-256 of the body: what the next receipt cites.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(&self.body.0)
    }

    /// Whether this key signed it.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.verify(DOMAIN, &self.body.0, &self.signature)
    }
}

/// What stands in a relay's file.
#[allow(clippy::large_enum_variant, reason = "one is held at a time, and most are frames")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relayed {
    /// A receipt, for frames that follow it.
    Receipt(SealedReceipt),
    /// A frame with its payload.
    Frame(InFile),
}

/// Whether bytes begin as a relay's file.
#[must_use]
pub fn is_relayed(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Appends a receipt to a file that begins with [`MAGIC`]; its frames are to follow ([`frame::write`](crate::frame::write)).
pub fn write(file: &mut Vec<u8>, sealed: &SealedReceipt) {
    let mut encoder = Encoder::new();
    sealed.encode(&mut encoder);
    file.extend_from_slice(&encoder.into_bytes());
}

/// Reads a relay's file, one item after the other, each with the bytes that it takes. What is neither ends the reading with an
/// error that names its byte.
pub fn read(file: &[u8]) -> impl Iterator<Item = Result<(Range<usize>, Relayed), Error>> + '_ {
    items(file, MAGIC, "not a relay's file of receipts and frames", read_item)
}

fn read_item(bytes: &[u8], start: usize) -> Result<(Range<usize>, Relayed), Error> {
    // A canonical map of two.
    const RECEIPT: u8 = 0xa2;
    if bytes.first() != Some(&RECEIPT) {
        return read_one(bytes, start).map(|(range, frame)| (range, Relayed::Frame(frame)));
    }
    let malformed = |error: DecodeError| {
        let at = start + error.offset();
        Error::malformed_at(at, format!("byte {at}, in a receipt, at its {error}"))
    };
    let mut decoder = Decoder::new(bytes);
    let sealed = SealedReceipt::decode(&mut decoder).map_err(malformed)?;
    sealed.receipt().map_err(malformed)?;
    Ok((start..start + decoder.offset(), Relayed::Receipt(sealed)))
}

/// A relay's row of receipts, as it makes them.
#[derive(Debug)]
pub struct Row {
    /// The next receipt, without frames and time.
    next: Receipt,
}

impl Row {
    /// The row that goes on after a receipt, or begins.
    #[must_use]
    pub fn after(last: Option<&Receipt>, relay: &str, key: &KeyPair, clock: ClockEvidence) -> Self {
        let next = Receipt {
            relay: relay.to_owned(),
            key: key.public().id(),
            number: last.map_or(0, |last| last.number + 1),
            previous: last.map(|last| Hash::of(&canonical::to_bytes(last))),
            time: Time(0),
            clock,
            beacon: last.and_then(|last| last.beacon),
            frames: Vec::new(),
        };
        Self { next }
    }

    /// The receipt for frames that arrived by `time`, with the newest checkpoint that the relay has seen.
    pub fn give(&mut self, frames: &[SealedFrame], time: Time, beacon: Option<Beacon>, key: &KeyPair) -> SealedReceipt {
        let frames = frames.iter().map(SealedFrame::hash).collect();
        let receipt = Receipt { time, beacon: beacon.or(self.next.beacon), frames, ..self.next.clone() };
        let sealed = receipt.seal(key);
        self.next.number += 1;
        self.next.previous = Some(sealed.hash());
        self.next.beacon = receipt.beacon;
        sealed
    }
}

#[cfg(test)]
pub(crate) mod tests;
