//! Closed files of waveforms to records: several are played together, in the order of their times.
use crate::error::NodeError;
use crate::intake::{BATCH_ENTRIES, Intake, REFUSALS_SAID_MAX};
use crate::payloads::Payloads;
use crate::player::Player;
use crate::refusals;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Range;
use truceline_evidence::journal::Appender;
use truceline_formats::recording::{self, Recording, Run};
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::record::{Form, Payload, Record};
use truceline_model::refusal::Refusal;
use truceline_model::report::{MAX_NAME_BYTES, SourceRef};
use truceline_model::run_end::RunEnd;
use truceline_model::time::{NS_PER_S, Time};

/// The most bytes of payloads that are gathered before they are written.
const BATCH_BYTES: usize = 8 << 20;

/// A source's run is ended this long after its last record, of the recording's time: what follows in another file of the
/// same channel then goes on without a break. Seconds.
const RUN_END_AFTER_S: i64 = 120;

/// A file of waveforms.
#[derive(Debug, Clone, Copy)]
pub struct RecordingFile<'a> {
    /// Its name, for messages.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// When it begins, for files that do not say so (WAV).
    pub start: Option<Time>,
    /// Who could make its sources lie.
    pub owner: &'a str,
}

/// What became of a file of waveforms.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordingTaken {
    /// The form; none if the file could not be read as a whole.
    pub form: Option<Form>,
    /// Why it could not.
    pub error: Option<String>,
    /// Records registered now.
    pub registered: u64,
    /// Records registered before.
    pub already: u64,
    /// How much of it was refused, registered now or before.
    pub refused: u64,
    /// The first [`REFUSALS_SAID_MAX`] of it.
    pub refusals: Vec<Refusal>,
    /// The channels that it holds.
    pub channels: BTreeSet<String>,
}

/// How far a delivery of waveforms is, in records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadProgress {
    /// Records that are durable, registered now or before.
    pub done: u64,
    /// All that can be decoded.
    pub all: u64,
}

/// Entries and payloads that are gathered to be written together.
#[derive(Default)]
struct Batch {
    entries: Vec<Vec<u8>>,
    payloads: Vec<(Hash, Vec<u8>)>,
    payload_bytes: usize,
    whole: Option<Range<u64>>,
}

impl Batch {
    fn is_full(&self) -> bool {
        self.entries.len() >= BATCH_ENTRIES || self.payload_bytes >= BATCH_BYTES
    }

    /// Payloads first: their entries are acknowledged only after them.
    fn write(&mut self, intake: &Intake, appender: &dyn Appender, payloads: &Payloads) -> Result<(), NodeError> {
        if self.entries.is_empty() {
            return Ok(());
        }
        let named: Vec<(Hash, &[u8])> = self.payloads.iter().map(|(hash, bytes)| (*hash, bytes.as_slice())).collect();
        if !named.is_empty() {
            payloads.put(&named)?;
        }
        let range = intake.register(appender, std::mem::take(&mut self.entries))?;
        self.payloads.clear();
        self.payload_bytes = 0;
        self.whole = Some(self.whole.take().map_or(range.clone(), |first| first.start..range.end));
        Ok(())
    }
}

