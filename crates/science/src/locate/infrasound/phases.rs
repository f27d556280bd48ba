//! Celerities by the layer of the atmosphere that turns a wave back: each path belongs to one of three phases, and nobody
//! knows to which.
//!
//! # Model
//! Path i has phase k with the share that the season, the array's latitude and the direction of travel give it
//! ([`CelerityPhases`] has the formula), independently of the other paths. Given the phases of all paths the model is that
//! of `likelihood.rs` with `c_k` and `sigma_k` in the place of the regional celerity's mean and deviation: how much faster
//! or slower than usual the air is on that day is one unknown that all paths share, in units of each phase's own deviation.
//! A cell's evidence is the sum over all ways to give phases to the paths.
//!
//! # Algorithm
//! Ways are built path by path. Where they become more than [`WAYS_MAX`] (four paths have no more), and at the end, those
//! stay that lie within [`MARGIN_NATS`] of the best and are among the [`WAYS_MAX`] best, by the evidence with travel times
//! linear in celerity and wind. Those that are left are each integrated as a regional celerity would be, and summed. The
//! origin time of a cell is kept as mean and deviation of that mixture.
//!
//! # Checked against
//! A regional celerity where one phase has all of the share, all ways where they are more than [`WAYS_MAX`], and the coverage
//! of events that were drawn from the mixture: `tests/phases.rs` and the tests below.
use super::error::{Kind, LocateError};
use super::likelihood::{Evidence, Likelihood, Path, Scratch, Spot};
use super::small::{Cholesky, Product, dot};
use std::f64::consts::{PI, TAU};
use truceline_model::celerity::{CelerityPhases, PhaseCelerity};
use truceline_model::configuration::Stated;
use truceline_model::geodesic::near::sight;
use truceline_model::time::{NS_PER_S, Time};

/// Tropospheric, stratospheric, thermospheric.
pub(super) const PHASES: usize = 3;

/// Ways to give phases to paths that are kept from step to step: all of four paths.
const WAYS_MAX: usize = 81;

/// A way that is less probable than the best by this, nats, is left out: together they hold less than 1e-3.
const MARGIN_NATS: f64 = 10.0;

/// From the epoch, 1 January 1970, to the middle of its January, days; and a year.
const MIDWINTER_DAYS: f64 = 14.0;
const YEAR_DAYS: f64 = 365.2425;

/// Celerities by phase and season as a distribution.
#[derive(Debug, Clone, PartialEq)]
pub struct SeasonalCelerity {
    /// Mean and deviation of each phase, m/s.
    phases: [(f64, f64); PHASES],
    tropospheric: f64,
    equinox: f64,
    swing: f64,
    ways_max: usize,
}

impl SeasonalCelerity {
    /// As stated.
    ///
    /// # Errors
    /// If a number has no meaning.
    pub fn new(stated: &CelerityPhases) -> Result<Self, LocateError> {
        let phase = |phase: &PhaseCelerity| {
            let (value, sigma) = (phase.mean_mm_s.value, phase.sigma_mm_s.value);
            if value < 1 {
                return Err(LocateError(Kind::Prior { name: "phases.mean_mm_s", value, expected: "above zero" }));
            }
            if sigma < 0 {
                let expected = "zero or above";
                return Err(LocateError(Kind::Prior { name: "phases.sigma_mm_s", value: sigma, expected }));
            }
            Ok((value as f64 / 1e3, sigma as f64 / 1e3))
        };
        let share = |name, stated: &Stated| match stated.value {
            value @ 0..=1_000_000 => Ok(value as f64 / 1e6),
            value => Err(LocateError(Kind::Prior { name, value, expected: "0 to 1000000" })),
        };
        Ok(Self {
            phases: [phase(&stated.tropospheric)?, phase(&stated.stratospheric)?, phase(&stated.thermospheric)?],
            tropospheric: share("phases.tropospheric_ppm", &stated.tropospheric_ppm)?,
            equinox: share("phases.stratospheric_equinox_ppm", &stated.stratospheric_equinox_ppm)?,
            swing: share("phases.stratospheric_swing_ppm", &stated.stratospheric_swing_ppm)?,
            ways_max: WAYS_MAX,
        })
    }

