//! The write side as a whole.
use crate::error::NodeError;
use crate::intake::{Intake, REFUSALS_SAID_MAX, Taken};
use crate::journal::{Journal, Mode};
use crate::memory::Memories;
use crate::payloads::Payloads;
use crate::pipeline::{Pipeline, Progress};
use crate::reassessment::Outcome;
use crate::recordings::{LoadProgress, RecordingFile, RecordingTaken};
use crate::records::{RecordBytes, RecordIntake, RecordSource, RecordsTaken};
use crate::store::Store;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs::File;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use truceline_engine::identity::engine_id;
use truceline_engine::replay::Past;
use truceline_evidence::frame;
use truceline_evidence::journal::JournalReader;
use truceline_evidence::keys::KeyAct;
use truceline_evidence::receipt;
use truceline_evidence::statement::Signed;
use truceline_formats::recording;
use truceline_model::appraisal::{Appraisal, Appraised};
use truceline_model::bearing::Bearing;
use truceline_model::configuration::Configuration;
use truceline_model::continuity::Continuity;
use truceline_model::cosigned::{Cosigned as _, SignedAct, SignedEdition};
use truceline_model::derived::Derived;
use truceline_model::detection::Detection;
use truceline_model::entry::{self, Entry};
use truceline_model::hash::Hash;
use truceline_model::impediment::Impediment;
use truceline_model::reassessment::Reassessment;
use truceline_model::refusal::Refusal;
use truceline_model::remark::{Excluded, LateInput};
use truceline_model::sensor_state::SensorState;
use truceline_model::time::Time;
use truceline_model::witness_state::WitnessState;

/// Where nobody says whose a file's sources are.
pub const OWNER_NOT_STATED: &str = "not stated";

/// The most entries that the engine may be behind while live records are taken: some minutes of 500 channels. Beyond it
/// their senders wait.
const ENGINE_BEHIND_MAX: u64 = 65_536;

/// What a store holds, for whoever derives from it.
#[derive(Debug, Clone)]
pub struct Held {
    journal: Arc<Journal>,
    payloads: Arc<Payloads>,
    memories: Memories,
}

impl Held {
    /// Opens a store's journal and payloads for reading.
    ///
    /// # Errors
    /// If storage fails.
    pub fn read(store: &Store) -> Result<Self, NodeError> {
        Self::open(store, Mode::Read)
    }

    fn open(store: &Store, mode: Mode) -> Result<Self, NodeError> {
        // The journal first: all payloads of its entries stand then.
        let journal = Arc::new(Journal::open(store, mode)?);
        Ok(Self { journal, payloads: Arc::new(Payloads::open(store, mode)?), memories: Memories::of(store) })
    }

    /// The journal.
    #[must_use]
    pub fn journal(&self) -> Arc<Journal> {
        Arc::clone(&self.journal)
    }

    pub(crate) fn memories(&self) -> &Memories {
        &self.memories
    }
}

impl Past for Held {
    fn entry(&self, index: u64) -> Option<Vec<u8>> {
        JournalReader::entry(&*self.journal, index).ok()
    }

    fn payload(&self, sha256: Hash) -> Option<Vec<u8>> {
        self.payloads.get(sha256)
    }

    fn memory(&self, sha256: Hash) -> Option<Vec<u8>> {
        self.memories.engine_of(sha256)
    }
}

/// A store that is open for writing: intake, journal and engine.
#[derive(Debug)]
pub struct Node {
    // Declared in the order in which they must end: the engine before the journal, the lock last.
    pipeline: Option<Pipeline>,
    intake: Intake,
    payloads: Arc<Payloads>,
    journal: Arc<Journal>,
    /// Held while a payload is erased: only the newest erasure can be unfinished.
    erasing: Mutex<()>,
    _lock: File,
}

