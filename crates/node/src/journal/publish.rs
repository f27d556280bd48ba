//! What lags behind the journal, in a thread of its own: tiles, then a signature over them, then the sign guard, then the
//! checkpoint's file, and only then the checkpoint is shown. An acknowledgement waits for none of it.
//!
//! The newest size is published when somebody waits for it and else after [`LAG_MAX`]; those between are passed over. What is
//! durable beyond the stored checkpoint after a crash is signed when the journal is opened, so all that its lag costs is that
//! an entry cut off within it, of the last moments before the crash, would not be noticed.
use super::Shared;
use super::tiles::Tiles;
use crate::disk;
use crate::error::NodeError;
use crate::failpoint;
use crate::guard::Guard;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How far it lags behind at most where nobody waits for it: its synchronisations take their turn at the disk before
/// those of the journal.
const LAG_MAX: Duration = Duration::from_millis(500);

/// Leaves copied from the tree at once: some tens of microseconds in which no batch can be taken over.
const LEAVES_AT_ONCE: u64 = 16_384;

/// The publishing thread and what it shares.
#[derive(Debug)]
pub(super) struct Publisher {
    turn: Arc<Turn>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Turn {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The newest size.
    newest: u64,
    /// The size that the stored checkpoint covers.
    published: u64,
    /// How many wait for the newest.
    waiting: u32,
    ended: bool,
    failed: Option<NodeError>,
}

/// Where it publishes.
#[derive(Debug)]
pub(super) struct Shelf {
    pub(super) tiles: Tiles,
    /// None where the store has none.
    pub(super) guard: Option<Guard>,
    /// What stands in the guard.
    pub(super) last: Option<String>,
    pub(super) checkpoint_path: PathBuf,
}

impl Shelf {
    /// Publishes all that is durable: says the size.
    pub(super) fn publish(&mut self, shared: &Shared) -> Result<u64, NodeError> {
        let (size, root) = shared.read(|durable| (durable.tree.size(), durable.tree.root()));
        let io = |error: std::io::Error| NodeError::io(Path::new("tiles"), "write the tiles", &error);
        let mut changed = Vec::new();
        while self.tiles.lack(size) {
            let missing = shared.read(|durable| self.tiles.missing(&durable.tree, size, LEAVES_AT_ONCE));
            changed.resize(missing.len(), false);
            changed.iter_mut().zip(&missing).for_each(|(changed, bytes)| *changed |= !bytes.is_empty());
            self.tiles.append(&missing).map_err(io)?;
        }
        failpoint::pass("tiles");
        self.tiles.sync(&changed).map_err(io)?;
        let note = shared.signing.sign(size, root)?;
        failpoint::pass("guard");
        if let Some(guard) = &self.guard {
            guard.swap(self.last.as_deref(), &note)?;
        }
        failpoint::pass("checkpoint");
        disk::replace(&*shared.storage, &self.checkpoint_path, note.as_bytes())
            .map_err(|error| NodeError::io(&self.checkpoint_path, "write", &error))?;
        self.last = Some(note.clone());
        shared.show(note, size);
        Ok(size)
    }
}

impl Turn {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Publisher {
    /// Starts the thread; `published` entries are.
    pub(super) fn start(shared: Arc<Shared>, shelf: Shelf, published: u64) -> Result<Self, NodeError> {
        let state = State { newest: published, published, ..State::default() };
        let turn = Arc::new(Turn { state: Mutex::new(state), ..Turn::default() });
        let of_thread = Arc::clone(&turn);
        let thread = std::thread::Builder::new()
            .name("publisher".to_owned())
            .spawn(move || run(&of_thread, &shared, shelf))
            .map_err(|error| NodeError::other(format!("cannot start the publishing thread: {error}")))?;
        Ok(Self { turn, thread: Some(thread) })
    }

    /// Tells it the newest size.
    ///
    /// # Errors
    /// If an earlier one could not be published.
    pub(super) fn told(&self, size: u64) -> Result<(), NodeError> {
        let mut state = self.turn.lock();
        if let Some(failed) = &state.failed {
            return Err(failed.clone());
        }
        state.newest = size;
        drop(state);
        self.turn.changed.notify_all();
        Ok(())
    }

    /// Waits until the stored checkpoint covers so many entries, or cannot be written.
    pub(super) fn wait_until_covers(&self, size: u64) {
        let waits = |state: &mut State| state.published < size && state.failed.is_none();
        let mut state = self.turn.lock();
        if state.published >= size {
            return;
        }
        state.waiting += 1;
        self.turn.changed.notify_all();
        let waited = self.turn.changed.wait_while(state, waits);
        waited.unwrap_or_else(PoisonError::into_inner).waiting -= 1;
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.turn.lock().ended = true;
        self.turn.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // It publishes the newest size first; a panic in it was printed already.
            let _ = thread.join();
        }
    }
}

fn run(turn: &Turn, shared: &Shared, mut shelf: Shelf) {
    let mut last = Instant::now();
    loop {
        let waits = |state: &mut State| state.newest == state.published && !state.ended;
        let state = turn.changed.wait_while(turn.lock(), waits).unwrap_or_else(PoisonError::into_inner);
        let rests = |state: &mut State| state.waiting == 0 && !state.ended;
        let rested = turn.changed.wait_timeout_while(state, LAG_MAX.saturating_sub(last.elapsed()), rests);
        let (state, _) = rested.unwrap_or_else(PoisonError::into_inner);
        if state.newest == state.published {
            return;
        }
        drop(state);
        last = Instant::now();
        let done = shelf.publish(shared);
        let mut state = turn.lock();
        let failed = done.is_err();
        match done {
            Ok(size) => {
                state.published = size;
                // Told later than it was seen.
                state.newest = state.newest.max(size);
            }
            Err(error) => state.failed = Some(error),
        }
        drop(state);
        turn.changed.notify_all();
        if failed {
            return;
        }
    }
}
