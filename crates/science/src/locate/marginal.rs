//! The origin time's probability, over all cells.
use super::credible;

/// Bins per standard deviation of the whole.
const BINS_PER_SIGMA: f64 = 48.0;

/// Groups of cells per standard deviation of the whole.
const GROUPS_PER_SIGMA: f64 = 16.0;

/// Half width of a normal distribution as drawn, in its deviations: beyond lies 4e-8.
const REACH_SIGMAS: f64 = 5.5;

/// The most bins. 200 deviations of the whole: a mixture so long-tailed is cut at both ends.
const BINS_MAX: usize = 9_600;

/// One cell's part: its mass, and the mean and deviation of its origin time, s.
pub(super) type Part = (f64, f64, f64);

/// Density of the origin time in bins of one width.
///
/// # Algorithm
/// The mixture of the cells' normal distributions. Cells whose means fall into the same sixteenth of the whole's
/// deviation are joined to one normal of their mean and variance, which leaves mean and variance of the whole
/// exact; each is drawn over the bins by a recurrence.
#[derive(Debug, Clone)]
pub(super) struct Marginal {
    pub mean_s: f64,
    start_s: f64,
    width_s: f64,
    /// Probability of each bin; they sum to one.
    mass: Vec<f64>,
}

/// Sums of a group.
#[derive(Clone, Copy, Default)]
struct Group {
    mass: f64,
    first: f64,
    second: f64,
}

impl Marginal {
    /// The marginal of cells; their masses need not sum to one. `None` if there is no mass.
    pub(super) fn new(parts: impl Iterator<Item = Part> + Clone) -> Option<Self> {
        let total: f64 = parts.clone().map(|part| part.0).sum();
        if total.is_nan() || total <= 0.0 {
            return None;
        }
        let mean_s = parts.clone().map(|(mass, mean, _)| mass * mean).sum::<f64>() / total;
        let off = |(mass, mean, sigma): Part| mass * (sigma * sigma + (mean - mean_s) * (mean - mean_s));
        let sigma_s = (parts.clone().map(off).sum::<f64>() / total).sqrt().max(1e-3);
        let width_s = sigma_s / BINS_PER_SIGMA;

        let group_s = sigma_s / GROUPS_PER_SIGMA;
        let span = |of: fn(f64, f64) -> f64, side: f64| {
            parts.clone().map(|(_, mean, sigma)| mean + side * REACH_SIGMAS * sigma).fold(mean_s, of)
        };
        let half_s = BINS_MAX as f64 * width_s / 2.0;
        let start_s = span(f64::min, -1.0).max(mean_s - half_s);
        let end_s = span(f64::max, 1.0).min(mean_s + half_s);
        let group_of = |mean: f64| ((mean.clamp(start_s, end_s) - start_s) / group_s) as usize;
        let mut groups = vec![Group::default(); group_of(end_s) + 1];
        for (mass, mean, sigma) in parts {
            let group = &mut groups[group_of(mean)];
            group.mass += mass;
            group.first += mass * (mean - mean_s);
            group.second += mass * (sigma * sigma + (mean - mean_s) * (mean - mean_s));
        }
        let mut density = vec![0.0; ((end_s - start_s) / width_s).ceil().max(1.0) as usize];
        for group in groups.iter().filter(|group| group.mass > 0.0) {
            let mean = group.first / group.mass;
            // A normal narrower than the bins is drawn as wide as they are.
            let variance = (group.second / group.mass - mean * mean).max(width_s * width_s);
            draw(&mut density, group.mass, (mean_s + mean - start_s) / width_s - 0.5, variance.sqrt() / width_s);
        }
        let sum: f64 = density.iter().sum();
        density.iter_mut().for_each(|value| *value /= sum);
        Some(Self { mean_s, start_s, width_s, mass: density })
    }

    /// The shortest interval that holds a share, s. Within bins the probability is taken as even.
    pub(super) fn shortest(&self, share: f64) -> (f64, f64) {
        let n = self.mass.len();
        let mut below = Vec::with_capacity(n + 1);
        below.push(0.0);
        for mass in &self.mass {
            below.push(below[below.len() - 1] + mass);
        }
        // The shortest interval begins or ends anywhere: try each bin's edge as its beginning, and as its end.
        let mut best = (0.0, n as f64);
        let mut offer = |from: f64, to: f64| {
            if to - from < best.1 - best.0 {
                best = (from, to);
            }
        };
        let whole = below[n];
        let mut end = 0;
        for from in 0..n {
            let target = below[from] + share * whole;
            if target > whole {
                break;
            }
            while end < n && below[end] < target {
                end += 1;
            }
            let inside = if end == 0 { 0.0 } else { 1.0 - (below[end] - target) / self.mass[end - 1].max(1e-300) };
            offer(from as f64, end as f64 - 1.0 + inside.clamp(0.0, 1.0));
        }
        let mut begin = n;
        for to in (0..=n).rev() {
            let target = below[to] - share * whole;
            if target < 0.0 {
                break;
            }
            while begin > 0 && below[begin] > target {
                begin -= 1;
            }
            let inside = if begin == n { 0.0 } else { (target - below[begin]) / self.mass[begin].max(1e-300) };
            offer(begin as f64 + inside.clamp(0.0, 1.0), to as f64);
        }
        (self.start_s + best.0 * self.width_s, self.start_s + best.1 * self.width_s)
    }

