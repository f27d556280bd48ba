//! Twelve invented states, each with three delegates' keys, and a key register to go with them.
use crate::body::BodyKind;
use crate::consult::*;
use std::collections::BTreeMap;
use truceline_model::canonical::{self, Bytes};
use truceline_model::hash::Hash;
use truceline_model::time::Time;

pub(super) const STATES: [&str; 12] = ["QM", "QN", "QO", "QP", "QQ", "QR", "QS", "QT", "XA", "XB", "XC", "XD"];

/// A key by its state and number; the state `machine` has machines' keys.
pub(super) fn key(state: &str, number: u8) -> Hash {
    Hash::of_parts(&[state.as_bytes(), &[number]])
}

/// What stands for a signature here: bytes that only the key's name and the text give. That real ones hold is the caller's.
pub(super) fn signature(key: Hash, body: &[u8]) -> [u8; 64] {
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&Hash::of_parts(&[&key.0, DOMAIN, body]).0);
    signature[32..].copy_from_slice(&key.0);
    signature
}

/// Keys of delegates and machines; some of them revoked from a place of the log on.
#[derive(Clone, Default)]
pub(super) struct Book {
    holders: BTreeMap<Hash, KeyHolder>,
    pub(super) revoked: BTreeMap<Hash, u64>,
}

impl Book {
    pub(super) fn new() -> Self {
        let mut book = Self::default();
        for state in STATES {
            for number in 0..3 {
                book.holders.insert(key(state, number), KeyHolder::Delegate(state.to_owned()));
            }
        }
        for number in 0..24 {
            book.holders.insert(key("machine", number), KeyHolder::Machine);
        }
        book.holders.insert(key("reviewer", 0), KeyHolder::OtherPerson);
        book
    }
}

impl Keys for Book {
    fn holder(&self, key: Hash, at: u64) -> KeyHolder {
        match self.holders.get(&key) {
            None => KeyHolder::Unknown,
            Some(_) if self.revoked.get(&key).is_some_and(|since| *since <= at) => KeyHolder::Revoked,
            Some(holder) => holder.clone(),
        }
    }

    fn verifies(&self, key: Hash, domain: &[u8], body: &[u8], given: &[u8; 64]) -> bool {
        domain == DOMAIN && *given == signature(key, body)
    }
}

pub(super) fn signed(act: &Act, by: impl IntoIterator<Item = Hash>) -> SignedAct {
    let body = canonical::to_bytes(act);
    let signatures: BTreeMap<Hash, [u8; 64]> = by.into_iter().map(|key| (key, signature(key, &body))).collect();
    SignedAct { body: Bytes(body), signatures: signatures.into_iter().collect() }
}

/// Two keys of each of some states.
pub(super) fn two_of<'a>(states: impl IntoIterator<Item = &'a str>) -> Vec<Hash> {
    states.into_iter().flat_map(|state| [key(state, 0), key(state, 1)]).collect()
}

pub(super) fn roll(body: BodyKind) -> Roll {
    let seat = |state: &&str| {
        let mut keys: Vec<Hash> = (0..3).map(|number| key(state, number)).collect();
        keys.sort();
        Seat { state: (*state).to_owned(), keys }
    };
    Roll {
        body,
        journal: "test/log".into(),
        seats: STATES.iter().map(seat).collect(),
        quorum: Quorum { take_part_min: 10, sign_min: 8, oppose_max: Some(0) },
    }
}

/// A body in session with the places of its log.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) chamber: Chamber,
    pub(super) book: Book,
    pub(super) at: u64,
    pub(super) roll: Hash,
    pub(super) call: Hash,
}

impl Session {
    /// The body is founded, and XA has called it.
    pub(super) fn called(body: BodyKind) -> Self {
        let found = Act::Found(roll(body));
        let nothing = Hash([0; 32]);
        let mut session =
            Self { chamber: Chamber::new("test/log"), book: Book::new(), at: 0, roll: nothing, call: nothing };
        session.roll = session.take(&found, two_of(STATES)).unwrap();
        let call = session.a_call();
        session.call = session.take(&Act::Call(call), two_of(["XA"])).unwrap();
        session
    }

    pub(super) fn a_call(&self) -> Call {
        Call {
            roll: self.roll,
            seat: "XA".into(),
            stage: Stage::Commission,
            basis: vec![Basis::Finding { entry: Hash([1; 32]), proof: Hash([2; 32]) }],
            pack: Hash([2; 32]),
            question: "What follows from the finding of 3 May?".into(),
            called_at: Time(1_900_000_000_000_000_000),
            reminders: vec![RemindAt {
                words: "A first exchange".into(),
                from: crate::reminder::Start::BreachTime,
                earliest: Time(1_899_990_000_000_000_000),
                latest: Time(1_899_999_000_000_000_000),
                after_h: 72,
            }],
        }
    }

    pub(super) fn take(&mut self, act: &Act, by: impl IntoIterator<Item = Hash>) -> Result<Hash, Refused> {
        let signed = signed(act, by);
        self.at += 1;
        let before = self.chamber.clone();
        let taken = self.chamber.take(&self.book, self.at, &signed);
        if taken.is_err() {
            assert!(before == self.chamber, "a refusal leaves the state as it was");
        }
        taken.map(|()| signed.hash())
    }

    pub(super) fn position(&self, seat: &str, stance: Stance, words: &str) -> Act {
        let held = self.chamber.positions(&self.book, self.call);
        let held = held.into_iter().find(|(name, _)| *name == seat).and_then(|(_, position)| position);
        Act::Position(PositionText {
            call: self.call,
            seat: seat.into(),
            stance,
            words: words.into(),
            supersedes: held.map(Position::hash),
        })
    }

    pub(super) fn says(&mut self, seat: &str, stance: Stance, words: &str) -> Hash {
        let act = self.position(seat, stance, words);
        self.take(&act, two_of([seat])).unwrap()
    }

    /// Positions as they stand.
    pub(super) fn standing(&self) -> Vec<(String, Option<Hash>)> {
        let positions = self.chamber.positions(&self.book, self.call);
        positions.into_iter().map(|(seat, position)| (seat.to_owned(), position.map(Position::hash))).collect()
    }

    pub(super) fn close(&mut self) -> Hash {
        let act = Act::Close(Close { call: self.call, seat: "XA".into() });
        self.take(&act, two_of(["XA"])).unwrap()
    }

    pub(super) fn a_decision(&self, outcome: Outcome) -> Act {
        Act::Decision(DecisionText {
            call: self.call,
            outcome,
            words: "For the reasons in the pack.".into(),
            positions: self.standing(),
            review_by: None,
        })
    }

    pub(super) fn a_determination(&self, responsibility: Responsibility, parties: &[&str]) -> Act {
        Act::Determination(DeterminationText {
            call: self.call,
            responsibility,
            parties: parties.iter().map(|party| (*party).to_owned()).collect(),
            standard: ProofStandard::Clear,
            policy: Some(Hash([3; 32])),
            intent: Intent::NotAssessed,
            remedies: vec![Remedy::Hotline, Remedy::JointInvestigation],
            words: "For the reasons in the pack.".into(),
            positions: self.standing(),
        })
    }
}
