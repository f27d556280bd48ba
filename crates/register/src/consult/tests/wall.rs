//! No sequence of what machines sign changes a position, a decision or what a timer does.
use super::support::*;
use crate::body::BodyKind;
use crate::consult::*;
use truceline_model::canonical::{self, Bytes};
use truceline_model::hash::Hash;
use truceline_model::time::Time;

/// How many random sequences.
const SEQUENCES: usize = 100_000;

/// The most acts of a sequence.
const LENGTH_MAX: u64 = 6;

/// SplitMix64 (Steele, Lea and Flood, 2014): the same sequences in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

/// Sessions at every stage: founded and called, with positions, closed, concluded.
fn sessions() -> Vec<Session> {
    let mut all = Vec::new();
    for body in [BodyKind::GuarantorsConsultation, BodyKind::SpecialCommission] {
        let mut session = Session::called(body);
        all.push(session.clone());
        for state in &STATES[..10] {
            session.says(state, Stance::Support, "");
        }
        all.push(session.clone());
        session.close();
        all.push(session.clone());
        let act = match body {
            BodyKind::SpecialCommission => session.a_determination(Responsibility::Party, &["Alpha"]),
            _ => session.a_decision(Outcome::Adopted),
        };
        session.take(&act, two_of(STATES[..10].to_vec())).unwrap();
        all.push(session);
    }
    all
}

/// An act of any kind, as a machine might make it up: of seats that are there, about what stands.
fn act(random: &mut Random, session: &Session) -> Act {
    let seat = || random.one(&STATES).to_owned();
    let mut seat = seat;
    let (first, second) = (seat(), seat());
    let words = format!("{:x}", random.next());
    let concluded = session.chamber.consultation(session.call).and_then(|held| {
        held.decision.as_ref().map(Decision::hash).or(held.determination.as_ref().map(Determination::hash))
    });
    let about = concluded.unwrap_or(session.call);
    let call = session.call;
    match random.below(12) {
        0 => Act::Found(roll(BodyKind::GuarantorsConsultation)),
        1 => Act::Call(Call { seat: first, question: words, ..session.a_call() }),
        2 => Act::Agenda(Agenda { call, seat: first, items: vec![words] }),
        3 => {
            let stances = [Stance::Support, Stance::Oppose, Stance::Abstain, Stance::NoMandateYet];
            session.position(&first, random.one(&stances), &words)
        }
        4 => Act::Revoke(Revoke { roll: session.roll, key: key(&second, 0), seat: second, since: 0, reason: words }),
        5 => Act::Close(Close { call, seat: first }),
        6 => session.a_decision(random.one(&[Outcome::Adopted, Outcome::NotAdopted, Outcome::Deferred])),
        7 => session.a_determination(random.one(&[Responsibility::NoOne, Responsibility::NoDetermination]), &[]),
        8 => Act::Dissent(Dissent { about, seat: first, words }),
        9 => Act::Measure(Measure {
            decision: about,
            seat: first,
            option: "support".into(),
            words,
            legal_basis: "An act".into(),
            caveats_checked_by: "An office".into(),
            announced_at: Time(random.next() as i64),
        }),
        10 => Act::Review(Review { decision: about, outcome: ReviewOutcome::ToBeLifted, words }),
        _ => Act::Lift(Lift { of: about, words }),
    }
}

/// What machines can put under it: their own signatures, people's names under signatures that are not theirs, one stolen key
/// beside their own, or no signature at all.
fn signatures(random: &mut Random, act: &Act) -> SignedAct {
    let body = canonical::to_bytes(act);
    let machines = 1 + random.below(4) as u8;
    let mut by: Vec<(Hash, [u8; 64])> = match random.below(4) {
        0 => Vec::new(),
        1 => {
            let forged =
                |key: Hash| (key, signature(super::support::key("machine", 0), &[key.0.as_slice(), &body].concat()));
            two_of([random.one(&STATES), random.one(&STATES)]).into_iter().map(forged).collect()
        }
        more => {
            let own = (0..machines).map(|number| key("machine", number));
            let stolen = (more == 3).then(|| key(random.one(&STATES), 0));
            own.chain(stolen).map(|key| (key, signature(key, &body))).collect()
        }
    };
    by.sort();
    by.dedup();
    SignedAct { body: Bytes(body), signatures: by }
}

#[test]
fn what_machines_sign_changes_nothing() {
    let sessions = sessions();
    let mut random = Random(1);
    let mut taken_up = [0_usize; 12];
    for number in 0..SEQUENCES {
        let before = &sessions[number % sessions.len()];
        let mut chamber = before.chamber.clone();
        let mut at = before.at;
        for _ in 0..=random.below(LENGTH_MAX) {
            at += random.below(1_000_000);
            let act = act(&mut random, before);
            let signed = signatures(&mut random, &act);
            let refused = chamber.take(&before.book, at, &signed);
            assert!(refused.is_err(), "sequence {number}: {} was taken", act.name());
            taken_up[Act::NAMES.iter().position(|name| *name == act.name()).unwrap()] += 1;
        }
        assert!(chamber == before.chamber, "sequence {number}: the state moved");
        assert_eq!(chamber.reminders(before.call), before.chamber.reminders(before.call));
        assert!(chamber.positions(&before.book, before.call) == before.chamber.positions(&before.book, before.call));
    }
    assert!(taken_up.iter().all(|count| *count > SEQUENCES / 10), "every kind of act was tried: {taken_up:?}");
}
