//! How often each cell shows heat in each season of peace years, and how much of what is seen that explains.
//!
//! # Algorithm
//! Cells are a tenth of a degree, seasons half-months. The rate of a cell and season is learnt from the counts of years without
//! fighting, shrunk towards that of the cells around it and those towards the whole region's (a Gamma prior worth `weight`
//! years at each level). Counts scatter more than by chance about it, as fields change their crops and summers are dry: a negative
//! binomial of shape `shape`. Weight and shape are those under which each peace year is the most probable by what the others
//! say (leave-one-out over a stated grid).
//!
//! In the years to be assessed a cell and season has, with the probability `share`, something else too, of a geometric count
//! of mean `mean_other`; and the whole background is by a factor `scale` more or less than usual. The three are found by
//! expectation and maximisation on the assessed counts themselves (A. Dempster, N. Laird, D. Rubin 1977), where the scale's
//! step is that of a Poisson count. Of `n` detections the expected number of background ones, over `n`, is each one's
//! probability of being background: exact sums over how many of the `n` are.
//!
//! # Checked against
//! Drawn counts whose origin is known (`tests/thermal.rs`), and a peace year that nothing was learnt from
//! (`cargo xtask bench firms`).
use super::{Heat, SEASONS, season};
use std::fmt;

/// Side of a cell, degrees: 11 km, some fields of each crop.
const CELL_DEG: f64 = 0.1;

const COLUMNS: u32 = 3_600;
const ROWS: u32 = 1_800;

/// The most detections of one call: ten years of a country.
pub const HEAT_MAX: usize = 2_000_000;

/// The grid of weights, years, and shapes among which the likeliest are taken.
const WEIGHTS: [f64; 5] = [0.1, 0.3, 1.0, 3.0, 10.0];
const SHAPES: [f64; 6] = [0.03, 0.06, 0.12, 0.25, 0.5, 1.0];

/// Steps of expectation and maximisation: the three numbers move by less than a thousandth after some twenty.
const STEPS: usize = 40;

/// From where they begin; any other beginning of a tenth to ten times as much ends within a hundredth.
const SHARE_FIRST: f64 = 0.05;
const MEAN_OTHER_FIRST: f64 = 5.0;

/// No rate is below one detection of a cell and season in ten thousand years: what was never seen may be seen.
const RATE_MIN: f64 = 1e-4;

/// Why no background can be learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoBackground {
    /// Fewer than two years: nothing says how far one differs from another.
    Years,
    /// More than [`HEAT_MAX`] detections.
    TooMany,
    /// A detection with no place on the globe.
    Place,
}

impl fmt::Display for NoBackground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Years => write!(f, "expected at least two years to learn from"),
            Self::TooMany => write!(f, "more than {HEAT_MAX} detections"),
            Self::Place => write!(f, "a detection with no place on the globe"),
        }
    }
}

impl std::error::Error for NoBackground {}

/// The background as it was learnt.
#[derive(Debug, Clone, PartialEq)]
pub struct Background {
    /// Mean count a year of each cell and season with any in its surroundings, by their key.
    rates: Vec<(u32, f64)>,
    /// The region's, for all others.
    elsewhere: [f64; SEASONS],
    /// How many cells had any.
    cells: usize,
    /// The shape of the negative binomial.
    pub shape: f64,
    /// How many years the surroundings weigh.
    pub weight: f64,
}

/// What is said of detections.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessed {
    /// Each one's probability of being background.
    pub p_background: Vec<f64>,
    /// Share of the cells and seasons with something else.
    pub share: f64,
    /// Mean number of other detections where there are any.
    pub mean_other: f64,
    /// By what factor the background is more than usual.
    pub scale: f64,
    /// How many background detections the peace years' rates foretell, by the usual scale.
    pub foretold: f64,
}

/// Counts of one year by cell and season: keys ascending, each with its count.
type Counts = Vec<(u32, u32)>;

