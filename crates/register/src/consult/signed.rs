//! Signatures: verified by what the caller gives, counted here.
//!
//! [`SeatSignatures`] and [`QuorumSignatures`] have no other constructor than counting verified signatures over one sequence of
//! bytes, which they hold. What people concluded is made from them and decoded from those very bytes.
use super::act::Act;
use super::roll::{KEYS_MIN, Roll};
use crate::refused::refused;
use crate::words::choice;
use std::collections::{BTreeMap, BTreeSet};
use truceline_model::canonical::{self, Bytes};
use truceline_model::cosigned::Cosigned;
pub use truceline_model::cosigned::SignedAct;
use truceline_model::hash::Hash;

/// What is signed begins with, so that no act is any other text that a key signs.
pub const DOMAIN: &[u8] = <SignedAct as Cosigned>::DOMAIN;

/// The most bytes of an act: the largest roll with all its keys takes some 25 kB.
pub const MAX_ACT_BYTES: usize = <SignedAct as Cosigned>::MAX_BODY_BYTES;

choice! {
    /// A rule of consultations.
    Rule {
        /// It is no act.
        NoAct => "no-act",
        /// An act is taken once.
        Once => "once",
        /// Acts come in order.
        OutOfOrder => "out-of-order",
        /// A machine's key speaks for no seat.
        MachineKey => "machine-key",
        /// A revoked key speaks no more.
        RevokedKey => "revoked-key",
        /// A key that the roll does not hold.
        UnknownKey => "unknown-key",
        /// A signature does not hold.
        Signature => "signature",
        /// One key alone speaks for no seat.
        TwoKeys => "two-keys",
        /// There is no such seat.
        NoSeat => "no-seat",
        /// Every seat signs the roll.
        EverySeat => "every-seat",
        /// The roll contradicts itself.
        Roll => "roll",
        /// A decision needs the quorum.
        Quorum => "quorum",
        /// A decision names the positions as they stand.
        Positions => "positions-as-they-stand",
        /// A position supersedes the one in force.
        Supersede => "supersede",
        /// A reservation is said.
        Reservation => "reservation-in-words",
        /// An act says what it has to.
        Missing => "missing",
        /// A roll is of one journal, and through it every act.
        OtherJournal => "other-journal",
        /// Each body has its own acts.
        OtherBody => "other-body",
        /// A bound is not kept.
        Bound => "bound",
    }
}

refused! {
    /// Why an act is not taken.
    Rule
}

/// Whose a key is at a place of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyHolder {
    /// Nobody's: it was never enrolled, or not yet.
    Unknown,
    /// It was revoked or replaced, and does not hold there.
    Revoked,
    /// A machine's.
    Machine,
    /// A person's, in another role.
    OtherPerson,
    /// A delegate's, of this state.
    Delegate(String),
}

/// The caller's key register. What it says must depend on the key and the place in the log alone.
pub trait Keys {
    /// Whose a key is, at a place of the log.
    fn holder(&self, key: Hash, at: u64) -> KeyHolder;

    /// Whether this is the key's signature over [`DOMAIN`] and these bytes.
    fn verifies(&self, key: Hash, domain: &[u8], body: &[u8], signature: &[u8; 64]) -> bool;
}

impl Act {
    /// Reads what was signed. The signatures are not verified.
    ///
    /// # Errors
    /// If it is no act, or a bound is not kept.
    pub fn of(signed: &SignedAct) -> Result<Self, Refused> {
        signed.check().map_err(|why| Refused::new(Rule::Bound, why))?;
        let no_act = |error| Refused::new(Rule::NoAct, format!("it is no act: {error}"));
        canonical::from_bytes(&signed.body.0).map_err(no_act)
    }
}

/// The signatures of one act that hold, by seat.
pub(super) struct Verified<'a> {
    act: &'a SignedAct,
    at: u64,
    by_seat: BTreeMap<&'a str, BTreeSet<Hash>>,
    /// Why others do not count; the gravest first.
    refused: Option<Refused>,
}

impl<'a> Verified<'a> {
    /// Counts the signatures of keys that a roll holds and that are delegates' of their seats at this place of the log.
    pub(super) fn of(
        act: &'a SignedAct,
        roll: &'a Roll,
        revoked: &BTreeMap<Hash, u64>,
        keys: &impl Keys,
        at: u64,
    ) -> Self {
        let mut by_seat: BTreeMap<&str, BTreeSet<Hash>> = BTreeMap::new();
        let mut refused: Vec<Refused> = Vec::new();
        for (key, signature) in &act.signatures {
            let seat = roll.seats.iter().find(|seat| seat.keys.contains(key));
            match stands(*key, seat.map(|seat| seat.state.as_str()), revoked, keys, at) {
                Err(why) => refused.push(why),
                Ok(()) if !keys.verifies(*key, DOMAIN, &act.body.0, signature) => {
                    refused
                        .push(Refused::new(Rule::Signature, format!("the signature of the key {key} does not hold")));
                }
                Ok(()) => {
                    if let Some(seat) = seat {
                        by_seat.entry(&seat.state).or_default().insert(*key);
                    }
                }
            }
        }
        refused.sort_by_key(|why| why.rule);
        Self { act, at, by_seat, refused: refused.into_iter().next() }
    }

