//! A witness against its specification, case by case, and against a log with two heads.
mod cases;
mod forks;
mod restored;

use super::*;
use crate::merkle::Tree;
use crate::note::Algorithm;

const ORIGIN: &str = "example.org/log";

fn log_key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, [1; 32]).unwrap()
}

fn log_of(key: &SigningKey) -> Log {
    Log { key: key.verifier_key().clone(), url: None }
}

fn witness_with(algorithms: &[Algorithm]) -> Witness {
    let key = |algorithm: &Algorithm| SigningKey::of("example.org/w", *algorithm, [7; 32]).unwrap();
    Witness::new(algorithms.iter().map(key).collect(), &[log_of(&log_key())]).unwrap()
}

fn witness() -> Witness {
    witness_with(&[Algorithm::Ed25519Cosignature, Algorithm::MlDsa44])
}

/// A tree whose leaves say whose they are.
fn tree(of: u8, size: u64) -> Tree {
    let mut tree = Tree::new();
    for index in 0..size {
        tree.append(Hash::of_parts(&[&[of], &index.to_be_bytes()]));
    }
    tree
}

fn checkpoint(tree: &Tree, size: u64) -> Checkpoint {
    Checkpoint { origin: ORIGIN.to_owned(), size, root: tree.root_at(size).unwrap() }
}

/// The submission of the first `size` entries of a tree after `old_size`.
fn request(tree: &Tree, old_size: u64, size: u64) -> Request {
    let proof = if old_size == 0 { Vec::new() } else { tree.consistency_proof(old_size, size).unwrap_or_default() };
    Request { old_size, proof, note: checkpoint(tree, size).sign(&log_key()).unwrap() }
}

/// Reads and decides.
fn submit(witness: &Witness, body: &[u8], last: Option<&Cosigned>) -> Result<Cosigned, Refusal> {
    witness.decide(&witness.read(body)?, last, 1_700_000_000)
}

/// The state after this size was cosigned.
fn at(witness: &Witness, tree: &Tree, size: u64) -> Cosigned {
    submit(witness, request(tree, 0, size).write().as_bytes(), None).unwrap()
}

#[test]
fn what_is_cosigned_is_what_is_stored_and_answered() {
    let (witness, tree) = (witness(), tree(0, 9));
    let first = at(&witness, &tree, 5);
    let second = submit(&witness, request(&tree, 5, 9).write().as_bytes(), Some(&first)).unwrap();
    assert_eq!((second.checkpoint.size, second.time_s), (9, 1_700_000_000));
    let own = witness.verifier_keys();
    let note = Note::parse(&second.note).unwrap();
    assert_eq!(note.verify(&[&own[..], &[log_key().verifier_key().clone()]].concat()).unwrap(), [0, 1, 2]);
    assert!(note.signers(&own).unwrap().iter().all(|signer| signer.time_s == 1_700_000_000));
    // As the specification lets a client read the answer: put behind the checkpoint that it submitted.
    let joined = request(&tree, 5, 9).note + &second.lines;
    assert_eq!(joined, second.note);
    assert_eq!(witness.recall(&second.note).unwrap(), second);
}

#[test]
fn the_stated_time_never_goes_back() {
    let (witness, tree) = (witness(), tree(0, 9));
    let first = at(&witness, &tree, 5);
    let submission = witness.read(request(&tree, 5, 9).write().as_bytes()).unwrap();
    let second = witness.decide(&submission, Some(&first), first.time_s - 100).unwrap();
    assert_eq!(second.time_s, first.time_s);
    let none = witness.read(request(&tree, 0, 9).write().as_bytes()).unwrap();
    assert_eq!(witness.decide(&none, None, 0).unwrap().time_s, 1, "a witness's time is never 0");
}

#[test]
fn what_nobody_asked_for_is_not_cosigned() {
    let (witness, tree) = (witness(), tree(0, 9));
    // Signatures of others are neither verified nor kept.
    let mut with_other = request(&tree, 0, 5);
    let other = SigningKey::of("example.org/v", Algorithm::Ed25519Cosignature, [9; 32]).unwrap();
    with_other.note += &other.line("another text\n", 5).unwrap();
    let cosigned = submit(&witness, with_other.write().as_bytes(), None).unwrap();
    assert_eq!(cosigned.note, at(&witness, &tree, 5).note);
    // An Ed25519 cosignature covers extension lines, which are passed on as they are.
    let text = format!("{}more\n", checkpoint(&tree, 5));
    let extended = Request { note: log_key().sign(&text).unwrap(), ..request(&tree, 0, 5) };
    assert!(submit(&witness, extended.write().as_bytes(), None).unwrap().note.starts_with(&text));
}

#[test]
fn a_stored_note_that_is_not_its_own_is_not_recalled() {
    let (witness, tree) = (witness(), tree(0, 9));
    let cosigned = at(&witness, &tree, 5);
    assert!(witness.recall(&request(&tree, 0, 5).note).unwrap_err().is_unknown_signer());
    assert!(witness.recall(&cosigned.note.replace("\n5\n", "\n4\n")).unwrap_err().is_false_signature());
    assert!(witness.recall("").unwrap_err().is_malformed());
    assert!(Witness::new(Vec::new(), &[]).unwrap_err().is_malformed());
    assert!(Witness::new(vec![log_key()], &[]).unwrap_err().is_malformed());
}

#[test]
fn a_log_with_two_keys_may_sign_with_either_and_never_falsely() {
    let second = SigningKey::of(ORIGIN, Algorithm::MlDsa44, [2; 32]).unwrap();
    let keys = vec![SigningKey::of("example.org/w", Algorithm::Ed25519Cosignature, [7; 32]).unwrap()];
    let witness = Witness::new(keys, &[log_of(&log_key()), log_of(&second)]).unwrap();
    assert_eq!(witness.origins().collect::<Vec<_>>(), [ORIGIN]);
    let tree = tree(0, 9);
    let both = checkpoint(&tree, 5).sign_all(&[log_key(), second.clone()]).unwrap();
    let submit_note =
        |note: String| submit(&witness, Request { note, ..request(&tree, 0, 5) }.write().as_bytes(), None);
    assert!(submit_note(both.clone()).unwrap().note.starts_with(&both), "both signatures are kept");
    assert!(submit_note(checkpoint(&tree, 5).sign(&second).unwrap()).is_ok());
    let foreign = second.line(&checkpoint(&tree, 6).to_string(), 0).unwrap();
    let mixed = checkpoint(&tree, 5).sign(&log_key()).unwrap() + &foreign;
    assert_eq!(submit_note(mixed).unwrap_err().status, 403);
}
