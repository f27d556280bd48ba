//! A power cut: what was not synchronised is gone. A killed process keeps the page cache, so only a disk of our own
//! shows whether the journal waits for the synchronisation before it acknowledges.
use super::*;
use crate::disk::simulated::{Call, Fault, Simulated};

/// A journal on a simulated disk, in a store whose checkpoint is a real file.
fn on_simulated(store: &Store, fault: Option<(usize, Fault)>) -> (Journal, Simulated) {
    drop(open(store));
    let held = std::fs::read(store.file(JOURNAL_FILE)).unwrap();
    let disk = Simulated::holding(held, fault);
    let journal = Journal::open_on(store, Mode::Write, |_| Box::new(disk.clone())).unwrap();
    (journal, disk)
}

/// The journal as it opens after a power cut at this moment.
fn after_power_cut(store: &Store, disk: &Simulated) -> Vec<Vec<u8>> {
    std::fs::write(store.file(JOURNAL_FILE), disk.durable()).unwrap();
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
                assert_eq!(disk.met(), Some(call));
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
