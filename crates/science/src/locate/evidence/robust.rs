//! The density of one residual: a normal distribution with a share of outliers that scatter as Student's t does.
//!
//! `p(r) = (1 - e) N(r; 0, s^2) + e C(r; 0, k s)`, C being Student's t of one degree of freedom (Cauchy's), e and k
//! the outliers' share and width. A plain Student-t would widen the clean case for the sake of the rare one: at four
//! degrees of freedom the region of normal residuals would be 1.4 times as large as need be.
use std::f64::consts::{LOG2_E, PI};

/// The density's constants.
#[derive(Debug, Clone, Copy)]
pub(super) struct Robust {
    /// (1 - e) / sqrt(2 pi).
    inlier: f64,
    /// e / (pi k).
    outlier: f64,
    per_k2: f64,
    /// The share of outliers.
    pub share: f64,
}

/// What one residual says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Say {
    /// Density in units of 1 / s.
    pub density: f64,
    /// Probability of being no outlier.
    pub fits: f64,
    /// Weight in a step of iterated least squares, in units of 1 / s^2.
    pub weight: f64,
}

impl Robust {
    pub(super) fn new(share: f64, sigmas: f64) -> Self {
        let k2 = sigmas * sigmas;
        Self { inlier: (1.0 - share) / (2.0 * PI).sqrt(), outlier: share / (PI * sigmas), per_k2: 1.0 / k2, share }
    }

    /// Of a squared residual in units of s^2.
    #[inline]
    pub(super) fn say(&self, q: f64) -> Say {
        let inlier = self.inlier * exp_negative(-0.5 * q);
        let near = 1.0 / (1.0 + q * self.per_k2);
        let density = inlier + self.outlier * near;
        let fits = inlier / density;
        Say { density, fits, weight: fits + (1.0 - fits) * (2.0 * self.per_k2) * near }
    }
}

/// e^x for x <= 0, within 2e-7 of itself; zero below -700. Additions and products only, so the same bits everywhere
/// and several at once.
#[inline]
pub(super) fn exp_negative(x: f64) -> f64 {
    if x < -700.0 {
        return 0.0;
    }
    let y = x * LOG2_E;
    // Rounded down by hand: a processor of no certain kind has no instruction for it.
    let towards_zero = y as i32;
    let down = towards_zero - i32::from(f64::from(towards_zero) > y);
    let whole = f64::from(down);
    let f = (y - whole - 0.5) * std::f64::consts::LN_2;
    // e^f for |f| <= 0.347, times sqrt 2.
    // In pairs, of which none waits for another.
    let f2 = f * f;
    let series =
        (1.0 + f) + f2 * (0.5 + f * (1.0 / 6.0)) + f2 * f2 * ((1.0 / 24.0 + f * (1.0 / 120.0)) + f2 * (1.0 / 720.0));
    let power = f64::from_bits(((i64::from(down) + 1_023) as u64) << 52);
    series * std::f64::consts::SQRT_2 * power
}

/// e^-k I0(k), the modified Bessel function of order zero, for k >= 0, within 2e-7 of itself (M. Abramowitz and
/// I. A. Stegun, *Handbook of mathematical functions*, 1964, 9.8.1 and 9.8.2).
pub(in crate::locate) fn bessel_i0_scaled(k: f64) -> f64 {
    let t = k / 3.75;
    if t <= 1.0 {
        let t2 = t * t;
        let series = 1.0
            + t2 * (3.515_622_9
                + t2 * (3.089_942_4 + t2 * (1.206_749_2 + t2 * (0.265_973_2 + t2 * (0.036_076_8 + t2 * 0.004_581_3)))));
        return series * libm::exp(-k);
    }
    let u = 1.0 / t;
    let series = 0.398_942_28
        + u * (0.013_285_92
            + u * (0.002_253_19
                + u * (-0.001_575_65
                    + u * (0.009_162_81
                        + u * (-0.020_577_06 + u * (0.026_355_37 + u * (-0.016_476_33 + u * 0.003_923_77)))))));
    series / k.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_one() {
        let mut worst = 0.0_f64;
        for i in 0..=70_000 {
            let x = -0.01 * f64::from(i);
            let exact = libm::exp(x);
            worst = worst.max((exp_negative(x) - exact).abs() / exact.max(1e-300));
        }
        assert!(worst < 2e-7, "{worst}");
        assert_eq!(exp_negative(-701.0), 0.0);
    }

    #[test]
    fn the_bessel_function_by_its_integral() {
        for k in [0.0, 0.3, 1.0, 3.7, 3.8, 10.0, 200.0, 1e4] {
            // Mean of e^(k (cos a - 1)) over a turn, by the trapezoid rule, which is exact to rounding here.
            let n = 20_000;
            let sum: f64 =
                (0..n).map(|i| libm::exp(k * (libm::cos(2.0 * PI * f64::from(i) / f64::from(n)) - 1.0))).sum();
            let exact = sum / f64::from(n);
            assert!((bessel_i0_scaled(k) / exact - 1.0).abs() < 1e-6, "{k}");
        }
    }

    #[test]
    fn residuals_lose_their_weight_far_out() {
        let robust = Robust::new(0.02, 10.0);
        assert!(robust.say(0.0).fits > 0.998 && robust.say(0.0).weight > 0.998);
        assert!(robust.say(36.0).fits < 0.01 && robust.say(36.0).weight < 0.03);
    }
}
