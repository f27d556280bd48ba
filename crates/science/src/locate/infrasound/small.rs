//! Small linear algebra by hand: three dimensions, in a fixed order of operations.

/// Products of variances beyond this or its inverse are folded into a logarithm, long before they overflow.
const PRODUCT_MAX: f64 = 1e120;

/// A product of many positive numbers whose logarithm is wanted.
pub(super) struct Product {
    value: f64,
    log: f64,
}

impl Product {
    /// One.
    pub(super) fn new() -> Self {
        Self { value: 1.0, log: 0.0 }
    }

    /// Multiplies by a positive number.
    #[inline]
    pub(super) fn times(&mut self, factor: f64) {
        self.value *= factor;
        if !(1.0 / PRODUCT_MAX..=PRODUCT_MAX).contains(&self.value) {
            self.log += libm::log(self.value);
            self.value = 1.0;
        }
    }

    /// Its natural logarithm.
    pub(super) fn log(&self) -> f64 {
        self.log + libm::log(self.value)
    }
}

/// The product of two vectors.
#[inline]
pub(super) fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// Adds the lower triangle of `a b'`, row by row.
#[inline]
pub(super) fn add_outer(sum: &mut [f64; 6], a: &[f64; 3], b: &[f64; 3]) {
    sum[0] += a[0] * b[0];
    sum[1] += a[1] * b[0];
    sum[2] += a[1] * b[1];
    sum[3] += a[2] * b[0];
    sum[4] += a[2] * b[1];
    sum[5] += a[2] * b[2];
}

/// The Cholesky root of a symmetric 3 x 3 matrix; its diagonal is kept inverted.
pub(super) struct Cholesky {
    inverse_diagonal: [f64; 3],
    below: [f64; 3],
}

impl Cholesky {
    /// The root of `1 + a`, a the lower triangle of a matrix without negative eigenvalues.
    #[inline]
    pub(super) fn of_unit_plus(a: &[f64; 6]) -> Self {
        // Eigenvalues are at least one but for rounding, so the floor is never felt.
        Self::root(a, 0.5)
    }

    /// The root of `1 + a` if that is safely positive.
    #[inline]
    pub(super) fn of_unit_plus_if_positive(a: &[f64; 6]) -> Option<Self> {
        /// The least square of a diagonal: a direction in which the posterior would be 30 times as wide as the
        /// prior is a failure of the expansion, not knowledge.
        const SQUARE_MIN: f64 = 1e-3;
        let root = Self::root(a, SQUARE_MIN);
        let limit = 1.0 / SQUARE_MIN.sqrt();
        root.inverse_diagonal.iter().all(|inverse| *inverse < limit).then_some(root)
    }

    #[inline]
    fn root(a: &[f64; 6], square_min: f64) -> Self {
        let i0 = 1.0 / (1.0 + a[0]).max(square_min).sqrt();
        let l10 = a[1] * i0;
        let l20 = a[3] * i0;
        let i1 = 1.0 / (1.0 + a[2] - l10 * l10).max(square_min).sqrt();
        let l21 = (a[4] - l20 * l10) * i1;
        let i2 = 1.0 / (1.0 + a[5] - l20 * l20 - l21 * l21).max(square_min).sqrt();
        Self { inverse_diagonal: [i0, i1, i2], below: [l10, l20, l21] }
    }

    /// `x` with `A x = b`.
    #[inline]
    pub(super) fn solve(&self, b: &[f64; 3]) -> [f64; 3] {
        let [i0, i1, i2] = self.inverse_diagonal;
        let [l10, l20, l21] = self.below;
        let y0 = b[0] * i0;
        let y1 = (b[1] - l10 * y0) * i1;
        let y2 = (b[2] - l20 * y0 - l21 * y1) * i2;
        let x2 = y2 * i2;
        let x1 = (y1 - l21 * x2) * i1;
        [(y0 - l10 * x1 - l20 * x2) * i0, x1, x2]
    }

    /// `b' A^-1 b`.
    #[inline]
    pub(super) fn inverse_square(&self, b: &[f64; 3]) -> f64 {
        let [i0, i1, i2] = self.inverse_diagonal;
        let [l10, l20, l21] = self.below;
        let y0 = b[0] * i0;
        let y1 = (b[1] - l10 * y0) * i1;
        let y2 = (b[2] - l20 * y0 - l21 * y1) * i2;
        y0 * y0 + y1 * y1 + y2 * y2
    }

    /// The determinant of A.
    pub(super) fn determinant(&self) -> f64 {
        let product = self.inverse_diagonal[0] * self.inverse_diagonal[1] * self.inverse_diagonal[2];
        1.0 / (product * product)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_solves_and_has_the_determinant() {
        // 1 + a = [[4, 2, 1], [2, 5, 3], [1, 3, 6]], determinant 67.
        let root = Cholesky::of_unit_plus(&[3.0, 2.0, 4.0, 1.0, 3.0, 5.0]);
        assert!((root.determinant() - 67.0).abs() < 1e-12);
        let x = root.solve(&[7.0, 10.0, 10.0]);
        assert!(x.iter().all(|x| (x - 1.0).abs() < 1e-12), "{x:?}");
        let b = [7.0, 10.0, 10.0];
        assert!((root.inverse_square(&b) - dot(&b, &x)).abs() < 1e-12);
        assert!(Cholesky::of_unit_plus_if_positive(&[0.0, 2.0, 0.0, 0.0, 0.0, 0.0]).is_none());
    }

    #[test]
    fn a_product_beyond_the_range_of_numbers() {
        let mut product = Product::new();
        for _ in 0..100 {
            product.times(1e50);
            product.times(1e-10);
        }
        assert!((product.log() - 4_000.0 * std::f64::consts::LN_10).abs() < 1e-9);
    }
}
