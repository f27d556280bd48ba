//! How well a sensor hears, learnt from its own past; and how probable what it did of an event's chances is.
//!
//! A sensor may be worse than its neighbours: its site, its noise, a dead element. Each has a probability over how much better or
//! worse it hears, learnt before each event is judged. One that never hears anything soon has nothing more to say: all that it
//! ever says is at most the log of one over [`DEAF`], so no single sensor can name its owner.
use super::chances::{Chance, WITHIN_SIGMAS};
use super::sequence::{UNIT_NATS, log_sum};
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder};

/// How much better or worse a sensor hears than others at its distance, log odds; the first of them hears nothing.
const EARS: [f64; 7] = [-6.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0];

/// The share of sensors that hear nothing and do not say so: one of the twenty of a network is out of order.
const DEAF: f64 = 0.05;

/// The deviation of it among the others: amplitudes and noise at neighbouring sites differ by a factor of two.
const EAR_SIGMA: f64 = 1.0;

/// How probably something comes in time that is not of the event.
const BY_CHANCE: f64 = 0.15;

/// What is of the event comes by the normal law, but for this share: onsets that were picked late.
const PICKED_LATE: f64 = 0.05;

/// The logs of the probabilities of [`EARS`], 1e-6 nats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ear([i64; EARS.len()]);

impl Default for Ear {
    fn default() -> Self {
        let mut logs = EARS.map(|ear| -0.5 * ear * ear / (EAR_SIGMA * EAR_SIGMA));
        logs[0] = log_sum(&logs[1..]) + libm::log(DEAF / (1.0 - DEAF));
        Self::of(logs).1
    }
}

impl Ear {
    /// Of logs that sum to anything: that, and it with the sum taken away.
    fn of(logs: [f64; EARS.len()]) -> (f64, Self) {
        let sum = log_sum(&logs);
        (sum, Self(logs.map(|log| ((log - sum) / UNIT_NATS).round() as i64)))
    }

    /// The log of how probable these chances of one event are for an honest sensor, and what is learnt from them.
    pub(super) fn honest(&self, chances: &[Chance]) -> (f64, Self) {
        let mut logs = self.0.map(|log| log as f64 * UNIT_NATS);
        for (log, ear) in logs.iter_mut().zip(EARS) {
            *log += tempered(chances, |chance| of_event(chance, ear));
        }
        Self::of(logs)
    }
}

/// The log of how probable these chances of one event are for a sensor whose data are not of it.
pub(super) fn not_of_it(chances: &[Chance]) -> f64 {
    tempered(chances, |chance| match chance.off {
        None => libm::log(1.0 - BY_CHANCE),
        Some(_) => libm::log(BY_CHANCE / (2.0 * WITHIN_SIGMAS)),
    })
}

/// Waves of one event at one sensor are missed together: n of them count as much as the root of n.
fn tempered(chances: &[Chance], log: impl Fn(&Chance) -> f64) -> f64 {
    chances.iter().map(log).sum::<f64>() / (chances.len().max(1) as f64).sqrt()
}

/// The log of how probable a chance's outcome is at a sensor that hears so much better.
pub(super) fn of_event(chance: &Chance, ear: f64) -> f64 {
    let p = 1.0 / (1.0 + (1.0 - chance.p) / chance.p * libm::exp(-ear));
    match chance.off {
        None => libm::log(1.0 - p),
        Some(off) => {
            let normal = libm::exp(-0.5 * off * off) / (2.0 * std::f64::consts::PI).sqrt();
            libm::log(p * ((1.0 - PICKED_LATE) * normal + PICKED_LATE / (2.0 * WITHIN_SIGMAS)))
        }
    }
}

/// An array of whole numbers.
impl Canonical for Ear {
    fn encode(&self, encoder: &mut Encoder) {
        self.0.to_vec().encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        let logs: Vec<i64> = Canonical::decode(decoder)?;
        logs.try_into().map(Self).map_err(|_| DecodeError::new(at, "a number for each way of hearing"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use truceline_model::measurement::Phase;

    #[test]
    fn a_deaf_sensor_has_soon_said_all_that_it_can() {
        let missed = [Chance { listener: 0, phase: Phase::P, p: 0.8, at_s: 0.0, sigma_s: 0.3, off: None }];
        let (mut ear, mut against) = (Ear::default(), Vec::new());
        for _ in 0..100 {
            let (honest, learnt) = ear.honest(&missed);
            against.push(not_of_it(&missed) - honest);
            ear = learnt;
        }
        assert!(against[0] > 0.9, "{}", against[0]);
        let all: f64 = against.iter().sum();
        assert!(all < -libm::log(DEAF) + 0.1, "{all}");
    }
}
