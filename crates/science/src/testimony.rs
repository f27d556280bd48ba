//! What an owner's sensors tell of many events against what those of the others tell: evidence that its data are false.
//!
//! Each event that other owners bear out is a question to an owner's sensors. Three things are asked, and what is learnt is kept from
//! event to event, so that hours of few events say what one minute can not:
//! - *Misses* ([`Against::misses`]): of an event located by the others alone, do its sensors register what sensors like them do? Data
//!   that waves were taken out of do not, nor do those that were made for another place.
//! - *Clock* ([`Against::clock`]): do they register all of it, but all of it by one span too late or too early?
//! - *Alone* ([`Against::alone`]): of an event located by its arrivals alone, do the others register what they would have to?
//!
//! Each is a [`Sequence`] of likelihood ratios whose mean is at most one where the owner is honest, and so is the average of the three
//! and of the first and last together ([`Against::nats`]): that it ever passes [`BAR_NATS`] has a probability of at most one in a hundred, all ways together and
//! however often it is looked at. How probably a sensor registers a wave is learnt from the others at the same event and from its own
//! past ([`Ear`]). Whether an owner is broken, badly surveyed or made to say so is for people.
//!
//! Only waves of the ground and sound that shakes it are asked about: straight rays over at most 100 km. Microphones, cameras and
//! people are not.
//!
//! # Checked against
//! Numbers of our own making (`tests/testimony.rs`), and invented worlds with false owners (`bench_world`).
mod chances;
mod clock;
mod ear;
mod origin;
mod sequence;
mod waves;

use chances::chances;
pub use chances::{Chance, Listener};
pub use clock::Clock;
pub use ear::Ear;
pub use origin::Arrival;
pub use sequence::Sequence;
use std::collections::BTreeSet;
use truceline_model::{canonical_map, canonical_names};
pub use waves::Waves;

/// Where the evidence passes this an owner is inconsistent: the log of a hundred, so an honest one is in at most one of a hundred
/// stretches.
pub const BAR_NATS: f64 = 4.605_170_185_988_092;

/// How the ways share the bar. Clocks that are off say so plainly; what misses say adds up more slowly. Data that were made for another
/// place are missed here and registered alone there: both together, as a product, are a way of their own.
const MISSES_SHARE: f64 = 0.6;
const CLOCK_SHARE: f64 = 0.1;
const ALONE_SHARE: f64 = 0.15;
const BOTH_SHARE: f64 = 0.15;

/// Fewer other owners may agree by chance, or with each other.
pub const OTHERS_MIN: usize = 2;

/// Fewer of their arrivals hold no place and time to be judged by.
const ARRIVALS_MIN: usize = 4;

/// Fewer arrivals of one owner make an event by chance, out of what no other one explains.
pub const OWN_ARRIVALS_MIN: usize = 5;

/// And so do those of fewer sensors.
const OWN_LISTENERS_MIN: usize = 3;

/// The share of events that an honest owner's sensors lack altogether: masked by others, or taken for their waves.
const MASKED: f64 = 0.02;

/// The share of events of an honest owner's arrivals that are none at all, where they are of [`OWN_LISTENERS_MIN`] sensors; each further
/// one halves it, since chance has to bring that too.
const PHANTOM: f64 = 0.03;
const PHANTOM_FALL: f64 = 0.5;

/// However many there are, an event may be one that the others' surroundings keep from them.
const PHANTOM_MIN: f64 = 1e-3;

/// An event as associated: its arrivals, and time and place, s and m east and north.
#[derive(Debug, Clone, PartialEq)]
pub struct Happened {
    /// Of all owners.
    pub arrivals: Vec<Arrival>,
    /// Time, east, north.
    pub start: [f64; 3],
    /// Probability that it is real. Of what never was nobody registers anything.
    pub p_real: f64,
}

/// What is asked of whom.
#[derive(Debug, Clone)]
pub struct Scene<'a> {
    /// The waves.
    pub waves: &'a Waves,
    /// All who could register the events.
    pub listeners: &'a [Listener],
    /// How well each of them hears.
    pub ears: &'a [Ear],
}

/// In which way an owner contradicts the others most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It misses what others register.
    Misses,
    /// It registers everything at another time.
    Clock,
    /// It registers what others miss.
    Alone,
}

canonical_names!(Way { "alone" => Alone, "clock" => Clock, "misses" => Misses });

/// Counts to go with the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Counted {
    /// How many events asked something of its sensors, or of the others'.
    pub events: u32,
    /// How many of them it, or of its own the others, were expected to register.
    pub expected: f64,
    /// How many were registered rather than not.
    pub registered: u32,
}