/// What became of a delivered file, once everything that follows from it is derived.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The kind of file.
    pub kind: &'static str,
    /// Inputs registered now; of waveforms their records.
    pub registered: u64,
    /// Inputs registered before.
    pub already: u64,
    /// Inputs of this delivery that came after their window.
    pub late: u64,
    /// Inputs of this delivery that are not used, with the reason.
    pub excluded: Vec<String>,
    /// How many were refused.
    pub refused: u64,
    /// The first of them, at most [`REFUSALS_SAID_MAX`](crate::intake::REFUSALS_SAID_MAX).
    pub refusals: Vec<Refusal>,
    /// Arrivals that were found in its channels.
    pub detections: u64,
    /// What broke the rows of frames of its stations, or what is said of their clocks and state, in words.
    pub continuity: Vec<String>,
    /// Waves that were found to pass arrays of which it holds the first element used.
    pub bearings: u64,
    /// What kept its channels from being seen, or spoils what was seen.
    pub impediments: u64,
}

impl Node {
    /// Opens a store for writing. With `wanted` the next epoch has that configuration; without, the journal's own
    /// goes on, and a new journal begins with `default`.
    ///
    /// A damaged journal opens too: everything can be read, nothing is registered ([`Node::problem`]).
    ///
    /// # Errors
    /// If another process writes to the store, or it cannot be opened.
    pub fn open(
        store: &Store,
        wanted: Option<&Configuration>,
        default: &Configuration,
        threads: usize,
    ) -> Result<Self, NodeError> {
        let lock = store.lock()?;
        let held = Held::open(store, Mode::Write)?;
        let (journal, payloads) = (held.journal(), Arc::clone(&held.payloads));
        let intake = Intake::new(&*journal, Memories::of(store), wanted, default)?;
        let pipeline = if journal.problem().is_none() {
            Some(Pipeline::start(held, engine_id(), intake.configuration().clone(), threads)?)
        } else {
            None
        };
        let node = Self { pipeline, intake, payloads, journal, erasing: Mutex::new(()), _lock: lock };
        node.finish_erasure()?;
        Ok(node)
    }

    /// The journal, for readers.
    #[must_use]
    pub fn journal(&self) -> Arc<Journal> {
        Arc::clone(&self.journal)
    }

    /// The configuration that is in force from now on.
    #[must_use]
    pub fn configuration(&self) -> &Configuration {
        self.intake.configuration()
    }

