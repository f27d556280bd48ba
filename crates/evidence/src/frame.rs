//! What a station delivers, sealed at the station: a frame.
//!
//! # Form
//! A [`Frame`] has canonical bytes, and a station signs `truceline-frame-1` || these bytes with its Ed25519 key. A frame
//! cites the one before it by hash and carries the next number, across reboots; so what was left out, put in or told twice
//! shows. A frame without a payload is a heartbeat: it says that there was nothing else to deliver. The `beacon` is the
//! newest checkpoint that the station had seen, before which it cannot have been sealed.
//!
//! A [`SealedFrame`] is that with its signature, and stands in the journal as an entry with the time of its arrival
//! ([`Delivered`]); its payload lies with the payloads. A file or stream of frames begins with [`MAGIC`], and each is a
//! canonical map of `body`, `payload` (null for a heartbeat) and `signature`.
use crate::Error;
use crate::fields::Fields;
use crate::keys::{KeyPair, PublicKey};
use std::ops::Range;
use truceline_model::canonical::{self, Bytes, Canonical, DecodeError, Decoder, Encoder};
use truceline_model::hash::Hash;
use truceline_model::record::{MAX_PAYLOAD_BYTES, Payload};
use truceline_model::report::MAX_NAME_BYTES;
use truceline_model::time::Time;
use truceline_model::{canonical_map, canonical_names, journal_entry};

/// What a file of frames begins with.
pub const MAGIC: &[u8] = b"truceline-frames-1\n";

/// The most bytes of a frame's body: all fields at their longest take some 700.
pub const MAX_BODY_BYTES: usize = 1_024;

/// The longest promise of the next frame, seconds. A station that is heard less than once a day watches nothing.
pub const MAX_NEXT_WITHIN_S: u32 = 86_400;

/// What a station signs begins with, so that no frame is any other text that a key signs.
const DOMAIN: &[u8] = b"truceline-frame-1";

/// What a station's clock follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockSource {
    /// Satellites.
    Gnss,
    /// Its own oscillator, since satellites were lost.
    Holdover,
    /// A server in a network.
    Network,
    /// Its own oscillator, set by hand or not at all.
    Free,
}

canonical_names!(ClockSource { "GNSS" => Gnss, "holdover" => Holdover, "network" => Network, "free" => Free });

/// What is known of the authenticity of the satellites' message (Galileo's OSNMA).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authenticity {
    /// The receiver does not check it.
    Unchecked,
    /// It holds.
    Authentic,
    /// It does not hold: somebody sends false signals.
    Failed,
}

canonical_names!(Authenticity { "unchecked" => Unchecked, "authentic" => Authentic, "failed" => Failed });

/// What speaks for a station's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockEvidence {
    /// What it follows.
    pub source: ClockSource,
    /// One standard deviation of its error, ns, by the station's own reckoning.
    pub sigma_ns: u64,
    /// How many satellites it uses.
    pub satellites: u8,
    /// What is known of their authenticity.
    pub authenticity: Authenticity,
    /// Seconds since it last followed a source.
    pub holdover_s: u32,
}

canonical_map!(ClockEvidence {
    "source" => source,
    "sigma_ns" => sigma_ns,
    "holdover_s" => holdover_s,
    "satellites" => satellites,
    "authenticity" => authenticity,
});

/// What a station says of its own state. Set flags are faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Health {
    /// The enclosure is open, or a seal is broken.
    pub tamper: bool,
    /// The supply is low.
    pub supply_low: bool,
    /// A calibration or self test failed.
    pub test_failed: bool,
    /// It could not keep all data until they were delivered.
    pub data_lost: bool,
}

canonical_map!(Health {
    "tamper" => tamper,
    "data_lost" => data_lost,
    "supply_low" => supply_low,
    "test_failed" => test_failed,
});

impl Health {
    /// The faults in words.
    #[must_use]
    pub fn faults(&self) -> Vec<&'static str> {
        let all = [
            (self.tamper, "its enclosure is open or a seal is broken"),
            (self.supply_low, "its supply is low"),
            (self.test_failed, "a self test failed"),
            (self.data_lost, "it lost data before they were delivered"),
        ];
        all.into_iter().filter_map(|(is_set, words)| is_set.then_some(words)).collect()
    }
}

