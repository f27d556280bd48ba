//! Which of two events came first, by what is known of their origin times.
//!
//! # Algorithm
//! An origin time is a mixture: one normal distribution for each cell of the place. Cells are brought together in
//! [`BINS_MAX`] steps of their means, each a normal of the same mean and variance. Of two normals the one precedes the other with
//! `Phi((m_b - m_a) / sqrt(s_a^2 + s_b^2 + 2 c^2))`, `c` being what each event's clocks may be off, independently of the
//! other's; of two mixtures it is the sum over all pairs. Mass outside of the kept cells is of unknown time and is left out.
//!
//! That the clocks' errors are independent is the careful choice: where the same sensors registered both, a part of them is
//! common and cancels.
//!
//! # Checked against
//! Draws from the same mixtures (`tests/order.rs`).
use truceline_model::posterior::{PPB, Posterior};

/// Steps of the cells' means. 256 of each make 65,536 pairs, a millisecond; two events whose times spread over an hour are then
/// resolved to 14 s, far less than what each cell's own time is known to.
pub const BINS_MAX: usize = 256;

/// The least deviation of an origin time, s: a posterior keeps milliseconds.
const SIGMA_S_MIN: f64 = 1e-3;

/// One step of an origin time's mixture, s from the first event's reference.
#[derive(Debug, Clone, Copy, Default)]
struct Bin {
    weight: f64,
    first: f64,
    second: f64,
}

impl Bin {
    fn normal(&self) -> (f64, f64) {
        let mean = self.first / self.weight;
        (mean, (self.second / self.weight - mean * mean).max(SIGMA_S_MIN * SIGMA_S_MIN))
    }
}

/// The probability that the one event's origin time is before the other's. `clock_sigma_s` is what each event's clocks may be
/// off. A half where one of them has no cell.
#[must_use]
pub fn first(one: &Posterior, other: &Posterior, clock_sigma_s: f64) -> f64 {
    let shift_s = other.time_reference.seconds_since(one.time_reference);
    let (ones, others) = (mixture(one, 0.0), mixture(other, shift_s));
    let (mut sum, mut total) = (0.0, 0.0);
    for (weight, mean, variance) in &ones {
        for (other_weight, other_mean, other_variance) in &others {
            let sigma_s = (variance + other_variance + 2.0 * clock_sigma_s * clock_sigma_s).sqrt();
            let z = (other_mean - mean) / sigma_s;
            let both = weight * other_weight;
            sum += both * 0.5 * libm::erfc(-z / std::f64::consts::SQRT_2);
            total += both;
        }
    }
    if total > 0.0 { (sum / total).clamp(0.0, 1.0) } else { 0.5 }
}

/// Weight, mean in s and variance in s2 of each step that holds something.
fn mixture(posterior: &Posterior, shift_s: f64) -> Vec<(f64, f64, f64)> {
    let means = || posterior.cells.iter().map(|cell| cell.time_mean_ms);
    let (Some(least), Some(most)) = (means().min(), means().max()) else { return Vec::new() };
    let width = (i64::from(most) - i64::from(least)) as f64 / BINS_MAX as f64;
    let mut bins = [Bin::default(); BINS_MAX];
    for cell in &posterior.cells {
        let steps = if width > 0.0 { (i64::from(cell.time_mean_ms) - i64::from(least)) as f64 / width } else { 0.0 };
        let weight = f64::from(cell.mass_ppb) / PPB;
        // About the least, so that squares of times far from the reference do not cancel.
        let mean_s = (i64::from(cell.time_mean_ms) - i64::from(least)) as f64 / 1e3;
        let sigma_s = f64::from(cell.time_sigma_ms) / 1e3;
        let bin = &mut bins[(steps as usize).min(BINS_MAX - 1)];
        bin.weight += weight;
        bin.first += weight * mean_s;
        bin.second += weight * (mean_s * mean_s + sigma_s * sigma_s);
    }
    let held = bins.iter().filter(|bin| bin.weight > 0.0);
    let normal = |bin: &Bin| {
        let (mean, variance) = bin.normal();
        (bin.weight, mean + f64::from(least) / 1e3 + shift_s, variance)
    };
    held.map(normal).collect()
}
