//! Which true event a found arrival is of, by its sensor and its time alone: so that what is scored of a place does not hang on
//! the place.
//!
//! Times are compared as they are stamped: what a sensor with a wrong clock tells of is still the true event. An event of the
//! product that is made of a true one's later waves, or of its echoes, is that event *again*: no new thing was found, so the card
//! counts it with the phantoms (`score.rs`) and says beside them how many are of which sort. The world has no aftershocks: they
//! would be events of their own. Rounds of one salvo lie seconds apart, closer than an array can part them: an event of the
//! product that is as much of one as of the next is the one whose times fit best. What people observed is of the event that its
//! row was written of.
use crate::derived::{Heard, Journalled};
use std::collections::BTreeMap;
use truceline_model::hash::Hash;
use truceline_sim::World;
use truceline_sim::arrival::{Arrival, Wave};
use truceline_sim::network::Senses;

/// How far a found onset may lie from a true one, s: of the ground several periods of what is sought, of an array a window.
const NEAR_S: f64 = 0.5;
const NEAR_ARRAY_S: f64 = 5.0;

/// A wave weaker than the noise explains no onset.
const SNR_MIN: f64 = 1.0;

/// At least this share of an event's arrivals must be one true event's, as associators are judged in the field.
const SHARE_MIN: f64 = 0.6;

/// The arrivals of a world by the name that the product has for their sensor.
pub(crate) struct Truth<'a> {
    pub(crate) world: &'a World,
    by_sensor: BTreeMap<&'a str, Vec<&'a Arrival>>,
    /// Which event a row of a file is of, by the file's run and the row.
    by_row: BTreeMap<(u64, u64), usize>,
}

/// What became of an event of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Match {
    /// It is this true event.
    Of(usize),
    /// It is a true event that another one is, too, and better.
    Again(usize),
    /// It is none.
    Phantom,
}

impl<'a> Truth<'a> {
    pub(crate) fn of(world: &'a World) -> Self {
        let mut by_sensor: BTreeMap<&str, Vec<&Arrival>> = BTreeMap::new();
        for arrival in world.arrivals.iter().filter(|arrival| arrival.snr >= SNR_MIN) {
            let sensor = &world.network.sensors[arrival.sensor];
            let name = match sensor.array {
                // The first element stands at the array's middle.
                Some(array) if world.network.arrays[array].elements[0] == arrival.sensor => {
                    &world.network.arrays[array].name
                }
                Some(_) => continue,
                None => &sensor.id,
            };
            by_sensor.entry(name).or_default().push(arrival);
        }
        let mut by_row = BTreeMap::new();
        for (file, of) in world.observed() {
            // The run of a file is the first 8 bytes of its SHA-256.
            let [a, b, c, d, e, f, g, h, ..] = Hash::of(&file.bytes).0;
            let run = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
            by_row.extend((0..).zip(of).filter_map(|(row, event)| Some(((run, row), event?))));
        }
        Self { world, by_sensor, by_row }
    }

    /// The true arrivals near a found one, the nearest first.
    pub(crate) fn near(&self, heard: &Heard) -> Vec<&'a Arrival> {
        let off_s = |arrival: &Arrival| self.off_s(heard, arrival);
        let within = |arrival: &Arrival| {
            let ground = self.world.network.sensors[arrival.sensor].senses == Senses::Ground;
            off_s(arrival) <= if ground { NEAR_S } else { NEAR_ARRAY_S }
        };
        let mut near: Vec<&Arrival> = self
            .by_sensor
            .get(heard.sensor.as_str())
            .into_iter()
            .flatten()
            .copied()
            .filter(|arrival| within(arrival))
            .collect();
        near.sort_by(|a, b| off_s(a).total_cmp(&off_s(b)));
        near
    }

    /// How far a found onset lies from a true arrival as that sensor stamps it, s.
    fn off_s(&self, heard: &Heard, arrival: &Arrival) -> f64 {
        let sensor = &self.world.network.sensors[arrival.sensor];
        let stamped_s = arrival.at_s + self.world.stamp_off_s(sensor, arrival.at_s);
        (stamped_s - heard.onset.seconds_since(self.world.start)).abs()
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

    /// What each event of the product is: each true event is one's, of which it has the most arrivals.
    pub(crate) fn matches(&self, found: &Journalled) -> Vec<Match> {
        // Votes, mean of how far off the times are, event of the product, true event.
        let mut tallies: Vec<(usize, f64, usize, usize)> = Vec::new();
        let events: Vec<_> = found.events.values().collect();
        for (at, event) in events.iter().enumerate() {
            let cited = &event.solution.arrivals;
            let mut votes: BTreeMap<usize, (usize, f64)> = BTreeMap::new();
            for heard in cited.iter().filter_map(|cited| found.heard.get(&cited.hash())) {
                // The nearest of each true event.
                let mut nearest: BTreeMap<usize, f64> = BTreeMap::new();
                for arrival in self.near(heard) {
                    nearest.entry(arrival.event).or_insert_with(|| self.off_s(heard, arrival));
                }
                for (event, off_s) in nearest {
                    let of = votes.entry(event).or_default();
                    *of = (of.0 + 1, of.1 + off_s);
                }
            }
            for row in cited.iter().filter_map(|cited| found.observed.get(&cited.hash())) {
                if let Some(event) = self.by_row.get(row) {
                    votes.entry(*event).or_default().0 += 1;
                }
            }
            let enough = |votes: usize| votes as f64 >= SHARE_MIN * cited.len() as f64;
            let enough = votes.into_iter().filter(|(_, (votes, _))| enough(*votes));
            tallies.extend(enough.map(|(event, (votes, off_s))| (votes, off_s / votes as f64, at, event)));
        }
        tallies.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.total_cmp(&b.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
        let mut matches = vec![Match::Phantom; events.len()];
        let mut taken = vec![false; self.world.events.len()];
        for (_, _, at, event) in tallies {
            match matches[at] {
                Match::Of(_) => {}
                _ if !taken[event] => {
                    taken[event] = true;
                    matches[at] = Match::Of(event);
                }
                Match::Phantom => matches[at] = Match::Again(event),
                Match::Again(_) => {}
            }
        }
        matches
    }
}
