//! What could have been seen: how probably an event would have been registered, by place, strength and hour.
//!
//! # Model
//! A sensor that runs registers a wave of an event at the distance r with the probability
//! `p(r, s) = c / (1 + exp((r / (s q) - R) / w))`, the associator's curve ([`Curve`]) with distances in units of the event's
//! reach: s is how many times as far it is registered as an event of middle strength, q how many times as far the sensor
//! hears in this hour as when the curve was learnt (`q < 1` in noise, [`heard_ratio`]). The sensor runs for a share `up` of
//! the hour. Given the strength, sensors register independently, and an event is *seen* where at least so many sensors of at
//! least so many owners register it ([`Demand`]): one owner's sensors alone are no corroboration.
//!
//! # Algorithm
//! The joint distribution of how many sensors and how many owners register, exactly, owner by owner (`joint.rs`). The strength
//! is integrated out over a standard normal log; the smallest event that is seen with a stated probability is found by
//! bisection, since that probability grows with the strength. How well it would be located: `expected.rs`; where further
//! sensors help most: `placing.rs`. How curves become those of the middle one of the found events: `middle.rs`. What curves leave out that were learnt from found events alone: `selection.rs`.
//!
//! # Checked against
//! Every subset of sensors summed one by one; closed forms; events that were drawn (`tests/coverage.rs`); and the share of
//! a generator's events that its sensors registered, from curves that were learnt from its arrivals (`cargo xtask bench coverage`).
mod expected;
mod joint;
mod middle;
mod placing;
mod selection;

pub use expected::error_m;
pub use middle::{Middle, Registered, middle};
pub use placing::{Placing, place};
pub use selection::{Population, population, sensors_of_weakest};

use crate::associate::{self, Curve, STRENGTHS};
use crate::chunks;
use joint::Joint;

/// The most sensors that an event can be asked to be registered by.
pub const SENSORS_MIN_MAX: usize = 8;

/// The most owners that it can be asked to be registered by.
pub const OWNERS_MIN_MAX: usize = 4;

/// The most cells of one area: 500 by 500, which a screen can show.
pub const CELLS_MAX: usize = 250_000;

/// Strengths are sought between a hundredth of the middle one's reach and a hundred times it.
const RATIO_RANGE: (f64, f64) = (0.01, 100.0);

/// Halvings of the logarithm of that range: to a thousandth.
const HALVINGS: usize = 14;

/// Nodes of the strength, those of the associator.
const NODES: usize = STRENGTHS;

/// One wave as a sensor registers it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sense {
    /// How probably, by distance.
    pub curve: Curve,
    /// Speed of the wave, m/s; infinity for light.
    pub speed_m_s: f64,
    /// Standard deviation of its arrival time at distance zero, s.
    pub time_sigma_s: f64,
    /// What is not known of its travel time, as a share of it.
    pub travel_relative: f64,
    /// Standard deviation of its back-azimuth, degrees; none where the sensor gives none.
    pub azimuth_sigma_deg: Option<f64>,
    /// How many times as far it is heard in this hour as when its curve was learnt.
    pub heard_ratio: f64,
}

impl Sense {
    /// How probably a running sensor registers the wave.
    fn registers(&self, distance_m: f64, ratio: f64) -> f64 {
        let Curve { ceiling, range_m, width_m } = self.curve;
        let reach = ratio * self.heard_ratio;
        if reach > 0.0 { ceiling / (1.0 + libm::exp((distance_m / reach - range_m) / width_m)) } else { 0.0 }
    }
}

/// A sensor as one hour finds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Watcher {
    /// Where it stands, m east and north.
    pub at_m: [f64; 2],
    /// Whose it is, by number.
    pub owner: u32,
    /// For what share of the hour it ran, 0 to 1.
    pub up: f64,
    /// The waves that it registers.
    pub senses: Vec<Sense>,
}

impl Watcher {
    fn distance_m(&self, place_m: [f64; 2]) -> f64 {
        let (x, y) = (self.at_m[0] - place_m[0], self.at_m[1] - place_m[1]);
        (x * x + y * y).sqrt()
    }

    /// How probably it registers any of its waves in the hour.
    fn registers_any(&self, place_m: [f64; 2], ratio: f64) -> f64 {
        let distance_m = self.distance_m(place_m);
        let none = self.senses.iter().map(|sense| 1.0 - sense.registers(distance_m, ratio)).product::<f64>();
        self.up * (1.0 - none)
    }
}