/// A checkpoint that a station had seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beacon {
    /// Entries of the journal.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

canonical_map!(Beacon { "root" => root, "size" => size });

/// What a station signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The station's name in the key register.
    pub station: String,
    /// The key that signs, by [`PublicKey::id`].
    pub key: Hash,
    /// How often the station started; never falls.
    pub boot: u64,
    /// The frame's number; one more than the one before, across reboots. The first is 0.
    pub sequence: u64,
    /// [`Frame::hash`] of the one before; none for the first.
    pub previous: Option<Hash>,
    /// The time at which it was sealed, by the station's clock.
    pub time: Time,
    /// What speaks for that clock.
    pub clock: ClockEvidence,
    /// How soon the next frame follows, seconds: the station's promise, by which silence is told.
    pub next_within_s: u32,
    /// What the station says of its state.
    pub health: Health,
    /// SHA-256 of the station's configuration.
    pub configuration: Hash,
    /// The newest checkpoint it had seen, if any.
    pub beacon: Option<Beacon>,
    /// Its salted fields, if it seals any.
    pub fields: Option<Fields>,
    /// What it delivers; none in a heartbeat.
    pub payload: Option<Payload>,
}

canonical_map!(Frame {
    "key" => key,
    "boot" => boot,
    "time" => time,
    "clock" => clock,
    "beacon" => beacon,
    "fields" => fields,
    "health" => health,
    "payload" => payload,
    "station" => station,
    "previous" => previous,
    "sequence" => sequence,
    "configuration" => configuration,
    "next_within_s" => next_within_s,
});

impl Frame {
    /// SHA-256 of the body: what the next frame cites.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(&canonical::to_bytes(self))
    }

    /// Seals the frame.
    #[must_use]
    pub fn seal(&self, key: &KeyPair) -> SealedFrame {
        let body = canonical::to_bytes(self);
        SealedFrame { signature: key.sign(DOMAIN, &body), body: Bytes(body) }
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.station.is_empty()
            || self.station.len() > MAX_NAME_BYTES
            || self.station.chars().any(|c| c.is_control() || c.is_whitespace())
        {
            return Err("a station's name of 1 to 120 bytes without spaces");
        }
        if self.next_within_s == 0 || self.next_within_s > MAX_NEXT_WITHIN_S {
            return Err("a promise of the next frame within 1 to 86400 s");
        }
        if self.previous.is_none() != (self.sequence == 0) {
            return Err("a previous frame unless it is number 0");
        }
        if self.payload.is_some_and(|payload| payload.bytes == 0 || payload.bytes > MAX_PAYLOAD_BYTES) {
            return Err("a payload of 1 to 48 MiB");
        }
        Ok(())
    }
}

/// A frame with its signature, which nobody has verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedFrame {
    /// Canonical bytes of a [`Frame`].
    pub body: Bytes,
    /// The station's signature.
    pub signature: [u8; 64],
}

impl SealedFrame {
    /// Reads the frame. Its signature is not verified.
    ///
    /// # Errors
    /// If the body is over [`MAX_BODY_BYTES`], not canonical, or states what cannot be.
    pub fn frame(&self) -> Result<Frame, DecodeError> {
        if self.body.0.len() > MAX_BODY_BYTES {
            return Err(DecodeError::new(0, "a frame of at most 1024 bytes"));
        }
        let frame: Frame = canonical::from_bytes(&self.body.0)?;
        frame.check().map_err(|expected| DecodeError::new(0, expected))?;
        Ok(frame)
    }

    /// SHA-256 of the body, as [`Frame::hash`].
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

/// A frame as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The frame.
    pub sealed: SealedFrame,
    /// When it was received, by the receiver's clock, which nobody signed; none where none was kept. What a relay signed
    /// stands in its [receipt](crate::receipt).
    pub received: Option<Time>,
}

