//! Bodies of `add-checkpoint`, of unknown origin, as a witness takes them.
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::merkle::Tree;
use truceline_evidence::policy::Log;
use truceline_evidence::witness::{Request, Witness};
use truceline_model::hash::Hash;

fn witness() -> Witness {
    let log = Log { key: crate::log_key().verifier_key().clone(), url: None };
    let keys = vec![crate::key("example.org/w", crate::ED25519_COSIGNATURE, 7)];
    Witness::new(keys, &[log]).expect("a witness of one key and one log")
}

fn tree() -> Tree {
    let mut tree = Tree::new();
    for leaf in 0..12_u8 {
        tree.append(Hash::of(&[leaf]));
    }
    tree
}

fn request(old_size: u64, size: u64) -> Request {
    let tree = tree();
    let checkpoint = Checkpoint {
        origin: crate::ORIGIN.into(),
        size,
        root: tree.root_at(size).expect("a size of the tree"),
    };
    let proof = if old_size == 0 { Vec::new() } else { tree.consistency_proof(old_size, size).expect("a proof") };
    Request { old_size, proof, note: checkpoint.sign(&crate::log_key()).expect("a checkpoint of this log") }
}

/// Reads it and decides on it; whether it is a submission. What is read writes itself, and what is cosigned was the log's.
pub fn check(bytes: &[u8]) -> bool {
    let parsed = Request::parse(bytes);
    if let Ok(request) = &parsed {
        assert_eq!(request.write().as_bytes(), bytes);
    }
    let witness = witness();
    let submission = match witness.read(bytes) {
        Ok(submission) => submission,
        Err(refusal) => {
            assert!([400, 403, 404].contains(&refusal.status) && !refusal.body().is_empty());
            return parsed.is_ok();
        }
    };
    let tree = tree();
    let checkpoint = submission.checkpoint();
    assert_eq!(Some(checkpoint.root), tree.root_at(checkpoint.size).ok(), "the log signed no other");
    let body = request(0, 5).write().into_bytes();
    let first = witness.read(&body).and_then(|first| witness.decide(&first, None, 1)).expect("the first five");
    if let Ok(cosigned) = witness.decide(&submission, Some(&first), 2) {
        assert!(cosigned.checkpoint.size >= 5 && witness.recall(&cosigned.note).as_ref() == Ok(&cosigned));
    }
    true
}

/// A first submission, one with a proof, and the same again.
pub fn originals() -> Vec<Vec<u8>> {
    [(0, 12), (5, 12), (5, 5)].map(|(old_size, size)| request(old_size, size).write().into_bytes()).to_vec()
}
