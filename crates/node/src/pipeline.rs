//! The engine in a thread: it reads the journal as it grows and appends what it derives, once.
//!
//! The thread feeds every entry, in order, to a [`Replay`]. What the replay then expects and the journal does not
//! hold is appended, read back, and compared. So a start after a crash, a running day and an audit are the same
//! code: after a crash, what is expected is exactly what is missing.
use crate::error::NodeError;
use crate::failpoint;
use crate::journal::Journal;
use crate::memory::Memories;
use crate::node::Held;
use crate::store::PAYLOADS_FOLDER;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use truceline_engine::replay::{NotRederivable, Replay};
use truceline_evidence::journal::{Appender, JournalReader};
use truceline_model::bearing::Bearing;
use truceline_model::configuration::Configuration;
use truceline_model::derived::Derived;
use truceline_model::detection::Detection;
use truceline_model::entry::{self, Entry as _};
use truceline_model::epoch::Epoch;
use truceline_model::hash::Hash;
use truceline_model::report::Report;
use truceline_model::snapshot::Snapshot;

/// How long the thread sleeps at most. It is woken when there is something to do; this bounds what a lost wake-up
/// would cost.
const LOOK_UP: Duration = Duration::from_secs(1);

/// How long deriving goes on when the store is closed, so that what was registered last has its outputs; what is owed then
/// is derived at the next start.
const CLOSING_MAX: Duration = Duration::from_secs(2);

/// The most derived entries that wait to be appended while more is read: one group commit's worth.
const EXPECTED_MAX: usize = 4_096;

/// The most derived entries of one append. An event is some 50 kB, so this stays under the journal's batch.
const BATCH_ENTRIES: usize = 128;

/// The engine's thread.
#[derive(Debug)]
pub struct Pipeline {
    journal: Arc<Journal>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    end: AtomicBool,
    progress: Mutex<Progress>,
    moved: Condvar,
}

/// How far the engine is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// The epoch that the engine derives in stands in the journal, and so do the outputs of all that stood there when
    /// it was opened.
    pub begun: bool,
    /// Every entry before this one was read, and the outputs of the inputs among them stand.
    pub served: u64,
    /// How many reports, arrivals and bearings were among them.
    pub heard: u64,
    /// Why deriving stopped, in words.
    pub stopped: Option<String>,
}

impl Pipeline {
    /// Starts deriving. An empty journal gets its first epoch; a journal whose epoch is another engine's or has
    /// another configuration gets a new one. What the old one still owed, the new one derives.
    ///
    /// # Errors
    /// If the thread cannot be started.
    pub(crate) fn start(
        held: Held,
        engine: Hash,
        configuration: Configuration,
        threads: usize,
    ) -> Result<Self, NodeError> {
        let shared = Arc::new(Shared::default());
        let (worker, journal) = (Arc::clone(&shared), held.journal());
        let thread = std::thread::Builder::new()
            .name("engine".to_owned())
            .spawn(move || {
                let _ended = Ended(Arc::clone(&worker));
                let mut run = Run { journal: held.journal(), held, engine, configuration, threads, shared: worker };
                if let Err(error) = run.derive() {
                    run.shared.stop(error.to_string());
                }
            })
            .map_err(|error| NodeError::other(format!("cannot start the engine's thread: {error}")))?;
        Ok(Self { journal, shared, thread: Some(thread) })
    }

    /// How far the engine is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.shared.progress.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until the epoch stands with the outputs that were missing, or deriving stopped. Nothing is registered
    /// earlier: an input before its epoch would never be served, and one among missing outputs would stand where an
    /// unbroken run had not put it.
    #[must_use]
    pub fn wait_until_begun(&self) -> Progress {
        self.wait_while(|progress| !progress.begun)
    }

    /// Waits until every entry before `size` is served; says how far the engine is if deriving stopped.
    #[must_use]
    pub fn wait_until_served(&self, size: u64) -> Progress {
        self.wait_while(|progress| progress.served < size)
    }

    fn wait_while(&self, waits: impl Fn(&Progress) -> bool) -> Progress {
        let progress = self.shared.progress.lock().unwrap_or_else(PoisonError::into_inner);
        self.shared
            .moved
            .wait_while(progress, |progress| waits(progress) && progress.stopped.is_none())
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Pipeline {
    fn drop(&mut self) {
        self.shared.end.store(true, Ordering::SeqCst);
        self.journal.wake();
        if let Some(thread) = self.thread.take() {
            // A panic in it was printed already, and stopped deriving.
            let _ = thread.join();
        }
    }
}

/// Ends with the thread: whoever waits for a thread that panicked waits no longer.
struct Ended(Arc<Shared>);

impl Drop for Ended {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop("the engine failed; what it said stands on standard error".to_owned());
        }
    }
}

impl Shared {
    fn stop(&self, why: String) {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).stopped = Some(why);
        self.moved.notify_all();
    }

    fn heard(&self, more: u64) {
        if more > 0 {
            self.progress.lock().unwrap_or_else(PoisonError::into_inner).heard += more;
        }
    }

    fn served(&self, served: u64) {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        (progress.begun, progress.served) = (true, served);
        drop(progress);
        self.moved.notify_all();
    }
}

/// Whether an entry is something that events are made of.
fn is_heard(bytes: &[u8]) -> bool {
    const KINDS: [&str; 3] = [Report::KIND, Derived::<Detection>::KIND, Derived::<Bearing>::KIND];
    entry::open(bytes).is_ok_and(|(kind, ..)| KINDS.contains(&kind))
}

struct Run {
    journal: Arc<Journal>,
    held: Held,
    engine: Hash,
    configuration: Configuration,
    threads: usize,
    shared: Arc<Shared>,
}

