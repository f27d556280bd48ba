//! The bytes of each act, kept for ever: a decoder, once released, must go on reading them.
//!
//! A new act gets a new file: run with `TRUCELINE_WRITE_GOLDEN=1` and look at what was written. A file that exists is never
//! written again.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::path::Path;
use truceline_model::canonical::{self, Bytes};
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::time::Time;
use truceline_register::body::BodyKind;
use truceline_register::consult::*;
use truceline_register::reminder::Start;

const HASH: Hash = Hash([7; 32]);

fn positions() -> Vec<(String, Option<Hash>)> {
    vec![("XA".into(), Some(HASH)), ("XB".into(), None)]
}

/// One of each act.
fn acts() -> Vec<Act> {
    let seat =
        |state: &str, keys: [u8; 2]| Seat { state: state.into(), keys: keys.map(|key| Hash([key; 32])).to_vec() };
    let seat_name = || "XA".to_owned();
    let words = || "Because of the pack.".to_owned();
    vec![
        Act::Found(Roll {
            body: BodyKind::GuarantorsConsultation,
            journal: "test/log".into(),
            seats: vec![seat("XA", [1, 2]), seat("XB", [3, 4])],
            quorum: Quorum { take_part_min: 2, sign_min: 2, oppose_max: None },
        }),
        Act::Call(Call {
            roll: HASH,
            seat: seat_name(),
            stage: Stage::Inquiry,
            basis: vec![Basis::Finding { entry: HASH, proof: Hash([8; 32]) }, Basis::Other("A request.".into())],
            pack: HASH,
            question: "What follows?".into(),
            called_at: Time(1_900_000_000_000_000_000),
            reminders: vec![RemindAt {
                words: "A first exchange".into(),
                from: Start::BreachTime,
                earliest: Time(1_899_990_000_000_000_000),
                latest: Time(1_899_999_000_000_000_000),
                after_h: 72,
            }],
        }),
        Act::Agenda(Agenda { call: HASH, seat: seat_name(), items: vec!["The finding".into()] }),
        Act::Position(PositionText {
            call: HASH,
            seat: seat_name(),
            stance: Stance::Reservation,
            words: "Not beyond the sector.".into(),
            supersedes: Some(HASH),
        }),
        Act::Revoke(Revoke { roll: HASH, seat: seat_name(), key: HASH, since: 41, reason: "Lost.".into() }),
        Act::Close(Close { call: HASH, seat: seat_name() }),
        Act::Decision(DecisionText {
            call: HASH,
            outcome: Outcome::Deferred,
            words: words(),
            positions: positions(),
            review_by: Some(Time(1_900_500_000_000_000_000)),
        }),
        Act::Determination(DeterminationText {
            call: HASH,
            responsibility: Responsibility::Party,
            parties: vec!["Alpha".into()],
            standard: ProofStandard::Clear,
            policy: Some(HASH),
            intent: Intent::NotAssessed,
            remedies: vec![Remedy::Hotline, Remedy::Referral],
            words: words(),
            positions: positions(),
        }),
        Act::Dissent(Dissent { about: HASH, seat: seat_name(), words: words() }),
        Act::Measure(Measure {
            decision: HASH,
            seat: seat_name(),
            option: "support-logistic".into(),
            words: words(),
            legal_basis: "Act on support, section 4".into(),
            caveats_checked_by: "Legal adviser of the ministry".into(),
            announced_at: Time(1_900_100_000_000_000_000),
        }),
        Act::Review(Review { decision: HASH, outcome: ReviewOutcome::Stands, words: words() }),
        Act::Lift(Lift { of: HASH, words: words() }),
    ]
}

#[test]
fn the_bytes_of_each_act_stay_as_they_are() {
    let acts = acts();
    assert_eq!(acts.iter().map(Act::name).collect::<Vec<_>>(), Act::NAMES, "one of each");
    for act in acts {
        let signed = SignedAct { body: Bytes(canonical::to_bytes(&act)), signatures: vec![(HASH, [9; 64])] };
        let bytes = entry::to_bytes(&signed);
        let hex: String =
            bytes.chunks(40).map(|row| row.iter().map(|b| format!("{b:02x}")).collect::<String>() + "\n").collect();
        let name = format!("golden/consultation_act-1-{}.hex", act.name());
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&name);
        if !path.exists() && std::env::var_os("TRUCELINE_WRITE_GOLDEN").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &hex).unwrap();
        }
        let golden = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(hex, golden, "{name}");
        let read: SignedAct = entry::from_bytes(&bytes).unwrap();
        assert_eq!((&read, Act::of(&read).unwrap()), (&signed, act), "{name}");
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 1;
            assert_ne!(entry::from_bytes::<SignedAct>(&other).ok().as_ref(), Some(&signed), "{name}, byte {at}");
        }
    }
}