    /// How far the engine is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.pipeline.as_ref().map(Pipeline::progress).unwrap_or_default()
    }

    /// Why nothing is registered, if the journal is damaged.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        self.journal.problem()
    }

    /// Registers a file and waits until all that follows from it is derived and durable.
    ///
    /// # Errors
    /// If the file cannot be read ([`NodeError::is_bad_file`]), nothing can be registered, or deriving stopped;
    /// what was registered stays registered.
    pub fn load(&self, file: &str, bytes: &[u8]) -> Result<Loaded, NodeError> {
        if recording::is_recording(bytes) {
            let file = RecordingFile { name: file, bytes, start: None, owner: OWNER_NOT_STATED };
            let loaded = self.load_recordings(&[file], &mut |_| {})?;
            return loaded.into_iter().next().unwrap_or_else(|| Err(NodeError::other("nothing was loaded")));
        }
        if Self::is_concluded(bytes) {
            let why = "it is of what people conclude, expected by the way on which it is judged";
            return Err(NodeError::bad_file(format!("{file}, {why}")));
        }
        self.begun();
        if KeyAct::is_file(bytes) || Signed::is_file(bytes) {
            let taken = self.intake.take_signed(&*self.journal, file, bytes)?;
            let end = self.settle(taken.range.end)?;
            return self.loaded(taken, end);
        }
        if frame::is_frames(bytes) || receipt::is_relayed(bytes) {
            let taken = self.intake.take_frames(&*self.journal, &self.payloads, file, bytes)?;
            let end = self.settle(taken.range.end)?;
            return self.loaded(taken, end);
        }
        let taken = self.intake.take(&*self.journal, file, bytes)?;
        let end = self.settle(taken.range.end)?;
        self.loaded(taken, end)
    }

    /// Whether a file is of what people conclude: an act of a consultation, or an edition of the register.
    #[must_use]
    pub fn is_concluded(bytes: &[u8]) -> bool {
        SignedAct::is_file(bytes) || SignedEdition::is_file(bytes)
    }

    /// Registers what people concluded. The node cannot judge it: `judge` is given the journal and the entry, and says by which
    /// rule it may not stand; meanwhile no other file is registered. What stands already is acknowledged and not judged again.
    /// Nothing is derived from it.
    ///
    /// # Errors
    /// If the file cannot be read or may not stand ([`NodeError::is_bad_file`]), or nothing can be registered.
    pub fn load_concluded(
        &self,
        file: &str,
        bytes: &[u8],
        judge: impl FnOnce(&dyn JournalReader, &[u8]) -> Result<(), String>,
    ) -> Result<Loaded, NodeError> {
        self.begun();
        let judge = |entry: &[u8]| judge(&*self.journal, entry);
        let taken = self.intake.take_concluded(&*self.journal, (file, bytes), judge)?;
        let end = self.settle(taken.range.end)?;
        self.loaded(taken, end)
    }

    /// Registers files of observations together, in the order of their times, and waits until all that follows is derived.
    ///
    /// # Errors
    /// If one cannot be read, or nothing can be registered or derived.
    pub fn load_observed(&self, files: &[(&str, &[u8])]) -> Result<Loaded, NodeError> {
        self.begun();
        let taken = self.intake.take_observed(&*self.journal, files)?;
        let end = self.settle(taken.range.end)?;
        self.loaded(taken, end)
    }

    /// Has what stands derived again, and waits until what comes out otherwise stands as revisions.
    ///
    /// # Errors
    /// If nothing can be registered, or deriving stopped.
    pub fn reassess(&self, asked: &Reassessment) -> Result<Outcome, NodeError> {
        self.begun();
        let settled = || self.settle(self.journal.size());
        let range = self.intake.take_settled(&*self.journal, settled, entry::to_bytes(asked))?;
        let end = self.settle(range.end)?;
        let mut outputs = Vec::new();
        for index in range.end..end {
            outputs.push(JournalReader::entry(&*self.journal, index)?);
        }
        Ok(Outcome::read(Some(range.start), &outputs))
    }

    /// Registers that a witness does something else with the journal's checkpoints than before. Nothing is derived from it.
    ///
    /// # Errors
    /// If nothing can be registered now; the caller may try again.
    pub fn witness_changed(&self, state: &WitnessState) -> Result<(), NodeError> {
        self.begun();
        self.intake.witness_changed(&*self.journal, state)
    }

    /// What was registered last of the witness of these keys.
    #[must_use]
    pub fn witness(&self, keys: &[String]) -> Option<WitnessState> {
        self.intake.known().witness(keys).cloned()
    }

    /// Up to when each live source has delivered, by its name; of those of which nothing came there is nothing.
    #[must_use]
    pub fn reported_up_to(&self) -> Vec<(String, Time)> {
        self.intake.known().reported_up_to()
    }

    /// The bytes that are stored under a payload's SHA-256; whoever uses them compares the hash.
    #[must_use]
    pub fn payload(&self, sha256: Hash) -> Option<Vec<u8>> {
        self.payloads.get(sha256)
    }

    pub(crate) fn intake(&self) -> &Intake {
        &self.intake
    }

    pub(crate) fn payloads(&self) -> &Payloads {
        &self.payloads
    }

    pub(crate) fn erasing(&self) -> &Mutex<()> {
        &self.erasing
    }

    /// Registers files of waveforms, played together in the order of their times, and waits until all that follows
    /// is derived and durable. Each file has an answer of its own. `wrote` is told how far it is.
    ///
    /// # Errors
    /// If nothing can be registered, or deriving stopped; what was registered stays registered.
    pub fn load_recordings(
        &self,
        files: &[RecordingFile<'_>],
        wrote: &mut dyn FnMut(LoadProgress),
    ) -> Result<Vec<Result<Loaded, NodeError>>, NodeError> {
        self.begun();
        let mut told = |progress| {
            self.keep_up();
            wrote(progress);
        };
        let (taken, range) = self.intake.take_recordings(&*self.journal, &self.payloads, files, &mut told)?;
        let end = self.settle(range.end)?;
        self.loaded_recordings(taken, range.start..end)
    }

    /// Waits until the epoch stands. If deriving stopped, what is delivered is registered all the same.
    pub(crate) fn begun(&self) {
        if let Some(pipeline) = &self.pipeline {
            let _ = pipeline.wait_until_begun();
        }
    }

    /// Waits while the engine is far behind.
    fn keep_up(&self) {
        if let Some(pipeline) = &self.pipeline {
            let _ = pipeline.wait_until_served(self.journal.size().saturating_sub(ENGINE_BEHIND_MAX));
        }
    }

    /// Waits until all that is registered is served.
    ///
    /// # Errors
    /// If deriving stopped.
    pub fn settle(&self, size: u64) -> Result<u64, NodeError> {
        let Some(pipeline) = &self.pipeline else {
            return Err(NodeError::other(self.problem().unwrap_or("the store is open for reading only").to_owned()));
        };
        let progress = pipeline.wait_until_served(size);
        match progress.stopped {
            Some(why) => Err(NodeError::other(why)),
            None => {
                // Whoever is told that it stands can open the store and see it.
                self.journal.wait_until_signed(progress.served);
                Ok(progress.served)
            }
        }
    }

    fn loaded(&self, taken: Taken, end: u64) -> Result<Loaded, NodeError> {
        let mut loaded = Loaded {
            kind: taken.kind,
            registered: taken.registered.len() as u64,
            already: taken.already,
            late: 0,
            excluded: Vec::new(),
            refused: taken.refused,
            refusals: taken.refusals,
            continuity: Vec::new(),
            detections: 0,
            bearings: 0,
            impediments: 0,
        };
        let mut unused: BTreeMap<String, u64> = BTreeMap::new();
        let registered: BTreeSet<Hash> = taken.registered.iter().copied().collect();
        for index in taken.range.start..end {
            let bytes = self.journal.entry(index)?;
            if let Ok(found) = entry::from_bytes::<Derived<Continuity>>(&bytes) {
                let Continuity { station, fault, from, words, .. } = found.content;
                loaded.continuity.push(format!("{station}, frame {from}, {}: {words}", fault.name()));
            } else if entry::from_bytes::<Derived<Detection>>(&bytes).is_ok() {
                loaded.detections += 1;
            } else if let Ok(late) = entry::from_bytes::<Derived<LateInput>>(&bytes) {
                loaded.late += u64::from(registered.contains(&late.content.input));
            } else if let Ok(excluded) = entry::from_bytes::<Derived<Excluded>>(&bytes)
                && registered.contains(&excluded.content.input)
            {
                loaded.excluded.push(excluded.content.reason);
            } else if let Ok(found) = entry::from_bytes::<Derived<Appraisal>>(&bytes)
                && is_unused(found.content.appraised)
                && registered.contains(&found.content.observation)
            {
                let Appraisal { appraised, reason, .. } = found.content;
                *unused.entry(format!("{}: {reason}", appraised.name())).or_default() += 1;
            }
        }
        // A file of news may hold thousands of which the same is said.
        let more = unused.len().saturating_sub(REFUSALS_SAID_MAX);
        let said = unused.into_iter().take(REFUSALS_SAID_MAX);
        loaded.excluded.extend(said.map(|(reason, count)| match count {
            1 => reason,
            count => format!("{reason} ({count} observations)"),
        }));
        if more > 0 {
            loaded.excluded.push(format!("{more} more observations are registered and not used"));
        }
        Ok(loaded)
    }

    /// What became of each file: derived entries belong to it by their channel, bearings by that of their first element.
    fn loaded_recordings(
        &self,
        taken: Vec<RecordingTaken>,
        range: Range<u64>,
    ) -> Result<Vec<Result<Loaded, NodeError>>, NodeError> {
        let mut counts: BTreeMap<String, [u64; 3]> = BTreeMap::new();
        let mut excluded = Vec::new();
        for index in range {
            let bytes = self.journal.entry(index)?;
            let (kind, ..) =
                entry::open(&bytes).map_err(|error| NodeError::other(format!("entry {index}: {error}")))?;
            match kind {
                Derived::<Detection>::KIND => {
                    if let Ok(found) = entry::from_bytes::<Derived<Detection>>(&bytes) {
                        counts.entry(found.content.channel).or_default()[0] += 1;
                    }
                }
                Derived::<Impediment>::KIND => {
                    if let Ok(found) = entry::from_bytes::<Derived<Impediment>>(&bytes) {
                        counts.entry(found.content.channel).or_default()[1] += 1;
                    }
                }
                Derived::<Bearing>::KIND => {
                    if let Ok(found) = entry::from_bytes::<Derived<Bearing>>(&bytes)
                        && let Some(first) = found.content.elements.into_iter().next()
                    {
                        counts.entry(first).or_default()[2] += 1;
                    }
                }
                Derived::<Excluded>::KIND => {
                    if let Ok(found) = entry::from_bytes::<Derived<Excluded>>(&bytes) {
                        excluded.push(found.content.reason);
                    }
                }
                _ => {}
            }
        }
        let mut loaded = Vec::new();
        for taken in taken {
            let Some(form) = taken.form else {
                loaded.push(Err(NodeError::bad_file(taken.error.unwrap_or_default())));
                continue;
            };
            // A channel that two files hold counts for the first.
            let found: Vec<[u64; 3]> = taken.channels.iter().filter_map(|channel| counts.remove(channel)).collect();
            loaded.push(Ok(Loaded {
                kind: form.name(),
                registered: taken.registered,
                already: taken.already,
                late: 0,
                excluded: std::mem::take(&mut excluded),
                refused: taken.refused,
                refusals: taken.refusals,
                continuity: Vec::new(),
                detections: found.iter().map(|[detections, ..]| detections).sum(),
                impediments: found.iter().map(|[_, impediments, _]| impediments).sum(),
                bearings: found.iter().map(|[.., bearings]| bearings).sum(),
            }));
        }
        Ok(loaded)
    }
}

