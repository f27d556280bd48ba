use super::*;
use crate::keys::Holder;
use crate::keys::tests::{Office, enrol, founded, key, revoke};
use proptest::prelude::*;

fn register() -> Register {
    let mut register = Register::default();
    register.take("test/log", 0, &founded()).unwrap();
    for (number, seed, role) in [(1, 50, Role::Reviewer), (2, 51, Role::Station)] {
        let holder = Holder { name: format!("n{seed}"), role, owner: "A".into(), key: key(seed).public() };
        register.take("test/log", number, &enrol(number, holder, &[Office::A, Office::B], Some(&key(seed)))).unwrap();
    }
    register
}

fn says(seed: u8, stance: Stance, supersedes: Option<Hash>) -> Statement {
    Statement {
        key: key(seed).public().id(),
        about: Hash([1; 32]),
        stance,
        words: "seen from the post".into(),
        journal: "test/log".into(),
        supersedes,
    }
}

#[test]
fn an_office_says_one_thing_at_a_time_and_may_change_it() {
    let (register, mut statements) = (register(), Statements::default());
    let first = says(50, Stance::Supports, None);
    statements.take(&register, "test/log", 5, &first.sign(&key(50))).unwrap();
    // Two votes at once are found.
    let other = says(50, Stance::Disputes, None);
    let why = statements.take(&register, "test/log", 6, &other.sign(&key(50))).unwrap_err();
    assert!(why.contains("must be superseded"), "{why}");
    let changed = says(50, Stance::Disputes, Some(first.hash()));
    statements.take(&register, "test/log", 7, &changed.sign(&key(50))).unwrap();
    let stale = says(50, Stance::Withdraws, Some(first.hash()));
    assert!(statements.take(&register, "test/log", 8, &stale.sign(&key(50))).is_err());
    let withdrawn = says(50, Stance::Withdraws, Some(changed.hash()));
    statements.take(&register, "test/log", 9, &withdrawn.sign(&key(50))).unwrap();
    assert_eq!(statements.in_force(Hash([1; 32]), "n50"), Some(withdrawn.hash()));
    let again: Statements = canonical::from_bytes(&canonical::to_bytes(&statements)).unwrap();
    assert_eq!(again, statements);
}

#[test]
fn only_people_whose_keys_hold_are_heard() {
    let (mut register, mut statements) = (register(), Statements::default());
    let first = says(50, Stance::Supports, None);
    let elsewhere = Statement { journal: "other/log".into(), ..first.clone() };
    for (signed, word) in [
        (says(51, Stance::Supports, None).sign(&key(51)), "a machine's"),
        (says(60, Stance::Supports, None).sign(&key(60)), "not enrolled"),
        (first.sign(&key(51)), "does not hold"),
        (elsewhere.sign(&key(50)), "on the journal other/log"),
        (says(50, Stance::Withdraws, None).sign(&key(50)), "could be superseded"),
    ] {
        let why = statements.take(&register, "test/log", 5, &signed).unwrap_err();
        assert!(why.contains(word), "{why}");
    }
    register.take("test/log", 6, &revoke(3, key(50).public().id(), 6, &[Office::A, Office::B])).unwrap();
    let why = statements.take(&register, "test/log", 7, &first.sign(&key(50))).unwrap_err();
    assert!(why.contains("does not hold here"), "{why}");
}

proptest! {
    #[test]
    fn a_changed_byte_is_not_taken(at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let file = says(50, Stance::Supports, None).sign(&key(50)).to_file();
        let mut bytes = file.clone();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(signed) = Signed::from_file(&bytes) {
            prop_assert!(Statements::default().take(&register(), "test/log", 5, &signed).is_err());
        }
    }
}
