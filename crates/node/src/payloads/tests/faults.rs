//! The fault table of payloads: every call that puts, seals, indexes, erases and opens make of the file system, with every
//! fault. No acknowledged payload is lost or becomes another, and none that was erased comes back.
use super::*;
use crate::disk::simulated::{Call, Fault, Place, Simulated};
use std::collections::BTreeMap;
use std::ops::Range;

/// What is erased, of the first pack and of the second.
const ERASED: [u32; 2] = [213, 225];

#[derive(Debug, Default, Clone)]
struct Seen {
    put: Vec<u32>,
    /// Whether each erasure was begun, and whether it was acknowledged.
    begun: [bool; 2],
    erased: [bool; 2],
}

fn open(store: &Store, disk: &Simulated) -> Result<Payloads, NodeError> {
    Payloads::open(&store.clone().on(Arc::new(disk.clone())), Mode::Write)
}

fn try_put(payloads: &Payloads, numbers: Range<u32>) -> Result<(), NodeError> {
    let bytes: Vec<Vec<u8>> = numbers.map(payload).collect();
    let named: Vec<(Hash, &[u8])> = bytes.iter().map(|bytes| (Hash::of(bytes), bytes.as_slice())).collect();
    payloads.put(&named)
}

/// Puts, erases, closes, opens again, puts and erases.
fn play(store: &Store, disk: &Simulated) -> Seen {
    let mut seen = Seen::default();
    for (round, erased) in ERASED.into_iter().enumerate() {
        let Ok(payloads) = open(store, disk) else { return seen };
        for first in [200, 210].map(|first| first + 20 * round as u32) {
            if try_put(&payloads, first..first + 10).is_ok() {
                seen.put.extend(first..first + 10);
            }
        }
        if payloads.holds(Hash::of(&payload(erased))) {
            seen.begun[round] = true;
            seen.erased[round] = payloads.erase(Hash::of(&payload(erased))).is_ok();
        }
        // It goes on being written to: what is erased lay in a sealed pack.
        let first = 240 + 10 * round as u32;
        if try_put(&payloads, first..first + 10).is_ok() {
            seen.put.extend(first..first + 10);
        }
    }
    seen
}

fn is_anywhere(disk: &Simulated, bytes: &[u8]) -> bool {
    let files = disk.paths().into_iter().filter_map(|path| disk.bytes(&path));
    files.into_iter().any(|file| file.windows(bytes.len()).any(|window| window == bytes))
}

fn assert_sound(store: &Store, disk: &Simulated, seen: &Seen, row: &str) {
    let payloads = open(store, disk).unwrap_or_else(|error| panic!("{row}: {error}"));
    for number in &seen.put {
        let bytes = payload(*number);
        let found = payloads.get(Hash::of(&bytes)).filter(|found| *found == bytes);
        match ERASED.iter().position(|erased| erased == number) {
            Some(at) if seen.erased[at] => {
                assert!(found.is_none() && !is_anywhere(disk, &bytes), "{row}: {number} came back");
            }
            // What it left is finished by doing it again.
            Some(at) if seen.begun[at] => {}
            _ => assert!(found.is_some(), "{row}: {number} is lost"),
        }
    }
    for (at, number) in ERASED.into_iter().enumerate().filter(|(at, _)| seen.begun[*at]) {
        payloads.erase(Hash::of(&payload(number))).unwrap_or_else(|error| panic!("{row}: {error}"));
        assert!(!payloads.holds(Hash::of(&payload(number))), "{row}");
        assert!(!is_anywhere(disk, &payload(number)), "{row}: {number} is not gone, {}", seen.erased[at]);
    }
    put(&payloads, 260..270);
    drop(payloads);
    let payloads = open(store, &disk.after(true)).unwrap_or_else(|error| panic!("{row}: {error}"));
    let stand = seen.put.iter().copied().filter(|number| !ERASED.contains(number));
    assert_held(&payloads, stand.chain(260..270));
}

#[test]
fn no_fault_loses_what_was_put_or_brings_back_what_was_erased() {
    let (_folder, store) = store();
    let sound = Simulated::default();
    let seen = play(&store, &sound);
    assert_eq!((seen.put.len(), seen.begun, seen.erased), (60, [true; 2], [true; 2]));
    assert_sound(&store, &sound.after(true), &seen, "no fault");
    let mut rows: BTreeMap<Call, usize> = BTreeMap::new();
    let places: Vec<Place> = {
        let again = Simulated::default();
        play(&store, &again);
        again.calls()
    };
    for place in &places {
        for fault in Fault::ALL {
            for power in [false, true] {
                // Where the process ends, the fault says what becomes of the page cache.
                if fault.ends() && power {
                    continue;
                }
                let row = format!("{fault:?} at {place:?}, power: {power}");
                let disk = Simulated::failing(Some((place.clone(), fault)));
                let seen = play(&store, &disk);
                assert!(disk.met(), "{row}: the call was not made");
                assert_sound(&store, &disk.after(power), &seen, &row);
                *rows.entry(place.call).or_default() += 1;
            }
        }
    }
    let calls = [Call::Create, Call::Append, Call::WriteAt, Call::Sync, Call::Close, Call::Rename, Call::SyncFolder];
    assert!(calls.iter().all(|call| rows.get(call).is_some_and(|rows| *rows >= 10)), "{rows:?}");
    assert!(rows.values().sum::<usize>() > 500, "{rows:?}");
}
