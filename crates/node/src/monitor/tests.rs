//! A monitor against logs with one history and with two, in memory.
use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Mutex;
use truceline_evidence::merkle::Tree;
use truceline_evidence::note::{Algorithm, SigningKey};
use truceline_model::hash::Hash;

const ORIGIN: &str = "example.org/log";

fn log_key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, [1; 32]).unwrap()
}

fn witness_key(n: usize) -> SigningKey {
    let seed = [u8::try_from(n).unwrap() + 10; 32];
    SigningKey::of(&format!("example.org/w{n}"), Algorithm::Ed25519Cosignature, seed).unwrap()
}

fn policy(witnesses: usize) -> Policy {
    let mut text = format!("log {} http://log\n", log_key().verifier_key());
    for n in 0..witnesses {
        text += &format!("witness W{n} {} http://w{n}\n", witness_key(n).verifier_key());
    }
    Policy::parse(format!("{text}quorum none\n").as_bytes()).unwrap()
}

/// A history: the leaves before `parted` are those of all of them.
fn tree(history: u8, parted: u64, size: u64) -> Tree {
    let mut tree = Tree::new();
    for index in 0..size {
        tree.append(Hash::of_parts(&[&[if index < parted { 0 } else { history }], &index.to_be_bytes()]));
    }
    tree
}

fn note(tree: &Tree, size: u64, cosigner: Option<&SigningKey>) -> String {
    let checkpoint = Checkpoint { origin: ORIGIN.into(), size, root: tree.root_at(size).unwrap() };
    let mut note = checkpoint.sign(&log_key()).unwrap();
    if let Some(key) = cosigner {
        note += &key.line(&checkpoint.to_string(), 1_700_000_000).unwrap();
    }
    note
}

/// What stands at each address.
#[derive(Debug, Default)]
struct World {
    logs: Mutex<BTreeMap<String, (Tree, u64)>>,
    witnesses: Mutex<BTreeMap<String, String>>,
}

impl World {
    fn log(&self, address: &str, tree: &Tree, size: u64) {
        self.logs.lock().unwrap().insert(address.to_owned(), (tree.clone(), size));
    }
    fn witness(&self, n: usize, tree: &Tree, size: u64) {
        self.witnesses.lock().unwrap().insert(format!("http://w{n}"), note(tree, size, Some(&witness_key(n))));
    }
}

impl Ask for &World {
    fn log(&self, address: &str) -> Result<String, String> {
        let logs = self.logs.lock().unwrap();
        let (tree, size) = logs.get(address).ok_or("nobody answers")?;
        Ok(note(tree, *size, None))
    }
    fn witness(&self, address: &str, origin: &str) -> Result<Option<String>, String> {
        assert_eq!(origin, ORIGIN);
        Ok(self.witnesses.lock().unwrap().get(address).cloned())
    }
    fn tile(&self, address: &str, tile: &Tile) -> Result<Vec<u8>, String> {
        let logs = self.logs.lock().unwrap();
        let (tree, size) = logs.get(address).ok_or("nobody answers")?;
        if tile.tree_size() > *size {
            return Err("beyond the checkpoint".to_owned());
        }
        tile.hashes(tree).ok_or_else(|| "no such tile".to_owned())
    }
}

fn round(monitor: &mut Monitor<&World>) -> Watched {
    monitor.round().into_iter().next().unwrap()
}

fn proven(watched: &Watched) -> bool {
    watched.fork.as_ref().is_some_and(|found| {
        let read = Fork::parse(&found.fork.to_bytes()).unwrap();
        read.verify(log_key().verifier_key()).is_ok()
    })
}

#[test]
fn one_history_is_whole_however_far_each_witness_is() {
    let world = World::default();
    let good = tree(0, 0, 700);
    let mut monitor = Monitor::new(&policy(4), &[], &world).unwrap();
    for (at, size) in [(0, 300), (1, 300), (2, 256)] {
        world.witness(at, &good, size);
    }
    world.log("http://log", &good, 600);
    let found = round(&mut monitor);
    assert!(found.is_whole(), "{found:?}");
    assert_eq!((found.heads.len(), found.without.len()), (4, 1));
    assert_eq!(found.heads[1].cosigned_s, Some(1_700_000_000));
    // Witnesses may be ahead of what the log's address shows, for a while.
    world.witness(3, &good, 650);
    assert_eq!(round(&mut monitor).unproven.len(), 1);
    world.log("http://log", &good, 700);
    assert!(round(&mut monitor).is_whole());
}

