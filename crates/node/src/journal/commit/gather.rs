//! Which batches are written together.
//!
//! Threads that append without a pause come back a moment after their acknowledgement. Were the next batch written at once,
//! they would find the disk busy and each synchronisation would serve a part of them, in turns. So where fewer wait than were
//! on their way when the last commit ended, the writing thread waits for the others, for a part of what that commit took. Where
//! they do not come it does so more and more rarely. (PostgreSQL's `commit_delay`, but learnt from what happens.)
use super::{Batch, MAX_COMMIT_BYTES};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// Past so many bytes the disk takes as long as its bytes take, however many synchronisations they are.
const GATHERED_BYTES_MAX: usize = 512 << 10;
/// The longest wait.
const WAIT_MAX: Duration = Duration::from_millis(2);
/// However often it waited in vain, of so many commits one waits.
const SKIPPED_MAX: u32 = 64;

/// What the last commits tell of the next.
#[derive(Debug, Default)]
pub(super) struct Gather {
    /// How many batches were on their way when the last commit ended, its own among them.
    expected: usize,
    /// How long it took.
    took: Duration,
    /// So many commits more do not wait.
    skip: u32,
    /// So many do not after the next wait in vain.
    skip_next: u32,
}

impl Gather {
    /// The next batches to be written; none when no more come.
    pub(super) fn next(&mut self, waiting: &Receiver<Batch>) -> Option<Vec<Batch>> {
        let mut taken = Taken::default();
        taken.push(waiting.recv().ok()?);
        taken.all_that_wait(waiting);
        if taken.batches.len() >= self.expected || taken.bytes >= GATHERED_BYTES_MAX {
            return Some(taken.batches);
        }
        if self.skip > 0 {
            self.skip -= 1;
            return Some(taken.batches);
        }
        let until = Instant::now() + WAIT_MAX.min(self.took / 2);
        while taken.batches.len() < self.expected
            && let Ok(batch) = waiting.recv_timeout(until.saturating_duration_since(Instant::now()))
        {
            taken.push(batch);
            taken.all_that_wait(waiting);
        }
        let in_vain = taken.batches.len() < self.expected;
        self.skip_next = if in_vain { (2 * self.skip_next).clamp(1, SKIPPED_MAX) } else { 0 };
        self.skip = self.skip_next;
        Some(taken.batches)
    }

    /// How long the commit took, and how many batches were on their way when it ended.
    pub(super) fn took(&mut self, took: Duration, expected: usize) {
        (self.took, self.expected) = (took, expected);
    }
}

#[derive(Default)]
struct Taken {
    batches: Vec<Batch>,
    bytes: usize,
}

impl Taken {
    fn push(&mut self, batch: Batch) {
        self.bytes += batch.framed.bytes.len();
        self.batches.push(batch);
    }

    fn all_that_wait(&mut self, waiting: &Receiver<Batch>) {
        while self.bytes < MAX_COMMIT_BYTES
            && let Ok(batch) = waiting.try_recv()
        {
            self.push(batch);
        }
    }
}
