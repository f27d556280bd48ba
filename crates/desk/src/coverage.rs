//! What could have been seen at a time: from which places an event would have been registered by enough sensors of enough owners.
//!
//! The rule is science's (`truceline coverage` has it too), which desk does not reach: whoever puts the program together hands it
//! in as [`Learns`]. Desk says which sensors there are, which of them ran, and what they registered of the events that were found.
mod grid;
mod network;

use crate::api::common::LonLat;
use crate::api::coverage::{Coverage, LineSeen, Sounding};
use crate::error::DeskError;
use crate::views::Views;
use grid::{Grid, Steps};
use network::{Network, Registered};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use truceline_evidence::journal::JournalReader;
use truceline_model::measurement::{Measurement, Sensor};
use truceline_model::place::Place;
use truceline_model::time::Time;

/// With which probability an event must be registered to be seen: that of `truceline coverage`, where none is said.
const SEEN_P: f64 = 0.9;
/// A place counts as seen where an event of middle strength is.
const SEEN_RATIO: f64 = 1.0;
/// It counts as not seen where one that is registered more than twice as far is not either: of infrasound that is four times the
/// charge.
const NOT_SEEN_RATIO: f64 = 2.0;
/// Sight is reduced, too, where the smallest event that is seen must be registered so many times as far as with all sensors
/// running: of infrasound that is half as much charge again.
const LOST_RATIO: f64 = 1.25;

/// Learns how far sensors see.
pub trait Learns: Send + Sync {
    /// From what the sensors registered of events that were found. Arrivals name their sensor by its index.
    ///
    /// # Errors
    /// Why it cannot be told, in words.
    fn learn(&self, sensors: &[Sensor], arrivals: &[Measurement]) -> Result<Arc<dyn Sees>, String>;
}

/// How far sensors see.
pub trait Sees: Send + Sync {
    /// By how many sensors of how many owners an event must be registered.
    fn demand(&self) -> (usize, usize);

    /// The smallest event at each of the places that is registered so with a probability: how many times as far it is registered
    /// as one of middle strength; none where even the strongest is not. Of each sensor the share `up` runs; one that is not named
    /// does not.
    ///
    /// # Errors
    /// If a share has no meaning, in words.
    fn smallest(
        &self,
        up: &BTreeMap<String, f64>,
        places: &[Place],
        probability: f64,
    ) -> Result<Vec<Option<f64>>, String>;
}

/// The entry of the newest inventory, and how many cases there were.
type Basis = (Option<u64>, u64);

/// What was learnt, and from what.
#[derive(Clone)]
struct Learnt {
    from: Basis,
    /// From how many events.
    events: u64,
    sees: Result<Arc<dyn Sees>, String>,
}

/// What a desk has learnt of how far its sensors see, and what it answered last: both take their time, and neither changes from
/// one second to the next.
pub(crate) struct Sight {
    learns: Arc<dyn Learns>,
    /// Locked while it is learnt and answered: whoever asks meanwhile waits.
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    learnt: Option<Learnt>,
    answered: Option<(Key, Coverage)>,
}

/// What an answer hangs on beside its time.
#[derive(Clone, PartialEq)]
struct Key {
    from: Basis,
    up: BTreeMap<String, f64>,
    lines: Vec<(String, f64, Vec<Place>)>,
}

impl Sight {
    pub(crate) fn new(learns: Arc<dyn Learns>) -> Self {
        Self { learns, held: Mutex::default() }
    }

    /// Whether it is to be learnt anew. Whoever asks holds the views, so this waits for nobody: what is being learnt or answered
    /// just now is new enough.
    fn wants(&self, from: Basis) -> bool {
        let held = match self.held.try_lock() {
            Ok(held) => held,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return false,
        };
        !held.learnt.as_ref().is_some_and(|learnt| Self::holds(learnt, from))
    }

    /// Whether what was learnt holds: of the same sensors, and from not many fewer cases. What could not be learnt is tried again
    /// with every further case.
    fn holds(learnt: &Learnt, from: Basis) -> bool {
        let enough = if learnt.sees.is_ok() { learnt.from.1 + learnt.from.1 / 4 } else { learnt.from.1 };
        learnt.from.0 == from.0 && from.1 <= enough
    }
}

