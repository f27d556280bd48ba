//! The folder of a witness: races, faults of its storage, and a disk that was restored.
mod crashes;

use super::*;
use crate::disk::simulated::{Call, Fault, Place, Simulated};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use truceline_evidence::merkle::Tree;
use truceline_evidence::note::Note;
use truceline_evidence::witness::Request;

const ORIGIN: &str = "example.org/log";
const NOW: u64 = 1_700_000_000;

fn log_key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, [1; 32]).unwrap()
}

fn policy() -> Policy {
    Policy::parse(format!("log {}\nquorum none\n", log_key().verifier_key()).as_bytes()).unwrap()
}

fn witness_keys() -> Vec<SigningKey> {
    vec![SigningKey::of("example.org/w", Algorithm::Ed25519Cosignature, [7; 32]).unwrap()]
}

/// The first five leaves are those of every head.
fn tree(head: u8) -> Tree {
    let mut tree = Tree::new();
    for index in 0..20_u8 {
        tree.append(Hash::of(&[if index < 5 { 0 } else { head }, index]));
    }
    tree
}

fn body(tree: &Tree, old_size: u64, size: u64) -> Vec<u8> {
    let proof = if old_size == 0 { Vec::new() } else { tree.consistency_proof(old_size, size).unwrap() };
    let checkpoint = Checkpoint { origin: ORIGIN.into(), size, root: tree.root_at(size).unwrap() };
    Request { old_size, proof, note: checkpoint.sign(&log_key()).unwrap() }.write().into_bytes()
}

fn on(storage: &Simulated) -> Result<WitnessFolder, NodeError> {
    WitnessFolder::open_on(Arc::new(storage.clone()), Path::new("/w"), witness_keys(), &policy())
}

fn fresh() -> Simulated {
    let storage = Simulated::default();
    storage.create_folder(Path::new("/w/logs")).unwrap();
    storage.sync_folder(Path::new("/w")).unwrap();
    storage.sync_folder(Path::new("/")).unwrap();
    storage
}

/// The size and root that the lines of an answer vouch for: those of the submission that they were the answer to.
fn stored(storage: &Simulated) -> Option<Checkpoint> {
    let path = Path::new("/w/logs").join(origin_hash(ORIGIN));
    let note = String::from_utf8(storage.bytes(&path)?).ok()?;
    Checkpoint::parse(Note::parse(&note).ok()?.unverified_text()).ok()
}

