//! The checkpoint, signed and stored behind the journal: an acknowledgement waits for neither.
//!
//! The newest size is signed when somebody waits for it and else every [`SIGN_EVERY`], stored when somebody waits and else
//! every [`LAG_MAX`]; those between are passed over. What is durable beyond the stored checkpoint after a crash is signed
//! when the journal is opened, so all that its lag costs is that an entry cut off within it, of the last moments before the
//! crash, would not be noticed.
use super::Shared;
use crate::error::NodeError;
use crate::store;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How old an unsigned size is at most where nobody waits for it: an ML-DSA-44 signature takes half a millisecond, so signing
/// takes a hundredth of a processor however fast the journal grows.
const SIGN_EVERY: Duration = Duration::from_millis(50);

/// How far the file lags behind at most where nobody waits for it: its synchronisations take their turn at the disk before
/// those of the journal.
const LAG_MAX: Duration = Duration::from_millis(500);

/// The signing and writing thread and what it shares.
#[derive(Debug)]
pub(super) struct CheckpointFile {
    notes: Arc<Notes>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Notes {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The newest durable size.
    durable: u64,
    /// The size that the newest note covers.
    signed: u64,
    /// The size that the stored checkpoint covers.
    written: u64,
    /// How many wait for the newest.
    waiting: u32,
    ended: bool,
    failed: Option<NodeError>,
}

impl State {
    /// How long the thread may rest, if there is anything to be done at all: until it signs, and until it writes.
    fn due(&self, since_signed: Duration, since_written: Duration) -> Option<(Duration, Duration)> {
        if self.durable == self.written {
            return None;
        }
        if self.waiting > 0 || self.ended {
            return Some((Duration::ZERO, Duration::ZERO));
        }
        let write = LAG_MAX.saturating_sub(since_written);
        let sign = if self.durable == self.signed { write } else { SIGN_EVERY.saturating_sub(since_signed).min(write) };
        Some((sign, write))
    }
}

impl Notes {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CheckpointFile {
    /// Starts the thread; the stored checkpoint covers `written` entries.
    pub(super) fn start(shared: Arc<Shared>, path: PathBuf, written: u64) -> Result<Self, NodeError> {
        let state = State { durable: written, signed: written, written, ..State::default() };
        let notes = Arc::new(Notes { state: Mutex::new(state), ..Notes::default() });
        let told = Arc::clone(&notes);
        let thread = std::thread::Builder::new()
            .name("checkpoint".to_owned())
            .spawn(move || run(&shared, &told, &path))
            .map_err(|error| NodeError::other(format!("cannot start the checkpoint's thread: {error}")))?;
        Ok(Self { notes, thread: Some(thread) })
    }

    /// Says the newest durable size.
    ///
    /// # Errors
    /// If an earlier one could not be signed or written.
    pub(super) fn hand_over(&self, size: u64) -> Result<(), NodeError> {
        let mut state = self.notes.lock();
        if let Some(failed) = &state.failed {
            return Err(failed.clone());
        }
        state.durable = size;
        drop(state);
        self.notes.changed.notify_all();
        Ok(())
    }

    /// Waits until the stored checkpoint covers so many entries, or cannot be written.
    pub(super) fn wait_until_covers(&self, size: u64) {
        let waits = |state: &mut State| state.written < size && state.failed.is_none();
        let mut state = self.notes.lock();
        state.waiting += 1;
        self.notes.changed.notify_all();
        let waited = self.notes.changed.wait_while(state, waits);
        waited.unwrap_or_else(PoisonError::into_inner).waiting -= 1;
    }
}

impl Drop for CheckpointFile {
    fn drop(&mut self) {
        self.notes.lock().ended = true;
        self.notes.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // It signs and writes the newest size first; a panic in it was printed already.
            let _ = thread.join();
        }
    }
}

fn run(shared: &Shared, notes: &Notes, path: &Path) {
    let (mut last_signed, mut last_written) = (Instant::now(), Instant::now());
    let mut note = String::new();
    loop {
        let mut state = notes.lock();
        let write = loop {
            state = match state.due(last_signed.elapsed(), last_written.elapsed()) {
                None if state.ended => return,
                None => notes.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some((Duration::ZERO, write)) => break write.is_zero(),
                Some((rest, _)) => notes.changed.wait_timeout(state, rest).unwrap_or_else(PoisonError::into_inner).0,
            };
        };
        let mut size = state.signed;
        let stale = state.signed < state.durable;
        drop(state);
        let mut done = Ok(());
        if stale {
            last_signed = Instant::now();
            done = shared.sign().map(|signed| (size, note) = signed);
        }
        if write && done.is_ok() {
            last_written = Instant::now();
            done = store::replace(path, note.as_bytes());
        }
        let mut state = notes.lock();
        match done {
            Ok(()) => {
                // The tree may have grown past what was handed over before it was signed.
                state.durable = state.durable.max(size);
                state.signed = size;
                if write {
                    state.written = size;
                }
            }
            Err(error) => {
                state.failed = Some(error);
                notes.changed.notify_all();
                return;
            }
        }
        drop(state);
        notes.changed.notify_all();
    }
}
