//! The intake of waveforms as they stream: what a client of a live source calls.
//!
//! A source's records come as its wire delivered them. Each is decoded once to see that it can be, its bytes are put
//! among the payloads, and an entry with their commitment is appended; when a call returns, both are durable.
use crate::error::NodeError;
use crate::intake::Intake;
use crate::payloads::Payloads;
use crate::refusals;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use truceline_evidence::journal::Appender;
use truceline_formats::recording;
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::record::{Form, Payload, Record};
use truceline_model::refusal::Refusal;
use truceline_model::report::{MAX_NAME_BYTES, SourceRef};
use truceline_model::sensor_state::{MAX_REASON_BYTES, SensorState};
use truceline_model::tick::Tick;
use truceline_model::time::Time;
use truceline_model::witness_state::WitnessState;

/// The most records of one call: a second of 4,096 channels at a record a second.
pub const TAKE_RECORDS_MAX: usize = 4_096;

/// The most bytes of one call: what the journal writes at once, so that a call is one commit.
pub const TAKE_BYTES_MAX: usize = 8 << 20;

/// A live source: who delivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordSource {
    /// Its name in the configuration: what refusals, ticks and duplicates are kept by. At most
    /// [`MAX_NAME_BYTES`](truceline_model::report::MAX_NAME_BYTES).
    pub name: String,
    /// Who could make it lie: the unit of independence.
    pub owner: String,
    /// Which run of the client: another number each time it starts (nanoseconds of its start will do). Within a run
    /// the intake counts the records that it registers; the server's own sequence numbers are not used.
    pub boot: u64,
}

/// One record as it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordBytes<'a> {
    /// The record's bytes, miniSEED 2 or 3, and nothing after them.
    pub bytes: &'a [u8],
    /// When it arrived, by this machine's clock.
    pub received: Time,
}

/// What became of records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordsTaken {
    /// Records registered now.
    pub registered: u64,
    /// Records registered before.
    pub already: u64,
    /// What was refused, registered as refusals now or before.
    pub refusals: Vec<Refusal>,
    /// The journal's entries from the first of this call to the last, others' between them.
    pub range: Range<u64>,
}

