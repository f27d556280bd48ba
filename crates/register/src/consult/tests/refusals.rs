//! Each rule, by an act that breaks it and no other.
use super::support::*;
use crate::body::BodyKind;
use crate::consult::*;
use truceline_model::canonical::{self, Bytes};
use truceline_model::entry;
use truceline_model::hash::Hash;

const GUARANTORS: BodyKind = BodyKind::GuarantorsConsultation;

fn rule(taken: Result<Hash, Refused>) -> Rule {
    let refused = taken.unwrap_err();
    assert!(refused.to_string().contains(refused.rule.name()), "{refused}");
    refused.rule
}

#[test]
fn a_roll_is_whole_signed_by_all_and_holds_no_machine() {
    let found = |change: &dyn Fn(&mut Roll)| {
        let mut roll = roll(GUARANTORS);
        change(&mut roll);
        let nothing = Hash([0; 32]);
        let mut session =
            Session { chamber: Chamber::new("test/log"), book: Book::new(), at: 0, roll: nothing, call: nothing };
        let by: Vec<Hash> = roll.seats.iter().flat_map(|seat| seat.keys.clone()).collect();
        session.take(&Act::Found(roll), by)
    };
    assert!(found(&|_| {}).is_ok());
    let set = |number: usize, keys: Vec<Hash>| {
        move |roll: &mut Roll| {
            roll.seats[number].keys.clone_from(&keys);
            roll.seats[number].keys.sort();
        }
    };
    assert_eq!(rule(found(&set(3, vec![key("QP", 0), key("machine", 0)]))), Rule::MachineKey);
    assert_eq!(rule(found(&set(3, vec![key("QP", 0), key("reviewer", 0)]))), Rule::UnknownKey);
    assert_eq!(rule(found(&set(3, vec![key("QP", 0), key("nobody", 0)]))), Rule::UnknownKey);
    assert_eq!(rule(found(&set(3, vec![key("QP", 0)]))), Rule::Roll);
    assert_eq!(rule(found(&set(3, vec![key("QP", 0), key("QM", 0)]))), Rule::Roll);
    assert_eq!(rule(found(&|roll| roll.seats.swap(0, 1))), Rule::Roll);
    assert_eq!(rule(found(&|roll| roll.quorum.sign_min = 6)), Rule::Roll);
    assert_eq!(rule(found(&|roll| roll.quorum.take_part_min = 13)), Rule::Roll);
    assert_eq!(rule(found(&|roll| roll.body = BodyKind::CoordinationCell)), Rule::Roll);
    assert_eq!(rule(found(&|roll| roll.journal = "other/log".into())), Rule::OtherJournal);
    let mut session = Session::called(GUARANTORS);
    assert_eq!(rule(session.take(&Act::Found(roll(BodyKind::SpecialCommission)), two_of(STATES))), Rule::OutOfOrder);
    let mut empty = Session { chamber: Chamber::new("test/log"), ..session.clone() };
    let all_but_one = two_of(STATES[1..].to_vec());
    assert_eq!(rule(empty.take(&Act::Found(roll(GUARANTORS)), all_but_one)), Rule::EverySeat);
    assert_eq!(rule(empty.take(&Act::Call(session.a_call()), two_of(["XA"]))), Rule::OutOfOrder);
}

#[test]
fn who_may_speak() {
    let mut session = Session::called(GUARANTORS);
    let act = session.position("XB", Stance::Support, "");
    assert_eq!(rule(session.take(&act, [key("XB", 0)])), Rule::TwoKeys);
    assert_eq!(rule(session.take(&act, [key("XB", 0), key("XC", 0)])), Rule::TwoKeys);
    assert_eq!(rule(session.take(&act, [key("XB", 0), key("machine", 0)])), Rule::MachineKey);
    assert_eq!(rule(session.take(&act, [key("XB", 0), key("reviewer", 0)])), Rule::UnknownKey);
    let mut other = session.clone();
    other.book.revoked.insert(key("XB", 1), 0);
    assert_eq!(rule(other.take(&act, two_of(["XB"]))), Rule::RevokedKey);
    let mut forged = signed(&act, two_of(["XB"]));
    forged.signatures[0].1[0] ^= 1;
    assert_eq!(session.chamber.take(&session.book, 100, &forged).unwrap_err().rule, Rule::Signature);
    let elsewhere = session.position("ZZ", Stance::Support, "");
    assert_eq!(rule(session.take(&elsewhere, two_of(["XB"]))), Rule::NoSeat);
    session.take(&act, two_of(["XB"])).unwrap();
    assert_eq!(rule(session.take(&act, two_of(["XB"]))), Rule::Once);
}

