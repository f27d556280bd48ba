//! The waveforms around a case's arrivals, column by column, as a screen draws them.
//!
//! What is looked for stands in the journal; the samples are decoded from the payloads by the write side, as the engine decodes
//! them. Nothing is filtered, corrected or scaled: what is shown is what was registered.
mod columns;
mod expected;

use crate::api::waveforms::{Ask, Missing, Pick, Trace, Waveforms};
use crate::error::DeskError;
use crate::views::{CaseFile, Views};
use crate::write_side::{NoSamples, WriteSide};
use columns::Columns;
use expected::Waves;
use std::collections::{BTreeMap, BTreeSet};
use truceline_evidence::journal::JournalReader;
use truceline_model::case::CaseId;
use truceline_model::detection::SensorClass;
use truceline_model::entry::{self, Entry};
use truceline_model::erasure::Erasure;
use truceline_model::event::Cited;
use truceline_model::hash::Hash;
use truceline_model::record::{Piece, Record};
use truceline_model::time::{Interval, NS_PER_S, Time};
use truceline_model::waveform::Samples;

/// The most traces of an answer: more do not fit a page. Those nearest to the event are shown.
pub const TRACES_MAX: usize = 48;
/// The most columns of a trace: a wide screen's; and how many where none is said.
pub const COLUMNS: (usize, usize) = (2_000, 600);
/// The longest span of an answer, s: sound takes less over 1,000 km.
pub const SPAN_S_MAX: i64 = 3_600;
/// The shortest, ns: three samples of a microphone.
pub const SPAN_NS_MIN: i64 = 1_000_000;
/// The most bytes of payloads that are read for an answer: decoding them takes a second or two. What is beyond is said not to be
/// read, and a shorter span shows it.
pub const BYTES_MAX: u64 = 64 << 20;
/// The most records of a trace that are read: an hour of records of a second.
const RECORDS_MAX: usize = 3_600;
/// Shown before the first of origin time and onsets: noise to compare with, s.
const BEFORE_S: f64 = 10.0;
/// Shown after the last onset: the signal itself, s.
const AFTER_S: f64 = 30.0;
/// The most erasures that are looked through, the newest first.
const ERASURES: usize = 50_000;
/// Samples are this much of their spacing apart at most before something is missing between them: stamps are rounded.
const JOINED: f64 = 1.5;

/// What is to be read, found in the views.
#[derive(Debug)]
pub(crate) struct Plan {
    case: CaseId,
    span: Interval,
    columns: usize,
    traces: Vec<Planned>,
    waves: Waves,
    left_out: usize,
    erased: BTreeMap<Hash, String>,
}

#[derive(Debug)]
struct Planned {
    channel: String,
    heard: Heard,
    records: Vec<Record>,
    /// From here on its records were not looked at.
    cut: Option<Time>,
}

/// What arrived in a channel.
#[derive(Debug, Clone)]
struct Heard {
    owner: String,
    class: SensorClass,
    array: Option<(String, usize)>,
    distance_m: u32,
    picks: Vec<Pick>,
    onsets: Vec<Time>,
}