/// The way of live records into the journal; [`Node`](crate::Node) is it.
///
/// # Durability
/// When [`take_records`](RecordIntake::take_records) returns `Ok`, the payloads and then the entries are on stable
/// storage, and a crash loses none. When it returns an error some of the records may stand: hand all of them in again,
/// what stands is counted as `already`.
///
/// # Duplicates
/// A record was registered before if one of the same source has the same channel, start and first 32 bits of its SHA-256
/// ([`seedlink::resume::Seen`](truceline_formats::seedlink::resume::Seen)): of each channel the newest 1,024
/// are remembered, across restarts; an older one that comes again is registered again, for losing data is worse.
/// Sequence numbers of a server are not used: they begin anew.
///
/// # Concurrency
/// Any number of threads may call. Calls of one source are taken one after the other, in their order; calls of several
/// sources share a synchronisation of the disk. A call waits for the disk, and where the engine is far behind, for
/// the engine: that is the back-pressure. Nothing waits in memory but what the callers hold.
pub trait RecordIntake: Send + Sync {
    /// Registers records of a source, in their order. What cannot be decoded is registered as a refusal; the rest goes
    /// on.
    ///
    /// # Errors
    /// If the call is over [`TAKE_RECORDS_MAX`] or [`TAKE_BYTES_MAX`] (cut it), or nothing can be registered
    /// because storage failed, the journal is damaged, or its queue is full
    /// ([`NodeError::is_busy`]: wait a little and call again).
    fn take_records(&self, source: &RecordSource, records: &[RecordBytes<'_>]) -> Result<RecordsTaken, NodeError>;

    /// Registers what a source sent of which no record could be made: it is not silence. The caller bounds how often.
    ///
    /// # Errors
    /// As [`take_records`](RecordIntake::take_records).
    fn refuse(&self, refusal: Refusal) -> Result<(), NodeError>;

    /// Registers what a source's link is from now on. The caller bounds how often.
    ///
    /// # Errors
    /// As [`take_records`](RecordIntake::take_records).
    fn link_changed(&self, state: &SensorState) -> Result<(), NodeError>;

    /// From when on to ask a source for the channels of a station (`NET_STA`) again: see
    /// [`Seen::resume_from`](truceline_formats::seedlink::resume::Seen::resume_from). None if nothing of it
    /// was registered.
    fn resume_from(&self, source: &str, station: &str, now: Time, reach_s: i64) -> Option<Time>;

    /// How many reports, arrivals and bearings are read of the journal: while it grows a tick has something to look at.
    fn heard(&self) -> u64 {
        0
    }

    /// Registers the running clock; says up to when each source has delivered. Call it every ten seconds or so while
    /// live sources run, more often while something is [heard](RecordIntake::heard): windows close and silent channels are
    /// noticed by it, and events looked for. A `now` before the newest tick is
    /// left out.
    ///
    /// # Errors
    /// As [`take_records`](RecordIntake::take_records).
    fn tick(&self, now: Time) -> Result<(), NodeError>;
}

/// A lock for each live source.
pub(crate) type Streams = Mutex<BTreeMap<String, Arc<Mutex<()>>>>;

impl Intake {
    /// See [`RecordIntake::take_records`].
    pub(crate) fn take_records(
        &self,
        appender: &dyn Appender,
        payloads: &Payloads,
        source: &RecordSource,
        records: &[RecordBytes<'_>],
    ) -> Result<RecordsTaken, NodeError> {
        check_bounds(source, records)?;
        let stream = {
            let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(streams.entry(source.name.clone()).or_default())
        };
        let _in_order = stream.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sequence = self.known().next_sequence(&source.name, source.boot);
        let mut taken = RecordsTaken::default();
        let (mut entries, mut stored) = (Vec::new(), Vec::new());
        let mut within = BTreeSet::new();
        for RecordBytes { bytes, received } in records {
            let payload = Payload { sha256: Hash::of(bytes), bytes: bytes.len() as u64 };
            let piece = match recording::piece(bytes) {
                Ok(piece) => piece,
                Err((rule, expected)) => {
                    let offset = format!("a record of {} bytes", bytes.len());
                    let source = source.name.clone();
                    let refusal = Refusal { source, offset, rule, expected, payload: payload.sha256 };
                    if within.insert(Hash::of(&entry::to_bytes(&refusal))) {
                        taken.refusals.push(refusal);
                    }
                    continue;
                }
            };
            if let Some(refusal) = self.erased_before(&source.name, payload.sha256) {
                if within.insert(payload.sha256) {
                    taken.refusals.push(refusal);
                }
                continue;
            }
            if self.known().has_record(&source.name, &piece.channel, piece.span.from, &payload)
                || !within.insert(payload.sha256)
            {
                taken.already += 1;
                continue;
            }
            let record = Record {
                source: SourceRef { source: source.name.clone(), boot: source.boot, sequence },
                records: 1,
                owner: source.owner.clone(),
                form: Form::MiniSeed,
                pieces: vec![piece],
                payload,
                frame: None,
                received: Some(*received),
            };
            entries.push(entry::to_bytes(&record));
            stored.push((payload.sha256, *bytes));
            sequence += 1;
            taken.registered += 1;
        }
        entries.extend(refusals::entries(&taken.refusals, &self.known()));
        if !stored.is_empty() {
            payloads.put(&stored)?;
        }
        taken.range = self.register(appender, entries)?;
        Ok(taken)
    }

    /// The refusal of bytes that were erased: they are not stored a second time.
    pub(crate) fn erased_before(&self, source: &str, payload: Hash) -> Option<Refusal> {
        let entry = self.known().erasure_of(payload)?;
        Some(Refusal {
            source: source.to_owned(),
            offset: format!("the payload {payload}"),
            rule: "erased".to_owned(),
            expected: format!("entry {entry} says that these bytes were erased: expected others"),
            payload,
        })
    }

    /// See [`RecordIntake::refuse`].
    pub(crate) fn refuse(&self, appender: &dyn Appender, refusal: &Refusal) -> Result<(), NodeError> {
        let entries = refusals::entries(std::slice::from_ref(refusal), &self.known());
        self.register(appender, entries).map(|_| ())
    }

    /// See [`RecordIntake::link_changed`].
    pub(crate) fn link_changed(&self, appender: &dyn Appender, state: &SensorState) -> Result<(), NodeError> {
        let bytes = state.reason.as_ref().map_or(0, String::len);
        if bytes > MAX_REASON_BYTES {
            return Err(NodeError::other(format!("a reason of {bytes} bytes, at most {MAX_REASON_BYTES} are taken")));
        }
        self.register(appender, vec![entry::to_bytes(state)]).map(|_| ())
    }

    /// Registers a change of what a witness does.
    pub(crate) fn witness_changed(&self, appender: &dyn Appender, state: &WitnessState) -> Result<(), NodeError> {
        self.register(appender, vec![entry::to_bytes(state)]).map(|_| ())
    }

    /// See [`RecordIntake::tick`].
    pub(crate) fn tick(&self, appender: &dyn Appender, now: Time) -> Result<(), NodeError> {
        self.ticks_itself();
        let tick = {
            let known = self.known();
            if known.now.is_some_and(|newest| now < newest) {
                return Ok(());
            }
            Tick { now, reported_up_to: known.reported_up_to() }
        };
        self.register(appender, vec![entry::to_bytes(&tick)]).map(|_| ())
    }
}

fn check_bounds(source: &RecordSource, records: &[RecordBytes<'_>]) -> Result<(), NodeError> {
    for (what, name) in [("name", &source.name), ("owner", &source.owner)] {
        if name.is_empty() || name.len() > MAX_NAME_BYTES {
            let message = format!("a source's {what} has {} bytes, expected 1 to {MAX_NAME_BYTES}", name.len());
            return Err(NodeError::other(message));
        }
    }
    let bytes: usize = records.iter().map(|record| record.bytes.len()).sum();
    if records.len() > TAKE_RECORDS_MAX || bytes > TAKE_BYTES_MAX {
        let message = format!(
            "{} records of {bytes} bytes from {}, at most {TAKE_RECORDS_MAX} of {TAKE_BYTES_MAX} are taken at once",
            records.len(),
            source.name
        );
        return Err(NodeError::other(message));
    }
    Ok(())
}
