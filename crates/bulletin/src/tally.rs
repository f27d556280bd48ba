//! Counts that close: a total is the sum of its parts, and nothing else can be made.
//!
//! The kinds are those of the summary tables of the largest civilian monitoring mission on record, so that series can be
//! compared. What could not be counted stands beside them and in no total.
use serde::Serialize;
use truceline_model::canonical_names;

/// A kind of what was observed, as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountKind {
    /// Explosions, of whatever kind.
    Explosions,
    /// Projectiles in flight.
    ProjectilesInFlight,
    /// Muzzle flashes.
    MuzzleFlashes,
    /// Illumination flares.
    IlluminationFlares,
    /// Bursts and shots.
    BurstsAndShots,
}

canonical_names!(CountKind {
    "explosions" => Explosions,
    "projectiles_in_flight" => ProjectilesInFlight,
    "muzzle_flashes" => MuzzleFlashes,
    "illumination_flares" => IlluminationFlares,
    "bursts_and_shots" => BurstsAndShots,
});

/// Counts by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    parts: [u64; 5],
    uncountable: u64,
}

impl Tally {
    /// Counts so many of a kind; saturates at the largest number there is.
    pub fn count(&mut self, kind: CountKind, count: u64) {
        let part = &mut self.parts[kind as usize];
        *part = part.saturating_add(count);
    }

    /// Notes an exchange that could not be counted.
    pub fn uncountable(&mut self) {
        self.uncountable = self.uncountable.saturating_add(1);
    }

    /// How many of a kind.
    #[must_use]
    pub fn of(&self, kind: CountKind) -> u64 {
        self.parts[kind as usize]
    }

    /// How many exchanges could not be counted.
    #[must_use]
    pub fn not_counted(&self) -> u64 {
        self.uncountable
    }

    /// The sum of all kinds.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.parts.iter().fold(0, |sum: u64, part| sum.saturating_add(*part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Two totals that the mission published with their parts (27 July to 2 September and to 23 November 2020).
    #[test]
    fn published_totals_close() {
        for (total, parts) in [(908, [152, 2, 0, 13, 741]), (2_515, [991, 75, 33, 27, 1_389])] {
            let mut tally = Tally::default();
            for (name, count) in CountKind::NAMES.iter().zip(parts) {
                tally.count(CountKind::from_name(name).unwrap(), count);
            }
            tally.uncountable();
            assert_eq!((tally.total(), tally.not_counted()), (total, 1));
        }
    }

    proptest! {
        #[test]
        fn a_total_is_the_sum_of_its_parts(counts in prop::collection::vec((0_usize..5, 0_u64..10_000), 0..50)) {
            let mut tally = Tally::default();
            for (kind, count) in &counts {
                tally.count(CountKind::from_name(CountKind::NAMES[*kind]).unwrap(), *count);
            }
            prop_assert_eq!(tally.total(), counts.iter().map(|(_, count)| count).sum::<u64>());
        }
    }
}
