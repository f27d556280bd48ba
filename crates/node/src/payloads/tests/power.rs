//! A power cut: what was not synchronised is gone, and nothing of it was acknowledged.
use super::*;
use crate::disk::Disk;
use crate::disk::simulated::{Call, Fault, Simulated};

/// Payloads whose first pack lies on a simulated disk.
fn on_simulated(store: &Store, fault: Option<(usize, Fault)>) -> (Payloads, Arc<Mutex<Option<Simulated>>>) {
    let made: Arc<Mutex<Option<Simulated>>> = Arc::default();
    let disk = Arc::clone(&made);
    let on = OnDisk::new(move |file| {
        let mut held = vec![0; usize::try_from(file.metadata().unwrap().len()).unwrap()];
        Disk::read_exact_at(&file, &mut held, 0).unwrap();
        let simulated = Simulated::holding(held, fault);
        assert!(disk.lock().unwrap().replace(simulated.clone()).is_none(), "one pack");
        Arc::new(simulated)
    });
    (Payloads::open_on(store, Mode::Write, on).unwrap(), made)
}

/// The payloads as they open after a power cut at this moment.
fn after_power_cut(store: &Store, disk: &Mutex<Option<Simulated>>) -> Payloads {
    let durable = disk.lock().unwrap().as_ref().unwrap().durable();
    let folder = store.file(PAYLOADS_FOLDER);
    let _ = fs::remove_file(folder.join("00000001.index"));
    fs::write(folder.join("00000001.pack"), durable).unwrap();
    Payloads::open(store, Mode::Write).unwrap()
}

fn try_put(payloads: &Payloads, numbers: std::ops::Range<u32>) -> Result<(), NodeError> {
    let bytes: Vec<Vec<u8>> = numbers.map(payload).collect();
    let named: Vec<(Hash, &[u8])> = bytes.iter().map(|bytes| (Hash::of(bytes), bytes.as_slice())).collect();
    payloads.put(&named)
}

#[test]
fn what_was_put_stands_after_a_power_cut() {
    for puts in 1..6 {
        let (_folder, store) = store();
        let (payloads, disk) = on_simulated(&store, None);
        (0..puts).for_each(|n| put(&payloads, n * 10..n * 10 + 10));
        assert_held(&after_power_cut(&store, &disk), 0..puts * 10);
        // The power failed: nothing was written on the way out.
        std::mem::forget(payloads);
    }
}

/// {failed and not persisted, failed but persisted}, at each call of three puts; the process goes on.
#[test]
fn each_fault_keeps_what_was_acknowledged_and_takes_nothing_after_it() {
    for fault in [Fault::FailedNotPersisted, Fault::FailedPersisted] {
        for at in 0..6 {
            let (_folder, store) = store();
            let (payloads, disk) = on_simulated(&store, Some((at, fault)));
            let mut acknowledged = 0;
            for n in 0..3 {
                match try_put(&payloads, n * 10..n * 10 + 10) {
                    Ok(()) => {
                        assert_eq!(acknowledged, n * 10, "nothing is taken after a failure");
                        acknowledged += 10;
                    }
                    Err(error) => assert!(error.to_string().contains("the disk is not well"), "{error}"),
                }
            }
            assert_eq!(acknowledged as usize, 10 * (at / 2), "two calls for each put");
            assert_eq!(disk.lock().unwrap().as_ref().unwrap().met(), Some([Call::Append, Call::Sync][at % 2]));
            let again = after_power_cut(&store, &disk);
            assert_held(&again, 0..acknowledged);
            put(&again, 0..30);
            std::mem::forget(payloads);
        }
    }
}