/// What is needed for an answer, gathered from the views.
pub(crate) struct Asked {
    at: Time,
    network: Network,
    from: Basis,
    /// None where what was learnt holds.
    registered: Option<Registered>,
    lines: Vec<(String, f64, Vec<Place>)>,
}

impl Asked {
    /// What stands in the journal of the sensors at a time, the newest tick's where none is said.
    ///
    /// # Errors
    /// If the journal or the views cannot be read, or there is no time to speak of.
    pub(crate) fn gather(
        views: &Views,
        reader: &dyn JournalReader,
        sight: &Sight,
        at: Option<Time>,
    ) -> Result<Self, DeskError> {
        let now = views.now(reader)?.map(|tick| tick.now);
        let at = at.or(now).ok_or_else(|| DeskError::missing("the store has no tick yet, so no time to speak of"))?;
        let network = Network::at(views, reader, at)?;
        let from = (network.inventory, views.case_count()?);
        let registered = match sight.wants(from) {
            true => Some(Registered::gather(views, reader, &network)?),
            false => None,
        };
        let agreement = views.newest_agreement(reader)?.map(|(_, agreement)| agreement);
        let lines = agreement
            .iter()
            .flat_map(|agreement| &agreement.lines)
            .filter(|line| line.sides.is_some() && line.epoch.is_none_or(|epoch| (epoch.from..epoch.to).contains(&at)));
        let lines = lines.map(|line| (line.name.clone(), line.length_m(), Steps::along(&line.parts))).collect();
        Ok(Self { at, network, from, registered, lines })
    }

    /// The answer. Without the views: learning takes its time.
    pub(crate) fn answer(self, sight: &Sight) -> Coverage {
        let mut held = sight.held.lock().unwrap_or_else(PoisonError::into_inner);
        let stands = held.learnt.as_ref().is_some_and(|learnt| Sight::holds(learnt, self.from));
        if let Some(registered) = self.registered.as_ref().filter(|_| !stands) {
            let sees = sight.learns.learn(&self.network.sensors, &registered.arrivals);
            held.learnt = Some(Learnt { from: self.from, events: registered.events, sees });
        }
        // Where a further case came in between, what was learnt before it is good enough.
        let nothing = || Learnt { from: self.from, events: 0, sees: Err("it is being learnt".to_owned()) };
        let learnt = held.learnt.clone().unwrap_or_else(nothing);
        let key = Key { from: learnt.from, up: self.network.up.clone(), lines: self.lines.clone() };
        if let Some((_, answer)) = held.answered.as_ref().filter(|(same, _)| *same == key) {
            return Coverage { at: self.at.to_string(), ..answer.clone() };
        }
        let running = self.network.up.values().filter(|share| **share > 0.0).count();
        let mut answer = Coverage {
            at: self.at.to_string(),
            unknown: None,
            seen_p: SEEN_P,
            reduced_ratio: NOT_SEEN_RATIO,
            lost_ratio: LOST_RATIO,
            sensors_min: None,
            owners_min: None,
            running,
            sensors: self.network.sensors.len(),
            learnt_from: learnt.events,
            area: None,
            reduced: Vec::new(),
            not_seen: Vec::new(),
            soundings: Vec::new(),
            lines: Vec::new(),
        };
        if let Err(why) = learnt.sees.and_then(|sees| self.fill(&mut answer, &*sees)) {
            answer.unknown = Some(why);
        }
        held.answered = Some((key, answer.clone()));
        answer
    }

