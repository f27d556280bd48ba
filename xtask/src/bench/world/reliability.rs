//! Probabilities that were said before, against what came of it.
//!
//! # Algorithm
//! The Brier score is the mean of `(p - o)^2`, o being 1 where it came so and else 0 (G. W. Brier, *Monthly Weather Review* 78, 1-3,
//! 1950). Over classes k of n_k of N with mean probability p_k and frequency o_k it parts into reliability, resolution and
//! uncertainty, `sum n_k (p_k - o_k)^2 / N - sum n_k (o_k - o)^2 / N + o (1 - o)` (A. H. Murphy, *Journal of Applied Meteorology* 12,
//! 595-600, 1973). That is exact where all of a class are told the same; what probabilities vary within classes adds the mean of
//! their variance less twice that of their covariance with the outcomes (D. B. Stephenson, C. A. S. Coelho and I. T. Jolliffe,
//! *Weather and Forecasting* 23, 752-757, 2008), which is said for itself.

use super::estimate::{Sample, Share};

/// Classes of a tenth each.
pub(super) const CLASSES: usize = 10;

/// One class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Class {
    /// The mean of what was said.
    pub(super) said: f64,
    /// How often it came so, with its interval over worlds.
    pub(super) seen: Share,
}

/// What came of probabilities.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reliability {
    /// By tenths; none where none was said.
    pub(super) classes: [Option<Class>; CLASSES],
    pub(super) n: u64,
    pub(super) brier: f64,
    /// Murphy's terms; the score is the first less the second, with the third and the fourth.
    pub(super) reliability: f64,
    pub(super) resolution: f64,
    pub(super) uncertainty: f64,
    /// What probabilities vary within classes.
    pub(super) within: f64,
}

impl Reliability {
    /// Of what was said where it came so and where it did not, both by world; none of nothing.
    pub(super) fn of(came: Option<&Sample>, did_not: Option<&Sample>) -> Option<Self> {
        let came = came.map_or(&[][..], Sample::by_world);
        let did_not = did_not.map_or(&[][..], Sample::by_world);
        let worlds: Vec<Vec<(f64, bool)>> = (0..came.len().max(did_not.len()))
            .map(|world| {
                let of = |sample: &[Vec<f64>]| sample.get(world).cloned().unwrap_or_default();
                let came = of(came).into_iter().map(|p| (p, true));
                came.chain(of(did_not).into_iter().map(|p| (p, false))).collect()
            })
            .collect();
        let all: Vec<(f64, bool)> = worlds.iter().flatten().copied().collect();
        if all.is_empty() {
            return None;
        }
        let n = all.len() as f64;
        let outcome = |came: bool| f64::from(u8::from(came));
        let brier = all.iter().map(|(p, came)| squared(p - outcome(*came))).sum::<f64>() / n;
        let base = all.iter().filter(|(_, came)| *came).count() as f64 / n;
        let (mut reliability, mut resolution) = (0.0, 0.0);
        let classes = std::array::from_fn(|class| {
            let is_in = |p: f64| (p * CLASSES as f64).floor().clamp(0.0, CLASSES as f64 - 1.0) as usize == class;
            let said: Vec<f64> = all.iter().map(|(p, _)| *p).filter(|p| is_in(*p)).collect();
            let counts = worlds.iter().map(|world| {
                let of_class = || world.iter().filter(|(p, _)| is_in(*p));
                (of_class().filter(|(_, came)| *came).count() as u64, of_class().count() as u64)
            });
            let seen = Share::over(&counts.collect::<Vec<_>>());
            let frequency = seen.value()?;
            let mean = said.iter().sum::<f64>() / said.len() as f64;
            reliability += said.len() as f64 / n * squared(mean - frequency);
            resolution += said.len() as f64 / n * squared(frequency - base);
            Some(Class { said: mean, seen })
        });
        let uncertainty = base * (1.0 - base);
        let within = brier - (reliability - resolution + uncertainty);
        Some(Self { classes, n: all.len() as u64, brier, reliability, resolution, uncertainty, within })
    }
}

