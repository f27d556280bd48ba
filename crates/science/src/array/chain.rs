//! An array's detector: segments of its elements in, arrivals with their direction out, as they stream.
//!
//! # Algorithm
//! Windows begin at multiples of a step since 1970. Of each window
//! 1. the elements are taken that have all of its samples at one rate, three at the least;
//! 2. the strongest beam over all azimuths and slownesses down to the slowest wave ([`fk`](super::fk), exactly), or the
//!    plane wave of the pairs' delays, gives a slowness and an F;
//! 3. F is compared with what the strongest beam of noise exceeds with probability p ([`scan`](super::scan)), times the
//!    stretch C of the past: how much more coherent noise is here than independent noise (adaptive F-detector,
//!    S. J. Arrowsmith et al. 2009, [`fdetector`](super::fdetector)).
//!
//! Windows in a row above it whose slowness vectors are alike make an **arrival**. Of overlapping windows with different
//! waves the weaker is *masked* and counts for none: near a strong pulse windows that hold but its flank point anywhere.
//! So a weaker wave is not told from a stronger one whose window overlaps its own. Its direction is that of the window
//! with the largest F, after the delays between its elements said that one wave front passed them
//! ([`resolve`](super::resolve)): else there is no bearing, and the reason why. A wrong element is found by least-trimmed
//! squares from five elements on, left out and named. The onset is sought in the beam (AIC), in the band.
//!
//! **Alignment.** Nothing is resampled. An element's samples of a window are those nearest in time; by how much the
//! first comes late, at most half a sample, is taken off as a phase in the band, which is exact for what the window's
//! spectrum holds. Where stamps drift within a window the time of its first sample counts.
//!
//! **Order and cuts.** Outcomes depend on the samples and their times alone: neither on how elements were cut into
//! segments or interleaved, nor on the order in which elements were named, bit for bit, as long as stamps lie on one line
//! (see [`dsp::chain`](crate::dsp::chain)), no element's clock is set back, and no element is behind the third-foremost
//! one by more than `wait_s` of the recordings' time: then windows go on without it, and what comes too late is not used.
//! Long segments must be cut before ([`pieces`]). Times moved by a multiple of the step move the outcomes. A stream that
//! begins later gives the same arrivals once the past is full of the same windows; bit for bit where a sample takes a
//! whole number of nanoseconds, else up to the rounding of stamps.
//!
//! **Warm-up.** Nothing is decided before [`PAST_MIN`](super::fdetector::PAST_MIN) windows are in the past.
//!
//! **What interrupts** is an [`Impediment`]: of a channel, or of the array. Gaps, changes of rate, broken or constant
//! samples take an element out of the windows that they touch; the others go on. An element with a questionable clock
//! stays (its samples are good), is named in every arrival, and is left out if the delays contradict it.
//!
//! **Memory**: of each element the samples of `wait_s`, `arrival_s_max` and four windows at the most, and never more than
//! [`HELD_SAMPLES_MAX`]; the F of the past.
//!
//! # Checked against
//! `tests/array_chain*.rs`, and recordings (`crates/engine/tests/recordings_arrays.rs`); figures stand there.
mod element;
mod run;
mod settings;
mod state;
mod window;

use super::bearing::Elevation;
use super::error::{ArrayError, Kind};
use super::geometry::{Geometry, MIN_ELEMENTS, Offset};
use crate::dsp;
use element::{Stream, View};
use run::{Field, Run, WINDOWS_BEFORE, mask, start_of, window_from, window_until};
pub use settings::{Method, Settings};
use std::collections::VecDeque;
use truceline_model::bearing::Unresolved;
use truceline_model::time::Time;
use truceline_model::waveform::{Samples, Segment};
use window::{Noise, Teams, of_one_rate};

/// The most samples of an element that are held, whatever rate its records claim: 32 MiB, 12 hours at 100 Hz, 3 minutes
/// at 22 kHz.
pub const HELD_SAMPLES_MAX: usize = 1 << 22;

/// Where an element stands, and the channel that it sends.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    /// The channel's identifier.
    pub channel: String,
    /// Its place, from any point.
    pub offset: Offset,
}