    /// Mean and standard deviation of the celerity of each phase, m/s: tropospheric, stratospheric, thermospheric.
    #[must_use]
    pub fn celerities_m_s(&self) -> [(f64, f64); 3] {
        self.phases
    }

    /// The stratosphere's zonal wind over a latitude at a time, in units of a mid-latitude winter's; eastward.
    #[must_use]
    pub fn zonal(lat_deg: f64, time: Time) -> f64 {
        let days = time.0 as f64 / (NS_PER_S as f64 * 86_400.0);
        libm::sin(2.0 * lat_deg.to_radians()) * libm::cos(TAU * (days - MIDWINTER_DAYS) / YEAR_DAYS)
    }

    /// The shares of the phases, summing to one, under a zonal wind ([`Self::zonal`]) on a path whose direction of travel has
    /// this eastward part, -1 to 1.
    #[must_use]
    pub fn shares(&self, zonal: f64, eastward: f64) -> [f64; 3] {
        let stratospheric = (self.equinox + self.swing * zonal * eastward).clamp(0.0, 1.0);
        let others = 1.0 - self.tropospheric;
        [self.tropospheric, others * stratospheric, others * (1.0 - stratospheric)]
    }

    /// The density of the celerity of one path, per m/s.
    #[must_use]
    pub fn density(&self, celerity_m_s: f64, zonal: f64, eastward: f64) -> f64 {
        let part = |((mean, sigma), share): ((f64, f64), f64)| {
            let off = (celerity_m_s - mean) / sigma;
            share * libm::exp(-0.5 * off * off) / (sigma * (2.0 * PI).sqrt())
        };
        self.phases.into_iter().zip(self.shares(zonal, eastward)).map(part).sum()
    }

    #[cfg(test)]
    pub(super) fn with_ways(self, ways_max: usize) -> Self {
        Self { ways_max, ..self }
    }

    /// The fastest phase's celerity, m/s.
    pub(super) fn fastest_m_s(&self) -> f64 {
        self.phases.iter().map(|(mean, _)| *mean).fold(0.0, f64::max)
    }
}

/// A path as each phase would have it, with the log of its share; none where it has no share.
pub(super) type Options = [Option<(f64, Path)>; PHASES];

/// One way to give phases to the paths.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    /// Two bits for each path. As many arrivals as there may be fill them exactly.
    code: u128,
    /// Log of the product of the shares.
    share_log: f64,
    /// Log of the evidence with travel times linear in the unknowns.
    log: f64,
}

const _: () = assert!(super::MAX_ARRIVALS * 2 <= 128, "a way has a code of 128 bits");

impl Likelihood {
    /// What a cell says, summed over the ways to give phases to the paths.
    pub(super) fn mixed(&self, celerity: &SeasonalCelerity, spot: Spot<'_>, scratch: &mut Scratch) -> Evidence {
        let azimuth = self.options(celerity, spot, scratch);
        self.ways(celerity.ways_max, scratch);
        let ways = std::mem::take(&mut scratch.ways);
        let (mut best, mut misfit) = (f64::NEG_INFINITY, f64::INFINITY);
        let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
        for way in &ways {
            let (weights, mut product) = self.given(way, self.len(), scratch);
            let expansion = self.expand(&scratch.paths, 1.0 / weights);
            product.times(expansion.root.determinant());
            let log = way.share_log - expansion.misfit - 0.5 * product.log();
            let time_s = expansion.time_s + self.third_order(&scratch.paths, &expansion);
            if log > best {
                // What was summed so far counts from the new best.
                let scale = libm::exp(best - log);
                (sum, first, second) = (sum * scale, first * scale, second * scale);
                (best, misfit) = (log, expansion.misfit);
            }
            let mass = libm::exp(log - best);
            sum += mass;
            first += mass * time_s;
            second += mass * (time_s * time_s + expansion.time_variance_s2);
        }
        scratch.ways = ways;
        let time_mean_s = first / sum;
        Evidence {
            log: azimuth + best + libm::log(sum),
            misfit: misfit - azimuth,
            time_mean_s,
            time_sigma_s: (second / sum - time_mean_s * time_mean_s).max(1e-6).sqrt(),
        }
    }