#[test]
fn a_state_says_one_thing_at_a_time() {
    let mut session = Session::called(GUARANTORS);
    let fresh = |session: &Session, supersedes, words: &str| {
        Act::Position(PositionText {
            call: session.call,
            seat: "XB".into(),
            stance: Stance::Support,
            words: words.into(),
            supersedes,
        })
    };
    let (first, unknown) = (fresh(&session, None, "1"), fresh(&session, Some(Hash([9; 32])), "2"));
    assert_eq!(rule(session.take(&unknown, two_of(["XB"]))), Rule::Supersede);
    let held = session.take(&first, two_of(["XB"])).unwrap();
    let second = fresh(&session, None, "3");
    assert_eq!(rule(session.take(&second, two_of(["XB"]))), Rule::Supersede);
    let third = fresh(&session, Some(held), "4");
    session.take(&third, two_of(["XB"])).unwrap();
    assert_eq!(rule(session.take(&first, two_of(["XB"]))), Rule::Once, "what was superseded is not played again");
    let unsaid = session.position("XC", Stance::Reservation, " ");
    assert_eq!(rule(session.take(&unsaid, two_of(["XC"]))), Rule::Reservation);
    let agenda = Act::Agenda(Agenda { call: session.call, seat: "XA".into(), items: vec!["Late".into()] });
    assert_eq!(rule(session.take(&agenda, two_of(["XA"]))), Rule::OutOfOrder);
    let close = Act::Close(Close { call: session.call, seat: "XB".into() });
    assert_eq!(rule(session.take(&close, two_of(["XB"]))), Rule::OutOfOrder, "another called it");
    session.close();
    let late = session.position("XD", Stance::Support, "");
    assert_eq!(rule(session.take(&late, two_of(["XD"]))), Rule::OutOfOrder);
}

#[test]
fn a_decision_comes_after_the_close_on_the_positions_as_they_stand() {
    let mut session = Session::called(GUARANTORS);
    for state in &STATES[..10] {
        session.says(state, Stance::Support, "");
    }
    let by = || two_of(STATES[..10].to_vec());
    let early = session.a_decision(Outcome::Adopted);
    assert_eq!(rule(session.take(&early, by())), Rule::OutOfOrder);
    session.close();
    let Act::Decision(text) = session.a_decision(Outcome::Adopted) else { unreachable!() };
    let mut silent_read_as_support = text.clone();
    silent_read_as_support.positions[11].1 = text.positions[0].1;
    let mut without_silent = text.clone();
    without_silent.positions.truncate(10);
    for other in [silent_read_as_support, without_silent] {
        assert_eq!(rule(session.take(&Act::Decision(other), by())), Rule::Positions);
    }
    let determination = session.a_determination(Responsibility::NoOne, &[]);
    assert_eq!(rule(session.take(&determination, by())), Rule::OtherBody);
    let elsewhere = Act::Decision(DecisionText { call: Hash([7; 32]), ..text.clone() });
    assert_eq!(rule(session.take(&elsewhere, by())), Rule::OutOfOrder);
    let measure = Act::Dissent(Dissent { about: Hash([7; 32]), seat: "XA".into(), words: "Early".into() });
    assert_eq!(rule(session.take(&measure, two_of(["XA"]))), Rule::OutOfOrder);
    session.take(&Act::Decision(text.clone()), by()).unwrap();
    let second = Act::Decision(DecisionText { words: "Again".into(), ..text });
    assert_eq!(rule(session.take(&second, by())), Rule::OutOfOrder);
}

