//! The beginning of an epoch: what earlier epochs served is read once more for the state, what they left unserved
//! is derived. And its end.
use super::standing::Cases;
use super::{Past, Replay};
use crate::derivation::Derivation;
use crate::input::{Input, Standing, standing};
use crate::recalled::StandingCase;
use crate::stage::{array, detect};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use truceline_evidence::admit::NEWEST_REMEMBERED;
use truceline_evidence::frame::Delivered;
use truceline_model::canonical::DecodeError;
use truceline_model::configuration::Configuration;
use truceline_model::entry;
use truceline_model::epoch::{Epoch, EpochEnd};
use truceline_model::hash::Hash;
use truceline_model::remark::Divergence;
use truceline_model::report::Report;
use truceline_model::time::{NS_PER_S, Time};

/// An epoch of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EpochSpan {
    /// The index of its entry.
    pub entry: u64,
    /// The engine that derives in it.
    pub engine: Hash,
    /// How it ended.
    pub ending: Ending,
}

/// How an epoch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It is in force.
    InForce,
    /// The entry of this index states its end, and all that it owed stands.
    Stated(u64),
    /// Another epoch began without that: this many inputs were left to it.
    CutShort(u64),
}

impl Replay {
    /// The entry that ends the epoch in force, if one is and all that its inputs are owed stands.
    #[must_use]
    pub fn epoch_end(&self) -> Option<EpochEnd> {
        let (bytes, _) = self.epoch.as_ref()?;
        let whole = !self.ended && self.unserved.is_empty() && self.expected.is_empty();
        whole.then(|| EpochEnd { epoch: Hash::of(bytes), last_input: self.last_input })
    }

    /// Compares the end that stands with the one that is due. Inputs after it wait for the next epoch.
    pub(super) fn end_epoch(&mut self, index: u64, bytes: &[u8], end: &EpochEnd) {
        let due = self.epoch_end();
        if due.as_ref() == Some(end) {
            if let Some(span) = self.report.epochs.last_mut() {
                span.ending = Ending::Stated(index);
            }
        } else if self.report.divergence.is_none() {
            let derived = due.map_or(Hash([0; 32]), |due| Hash::of(&entry::to_bytes(&due)));
            let input = end.last_input.unwrap_or(index);
            self.report.divergence = Some(Divergence { input, entry: index, stands: Hash::of(bytes), derived });
        }
        self.ended = true;
        self.derivation = None;
    }

    /// Begins an epoch at the entry of this index.
    ///
    /// Inputs are read again from the oldest that an open case can rest on: the last tick before the configured
    /// age of a case. Agreements, inventories and notices are read again however old they are; records from where an open
    /// case rests on detections. What is served gives no outputs, and its cases and revisions are called as they stand;
    /// the inputs whose markers do not stand, because the epoch before was cut short, are the first of this one.
    pub(super) fn begin_epoch<P: Past + ?Sized>(
        &mut self,
        index: u64,
        bytes: &[u8],
        epoch: Epoch,
        past: &P,
    ) -> Result<(), DecodeError> {
        let own = epoch.engine == self.engine;
        let first_unserved = self.unserved.front().copied().unwrap_or(index);
        if let Some(span) = self.report.epochs.last_mut()
            && span.ending == Ending::InForce
        {
            span.ending = Ending::CutShort(self.unserved.len() as u64);
        }
        self.report.epochs.push(EpochSpan { entry: index, engine: epoch.engine, ending: Ending::InForce });
        self.ended = false;
        self.epochs.push((first_unserved, Hash::of(bytes)));
        self.epoch_inputs = 0;
        // Outputs that the epoch before still owed are derived anew by this one.
        self.expected.clear();
        self.derivation = None;
        if !own {
            self.report.needs.push((index, epoch.engine));
            self.epoch = Some((bytes.to_vec(), epoch));
            return Ok(());
        }
        // Whatever was lost before, this epoch reads again what it needs.
        self.regain(first_unserved);
        let mut derivation = Derivation::begin(bytes, &epoch, &self.origin, self.threads);
        let configuration = &epoch.configuration;
        // A case is as old as its event; its detections came up to a window later, and stragglers up to another.
        let age_s = i64::from(configuration.case_age_max_s) + 2 * i64::from(configuration.group_window_s);
        let from = self.read_again_from(index, age_s, past)?;
        let cases = Cases::before(index, past)?;
        // First of all: what was erased by now is left out, as if it had never been there.
        derivation.know_erased(&cases.erased);
        let (open, last_case) = self.open_cases(&cases, past)?;
        let beyond_s = self.records_beyond_s(configuration, &open);
        let detectors = configuration.detectors.as_ref();
        let records_from = match detectors {
            Some(detectors) => self.read_again_from(index, detect::reach_s(detectors) + beyond_s, past)?,
            None => index,
        };
        // An array's detector remembers longer, but nothing of records before its inventory.
        let arrays = detectors.and_then(|detectors| Some((detectors, detectors.arrays.as_ref()?)));
        let elements_from = match arrays {
            Some((detectors, arrays)) => {
                self.read_again_from(index, array::reach_s(detectors, arrays) + beyond_s, past)?
            }
            None => index,
        };
        // A record that is read again needs the frame that it came in.
        let frames_from = from.min(records_from).min(elements_from);
        let mut newest_frames: BTreeMap<String, VecDeque<(u64, Delivered)>> = BTreeMap::new();
        let mut elements: BTreeSet<String> = BTreeSet::new();
        let cited: BTreeSet<Hash> = open.iter().flat_map(|case| case.arrivals.iter().copied()).collect();
        let mut reports: BTreeMap<Hash, Report> = BTreeMap::new();
        for earlier in 0..first_unserved {
            let entry = entry_of(past, earlier)?;
            let Standing::Input(hash, input) = standing(&entry)? else { continue };
            if earlier >= frames_from {
                resume_stations(&mut derivation, &mut newest_frames);
            }
            if let Input::Report(report) = &*input
                && cited.contains(&hash)
            {
                reports.insert(hash, report.clone());
            }
            let again = match &*input {
                Input::Agreement(_) | Input::Notice(_) | Input::KeyAct(_) | Input::Statement(_) => true,
                Input::Frame(frame) if earlier < frames_from => {
                    remember_frame(&derivation, &mut newest_frames, earlier, frame);
                    false
                }
                Input::Frame(_) => true,
                Input::Receipt(_) => earlier >= frames_from,
                Input::Inventory(inventory) => {
                    let sites = inventory.sites().iter().filter(|site| site.array.is_some());
                    elements.extend(sites.map(|site| site.id.clone()));
                    true
                }
                // What a reassessment made is among what stands; what was erased is known.
                Input::Reassessment(_) | Input::Erasure(_) => false,
                Input::Record(record) => {
                    let of_array = || record.pieces.iter().any(|piece| elements.contains(&piece.channel));
                    earlier >= records_from || earlier >= elements_from && of_array()
                }
                Input::RunEnd(_) => earlier >= records_from.min(elements_from),
                _ => earlier >= from,
            };
            if again {
                let payload = match Self::payload_of(&derivation, earlier, &input, past) {
                    Ok(payload) => payload,
                    Err(missing) => {
                        self.lose(*missing);
                        break;
                    }
                };
                derivation.take_served(self.epoch_of(earlier), earlier, hash, &input, &payload);
            }
        }
        resume_stations(&mut derivation, &mut newest_frames);
        derivation.align(&open, &reports);
        derivation.skip_cases(last_case);
        self.derivation = (!self.is_lost()).then_some(derivation);
        self.epoch = Some((bytes.to_vec(), epoch));
        for unserved in self.unserved.clone() {
            let entry = entry_of(past, unserved)?;
            if let Standing::Input(hash, input) = standing(&entry)? {
                self.derive(unserved, hash, &input, past)?;
            }
        }
        Ok(())
    }

