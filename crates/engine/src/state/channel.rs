//! What is remembered of a channel whose records are watched.
use truceline_model::canonical::{self, Canonical, DecodeError, Decoder, Encoder};
use truceline_model::canonical_map;
use truceline_model::detection::SensorClass;
use truceline_model::hash::Hash;
use truceline_model::time::{Interval, NS_PER_S, Time};
use truceline_science::dsp::chain::ChannelDetector;
use truceline_science::dsp::repetition::Repetition;

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
    /// From when to when it was recorded, the newest spans.
    pub recorded: Vec<Interval>,
    /// Its samples' chunks, by which a copy is known.
    pub repetition: Repetition,
    /// Spans whose samples are those of others: nothing that was measured in them is used.
    pub repeated: Vec<Interval>,
    /// How many measurements were left out for it that were not said yet.
    pub left_out: u32,
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
    "left_out" => left_out,
    "rate_uhz" => rate_uhz,
    "recorded" => recorded,
    "repeated" => repeated,
    "waveform" => waveform,
    "repetition" => repetition,
});

/// The most spans of a channel that are remembered as recorded: with a gap each half hour those of a day.
pub const MAX_RECORDED: usize = 48;

/// Samples that are less than this apart are without a gap, ns.
const JOINED_NS: i64 = 2 * NS_PER_S;

impl Channel {
    /// Notes that it was recorded.
    pub fn note_recorded(&mut self, span: Interval) {
        let wide = Interval {
            from: Time(span.from.0.saturating_sub(JOINED_NS)),
            to: Time(span.to.0.saturating_add(JOINED_NS)),
        };
        match self.recorded.iter_mut().rev().find(|known| known.meets(&wide)) {
            Some(known) => *known = Interval { from: known.from.min(span.from), to: known.to.max(span.to) },
            None => self.recorded.push(span),
        }
        let surplus = self.recorded.len().saturating_sub(MAX_RECORDED);
        self.recorded.drain(..surplus);
    }
}

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
