//! Arrivals in records: each channel has a detector, and what it finds and what keeps it from seeing is said.
//!
//! Channels do not touch each other, so the order of records across channels moves nothing that is detected.
mod settings;
mod words;

pub(crate) use settings::{ACOUSTIC_RATE_HZ_MIN, reach_s};
pub(crate) use words::{impediment, quantity};

use super::said::Said;
use super::{exclude, links};
use crate::output::{Emitter, Output};
use crate::state::{Channel, Detector, MAX_CHANNELS, MAX_WINDOW_SAMPLES, State};
use crate::step::Engine;
use settings::{class_of, settings, waveform_s, window_samples};
use truceline_model::detection::MAX_WAVEFORM_PAYLOADS;
use truceline_model::detectors::Detectors;
use truceline_model::hash::Hash;
use truceline_model::impediment::{Impediment, ImpedimentKind};
use truceline_model::record::Record;
use truceline_model::run_end::RunEnd;
use truceline_model::time::{Interval, NS_PER_S, Time};
use truceline_model::waveform::Segment;
use truceline_science::dsp::chain::{ChannelDetector, Outcome};
use truceline_science::dsp::repetition::Repetition;

/// Nor is a channel silent for which so many records of its newest one's length could have come: those of slow channels
/// take long to fill.
const SILENCE_RECORDS: u64 = 3;

/// A channel that was silent for a day is forgotten.
const FORGOTTEN_S: i64 = 86_400;

/// Looks for arrivals in a record. Channels of neither ground nor air motion are registered only.
pub(crate) fn take(
    engine: &Engine,
    state: &mut State,
    hash: Hash,
    record: &Record,
    segments: &[Segment],
    emitter: &mut Emitter<'_>,
) {
    let Some(detectors) = &engine.configuration.detectors else { return };
    let mut said = Said::new(emitter);
    let mut left_out: Option<String> = None;
    for segment in segments.iter().filter(|segment| !segment.samples.is_empty()) {
        match channel_of(state, detectors, record, segment) {
            Ok(Some(channel)) => watch(channel, detectors, record, segment, &mut said),
            Ok(None) => {}
            Err(why) => left_out = Some(why),
        }
    }
    let heard = state.now;
    for piece in &record.pieces {
        if let Some(channel) = state.channels.0.get_mut(&piece.channel) {
            channel.heard = heard;
            channel.span_ns = piece.span.to.0.saturating_sub(piece.span.from.0).unsigned_abs();
        }
    }
    said.finish();
    if let Some(why) = left_out {
        exclude(emitter, hash, why);
    }
}

/// The channel of a segment, made if it is new; none if it is not watched, an error if there is no room for it.
fn channel_of<'a>(
    state: &'a mut State,
    detectors: &Detectors,
    record: &Record,
    segment: &Segment,
) -> Result<Option<&'a mut Channel>, String> {
    let name = &segment.channel;
    let rate_uhz = (segment.rate_hz * 1e6).round() as u64;
    let known = state.channels.0.get(name);
    let Some(class) = known.map(|channel| channel.class).or_else(|| class_of(name, segment.rate_hz)) else {
        return Ok(None);
    };
    if known.is_none_or(|channel| channel.rate_uhz != rate_uhz) {
        if known.is_none() && state.channels.0.len() >= MAX_CHANNELS {
            return Err(format!("{name}: {MAX_CHANNELS} channels are watched already"));
        }
        let others = state.channels.0.iter().filter(|(other, _)| *other != name);
        let held: u64 =
            others.map(|(_, other)| window_samples(detectors.of(other.class), other.class, other.rate_uhz)).sum();
        let more = window_samples(detectors.of(class), class, rate_uhz);
        if held + more > MAX_WINDOW_SAMPLES {
            return Err(format!(
                "{name} at {} Hz: the windows of all channels would hold {} samples, at most {MAX_WINDOW_SAMPLES} are \
                 held",
                segment.rate_hz,
                held + more
            ));
        }
    }
    if known.is_none() {
        let detector = ChannelDetector::new(name, settings(detectors.of(class), class))
            .map_err(|error| format!("{name}: the configuration's detector cannot be built: {error}"))?;
        let channel = Channel {
            class,
            owner: record.owner.clone(),
            source: (record.source.source.clone(), record.source.boot),
            rate_uhz,
            last: segment.start,
            span_ns: 0,
            heard: None,
            silent: false,
            detector: Detector(detector),
            waveform: Vec::new(),
            recorded: Vec::new(),
            repetition: Repetition::new(),
            repeated: Vec::new(),
            left_out: 0,
        };
        state.channels.0.insert(name.clone(), channel);
    }
    let channel = state.channels.0.get_mut(name);
    if let Some(Channel { rate_uhz: newest, .. }) = channel {
        *newest = rate_uhz;
    }
    Ok(state.channels.0.get_mut(name))
}