impl Plan {
    /// What the waveforms of a case are made of.
    ///
    /// # Errors
    /// [`DeskError::is_missing`] if there is no such case.
    pub(crate) fn new(views: &Views, reader: &dyn JournalReader, case: CaseId, ask: &Ask) -> Result<Self, DeskError> {
        let file = views.case_file(reader, case)?;
        let mut heard: Vec<(String, Heard)> = heard(&file).into_iter().collect();
        let span = ask.span.unwrap_or_else(|| whole(&file, &heard));
        heard.sort_by(|(a, one), (b, other)| one.distance_m.cmp(&other.distance_m).then(a.cmp(b)));
        let left_out = heard.len().saturating_sub(TRACES_MAX);
        heard.truncate(TRACES_MAX);
        let waves = Waves::of(&file);
        let mut traces = Vec::new();
        for (channel, heard) in heard {
            let mut pieces = views.pieces(&channel, &span, RECORDS_MAX + 1)?;
            let cut = pieces.get(RECORDS_MAX).map(|piece| piece.span.from);
            pieces.truncate(RECORDS_MAX);
            // A record may hold several pieces of a channel.
            let indices: BTreeSet<u64> = pieces.iter().map(|piece| piece.index).collect();
            let records = indices.into_iter().map(|index| Ok(entry::from_bytes(&reader.entry(index)?)?));
            let records = records.collect::<Result<_, DeskError>>()?;
            traces.push(Planned { channel, heard, records, cut });
        }
        let wanted: BTreeSet<Hash> =
            traces.iter().flat_map(|trace| &trace.records).map(|record| record.payload.sha256).collect();
        let mut erased = BTreeMap::new();
        for index in views.all(Erasure::KIND, ERASURES)? {
            let erasure: Erasure = entry::from_bytes(&reader.entry(index)?)?;
            if wanted.contains(&erasure.payload) {
                erased.insert(erasure.payload, erasure.reason);
            }
        }
        Ok(Self { case, span, columns: ask.columns, traces, waves, left_out, erased })
    }

    /// Reads it, without the views: decoding takes its time.
    pub(crate) fn read(self, write_side: &dyn WriteSide) -> Waveforms {
        let Self { case, span, columns, traces, waves, left_out, erased } = self;
        let mut left_bytes = BYTES_MAX;
        let sensors: Vec<_> = traces.iter().map(|trace| (trace.heard.class, trace.heard.distance_m)).collect();
        let expected = waves.at(&sensors, |layers, phase, depth_m, distances_m| {
            write_side.layered_s(layers, phase, depth_m, distances_m)
        });
        let traces = traces.into_iter().zip(expected).map(|(trace, expected)| Trace {
            expected,
            ..trace.read(&span, columns, &erased, &mut left_bytes, write_side)
        });
        Waveforms {
            case: case.to_string(),
            from: span.from.to_string(),
            to: span.to.to_string(),
            columns,
            traces: traces.collect(),
            left_out,
        }
    }
}