/// When an event counts as seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    /// By at least so many sensors, 1 to [`SENSORS_MIN_MAX`].
    pub sensors_min: usize,
    /// Of at least so many owners, 1 to [`OWNERS_MIN_MAX`].
    pub owners_min: usize,
}

impl Default for Demand {
    /// Four arrivals give a place and a time with one to spare; two owners are the least that corroborate each other.
    fn default() -> Self {
        Self { sensors_min: 4, owners_min: 2 }
    }
}

/// Why nothing can be said.
#[derive(Debug, Clone, PartialEq)]
pub enum CoverageError {
    /// A sensor's number has no meaning: which sensor, and what was expected.
    Watcher(usize, &'static str),
    /// More is demanded than can be counted, or nothing.
    Demand,
    /// The area has no cell, too many, or one that is no square.
    Area,
    /// The strength's deviation is no number of zero or more.
    Strength,
}

impl std::fmt::Display for CoverageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Watcher(sensor, expected) => write!(f, "sensor {sensor}: expected {expected}"),
            Self::Demand => write!(
                f,
                "expected at least 1 to {SENSORS_MIN_MAX} sensors of at least 1 to {OWNERS_MIN_MAX} owners, not more owners \
                 than sensors"
            ),
            Self::Area => write!(f, "expected an area of 1 to {CELLS_MAX} cells with a side above zero"),
            Self::Strength => write!(f, "expected a deviation of strengths of zero or more"),
        }
    }
}

impl std::error::Error for CoverageError {}

/// How many times as far an event is heard when noise is louder by so many decibels, where amplitudes fall as
/// `r^-exponent`: `10^(-dB / (20 exponent))`. For waves that do not fall with distance it is 1.
///
/// Exponents: 1.4072 for infrasound over land (the scaled-range fit of R. W. Whitaker and S. D. Noel on explosions, Los
/// Alamos); 1.11 for the ground's waves within some hundred kilometres (L. K. Hutton and D. M. Boore, *The ML scale in
/// southern California*, 1987, without its absorption); 1 for sound near the ground (spherical spreading).
#[must_use]
pub fn heard_ratio(louder_db: f64, exponent: f64) -> f64 {
    if exponent > 0.0 { libm::pow(10.0, -louder_db / (20.0 * exponent)) } else { 1.0 }
}

/// A network in one hour: its sensors, what counts as seen, how strengths scatter.
#[derive(Debug, Clone, PartialEq)]
pub struct Hour {
    watchers: Vec<Watcher>,
    demand: Demand,
    strengths: [(f64, f64); NODES],
}

impl Hour {
    /// The hour of these sensors. `strength_sigma` is the standard deviation of the logarithm of an event's reach.
    ///
    /// # Errors
    /// If a number has no meaning.
    pub fn new(mut watchers: Vec<Watcher>, demand: Demand, strength_sigma: f64) -> Result<Self, CoverageError> {
        for (at, watcher) in watchers.iter().enumerate() {
            let wrong = |expected| Err(CoverageError::Watcher(at, expected));
            if !watcher.at_m.iter().all(|metres| metres.is_finite()) {
                return wrong("a place in metres");
            }
            if !(0.0..=1.0).contains(&watcher.up) {
                return wrong("a share of the hour, 0 to 1");
            }
            for sense in &watcher.senses {
                let Sense { curve, speed_m_s, time_sigma_s, travel_relative, azimuth_sigma_deg, heard_ratio } = sense;
                if !(*heard_ratio >= 0.0 && heard_ratio.is_finite()) {
                    return wrong("a heard ratio of zero or more");
                }
                if !((0.0..=1.0).contains(&curve.ceiling) && curve.range_m.is_finite() && curve.width_m > 0.0) {
                    return wrong("a curve with a ceiling of 0 to 1, a range and a width above zero");
                }
                let above_zero = |value: f64| value > 0.0;
                if !(above_zero(*speed_m_s)
                    && above_zero(*time_sigma_s)
                    && *travel_relative >= 0.0
                    && azimuth_sigma_deg.is_none_or(above_zero))
                {
                    return wrong("speeds and deviations above zero");
                }
            }
        }
        let counted = (1..=SENSORS_MIN_MAX).contains(&demand.sensors_min)
            && (1..=OWNERS_MIN_MAX).contains(&demand.owners_min)
            && demand.owners_min <= demand.sensors_min;
        if !counted {
            return Err(CoverageError::Demand);
        }
        if !(strength_sigma >= 0.0 && strength_sigma.is_finite()) {
            return Err(CoverageError::Strength);
        }
        // Owner by owner; a name's number must not show in a sum's order, so places decide within one.
        watchers.sort_by(|a, b| {
            let places = a.at_m[0].total_cmp(&b.at_m[0]).then(a.at_m[1].total_cmp(&b.at_m[1]));
            a.owner.cmp(&b.owner).then(places)
        });
        Ok(Self { watchers, demand, strengths: strengths(strength_sigma) })
    }