/// Gives a segment to its channel's detector.
fn watch(channel: &mut Channel, detectors: &Detectors, record: &Record, segment: &Segment, said: &mut Said<'_, '_>) {
    channel.owner.clone_from(&record.owner);
    channel.source = (record.source.source.clone(), record.source.boot);
    let span = Interval { from: segment.start, to: segment.time_of(segment.samples.len().saturating_sub(1)) };
    if channel.silent && span.from > channel.last {
        let gap = Impediment::new(&segment.channel, ImpedimentKind::Gap, channel.last);
        said.impediment(Impediment { to: Some(span.from), ..gap });
    }
    channel.silent = false;
    let numbers = detectors.of(channel.class);
    keep_waveform(channel, span, record.payload.sha256, waveform_s(numbers));
    let mut outcome = Outcome::default();
    // A detector refuses other channels only, and this is its own.
    let _ = channel.detector.0.push(segment, &mut outcome);
    channel.last = span.to;
    channel.note_recorded(span);
    say(said, channel, &segment.channel, outcome, settings::before_s(numbers));
}

/// Notes where samples came from, and lets go what no detection can come from any more.
fn keep_waveform(channel: &mut Channel, span: Interval, payload: Hash, reach_s: f64) {
    match channel.waveform.last_mut() {
        // Records of one payload follow each other.
        Some((whole, last)) if *last == payload => {
            *whole = Interval { from: whole.from.min(span.from), to: whole.to.max(span.to) };
        }
        _ => channel.waveform.push((span, payload)),
    }
    let horizon = span.from.plus_s(-reach_s);
    channel.waveform.retain(|(held, _)| held.to >= horizon);
    let surplus = channel.waveform.len().saturating_sub(MAX_WAVEFORM_PAYLOADS);
    channel.waveform.drain(..surplus);
}

/// The clock went on: closes what is open in channels of which nothing came for long, and forgets those silent for a day.
pub(crate) fn advance(engine: &Engine, state: &mut State, now: Time, emitter: &mut Emitter<'_>) {
    let Some(detectors) = &engine.configuration.detectors else { return };
    let silence_ns = |channel: &Channel| silence_ns(detectors, channel.span_ns);
    let mut said = Said::new(emitter);
    let State { channels, links, .. } = state;
    for (name, channel) in &mut channels.0 {
        let heard = *channel.heard.get_or_insert(now);
        if !channel.silent && now.0.saturating_sub(heard.0) >= silence_ns(channel) {
            close(channel, name, detectors, &mut said);
            let silent = Impediment::new(name, ImpedimentKind::Silent, channel.last);
            said.impediment(Impediment { reason: links::why_silent(links, &channel.source.0), ..silent });
        }
    }
    said.finish();
    let forgotten = |channel: &Channel| {
        let quiet_ns = channel.heard.map_or(0, |heard| now.0.saturating_sub(heard.0));
        channel.silent && quiet_ns >= silence_ns(channel).saturating_add(FORGOTTEN_S * NS_PER_S)
    };
    state.channels.0.retain(|_, channel| !forgotten(channel));
}

/// After how much time without a record a channel is silent, whose newest one holds so much.
pub(crate) fn silence_ns(detectors: &Detectors, span_ns: u64) -> i64 {
    let of_records = i64::try_from(span_ns.saturating_mul(SILENCE_RECORDS)).unwrap_or(i64::MAX);
    detectors.silence_s.value.saturating_mul(NS_PER_S).max(of_records)
}

/// A source's run has ended: closes what is open in its channels.
pub(crate) fn end_run(engine: &Engine, state: &mut State, end: &RunEnd, emitter: &mut Emitter<'_>) {
    let Some(detectors) = &engine.configuration.detectors else { return };
    let mut said = Said::new(emitter);
    for (name, channel) in &mut state.channels.0 {
        if !channel.silent && channel.source.0 == end.source.source && channel.source.1 == end.source.boot {
            close(channel, name, detectors, &mut said);
        }
    }
    said.finish();
}

fn close(channel: &mut Channel, name: &str, detectors: &Detectors, said: &mut Said<'_, '_>) {
    let mut outcome = Outcome::default();
    channel.detector.0.finish(&mut outcome);
    channel.silent = true;
    say(said, channel, name, outcome, settings::before_s(detectors.of(channel.class)));
    channel.waveform.clear();
}

/// Says what came out of a channel's detector.
fn say(said: &mut Said<'_, '_>, channel: &Channel, name: &str, outcome: Outcome, before_s: f64) {
    for impediment in outcome.impediments {
        said.impediment(words::impediment(name, impediment));
    }
    for arrival in outcome.arrivals {
        said.found(name, arrival.time, || Output::Detection(words::detection(name, channel, &arrival, before_s)));
    }
}
