//! Which true event a found arrival is of, by its sensor and its time alone: so that what is scored of a place does not hang on
//! the place. What it is told by is `truceline_sim::label`; here is what the journal adds: what people observed
//! is of the event that its row was written of. A true event again counts with the phantoms (`score.rs`), and the card says beside
//! them how many are of which sort.
use crate::derived::{Heard, Journalled};
use std::collections::BTreeMap;
use truceline_model::event::{ArrivalUse, Event};
use truceline_model::hash::Hash;
use truceline_sim::World;
use truceline_sim::arrival::{Arrival, Wave};
pub(crate) use truceline_sim::label::Match;
use truceline_sim::label::{self, Cited};

/// The truth of a world beside what the product found of it.
pub(crate) struct Truth<'a> {
    pub(crate) world: &'a World,
    of: label::Truth<'a>,
    /// Which event a row of a file is of, by the file's run and the row.
    by_row: BTreeMap<(u64, u64), usize>,
}

impl<'a> Truth<'a> {
    pub(crate) fn of(world: &'a World) -> Self {
        let mut by_row = BTreeMap::new();
        for (file, of) in world.observed() {
            // The run of a file is the first 8 bytes of its SHA-256.
            let [a, b, c, d, e, f, g, h, ..] = Hash::of(&file.bytes).0;
            let run = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
            by_row.extend((0..).zip(of).filter_map(|(row, event)| Some(((run, row), event?))));
        }
        Self { world, of: label::Truth::of(world), by_row }
    }

    /// The true arrivals near a found one, the nearest first.
    pub(crate) fn near(&self, heard: &Heard) -> Vec<&'a Arrival> {
        self.of.near(&heard.sensor, heard.onset)
    }

    /// The arrivals that one stands for: of an array's middle those of all its elements.
    pub(crate) fn elements(&self, arrival: &'a Arrival) -> Vec<&'a Arrival> {
        let Some(array) = self.world.network.sensors[arrival.sensor].array else { return vec![arrival] };
        let elements = &self.world.network.arrays[array].elements;
        let same =
            |one: &&Arrival| one.event == arrival.event && one.wave == arrival.wave && elements.contains(&one.sensor);
        self.world.arrivals.iter().filter(same).collect()
    }

    /// What wave a found arrival is; none if it is noise.
    pub(crate) fn wave(&self, heard: &Heard) -> Option<Wave> {
        self.near(heard).first().map(|arrival| arrival.wave)
    }

    /// What each event of the product is.
    pub(crate) fn matches(&self, found: &Journalled) -> Vec<Match> {
        let cited = |event: &Event| {
            let hashes = || event.solution.arrivals.iter().map(ArrivalUse::hash);
            let heard = hashes().filter_map(|hash| found.heard.get(&hash));
            let rows = hashes().filter_map(|hash| found.observed.get(&hash));
            Cited {
                count: event.solution.arrivals.len(),
                heard: heard.map(|heard| (heard.sensor.as_str(), heard.onset)).collect(),
                observed: rows.filter_map(|row| self.by_row.get(row)).copied().collect(),
            }
        };
        self.of.matches(&found.events.values().map(cited).collect::<Vec<_>>())
    }
}
