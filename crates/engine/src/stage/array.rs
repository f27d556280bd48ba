//! Bearings in records: each array of the inventory has a detector, and the samples of its elements reach it together.
//!
//! An element's samples wait until those of the others have come as far, half a window less, or until they have waited the
//! configured time by the clock; then they are handed over in order of their times, in pieces of a quarter of a window. An
//! element that is silent or whose run has ended is not waited for. So what is found depends neither on how elements were
//! cut into records nor on the order in which records came across elements, as long as the records of one instant come
//! within that time of each other, by the ticks, and no more samples wait than are held.
mod registered;
mod settings;
mod waiting;
mod words;

pub(crate) use registered::register;
pub(crate) use settings::reach_s;

use super::detect::silence_ns;
use super::exclude;
use super::said::Said;
use crate::output::{Emitter, Output};
use crate::state::{Array, Channel, Delivery, Element, MAX_ARRAY_SAMPLES, Map, Memory, State, Waiting};
use crate::step::Engine;
use settings::{class_at, held_samples, memory_s, window_s};
use truceline_model::array_detectors::{ArrayDetectors, ArraySettings};
use truceline_model::detection::SensorClass;
use truceline_model::hash::Hash;
use truceline_model::impediment::{Impediment, ImpedimentKind};
use truceline_model::place::Place;
use truceline_model::record::Record;
use truceline_model::run_end::RunEnd;
use truceline_model::time::{Interval, Time};
use truceline_model::waveform::Segment;
use truceline_science::array::chain::{self, ArrayDetector, Outcome};
use truceline_science::array::{Geometry, Offset};

/// Samples are handed over in pieces of this share of a window ...
const PIECE_WINDOWS: f64 = 0.25;

/// ... and by so many windows an element may be ahead of the one farthest behind.
const AHEAD_WINDOWS: f64 = 0.5;

/// The most segments of an element that wait: one each half second for an hour and more. The oldest are handed over.
const MAX_WAITING: usize = 8_192;

/// The most payloads of an element that a bearing can still come from: two minutes in records of an eighth of a second.
const MAX_PAYLOADS: usize = 1_024;

/// Looks for bearings in a record's segments of elements of arrays.
pub(crate) fn take(
    engine: &Engine,
    state: &mut State,
    hash: Hash,
    record: &Record,
    segments: &[Segment],
    emitter: &mut Emitter<'_>,
) {
    let Some(arrays) = arrays_of(engine) else { return };
    let mut touched: Vec<String> = Vec::new();
    let mut left_out: Option<String> = None;
    for segment in segments.iter().filter(|segment| !segment.samples.is_empty()) {
        let Some(name) = state.sites.0.get(&segment.channel).and_then(|site| site.array.clone()) else { continue };
        let others_held = held(state, arrays, &segment.channel);
        let Some(array) = state.arrays.0.get_mut(&name) else { continue };
        let mut watch = Watch { name: &name, array, arrays, now: state.now, channels: &state.channels };
        match watch.admit(record, segment, others_held) {
            Ok(()) if !touched.contains(&name) => touched.push(name),
            Ok(()) => {}
            Err(why) => left_out = Some(why),
        }
    }
    let mut said = Said::new(emitter);
    for name in touched {
        let waiting: u64 = state.arrays.0.values().map(waiting_samples).sum();
        let Some(array) = state.arrays.0.get_mut(&name) else { continue };
        let mut watch = Watch { name: &name, array, arrays, now: state.now, channels: &state.channels };
        watch.hand_over(waiting.saturating_sub(MAX_ARRAY_SAMPLES), &mut said);
    }
    said.finish();
    if let Some(why) = left_out {
        exclude(emitter, hash, why);
    }
}

/// The clock went on: hands over what has waited long enough, and closes arrays of which nothing came for long.
pub(crate) fn advance(engine: &Engine, state: &mut State, now: Time, emitter: &mut Emitter<'_>) {
    let (Some(arrays), Some(detectors)) = (arrays_of(engine), &engine.configuration.detectors) else { return };
    let mut said = Said::new(emitter);
    for (name, array) in state.arrays.0.iter_mut().filter(|(_, array)| !array.closed) {
        for element in array.elements.0.values_mut().filter(|element| !element.silent) {
            let heard = *element.heard.get_or_insert(now);
            let span_ns = element.delivery.as_ref().map_or(0, |delivery| delivery.span_ns);
            element.silent = now.0.saturating_sub(heard.0) >= silence_ns(detectors, span_ns);
        }
        Watch { name, array, arrays, now: Some(now), channels: &state.channels }.go_on(&mut said);
    }
    said.finish();
}

