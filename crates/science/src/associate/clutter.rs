//! Clutter that comes in times of its own: traffic by day, a thunderstorm, the many arrivals of a salvo of which not all are
//! explained. Where a time alone does not say which wave it is, such crowds would make events of chance.
//!
//! # Model
//! What no event holds comes to a channel at a rate that changes slowly. Around a measurement it is the greater of
//! - the channel's mean rate, worth [`ALIKE`] measurements, with what no event holds there within [`NEAR_S`] on both sides, itself
//!   left out: the mean of a gamma distribution after a Poisson count;
//! - that mean rate times how much more than usual no event holds at all sensors within [`CROWD_S`], worth one measurement.
//!
//! In a quiet hour that is the mean; where arrivals crowd, each of them says less. What an event holds does not count, so an
//! event that stands alone is not its own crowd.
use super::network::{NONE, Network};
use super::picks::Picks;

/// How far around a measurement clutter of one channel is alike, s: longer than the waves of one event follow each other,
/// shorter than a salvo or a passing storm.
const NEAR_S: f64 = 120.0;

/// How many measurements the mean rate is worth.
const ALIKE: f64 = 2.0;

/// How far around a measurement a crowd at all sensors counts, s: as the ground's waves take through a network.
const CROWD_S: f64 = 30.0;

impl Picks {
    /// Sets the clutter's density by what is free near each measurement, from the mean rates of channels, 1/s.
    pub(super) fn crowded(&mut self, network: &Network, rates: &[f64]) {
        // Each measurement once, in whichever reading it comes first.
        let is_first = |i: &usize| self.readings(*i).all(|reading| reading >= *i);
        let mut free_s: Vec<f64> =
            (0..self.all.len()).filter(|i| self.owner[*i] == NONE && is_first(i)).map(|i| self.times[i]).collect();
        free_s.sort_unstable_by(f64::total_cmp);
        let usual = free_s.len() as f64 / self.span_s() * 2.0 * CROWD_S;
        let crowd = |at: f64| {
            let from = free_s.partition_point(|time| *time < at - CROWD_S);
            (free_s.partition_point(|time| *time <= at + CROWD_S) - from) as f64
        };
        let mut log_clutter = std::mem::take(&mut self.log_clutter);
        for (channel, &mean) in rates.iter().enumerate().take(network.channels.len()) {
            let range = self.of(channel);
            let (mut first, mut last, mut free) = (range.start, range.start, 0_usize);
            for i in range.clone() {
                let at = self.times[i];
                while last < range.end && self.times[last] <= at + NEAR_S {
                    free += usize::from(self.owner[last] == NONE);
                    last += 1;
                }
                while self.times[first] < at - NEAR_S {
                    free -= usize::from(self.owner[first] == NONE);
                    first += 1;
                }
                let own = usize::from(self.owner[i] == NONE);
                let near = (ALIKE + (free - own) as f64) / (ALIKE / mean + 2.0 * NEAR_S);
                let crowd = mean * (1.0 + crowd(at) - own as f64) / (1.0 + usual);
                log_clutter[i] = libm::log(near.max(crowd).max(mean));
            }
        }
        self.log_clutter = log_clutter;
    }
}

#[cfg(test)]
mod tests {
    use super::super::picks::Pick;
    use super::*;
    use truceline_model::measurement::{Phase, Sensor, SensorKind, Site};

    /// Two seismometers with an onset each hour of an afternoon, and twelve at one of them within a minute.
    #[test]
    fn an_onset_in_a_crowd_says_less_than_one_alone() {
        let sensor = |id: usize| Sensor {
            id: id.to_string(),
            owner: "one".into(),
            kind: SensorKind::Seismometer,
            site: Site::Local { x_m: 10_000.0 * id as f64, y_m: 0.0, z_m: 0.0 },
        };
        let network = Network::new(&[sensor(0), sensor(1)]).unwrap();
        let channel = |sensor, phase| network.channel(sensor, network.class(SensorKind::Seismometer, phase)?);
        let lone = (0..8).map(|n| (n % 2, 3_600.0 * n as f64));
        let crowd = (0..12).map(|n| (0, 9_000.0 + 5.0 * f64::from(n)));
        let readings = |(row, (sensor, time_s)): (usize, (usize, f64))| {
            [Phase::P, Phase::S].map(|phase| Pick {
                time_s,
                channel: channel(sensor, phase).unwrap() as u32,
                row: row as u32,
                variance_s2: 0.0,
                evidence: NONE,
            })
        };
        let all: Vec<Pick> = lone.chain(crowd).enumerate().flat_map(readings).collect();
        let mut picks = Picks::new(&network, all, Vec::new());
        let rates = vec![1e-3; network.channels.len()];
        picks.crowded(&network, &rates);
        let of =
            |picks: &Picks, row: u32| picks.log_clutter[picks.all.iter().position(|pick| pick.row == row).unwrap()];
        assert!((of(&picks, 0) - libm::log(1e-3)).abs() < 1e-9);
        let free = of(&picks, 13);
        assert!(free > libm::log(5e-3), "{free}");
        // What events hold is no crowd to others.
        for row in 8..20 {
            let pick = picks.all.iter().position(|pick| pick.row == row).unwrap();
            picks.give(pick as u32, 0, 1.0);
        }
        picks.crowded(&network, &rates);
        assert!((of(&picks, 13) - libm::log(1e-3)).abs() < 1e-9);
    }
}