impl Background {
    /// Learns from years without fighting, each a list of detections.
    ///
    /// # Errors
    /// If there are fewer than two years, too many detections, or one has no place.
    pub fn learn(years: &[&[Heat]]) -> Result<Self, NoBackground> {
        if years.len() < 2 {
            return Err(NoBackground::Years);
        }
        if years.iter().map(|year| year.len()).sum::<usize>() > HEAT_MAX {
            return Err(NoBackground::TooMany);
        }
        let counts: Vec<Counts> = years.iter().map(|year| counted(year)).collect::<Result<_, _>>()?;
        let mut best = (f64::NEG_INFINITY, WEIGHTS[0], SHAPES[0]);
        for weight in WEIGHTS {
            let mut found = [0.0_f64; SHAPES.len()];
            for left_out in 0..counts.len() {
                let others: Vec<&Counts> =
                    counts.iter().enumerate().filter(|(n, _)| *n != left_out).map(|(_, year)| year).collect();
                let learnt = rates(&others, weight);
                let own = &counts[left_out];
                // A year as a whole is drier or wetter; what matters is where and when.
                let foretold: f64 = learnt.rates.iter().map(|(_, rate)| rate).sum();
                let scale = own.iter().map(|(_, n)| f64::from(*n)).sum::<f64>() / foretold.max(RATE_MIN);
                for (found, shape) in found.iter_mut().zip(SHAPES) {
                    *found += likelihood(&learnt, own, scale, shape);
                }
            }
            for (found, shape) in found.into_iter().zip(SHAPES) {
                if found > best.0 {
                    best = (found, weight, shape);
                }
            }
        }
        let all: Vec<&Counts> = counts.iter().collect();
        Ok(Self { shape: best.2, weight: best.1, ..rates(&all, best.1) })
    }

    /// The mean count of a cell and season in a usual year.
    fn rate(&self, key: u32) -> f64 {
        match self.rates.binary_search_by_key(&key, |(key, _)| *key) {
            Ok(at) => self.rates[at].1,
            Err(_) => self.elsewhere[key as usize % SEASONS],
        }
    }

    /// Says of the detections of a year, or a part of one, how probably each is background.
    ///
    /// # Errors
    /// If there are too many detections, or one has no place.
    pub fn assess(&self, heat: &[Heat]) -> Result<Assessed, NoBackground> {
        if heat.len() > HEAT_MAX {
            return Err(NoBackground::TooMany);
        }
        let keys: Vec<u32> = heat.iter().map(key_of).collect::<Option<_>>().ok_or(NoBackground::Place)?;
        let counts = counted(heat)?;
        let rates: Vec<f64> = counts.iter().map(|(key, _)| self.rate(*key).max(RATE_MIN)).collect();
        // Only seasons that the detections reach count: of others nothing was looked at.
        let mut seen = [false; SEASONS];
        counts.iter().for_each(|(key, _)| seen[*key as usize % SEASONS] = true);
        let in_season = |key: u32| seen[key as usize % SEASONS];
        let foretold: f64 = self.rates.iter().filter(|(key, _)| in_season(*key)).map(|(_, rate)| rate).sum();
        let unknown = rates
            .iter()
            .zip(&counts)
            .filter(|(_, (key, _))| self.rates.binary_search_by_key(key, |(key, _)| *key).is_err());
        let foretold = foretold + unknown.map(|(rate, _)| *rate).sum::<f64>();
        let seasons = seen.iter().filter(|seen| **seen).count();
        let buckets = ((self.cells * seasons) as f64).max(counts.len() as f64);
        let (mut share, mut mean_other, mut scale) = (SHARE_FIRST, MEAN_OTHER_FIRST, 1.0);
        let mut expected = vec![0.0; counts.len()];
        for _ in 0..STEPS {
            let mix = Mixture { shape: self.shape, share, mean_other };
            let (mut present, mut others, mut background) = (0.0, 0.0, 0.0);
            for ((expected, (_, count)), rate) in expected.iter_mut().zip(&counts).zip(&rates) {
                let (of_background, is_present) = mix.split(*count, rate * scale);
                *expected = of_background;
                background += of_background;
                others += f64::from(*count) - of_background;
                present += is_present;
            }
            // Cells and seasons with nothing may still have had something that was not seen.
            present += (buckets - counts.len() as f64) * mix.split(0, 1.0).1;
            share = (present / buckets).clamp(1e-9, 1.0 - 1e-9);
            mean_other = (others / present.max(1e-9)).max(1e-3);
            scale = (background / foretold.max(RATE_MIN)).clamp(0.1, 10.0);
        }
        let of = |key: &u32| {
            let at = counts.binary_search_by_key(key, |(key, _)| *key).unwrap_or_default();
            expected[at] / f64::from(counts[at].1)
        };
        Ok(Assessed { p_background: keys.iter().map(of).collect(), share, mean_other, scale, foretold })
    }
}

