//! The checkpoint's file, written behind the journal: an acknowledgement does not wait for it.
//!
//! The newest note is written when somebody waits for it and else after [`LAG_MAX`]; those between are passed over. What is durable beyond the
//! stored checkpoint after a crash is signed when the journal is opened, so all that its lag costs is that an entry cut
//! off within it, of the last moments before the crash, would not be noticed.
use crate::error::NodeError;
use crate::store;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How far the file lags behind at most where nobody waits for it: its synchronisations take their turn at the disk before
/// those of the journal.
const LAG_MAX: Duration = Duration::from_millis(500);

/// The writing thread and what it shares.
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
    /// The newest note that is not written, with the size that it covers.
    newest: Option<(u64, String)>,
    /// The size that the stored checkpoint covers.
    written: u64,
    /// How many wait for the newest.
    waiting: u32,
    ended: bool,
    failed: Option<NodeError>,
}

impl Notes {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CheckpointFile {
    /// Starts the thread; the stored checkpoint covers `written` entries.
    pub(super) fn start(path: PathBuf, written: u64) -> Result<Self, NodeError> {
        let notes = Arc::new(Notes { state: Mutex::new(State { written, ..State::default() }), ..Notes::default() });
        let shared = Arc::clone(&notes);
        let thread = std::thread::Builder::new()
            .name("checkpoint".to_owned())
            .spawn(move || run(&shared, &path))
            .map_err(|error| NodeError::other(format!("cannot start the checkpoint's thread: {error}")))?;
        Ok(Self { notes, thread: Some(thread) })
    }

    /// Hands over the note over the newest size.
    ///
    /// # Errors
    /// If an earlier one could not be written.
    pub(super) fn hand_over(&self, size: u64, note: String) -> Result<(), NodeError> {
        let mut state = self.notes.lock();
        if let Some(failed) = &state.failed {
            return Err(failed.clone());
        }
        state.newest = Some((size, note));
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
            // It writes the newest note first; a panic in it was printed already.
            let _ = thread.join();
        }
    }
}

fn run(notes: &Notes, path: &Path) {
    let mut last = Instant::now();
    loop {
        let waits = |state: &mut State| state.newest.is_none() && !state.ended;
        let state = notes.changed.wait_while(notes.lock(), waits).unwrap_or_else(PoisonError::into_inner);
        let rests = |state: &mut State| state.waiting == 0 && !state.ended;
        let rested = notes.changed.wait_timeout_while(state, LAG_MAX.saturating_sub(last.elapsed()), rests);
        let (mut state, _) = rested.unwrap_or_else(PoisonError::into_inner);
        let Some((size, note)) = state.newest.take() else { return };
        drop(state);
        last = Instant::now();
        let done = store::replace(path, note.as_bytes());
        let mut state = notes.lock();
        match done {
            Ok(()) => state.written = size,
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
