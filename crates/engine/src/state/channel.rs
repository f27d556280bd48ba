//! What is remembered of a channel whose records are watched.
use truceline_model::canonical::{self, Canonical, DecodeError, Decoder, Encoder};
use truceline_model::canonical_map;
use truceline_model::detection::SensorClass;
use truceline_model::hash::Hash;
use truceline_model::time::{Interval, Time};
use truceline_science::dsp::chain::ChannelDetector;

/// A channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// By whose settings it is watched.
    pub class: SensorClass,
    /// Who could make its source lie, as its newest record says.
    pub owner: String,
    /// The source of its newest record, and the source's run.
    pub source: (String, u64),
    /// Its newest rate, 1e-6 Hz.
    pub rate_uhz: u64,
    /// Its newest sample.
    pub last: Time,
    /// How much time its newest record holds, ns.
    pub span_ns: u64,
    /// The clock when its newest record came; none before the first tick.
    pub heard: Option<Time>,
    /// Nothing came for as long as makes it silent.
    pub silent: bool,
    /// Its detector.
    pub detector: Detector,
    /// The payloads that a detection can still come from, in the order they came.
    pub waveform: Vec<(Interval, Hash)>,
}

canonical_map!(Channel {
    "last" => last,
    "class" => class,
    "heard" => heard,
    "owner" => owner,
    "silent" => silent,
    "source" => source,
    "span_ns" => span_ns,
    "detector" => detector,
    "rate_uhz" => rate_uhz,
    "waveform" => waveform,
});

/// A channel's detector; two are the same if they remember the same.
#[derive(Debug, Clone)]
pub struct Detector(pub ChannelDetector);

impl Canonical for Detector {
    fn encode(&self, encoder: &mut Encoder) {
        self.0.encode(encoder);
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        ChannelDetector::decode(decoder).map(Self)
    }
}

impl PartialEq for Detector {
    fn eq(&self, other: &Self) -> bool {
        canonical::to_bytes(self) == canonical::to_bytes(other)
    }
}

impl Eq for Detector {}