impl Intake {
    /// Registers files of waveforms, played together. `wrote` is told after each write how far it is; it may wait.
    ///
    /// # Errors
    /// If nothing can be registered; a file that cannot be read says so in its own answer.
    pub(crate) fn take_recordings(
        &self,
        appender: &dyn Appender,
        payloads: &Payloads,
        files: &[RecordingFile<'_>],
        wrote: &mut dyn FnMut(LoadProgress),
    ) -> Result<(Vec<RecordingTaken>, Range<u64>), NodeError> {
        let _others_wait = self.one_file();
        let mut taken = vec![RecordingTaken::default(); files.len()];
        let mut recordings: Vec<Option<Recording>> = Vec::with_capacity(files.len());
        for (file, taken) in files.iter().zip(&mut taken) {
            recordings.push(read(file, taken));
        }
        let mut batch = Batch::default();
        for taken in &mut taken {
            batch.entries.extend(refusals::entries(&taken.refusals, &self.known()));
            taken.refusals.truncate(REFUSALS_SAID_MAX);
        }
        let mut runs: Vec<(usize, &Run)> = Vec::new();
        for (at, recording) in recordings.iter().enumerate() {
            runs.extend(recording.iter().flat_map(|recording| &recording.runs).map(|run| (at, run)));
        }
        runs.sort_by(|(_, a), (_, b)| (a.end(), &a.source).cmp(&(b.end(), &b.source)));
        let mut progress = LoadProgress { done: 0, all: runs.iter().map(|(_, run)| u64::from(run.records)).sum() };
        let mut player = Player::resume(self.known().now);
        let mut ends = run_ends(&runs);
        for (at, run) in &runs {
            let records = u64::from(run.records);
            progress.done += records;
            while ends.front().is_some_and(|(due, _)| *due < run.end()) {
                batch.end_run(ends.pop_front(), self);
            }
            if self.known().has(&run.source) {
                taken[*at].already += records;
                player.heard_from(&run.source.source, run.end());
                continue;
            }
            let bytes = run.payload(files[*at].bytes);
            let sha256 = Hash::of(&bytes);
            if let Some(refusal) = self.erased_before(&run.source.source, sha256) {
                batch.entries.extend(refusals::entries(std::slice::from_ref(&refusal), &self.known()));
                taken[*at].refused += 1;
                taken[*at].refusals.push(refusal);
                taken[*at].refusals.truncate(REFUSALS_SAID_MAX);
                continue;
            }
            let tick = player.before_delivery(&run.source.source, run.end());
            batch.entries.extend(tick.filter(|_| !self.is_ticked()).map(|tick| entry::to_bytes(&tick)));
            let form = taken[*at].form.unwrap_or(Form::MiniSeed);
            batch.add(run, form, &files[*at], (sha256, bytes));
            taken[*at].registered += records;
            if batch.is_full() {
                batch.write(self, appender, payloads)?;
                wrote(progress);
            }
        }
        for end in ends {
            batch.end_run(Some(end), self);
        }
        if let Some((_, last)) = runs.last()
            && taken.iter().any(|taken| taken.registered > 0)
        {
            let end = player.end(last.end(), self.configuration().group_window_s);
            batch.entries.extend(end.filter(|_| !self.is_ticked()).map(|tick| entry::to_bytes(&tick)));
        }
        batch.write(self, appender, payloads)?;
        wrote(progress);
        let range = match batch.whole {
            Some(range) => range,
            None => appender.append(Vec::new())?,
        };
        Ok((taken, range))
    }
}

/// The end of each source's run with the time at which it is due, the earliest first.
fn run_ends(runs: &[(usize, &Run)]) -> VecDeque<(Time, RunEnd)> {
    let mut last: BTreeMap<(&str, u64), (Time, u64)> = BTreeMap::new();
    for (_, run) in runs {
        let (end, next) = last.entry((&run.source.source, run.source.boot)).or_insert((run.end(), 0));
        *end = (*end).max(run.end());
        *next = (*next).max(run.source.sequence + u64::from(run.records));
    }
    let of = |((source, boot), (end, sequence)): ((&str, u64), (Time, u64))| {
        let due = Time(end.0.saturating_add(RUN_END_AFTER_S * NS_PER_S));
        (due, RunEnd { source: SourceRef { source: source.to_owned(), boot, sequence } })
    };
    let mut ends: Vec<(Time, RunEnd)> = last.into_iter().map(of).collect();
    // Stable: of one time in the order of the sources.
    ends.sort_by_key(|(due, _)| *due);
    ends.into()
}

impl Batch {
    /// Says that a source's run has ended, if it was not said before.
    fn end_run(&mut self, end: Option<(Time, RunEnd)>, intake: &Intake) {
        let bytes = end.map(|(_, end)| entry::to_bytes(&end));
        self.entries.extend(bytes.filter(|bytes| !intake.known().has_run_end(Hash::of(bytes))));
    }

    fn add(&mut self, run: &Run, form: Form, file: &RecordingFile<'_>, (sha256, bytes): (Hash, Vec<u8>)) {
        let record = Record {
            source: run.source.clone(),
            records: run.records,
            owner: file.owner.to_owned(),
            form,
            pieces: run.pieces.clone(),
            payload: Payload { sha256, bytes: bytes.len() as u64 },
            frame: None,
            received: None,
        };
        self.entries.push(entry::to_bytes(&record));
        self.payload_bytes += bytes.len();
        self.payloads.push((sha256, bytes));
    }
}

/// Reads a file, or notes why it cannot be read.
fn read(file: &RecordingFile<'_>, taken: &mut RecordingTaken) -> Option<Recording> {
    if file.owner.is_empty() || file.owner.len() > MAX_NAME_BYTES {
        taken.error = Some(format!(
            "{}: the owner's name has {} bytes, expected 1 to {MAX_NAME_BYTES}",
            file.name,
            file.owner.len()
        ));
        return None;
    }
    match recording::read(file.name, file.bytes, file.start) {
        Ok(recording) => {
            taken.form = Some(recording.form);
            taken.refused = recording.refusals.len() as u64;
            taken.refusals.clone_from(&recording.refusals);
            let pieces = recording.runs.iter().flat_map(|run| &run.pieces);
            taken.channels = pieces.map(|piece| piece.channel.clone()).collect();
            Some(recording)
        }
        Err(error) => {
            taken.error = Some(error.to_string());
            None
        }
    }
}