/// Background and something else in one cell and season.
struct Mixture {
    shape: f64,
    share: f64,
    mean_other: f64,
}

impl Mixture {
    /// How many of `n` are background, by expectation, and how probably there is something else: sums over all ways of
    /// parting them, each a product of the two counts' probabilities, by their ratios.
    fn split(&self, n: u32, rate: f64) -> (f64, f64) {
        let q = rate / (self.shape + rate);
        let r = self.mean_other / (1.0 + self.mean_other);
        let alone = (1.0 - self.share) * (1.0 + self.mean_other) / self.share;
        let (mut term, mut sum, mut first) = (1.0_f64, 0.0_f64, 0.0_f64);
        for j in 0..=n {
            let j = f64::from(j);
            sum += term;
            first += j * term;
            if j < f64::from(n) {
                term *= (self.shape + j) / (j + 1.0) * q / r;
                if term > 1e200 || sum > 1e200 {
                    (term, sum, first) = (term * 1e-200, sum * 1e-200, first * 1e-200);
                }
            }
        }
        let whole = sum + alone * term;
        ((first + f64::from(n) * alone * term) / whole, sum / whole)
    }
}

fn key_of(one: &Heat) -> Option<u32> {
    if !(one.lat_deg.abs() <= 90.0 && one.lon_deg.abs() <= 180.0) {
        return None;
    }
    let row = (((one.lat_deg + 90.0) / CELL_DEG).floor() as u32).min(ROWS - 1);
    let column = (((one.lon_deg + 180.0) / CELL_DEG).floor() as u32).min(COLUMNS - 1);
    Some((row * COLUMNS + column) * SEASONS as u32 + season(one.from) as u32)
}

fn counted(heat: &[Heat]) -> Result<Counts, NoBackground> {
    let mut keys: Vec<u32> = heat.iter().map(key_of).collect::<Option<_>>().ok_or(NoBackground::Place)?;
    keys.sort_unstable();
    let mut counts: Counts = Vec::new();
    for key in keys {
        match counts.last_mut() {
            Some((last, count)) if *last == key => *count += 1,
            _ => counts.push((key, 1)),
        }
    }
    Ok(counts)
}

/// The rates of all cells with any detection, by these years.
fn rates(years: &[&Counts], weight: f64) -> Background {
    let count = years.len() as f64;
    let mut sums: Counts = years.iter().flat_map(|year| year.iter().copied()).collect();
    sums.sort_unstable();
    sums.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        kept.1 += if same { next.1 } else { 0 };
        same
    });
    let mut cells: Vec<u32> = sums.iter().map(|(key, _)| key / SEASONS as u32).collect();
    cells.dedup();
    // Counts of each cell by season, smoothed over the season before and after.
    let mut of_cells = vec![[0.0_f64; SEASONS]; cells.len()];
    let mut at = 0;
    for (key, n) in &sums {
        while cells[at] != key / SEASONS as u32 {
            at += 1;
        }
        let own = *key as usize % SEASONS;
        for (step, part) in [(SEASONS - 1, 0.25), (0, 0.5), (1, 0.25)] {
            of_cells[at][(own + step) % SEASONS] += part * f64::from(*n);
        }
    }
    let mut region = [0.0_f64; SEASONS];
    for of_cell in &of_cells {
        region.iter_mut().zip(of_cell).for_each(|(sum, n)| *sum += n);
    }
    region.iter_mut().for_each(|sum| *sum /= count * (cells.len() as f64).max(1.0));
    let mut rates = Vec::with_capacity(cells.len() * SEASONS);
    for (at, cell) in cells.iter().enumerate() {
        let mut around = [0.0_f64; SEASONS];
        for row in [cell.wrapping_sub(COLUMNS), *cell, cell + COLUMNS] {
            for other in [row.wrapping_sub(1), row, row + 1] {
                if let Ok(other) = cells.binary_search(&other) {
                    around.iter_mut().zip(&of_cells[other]).for_each(|(sum, n)| *sum += n / 9.0);
                }
            }
        }
        for season in 0..SEASONS {
            let around = (around[season] + weight * region[season]) / (count + weight);
            let rate = (of_cells[at][season] + weight * around) / (count + weight);
            rates.push((cell * SEASONS as u32 + season as u32, rate.max(RATE_MIN)));
        }
    }
    // Where nothing was seen within the years: what shrinking leaves of the region's rate.
    let elsewhere = region.map(|rate| (rate * weight / (count + weight) * weight / (count + weight)).max(RATE_MIN));
    Background { rates, elsewhere, cells: cells.len(), shape: SHAPES[0], weight }
}

