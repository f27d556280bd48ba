//! A delivered file to inputs of the journal.
//!
//! Duplicates fall by (source, boot, sequence), never by content; what was delivered before is acknowledged again.
//! What is impossible is registered as a refusal: it is not silence.
use crate::error::NodeError;
use crate::known::Known;
use crate::memory::Memories;
use crate::player::Player;
use crate::records::Streams;
use crate::refusals;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use truceline_accord::Agreement;
use truceline_evidence::journal::{Appender, JournalReader};
use truceline_evidence::keys::KeyAct;
use truceline_evidence::statement::Signed;
use truceline_formats::Delivery;
use truceline_formats::detections::Detections;
use truceline_formats::observations::Observations;
use truceline_model::canonical::DecodeError;
use truceline_model::configuration::Configuration;
use truceline_model::cosigned::{Cosigned as _, SignedAct, SignedEdition};
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::observation::{Observation, Scope};
use truceline_model::refusal::Refusal;

/// The most entries of one append: enough to share a synchronisation, few enough to hold in memory.
pub(crate) const BATCH_ENTRIES: usize = 1_024;

/// How often it is looked whether an append has ended: it takes some milliseconds.
const APPEND_LOOK: Duration = Duration::from_millis(1);

/// How many refusals of a delivery are said to whoever delivered it: all that a person reads, and more are counted.
pub const REFUSALS_SAID_MAX: usize = 100;

/// The intake of one journal.
#[derive(Debug)]
pub struct Intake {
    configuration: Configuration,
    /// Held briefly, never while the disk is waited for.
    known: Mutex<Known>,
    /// Held by a delivered file from its first entry to its last: two deliveries of the same file must not both find it
    /// new.
    files: Mutex<()>,
    /// Whether live sources' clock has ticked since the store was opened. Set once; no order hangs on it.
    is_ticked: AtomicBool,
    /// Live sources: what is registered of one is registered in its order.
    pub(crate) streams: Streams,
    memories: Memories,
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The kind of file.
    pub kind: &'static str,
    /// The journal's entries from the first of this delivery to the last, others' between them.
    pub range: Range<u64>,
    /// Inputs that were registered now, by SHA-256; ticks and refusals not among them.
    pub registered: Vec<Hash>,
    /// Inputs that were registered before.
    pub already: u64,
    /// How many were refused, registered now or before.
    pub refused: u64,
    /// The first [`REFUSALS_SAID_MAX`] of them.
    pub refusals: Vec<Refusal>,
}

impl Taken {
    fn of(kind: &'static str) -> Self {
        Self { kind, range: 0..0, registered: Vec::new(), already: 0, refused: 0, refusals: Vec::new() }
    }

    fn refuse(&mut self, refusals: Vec<Refusal>, known: &Known, entries: &mut Vec<Vec<u8>>) {
        entries.extend(refusals::entries(&refusals, known));
        self.refused += refusals.len() as u64;
        self.refusals.extend(refusals);
        self.refusals.truncate(REFUSALS_SAID_MAX);
    }

    /// A delivery of a single entry.
    fn one(&mut self, bytes: Vec<u8>, is_resend: bool, entries: &mut Vec<Vec<u8>>) {
        if is_resend {
            self.already += 1;
        } else {
            self.registered.push(Hash::of(&bytes));
            entries.push(bytes);
        }
    }
}

