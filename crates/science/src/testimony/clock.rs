//! Whether all clocks of an owner are off by one span.
//!
//! # Algorithm
//! The owner's sensors did register an event, but everything so much later (or earlier): where it should have come there is what comes
//! by chance, and that much later what is of the event. Each span of [`offsets_s`] has a [`Sequence`] of its own; they are averaged,
//! which is what the search costs. A wave says something of a span only where its time is known so well that both windows lie apart.
use super::chances::{Chance, Listener, WITHIN_SIGMAS, nearest};
use super::ear::{not_of_it, of_event};
use super::sequence::{Sequence, mean_log};
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder};

/// Spans are looked for from the first to the last in these steps, both ways, s. Smaller ones are within what is not known of travel
/// times; greater ones the search in one block finds too, and misses tell.
const FIRST_S: f64 = 1.0;
const STEP_S: f64 = 0.5;
const COUNT: usize = 19;

/// The spans, s: later ones, then earlier ones.
fn offsets_s() -> impl Iterator<Item = f64> {
    [1.0, -1.0].into_iter().flat_map(|way| (0..COUNT).map(move |step| way * (FIRST_S + STEP_S * step as f64)))
}

/// What speaks for each span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock(Vec<Sequence>);

impl Default for Clock {
    fn default() -> Self {
        Self(vec![Sequence::default(); 2 * COUNT])
    }
}

impl Clock {
    /// Takes an event by the owner's chances, where an honest owner is wrong as a whole about this share of events.
    pub(super) fn take(&mut self, listeners: &[Listener], chances: &[Chance], wrong: f64) {
        for (sequence, offset_s) in self.0.iter_mut().zip(offsets_s()) {
            let mut nats = 0.0;
            for of_one in chances.chunk_by(|a, b| a.listener == b.listener) {
                let tempered = 1.0 / (of_one.len() as f64).sqrt();
                for chance in of_one.iter().filter(|chance| WITHIN_SIGMAS * chance.sigma_s <= offset_s.abs()) {
                    // So wide that no arrival is in both windows.
                    let within = WITHIN_SIGMAS.min(0.5 * offset_s.abs() / chance.sigma_s);
                    let times_s = &listeners[chance.listener].times_s;
                    let against = |at_s: f64| {
                        let there = Chance { off: nearest(times_s, at_s, chance.sigma_s, within), ..*chance };
                        not_of_it(&[there]) - of_event(&there, 0.0)
                    };
                    nats += tempered * (against(chance.at_s) - against(chance.at_s + offset_s));
                }
            }
            sequence.take(nats, wrong);
        }
    }

    /// The log of all of it together, nats.
    #[must_use]
    pub fn nats(&self) -> f64 {
        mean_log(&self.each())
    }

    /// The span for which most speaks, s.
    #[must_use]
    pub fn offset_s(&self) -> f64 {
        let best = self.each().into_iter().zip(offsets_s()).max_by(|a, b| a.0.total_cmp(&b.0));
        best.map_or(0.0, |(_, offset_s)| offset_s)
    }

    fn each(&self) -> Vec<f64> {
        self.0.iter().map(Sequence::nats).collect()
    }
}

/// An array of sequences.
impl Canonical for Clock {
    fn encode(&self, encoder: &mut Encoder) {
        self.0.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        let all: Vec<Sequence> = Canonical::decode(decoder)?;
        if all.len() == 2 * COUNT { Ok(Self(all)) } else { Err(DecodeError::new(at, "a sequence for each span")) }
    }
}
