//! Group commit: one thread takes all batches that wait, writes them with one call, synchronises once, and
//! acknowledges each.
use super::frame::{Indexed, Place};
use super::index::IndexFile;
use super::publish::Publisher;
use super::{Shared, frame};
use crate::error::NodeError;
use crate::failpoint;
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, TrySendError, channel, sync_channel};
use std::thread::JoinHandle;
use truceline_evidence::journal::JournalError;
use truceline_evidence::leaf;
use truceline_model::hash::Hash;

/// The most batches that wait. Callers past it are told that the journal is full instead of waiting.
const MAX_WAITING_BATCHES: usize = 1_024;

/// The most bytes of one commit: past this the wait for the disk outgrows what is saved by fewer synchronisations.
const MAX_COMMIT_BYTES: usize = 8 << 20;

/// From so many bytes on the leaves are hashed beside the wait for the disk: a thread takes some 50 us to start, as long as
/// hashing these takes.
const HASHED_BESIDE_BYTES: usize = 32 << 10;

type Ack = Result<Range<u64>, JournalError>;

struct Batch {
    entries: Vec<Vec<u8>>,
    ack: Sender<Ack>,
}

/// The writing thread and the way to it.
#[derive(Debug)]
pub(super) struct Committer {
    queue: Option<SyncSender<Batch>>,
    thread: Option<JoinHandle<()>>,
}

impl Committer {
    /// Starts the thread; the file's next byte is at `end`.
    pub(super) fn start(
        shared: Arc<Shared>,
        publisher: Arc<Publisher>,
        end: u64,
        index: IndexFile,
    ) -> Result<Self, NodeError> {
        let (queue, waiting) = sync_channel(MAX_WAITING_BATCHES);
        let thread = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || run(&shared, &publisher, end, index, &waiting))
            .map_err(|error| NodeError::other(format!("cannot start the journal's thread: {error}")))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    pub(super) fn append(&self, entries: Vec<Vec<u8>>) -> Ack {
        if frame::payload_bytes(&entries) > frame::MAX_PAYLOAD_BYTES {
            let message = format!("a batch of more than {} bytes", frame::MAX_PAYLOAD_BYTES);
            return Err(JournalError::too_large(message));
        }
        let closed = || JournalError::closed("the journal's thread has ended");
        let (ack, acked) = channel();
        let queue = self.queue.as_ref().ok_or_else(closed)?;
        queue.try_send(Batch { entries, ack }).map_err(|error| match error {
            TrySendError::Full(_) => JournalError::full(format!("{MAX_WAITING_BATCHES} batches are waiting already")),
            TrySendError::Disconnected(_) => closed(),
        })?;
        acked.recv().unwrap_or_else(|_| Err(closed()))
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // It ends when it has written what waits; a panic in it was printed already.
            let _ = thread.join();
        }
    }
}

fn run(shared: &Shared, publisher: &Publisher, mut end: u64, mut index_file: IndexFile, waiting: &Receiver<Batch>) {
    let mut failed: Option<JournalError> = None;
    while let Ok(first) = waiting.recv() {
        let mut batches = vec![first];
        let mut bytes = frame::payload_bytes(&batches[0].entries);
        while bytes < MAX_COMMIT_BYTES
            && let Ok(next) = waiting.try_recv()
        {
            bytes += frame::payload_bytes(&next.entries);
            batches.push(next);
        }
        let result = match &failed {
            Some(error) => Err(error.clone()),
            None => commit(shared, publisher, &mut end, &mut index_file, &batches),
        };
        match result {
            Ok(ranges) => {
                for (batch, range) in batches.into_iter().zip(ranges) {
                    // Whoever asked may be gone; the entries stand all the same.
                    let _ = batch.ack.send(Ok(range));
                }
            }
            Err(error) => {
                for batch in batches {
                    let _ = batch.ack.send(Err(error.clone()));
                }
                failed.get_or_insert_with(|| {
                    JournalError::read_only(format!("storage failed before ({error}); open the store again"))
                });
            }
        }
    }
}

/// Writes batches and makes them durable. After an error nothing is known of what the storage holds.
fn commit(
    shared: &Shared,
    publisher: &Publisher,
    end: &mut u64,
    index_file: &mut IndexFile,
    batches: &[Batch],
) -> Result<Vec<Range<u64>>, JournalError> {
    let start = shared.read(|durable| durable.tree.size());
    let (mut bytes, mut places, mut ranges) = (Vec::new(), Vec::new(), Vec::new());
    let mut index = start;
    for batch in batches {
        let at = *end + bytes.len() as u64;
        let within = frame::build(&batch.entries, &mut bytes);
        let frame_end = *end + bytes.len() as u64;
        places.extend(within.map(|(offset, length)| Place { offset: at + offset, length, frame_end }));
        ranges.push(index..index + batch.entries.len() as u64);
        index += batch.entries.len() as u64;
    }
    let leaves = || {
        let entries = batches.iter().flat_map(|batch| &batch.entries);
        let leaf = |(entry, index): (&Vec<u8>, u64)| leaf::of_entry(&shared.salts.of(index), entry);
        entries.zip(start..).map(leaf).collect::<Vec<Hash>>()
    };
    let written = || {
        let io = |what: &str, error: std::io::Error| JournalError::io(format!("cannot {what} the journal: {error}"));
        failpoint::pass("append");
        shared.disk.append(&bytes).map_err(|error| io("write", error))?;
        failpoint::pass("fsync");
        shared.disk.sync_data().map_err(|error| io("synchronise", error))
    };
    let (written, leaves) = if bytes.len() < HASHED_BESIDE_BYTES {
        (written(), leaves())
    } else {
        std::thread::scope(|scope| {
            let hashing = scope.spawn(leaves);
            (written(), hashing.join().unwrap_or_default())
        })
    };
    written?;
    if leaves.len() != places.len() {
        return Err(JournalError::io("the leaves of a batch could not be computed"));
    }
    let indexed: Vec<Indexed> =
        places.iter().zip(leaves).map(|(place, leaf)| Indexed { place: *place, leaf }).collect();
    *end += bytes.len() as u64;
    shared.extend(&indexed);
    publisher.told(index).map_err(|error| JournalError::io(error.to_string()))?;
    index_file.append(&places);
    failpoint::pass("ack");
    Ok(ranges)
}
