//! The slots of time in which times are released: fixed, counted from 1970, each width a multiple of the one before.
use truceline_model::time::{NS_PER_S, Time};

/// The widths, s. Each divides the next, so that two tiers' slots of one event never cut each other.
const WIDTHS_S: [u32; 7] = [1, 10, 60, 600, 3_600, 21_600, 86_400];

/// The longest slot, s.
pub const WIDTH_S_MAX: u32 = WIDTHS_S[WIDTHS_S.len() - 1];

/// A slot of time in UTC, its first instant included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    number: i64,
    width_s: u32,
}

impl Slot {
    /// The shortest slot of at least `width_s` that holds an instant; of those longer than [`WIDTH_S_MAX`] the longest there is.
    #[must_use]
    pub(super) fn around(instant: Time, width_s: u32) -> Self {
        let width_s = WIDTHS_S.into_iter().find(|width| *width >= width_s).unwrap_or(WIDTH_S_MAX);
        Self { number: instant.0.div_euclid(i64::from(width_s) * NS_PER_S), width_s }
    }

    /// How long it is, s.
    #[must_use]
    pub fn width_s(&self) -> u32 {
        self.width_s
    }

    /// Its first instant.
    #[must_use]
    pub fn from(&self) -> Time {
        self.edge(0)
    }

    /// The first instant after it.
    #[must_use]
    pub fn to(&self) -> Time {
        self.edge(1)
    }

    fn edge(&self, further: i64) -> Time {
        Time(self.number.saturating_add(further).saturating_mul(i64::from(self.width_s) * NS_PER_S))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_width_divides_the_next() {
        assert!(WIDTHS_S.windows(2).all(|pair| pair[1] % pair[0] == 0 && pair[1] > pair[0]));
    }

    proptest! {
        #[test]
        fn a_slot_holds_its_instant_and_nothing_within_it_shows(
            ns in -4_000_000_000_000_000_000_i64..4_000_000_000_000_000_000, width_s in 1_u32..100_000, share in 0.0..1.0_f64,
        ) {
            let slot = Slot::around(Time(ns), width_s);
            prop_assert!(slot.from().0 <= ns && ns < slot.to().0);
            prop_assert!(slot.width_s() >= width_s.min(WIDTH_S_MAX));
            let other = slot.from().0 + ((slot.to().0 - slot.from().0 - 1) as f64 * share * 0.999) as i64;
            prop_assert_eq!(Slot::around(Time(other), width_s), slot);
        }
    }
}