    /// Fills each path's options; the log of the azimuths' likelihood.
    fn options(&self, celerity: &SeasonalCelerity, spot: Spot<'_>, scratch: &mut Scratch) -> f64 {
        let (mut azimuth, mut norms) = (0.0, Product::new());
        let n = self.len();
        let (parallels, meridians) = (&spot.parallels[..n], &spot.meridians[..n]);
        for i in 0..n {
            let sight = sight(&parallels[i], &meridians[i]);
            let (log, widened) = self.azimuth(i, &sight, spot.variance_m2);
            azimuth += log;
            norms.times(widened);
            let shares = celerity.shares(self.zonal(i), -sight.east);
            for (k, share) in shares.into_iter().enumerate() {
                let option = |share| (libm::log(share), self.path(i, &sight, celerity.phases[k]));
                scratch.options[i][k] = Some(share).filter(|share| *share > 0.0).map(option);
            }
        }
        azimuth - 0.5 * norms.log()
    }

    /// Finds the ways that matter.
    fn ways(&self, most: usize, scratch: &mut Scratch) {
        let mut ways = std::mem::take(&mut scratch.ways);
        let mut next = std::mem::take(&mut scratch.next);
        ways.clear();
        ways.push(Way { code: 0, share_log: 0.0, log: 0.0 });
        for i in 0..self.len() {
            next.clear();
            for way in &ways {
                for (k, option) in scratch.options[i].iter().enumerate() {
                    let Some((share_log, _)) = option else { continue };
                    let code = way.code | (k as u128) << (2 * i);
                    next.push(Way { code, share_log: way.share_log + share_log, log: 0.0 });
                }
            }
            // What need not be thinned out is weighed at the end.
            if next.len() > most || i + 1 == self.len() {
                for way in &mut next {
                    way.log = self.linear_log(way, i + 1, scratch);
                }
                let best = next.iter().map(|way| way.log).fold(f64::NEG_INFINITY, f64::max);
                next.retain(|way| way.log >= best - MARGIN_NATS);
                if next.len() > most {
                    next.sort_by(|a, b| b.log.total_cmp(&a.log).then(a.code.cmp(&b.code)));
                    next.truncate(most);
                }
            }
            std::mem::swap(&mut ways, &mut next);
        }
        (scratch.ways, scratch.next) = (ways, next);
    }

    /// Makes the first `count` paths those of a way: the sum of their weights, and the product of variances that goes with it.
    fn given(&self, way: &Way, count: usize, scratch: &mut Scratch) -> (f64, Product) {
        let (mut weights, mut product) = (0.0, Product::new());
        let unit = self.unit();
        for i in 0..count {
            let k = (way.code >> (2 * i)) as usize & 3;
            // A way holds phases that have a share.
            if let Some((_, path)) = scratch.options[i][k] {
                scratch.paths[i] = path;
                weights += path.weight;
                product.times(unit / path.weight);
            }
        }
        product.times(weights / unit);
        (weights, product)
    }

