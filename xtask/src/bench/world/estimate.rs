//! Shares and quantiles over worlds, with their 95 % intervals.
//!
//! # Algorithm
//! Events of one world share its ground, weather and false owner: they are a sample of clusters, and count for less than as many
//! independent ones. A share's interval is E. B. Wilson's (JASA 22, 1927) of the effective sample size n / d; d is the design
//! effect, the ratio estimator's variance between worlds over the binomial one, at least 1 (J. N. K. Rao and A. J. Scott,
//! *Biometrics* 48, 577-585, 1992). A quantile's interval is that of its ranks, by the normal approximation, with the design
//! effect of the share below it (R. S. Woodruff, JASA 47, 1952).

const Z: f64 = 1.959_964;

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Share {
    pub(super) yes: u64,
    pub(super) all: u64,
    /// Design effect.
    design: f64,
}

impl Share {
    /// Over worlds, each with how many of how many.
    pub(super) fn over(worlds: &[(u64, u64)]) -> Self {
        let yes: u64 = worlds.iter().map(|(yes, _)| yes).sum();
        let all: u64 = worlds.iter().map(|(_, all)| all).sum();
        let (n, clusters) = (all as f64, worlds.len() as f64);
        let p = yes as f64 / n;
        let binomial = p * (1.0 - p) / n;
        let off = |(yes, all): &(u64, u64)| (*yes as f64 - p * *all as f64) / n;
        let between = clusters / (clusters - 1.0) * worlds.iter().map(|world| off(world) * off(world)).sum::<f64>();
        // Of one world nothing is known of how worlds differ, of a share of 0 or 1 nothing either.
        let design = if worlds.len() > 1 && binomial > 0.0 { (between / binomial).max(1.0) } else { 1.0 };
        Self { yes, all, design }
    }

    /// The share; none of none.
    pub(super) fn value(self) -> Option<f64> {
        (self.all > 0).then(|| self.yes as f64 / self.all as f64)
    }

    /// Its 95 % interval.
    pub(super) fn interval(self) -> Option<(f64, f64)> {
        let p = self.value()?;
        let n = self.all as f64 / self.design;
        let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        Some(((middle - half).max(0.0), (middle + half).min(1.0)))
    }
}

/// Values, by world.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sample {
    worlds: Vec<Vec<f64>>,
    sorted: Vec<f64>,
}

impl Sample {
    pub(super) fn over(worlds: Vec<Vec<f64>>) -> Self {
        let mut sorted: Vec<f64> = worlds.iter().flatten().copied().collect();
        sorted.sort_by(f64::total_cmp);
        Self { worlds, sorted }
    }

    /// Ascending.
    pub(super) fn values(&self) -> &[f64] {
        &self.sorted
    }

    /// By world.
    pub(super) fn by_world(&self) -> &[Vec<f64>] {
        &self.worlds
    }

    /// Of the values within something the share of which something holds.
    pub(super) fn share(&self, within: impl Fn(f64) -> bool, holds: impl Fn(f64) -> bool) -> Share {
        let of_world = |world: &Vec<f64>| {
            let within = || world.iter().filter(|value| within(**value));
            (within().filter(|value| holds(**value)).count() as u64, within().count() as u64)
        };
        Share::over(&self.worlds.iter().map(of_world).collect::<Vec<_>>())
    }

    /// How many.
    pub(super) fn count(&self) -> usize {
        self.sorted.len()
    }

    /// The quantile by the nearest rank; none of an empty sample.
    pub(super) fn quantile(&self, level: f64) -> Option<f64> {
        self.at(level * self.count() as f64)
    }

    /// The 95 % interval of the quantile.
    pub(super) fn interval(&self, level: f64) -> Option<(f64, f64)> {
        let quantile = self.quantile(level)?;
        let below =
            |world: &Vec<f64>| (world.iter().filter(|value| **value <= quantile).count() as u64, world.len() as u64);
        let design = Share::over(&self.worlds.iter().map(below).collect::<Vec<_>>()).design;
        let n = self.count() as f64;
        let half = Z * (n * level * (1.0 - level) * design).sqrt();
        Some((self.at(level * n - half)?, self.at(level * n + half + 1.0)?))
    }

    /// The value of a rank from 1, or the nearest one.
    fn at(&self, rank: f64) -> Option<f64> {
        let last = self.count().checked_sub(1)?;
        self.sorted.get((rank.ceil().max(1.0) as usize - 1).min(last)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_has_the_interval_of_wilson() {
        // 8 of 10: 0.4902 to 0.9433, as in R. G. Newcombe, Statistics in Medicine 17, 1998.
        let (least, most) = Share::over(&[(8, 10)]).interval().unwrap();
        assert!((least - 0.4902).abs() < 1e-4 && (most - 0.9433).abs() < 1e-4, "{least} {most}");
        let none = Share::over(&[(0, 54)]).interval().unwrap();
        assert!(none.0 == 0.0 && (none.1 - 0.0664).abs() < 1e-4, "{none:?}");
        assert_eq!(Share::over(&[]).value(), None);
    }

    #[test]
    fn worlds_that_differ_widen_an_interval_and_worlds_alike_do_not() {
        let width = |worlds: &[(u64, u64)]| {
            let (least, most) = Share::over(worlds).interval().unwrap();
            most - least
        };
        let alike = width(&[(5, 10); 10]);
        assert!((alike - width(&[(50, 100)])).abs() < 1e-12);
        // Each world all or nothing: ten of them are ten, not a hundred.
        let apart = [(0, 10), (10, 10)].repeat(5);
        assert!((Share::over(&apart).design - 100.0 / 9.0).abs() < 1e-9);
        assert!(width(&apart) > 2.5 * alike);
    }

    #[test]
    fn quantiles_have_intervals_of_their_ranks() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        let sample = Sample::over(vec![values]);
        assert_eq!(sample.quantile(0.5), Some(50.0));
        // 50 -+ 9.8: ranks 41 and 61.
        assert_eq!(sample.interval(0.5), Some((41.0, 61.0)));
        assert_eq!(sample.interval(0.99).unwrap().1, 100.0);
        assert_eq!(Sample::over(Vec::new()).interval(0.5), None);
    }
}