    /// How much farther back records are read again than detectors remember, where what they find is associated: so that
    /// those detections come again whose window is open, and those that an open case rests on.
    fn records_beyond_s(&self, configuration: &Configuration, open: &[StandingCase]) -> i64 {
        if configuration.association.is_none() {
            return 0;
        }
        let window_s = i64::from(configuration.group_window_s);
        let of_detections = open.iter().filter(|case| !case.of_reports).map(|case| case.time_mean);
        let oldest_s = of_detections.min().zip(self.now).map_or(0, |(oldest, now)| (now.0 - oldest.0) / NS_PER_S);
        2 * window_s + oldest_s.clamp(0, i64::from(configuration.case_age_max_s))
    }

    /// The cases that stand before an entry and were not closed, and the highest number of all that stand. A name that
    /// only an output has which does not count was never given: the next epoch gives it again, to what it derives
    /// anew from the same input.
    fn open_cases<P: Past + ?Sized>(&self, cases: &Cases, past: &P) -> Result<(Vec<StandingCase>, u32), DecodeError> {
        let mut last_case = cases.closed.iter().map(|case| case.number).max().unwrap_or(0);
        let mut open = Vec::new();
        for case in cases.names().filter(|case| !cases.closed.contains(case)) {
            if let Some(standing) = self.standing_case(cases, case, past)? {
                last_case = last_case.max(case.number);
                open.push(standing);
            }
        }
        Ok((open, last_case))
    }

    /// The epoch that served an input, or serves it.
    pub(super) fn epoch_of(&self, input: u64) -> Hash {
        let serving = self.epochs.iter().rev().find(|(from, _)| *from <= input);
        serving.map_or(Hash([0; 32]), |(_, epoch)| *epoch)
    }

    /// The first input after the last tick that is older than `age_s`.
    fn read_again_from<P: Past + ?Sized>(&self, before: u64, age_s: i64, past: &P) -> Result<u64, DecodeError> {
        let Some(now) = self.now else { return Ok(0) };
        let horizon = Time(now.0.saturating_sub(age_s * NS_PER_S));
        for index in (0..before).rev() {
            if let Standing::Input(_, input) = standing(&entry_of(past, index)?)?
                && let Input::Tick(tick) = *input
                && tick.now < horizon
            {
                return Ok(index);
            }
        }
        Ok(0)
    }
}

/// Keeps the newest frames of each station that are not read again; of keys that are enrolled, so that they are bounded.
fn remember_frame(
    derivation: &Derivation,
    newest: &mut BTreeMap<String, VecDeque<(u64, Delivered)>>,
    index: u64,
    delivered: &Delivered,
) {
    let register = derivation.state().admission.register();
    if let Ok(frame) = delivered.sealed.frame()
        && register.key(frame.key).is_some_and(|key| key.holder.name == frame.station)
    {
        let of_station = newest.entry(frame.station).or_default();
        of_station.push_back((index, delivered.clone()));
        if of_station.len() > NEWEST_REMEMBERED {
            of_station.pop_front();
        }
    }
}

/// Has every station go on from its newest frames, before the first frame that is read again.
fn resume_stations(derivation: &mut Derivation, newest: &mut BTreeMap<String, VecDeque<(u64, Delivered)>>) {
    for (index, frame) in std::mem::take(newest).into_values().flatten() {
        derivation.resume_station(index, &frame);
    }
}

pub(super) fn entry_of<P: Past + ?Sized>(past: &P, index: u64) -> Result<Vec<u8>, DecodeError> {
    past.entry(index).ok_or_else(|| DecodeError::new(0, "an earlier entry, which an epoch must read again"))
}