/// A direction, with its uncertainties kept apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Towards {
    /// Back-azimuth, from the array towards the source, degrees clockwise from north, in [0, 360).
    pub azimuth_deg: f64,
    /// What noise, timing and the elements' places leave uncertain (Cramer-Rao bound), one sigma, degrees.
    pub azimuth_sigma_deg: f64,
    /// By how much the azimuths of the arrival's windows differ beyond their sigmas, degrees, rms weighed by F - 1.
    pub azimuth_spread_deg: f64,
    /// What the way between source and array adds, as the settings state it, one sigma, degrees.
    pub azimuth_propagation_sigma_deg: f64,
    /// Horizontal (trace) slowness, s/km.
    pub slowness_s_km: f64,
    /// Its standard deviation as for the azimuth, s/km.
    pub slowness_sigma_s_km: f64,
    /// By how much the slownesses of the arrival's windows differ beyond their sigmas, s/km.
    pub slowness_spread_s_km: f64,
    /// The covariance of the slowness vector (east-east, east-north, north-north), s2/km2; neither spread nor propagation
    /// are in it.
    pub covariance_s2_km2: [f64; 3],
    /// Angle above the horizon, of arrays with elements at different heights.
    pub elevation: Option<Elevation>,
    /// Whether the wave front is curved: the source is near.
    pub near: bool,
}

impl Towards {
    /// What the array leaves uncertain of the azimuth, sigma and spread together, degrees.
    #[must_use]
    pub fn azimuth_sigma_own_deg(&self) -> f64 {
        libm::hypot(self.azimuth_sigma_deg, self.azimuth_spread_deg)
    }

    /// Everything that makes the azimuth of the source uncertain, one sigma, degrees.
    #[must_use]
    pub fn azimuth_sigma_total_deg(&self) -> f64 {
        libm::hypot(self.azimuth_sigma_own_deg(), self.azimuth_propagation_sigma_deg)
    }
}

/// From where a wave came, or why that is not known. There is no place in it: an array alone has none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Direction {
    /// From there.
    Towards(Towards),
    /// There is no bearing.
    NotResolvable(Unresolved),
}

/// A wave that passed an array.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// The onset at the mean of all the array's elements. If it could not be picked, the middle of the first window.
    pub time: Time,
    /// Its standard deviation, s; clocks are not in it. As for a single channel's sudden arrival
    /// ([`dsp::chain::Arrival::sigma_s`]); one that swells is picked later than it began.
    pub sigma_s: f64,
    /// Whether the onset was picked in the beam.
    pub onset_picked: bool,
    /// The middle of the window with the largest F.
    pub peak: Time,
    /// Start of the first window.
    pub from: Time,
    /// End of the last window.
    pub to: Time,
    /// From where.
    pub direction: Direction,
    /// The largest F.
    pub f_statistic: f64,
    /// The stretch C of the past at the arrival's last window: F over it is as if noise were independent.
    pub stretch: f64,
    /// How many windows make it.
    pub windows: usize,
    /// How many elements were used.
    pub elements: usize,
    /// Channels that gave nothing to the strongest window.
    pub without: Vec<String>,
    /// The channel that contradicts the others, and was left out.
    pub wrong_element: Option<String>,
    /// The beam's largest absolute value in the band, in units of the samples.
    pub amplitude: f64,
    /// The same over the rms before the onset; 1 where nothing but silence came before.
    pub snr: f64,
    /// Channels whose clock was called questionable.
    pub clock_questionable: Vec<String>,
    /// It goes on the arrival before, which became too long.
    pub continued: bool,
    /// Samples ended before it did.
    pub cut_short: bool,
}

/// Why an element gives nothing to windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// It has not all of their samples.
    NoSamples,
    /// Its rate is another one than most have.
    OtherRate,
    /// One and the same value all through.
    Flat,
}

/// What kept the detector from seeing, or spoils what it saw.
#[derive(Debug, Clone, PartialEq)]
pub enum Impediment {
    /// Something about a channel's records.
    Channel {
        /// Which.
        channel: String,
        /// What.
        what: dsp::chain::Impediment,
    },
    /// The band cannot be seen at this rate; nothing of the channel is used until it changes.
    RateUnusable {
        /// Which channel.
        channel: String,
        /// Since when.
        at: Time,
        /// The rate, Hz.
        rate_hz: f64,
    },
    /// Windows go on without this element.
    Missing {
        /// Which channel.
        channel: String,
        /// Start of the first such window.
        at: Time,
        /// Why.
        why: Absence,
    },
    /// Windows hold this element again.
    Again {
        /// Which channel.
        channel: String,
        /// Start of the first such window.
        at: Time,
    },
    /// Fewer than three elements, or elements on one line: nothing was seen in the windows that begin within.
    Blind {
        /// Start of the first such window.
        from: Time,
        /// Start of the first window that could be seen again.
        to: Time,
    },
}