impl RecordIntake for Node {
    fn take_records(&self, source: &RecordSource, records: &[RecordBytes<'_>]) -> Result<RecordsTaken, NodeError> {
        self.begun();
        self.keep_up();
        self.intake.take_records(&*self.journal, &self.payloads, source, records)
    }

    fn refuse(&self, refusal: Refusal) -> Result<(), NodeError> {
        self.begun();
        self.intake.refuse(&*self.journal, &refusal)
    }

    fn link_changed(&self, state: &SensorState) -> Result<(), NodeError> {
        self.begun();
        self.intake.link_changed(&*self.journal, state)
    }

    fn resume_from(&self, source: &str, station: &str, now: Time, reach_s: i64) -> Option<Time> {
        self.intake.known().resume_from(source, station, now, reach_s)
    }

    fn heard(&self) -> u64 {
        self.progress().heard
    }

    fn tick(&self, now: Time) -> Result<(), NodeError> {
        self.begun();
        self.intake.tick(&*self.journal, now)
    }
}

/// Whether an observation of which this is said is registered and not used.
fn is_unused(appraised: Appraised) -> bool {
    match appraised {
        Appraised::Early | Appraised::SuspectedSwap | Appraised::Unplaced | Appraised::Alleged => true,
        Appraised::Measured | Appraised::Uncorroborated | Appraised::Recorded | Appraised::Series | Appraised::Late => {
            false
        }
    }
}
