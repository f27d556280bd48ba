//! A power cut: what was not synchronised is gone, and nothing of it was acknowledged.
use super::*;
use crate::disk::simulated::{Fault, Place, Simulated};

/// Payloads whose first pack lies on a simulated disk.
fn on_simulated(store: &Store, fault: Option<(Place, Fault)>) -> (Payloads, Simulated) {
    let disk = Simulated::failing(fault);
    (Payloads::open(&store.clone().on(Arc::new(disk.clone())), Mode::Write).unwrap(), disk)
}

/// The payloads as they open after a power cut at this moment, or after what ended the process.
fn after_power_cut(store: &Store, disk: &Simulated) -> Payloads {
    let folder = store.file(PAYLOADS_FOLDER);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).unwrap();
    let after = disk.after(true);
    for path in after.paths() {
        fs::write(&path, after.bytes(&path).unwrap()).unwrap();
    }
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

/// Each fault at each call of three puts; the process goes on where it can.
#[test]
fn each_fault_keeps_what_was_acknowledged_and_takes_nothing_after_it() {
    let places = {
        let (_folder, store) = store();
        let (payloads, disk) = on_simulated(&store, None);
        (0..3).for_each(|n| put(&payloads, n * 10..n * 10 + 10));
        let calls = disk.calls();
        std::mem::forget(payloads);
        calls
    };
    assert_eq!(places.len(), 12, "{places:?}");
    for fault in Fault::ALL {
        for place in &places {
            let (_folder, store) = store();
            let (payloads, disk) = on_simulated(&store, Some((place.clone(), fault)));
            let mut acknowledged = 0;
            for n in 0..3 {
                match try_put(&payloads, n * 10..n * 10 + 10) {
                    Ok(()) => {
                        assert_eq!(acknowledged, n * 10, "nothing is taken after a failure");
                        acknowledged += 10;
                    }
                    Err(error) => assert!(!error.to_string().is_empty()),
                }
            }
            assert!(disk.met(), "{place:?}");
            let again = after_power_cut(&store, &disk);
            assert_held(&again, 0..acknowledged);
            put(&again, 0..30);
            std::mem::forget((payloads, again));
        }
    }
}