/// 64 submissions at once from one size, each of another head: one is cosigned, and it is the one that is served.
#[test]
fn of_racing_submissions_one_wins() {
    for round in 0..3 {
        let folder = tempfile::tempdir().unwrap();
        let witness = WitnessFolder::open(folder.path(), Some("example.org/w"), &policy()).unwrap();
        witness.add_checkpoint(&body(&tree(0), 0, 5), NOW).unwrap();
        let (won, lost) = (Mutex::new(Vec::new()), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for head in 1..=64 {
                let (won, lost, witness) = (&won, &lost, &witness);
                scope.spawn(move || match witness.add_checkpoint(&body(&tree(head), 5, 6 + round), NOW) {
                    Ok(_) => won.lock().unwrap().push(head),
                    Err(refusal) => {
                        assert_eq!((refusal.status, refusal.size), (409, Some(6 + round)), "{refusal:?}");
                        lost.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        let won = won.into_inner().unwrap();
        assert_eq!((won.len(), lost.load(Ordering::SeqCst)), (1, 63), "round {round}");
        let served = witness.checkpoint(&origin_hash(ORIGIN)).unwrap();
        let served = Checkpoint::parse(Note::parse(&served).unwrap().unverified_text()).unwrap();
        assert_eq!(served.root, tree(won[0]).root_at(6 + round).unwrap());
    }
}

/// 64 clients of as many logs at once, each growing its own: what is answered is durable, and rounds are shared.
#[test]
fn submissions_that_come_together_are_stored_together() {
    let origin = |at: u8| format!("example.org/log{at}");
    let key = |at: u8| SigningKey::from_seed(&origin(at), [at + 1; 32]).unwrap();
    let logs: String = (0..64).map(|at| format!("log {}\n", key(at).verifier_key())).collect();
    let policy = Policy::parse(format!("{logs}quorum none\n").as_bytes()).unwrap();
    let storage = fresh();
    let witness = WitnessFolder::open_on(Arc::new(storage.clone()), Path::new("/w"), witness_keys(), &policy).unwrap();
    let tree = tree(0);
    std::thread::scope(|scope| {
        for at in 0..64_u8 {
            let (witness, tree, storage) = (&witness, &tree, &storage);
            scope.spawn(move || {
                for size in 1..=8 {
                    let checkpoint = Checkpoint { origin: origin(at), size, root: tree.root_at(size).unwrap() };
                    let proof = if size == 1 { Vec::new() } else { tree.consistency_proof(size - 1, size).unwrap() };
                    let note = checkpoint.sign(&key(at)).unwrap();
                    let body = Request { old_size: size - 1, proof, note }.write();
                    let lines = witness.add_checkpoint(body.as_bytes(), NOW).unwrap();
                    let path = Path::new("/w/logs").join(origin_hash(&origin(at)));
                    let stored = String::from_utf8(storage.after(true).bytes(&path).unwrap()).unwrap();
                    assert!(stored.ends_with(&lines), "it is durable when it is answered: {stored}");
                }
            });
        }
    });
    let rounds = storage.calls().iter().filter(|place| place.call == Call::SyncFolder && place.name == "logs").count();
    assert!(rounds <= 512, "{rounds} rounds for 512 submissions");
    for at in 0..64 {
        assert!(witness.checkpoint(&origin_hash(&origin(at))).unwrap().contains("\n8\n"));
    }
}

/// Cosigns 5, 9 and 12 of one head; what was answered.
fn play(storage: &Simulated) -> Vec<Checkpoint> {
    let mut answered = Vec::new();
    let Ok(witness) = on(storage) else { return answered };
    let tree = tree(0);
    for (old_size, size) in [(0, 5), (5, 9), (9, 12)] {
        if witness.add_checkpoint(&body(&tree, old_size, size), NOW).is_ok() {
            answered.push(Checkpoint { origin: ORIGIN.into(), size, root: tree.root_at(size).unwrap() });
        }
    }
    answered
}

/// Every call that storing makes of the file system, with every fault: after it the witness opens, remembers at least what it
/// answered, and cosigns no other head and nothing below.
#[test]
fn no_fault_of_its_storage_rolls_a_witness_back() {
    let counted = fresh();
    let before = counted.calls().len();
    assert_eq!(play(&counted).len(), 3);
    let places: BTreeSet<Place> = counted.calls().into_iter().skip(before).collect();
    let mut rows = 0;
    let mut kinds = BTreeSet::new();
    for place in places {
        kinds.insert(place.call);
        for fault in Fault::ALL {
            for power in [false, true] {
                if fault.ends() && power {
                    continue;
                }
                let row = format!("{fault:?} at {place:?}, power {power}");
                let storage = fresh();
                storage.fail(place.clone(), fault);
                let answered = play(&storage);
                assert!(storage.met(), "{row}: the call was not made");
                let after = storage.after(power);
                let witness = on(&after).unwrap_or_else(|error| panic!("{row}: {error}"));
                let remembered = stored(&after);
                let newest = answered.iter().map(|checkpoint| checkpoint.size).max().unwrap_or(0);
                assert!(remembered.as_ref().map_or(0, |stored| stored.size) >= newest, "{row}: rolled back");
                // The other head, from whatever the witness says that it holds.
                let from = remembered.map_or(0, |stored| stored.size);
                if newest > 5 {
                    assert!(witness.add_checkpoint(&body(&tree(1), from, 15), NOW).is_err(), "{row}: a fork");
                    assert_eq!(witness.add_checkpoint(&body(&tree(0), 0, 7), NOW).unwrap_err().status, 409, "{row}");
                }
                assert!(witness.add_checkpoint(&body(&tree(0), from, 15), NOW).is_ok(), "{row}: it goes on");
                rows += 1;
            }
        }
    }
    assert!(rows >= 100, "{rows} rows");
    for call in [Call::Create, Call::Append, Call::Sync, Call::Rename, Call::SyncFolder] {
        assert!(kinds.contains(&call), "{call:?}: {kinds:?}");
    }
}

#[test]
fn after_a_failure_nothing_is_cosigned_until_it_is_opened_anew() {
    let storage = fresh();
    let witness = on(&storage).unwrap();
    witness.add_checkpoint(&body(&tree(0), 0, 5), NOW).unwrap();
    let name = format!("{}.new", origin_hash(ORIGIN));
    storage.fail(Place { call: Call::Sync, name, nth: 0 }, Fault::FailedNotPersisted);
    assert_eq!(witness.add_checkpoint(&body(&tree(0), 5, 9), NOW).unwrap_err().status, 500);
    assert_eq!(witness.add_checkpoint(&body(&tree(0), 5, 9), NOW).unwrap_err().status, 500);
    let again = on(&storage.after(true)).unwrap();
    assert!(again.add_checkpoint(&body(&tree(0), 5, 9), NOW).is_ok());
}

/// The threat table's restored machine: a copy of the state from before, put back after more was cosigned.
#[test]
fn a_restored_copy_refuses_below_and_beside_what_its_peers_know() {
    let storage = fresh();
    let copy = {
        let witness = on(&storage).unwrap();
        witness.add_checkpoint(&body(&tree(0), 0, 5), NOW).unwrap();
        let copy = storage.after(true);
        witness.add_checkpoint(&body(&tree(0), 5, 9), NOW).unwrap();
        copy
    };
    let restored = on(&copy).unwrap();
    restored.wait_for_peers();
    assert_eq!(restored.add_checkpoint(&body(&tree(1), 5, 9), NOW).unwrap_err().status, 503, "nobody was heard yet");
    let peer_saw = Checkpoint { origin: ORIGIN.into(), size: 9, root: tree(0).root_at(9).unwrap() };
    restored.heard(vec![peer_saw.clone()]);
    for (size, status) in [(7, 409), (9, 422), (12, 409)] {
        let refusal = restored.add_checkpoint(&body(&tree(1), 5, size), NOW).unwrap_err();
        assert_eq!(refusal.status, status, "the other head at {size}: {refusal:?}");
    }
    assert_eq!(restored.add_checkpoint(&body(&tree(0), 5, 7), NOW).unwrap_err().status, 409, "below");
    // It goes on with the head that it knew, in the two steps of the floor.
    assert_eq!(restored.add_checkpoint(&body(&tree(0), 5, 12), NOW).unwrap_err().size, Some(9));
    assert!(restored.add_checkpoint(&body(&tree(0), 9, 12), NOW).is_ok());
    // A peer that knows another root of the same size stops everything of this log.
    let other = Checkpoint { size: 12, root: tree(1).root_at(12).unwrap(), ..peer_saw };
    restored.heard(vec![other]);
    assert_eq!(restored.add_checkpoint(&body(&tree(0), 12, 15), NOW).unwrap_err().status, 422);
}

#[test]
fn a_folder_keeps_its_keys_and_its_state_and_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let witness = WitnessFolder::open(folder.path(), None, &policy()).unwrap();
    let keys = witness.verifier_keys();
    assert!(keys[0].name().starts_with("truceline.local/witness/") && keys[0].name() == keys[1].name());
    assert_eq!(keys.iter().map(VerifierKey::algorithm).collect::<Vec<_>>(), ALGORITHMS.map(|(algorithm, _)| algorithm));
    let lines = witness.add_checkpoint(&body(&tree(0), 0, 5), NOW).unwrap();
    assert_eq!(lines.lines().count(), 2);
    let served = witness.checkpoint(&origin_hash(ORIGIN)).unwrap();
    assert!(served.ends_with(&lines) && witness.checkpoint(&origin_hash("example.org/other")).is_none());
    assert_eq!(peer_checkpoint(&served, &keys[1], &policy()).unwrap().size, 5);
    assert!(peer_checkpoint(&served, &witness_keys()[0].verifier_key().clone(), &policy()).is_err());
    assert!(WitnessFolder::open(folder.path(), None, &policy()).unwrap_err().is_locked());
    drop(witness);
    let error = WitnessFolder::open(folder.path(), Some("example.org/other"), &policy()).unwrap_err();
    assert!(error.to_string().contains("is called truceline.local/witness/"), "{error}");
    let again = WitnessFolder::open(folder.path(), None, &policy()).unwrap();
    assert_eq!((again.verifier_keys(), again.checkpoint(&origin_hash(ORIGIN))), (keys, Some(served.clone())));
    drop(again);
    let path = folder.path().join("logs").join(origin_hash(ORIGIN));
    for changed in [served.replace("\n5\n", "\n4\n"), String::new(), served.replace(&lines, "")] {
        std::fs::write(&path, changed).unwrap();
        let error = WitnessFolder::open(folder.path(), None, &policy()).unwrap_err();
        assert!(error.to_string().contains("not what this witness stored"), "{error}");
    }
}
