//! Who sits in a body, with which keys, and how many it takes.
use crate::body::BodyKind;
use std::collections::BTreeSet;
use truceline_model::canonical_map;
use truceline_model::hash::Hash;

/// How many of a seat's keys make it speak.
pub const KEYS_MIN: usize = 2;

/// The most keys of a seat: a delegate, a deputy and some that rest.
pub const MAX_SEAT_KEYS: usize = 9;

/// The most seats: more states than any coalition had.
pub const MAX_SEATS: usize = 64;

/// A seat of a body: a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The state, by its code; the owner of its keys in the key register.
    pub state: String,
    /// Its delegates' keys, by their ids, ascending.
    pub keys: Vec<Hash>,
}

canonical_map!(Seat { "keys" => keys, "state" => state });

/// How many it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quorum {
    /// So many seats must take part: support, reserve, oppose or abstain. Silence is not taking part.
    pub take_part_min: u32,
    /// So many seats must sign a decision's bytes; if it is adopted or determines something, seats that support it.
    pub sign_min: u32,
    /// So many seats at most may oppose what is adopted or determined; any number, if none.
    pub oppose_max: Option<u32>,
}

canonical_map!(Quorum { "sign_min" => sign_min, "oppose_max" => oppose_max, "take_part_min" => take_part_min });

/// A body, its seats and its quorum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roll {
    /// The body: the guarantors' consultation or the Special Commission.
    pub body: BodyKind,
    /// The journal's name, so that no act is of another.
    pub journal: String,
    /// The seats, ascending by state.
    pub seats: Vec<Seat>,
    /// How many it takes.
    pub quorum: Quorum,
}

canonical_map!(Roll { "body" => body, "seats" => seats, "quorum" => quorum, "journal" => journal });

impl Roll {
    /// The seat of a state.
    #[must_use]
    pub fn seat(&self, state: &str) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.state == state)
    }

    /// In words what is wrong with it by itself.
    pub(super) fn flaw(&self) -> Option<String> {
        if !matches!(self.body, BodyKind::GuarantorsConsultation | BodyKind::SpecialCommission) {
            return Some(format!(
                "the {} has no seats, expected the guarantors' consultation or the commission",
                self.body
            ));
        }
        if self.seats.is_empty() || self.seats.len() > MAX_SEATS {
            return Some(format!("{} seats, expected 1 to {MAX_SEATS}", self.seats.len()));
        }
        if !self.seats.is_sorted_by(|a, b| a.state < b.state) {
            return Some("expected each state once, ascending".to_owned());
        }
        let mut seen = BTreeSet::new();
        for seat in &self.seats {
            if !(KEYS_MIN..=MAX_SEAT_KEYS).contains(&seat.keys.len()) || !seat.keys.is_sorted_by(|a, b| a < b) {
                return Some(format!("{}: expected {KEYS_MIN} to {MAX_SEAT_KEYS} keys, ascending", seat.state));
            }
            if let Some(key) = seat.keys.iter().find(|key| !seen.insert(**key)) {
                return Some(format!("{}: the key {key} is of another seat, expected each once", seat.state));
            }
        }
        let seats = self.seats.len() as u64;
        let Quorum { take_part_min, sign_min, .. } = self.quorum;
        let (take_part, sign) = (u64::from(take_part_min), u64::from(sign_min));
        if 2 * sign <= seats || sign > take_part || take_part > seats {
            return Some(format!(
                "{sign_min} must sign and {take_part_min} take part, expected more than half of {seats} seats to sign, \
                 and as many or more to take part"
            ));
        }
        None
    }
}