impl Intake {
    /// An intake that knows what the journal holds. Read once, when a store is opened. It works by `wanted`, else
    /// by the configuration of the journal's epoch, else by `default`.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub(crate) fn new(
        reader: &dyn JournalReader,
        memories: Memories,
        wanted: Option<&Configuration>,
        default: &Configuration,
    ) -> Result<Self, NodeError> {
        let known = Known::read(reader, &memories)?;
        let configuration = wanted.or(known.configuration.as_ref()).unwrap_or(default).clone();
        Ok(Self {
            configuration,
            known: Mutex::new(known),
            files: Mutex::new(()),
            is_ticked: AtomicBool::new(false),
            streams: Streams::default(),
            memories,
        })
    }

    /// The configuration that is in force from now on.
    #[must_use]
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// Registers a file. Returns when everything is durable.
    ///
    /// # Errors
    /// If the file cannot be read as a whole ([`NodeError::is_bad_file`]), or the journal takes nothing.
    pub fn take(&self, appender: &dyn Appender, file: &str, bytes: &[u8]) -> Result<Taken, NodeError> {
        let delivery = Delivery::read(file, bytes)?;
        let _others_wait = self.one_file();
        let mut taken = Taken::of(delivery.kind());
        let mut entries = Vec::new();
        match delivery {
            Delivery::Detections(detections) => {
                self.play(detections, &self.known(), &mut taken, &mut entries);
            }
            Delivery::Notice(notice) => {
                let is_resend = self.known().has(&notice.source);
                taken.one(entry::to_bytes(&*notice), is_resend, &mut entries);
            }
            Delivery::Agreement(agreement) => {
                Agreement::read(&agreement.text).map_err(|error| NodeError::bad_file(format!("{file}, {error}")))?;
                let bytes = entry::to_bytes(&agreement);
                let is_resend = self.known().is_newest_agreement(Hash::of(&bytes));
                taken.one(bytes, is_resend, &mut entries);
            }
            Delivery::Inventory(inventory) => {
                let bytes = entry::to_bytes(&inventory);
                let is_resend = self.known().is_newest_inventory(Hash::of(&bytes));
                taken.one(bytes, is_resend, &mut entries);
            }
            Delivery::Observations(observations) => {
                self.play_observed(observations, &self.known(), &mut taken, &mut entries);
            }
            Delivery::Hindrances(hindrances) => {
                let known = self.known();
                taken.refuse(hindrances.refusals, &known, &mut entries);
                for hindrance in hindrances.hindrances {
                    taken.one(entry::to_bytes(&hindrance), known.has(&hindrance.source), &mut entries);
                }
            }
        }
        taken.range = self.register(appender, entries)?;
        Ok(taken)
    }

    /// Registers files of observations, played together in the order of their times.
    ///
    /// # Errors
    /// As [`take`](Self::take), of the first file that cannot be read; nothing of the others is registered then.
    pub(crate) fn take_observed(&self, appender: &dyn Appender, files: &[(&str, &[u8])]) -> Result<Taken, NodeError> {
        let mut all = Observations::default();
        for (file, bytes) in files {
            match Delivery::read(file, bytes)? {
                Delivery::Observations(found) => {
                    all.observations.extend(found.observations);
                    all.refusals.extend(found.refusals);
                    all.repeated += found.repeated;
                }
                other => {
                    let kind = other.kind();
                    return Err(NodeError::bad_file(format!("{file}, the whole file: {kind}, expected observations")));
                }
            }
        }
        let _others_wait = self.one_file();
        let (mut taken, mut entries) = (Taken::of("observations"), Vec::new());
        self.play_observed(all, &self.known(), &mut taken, &mut entries);
        taken.range = self.register(appender, entries)?;
        Ok(taken)
    }

    /// Registers an act on the key register, or a person's statement. What stands is acknowledged again.
    ///
    /// # Errors
    /// If the bytes are neither ([`NodeError::is_bad_file`]), or the journal takes nothing.
    pub(crate) fn take_signed(&self, appender: &dyn Appender, file: &str, bytes: &[u8]) -> Result<Taken, NodeError> {
        let bad = |error: DecodeError| NodeError::bad_file(format!("{file}, {error}"));
        let _others_wait = self.one_file();
        let (kind, entry, is_resend) = if KeyAct::is_file(bytes) {
            let act = KeyAct::from_file(bytes).map_err(bad)?;
            ("act on keys", entry::to_bytes(&act), self.known().register().is_taken(&act))
        } else {
            let entry = entry::to_bytes(&Signed::from_file(bytes).map_err(bad)?);
            let is_resend = self.known().has_statement(Hash::of(&entry));
            ("statement", entry, is_resend)
        };
        let mut taken = Taken::of(kind);
        let mut entries = Vec::new();
        taken.one(entry, is_resend, &mut entries);
        taken.range = self.register(appender, entries)?;
        Ok(taken)
    }

    /// Registers what people concluded: an act of a consultation or an edition of the register. What stands is acknowledged again;
    /// of what is new `judge` says whether it may stand, by its entry, while no other is registered.
    ///
    /// # Errors
    /// If the bytes are neither or may not stand ([`NodeError::is_bad_file`]), or the journal takes nothing.
    pub(crate) fn take_concluded(
        &self,
        appender: &dyn Appender,
        (file, bytes): (&str, &[u8]),
        judge: impl FnOnce(&[u8]) -> Result<(), String>,
    ) -> Result<Taken, NodeError> {
        let bad = |error: DecodeError| NodeError::bad_file(format!("{file}, {error}"));
        let _others_wait = self.one_file();
        let (kind, entry) = if SignedAct::is_file(bytes) {
            ("act of a consultation", entry::to_bytes(&SignedAct::from_file(bytes).map_err(bad)?))
        } else {
            ("edition of the register", entry::to_bytes(&SignedEdition::from_file(bytes).map_err(bad)?))
        };
        let is_resend = self.known().has_statement(Hash::of(&entry));
        if !is_resend {
            judge(&entry).map_err(|why| NodeError::bad_file(format!("{file}, not registered: {why}")))?;
        }
        let mut taken = Taken::of(kind);
        let mut entries = Vec::new();
        taken.one(entry, is_resend, &mut entries);
        taken.range = self.register(appender, entries)?;
        Ok(taken)
    }

    /// What is known, for a moment.
    pub(crate) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// While it is held no other file is delivered.
    pub(crate) fn one_file(&self) -> MutexGuard<'_, ()> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers an entry of the store's own people once all that stands is served, so that nothing comes between.
    /// Deliveries wait meanwhile: the engine is never more than seconds behind.
    ///
    /// # Errors
    /// If `settled` fails or the journal takes nothing.
    pub(crate) fn take_settled(
        &self,
        appender: &dyn Appender,
        settled: impl FnOnce() -> Result<u64, NodeError>,
        entry: Vec<u8>,
    ) -> Result<Range<u64>, NodeError> {
        let _files_wait = self.one_file();
        // While this is held no append begins.
        let mut known = loop {
            let known = self.known();
            if known.is_all_learnt() {
                break known;
            }
            drop(known);
            std::thread::sleep(APPEND_LOOK);
        };
        settled()?;
        let range = appender.append(vec![entry.clone()])?;
        known.learn(range.start, &entry);
        Ok(range)
    }

    fn play(&self, detections: Detections, known: &Known, taken: &mut Taken, entries: &mut Vec<Vec<u8>>) {
        taken.refuse(detections.refusals, known, entries);
        let mut reports = detections.reports;
        reports.sort_by_key(|report| (report.arrival, report.source.sequence));
        let last = reports.last().map(|report| report.arrival);
        let is_ticked = self.is_ticked();
        let mut player = Player::resume(known.now);
        for report in reports {
            if known.has(&report.source) {
                taken.already += 1;
                player.heard(&report);
                continue;
            }
            entries.extend(player.before(&report).filter(|_| !is_ticked).map(|tick| entry::to_bytes(&tick)));
            let bytes = entry::to_bytes(&report);
            taken.registered.push(Hash::of(&bytes));
            entries.push(bytes);
        }
        if let Some(last) = last.filter(|_| !is_ticked) {
            entries.extend(player.end(last, self.configuration.group_window_s).map(|tick| entry::to_bytes(&tick)));
        }
    }

    /// Observations in the order of their times, with the recording's clock between them; what a satellite's file shares with
    /// an earlier one is acknowledged again.
    fn play_observed(&self, observations: Observations, known: &Known, taken: &mut Taken, entries: &mut Vec<Vec<u8>>) {
        taken.refuse(observations.refusals, known, entries);
        taken.already += observations.repeated as u64;
        let mut observed = observations.observations;
        observed.sort_by_cached_key(Observation::content_order);
        // Totals speak of a whole time, and no window waits for them.
        let of_incident = |one: &&Observation| one.scope == Scope::Incident;
        let last = observed.iter().filter(of_incident).map(|one| one.time.span.from).max();
        let is_ticked = self.is_ticked();
        let mut player = Player::resume(known.now);
        for one in &observed {
            let (source, at) = (&one.source.source, one.time.span.from);
            let bytes = entry::to_bytes(one);
            if known.has(&one.source) {
                taken.already += 1;
                player.heard_from(source, at);
                continue;
            }
            if one.scope == Scope::Incident && !is_ticked {
                entries.extend(player.before_delivery(source, at).map(|tick| entry::to_bytes(&tick)));
            }
            taken.registered.push(Hash::of(&bytes));
            entries.push(bytes);
        }
        if let Some(last) = last.filter(|_| !is_ticked) {
            entries.extend(player.end(last, self.configuration.group_window_s).map(|tick| entry::to_bytes(&tick)));
        }
    }

    /// Whether a clock of its own ticks here, beside live sources: then a file of what was observed just now is no recording that
    /// brings its clock, and the windows of what else is heard must not be closed by it.
    pub(crate) fn is_ticked(&self) -> bool {
        self.is_ticked.load(Ordering::Relaxed)
    }

    /// A clock of its own ticks from now on.
    pub(crate) fn ticks_itself(&self) {
        self.is_ticked.store(true, Ordering::Relaxed);
    }

    /// Appends entries and learns from them. Returns when they are durable.
    pub(crate) fn register(&self, appender: &dyn Appender, entries: Vec<Vec<u8>>) -> Result<Range<u64>, NodeError> {
        let mut whole: Option<Range<u64>> = None;
        let mut entries = entries.into_iter().peekable();
        while entries.peek().is_some() {
            let batch: Vec<Vec<u8>> = entries.by_ref().take(BATCH_ENTRIES).collect();
            self.known().begin_append();
            let appended = appender.append(batch.clone());
            let mut known = self.known();
            if let Ok(range) = &appended {
                for (index, bytes) in range.clone().zip(&batch) {
                    known.learn(index, bytes);
                }
            }
            known.end_append();
            known.store(&self.memories);
            drop(known);
            let range = appended?;
            whole = Some(whole.map_or(range.clone(), |first| first.start..range.end));
        }
        match whole {
            Some(range) => Ok(range),
            None => Ok(appender.append(Vec::new())?),
        }
    }
}