impl Canonical for Delivered {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.map(3);
        encoder.text("body");
        self.sealed.body.encode(encoder);
        encoder.text("received");
        self.received.encode(encoder);
        encoder.text("signature");
        self.sealed.signature.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        decoder.map(3)?;
        decoder.key("body")?;
        let body = Canonical::decode(decoder)?;
        decoder.key("received")?;
        let received = Canonical::decode(decoder)?;
        decoder.key("signature")?;
        let signature = Canonical::decode(decoder)?;
        Ok(Self { sealed: SealedFrame { body, signature }, received })
    }
}

journal_entry!(Delivered, "frame", 1);

/// A frame of a file, with its payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InFile {
    /// The frame.
    pub sealed: SealedFrame,
    /// What it says.
    pub frame: Frame,
    /// The payload's bytes, of the hash and length that the frame states; none for a heartbeat.
    pub payload: Option<Vec<u8>>,
}

/// Appends a frame to a file that begins with [`MAGIC`].
pub fn write(file: &mut Vec<u8>, sealed: &SealedFrame, payload: Option<&[u8]>) {
    let mut encoder = Encoder::new();
    encoder.map(3);
    encoder.text("body");
    sealed.body.encode(&mut encoder);
    encoder.text("payload");
    payload.map(|payload| Bytes(payload.to_vec())).encode(&mut encoder);
    encoder.text("signature");
    sealed.signature.encode(&mut encoder);
    file.extend_from_slice(&encoder.into_bytes());
}

/// Whether bytes begin as a file of frames.
#[must_use]
pub fn is_frames(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Reads a file of frames, one after the other, each with the bytes that it takes. What is no frame ends the reading with an
/// error that names its byte: in a stream of this form nothing tells where the next one would begin.
pub fn read(file: &[u8]) -> impl Iterator<Item = Result<(Range<usize>, InFile), Error>> + '_ {
    items(file, MAGIC, "not a file of frames", read_one)
}

/// Reads items that stand in a file one after the other behind what it begins with, each with the bytes that it takes, until the
/// first that cannot be read.
pub(crate) fn items<T>(
    file: &[u8],
    magic: &[u8],
    unlike: &'static str,
    one: impl Fn(&[u8], usize) -> Result<(Range<usize>, T), Error>,
) -> impl Iterator<Item = Result<(Range<usize>, T), Error>> {
    let mut at = file.starts_with(magic).then_some(magic.len());
    let mut unread = at.is_none().then(|| Error::malformed_at(0, unlike));
    std::iter::from_fn(move || {
        if let Some(error) = unread.take() {
            return Some(Err(error));
        }
        let start = at.take().filter(|start| *start < file.len())?;
        Some(one(&file[start..], start).inspect(|(range, _)| at = Some(range.end)))
    })
}

pub(crate) fn read_one(bytes: &[u8], start: usize) -> Result<(Range<usize>, InFile), Error> {
    let malformed = |error: DecodeError| {
        let at = start + error.offset();
        Error::malformed_at(at, format!("byte {at}, in a frame, at its {error}"))
    };
    let mut decoder = Decoder::new(bytes);
    let mut parts = || {
        decoder.map(3)?;
        decoder.key("body")?;
        let body: Bytes = Canonical::decode(&mut decoder)?;
        decoder.key("payload")?;
        let payload: Option<Bytes> = Canonical::decode(&mut decoder)?;
        decoder.key("signature")?;
        Ok((SealedFrame { body, signature: Canonical::decode(&mut decoder)? }, payload.map(|bytes| bytes.0)))
    };
    let (sealed, payload) = parts().map_err(malformed)?;
    let range = start..start + decoder.offset();
    let frame = sealed.frame().map_err(malformed)?;
    let delivered = payload.as_deref().map(|bytes| Payload { sha256: Hash::of(bytes), bytes: bytes.len() as u64 });
    if delivered != frame.payload {
        let why = "has not the payload that it states";
        return Err(Error::malformed_at(start, format!("byte {start}: frame {} {why}", frame.sequence)));
    }
    Ok((range, InFile { sealed, frame, payload }))
}

#[cfg(test)]
pub(crate) mod tests;
