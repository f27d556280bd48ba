//! Evidence that is kept from event to event.
//!
//! # Algorithm
//! Of each event there is the likelihood ratio `LR` of a false owner over an honest one. What is false need not be so always: of a share
//! m of the events it is, of the others not. So m is summed out over [`SHARES`]:
//! ```text
//! L = mean over m of   product over events of   1 - m + m LR
//! ```
//! For an honest owner every LR has a mean of at most one, and so has L after any number of events: the probability that it ever
//! passes b is at most 1 / b (J. Ville, *Etude critique de la notion de collectif*, 1939; as in Wald's sequential test, *Annals of
//! Mathematical Statistics* 16, 117-186, 1945). So nothing hangs on when or how often one looks.
//!
//! An honest owner can also be wrong about an event as a whole, by masked waves or by arrivals that were taken for another event's.
//! That is so of a share e of events, and LR becomes `LR / (1 - e + e LR)`: no event says more than 1 / e.
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder};

/// Shares of the events of which a false owner is false.
const SHARES: [f64; 3] = [0.25, 0.5, 0.75];

/// Of what one has against an owner no less is kept than this, nats: who was honest for a month may be false from then on. After that
/// the bar is as far as if it stood that much higher, so each such stretch counts anew.
const FLOOR_NATS: f64 = -4.0;

/// What is kept is kept to this, nats: whole numbers have one form.
pub(super) const UNIT_NATS: f64 = 1e-6;

/// The logs of the products, by share, 1e-6 nats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sequence([i64; SHARES.len()]);

impl Sequence {
    /// Takes an event by its log-likelihood ratio, where an honest owner is wrong as a whole about this share of events.
    pub(super) fn take(&mut self, nats: f64, wrong: f64) {
        // Farther out only the share counts.
        let ratio = libm::exp(nats.clamp(-50.0, 50.0));
        let ratio = ratio / (1.0 - wrong + wrong * ratio);
        for (log, share) in self.0.iter_mut().zip(SHARES) {
            let next = *log as f64 * UNIT_NATS + libm::log(1.0 - share + share * ratio);
            *log = (next.max(FLOOR_NATS) / UNIT_NATS).round() as i64;
        }
    }

    /// The log of all of it together, nats.
    #[must_use]
    pub fn nats(&self) -> f64 {
        mean_log(&self.0.map(|log| log as f64 * UNIT_NATS))
    }
}

/// The log of the mean of what these are the logs of.
pub(super) fn mean_log(logs: &[f64]) -> f64 {
    log_sum(logs) - libm::log(logs.len() as f64)
}

/// The log of the sum of what these are the logs of.
pub(super) fn log_sum(logs: &[f64]) -> f64 {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    most + libm::log(logs.iter().map(|log| libm::exp(log - most)).sum())
}

/// An array of whole numbers.
impl Canonical for Sequence {
    fn encode(&self, encoder: &mut Encoder) {
        self.0.to_vec().encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        let logs: Vec<i64> = Canonical::decode(decoder)?;
        logs.try_into().map(Self).map_err(|_| DecodeError::new(at, "a number for each share of events"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use truceline_model::canonical::{from_bytes, to_bytes};

    fn after(events: impl IntoIterator<Item = f64>) -> Sequence {
        let mut all = Sequence::default();
        events.into_iter().for_each(|nats| all.take(nats, 0.03));
        all
    }

    #[test]
    fn evidence_adds_up_and_no_event_says_more_than_its_bound() {
        assert!(after([]).nats().abs() < 1e-9);
        let (one, five) = (after([40.0]), after([40.0; 5]));
        assert!(one.nats() > 2.5 && one.nats() <= -libm::log(0.03), "{}", one.nats());
        assert!(five.nats() > 4.0 * one.nats());
        // Half of the events false, the other half plainly true.
        assert!(after([4.0, -9.0].repeat(6)).nats() > 8.0);
    }

    #[test]
    fn a_long_honest_past_is_forgotten() {
        let honest = after([-5.0; 1_000]);
        let mut false_from_then_on = honest;
        (0..5).for_each(|_| false_from_then_on.take(40.0, 0.03));
        assert!(honest.nats() < 0.0 && false_from_then_on.nats() > 8.0);
        assert_eq!(from_bytes::<Sequence>(&to_bytes(&honest)).unwrap(), honest);
    }
}
