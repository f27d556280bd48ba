//! Group commit: one thread takes all batches that wait, writes them with one call, synchronises once, and
//! acknowledges each.
//!
//! Whoever appends makes the batch's frame before it is handed over, and hashes its leaves while it is being written: with the
//! place in the queue comes the index, which the salts need. So the writing thread does nothing but write, and as many
//! processors hash as threads append.
mod gather;

use super::Shared;
use super::frame::{self, Framed, Place};
use super::index::IndexFile;
use super::publish::Publisher;
use crate::error::NodeError;
use crate::failpoint;
use gather::Gather;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;
use truceline_evidence::journal::JournalError;
use truceline_evidence::leaf;
use truceline_evidence::merkle::Run;

/// The most batches that wait. Callers past it are told that the journal is full instead of waiting.
const MAX_WAITING_BATCHES: usize = 1_024;

/// The most bytes of one commit: past this the wait for the disk outgrows what is saved by fewer synchronisations.
const MAX_COMMIT_BYTES: usize = 8 << 20;

type Ack = Result<Range<u64>, JournalError>;

/// What waits to be written.
struct Batch {
    framed: Framed,
    /// The index of the first entry.
    start: u64,
    /// The leaves, from whoever appends.
    hashed: Receiver<Run>,
    ack: Sender<Ack>,
}

impl Batch {
    fn range(&self) -> Range<u64> {
        self.start..self.start + self.framed.places.len() as u64
    }
}

/// The writing thread and the way to it.
#[derive(Debug)]
pub(super) struct Committer {
    shared: Arc<Shared>,
    queue: Mutex<Queue>,
    /// How many batches have entered and were not answered.
    on_their_way: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
}

/// Indices are given in the order in which batches enter it, so both are under one lock.
#[derive(Debug)]
struct Queue {
    /// The index of the next entry.
    next: u64,
    /// None when no batch is taken any more.
    entrance: Option<SyncSender<Batch>>,
}

impl Committer {
    /// Starts the thread; the file's next byte is at `end`.
    pub(super) fn start(
        shared: Arc<Shared>,
        publisher: Arc<Publisher>,
        end: u64,
        index_file: IndexFile,
    ) -> Result<Self, NodeError> {
        let (entrance, waiting) = sync_channel(MAX_WAITING_BATCHES);
        let queue = Queue { next: shared.read(|durable| durable.tree.size()), entrance: Some(entrance) };
        let writer = Writer { shared: Arc::clone(&shared), publisher, end, index_file };
        let on_their_way = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&on_their_way);
        let thread = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || run(writer, &waiting, &counted))
            .map_err(|error| NodeError::other(format!("cannot start the journal's thread: {error}")))?;
        Ok(Self { shared, queue: Mutex::new(queue), on_their_way, thread: Some(thread) })
    }

    pub(super) fn append(&self, entries: &[Vec<u8>]) -> Ack {
        if frame::payload_bytes(entries) > frame::MAX_PAYLOAD_BYTES {
            let message = format!("a batch of more than {} bytes", frame::MAX_PAYLOAD_BYTES);
            return Err(JournalError::too_large(message));
        }
        let closed = || JournalError::closed("the journal's thread has ended");
        let (leaves, hashed) = channel();
        let (ack, acked) = channel();
        let framed = frame::build(entries);
        let start = self.enter(|start| Batch { framed, start, hashed, ack })?;
        let entries = entries.iter().map(Vec::as_slice);
        // Nobody takes them where the batch could not be written.
        let _ = leaves.send(self.shared.run(start, entries));
        acked.recv().unwrap_or_else(|_| Err(closed()))
    }

    /// Puts a batch at the end of the queue; says its index.
    fn enter(&self, batch: impl FnOnce(u64) -> Batch) -> Result<u64, JournalError> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let closed = || JournalError::closed("the journal's thread has ended");
        let batch = batch(queue.next);
        let Range { start, end } = batch.range();
        let entrance = queue.entrance.as_ref().ok_or_else(closed)?;
        // Before: the thread that writes counts it down.
        self.on_their_way.fetch_add(1, Ordering::SeqCst);
        entrance.try_send(batch).map_err(|error| {
            self.on_their_way.fetch_sub(1, Ordering::SeqCst);
            match error {
                TrySendError::Full(_) => {
                    JournalError::full(format!("{MAX_WAITING_BATCHES} batches are waiting already"))
                }
                TrySendError::Disconnected(_) => closed(),
            }
        })?;
        queue.next = end;
        Ok(start)
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        self.queue.get_mut().unwrap_or_else(PoisonError::into_inner).entrance = None;
        if let Some(thread) = self.thread.take() {
            // It ends when it has written what waits; a panic in it was printed already.
            let _ = thread.join();
        }
    }
}

