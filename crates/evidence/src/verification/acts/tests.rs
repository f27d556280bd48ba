use super::super::*;
use super::NAME;
use crate::dossier::build_of;
use crate::dossier::tests::key;
use crate::journal::Appender;
use crate::keys::tests::{Office, enrol, founded, key as person, revoke};
use crate::keys::{Holder, KeyPair, Role};
use crate::memory::MemoryJournal;
use truceline_model::canonical::Bytes;
use truceline_model::cosigned::{Cosigned, SignedAct};
use truceline_model::entry;

fn delegate(number: u8) -> KeyPair {
    person(40 + number)
}

/// An act that these delegates signed.
fn act(body: &[u8], by: &[u8]) -> SignedAct {
    let mut act = SignedAct { body: Bytes(body.to_vec()), signatures: Vec::new() };
    for number in by {
        let key = delegate(*number);
        act.put(key.public().id(), key.sign(SignedAct::DOMAIN, body));
    }
    act
}

/// What is said of the acts in the dossier of a journal with two delegates of the state A, the second revoked in the end.
fn said(acts: &[SignedAct]) -> Vec<(Outcome, String)> {
    let journal = MemoryJournal::new(key("test/log", 1), [9; 32]);
    let officers = [Office::A, Office::B];
    let holder = |number: u8| Holder {
        name: format!("delegate-{number}"),
        role: Role::Delegate,
        owner: "A".to_owned(),
        key: delegate(number).public(),
    };
    let keys = [
        founded(),
        enrol(1, holder(1), &officers, Some(&delegate(1))),
        enrol(2, holder(2), &officers, Some(&delegate(2))),
    ];
    let mut entries: Vec<Vec<u8>> = keys.iter().map(entry::to_bytes).collect();
    entries.extend(acts.iter().map(entry::to_bytes));
    let stolen = revoke(3, delegate(2).public().id(), 4, &officers);
    entries.push(entry::to_bytes(&stolen));
    let places: Vec<u64> = (0..entries.len() as u64).collect();
    journal.append(entries).unwrap();
    let dossier = build_of(&journal, &places, 3, "A consultation", "A statement.").unwrap();
    let pinned = key("test/log", 1);
    let report = verify(&dossier, Some(pinned.verifier_key()));
    let of_acts = report.checks.into_iter().filter(|check| check.name == NAME);
    of_acts.map(|check| (check.outcome, check.sentence)).collect()
}

#[test]
fn whose_keys_signed_is_proven() {
    let found = said(&[act(b"one", &[1, 2])]);
    assert_eq!(found.len(), 1, "{found:?}");
    let (outcome, sentence) = &found[0];
    assert_eq!(*outcome, Outcome::Proven);
    assert!(sentence.contains("2 signatures hold") && sentence.contains("2 by delegates of A"), "{sentence}");
}

#[test]
fn a_signature_that_does_not_hold_is_named_and_not_counted() {
    let mut forged = act(b"two", &[1, 2]);
    forged.signatures[0].1[5] ^= 1;
    let found = said(&[act(b"one", &[1, 2]), forged]);
    assert!(
        found.iter().any(|(outcome, sentence)| *outcome == Outcome::Proven && sentence.contains("2 signatures hold"))
    );
    let named = |(outcome, sentence): &(Outcome, String)| {
        *outcome == Outcome::Unproven
            && sentence.contains("signature of delegate-")
            && sentence.contains("does not hold")
    };
    assert!(found.iter().any(named), "{found:?}");
}

#[test]
fn a_key_that_was_suspect_where_it_signed_is_named() {
    // Entries 3 and 4; the second key is suspect since the tree of 4 entries.
    let found = said(&[act(b"one", &[1, 2]), act(b"two", &[1, 2])]);
    assert!(
        found.iter().any(|(_, sentence)| sentence.contains("the key of delegate-2 does not hold here")),
        "{found:?}"
    );
}

#[test]
fn a_key_that_nobody_enrolled_is_named() {
    let found = said(&[act(b"one", &[1, 3])]);
    assert!(found.iter().any(|(_, sentence)| sentence.contains("is not enrolled")), "{found:?}");
}
