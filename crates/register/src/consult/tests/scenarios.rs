//! Whole consultations of twelve states.
use super::support::*;
use crate::body::BodyKind;
use crate::consult::*;

/// Ten states speak, one of them with a reservation; two are silent.
fn spoken(body: BodyKind) -> Session {
    let mut session = Session::called(body);
    let agenda = Act::Agenda(Agenda { call: session.call, seat: "XA".into(), items: vec!["The finding".into()] });
    session.take(&agenda, two_of(["XA"])).unwrap();
    for state in &STATES[..9] {
        session.says(state, Stance::Support, "");
    }
    session.says("XB", Stance::Reservation, "Not beyond the sector named in the finding.");
    session
}

/// Two of twelve are silent, one has a reservation, and one's key is revoked half-way: what that key signed falls, so too few
/// take part, and the Commission determines nothing. That is as easy to sign as the opposite.
#[test]
fn a_revoked_key_half_way_leads_to_no_determination() {
    let mut session = spoken(BodyKind::SpecialCommission);
    let position_at = session.at - 9;
    let revoke = Act::Revoke(Revoke {
        roll: session.roll,
        seat: "QM".into(),
        key: key("QM", 1),
        since: position_at,
        reason: "The device was lost.".into(),
    });
    session.take(&revoke, [key("QM", 0), key("QM", 2)]).unwrap();
    let silent = session.standing().into_iter().filter(|(_, position)| position.is_none()).map(|(state, _)| state);
    assert_eq!(silent.collect::<Vec<_>>(), ["QM", "XC", "XD"], "its position fell, and is not read as any other");
    session.close();
    let by: Vec<&str> = STATES[1..10].to_vec();
    let party = session.a_determination(Responsibility::Party, &["Alpha"]);
    let refused = session.take(&party, two_of(by.clone())).unwrap_err();
    assert_eq!((refused.rule, refused.message.as_str()), (Rule::Quorum, "9 seats take part, expected 10"));
    let none = session.a_determination(Responsibility::NoDetermination, &[]);
    let hash = session.take(&none, two_of(by)).unwrap();
    let consultation = session.chamber.consultation(session.call).unwrap();
    let determination = consultation.determination.as_ref().unwrap();
    assert_eq!(determination.text().responsibility, Responsibility::NoDetermination);
    assert_eq!((determination.hash(), determination.signatures().seats().len()), (hash, 9));
    assert!(consultation.decision.is_none());
}