/// The log shows one history to the monitor and another one to a witness; whoever is further, the fork is found as soon as an
/// address has tiles of the larger one, and in the round after that at the latest.
#[test]
fn a_log_with_two_heads_is_found() {
    for (parted, shown, other) in [(0, 40, 40), (39, 40, 40), (7, 40, 20), (256, 600, 300), (3, 20, 40), (0, 300, 600)]
    {
        let world = World::default();
        let (good, fork) = (tree(0, parted, 700), tree(1, parted, 700));
        let mut monitor = Monitor::new(&policy(3), &[], &world).unwrap();
        world.log("http://log", &good, shown);
        world.witness(0, &good, shown.min(10));
        world.witness(2, &fork, other);
        let first = round(&mut monitor);
        assert_eq!(first.fork.is_some(), other <= shown, "{parted} {shown} {other}: {first:?}");
        if first.fork.is_none() {
            assert!(first.unproven[0].contains("ask the log's operator"), "{first:?}");
            // The witness is silenced meanwhile: what it showed is remembered.
            world.witness(2, &good, 10);
            world.log("http://log", &good, other + 50);
        }
        let second = round(&mut monitor);
        assert!(proven(&first) || proven(&second), "{parted} {shown} {other}: {second:?}");
    }
}

#[test]
fn a_second_address_of_the_log_shows_its_other_history() {
    let world = World::default();
    let (good, fork) = (tree(0, 5, 40), tree(1, 5, 60));
    world.log("http://log", &good, 40);
    world.log("http://other", &fork, 60);
    let mut monitor = Monitor::new(&policy(0), &["http://other".to_owned()], &world).unwrap();
    let found = round(&mut monitor);
    assert!(proven(&found), "{found:?}");
    let from = found.fork.unwrap().from.map(|place| place.address);
    assert_eq!(from, ["http://log", "http://other"]);
}

#[test]
fn what_is_no_head_of_the_log_is_a_problem_and_no_fork() {
    let world = World::default();
    let good = tree(0, 0, 40);
    world.log("http://log", &good, 40);
    let stranger = SigningKey::from_seed(ORIGIN, [9; 32]).unwrap();
    let forged = Checkpoint { origin: ORIGIN.into(), size: 40, root: Hash::of(b"") };
    let of_other = SigningKey::from_seed("example.org/other", [1; 32]).unwrap();
    let other = Checkpoint { origin: "example.org/other".into(), ..forged.clone() };
    let shown = [
        (forged.sign(&stranger).unwrap(), "no checkpoint of the log"),
        (other.sign(&of_other).unwrap(), "no checkpoint of the log"),
        ("text".to_owned(), "no checkpoint of the log"),
        (note(&good, 30, None), "no signature of its own"),
    ];
    let mut monitor = Monitor::new(&policy(1), &[], &world).unwrap();
    for (note, why) in shown {
        world.witnesses.lock().unwrap().insert("http://w0".to_owned(), note);
        let found = round(&mut monitor);
        assert!(found.fork.is_none() && !found.is_whole());
        assert!(found.problems[0].1.contains(why), "{found:?}");
    }
    world.logs.lock().unwrap().clear();
    assert_eq!(
        round(&mut monitor).problems[0],
        (Place { name: "log".into(), address: "http://log".into() }, "nobody answers".into())
    );
}

#[test]
fn a_policy_that_says_too_little_is_refused_with_what_is_missing() {
    let world = World::default();
    let new = |text: &str, addresses: &[String]| {
        let policy = Policy::parse(format!("{text}quorum none\n").as_bytes()).unwrap();
        Monitor::new(&policy, addresses, &world).unwrap_err().to_string()
    };
    let key = log_key().verifier_key().to_string();
    assert!(new("", &[]).contains("expected a line: log VKEY URL"));
    assert!(new(&format!("log {key}\n"), &[]).contains("expected --log URL"));
    let other = SigningKey::from_seed("example.org/other", [2; 32]).unwrap();
    let two = format!("log {key} http://a\nlog {} http://b\n", other.verifier_key());
    assert!(new(&two, &["http://c".to_owned()]).contains("names 2 logs"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Heads of one history are never a fork, and of two histories always one, if the larger tree can be read.
    #[test]
    fn a_fork_is_found_where_and_only_where_there_are_two_histories(
        parted in 0_u64..80,
        shown in prop::collection::vec((any::<bool>(), 1_u64..100), 1..8),
    ) {
        let (good, fork) = (tree(0, parted, 100), tree(1, parted, 100));
        let of = |other: bool| if other { &fork } else { &good };
        let world = World::default();
        for (n, (other, size)) in shown.iter().enumerate() {
            world.witness(n, of(*other), *size);
        }
        world.log("http://log", &good, 100);
        let mut monitor = Monitor::new(&policy(shown.len()), &[], &world).unwrap();
        let found = round(&mut monitor);
        let two = shown.iter().any(|(other, size)| *other && *size > parted);
        prop_assert_eq!(proven(&found), two, "{:?}", found);
        prop_assert_eq!(found.is_whole(), !two);
    }
}
