//! A power cut: what was not synchronised is gone. A killed process keeps the page cache, so only a disk of our own
//! shows whether the journal waits for the synchronisation before it acknowledges.
use super::*;
use crate::journal::disk::Disk;
use std::io;
use std::sync::{Arc, Mutex};

/// What goes wrong at one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It fails, and what it should have kept is not kept.
    FailedNotPersisted,
    /// It fails, and what it should have kept is kept all the same.
    FailedPersisted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Append,
    Sync,
}

/// A disk in memory that forgets in a power cut what was not synchronised.
#[derive(Debug, Default)]
struct Memory {
    durable: Vec<u8>,
    cached: Vec<u8>,
    calls: usize,
    /// At which call, counted from 0, what goes wrong.
    fault: Option<(usize, Fault)>,
    /// What the faulty call was.
    met: Option<Call>,
}

#[derive(Debug, Clone)]
struct Simulated(Arc<Mutex<Memory>>);

impl Simulated {
    fn with(&self, call: Call, does: impl FnOnce(&mut Memory)) -> io::Result<()> {
        let mut memory = self.0.lock().unwrap();
        let fault = memory.fault.filter(|(at, _)| *at == memory.calls).map(|(_, fault)| fault);
        memory.calls += 1;
        if fault != Some(Fault::FailedNotPersisted) {
            does(&mut memory);
        }
        if fault.is_none() {
            return Ok(());
        }
        memory.met = Some(call);
        Err(io::Error::other("the disk is not well"))
    }
}

impl Disk for Simulated {
    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        self.with(Call::Append, |memory| memory.cached.extend_from_slice(bytes))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.with(Call::Sync, |memory| memory.durable.clone_from(&memory.cached))
    }

    fn read_exact_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        let memory = self.0.lock().unwrap();
        let at = usize::try_from(offset).unwrap();
        let found = memory.cached.get(at..at + bytes.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        bytes.copy_from_slice(found);
        Ok(())
    }
}

/// A journal on a simulated disk, in a store whose checkpoint is a real file.
fn on_simulated(store: &Store, fault: Option<(usize, Fault)>) -> (Journal, Simulated) {
    drop(open(store));
    let held = std::fs::read(store.file(JOURNAL_FILE)).unwrap();
    let memory = Memory { durable: held.clone(), cached: held, fault, ..Memory::default() };
    let disk = Simulated(Arc::new(Mutex::new(memory)));
    let journal = Journal::open_on(store, Mode::Write, |_| Box::new(disk.clone())).unwrap();
    (journal, disk)
}

/// The journal as it opens after a power cut at this moment.
fn after_power_cut(store: &Store, disk: &Simulated) -> Vec<Vec<u8>> {
    let durable = disk.0.lock().unwrap().durable.clone();
    std::fs::write(store.file(JOURNAL_FILE), durable).unwrap();
    entries_of(&open(store))
}

#[test]
fn what_was_acknowledged_stands_after_a_power_cut() {
    for batches in 1..6 {
        let (_folder, store) = new_store();
        let (journal, disk) = on_simulated(&store, None);
        let mut acknowledged = Vec::new();
        for n in 0..batches {
            let batch = batch(&n.to_string(), n + 1);
            journal.append(batch.clone()).unwrap();
            acknowledged.extend(batch);
        }
        // The power fails before the journal is closed: nothing is written on the way out.
        assert_eq!(after_power_cut(&store, &disk), acknowledged, "after {batches} batches");
        drop(journal);
    }
}

/// {failed and not persisted, failed but persisted} x {the process ends, it goes on}, at each call of three batches.
#[test]
fn each_fault_keeps_what_was_acknowledged_and_a_failed_batch_whole_or_not_at_all() {
    let mut rows = 0;
    for fault in [Fault::FailedNotPersisted, Fault::FailedPersisted] {
        for goes_on in [false, true] {
            for at in 0..6 {
                let (_folder, store) = new_store();
                let (journal, disk) = on_simulated(&store, Some((at, fault)));
                let (mut acknowledged, mut failed) = (Vec::new(), Vec::new());
                for n in 0..3 {
                    let batch = batch(&n.to_string(), n + 1);
                    match journal.append(batch.clone()) {
                        Ok(_) => {
                            assert!(failed.is_empty(), "nothing is taken after a failure");
                            acknowledged.extend(batch);
                        }
                        Err(error) if failed.is_empty() => {
                            assert!(error.is_io(), "{error}");
                            failed = batch;
                            if !goes_on {
                                break;
                            }
                        }
                        Err(error) => assert!(error.is_read_only(), "{error}"),
                    }
                }
                assert_eq!(acknowledged.len(), [0, 1, 3][at / 2], "two calls for each batch");
                let call = [Call::Append, Call::Sync][at % 2];
                assert_eq!(disk.0.lock().unwrap().met, Some(call));
                assert_eq!(entries_of(&journal), acknowledged, "nobody reads what is not acknowledged");
                let after = after_power_cut(&store, &disk);
                // Only a synchronisation that did its work and said otherwise leaves the failed batch there.
                let stands = fault == Fault::FailedPersisted && call == Call::Sync;
                let expected = if stands { [acknowledged, failed].concat() } else { acknowledged };
                assert_eq!(after, expected, "{fault:?} at call {at}, goes on: {goes_on}");
                assert_eq!(open(&store).append(batch("next", 1)).unwrap().start, expected.len() as u64);
                rows += 1;
                drop(journal);
            }
        }
    }
    assert_eq!(rows, 24);
}