    fn fill(&self, answer: &mut Coverage, sees: &dyn Sees) -> Result<(), String> {
        let grid = Grid::around(&self.network.places).ok_or("no sensor’s place is known")?;
        let whole: BTreeMap<String, f64> = self.network.up.keys().map(|id| (id.clone(), 1.0)).collect();
        let smallest = |places: &[Place]| -> Result<(Vec<Option<f64>>, Vec<Level>), String> {
            let at_best = sees.smallest(&whole, places, SEEN_P)?;
            let ratios = sees.smallest(&self.network.up, places, SEEN_P)?;
            let levels = ratios.iter().zip(at_best).map(|(ratio, at_best)| Level::of(*ratio, at_best)).collect();
            Ok((ratios, levels))
        };
        let middles = grid.middles();
        let (ratios, cells) = smallest(&middles)?;
        let mut lines = Vec::new();
        for (name, length_m, points) in &self.lines {
            let (_, found) = smallest(points)?;
            let km = |level: Level| {
                let count = found.iter().filter(|one| **one == level).count();
                rounded_km(length_m * count as f64 / found.len().max(1) as f64)
            };
            lines.push(LineSeen {
                name: name.clone(),
                length_km: rounded_km(*length_m),
                seen_km: km(Level::Seen),
                reduced_km: km(Level::Reduced),
                not_seen_km: km(Level::NotSeen),
            });
        }
        let (sensors_min, owners_min) = sees.demand();
        (answer.sensors_min, answer.owners_min) = (Some(sensors_min), Some(owners_min));
        answer.area = Some(grid.corners().map(|place| LonLat([place.lon_deg(), place.lat_deg()])));
        answer.reduced = grid.boxes(|cell| cells[cell] == Level::Reduced);
        answer.not_seen = grid.boxes(|cell| cells[cell] == Level::NotSeen);
        let sounding = |cell: usize| {
            let place = middles[cell];
            let ratio = ratios[cell].filter(|ratio| *ratio <= NOT_SEEN_RATIO)?;
            Some(Sounding { place: LonLat([place.lon_deg(), place.lat_deg()]), ratio: (ratio * 100.0).round() / 100.0 })
        };
        answer.soundings = grid.apart().filter_map(sounding).collect();
        answer.lines = lines;
        Ok(())
    }
}

fn rounded_km(metres: f64) -> f64 {
    (metres / 100.0).round() / 10.0
}

/// What is said of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Seen,
    Reduced,
    NotSeen,
}

impl Level {
    /// By the smallest event that is seen, and that would be with all sensors running.
    fn of(smallest_ratio: Option<f64>, at_best: Option<f64>) -> Self {
        let is_lost = |ratio: f64| at_best.is_some_and(|best| ratio > LOST_RATIO * best);
        match smallest_ratio {
            Some(ratio) if ratio <= SEEN_RATIO && !is_lost(ratio) => Self::Seen,
            Some(ratio) if ratio <= NOT_SEEN_RATIO => Self::Reduced,
            _ => Self::NotSeen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nothing;

    impl Sees for Nothing {
        fn demand(&self) -> (usize, usize) {
            (4, 2)
        }

        fn smallest(&self, _: &BTreeMap<String, f64>, places: &[Place], _: f64) -> Result<Vec<Option<f64>>, String> {
            Ok(vec![None; places.len()])
        }
    }

    #[test]
    fn levels_have_their_bounds() {
        for (ratio, level) in [
            (Some(0.2), Level::Seen),
            (Some(SEEN_RATIO), Level::Seen),
            (Some(1.001), Level::Reduced),
            (Some(NOT_SEEN_RATIO), Level::Reduced),
            (Some(2.001), Level::NotSeen),
            (None, Level::NotSeen),
        ] {
            assert_eq!(Level::of(ratio, ratio), level, "{ratio:?}");
        }
        for (ratio, at_best, level) in [
            (0.5, Some(0.4), Level::Seen),
            (0.51, Some(0.4), Level::Reduced),
            (2.1, Some(0.4), Level::NotSeen),
            (0.5, None, Level::Seen),
        ] {
            assert_eq!(Level::of(Some(ratio), at_best), level, "{ratio} of {at_best:?}");
        }
    }

    #[test]
    fn what_was_learnt_holds_until_sensors_change_or_cases_are_many_more() {
        let learnt = Learnt { from: (Some(3), 8), events: 8, sees: Ok(Arc::new(Nothing)) };
        assert!(Sight::holds(&learnt, (Some(3), 8)) && Sight::holds(&learnt, (Some(3), 10)));
        assert!(!Sight::holds(&learnt, (Some(3), 11)) && !Sight::holds(&learnt, (Some(4), 8)));
        let failed = Learnt { from: (Some(3), 8), events: 8, sees: Err("too few".to_owned()) };
        assert!(Sight::holds(&failed, (Some(3), 8)) && !Sight::holds(&failed, (Some(3), 9)));
    }
}
