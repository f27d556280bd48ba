//! When a sensor was not registering, told from what the others of its kind registered meanwhile.
//!
//! # Algorithm
//! A sensor registers its own share of what its kind registers. A gap between two of its measurements in which that
//! share would have been [`EXPECTED_MIN`] is no silence but an outage: by chance it has the probability e^-12. A
//! sensor that registered nothing at all is taken to have a quarter of the mean share. Silence during an outage says
//! nothing against an event; other silence does. Where it is known from when to when a sensor was recorded, its silence at any
//! other time says nothing either: neither in a gap nor after its newest record, where what an event sent may still be on its way.
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

    /// A sensor was recorded in these spans alone, s, of what lies between two times.
    pub(super) fn recorded(&mut self, sensor: usize, spans: &[(f64, f64)], (from_s, to_s): (f64, f64)) {
        let Some(outages) = self.0.get_mut(sensor) else { return };
        let mut spans = spans.to_vec();
        spans.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut heard_s = f64::NEG_INFINITY;
        for (begins_s, ends_s) in spans.into_iter().chain([(f64::INFINITY, f64::INFINITY)]) {
            if begins_s > heard_s && begins_s > from_s && heard_s < to_s {
                outages.push((heard_s, begins_s));
            }
            heard_s = heard_s.max(ends_s);
        }
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

    /// Outages of each sensor.
    pub(super) fn outages(&self) -> &[Vec<(f64, f64)>] {
        &self.0
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
    fn silence_beside_what_was_recorded_says_nothing() {
        let mut health = Health(vec![Vec::new(); 3]);
        // In any order, and one within another.
        health.recorded(0, &[(50.0, 90.0), (0.0, 20.0), (10.0, 15.0)], (-10.0, 200.0));
        for (time_s, up) in [(-1.0, false), (5.0, true), (18.0, true), (30.0, false), (60.0, true), (91.0, false)] {
            assert_eq!(health.up(0, time_s), up, "{time_s}");
        }
        // Of what is not looked at nothing is kept.
        health.recorded(1, &[(0.0, 300.0)], (10.0, 200.0));
        assert!(health.outages()[1].is_empty());
        health.recorded(2, &[], (10.0, 200.0));
        assert!(!health.up(2, 100.0));
    }

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