/// A source's run has ended: its elements are not waited for, and an array of which nothing else comes is closed.
pub(crate) fn end_run(engine: &Engine, state: &mut State, end: &RunEnd, emitter: &mut Emitter<'_>) {
    let Some(arrays) = arrays_of(engine) else { return };
    let mut said = Said::new(emitter);
    for (name, array) in state.arrays.0.iter_mut().filter(|(_, array)| !array.closed) {
        let is_of = |delivery: &Delivery| delivery.source == (end.source.source.clone(), end.source.boot);
        let mut ended = false;
        for element in array.elements.0.values_mut().filter(|element| element.delivery.as_ref().is_some_and(is_of)) {
            element.silent = true;
            ended = true;
        }
        if ended {
            Watch { name, array, arrays, now: state.now, channels: &state.channels }.go_on(&mut said);
        }
    }
    said.finish();
}

fn arrays_of(engine: &Engine) -> Option<&ArrayDetectors> {
    engine.configuration.detectors.as_ref()?.arrays.as_ref()
}

/// How many samples the detectors of all arrays hold, but for one channel's.
fn held(state: &State, arrays: &ArrayDetectors, but: &str) -> u64 {
    let of = |array: &Array| -> u64 {
        let Some(class) = array.class else { return 0 };
        let others = array.elements.0.iter().filter(|(channel, _)| *channel != but);
        let rates = others.filter_map(|(_, element)| element.delivery.as_ref().map(|delivery| delivery.rate_uhz));
        rates.map(|rate_uhz| held_samples(arrays.of(class), rate_uhz)).sum()
    };
    state.arrays.0.values().map(of).sum()
}

fn waiting_samples(array: &Array) -> u64 {
    let waiting = array.elements.0.values().flat_map(|element| &element.waiting);
    waiting.map(|waiting| waiting.samples.len() as u64).sum()
}

/// An array with what its stage needs beside it.
struct Watch<'a> {
    name: &'a str,
    array: &'a mut Array,
    arrays: &'a ArrayDetectors,
    now: Option<Time>,
    /// Channels with a detector of their own.
    channels: &'a Map<String, Channel>,
}