/// What speaks against an owner.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Against {
    /// That it misses events of others.
    pub misses: Sequence,
    /// That its clocks are off.
    pub clock: Clock,
    /// That its events are its own alone.
    pub alone: Sequence,
}

canonical_map!(Against { "alone" => alone, "clock" => clock, "misses" => misses });

/// What an event did to what speaks against an owner.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Asked {
    /// Of what others bear out.
    pub others: Counted,
    /// Of what it registered itself.
    pub own: Counted,
    /// What was learnt of the ears of its listeners, by their index.
    pub ears: Vec<(usize, Ear)>,
}

impl Against {
    /// Takes an event.
    pub fn take(&mut self, scene: &Scene<'_>, event: &Happened, owner: usize) -> Asked {
        let Scene { waves, listeners, ears } = *scene;
        let is_own = |one: &&Arrival| listeners[one.listener].owner == owner;
        let known = || event.arrivals.iter().filter(|one| waves.of(one.phase).is_some());
        let (own, others): (Vec<&Arrival>, Vec<&Arrival>) = known().partition(is_own);
        let (own, others): (Vec<Arrival>, Vec<Arrival>) =
            (own.into_iter().copied().collect(), others.into_iter().copied().collect());
        let mut asked = Asked::default();
        if owners(listeners, others.iter().map(|one| one.listener)) >= OTHERS_MIN && others.len() >= ARRIVALS_MIN {
            let found = chances(waves, listeners, &others, event.start, |of| of == owner).unwrap_or_default();
            if !found.is_empty() {
                let (nats, learnt) = false_over_honest(&found, ears);
                let wrong = 1.0 - event.p_real * (1.0 - MASKED);
                self.misses.take(nats, wrong);
                self.clock.take(listeners, &found, wrong);
                (asked.others, asked.ears) = (counted(&found, nats), learnt);
            }
        }
        let at: BTreeSet<usize> = own.iter().map(|one| one.listener).collect();
        if own.len() >= OWN_ARRIVALS_MIN && at.len() >= OWN_LISTENERS_MIN {
            let found = chances(waves, listeners, &own, event.start, |of| of != owner).unwrap_or_default();
            if owners(listeners, found.iter().map(|chance| chance.listener)) >= OTHERS_MIN {
                let (nats, _) = false_over_honest(&found, ears);
                let further = (at.len() - OWN_LISTENERS_MIN) as f64;
                self.alone.take(nats, (PHANTOM * libm::pow(PHANTOM_FALL, further)).max(PHANTOM_MIN));
                asked.own = counted(&found, nats);
            }
        }
        asked
    }

    /// The log of all that speaks against it, nats.
    #[must_use]
    pub fn nats(&self) -> f64 {
        let (misses, clock, alone) = (self.misses.nats(), self.clock.nats(), self.alone.nats());
        let logs = [
            misses + libm::log(MISSES_SHARE),
            clock + libm::log(CLOCK_SHARE),
            alone + libm::log(ALONE_SHARE),
            misses + alone + libm::log(BOTH_SHARE),
        ];
        sequence::log_sum(&logs)
    }

    /// In which way it contradicts the others most.
    #[must_use]
    pub fn way(&self) -> Way {
        let (misses, clock, alone) = (self.misses.nats(), self.clock.nats(), self.alone.nats());
        if clock >= misses && clock >= alone {
            Way::Clock
        } else if alone > misses {
            Way::Alone
        } else {
            Way::Misses
        }
    }
}

fn owners(listeners: &[Listener], of: impl Iterator<Item = usize>) -> usize {
    of.map(|at| listeners[at].owner).collect::<BTreeSet<usize>>().len()
}

/// The log-likelihood ratio of an event's chances, false over honest, and what is learnt of the ears.
fn false_over_honest(found: &[Chance], ears: &[Ear]) -> (f64, Vec<(usize, Ear)>) {
    let (mut nats, mut learnt) = (0.0, Vec::new());
    for of_one in found.chunk_by(|a, b| a.listener == b.listener) {
        let (honest, next) = ears[of_one[0].listener].honest(of_one);
        nats += ear::not_of_it(of_one) - honest;
        learnt.push((of_one[0].listener, next));
    }
    (nats, learnt)
}

fn counted(found: &[Chance], nats: f64) -> Counted {
    let none: f64 = found.iter().map(|chance| 1.0 - chance.p).product();
    Counted { events: 1, expected: 1.0 - none, registered: u32::from(nats < 0.0) }
}
