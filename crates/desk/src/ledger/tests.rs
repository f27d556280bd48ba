//! Three states, two bodies, editions and an act that breaks a rule, as they stand in a journal.
use super::*;
use truceline_evidence::keys::{Act as OnKeys, Body, Holder, KeyPair, Role};
use truceline_model::canonical::{self, Bytes};
use truceline_model::time::Time;
use truceline_register::body::BodyKind;
use truceline_register::consult::{
    Basis, Call, Close, DOMAIN, Outcome, Position, PositionText, Quorum, Roll, Seat, Stage, Stance,
};
use truceline_register::consult::{DecisionText, Revoke};

const JOURNAL: &str = "test/log";
const STATES: [&str; 3] = ["XA", "XB", "XC"];

/// 0, 10 and 20 are officers', 1 to 3, 11 to 13 and 21 to 23 delegates'.
fn key(seed: u8) -> KeyPair {
    KeyPair::from_seed(&[seed + 1; 32])
}

fn signed(act: &Act, by: &[u8]) -> SignedAct {
    let mut signed = SignedAct { body: Bytes(canonical::to_bytes(act)), signatures: Vec::new() };
    by.iter().for_each(|seed| signed.put(key(*seed).public().id(), key(*seed).sign(DOMAIN, signed.body())));
    signed
}

fn edition(number: u32, by: &[u8]) -> SignedEdition {
    let head = "schema = \"truceline-register-1\"\nlayer = \"deployment\"\n[register]\nid = \"test\"\nversion = 1\ntitle = \"A register\"\n";
    let files = vec![("register.toml".to_owned(), Bytes(head.into()))];
    let edition = Edition { number, journal: JOURNAL.into(), published_at: Time(i64::from(number)), files };
    let mut signed = edition.unsigned().unwrap();
    by.iter().for_each(|seed| signed.put(key(*seed).public().id(), key(*seed).sign(edition::DOMAIN, signed.body())));
    signed
}

/// A journal that grows, with its ledger.
struct Log {
    entries: Vec<Vec<u8>>,
    ledger: Ledger,
}

impl Log {
    /// Three states' officers and three delegates of each.
    fn new() -> Self {
        let mut log = Self { entries: Vec::new(), ledger: Ledger::new(JOURNAL) };
        let holder = |seed: u8, role: Role, state: &str| Holder {
            name: format!("{state}-{seed}"),
            role,
            owner: state.to_owned(),
            key: key(seed).public(),
        };
        let officers = STATES.iter().zip([0, 10, 20]).map(|(state, seed)| holder(seed, Role::Officer, state)).collect();
        log.on_keys(OnKeys::Found { states: 2, officers }, &[0, 10, 20]);
        for (state, first) in STATES.iter().zip([0, 10, 20]) {
            for seed in first + 1..=first + 3 {
                log.on_keys(OnKeys::Enrol(holder(seed, Role::Delegate, state)), &[0, 10, seed]);
            }
        }
        log
    }

    fn on_keys(&mut self, act: OnKeys, by: &[u8]) {
        let number = self.ledger.keys().acts();
        let mut act = KeyAct::new(&Body { act, number, journal: JOURNAL.into() });
        by.iter().for_each(|seed| act.sign(&key(*seed)));
        self.push(entry::to_bytes(&act));
        assert_eq!(self.ledger.keys().acts(), number + 1);
    }

    fn push(&mut self, bytes: Vec<u8>) {
        self.ledger.take(self.entries.len() as u64, &bytes);
        self.entries.push(bytes);
    }

    /// Registers an act, and says what came of it; judged before, it was the same.
    fn act(&mut self, act: &Act, by: &[u8]) -> Result<Hash, Refused> {
        let signed = signed(act, by);
        let judged = self.ledger.judge_act(self.entries.len() as u64, &signed);
        self.push(entry::to_bytes(&signed));
        let held = self.ledger.acts().last().unwrap();
        assert_eq!((held.index, &held.signed, held.act.as_ref()), (self.entries.len() as u64 - 1, &signed, Some(act)));
        assert_eq!(judged, held.taken);
        held.taken.clone().map(|()| signed.hash())
    }

    fn edition(&mut self, number: u32, by: &[u8]) -> Result<(), edition::Refused> {
        let signed = edition(number, by);
        let judged = self.ledger.judge_edition(self.entries.len() as u64, &signed);
        self.push(entry::to_bytes(&signed));
        judged
    }
}

fn roll(body: BodyKind) -> Act {
    let seat = |state: &str, first: u8| {
        let mut keys: Vec<Hash> = (first + 1..=first + 3).map(|seed| key(seed).public().id()).collect();
        keys.sort();
        Seat { state: state.into(), keys }
    };
    Act::Found(Roll {
        body,
        journal: JOURNAL.into(),
        seats: vec![seat("XA", 0), seat("XB", 10), seat("XC", 20)],
        quorum: Quorum { take_part_min: 2, sign_min: 2, oppose_max: None },
    })
}

fn call(roll: Hash) -> Act {
    Act::Call(Call {
        roll,
        seat: "XA".into(),
        stage: Stage::Commission,
        basis: vec![Basis::Other("A request.".into())],
        pack: Hash([2; 32]),
        question: "What follows?".into(),
        called_at: Time(1),
        reminders: Vec::new(),
    })
}

fn position(call: Hash, seat: &str) -> Act {
    let (words, supersedes) = (String::new(), None);
    Act::Position(PositionText { call, seat: seat.into(), stance: Stance::Support, words, supersedes })
}