    /// The smallest level whose region of highest density contains a time, s; one beyond all bins.
    pub(super) fn level(&self, time_s: f64) -> f64 {
        let at = (time_s - self.start_s) / self.width_s - 0.5;
        let n = self.mass.len();
        if !(-0.5..=n as f64 - 0.5).contains(&at) {
            return 1.0;
        }
        let low = at.max(0.0).floor() as usize;
        let (low, high) = (low.min(n - 1), (low + 1).min(n - 1));
        let part = (at - low as f64).clamp(0.0, 1.0);
        let density = self.mass[low] + part * (self.mass[high] - self.mass[low]);
        credible::level(self.mass.iter().map(|mass| (*mass, *mass)), density)
    }
}

/// Adds a normal distribution of this mean and deviation, both in bins, by the recurrence
/// `g(k+1) = g(k) r(k)`, `r(k+1) = r(k) q`, from its middle outwards.
fn draw(density: &mut [f64], mass: f64, mean: f64, sigma: f64) {
    let n = density.len();
    let middle = (mean.round().max(0.0) as usize).min(n - 1);
    let reach = (REACH_SIGMAS * sigma).ceil() as usize;
    let h = 1.0 / sigma;
    let z = (middle as f64 - mean) * h;
    let peak = mass * h * libm::exp(-0.5 * z * z);
    let q = libm::exp(-h * h);
    let mut side = |sign: f64, bins: &mut dyn Iterator<Item = usize>| {
        let (mut g, mut r) = (peak, libm::exp(-0.5 * h * h - sign * z * h));
        for bin in bins.take(reach) {
            g *= r;
            r *= q;
            density[bin] += g;
        }
    };
    side(1.0, &mut (middle + 1..n));
    side(-1.0, &mut (0..middle).rev());
    density[middle] += peak;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_normal() {
        let marginal = Marginal::new([(1.0, 100.0, 20.0)].into_iter()).unwrap();
        assert!((marginal.mean_s - 100.0).abs() < 1e-9);
        let (from, to) = marginal.shortest(0.9);
        assert!((from - (100.0 - 1.644_854 * 20.0)).abs() < 0.05 && (to - (100.0 + 1.644_854 * 20.0)).abs() < 0.05);
        let (from, to) = marginal.shortest(0.5);
        assert!((to - from - 2.0 * 0.674_490 * 20.0).abs() < 0.05);
        assert!((marginal.level(100.0 + 1.959_964 * 20.0) - 0.95).abs() < 0.004);
        assert!(marginal.level(100.0) < 0.03);
        assert_eq!(marginal.level(400.0), 1.0);
    }

    #[test]
    fn a_mixture_as_its_exact_sum() {
        // Means and deviations that vary together, as they do from the near to the far side of a region.
        let parts: Vec<Part> =
            (0..400).map(f64::from).map(|i| (1.0 + libm::sin(i / 60.0), 0.9 * i, 60.0 + 0.1 * i)).collect();
        let marginal = Marginal::new(parts.iter().copied()).unwrap();
        let total: f64 = parts.iter().map(|part| part.0).sum();
        let exact = |time: f64| {
            let below =
                |(mass, mean, sigma): &Part| mass * 0.5 * libm::erfc(-(time - mean) / sigma / std::f64::consts::SQRT_2);
            parts.iter().map(below).sum::<f64>() / total
        };
        for share in [0.5, 0.9, 0.95] {
            let (from, to) = marginal.shortest(share);
            assert!((exact(to) - exact(from) - share).abs() < 1e-3, "{share}: {}", exact(to) - exact(from));
            // No shift makes an interval of this length hold noticeably more.
            for shift in [-20.0, 20.0] {
                assert!(exact(to + shift) - exact(from + shift) < share + 1e-3);
            }
        }
    }

    #[test]
    fn no_mass_has_no_marginal() {
        assert!(Marginal::new(std::iter::empty()).is_none());
    }
}