fn squared(value: f64) -> f64 {
    value * value
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many of a class that are told p, of which so many came.
    fn told(classes: &[(f64, usize, usize)]) -> (Sample, Sample) {
        let side = |count: fn(&(f64, usize, usize)) -> usize| {
            let values = classes.iter().flat_map(|class| std::iter::repeat_n(class.0, count(class)));
            Sample::over(vec![values.collect()])
        };
        (side(|class| class.1), side(|class| class.2 - class.1))
    }

    #[test]
    fn a_made_up_truth_gives_its_own_table_and_parts() {
        // 10 of 100 that were told .05, 45 of 50 that were told .95, 3 of 6 that were told .5.
        let (came, did_not) = told(&[(0.05, 10, 100), (0.95, 45, 50), (0.5, 3, 6)]);
        let found = Reliability::of(Some(&came), Some(&did_not)).unwrap();
        let table: Vec<(usize, f64, u64, u64)> = found
            .classes
            .iter()
            .enumerate()
            .filter_map(|(class, found)| found.map(|found| (class, found.said, found.seen.yes, found.seen.all)))
            .map(|(class, said, yes, all)| (class, (said * 1e9).round() / 1e9, yes, all))
            .collect();
        assert_eq!(table, [(0, 0.05, 10, 100), (5, 0.5, 3, 6), (9, 0.95, 45, 50)]);
        let near = |value: f64, expected: f64| assert!((value - expected).abs() < 1e-12, "{value} {expected}");
        near(found.reliability, (100.0 * 0.05 * 0.05 + 50.0 * 0.05 * 0.05) / 156.0);
        let base: f64 = 58.0 / 156.0;
        let off = |frequency: f64| (frequency - base) * (frequency - base);
        near(found.resolution, (100.0 * off(0.1) + 50.0 * off(0.9) + 6.0 * off(0.5)) / 156.0);
        near(found.uncertainty, base * (1.0 - base));
        let squares = 10.0 * 0.95 * 0.95 + 90.0 * 0.05 * 0.05 + 45.0 * 0.05 * 0.05 + 5.0 * 0.95 * 0.95 + 6.0 * 0.25;
        near(found.brier, squares / 156.0);
        // All of a class are told the same: Murphy's parts are all of it.
        near(found.within, 0.0);
    }

    #[test]
    fn who_says_what_is_so_is_reliable_and_who_says_more_is_not() {
        // The outcomes of p are as often true as it says: the n-th of a class of ten counts if n < 10 p.
        let both = |said: fn(f64) -> f64| {
            let (mut came, mut did_not) = (Vec::new(), Vec::new());
            for n in 0..10_000_u32 {
                let p = f64::from(n % 1_000) / 1_000.0;
                let is = f64::from(n / 1_000) + 0.5 < 10.0 * p;
                if is { came.push(said(p)) } else { did_not.push(said(p)) }
            }
            Reliability::of(Some(&Sample::over(vec![came])), Some(&Sample::over(vec![did_not]))).unwrap()
        };
        let honest = both(|p| p);
        assert!(honest.reliability < 1e-3, "{honest:?}");
        for class in honest.classes.into_iter().flatten() {
            let (least, most) = class.seen.interval().unwrap();
            assert!(least <= class.said && class.said <= most, "{class:?}");
        }
        // A class tells no more than its mean, so the rest is little.
        assert!(honest.within.abs() < 2e-3, "{honest:?}");
        let bold = both(f64::sqrt);
        assert!(bold.reliability > 0.01 && bold.brier > honest.brier, "{bold:?}");
    }

    #[test]
    fn ends_are_in_a_class_and_nothing_is_no_table() {
        let (came, did_not) = told(&[(0.0, 0, 3), (1.0, 4, 4), (0.1, 0, 1)]);
        let found = Reliability::of(Some(&came), Some(&did_not)).unwrap();
        let counts: Vec<u64> = found.classes.iter().map(|class| class.map_or(0, |class| class.seen.all)).collect();
        assert_eq!(counts, [3, 1, 0, 0, 0, 0, 0, 0, 0, 4]);
        assert_eq!(Reliability::of(None, None), None);
        assert!(Reliability::of(Some(&came), None).is_some());
    }
}