/// A span without samples, and why.
type Absent = (Interval, &'static str, Option<String>);

impl Planned {
    fn read(
        self,
        span: &Interval,
        count: usize,
        erased: &BTreeMap<Hash, String>,
        left_bytes: &mut u64,
        write_side: &dyn WriteSide,
    ) -> Trace {
        let Self { channel, heard, records, cut } = self;
        let mut columns = Columns::new(*span, count);
        let (mut rate_hz, mut is_counts) = (None, true);
        let mut absent: Vec<Absent> = Vec::new();
        for record in &records {
            let found = match left_bytes.checked_sub(record.payload.bytes) {
                None => Err(("over-bound", None)),
                Some(rest) => {
                    *left_bytes = rest;
                    write_side.samples(record).map_err(|why| match why {
                        NoSamples::NotStored => match erased.get(&record.payload.sha256) {
                            Some(reason) => ("erased", Some(reason.clone())),
                            None => ("not-stored", None),
                        },
                        NoSamples::Unreadable(why) => ("unreadable", Some(why)),
                    })
                }
            };
            match found {
                Ok(segments) => {
                    for segment in segments.iter().filter(|segment| segment.channel == channel) {
                        rate_hz.get_or_insert(segment.rate_hz);
                        is_counts &= matches!(segment.samples, Samples::I32(_));
                        columns.add(segment);
                    }
                }
                Err((why, reason)) => {
                    let own = record.pieces.iter().filter(|piece| piece.channel == channel);
                    // Its last sample lasts as long as the others.
                    let until = |piece: &Piece| piece.span.to.plus_s(1e6 / piece.rate_uhz.max(1) as f64);
                    let span = |piece: &Piece| Interval { from: piece.span.from, to: until(piece) };
                    absent.extend(own.map(|piece| (span(piece), why, reason.clone())));
                }
            }
        }
        absent.extend(cut.map(|from| (Interval { from, to: span.to }, "over-bound", None)));
        let stated = records.iter().flat_map(|record| &record.pieces).find(|piece| piece.channel == channel);
        let rate_hz = rate_hz.or_else(|| stated.map(|piece| piece.rate_uhz as f64 / 1e6));
        let least_ns = rate_hz.map_or(0, |rate_hz| (JOINED * NS_PER_S as f64 / rate_hz) as i64);
        let missing = columns.missing(least_ns).iter().flat_map(|gap| explained(gap, &absent, least_ns)).collect();
        let (low, high) = columns.extremes().iter().map(|pair| pair.unzip()).unzip();
        Trace {
            owner: heard.owner,
            class: heard.class.name().to_owned(),
            array: heard.array.as_ref().map(|(array, _)| array.clone()),
            elements: heard.array.map(|(_, elements)| elements),
            distance_km: f64::from(heard.distance_m) / 1e3,
            rate_hz,
            unit: if is_counts { "counts" } else { "as-recorded" }.to_owned(),
            low,
            high,
            missing,
            picks: heard.picks,
            expected: Vec::new(),
            channel,
        }
    }
}

/// What is missing, cut by what is known of why: where nothing is, nothing was registered. What is not longer than `least_ns`
/// between two records is no gap.
fn explained(gap: &Interval, absent: &[Absent], least_ns: i64) -> Vec<Missing> {
    let mut own: Vec<&Absent> = absent.iter().filter(|(span, ..)| span.from < gap.to && span.to > gap.from).collect();
    own.sort_by_key(|(span, ..)| (span.from, span.to));
    let mut pieces: Vec<(Interval, &str, Option<&String>)> = Vec::new();
    let mut at = gap.from;
    for (span, why, reason) in own {
        if span.from.0 - at.0 > least_ns {
            pieces.push((Interval { from: at, to: span.from }, "no-record", None));
            at = span.from;
        }
        let to = span.to.min(gap.to);
        match pieces.last_mut().filter(|(_, last, said)| last == why && *said == reason.as_ref()) {
            // Records of the same fate are one gap.
            Some((last, ..)) => last.to = to.max(last.to),
            None if at < to => pieces.push((Interval { from: at, to }, why, reason.as_ref())),
            None => {}
        }
        at = at.max(to);
    }
    if gap.to.0 - at.0 > least_ns {
        pieces.push((Interval { from: at, to: gap.to }, "no-record", None));
    }
    let say = |(span, why, reason): (Interval, &str, Option<&String>)| Missing {
        from: span.from.to_string(),
        to: span.to.to_string(),
        why: why.to_owned(),
        reason: reason.cloned(),
    };
    pieces.into_iter().map(say).collect()
}

/// What arrived in each channel; of an array in the first of its elements.
fn heard(file: &CaseFile) -> BTreeMap<String, Heard> {
    let uses = file.event().map(|(_, event)| event.content.solution.arrivals.as_slice()).unwrap_or_default();
    let used = |hash: Hash| uses.iter().find(|used| used.hash() == hash);
    let mut found: BTreeMap<String, Heard> = BTreeMap::new();
    let mut add = |channel: &str, new: Heard| {
        let held = found.entry(channel.to_owned()).or_insert_with(|| Heard {
            picks: Vec::new(),
            onsets: Vec::new(),
            ..new.clone()
        });
        held.array = held.array.take().or(new.array);
        held.picks.extend(new.picks);
        held.onsets.extend(new.onsets);
    };
    for (_, detection) in &file.detections {
        let (content, hash) = (&detection.content, detection.content_hash());
        let Some((Cited::Detection { phase, .. }, distance_m)) = used(hash).map(|used| (used.cited, used.distance_m))
        else {
            continue;
        };
        let pick = Pick::new(content.onset, content.onset_sigma_us, phase, hash);
        let (owner, class) = (content.owner.clone(), content.class);
        add(
            &content.channel,
            Heard { owner, class, array: None, distance_m, picks: vec![pick], onsets: vec![content.onset] },
        );
    }
    for (_, bearing) in &file.bearings {
        let (content, hash) = (&bearing.content, bearing.content_hash());
        let Some((Cited::Bearing { phase, .. }, distance_m)) = used(hash).map(|used| (used.cited, used.distance_m))
        else {
            continue;
        };
        let Some(first) = content.elements.first() else { continue };
        let pick = Pick::new(content.onset, content.onset_sigma_us, phase, hash);
        let array = Some((content.array.clone(), content.elements.len()));
        let owner = content.owners.join(", ");
        add(
            first,
            Heard { owner, class: content.class, array, distance_m, picks: vec![pick], onsets: vec![content.onset] },
        );
    }
    for held in found.values_mut() {
        held.picks.sort_by(|a, b| a.onset.cmp(&b.onset).then(a.content.cmp(&b.content)));
    }
    found
}

/// From before the origin time to after the last onset, as far as one answer goes.
fn whole(file: &CaseFile, heard: &[(String, Heard)]) -> Interval {
    let origin = file.event().map(|(_, event)| event.content.solution.posterior.time_mean);
    let instants: Vec<Time> = heard.iter().flat_map(|(_, heard)| heard.onsets.iter().copied()).chain(origin).collect();
    let first = instants.iter().min().copied().unwrap_or(Time(0)).plus_s(-BEFORE_S);
    let last = instants.iter().max().copied().unwrap_or(Time(0)).plus_s(AFTER_S);
    Interval { from: first, to: last.min(Time(first.0.saturating_add(SPAN_S_MAX * NS_PER_S))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(from: i64, to: i64) -> Interval {
        Interval { from: Time(from * NS_PER_S), to: Time(to * NS_PER_S) }
    }

    fn said(gap: Interval, absent: &[Absent]) -> Vec<(String, String)> {
        let second = |text: &str| text[17..19].to_owned();
        let one = |gap: Missing| (format!("{} to {}", second(&gap.from), second(&gap.to)), gap.why);
        explained(&gap, absent, NS_PER_S / 10).into_iter().map(one).collect()
    }

    fn says(spans: &[(&str, &str)]) -> Vec<(String, String)> {
        spans.iter().map(|(span, why)| ((*span).to_owned(), (*why).to_owned())).collect()
    }

    #[test]
    fn what_is_missing_is_explained_by_the_records_that_are_not_read() {
        assert_eq!(said(s(10, 20), &[]), says(&[("10 to 20", "no-record")]));
        let erased = |from, to| (s(from, to), "erased", Some("asked for".to_owned()));
        // Two records one after the other are one gap; around them nothing was registered.
        let both = [erased(15, 18), erased(12, 15)];
        assert_eq!(
            said(s(10, 20), &both),
            says(&[("10 to 12", "no-record"), ("12 to 18", "erased"), ("18 to 20", "no-record")])
        );
        // What reaches over the edge is cut.
        assert_eq!(said(s(10, 20), &[erased(0, 59)]), says(&[("10 to 20", "erased")]));
        let apart = [
            erased(10, 15),
            (Interval { from: Time(15 * NS_PER_S + 100), to: s(0, 20).to }, "erased", Some("asked for".to_owned())),
        ];
        assert_eq!(said(s(10, 20), &apart), says(&[("10 to 20", "erased")]), "a spacing between stamps is no gap");
        let other = [(s(10, 15), "unreadable", None), erased(15, 20)];
        assert_eq!(said(s(10, 20), &other), says(&[("10 to 15", "unreadable"), ("15 to 20", "erased")]));
        // What lies elsewhere explains nothing.
        assert_eq!(said(s(10, 20), &[erased(30, 40)]), says(&[("10 to 20", "no-record")]));
    }
}