#[test]
fn a_determination_names_whom_it_means() {
    let mut session = Session::called(BodyKind::SpecialCommission);
    for state in &STATES[..10] {
        session.says(state, Stance::Support, "");
    }
    session.close();
    let by = || two_of(STATES[..10].to_vec());
    for (responsibility, parties) in [
        (Responsibility::Party, &[][..]),
        (Responsibility::Both, &["Alpha", "Alpha"]),
        (Responsibility::NoDetermination, &["Alpha"]),
    ] {
        let act = session.a_determination(responsibility, parties);
        assert_eq!(rule(session.take(&act, by())), Rule::Missing);
    }
    let decision = session.a_decision(Outcome::Adopted);
    assert_eq!(rule(session.take(&decision, by())), Rule::OtherBody);
    let both = session.a_determination(Responsibility::Both, &["Alpha", "Bravo"]);
    session.take(&both, by()).unwrap();
}

#[test]
fn revoking_is_the_states_own() {
    let mut session = Session::called(GUARANTORS);
    let revoke = |session: &Session, seat: &str, of: &str, since: u64, reason: &str| {
        Act::Revoke(Revoke { roll: session.roll, seat: seat.into(), key: key(of, 1), since, reason: reason.into() })
    };
    let others = revoke(&session, "XA", "XB", 1, "a");
    assert_eq!(rule(session.take(&others, two_of(["XA"]))), Rule::UnknownKey);
    let later = revoke(&session, "XA", "XA", 1_000, "b");
    assert_eq!(rule(session.take(&later, two_of(["XA"]))), Rule::OutOfOrder);
    let own = revoke(&session, "XA", "XA", 1, "c");
    session.take(&own, two_of(["XA"])).unwrap();
    let again = revoke(&session, "XA", "XA", 2, "d");
    assert_eq!(rule(session.take(&again, [key("XA", 0), key("XA", 2)])), Rule::Once);
    assert_eq!(rule(session.take(&again, two_of(["XA"]))), Rule::RevokedKey);
    let other_roll = Act::Call(Call { roll: Hash([8; 32]), ..session.a_call() });
    assert_eq!(rule(session.take(&other_roll, [key("XA", 0), key("XA", 2)])), Rule::OtherBody);
}

#[test]
fn a_call_says_what_it_rests_on_and_keeps_its_bounds() {
    let mut session = Session::called(GUARANTORS);
    let call = session.a_call();
    let by = || two_of(["XA"]);
    let bare = Act::Call(Call { basis: Vec::new(), ..call.clone() });
    assert_eq!(rule(session.take(&bare, by())), Rule::Missing);
    let long = Act::Call(Call { question: "x".repeat(MAX_WORDS_BYTES + 1), ..call.clone() });
    assert_eq!(rule(session.take(&long, by())), Rule::Bound);
    let many = Act::Call(Call { basis: vec![Basis::Other("Said".into()); MAX_ITEMS + 1], ..call.clone() });
    assert_eq!(rule(session.take(&many, by())), Rule::Bound);
    let other = Act::Call(Call { basis: vec![Basis::Other("A request of the beneficiary".into())], ..call });
    session.take(&other, by()).unwrap();
    let back = signed(&other, by());
    assert_eq!(session.chamber.take(&session.book, 1, &back).unwrap_err().rule, Rule::OutOfOrder);
    let no_act = SignedAct { body: Bytes(vec![0x80]), signatures: Vec::new() };
    assert_eq!(session.chamber.take(&session.book, 100, &no_act).unwrap_err().rule, Rule::NoAct);
}

proptest::proptest! {
    /// What is read as an entry is written as the same bytes, and nothing panics.
    #[test]
    fn a_changed_byte_is_refused_or_changes_the_act(at in proptest::prelude::any::<proptest::sample::Index>(), bit in 0u8..8) {
        let session = Session::called(GUARANTORS);
        let act = session.position("XB", Stance::Reservation, "One thing.");
        let mut bytes = entry::to_bytes(&signed(&act, two_of(["XB"])));
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(changed) = entry::from_bytes::<SignedAct>(&bytes) {
            proptest::prop_assert_eq!(entry::to_bytes(&changed), bytes);
            if let Ok(read) = Act::of(&changed) {
                proptest::prop_assert_eq!(canonical::to_bytes(&read), changed.body.0.clone());
            }
            let mut chamber = session.chamber.clone();
            proptest::prop_assert!(chamber.take(&session.book, 100, &changed).is_err(), "a signature fell");
            proptest::prop_assert!(chamber == session.chamber);
        }
    }
}
