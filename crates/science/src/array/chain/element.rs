//! The samples of one element, as they came: with the time of each, and what is known of its clock.
use super::{Absence, Impediment};
use crate::array::traces::{RATE_HZ_MAX, RATE_HZ_MIN, SAMPLE_MAX};
use crate::dsp::chain::timeline::{Fit, RATE_TOLERANCE, Timeline};
use std::collections::VecDeque;
use truceline_model::time::Time;
use truceline_model::waveform::{ClockFlags, Segment};

/// The most pieces of an element's samples that are held: one a second for the longest wait. Past it the oldest go.
pub(super) const PIECES_MAX: usize = 4_096;

/// The most changes of time or clock within a piece: past it a new piece begins.
const MARKS_MAX: usize = 4_096;

/// An element's samples that may still be needed.
#[derive(Debug, Clone)]
pub(super) struct Stream {
    pub(super) channel: String,
    /// In the order they came; the last one goes on, if `open`.
    pub(super) pieces: VecDeque<Piece>,
    pub(super) open: bool,
    pub(super) clock_questionable: bool,
    /// Some record said that the clock was locked.
    pub(super) lock_seen: bool,
    /// The last rate that was refused, so that it is said once.
    pub(super) unusable_hz: Option<f64>,
    /// Why it was said to be missing, while it is.
    pub(super) missing: Option<Absence>,
}

/// Samples without an interruption.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) timeline: Timeline,
    /// The sample of the stretch with which `samples` begins.
    pub(super) first: u64,
    pub(super) samples: Vec<f64>,
    /// From which sample on which line of time holds, and whether the clock is questionable.
    pub(super) marks: Vec<Mark>,
}

/// What holds from a sample on.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub(super) from: u64,
    pub(super) timeline: Timeline,
    pub(super) questionable: bool,
}

/// The samples of an element in a window.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) samples: &'a [f64],
    /// By how much the first was taken later than the window begins, s; at most half a sample.
    pub(super) late_s: f64,
    pub(super) rate_hz: f64,
    pub(super) questionable: bool,
}

impl Stream {
    pub(super) fn new(channel: &str) -> Self {
        Self {
            channel: channel.to_owned(),
            pieces: VecDeque::new(),
            open: false,
            clock_questionable: false,
            lock_seen: false,
            unusable_hz: None,
            missing: None,
        }
    }

    /// Takes a segment's samples in.
    pub(super) fn push(&mut self, segment: &Segment, high_hz: f64, quality_min: u8, impediments: &mut Vec<Impediment>) {
        if segment.samples.is_empty() {
            return;
        }
        self.note_clock(segment, quality_min, impediments);
        let Some(skip) = self.fit(segment, high_hz, impediments) else { return };
        let mut samples = Vec::with_capacity(segment.samples.len());
        segment.samples.extend_f64(&mut samples);
        let mut rest = &samples[skip..];
        let broken = |sample: &f64| !(-SAMPLE_MAX..=SAMPLE_MAX).contains(sample);
        while !rest.is_empty() {
            let good = rest.iter().position(broken).unwrap_or(rest.len());
            self.take(&rest[..good]);
            rest = &rest[good..];
            let bad = rest.iter().position(|sample| !broken(sample)).unwrap_or(rest.len());
            let Some(piece) = self.pieces.back().filter(|_| bad > 0) else { continue };
            let what = crate::dsp::chain::Impediment::NotFinite { at: piece.timeline.end(), samples: bad as u64 };
            impediments.push(Impediment::of(&self.channel, what));
            let after = piece.timeline.after(bad);
            self.begin(after);
            rest = &rest[bad..];
        }
    }

    /// Makes room for a segment; how many of its samples are to be left out, `None` for all.
    fn fit(&mut self, segment: &Segment, high_hz: f64, impediments: &mut Vec<Impediment>) -> Option<usize> {
        let rate_hz = segment.rate_hz;
        let known = if self.open { self.pieces.back_mut() } else { None };
        let Some(piece) = known else {
            return self.anew(segment.start, 0, rate_hz, high_hz, impediments).then_some(0);
        };
        let known_hz = piece.timeline.rate_hz;
        if rate_hz.is_nan() || (rate_hz - known_hz).abs() > RATE_TOLERANCE * known_hz {
            let what =
                crate::dsp::chain::Impediment::RateChange { at: segment.start, from_hz: known_hz, to_hz: rate_hz };
            impediments.push(Impediment::of(&self.channel, what));
            return self.anew(segment.start, 0, rate_hz, high_hz, impediments).then_some(0);
        }
        let mut said = Vec::new();
        let fit = piece.timeline.fit(segment, &mut said);
        impediments.extend(said.into_iter().map(|what| Impediment::of(&self.channel, what)));
        match fit {
            Fit::GoesOn => Some(0),
            Fit::Seen => None,
            Fit::Anew(skip) => {
                self.begin(Timeline::new(segment.start, skip, known_hz));
                Some(skip)
            }
        }
    }

    /// Begins a piece of a rate that may be new; whether it can be used.
    fn anew(
        &mut self,
        start: Time,
        skip: usize,
        rate_hz: f64,
        high_hz: f64,
        impediments: &mut Vec<Impediment>,
    ) -> bool {
        if (RATE_HZ_MIN..=RATE_HZ_MAX).contains(&rate_hz) && rate_hz > 2.0 * high_hz {
            self.unusable_hz = None;
            self.begin(Timeline::new(start, skip, rate_hz));
            return true;
        }
        self.open = false;
        // By bits: a rate that is not a number equals itself here.
        if self.unusable_hz.map(f64::to_bits) != Some(rate_hz.to_bits()) {
            let channel = self.channel.clone();
            impediments.push(Impediment::RateUnusable { channel, at: start, rate_hz });
        }
        self.unusable_hz = Some(rate_hz);
        false
    }

