//! When a sensor was not registering, told from what the others of its kind registered meanwhile.
//!
//! # Algorithm
//! A sensor registers its own share of what its kind registers. A gap between two of its measurements in which that
//! share would have been [`EXPECTED_MIN`] is no silence but an outage: by chance it has the probability e^-12. A
//! sensor that registered nothing at all is taken to have a quarter of the mean share. Silence during an outage says
//! nothing against an event; other silence does.
use super::network::Network;
use super::picks::Pick;
use truceline_model::measurement::SensorKind;

/// Measurements that a gap must lack.
const EXPECTED_MIN: f64 = 12.0;

/// The share of the mean that a sensor without any measurement is taken to have.
const SILENT_SHARE: f64 = 0.25;

/// Outages of each sensor: from and to, s.
#[derive(Debug, Clone, Default)]
pub(super) struct Health(Vec<Vec<(f64, f64)>>);

impl Health {
    /// Outages from measurements in any order.
    pub(super) fn new(network: &Network, picks: &[Pick]) -> Self {
        let mut outages = vec![Vec::new(); network.places.len()];
        let mut kinds: Vec<SensorKind> = network.kinds.clone();
        kinds.sort_unstable();
        kinds.dedup();
        for kind in kinds {
            let mut times = Vec::new();
            let mut own = vec![Vec::new(); network.places.len()];
            for pick in picks {
                let sensor = network.channels[pick.channel as usize].sensor as usize;
                if network.kinds[sensor] == kind {
                    times.push(pick.time_s);
                    own[sensor].push(pick.time_s);
                }
            }
            times.sort_unstable_by(f64::total_cmp);
            let sensors = network.kinds.iter().filter(|k| **k == kind).count() as f64;
            for (sensor, own) in own.iter_mut().enumerate().filter(|(sensor, _)| network.kinds[*sensor] == kind) {
                own.sort_unstable_by(f64::total_cmp);
                let share = (own.len() as f64 / times.len().max(1) as f64).max(SILENT_SHARE / sensors);
                let edges = std::iter::once(f64::NEG_INFINITY).chain(own.iter().copied());
                for (from, to) in edges.zip(own.iter().copied().chain([f64::INFINITY])) {
                    let after = times.partition_point(|t| *t <= from);
                    let lacking = times.partition_point(|t| *t < to).saturating_sub(after);
                    if lacking as f64 * share > EXPECTED_MIN {
                        outages[sensor].push((from, to));
                    }
                }
            }
        }
        Self(outages)
    }

    /// Takes a sensor out: its silence says nothing.
    pub(super) fn leave_out(&mut self, sensor: usize) {
        if let Some(outages) = self.0.get_mut(sensor) {
            *outages = vec![(f64::NEG_INFINITY, f64::INFINITY)];
        }
    }

    /// Whether every sensor was registering all the time.
    pub(super) fn all_up(&self) -> bool {
        self.0.iter().all(Vec::is_empty)
    }

    /// Whether a sensor was registering.
    #[inline]
    pub(super) fn up(&self, sensor: usize, time_s: f64) -> bool {
        self.0.get(sensor).is_none_or(|outages| {
            outages.is_empty() || !outages.iter().any(|(from, to)| *from < time_s && time_s < *to)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::network::NONE;
    use super::*;
    use truceline_model::measurement::{Sensor, Site};

    #[test]
    fn an_outage_is_told_from_a_quiet_time() {
        let sensors: Vec<Sensor> = (0..4)
            .map(|i| Sensor {
                id: i.to_string(),
                owner: "one".into(),
                kind: SensorKind::Microphone,
                site: Site::Local { x_m: f64::from(i) * 100.0, y_m: 0.0, z_m: 0.0 },
            })
            .collect();
        let network = Network::new(&sensors).unwrap();
        let class = network.class(SensorKind::Microphone, truceline_model::measurement::Phase::Muzzle).unwrap();
        let mut picks = Vec::new();
        for second in 0..200 {
            // All are quiet from 80 to 120; sensor 0 stops at 140; sensor 3 never says anything.
            for sensor in 0..3 {
                if (80..120).contains(&second) || (sensor == 0 && second > 140) {
                    continue;
                }
                let channel = network.channel(sensor, class).unwrap() as u32;
                picks.push(Pick { time_s: f64::from(second), channel, row: 0, variance_s2: 0.0, evidence: NONE });
            }
        }
        let health = Health::new(&network, &picks);
        assert!(health.up(0, 100.0) && health.up(1, 100.0) && health.up(0, 130.0));
        assert!(!health.up(0, 170.0) && health.up(1, 170.0));
        assert!(!health.up(3, 50.0));
    }
}