#[test]
fn acts_come_to_the_body_that_they_name() {
    let mut log = Log::new();
    let every = [1, 2, 11, 12, 21, 22];
    let guarantors = log.act(&roll(BodyKind::GuarantorsConsultation), &every).unwrap();
    let commission = log.act(&roll(BodyKind::SpecialCommission), &every).unwrap();
    let again = log.act(&roll(BodyKind::SpecialCommission), &every).unwrap_err();
    assert_eq!(again.rule, Rule::Once);
    let early = log.act(&position(Hash([9; 32]), "XA"), &[1, 2]).unwrap_err();
    assert_eq!(early.rule, Rule::OutOfOrder);
    assert!(early.message.contains("no consultation"), "{early}");
    let unknown = log.act(&call(Hash([9; 32])), &[1, 2]).unwrap_err();
    assert_eq!(unknown.rule, Rule::OutOfOrder);
    let of_guarantors = log.act(&call(guarantors), &[1, 2]).unwrap();
    let of_commission = log.act(&call(commission), &[1, 2]).unwrap();
    assert_eq!(log.ledger.roll_of_act(of_commission), Some(commission));
    for (seat, by) in [("XA", [1, 2]), ("XB", [11, 12])] {
        log.act(&position(of_guarantors, seat), &by).unwrap();
    }
    assert_eq!(log.act(&position(of_guarantors, "XC"), &[21]).unwrap_err().rule, Rule::TwoKeys);
    log.act(&Act::Close(Close { call: of_guarantors, seat: "XA".into() }), &[1, 2]).unwrap();
    let chamber = log.ledger.chamber(guarantors).unwrap();
    let positions = chamber.positions(&log.ledger.book(), of_guarantors);
    let positions = positions.iter().map(|(seat, held)| ((*seat).to_owned(), held.map(Position::hash))).collect();
    let (outcome, words) = (Outcome::Adopted, "For the reasons in the pack.".to_owned());
    let decision = Act::Decision(DecisionText { call: of_guarantors, outcome, words, positions, review_by: None });
    let decision = log.act(&decision, &[1, 2, 11, 12]).unwrap();
    assert_eq!(log.ledger.roll_of_act(decision), Some(guarantors));
    let held = log.ledger.chamber(guarantors).unwrap().consultation(of_guarantors).unwrap();
    assert_eq!(held.decision.as_ref().unwrap().hash(), decision);
    assert_eq!(log.ledger.acts().iter().filter(|held| held.taken.is_err()).count(), 4);
    // Whoever reads the same entries again comes to the same.
    let mut again = Ledger::new(JOURNAL);
    log.entries.iter().enumerate().for_each(|(index, bytes)| again.take(index as u64, bytes));
    assert_eq!(again.chambers, log.ledger.chambers);
    assert_eq!((again.next(), again.key_acts().len(), again.beyond()), (log.entries.len() as u64, 10, 0));
}

#[test]
fn a_body_may_be_founded_by_other_keys_after_a_revocation() {
    let mut log = Log::new();
    let guarantors = log.act(&roll(BodyKind::GuarantorsConsultation), &[1, 2, 11, 12, 21, 22]).unwrap();
    let revoke = Revoke {
        roll: guarantors,
        seat: "XB".into(),
        key: key(12).public().id(),
        since: log.entries.len() as u64,
        reason: "Lost.".into(),
    };
    log.act(&Act::Revoke(revoke), &[11, 13]).unwrap();
    let of_guarantors = log.act(&call(guarantors), &[1, 2]).unwrap();
    assert_eq!(log.act(&position(of_guarantors, "XB"), &[11, 12]).unwrap_err().rule, Rule::RevokedKey);
    log.act(&position(of_guarantors, "XB"), &[11, 13]).unwrap();
}

#[test]
fn no_state_writes_the_register_alone() {
    let mut log = Log::new();
    assert_eq!(log.edition(1, &[0]).unwrap_err().rule, edition::Rule::Officers);
    assert_eq!(log.edition(1, &[0, 1, 2]).unwrap_err().rule, edition::Rule::Officers, "delegates are no officers");
    assert_eq!(log.edition(2, &[0, 10]).unwrap_err().rule, edition::Rule::Number);
    log.edition(1, &[0, 10]).unwrap();
    assert_eq!(log.edition(1, &[0, 10]).unwrap_err().rule, edition::Rule::Number);
    log.edition(2, &[10, 20]).unwrap();
    let numbers: Vec<u32> = log.ledger.editions().iter().map(|held| held.edition.number).collect();
    assert_eq!((numbers.as_slice(), log.ledger.refused_editions().len()), ([1, 2].as_slice(), 4));
    assert_eq!(log.ledger.editions()[1].register.head.id.as_str(), "test");
    // An officer whose key is revoked speaks no more.
    let since = log.entries.len() as u64;
    log.on_keys(OnKeys::Revoke { key: key(0).public().id(), reason: "lost".into(), suspect_since: since }, &[10, 20]);
    assert_eq!(log.edition(3, &[0, 10]).unwrap_err().rule, edition::Rule::Officers);
    let mut forged = edition(3, &[10]);
    forged.put(key(20).public().id(), key(10).sign(edition::DOMAIN, forged.body()));
    assert_eq!(log.ledger.judge_edition(since + 5, &forged).unwrap_err().rule, edition::Rule::Officers);
}

#[test]
fn what_is_no_act_stands_as_not_taken() {
    let mut log = Log::new();
    log.push(entry::to_bytes(&SignedAct { body: Bytes(vec![0x80]), signatures: Vec::new() }));
    let held = log.ledger.acts().last().unwrap();
    assert!(held.act.is_none() && held.roll.is_none());
    assert_eq!(held.taken.as_ref().unwrap_err().rule, Rule::NoAct);
}