/// The same half-way revocation; the state speaks again with the keys that it has left, and there is a decision. Then dissent,
/// each state's own measure, review and lifting.
#[test]
fn another_comes_to_a_decision() {
    let mut session = spoken(BodyKind::GuarantorsConsultation);
    session.book.revoked.insert(key("QM", 1), 0);
    assert_eq!(session.standing()[0], ("QM".to_owned(), None), "the key register revoked it, the position fell");
    let again = session.position("QM", Stance::Support, "As before.");
    let refused = session.take(&again, two_of(["QM"])).unwrap_err();
    assert_eq!(refused.rule, Rule::RevokedKey);
    session.take(&again, [key("QM", 0), key("QM", 2)]).unwrap();
    session.close();
    let adopted = session.a_decision(Outcome::Adopted);
    let refused = session.take(&adopted, two_of(STATES[1..8].to_vec())).unwrap_err();
    assert_eq!((refused.rule, refused.message.as_str()), (Rule::Quorum, "7 seats that may signed, expected 8"));
    let silent_ones: Vec<&str> = STATES[5..].to_vec();
    assert_eq!(session.take(&adopted, two_of(silent_ones)).unwrap_err().rule, Rule::Quorum, "two of these never spoke");
    let decision = session.take(&adopted, two_of(STATES[1..10].to_vec())).unwrap();
    let consultation = session.chamber.consultation(session.call).unwrap();
    let held = consultation.decision.as_ref().unwrap();
    assert_eq!((held.text().outcome, held.hash()), (Outcome::Adopted, decision));
    assert_eq!(held.text().positions[11], ("XD".to_owned(), None), "silence is printed as silence");

    let dissent = Act::Dissent(Dissent { about: decision, seat: "XC".into(), words: "We were not heard.".into() });
    session.take(&dissent, two_of(["XC"])).unwrap();
    let measure = |seat: &str, basis: &str| {
        Act::Measure(Measure {
            decision,
            seat: seat.into(),
            option: "support-logistic".into(),
            words: "Transport for three months.".into(),
            legal_basis: basis.into(),
            caveats_checked_by: "Legal adviser of the ministry".into(),
            announced_at: truceline_model::time::Time(1_900_100_000_000_000_000),
        })
    };
    assert_eq!(session.take(&measure("XA", " "), two_of(["XA"])).unwrap_err().rule, Rule::Missing);
    let measured = session.take(&measure("XA", "Act on support, section 4"), two_of(["XA"])).unwrap();
    let words = String::from("The finding was corrected.");
    let review = Act::Review(Review { decision, outcome: ReviewOutcome::ToBeLifted, words: words.clone() });
    assert_eq!(session.take(&review, two_of(["XA"])).unwrap_err().rule, Rule::Quorum);
    session.take(&review, two_of(STATES[1..9].to_vec())).unwrap();
    let lift = |of| Act::Lift(Lift { of, words: words.clone() });
    assert_eq!(
        session.take(&lift(measured), two_of(["XB"])).unwrap_err().rule,
        Rule::TwoKeys,
        "another state's measure"
    );
    session.take(&lift(measured), two_of(["XA"])).unwrap();
    assert_eq!(session.take(&lift(decision), two_of(["XA"])).unwrap_err().rule, Rule::Quorum);
    session.take(&lift(decision), two_of(STATES[1..9].to_vec())).unwrap();
    let consultation = session.chamber.consultation(session.call).unwrap();
    assert_eq!((consultation.dissents.len(), consultation.measures.len(), consultation.reviews.len()), (1, 1, 1));
    assert_eq!(
        consultation.lifted.keys().copied().collect::<std::collections::BTreeSet<_>>(),
        [measured, decision].into()
    );
}

/// One seat against it, and it is not adopted; the outcome *not adopted* is signed as easily.
#[test]
fn what_one_opposes_is_not_adopted_where_the_quorum_says_so() {
    let mut session = spoken(BodyKind::GuarantorsConsultation);
    session.says("XC", Stance::Oppose, "The pack does not show it.");
    session.close();
    let all: Vec<&str> = STATES[..11].to_vec();
    let adopted = session.a_decision(Outcome::Adopted);
    let refused = session.take(&adopted, two_of(all.clone())).unwrap_err();
    assert_eq!((refused.rule, refused.message.as_str()), (Rule::Quorum, "opposing: 1 seats, expected at most 0"));
    let not_adopted = session.a_decision(Outcome::NotAdopted);
    session.take(&not_adopted, two_of(all)).unwrap();
}

/// A closed consultation that nobody signs anything for stays so: there is no default.
#[test]
fn nothing_follows_from_silence_or_time() {
    let mut session = Session::called(BodyKind::GuarantorsConsultation);
    session.close();
    let consultation = session.chamber.consultation(session.call).unwrap();
    assert!(consultation.closed && consultation.decision.is_none() && consultation.determination.is_none());
    assert!(session.standing().iter().all(|(_, position)| position.is_none()));
    let reminders = session.chamber.reminders(session.call);
    assert_eq!(reminders.len(), 1);
    assert!(reminders[0].1.from < reminders[0].1.to, "the start is disputed, so the spread is shown");
    for outcome in [Outcome::Adopted, Outcome::NotAdopted, Outcome::Deferred] {
        let act = session.a_decision(outcome);
        assert_eq!(session.take(&act, two_of(STATES)).unwrap_err().rule, Rule::Quorum);
    }
}
