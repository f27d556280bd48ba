//! Many writers and readers at once.
use super::*;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use truceline_evidence::journal::JournalError;

const THREADS: usize = 8;
const BATCHES: usize = 40;

/// Between one and five entries that say whose they are.
fn batch_of(thread: usize, n: usize) -> Vec<Vec<u8>> {
    batch(&format!("thread {thread}, batch {n}, entry"), 1 + (thread + n) % 5)
}

#[test]
fn batches_of_many_threads_stand_whole_and_in_each_thread_s_order() {
    let (_folder, store) = new_store();
    let journal = open(&store);
    let write =
        |thread| -> Vec<Range<u64>> { (0..BATCHES).map(|n| journal.append(batch_of(thread, n)).unwrap()).collect() };
    let ranges: Vec<Vec<Range<u64>>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || write(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    drop(journal);
    let entries = entries_of(&open(&store));
    let mut covered = 0;
    for (thread, ranges) in ranges.iter().enumerate() {
        let mut end_before = 0;
        for (n, range) in ranges.iter().enumerate() {
            assert!(range.start >= end_before, "batches of one thread stand in its order");
            end_before = range.end;
            assert_eq!(entries[range.start as usize..range.end as usize], batch_of(thread, n));
            covered += range.end - range.start;
        }
    }
    assert_eq!(covered, entries.len() as u64, "every entry is of one batch, and every batch stands");
    let expected = reference();
    expected.append(entries).unwrap();
    assert_eq!(expected.checkpoint(), open(&store).checkpoint());
}

#[test]
fn readers_see_a_journal_that_only_grows() {
    let (_folder, store) = new_store();
    let _writes = store.lock().unwrap();
    let journal = open(&store);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let (mut seen, mut rounds) = (Vec::new(), 0);
            while !done.load(Ordering::SeqCst) || rounds == 0 {
                let now = entries_of(&journal);
                assert!(now.starts_with(&seen), "what was read once reads the same");
                if let Some(note) = journal.checkpoint() {
                    let checkpoint = Checkpoint::open(&note, key().verifier_key()).unwrap();
                    assert!(checkpoint.size <= journal.size());
                }
                (seen, rounds) = (now, rounds + 1);
            }
            seen
        });
        // As `replay` does beside a running server.
        let other_process = scope.spawn(|| {
            let (mut seen, mut rounds) = (Vec::new(), 0);
            while !done.load(Ordering::SeqCst) || rounds == 0 {
                let opened = Journal::open(&store, Mode::Read).unwrap();
                assert_eq!(opened.problem(), None);
                let note = opened.checkpoint().unwrap();
                let checkpoint = Checkpoint::open(&note, key().verifier_key()).unwrap();
                assert_eq!(checkpoint.size, opened.size());
                let now = entries_of(&opened);
                assert!(now.starts_with(&seen), "what was read once reads the same");
                (seen, rounds) = (now, rounds + 1);
            }
            seen
        });
        for n in 0..200 {
            journal.append(batch_of(0, n)).unwrap();
        }
        done.store(true, Ordering::SeqCst);
        let all = entries_of(&journal);
        assert!(all.starts_with(&reader.join().unwrap()));
        assert!(all.starts_with(&other_process.join().unwrap()));
    });
}

/// The queue is full while the writing thread is held up, and a caller is told so at once.
#[test]
fn a_full_queue_is_an_error_and_takes_nothing() {
    /// As the queue has it.
    const WAITING: usize = 1_024;
    const TOO_MANY: usize = 8;
    let (_folder, store) = new_store();
    let journal = open(&store);
    let log_path = store.file(JOURNAL_FILE);
    let length = || std::fs::metadata(&log_path).unwrap().len();
    let empty = length();
    std::thread::scope(|scope| {
        // Whoever reads holds up the thread that takes over what it wrote.
        let hold = journal.shared.durable.read().unwrap();
        let first = scope.spawn(|| journal.append(vec![b"first".to_vec()]));
        while length() == empty {
            std::thread::yield_now();
        }
        let (results, result) = channel::<(usize, Result<Range<u64>, JournalError>)>();
        for n in 0..WAITING + TOO_MANY {
            let (journal, results) = (&journal, results.clone());
            let work = move || results.send((n, journal.append(vec![n.to_le_bytes().to_vec()]))).unwrap();
            std::thread::Builder::new().stack_size(64 << 10).spawn_scoped(scope, work).unwrap();
        }
        let mut refused = Vec::new();
        for _ in 0..TOO_MANY {
            let (n, error) = result.recv().unwrap();
            let error = error.unwrap_err();
            assert!(error.is_full() && error.to_string() == "1024 batches are waiting already", "{error}");
            refused.push(n.to_le_bytes().to_vec());
        }
        drop(hold);
        assert_eq!(first.join().unwrap().unwrap(), 0..1);
        for _ in 0..WAITING {
            let (n, range) = result.recv().unwrap();
            assert_eq!(journal.entry(range.unwrap().start).unwrap(), n.to_le_bytes());
        }
        assert_eq!(journal.size(), 1 + WAITING as u64);
        assert!(entries_of(&journal).iter().all(|entry| !refused.contains(entry)), "nothing of it was taken");
        assert_eq!(journal.append(refused).unwrap().start, 1 + WAITING as u64, "there is room again");
    });
}