impl Shared {
    /// The leaves of entries from this index on.
    fn run<'a>(&self, start: u64, entries: impl Iterator<Item = &'a [u8]>) -> Run {
        let leaf = |(entry, index)| leaf::of_entry(&self.salts.of(index), entry);
        Run::new(start, entries.zip(start..).map(leaf).collect())
    }
}

fn run(mut writer: Writer, waiting: &Receiver<Batch>, on_their_way: &AtomicUsize) {
    let mut failed: Option<JournalError> = None;
    let mut gather = Gather::default();
    while let Some(batches) = gather.next(waiting) {
        let begin = Instant::now();
        let places = match &failed {
            Some(error) => Err(error.clone()),
            None => writer.commit(&batches),
        };
        gather.took(begin.elapsed(), on_their_way.fetch_sub(batches.len(), Ordering::SeqCst));
        for batch in batches {
            // Whoever asked may be gone; the entries stand all the same.
            let _ = batch.ack.send(places.as_ref().map(|_| batch.range()).map_err(Clone::clone));
        }
        match places {
            // Nobody needs it before the next start.
            Ok(places) => writer.index_file.append(&places),
            Err(error) => {
                failed.get_or_insert_with(|| {
                    JournalError::read_only(format!("storage failed before ({error}); open the store again"))
                });
            }
        }
    }
}

/// What the writing thread holds.
struct Writer {
    shared: Arc<Shared>,
    publisher: Arc<Publisher>,
    /// Where the file's next byte stands.
    end: u64,
    index_file: IndexFile,
}

impl Writer {
    /// Writes batches and makes them durable; says where their entries stand. After an error nothing is known of what the
    /// storage holds.
    fn commit(&mut self, batches: &[Batch]) -> Result<Vec<Place>, JournalError> {
        let io = |what: &str, error: std::io::Error| JournalError::io(format!("cannot {what} the journal: {error}"));
        let frames: Vec<&[u8]> = batches.iter().map(|batch| &batch.framed.bytes[..]).collect();
        failpoint::pass("append");
        self.shared.disk.append_parts(&frames).map_err(|error| io("write", error))?;
        failpoint::pass("fsync");
        self.shared.disk.sync_data().map_err(|error| io("synchronise", error))?;
        let (mut places, mut runs) = (Vec::new(), Vec::new());
        for batch in batches {
            let (at, frame_end) = (self.end, self.end + batch.framed.bytes.len() as u64);
            let place =
                |(offset, length): &(u32, u32)| Place { offset: at + u64::from(*offset), length: *length, frame_end };
            places.extend(batch.framed.places.iter().map(place));
            self.end = frame_end;
            // Whoever appended may have ended meanwhile.
            runs.push(batch.hashed.recv().unwrap_or_else(|_| self.shared.run(batch.start, batch.framed.entries())));
        }
        self.shared
            .extend(&places, &runs, self.index_file.count())
            .map_err(|error| JournalError::io(error.to_string()))?;
        let size = batches.last().map_or(0, |last| last.range().end);
        self.publisher.told(size).map_err(|error| JournalError::io(error.to_string()))?;
        failpoint::pass("ack");
        Ok(places)
    }
}
