//! How many sensors and how many owners register an event: their joint distribution, exactly.
//!
//! # Algorithm
//! The distribution of a sum of independent trials of unequal probability (Poisson's binomial) by adding one trial after the
//! other, owner by owner: within an owner the count of sensors, then both counts together. Counts beyond what can be
//! demanded are one bin.
use super::{Demand, OWNERS_MIN_MAX, SENSORS_MIN_MAX};

const SENSORS: usize = SENSORS_MIN_MAX + 1;
const OWNERS: usize = OWNERS_MIN_MAX + 1;

/// Probability of each count of owners and of sensors; the last bin of each is "so many or more".
#[derive(Debug, Clone, Copy)]
pub(super) struct Joint([[f64; SENSORS]; OWNERS]);

impl Joint {
    /// Of no sensor.
    pub(super) fn none() -> Self {
        let mut counts = [[0.0; SENSORS]; OWNERS];
        counts[0][0] = 1.0;
        Self(counts)
    }

    /// Adds the sensors of one further owner, by how probably each registers.
    pub(super) fn add(&mut self, probabilities: impl Iterator<Item = f64>) {
        let mut owned = [0.0; SENSORS];
        owned[0] = 1.0;
        let mut most = 0;
        for p in probabilities {
            // The last bin loses nothing: more is as much.
            let last = SENSORS - 1;
            owned[last] += owned[last - 1] * p;
            for count in (1..last).rev() {
                owned[count] = owned[count] * (1.0 - p) + owned[count - 1] * p;
            }
            owned[0] *= 1.0 - p;
            most = (most + 1).min(last);
        }
        self.join(&owned[..=most]);
    }

    /// Adds one further owner by the distribution of its count.
    fn join(&mut self, owned: &[f64]) {
        let mut joined = [[0.0; SENSORS]; OWNERS];
        for (owners, row) in self.0.iter().enumerate() {
            for (sensors, p) in row.iter().enumerate() {
                if *p == 0.0 {
                    continue;
                }
                for (more, q) in owned.iter().enumerate() {
                    let owners = (owners + usize::from(more > 0)).min(OWNERS - 1);
                    joined[owners][(sensors + more).min(SENSORS - 1)] += p * q;
                }
            }
        }
        self.0 = joined;
    }

    /// Probability that at least as many register as is demanded.
    pub(super) fn at_least(&self, demand: Demand) -> f64 {
        let rows = self.0.iter().skip(demand.owners_min);
        rows.map(|row| row[demand.sensors_min..].iter().sum::<f64>()).sum::<f64>().clamp(0.0, 1.0)
    }
}
