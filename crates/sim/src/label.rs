//! Which true event a found arrival is of, by its sensor and its time alone: so that what is scored of a place does not hang on
//! the place.
//!
//! Times are compared as they are stamped: what a sensor with a wrong clock tells of is still the true event. An event of the
//! product that is made of a true one's later waves, or of its echoes, is that event *again*: no new thing was found. The world has
//! no aftershocks: they would be events of their own. Rounds of one salvo lie seconds apart, closer than an array can part them: an
//! event of the product that is as much of one as of the next is the one whose times fit best.
use crate::World;
use crate::arrival::Arrival;
use crate::network::Senses;
use std::collections::BTreeMap;
use truceline_model::time::Time;

/// How far a found onset may lie from a true one, s: of the ground several periods of what is sought, of an array a window.
const NEAR_S: f64 = 0.5;
const NEAR_ARRAY_S: f64 = 5.0;

/// A wave weaker than the noise explains no onset.
const SNR_MIN: f64 = 1.0;

/// At least this share of an event's arrivals must be one true event's, as associators are judged in the field.
const SHARE_MIN: f64 = 0.6;

/// The arrivals of a world by the name that the product has for their sensor.
#[derive(Debug, Clone)]
pub struct Truth<'a> {
    world: &'a World,
    by_sensor: BTreeMap<&'a str, Vec<&'a Arrival>>,
}

/// What an event of the product cites.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cited<'a> {
    /// How many arrivals, of whatever sort.
    pub count: usize,
    /// Those that were found in records: the name of the sensor or array, and the onset.
    pub heard: Vec<(&'a str, Time)>,
    /// Of what people observed, the true events that they observed.
    pub observed: Vec<usize>,
}

/// What became of an event of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// It is this true event.
    Of(usize),
    /// It is a true event that another one is, too, and better.
    Again(usize),
    /// It is none.
    Phantom,
}

impl<'a> Truth<'a> {
    /// Of a world.
    #[must_use]
    pub fn of(world: &'a World) -> Self {
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

    /// The true arrivals near one that was found at a sensor or array of this name, the nearest first.
    #[must_use]
    pub fn near(&self, sensor: &str, onset: Time) -> Vec<&'a Arrival> {
        let off_s = |arrival: &Arrival| self.off_s(arrival, onset);
        let within = |arrival: &Arrival| {
            let ground = self.world.network.sensors[arrival.sensor].senses == Senses::Ground;
            off_s(arrival) <= if ground { NEAR_S } else { NEAR_ARRAY_S }
        };
        let of_sensor = self.by_sensor.get(sensor).into_iter().flatten().copied();
        let mut near: Vec<&Arrival> = of_sensor.filter(|arrival| within(arrival)).collect();
        near.sort_by(|a, b| off_s(a).total_cmp(&off_s(b)));
        near
    }

    /// How far an onset lies from a true arrival as that sensor stamps it, s; of a source that goes off in parts from the nearest time
    /// between its first and its last.
    fn off_s(&self, arrival: &Arrival, onset: Time) -> f64 {
        let stamped_s = arrival.at_s + self.world.stamp_off_s(arrival.sensor, arrival.at_s);
        let later_s = onset.seconds_since(self.world.start) - stamped_s;
        (later_s - later_s.clamp(0.0, arrival.course.lasts_s())).abs()
    }

    /// What each event of the product is, by what it cites. Each true event is one's, of which it has the most arrivals.
    #[must_use]
    pub fn matches(&self, events: &[Cited<'_>]) -> Vec<Match> {
        // Votes, mean of how far off their times are, event of the product, true event.
        let mut tallies: Vec<(usize, f64, usize, usize)> = Vec::new();
        for (at, Cited { count, heard, observed }) in events.iter().enumerate() {
            let mut votes: BTreeMap<usize, (usize, f64)> = BTreeMap::new();
            for (sensor, onset) in heard {
                // The nearest of each true event.
                let mut nearest: BTreeMap<usize, f64> = BTreeMap::new();
                for arrival in self.near(sensor, *onset) {
                    nearest.entry(arrival.event).or_insert_with(|| self.off_s(arrival, *onset));
                }
                for (event, off_s) in nearest {
                    let (votes, sum_s) = votes.entry(event).or_default();
                    (*votes, *sum_s) = (*votes + 1, *sum_s + off_s);
                }
            }
            observed.iter().for_each(|event| votes.entry(*event).or_default().0 += 1);
            let enough = votes.into_iter().filter(|(_, (votes, _))| *votes as f64 >= SHARE_MIN * *count as f64);
            tallies.extend(enough.map(|(event, (votes, sum_s))| (votes, sum_s / votes as f64, at, event)));
        }
        // Rounds of a salvo lie seconds apart: of as many arrivals the one whose times fit best.
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
