//! A record: sealed bytes of waveforms as one source delivered them. The bytes are a payload beside the journal; the
//! entry holds their commitment and what they say they are.
use crate::entry::Entry;
use crate::hash::Hash;
use crate::report::SourceRef;
use crate::time::{Interval, Time};
use crate::waveform::ClockFlags;
use crate::{canonical_map, canonical_map_grown, canonical_names};

/// The largest payload: the largest file that is taken as one piece (a day of one channel at 100 Hz as SAC is 34 MB).
pub const MAX_PAYLOAD_BYTES: u64 = 48 << 20;

/// The most pieces of one payload: the channels of a large microphone array in one file.
pub const MAX_PIECES: usize = 256;

/// The longest identifier of a channel, in bytes; see [`MAX_NAME_BYTES`](crate::report::MAX_NAME_BYTES).
pub const MAX_CHANNEL_BYTES: usize = crate::report::MAX_NAME_BYTES;

/// The form of a payload's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// miniSEED 2 or 3: whole records, one after the other.
    MiniSeed,
    /// A SAC file.
    Sac,
    /// A WAV file; its channels are the pieces, in their order.
    Wav,
    /// An SLIST or TSPAIR file.
    Slist,
}

canonical_names!(Form { "miniSEED" => MiniSeed, "SAC" => Sac, "WAV" => Wav, "SLIST" => Slist });

/// The commitment of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payload {
    /// SHA-256 of its bytes: the name under which it is stored.
    pub sha256: Hash,
    /// How many bytes.
    pub bytes: u64,
}

canonical_map!(Payload { "bytes" => bytes, "sha256" => sha256 });

/// What a payload holds of one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The channel as FDSN source identifier; other forms where a file has no such name.
    pub channel: String,
    /// From the first sample to the last one.
    pub span: Interval,
    /// How many samples.
    pub samples: u64,
    /// Samples per second, 1e-6 Hz, of its first record.
    pub rate_uhz: u64,
    /// What is said about the clock: of several records the worst.
    pub clock: ClockFlags,
}

canonical_map!(Piece {
    "span" => span,
    "clock" => clock,
    "channel" => channel,
    "samples" => samples,
    "rate_uhz" => rate_uhz,
});

/// Sealed bytes from one source: one record of a stream, or some records of one channel of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Who delivered it, and the number of its first record.
    pub source: SourceRef,
    /// How many records of the source it is, from that number on.
    pub records: u32,
    /// Who could make this source lie: the unit of independence.
    pub owner: String,
    /// The form of the bytes.
    pub form: Form,
    /// What the bytes hold, in their order.
    pub pieces: Vec<Piece>,
    /// Their commitment.
    pub payload: Payload,
    /// The sealed frame in which the station delivered them, by SHA-256 of its body; none where the source does not sign, and
    /// the first relay vouches for what arrived.
    pub frame: Option<Hash>,
    /// When they arrived, by the clock of the machine that registered them; none for a recording.
    pub received: Option<Time>,
}

canonical_map_grown!(Record {
    "form" => form;
    "frame" => frame;
    "owner" => owner,
    "pieces" => pieces,
    "source" => source,
    "payload" => payload,
    "records" => records,
    "received" => received,
});

impl Entry for Record {
    const KIND: &'static str = "record";
    const VERSION: u64 = 2;

    fn version(&self) -> u64 {
        if self.frame.is_some() { 2 } else { 1 }
    }
}

impl Record {
    /// Up to when it holds samples, over all its pieces.
    #[must_use]
    pub fn end(&self) -> Option<Time> {
        self.pieces.iter().map(|piece| piece.span.to).max()
    }
}
