//! Small linear algebra by hand, in a fixed order of operations.
use std::f64::consts::LN_2;

/// A product of many positive numbers whose logarithm is wanted.
pub(super) struct Product {
    value: f64,
    doublings: i64,
}

impl Product {
    /// One.
    pub(super) fn new() -> Self {
        Self { value: 1.0, doublings: 0 }
    }

    /// Folds the binary exponent away when it grows, which is exact.
    #[inline]
    pub(super) fn times(&mut self, factor: f64) {
        self.value *= factor;
        if !(1e-100..=1e100).contains(&self.value) && self.value > 0.0 {
            let bits = self.value.to_bits();
            self.doublings += ((bits >> 52) & 0x7ff) as i64 - 1_023;
            self.value = f64::from_bits((bits & !(0x7ff << 52)) | (1_023 << 52));
        }
    }

    /// Its natural logarithm.
    pub(super) fn log(&self) -> f64 {
        libm::log(self.value) + self.doublings as f64 * LN_2
    }
}

/// Adds a row to the normal equations.
#[inline]
pub(super) fn add<const N: usize>(
    matrix: &mut [[f64; N]; N],
    right: &mut [f64; N],
    n: usize,
    derivative: &[f64; N],
    weight: f64,
    off: f64,
) {
    for a in 0..n {
        let wa = weight * derivative[a];
        right[a] += wa * off;
        for b in 0..=a {
            matrix[a][b] += wa * derivative[b];
        }
    }
}

/// The Cholesky root of a symmetric matrix, of which the first `n` of `N` rows are in use, given by its lower triangle.
pub(super) struct Root<const N: usize> {
    root: [[f64; N]; N],
    n: usize,
}

impl<const N: usize> Root<N> {
    /// `None` if the matrix is not positive.
    pub(super) fn of(matrix: &[[f64; N]; N], n: usize) -> Option<Self> {
        let mut root = [[0.0; N]; N];
        for i in 0..n {
            for j in 0..=i {
                let sum = matrix[i][j] - (0..j).map(|k| root[i][k] * root[j][k]).sum::<f64>();
                if i == j {
                    if sum.is_nan() || sum <= 0.0 {
                        return None;
                    }
                    root[i][i] = sum.sqrt();
                } else {
                    root[i][j] = sum / root[j][j];
                }
            }
        }
        Some(Self { root, n })
    }

    /// An element of the root itself, which has nothing above its diagonal.
    pub(super) fn element(&self, i: usize, j: usize) -> f64 {
        self.root[i][j]
    }

    /// `x` with `A x = b`.
    pub(super) fn solve(&self, right: &[f64; N]) -> [f64; N] {
        let mut x = *right;
        for i in 0..self.n {
            for k in 0..i {
                x[i] -= self.root[i][k] * x[k];
            }
            x[i] /= self.root[i][i];
        }
        for i in (0..self.n).rev() {
            for k in i + 1..self.n {
                x[i] -= self.root[k][i] * x[k];
            }
            x[i] /= self.root[i][i];
        }
        x
    }

    /// An element of the inverse's diagonal: the square of what the root makes of that unit vector, nothing above it.
    pub(super) fn variance(&self, k: usize) -> f64 {
        let mut unit = [0.0; N];
        unit[k] = 1.0;
        let mut sum = 0.0;
        for i in k..self.n {
            for j in k..i {
                unit[i] -= self.root[i][j] * unit[j];
            }
            unit[i] /= self.root[i][i];
            sum += unit[i] * unit[i];
        }
        sum
    }

    /// Half of the logarithm of the determinant.
    pub(super) fn half_log_determinant(&self) -> f64 {
        (0..self.n).map(|i| libm::log(self.root[i][i])).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_s_diagonal_is_that_of_solving() {
        let matrix = [[4.0, 0.0, 0.0, 0.0], [1.0, 3.0, 0.0, 0.0], [0.5, -0.2, 2.0, 0.0], [0.1, 0.7, 0.3, 5.0]];
        let root = Root::of(&matrix, 4).expect("a positive matrix");
        for k in 0..4 {
            let mut unit = [0.0; 4];
            unit[k] = 1.0;
            assert!((root.variance(k) - root.solve(&unit)[k]).abs() < 1e-15, "{k}");
        }
    }
}
