//! What is remembered of an array whose elements are watched together.
use super::Map;
use std::collections::VecDeque;
use truceline_model::canonical::{self, Canonical, DecodeError, Decoder, Encoder, Float, Floats};
use truceline_model::canonical_map;
use truceline_model::detection::SensorClass;
use truceline_model::hash::Hash;
use truceline_model::place::Place;
use truceline_model::time::{Interval, Time};
use truceline_model::waveform::ClockFlags;
use truceline_science::array::chain::ArrayDetector;

/// An array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Array {
    /// The class that the kinds of its elements say; none of microphones, which hear sound or infrasound.
    pub stated: Option<SensorClass>,
    /// By whose settings it is watched; none before the first record.
    pub class: Option<SensorClass>,
    /// The mean of its elements' places.
    pub place: Place,
    /// Its elements, by their channels.
    pub elements: Map<String, Element>,
    /// Its detector; none before the first record, and where none can be built.
    pub detector: Option<Memory>,
    /// No detector works for these elements; it was said why.
    pub unusable: bool,
    /// Nothing came since all of it was closed.
    pub closed: bool,
}

canonical_map!(Array {
    "class" => class,
    "place" => place,
    "closed" => closed,
    "stated" => stated,
    "detector" => detector,
    "elements" => elements,
    "unusable" => unusable,
});

/// An element of an array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Where it stands.
    pub place: Place,
    /// Its height above the sea, cm.
    pub elevation_cm: i32,
    /// Who could make it lie, as the inventory says.
    pub owner: String,
    /// What came of it since the array was closed; none before the first record.
    pub delivery: Option<Delivery>,
    /// The clock when its newest record came, or when it was first waited for; none before the first tick.
    pub heard: Option<Time>,
    /// It is not waited for: its run has ended, or nothing came for as long as makes it silent.
    pub silent: bool,
    /// Samples that wait for those of the other elements, in the order they came.
    pub waiting: VecDeque<Waiting>,
    /// The payloads that a bearing can still come from, in the order they came.
    pub waveform: Vec<(Interval, Hash)>,
}

canonical_map!(Element {
    "heard" => heard,
    "owner" => owner,
    "place" => place,
    "silent" => silent,
    "waiting" => waiting,
    "delivery" => delivery,
    "waveform" => waveform,
    "elevation_cm" => elevation_cm,
});

/// What came of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The source of its newest record, and the source's run.
    pub source: (String, u64),
    /// Who could make that source lie, as the record says.
    pub owner: String,
    /// Its latest sample.
    pub up_to: Time,
    /// How much time its newest record holds, ns.
    pub span_ns: u64,
    /// Its newest rate, 1e-6 Hz.
    pub rate_uhz: u64,
}

canonical_map!(Delivery {
    "owner" => owner,
    "up_to" => up_to,
    "source" => source,
    "span_ns" => span_ns,
    "rate_uhz" => rate_uhz,
});

/// A segment of which samples wait; two are the same if they remember the same.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The clock when it came; none before the first tick.
    pub came: Option<Time>,
    /// Time of the segment's first sample.
    pub start: Time,
    /// Samples per second.
    pub rate_hz: f64,
    /// What is said about the clock.
    pub clock: ClockFlags,
    /// How many of its samples were handed over.
    pub first: u64,
    /// The others.
    pub samples: VecDeque<f64>,
}

impl Canonical for Waiting {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(6);
        self.came.encode(encoder);
        self.start.encode(encoder);
        Float(self.rate_hz).encode(encoder);
        self.clock.encode(encoder);
        self.first.encode(encoder);
        let samples: Vec<f64> = self.samples.iter().copied().collect();
        Floats::encode_from(&samples, encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        if decoder.array()? != 6 {
            return Err(DecodeError::new(at, "an array of 6"));
        }
        let (came, start) = (Canonical::decode(decoder)?, Canonical::decode(decoder)?);
        let Float(rate_hz) = Canonical::decode(decoder)?;
        let (clock, first) = (Canonical::decode(decoder)?, Canonical::decode(decoder)?);
        let Floats(samples) = Canonical::decode(decoder)?;
        Ok(Self { came, start, rate_hz, clock, first, samples: samples.into() })
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        canonical::to_bytes(self) == canonical::to_bytes(other)
    }
}

impl Eq for Waiting {}

/// An array's detector; two are the same if they remember the same.
#[derive(Debug, Clone)]
pub struct Memory(pub ArrayDetector);

impl Canonical for Memory {
    fn encode(&self, encoder: &mut Encoder) {
        self.0.encode(encoder);
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        ArrayDetector::decode(decoder).map(Self)
    }
}

impl PartialEq for Memory {
    fn eq(&self, other: &Self) -> bool {
        canonical::to_bytes(self) == canonical::to_bytes(other)
    }
}

impl Eq for Memory {}