    /// Log of the evidence of the first `count` paths of a way, travel times taken as linear in celerity and wind.
    fn linear_log(&self, way: &Way, count: usize, scratch: &mut Scratch) -> f64 {
        let (weights, mut product) = self.given(way, count, scratch);
        let sums = self.sums(&scratch.paths[..count], 1.0 / weights, &[0.0; 3]);
        let root = Cholesky::of_unit_plus(&sums.jj);
        let gain = 0.5 * dot(&sums.descent, &root.solve(&sums.descent));
        product.times(root.determinant());
        way.share_log - (sums.misfit - gain).max(0.0) - 0.5 * product.log()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Arrival;
    use super::*;
    use truceline_model::configuration::InfrasoundPriors;
    use truceline_model::place::Place;

    fn stated(value: i64) -> Stated {
        Stated { value, source: "test".into() }
    }

    fn priors() -> InfrasoundPriors {
        let phase = |mean, sigma| PhaseCelerity { mean_mm_s: stated(mean), sigma_mm_s: stated(sigma) };
        InfrasoundPriors {
            celerity_mean_mm_s: stated(300_000),
            celerity_sigma_mm_s: stated(20_000),
            wind_sigma_mm_s: stated(20_000),
            azimuth_sigma_mdeg: stated(2_500),
            beam_azimuth_sigma_mdeg: stated(6_200),
            travel_time_relative_ppm: stated(20_000),
            travel_time_fixed_ms: stated(10_000),
            region_margin_m: stated(500_000),
            phases: Some(CelerityPhases {
                tropospheric: phase(327_000, 7_000),
                stratospheric: phase(293_000, 7_000),
                thermospheric: phase(260_000, 22_000),
                tropospheric_ppm: stated(54_000),
                stratospheric_equinox_ppm: stated(500_000),
                stratospheric_swing_ppm: stated(400_000),
            }),
        }
    }

    /// Six arrays that heard one source, two of them by another phase: of their 729 ways 81 are kept.
    #[test]
    fn the_ways_that_are_kept_hold_what_all_of_them_hold() {
        let reference = Time::parse("2004-06-02T17:30:00Z").unwrap();
        let arrays = [
            (42.8, -109.6, 1_150.0, 236.0),
            (38.4, -118.3, 1_850.0, 56.0),
            (48.3, -117.1, 2_900.0, 157.0),
            (40.0, -108.0, 1_420.0, 286.0),
            (44.0, -116.0, 1_500.0, 139.0),
            (37.5, -113.0, 1_350.0, 1.0),
        ];
        let arrivals: Vec<Arrival> = arrays
            .iter()
            .map(|(lat, lon, time_s, azimuth_deg)| Arrival {
                place: Place::from_degrees(*lat, *lon).unwrap(),
                arrival: reference.plus_s(time_s - 420.0),
                azimuth_deg: *azimuth_deg,
                f_statistic: 30.0,
            })
            .collect();
        let thinned = Likelihood::new(&arrivals, &priors(), reference).unwrap();
        let all = Likelihood::new(&arrivals, &priors(), reference).unwrap().with_ways(729);
        let mut scratch = thinned.scratch();
        for (lat, lon) in [(41.1, -112.9), (41.2, -112.7), (40.8, -113.2), (41.5, -112.5), (40.0, -114.0)] {
            let parallels: Vec<_> = thinned.parallels(lat).collect();
            let meridians: Vec<_> = thinned.meridians(lon).collect();
            let spot = Spot { parallels: &parallels, meridians: &meridians, variance_m2: 0.0 };
            let (some, every) = (thinned.at(spot, &mut scratch), all.at(spot, &mut scratch));
            assert!((some.log - every.log).abs() < 0.05, "{some:?} {every:?}");
            assert!((some.time_mean_s - every.time_mean_s).abs() < 0.05 * every.time_sigma_s, "{some:?} {every:?}");
            assert!((some.time_sigma_s / every.time_sigma_s - 1.0).abs() < 0.05, "{some:?} {every:?}");
        }
    }

    impl Likelihood {
        fn with_ways(mut self, ways_max: usize) -> Self {
            self.keep_ways(ways_max);
            self
        }
    }
}