    /// The signatures of a seat, if they make it speak.
    pub(super) fn seat(&self, state: &str) -> Result<SeatSignatures, Refused> {
        let keys = self.by_seat.get(state).cloned().unwrap_or_default();
        if keys.len() < KEYS_MIN {
            let message = format!("{} keys of {state} signed, expected {KEYS_MIN}", keys.len());
            return Err(self.refused.clone().unwrap_or_else(|| Refused::new(Rule::TwoKeys, message)));
        }
        Ok(SeatSignatures { body: self.act.body.clone(), seat: state.to_owned(), keys, at: self.at })
    }

    /// The seats that signed with enough keys.
    pub(super) fn seats(&self) -> BTreeSet<String> {
        let speaking = self.by_seat.iter().filter(|(_, keys)| keys.len() >= KEYS_MIN);
        speaking.map(|(seat, _)| (*seat).to_owned()).collect()
    }

    /// The signatures of a quorum: of at least so many seats that count.
    pub(super) fn quorum(&self, least: u32, counts: impl Fn(&str) -> bool) -> Result<QuorumSignatures, Refused> {
        let seats = self.seats();
        let counted = seats.iter().filter(|seat| counts(seat)).count();
        if counted < least as usize {
            let message = format!("{counted} seats that may signed, expected {least}");
            let why = self.refused.clone().filter(|_| seats.is_empty());
            return Err(why.unwrap_or_else(|| Refused::new(Rule::Quorum, message)));
        }
        Ok(QuorumSignatures { body: self.act.body.clone(), seats, at: self.at })
    }
}

/// Whether a key speaks for a seat at a place of the log.
pub(super) fn stands(
    key: Hash,
    seat: Option<&str>,
    revoked: &BTreeMap<Hash, u64>,
    keys: &impl Keys,
    at: u64,
) -> Result<(), Refused> {
    let refused = |rule, why: &str| Err(Refused::new(rule, format!("the key {key} {why}")));
    match (keys.holder(key, at), seat) {
        (KeyHolder::Machine, _) => refused(Rule::MachineKey, "is a machine's, expected a delegate's"),
        (KeyHolder::Revoked, _) => refused(Rule::RevokedKey, "is revoked"),
        _ if revoked.get(&key).is_some_and(|since| *since <= at) => {
            refused(Rule::RevokedKey, "is revoked by its state")
        }
        (_, None) => refused(Rule::UnknownKey, "is on no seat of the roll"),
        (KeyHolder::Delegate(of), Some(seat)) if of == seat => Ok(()),
        (KeyHolder::Delegate(_), _) => refused(Rule::UnknownKey, "is a delegate's of another state"),
        (KeyHolder::OtherPerson, _) => refused(Rule::UnknownKey, "is a person's in another role"),
        (KeyHolder::Unknown, _) => refused(Rule::UnknownKey, "is not enrolled"),
    }
}

/// Verified signatures of one seat over one act's bytes. There is no way to make them but by counting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatSignatures {
    body: Bytes,
    seat: String,
    keys: BTreeSet<Hash>,
    at: u64,
}

impl SeatSignatures {
    /// The bytes that were signed.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body.0
    }

    /// The seat.
    #[must_use]
    pub fn seat(&self) -> &str {
        &self.seat
    }

    /// The keys that signed.
    pub fn keys(&self) -> impl Iterator<Item = Hash> {
        self.keys.iter().copied()
    }

    /// The place in the log.
    #[must_use]
    pub fn at(&self) -> u64 {
        self.at
    }
}

/// Verified signatures of a quorum over one act's bytes. There is no way to make them but by counting.
///
/// ```compile_fail,E0451
/// use truceline_register::consult::QuorumSignatures;
/// fn made_up(of_another: QuorumSignatures) -> QuorumSignatures {
///     QuorumSignatures { at: 0, ..of_another }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuorumSignatures {
    body: Bytes,
    seats: BTreeSet<String>,
    at: u64,
}

impl QuorumSignatures {
    /// The bytes that were signed.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body.0
    }

    /// All seats that signed.
    pub fn seats(&self) -> impl ExactSizeIterator<Item = &str> {
        self.seats.iter().map(String::as_str)
    }

    /// The place in the log.
    #[must_use]
    pub fn at(&self) -> u64 {
        self.at
    }
}
