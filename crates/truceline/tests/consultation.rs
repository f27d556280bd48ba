//! A consultation whose keys stand in the key register, with signatures that are verified: what `register` counts, `evidence`
//! proves.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::collections::BTreeMap;
use truceline_desk::ledger::Book;
use truceline_evidence::keys::{Act as OnKeys, Body, Holder, KeyAct, KeyPair, Register, Role};
use truceline_model::canonical::{self, Bytes};
use truceline_model::hash::Hash;
use truceline_model::time::Time;
use truceline_register::body::BodyKind;
use truceline_register::consult::*;

const JOURNAL: &str = "test/log";
const STATES: [&str; 3] = ["XA", "XB", "XC"];

/// The keys 1 to 3 of the first state, 11 to 13 of the second, and so on; 0 is its officer's, 100 a station's.
fn key(seed: u8) -> KeyPair {
    KeyPair::from_seed(&[seed + 1; 32])
}

fn on_keys(register: &mut Register, at: u64, act: OnKeys, by: &[u8]) -> Result<(), String> {
    let number = register.acts();
    let mut act = KeyAct::new(&Body { act, number, journal: JOURNAL.into() });
    by.iter().for_each(|seed| act.sign(&key(*seed)));
    register.take(JOURNAL, at, &act)
}

fn holder(seed: u8, role: Role, owner: &str) -> Holder {
    Holder { name: format!("{owner}-{seed}"), role, owner: owner.into(), key: key(seed).public() }
}

/// Three states' officers, three delegates of each, a station.
fn register() -> Register {
    let mut keys = Register::default();
    let officers = STATES.iter().enumerate().map(|(at, state)| holder(10 * at as u8, Role::Officer, state)).collect();
    on_keys(&mut keys, 0, OnKeys::Found { states: 2, officers }, &[0, 10, 20]).unwrap();
    for (at, state) in STATES.iter().enumerate() {
        for seed in (10 * at as u8 + 1)..=(10 * at as u8 + 3) {
            on_keys(&mut keys, 1, OnKeys::Enrol(holder(seed, Role::Delegate, state)), &[0, 10, seed]).unwrap();
        }
    }
    on_keys(&mut keys, 1, OnKeys::Enrol(holder(100, Role::Station, "XA")), &[0, 10, 100]).unwrap();
    keys
}

fn signed(act: &Act, by: &[u8]) -> SignedAct {
    let body = canonical::to_bytes(act);
    let signatures: BTreeMap<Hash, [u8; 64]> =
        by.iter().map(|seed| (key(*seed).public().id(), key(*seed).sign(DOMAIN, &body))).collect();
    SignedAct { body: Bytes(body), signatures: signatures.into_iter().collect() }
}

fn roll(of_first: [u8; 2]) -> Act {
    let seat = |state: &str, seeds: &[u8]| {
        let mut keys: Vec<Hash> = seeds.iter().map(|seed| key(*seed).public().id()).collect();
        keys.sort();
        Seat { state: state.into(), keys }
    };
    Act::Found(Roll {
        body: BodyKind::GuarantorsConsultation,
        journal: JOURNAL.into(),
        seats: vec![seat("XA", &of_first), seat("XB", &[11, 12, 13]), seat("XC", &[21, 22, 23])],
        quorum: Quorum { take_part_min: 2, sign_min: 2, oppose_max: None },
    })
}

#[test]
fn a_decision_rests_on_real_signatures() {
    let mut keys = register();
    let mut chamber = Chamber::new(JOURNAL);
    let rule = |taken: Result<(), Refused>| taken.unwrap_err().rule;
    // What signed as a machine never sits, and is never enrolled a second time.
    let with_machine = signed(&roll([1, 100]), &[1, 100, 11, 12, 21, 22]);
    assert_eq!(rule(chamber.take(&Book::new(&keys), 2, &with_machine)), Rule::MachineKey);
    let again = OnKeys::Enrol(Holder { name: "other".into(), ..holder(100, Role::Delegate, "XA") });
    assert!(on_keys(&mut keys, 2, again, &[0, 10, 100]).unwrap_err().contains("was enrolled before"));
    let found = signed(&roll([1, 2]), &[1, 2, 11, 12, 21, 22]);
    chamber.take(&Book::new(&keys), 3, &found).unwrap();
    let call = Act::Call(Call {
        roll: found.hash(),
        seat: "XA".into(),
        stage: Stage::Commission,
        basis: vec![Basis::Other("A request of the beneficiary".into())],
        pack: Hash([2; 32]),
        question: "What follows?".into(),
        called_at: Time(1_900_000_000_000_000_000),
        reminders: Vec::new(),
    });
    let call = signed(&call, &[1, 2]);
    chamber.take(&Book::new(&keys), 4, &call).unwrap();
    let position = |seat: &str, words: &str| {
        Act::Position(PositionText {
            call: call.hash(),
            seat: seat.into(),
            stance: Stance::Support,
            words: words.into(),
            supersedes: None,
        })
    };
    chamber.take(&Book::new(&keys), 5, &signed(&position("XA", ""), &[1, 2])).unwrap();
    let mut forged = signed(&position("XB", ""), &[11, 12]);
    forged.signatures[1].1 = key(100).sign(DOMAIN, &forged.body.0);
    assert_eq!(rule(chamber.take(&Book::new(&keys), 6, &forged)), Rule::Signature);
    chamber.take(&Book::new(&keys), 6, &signed(&position("XB", ""), &[11, 12])).unwrap();
    // The key register revokes a key since before it signed: the position falls, and is not read as any other.
    let revoked = OnKeys::Revoke { key: key(12).public().id(), reason: "lost".into(), suspect_since: 5 };
    on_keys(&mut keys, 7, revoked, &[0, 10]).unwrap();
    assert!(chamber.positions(&Book::new(&keys), call.hash())[1].1.is_none());
    let again = position("XB", "As before.");
    assert_eq!(rule(chamber.take(&Book::new(&keys), 8, &signed(&again, &[11, 12]))), Rule::RevokedKey);
    chamber.take(&Book::new(&keys), 8, &signed(&again, &[11, 13])).unwrap();
    chamber
        .take(&Book::new(&keys), 9, &signed(&Act::Close(Close { call: call.hash(), seat: "XA".into() }), &[1, 2]))
        .unwrap();
    let positions = chamber.positions(&Book::new(&keys), call.hash());
    let positions = positions.iter().map(|(seat, held)| ((*seat).to_owned(), held.map(Position::hash))).collect();
    let decision = Act::Decision(DecisionText {
        call: call.hash(),
        outcome: Outcome::Adopted,
        words: "For the reasons in the pack.".into(),
        positions,
        review_by: None,
    });
    assert_eq!(rule(chamber.take(&Book::new(&keys), 10, &signed(&decision, &[1, 2, 11, 12]))), Rule::Quorum);
    let signed = signed(&decision, &[1, 2, 11, 13]);
    chamber.take(&Book::new(&keys), 10, &signed).unwrap();
    let held = chamber.consultation(call.hash()).unwrap().decision.as_ref().unwrap();
    assert_eq!((held.hash(), held.signatures().body()), (signed.hash(), signed.body.0.as_slice()));
}