    /// How probably an event at a place is seen, if it is registered `ratio` times as far as one of middle strength.
    #[must_use]
    pub fn seen(&self, place_m: [f64; 2], ratio: f64) -> f64 {
        self.joint(place_m, ratio).at_least(self.demand)
    }

    /// How probably an event at a place is seen, over all strengths.
    #[must_use]
    pub fn seen_mean(&self, place_m: [f64; 2]) -> f64 {
        self.strengths.iter().map(|(ratio, weight)| weight * self.seen(place_m, *ratio)).sum()
    }

    /// The smallest event at a place that is seen with at least this probability: how many times as far it is registered
    /// as one of middle strength. None where even a hundred times that is not enough.
    #[must_use]
    pub fn smallest_ratio(&self, place_m: [f64; 2], probability: f64) -> Option<f64> {
        let (mut low, mut high) = (libm::log(RATIO_RANGE.0), libm::log(RATIO_RANGE.1));
        if self.seen(place_m, RATIO_RANGE.1) < probability {
            return None;
        }
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if self.seen(place_m, libm::exp(middle)) < probability { low = middle } else { high = middle }
        }
        Some(libm::exp(high))
    }

    fn joint(&self, place_m: [f64; 2], ratio: f64) -> Joint {
        let mut joint = Joint::none();
        for owned in self.watchers.chunk_by(|a, b| a.owner == b.owner) {
            joint.add(owned.iter().map(|watcher| watcher.registers_any(place_m, ratio)));
        }
        joint
    }
}

/// Nodes of the strength as reach ratios, and their weights.
fn strengths(sigma: f64) -> [(f64, f64); NODES] {
    let (deviations, weights) = associate::strengths();
    std::array::from_fn(|node| (libm::exp(sigma * deviations[node]), libm::exp(weights[node])))
}

/// A rectangle of square cells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Its south-western corner, m.
    pub low_m: [f64; 2],
    /// The side of a cell, m.
    pub cell_m: f64,
    /// Cells from west to east.
    pub columns: usize,
    /// Cells from south to north.
    pub rows: usize,
}

impl Area {
    /// The middles of the cells, row by row from the south, each from the west.
    ///
    /// # Errors
    /// If there is none or there are too many.
    pub fn middles_m(&self) -> Result<Vec<[f64; 2]>, CoverageError> {
        let cells = self.columns.checked_mul(self.rows).filter(|cells| (1..=CELLS_MAX).contains(cells));
        if cells.is_none() || !(self.cell_m > 0.0 && self.low_m.iter().all(|metres| metres.is_finite())) {
            return Err(CoverageError::Area);
        }
        let along = |low_m: f64, at: usize| low_m + (at as f64 + 0.5) * self.cell_m;
        let row =
            |row: usize| (0..self.columns).map(move |column| [along(self.low_m[0], column), along(self.low_m[1], row)]);
        Ok((0..self.rows).flat_map(row).collect())
    }
}

/// What is said of one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// How probably an event is seen, over all strengths.
    pub p: f64,
    /// The smallest event that is seen with the asked probability, as [`Hour::smallest_ratio`].
    pub smallest_ratio: Option<f64>,
    /// How well an event of middle strength would be located at best, m, as [`error_m`].
    pub error_m: Option<f64>,
}

/// What is said of each of these places; the same on any number of threads.
#[must_use]
pub fn map(hour: &Hour, places_m: &[[f64; 2]], probability: f64, threads: usize) -> Vec<Seen> {
    chunks::map(
        places_m,
        threads,
        || (),
        |(), place_m| Seen {
            p: hour.seen_mean(*place_m),
            smallest_ratio: hour.smallest_ratio(*place_m, probability),
            error_m: error_m(hour, *place_m),
        },
    )
}