    fn begin(&mut self, timeline: Timeline) {
        // An empty piece says nothing.
        if self.pieces.back().is_some_and(|piece| piece.timeline.next_index == 0) {
            self.pieces.pop_back();
        }
        if self.pieces.len() >= PIECES_MAX {
            self.pieces.pop_front();
        }
        self.pieces.push_back(Piece { timeline, first: 0, samples: Vec::new(), marks: Vec::new() });
        self.open = true;
    }

    fn take(&mut self, samples: &[f64]) {
        if samples.is_empty() {
            return;
        }
        let questionable = self.clock_questionable;
        if let Some(piece) = self.pieces.back().filter(|piece| piece.marks.len() >= MARKS_MAX) {
            let after = piece.timeline.after(0);
            self.begin(after);
        }
        let Some(piece) = self.pieces.back_mut() else { return };
        let same = |mark: &Mark| mark.questionable == questionable && mark.timeline.is_line_of(&piece.timeline);
        if !piece.marks.last().is_some_and(same) {
            let (from, timeline) = (piece.timeline.next_index, piece.timeline.without_dropped());
            piece.marks.push(Mark { from, timeline, questionable });
        }
        piece.samples.extend_from_slice(samples);
        piece.timeline.next_index += samples.len() as u64;
    }

    fn note_clock(&mut self, segment: &Segment, quality_min: u8, impediments: &mut Vec<Impediment>) {
        let ClockFlags { questionable, locked, quality_percent } = segment.clock;
        self.lock_seen |= locked == Some(true);
        // As in a single channel's detector: a flag's absence speaks only where it was there before.
        let now = questionable == Some(true)
            || self.lock_seen && locked == Some(false)
            || quality_percent.is_some_and(|percent| percent < quality_min);
        if now != self.clock_questionable {
            use crate::dsp::chain::Impediment::{ClockQuestionable, ClockTrusted};
            let at = segment.start;
            let what = if now { ClockQuestionable { at } } else { ClockTrusted { at } };
            impediments.push(Impediment::of(&self.channel, what));
            self.clock_questionable = now;
        }
    }

    /// Up to where its samples reach; none if none came.
    pub(super) fn end(&self) -> Option<Time> {
        self.pieces.back().map(|piece| piece.timeline.end())
    }

    /// The samples of a window, if one piece holds them all.
    pub(super) fn view(&self, start: Time, length_s: f64) -> Option<View<'_>> {
        self.pieces.iter().find_map(|piece| piece.view(start, length_s))
    }

    /// The first instant from one on of which a sample is held.
    pub(super) fn next_from(&self, start: Time) -> Option<Time> {
        let later = self.pieces.iter().filter(|piece| piece.timeline.end() > start && !piece.samples.is_empty());
        later.map(|piece| piece.start().max(start)).min()
    }

    /// Drops what lies before an instant, and what is more than the newest samples of a duration.
    pub(super) fn forget(&mut self, before: Time, seconds_max: f64) {
        while self.pieces.len() > 1 && self.pieces[0].timeline.end() < before {
            self.pieces.pop_front();
        }
        let newest = self.end();
        for piece in &mut self.pieces {
            let bound = newest.map_or(before, |end| end.plus_s(-seconds_max)).max(before);
            piece.forget(bound);
        }
        self.pieces.retain(|piece| piece.timeline.next_index == 0 || !piece.samples.is_empty());
        self.open &= !self.pieces.is_empty();
    }
}

impl Piece {
    fn start(&self) -> Time {
        let mark = self.marks.iter().rev().find(|mark| mark.from <= self.first);
        mark.map_or(self.timeline.end(), |mark| mark.timeline.time_of(self.first as f64))
    }

    fn view(&self, start: Time, length_s: f64) -> Option<View<'_>> {
        let rate_hz = self.timeline.rate_hz;
        let samples = (length_s * rate_hz).round() as u64;
        let mut to = self.timeline.next_index;
        for mark in self.marks.iter().rev() {
            let nearest = (mark.timeline.index_of(start) + 0.5).floor();
            // The first mark also gives the time of a sample that would lie just before it: it is not held.
            if nearest >= mark.from.max(self.first) as f64 && nearest < to as f64 {
                let first = nearest as u64;
                let at = usize::try_from(first - self.first).ok()?;
                let end = at.checked_add(usize::try_from(samples).ok()?)?;
                let late_s = mark.timeline.time_of(nearest).seconds_since(start);
                let within = self.marks.iter().filter(|other| other.from < first + samples);
                let spoilt = |other: &&Mark| other.from >= mark.from && other.questionable;
                let questionable = within.filter(spoilt).count() > 0;
                return self.samples.get(at..end).map(|samples| View { samples, late_s, rate_hz, questionable });
            }
            to = mark.from;
        }
        None
    }

    fn forget(&mut self, before: Time) {
        let keep = self.timeline.index_of(before).floor().max(0.0) as u64;
        let surplus = keep.min(self.timeline.next_index).saturating_sub(self.first) as usize;
        // Samples are moved only once half of them can go.
        if surplus * 2 > self.samples.len() {
            self.drop_first(surplus.min(self.samples.len()));
        }
    }

    /// Drops the oldest samples, and the marks that no sample needs.
    pub(super) fn drop_first(&mut self, count: usize) {
        self.samples.drain(..count);
        self.first += count as u64;
        let needed = self.marks.iter().rposition(|mark| mark.from <= self.first).unwrap_or(0);
        self.marks.drain(..needed);
    }
}
