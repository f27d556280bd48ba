//! Counts that close: a total is the sum of its parts, and nothing else can be made.
//!
//! The kinds are those of the summary tables of the largest civilian monitoring mission on record, so that series can be
//! compared. What could not be counted stands beside them and in no total.
use serde::Serialize;
use std::collections::BTreeMap;
use truceline_accord::release::observed::{ObservationView, Observer};
use truceline_model::appraisal::Appraised;
use truceline_model::canonical_names;
use truceline_model::observation::{Means, ObservedKind, Scope};

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

impl CountKind {
    /// All of them, in the order of the summary tables.
    pub const ALL: [Self; 5] = [
        Self::Explosions,
        Self::ProjectilesInFlight,
        Self::MuzzleFlashes,
        Self::IlluminationFlares,
        Self::BurstsAndShots,
    ];

    /// The kind by which something observed is counted; none of what is no sign of fire, or of fire that is not counted.
    #[must_use]
    pub fn of(kind: ObservedKind) -> Option<Self> {
        match kind {
            ObservedKind::Explosion => Some(Self::Explosions),
            ObservedKind::ProjectileInFlight => Some(Self::ProjectilesInFlight),
            ObservedKind::MuzzleFlash => Some(Self::MuzzleFlashes),
            ObservedKind::IlluminationFlare => Some(Self::IlluminationFlares),
            ObservedKind::Burst | ObservedKind::Shot => Some(Self::BurstsAndShots),
            _ => None,
        }
    }
}

/// Whether an observation is counted: of an incident, of a place and a time that may be true, and of an event that no other
/// observation stands for.
fn is_counted<W>(view: &ObservationView<W>) -> bool {
    let set_aside = matches!(view.appraised, Some(Appraised::SuspectedSwap | Appraised::Early));
    view.scope == Scope::Incident && !set_aside && !view.repeats
}

/// What the mechanism's own observers counted, by means, in the order of the means. No party's, no civilian's and no
/// newspaper's count is in it.
#[must_use]
pub fn by_means<W>(views: &[ObservationView<W>]) -> Vec<(Means, Tally)> {
    let mut found: BTreeMap<Means, Tally> = BTreeMap::new();
    for view in views.iter().filter(|view| view.observer == Observer::Mission && is_counted(view)) {
        match (CountKind::of(view.kind), view.number()) {
            (Some(kind), Some(number)) => found.entry(view.means).or_default().count(kind, number),
            (Some(_), None) => found.entry(view.means).or_default().uncountable(),
            (None, _) if view.kind == ObservedKind::ExchangeOfFire => {
                found.entry(view.means).or_default().uncountable();
            }
            (None, _) => {}
        }
    }
    found.into_iter().collect()
}

/// All of them together.
#[must_use]
pub fn total<'a>(tallies: impl IntoIterator<Item = &'a Tally>) -> Tally {
    let mut sum = Tally::default();
    for tally in tallies {
        sum.parts.iter_mut().zip(&tally.parts).for_each(|(part, more)| *part = part.saturating_add(*more));
        sum.uncountable = sum.uncountable.saturating_add(tally.uncountable);
    }
    sum
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

        #[test]
        fn rows_and_columns_close(rows in prop::collection::vec(prop::collection::vec((0_usize..5, 0_u64..10_000), 0..9), 0..7)) {
            let of = |counts: &Vec<(usize, u64)>| {
                let mut tally = Tally::default();
                for (kind, count) in counts {
                    tally.count(CountKind::from_name(CountKind::NAMES[*kind]).unwrap(), *count);
                }
                tally.uncountable();
                tally
            };
            let tallies: Vec<Tally> = rows.iter().map(of).collect();
            let sum = total(&tallies);
            prop_assert_eq!(sum.total(), tallies.iter().map(Tally::total).sum::<u64>());
            prop_assert_eq!(sum.not_counted(), rows.len() as u64);
            for name in CountKind::NAMES {
                let kind = CountKind::from_name(name).unwrap();
                prop_assert_eq!(sum.of(kind), tallies.iter().map(|tally| tally.of(kind)).sum::<u64>());
            }
        }
    }
}