impl Impediment {
    fn of(channel: &str, what: dsp::chain::Impediment) -> Self {
        Self::Channel { channel: channel.to_owned(), what }
    }
}

/// What came out. Arrivals and the array's impediments are in order of time, a channel's in order of its segments.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// Arrivals.
    pub arrivals: Vec<Arrival>,
    /// Impediments.
    pub impediments: Vec<Impediment>,
}

/// An array's detector. Its canonical bytes are all that it remembers, settings included.
#[derive(Debug, Clone)]
pub struct ArrayDetector {
    settings: Settings,
    /// By channel, ascending.
    offsets: Vec<Offset>,
    survey_sigma_m: f64,
    streams: Vec<Stream>,
    noise: Noise,
    run: Run,
    /// Runs that ended, but may still be masked.
    ended: VecDeque<Run>,
    /// The next window to look at; none before the first.
    next: Option<i64>,
    /// Since when the array is blind.
    blind: Option<Time>,
    teams: Teams,
}

impl ArrayDetector {
    /// For these elements, the standard deviation of whose places along any direction is given, m.
    ///
    /// # Errors
    /// If the elements make no array ([`Geometry::new`]), two have one channel, or a setting is out of its range.
    pub fn new(elements: &[Element], survey_sigma_m: f64, settings: Settings) -> Result<Self, ArrayError> {
        settings.check()?;
        let mut sorted: Vec<&Element> = elements.iter().collect();
        sorted.sort_by(|a, b| a.channel.cmp(&b.channel));
        if let Some(pair) = sorted.windows(2).find(|pair| pair[0].channel == pair[1].channel) {
            return Err(ArrayError(Kind::Twice { channel: pair[0].channel.clone() }));
        }
        let offsets: Vec<Offset> = sorted.iter().map(|element| element.offset).collect();
        Geometry::new(&offsets)?.with_survey_sigma_m(survey_sigma_m)?;
        let streams = sorted.iter().map(|element| Stream::new(&element.channel)).collect();
        Ok(Self {
            settings,
            offsets,
            survey_sigma_m,
            streams,
            noise: Noise::default(),
            run: Run::default(),
            ended: VecDeque::new(),
            next: None,
            blind: None,
            teams: Teams::default(),
        })
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The channels, ascending.
    pub fn channels(&self) -> impl Iterator<Item = &str> {
        self.streams.iter().map(|stream| stream.channel.as_str())
    }

    /// Takes a segment in, and appends what comes of it.
    ///
    /// # Errors
    /// If its channel is none of the elements', or windows cannot be computed (a band without a frequency at this
    /// window's length, beams above [`BEAMS_MAX`](super::fk::BEAMS_MAX)).
    pub fn push(&mut self, segment: &Segment, outcome: &mut Outcome) -> Result<(), ArrayError> {
        let found = self.streams.binary_search_by(|stream| stream.channel.as_str().cmp(&segment.channel));
        let Ok(element) = found else {
            return Err(ArrayError(Kind::Channel { channel: segment.channel.clone() }));
        };
        let (high_hz, quality_min) = (self.settings.high_hz, self.settings.clock_quality_percent_min);
        self.streams[element].push(segment, high_hz, quality_min, &mut outcome.impediments);
        while let Some(window) = self.ready() {
            self.examine(window, outcome)?;
        }
        self.forget(element);
        Ok(())
    }

    /// Looks at what is left, and closes what is open. What comes next begins anew; the past stays.
    ///
    /// # Errors
    /// As [`ArrayDetector::push`].
    pub fn finish(&mut self, outcome: &mut Outcome) -> Result<(), ArrayError> {
        let settings = &self.settings;
        let mut ends: Vec<Time> = self.streams.iter().filter_map(|stream| stream.end()).collect();
        ends.sort();
        // A piece of a window is none.
        let third = ends.len().checked_sub(MIN_ELEMENTS).map_or(Time(i64::MIN), |third| ends[third]);
        let last = window_until(third.plus_s(-settings.window_s), settings.step_s);
        while let Some(window) = self.next_useful() {
            let start = start_of(window, self.settings.step_s);
            let whole = |stream: &&Stream| stream.view(start, self.settings.window_s).is_some();
            let is_piece = window > last || window == last && self.streams.iter().filter(whole).count() < MIN_ELEMENTS;
            if is_piece {
                break;
            }
            self.examine(window, outcome)?;
        }
        self.end_run(true);
        self.give(i64::MAX, outcome);
        if let (Some(from), Some(next)) = (self.blind.take(), self.next) {
            outcome.impediments.push(Impediment::Blind { from, to: start_of(next, self.settings.step_s) });
        }
        for stream in &mut self.streams {
            stream.pieces.clear();
            stream.open = false;
        }
        self.next = None;
        Ok(())
    }

    /// The next window of which all that is waited for has come.
    fn ready(&self) -> Option<i64> {
        let mut ends: Vec<Time> = self.streams.iter().map(|stream| stream.end().unwrap_or(Time(i64::MIN))).collect();
        ends.sort();
        let (behind, third) = (ends[0], ends[ends.len() - MIN_ELEMENTS]);
        if third == Time(i64::MIN) {
            return None;
        }
        let all = behind > Time(i64::MIN);
        let due =
            if all { behind.max(third.plus_s(-self.settings.wait_s)) } else { third.plus_s(-self.settings.wait_s) };
        let window = self.next_useful()?;
        // A sample more, so that the last one of the window is there whatever its phase.
        let lowest_hz =
            self.streams.iter().filter_map(|stream| stream.pieces.back()).map(|piece| piece.timeline.rate_hz);
        let sample_s = 1.0 / lowest_hz.fold(f64::INFINITY, f64::min);
        (start_of(window, self.settings.step_s).plus_s(self.settings.window_s + sample_s) <= due).then_some(window)
    }

    /// The next window, or the first one after it that three elements may see.
    fn next_useful(&self) -> Option<i64> {
        let step_s = self.settings.step_s;
        let from = self.next.map_or(Time(i64::MIN), |next| start_of(next, step_s));
        let mut starts: Vec<Time> = self.streams.iter().filter_map(|stream| stream.next_from(from)).collect();
        starts.sort();
        let third = *starts.get(MIN_ELEMENTS - 1)?;
        Some(window_from(third, step_s).max(self.next.unwrap_or(i64::MIN)))
    }

    /// Looks at one window.
    fn examine(&mut self, window: i64, outcome: &mut Outcome) -> Result<(), ArrayError> {
        let settings = &self.settings;
        let start = start_of(window, settings.step_s);
        if self.next.is_some_and(|next| next < window) {
            // Windows between were passed over: too few had samples.
            let from = start_of(self.next.unwrap_or(window), settings.step_s);
            self.blind.get_or_insert(from);
        }
        self.next = Some(window + 1);
        let mut views: Vec<(usize, View<'_>)> = Vec::new();
        let mut absent: Vec<Option<Absence>> = vec![None; self.streams.len()];
        for (element, stream) in self.streams.iter().enumerate() {
            match stream.view(start, settings.window_s) {
                None => absent[element] = Some(Absence::NoSamples),
                Some(view) if is_flat(view.samples) => absent[element] = Some(Absence::Flat),
                Some(view) => views.push((element, view)),
            }
        }
        let (members, kept) = of_one_rate(&views);
        for (element, _) in &views {
            if !members.contains(element) {
                absent[*element] = Some(Absence::OtherRate);
            }
        }
        let rate_hz = kept.iter().map(|view| view.rate_hz).fold(f64::INFINITY, f64::min);
        let team = match members.len() < MIN_ELEMENTS {
            true => None,
            false => self.teams.of(&members, rate_hz, &self.offsets, self.survey_sigma_m),
        };
        let look = match team {
            None => None,
            Some(team) => {
                let look = team.look(window, start, &kept, settings)?;
                let stretch = self.noise.stretch();
                let above = stretch.is_some_and(|stretch| look.bearing.f_statistic > team.threshold(stretch));
                self.noise.remember(look.bearing.f_statistic, team.ln_mode(), settings.past);
                Some((look, stretch.unwrap_or(1.0), above))
            }
        };
        for (stream, why) in self.streams.iter_mut().zip(absent) {
            if why != stream.missing {
                stream.missing = why;
                let channel = stream.channel.clone();
                outcome.impediments.push(match why {
                    Some(why) => Impediment::Missing { channel, at: start, why },
                    None => Impediment::Again { channel, at: start },
                });
            }
        }
        match look {
            None => {
                self.blind.get_or_insert(start);
                self.end_run(true);
            }
            Some((mut look, stretch, above)) => {
                if let Some(from) = self.blind.take() {
                    outcome.impediments.push(Impediment::Blind { from, to: start });
                }
                let full = self.run.looks.len() >= self.settings.run_max();
                if !above || !self.run.goes_on(&look, self.settings.like_share) {
                    self.end_run(false);
                } else if full {
                    self.end_run(false);
                    self.run.continued = true;
                }
                if above {
                    let others = self.ended.iter_mut().chain([&mut self.run]).flat_map(|run| &mut run.looks);
                    others.for_each(|other| mask(other, &mut look, &self.settings));
                    self.run.stretch = stretch;
                    self.run.looks.push(look);
                }
            }
        }
        self.give(window, outcome);
        Ok(())
    }

    /// Ends the run of windows.
    fn end_run(&mut self, cut_short: bool) {
        let mut run = std::mem::take(&mut self.run);
        self.run.free_from = run.free_from;
        if let Some(last) = run.looks.last() {
            self.run.free_from = Some(last.bearing.start.plus_s(self.settings.step_s));
            run.cut_short = cut_short;
            self.ended.push_back(run);
        }
    }

    /// Gives the arrivals of runs that no window after this one can mask.
    fn give(&mut self, window: i64, outcome: &mut Outcome) {
        let overlapping = (self.settings.window_s / self.settings.step_s).ceil() as i64;
        let settled =
            |run: &mut Run| run.looks.last().is_none_or(|last| window.saturating_sub(last.window) >= overlapping);
        while let Some(run) = self.ended.pop_front_if(settled) {
            let field = Field {
                streams: &self.streams,
                offsets: &self.offsets,
                survey_sigma_m: self.survey_sigma_m,
                settings: &self.settings,
            };
            outcome.arrivals.extend(run.arrival(&field));
        }
    }

    /// Drops what no window needs any more.
    fn forget(&mut self, pushed: usize) {
        let settings = &self.settings;
        let oldest = self.ended.front().unwrap_or(&self.run);
        let first = oldest.looks.first().map(|look| look.bearing.start);
        let next = self.next.map(|next| start_of(next, settings.step_s));
        let margin_s = (WINDOWS_BEFORE + 1.0) * settings.window_s;
        let before = first.or(next).map_or(Time(i64::MIN), |time| time.plus_s(-margin_s));
        let seconds_max = settings.wait_s + settings.arrival_s_max + 4.0 * settings.window_s;
        for (element, stream) in self.streams.iter_mut().enumerate() {
            let held: usize = stream.pieces.iter().map(|piece| piece.samples.len()).sum();
            // All are shortened as windows go on, the one that grew at once.
            if element == pushed || held > 0 {
                stream.forget(before, seconds_max);
            }
            let mut surplus = held.saturating_sub(HELD_SAMPLES_MAX);
            for piece in &mut stream.pieces {
                let dropped = surplus.min(piece.samples.len());
                piece.drop_first(dropped);
                surplus -= dropped;
            }
        }
    }
}

/// Whether all samples are the same.
fn is_flat(samples: &[f64]) -> bool {
    samples.first().is_some_and(|first| samples.iter().all(|sample| sample == first))
}

/// Segments cut into pieces of at most a duration, in order of their times: so that no element runs ahead of the others.
#[must_use]
pub fn pieces(segments: &[Segment], length_s: f64) -> Vec<Segment> {
    let mut pieces = Vec::new();
    for segment in segments {
        let samples = segment.samples.len();
        let length = ((length_s * segment.rate_hz) as usize).max(1);
        for first in (0..samples).step_by(length) {
            let range = first..(first + length).min(samples);
            let samples = match &segment.samples {
                Samples::I32(samples) => Samples::I32(samples[range].to_vec()),
                Samples::F32(samples) => Samples::F32(samples[range].to_vec()),
                Samples::F64(samples) => Samples::F64(samples[range].to_vec()),
            };
            pieces.push(Segment { start: segment.time_of(first), samples, ..segment.clone() });
        }
    }
    pieces.sort_by(|a, b| a.start.cmp(&b.start).then_with(|| a.channel.cmp(&b.channel)));
    pieces
}