impl Run {
    fn derive(&mut self) -> Result<(), NodeError> {
        let mut replay = newest_replay(&self.journal, self.held.memories(), self.engine, self.threads)?;
        // Before the first append all that stands is read: outputs that are there already may stand behind inputs
        // that came later. From then on nobody else writes outputs, so it is enough to have read one's own.
        let mut read_to = self.journal.size();
        let mut begun = false;
        // A store that was opened has its epoch, however soon it is closed again.
        let mut give_up: Option<Instant> = None;
        loop {
            if begun && self.shared.end.load(Ordering::SeqCst) {
                let give_up = *give_up.get_or_insert_with(|| Instant::now() + CLOSING_MAX);
                let owes = replay.next_index() < self.journal.size() || replay.expected().len() > 0;
                if !owes || Instant::now() >= give_up {
                    break;
                }
            }
            self.read_on(&mut replay, read_to)?;
            // Before the snapshot's entry, which says that whoever has these bytes can go on from them.
            if let Some((input, bytes)) = replay.take_memory() {
                self.held.memories().keep_engine(input, &bytes)?;
            }
            let missing: Vec<Vec<u8>> = replay.expected().take(BATCH_ENTRIES).map(<[u8]>::to_vec).collect();
            if !missing.is_empty() {
                failpoint::pass("outputs");
                read_to = self.journal.append(missing)?.end;
            } else if replay.next_index() < self.journal.size() {
                // More came while this was read.
            } else if !begun {
                // The epoch in force has all that it is owed; now it may end.
                read_to = self.begin_epoch(&replay)?.unwrap_or(read_to);
                begun = true;
            } else {
                self.shared.served(replay.next_index());
                let _ = self.journal.wait_beyond(replay.next_index(), LOOK_UP, &self.shared.end);
            }
        }
        Ok(())
    }

    /// Feeds the replay what stands: all up to `read_to`, and more as long as little is waiting to be appended.
    fn read_on(&self, replay: &mut Replay, read_to: u64) -> Result<(), NodeError> {
        let mut heard = 0;
        while replay.next_index() < read_to
            || replay.next_index() < self.journal.size() && replay.expected().len() < EXPECTED_MAX
        {
            let index = replay.next_index();
            let bytes = self.journal.entry(index)?;
            failpoint::pass("step");
            heard += u64::from(is_heard(&bytes));
            replay.take(&bytes, &self.held).map_err(|error| NodeError::other(format!("entry {index}: {error}")))?;
        }
        self.shared.heard(heard);
        let report = replay.report();
        // What was erased is not to be restored: where no memory is left to go on from, another epoch begins.
        let is_fault = |stretch: &&NotRederivable| stretch.to.is_none() && stretch.erasure.is_none();
        if let Some(lost) = report.not_rederivable.last().filter(is_fault) {
            let found = if lost.damaged { "other bytes are stored under its hash" } else { "it is missing" };
            return Err(NodeError::other(format!(
                "the payload {} of entry {} is not to be had ({found}): nothing can be derived from there on. What is \
                 delivered is registered; restore the folder {PAYLOADS_FOLDER} and open the store again",
                lost.payload, lost.from
            )));
        }
        // Looked for first, and in all that stands: a difference is registered once, not at every start.
        if let Some(stopped) = report.stopped {
            return Err(NodeError::other(format!(
                "deriving was stopped at entry {}: what stands there is not what this engine derives",
                stopped.entry
            )));
        }
        if let Some(divergence) = report.divergence {
            let message = format!(
                "entry {} is not what this engine derives from input {}; the difference is registered and nothing \
                 more is derived",
                divergence.entry, divergence.input
            );
            self.journal.append(vec![entry::to_bytes(&divergence)])?;
            return Err(NodeError::other(message));
        }
        Ok(())
    }

    /// Writes an epoch's entry where none of this engine and configuration is in force, behind the end of the one that
    /// was if that owes nothing; says the journal's size then. Both stand or none: one batch.
    fn begin_epoch(&self, replay: &Replay) -> Result<Option<u64>, NodeError> {
        if replay.is_deriving() && replay.configuration() == Some(&self.configuration) {
            return Ok(None);
        }
        let epoch = Epoch { engine: self.engine, configuration: self.configuration.clone() };
        let mut entries = Vec::new();
        entries.extend(replay.epoch_end().map(|end| entry::to_bytes(&end)));
        entries.push(entry::to_bytes(&epoch));
        failpoint::pass("epoch");
        Ok(Some(self.journal.append(entries)?.end))
    }
}

/// A replay from the newest memory whose snapshot stands in the journal, else from the first entry.
pub(crate) fn newest_replay(
    journal: &Journal,
    memories: &Memories,
    engine: Hash,
    threads: usize,
) -> Result<Replay, NodeError> {
    let origin = journal.origin();
    for (hash, memory) in memories.engine() {
        if stands(journal, memory.input, hash)?
            && let Ok(replay) = Replay::resume(engine, &origin, threads, hash, memory)
        {
            return Ok(replay);
        }
    }
    Ok(Replay::new(engine, &origin, threads))
}

/// Whether the snapshot of a memory stands. What follows a snapshot is some thousand inputs with their outputs.
fn stands(journal: &Journal, input: u64, state: Hash) -> Result<bool, NodeError> {
    for index in input.saturating_add(1)..journal.size() {
        let bytes = JournalReader::entry(journal, index)?;
        if entry::from_bytes::<Snapshot>(&bytes).is_ok_and(|found| found == Snapshot { input, state }) {
            return Ok(true);
        }
    }
    Ok(false)
}