/// Logarithm of how probable a year's counts are, but for what all shapes and weights share.
fn likelihood(learnt: &Background, year: &Counts, scale: f64, shape: f64) -> f64 {
    let of = |n: u32, rate: f64| {
        let mean = rate * scale;
        let mut sum = shape * libm::log(shape / (shape + mean));
        if n > 0 {
            // Gamma(shape + n) / Gamma(shape) by its logarithm; the factorial is common to all.
            sum += libm::lgamma(shape + f64::from(n)) - libm::lgamma(shape);
            sum += f64::from(n) * libm::log(mean / (shape + mean));
        }
        sum
    };
    let mut found = 0.0;
    let mut known = year.iter().peekable();
    for (key, rate) in &learnt.rates {
        while let Some((other, n)) = known.next_if(|(other, _)| other < key) {
            found += of(*n, learnt.elsewhere[*other as usize % SEASONS]);
        }
        let n = known.next_if(|(other, _)| other == key).map_or(0, |(_, n)| *n);
        found += of(n, *rate);
    }
    found + known.map(|(key, n)| of(*n, learnt.elsewhere[*key as usize % SEASONS])).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Ratios against the products themselves.
        #[test]
        fn splitting_is_the_sum_over_all_ways(
            n in 0..40_u32, rate in 0.01_f64..20.0, shape in 0.03_f64..2.0, share in 0.01_f64..0.9, mean_other in 0.1_f64..50.0,
        ) {
            let binomial = |j: u32| {
                let j = f64::from(j);
                let ln = libm::lgamma(shape + j) - libm::lgamma(shape) - libm::lgamma(j + 1.0)
                    + shape * libm::log(shape / (shape + rate)) + j * libm::log(rate / (shape + rate));
                libm::exp(ln)
            };
            let geometric = |i: u32| libm::pow(mean_other / (1.0 + mean_other), f64::from(i)) / (1.0 + mean_other);
            let way = |j: u32| binomial(j) * (share * geometric(n - j) + if j == n { 1.0 - share } else { 0.0 });
            let whole: f64 = (0..=n).map(way).sum();
            let expected: f64 = (0..=n).map(|j| f64::from(j) * way(j)).sum::<f64>() / whole;
            let present: f64 = (0..=n).map(|j| binomial(j) * share * geometric(n - j)).sum::<f64>() / whole;
            let found = Mixture { shape, share, mean_other }.split(n, rate);
            prop_assert!((found.0 - expected).abs() < 1e-9 * (1.0 + expected), "{found:?} {expected}");
            prop_assert!((found.1 - present).abs() < 1e-9, "{found:?} {present}");
        }
    }

    #[test]
    fn large_counts_stay_numbers() {
        let mixture = Mixture { shape: 0.1, share: 0.05, mean_other: 5.0 };
        let (of_background, present) = mixture.split(5_000, 0.5);
        assert!((0.0..5_000.0).contains(&of_background) && (0.0..=1.0).contains(&present));
        let (of_background, _) = mixture.split(5_000, 5_000.0);
        assert!(of_background > 4_500.0, "{of_background}");
    }

    #[test]
    fn what_cannot_be_learnt_from_is_named() {
        assert_eq!(Background::learn(&[&[]]).unwrap_err(), NoBackground::Years);
        let nowhere = Heat {
            lon_deg: f64::NAN,
            lat_deg: 0.0,
            side_m: 375.0,
            from: truceline_model::time::Time(0),
            to: truceline_model::time::Time(0),
        };
        assert_eq!(Background::learn(&[&[nowhere], &[]]).unwrap_err(), NoBackground::Place);
    }
}
