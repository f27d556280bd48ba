use super::*;
use proptest::prelude::*;
use truceline_model::canonical;
use truceline_model::entry;
use truceline_model::hash::Hash;

pub(crate) fn key(number: u8) -> KeyPair {
    KeyPair::from_seed(&[number; 32])
}

/// Officers of three states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Office {
    A = 1,
    A2,
    B,
    C,
}

impl Office {
    const ALL: [Self; 4] = [Self::A, Self::A2, Self::B, Self::C];

    fn key(self) -> KeyPair {
        key(self as u8)
    }

    fn holder(self) -> Holder {
        let state = if self == Self::A2 { "A".to_owned() } else { format!("{self:?}") };
        Holder { name: format!("office-{self:?}"), role: Role::Officer, owner: state, key: self.key().public() }
    }
}

fn act(number: u64, act: Act) -> KeyAct {
    KeyAct::new(&Body { act, number, journal: "test/log".to_owned() })
}

pub(crate) fn founded() -> KeyAct {
    let mut found = act(0, Act::Found { states: 2, officers: Office::ALL.map(Office::holder).to_vec() });
    Office::ALL.iter().for_each(|office| found.sign(&office.key()));
    found
}

pub(crate) fn enrol(number: u64, holder: Holder, officers: &[Office], own: Option<&KeyPair>) -> KeyAct {
    let mut enrol = act(number, Act::Enrol(holder));
    officers.iter().for_each(|office| enrol.sign(&office.key()));
    own.into_iter().for_each(|key| enrol.sign(key));
    enrol
}

pub(crate) fn rotate(number: u64, from: &KeyPair, to: &KeyPair) -> KeyAct {
    let mut rotate = act(number, Act::Rotate { from: from.public().id(), to: to.public() });
    rotate.sign(from);
    rotate.sign(to);
    rotate
}

pub(crate) fn revoke(number: u64, key: Hash, suspect_since: u64, officers: &[Office]) -> KeyAct {
    let mut revoke = act(number, Act::Revoke { key, reason: "stolen".to_owned(), suspect_since });
    officers.iter().for_each(|office| revoke.sign(&office.key()));
    revoke
}

fn reviewer(number: u8) -> Holder {
    Holder {
        name: format!("reviewer-{number}"),
        role: Role::Reviewer,
        owner: "B".to_owned(),
        key: key(number).public(),
    }
}

#[test]
fn officers_of_enough_different_states_must_sign() {
    use Office::{A, A2, B, C};
    let mut register = Register::default();
    register.take("test/log", 0, &founded()).unwrap();
    let own = key(50);
    for (officers, own, expected) in [
        (vec![A], Some(&own), "officers of 1 different states signed, 2 are needed"),
        (vec![A, A2], Some(&own), "officers of 1 different"),
        (vec![A, B], None, "nothing shows that it is held"),
        (vec![], Some(&own), "officers of 0"),
    ] {
        let why = register.take("test/log", 5, &enrol(1, reviewer(50), &officers, own)).unwrap_err();
        assert!(why.contains(expected), "{why}");
        assert_eq!(register.acts(), 1);
    }
    register.take("test/log", 5, &enrol(1, reviewer(50), &[A2, C], Some(&own))).unwrap();
    let id = own.public().id();
    for (index, standing) in [(4, Standing::NotYet), (5, Standing::NotYet), (6, Standing::Good)] {
        assert_eq!(register.standing(id, index), standing, "{index}");
    }
}

#[test]
fn an_act_holds_at_its_place_in_its_journal_alone() {
    let mut register = Register::default();
    let why = register.take("other/log", 0, &founded()).unwrap_err();
    assert!(why.contains("of test/log"), "{why}");
    register.take("test/log", 0, &founded()).unwrap();
    let own = key(50);
    let enrolled = enrol(1, reviewer(50), &[Office::A, Office::B], Some(&own));
    register.take("test/log", 1, &enrolled).unwrap();
    for (act, word) in [(founded(), "act 0"), (enrolled.clone(), "act 1"), (enrol(9, reviewer(51), &[], None), "act 9")]
    {
        let why = register.take("test/log", 2, &act).unwrap_err();
        assert!(why.contains(word), "{why}");
    }
    let why = register.take("test/log", 2, &enrol(2, reviewer(50), &[Office::A, Office::B], Some(&own))).unwrap_err();
    assert!(why.contains("enrolled before"), "{why}");
}

