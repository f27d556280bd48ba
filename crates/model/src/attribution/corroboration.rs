//! How well something is corroborated, counted in owners: the units that could lie together.
//!
//! A hundred sensors of one owner are one witness. So a network of one owner never comes above [`Level::C1`]: no value of
//! [`Corroboration`] says otherwise, neither made nor decoded.
use crate::canonical::{Canonical, DecodeError, Decoder, Encoder};
use crate::{canonical_map, canonical_names};

/// The steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// One sensor.
    C0,
    /// Several sensors of one owner.
    C1,
    /// Two owners or more.
    C2,
    /// Two owners or more, and two ways of sensing.
    C3,
    /// The same, and a visit to the site, or data of the very party whose side is stated.
    C4,
}

canonical_names!(Level { "C0" => C0, "C1" => C1, "C2" => C2, "C3" => C3, "C4" => C4 });

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Owners whose measurements it rests on, at least one.
    pub owners: u32,
    /// Measurements.
    pub arrivals: u32,
    /// Ways of sensing: through the ground, through the air far away, near, by radar, from orbit.
    pub modalities: u32,
    /// Whether people visited the site.
    pub site_visit: bool,
    /// Whether sensors of the party whose side is stated say so too.
    pub own_party: bool,
}

canonical_map!(Counted {
    "owners" => owners,
    "arrivals" => arrivals,
    "own_party" => own_party,
    "modalities" => modalities,
    "site_visit" => site_visit,
});

/// A level with what was counted for it. The level follows from the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Corroboration(Counted);

impl Corroboration {
    /// The corroboration of these counts.
    #[must_use]
    pub fn new(counted: Counted) -> Self {
        Self(counted)
    }

    /// What was counted.
    #[must_use]
    pub fn counted(&self) -> &Counted {
        &self.0
    }

    /// The level.
    #[must_use]
    pub fn level(&self) -> Level {
        let Counted { owners, arrivals, modalities, site_visit, own_party } = self.0;
        match (owners, modalities) {
            (0 | 1, _) if arrivals < 2 => Level::C0,
            (0 | 1, _) => Level::C1,
            (_, 0 | 1) => Level::C2,
            _ if site_visit || own_party => Level::C4,
            _ => Level::C3,
        }
    }

    /// Whether it rests on one owner alone, which every page says.
    #[must_use]
    pub fn is_of_one_owner(&self) -> bool {
        self.0.owners < 2
    }
}

/// As the counts.
impl Canonical for Corroboration {
    fn encode(&self, encoder: &mut Encoder) {
        self.0.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        Counted::decode(decoder).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn level(owners: u32, arrivals: u32, modalities: u32, further: bool) -> Level {
        Corroboration::new(Counted { owners, arrivals, modalities, site_visit: further, own_party: false }).level()
    }

    #[test]
    fn each_step() {
        assert_eq!(level(1, 1, 1, false), Level::C0);
        assert_eq!(level(1, 9, 3, true), Level::C1);
        assert_eq!(level(2, 2, 1, true), Level::C2);
        assert_eq!(level(2, 2, 2, false), Level::C3);
        assert_eq!(level(2, 2, 2, true), Level::C4);
    }

    proptest! {
        /// Whatever else is counted, one owner is never more than C1.
        #[test]
        fn one_owner_never_exceeds_c1(owners in 0_u32..2, arrivals: u32, modalities: u32, site_visit: bool, own_party: bool) {
            let one = Corroboration::new(Counted { owners, arrivals, modalities, site_visit, own_party });
            prop_assert!(one.level() <= Level::C1);
        }
    }
}