impl Watch<'_> {
    /// Takes a segment of an element in. `others_held` is what the detectors hold of all other channels.
    fn admit(&mut self, record: &Record, segment: &Segment, others_held: u64) -> Result<(), String> {
        let class = self.array.class.or(self.array.stated).unwrap_or_else(|| class_at(segment.rate_hz));
        let rate_uhz = (segment.rate_hz * 1e6).round() as u64;
        let more = held_samples(self.arrays.of(class), rate_uhz);
        if others_held.saturating_add(more) > MAX_ARRAY_SAMPLES {
            return Err(format!(
                "{} at {} Hz: the detectors of all arrays would hold {} samples, at most {MAX_ARRAY_SAMPLES} are held",
                segment.channel,
                segment.rate_hz,
                others_held.saturating_add(more)
            ));
        }
        self.array.class = Some(class);
        self.array.closed = false;
        let Some(element) = self.array.elements.0.get_mut(&segment.channel) else { return Ok(()) };
        let span = Interval { from: segment.start, to: segment.time_of(segment.samples.len().saturating_sub(1)) };
        let before = element.delivery.as_ref().map_or(span.to, |delivery| delivery.up_to);
        element.delivery = Some(Delivery {
            source: (record.source.source.clone(), record.source.boot),
            owner: record.owner.clone(),
            up_to: before.max(span.to),
            span_ns: span.to.0.saturating_sub(span.from.0).unsigned_abs(),
            rate_uhz,
        });
        element.heard = self.now;
        element.silent = false;
        match element.waveform.last_mut() {
            Some((whole, last)) if *last == record.payload.sha256 => {
                *whole = Interval { from: whole.from.min(span.from), to: whole.to.max(span.to) };
            }
            _ => element.waveform.push((span, record.payload.sha256)),
        }
        let surplus = element.waveform.len().saturating_sub(MAX_PAYLOADS);
        element.waveform.drain(..surplus);
        let mut samples = Vec::with_capacity(segment.samples.len());
        segment.samples.extend_f64(&mut samples);
        element.waiting.push_back(Waiting {
            came: self.now,
            start: segment.start,
            rate_hz: segment.rate_hz,
            clock: segment.clock,
            first: 0,
            samples: samples.into(),
        });
        // Whoever never delivers is waited for from now on.
        let now = self.now;
        self.array.elements.0.values_mut().for_each(|element| element.heard = element.heard.or(now));
        Ok(())
    }

    /// Hands over what need not wait, and closes the array if nothing more is expected of it.
    fn go_on(&mut self, said: &mut Said<'_, '_>) {
        self.hand_over(0, said);
        if self.array.elements.0.values().all(|element| element.silent || element.delivery.is_none()) {
            self.close(said);
        }
    }

    /// Hands everything over and closes what is open.
    fn close(&mut self, said: &mut Said<'_, '_>) {
        self.hand_over(u64::MAX, said);
        if let Some(detector) = &mut self.array.detector {
            let mut outcome = Outcome::default();
            let done = detector.0.finish(&mut outcome);
            self.say(outcome, said);
            if let Err(error) = done {
                self.give_up(error.to_string(), self.now.unwrap_or(Time(0)), said);
            }
        }
        self.array.closed = true;
        for element in self.array.elements.0.values_mut() {
            element.delivery = None;
            element.heard = None;
            element.silent = false;
            element.waveform.clear();
        }
    }

    /// Hands samples over to the detector: those up to which the other elements have come too, those that have waited long
    /// enough, and as many as must not wait (`surplus`).
    fn hand_over(&mut self, surplus: u64, said: &mut Said<'_, '_>) {
        let Some(class) = self.array.class else { return };
        let numbers = self.arrays.of(class);
        let awaited = self.array.elements.0.values().filter(|element| !element.silent);
        let behind = awaited.map(|element| element.delivery.as_ref().map_or(Time(i64::MIN), |d| d.up_to)).min();
        let limit = behind.unwrap_or(Time(i64::MAX)).plus_s(AHEAD_WINDOWS * window_s(numbers));
        let piece_s = PIECE_WINDOWS * window_s(numbers);
        let mut surplus = surplus;
        loop {
            let crowded = |element: &Element| element.waiting.len() > MAX_WAITING;
            let fronts = self.array.elements.0.iter().filter_map(|(channel, element)| {
                let front = element.waiting.front()?;
                let (start, end) = front.piece(piece_s);
                let waited = front.has_waited(self.now, numbers);
                (end <= limit || waited || surplus > 0 || crowded(element)).then_some((start, channel))
            });
            let Some(channel) = fronts.min().map(|(_, channel)| channel.clone()) else { break };
            let Some(element) = self.array.elements.0.get_mut(&channel) else { break };
            let Some(front) = element.waiting.front_mut() else { break };
            let segment = front.take(&channel, piece_s);
            if front.samples.is_empty() {
                element.waiting.pop_front();
            }
            surplus = surplus.saturating_sub(segment.samples.len() as u64);
            self.push(&segment, said);
        }
        let keep_s = memory_s(numbers);
        for element in self.array.elements.0.values_mut() {
            let newest = element.waiting.front().map(|front| front.start);
            let Some(newest) = newest.or(element.delivery.as_ref().map(|delivery| delivery.up_to)) else { continue };
            let horizon = newest.plus_s(-keep_s);
            element.waveform.retain(|(span, _)| span.to >= horizon);
        }
    }

    /// Gives a piece to the detector, which is made if there is none.
    fn push(&mut self, segment: &Segment, said: &mut Said<'_, '_>) {
        if self.array.unusable {
            return;
        }
        let mut outcome = Outcome::default();
        let done = match &mut self.array.detector {
            Some(detector) => detector.0.push(segment, &mut outcome).map_err(|error| error.to_string()),
            none => match self.array.class.map(|class| detector_of(&self.array.elements, self.arrays.of(class), class))
            {
                Some(Ok(made)) => {
                    none.insert(Memory(made)).0.push(segment, &mut outcome).map_err(|error| error.to_string())
                }
                Some(Err(why)) => Err(why),
                None => Ok(()),
            },
        };
        self.say(outcome, said);
        if let Err(why) = done {
            self.give_up(why, segment.start, said);
        }
    }

    /// No detector works for these elements.
    fn give_up(&mut self, why: String, at: Time, said: &mut Said<'_, '_>) {
        self.array.unusable = true;
        self.array.detector = None;
        let blind = Impediment::new(self.name, ImpedimentKind::Blind, at);
        said.impediment(Impediment { array: Some(self.name.to_owned()), reason: Some(why), ..blind });
    }

    fn say(&self, outcome: Outcome, said: &mut Said<'_, '_>) {
        let Some(class) = self.array.class else { return };
        for impeded in outcome.impediments {
            let is_watched = |channel: &str| self.channels.0.contains_key(channel);
            if let Some(impediment) = words::impediment(self.name, impeded, is_watched) {
                said.impediment(impediment);
            }
        }
        for arrival in outcome.arrivals {
            let numbers = self.arrays.of(class);
            let bearing = || Output::Bearing(words::bearing(self.name, self.array, class, numbers, &arrival));
            said.found(self.name, arrival.time, bearing);
        }
    }
}

/// A detector of these elements: their places as offsets from their mean, heights included.
fn detector_of(
    elements: &Map<String, Element>,
    numbers: &ArraySettings,
    class: SensorClass,
) -> Result<ArrayDetector, String> {
    let places: Vec<Place> = elements.0.values().map(|element| element.place).collect();
    let (geometry, _) = Geometry::from_places(&places).map_err(|error| error.to_string())?;
    let level = elements.0.iter().zip(geometry.offsets_m());
    let element = |((channel, element), r): ((&String, &Element), &[f64; 3])| chain::Element {
        channel: channel.clone(),
        offset: Offset { east_m: r[0], north_m: r[1], up_m: f64::from(element.elevation_cm) / 100.0 },
    };
    let elements: Vec<chain::Element> = level.map(element).collect();
    let settings = settings::settings(numbers, class);
    ArrayDetector::new(&elements, settings::survey_sigma_m(numbers), settings).map_err(|error| error.to_string())
}