#[test]
fn a_key_that_was_a_machines_is_never_a_persons() {
    let mut register = Register::default();
    register.take("test/log", 0, &founded()).unwrap();
    let own = key(50);
    let station = Holder { name: "TL01".to_owned(), role: Role::Station, ..reviewer(50) };
    register.take("test/log", 1, &enrol(1, station, &[Office::A, Office::B], Some(&own))).unwrap();
    register.take("test/log", 2, &revoke(2, own.public().id(), 0, &[Office::B, Office::C])).unwrap();
    let delegate = Holder { role: Role::Delegate, ..reviewer(50) };
    let why = register.take("test/log", 3, &enrol(3, delegate, &[Office::A, Office::B], Some(&own))).unwrap_err();
    assert!(why.contains("enrolled before"), "{why}");
}

#[test]
fn an_officer_can_be_revoked_and_signs_nothing_then() {
    use Office::{A, B, C};
    let mut register = Register::default();
    register.take("test/log", 0, &founded()).unwrap();
    register.take("test/log", 1, &revoke(1, A.key().public().id(), 1, &[B, C])).unwrap();
    let own = key(50);
    let why = register.take("test/log", 2, &enrol(2, reviewer(50), &[A, B], Some(&own))).unwrap_err();
    assert!(why.contains("officers of 1"), "{why}");
    register.take("test/log", 2, &enrol(2, reviewer(50), &[C, B], Some(&own))).unwrap();
}

#[test]
fn a_founding_needs_every_officer() {
    for officer in 0..4 {
        let mut found = founded();
        found.signatures.remove(officer);
        let why = Register::default().take("test/log", 0, &found).unwrap_err();
        assert!(why.contains("missing or does not hold"), "{why}");
    }
    let mut one_state = act(0, Act::Found { states: 2, officers: vec![Office::A.holder(), Office::A2.holder()] });
    [Office::A, Office::A2].iter().for_each(|office| one_state.sign(&office.key()));
    assert!(Register::default().take("test/log", 0, &one_state).unwrap_err().contains("2 states must agree"));
}

#[test]
fn keys_of_small_order_are_refused() {
    let mut identity = [0; 32];
    identity[0] = 1;
    for bytes in [identity, [0; 32], [255; 32]] {
        assert!(PublicKey::from_bytes(&bytes).is_err());
    }
}

proptest! {
    /// No flipped bit of an act has an effect.
    #[test]
    fn an_act_that_was_changed_has_no_effect(at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let mut register = Register::default();
        register.take("test/log", 0, &founded()).unwrap();
        let mut bytes = entry::to_bytes(&enrol(1, reviewer(50), &[Office::A, Office::B], Some(&key(50))));
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(act) = entry::from_bytes::<KeyAct>(&bytes) {
            prop_assert!(register.take("test/log", 1, &act).is_err());
        }
    }

    /// What is remembered has one form, and says of every place what it said before.
    #[test]
    fn the_register_has_one_form(since in 0u64..3, index in 0u64..6) {
        let mut register = Register::default();
        register.take("test/log", 0, &founded()).unwrap();
        let own = key(50);
        register.take("test/log", 1, &enrol(1, reviewer(50), &[Office::A, Office::B], Some(&own))).unwrap();
        register.take("test/log", 3, &revoke(2, own.public().id(), since, &[Office::B, Office::C])).unwrap();
        let again: Register = canonical::from_bytes(&canonical::to_bytes(&register)).unwrap();
        prop_assert_eq!(&again, &register);
        let standing = register.standing(own.public().id(), index);
        let expected = if index <= 1 { Standing::NotYet } else if index >= since { Standing::Suspect } else { Standing::Good };
        prop_assert_eq!(standing, expected);
    }
}
