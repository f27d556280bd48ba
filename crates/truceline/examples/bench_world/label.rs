//! Which true event a found arrival is of, by its sensor and its time alone: so that what is scored of a place does not hang on
//! the place.
use crate::derived::{Heard, Journalled};
use std::collections::BTreeMap;
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
        Self { world, by_sensor }
    }

    /// The true arrivals near a found one, the nearest first.
    pub(crate) fn near(&self, heard: &Heard) -> Vec<&'a Arrival> {
        let at_s = heard.onset.seconds_since(self.world.start);
        let within = |arrival: &Arrival| {
            let ground = self.world.network.sensors[arrival.sensor].senses == Senses::Ground;
            (arrival.at_s - at_s).abs() <= if ground { NEAR_S } else { NEAR_ARRAY_S }
        };
        let mut near: Vec<&Arrival> = self
            .by_sensor
            .get(heard.sensor.as_str())
            .into_iter()
            .flatten()
            .copied()
            .filter(|arrival| within(arrival))
            .collect();
        near.sort_by(|a, b| (a.at_s - at_s).abs().total_cmp(&(b.at_s - at_s).abs()));
        near
    }

    /// What wave a found arrival is; none if it is noise.
    pub(crate) fn wave(&self, heard: &Heard) -> Option<Wave> {
        self.near(heard).first().map(|arrival| arrival.wave)
    }

    /// What each event of the product is: each true event is one's, of which it has the most arrivals.
    pub(crate) fn matches(&self, found: &Journalled) -> Vec<Match> {
        let mut tallies: Vec<(usize, usize, usize)> = Vec::new(); // votes, event of the product, true event
        let events: Vec<_> = found.events.values().collect();
        for (at, event) in events.iter().enumerate() {
            let cited = &event.solution.arrivals;
            let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
            for heard in cited.iter().filter_map(|cited| found.heard.get(&cited.hash())) {
                let mut of: Vec<usize> = self.near(heard).iter().map(|arrival| arrival.event).collect();
                of.sort_unstable();
                of.dedup();
                of.into_iter().for_each(|event| *votes.entry(event).or_default() += 1);
            }
            let enough = |votes: usize| votes as f64 >= SHARE_MIN * cited.len() as f64;
            tallies
                .extend(votes.into_iter().filter(|(_, votes)| enough(*votes)).map(|(event, votes)| (votes, at, event)));
        }
        tallies.sort_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut matches = vec![Match::Phantom; events.len()];
        let mut taken = vec![false; self.world.events.len()];
        for (_, at, event) in tallies {
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
